//! Rows that are Treasury payments.

use super::judge::{Reading, of_row};
use super::report::{Parsed, RowFault};
use crate::domain::capital::Origin;
use crate::domain::disbursement::PaymentKind;
use crate::domain::imports::Row;
use crate::error::Result;
use crate::service::View;
use crate::service::disbursements::{Candidate, NewPayment, judge_all};

/// The rows whose codes are known, as payments.
pub fn prepare(reading: &mut Reading<'_>) -> Vec<(usize, Candidate)> {
    let parsed = reading.parsed;
    let mut payments = Vec::new();
    for (place, row) in parsed.rows.iter().enumerate() {
        let project = reading.code(place, "project_code");
        let source = reading.code(place, "funding_source_code");
        if let (false, Some(project), Some(source)) = (row.broken, project, source)
            && let Some(new) = payment(parsed, row, source)
        {
            let project_id = project;
            payments.push((place, Candidate { project_id, new }));
        }
    }
    payments
}

fn payment(parsed: &Parsed, row: &Row, funding_source_id: i64) -> Option<NewPayment> {
    let kind = parsed.kind;
    Some(NewPayment {
        funding_source_id,
        budget_year: row.year(kind, "budget_year")?,
        origin: origin(parsed, row),
        kind: PaymentKind::parse(row.text(kind, "kind")?)?,
        gross_amount: row.money(kind, "gross_amount")?,
        advance_recovered: row.money(kind, "advance_recovered").unwrap_or_default(),
        posted_on: row.date(kind, "posted_on")?,
        voucher_number: row.text(kind, "voucher_number")?.to_owned(),
        contract_number: None,
        dossier_sent_on: None,
        dossier_returned_on: None,
        corrects_id: None,
        note: row.text(kind, "note").map(str::to_owned),
    })
}

/// The origin that a row names; capital of the year where it names none.
pub fn origin(parsed: &Parsed, row: &Row) -> Origin {
    let named = row.text(parsed.kind, "origin").and_then(Origin::parse);
    named.unwrap_or_default()
}

/// The faults of the payments.
pub fn judge(
    view: &mut View<'_>,
    parsed: &Parsed,
    payments: &[(usize, Candidate)],
) -> Result<Vec<RowFault>> {
    let candidates: Vec<Candidate> = payments.iter().map(|(_, one)| one.clone()).collect();
    let faults = judge_all(view, &candidates)?;
    Ok(payments
        .iter()
        .zip(faults)
        .flat_map(|((place, _), faults)| of_row(parsed, *place, faults))
        .collect())
}
