//! The first unit and the first administrator of an empty installation.

use serde_json::json;

use super::audit::Change;
use super::auth::password;
use super::{App, Ctx, write};
use crate::db;
use crate::domain::permission::Role;
use crate::domain::text::{fold, nfc, sort_key};
use crate::domain::units::Level;
use crate::error::{Code, Fault, Result};

/// What an installation begins with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Official code of the province.
    pub unit_code: String,
    /// Its name.
    pub unit_name: String,
    /// The first administrator.
    pub admin_username: String,
}

/// Makes the province and its administrator. Refused when there is a unit already, so that there
/// never is a default or a second way in.
pub fn init(app: &std::sync::Arc<App>, setup: Setup, admin_password: &str) -> Result<()> {
    if let Some(why) = password::weakness(admin_password, &setup.admin_username) {
        return Err(Fault::at("/admin_password", Code::Invalid)
            .with("why", why)
            .into());
    }
    let hash = password::hash(admin_password)?;
    let ctx = Ctx::system(app, "init");
    write(&ctx, move |tx| {
        if tx.tree()?.units().next().is_some() {
            let why = (
                "cơ sở dữ liệu đã có đơn vị",
                "the database has units already",
            );
            return Err(Fault::at("", Code::Invalid).with("why", why).into());
        }
        let name = nfc(setup.unit_name.trim());
        let unit = db::units::NewUnit {
            code: setup.unit_code.trim().to_owned(),
            search_key: fold(&name),
            sort_key: sort_key(&name),
            name,
            level: Level::Province.as_str().to_owned(),
            valid_from: None,
            valid_to: None,
        };
        let unit_id = db::units::insert(tx.conn, &unit)?;
        let username = fold(&setup.admin_username);
        let now = tx.now;
        let user_id = db::users::insert(tx.conn, &username, None, Some(&hash), "vi", now)?;
        let grant = db::users::NewGrant {
            user_id,
            role: Role::Admin.as_str().to_owned(),
            unit_id: Some(unit_id),
            agency_id: None,
            valid_from: db::BEGINNING,
            valid_to: db::FOREVER,
        };
        db::users::insert_grant(tx.conn, &grant)?;
        let made = json!({"code": unit.code, "name": unit.name});
        tx.audit(Change::created(
            "administrative_unit.created",
            "administrative_unit",
            unit_id,
            &made,
        ))?;
        let made = json!({"username": username, "role": "admin", "unit_id": unit_id});
        tx.audit(Change::created("user.created", "user", user_id, &made))
    })
}

/// What a database holds, as far as the demo is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoState {
    /// Nothing.
    Empty,
    /// A demo that was not finished.
    Begun,
    /// The demo, whole.
    Made,
    /// Something else.
    Other,
}

/// The row that marks a demo, and makes every page say that its data is synthetic.
const DEMO: &str = "demo";

/// What the database holds.
pub fn demo_state(app: &App) -> Result<DemoState> {
    app.db.read(|conn| {
        let is_empty = db::units::tree(conn)?.units().next().is_none();
        Ok(
            match (db::settings::get(conn, DEMO)?.as_deref(), is_empty) {
                (Some("true"), _) => DemoState::Made,
                (Some(_), _) => DemoState::Begun,
                (None, true) => DemoState::Empty,
                (None, false) => DemoState::Other,
            },
        )
    })
}

/// Marks the database as a demo: begun, or whole.
pub fn mark_demo(app: &App, is_whole: bool) -> Result<()> {
    let value = if is_whole { "true" } else { "begun" };
    app.db
        .write(move |conn| db::settings::set(conn, DEMO, value))
}
