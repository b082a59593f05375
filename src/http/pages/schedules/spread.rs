//! Filling the grid: the plan spread evenly, or as it was paid last year.

use chrono::{Datelike, NaiveDate};

use super::super::form::Form;
use super::super::layout::Layout;
use super::super::typed;
use super::grid::{self, name};
use crate::domain::calendar::month_start;
use crate::domain::format::AmountUnit;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::domain::spread::by_weights;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::{Asked, s_curve};
use crate::service::schedules::{NewItem, Worksheet};

/// Spreads what the earlier months leave of the plan over the months from the day the version
/// counts. Months before keep what they have.
pub fn fill(
    form: &mut Form,
    l: &Layout,
    sheet: &Worksheet,
    (items, from): (&[(usize, NewItem)], NaiveDate),
    weight: impl Fn(NaiveDate) -> i64,
) {
    let first = month_start(from);
    let mut later: Vec<(usize, NaiveDate)> = Vec::new();
    for index in 0..grid::count(form) {
        let due: Option<NaiveDate> = form.value(&name(index, "due_date")).parse().ok();
        let Some(month) = due.map(month_start).filter(|month| *month >= first) else {
            continue;
        };
        form.set(&name(index, "amount"), "");
        if !later.iter().any(|(_, known)| *known == month) {
            later.push((index, month));
        }
    }
    let kept = items
        .iter()
        .filter(|(_, item)| month_start(item.due_date) < first);
    let kept: i128 = kept.map(|(_, item)| item.amount.wide()).sum();
    let rest = Money::saturating(sheet.plan.wide() - kept);
    if rest.is_negative() || later.is_empty() {
        form.add_fault("items", l.t.schedule.nothing_to_spread);
        return;
    }
    for (index, item) in items {
        // Cells that stay are written in đồng, like those that are filled.
        if month_start(item.due_date) < first {
            form.set(&name(*index, "amount"), typed::shown(item.amount, l));
        }
    }
    form.set("amount_unit", AmountUnit::Dong.as_str());
    let weights: Vec<i64> = later.iter().map(|(_, month)| weight(*month)).collect();
    let weights = match weights.iter().any(|weight| *weight > 0) {
        true => weights,
        false => vec![1; later.len()],
    };
    for ((index, _), amount) in later.into_iter().zip(by_weights(rest, &weights)) {
        form.set(&name(index, "amount"), typed::shown(amount, l));
    }
}

/// What was paid in each month a year before: of the project, or of everything in reach when the
/// project had nothing then.
pub fn last_year(view: &mut View<'_>, sheet: &Worksheet) -> Result<Vec<(NaiveDate, i64)>> {
    let asked = Asked {
        budget_year: sheet.budget_year - 1,
        as_of: view.today,
        basis: Basis::Total,
        unit_id: None,
        funding_source_id: None,
    };
    for project in [Some(sheet.project_id), None] {
        let curve = s_curve::report(view, &asked, project)?;
        let mut before = 0;
        let mut paid = Vec::new();
        for point in &curve.points {
            let sum = point.disbursed.map_or(before, Money::get);
            let year = point.date.year() + 1;
            let month = NaiveDate::from_ymd_opt(year, point.date.month(), 1);
            paid.extend(month.map(|month| (month, sum - before)));
            before = sum;
        }
        if before > 0 {
            return Ok(paid);
        }
    }
    Ok(Vec::new())
}
