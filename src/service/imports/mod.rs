//! Files of rows: checked against the same rules as the calls for one record, then committed whole or
//! not at all (api.md, Imports).

mod commit;
mod judge;
pub mod matches;
mod payments;
mod plans;
mod projects;
mod refs;
mod report;
mod running;
mod schedules;
pub mod statement;
mod write;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::shared::{UserRef, Users};
use super::{Ctx, View};
use crate::db;
use crate::db::imports::Fields;
use crate::db::page::{Page, Rows};
use crate::domain::imports::Kind;
use crate::domain::locale::Locale;
use crate::domain::text_enum::text_enum;
use crate::error::{Code, Error, Result};

pub use commit::{commit, kind};
pub use refs::codes;
pub use report::{Parsed, RowFault, SheetHead, column_name};
pub use running::{Commit, Commits, commit_watched};
pub use write::{Checked, NewFile, begin, check, fail, finish, forget_old, keep, progress};

text_enum! {
    /// How far a file has come.
    ImportStatus {
        /// It is being read and held against the rules.
        Checking = "checking",
        /// It was checked.
        Checked = "checked",
        /// It could not be read.
        Failed = "failed",
        /// Its rows are recorded.
        Committed = "committed",
    }
}

/// A file that was brought in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Import {
    /// Identity.
    pub id: i64,
    /// `projects`, `plan_entries`, `schedules`, `disbursements` or `treasury_statement`.
    #[schema(value_type = String)]
    pub kind: Kind,
    /// `checking`, `checked`, `failed` or `committed`.
    #[schema(value_type = String)]
    pub status: ImportStatus,
    /// Its name.
    pub file_name: String,
    /// The unit of amounts that name none: `dong`, `million` or `billion`.
    pub amount_unit: String,
    /// Rows with something in them.
    pub rows: i32,
    /// Of these, rows without an error.
    pub valid: i32,
    /// Of these, rows with an error.
    pub invalid: i32,
    /// Rows passed over: the example of the template, remarks beside the table.
    pub skipped: i32,
    /// Everything that keeps the file from being committed, by place; at most 5 000.
    pub errors: Vec<RowError>,
    /// How many errors there are in all.
    pub errors_total: i32,
    /// What should be looked at.
    pub warnings: Vec<RowError>,
    /// For a Treasury statement: how it stands against the payments recorded here.
    pub matches: Option<MatchCounts>,
    /// When it was sent.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Option<UserRef>,
    /// When its rows were recorded.
    pub committed_at: Option<DateTime<Utc>>,
    /// By whom.
    pub committed_by: Option<UserRef>,
}

/// Something wrong in a file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RowError {
    /// The sheet.
    pub sheet: String,
    /// The row as Excel numbers it.
    pub row: u32,
    /// The column's key, such as `gross_amount`; empty where it is about the whole row.
    pub column: String,
    /// The cell, such as `F12`; null where it is about the whole row.
    pub cell: Option<String>,
    /// What stands there.
    pub value: String,
    /// The rule.
    pub code: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// How many lines of a Treasury statement stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
pub struct MatchCounts {
    /// Both sides say the same.
    pub agreed: i32,
    /// The same payment with another amount.
    pub differs: i32,
    /// Only the Treasury knows it.
    pub treasury_only: i32,
    /// Only this ledger knows it.
    pub ledger_only: i32,
}

/// The context in which the rows of a kind are judged and written: the permission that the calls for
/// one record need. Refused without it.
pub fn context(ctx: &Ctx, kind: Kind) -> Result<Ctx> {
    let permission = kind.permission();
    match ctx.actor.may(permission) {
        true => Ok(Ctx {
            permission,
            ..ctx.clone()
        }),
        false => Err(Code::Forbidden.into()),
    }
}

/// A page of the files that the caller sent, newest first; of everybody's, for callers whose
/// permission covers the province.
pub fn list(view: &mut View<'_>, page: &Page) -> Result<Rows<Import>> {
    let user = match view.permitted()?.everything {
        true => None,
        false => Some(view.ctx.actor.user_id),
    };
    let ids = db::imports::ids(view.conn, user, page)?;
    Ok(Rows {
        rows: by_ids(view, &ids.rows)?,
        next: ids.next,
    })
}

/// A file that the caller sent, or anybody's for callers whose permission covers the province.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Import> {
    require(view, id)?;
    one(view, id)
}

/// The row of a file that the caller may see.
fn require(view: &mut View<'_>, id: i64) -> Result<Fields> {
    let fields = db::imports::find(view.conn, id)?.ok_or(Code::NotFound)?;
    let is_own = fields.created_by.is_some() && fields.created_by == view.ctx.actor.user_id;
    match is_own || view.permitted()?.everything {
        true => Ok(fields),
        false => Err(Code::NotFound.into()),
    }
}

fn one(view: &mut View<'_>, id: i64) -> Result<Import> {
    by_ids(view, &[id])?
        .into_iter()
        .next()
        .ok_or_else(|| Code::NotFound.into())
}

fn by_ids(view: &mut View<'_>, ids: &[i64]) -> Result<Vec<Import>> {
    let locale = view.ctx.actor.locale;
    let mut rows: std::collections::HashMap<i64, Fields> =
        db::imports::by_ids(view.conn, ids)?.into_iter().collect();
    let people = rows
        .values()
        .flat_map(|row| [row.created_by, row.committed_by]);
    let users = Users::load(view.conn, people)?;
    ids.iter()
        .filter_map(|id| Some((*id, rows.remove(id)?)))
        .map(|(id, row)| show(id, row, &users, locale))
        .collect()
}

fn show(id: i64, row: Fields, users: &Users, locale: Locale) -> Result<Import> {
    let stored = || Error::Internal(format!("import {id} as stored"));
    let report = report::Report::parse(&row.report).ok_or_else(stored)?;
    let kind = Kind::parse(&row.kind).ok_or_else(stored)?;
    Ok(Import {
        id,
        kind,
        status: ImportStatus::parse(&row.status).ok_or_else(stored)?,
        file_name: row.file_name,
        amount_unit: row.amount_unit,
        rows: row.row_count,
        valid: row.row_count.saturating_sub(row.invalid_count),
        invalid: row.invalid_count,
        skipped: row.skipped_count,
        errors: report.errors(kind, locale),
        errors_total: report.errors_total,
        warnings: report.warnings(kind, locale),
        matches: report.matches,
        created_at: row.created_at.and_utc(),
        created_by: users.get(row.created_by),
        committed_at: row.committed_at.map(|at| at.and_utc()),
        committed_by: users.get(row.committed_by),
    })
}
