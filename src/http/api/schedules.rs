//! `/projects/{id}/schedules`, `/schedules`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{paged, text};
use crate::domain::capital::Origin;
use crate::domain::money::Money;
use crate::domain::schedule::ScheduleStatus;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Empty, Query};
use crate::http::endpoint::{Endpoint, get, post, put};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Note, Reason, request};
use crate::service::schedules::{self, Filter, Schedule};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/projects/{id}/schedules",
            list,
            "Lists the versions of a project's schedules",
        ),
        post(
            "/projects/{id}/schedules",
            create,
            "Drafts a version of a schedule",
        ),
        get("/schedules/{id}", one, "Shows a version of a schedule"),
        put(
            "/schedules/{id}",
            replace,
            "Writes a draft or returned version anew",
        )
        .refuses(&[Code::ScheduleNotDraft]),
        post("/schedules/{id}/submit", submit, "Submits a version").refuses(&[
            Code::ScheduleNotDraft,
            Code::ScheduleTotalMismatch,
            Code::PeriodClosed,
        ]),
        post(
            "/schedules/{id}/approve",
            approve,
            "Approves a version that somebody else submitted",
        )
        .refuses(&[
            Code::ScheduleNotSubmitted,
            Code::ScheduleTotalMismatch,
            Code::PeriodClosed,
            Code::ApprovalNeedsSecondPerson,
        ]),
        post("/schedules/{id}/return", send_back, "Sends a version back")
            .refuses(&[Code::ScheduleNotSubmitted, Code::ReasonRequired]),
    ]
}

request! {
    /// Which versions.
    pub struct ScheduleQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// Funding sources.
        funding_source_id: Vec<i64>,
        /// Budget years.
        budget_year: Vec<i32>,
        /// Origins.
        origin: Vec<Origin>,
        /// Statuses.
        status: Vec<ScheduleStatus>,
    }
    /// An amount due by a day.
    pub struct NewScheduleItem {
        due_date: NaiveDate,
        amount: Money,
        label: Option<Line<200>>,
    }
    /// A version of the schedule of a plan line.
    pub struct NewSchedule {
        funding_source_id: i64,
        budget_year: i32,
        /// `in_year` when absent.
        origin: Option<Origin>,
        effective_date: NaiveDate,
        items: Vec<NewScheduleItem>,
        note: Option<Note>,
    }
    /// Why a version is sent back.
    pub struct ScheduleReturn {
        reason: Reason,
    }
}

paged!(ScheduleQuery);

impl From<&NewSchedule> for schedules::NewSchedule {
    fn from(new: &NewSchedule) -> Self {
        let items = new.items.iter().map(|item| schedules::NewItem {
            due_date: item.due_date,
            amount: item.amount,
            label: text(&item.label),
        });
        schedules::NewSchedule {
            funding_source_id: new.funding_source_id,
            budget_year: new.budget_year,
            origin: new.origin.unwrap_or_default(),
            effective_date: new.effective_date,
            items: items.collect(),
            note: new.note.as_ref().map(|note| note.0.clone()),
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<ScheduleQuery>,
) -> Answered<Listing<Schedule>> {
    auth.list(query, move |view, query, page| {
        let filter = Filter {
            sources: query.funding_source_id,
            budget_years: query.budget_year,
            origins: query.origin,
            statuses: query.status,
        };
        schedules::list(view, *id, &filter, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Schedule> {
    auth.read(move |view| schedules::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::SubmitSchedules>,
    id: Path<i64>,
    body: Body<NewSchedule>,
) -> Created<Schedule> {
    auth.create(body, move |tx, new| {
        let made = schedules::create(tx, *id, &new.into())?;
        Ok(Made {
            location: format!("/schedules/{}", made.id),
            project_id: Some(made.project_id),
            value: made,
        })
    })
    .await
}

async fn replace(
    auth: Authorized<needs::SubmitSchedules>,
    id: Path<i64>,
    body: Body<NewSchedule>,
) -> Answered<Schedule> {
    auth.change(body, move |tx, new, if_match| {
        let before = schedules::lock(tx, *id, Some(new.effective_date))?;
        if_match.check(&before)?;
        schedules::replace(tx, &before, &new.into())
    })
    .await
}

async fn submit(
    auth: Authorized<needs::SubmitSchedules>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<Schedule> {
    auth.act(body, move |tx, _| schedules::submit(tx, *id))
        .await
}

async fn approve(
    auth: Authorized<needs::ApproveSchedules>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<Schedule> {
    auth.act(body, move |tx, _| schedules::approve(tx, *id))
        .await
}

async fn send_back(
    auth: Authorized<needs::ApproveSchedules>,
    id: Path<i64>,
    body: Body<ScheduleReturn>,
) -> Answered<Schedule> {
    auth.act(body, move |tx, asked| {
        schedules::send_back(tx, *id, asked.reason.0.as_deref())
    })
    .await
}
