//! Agencies.

use super::super::choices;
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Added, Kept, Made, Names, Paths, Register, declared, title};
use crate::domain::labels;
use crate::domain::reference::AgencyKind;
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::api::agencies::NewAgency;
use crate::http::guard::needs;
use crate::service::agencies::{self, Agency};
use crate::service::page::{Page, Rows};
use crate::service::{Tx, View};

/// The register of agencies.
pub struct Agencies;

impl Kept for Agencies {
    type See = needs::Read;
    type Change = needs::ManageReference;
    type Id = i64;
    type Record = Agency;
    type Input = NewAgency;
    const PATHS: Paths = Paths {
        list: "/administration/agencies",
        new: "/administration/agencies/new",
        one: "/administration/agencies/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.agencies,
            add: t.add_agency,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<Agency> {
        agencies::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&Agency>) -> Result<Form> {
        Ok(record.map_or_else(Form::default, |agency| {
            Form::with([
                ("code", agency.code.clone()),
                ("name", agency.name.clone()),
                ("kind", agency.kind.as_str().to_owned()),
                ("unit_id", agency.unit_id.to_string()),
            ])
        }))
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        _: Option<&Self::Record>,
    ) -> Result<Vec<Field>> {
        let k = &l.t.common;
        let kinds = choices::named(AgencyKind::NAMES, labels::agency_kind, l);
        let today = view.today;
        let units = choices::units_with(view, today, form.value("unit_id"))?;
        Ok(vec![
            form.text("code", k.code).required(),
            form.text("name", k.name).required().wide(),
            form.radios("kind", l.t.administration.kind, kinds),
            form.select("unit_id", k.unit_of, choices::with_empty(k.choose, units))
                .required(),
        ])
    }

    fn read(form: &mut Form, _: &Layout) -> Result<NewAgency> {
        declared(form)
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<Agency> {
        agencies::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &Agency, input: &NewAgency) -> Result<()> {
        agencies::update(tx, before, &input.into()).map(|_| ())
    }
}

impl Added for Agencies {
    fn create(tx: &mut Tx<'_>, input: &NewAgency) -> Result<Made> {
        agencies::create(tx, &input.into()).map(|agency| agency.id.into())
    }
}

impl Register for Agencies {
    fn columns(l: &Layout) -> Vec<&'static str> {
        let k = &l.t.common;
        vec![k.name, k.code, l.t.administration.kind, k.unit_of]
    }

    fn list(view: &mut View<'_>, q: Option<String>, page: &Page) -> Result<Rows<Agency>> {
        agencies::list(view, Vec::new(), q, &[], page)
    }

    fn cells(view: &mut View<'_>, l: &Layout, records: &[Agency]) -> Result<Vec<Vec<String>>> {
        let tree = view.tree()?;
        let cells = records.iter().map(|agency| {
            let unit = tree.get(agency.unit_id).map(|unit| unit.name.clone());
            vec![
                agency.name.clone(),
                agency.code.clone(),
                labels::agency_kind(agency.kind.as_str(), l.locale).to_owned(),
                unit.unwrap_or_default(),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &Agency) -> i64 {
        record.id
    }
}
