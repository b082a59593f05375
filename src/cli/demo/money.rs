//! Loads schedules and payments. Schedules are submitted by the officer and approved by the
//! coordinator, as for everybody.

use std::sync::Arc;

use chrono::TimeDelta;

use super::load::{Loaded, money};
use super::model::{Line, Project};
use super::payments::Payment;
use super::reference::Known;
use crate::domain::capital::Origin;
use crate::domain::disbursement::PaymentKind;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::disbursements::{self, NewPayment};
use crate::service::schedules::{self, NewItem, NewSchedule};
use crate::service::{App, Ctx, Tx, accounts, read, write};

/// What the loading steps share.
pub struct Source {
    pub known: Known,
    pub model: Vec<Project>,
    pub loaded: Vec<Loaded>,
}

/// Projects per transaction: large enough to be quick, small enough to let others in.
const CHUNK: usize = 100;

/// Loads all of it.
pub fn load(app: &Arc<App>, source: &Arc<Source>) -> Result<()> {
    let officer = acting(app, "canbo")?;
    let coordinator = acting(app, "dieuphoi")?;
    for start in (0..source.loaded.len()).step_by(CHUNK) {
        let shared = source.clone();
        let drafts = write(&officer, move |tx| {
            let mut drafts = Vec::new();
            for (one, project) in chunk(&shared, start) {
                for line in &project.lines {
                    drafts.extend(draft(tx, &shared.known, one.id, line)?);
                }
            }
            Ok(drafts)
        })?;
        write(&coordinator, move |tx| {
            for id in &drafts {
                schedules::approve(tx, *id)?;
            }
            Ok(())
        })?;
        let shared = source.clone();
        write(&officer, move |tx| {
            for (one, project) in chunk(&shared, start) {
                for (index, line) in project.lines.iter().enumerate() {
                    pay(tx, &shared.known, one.id, line, index)?;
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn chunk(source: &Source, start: usize) -> impl Iterator<Item = (&Loaded, &Project)> {
    let some = source.loaded.iter().skip(start).take(CHUNK);
    some.filter_map(|one| Some((one, source.model.get(one.project)?)))
}

/// The program, in the name of a user.
pub fn acting(app: &Arc<App>, username: &str) -> Result<Ctx> {
    let mut ctx = Ctx::system(app, "demo");
    let user = read(&ctx, |view| accounts::find(view, username))?;
    ctx.actor.user_id = Some(user.id);
    ctx.actor.person_id = user.person_id;
    ctx.actor.label = user.username;
    Ok(ctx)
}

fn draft(tx: &mut Tx<'_>, known: &Known, project_id: i64, line: &Line) -> Result<Vec<i64>> {
    let mut drafts = Vec::new();
    for (effective_date, items) in &line.schedules {
        let items = items.iter().map(|(due_date, amount)| {
            Ok(NewItem {
                due_date: *due_date,
                amount: money(*amount)?,
                label: None,
            })
        });
        let new = NewSchedule {
            funding_source_id: known.source(line.source)?,
            budget_year: line.year,
            origin: Origin::InYear,
            effective_date: *effective_date,
            items: items.collect::<Result<_>>()?,
            note: None,
        };
        let id = schedules::create(tx, project_id, &new)?.id;
        schedules::submit(tx, id)?;
        drafts.push(id);
    }
    Ok(drafts)
}

fn pay(tx: &mut Tx<'_>, known: &Known, project_id: i64, line: &Line, index: usize) -> Result<()> {
    for (number, payment) in line.payments.iter().enumerate() {
        let voucher = format!("UNC-{}-{project_id}-{index}-{:02}", line.year, number + 1);
        let logged =
            disbursements::record(tx, project_id, &new_payment(known, line, payment, voucher)?)?;
        if payment.mistaken {
            let posted_on = payment.on + TimeDelta::days(3);
            disbursements::reverse(tx, logged.id, posted_on, Some("Ghi nhầm, hạch toán lại"))?;
        }
    }
    Ok(())
}

fn new_payment(
    known: &Known,
    line: &Line,
    payment: &Payment,
    voucher_number: String,
) -> Result<NewPayment> {
    let recovered = match payment.recovered {
        0 => Money::ZERO,
        thousand => money(thousand)?,
    };
    Ok(NewPayment {
        funding_source_id: known.source(line.source)?,
        budget_year: line.year,
        origin: Origin::InYear,
        kind: PaymentKind::parse(payment.kind).unwrap_or(PaymentKind::CompletedVolume),
        gross_amount: money(payment.gross)?,
        advance_recovered: recovered,
        posted_on: payment.on,
        voucher_number,
        contract_number: None,
        dossier_sent_on: Some(payment.on - TimeDelta::days(4)),
        dossier_returned_on: None,
        corrects_id: None,
        note: None,
    })
}
