//! Logging a payment.

use chrono::NaiveDate;

use super::rules::{Pointers, ProjectBook, books, date_fault, ledger_faults};
use super::{Disbursement, Told, shown};
use crate::db;
use crate::db::disbursements::Fields;
use crate::db::payments::Place;
use crate::db::plan_lines::{Line, LineKey};
use crate::db::projects::Locked;
use crate::domain::capital::{Origin, period_start};
use crate::domain::disbursement::{
    DisbursementStatus, FigureFault, PaymentKind, net_and_advance, within_period,
};
use crate::domain::ledger::{LineBook, Posting};
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::Tx;
use crate::service::audit::Change;
use crate::service::shared::{Ref, UserRef, unknown, year};

/// What a caller says about a payment.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct NewPayment {
    pub funding_source_id: i64,
    pub budget_year: i32,
    pub origin: Origin,
    pub kind: PaymentKind,
    pub gross_amount: Money,
    pub advance_recovered: Money,
    pub posted_on: NaiveDate,
    pub voucher_number: String,
    pub contract_number: Option<String>,
    pub dossier_sent_on: Option<NaiveDate>,
    pub dossier_returned_on: Option<NaiveDate>,
    pub corrects_id: Option<i64>,
    pub note: Option<String>,
}

impl NewPayment {
    /// The plan line it is paid on.
    pub fn line(&self, project_id: i64) -> LineKey {
        LineKey {
            project_id,
            funding_source_id: self.funding_source_id,
            budget_year: self.budget_year,
            origin: self.origin,
        }
    }
}

pub(super) const AT: Pointers = Pointers {
    amount: "/gross_amount",
    advance: "/advance_recovered",
};

/// What a payment is held against besides the ledger, looked up before.
pub(super) struct Standing<'a> {
    /// The line it is paid on.
    pub key: LineKey,
    /// The same, if it has been used.
    pub line: Option<&'a Line>,
    /// The funding source exists.
    pub has_source: bool,
    /// The payment it corrects, if it names one, is a payment of the project.
    pub has_corrected: bool,
    /// Its voucher stands for another payment of the kind on the line.
    pub is_taken: bool,
    /// The posting date is in the future, or in a closed month.
    pub date_faults: Vec<Fault>,
}

/// What is wrong with a payment besides the ledger, and what it adds to the line's net and
/// outstanding advance.
pub(super) struct Judged {
    /// Faults that need no ledger.
    pub faults: Vec<Fault>,
    /// It lies outside of the disbursement period.
    pub untimely: Option<Fault>,
    /// The voucher is taken.
    pub duplicate: Option<Fault>,
    /// `(net, change of the outstanding advance)`, if its own figures fit together.
    pub figures: Option<(Money, Money)>,
}

/// Holds a payment against everything but the ledger.
pub(super) fn judge(new: &NewPayment, standing: &Standing<'_>) -> Judged {
    let mut faults = Vec::new();
    if !standing.has_source {
        faults.push(unknown("/funding_source_id"));
    }
    faults.extend(year(new.budget_year, "/budget_year"));
    if !standing.has_corrected {
        faults.push(unknown("/corrects_id"));
    }
    if let (Some(sent), Some(returned)) = (new.dossier_sent_on, new.dossier_returned_on)
        && returned < sent
    {
        let why = format!("≥ {sent}");
        faults.push(Fault::at("/dossier_returned_on", Code::OutOfRange).with("why", why));
    }
    let figures = net_and_advance(new.kind.kind(), new.gross_amount, new.advance_recovered);
    faults.extend(figures.err().map(figure_fault));
    faults.extend(standing.date_faults.iter().cloned());
    Judged {
        faults,
        untimely: period_fault(&standing.key, standing.line, new, figures.ok()),
        duplicate: standing.is_taken.then(|| duplicate(new)),
        figures: figures.ok(),
    }
}

impl Judged {
    /// All faults, with those of the ledger: `book` and `project` hold the payment already.
    pub fn with_ledger(
        self,
        new: &NewPayment,
        book: &LineBook,
        project: &ProjectBook,
    ) -> Vec<Fault> {
        let mut faults = self.faults;
        if self.figures.is_some() {
            let mut broken = ledger_faults(book, project, new.posted_on, &AT);
            if self.untimely.is_some() {
                // Beyond the deadline nothing is available: that is said already.
                broken.retain(|fault| fault.code != Code::PlanExceeded);
            }
            faults.extend(self.untimely);
            faults.extend(broken);
        } else {
            faults.extend(self.untimely);
        }
        faults.extend(self.duplicate);
        faults
    }
}

