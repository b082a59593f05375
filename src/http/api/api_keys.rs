//! `/api-keys`

use actix_web::web::Path;
use chrono::{DateTime, Utc};

use super::shared::PageQuery;
use super::users::{NewGrant, grant};
use crate::domain::permission::Permission;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Empty, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::api_keys::{self, ApiKey, Fields, MadeApiKey, Wanted};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get(
            "/api-keys",
            list,
            "Lists the API keys in the caller's scope",
        ),
        post(
            "/api-keys",
            create,
            "Makes an API key. Its secret is in this answer and nowhere else",
        )
        .keeps_no_answer(),
        get(
            "/api-keys/{id}",
            one,
            "Shows an API key, without its secret",
        ),
        patch("/api-keys/{id}", update, "Changes an API key; at once"),
        post(
            "/api-keys/{id}/revocation",
            revoke,
            "Ends an API key at once and for good",
        ),
    ]
}

request! {
    /// A new API key.
    pub struct NewApiKey {
        /// What it is for.
        name: Line<200>,
        /// The role and scope it has at most; no leader.
        grant: NewGrant,
        /// What it may do of that. All that the role may do, but no users, keys or webhooks, when absent.
        permissions: Vec<Permission>,
        /// Requests per second.
        rate_limit: Option<i32>,
        /// When it ends by itself; never when absent.
        expires_at: Option<DateTime<Utc>>,
    }
    /// Changes to an API key.
    pub struct ApiKeyPatch {
        name: Set<Line<200>>,
        permissions: Set<Vec<Permission>>,
        rate_limit: Patch<i32>,
        expires_at: Patch<DateTime<Utc>>,
    }
}

async fn list(
    auth: Authorized<needs::ManageIntegrations>,
    query: Query<PageQuery>,
) -> Answered<Listing<ApiKey>> {
    auth.list(query, |view, _, page| api_keys::list(view, page))
        .await
}

async fn one(auth: Authorized<needs::ManageIntegrations>, id: Path<i64>) -> Answered<ApiKey> {
    auth.read(move |view| api_keys::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageIntegrations>,
    body: Body<NewApiKey>,
) -> Created<MadeApiKey> {
    auth.create_secret(body, |tx, new| {
        let wanted = Wanted {
            name: new.name.0.clone(),
            grant: grant(&new.grant),
            permissions: new.permissions.clone(),
            rate_limit: new.rate_limit.map(i64::from),
            expires_at: new.expires_at.map(|at| at.naive_utc()),
        };
        let made = api_keys::create(tx, &wanted)?;
        Ok(Made {
            location: format!("/api-keys/{}", made.key.id),
            value: made,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageIntegrations>,
    id: Path<i64>,
    body: Body<ApiKeyPatch>,
) -> Answered<ApiKey> {
    auth.change(body, move |tx, patch, if_match| {
        let before = api_keys::lock(tx, *id)?;
        if_match.check(&before)?;
        let ends = before.expires_at.map(|at| at.naive_utc());
        let fields = Fields {
            name: patch.name.or_text(&before.name),
            permissions: patch.permissions.or(before.permissions.clone()),
            rate_limit: patch.rate_limit.or(before.rate_limit, i64::from),
            expires_at: patch.expires_at.or(ends, |at| at.naive_utc()),
        };
        api_keys::update(tx, &before, &fields)
    })
    .await
}

async fn revoke(
    auth: Authorized<needs::ManageIntegrations>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<ApiKey> {
    auth.act(body, move |tx, _| api_keys::revoke(tx, *id)).await
}
