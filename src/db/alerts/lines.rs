//! Plan lines with their history, for the rules. Whole months come from the roll-up; the payments of
//! one month at most are read, unless every posting is asked for.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Text};

use crate::db::Conn;
use crate::db::sql::{Sql, sql};
use crate::domain::alerts::line::LineHistory;
use crate::domain::calendar::month_start;
use crate::domain::capital::{EntryKind, Origin};
use crate::domain::ledger::{Entry, LineBook, Posting};
use crate::domain::money::Money;
use crate::domain::schedule::{ScheduleItem, ScheduleVersion};
use crate::error::Result;

/// Which lines, and what of their payments.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Lines of these projects; of all when there is none.
    pub projects: Option<Vec<i64>>,
    /// Lines that can still matter on this day.
    pub from: NaiveDate,
    /// Payments up to this day.
    pub to: NaiveDate,
    /// Every posting by its day, for looking at several days; else their sum by `to`.
    pub each_posting: bool,
}

impl Asked {
    /// Appends the conditions on `plan_lines l`.
    fn narrow<ST>(&self, query: Sql<ST>) -> Sql<ST> {
        if let Some(projects) = &self.projects {
            return query
                .push(" l.project_id IN ")
                .list(projects.iter().copied());
        }
        query
            .push(" (l.budget_year >= ")
            .bind(self.from.year() - 1)
            .push(" OR l.deadline >= ")
            .bind(self.from)
            .push(
                " OR l.id IN (SELECT a.line_id FROM alerts a WHERE a.state <> 'resolved' AND a.line_id IS NOT NULL) \
                 OR l.id IN (SELECT m.line_id FROM line_months m GROUP BY m.line_id HAVING SUM(m.advance) > 0))",
            )
    }
}

/// The lines, in order of id.
pub fn load(conn: &mut Conn, asked: &Asked) -> Result<Vec<LineHistory>> {
    type Row = (i64, i64, i64, i32, String, NaiveDate);
    let query = sql::<(BigInt, BigInt, BigInt, Integer, Text, Date)>(
        "SELECT l.id, l.project_id, l.funding_source_id, l.budget_year, l.origin, l.deadline \
         FROM plan_lines l WHERE",
    );
    let rows = asked
        .narrow(query)
        .push(" ORDER BY l.id")
        .load::<Row>(conn)?;
    let mut entries = entries(conn, asked)?;
    let mut versions = versions(conn, asked)?;
    let mut postings = match asked.each_posting {
        true => each_posting(conn, asked)?,
        false => summed(conn, asked)?,
    };
    let mut advances = advances(conn, asked)?;
    let lines = rows.into_iter().filter_map(
        |(id, project_id, funding_source_id, budget_year, origin, deadline)| {
            Some(LineHistory {
                id,
                project_id,
                funding_source_id,
                budget_year,
                origin: Origin::parse(&origin)?,
                deadline,
                book: LineBook {
                    entries: entries.remove(&id).unwrap_or_default(),
                    postings: postings.remove(&id).unwrap_or_default(),
                },
                versions: versions.remove(&id).unwrap_or_default(),
                advances: advances.remove(&id).unwrap_or_default(),
            })
        },
    );
    Ok(lines.collect())
}

/// Reversals are entries of their own and cancel what they void, so neither needs a mark here.
fn entries(conn: &mut Conn, asked: &Asked) -> Result<HashMap<i64, Vec<Entry>>> {
    type Row = (i64, String, i64, NaiveDate, NaiveDate, bool);
    let query = sql::<(BigInt, Text, BigInt, Date, Date, Bool)>(
        "SELECT e.line_id, e.kind, e.amount, e.effective_date, e.deadline, e.reverses_id IS NOT NULL \
         FROM plan_entries e JOIN plan_lines l ON l.id = e.line_id WHERE",
    );
    let rows = asked
        .narrow(query)
        .push(" ORDER BY e.id")
        .load::<Row>(conn)?;
    let mut entries: HashMap<i64, Vec<Entry>> = HashMap::new();
    for (line, kind, amount, effective_date, deadline, reversal) in rows {
        if let Some(kind) = EntryKind::parse(&kind) {
            entries.entry(line).or_default().push(Entry {
                kind,
                amount: Money::dong(amount),
                effective_date,
                deadline,
                reversal,
                voided: false,
            });
        }
    }
    Ok(entries)
}