/// Logs a payment of a project. All broken rules are told at once.
pub fn record(tx: &mut Tx<'_>, project_id: i64, new: &NewPayment) -> Result<Disbursement> {
    let day = new.posted_on;
    let (locked, closed) = tx.open_project(project_id, day, "/posted_on")?;
    let key = new.line(project_id);
    let voucher = (new.kind.as_str(), new.voucher_number.as_str());
    let user = tx.ctx.actor.user_id;
    let place = db::payments::place(tx.conn, &key, voucher, user)?;
    let line = place.line;
    let standing = standing(tx, new, (key, &place), closed)?;
    let judged = judge(new, &standing);
    let figures = judged.figures;
    let id = line.map(|line| line.id);
    let (mut book, mut project) = books(tx, (project_id, &locked), id)?;
    if let Some((net, advance)) = figures {
        let posting = Posting {
            net,
            advance,
            posted_on: new.posted_on,
        };
        book.postings.push(posting);
        project.postings.push(posting);
    }
    Error::check(judged.with_ledger(new, &book, &project))?;
    let line = match line {
        Some(line) => line,
        None => db::plan_lines::ensure(tx.conn, &key)?,
    };
    let fields = fields(tx, line.id, project_id, new, figures.unwrap_or_default());
    let id = db::payments::record(tx.conn, &fields)?.ok_or_else(|| Error::from(duplicate(new)))?;
    let made = shown(id, fields, line.key, told(&key, &locked, place, tx))?;
    let change = Change::created("disbursement.recorded", "disbursement", id, &made);
    tx.audit(change.of_project(project_id))?;
    Ok(made)
}

fn standing<'a>(
    tx: &mut Tx<'_>,
    new: &NewPayment,
    (key, place): (LineKey, &'a Place),
    closed: Option<Fault>,
) -> Result<Standing<'a>> {
    let has_corrected = match new.corrects_id {
        Some(corrected) => db::disbursements::find(tx.conn, corrected)?
            .is_some_and(|row| row.project_id == key.project_id),
        None => true,
    };
    Ok(Standing {
        key,
        line: place.line.as_ref(),
        has_source: place.source.is_some(),
        has_corrected,
        is_taken: place.is_taken,
        date_faults: date_fault(tx, new.posted_on)
            .into_iter()
            .chain(closed)
            .collect(),
    })
}

/// What the answer tells of what the payment refers to.
fn told(key: &LineKey, project: &Locked, place: Place, tx: &Tx<'_>) -> Told {
    let (code, name) = place.source.unwrap_or_default();
    let user = tx.ctx.actor.user_id.zip(place.username);
    Told {
        project: Ref {
            id: key.project_id,
            code: project.code.clone(),
            name: project.name.clone(),
        },
        source: Ref {
            id: key.funding_source_id,
            code,
            name,
        },
        user: user.map(|(id, username)| UserRef { id, username }),
        reversed_by: None,
    }
}

fn figure_fault(fault: FigureFault) -> Fault {
    let (at, why) = match fault {
        FigureFault::GrossNotPositive => (AT.amount, ("phải lớn hơn 0", "it must be above 0")),
        FigureFault::RecoveryNegative => (AT.advance, ("không được âm", "it cannot be negative")),
        FigureFault::RecoveryAboveGross => (
            AT.advance,
            (
                "không được lớn hơn số tiền thanh toán",
                "it cannot be above the gross amount",
            ),
        ),
        FigureFault::AdvanceRecovers => (
            AT.advance,
            (
                "tạm ứng không thu hồi tạm ứng",
                "an advance recovers no advance",
            ),
        ),
        FigureFault::Reversal => ("/kind", ("dùng chức năng hủy", "reverse it instead")),
    };
    Fault::at(at, Code::OutOfRange).with("why", why)
}

/// The posting date lies in the line's disbursement period, unless the payment is free of it.
fn period_fault(
    key: &LineKey,
    line: Option<&Line>,
    new: &NewPayment,
    figures: Option<(Money, Money)>,
) -> Option<Fault> {
    let start = period_start(key.budget_year);
    let deadline = line.map_or_else(|| key.default_deadline(), |line| line.deadline);
    let net = figures.map_or(new.gross_amount, |(net, _)| net);
    let corrects = new.corrects_id.is_some();
    let period = (start, deadline);
    let within = within_period(new.kind.kind(), net, corrects, new.posted_on, period);
    (!within).then(|| {
        Fault::at("/posted_on", Code::OutsideDisbursementPeriod)
            .with("start", start)
            .with("end", deadline)
    })
}

pub(super) fn duplicate(new: &NewPayment) -> Fault {
    Fault::at("/voucher_number", Code::DuplicateVoucher).with("voucher", new.voucher_number.clone())
}

pub(super) fn fields(
    tx: &Tx<'_>,
    line_id: i64,
    project_id: i64,
    new: &NewPayment,
    (net, advance): (Money, Money),
) -> Fields {
    Fields {
        line_id,
        project_id,
        kind: new.kind.as_str().to_owned(),
        gross_amount: new.gross_amount.get(),
        advance_recovered: new.advance_recovered.get(),
        net_amount: net.get(),
        advance_change: advance.get(),
        posted_on: new.posted_on,
        voucher_number: new.voucher_number.clone(),
        contract_number: new.contract_number.clone(),
        dossier_sent_on: new.dossier_sent_on,
        dossier_returned_on: new.dossier_returned_on,
        corrects_id: new.corrects_id,
        reverses_id: None,
        note: new.note.clone(),
        reason: None,
        status: DisbursementStatus::Recorded.as_str().to_owned(),
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
    }
}
