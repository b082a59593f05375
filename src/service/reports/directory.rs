//! The projects of a report with who manages, builds and answers for them on the day.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::figures::{LineFilter, ProjectKeys};
use super::super::shared::{Named, People, PersonRef, Ref, Refs};
use crate::db;
use crate::error::Result;

/// A project as a report names it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportProject {
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// The unit that manages it on the day.
    pub managing_unit: Ref,
    /// The investor on the day.
    pub investor: Ref,
    /// Who answers for it on the day.
    pub leader: Option<PersonRef>,
}

/// An obstacle that is not over.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportObstacle {
    /// What blocks the project.
    pub description: String,
    /// By when it is to be removed.
    pub due_date: NaiveDate,
}

/// Projects by id.
pub(super) struct Directory {
    keys: HashMap<i64, ProjectKeys>,
    units: Refs,
    agencies: Refs,
    people: People,
}

impl Directory {
    /// Reads the projects of the lines.
    pub(super) fn load(view: &mut View<'_>, filter: &LineFilter, day: NaiveDate) -> Result<Self> {
        let conn = &mut *view.conn;
        let keys = db::figures::projects(conn, filter, day)?;
        let units = keys.values().map(|project| project.managing_unit_id);
        let agencies = keys.values().map(|project| project.investor_id);
        let leaders = keys.values().filter_map(|project| project.leader_id);
        Ok(Directory {
            units: Refs::load(conn, Named::Units, units)?,
            agencies: Refs::load(conn, Named::Agencies, agencies)?,
            people: People::load(conn, leaders)?,
            keys,
        })
    }

    /// What the project is grouped by.
    pub(super) fn keys(&self, id: i64) -> Option<&ProjectKeys> {
        self.keys.get(&id)
    }

    /// A project; `None` if it had no links on the day.
    pub(super) fn get(&self, id: i64) -> Option<ReportProject> {
        let keys = self.keys.get(&id)?;
        Some(ReportProject {
            id,
            code: keys.code.clone(),
            name: keys.name.clone(),
            managing_unit: self.units.get(keys.managing_unit_id),
            investor: self.agencies.get(keys.investor_id),
            leader: keys.leader_id.map(|leader| self.people.get(leader)),
        })
    }
}

/// The obstacles that are not over today, by project.
pub(super) fn obstacles(
    view: &mut View<'_>,
    filter: &LineFilter,
) -> Result<HashMap<i64, Vec<ReportObstacle>>> {
    let mut by_project: HashMap<i64, Vec<ReportObstacle>> = HashMap::new();
    for one in db::reports::open_obstacles(view.conn, filter)? {
        let list = by_project.entry(one.project_id).or_default();
        list.push(ReportObstacle {
            description: one.description,
            due_date: one.due_date,
        });
    }
    Ok(by_project)
}
