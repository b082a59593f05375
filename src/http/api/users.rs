//! `/users`

use actix_web::web::Path;

use super::shared::{paged, text};
use crate::domain::locale::Locale;
use crate::domain::permission::Role;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Empty, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Password, Patch, Set, request};
use crate::service::users::{self, Fields, Secret, User, UserGrant};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/users", list, "Lists the users in the caller's scope"),
        post(
            "/users",
            create,
            "Adds a user. Without a password, the official behind the user is mailed a link to choose one",
        )
        .refuses(&[Code::DuplicateCode])
        .keeps_no_answer(),
        get("/users/{id}", one, "Shows a user with the grants in force"),
        patch("/users/{id}", update, "Changes a user; at once").refuses(&[Code::DuplicateCode]),
        post(
            "/users/{id}/invitation",
            invite,
            "Mails a user a new link to choose a password",
        ),
        post("/users/{id}/sign-out", sign_out, "Ends a user's sessions"),
        post(
            "/users/{id}/second-factor-removal",
            remove_second_factor,
            "Takes a user's second factor away, for one who lost it",
        ),
    ]
}

request! {
    /// Which users.
    pub struct UserQuery {
        /// Part of the user name.
        q: Option<Line<100>>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A role in a scope: a unit or an agency; a leader needs neither.
    pub struct NewGrant {
        role: Role,
        unit_id: Option<i64>,
        agency_id: Option<i64>,
    }
    /// A new user.
    pub struct NewUser {
        username: Line<100>,
        /// Required for a leader.
        person_id: Option<i64>,
        locale: Option<Locale>,
        active: Option<bool>,
        grants: Vec<NewGrant>,
        password: Option<Password>,
    }
    /// Changes to a user. The grants given replace all that are in force.
    pub struct UserPatch {
        username: Set<Line<100>>,
        person_id: Patch<i64>,
        locale: Set<Locale>,
        active: Set<bool>,
        grants: Set<Vec<NewGrant>>,
    }
}

paged!(UserQuery);

/// A grant as the service takes it.
pub fn grant(grant: &NewGrant) -> UserGrant {
    UserGrant {
        role: grant.role,
        unit_id: grant.unit_id,
        agency_id: grant.agency_id,
    }
}

fn grants(list: &[NewGrant]) -> Vec<UserGrant> {
    list.iter().map(grant).collect()
}

async fn list(
    auth: Authorized<needs::ManageUsers>,
    query: Query<UserQuery>,
) -> Answered<Listing<User>> {
    auth.list(query, |view, query, page| {
        users::list(view, text(&query.q).as_deref(), page)
    })
    .await
}

async fn one(auth: Authorized<needs::ManageUsers>, id: Path<i64>) -> Answered<User> {
    auth.read(move |view| users::get(view, *id)).await
}

async fn create(auth: Authorized<needs::ManageUsers>, body: Body<NewUser>) -> Created<User> {
    let prepare = |new: &NewUser| {
        let password = new.password.as_ref().map(|password| password.0.as_str());
        Secret::of(password, &new.username)
    };
    auth.create_prepared(body, prepare, |tx, new, secret| {
        let fields = Fields {
            username: new.username.0.clone(),
            person_id: new.person_id,
            locale: new.locale.unwrap_or_default(),
            active: new.active.unwrap_or(true),
            grants: grants(&new.grants),
        };
        let user = users::create(tx, &fields, secret)?;
        Ok(Made {
            location: format!("/users/{}", user.id),
            value: user,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageUsers>,
    id: Path<i64>,
    body: Body<UserPatch>,
) -> Answered<User> {
    auth.change(body, move |tx, patch, if_match| {
        let before = users::lock(tx, *id)?;
        if_match.check(&before)?;
        let wanted = patch.grants.0.as_deref().map(grants);
        let fields = Fields {
            username: patch.username.or_text(&before.username),
            person_id: patch.person_id.clone().apply(before.person_id),
            locale: patch.locale.or(before.locale),
            active: patch.active.or(before.active),
            grants: wanted.unwrap_or_else(|| before.grants.clone()),
        };
        users::update(tx, &before, &fields)
    })
    .await
}

async fn invite(
    auth: Authorized<needs::ManageUsers>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<User> {
    auth.act(body, move |tx, _| users::invite(tx, *id)).await
}

async fn sign_out(
    auth: Authorized<needs::ManageUsers>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<User> {
    auth.act(body, move |tx, _| users::sign_out(tx, *id)).await
}

async fn remove_second_factor(
    auth: Authorized<needs::ManageUsers>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<User> {
    auth.act(body, move |tx, _| users::remove_second_factor(tx, *id))
        .await
}
