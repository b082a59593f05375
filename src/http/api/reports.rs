//! `/reports`

use chrono::NaiveDate;

use crate::domain::capital::Authority;
use crate::domain::progress::Basis;
use crate::domain::units::Level;
use crate::error::{Code, Result};
use crate::http::answer::Answered;
use crate::http::body::Query;
use crate::http::endpoint::{Endpoint, get};
use crate::http::file::{FileAnswer, Xlsx};
use crate::http::guard::{Authorized, needs};
use crate::http::input::request;
use crate::service::View;
use crate::service::reports::Asked;
use crate::service::reports::advances::{self, AdvancesReport};
use crate::service::reports::allocation::{self, AllocationReport};
use crate::service::reports::compliance::{self, ComplianceReport};
use crate::service::reports::detail::{self, DetailReport};
use crate::service::reports::late_items::{self, LateItemsReport};
use crate::service::reports::plan_changes::{self, PlanChangesReport};
use crate::service::reports::progress::{self, GroupBy, ProgressReport};
use crate::service::reports::ranking::{self, RankingReport};
use crate::service::reports::reallocation::{self, ReallocationReport};
use crate::service::reports::s_curve::{self, Curve};
use crate::service::reports::wanted::{ReportName, Wanted};
use crate::sheets::workbook;

/// A report: its address, what it is asked, what it answers, and the same as a workbook.
macro_rules! reports {
    ($($path:literal $file:literal $json:ident $xlsx:ident($query:ty) -> $answer:ty, $name:ident, $summary:literal: $make:expr;)*) => {
        /// The calls of this file.
        pub fn endpoints() -> Vec<Endpoint> {
            let list = vec![
                $(get($path, $json, $summary),
                get($file, $xlsx, concat!($summary, ", as a workbook")),)*
                get("/reports/payments.xlsx", payments_xlsx, "Lists every payment of a budget year, as a workbook"),
            ];
            // The unit, source or project that is asked for.
            list.into_iter().map(|one| one.refuses(&[Code::NotFound])).collect()
        }

        $(async fn $json(auth: Authorized<needs::Read>, query: Query<$query>) -> Answered<$answer> {
            auth.query(query, |view, query| {
                let wanted = query.wanted(view);
                let make: fn(&mut View<'_>, &Wanted) -> Result<$answer> = $make;
                make(view, &wanted)
            })
            .await
        }

        async fn $xlsx(auth: Authorized<needs::Read>, query: Query<$query>) -> Result<FileAnswer<Xlsx>> {
            auth.query_file(query, |view, query| {
                let wanted = query.wanted(view);
                file(view, ReportName::$name, &wanted)
            })
            .await
        })*
    };
}

reports! {
    "/reports/progress" "/reports/progress.xlsx" progress_json progress_xlsx(ProgressReportQuery) -> ProgressReport, Progress,
        "Shows progress by unit, source, investor, sector, status or leader":
        |view, wanted| progress::report(view, &wanted.asked, wanted.grouping());
    "/reports/projects" "/reports/projects.xlsx" projects_json projects_xlsx(ReportQuery) -> DetailReport, Projects,
        "Shows progress project by project, under source and sector":
        |view, wanted| detail::report(view, &wanted.asked);
    "/reports/ranking" "/reports/ranking.xlsx" ranking_json ranking_xlsx(ProgressReportQuery) -> RankingReport, Ranking,
        "Ranks units or investors against the average":
        |view, wanted| ranking::report(view, &wanted.asked, wanted.grouping());
    "/reports/s-curve" "/reports/s-curve.xlsx" s_curve_json s_curve_xlsx(CurveQuery) -> Curve, SCurve,
        "Shows planned and actual payment month by month":
        |view, wanted| s_curve::report(view, &wanted.asked, wanted.project_id);
    "/reports/allocation" "/reports/allocation.xlsx" allocation_json allocation_xlsx(AllocationQuery) -> AllocationReport, Allocation,
        "Shows assigned capital and what is allocated of it":
        |view, wanted| allocation::report(view, &wanted.asked, wanted.authority());
    "/reports/compliance" "/reports/compliance.xlsx" compliance_json compliance_xlsx(ComplianceQuery) -> ComplianceReport, Compliance,
        "Shows whether the orders of the yearly directive are kept":
        |view, wanted| compliance::report(view, &wanted.asked);
    "/reports/advances" "/reports/advances.xlsx" advances_json advances_xlsx(ReportQuery) -> AdvancesReport, Advances,
        "Shows advances that are not recovered":
        |view, wanted| advances::report(view, &wanted.asked);
    "/reports/late-items" "/reports/late-items.xlsx" late_json late_xlsx(ReportQuery) -> LateItemsReport, LateItems,
        "Shows what is late, with leaders and obstacles":
        |view, wanted| late_items::report(view, &wanted.asked);
    "/reports/plan-changes" "/reports/plan-changes.xlsx" changes_json changes_xlsx(PlanChangesQuery) -> PlanChangesReport, PlanChanges,
        "Shows how plans changed, with the decisions":
        |view, wanted| plan_changes::report(view, &wanted.asked, wanted.from);
    "/reports/reallocation" "/reports/reallocation.xlsx" movable_json movable_xlsx(ReportQuery) -> ReallocationReport, Reallocation,
        "Shows capital likely to be left, who could spend it, and the transfers that are possible":
        |view, wanted| reallocation::report(view, &wanted.asked);
}

async fn payments_xlsx(
    auth: Authorized<needs::Read>,
    query: Query<PlanChangesQuery>,
) -> Result<FileAnswer<Xlsx>> {
    auth.query_file(query, |view, query| {
        let wanted = query.wanted(view);
        file(view, ReportName::Payments, &wanted)
    })
    .await
}

/// A report as a file, named after it, its year and its day.
pub(super) fn file(
    view: &mut View<'_>,
    name: ReportName,
    wanted: &Wanted,
) -> Result<FileAnswer<Xlsx>> {
    let content = workbook::report(view, name, wanted)?;
    Ok(FileAnswer::new(workbook::file_name(name, wanted), content))
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
    /// Which report.
    pub struct ReportQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
        /// Only this source and those below it.
        funding_source_id: Option<i64>,
        /// The day of the figures; today when not given.
        as_of: Option<NaiveDate>,
        /// Which lines count.
        basis: Option<Basis>,
    }
    /// Which changes or payments.
    pub struct PlanChangesQuery {
        /// The budget year.
        budget_year: i32,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
        /// Only this source and those below it.
        funding_source_id: Option<i64>,
        /// The first day that counts; all when not given.
        from: Option<NaiveDate>,
        /// The last day that counts; today when not given.
        as_of: Option<NaiveDate>,
        /// Which lines count.
        basis: Option<Basis>,
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

/// What is wanted, by the fields that a query has.
macro_rules! wanted {
    ($($query:ident { $($field:ident),* } $($source:ident)?;)*) => {$(
        impl $query {
            fn wanted(&self, view: &View<'_>) -> Wanted {
                #[allow(unused_mut)]
                let mut wanted = Wanted::new(asked(
                    view,
                    self.budget_year,
                    (self.as_of, self.basis),
                    (self.unit_id, None),
                ));
                $(wanted.asked.$source = self.$source;)?
                $(wanted.$field = self.$field;)*
                wanted
            }
        }
    )*};
}

wanted! {
    ProgressReportQuery { group_by, level, authority } funding_source_id;
    ReportQuery {} funding_source_id;
    PlanChangesQuery { from } funding_source_id;
    CurveQuery { project_id } funding_source_id;
    AllocationQuery { authority } funding_source_id;
    ComplianceQuery {};
}
