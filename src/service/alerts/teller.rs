//! What is told of an alert, to whom, and why they are told: a scan, a handover and a promise all
//! word their news here.

use chrono::{NaiveDate, NaiveDateTime};

use super::notify::{self, Names, News};
use crate::db;
use crate::db::mails::Recipient;
use crate::domain::alerts::escalation::next_task_force;
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{AlertLevel, Snapshot};
use crate::domain::calendar::WorkingCalendar;
use crate::domain::money::Money;
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::mail::notice::{Next, Notice, Promised, Why};
use crate::service::Tx;

/// What a notice says besides the alert's facts.
#[derive(Clone, Debug, Default)]
pub(super) struct More {
    /// The promise that was missed: its date and amount.
    pub missed: Option<(NaiveDate, Option<Money>)>,
    /// Why the alert ended.
    pub cause: Option<&'static str>,
    /// When the running promise was given, if the reader is to have its date in the calendar.
    pub promised_at: Option<NaiveDateTime>,
}

/// Gathers news of alerts as they stand on one day.
pub(super) struct Teller<'a> {
    snapshot: &'a Snapshot<'a>,
    names: Names,
    url: String,
    news: Vec<News>,
}

impl<'a> Teller<'a> {
    /// Nothing to tell yet; `responsible` are the people whose names the news will give.
    pub fn new(
        tx: &mut Tx<'_>,
        snapshot: &'a Snapshot<'a>,
        responsible: impl IntoIterator<Item = i64>,
    ) -> Result<Self> {
        Ok(Teller {
            snapshot,
            names: db::names::people(tx.conn, responsible.into_iter().collect::<Vec<_>>())?,
            url: tx.ctx.app.settings.public_url.clone(),
            news: Vec::new(),
        })
    }

    /// Queues the mails; gives those that are new or say more than before.
    pub fn queue(
        self,
        tx: &mut Tx<'_>,
        calendar: &WorkingCalendar,
    ) -> Result<std::collections::BTreeSet<i64>> {
        notify::queue(tx, self.snapshot.as_of, calendar, self.news)
    }

    /// Why an owner of an alert is told.
    pub fn owner_why(&self, owner: Owner, live: &Live, person: i64) -> Why {
        let is_project = matches!(owner, Owner::Project(_) | Owner::ProjectPeople(_));
        let officer = live.project_id.and_then(|id| self.snapshot.officer(id));
        let by_unit = !is_project || officer != Some(person);
        match (live.responsible_id == Some(person), is_project, by_unit) {
            (true, true, _) => Why::Leader,
            (true, false, _) => Why::Assignee,
            (false, _, true) => Why::Coordinator,
            (false, _, false) => Why::Officer,
        }
    }

    /// The task force of the level told last.
    pub fn told_last(&self, live: &Live) -> Vec<(String, i64)> {
        let ladder = live
            .unit_id
            .map_or_else(Vec::new, |unit| self.snapshot.ladder(unit));
        let at = ladder.iter().find(|rung| {
            rung.level == live.course.level && live.course.level != AlertLevel::Leader
        });
        at.map_or_else(Vec::new, |rung| {
            let members = self.snapshot.task_force_members(rung.unit_id);
            let unit = self.unit_name(rung.unit_id);
            members
                .iter()
                .map(|person| (unit.clone(), *person))
                .collect()
        })
    }

    /// The name of a unit.
    pub fn unit_name(&self, unit_id: i64) -> String {
        let unit = self.snapshot.world.tree.get(unit_id);
        unit.map_or_else(String::new, |unit| unit.name.clone())
    }

    /// Adds what one person is told of one alert.
    pub fn push(&mut self, live: &Live, person_id: i64, reason: Reason, why: Why, more: More) {
        let live = live.clone();
        let responsible = live
            .responsible_id
            .and_then(|id| self.names.get(&id))
            .cloned();
        let next = self.next(&live);
        let url = self.url.clone();
        let alert_id = live.id;
        let write = move |recipient: &Recipient| {
            let notice = Notice {
                alert_id: live.id,
                reason,
                rule: live.key.rule,
                severity: live.severity,
                label: &live.label,
                details: &live.details,
                raised_on: live.raised_on,
                responsible: responsible.as_deref(),
                missed: more.missed,
                promised: live.promise.map(|promise| Promised {
                    on: promise.due_on,
                    amount: promise.amount,
                    sequence: promise.id,
                    entered_at: more.promised_at,
                }),
                cause: more.cause,
                next: next.clone(),
            };
            notice.item(&why, recipient.locale, &url)
        };
        self.news.push(News {
            person_id,
            alert_id,
            reason,
            write: Box::new(write),
        });
    }

    /// The next step; while a promise runs, what follows if it is missed.
    fn next(&self, live: &Live) -> Option<Next> {
        let on = live.promise.map(|promise| promise.due_on);
        let on = on.or(live.escalates_on)?;
        let ladder = live
            .unit_id
            .map_or_else(Vec::new, |unit| self.snapshot.ladder(unit));
        let rung = next_task_force(&ladder, live.course.level);
        Some(Next {
            on,
            unit: rung.map(|rung| self.unit_name(rung.unit_id)),
        })
    }
}
