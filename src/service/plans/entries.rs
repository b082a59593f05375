//! Initial plans, supplements and cuts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::NaiveDate;

use super::rules::{Draft, Given};
use super::{PlanEntry, one};
use crate::db;
use crate::db::plan_lines::LineKey;
use crate::domain::capital::{GivenKind, Origin, default_deadline, period_start};
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::period_closings::ClosedMonths;
use crate::service::projects;
use crate::service::shared::{Decision, Warning, positive, source_on, year};
use crate::service::{Tx, View};

/// What a caller says about an entry.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewEntry {
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub origin: Origin,
    pub kind: GivenKind,
    /// Above zero; the kind gives the sign.
    pub amount: Money,
    pub effective_date: NaiveDate,
    pub decision: Decision,
    pub deadline: Option<NaiveDate>,
    pub note: Option<String>,
}

impl NewEntry {
    /// The plan line it belongs to.
    pub fn line(&self, project_id: i64) -> LineKey {
        LineKey {
            project_id,
            funding_source_id: self.funding_source_id,
            budget_year: self.budget_year,
            origin: self.origin,
        }
    }
}

/// Holds an entry against everything. The draft of its line has it afterwards, if there is no fault.
pub(super) fn judge(
    view: &mut View<'_>,
    new: &NewEntry,
    draft: &mut Draft,
    closed: Option<Fault>,
) -> Result<(Given, Vec<Fault>)> {
    let day = new.effective_date;
    let mut faults: Vec<Fault> = closed.into_iter().collect();
    faults.extend(source_on(
        view.conn,
        new.funding_source_id,
        day,
        "/funding_source_id",
    )?);
    faults.extend(year(new.budget_year, "/budget_year"));
    faults.extend(positive(new.amount, "/amount"));
    faults.extend(deadline_fault(new));
    let kind = new.kind.entry();
    let given = Given {
        kind,
        amount: kind.signed(new.amount),
        effective_date: day,
        deadline: new.deadline.unwrap_or_else(|| match kind.sign() {
            1 => default_deadline(kind, new.origin, new.budget_year, day),
            _ => draft.earliest_deadline(),
        }),
        decision: new.decision.clone(),
        note: new.note.clone(),
        operation_id: None,
    };
    if faults.is_empty() {
        draft.add(&given);
        faults.extend(draft.broken(given.from(), "/amount"));
        if !faults.is_empty() {
            draft.book.entries.pop();
        }
    }
    Ok((given, faults))
}

/// Records an entry of a project.
pub fn create(tx: &mut Tx<'_>, project_id: i64, new: &NewEntry) -> Result<PlanEntry> {
    let day = new.effective_date;
    let (_, closed) = tx.open_project(project_id, day, "/effective_date")?;
    let mut draft = Draft::of(tx, new.line(project_id))?;
    let (given, faults) = judge(tx, new, &mut draft, closed)?;
    Error::check(faults)?;
    let id = draft.write(tx, &given)?;
    let mut entry = one(tx, id)?;
    if given.amount.is_positive() {
        entry.warnings = warnings(tx, project_id)?;
    }
    let change = Change::created("plan_entry.recorded", "plan_entry", id, &entry);
    tx.audit(change.of_project(project_id))?;
    Ok(entry)
}

/// The faults of each of many entries, judged one after the other in this order as
/// [`create`] would.
pub fn judge_all(view: &mut View<'_>, entries: &[(i64, &NewEntry)]) -> Result<Vec<Vec<Fault>>> {
    let mut drafts: HashMap<LineKey, Draft> = HashMap::new();
    let months = ClosedMonths::load(view)?;
    let mut all = Vec::with_capacity(entries.len());
    for (project_id, new) in entries {
        let closed = months.fault(view, *project_id, new.effective_date, "/effective_date")?;
        let key = new.line(*project_id);
        let draft = match drafts.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(slot) => slot.insert(Draft::of(view, key)?),
        };
        all.push(judge(view, new, draft, closed)?.1);
    }
    Ok(all)
}

/// A deadline that is named reaches to the entry's own day and into its budget year.
fn deadline_fault(new: &NewEntry) -> Option<Fault> {
    let earliest = new.effective_date.max(period_start(new.budget_year));
    let why = format!("≥ {earliest}");
    (new.deadline? < earliest).then(|| Fault::at("/deadline", Code::OutOfRange).with("why", why))
}

/// Plans above total investment are allowed, but said.
pub fn warnings(view: &mut View<'_>, project_id: i64) -> Result<Vec<Warning>> {
    let limits = projects::limits(view, project_id)?;
    let planned = db::ledger::planned_in_all(view.conn, project_id)?;
    let all: i128 = limits
        .opening
        .into_iter()
        .chain([planned])
        .map(Money::wide)
        .sum();
    if all <= limits.total_investment.wide() {
        return Ok(Vec::new());
    }
    let fault = Fault::at("", Code::TotalInvestmentExceeded)
        .with("disbursed", Money::saturating(all))
        .with("total", limits.total_investment);
    Ok(vec![Warning {
        code: Code::TotalInvestmentExceeded.as_str().to_owned(),
        message: fault.message(view.ctx.actor.locale),
    }])
}
