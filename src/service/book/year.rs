//! The lines of a budget year, project by project.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::Course;
use crate::db::Conn;
use crate::db::book::{self as rows, Line, Project};
use crate::error::Result;

/// A project and its lines of one year.
#[derive(Debug)]
pub struct Planned {
    /// The project.
    pub project: Arc<Project>,
    /// Its lines of the year that have any entry, by id.
    pub lines: Vec<Line>,
}

/// The projects that have lines in a budget year, by id.
#[derive(Debug, Default)]
pub struct Year {
    /// The projects.
    pub planned: Vec<Arc<Planned>>,
    course: OnceLock<Course>,
}

impl Year {
    fn of(planned: Vec<Arc<Planned>>) -> Self {
        Year {
            planned,
            course: OnceLock::new(),
        }
    }

    /// How its capital went, summed by the first who asks.
    pub fn course(&self) -> &Course {
        self.course.get_or_init(|| Course::of(&self.planned))
    }

    /// Reads the lines of these projects in some years; both must be in order.
    pub(super) fn read(
        conn: &mut Conn,
        years: &[i32],
        projects: &[Arc<Project>],
        named: bool,
    ) -> Result<BTreeMap<i32, Year>> {
        let ids: Vec<i64> = projects.iter().map(|project| project.id).collect();
        let lines = rows::lines(conn, years, named.then_some(ids.as_slice()))?;
        let mut lines = lines.into_iter().peekable();
        let read = years.iter().map(|year| {
            let mut of_year = Vec::new();
            while let Some(line) = lines.next_if(|line| line.budget_year == *year) {
                of_year.push(line);
            }
            (*year, Year::of(planned(projects, of_year)))
        });
        Ok(read.collect())
    }

    /// The same of one year.
    pub(super) fn read_one(
        conn: &mut Conn,
        year: i32,
        projects: &[Arc<Project>],
        named: bool,
    ) -> Result<Self> {
        let mut read = Year::read(conn, &[year], projects, named)?;
        Ok(read.remove(&year).unwrap_or_default())
    }

    /// What a connection holds now, for a transaction that may have written: of these projects, or
    /// of all.
    pub fn fresh(conn: &mut Conn, year: i32, ids: Option<&[i64]>) -> Result<Self> {
        let projects = rows::projects(conn, ids)?.into_iter().map(Arc::new);
        let projects: Vec<_> = projects.collect();
        Year::read_one(conn, year, &projects, ids.is_some())
    }

    /// Some projects of it, by id.
    pub fn some(&self, ids: &[i64]) -> Self {
        let find = |id: &i64| {
            let place = self
                .planned
                .binary_search_by_key(id, |planned| planned.project.id);
            Some(self.planned.get(place.ok()?)?.clone())
        };
        let mut planned: Vec<_> = ids.iter().filter_map(find).collect();
        planned.sort_by_key(|planned| planned.project.id);
        Year::of(planned)
    }

    /// The same year with some projects read anew.
    pub(super) fn with(&self, changed: &HashSet<i64>, anew: Year) -> Year {
        let kept = self.planned.iter();
        let kept = kept.filter(|planned| !changed.contains(&planned.project.id));
        let mut planned: Vec<_> = kept.cloned().chain(anew.planned).collect();
        planned.sort_by_key(|planned| planned.project.id);
        Year::of(planned)
    }
}

/// Projects with those of the lines that are theirs, all in order of project.
fn planned(projects: &[Arc<Project>], lines: Vec<Line>) -> Vec<Arc<Planned>> {
    let mut lines = lines.into_iter().peekable();
    let mut planned = Vec::new();
    for project in projects {
        let mut own = Vec::new();
        while let Some(line) = lines.next_if(|line| line.project_id <= project.id) {
            // Of others, whose lines were read too, nothing is wanted.
            if line.project_id == project.id {
                own.push(line);
            }
        }
        if !own.is_empty() {
            let project = project.clone();
            own.shrink_to_fit();
            planned.push(Arc::new(Planned {
                project,
                lines: own,
            }));
        }
    }
    planned
}
