//! Administrative units, with the days on which they exist.

use super::super::choices;
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Action, Added, Kept, Made, Names, Paths, Register, title};
use crate::domain::labels;
use crate::domain::text::fold;
use crate::domain::text_enum::TextEnum;
use crate::domain::units::Level;
use crate::error::Result;
use crate::http::api::administrative_units::NewAdministrativeUnit;
use crate::http::guard::needs;
use crate::http::input::request;
use crate::service::page::{Page, Rows};
use crate::service::units::{self, AdministrativeUnit, Filter};
use crate::service::{Tx, View};

/// The register of administrative units.
pub struct Units;

request! {
    /// Since when a changed parent holds.
    pub struct Moved {
        effective_date: Option<chrono::NaiveDate>,
    }
}

impl Kept for Units {
    type See = needs::Read;
    type Change = needs::ManageReference;
    type Id = i64;
    type Record = AdministrativeUnit;
    type Input = (NewAdministrativeUnit, Moved);
    const PATHS: Paths = Paths {
        list: "/administration/units",
        new: "/administration/units/new",
        one: "/administration/units/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.units,
            add: t.add_unit,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<AdministrativeUnit> {
        units::get(view, *id)
    }

    fn form(view: &mut View<'_>, _: &Layout, record: Option<&AdministrativeUnit>) -> Result<Form> {
        let today = view.today;
        let Some(unit) = record else {
            return Ok(Form::with([("level", Level::Commune.as_str().to_owned())]));
        };
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        let parent = unit.parent_id.map(|id| id.to_string());
        Ok(Form::with([
            ("code", unit.code.clone()),
            ("name", unit.name.clone()),
            ("level", unit.level.as_str().to_owned()),
            ("parent_id", parent.unwrap_or_default()),
            ("valid_from", day(unit.valid_from).unwrap_or_default()),
            ("valid_to", day(unit.valid_to).unwrap_or_default()),
            ("effective_date", today.to_string()),
        ]))
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        _: Option<&Self::Record>,
    ) -> Result<Vec<Field>> {
        let (k, t) = (&l.t.common, &l.t.administration);
        let today = view.today;
        let levels = choices::named(Level::NAMES, labels::level, l);
        let parents = choices::units_with(view, today, form.value("parent_id"))?;
        Ok(vec![
            form.text("code", k.code).required(),
            form.text("name", k.name).required().wide(),
            form.radios("level", t.level, levels),
            form.select("parent_id", t.parent, choices::with_empty(k.none, parents)),
            form.date("effective_date", t.parent_since)
                .hint(t.parent_hint),
            form.date("valid_from", t.valid_from),
            form.date("valid_to", t.valid_to),
        ])
    }

    fn read(form: &mut Form, _: &Layout) -> Result<Self::Input> {
        let unit = form.parse_besides(&["effective_date"])?;
        let unit_fields = [
            "code",
            "name",
            "level",
            "parent_id",
            "valid_from",
            "valid_to",
        ];
        Ok((unit, form.parse_besides(&unit_fields)?))
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<AdministrativeUnit> {
        units::lock(tx, *id)
    }

    fn update(
        tx: &mut Tx<'_>,
        before: &AdministrativeUnit,
        (unit, moved): &Self::Input,
    ) -> Result<()> {
        let since = moved.effective_date.unwrap_or(tx.today);
        units::update(tx, before, &unit.into(), Some(since)).map(|_| ())
    }

    fn actions(l: &Layout, record: &AdministrativeUnit) -> Vec<Action> {
        vec![Action {
            path: format!("/administration/units/{}/successions", record.id),
            label: l.t.administration.successions,
            acts: false,
        }]
    }
}

impl Added for Units {
    fn create(tx: &mut Tx<'_>, (unit, _): &Self::Input) -> Result<Made> {
        units::create(tx, &unit.into()).map(|unit| unit.id.into())
    }
}

impl Register for Units {
    fn columns(l: &Layout) -> Vec<&'static str> {
        let (k, t) = (&l.t.common, &l.t.administration);
        vec![k.name, k.code, t.level, t.parent, t.valid_from, t.valid_to]
    }

    fn list(
        view: &mut View<'_>,
        q: Option<String>,
        page: &Page,
    ) -> Result<Rows<AdministrativeUnit>> {
        let filter = Filter {
            search: q.as_deref().map(fold),
            ..Filter::default()
        };
        units::list(view, &filter, page)
    }

    fn cells(
        view: &mut View<'_>,
        l: &Layout,
        records: &[AdministrativeUnit],
    ) -> Result<Vec<Vec<String>>> {
        let tree = view.tree()?;
        let cells = records.iter().map(|unit| {
            let parent = unit.parent_id.and_then(|id| tree.get(id));
            vec![
                unit.name.clone(),
                unit.code.clone(),
                labels::level(unit.level.as_str(), l.locale).to_owned(),
                parent.map(|parent| parent.name.clone()).unwrap_or_default(),
                l.date_or(&unit.valid_from),
                l.date_or(&unit.valid_to),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &AdministrativeUnit) -> i64 {
        record.id
    }
}
