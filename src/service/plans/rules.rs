//! What holds for every change of a plan (domain.md section 4), and the one place that writes
//! entries.

use chrono::NaiveDate;

use crate::db;
use crate::db::plan_entries::Fields;
use crate::db::plan_lines::{Line, LineKey};
use crate::domain::capital::EntryKind;
use crate::domain::ledger::{Entry, LineBook};
use crate::domain::money::Money;
use crate::error::{Code, Fault, Result};
use crate::service::shared::Decision;
use crate::service::{Tx, View};

/// A line under a change: its book takes the new entries, is judged, and only then are rows
/// written. The project must be locked.
pub struct Draft {
    /// What line it is.
    pub key: LineKey,
    /// The line, unless this is the first time it is used.
    pub line: Option<Line>,
    /// Its book, with the new entries.
    pub book: LineBook,
}

impl Draft {
    /// The line as it stands.
    pub fn of(view: &mut View<'_>, key: LineKey) -> Result<Self> {
        let line = db::plan_lines::find(view.conn, &key)?;
        let book = match &line {
            Some(line) => db::ledger::line_book(view.conn, line.id)?,
            None => LineBook::default(),
        };
        Ok(Draft { key, line, book })
    }

    /// The deadline that a negative entry takes when it names none.
    pub fn earliest_deadline(&self) -> NaiveDate {
        self.book.earliest_deadline(self.key.default_deadline())
    }

    /// Puts an entry into the book.
    pub fn add(&mut self, entry: &Given) {
        self.book.entries.push(Entry {
            kind: entry.kind,
            amount: entry.amount,
            effective_date: entry.effective_date,
            deadline: entry.deadline,
            reversal: false,
            voided: false,
        });
    }

    /// The first rule that the book breaks on `from` or later.
    pub fn broken(&self, from: NaiveDate, at: &str) -> Option<Fault> {
        let book = &self.book;
        if let Some(on) = book.beyond_range(from) {
            let why = format!("{on}: ± {} đồng", Money::MAX.get());
            return Some(Fault::at(at, Code::OutOfRange).with("why", why));
        }
        let below = |on: NaiveDate, available: Money, disbursed: Money| {
            Fault::at(at, Code::PlanBelowDisbursed)
                .with("on", on)
                .with("available", available)
                .with("disbursed", disbursed)
        };
        if let Some(over) = book.overdrawn(from) {
            return Some(below(over.on, over.available, over.disbursed));
        }
        if let Some(negative) = book.plan_negative(from) {
            let disbursed = book.disbursed(negative.on);
            return Some(below(negative.on, negative.figure, disbursed));
        }
        let late = book.deadline_overdrawn(from)?;
        Some(
            Fault::at(at, Code::PlanExceeded)
                .with("on", late.on)
                .with("disbursed", late.posted)
                .with("available", late.allowed),
        )
    }

    /// Writes an entry and keeps the line's deadline; answers its id.
    pub fn write(&mut self, tx: &mut Tx<'_>, entry: &Given) -> Result<i64> {
        let line = db::plan_lines::ensure(tx.conn, &self.key)?;
        let fields = Fields {
            line_id: line.id,
            kind: entry.kind.as_str().to_owned(),
            amount: entry.amount.get(),
            effective_date: entry.effective_date,
            deadline: entry.deadline,
            decision_number: entry.decision.number.clone(),
            decision_issuer: entry.decision.issuer.clone(),
            decision_date: entry.decision.date,
            note: entry.note.clone(),
            operation_id: entry.operation_id,
            reverses_id: None,
            reason: None,
            recorded_at: tx.now,
            recorded_by: tx.ctx.actor.user_id,
        };
        self.line = Some(line);
        let id = db::plan_entries::insert(tx.conn, &fields)?;
        self.keep_deadline(tx)?;
        Ok(id)
    }

    /// Keeps the line's deadline as its book has it.
    pub fn keep_deadline(&self, tx: &mut Tx<'_>) -> Result<()> {
        let deadline = self.book.deadline(self.key.default_deadline());
        match &self.line {
            Some(line) if line.deadline != deadline => {
                db::plan_lines::set_deadline(tx.conn, line.id, deadline)
            }
            _ => Ok(()),
        }
    }
}

/// An entry to be written.
pub struct Given {
    /// Its kind.
    pub kind: EntryKind,
    /// Signed đồng.
    pub amount: Money,
    /// The day from which it counts.
    pub effective_date: NaiveDate,
    /// The last day on which its money may be paid.
    pub deadline: NaiveDate,
    /// The decision behind it.
    pub decision: Decision,
    /// A note.
    pub note: Option<String>,
    /// The transfer or extension it is a leg of.
    pub operation_id: Option<i64>,
}

impl Given {
    /// The first day on which it can change the answer of a rule: its deadline binds from the
    /// day after it.
    pub fn from(&self) -> NaiveDate {
        self.effective_date.min(self.deadline)
    }
}
