//! Holding a file against the rules: first the codes of every row, then the rows as records.

use super::refs::{Found, References};
use super::report::{Parsed, RowFault};
use super::statement::Lines;
use super::{MatchCounts, payments, plans, projects, schedules, statement};
use crate::domain::imports::{Cell, Kind, List};
use crate::error::{Code, Fault, Result, Shown};
use crate::service::View;
use crate::service::disbursements::Candidate;
use crate::service::plans::NewEntry;
use crate::service::schedules::NewSchedule;

/// The rows as what they would be recorded as: the place of the row, and the record.
pub enum Prepared {
    /// Projects.
    Projects(Vec<(usize, projects::NewProject)>),
    /// Plan entries of projects, in the order in which they are recorded.
    Plans(Vec<(usize, i64, NewEntry)>),
    /// Schedules of projects.
    Schedules(Vec<(usize, i64, NewSchedule)>),
    /// Payments.
    Payments(Vec<(usize, Candidate)>),
    /// Lines of a Treasury statement.
    Statement(Lines),
}

/// What a file's rows come to.
pub struct Judged {
    /// The records.
    pub prepared: Prepared,
    /// What keeps them from being recorded, besides what could not be read.
    pub faults: Vec<RowFault>,
    /// What should be looked at.
    pub warnings: Vec<RowFault>,
    /// How a statement stands.
    pub matches: Option<MatchCounts>,
}

/// Finds the records that the rows refer to.
pub fn prepare(view: &mut View<'_>, parsed: &Parsed) -> Result<Judged> {
    let mut reading = Reading {
        parsed,
        refs: References::load(view, parsed.kind)?,
        faults: Vec::new(),
        warnings: Vec::new(),
    };
    let prepared = match parsed.kind {
        Kind::Projects => Prepared::Projects(projects::prepare(view, &mut reading)?),
        Kind::PlanEntries => Prepared::Plans(plans::prepare(&mut reading)),
        Kind::Schedules => Prepared::Schedules(schedules::prepare(&mut reading)),
        Kind::Disbursements => Prepared::Payments(payments::prepare(&mut reading)),
        Kind::TreasuryStatement => Prepared::Statement(statement::prepare(&mut reading)),
    };
    Ok(Judged {
        prepared,
        faults: reading.faults,
        warnings: reading.warnings,
        matches: None,
    })
}

/// Holds the records against the rules that the calls for one record have.
pub fn judge(view: &mut View<'_>, parsed: &Parsed) -> Result<Judged> {
    let mut judged = prepare(view, parsed)?;
    match &judged.prepared {
        Prepared::Projects(new) => {
            let faults = projects::judge(view, parsed, new)?;
            judged.faults.extend(faults);
        }
        Prepared::Plans(new) => {
            let (faults, warnings) = plans::judge(view, parsed, new)?;
            judged.faults.extend(faults);
            judged.warnings.extend(warnings);
        }
        Prepared::Schedules(new) => {
            let (faults, warnings) = schedules::judge(view, parsed, new)?;
            judged.faults.extend(faults);
            judged.warnings.extend(warnings);
        }
        Prepared::Payments(new) => {
            let faults = payments::judge(view, parsed, new)?;
            judged.faults.extend(faults);
        }
        Prepared::Statement(lines) => {
            let (faults, counts) = statement::judge(view, parsed, lines)?;
            judged.faults.extend(faults);
            judged.matches = Some(counts);
        }
    }
    Ok(judged)
}

/// The column that a fault of a record points to.
fn column_of(pointer: &str) -> &str {
    match pointer.trim_start_matches('/') {
        "project_id" => "project_code",
        "funding_source_id" => "funding_source_code",
        "managing_unit_id" => "managing_unit_code",
        "investor_id" => "investor_code",
        "pmu_id" => "pmu_code",
        "person_id" => "leader_email",
        other if other.starts_with("location_unit_ids") => "location_unit_codes",
        other => other,
    }
}

/// The faults of a record as faults of its row.
pub fn of_row(parsed: &Parsed, place: usize, faults: Vec<Fault>) -> Vec<RowFault> {
    faults
        .into_iter()
        .filter_map(|fault| {
            let column = column_of(&fault.pointer).to_owned();
            parsed.fault(place, &column, fault)
        })
        .collect()
}

/// A row that says the same as another one, or as a record.
pub fn repeated(other: Option<u32>) -> Fault {
    let why = match other {
        Some(row) => Shown::both(
            format!("trùng với dòng {row} của tệp"),
            format!("the same as row {row} of the file"),
        ),
        None => Shown::both(
            "đã có bản ghi giống hệt trong hệ thống".to_owned(),
            "there is such a record already".to_owned(),
        ),
    };
    Fault::at("", Code::Invalid).with("why", why)
}

/// The rows while their codes are being found.
pub struct Reading<'a> {
    /// The file.
    pub parsed: &'a Parsed,
    refs: References,
    faults: Vec<RowFault>,
    warnings: Vec<RowFault>,
}

impl Reading<'_> {
    /// A fault of a row.
    pub fn refuse(&mut self, place: usize, column: &str, fault: Fault) {
        self.faults.extend(self.parsed.fault(place, column, fault));
    }

    /// The record whose code stands in a column; `None` if there is none, which has been told unless
    /// the cell is empty.
    pub fn code(&mut self, place: usize, column: &'static str) -> Option<i64> {
        let kind = self.parsed.kind;
        let text = self.parsed.rows.get(place)?.text(kind, column)?.to_owned();
        let Cell::Code(list) = kind.columns().get(kind.place(column)?)?.cell else {
            return None;
        };
        self.find(place, column, list, &text)
    }

    /// The records whose codes stand in a column, apart by commas or semicolons; `None` if one is not
    /// there, which has been told.
    pub fn codes(&mut self, place: usize, column: &'static str) -> Option<Vec<i64>> {
        let kind = self.parsed.kind;
        let Some(text) = self.parsed.rows.get(place)?.text(kind, column) else {
            return Some(Vec::new());
        };
        let Cell::Codes(list) = kind.columns().get(kind.place(column)?)?.cell else {
            return None;
        };
        let parts = text.split([',', ';']).map(str::trim);
        let parts: Vec<String> = parts
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let found = parts
            .iter()
            .map(|part| self.find(place, column, list, part))
            .collect::<Vec<_>>();
        found.into_iter().collect()
    }

    fn find(&mut self, place: usize, column: &str, list: List, text: &str) -> Option<i64> {
        match self.refs.find(list, text, column) {
            Found::Exactly(id) => Some(id),
            Found::ByName(id, code) => {
                let why = Shown::both(
                    format!("đọc theo tên là mã {code}"),
                    format!("read by its name as {code}"),
                );
                let fault = Fault::at(column, Code::Invalid).with("why", why);
                self.warnings
                    .extend(self.parsed.fault(place, column, fault));
                Some(id)
            }
            Found::Nothing(fault) => {
                self.refuse(place, column, fault);
                None
            }
        }
    }
}
