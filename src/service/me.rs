//! The caller, as they see themselves.

use serde::Serialize;
use utoipa::ToSchema;

use super::api_keys::ApiKey;
use super::users::{self, UserGrant};
use super::{View, api_keys};
use crate::db;
use crate::domain::locale::Locale;
use crate::error::{Code, Result};

/// The caller.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Me {
    /// Identity.
    pub id: i64,
    /// The name signed in with.
    pub username: String,
    /// Language of mails.
    #[schema(value_type = String)]
    pub locale: Locale,
    /// The official behind the user.
    pub person: Option<MyPerson>,
    /// What they may do today.
    pub grants: Vec<UserGrant>,
    /// The API key that asks in their name, if one does: its grant is the one above.
    pub api_key: Option<ApiKey>,
}

/// The official behind a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyPerson {
    /// Identity.
    pub id: i64,
    /// Name.
    pub full_name: String,
    /// Position.
    pub position: String,
    /// Where they work.
    pub agency_id: i64,
    /// Where their mail goes.
    pub email: String,
}

/// Who the caller is and what they may do.
pub fn get(view: &mut View<'_>) -> Result<Me> {
    let actor = &view.ctx.actor;
    let id = actor.user_id.ok_or(Code::Forbidden)?;
    let user = db::users::credentials_by_id(view.conn, id)?.ok_or(Code::NotFound)?;
    let person = match actor.person_id {
        Some(id) => db::people::find(view.conn, id)?.map(|row| MyPerson {
            id: row.id,
            full_name: row.full_name,
            position: row.position,
            agency_id: row.agency_id,
            email: row.email,
        }),
        None => None,
    };
    let api_key = match &actor.key {
        Some(key) => Some(api_keys::own(view, key.id)?),
        None => None,
    };
    let grants = match &api_key {
        Some(key) => vec![key.grant],
        None => users::grants_of(view, id)?,
    };
    Ok(Me {
        id,
        username: user.username,
        api_key,
        locale: actor.locale,
        person,
        grants,
    })
}
