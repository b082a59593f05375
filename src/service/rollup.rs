//! Compares what is stored for speed with the facts it is derived from, and puts it right
//! (architecture.md, decision 4).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::audit::Change;
use super::{Ctx, View, read, write};
use crate::db;
use crate::db::rollup as rows;
use crate::domain::ledger::LineBook;
use crate::error::Result;

/// Lines compared at once.
const BATCH: i64 = 500;

/// A stored value that disagrees with the facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Difference {
    /// The roll-up of a month.
    Month {
        /// The plan line.
        line_id: i64,
        /// Its project.
        project_id: i64,
        /// First day of the month.
        month: NaiveDate,
        /// Net and change of advance as stored, if they are.
        stored: Option<(i64, i64)>,
        /// Net and change of advance of the payments.
        expected: (i64, i64),
    },
    /// The deadline of a line.
    Deadline {
        /// The plan line.
        line_id: i64,
        /// Its project.
        project_id: i64,
        /// As stored.
        stored: NaiveDate,
        /// The latest of its entries.
        expected: NaiveDate,
    },
}

impl Difference {
    fn project_id(&self) -> i64 {
        match self {
            Difference::Month { project_id, .. } | Difference::Deadline { project_id, .. } => {
                *project_id
            }
        }
    }

    fn line_id(&self) -> i64 {
        match self {
            Difference::Month { line_id, .. } | Difference::Deadline { line_id, .. } => *line_id,
        }
    }
}

/// Everything that disagrees, by line. Memory is bounded but for the differences themselves.
pub fn differences(view: &mut View<'_>) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let lines = rows::lines_after(view.conn, after, BATCH)?;
        let Some(last) = lines.last() else {
            return Ok(found);
        };
        after = last.id;
        compare(view, &lines, &mut found)?;
    }
}

fn compare(
    view: &mut View<'_>,
    lines: &[rows::StoredLine],
    found: &mut Vec<Difference>,
) -> Result<()> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return Ok(());
    };
    let stored = rows::stored_months(view.conn, first.id, last.id)?;
    let paid = rows::paid_months(view.conn, first.id, last.id)?;
    let mut entries = rows::entries(view.conn, first.id, last.id)?;
    let places: BTreeSet<_> = stored.keys().chain(paid.keys()).copied().collect();
    for line in lines {
        let (line_id, project_id) = (line.id, line.project_id);
        let months = (line_id, NaiveDate::MIN)..=(line_id, NaiveDate::MAX);
        for place in places.range(months) {
            let expected = paid.get(place).copied().unwrap_or_default();
            let stored = stored.get(place).copied();
            if stored != Some(expected) {
                found.push(Difference::Month {
                    line_id,
                    project_id,
                    month: place.1,
                    stored,
                    expected,
                });
            }
        }
        let book = LineBook {
            entries: entries.remove(&line_id).unwrap_or_default(),
            postings: Vec::new(),
        };
        // A line whose entries are all voided keeps the deadline it had.
        let expected = book.deadline(line.deadline);
        if expected != line.deadline {
            found.push(Difference::Deadline {
                line_id,
                project_id,
                stored: line.deadline,
                expected,
            });
        }
    }
    Ok(())
}

/// Puts right whatever disagrees, project by project, and answers with what was wrong.
pub fn rebuild(ctx: &Ctx) -> Result<Vec<Difference>> {
    let wrong = read(ctx, differences)?;
    let projects: BTreeSet<i64> = wrong.iter().map(Difference::project_id).collect();
    for project_id in projects {
        let lines: BTreeSet<i64> = wrong
            .iter()
            .filter(|one| one.project_id() == project_id)
            .map(Difference::line_id)
            .collect();
        write(ctx, move |tx| {
            tx.lock_project(project_id)?;
            // The facts may have moved since they were compared.
            let mut still = Vec::new();
            for line in rows::lines_of(tx.conn, project_id)? {
                if lines.contains(&line.id) {
                    compare(tx, &[line], &mut still)?;
                }
            }
            for difference in &still {
                put_right(tx, difference)?;
            }
            if !still.is_empty() {
                let change = Change::created("rollup.rebuilt", "project", project_id, &still);
                tx.audit(change.of_project(project_id))?;
            }
            Ok(())
        })?;
    }
    Ok(wrong)
}

fn put_right(view: &mut View<'_>, difference: &Difference) -> Result<()> {
    match difference {
        Difference::Month {
            line_id,
            month,
            expected,
            ..
        } => db::rollup::set_month(view.conn, (*line_id, *month), *expected),
        Difference::Deadline {
            line_id, expected, ..
        } => db::rollup::set_deadline(view.conn, *line_id, *expected),
    }
}
