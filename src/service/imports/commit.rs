//! Recording all rows of a checked file in one transaction, or none.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::judge::{Judged, Prepared, judge, of_row, prepare};
use super::report::{Parsed, Report, RowFault};
use super::{Import, ImportStatus, context, one, require, statement};
use crate::db;
use crate::db::imports::Fields;
use crate::domain::format::AmountUnit;
use crate::domain::imports::{Kind, Row};
use crate::domain::locale::Locale;
use crate::domain::project::Duty;
use crate::error::{Code, Error, Fault, Result, Shown};
use crate::service::audit::Change;
use crate::service::disbursements::{Candidate, record_all};
use crate::service::{Tx, plans, projects, schedules};

/// Who else holds the kind and unit while a file is committed; longer than any commit takes.
const HELD: TimeDelta = TimeDelta::hours(1);

/// Records the rows of a checked file. A file that is committed already stays as it is. The context is
/// that of [`context`]; `progress` is told how many rows have been written.
pub fn commit(tx: &mut Tx<'_>, id: i64, progress: &dyn Fn(usize)) -> Result<Import> {
    db::imports::lock(tx.conn, id)?;
    let mut fields = require(tx, id)?;
    let kind = kind_of(id, &fields)?;
    if kind.permission() != tx.ctx.permission {
        return Err(Code::Forbidden.into());
    }
    match ImportStatus::parse(&fields.status) {
        Some(ImportStatus::Committed) => return one(tx, id),
        Some(ImportStatus::Checked) => {}
        _ => return Err(Code::ImportHasErrors.into()),
    }
    let parsed = load(tx, id, kind, &fields)?;
    let held = hold(tx, &owner(id), &parsed)?;
    let created_by = fields.created_by;
    record(tx, id, &parsed, progress)?;
    for name in held {
        db::leases::release(tx.conn, &name, &owner(id))?;
    }
    fields.status = ImportStatus::Committed.as_str().to_owned();
    fields.committed_at = Some(tx.now);
    fields.committed_by = tx.ctx.actor.user_id;
    db::imports::update(tx.conn, id, &fields)?;
    db::imports::forget_chunks(tx.conn, id)?;
    let event = serde_json::json!({
        "kind": kind.as_str(), "file_name": fields.file_name, "file_sha256": fields.file_hash,
        "rows": fields.row_count, "created_by": created_by,
    });
    tx.audit(Change::created("import.committed", "import", id, &event))?;
    one(tx, id)
}

/// The permission that committing a file needs, and the kind of its rows.
pub fn kind(ctx: &crate::service::Ctx, id: i64) -> Result<crate::service::Ctx> {
    let kind = crate::service::read(ctx, |view| {
        let fields = require(view, id)?;
        kind_of(id, &fields)
    })?;
    context(ctx, kind)
}

fn kind_of(id: i64, fields: &Fields) -> Result<Kind> {
    Kind::parse(&fields.kind).ok_or_else(|| Error::Internal(format!("import {id} as stored")))
}

/// The file as it was read.
fn load(tx: &mut Tx<'_>, id: i64, kind: Kind, fields: &Fields) -> Result<Parsed> {
    let stored = || Error::Internal(format!("import {id} as stored"));
    let report = Report::parse(&fields.report).ok_or_else(stored)?;
    if report.errors_total > 0 {
        return Err(Code::ImportHasErrors.into());
    }
    let unit = AmountUnit::parse(&fields.amount_unit).ok_or_else(stored)?;
    let mut parsed = Parsed::new(kind, unit);
    parsed.sheets = report.sheets;
    for chunk in db::imports::chunks(tx.conn, id)? {
        let rows: Vec<Row> = serde_json::from_str(&chunk).map_err(|_| stored())?;
        parsed.rows.extend(rows);
    }
    if parsed.rows.len() != usize::try_from(fields.row_count).unwrap_or_default() {
        // The rows of a file that lay too long are forgotten.
        let why = ("Tệp đã để quá lâu.", "The file lay too long.");
        return Err(Fault::at("", Code::ImportStale).with("why", why).into());
    }
    Ok(parsed)
}

fn owner(id: i64) -> String {
    format!("import:{id}")
}

