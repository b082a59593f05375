//! `/task-forces`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{Decision, paged};
use crate::domain::reference::{MemberRole, Period};
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::meeting_pack::{self, MeetingPack};
use crate::service::task_forces::{self, Fields, TaskForce};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/task-forces", list, "Lists task forces"),
        post("/task-forces", create, "Founds a task force").refuses(&[Code::DuplicateCode]),
        get("/task-forces/{id}", one, "Shows a task force"),
        patch("/task-forces/{id}", update, "Changes a task force").refuses(&[Code::DuplicateCode]),
        get(
            "/task-forces/{id}/meeting-pack",
            pack,
            "Shows what a task force needs at its meeting: live alerts by level, promises due, open obstacles and directives",
        ),
    ]
}

request! {
    /// Which task forces.
    pub struct TaskForceQuery {
        /// Of any of these units.
        unit_id: Vec<i64>,
        /// In force on this day.
        as_of: Option<NaiveDate>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A member.
    pub struct NewMember {
        person_id: i64,
        role: MemberRole,
    }
    /// A new task force; exactly one member is the head.
    pub struct NewTaskForce {
        unit_id: i64,
        standing_agency_id: Option<i64>,
        decision: Decision,
        valid_from: Option<NaiveDate>,
        valid_to: Option<NaiveDate>,
        members: Vec<NewMember>,
    }
    /// Changes to a task force. The members given replace all.
    pub struct TaskForcePatch {
        unit_id: Set<i64>,
        standing_agency_id: Patch<i64>,
        decision: Set<Decision>,
        valid_from: Patch<NaiveDate>,
        valid_to: Patch<NaiveDate>,
        members: Set<Vec<NewMember>>,
    }
}

paged!(TaskForceQuery);

fn members(list: &[NewMember]) -> Vec<(i64, MemberRole)> {
    list.iter()
        .map(|member| (member.person_id, member.role))
        .collect()
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<TaskForceQuery>,
) -> Answered<Listing<TaskForce>> {
    auth.list(query, |view, query, page| {
        task_forces::list(view, &query.unit_id, query.as_of, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<TaskForce> {
    auth.read(move |view| task_forces::get(view, *id)).await
}

async fn pack(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<MeetingPack> {
    auth.read(move |view| meeting_pack::pack(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewTaskForce>,
) -> Created<TaskForce> {
    auth.create(body, |tx, new| {
        let fields = Fields {
            unit_id: new.unit_id,
            standing_agency_id: new.standing_agency_id,
            decision: (&new.decision).into(),
            valid: Period {
                from: new.valid_from,
                to: new.valid_to,
            },
            members: members(&new.members),
        };
        let force = task_forces::create(tx, &fields)?;
        Ok(Made {
            location: format!("/task-forces/{}", force.id),
            value: force,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<TaskForcePatch>,
) -> Answered<TaskForce> {
    auth.change(body, move |tx, patch, if_match| {
        let before = task_forces::lock(tx, *id)?;
        if_match.check(&before)?;
        let known = before.members.iter();
        let known = known.map(|member| (member.person_id, member.role));
        let decision = patch.decision.0.as_ref().map(Into::into);
        let fields = Fields {
            unit_id: patch.unit_id.or(before.unit_id),
            standing_agency_id: patch
                .standing_agency_id
                .clone()
                .apply(before.standing_agency_id),
            decision: decision.unwrap_or_else(|| before.decision.clone()),
            valid: Period {
                from: patch.valid_from.clone().apply(before.valid_from),
                to: patch.valid_to.clone().apply(before.valid_to),
            },
            members: match &patch.members.0 {
                Some(list) => members(list),
                None => known.collect(),
            },
        };
        task_forces::update(tx, &before, &fields)
    })
    .await
}
