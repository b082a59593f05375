//! How payments stand against the Treasury's statement. Nothing else of a payment ever changes.

use std::collections::BTreeSet;

use super::{Disbursement, by_ids};
use crate::db;
use crate::domain::disbursement::DisbursementStatus;
use crate::error::{Code, Result};
use crate::service::Tx;
use crate::service::audit::Change;

/// Gives payments a status; those that have it already stay as they are. Refused for projects out of
/// the caller's reach.
pub fn mark(tx: &mut Tx<'_>, ids: &[i64], status: DisbursementStatus) -> Result<()> {
    let mut before: Vec<Disbursement> = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        before.extend(by_ids(tx, chunk)?);
    }
    if before.len() != ids.len() {
        return Err(Code::NotFound.into());
    }
    before.retain(|payment| payment.status != status);
    let projects: BTreeSet<i64> = before.iter().map(|payment| payment.project_id).collect();
    for project_id in projects {
        tx.lock_project(project_id)?;
    }
    let action = match status {
        DisbursementStatus::Recorded => "disbursement.reopened",
        DisbursementStatus::Reconciled => "disbursement.reconciled",
        DisbursementStatus::Disputed => "disbursement.disputed",
    };
    for chunk in before.chunks(500) {
        let ids: Vec<i64> = chunk.iter().map(|payment| payment.id).collect();
        db::disbursements::set_status(tx.conn, &ids, status.as_str())?;
        let changes = chunk.iter().map(|payment| {
            let after = Disbursement {
                status,
                ..payment.clone()
            };
            Change::updated(action, "disbursement", payment.id, payment, &after)
                .of_project(payment.project_id)
        });
        tx.audit_all(changes.collect())?;
    }
    Ok(())
}
