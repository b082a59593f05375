//! The second factor of users and the codes that stand in for it.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::Conn;
use super::schema::{recovery_codes, users};
use crate::error::Result;

/// A user's second factor.
#[derive(Clone, Debug, Default, Queryable)]
pub struct SecondFactor {
    /// The sealed secret; none until one is being set up.
    pub secret: Option<String>,
    /// Since when it is asked for; none while it is being set up.
    pub since: Option<NaiveDateTime>,
}

/// The second factor of a user; empty if there is none.
pub fn of(conn: &mut Conn, user_id: i64) -> Result<SecondFactor> {
    let found = users::table
        .find(user_id)
        .select((users::totp_secret, users::totp_since))
        .first(conn)
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Keeps a new secret that is not asked for yet; one that is in use stays.
pub fn begin(conn: &mut Conn, user_id: i64, sealed: &str) -> Result<bool> {
    let unused = users::table
        .filter(users::id.eq(user_id))
        .filter(users::totp_since.is_null());
    let none: Option<i64> = None;
    let changed = diesel::update(unused)
        .set((users::totp_secret.eq(sealed), users::totp_step.eq(none)))
        .execute(conn)?;
    Ok(changed == 1)
}

/// From now on it is asked for.
pub fn confirm(conn: &mut Conn, user_id: i64, now: NaiveDateTime) -> Result<()> {
    diesel::update(users::table.find(user_id))
        .set(users::totp_since.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Takes the factor and its codes away.
pub fn remove(conn: &mut Conn, user_id: i64) -> Result<()> {
    let (secret, since, step): (Option<String>, Option<NaiveDateTime>, Option<i64>) =
        (None, None, None);
    diesel::update(users::table.find(user_id))
        .set((
            users::totp_secret.eq(secret),
            users::totp_since.eq(since),
            users::totp_step.eq(step),
        ))
        .execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user_id)))
        .execute(conn)?;
    Ok(())
}

/// Uses up a time step, and with it every earlier one. False if it was used before: of two sign-ins
/// with one code at the same moment, one succeeds.
pub fn use_step(conn: &mut Conn, user_id: i64, step: i64) -> Result<bool> {
    let unused = users::table
        .filter(users::id.eq(user_id))
        .filter(users::totp_step.is_null().or(users::totp_step.lt(step)));
    let changed = diesel::update(unused)
        .set(users::totp_step.eq(step))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Adds recovery codes, by their hashes.
pub fn add_codes(conn: &mut Conn, user_id: i64, hashes: &[String]) -> Result<()> {
    for hash in hashes {
        diesel::insert_into(recovery_codes::table)
            .values((
                recovery_codes::user_id.eq(user_id),
                recovery_codes::code_hash.eq(hash),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Uses up a recovery code. False if the user has none of this hash left.
pub fn use_code(conn: &mut Conn, user_id: i64, hash: &str, now: NaiveDateTime) -> Result<bool> {
    let unused = recovery_codes::table
        .filter(recovery_codes::user_id.eq(user_id))
        .filter(recovery_codes::code_hash.eq(hash))
        .filter(recovery_codes::used_at.is_null());
    let changed = diesel::update(unused)
        .set(recovery_codes::used_at.eq(now))
        .execute(conn)?;
    Ok(changed == 1)
}

/// How many recovery codes a user has left.
pub fn codes_left(conn: &mut Conn, user_id: i64) -> Result<i64> {
    Ok(recovery_codes::table
        .filter(recovery_codes::user_id.eq(user_id))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(conn)?)
}
