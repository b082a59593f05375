//! Agencies: departments, project management units, commune committees, companies.

use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::{check_code, unusable};
use super::{Tx, View};
use crate::db;
use crate::db::filter::Matching;
use crate::db::page::{Page, Rows};
use crate::domain::reference::AgencyKind;
use crate::error::{Code, Error, Result};

/// An agency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Agency {
    /// Identity.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is.
    #[schema(value_type = String)]
    pub kind: AgencyKind,
    /// The administrative unit it belongs to.
    pub unit_id: i64,
}

/// What is written of an agency.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub code: String,
    pub name: String,
    pub kind: AgencyKind,
    pub unit_id: i64,
}

impl Fields {
    fn values(&self) -> db::agencies::Values<'_> {
        db::agencies::Values {
            code: &self.code,
            name: &self.name,
            kind: self.kind,
            unit_id: self.unit_id,
        }
    }
}

impl From<db::agencies::Agency> for Agency {
    fn from(row: db::agencies::Agency) -> Self {
        Agency {
            id: row.id,
            code: row.code,
            name: row.name,
            kind: row.kind.0,
            unit_id: row.unit_id,
        }
    }
}

/// A page of all agencies.
pub fn list(
    view: &mut View<'_>,
    codes: Vec<String>,
    search: Option<String>,
    units: &[i64],
    page: &Page,
) -> Result<Rows<Agency>> {
    let matching = Matching { codes, search };
    Ok(db::agencies::list(view.conn, &matching, units, page)?.map(Agency::from))
}

/// One agency.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Agency> {
    let row = db::agencies::find(view.conn, id)?.ok_or(Code::NotFound)?;
    Ok(row.into())
}

/// Adds an agency to a unit in the caller's scope.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<Agency> {
    tx.lock_reference()?;
    check(tx, fields, None)?;
    tx.require_unit(fields.unit_id)?;
    let id = db::agencies::insert(tx.conn, &fields.values())?;
    let agency = get(tx, id)?;
    tx.audit(Change::created("agency.created", "agency", id, &agency))?;
    Ok(agency)
}

/// The agency as it is, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Agency> {
    tx.lock_reference()?;
    let before = get(tx, id)?;
    require(tx, id, before.unit_id)?;
    Ok(before)
}

/// Changes an agency that was locked.
pub fn update(tx: &mut Tx<'_>, before: &Agency, fields: &Fields) -> Result<Agency> {
    check(tx, fields, Some(before.id))?;
    if fields.unit_id != before.unit_id {
        tx.require_unit(fields.unit_id)?;
    }
    db::agencies::update(tx.conn, before.id, &fields.values())?;
    let after = get(tx, before.id)?;
    tx.audit(Change::updated(
        "agency.updated",
        "agency",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

/// Refuses unless the call's permission covers the agency itself or the unit it belongs to: 404
/// if neither can be read.
pub fn require(view: &mut View<'_>, id: i64, unit_id: i64) -> Result<()> {
    if view.permitted()?.has_agency(id) {
        return Ok(());
    }
    match view.require_unit(unit_id) {
        Err(_) if view.readable()?.has_agency(id) => Err(Code::Forbidden.into()),
        other => other,
    }
}

fn check(tx: &mut Tx<'_>, fields: &Fields, own: Option<i64>) -> Result<()> {
    let mut faults = Vec::new();
    let holder = db::agencies::with_code(tx.conn, &fields.code)?;
    check_code(&fields.code, holder, own, &mut faults);
    if tx.tree()?.get(fields.unit_id).is_none() {
        faults.push(unusable("/unit_id"));
    }
    Error::check(faults)
}
