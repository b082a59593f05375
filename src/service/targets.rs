//! Milestone targets: the rate that a unit, an agency, a source or the whole province should have
//! reached on a date (domain.md section 8, `below_target`).

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::unusable;
use super::{Tx, View, agencies, shared};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::domain::money::Rate;
use crate::domain::progress::Basis;
use crate::error::{Code, Error, Fault, Result};

/// A target.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Target {
    /// Identity.
    pub id: i64,
    /// Budget year.
    pub budget_year: i32,
    /// The day it is judged on.
    pub date: NaiveDate,
    /// The rate to be reached.
    #[schema(value_type = String)]
    pub percent: Rate,
    /// What the rate is measured by.
    #[schema(value_type = String)]
    pub basis: Basis,
    /// For one unit; without any of the three, for the province.
    pub unit_id: Option<i64>,
    /// For one agency.
    pub agency_id: Option<i64>,
    /// For one funding source.
    pub funding_source_id: Option<i64>,
}

/// What is written of a target.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub budget_year: i32,
    pub date: NaiveDate,
    pub percent: Rate,
    pub basis: Basis,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub funding_source_id: Option<i64>,
}

impl Fields {
    fn values(&self) -> Result<db::targets::Values> {
        Ok(db::targets::Values {
            budget_year: self.budget_year,
            date: self.date,
            percent_hundredths: i64::try_from(self.percent.hundredths())
                .map_err(|error| Error::Internal(error.to_string()))?,
            basis: self.basis,
            unit_id: self.unit_id,
            agency_id: self.agency_id,
            funding_source_id: self.funding_source_id,
        })
    }
}

fn shown(row: db::targets::Target) -> Result<Target> {
    let percent = Rate::from_hundredths(i128::from(row.percent_hundredths));
    Ok(Target {
        id: row.id,
        budget_year: row.budget_year,
        date: row.date,
        percent: percent.ok_or_else(|| Error::Internal("a target beyond all rates".into()))?,
        basis: row.basis.0,
        unit_id: row.unit_id,
        agency_id: row.agency_id,
        funding_source_id: row.funding_source_id,
    })
}

/// A page of all targets.
pub fn list(view: &mut View<'_>, years: &[i32], page: &Page) -> Result<Rows<Target>> {
    let found = db::targets::list(view.conn, years, page)?;
    let rows = found.rows.into_iter().map(shown);
    Ok(Rows {
        rows: rows.collect::<Result<_>>()?,
        next: found.next,
    })
}

/// One target.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Target> {
    shown(db::targets::find(view.conn, id)?.ok_or(Code::NotFound)?)
}

/// Sets a target within the caller's scope.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<Target> {
    tx.lock_reference()?;
    check(tx, fields)?;
    require(tx, fields.unit_id, fields.agency_id)?;
    refuse_twice(tx, fields, None)?;
    let id = db::targets::insert(tx.conn, &fields.values()?)?;
    let target = get(tx, id)?;
    tx.audit(Change::created("target.created", "target", id, &target))?;
    Ok(target)
}

/// The target as it is, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Target> {
    tx.lock_reference()?;
    let before = get(tx, id)?;
    require(tx, before.unit_id, before.agency_id)?;
    Ok(before)
}

/// Changes a target that was locked.
pub fn update(tx: &mut Tx<'_>, before: &Target, fields: &Fields) -> Result<Target> {
    check(tx, fields)?;
    require(tx, fields.unit_id, fields.agency_id)?;
    refuse_twice(tx, fields, Some(before.id))?;
    db::targets::update(tx.conn, before.id, &fields.values()?)?;
    let after = get(tx, before.id)?;
    tx.audit(Change::updated(
        "target.updated",
        "target",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

/// One target for a day and scope: after the caller's right to it is known.
fn refuse_twice(tx: &mut Tx<'_>, fields: &Fields, own: Option<i64>) -> Result<()> {
    match db::targets::same(tx.conn, &fields.values()?)? {
        Some(other) if Some(other) != own => {
            let value = fields.date.to_string();
            Err(Fault::at("/date", Code::DuplicateCode)
                .with("value", value)
                .into())
        }
        _ => Ok(()),
    }
}

fn require(tx: &mut Tx<'_>, unit_id: Option<i64>, agency_id: Option<i64>) -> Result<()> {
    match (unit_id, agency_id) {
        (Some(unit), _) => tx.require_unit(unit),
        (None, Some(agency)) => {
            let agency = agencies::get(tx, agency)?;
            agencies::require(tx, agency.id, agency.unit_id)
        }
        (None, None) => tx.require_everything(),
    }
}

fn check(tx: &mut Tx<'_>, fields: &Fields) -> Result<()> {
    let mut faults: Vec<Fault> = shared::year(fields.budget_year, "/budget_year")
        .into_iter()
        .collect();
    let scopes = [
        ("/unit_id", fields.unit_id),
        ("/agency_id", fields.agency_id),
        ("/funding_source_id", fields.funding_source_id),
    ];
    let named = scopes.iter().filter(|(_, id)| id.is_some());
    for (pointer, _) in named.skip(1) {
        let why = (
            "chỉ chọn một: đơn vị, cơ quan hoặc nguồn vốn",
            "only one of unit, agency and funding source",
        );
        faults.push(Fault::at(*pointer, Code::Invalid).with("why", why));
    }
    if let Some(unit) = fields.unit_id
        && tx.tree()?.get(unit).is_none()
    {
        faults.push(unusable("/unit_id"));
    }
    if let Some(agency) = fields.agency_id
        && db::agencies::find(tx.conn, agency)?.is_none()
    {
        faults.push(unusable("/agency_id"));
    }
    if let Some(source) = fields.funding_source_id
        && db::funding_sources::find(tx.conn, source)?.is_none()
    {
        faults.push(unusable("/funding_source_id"));
    }
    Error::check(faults)
}
