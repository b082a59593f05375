//! Rows that are plan decisions.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::judge::{Reading, of_row, repeated};
use super::payments::origin;
use super::report::{Parsed, RowFault};
use crate::db;
use crate::db::plan_lines::LineKey;
use crate::domain::capital::GivenKind;
use crate::domain::imports::Row;
use crate::error::{Code, Error, Fault, Result};
use crate::service::View;
use crate::service::plans::{NewEntry, judge_all};
use crate::service::shared::Decision;

/// The rows whose codes are known, as entries: what gives capital before what takes it, so that their
/// order in the file does not matter.
pub fn prepare(reading: &mut Reading<'_>) -> Vec<(usize, i64, NewEntry)> {
    let parsed = reading.parsed;
    let mut entries = Vec::new();
    for (place, row) in parsed.rows.iter().enumerate() {
        let project = reading.code(place, "project_code");
        let source = reading.code(place, "funding_source_code");
        if let (false, Some(project), Some(source)) = (row.broken, project, source)
            && let Some(entry) = entry(parsed, row, source)
        {
            entries.push((place, project, entry));
        }
    }
    entries.sort_by_key(|(place, _, entry)| {
        (entry.kind == GivenKind::Cut, entry.effective_date, *place)
    });
    entries
}

fn entry(parsed: &Parsed, row: &Row, funding_source_id: i64) -> Option<NewEntry> {
    let kind = parsed.kind;
    Some(NewEntry {
        funding_source_id,
        budget_year: row.year(kind, "budget_year")?,
        origin: origin(parsed, row),
        kind: GivenKind::parse(row.text(kind, "kind")?)?,
        amount: row.money(kind, "amount")?,
        effective_date: row.date(kind, "effective_date")?,
        decision: Decision {
            number: row.text(kind, "decision_number")?.to_owned(),
            issuer: row.text(kind, "decision_issuer")?.to_owned(),
            date: row.date(kind, "decision_date")?,
        },
        deadline: None,
        note: row.text(kind, "note").map(str::to_owned),
    })
}

/// What makes two entries the same decision.
type Same = (LineKey, String, i64, NaiveDate, String);

fn same(project_id: i64, new: &NewEntry) -> Same {
    let kind = new.kind.entry();
    (
        new.line(project_id),
        kind.as_str().to_owned(),
        kind.signed(new.amount).get(),
        new.effective_date,
        new.decision.number.clone(),
    )
}

/// The faults of the entries, and the warnings about those that are recorded already.
pub fn judge(
    view: &mut View<'_>,
    parsed: &Parsed,
    entries: &[(usize, i64, NewEntry)],
) -> Result<(Vec<RowFault>, Vec<RowFault>)> {
    let mut faults = Vec::new();
    let mut access: HashMap<i64, Option<Code>> = HashMap::new();
    let mut seen: HashMap<Same, u32> = HashMap::new();
    let mut good = Vec::new();
    for (place, project, entry) in entries {
        if let Some(code) = access_code(view, &mut access, *project)? {
            faults.extend(parsed.fault(*place, "project_code", Fault::at("", code)));
            continue;
        }
        let row = parsed.rows.get(*place).map_or(0, |row| row.row);
        match seen.insert(same(*project, entry), row) {
            Some(other) => faults.extend(parsed.fault(*place, "", repeated(Some(other)))),
            None => good.push((*place, *project, entry)),
        }
    }
    let known = known(view, &good)?;
    let mut warnings = Vec::new();
    let judged: Vec<(i64, &NewEntry)> = good.iter().map(|(_, id, entry)| (*id, *entry)).collect();
    let found = judge_all(view, &judged)?;
    for ((place, project, entry), broken) in good.into_iter().zip(found) {
        faults.extend(of_row(parsed, place, broken));
        if known.contains_key(&same(project, entry)) {
            warnings.extend(parsed.fault(place, "", repeated(None)));
        }
    }
    Ok((faults, warnings))
}

/// The entries that the ledger has on the same lines.
fn known(view: &mut View<'_>, entries: &[(usize, i64, &NewEntry)]) -> Result<HashMap<Same, ()>> {
    let mut projects: Vec<i64> = entries.iter().map(|(_, project, _)| *project).collect();
    projects.sort_unstable();
    projects.dedup();
    let mut known = HashMap::new();
    for chunk in projects.chunks(1_000) {
        let lines = db::plan_lines::of_projects(view.conn, chunk)?;
        let keys: HashMap<i64, LineKey> = lines.iter().map(|line| (line.id, line.key)).collect();
        let ids: Vec<i64> = keys.keys().copied().collect();
        for row in db::plan_entries::standing_on(view.conn, &ids)? {
            if let Some(key) = keys.get(&row.line_id) {
                let decision = (
                    row.kind,
                    row.amount,
                    row.effective_date,
                    row.decision_number,
                );
                let (kind, amount, day, number) = decision;
                known.insert((*key, kind, amount, day, number), ());
            }
        }
    }
    Ok(known)
}

/// Why the caller may not write to a project; looked up once.
pub fn access_code(
    view: &mut View<'_>,
    known: &mut HashMap<i64, Option<Code>>,
    project_id: i64,
) -> Result<Option<Code>> {
    if let Some(code) = known.get(&project_id) {
        return Ok(*code);
    }
    let code = match view.require_project(project_id) {
        Ok(()) => None,
        Err(error @ Error::Refused(_)) => Some(error.code()),
        Err(other) => return Err(other),
    };
    known.insert(project_id, code);
    Ok(code)
}
