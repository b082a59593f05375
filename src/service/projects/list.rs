//! The list of projects.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::by_figures::{Figure, Figures};
use super::search::{Order, ids, keyed};
use super::{Project, by_ids};
use crate::db::page::{After, Page, Rows};
use crate::domain::progress::Basis;
use crate::domain::project::{ProjectGroup, ProjectStatus};
use crate::domain::text_enum::text_enum;
use crate::error::Result;
use crate::service::View;
use crate::service::figures::ProjectFigures;
use crate::service::progress::refuse_assigned;

text_enum! {
    /// What the list is sorted by.
    Sort {
        /// By name.
        Name = "name",
        /// By name, last first.
        NameDown = "-name",
        /// By code.
        Code = "code",
        /// By code, last first.
        CodeDown = "-code",
        /// By total investment, least first.
        TotalInvestment = "total_investment",
        /// By total investment, greatest first.
        TotalInvestmentDown = "-total_investment",
        /// By plan, least first.
        Plan = "plan",
        /// By plan, greatest first.
        PlanDown = "-plan",
        /// By what is disbursed, least first.
        Disbursed = "disbursed",
        /// By what is disbursed, greatest first.
        DisbursedDown = "-disbursed",
        /// By rate, lowest first; projects without a rate come last.
        Rate = "rate",
        /// By rate, highest first; projects without a rate come last.
        RateDown = "-rate",
        /// By what is late, least first.
        LateAmount = "late_amount",
        /// By what is late, greatest first.
        LateAmountDown = "-late_amount",
        /// By days of delay, fewest first.
        DaysLate = "days_late",
        /// By days of delay, most first.
        DaysLateDown = "-days_late",
    }
}

/// What a sort key orders by, and whether it is descending.
enum By {
    Column(Order, bool),
    Figure(Figure, bool),
}

impl Sort {
    fn by(self) -> By {
        match self {
            Sort::Name => By::Column(Order::Name, false),
            Sort::NameDown => By::Column(Order::Name, true),
            Sort::Code => By::Column(Order::Code, false),
            Sort::CodeDown => By::Column(Order::Code, true),
            Sort::TotalInvestment => By::Column(Order::TotalInvestment, false),
            Sort::TotalInvestmentDown => By::Column(Order::TotalInvestment, true),
            Sort::Plan => By::Figure(Figure::Plan, false),
            Sort::PlanDown => By::Figure(Figure::Plan, true),
            Sort::Disbursed => By::Figure(Figure::Disbursed, false),
            Sort::DisbursedDown => By::Figure(Figure::Disbursed, true),
            Sort::Rate => By::Figure(Figure::Rate, false),
            Sort::RateDown => By::Figure(Figure::Rate, true),
            Sort::LateAmount => By::Figure(Figure::LateAmount, false),
            Sort::LateAmountDown => By::Figure(Figure::LateAmount, true),
            Sort::DaysLate => By::Figure(Figure::DaysLate, false),
            Sort::DaysLateDown => By::Figure(Figure::DaysLate, true),
        }
    }
}

/// Which projects; an empty list asks for all.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct ListFilter {
    pub codes: Vec<String>,
    pub q: Option<String>,
    /// Managing units, with everything below them today.
    pub units: Vec<i64>,
    pub investors: Vec<i64>,
    pub pmus: Vec<i64>,
    /// Funding sources, with everything below them.
    pub sources: Vec<i64>,
    pub budget_years: Vec<i32>,
    pub leaders: Vec<i64>,
    pub statuses: Vec<ProjectStatus>,
    pub groups: Vec<ProjectGroup>,
}

/// How to list, and which figures to show.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListOrder {
    /// The order; by name when not given.
    pub sort: Option<Sort>,
    /// Only projects with something late, or with nothing late.
    pub late: Option<bool>,
    /// The day of the figures; today when not given.
    pub as_of: Option<NaiveDate>,
    /// The basis of the figures.
    pub basis: Basis,
}

/// A project in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedProject {
    /// The project.
    #[serde(flatten)]
    pub project: Project,
    /// Its figures in the budget year asked for; null when none, or several, are.
    pub figures: Option<ProjectFigures>,
}

/// A page of the projects in scope.
pub fn list(
    view: &mut View<'_>,
    asked: &ListFilter,
    order: ListOrder,
    page: &Page,
) -> Result<Rows<ListedProject>> {
    refuse_assigned(order.basis)?;
    let shown_year = match asked.budget_years.as_slice() {
        [year] => Some(*year),
        _ => None,
    };
    let as_of = order.as_of.unwrap_or(view.today);
    let figures = Figures {
        // Judging delay takes a year even where none is shown.
        budget_year: shown_year.unwrap_or(as_of.year()),
        as_of,
        basis: order.basis,
    };
    let ids = match (order.sort.unwrap_or(Sort::Name).by(), order.late) {
        (By::Column(column, down), None) => {
            let rows = keyed(view, asked, (column, down), page)?;
            let rows = page.cut(rows, |(id, key)| After {
                key: key.clone(),
                id: *id,
            });
            rows.map(|(id, _)| id)
        }
        (By::Column(column, down), Some(late)) => {
            // What follows the page before, whose delay decides who is left.
            let rest = Page {
                after: page.after.clone(),
                ..Page::all()
            };
            let rows = keyed(view, asked, (column, down), &rest)?;
            figures.only_late(view, rows, late, page)?
        }
        (By::Figure(figure, down), late) => {
            let ids = ids(view, asked)?;
            figures.sorted(view, ids, (figure, down, late), page)?
        }
    };
    let found = match shown_year {
        Some(_) => Some(figures.of(view, &ids.rows)?),
        None => None,
    };
    let shown = by_ids(view, &ids.rows)?.into_iter();
    let rows = shown.map(|project| ListedProject {
        figures: found
            .as_ref()
            .map(|found| found.get(project.id).unwrap_or_default()),
        project,
    });
    Ok(Rows {
        rows: rows.collect(),
        next: ids.next,
    })
}

/// The units with everything below them today; `None` when no unit is asked for.
pub fn subtrees(view: &mut View<'_>, units: &[i64]) -> Result<Option<Vec<i64>>> {
    if units.is_empty() {
        return Ok(None);
    }
    let (tree, today) = (view.tree()?, view.today);
    let all: std::collections::HashSet<i64> = units
        .iter()
        .flat_map(|unit| tree.subtree_on(*unit, today))
        .collect();
    Ok(Some(all.into_iter().collect()))
}
