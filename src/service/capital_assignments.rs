//! Capital given to units and agencies, not yet split into projects (domain.md section 4).

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::shared::{
    Decision, Named, Ref, Refs, UserRef, Users, positive, source_on, unknown, year,
};
use super::{Tx, View};
use crate::db;
use crate::db::capital_assignments::{Fields, Filter};
use crate::db::page::{Page, Rows};
use crate::domain::capital::{Authority, GivenKind};
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::error::{Code, Error, Fault, Result};

/// Capital given to a unit or an agency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CapitalAssignment {
    /// Identity.
    pub id: i64,
    /// The unit it is given to.
    pub unit_id: Option<i64>,
    /// The same.
    pub unit: Option<Ref>,
    /// The agency it is given to.
    pub agency_id: Option<i64>,
    /// The same.
    pub agency: Option<Ref>,
    /// The unit that passes on what it was given itself.
    pub from_unit_id: Option<i64>,
    /// The same.
    pub from_unit: Option<Ref>,
    /// The funding source.
    pub funding_source_id: i64,
    /// The same.
    pub funding_source: Ref,
    /// The budget year.
    pub budget_year: i32,
    /// `prime_minister`, `peoples_council` or `peoples_committee`.
    #[schema(value_type = String)]
    pub authority: Authority,
    /// `initial`, `supplement` or `cut`.
    #[schema(value_type = String)]
    pub kind: GivenKind,
    /// Signed đồng.
    #[schema(value_type = i64)]
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The decision behind it.
    pub decision: Decision,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: Option<UserRef>,
}

/// What a caller says about an assignment.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewAssignment {
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub from_unit_id: Option<i64>,
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub authority: Authority,
    pub kind: GivenKind,
    /// Above zero; the kind gives the sign.
    pub amount: Money,
    pub effective_date: NaiveDate,
    pub decision: Decision,
}

/// Which assignments; an empty list asks for all.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct ListFilter {
    pub budget_years: Vec<i32>,
    /// Funding sources, with everything below them.
    pub sources: Vec<i64>,
    pub units: Vec<i64>,
    pub agencies: Vec<i64>,
    pub authorities: Vec<Authority>,
}

/// A page of the assignments to units and agencies in scope, oldest first.
pub fn list(
    view: &mut View<'_>,
    asked: &ListFilter,
    page: &Page,
) -> Result<Rows<CapitalAssignment>> {
    let filter = Filter {
        budget_years: asked.budget_years.clone(),
        sources: match asked.sources.as_slice() {
            [] => None,
            ids => Some(db::source_tree::subtree(view.conn, ids)?),
        },
        units: asked.units.clone(),
        agencies: asked.agencies.clone(),
        authorities: asked.authorities.iter().map(|one| one.as_str()).collect(),
    };
    let scope = view.readable()?;
    let ids = db::capital_assignments::ids(view.conn, &scope, &filter, page)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// One assignment to a unit or agency in scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<CapitalAssignment> {
    let found = by_ids(view, &[id])?.into_iter().next();
    let found = found.ok_or(Code::NotFound)?;
    let holder = holder(view, found.unit_id, found.agency_id)?;
    let scope = view.readable()?;
    match holder.is_some_and(|holder| holder.within(&scope)) {
        true => Ok(found),
        false => Err(Code::NotFound.into()),
    }
}

/// Records an assignment.
pub fn create(tx: &mut Tx<'_>, new: &NewAssignment) -> Result<CapitalAssignment> {
    // What the same holder has must not change between the check and the row.
    tx.lock_reference()?;
    let mut faults = references(tx, new)?;
    let holder = match (new.unit_id, new.agency_id) {
        (None, None) => {
            faults.push(Fault::at("/unit_id", Code::Required));
            None
        }
        (Some(_), Some(_)) => {
            let why = (
                "chỉ một trong unit_id, agency_id",
                "one of unit_id and agency_id only",
            );
            faults.push(Fault::at("/agency_id", Code::Invalid).with("why", why));
            None
        }
        (unit, agency) => {
            let found = holder(tx, unit, agency)?;
            if found.is_none() {
                let at = if unit.is_some() {
                    "/unit_id"
                } else {
                    "/agency_id"
                };
                faults.push(unknown(at));
            }
            found
        }
    };
    if let Some(holder) = &holder {
        holder.require(tx)?;
    }
    let fields = fields(tx, new);
    if faults.is_empty() {
        faults.extend(below_zero(tx, &fields)?);
    }
    Error::check(faults)?;
    let id = db::capital_assignments::insert(tx.conn, &fields)?;
    let made = by_ids(tx, &[id])?
        .into_iter()
        .next()
        .ok_or(Code::NotFound)?;
    tx.audit(Change::created(
        "capital_assignment.recorded",
        "capital_assignment",
        id,
        &made,
    ))?;
    Ok(made)
}

/// A unit, or an agency with the unit it sits in.
enum Holder {
    Unit(i64),
    Agency { id: i64, unit_id: i64 },
}

