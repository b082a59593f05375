//! Links sent by mail that set a password once.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Conn;
use super::schema::{mails, password_links};
use crate::error::Result;

/// A link to be sent.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = password_links)]
#[allow(missing_docs)]
pub struct NewLink<'a> {
    pub user_id: i64,
    pub purpose: &'a str,
    pub token_hash: &'a str,
    pub created_at: NaiveDateTime,
    pub expires_at: NaiveDateTime,
}

/// Adds a link. Those the user has from before no longer work: the newest mail is the one that counts.
pub fn insert(conn: &mut Conn, link: &NewLink<'_>) -> Result<()> {
    end_all(conn, link.user_id, link.created_at)?;
    diesel::insert_into(password_links::table)
        .values(link)
        .execute(conn)?;
    Ok(())
}

/// The user of a link that still works.
pub fn user(conn: &mut Conn, token_hash: &str, now: NaiveDateTime) -> Result<Option<i64>> {
    Ok(password_links::table
        .filter(password_links::token_hash.eq(token_hash))
        .filter(password_links::used_at.is_null())
        .filter(password_links::expires_at.gt(now))
        .select(password_links::user_id)
        .first(conn)
        .optional()?)
}

/// Uses a link up. False if it was used or expired before.
pub fn use_up(conn: &mut Conn, token_hash: &str, now: NaiveDateTime) -> Result<bool> {
    let working = password_links::table
        .filter(password_links::token_hash.eq(token_hash))
        .filter(password_links::used_at.is_null())
        .filter(password_links::expires_at.gt(now));
    let changed = diesel::update(working)
        .set(password_links::used_at.eq(now))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends all links of a user.
pub fn end_all(conn: &mut Conn, user_id: i64, now: NaiveDateTime) -> Result<()> {
    let working = password_links::table
        .filter(password_links::user_id.eq(user_id))
        .filter(password_links::used_at.is_null());
    diesel::update(working)
        .set(password_links::used_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Forgets links that ended before a moment.
pub fn forget(conn: &mut Conn, before: NaiveDateTime) -> Result<()> {
    diesel::delete(password_links::table.filter(password_links::expires_at.lt(before)))
        .execute(conn)?;
    Ok(())
}

/// Empties a mail that held a link, by its reason.
pub fn erase_mail(conn: &mut Conn, id: i64, reasons: &[&str]) -> Result<()> {
    let secret = mails::table
        .filter(mails::id.eq(id))
        .filter(mails::reason.eq_any(reasons.iter().copied()));
    diesel::update(secret)
        .set(mails::text_body.eq(""))
        .execute(conn)?;
    Ok(())
}