fn versions(conn: &mut Conn, asked: &Asked) -> Result<HashMap<i64, Vec<ScheduleVersion>>> {
    let query = sql::<(BigInt, Date, BigInt)>(
        "SELECT i.schedule_id, i.due_date, i.amount FROM schedule_items i \
         JOIN schedules s ON s.id = i.schedule_id JOIN plan_lines l ON l.id = s.line_id \
         WHERE s.status = 'approved' AND",
    );
    let items = asked
        .narrow(query)
        .push(" ORDER BY i.schedule_id, i.position")
        .load::<(i64, NaiveDate, i64)>(conn)?;
    let mut by_schedule: HashMap<i64, Vec<ScheduleItem>> = HashMap::new();
    for (schedule, due_date, amount) in items {
        by_schedule.entry(schedule).or_default().push(ScheduleItem {
            due_date,
            amount: Money::dong(amount),
        });
    }
    let query = sql::<(BigInt, BigInt, Integer, Date)>(
        "SELECT s.id, s.line_id, s.version, s.effective_date FROM schedules s \
         JOIN plan_lines l ON l.id = s.line_id WHERE s.status = 'approved' AND",
    );
    let rows = asked
        .narrow(query)
        .push(" ORDER BY s.id")
        .load::<(i64, i64, i32, NaiveDate)>(conn)?;
    let mut versions: HashMap<i64, Vec<ScheduleVersion>> = HashMap::new();
    for (id, line, version, effective_date) in rows {
        versions.entry(line).or_default().push(ScheduleVersion {
            version,
            effective_date,
            items: by_schedule.remove(&id).unwrap_or_default(),
        });
    }
    Ok(versions)
}

type Postings = HashMap<i64, Vec<Posting>>;

/// One posting for each line: everything paid by `to`.
fn summed(conn: &mut Conn, asked: &Asked) -> Result<Postings> {
    let start = month_start(asked.to);
    let query = sql::<(BigInt, BigInt, BigInt)>(
        "SELECT m.line_id, CAST(SUM(m.net) AS BIGINT), CAST(SUM(m.advance) AS BIGINT) \
         FROM line_months m JOIN plan_lines l ON l.id = m.line_id WHERE m.month < ",
    )
    .bind(start)
    .push(" AND");
    let mut rows = asked
        .narrow(query)
        .push(" GROUP BY m.line_id")
        .load::<(i64, i64, i64)>(conn)?;
    let query = sql::<(BigInt, BigInt, BigInt)>(
        "SELECT d.line_id, CAST(SUM(d.net_amount) AS BIGINT), CAST(SUM(d.advance_change) AS BIGINT) \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id WHERE d.posted_on >= ",
    )
    .bind(start)
    .push(" AND d.posted_on <= ")
    .bind(asked.to)
    .push(" AND");
    rows.extend(
        asked
            .narrow(query)
            .push(" GROUP BY d.line_id")
            .load::<(i64, i64, i64)>(conn)?,
    );
    let rows = rows
        .into_iter()
        .map(|(line, net, advance)| (line, asked.to, net, advance));
    Ok(by_line(rows))
}

/// A posting for each line and day.
fn each_posting(conn: &mut Conn, asked: &Asked) -> Result<Postings> {
    let query = sql::<(BigInt, Date, BigInt, BigInt)>(
        "SELECT d.line_id, d.posted_on, CAST(SUM(d.net_amount) AS BIGINT), CAST(SUM(d.advance_change) AS BIGINT) \
         FROM disbursements d JOIN plan_lines l ON l.id = d.line_id WHERE d.posted_on <= ",
    )
    .bind(asked.to)
    .push(" AND");
    let rows = asked
        .narrow(query)
        .push(" GROUP BY d.line_id, d.posted_on")
        .load::<(i64, NaiveDate, i64, i64)>(conn)?;
    Ok(by_line(rows.into_iter()))
}

fn by_line(rows: impl Iterator<Item = (i64, NaiveDate, i64, i64)>) -> Postings {
    let mut postings = Postings::new();
    for (line, posted_on, net, advance) in rows {
        postings.entry(line).or_default().push(Posting {
            net: Money::dong(net),
            advance: Money::dong(advance),
            posted_on,
        });
    }
    postings
}

/// Advances that were not reversed, of the lines where some are outstanding.
fn advances(conn: &mut Conn, asked: &Asked) -> Result<HashMap<i64, Vec<(NaiveDate, Money)>>> {
    let query = sql::<(BigInt, Date, BigInt)>(
        "SELECT d.line_id, d.posted_on, d.advance_change FROM disbursements d \
         JOIN plan_lines l ON l.id = d.line_id \
         WHERE d.kind = 'advance' AND NOT EXISTS (SELECT 1 FROM disbursements r WHERE r.reverses_id = d.id AND r.posted_on <= ",
    )
    .bind(asked.to)
    .push(") AND d.posted_on <= ")
    .bind(asked.to)
    .push(
        " AND d.line_id IN (SELECT m.line_id FROM line_months m GROUP BY m.line_id HAVING SUM(m.advance) > 0) AND",
    );
    let rows = asked
        .narrow(query)
        .push(" ORDER BY d.posted_on, d.id")
        .load::<(i64, NaiveDate, i64)>(conn)?;
    let mut advances: HashMap<i64, Vec<(NaiveDate, Money)>> = HashMap::new();
    for (line, on, amount) in rows {
        advances
            .entry(line)
            .or_default()
            .push((on, Money::dong(amount)));
    }
    Ok(advances)
}