impl Holder {
    fn within(&self, scope: &Scope) -> bool {
        match self {
            Holder::Unit(id) => scope.has_unit(*id),
            Holder::Agency { id, unit_id } => scope.has_agency(*id) || scope.has_unit(*unit_id),
        }
    }

    fn require(&self, tx: &mut Tx<'_>) -> Result<()> {
        let permission = tx.ctx.permission;
        if self.within(&*tx.scope(permission)?) {
            return Ok(());
        }
        match self.within(&*tx.readable()?) {
            true => Err(Code::Forbidden.into()),
            false => Err(Code::NotFound.into()),
        }
    }
}

/// The holder, if there is one.
fn holder(view: &mut View<'_>, unit: Option<i64>, agency: Option<i64>) -> Result<Option<Holder>> {
    if let Some(id) = unit {
        return Ok(view.tree()?.get(id).map(|_| Holder::Unit(id)));
    }
    let Some(id) = agency else {
        return Ok(None);
    };
    let found = db::agencies::find(view.conn, id)?;
    Ok(found.map(|agency| Holder::Agency {
        id,
        unit_id: agency.unit_id,
    }))
}

fn references(tx: &mut Tx<'_>, new: &NewAssignment) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let (source, day) = (new.funding_source_id, new.effective_date);
    faults.extend(source_on(tx.conn, source, day, "/funding_source_id")?);
    faults.extend(year(new.budget_year, "/budget_year"));
    faults.extend(positive(new.amount, "/amount"));
    if let Some(from) = new.from_unit_id
        && (tx.tree()?.get(from).is_none() || new.unit_id == Some(from))
    {
        faults.push(unknown("/from_unit_id"));
    }
    Ok(faults)
}

fn fields(tx: &Tx<'_>, new: &NewAssignment) -> Fields {
    Fields {
        unit_id: new.unit_id,
        agency_id: new.agency_id,
        from_unit_id: new.from_unit_id,
        funding_source_id: new.funding_source_id,
        budget_year: new.budget_year,
        authority: new.authority.as_str().to_owned(),
        kind: new.kind.as_str().to_owned(),
        amount: new.kind.entry().signed(new.amount).get(),
        effective_date: new.effective_date,
        decision_number: new.decision.number.clone(),
        decision_issuer: new.decision.issuer.clone(),
        decision_date: new.decision.date,
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
    }
}

/// What a holder has of a source, year and authority never falls below zero, nor leaves what an
/// amount can be.
fn below_zero(tx: &mut Tx<'_>, fields: &Fields) -> Result<Option<Fault>> {
    let mut days: BTreeMap<NaiveDate, i128> = BTreeMap::new();
    let all = db::capital_assignments::of_same_holder(tx.conn, fields)?;
    for (day, amount) in all
        .into_iter()
        .chain([(fields.effective_date, fields.amount)])
    {
        *days.entry(day).or_default() += i128::from(amount);
    }
    let mut sum = 0;
    let outside = days.into_iter().find(|(_, change)| {
        sum += change;
        !(0..=Money::MAX.wide()).contains(&sum)
    });
    Ok(outside.map(|(day, _)| {
        let why = format!("{day}: 0 … {} đồng", Money::MAX.get());
        Fault::at("/amount", Code::OutOfRange).with("why", why)
    }))
}

fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<CapitalAssignment>> {
    let conn = &mut *view.conn;
    let mut rows: HashMap<i64, Fields> = db::capital_assignments::by_ids(conn, ids)?
        .into_iter()
        .collect();
    let units = rows
        .values()
        .flat_map(|row| [row.unit_id, row.from_unit_id])
        .flatten();
    let units = Refs::load(conn, Named::Units, units)?;
    let agencies = rows.values().filter_map(|row| row.agency_id);
    let agencies = Refs::load(conn, Named::Agencies, agencies)?;
    let sources = rows.values().map(|row| row.funding_source_id);
    let sources = Refs::load(conn, Named::Sources, sources)?;
    let users = Users::load(conn, rows.values().map(|row| row.recorded_by))?;
    ids.iter()
        .filter_map(|id| Some((*id, rows.remove(id)?)))
        .map(|(id, row)| {
            let stored = || Error::Internal(format!("capital assignment {id} as stored"));
            Ok(CapitalAssignment {
                id,
                unit_id: row.unit_id,
                unit: row.unit_id.map(|id| units.get(id)),
                agency_id: row.agency_id,
                agency: row.agency_id.map(|id| agencies.get(id)),
                from_unit_id: row.from_unit_id,
                from_unit: row.from_unit_id.map(|id| units.get(id)),
                funding_source_id: row.funding_source_id,
                funding_source: sources.get(row.funding_source_id),
                budget_year: row.budget_year,
                authority: Authority::parse(&row.authority).ok_or_else(stored)?,
                kind: GivenKind::parse(&row.kind).ok_or_else(stored)?,
                amount: Money::dong(row.amount),
                effective_date: row.effective_date,
                decision: Decision {
                    number: row.decision_number,
                    issuer: row.decision_issuer,
                    date: row.decision_date,
                },
                recorded_at: row.recorded_at.and_utc(),
                recorded_by: users.get(row.recorded_by),
            })
        })
        .collect()
}
