//! Funding sources.

use super::super::choices;
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Added, Kept, Made, Names, Paths, Register, declared, title};
use crate::domain::labels;
use crate::domain::reference::{BudgetLevel, SourceOrigin};
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::api::funding_sources::NewFundingSource;
use crate::http::guard::needs;
use crate::service::funding_sources::{self, Filter, FundingSource};
use crate::service::page::{Page, Rows};
use crate::service::shared::{Named, Refs};
use crate::service::{Tx, View};

/// The register of funding sources.
pub struct FundingSources;

impl Kept for FundingSources {
    type See = needs::Read;
    type Change = needs::ManageReference;
    type Id = i64;
    type Record = FundingSource;
    type Input = NewFundingSource;
    const PATHS: Paths = Paths {
        list: "/administration/funding-sources",
        new: "/administration/funding-sources/new",
        one: "/administration/funding-sources/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.sources,
            add: t.add_source,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<FundingSource> {
        funding_sources::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&FundingSource>) -> Result<Form> {
        Ok(record.map_or_else(Form::default, |source| {
            let text = |value: Option<String>| value.unwrap_or_default();
            Form::with([
                ("code", source.code.clone()),
                ("name", source.name.clone()),
                ("parent_id", text(source.parent_id.map(|id| id.to_string()))),
                ("budget_level", source.budget_level.as_str().to_owned()),
                ("origin", source.origin.as_str().to_owned()),
                (
                    "valid_from",
                    text(source.valid_from.map(|day| day.to_string())),
                ),
                ("valid_to", text(source.valid_to.map(|day| day.to_string()))),
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
        let today = view.today;
        let parents = choices::with_empty(k.none, choices::sources(view, today)?);
        let levels = choices::named(BudgetLevel::NAMES, labels::budget_level, l);
        let origins = choices::named(SourceOrigin::NAMES, labels::source_origin, l);
        Ok(vec![
            form.text("code", k.code).required(),
            form.text("name", k.name).required().wide(),
            form.select("parent_id", t.part_of, parents),
            form.radios("budget_level", t.budget_level, levels),
            form.radios("origin", t.money_from, origins),
            form.date("valid_from", t.valid_from),
            form.date("valid_to", t.valid_to),
        ])
    }

    fn read(form: &mut Form, _: &Layout) -> Result<NewFundingSource> {
        declared(form)
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<FundingSource> {
        funding_sources::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &FundingSource, input: &NewFundingSource) -> Result<()> {
        funding_sources::update(tx, before, &input.into()).map(|_| ())
    }
}

impl Added for FundingSources {
    fn create(tx: &mut Tx<'_>, input: &NewFundingSource) -> Result<Made> {
        funding_sources::create(tx, &input.into()).map(|source| source.id.into())
    }
}

impl Register for FundingSources {
    fn columns(l: &Layout) -> Vec<&'static str> {
        let (k, t) = (&l.t.common, &l.t.administration);
        vec![
            k.name,
            k.code,
            t.part_of,
            t.budget_level,
            t.valid_from,
            t.valid_to,
        ]
    }

    fn list(view: &mut View<'_>, q: Option<String>, page: &Page) -> Result<Rows<FundingSource>> {
        let mut filter = Filter::default();
        filter.matching.search = q;
        funding_sources::list(view, &filter, page)
    }

    fn cells(
        view: &mut View<'_>,
        l: &Layout,
        records: &[FundingSource],
    ) -> Result<Vec<Vec<String>>> {
        let ids = records.iter().filter_map(|source| source.parent_id);
        let parents = Refs::load(view.conn, Named::Sources, ids)?;
        let cells = records.iter().map(|source| {
            let parent = source.parent_id.map(|id| parents.get(id).code);
            vec![
                source.name.clone(),
                source.code.clone(),
                parent.unwrap_or_default(),
                labels::budget_level(source.budget_level.as_str(), l.locale).to_owned(),
                l.date_or(&source.valid_from),
                l.date_or(&source.valid_to),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &FundingSource) -> i64 {
        record.id
    }
}
