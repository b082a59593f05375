//! Funding sources: a tree with codes and validity dates.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::{check_code, check_period, unusable};
use super::{Tx, View};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::domain::reference::{BudgetLevel, Period, SourceOrigin};
use crate::error::{Code, Error, Fault, Result};

pub use crate::db::filter::Matching;
pub use crate::db::funding_sources::Filter;

/// A funding source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FundingSource {
    /// Identity.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The source it is a part of.
    pub parent_id: Option<i64>,
    /// Whose budget it is.
    #[schema(value_type = String)]
    pub budget_level: BudgetLevel,
    /// Where the money comes from.
    #[schema(value_type = String)]
    pub origin: SourceOrigin,
    /// First day, or always.
    pub valid_from: Option<NaiveDate>,
    /// Last day, or still.
    pub valid_to: Option<NaiveDate>,
}

/// What is written of a funding source.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub code: String,
    pub name: String,
    pub parent_id: Option<i64>,
    pub budget_level: BudgetLevel,
    pub origin: SourceOrigin,
    pub valid: Period,
}

impl Fields {
    fn values(&self) -> db::funding_sources::Values<'_> {
        db::funding_sources::Values {
            code: &self.code,
            name: &self.name,
            parent_id: self.parent_id,
            budget_level: self.budget_level,
            origin: self.origin,
            valid: self.valid,
        }
    }
}

impl From<db::funding_sources::FundingSource> for FundingSource {
    fn from(row: db::funding_sources::FundingSource) -> Self {
        FundingSource {
            id: row.id,
            code: row.code,
            name: row.name,
            parent_id: row.parent_id,
            budget_level: row.budget_level.0,
            origin: row.origin.0,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
        }
    }
}

/// A page of all funding sources.
pub fn list(view: &mut View<'_>, filter: &Filter, page: &Page) -> Result<Rows<FundingSource>> {
    Ok(db::funding_sources::list(view.conn, filter, page)?.map(FundingSource::from))
}

/// One funding source.
pub fn get(view: &mut View<'_>, id: i64) -> Result<FundingSource> {
    let row = db::funding_sources::find(view.conn, id)?.ok_or(Code::NotFound)?;
    Ok(row.into())
}

/// Adds a funding source. They belong to no unit, so this takes the whole province.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<FundingSource> {
    tx.require_everything()?;
    tx.lock_reference()?;
    check(tx, fields, None)?;
    let id = db::funding_sources::insert(tx.conn, &fields.values())?;
    let source = get(tx, id)?;
    tx.audit(Change::created(
        "funding_source.created",
        "funding_source",
        id,
        &source,
    ))?;
    Ok(source)
}

/// The funding source as it is, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<FundingSource> {
    tx.require_everything()?;
    tx.lock_reference()?;
    get(tx, id)
}

/// Changes a funding source that was locked.
pub fn update(tx: &mut Tx<'_>, before: &FundingSource, fields: &Fields) -> Result<FundingSource> {
    check(tx, fields, Some(before.id))?;
    db::funding_sources::update(tx.conn, before.id, &fields.values())?;
    let after = get(tx, before.id)?;
    tx.audit(Change::updated(
        "funding_source.updated",
        "funding_source",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

fn check(tx: &mut Tx<'_>, fields: &Fields, own: Option<i64>) -> Result<()> {
    let mut faults = Vec::new();
    let holder = db::funding_sources::with_code(tx.conn, &fields.code)?;
    check_code(&fields.code, holder, own, &mut faults);
    check_period(&fields.valid, &mut faults);
    if let Some(parent) = fields.parent_id {
        let parents: HashMap<i64, Option<i64>> =
            db::funding_sources::parents(tx.conn)?.into_iter().collect();
        if !parents.contains_key(&parent) {
            faults.push(unusable("/parent_id"));
        } else if own.is_some_and(|own| is_within(&parents, parent, own)) {
            let why = (
                "nguồn vốn không thể nằm dưới chính nó",
                "a funding source cannot be below itself",
            );
            faults.push(Fault::at("/parent_id", Code::Invalid).with("why", why));
        }
    }
    Error::check(faults)
}

/// Whether `ancestor` is `id` or above it.
fn is_within(parents: &HashMap<i64, Option<i64>>, id: i64, ancestor: i64) -> bool {
    let up = std::iter::successors(Some(id), |at| parents.get(at).copied().flatten());
    // A loop in the data must not hang a request.
    up.take(parents.len() + 1).any(|at| at == ancestor)
}
