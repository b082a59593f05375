//! What every payment and reversal is held against: its line, its project, its date.

use chrono::NaiveDate;

use crate::db;
use crate::db::projects::Locked;
use crate::domain::ledger::{LineBook, Posting, ProjectOverdraft, project_overdrawn};
use crate::domain::money::Money;
use crate::error::{Code, Fault, Result};
use crate::service::View;
use crate::service::projects::Limits;

/// Where the body says what can be too much.
pub struct Pointers {
    /// The amount.
    pub amount: &'static str,
    /// The recovered advance.
    pub advance: &'static str,
}

/// A posting date is today or earlier.
pub fn date_fault(view: &View<'_>, posted_on: NaiveDate) -> Option<Fault> {
    (posted_on > view.today)
        .then(|| Fault::at("/posted_on", Code::FutureDate).with("today", view.today))
}

/// What a project's payments are held against as a whole.
pub struct ProjectBook {
    /// Total investment and opening balances.
    pub limits: Limits,
    /// All postings of the project, on whatever line.
    pub postings: Vec<Posting>,
}

/// The books of a line, if it has been used, and of its project as they stand.
pub fn books(
    view: &mut View<'_>,
    (project_id, project): (i64, &Locked),
    line_id: Option<i64>,
) -> Result<(LineBook, ProjectBook)> {
    let postings = db::ledger::project_postings(view.conn, project_id)?;
    let entries = db::ledger::entries(view.conn, line_id.as_slice())?;
    let own = postings.iter().filter(|(line, _)| Some(*line) == line_id);
    let line = LineBook {
        entries: entries.into_iter().map(|(_, entry)| entry).collect(),
        postings: own.map(|(_, posting)| *posting).collect(),
    };
    let project = ProjectBook {
        limits: Limits::of_locked(project),
        postings: postings.into_iter().map(|(_, posting)| posting).collect(),
    };
    Ok((line, project))
}

impl ProjectBook {
    /// The first day, on `from` or later, on which the project has cost too much.
    pub fn overdrawn(&self, from: NaiveDate) -> Option<ProjectOverdraft> {
        let postings = self.postings.iter().copied();
        let total = self.limits.total_investment;
        project_overdrawn(postings, self.limits.opening, total, from)
    }
}

/// Every rule of the ledger that a book breaks on `from` or later, that is with the posting of that
/// day in both the line's book and the project's.
pub fn ledger_faults(
    book: &LineBook,
    project: &ProjectBook,
    from: NaiveDate,
    at: &Pointers,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(on) = book.beyond_range(from) {
        let why = format!("{on}: ± {} đồng", Money::MAX.get());
        faults.push(Fault::at(at.amount, Code::OutOfRange).with("why", why));
    }
    faults.extend(above_plan(book, from, at.amount));
    if let Some(over) = project.overdrawn(from) {
        let fault = Fault::at(at.amount, Code::TotalInvestmentExceeded);
        faults.push(
            fault
                .with("disbursed", over.disbursed)
                .with("total", over.total_investment),
        );
    }
    if let Some(negative) = book.advance_negative(from) {
        let fault = Fault::at(at.advance, Code::AdvanceRecoveryExceedsOutstanding);
        faults.push(
            fault
                .with("on", negative.on)
                .with("outstanding", negative.figure),
        );
    }
    if let Some(negative) = book.disbursed_negative(from) {
        let fault = Fault::at(at.amount, Code::RefundExceedsDisbursed);
        faults.push(
            fault
                .with("on", negative.on)
                .with("disbursed", negative.figure),
        );
    }
    faults
}

/// More than is available, or more than may still be paid after a deadline.
fn above_plan(book: &LineBook, from: NaiveDate, at: &str) -> Option<Fault> {
    let (on, disbursed, available) = match book.overdrawn(from) {
        Some(over) => (over.on, over.disbursed, over.available),
        None => {
            let late = book.deadline_overdrawn(from)?;
            (late.on, late.posted, late.allowed)
        }
    };
    Some(
        Fault::at(at, Code::PlanExceeded)
            .with("on", on)
            .with("disbursed", disbursed)
            .with("available", available),
    )
}
