//! `/period-closings`

use actix_web::web::Path;

use super::shared::paged;
use crate::domain::month::Month;
use crate::domain::text_enum::text_enum;
use crate::error::{Code, Result};
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::file::{FileAnswer, Json, Media, Xlsx};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Reason, request};
use crate::service::View;
use crate::service::period_closings::{self, Closing, ClosingDifferences, Filter};
use crate::sheets::workbook;

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/period-closings",
            list,
            "Lists closed months of units in scope, the last one first",
        ),
        post(
            "/period-closings",
            close,
            "Closes a month for a unit and everything below it",
        )
        .refuses(&[Code::PeriodClosed, Code::FutureDate]),
        get("/period-closings/{id}", one, "Shows a closing"),
        post(
            "/period-closings/{id}/reopening",
            reopen,
            "Opens a closed month again",
        )
        .refuses(&[Code::PeriodNotClosed, Code::ReasonRequired]),
        get(
            "/period-closings/{id}/report",
            report,
            "Answers the report as kept at closing, byte for byte",
        ),
        get(
            "/period-closings/{id}/report.xlsx",
            report_xlsx,
            "Answers the workbook as kept at closing, byte for byte",
        ),
        get(
            "/period-closings/{id}/differences",
            differences,
            "Shows what was reported at closing beside what is known now",
        ),
    ]
}

text_enum! {
    /// Whether a month is closed.
    ClosingStatus {
        /// Still closed.
        Closed = "closed",
        /// Opened again.
        Reopened = "reopened",
    }
}

request! {
    /// Which closings.
    pub struct PeriodClosingQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// Of these units.
        unit_id: Vec<i64>,
        /// Of these months.
        month: Vec<Month>,
        /// Closed or reopened.
        status: Option<ClosingStatus>,
    }
    /// A month to be closed.
    pub struct NewPeriodClosing {
        /// The unit; everything below it is closed too.
        unit_id: i64,
        /// The month, as `2024-10`; it must be over.
        month: Month,
    }
    /// Why a month is opened again.
    pub struct PeriodReopening {
        reason: Reason,
    }
}

paged!(PeriodClosingQuery);

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<PeriodClosingQuery>,
) -> Answered<Listing<Closing>> {
    auth.list(query, |view, query, page| {
        let filter = Filter {
            units: query.unit_id,
            months: query.month,
            closed: query.status.map(|status| status == ClosingStatus::Closed),
        };
        period_closings::list(view, &filter, page)
    })
    .await
}

async fn close(
    auth: Authorized<needs::ClosePeriods>,
    body: Body<NewPeriodClosing>,
) -> Created<Closing> {
    auth.create(body, |tx, new| {
        let made = period_closings::close(tx, new.unit_id, new.month, workbook::closing)?;
        Ok(Made {
            location: format!("/period-closings/{}", made.id),
            value: made,
            project_id: None,
        })
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Closing> {
    auth.read(move |view| period_closings::get(view, *id)).await
}

async fn reopen(
    auth: Authorized<needs::ClosePeriods>,
    id: Path<i64>,
    body: Body<PeriodReopening>,
) -> Answered<Closing> {
    auth.act(body, move |tx, asked| {
        period_closings::reopen(tx, *id, asked.reason.0.as_deref())
    })
    .await
}

async fn report(auth: Authorized<needs::Read>, id: Path<i64>) -> Result<FileAnswer<Json>> {
    auth.file(move |view| kept(view, *id, period_closings::REPORT))
        .await
}

async fn report_xlsx(auth: Authorized<needs::Read>, id: Path<i64>) -> Result<FileAnswer<Xlsx>> {
    auth.file(move |view| kept(view, *id, period_closings::WORKBOOK))
        .await
}

fn kept<M: Media>(view: &mut View<'_>, id: i64, name: &str) -> Result<FileAnswer<M>> {
    let month = period_closings::get(view, id)?.month;
    let kept = period_closings::file(view, id, name)?;
    let name = format!("period-closing-{id}-{month}-{name}");
    Ok(FileAnswer::new(name, kept.content))
}

async fn differences(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<ClosingDifferences> {
    auth.read(move |view| period_closings::differences(view, *id))
        .await
}
