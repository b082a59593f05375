//! `/reports/promises` and `/reports/alert-quality`

use chrono::NaiveDate;

use super::reports::asked;
use crate::domain::progress::Basis;
use crate::error::Code;
use crate::http::answer::Answered;
use crate::http::body::Query;
use crate::http::endpoint::{Endpoint, get};
use crate::http::guard::{Authorized, needs};
use crate::http::input::request;
use crate::service::reports::alert_quality::{self, QualityGroup, QualityReport, WITHIN_DAYS};
use crate::service::reports::promises::{self, PromiseGroup, PromiseReport};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/reports/promises",
            kept,
            "Shows how many promises on alerts are kept, by leader or unit",
        ),
        get(
            "/reports/alert-quality",
            quality,
            "Shows how many alerts are acted on, false or repeated, and their mails, by rule or unit",
        )
        .refuses(&[Code::OutOfRange]),
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
        let when = (query.as_of, query.basis);
        let asked = asked(view, query.budget_year, when, (query.unit_id, None));
        let by = query.group_by.unwrap_or(PromiseGroup::Leader);
        promises::report(view, &asked, by)
    })
    .await
}

async fn quality(
    auth: Authorized<needs::Read>,
    query: Query<QualityQuery>,
) -> Answered<QualityReport> {
    auth.query(query, |view, query| {
        let when = (query.as_of, query.basis);
        let asked = asked(view, query.budget_year, when, (query.unit_id, None));
        let by = query.group_by.unwrap_or(QualityGroup::Rule);
        let within = query.within_days.unwrap_or(WITHIN_DAYS);
        alert_quality::report(view, &asked, by, within)
    })
    .await
}
