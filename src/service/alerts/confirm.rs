//! A promise is confirmed by mail, with its date as a calendar entry.

use std::collections::BTreeSet;

use super::load;
use super::teller::{More, Teller};
use crate::db;
use crate::domain::alerts::lifecycle::Live;
use crate::domain::alerts::people::Owner;
use crate::domain::calendar::WorkingCalendar;
use crate::error::Result;
use crate::mail::messages::Reason;
use crate::mail::notice::Why;
use crate::service::Tx;

/// Tells whoever answers for the alert, a leader's tracking officer, and whoever promised.
pub(super) fn confirm(tx: &mut Tx<'_>, live: &Live) -> Result<()> {
    let (tree, today) = (tx.tree()?, tx.today);
    let projects = live.project_id.into_iter().collect();
    let world = load::of_projects(tx.conn, tree, today, projects)?;
    let snapshot = world.on(today);
    let project = live.project_id;
    let leader = project.and_then(|id| snapshot.leader(id));
    let officer = project.and_then(|id| snapshot.officer(id));
    let is_led = leader.is_some() && leader == live.responsible_id;
    let promiser = tx.ctx.actor.person_id;
    let mut people: BTreeSet<i64> = live.responsible_id.into_iter().collect();
    people.extend(promiser);
    people.extend(officer.filter(|_| is_led));
    let mut teller = Teller::new(tx, &snapshot, live.responsible_id)?;
    for person in people {
        let is_promiser = promiser == Some(person) && live.responsible_id != promiser;
        let why = match (is_promiser, project, live.responsible_id) {
            (false, Some(project), _) if is_led => {
                teller.owner_why(Owner::Project(project), live, person)
            }
            (false, _, Some(responsible)) => {
                teller.owner_why(Owner::Person(responsible), live, person)
            }
            _ => Why::Promiser,
        };
        let more = More {
            promised_at: Some(tx.now),
            ..More::default()
        };
        teller.push(live, person, Reason::Committed, why, more);
    }
    let calendar = WorkingCalendar::new(db::holidays::dates(tx.conn)?);
    teller.queue(tx, &calendar)?;
    Ok(())
}
