//! `/reports`

use chrono::NaiveDate;

use crate::domain::capital::Authority;
use crate::domain::progress::Basis;
use crate::domain::units::Level;
use crate::http::answer::Answered;
use crate::http::body::Query;
use crate::http::endpoint::{Endpoint, get};
use crate::http::guard::{Authorized, needs};
use crate::http::input::request;
use crate::service::View;
use crate::service::reports::Asked;
use crate::service::reports::allocation::{self, AllocationReport};
use crate::service::reports::compliance::{self, ComplianceReport};
use crate::service::reports::progress::{self, GroupBy, Grouping, ProgressReport};
use crate::service::reports::reallocation::{self, ReallocationReport};
use crate::service::reports::s_curve::{self, Curve};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/reports/progress",
            by_group,
            "Shows progress by unit, source, investor, sector, status or leader",
        ),
        get(
            "/reports/s-curve",
            curve,
            "Shows planned and actual payment month by month",
        ),
        get(
            "/reports/allocation",
            allocated,
            "Shows assigned capital and what is allocated of it",
        ),
        get(
            "/reports/reallocation",
            movable,
            "Shows capital likely to be left, who could spend it, and the transfers that are possible",
        ),
        get(
            "/reports/compliance",
            kept,
            "Shows whether the orders of the yearly directive are kept",
        ),
    ]
}

request! {
    /// Which progress report.
    pub struct ProgressReportQuery {
        /// The budget year.
        budget_year: i32,
        /// What the rows are; units when not given.
        group_by: Option<GroupBy>,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
        /// Only this source and those below it.
        funding_source_id: Option<i64>,
        /// Units of this level instead of direct children.
        level: Option<Level>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// What the rate divides by.
        basis: Option<Basis>,
        /// Whose assignments the basis `assigned` divides by.
        authority: Option<Authority>,
    }
    /// Which curve.
    pub struct CurveQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it.
        unit_id: Option<i64>,
        /// Only this project.
        project_id: Option<i64>,
        /// Only this source and those below it.
        funding_source_id: Option<i64>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// Which lines count.
        basis: Option<Basis>,
    }
    /// Which allocation report.
    pub struct AllocationQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it.
        unit_id: Option<i64>,
        /// Only this source and those below it.
        funding_source_id: Option<i64>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// Taken as in every report; allocation is always that of capital of the year itself.
        basis: Option<Basis>,
        /// Whose assignments; the People's Council's when not given.
        authority: Option<Authority>,
    }
    /// Which reallocation worksheet.
    pub struct ReallocationQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it.
        unit_id: Option<i64>,
        /// Only this source and those below it.
        funding_source_id: Option<i64>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// Taken as in every report; only in-year capital can be transferred.
        basis: Option<Basis>,
    }
    /// Which compliance report.
    pub struct ComplianceQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it.
        unit_id: Option<i64>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// Taken as in every report; every order is judged on the basis it names itself.
        basis: Option<Basis>,
    }
}

/// What every report is asked.
pub(super) fn asked(
    view: &View<'_>,
    budget_year: i32,
    (as_of, basis): (Option<NaiveDate>, Option<Basis>),
    (unit_id, funding_source_id): (Option<i64>, Option<i64>),
) -> Asked {
    Asked {
        budget_year,
        as_of: as_of.unwrap_or(view.today),
        basis: basis.unwrap_or_default(),
        unit_id,
        funding_source_id,
    }
}

async fn by_group(
    auth: Authorized<needs::Read>,
    query: Query<ProgressReportQuery>,
) -> Answered<ProgressReport> {
    auth.query(query, |view, query| {
        let narrowed = (query.unit_id, query.funding_source_id);
        let asked = asked(
            view,
            query.budget_year,
            (query.as_of, query.basis),
            narrowed,
        );
        let grouping = Grouping {
            by: query.group_by.unwrap_or(GroupBy::Unit),
            level: query.level,
            authority: query.authority.unwrap_or(Authority::PeoplesCouncil),
        };
        progress::report(view, &asked, grouping)
    })
    .await
}

async fn curve(auth: Authorized<needs::Read>, query: Query<CurveQuery>) -> Answered<Curve> {
    auth.query(query, |view, query| {
        let narrowed = (query.unit_id, query.funding_source_id);
        let asked = asked(
            view,
            query.budget_year,
            (query.as_of, query.basis),
            narrowed,
        );
        s_curve::report(view, &asked, query.project_id)
    })
    .await
}

async fn allocated(
    auth: Authorized<needs::Read>,
    query: Query<AllocationQuery>,
) -> Answered<AllocationReport> {
    auth.query(query, |view, query| {
        let narrowed = (query.unit_id, query.funding_source_id);
        let asked = asked(
            view,
            query.budget_year,
            (query.as_of, query.basis),
            narrowed,
        );
        let authority = query.authority.unwrap_or(Authority::PeoplesCouncil);
        allocation::report(view, &asked, authority)
    })
    .await
}

async fn movable(
    auth: Authorized<needs::Read>,
    query: Query<ReallocationQuery>,
) -> Answered<ReallocationReport> {
    auth.query(query, |view, query| {
        let narrowed = (query.unit_id, query.funding_source_id);
        let asked = asked(
            view,
            query.budget_year,
            (query.as_of, query.basis),
            narrowed,
        );
        reallocation::report(view, &asked)
    })
    .await
}

async fn kept(
    auth: Authorized<needs::Read>,
    query: Query<ComplianceQuery>,
) -> Answered<ComplianceReport> {
    auth.query(query, |view, query| {
        let asked = asked(
            view,
            query.budget_year,
            (query.as_of, query.basis),
            (query.unit_id, None),
        );
        compliance::report(view, &asked)
    })
    .await
}
