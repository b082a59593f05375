//! `/projects/{id}/leader`, `/projects/{id}/officer` and their histories.

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{Decision, PageQuery};
use crate::domain::project::Duty;
use crate::http::answer::Answered;
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, put};
use crate::http::guard::{Authorized, Listing, needs};
use crate::http::input::request;
use crate::service::projects::{self, Assignment};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        put(
            "/projects/{id}/leader",
            set_leader,
            "Names the responsible leader from a day on",
        ),
        get(
            "/projects/{id}/leaders",
            leaders,
            "Lists everybody who was the responsible leader",
        ),
        put(
            "/projects/{id}/officer",
            set_officer,
            "Names the tracking officer from a day on",
        ),
        get(
            "/projects/{id}/officers",
            officers,
            "Lists everybody who was the tracking officer",
        ),
    ]
}

request! {
    /// Who takes over, from when, by which decision.
    pub struct NewAssignment {
        person_id: i64,
        effective_date: NaiveDate,
        decision: Decision,
    }
}

async fn assign(
    auth: Authorized<needs::AssignPeople>,
    id: i64,
    duty: Duty,
    body: Body<NewAssignment>,
) -> Answered<Assignment> {
    auth.change(body, move |tx, new, if_match| {
        let decision = (&new.decision).into();
        let what = (new.person_id, new.effective_date, &decision);
        tx.lock_project(id)?;
        // Callers know the duty from the project or from an earlier assignment.
        let known = if_match.check(&projects::get(tx, id)?).is_ok();
        projects::assign(tx, id, duty, what, |before| match known {
            true => Ok(()),
            false => if_match.check(before),
        })
    })
    .await
}

async fn set_leader(
    auth: Authorized<needs::AssignPeople>,
    id: Path<i64>,
    body: Body<NewAssignment>,
) -> Answered<Assignment> {
    assign(auth, *id, Duty::Leader, body).await
}

async fn set_officer(
    auth: Authorized<needs::AssignPeople>,
    id: Path<i64>,
    body: Body<NewAssignment>,
) -> Answered<Assignment> {
    assign(auth, *id, Duty::Officer, body).await
}

async fn history(
    auth: Authorized<needs::Read>,
    id: i64,
    duty: Duty,
    query: Query<PageQuery>,
) -> Answered<Listing<Assignment>> {
    auth.list(query, move |view, _, page| {
        projects::history(view, id, duty, page)
    })
    .await
}

async fn leaders(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<PageQuery>,
) -> Answered<Listing<Assignment>> {
    history(auth, *id, Duty::Leader, query).await
}

async fn officers(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<PageQuery>,
) -> Answered<Listing<Assignment>> {
    history(auth, *id, Duty::Officer, query).await
}
