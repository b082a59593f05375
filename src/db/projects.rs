//! Projects.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::audit::for_update;
use super::sql::sql;
use crate::error::Result;

/// Locks the project's row until the transaction ends; false if there is none.
pub fn lock(conn: &mut Conn, id: i64) -> Result<bool> {
    let rows = sql::<(BigInt,)>("SELECT id FROM projects WHERE id = ")
        .bind(id)
        .push(for_update(conn))
        .load::<(i64,)>(conn)?;
    Ok(!rows.is_empty())
}
