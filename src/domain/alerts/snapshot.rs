//! The world on one day.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::escalation::Rung;
use super::line::{LineHistory, LineState};
use super::world::{Links, ProjectHistory, World, in_force};
use crate::domain::forecast::Outlook;
use crate::domain::money::Money;

/// The facts in force on one day.
pub struct Snapshot<'a> {
    /// The day.
    pub as_of: NaiveDate,
    /// Where they come from.
    pub world: &'a World,
    /// Plan lines with their figures.
    pub lines: Vec<LineState<'a>>,
    by_project: HashMap<i64, Vec<usize>>,
    by_id: HashMap<i64, usize>,
    outlooks: HashMap<i32, Outlook>,
}

impl World {
    /// Shows one day.
    pub fn on(&self, as_of: NaiveDate) -> Snapshot<'_> {
        self.narrowed(as_of, |_| true)
    }

    /// Shows one day of some lines.
    pub fn narrowed(
        &self,
        as_of: NaiveDate,
        wanted: impl Fn(&LineHistory) -> bool,
    ) -> Snapshot<'_> {
        let lines = self.lines.iter().filter(|line| wanted(line));
        let lines: Vec<LineState<'_>> = lines.map(|line| line.on(as_of)).collect();
        let mut by_project: HashMap<i64, Vec<usize>> = HashMap::new();
        for (index, state) in lines.iter().enumerate() {
            by_project
                .entry(state.line.project_id)
                .or_default()
                .push(index);
        }
        let by_id = lines.iter().enumerate();
        let mut outlooks: HashMap<i32, Outlook> = HashMap::new();
        for state in &lines {
            let year = state.line.budget_year;
            let look = || self.history.outlook(year, as_of);
            outlooks.entry(year).or_insert_with(look);
        }
        Snapshot {
            as_of,
            world: self,
            by_id: by_id.map(|(index, state)| (state.line.id, index)).collect(),
            lines,
            by_project,
            outlooks,
        }
    }
}

impl<'a> Snapshot<'a> {
    /// A project by id.
    pub fn project(&self, id: i64) -> Option<&'a ProjectHistory> {
        self.world.projects.get(&id)
    }

    /// Unit, investor and PMU of a project.
    pub fn links(&self, project_id: i64) -> Option<&'a Links> {
        self.project(project_id)?.links_on(self.as_of)
    }

    /// The managing unit of a project.
    pub fn managing_unit(&self, project_id: i64) -> Option<i64> {
        self.links(project_id).map(|links| links.managing_unit_id)
    }

    /// The responsible leader of a project.
    pub fn leader(&self, project_id: i64) -> Option<i64> {
        in_force(&self.project(project_id)?.leaders, self.as_of).copied()
    }

    /// The tracking officer of a project.
    pub fn officer(&self, project_id: i64) -> Option<i64> {
        in_force(&self.project(project_id)?.officers, self.as_of).copied()
    }

    /// The lines of a project.
    pub fn lines_of(&self, project_id: i64) -> impl Iterator<Item = &LineState<'a>> {
        let indexes = self.by_project.get(&project_id).into_iter().flatten();
        indexes.filter_map(|index| self.lines.get(*index))
    }

    /// A line by id.
    pub fn line(&self, id: i64) -> Option<&LineState<'a>> {
        self.lines.get(*self.by_id.get(&id)?)
    }

    /// How a budget year of these lines looks to the whole province.
    pub fn outlook(&self, budget_year: i32) -> Option<&Outlook> {
        self.outlooks.get(&budget_year)
    }

    /// Projects with lines, in order of id.
    pub fn projects_with_lines(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = self.by_project.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    /// The plan of a project for a budget year, both origins.
    pub fn plan_of(&self, project_id: i64, budget_year: i32) -> Money {
        let lines = self.lines_of(project_id);
        let year = lines.filter(|state| state.line.budget_year == budget_year);
        Money::saturating(year.map(|state| state.progress.plan.wide()).sum())
    }

    /// The line in words: project, source, year.
    pub fn line_label(&self, state: &LineState<'_>) -> String {
        let project = self.project(state.line.project_id);
        let name = project.map_or("", |project| project.name.as_str());
        let source = self.world.sources.get(&state.line.funding_source_id);
        let code = source.map_or("", |source| source.code.as_str());
        format!("{name} – {code} {}", state.line.budget_year)
    }

    /// The unit, or who has taken its place by that day.
    pub fn heir(&self, unit_id: i64) -> i64 {
        let mut seen = vec![unit_id];
        let mut at = unit_id;
        while let Some((from, heir)) = self.world.heirs.get(&at)
            && *from <= self.as_of
            && !seen.contains(heir)
        {
            seen.push(*heir);
            at = *heir;
        }
        at
    }

    /// The task forces above an alert: its unit and the ancestors of that day, nearest first. Units
    /// that ended stay in the tree, but nobody there is told any more.
    pub fn ladder(&self, unit_id: i64) -> Vec<Rung> {
        let path = self.world.tree.path_on(unit_id, self.as_of);
        path.into_iter()
            .filter_map(|unit_id| {
                let unit = self.world.tree.get(unit_id)?;
                if !unit.valid_on(self.as_of) {
                    return None;
                }
                Some(Rung {
                    unit_id,
                    level: unit.level.into(),
                    has_task_force: self.world.task_force_on(unit_id, self.as_of).is_some(),
                })
            })
            .collect()
    }

    /// Everybody in the unit's task force, the head first.
    pub fn task_force_members(&self, unit_id: i64) -> &'a [i64] {
        self.world
            .task_force_on(unit_id, self.as_of)
            .map_or(&[], |force| force.members.as_slice())
    }

    /// The unit at the top of the tree on that day.
    pub fn top_unit(&self) -> Option<i64> {
        let tree = &self.world.tree;
        let mut tops: Vec<i64> = tree
            .units()
            .filter(|unit| {
                unit.valid_on(self.as_of) && tree.parent_on(unit.id, self.as_of).is_none()
            })
            .map(|unit| unit.id)
            .collect();
        tops.sort_unstable();
        tops.first().copied()
    }
}
