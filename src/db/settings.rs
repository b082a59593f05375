//! Facts about the installation itself: its secret, whether it is a demo.

use diesel::prelude::*;

use super::Conn;
use super::schema::settings;
use super::sql::sql;
use crate::error::Result;

/// A value by its name.
pub fn get(conn: &mut Conn, name: &str) -> Result<Option<String>> {
    Ok(settings::table
        .find(name)
        .select(settings::value)
        .first(conn)
        .optional()?)
}

/// Sets a value unless there is one, and returns the one that stands.
pub fn get_or_set(conn: &mut Conn, name: &str, value: &str) -> Result<String> {
    sql::<()>("INSERT INTO settings (name, value) VALUES (")
        .bind(name)
        .push(", ")
        .bind(value)
        .push(") ON CONFLICT (name) DO NOTHING")
        .execute(conn)?;
    Ok(get(conn, name)?.unwrap_or_else(|| value.to_owned()))
}

/// Sets a value.
pub fn set(conn: &mut Conn, name: &str, value: &str) -> Result<()> {
    sql::<()>("INSERT INTO settings (name, value) VALUES (")
        .bind(name)
        .push(", ")
        .bind(value)
        .push(") ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .execute(conn)?;
    Ok(())
}
