//! `/people`

use actix_web::web::Path;

use super::shared::{paged, text};
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::people::{self, Fields, Person};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/people", list, "Lists people"),
        post("/people", create, "Adds a person"),
        get("/people/{id}", one, "Shows a person"),
        patch("/people/{id}", update, "Changes a person"),
    ]
}

request! {
    /// Which people.
    pub struct PersonQuery {
        /// Part of the name; case and marks do not matter.
        q: Option<Line<200>>,
        /// Of any of these agencies.
        agency_id: Vec<i64>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A new person.
    pub struct NewPerson {
        full_name: Line<200>,
        position: Line<300>,
        agency_id: i64,
        email: Line<254>,
        phone: Option<Line<50>>,
    }
    /// Changes to a person.
    pub struct PersonPatch {
        full_name: Set<Line<200>>,
        position: Set<Line<300>>,
        agency_id: Set<i64>,
        email: Set<Line<254>>,
        phone: Patch<Line<50>>,
    }
}

paged!(PersonQuery);

impl From<&NewPerson> for Fields {
    fn from(new: &NewPerson) -> Self {
        Fields {
            full_name: new.full_name.0.clone(),
            position: new.position.0.clone(),
            agency_id: new.agency_id,
            email: new.email.0.clone(),
            phone: text(&new.phone),
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<PersonQuery>,
) -> Answered<Listing<Person>> {
    auth.list(query, |view, query, page| {
        people::list(view, text(&query.q), &query.agency_id, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Person> {
    auth.read(move |view| people::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewPerson>,
) -> Created<Person> {
    auth.create(body, |tx, new| {
        let person = people::create(tx, &new.into())?;
        Ok(Made {
            location: format!("/people/{}", person.id),
            value: person,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<PersonPatch>,
) -> Answered<Person> {
    auth.change(body, move |tx, patch, if_match| {
        let before = people::lock(tx, *id)?;
        if_match.check(&before)?;
        let fields = Fields {
            full_name: patch.full_name.or_text(&before.full_name),
            position: patch.position.or_text(&before.position),
            agency_id: patch.agency_id.or(before.agency_id),
            email: patch.email.or_text(&before.email),
            phone: patch.phone.or(before.phone.clone(), |line| line.0),
        };
        people::update(tx, &before, &fields)
    })
    .await
}
