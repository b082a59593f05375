//! Links by mail that let somebody choose a password: invitations of new users, and for those who
//! forgot theirs. A link works once, for a while, and only the newest one does.

use std::sync::Arc;

use chrono::TimeDelta;

use super::notices::{self, Notice};
use super::{password, random_token, refuse_blocked};
use crate::db;
use crate::db::password_links::NewLink;
use crate::domain::hash::sha256_hex;
use crate::domain::text::fold;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::{App, Ctx, Origin, Tx, write};

/// Hours that an invitation works: a long weekend.
const INVITATION_HOURS: i64 = 96;
/// Hours that a link for a forgotten password works.
const RESET_HOURS: i64 = 1;
/// Requests for one name, and from one address, before they have to wait.
const REQUESTS: (i64, i64) = (3, 30);

/// What a link is for.
#[derive(Clone, Copy)]
enum Purpose {
    Invitation,
    PasswordReset,
}

/// Mails a user a link to choose their first password. False if there is no official, and so no
/// address, behind the user.
pub fn invite(tx: &mut Tx<'_>, user_id: i64, username: &str) -> Result<bool> {
    send(tx, user_id, username, Purpose::Invitation)
}

fn send(tx: &mut Tx<'_>, user_id: i64, username: &str, purpose: Purpose) -> Result<bool> {
    let token = random_token()?;
    let base = tx.ctx.app.settings.public_url.trim_end_matches('/');
    let link = format!("{base}/password/{token}");
    let (hours, notice) = match purpose {
        Purpose::Invitation => {
            let hours = INVITATION_HOURS;
            let username = username.to_owned();
            let notice = Notice::Invitation {
                link,
                hours,
                username,
            };
            (hours, notice)
        }
        Purpose::PasswordReset => {
            let hours = RESET_HOURS;
            (hours, Notice::PasswordReset { link, hours })
        }
    };
    let now = tx.now;
    let new = NewLink {
        user_id,
        purpose: notice.reason(),
        token_hash: &sha256_hex(token.as_bytes()),
        created_at: now,
        expires_at: now + TimeDelta::hours(hours),
    };
    db::password_links::insert(tx.conn, &new)?;
    notices::send(tx, user_id, &notice)
}

/// Mails a link to whoever forgot their password. The answer is the same whether or not there is
/// such a user, so that nobody learns names from it.
pub fn forgotten(app: &Arc<App>, origin: &Origin, username: &str) -> Result<()> {
    let ctx = Ctx {
        origin: origin.clone(),
        ..Ctx::system(app, "sign-in")
    };
    let name = fold(username);
    let by_name = format!("reset:{name}");
    let by_address = format!(
        "reset-address:{}",
        origin.address.clone().unwrap_or_default()
    );
    refuse_blocked(app, &[by_name.clone(), by_address.clone()])?;
    write(&ctx, move |tx| {
        let now = tx.now;
        db::throttles::failed(tx.conn, &by_name, REQUESTS.0, now)?;
        db::throttles::failed(tx.conn, &by_address, REQUESTS.1, now)?;
        match db::users::credentials(tx.conn, &name)? {
            Some(user) if user.active => {
                send(tx, user.id, &user.username, Purpose::PasswordReset).map(|_| ())
            }
            _ => Ok(()),
        }
    })
}

fn no_link() -> Fault {
    let why = (
        "liên kết đã dùng hoặc hết hạn; hãy yêu cầu liên kết mới",
        "the link was used or has expired; ask for a new one",
    );
    Fault::at("/token", Code::Invalid).with("why", why)
}

/// Whether a link still works.
pub fn works(app: &Arc<App>, token: &str) -> Result<bool> {
    let (hash, now) = (sha256_hex(token.as_bytes()), app.clock.now());
    let user = app
        .db
        .read(|conn| db::password_links::user(conn, &hash, now))?;
    Ok(user.is_some())
}

/// Sets the password of a link's user and ends their sessions. A second factor stays as it is.
pub fn set_password(app: &Arc<App>, origin: &Origin, token: &str, new: &str) -> Result<()> {
    let ctx = Ctx {
        origin: origin.clone(),
        ..Ctx::system(app, "sign-in")
    };
    let token_hash = sha256_hex(token.as_bytes());
    let now = app.clock.now();
    let user = app.db.read(
        |conn| match db::password_links::user(conn, &token_hash, now)? {
            Some(id) => db::users::credentials_by_id(conn, id),
            None => Ok(None),
        },
    )?;
    let user = user.filter(|user| user.active).ok_or_else(no_link)?;
    password::check(new, &user.username, "/new_password")?;
    let hash = password::hash(new)?;
    write(&ctx, move |tx| {
        let now = tx.now;
        if !db::password_links::use_up(tx.conn, &token_hash, now)? {
            return Err(Error::from(no_link()));
        }
        db::users::set_password(tx.conn, user.id, &hash)?;
        db::sessions::revoke_all(tx.conn, user.id, None, now)?;
        notices::send(tx, user.id, &Notice::PasswordChanged)?;
        let nothing = serde_json::json!({});
        tx.audit(Change::created(
            "user.password_changed",
            "user",
            user.id,
            &nothing,
        ))
    })
}
