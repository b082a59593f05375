//! Closed months of unit subtrees (domain.md section 9): facts dated in them are refused, and what
//! was reported when they were closed is kept byte for byte.

mod change;
mod differences;
mod guard;
mod report;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use super::shared::{Named, Ref, Refs, UserRef, Users};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::db::period_closings::Fields;
use crate::domain::month::Month;
use crate::error::{Code, Result};

pub use crate::db::period_closings::Filter;
pub use change::{Render, close, reopen};
pub use differences::{
    ClosingCorrection, ClosingDifference, ClosingDifferences, ClosingTotals, differences,
};
pub use guard::{ClosedMonths, Held};
pub use report::{ClosingReport, Figures, ReportedLine, ReportedYear};

/// The kept report in its machine-readable form.
pub const REPORT: &str = "report.json";

/// The kept report as a workbook.
pub const WORKBOOK: &str = "report.xlsx";

/// A file that is kept of a closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClosingFile {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// A closed month of a unit and everything below it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PeriodClosing)]
pub struct Closing {
    /// Identity.
    pub id: i64,
    /// The unit.
    pub unit_id: i64,
    /// The same.
    pub unit: Ref,
    /// The month, `YYYY-MM`.
    #[schema(value_type = String)]
    pub month: Month,
    /// `closed` or `reopened`.
    pub status: &'static str,
    /// When it was closed.
    pub closed_at: DateTime<Utc>,
    /// By whom.
    pub closed_by: Option<UserRef>,
    /// When it was reopened.
    pub reopened_at: Option<DateTime<Utc>>,
    /// By whom.
    pub reopened_by: Option<UserRef>,
    /// Why.
    pub reopening_reason: Option<String>,
    /// What was reported when it was closed.
    pub files: Vec<ClosingFile>,
}

/// The bytes of a kept file.
pub struct Kept {
    /// What it is.
    pub file: ClosingFile,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// A page of the closings of units in scope, the last one made first.
pub fn list(view: &mut View<'_>, filter: &Filter, page: &Page) -> Result<Rows<Closing>> {
    let scope = view.readable()?;
    let ids = db::period_closings::ids(view.conn, &scope, filter, page)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// One closing of a unit in scope.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Closing> {
    let closing = one(view, id)?;
    match view.readable()?.has_unit(closing.unit_id) {
        true => Ok(closing),
        false => Err(Code::NotFound.into()),
    }
}

/// A file kept of a closing of a unit in scope, byte for byte.
pub fn file(view: &mut View<'_>, id: i64, name: &str) -> Result<Kept> {
    let closing = get(view, id)?;
    let head = closing.files.into_iter().find(|file| file.name == name);
    let content = db::period_closings::content(view.conn, id, name)?;
    match head.zip(content) {
        Some((file, content)) => Ok(Kept { file, content }),
        None => Err(Code::NotFound.into()),
    }
}

fn one(view: &mut View<'_>, id: i64) -> Result<Closing> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Closing>> {
    let conn = &mut *view.conn;
    let mut rows: HashMap<i64, Fields> = db::period_closings::by_ids(conn, ids)?
        .into_iter()
        .collect();
    let units = Refs::load(conn, Named::Units, rows.values().map(|row| row.unit_id))?;
    let users = rows
        .values()
        .flat_map(|row| [row.closed_by, row.reopened_by]);
    let users = Users::load(conn, users)?;
    let mut files: HashMap<i64, Vec<ClosingFile>> = HashMap::new();
    for head in db::period_closings::files_of(conn, ids)? {
        files.entry(head.closing_id).or_default().push(ClosingFile {
            name: head.name,
            media_type: head.media_type,
            sha256: head.sha256,
        });
    }
    let known = ids.iter().filter_map(|id| Some((*id, rows.remove(id)?)));
    let shown = known.map(|(id, row)| Closing {
        id,
        unit_id: row.unit_id,
        unit: units.get(row.unit_id),
        month: Month::of(row.month),
        status: match row.reopened_at {
            None => "closed",
            Some(_) => "reopened",
        },
        closed_at: row.closed_at.and_utc(),
        closed_by: users.get(row.closed_by),
        reopened_at: row.reopened_at.map(|at| at.and_utc()),
        reopened_by: users.get(row.reopened_by),
        reopening_reason: row.reopening_reason,
        files: files.remove(&id).unwrap_or_default(),
    });
    Ok(shown.collect())
}
