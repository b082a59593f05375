//! What is tidied once a day.

use chrono::TimeDelta;

use super::{Ctx, imports, successions, verify, write};
use crate::db;
use crate::error::Result;

/// How long kept answers are kept: longer than the contract promises.
const KEPT: TimeDelta = TimeDelta::hours(48);

/// How long the log of a webhook is kept.
const TOLD: TimeDelta = TimeDelta::days(90);

/// Hands over what units left behind that ended today, forgets old answers, and anchors the audit
/// log.
pub fn daily(ctx: &Ctx) -> Result<()> {
    write(ctx, successions::hand_over_due)?;
    write(ctx, |tx| {
        let now = tx.now;
        let before = now.checked_sub_signed(KEPT).unwrap_or(now);
        db::idempotency::forget(tx.conn, before)?;
        let told = now.checked_sub_signed(TOLD).unwrap_or(now);
        db::webhooks::forget(tx.conn, told)?;
        db::password_links::forget(tx.conn, before)?;
        db::throttles::forget_before(tx.conn, before)?;
        imports::forget_old(tx)
    })?;
    write(ctx, |tx| {
        let today = tx.today;
        verify::make_anchor(tx, today).map(|_| ())
    })
}
