//! Lists of projects chosen or ordered by their figures. The figures of everything that passes the
//! other filters are computed, so an order by figures is one order over all pages.

use std::cmp::Ordering;

use chrono::NaiveDate;

use crate::db::page::{After, Page, Rows};
use crate::domain::progress::Basis;
use crate::domain::scope::Scope;
use crate::error::{Code, Result};
use crate::service::View;
use crate::service::figures::{self, ByProject, LineFilter, ProjectFigures};

/// More projects than this are not named one by one in a query.
const NAMED: usize = 500;

/// A figure to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Plan.
    Plan,
    /// Disbursed.
    Disbursed,
    /// Rate.
    Rate,
    /// Late amount.
    LateAmount,
    /// Days of delay.
    DaysLate,
}

impl Figure {
    /// The figure as a number; none without a rate.
    fn of(self, figures: &ProjectFigures) -> Option<i128> {
        match self {
            Figure::Plan => Some(figures.plan.wide()),
            Figure::Disbursed => Some(figures.disbursed.wide()),
            Figure::Rate => figures.rate.map(|rate| rate.hundredths()),
            Figure::LateAmount => Some(figures.late_amount.wide()),
            Figure::DaysLate => Some(i128::from(figures.days_late)),
        }
    }
}

/// Which figures.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// The budget year.
    pub budget_year: i32,
    /// The day.
    pub as_of: NaiveDate,
    /// The basis.
    pub basis: Basis,
}

/// A place in an order by a figure.
type Place = (Option<i128>, i64);

impl Figures {
    /// The figures of these projects; those without a line of the year are left out.
    pub fn of(&self, view: &mut View<'_>, ids: &[i64]) -> Result<ByProject> {
        let filter = match ids.len() <= NAMED {
            true => LineFilter {
                projects: Some(ids.to_vec()),
                // They have been found to be in scope.
                ..LineFilter::of_year(self.budget_year, Scope::all(), view.today)
            },
            false => LineFilter::of_year(self.budget_year, view.readable()?, view.today),
        };
        figures::by_project(view, &filter, self.as_of, self.basis)
    }

    /// The page of those of the rows, ordered already, that are late or not.
    pub fn only_late(
        &self,
        view: &mut View<'_>,
        mut rows: Vec<(i64, String)>,
        late: bool,
        page: &Page,
    ) -> Result<Rows<i64>> {
        let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
        let figures = self.of(view, &ids)?;
        rows.retain(|(id, _)| is_late(figures.get(*id)) == late);
        let rows = page.cut(rows, |(id, key)| After {
            key: key.clone(),
            id: *id,
        });
        Ok(rows.map(|(id, _)| id))
    }

    /// A page of the projects in the order of a figure, equal ones by id, those without it last.
    pub fn sorted(
        &self,
        view: &mut View<'_>,
        ids: Vec<i64>,
        (figure, descending, late): (Figure, bool, Option<bool>),
        page: &Page,
    ) -> Result<Rows<i64>> {
        let figures = self.of(view, &ids)?;
        let mut places: Vec<Place> = ids
            .into_iter()
            .map(|id| (id, figures.get(id)))
            .filter(|(_, figures)| late.is_none_or(|late| is_late(*figures) == late))
            .map(|(id, figures)| (figure.of(&figures.unwrap_or_default()), id))
            .collect();
        if let Some(after) = &page.after {
            let after = place(after)?;
            places.retain(|place| compare(place, &after, descending) == Ordering::Greater);
        }
        page.first_of(&mut places, |a, b| compare(a, b, descending));
        let rows = page.cut(places, |(value, id)| After {
            key: value.map_or_else(String::new, |value| value.to_string()),
            id: *id,
        });
        Ok(rows.map(|(_, id)| id))
    }
}

fn is_late(figures: Option<ProjectFigures>) -> bool {
    figures.is_some_and(|figures| figures.late_amount.is_positive())
}

fn place(after: &After) -> Result<Place> {
    let value = match after.key.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| Code::BadCursor)?),
    };
    Ok((value, after.id))
}

fn compare(a: &Place, b: &Place, descending: bool) -> Ordering {
    let by_value = match (a.0, b.0) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    };
    by_value.then(a.1.cmp(&b.1))
}
