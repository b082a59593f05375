//! `/reports/promises` and `/reports/alert-quality`, and the same as workbooks

use chrono::NaiveDate;

use super::reports::{asked, file};
use crate::domain::progress::Basis;
use crate::error::{Code, Result};
use crate::http::answer::Answered;
use crate::http::body::Query;
use crate::http::endpoint::{Endpoint, get};
use crate::http::file::{FileAnswer, Xlsx};
use crate::http::guard::{Authorized, needs};
use crate::http::input::request;
use crate::service::View;
use crate::service::reports::alert_quality::{self, QualityGroup, QualityReport};
use crate::service::reports::progress::GroupBy;
use crate::service::reports::promises::{self, PromiseGroup, PromiseReport};
use crate::service::reports::wanted::{ReportName, Wanted};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/reports/promises",
            kept,
            "Shows how many promises on alerts are kept, by leader or unit",
        )
        .refuses(&[Code::NotFound]),
        get(
            "/reports/alert-quality",
            quality,
            "Shows how many alerts are acted on, false or repeated, and their mails, by rule or unit",
        )
        .refuses(&[Code::OutOfRange, Code::NotFound]),
        get(
            "/reports/promises.xlsx",
            kept_xlsx,
            "Shows how many promises on alerts are kept, as a workbook",
        )
        .refuses(&[Code::NotFound]),
        get(
            "/reports/alert-quality.xlsx",
            quality_xlsx,
            "Shows what came of alerts, as a workbook",
        )
        .refuses(&[Code::OutOfRange, Code::NotFound]),
    ]
}

request! {
    /// Which promises.
    pub struct PromiseQuery {
        /// The year in which they were given.
        budget_year: i32,
        /// What the rows are; leaders when not given.
        group_by: Option<PromiseGroup>,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
        /// The day of the report; today when not given.
        as_of: Option<NaiveDate>,
        /// Taken as in every report; promises have none.
        basis: Option<Basis>,
    }
    /// Which alerts.
    pub struct QualityQuery {
        /// The year in which they were raised.
        budget_year: i32,
        /// What the rows are; rules when not given.
        group_by: Option<QualityGroup>,
        /// Only this unit and those below it; the reader's top unit when not given.
        unit_id: Option<i64>,
        /// Within how many days an alert has to be acted on; 7 when not given.
        within_days: Option<i32>,
        /// The day of the report; today when not given.
        as_of: Option<NaiveDate>,
        /// Taken as in every report; alerts have none.
        basis: Option<Basis>,
    }
}

async fn kept(
    auth: Authorized<needs::Read>,
    query: Query<PromiseQuery>,
) -> Answered<PromiseReport> {
    auth.query(query, |view, query| {
        let wanted = query.wanted(view);
        promises::report(view, &wanted.asked, wanted.promise_group()?)
    })
    .await
}

async fn kept_xlsx(
    auth: Authorized<needs::Read>,
    query: Query<PromiseQuery>,
) -> Result<FileAnswer<Xlsx>> {
    auth.query_file(query, |view, query| {
        let wanted = query.wanted(view);
        file(view, ReportName::Promises, &wanted)
    })
    .await
}

async fn quality(
    auth: Authorized<needs::Read>,
    query: Query<QualityQuery>,
) -> Answered<QualityReport> {
    auth.query(query, |view, query| {
        let wanted = query.wanted(view);
        let (by, within) = (wanted.quality_group()?, wanted.within_days());
        alert_quality::report(view, &wanted.asked, by, within)
    })
    .await
}

async fn quality_xlsx(
    auth: Authorized<needs::Read>,
    query: Query<QualityQuery>,
) -> Result<FileAnswer<Xlsx>> {
    auth.query_file(query, |view, query| {
        let wanted = query.wanted(view);
        file(view, ReportName::AlertQuality, &wanted)
    })
    .await
}

impl PromiseQuery {
    fn wanted(&self, view: &View<'_>) -> Wanted {
        let when = (self.as_of, self.basis);
        Wanted {
            group_by: self.group_by.map(|by| match by {
                PromiseGroup::Leader => GroupBy::Leader,
                PromiseGroup::Unit => GroupBy::Unit,
            }),
            ..Wanted::new(asked(view, self.budget_year, when, (self.unit_id, None)))
        }
    }
}

impl QualityQuery {
    fn wanted(&self, view: &View<'_>) -> Wanted {
        let when = (self.as_of, self.basis);
        let by_unit = self.group_by == Some(QualityGroup::Unit);
        Wanted {
            group_by: by_unit.then_some(GroupBy::Unit),
            within_days: self.within_days,
            ..Wanted::new(asked(view, self.budget_year, when, (self.unit_id, None)))
        }
    }
}
