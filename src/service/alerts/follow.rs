//! Who was told of an alert and when, and who is told next.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::Alert;
use crate::db;
use crate::domain::alerts::escalation::next_task_force;
use crate::domain::alerts::{AlertLevel, World};
use crate::error::Result;
use crate::service::View;
use crate::service::shared::{Named, People, PersonRef, Ref, Refs};

/// Somebody who was told of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Told {
    /// Who.
    pub person: PersonRef,
    /// The level they were told at.
    pub level: String,
    /// The business date.
    pub on: NaiveDate,
}

/// The next step up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextStep {
    /// When.
    pub on: NaiveDate,
    /// The unit whose task force is told; null while no unit above has one.
    pub unit: Option<Ref>,
    /// Its level.
    pub level: Option<String>,
    /// Everybody in that task force, the head first.
    pub people: Vec<PersonRef>,
}

/// Who knows of an alert, and who will.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Follow {
    /// Who was told, in order.
    pub told: Vec<Told>,
    /// Who is told next, by the task forces of that day as they are known now; none while a promise
    /// runs and when nobody is left above.
    pub next: Option<NextStep>,
}

/// A step as it is found: the day, and the unit, level and members of its task force.
type Step = (NaiveDate, Option<(i64, AlertLevel, Vec<i64>)>);

/// Who knows of these alerts, by alert.
pub(super) fn follow(view: &mut View<'_>, alerts: &[Alert]) -> Result<HashMap<i64, Follow>> {
    let ids: Vec<i64> = alerts.iter().map(|alert| alert.id).collect();
    let told = db::alerts::detail::told(view.conn, &ids)?;
    let steps = steps(view, alerts)?;
    let mut people: BTreeSet<i64> = told.iter().map(|(_, person, _, _)| *person).collect();
    let forces = || steps.values().filter_map(|(_, force)| force.as_ref());
    people.extend(forces().flat_map(|(_, _, members)| members.iter().copied()));
    let people = People::load(view.conn, people)?;
    let units: BTreeSet<i64> = forces().map(|(unit, _, _)| *unit).collect();
    let units = Refs::load(view.conn, Named::Units, units)?;
    let mut follows: HashMap<i64, Follow> = HashMap::new();
    for (alert, person, level, on) in told {
        let person = people.get(person);
        let told = Told { person, level, on };
        follows.entry(alert).or_default().told.push(told);
    }
    for (alert, (on, force)) in steps {
        let members = force.iter().flat_map(|(_, _, members)| members);
        follows.entry(alert).or_default().next = Some(NextStep {
            on,
            people: members.map(|id| people.get(*id)).collect(),
            level: force.as_ref().map(|force| force.1.as_str().to_owned()),
            unit: force.as_ref().map(|(unit, _, _)| units.get(*unit)),
        });
    }
    Ok(follows)
}

/// The next steps of those alerts that have one.
fn steps(view: &mut View<'_>, alerts: &[Alert]) -> Result<HashMap<i64, Step>> {
    let world = World {
        tree: view.tree()?,
        task_forces: db::alerts::world::task_forces(view.conn)?,
        ..World::default()
    };
    let step = |alert: &Alert| {
        let on = alert.escalates_on?;
        let snapshot = world.on(on);
        let level = AlertLevel::parse(&alert.level)?;
        let unit = alert.unit.as_ref();
        let ladder = unit.map_or_else(Vec::new, |unit| snapshot.ladder(unit.id));
        let force = next_task_force(&ladder, level).map(|rung| {
            let members = snapshot.task_force_members(rung.unit_id).to_vec();
            (rung.unit_id, rung.level, members)
        });
        Some((alert.id, (on, force)))
    };
    Ok(alerts.iter().filter_map(step).collect())
}
