//! The books of plan lines, as the rules of `domain::ledger` read them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Conn;
use super::any_of::any_of;
use super::plan_lines::{self, Line};
use super::schema::{disbursements, plan_entries, plan_lines as lines};
use crate::domain::capital::EntryKind;
use crate::domain::ledger::{Entry, LineBook, Posting};
use crate::domain::money::Money;
use crate::error::{Error, Result};

/// The book of one line.
pub fn line_book(conn: &mut Conn, line_id: i64) -> Result<LineBook> {
    Ok(books(conn, &[line_id])?
        .remove(&line_id)
        .unwrap_or_default())
}

/// The books of all lines of a project, by year, origin and source.
pub fn project_books(conn: &mut Conn, project_id: i64) -> Result<Vec<(Line, LineBook)>> {
    let lines = plan_lines::of_project(conn, project_id)?;
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    let mut books = books(conn, &ids)?;
    Ok(lines
        .into_iter()
        .map(|line| (line, books.remove(&line.id).unwrap_or_default()))
        .collect())
}

/// The books of lines by id; lines without any fact are left out.
pub fn books(conn: &mut Conn, line_ids: &[i64]) -> Result<HashMap<i64, LineBook>> {
    let mut books: HashMap<i64, LineBook> = HashMap::new();
    for (line_id, entry) in entries(conn, line_ids)? {
        books.entry(line_id).or_default().entries.push(entry);
    }
    let rows = disbursements::table
        .filter(any_of(disbursements::line_id, line_ids))
        .order(disbursements::id)
        .select((
            disbursements::line_id,
            disbursements::net_amount,
            disbursements::advance_change,
            disbursements::posted_on,
        ))
        .load::<(i64, i64, i64, NaiveDate)>(conn)?;
    for (line_id, net, advance, posted_on) in rows {
        let posting = posting(net, advance, posted_on);
        books.entry(line_id).or_default().postings.push(posting);
    }
    Ok(books)
}

type EntryRow = (i64, i64, String, i64, NaiveDate, NaiveDate, Option<i64>);

/// The plan entries of lines, each with its line, as they were recorded.
pub fn entries(conn: &mut Conn, line_ids: &[i64]) -> Result<Vec<(i64, Entry)>> {
    let rows = plan_entries::table
        .filter(any_of(plan_entries::line_id, line_ids))
        .order(plan_entries::id)
        .select((
            plan_entries::id,
            plan_entries::line_id,
            plan_entries::kind,
            plan_entries::amount,
            plan_entries::effective_date,
            plan_entries::deadline,
            plan_entries::reverses_id,
        ))
        .load::<EntryRow>(conn)?;
    let voided: HashSet<i64> = rows.iter().filter_map(|row| row.6).collect();
    let entries = rows.into_iter().map(
        |(id, line_id, kind, amount, effective_date, deadline, reverses_id)| {
            let entry = Entry {
                kind: entry_kind(&kind)?,
                amount: Money::dong(amount),
                effective_date,
                deadline,
                reversal: reverses_id.is_some(),
                voided: voided.contains(&id),
            };
            Ok((line_id, entry))
        },
    );
    entries.collect()
}

/// All postings of a project, each with its line, as they were recorded.
pub fn project_postings(conn: &mut Conn, project_id: i64) -> Result<Vec<(i64, Posting)>> {
    let rows = disbursements::table
        .filter(disbursements::project_id.eq(project_id))
        .order(disbursements::id)
        .select((
            disbursements::line_id,
            disbursements::net_amount,
            disbursements::advance_change,
            disbursements::posted_on,
        ))
        .load::<(i64, i64, i64, NaiveDate)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(line_id, net, advance, posted_on)| (line_id, posting(net, advance, posted_on)))
        .collect())
}

/// All plan entries of a project, without what was paid.
pub fn planned_in_all(conn: &mut Conn, project_id: i64) -> Result<Money> {
    let amounts = plan_entries::table
        .inner_join(lines::table)
        .filter(lines::project_id.eq(project_id))
        .select(plan_entries::amount)
        .load::<i64>(conn)?;
    let sum = amounts.into_iter().map(i128::from).sum();
    Ok(Money::saturating(sum))
}

fn posting(net: i64, advance: i64, posted_on: NaiveDate) -> Posting {
    Posting {
        net: Money::dong(net),
        advance: Money::dong(advance),
        posted_on,
    }
}

/// A kind as stored; the database checks the list, so another one is a fault of ours.
pub fn entry_kind(code: &str) -> Result<EntryKind> {
    EntryKind::parse(code).ok_or_else(|| Error::Internal(format!("plan entry kind {code}")))
}
