//! What a task force needs at its meeting: live alerts by level, promises due, obstacles and
//! directives that are open (domain.md section 8).

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::alerts::{self, Agenda, AgendaAlert, PromiseDue};
use super::directives::{self, Directive, ListFilter};
use super::obstacles::{self, Obstacle};
use super::shared::{Named, Ref, Refs};
use super::task_forces::{self, TaskForce};
use crate::db::page::Page;
use crate::domain::obstacle::FollowUp;
use crate::error::{Code, Result};

/// The live alerts at one level.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LevelAgenda {
    /// The highest level told so far: `province`, `district`, `commune` or `leader`.
    pub level: String,
    /// How many there are.
    pub total: i64,
    /// How many of them are critical.
    pub critical: i64,
    /// The first of them, most severe first.
    pub alerts: Vec<AgendaAlert>,
}

/// The agenda of a meeting.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeetingPack {
    /// The task force.
    pub task_force: TaskForce,
    /// Its unit; the pack is about this unit and everything below it.
    pub unit: Ref,
    /// The business date.
    pub as_of: NaiveDate,
    /// Live alerts, those told highest up first. Levels without any are left out.
    pub levels: Vec<LevelAgenda>,
    /// How many promises and snoozes are running.
    pub promises_total: i64,
    /// The first of them, by their date.
    pub promises: Vec<PromiseDue>,
    /// How many obstacles are open.
    pub obstacles_total: i64,
    /// The first of them, by their due date.
    pub obstacles: Vec<Obstacle>,
    /// The open directives of this task force, by their due date.
    pub directives: Vec<Directive>,
}

/// Rows written out of each list; the others are counted.
pub const LISTED: i64 = 50;

/// The pack of a task force, for its members and whoever may read its unit; it holds what the
/// reader may see.
pub fn pack(view: &mut View<'_>, id: i64) -> Result<MeetingPack> {
    let task_force = task_forces::get(view, id)?;
    let reader = view.ctx.actor.person_id;
    let is_member = task_force
        .members
        .iter()
        .any(|member| Some(member.person_id) == reader);
    if !is_member && !view.readable()?.has_unit(task_force.unit_id) {
        return Err(Code::NotFound.into());
    }
    let today = view.today;
    let unit_id = task_force.unit_id;
    let units: Vec<i64> = view
        .tree()?
        .subtree_on(unit_id, today)
        .into_iter()
        .collect();
    let Agenda {
        levels,
        promises_total,
        promises,
    } = alerts::agenda(view, &[unit_id], LISTED)?;
    let levels = levels
        .into_iter()
        .map(|(level, total, critical, alerts)| LevelAgenda {
            level,
            total,
            critical,
            alerts,
        });
    let (obstacles, obstacles_total) = obstacles::open(view, &units, LISTED)?;
    Ok(MeetingPack {
        unit: Refs::load(view.conn, Named::Units, [unit_id])?.get(unit_id),
        as_of: today,
        levels: levels.collect(),
        promises_total,
        promises,
        obstacles_total,
        obstacles,
        directives: open_directives(view, id)?,
        task_force,
    })
}

fn open_directives(view: &mut View<'_>, task_force: i64) -> Result<Vec<Directive>> {
    let open = FollowUp::ALL.iter().copied();
    let filter = ListFilter {
        task_forces: vec![task_force],
        statuses: open.filter(|status| !status.is_over()).collect(),
        ..ListFilter::default()
    };
    let mut rows = directives::list(view, &filter, &Page::all())?.rows;
    rows.sort_by_key(|one| (one.due_date, one.id));
    Ok(rows)
}
