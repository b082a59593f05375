//! Milestone targets of the budget year.

use super::super::choices;
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Added, Kept, Made, Names, Paths, Register, declared, title};
use crate::domain::labels;
use crate::domain::progress::Basis;
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::api::targets::NewTarget;
use crate::http::guard::needs;
use crate::service::page::{Page, Rows};
use crate::service::shared::{Named, Refs};
use crate::service::targets::{self, Target};
use crate::service::{Tx, View};

/// The register of targets.
pub struct Targets;

impl Kept for Targets {
    type See = needs::Read;
    type Change = needs::ManageReference;
    type Id = i64;
    type Record = Target;
    type Input = NewTarget;
    const PATHS: Paths = Paths {
        list: "/administration/targets",
        new: "/administration/targets/new",
        one: "/administration/targets/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.targets,
            add: t.add_target,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<Target> {
        targets::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&Target>) -> Result<Form> {
        let basis = ("basis", Basis::Total.as_str().to_owned());
        let Some(target) = record else {
            return Ok(Form::with([basis]));
        };
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        Ok(Form::with([
            ("budget_year", target.budget_year.to_string()),
            ("date", target.date.to_string()),
            ("percent", target.percent.to_string()),
            ("basis", target.basis.as_str().to_owned()),
            ("unit_id", id(target.unit_id)),
            ("agency_id", id(target.agency_id)),
            ("funding_source_id", id(target.funding_source_id)),
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
        let bases = choices::named(Basis::NAMES, labels::basis, l);
        let units = choices::units_with(view, today, form.value("unit_id"))?;
        let agencies = choices::with_empty(k.none, choices::agencies(view)?);
        let sources = choices::with_empty(k.none, choices::sources(view, today)?);
        Ok(vec![
            form.number("budget_year", k.budget_year).required(),
            form.date("date", t.judged_on).required(),
            form.text("percent", t.target)
                .required()
                .hint(t.percent_hint),
            form.select("basis", k.basis, bases).required(),
            form.select("unit_id", t.unit, choices::with_empty(k.none, units))
                .hint(t.scope_hint),
            form.select("agency_id", t.agency, agencies),
            form.select("funding_source_id", k.funding_source, sources),
        ])
    }

    fn read(form: &mut Form, _: &Layout) -> Result<NewTarget> {
        declared(form)
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<Target> {
        targets::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &Target, input: &NewTarget) -> Result<()> {
        targets::update(tx, before, &input.into()).map(|_| ())
    }
}

impl Added for Targets {
    fn create(tx: &mut Tx<'_>, input: &NewTarget) -> Result<Made> {
        targets::create(tx, &input.into()).map(|target| target.id.into())
    }
}

impl Register for Targets {
    const SEARCHED: bool = false;

    fn columns(l: &Layout) -> Vec<&'static str> {
        let (k, t) = (&l.t.common, &l.t.administration);
        vec![t.target, k.budget_year, t.judged_on, k.basis, t.holds_for]
    }

    fn list(view: &mut View<'_>, _: Option<String>, page: &Page) -> Result<Rows<Target>> {
        targets::list(view, &[], page)
    }

    fn cells(view: &mut View<'_>, l: &Layout, records: &[Target]) -> Result<Vec<Vec<String>>> {
        let tree = view.tree()?;
        let agencies = records.iter().filter_map(|target| target.agency_id);
        let agencies = Refs::load(view.conn, Named::Agencies, agencies)?;
        let sources = records.iter().filter_map(|target| target.funding_source_id);
        let sources = Refs::load(view.conn, Named::Sources, sources)?;
        let cells = records.iter().map(|target| {
            let parts = [
                target
                    .unit_id
                    .and_then(|id| tree.get(id).map(|unit| unit.name.clone())),
                target.agency_id.map(|id| agencies.get(id).name),
                target.funding_source_id.map(|id| sources.get(id).name),
            ];
            let holders: Vec<String> = parts.into_iter().flatten().collect();
            let scope = match holders.is_empty() {
                true => l.t.administration.whole_province.to_owned(),
                false => holders.join(", "),
            };
            vec![
                l.rate(&Some(target.percent)),
                target.budget_year.to_string(),
                l.date(&target.date),
                labels::basis(target.basis.as_str(), l.locale).to_owned(),
                scope,
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &Target) -> i64 {
        record.id
    }
}
