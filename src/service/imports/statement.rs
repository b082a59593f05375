//! A Treasury statement: held against the payments recorded here when it is checked, and kept with its
//! matches when it is committed. It changes no payment by itself.

use std::collections::HashMap;

use chrono::TimeDelta;

use super::MatchCounts;
use super::judge::Reading;
use super::plans::access_code;
use super::report::{Parsed, RowFault};
use crate::db;
use crate::db::statement_matches::Fields;
use crate::domain::imports::Row;
use crate::domain::imports::matching::{Match, MatchState, Side, WINDOW_DAYS, match_all};
use crate::error::{Code, Fault, Result};
use crate::service::shared::year;
use crate::service::{Tx, View};

/// The lines of a statement: the place of the row, what it says, and its description.
pub type Lines = Vec<(usize, Side, Option<String>)>;

/// The rows whose codes are known, as lines.
pub fn prepare(reading: &mut Reading<'_>) -> Lines {
    let parsed = reading.parsed;
    let mut lines = Vec::new();
    for (place, row) in parsed.rows.iter().enumerate() {
        let project = reading.code(place, "project_code");
        let source = reading.code(place, "funding_source_code");
        if let (false, Some(project), Some(source)) = (row.broken, project, source)
            && let Some(line) = line(parsed, row, project, source)
        {
            let description = row.text(parsed.kind, "description").map(str::to_owned);
            lines.push((place, line, description));
        }
    }
    lines
}

fn line(parsed: &Parsed, row: &Row, project_id: i64, funding_source_id: i64) -> Option<Side> {
    let kind = parsed.kind;
    Some(Side {
        project_id,
        funding_source_id,
        budget_year: row.year(kind, "budget_year")?,
        posted_on: row.date(kind, "posted_on")?,
        voucher: row.text(kind, "voucher_number")?.to_owned(),
        net: row.money(kind, "net_amount")?,
    })
}

/// The faults of the lines, and how they stand against the payments.
pub fn judge(
    view: &mut View<'_>,
    parsed: &Parsed,
    lines: &Lines,
) -> Result<(Vec<RowFault>, MatchCounts)> {
    let mut faults = Vec::new();
    let mut access: HashMap<i64, Option<Code>> = HashMap::new();
    let today = view.today;
    for (place, line, _) in lines {
        if let Some(code) = access_code(view, &mut access, line.project_id)? {
            faults.extend(parsed.fault(*place, "project_code", Fault::at("", code)));
        }
        if let Some(fault) = year(line.budget_year, "") {
            faults.extend(parsed.fault(*place, "budget_year", fault));
        }
        if line.posted_on > today {
            let fault = Fault::at("", Code::FutureDate).with("today", today);
            faults.extend(parsed.fault(*place, "posted_on", fault));
        }
        if line.net.is_zero() {
            let why = ("không được bằng 0", "it cannot be 0");
            let fault = Fault::at("", Code::OutOfRange).with("why", why);
            faults.extend(parsed.fault(*place, "net_amount", fault));
        }
    }
    let mut counts = MatchCounts::default();
    for one in matches(view, lines)?.1 {
        let count = match one.state {
            MatchState::Agreed => &mut counts.agreed,
            MatchState::Differs => &mut counts.differs,
            MatchState::TreasuryOnly => &mut counts.treasury_only,
            MatchState::LedgerOnly => &mut counts.ledger_only,
        };
        *count = count.saturating_add(1);
    }
    Ok((faults, counts))
}

type Payments = Vec<(i64, Side)>;

/// The payments that the lines are held against, and who belongs to whom. A payment that only this
/// ledger knows counts if it lies between the first and the last day of the statement.
fn matches(view: &mut View<'_>, lines: &Lines) -> Result<(Payments, Vec<Match>)> {
    let days = lines.iter().map(|(_, line, _)| line.posted_on);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Ok((Vec::new(), Vec::new()));
    };
    let window = TimeDelta::days(WINDOW_DAYS);
    let interval = (
        first.checked_sub_signed(window).unwrap_or(first),
        last.checked_add_signed(window).unwrap_or(last),
    );
    let (scope, today) = (view.permitted()?, view.today);
    let payments = db::statement_matches::unmatched(view.conn, &scope, interval, today)?;
    let ours: Vec<Side> = payments.iter().map(|(_, side)| side.clone()).collect();
    let theirs: Vec<Side> = lines.iter().map(|(_, line, _)| line.clone()).collect();
    let mut found = match_all(&theirs, &ours);
    found.retain(|one| match (one.state, one.payment) {
        (MatchState::LedgerOnly, Some(payment)) => {
            let day = ours[payment].posted_on;
            first <= day && day <= last
        }
        _ => true,
    });
    Ok((payments, found))
}

/// Keeps the lines and their matches.
pub fn store(tx: &mut Tx<'_>, import_id: i64, parsed: &Parsed, lines: &Lines) -> Result<()> {
    let (payments, found) = matches(tx, lines)?;
    let rows: Vec<Fields> = found
        .into_iter()
        .filter_map(|one| {
            let payment = one.payment.and_then(|payment| payments.get(payment));
            let line = one.line.and_then(|line| lines.get(line));
            let row = line.and_then(|(place, ..)| parsed.rows.get(*place));
            let sheet = row.and_then(|row| parsed.sheets.get(row.sheet));
            let side = line.map(|(_, side, _)| side);
            let any = side.or(payment.map(|(_, side)| side))?;
            Some(Fields {
                import_id,
                state: one.state.as_str().to_owned(),
                resolution: "open".to_owned(),
                sheet: sheet.map(|sheet| sheet.name.clone()),
                row_number: row.and_then(|row| i32::try_from(row.row).ok()),
                project_id: any.project_id,
                funding_source_id: any.funding_source_id,
                budget_year: any.budget_year,
                posted_on: side.map(|side| side.posted_on),
                voucher_number: side.map(|side| side.voucher.clone()),
                net_amount: side.map(|side| side.net.get()),
                description: line.and_then(|(_, _, text)| text.clone()),
                disbursement_id: payment.map(|(id, _)| *id),
                resolved_at: None,
                resolved_by: None,
                reason: None,
            })
        })
        .collect();
    db::statement_matches::insert_all(tx.conn, &rows)
}
