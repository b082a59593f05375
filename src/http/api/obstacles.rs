//! `/projects/{id}/obstacles` and `/obstacles/{id}`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::PageQuery;
use crate::domain::obstacle::FollowUp;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Note, Patch, Set, request};
use crate::service::obstacles::{self, Input, Obstacle, ObstacleCategory};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/projects/{id}/obstacles",
            list,
            "Lists the obstacles of a project",
        ),
        post("/projects/{id}/obstacles", create, "Records an obstacle"),
        get(
            "/obstacle-categories",
            categories,
            "Lists the kinds of obstacle that provincial reports name",
        ),
        get("/obstacles/{id}", one, "Shows an obstacle"),
        patch("/obstacles/{id}", update, "Changes an obstacle"),
    ]
}

request! {
    /// A new obstacle.
    pub struct NewObstacle {
        /// Free; `GET /obstacle-categories` lists the words of provincial reports.
        category: Line<40>,
        description: Note,
        /// The agency that removes it.
        owner_agency_id: Option<i64>,
        /// The person who removes it.
        owner_person_id: Option<i64>,
        due_date: NaiveDate,
        /// `open` when not given.
        status: Option<FollowUp>,
        /// Required when it is resolved or cannot be.
        resolution: Option<Note>,
    }
    /// Changes to an obstacle.
    pub struct ObstaclePatch {
        category: Set<Line<40>>,
        description: Set<Note>,
        owner_agency_id: Patch<i64>,
        owner_person_id: Patch<i64>,
        due_date: Set<NaiveDate>,
        status: Set<FollowUp>,
        resolution: Patch<Note>,
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    id: Path<i64>,
    query: Query<PageQuery>,
) -> Answered<Listing<Obstacle>> {
    auth.list(query, move |view, _, page| obstacles::list(view, *id, page))
        .await
}

async fn categories(
    auth: Authorized<needs::Read>,
    query: Query<PageQuery>,
) -> Answered<Listing<ObstacleCategory>> {
    auth.list(query, |_, _, page| Ok(obstacles::categories(page)))
        .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Obstacle> {
    auth.read(move |view| obstacles::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::EditObstacles>,
    id: Path<i64>,
    body: Body<NewObstacle>,
) -> Created<Obstacle> {
    auth.create(body, move |tx, new| {
        let input = Input {
            category: new.category.0.clone(),
            description: new.description.0.clone(),
            owner_agency_id: new.owner_agency_id,
            owner_person_id: new.owner_person_id,
            due_date: new.due_date,
            status: new.status.unwrap_or(FollowUp::Open),
            resolution: new.resolution.as_ref().map(|note| note.0.clone()),
        };
        let obstacle = obstacles::create(tx, *id, &input)?;
        Ok(Made {
            location: format!("/obstacles/{}", obstacle.id),
            value: obstacle,
            project_id: Some(*id),
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::EditObstacles>,
    id: Path<i64>,
    body: Body<ObstaclePatch>,
) -> Answered<Obstacle> {
    auth.change(body, move |tx, patch, if_match| {
        let before = obstacles::lock(tx, *id)?;
        if_match.check(&before)?;
        let patch = patch.clone();
        let resolution = match patch.resolution {
            Patch::Keep => before.resolution.clone(),
            Patch::Clear => None,
            Patch::Set(note) => Some(note.0),
        };
        let input = Input {
            category: patch
                .category
                .0
                .map_or_else(|| before.category.clone(), |line| line.0),
            description: match patch.description.0 {
                Some(note) => note.0,
                None => before.description.clone(),
            },
            owner_agency_id: patch.owner_agency_id.apply(before.owner_agency_id),
            owner_person_id: patch.owner_person_id.apply(before.owner_person_id),
            due_date: patch.due_date.0.unwrap_or(before.due_date),
            status: patch.status.0.unwrap_or(before.status),
            resolution,
        };
        obstacles::update(tx, &before, &input)
    })
    .await
}
