//! `/directives`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::paged;
use crate::domain::obstacle::FollowUp;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Note, Set, request};
use crate::service::directives::{self, Directive, Input, ListFilter};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/directives", list, "Lists directives of task forces"),
        post("/directives", create, "Issues a directive"),
        get("/directives/{id}", one, "Shows a directive"),
        patch("/directives/{id}", update, "Changes a directive"),
    ]
}

request! {
    /// Which directives.
    pub struct DirectiveListQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
        /// Of these task forces.
        task_force_id: Vec<i64>,
        /// About these projects.
        project_id: Vec<i64>,
        /// In these statuses.
        status: Vec<FollowUp>,
        /// Of task forces of these units and those below them.
        unit_id: Vec<i64>,
        /// Past the due date and not over, or not so.
        overdue: Option<bool>,
    }
    /// A new directive.
    pub struct NewDirective {
        task_force_id: i64,
        project_id: Option<i64>,
        text: Note,
        assignee_person_id: i64,
        due_date: NaiveDate,
        /// `open` when not given.
        status: Option<FollowUp>,
        source_document: Line<500>,
    }
    /// Changes to a directive.
    pub struct DirectivePatch {
        text: Set<Note>,
        assignee_person_id: Set<i64>,
        due_date: Set<NaiveDate>,
        status: Set<FollowUp>,
        source_document: Set<Line<500>>,
    }
}

paged!(DirectiveListQuery);

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<DirectiveListQuery>,
) -> Answered<Listing<Directive>> {
    auth.list(query, |view, query, page| {
        let filter = ListFilter {
            task_forces: query.task_force_id,
            projects: query.project_id,
            statuses: query.status,
            units: query.unit_id,
            overdue: query.overdue,
        };
        directives::list(view, &filter, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Directive> {
    auth.read(move |view| directives::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::EditDirectives>,
    body: Body<NewDirective>,
) -> Created<Directive> {
    auth.create(body, |tx, new| {
        let input = Input {
            text: new.text.0.clone(),
            assignee_person_id: new.assignee_person_id,
            due_date: new.due_date,
            status: new.status.unwrap_or(FollowUp::Open),
            source_document: new.source_document.0.clone(),
        };
        let directive = directives::create(tx, (new.task_force_id, new.project_id), &input)?;
        Ok(Made {
            location: format!("/directives/{}", directive.id),
            project_id: directive.project_id,
            value: directive,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::EditDirectives>,
    id: Path<i64>,
    body: Body<DirectivePatch>,
) -> Answered<Directive> {
    auth.change(body, move |tx, patch, if_match| {
        let before = directives::lock(tx, *id)?;
        if_match.check(&before)?;
        let patch = patch.clone();
        let person = patch.assignee_person_id.0;
        let input = Input {
            text: patch.text.0.map_or(before.text.clone(), |note| note.0),
            assignee_person_id: person.unwrap_or(before.assignee_person_id),
            due_date: patch.due_date.0.unwrap_or(before.due_date),
            status: patch.status.0.unwrap_or(before.status),
            source_document: patch
                .source_document
                .0
                .map_or(before.source_document.clone(), |line| line.0),
        };
        directives::update(tx, &before, &input)
    })
    .await
}
