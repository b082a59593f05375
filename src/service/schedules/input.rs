//! Drafting a version and writing it anew.

use chrono::NaiveDate;

use super::{Schedule, one};
use crate::db;
use crate::db::plan_lines::LineKey;
use crate::db::schedules::{Fields, Item};
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::domain::schedule::ScheduleStatus;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::shared::{Named, Refs, positive, unknown, year};
use crate::service::{Tx, View};

/// What a caller says about an item.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewItem {
    pub due_date: NaiveDate,
    pub amount: Money,
    pub label: Option<String>,
}

/// What a caller says about a version.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewSchedule {
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub origin: Origin,
    pub effective_date: NaiveDate,
    pub items: Vec<NewItem>,
    pub note: Option<String>,
}

impl NewSchedule {
    /// The plan line it belongs to.
    pub fn line(&self, project_id: i64) -> LineKey {
        LineKey {
            project_id,
            funding_source_id: self.funding_source_id,
            budget_year: self.budget_year,
            origin: self.origin,
        }
    }

    fn check(&self, faults: &mut Vec<Fault>) -> Money {
        if self.items.is_empty() {
            faults.push(Fault::at("/items", Code::Required));
        }
        for (index, item) in self.items.iter().enumerate() {
            faults.extend(positive(item.amount, format!("/items/{index}/amount")));
        }
        let total = Money::sum(self.items.iter().map(|item| item.amount));
        total.unwrap_or_else(|| {
            let why = format!("≤ {} đồng", Money::MAX.get());
            faults.push(Fault::at("/items", Code::OutOfRange).with("why", why));
            Money::ZERO
        })
    }

    fn rows(&self, schedule_id: i64) -> Vec<Item> {
        self.items
            .iter()
            .zip(1..)
            .map(|(item, position)| Item {
                schedule_id,
                position,
                due_date: item.due_date,
                amount: item.amount.get(),
                label: item.label.clone(),
            })
            .collect()
    }
}

/// Holds a version against everything but its sum; answers the sum and the faults.
pub fn judge(
    view: &mut View<'_>,
    new: &NewSchedule,
    closed: Option<Fault>,
) -> Result<(Money, Vec<Fault>)> {
    let mut faults: Vec<Fault> = closed.into_iter().collect();
    let source = new.funding_source_id;
    if !Refs::load(view.conn, Named::Sources, [source])?.has(source) {
        faults.push(unknown("/funding_source_id"));
    }
    faults.extend(year(new.budget_year, "/budget_year"));
    let total = new.check(&mut faults);
    Ok((total, faults))
}

/// Drafts a version. Its sum is not judged before it is submitted.
pub fn create(tx: &mut Tx<'_>, project_id: i64, new: &NewSchedule) -> Result<Schedule> {
    let day = new.effective_date;
    let (_, closed) = tx.open_project(project_id, day, "/effective_date")?;
    let (total, faults) = judge(tx, new, closed)?;
    Error::check(faults)?;
    let key = new.line(project_id);
    let line_id = db::plan_lines::ensure(tx.conn, &key)?.id;
    let fields = Fields {
        line_id,
        version: db::schedules::next_version(tx.conn, line_id)?,
        status: ScheduleStatus::Draft.as_str().to_owned(),
        effective_date: new.effective_date,
        note: new.note.clone(),
        total: total.get(),
        created_by: tx.ctx.actor.user_id,
        created_at: tx.now,
        submitted_by: None,
        submitted_at: None,
        approved_by: None,
        approved_at: None,
        return_reason: None,
    };
    let id = db::schedules::insert(tx.conn, &fields)?;
    db::schedules::set_items(tx.conn, id, &new.rows(id))?;
    let made = one(tx, id)?;
    let change = Change::created("schedule.drafted", "schedule", id, &made);
    tx.audit(change.of_project(project_id))?;
    Ok(made)
}

/// Writes a draft or returned version anew; it is a draft then. It must come from [`super::lock`].
pub fn replace(tx: &mut Tx<'_>, before: &Schedule, new: &NewSchedule) -> Result<Schedule> {
    let mut faults = Vec::new();
    if !matches!(
        before.status,
        ScheduleStatus::Draft | ScheduleStatus::Returned
    ) {
        faults.push(Fault::at("", Code::ScheduleNotDraft));
    }
    let day = new.effective_date;
    faults.extend(tx.closed_fault(before.project_id, day, "/effective_date")?);
    let why = (
        "phiên bản thuộc một dòng kế hoạch khác",
        "the version belongs to another plan line",
    );
    for (at, same) in [
        (
            "/funding_source_id",
            new.funding_source_id == before.funding_source_id,
        ),
        ("/budget_year", new.budget_year == before.budget_year),
        ("/origin", new.origin == before.origin),
    ] {
        if !same {
            faults.push(Fault::at(at, Code::Invalid).with("why", why));
        }
    }
    let total = new.check(&mut faults);
    Error::check(faults)?;
    change(tx, before, "schedule.changed", |tx, row| {
        row.status = ScheduleStatus::Draft.as_str().to_owned();
        row.effective_date = new.effective_date;
        row.note = new.note.clone();
        row.total = total.get();
        row.submitted_by = None;
        row.submitted_at = None;
        db::schedules::set_items(tx.conn, before.id, &new.rows(before.id))
    })
}

/// Changes a version's row and audits it.
pub(super) fn change(
    tx: &mut Tx<'_>,
    before: &Schedule,
    action: &str,
    edit: impl FnOnce(&mut Tx<'_>, &mut Fields) -> Result<()>,
) -> Result<Schedule> {
    let found = db::schedules::by_ids(tx.conn, &[before.id])?;
    let (id, mut row) = found.into_iter().next().ok_or(Code::NotFound)?;
    edit(tx, &mut row)?;
    db::schedules::update(tx.conn, id, &row)?;
    let after = one(tx, id)?;
    let change = Change::updated(action, "schedule", id, before, &after);
    tx.audit(change.of_project(after.project_id))?;
    Ok(after)
}
