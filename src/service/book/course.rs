//! How the capital of a budget year itself went, for forecasts.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Planned;
use crate::domain::calendar::month_start;
use crate::domain::capital::{EntryKind, Origin};
use crate::domain::forecast::{Grant, History};
use crate::domain::money::Money;

/// The in-year lines of a budget year together. An extension moves what may still be spent, not what
/// was assigned (domain.md section 4), so it is left out.
#[derive(Debug, Default)]
pub struct Course {
    /// Net by month (its first day), đồng.
    paid: BTreeMap<NaiveDate, i128>,
    /// Given by the day from which and the day until which it may be spent, đồng.
    given: BTreeMap<(NaiveDate, NaiveDate), i128>,
}

impl Course {
    /// Sums the lines of projects.
    pub(super) fn of(planned: &[Arc<Planned>]) -> Self {
        let mut course = Course::default();
        let lines = planned.iter().flat_map(|planned| &planned.lines);
        for line in lines.filter(|line| line.origin == Origin::InYear) {
            let entries = line.book.entries.iter();
            for entry in entries.filter(|entry| entry.kind != EntryKind::ExtensionOut) {
                let span = (entry.effective_date, entry.deadline);
                *course.given.entry(span).or_default() += entry.amount.wide();
            }
            // Payments lie together as they were recorded, many of a month.
            let postings = line.book.postings.as_slice();
            for month in
                postings.chunk_by(|a, b| month_start(a.posted_on) == month_start(b.posted_on))
            {
                let net: i128 = month.iter().map(|posting| posting.net.wide()).sum();
                if let Some(first) = month.first() {
                    *course.paid.entry(month_start(first.posted_on)).or_default() += net;
                }
            }
        }
        course
    }

    /// Tells the history of budget years of this one.
    pub fn tell(&self, budget_year: i32, history: &mut History) {
        for (month, net) in &self.paid {
            history.paid(budget_year, *month, *net);
        }
        for ((from, until), amount) in &self.given {
            let grant = Grant {
                from: *from,
                until: *until,
                amount: Money::saturating(*amount),
            };
            history.given(budget_year, grant);
        }
    }
}
