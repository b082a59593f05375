//! Logging a payment.

use chrono::NaiveDate;

use super::rules::{Pointers, date_fault, ledger_faults, write};
use super::{Disbursement, written};
use crate::db;
use crate::db::disbursements::Fields;
use crate::db::plan_lines::{Line, LineKey};
use crate::domain::capital::{Origin, period_start};
use crate::domain::disbursement::{
    DisbursementStatus, FigureFault, PaymentKind, net_and_advance, within_period,
};
use crate::domain::ledger::{LineBook, Posting};
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::Tx;
use crate::service::audit::Change;
use crate::service::shared::{Named, Refs, unknown, year};

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

const AT: Pointers = Pointers {
    amount: "/gross_amount",
    advance: "/advance_recovered",
};

/// Logs a payment of a project. All broken rules are told at once.
pub fn record(tx: &mut Tx<'_>, project_id: i64, new: &NewPayment) -> Result<Disbursement> {
    let day = new.posted_on;
    tx.hold_open(project_id, day)?;
    tx.lock_project(project_id)?;
    let key = LineKey {
        project_id,
        funding_source_id: new.funding_source_id,
        budget_year: new.budget_year,
        origin: new.origin,
    };
    let line = db::plan_lines::find(tx.conn, &key)?;
    let mut faults = references(tx, project_id, new)?;
    let figures = net_and_advance(new.kind.kind(), new.gross_amount, new.advance_recovered);
    let untimely = period_fault(&key, line.as_ref(), new, figures.ok());
    faults.extend(figures.err().map(figure_fault));
    faults.extend(date_fault(tx, day));
    faults.extend(tx.closed_fault(project_id, day, "/posted_on")?);
    if let Ok((net, advance)) = figures {
        let posting = Posting {
            net,
            advance,
            posted_on: new.posted_on,
        };
        let book = book(tx, line)?;
        let mut broken = ledger_faults(tx, project_id, book, posting, &AT)?;
        if untimely.is_some() {
            // Beyond the deadline nothing is available: that is said already.
            broken.retain(|fault| fault.code != Code::PlanExceeded);
        }
        faults.extend(untimely.into_iter().chain(broken));
    } else {
        faults.extend(untimely);
    }
    if let Some(line) = line
        && db::disbursements::voucher_taken(
            tx.conn,
            line.id,
            new.kind.as_str(),
            &new.voucher_number,
        )?
    {
        faults.push(duplicate(new));
    }
    Error::check(faults)?;
    let (net, advance) = figures.unwrap_or_default();
    let line = match line {
        Some(line) => line,
        None => db::plan_lines::ensure(tx.conn, &key)?,
    };
    let fields = fields(tx, line.id, project_id, new, (net, advance));
    let id = write(tx, &fields)?;
    if !db::disbursements::claim_voucher(tx.conn, id, &fields)? {
        return Err(duplicate(new).into());
    }
    let made = written(tx, id, fields, line)?;
    let change = Change::created("disbursement.recorded", "disbursement", id, &made);
    tx.audit(change.of_project(project_id))?;
    Ok(made)
}

fn book(tx: &mut Tx<'_>, line: Option<Line>) -> Result<LineBook> {
    match line {
        Some(line) => db::ledger::line_book(tx.conn, line.id),
        None => Ok(LineBook::default()),
    }
}

fn references(tx: &mut Tx<'_>, project_id: i64, new: &NewPayment) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let source = new.funding_source_id;
    if !Refs::load(tx.conn, Named::Sources, [source])?.has(source) {
        faults.push(unknown("/funding_source_id"));
    }
    faults.extend(year(new.budget_year, "/budget_year"));
    if let Some(corrected) = new.corrects_id {
        let found = db::disbursements::find(tx.conn, corrected)?;
        if found.is_none_or(|row| row.project_id != project_id) {
            faults.push(unknown("/corrects_id"));
        }
    }
    if let (Some(sent), Some(returned)) = (new.dossier_sent_on, new.dossier_returned_on)
        && returned < sent
    {
        let why = format!("≥ {sent}");
        faults.push(Fault::at("/dossier_returned_on", Code::OutOfRange).with("why", why));
    }
    Ok(faults)
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

fn duplicate(new: &NewPayment) -> Fault {
    Fault::at("/voucher_number", Code::DuplicateVoucher).with("voucher", new.voucher_number.clone())
}

fn fields(
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
