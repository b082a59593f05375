//! Officials.

use super::super::choices;
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Added, Kept, Made, Names, Paths, Register, declared, title};
use crate::error::Result;
use crate::http::api::people::NewPerson;
use crate::http::guard::needs;
use crate::service::page::{Page, Rows};
use crate::service::people::{self, Person};
use crate::service::shared::{Named, Refs};
use crate::service::{Tx, View};

/// The register of officials.
pub struct People;

impl Kept for People {
    type See = needs::Read;
    type Change = needs::ManageReference;
    type Id = i64;
    type Record = Person;
    type Input = NewPerson;
    const PATHS: Paths = Paths {
        list: "/administration/people",
        new: "/administration/people/new",
        one: "/administration/people/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.people,
            add: t.add_person,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<Person> {
        people::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&Person>) -> Result<Form> {
        Ok(record.map_or_else(Form::default, |person| {
            Form::with([
                ("full_name", person.full_name.clone()),
                ("position", person.position.clone()),
                ("agency_id", person.agency_id.to_string()),
                ("email", person.email.clone()),
                ("phone", person.phone.clone().unwrap_or_default()),
            ])
        }))
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        _: Option<&Self::Record>,
    ) -> Result<Vec<Field>> {
        let (k, t) = (&l.t.common, &l.t.administration);
        let agencies = choices::with_empty(k.choose, choices::agencies(view)?);
        Ok(vec![
            form.text("full_name", k.name).required(),
            form.text("position", t.position).required(),
            form.select("agency_id", t.agency, agencies).required(),
            form.text("email", t.email).required(),
            form.text("phone", t.phone),
        ])
    }

    fn read(form: &mut Form, _: &Layout) -> Result<NewPerson> {
        declared(form)
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<Person> {
        people::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &Person, input: &NewPerson) -> Result<()> {
        people::update(tx, before, &input.into()).map(|_| ())
    }
}

impl Added for People {
    fn create(tx: &mut Tx<'_>, input: &NewPerson) -> Result<Made> {
        people::create(tx, &input.into()).map(|person| person.id.into())
    }
}

impl Register for People {
    fn columns(l: &Layout) -> Vec<&'static str> {
        let t = &l.t.administration;
        vec![l.t.common.name, t.position, t.agency, t.email, t.phone]
    }

    fn list(view: &mut View<'_>, q: Option<String>, page: &Page) -> Result<Rows<Person>> {
        people::list(view, q, &[], page)
    }

    fn cells(view: &mut View<'_>, _: &Layout, records: &[Person]) -> Result<Vec<Vec<String>>> {
        let ids = records.iter().map(|person| person.agency_id);
        let agencies = Refs::load(view.conn, Named::Agencies, ids)?;
        let cells = records.iter().map(|person| {
            vec![
                person.full_name.clone(),
                person.position.clone(),
                agencies.get(person.agency_id).name,
                person.email.clone(),
                person.phone.clone().unwrap_or_default(),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &Person) -> i64 {
        record.id
    }
}
