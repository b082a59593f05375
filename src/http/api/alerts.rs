//! `/alerts`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::paged;
use crate::domain::alerts::{AlertLevel, Rule, Severity, State};
use crate::domain::money::Money;
use crate::domain::text_enum::text_enum;
use crate::error::Code;
use crate::http::answer::Answered;
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::guard::{Authorized, Listing, needs};
use crate::http::input::{Line, Note, request};
use crate::service::alerts::{
    self, Acknowledgement, Alert, AlertDetail, AlertFilter, ScanOutcome, Sort,
};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    let promise = [
        Code::AlertNotLive,
        Code::CommitmentInPast,
        Code::CommitmentTooFar,
        Code::CommitmentExceedsLate,
        Code::ReasonRequired,
    ];
    let snooze = [
        Code::AlertNotLive,
        Code::CommitmentInPast,
        Code::SnoozeTooLong,
        Code::ReasonRequired,
    ];
    vec![
        post(
            "/alerts/scans",
            scan,
            "Looks for what is wrong, and tells who has to act",
        )
        .refuses(&[Code::ScanGoesBackwards, Code::FutureDate]),
        get("/alerts", list, "Lists alerts in scope"),
        get(
            "/alerts/{id}",
            one,
            "Shows an alert, what happened to it and who was written to",
        ),
        post(
            "/alerts/{id}/acknowledgement",
            acknowledge,
            "Promises a date and an amount",
        )
        .refuses(&promise),
        post(
            "/alerts/{id}/snooze",
            snooze_until,
            "Silences an alert until a day",
        )
        .refuses(&snooze),
        post(
            "/alerts/{id}/waiver",
            waive,
            "Ends an alert until it grows worse",
        )
        .refuses(&[Code::AlertNotLive, Code::ReasonRequired]),
        post("/alerts/{id}/notes", note, "Writes a note beside an alert"),
    ]
}

text_enum! {
    /// States to filter by.
    StateFilter {
        /// Nobody has promised anything.
        Open = "open",
        /// A promise or a snooze is running.
        Acknowledged = "acknowledged",
        /// Over.
        Resolved = "resolved",
        /// Not over.
        Live = "live",
    }
}

request! {
    /// The day to look at.
    pub struct NewScan {
        /// The business date unless given; not before the last scan.
        as_of: Option<NaiveDate>,
    }
    /// Which alerts, in which order.
    pub struct AlertQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// `id`, `raised_on`, `severity`, `level`, `-` in front for descending; `commitment_date`.
        sort: Option<Sort>,
        /// States; `live` means open or acknowledged.
        state: Vec<StateFilter>,
        /// Rules.
        rule: Vec<Rule>,
        /// Severities.
        severity: Vec<Severity>,
        /// Units and everything below them today.
        unit_id: Vec<i64>,
        /// Projects.
        project_id: Vec<i64>,
        /// People who answer for them.
        responsible_id: Vec<i64>,
        /// Highest levels told.
        level: Vec<AlertLevel>,
    }
    /// A promise.
    pub struct NewAcknowledgement {
        /// By when.
        commit_date: NaiveDate,
        /// What will be paid by then, for alerts about money.
        commit_amount: Option<Money>,
        /// Why; or an obstacle.
        note: Option<Note>,
        /// What blocks; or a note.
        obstacle_id: Option<i64>,
    }
    /// Silence until a day.
    pub struct NewSnooze {
        /// The last silent day.
        until: NaiveDate,
        reason: Option<Note>,
    }
    /// Why an alert is ended although its fact stands.
    pub struct NewWaiver {
        reason: Option<Note>,
        /// Whether there was nothing wrong to begin with; `false` when not given.
        false_alarm: Option<bool>,
    }
    /// A note.
    pub struct NewAlertNote {
        text: Note,
    }
}

paged!(AlertQuery);

async fn scan(auth: Authorized<needs::ManageAlerts>, body: Body<NewScan>) -> Answered<ScanOutcome> {
    auth.command(body, |ctx, new| alerts::scan(ctx, new.as_of))
        .await
}

async fn list(auth: Authorized<needs::Read>, query: Query<AlertQuery>) -> Answered<Listing<Alert>> {
    auth.list(query, |view, query, page| {
        let state = |state: &StateFilter| State::parse(state.as_str());
        let filter = AlertFilter {
            live: query.state.contains(&StateFilter::Live),
            states: query.state.iter().filter_map(state).collect(),
            rules: query.rule,
            severities: query.severity,
            levels: query.level,
            units: query.unit_id,
            projects: query.project_id,
            responsible: query.responsible_id,
        };
        alerts::list(view, &filter, query.sort, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<AlertDetail> {
    auth.read(move |view| alerts::get(view, *id)).await
}

async fn acknowledge(
    auth: Authorized<needs::Commit>,
    id: Path<i64>,
    body: Body<NewAcknowledgement>,
) -> Answered<AlertDetail> {
    auth.act(body, move |tx, new| {
        let offered = Acknowledgement {
            commit_date: new.commit_date,
            commit_amount: new.commit_amount,
            note: new.note.as_ref().map(|note| note.0.clone()),
            obstacle_id: new.obstacle_id,
        };
        alerts::acknowledge(tx, *id, &offered)
    })
    .await
}

fn given(reason: &Option<Note>) -> Option<&str> {
    reason.as_ref().map(|note| note.as_str())
}

async fn snooze_until(
    auth: Authorized<needs::Commit>,
    id: Path<i64>,
    body: Body<NewSnooze>,
) -> Answered<AlertDetail> {
    auth.act(body, move |tx, new| {
        alerts::snooze(tx, *id, new.until, given(&new.reason))
    })
    .await
}

async fn waive(
    auth: Authorized<needs::ManageAlerts>,
    id: Path<i64>,
    body: Body<NewWaiver>,
) -> Answered<AlertDetail> {
    auth.act(body, move |tx, new| {
        let false_alarm = new.false_alarm.unwrap_or_default();
        alerts::waive(tx, *id, given(&new.reason), false_alarm)
    })
    .await
}

async fn note(
    auth: Authorized<needs::Comment>,
    id: Path<i64>,
    body: Body<NewAlertNote>,
) -> Answered<AlertDetail> {
    auth.act(body, move |tx, new| alerts::note(tx, *id, &new.text))
        .await
}
