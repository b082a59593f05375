//! Who is told next, and when (domain.md section 8).
//!
//! A step tells the nearest task force above the level already told. Ancestors are those of the day
//! the step is taken, so three levels and two levels both work. Where a task force is missing the
//! step passes to the next level up.

use chrono::NaiveDate;

use super::AlertLevel;
use crate::domain::calendar::WorkingCalendar;

/// A unit above an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// The unit.
    pub unit_id: i64,
    /// Its level.
    pub level: AlertLevel,
    /// Whether it has a task force with a head.
    pub has_task_force: bool,
}

/// Where an alert is on its way up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// The day from which steps count: raised, or reopened.
    pub counts_from: NaiveDate,
    /// Steps taken since then.
    pub step: usize,
    /// The highest level told.
    pub level: AlertLevel,
}

/// A task force that is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its unit.
    pub unit_id: i64,
    /// Its level.
    pub level: AlertLevel,
    /// The day the step fell due.
    pub due_on: NaiveDate,
}

impl Course {
    /// A course that begins on a day, nobody but `level` being told.
    pub fn from(counts_from: NaiveDate, level: AlertLevel) -> Self {
        Course {
            counts_from,
            step: 0,
            level,
        }
    }

    /// The day of the next step; none when nobody is left above or no step is left.
    pub fn next_on(
        &self,
        steps: &[u32],
        calendar: &WorkingCalendar,
        ladder: &[Rung],
    ) -> Option<NaiveDate> {
        let days = *steps.get(self.step)?;
        let anybody_above = ladder.iter().any(|rung| rung.level > self.level);
        anybody_above.then(|| calendar.add_working_days(self.counts_from, days))
    }

    /// Takes every step due by `as_of`. A step that finds no task force above waits for one.
    pub fn take_due(
        &mut self,
        steps: &[u32],
        calendar: &WorkingCalendar,
        ladder: &[Rung],
        as_of: NaiveDate,
    ) -> Vec<Told> {
        let mut told = Vec::new();
        while let Some(due_on) = self
            .next_on(steps, calendar, ladder)
            .filter(|due| *due <= as_of)
        {
            let Some(rung) = next_task_force(ladder, self.level) else {
                break;
            };
            self.step += 1;
            self.level = rung.level;
            told.push(Told {
                unit_id: rung.unit_id,
                level: rung.level,
                due_on,
            });
        }
        told
    }

    /// A missed promise: exactly one level up at once, and the next step counts from this day.
    pub fn miss(&mut self, ladder: &[Rung], as_of: NaiveDate) -> Option<Told> {
        let told = next_task_force(ladder, self.level).map(|rung| Told {
            unit_id: rung.unit_id,
            level: rung.level,
            due_on: as_of,
        });
        *self = Course::from(as_of, told.map_or(self.level, |told| told.level));
        told
    }

    /// A promise that was kept, or a snooze that ended, and the fact is still there: the same
    /// rhythm again, from this day.
    pub fn restart(&mut self, as_of: NaiveDate) {
        *self = Course::from(as_of, self.level);
    }
}

/// The nearest task force above a level.
pub fn next_task_force(ladder: &[Rung], level: AlertLevel) -> Option<&Rung> {
    let above = ladder.iter().filter(|rung| rung.level > level);
    above.into_iter().find(|rung| rung.has_task_force)
}

#[cfg(test)]
#[path = "escalation_tests.rs"]
mod tests;
