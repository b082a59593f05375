//! The payments of a project with running totals.

use std::collections::HashMap;

use actix_web::web::Path;
use askama::Template;

use super::super::context::Context;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use super::super::text::{fill, labels};
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::disbursement::net_and_advance;
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::service::disbursements::{self, Disbursement, ListFilter, Sort};
use crate::service::page::Page as ListPage;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/projects/{id}/payments", show)]
}

/// A payment with the totals of its line after it.
struct Row {
    payment: Disbursement,
    total: Money,
    advance: Money,
}

#[derive(Template)]
#[template(path = "project_payments.html", config = "src/http/pages/askama.toml")]
struct PaymentsPage {
    l: Layout,
    c: Context,
    head: Head,
    rows: Vec<Row>,
    total: Money,
    vouchers: HashMap<i64, String>,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let (head, c) = head(view, &l, *id, Tab::Payments, &query)?;
        let filter = ListFilter {
            projects: vec![*id],
            budget_years: vec![c.year],
            posted_to: Some(c.as_of),
            ..ListFilter::default()
        };
        let order = Some(Sort::PostedOn);
        let payments = disbursements::list(view, &filter, order, &ListPage::all())?.rows;
        let vouchers = payments
            .iter()
            .map(|payment| (payment.id, payment.voucher_number.clone()))
            .collect();
        let rows = running(payments);
        let net = rows.iter().map(|row| row.payment.net_amount.wide()).sum();
        Ok(PaymentsPage {
            total: Money::saturating(net),
            rows,
            vouchers,
            head,
            c,
            l,
        })
    })
    .await
}

/// Newest first, each with the totals of its line up to it.
fn running(payments: Vec<Disbursement>) -> Vec<Row> {
    let mut sums: HashMap<i64, (i128, i128)> = HashMap::new();
    let mut changes: HashMap<i64, i128> = HashMap::new();
    let mut rows: Vec<Row> = payments
        .into_iter()
        .map(|payment| {
            let change = match payment.reverses_id {
                Some(original) => -changes.get(&original).copied().unwrap_or(0),
                None => {
                    let (gross, recovered) = (payment.gross_amount, payment.advance_recovered);
                    net_and_advance(payment.kind, gross, recovered)
                        .map_or(0, |(_, advance)| advance.wide())
                }
            };
            changes.insert(payment.id, change);
            let sum = sums.entry(payment.line_id).or_default();
            sum.0 += payment.net_amount.wide();
            sum.1 += change;
            Row {
                total: Money::saturating(sum.0),
                advance: Money::saturating(sum.1),
                payment,
            }
        })
        .collect();
    rows.reverse();
    rows
}

impl PaymentsPage {
    fn reverses(&self, id: &i64) -> String {
        let voucher = self.vouchers.get(id).map_or("", String::as_str);
        fill(self.l.t.project.reverses, &[("voucher", voucher)])
    }
}
