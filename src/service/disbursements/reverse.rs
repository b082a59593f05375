//! Undoing a payment, once.

use chrono::NaiveDate;

use super::rules::{Pointers, books, date_fault, ledger_faults};
use super::{Disbursement, one};
use crate::db;
use crate::db::disbursements::Fields;
use crate::domain::disbursement::{DisbursementKind, DisbursementStatus, reversal_of};
use crate::domain::ledger::Posting;
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::Tx;
use crate::service::audit::Change;
use crate::service::shared;

/// Its date is all that a reversal says about money.
const AT: Pointers = Pointers {
    amount: "/posted_on",
    advance: "/posted_on",
};

/// Reverses a payment on a day, not before its own. Its voucher is free again.
pub fn reverse(
    tx: &mut Tx<'_>,
    id: i64,
    posted_on: NaiveDate,
    reason: Option<&str>,
) -> Result<Disbursement> {
    let original = db::disbursements::find(tx.conn, id)?.ok_or(Code::NotFound)?;
    let project_id = original.project_id;
    let (locked, closed) = tx.open_project(project_id, posted_on, "/posted_on")?;
    let mut faults = Vec::new();
    let reason = shared::reason(reason, &mut faults);
    if original.reverses_id.is_some() {
        let why = (
            "không hủy được một bút toán hủy",
            "a reversal cannot be reversed",
        );
        faults.push(Fault::at("", Code::Invalid).with("why", why));
    }
    let reversed = !db::disbursements::reversals(tx.conn, &[id])?.is_empty();
    if reversed {
        faults.push(Fault::at("", Code::AlreadyReversed));
    }
    faults.extend(date_fault(tx, posted_on));
    faults.extend(closed);
    if posted_on < original.posted_on {
        let why = format!("≥ {}", original.posted_on);
        faults.push(Fault::at("/posted_on", Code::OutOfRange).with("why", why));
    }
    let (net, advance) = reversal_of(
        Money::dong(original.net_amount),
        Money::dong(original.advance_change),
    );
    // A second reversal would be judged by figures that the first has undone already.
    if !reversed {
        let line = Some(original.line_id);
        let (mut book, mut project) = books(tx, (project_id, &locked), line)?;
        let posting = Posting {
            net,
            advance,
            posted_on,
        };
        book.postings.push(posting);
        project.postings.push(posting);
        faults.extend(ledger_faults(&book, &project, posted_on, &AT));
    }
    Error::check(faults)?;
    let fields = Fields {
        kind: DisbursementKind::Reversal.as_str().to_owned(),
        net_amount: net.get(),
        advance_change: advance.get(),
        posted_on,
        dossier_sent_on: None,
        dossier_returned_on: None,
        corrects_id: None,
        reverses_id: Some(id),
        note: None,
        reason: Some(reason),
        status: DisbursementStatus::Recorded.as_str().to_owned(),
        recorded_at: tx.now,
        recorded_by: tx.ctx.actor.user_id,
        ..original
    };
    // A reversal claims no voucher, so none can be taken.
    let made = db::payments::record(tx.conn, &fields)?.ok_or(Code::AlreadyReversed)?;
    db::disbursements::release_voucher(tx.conn, id)?;
    let reversal = one(tx, made)?;
    let change = Change::created("disbursement.reversed", "disbursement", made, &reversal);
    tx.audit(change.of_project(project_id))?;
    Ok(reversal)
}