/// One file of a kind and unit at a time: another one waits until this transaction ends.
fn hold(tx: &mut Tx<'_>, owner: &str, parsed: &Parsed) -> Result<BTreeSet<String>> {
    let judged = prepare(tx, parsed)?;
    let projects: Vec<i64> = match &judged.prepared {
        Prepared::Projects(_) | Prepared::Statement(_) => Vec::new(),
        Prepared::Plans(new) => new.iter().map(|(_, project, _)| *project).collect(),
        Prepared::Schedules(new) => new.iter().map(|(_, project, _)| *project).collect(),
        Prepared::Payments(new) => new.iter().map(|(_, one)| one.project_id).collect(),
    };
    let projects: BTreeSet<i64> = projects.into_iter().collect();
    let ids: Vec<i64> = projects.iter().copied().collect();
    let today = tx.today;
    let mut units: BTreeSet<i64> = BTreeSet::new();
    for chunk in ids.chunks(5_000) {
        let links = db::project_links::of_projects(tx.conn, chunk, today)?;
        units.extend(links.iter().map(|link| link.managing_unit_id));
    }
    if let Prepared::Projects(new) = &judged.prepared {
        units.extend(new.iter().map(|(_, one)| one.project.managing_unit_id));
    }
    let kind = parsed.kind.as_str();
    let names: BTreeSet<String> = match units.is_empty() {
        true => BTreeSet::from([format!("import:{kind}")]),
        false => units
            .iter()
            .map(|unit| format!("import:{kind}:{unit:020}"))
            .collect(),
    };
    let (now, until) = (tx.now, tx.now.checked_add_signed(HELD).unwrap_or(tx.now));
    for name in &names {
        db::leases::take(tx.conn, name, owner, now, until)?;
    }
    tx.hold_all_open()?;
    // Locked in one order, before anything is read that the rules are tried on.
    for project in projects {
        if db::projects::lock(tx.conn, project)?.is_none() {
            return Err(Code::NotFound.into());
        }
    }
    Ok(names)
}

fn record(tx: &mut Tx<'_>, id: i64, parsed: &Parsed, progress: &dyn Fn(usize)) -> Result<()> {
    if let Kind::Disbursements = parsed.kind {
        // Judging and writing go together, on books that are loaded once.
        let judged = prepare(tx, parsed)?;
        stale_if(parsed, &judged.faults)?;
        let Prepared::Payments(payments) = judged.prepared else {
            return Ok(());
        };
        let candidates: Vec<Candidate> = payments.iter().map(|(_, one)| one.clone()).collect();
        return match record_all(tx, &candidates, progress)? {
            Ok(_) => Ok(()),
            Err((at, faults)) => {
                let place = payments.get(at).map_or(0, |(place, _)| *place);
                stale_if(parsed, &of_row(parsed, place, faults))
            }
        };
    }
    let judged = judge(tx, parsed)?;
    stale_if(parsed, &judged.faults)?;
    write(tx, id, parsed, judged, progress)
}

fn write(
    tx: &mut Tx<'_>,
    id: i64,
    parsed: &Parsed,
    judged: Judged,
    progress: &dyn Fn(usize),
) -> Result<()> {
    match judged.prepared {
        Prepared::Plans(new) => {
            for (written, (place, project, entry)) in (1..).zip(new) {
                let done = plans::create(tx, project, &entry);
                done.map_err(|error| stale(parsed, place, error))?;
                progress(written);
            }
        }
        Prepared::Schedules(new) => {
            for (written, (place, project, schedule)) in (1..).zip(new) {
                let done = schedules::create(tx, project, &schedule);
                done.map_err(|error| stale(parsed, place, error))?;
                progress(written);
            }
        }
        Prepared::Projects(new) => {
            let today = tx.today;
            for (written, (place, one)) in (1..).zip(new) {
                let made = projects::create(tx, &one.project)
                    .map_err(|error| stale(parsed, place, error))?;
                if let Some(person) = one.leader_id {
                    let term = (person, today, &one.project.investment_decision);
                    projects::assign(tx, made.id, Duty::Leader, term, |_| Ok(()))
                        .map_err(|error| stale(parsed, place, error))?;
                }
                progress(written);
            }
        }
        Prepared::Statement(lines) => statement::store(tx, id, parsed, &lines)?,
        Prepared::Payments(_) => {}
    }
    Ok(())
}

fn stale(parsed: &Parsed, place: usize, error: Error) -> Error {
    match error {
        Error::Refused(faults) => match stale_if(parsed, &of_row(parsed, place, faults)) {
            Err(stale) => stale,
            Ok(()) => Code::ImportStale.into(),
        },
        other => other,
    }
}

/// The rows held when the file was checked; one that does not any more says why.
fn stale_if(parsed: &Parsed, faults: &[RowFault]) -> Result<()> {
    let Some(first) = faults.first() else {
        return Ok(());
    };
    let sheet = parsed
        .sheets
        .get(first.sheet)
        .map_or("", |sheet| sheet.name.as_str());
    let say = |locale| first.fault.message(locale);
    let why = Shown::both(
        format!("Trang \"{sheet}\", dòng {}: {}", first.row, say(Locale::Vi)),
        format!("Sheet \"{sheet}\", row {}: {}", first.row, say(Locale::En)),
    );
    Err(Fault::at("", Code::ImportStale).with("why", why).into())
}
