//! Who is told of an alert, and what.

use chrono::NaiveDate;

use super::Writer;
use crate::db::alerts::write;
use crate::db::mails::Recipient;
use crate::domain::alerts::escalation::next_task_force;
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::people::Owner;
use crate::domain::alerts::{AlertLevel, Fact};
use crate::domain::money::Money;
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::mail::notice::{Next, Notice, Why};
use crate::service::alerts::notify::News;

impl Writer<'_, '_> {
    pub(super) fn tell_owners(&mut self, fact: &Fact, live: &Live, reason: Reason) -> Result<()> {
        let as_of = self.as_of();
        for person in self.judge.snapshot.owners(fact.owner).people {
            if write::tell(self.tx.conn, live.id, person, AlertLevel::Leader, as_of)? {
                let why = self.owner_why(fact, live, person);
                self.push(live, person, reason, why, None, None);
            }
        }
        Ok(())
    }

    pub(super) fn owner_why(&self, fact: &Fact, live: &Live, person: i64) -> Why {
        let is_project = matches!(fact.owner, Owner::Project(_) | Owner::ProjectPeople(_));
        let officer = live
            .project_id
            .and_then(|id| self.judge.snapshot.officer(id));
        let by_unit = !is_project || officer != Some(person);
        match (live.responsible_id == Some(person), is_project, by_unit) {
            (true, true, _) => Why::Leader,
            (true, false, _) => Why::Assignee,
            (false, _, true) => Why::Coordinator,
            (false, _, false) => Why::Officer,
        }
    }

    /// The task force of the level told last.
    pub(super) fn told_last(&self, live: &Live) -> Vec<(String, i64)> {
        let snapshot = self.judge.snapshot;
        let ladder = live
            .unit_id
            .map_or_else(Vec::new, |unit| snapshot.ladder(unit));
        let at = ladder.iter().find(|rung| {
            rung.level == live.course.level && live.course.level != AlertLevel::Leader
        });
        at.map_or_else(Vec::new, |rung| {
            let members = snapshot.task_force_members(rung.unit_id);
            let unit = self.unit_name(rung.unit_id);
            members
                .iter()
                .map(|person| (unit.clone(), *person))
                .collect()
        })
    }

    pub(super) fn unit_name(&self, unit_id: i64) -> String {
        let unit = self.judge.snapshot.world.tree.get(unit_id);
        unit.map_or_else(String::new, |unit| unit.name.clone())
    }

    pub(super) fn push(
        &mut self,
        live: &Live,
        person_id: i64,
        reason: Reason,
        why: Why,
        missed: Option<(NaiveDate, Option<Money>)>,
        cause: Option<&'static str>,
    ) {
        let live = live.clone();
        let responsible = live
            .responsible_id
            .and_then(|id| self.names.get(&id))
            .cloned();
        let next = live.escalates_on.map(|on| {
            let ladder = live
                .unit_id
                .map_or_else(Vec::new, |unit| self.judge.snapshot.ladder(unit));
            let rung = next_task_force(&ladder, live.course.level);
            Next {
                on,
                unit: rung.map(|rung| self.unit_name(rung.unit_id)),
            }
        });
        let url = self.tx.ctx.app.settings.public_url.clone();
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
                missed,
                cause,
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
}
