//! The projects of a report with who manages, builds and answers for them on the day.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::View;
use super::super::book::Book;
use super::super::figures::LineFilter;
use super::super::shared::{PersonRef, Ref};
use crate::db;
use crate::db::book::Project;
use crate::db::project_links::Link;
use crate::domain::project::Duty;
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

/// The projects as they are on a day.
pub(super) struct Directory {
    book: Arc<Book>,
    day: NaiveDate,
}

impl Directory {
    /// All projects; which are shown is for the lines of a report to say.
    pub(super) fn load(view: &mut View<'_>, day: NaiveDate) -> Result<Self> {
        let book = view.book()?;
        Ok(Directory { book, day })
    }

    /// A project with its links; `None` if it had none on the day.
    pub(super) fn find(&self, id: i64) -> Option<(&Project, &Link)> {
        let project = self.book.project(id)?;
        Some((project, project.link_on(self.day)?))
    }

    /// A project's code and name, whatever its links.
    pub(super) fn project(&self, id: i64) -> Ref {
        let fields = self.book.project(id).map(|project| &project.fields);
        Ref {
            id,
            code: fields.map(|fields| fields.code.clone()).unwrap_or_default(),
            name: fields.map(|fields| fields.name.clone()).unwrap_or_default(),
        }
    }

    /// What a report shows of it.
    pub(super) fn get(&self, id: i64) -> Option<ReportProject> {
        let (project, link) = self.find(id)?;
        let leader = project.person_on(Duty::Leader.as_str(), self.day);
        Some(ReportProject {
            id,
            code: project.fields.code.clone(),
            name: project.fields.name.clone(),
            managing_unit: self.book.unit(link.managing_unit_id),
            investor: self.book.agency(link.investor_id),
            leader: leader.map(|id| self.book.person(id)),
        })
    }

    /// A funding source.
    pub(super) fn source(&self, id: i64) -> Ref {
        self.book.source(id)
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
