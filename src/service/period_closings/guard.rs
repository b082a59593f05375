//! What every dated fact is held against: no closing of the unit that managed its project on that
//! day, or of one above it, covers the day.
//!
//! Lock order (architecture.md decision 2): the closing locks first, then projects by ascending id.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::db;
use crate::db::projects::Locked;
use crate::domain::month::Month;
use crate::domain::scope::ProjectLinks;
use crate::error::{Code, Error, Fault, Result};
use crate::service::{Tx, View};

/// The closed months of the units whose closing locks a transaction shares.
#[derive(Default)]
pub struct Held(HashMap<i64, Vec<Month>>);

impl Tx<'_> {
    /// Keeps the month of `day` from being closed over a project until the commit. Taken before
    /// the project is locked.
    pub fn hold_open(&mut self, project_id: i64, day: NaiveDate) -> Result<()> {
        let mut units = managing_path(self, project_id, day)?;
        units.retain(|unit| !self.held.0.contains_key(unit));
        if units.is_empty() {
            return Ok(());
        }
        db::period_closings::share(self.conn, &units)?;
        let closed = db::period_closings::closed(self.conn, &units)?;
        for unit in units {
            self.held.0.entry(unit).or_default();
        }
        for (unit, month) in closed {
            self.held.0.entry(unit).or_default().push(month);
        }
        Ok(())
    }

    /// Readies a project for a fact of `day`: keeps its month from being closed, locks the project
    /// and checks that the call's permission covers it. With the project comes the fault at
    /// `pointer`, if the month is closed.
    pub fn open_project(
        &mut self,
        project_id: i64,
        day: NaiveDate,
        pointer: &str,
    ) -> Result<(Locked, Option<Fault>)> {
        self.hold_open(project_id, day)?;
        let locked = db::projects::lock(self.conn, project_id)?.ok_or(Code::NotFound)?;
        let days = [self.today, day];
        let [links, then] = db::project_links::on_each(self.conn, project_id, days)?;
        self.require_links(links.as_ref())?;
        let closed = self.closed_under(then.as_ref(), day, pointer)?;
        Ok((locked, closed))
    }

    /// As [`Tx::hold_open`] for every project and day, for imports.
    pub fn hold_all_open(&mut self) -> Result<()> {
        let mut units: Vec<i64> = self.tree()?.units().map(|unit| unit.id).collect();
        units.sort_unstable();
        db::period_closings::share(self.conn, &units)
    }

    /// A fault if `day` lies in a closed month of the project. The closing locks are held and the
    /// project is locked.
    pub fn closed_fault(
        &mut self,
        project_id: i64,
        day: NaiveDate,
        pointer: &str,
    ) -> Result<Option<Fault>> {
        let links = db::project_links::on(self.conn, project_id, day)?;
        self.closed_under(links.as_ref(), day, pointer)
    }

    /// The same of a project with these links on the day.
    fn closed_under(
        &mut self,
        links: Option<&ProjectLinks>,
        day: NaiveDate,
        pointer: &str,
    ) -> Result<Option<Fault>> {
        for unit in path_of(self, links, day)? {
            let Some(months) = self.held.0.get(&unit) else {
                // Somebody moved the project before it was locked.
                return Err(Error::Retry("the managing unit changed meanwhile".into()));
            };
            if let Some(month) = months.iter().find(|month| month.has(day)) {
                let fault = Fault::at(pointer, Code::PeriodClosed);
                return Ok(Some(fault.with("month", month.to_string())));
            }
        }
        Ok(None)
    }

    /// Refuses a day in a closed month of the project.
    pub fn require_open(&mut self, project_id: i64, day: NaiveDate, pointer: &str) -> Result<()> {
        match self.closed_fault(project_id, day, pointer)? {
            Some(fault) => Err(fault.into()),
            None => Ok(()),
        }
    }
}

/// All closed months, for many facts at once.
pub struct ClosedMonths {
    by_unit: HashMap<i64, Vec<Month>>,
}

impl ClosedMonths {
    /// Reads them.
    pub fn load(view: &mut View<'_>) -> Result<Self> {
        let units: Vec<i64> = view.tree()?.units().map(|unit| unit.id).collect();
        let mut by_unit: HashMap<i64, Vec<Month>> = HashMap::new();
        for (unit, month) in db::period_closings::closed(view.conn, &units)? {
            by_unit.entry(unit).or_default().push(month);
        }
        Ok(ClosedMonths { by_unit })
    }

    /// A fault if `day` lies in a closed month of the project.
    pub fn fault(
        &self,
        view: &mut View<'_>,
        project_id: i64,
        day: NaiveDate,
        pointer: &str,
    ) -> Result<Option<Fault>> {
        let covers = |months: &Vec<Month>| months.iter().find(|month| month.has(day)).copied();
        if !self.by_unit.values().any(|months| covers(months).is_some()) {
            return Ok(None);
        }
        let path = managing_path(view, project_id, day)?;
        let closed = path.iter().find_map(|unit| covers(self.by_unit.get(unit)?));
        Ok(closed
            .map(|month| Fault::at(pointer, Code::PeriodClosed).with("month", month.to_string())))
    }
}

/// The unit that manages the project on the day, and those above it; none for no project.
fn managing_path(view: &mut View<'_>, project_id: i64, day: NaiveDate) -> Result<Vec<i64>> {
    let links = db::project_links::on(view.conn, project_id, day)?;
    path_of(view, links.as_ref(), day)
}

fn path_of(view: &mut View<'_>, links: Option<&ProjectLinks>, day: NaiveDate) -> Result<Vec<i64>> {
    match links {
        Some(links) => Ok(view.tree()?.path_on(links.managing_unit_id, day)),
        None => Ok(Vec::new()),
    }
}
