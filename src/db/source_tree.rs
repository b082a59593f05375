//! Funding sources as plan lines and filters see them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::schema::funding_sources as sources;
use super::sql::sql;
use crate::error::Result;

/// First and last day of a source; an open end is `None`.
pub type Validity = (Option<NaiveDate>, Option<NaiveDate>);

/// When a source may be used; `None` if there is no such source.
pub fn validity(conn: &mut Conn, id: i64) -> Result<Option<Validity>> {
    Ok(sources::table
        .find(id)
        .select((sources::valid_from, sources::valid_to))
        .first(conn)
        .optional()?)
}

/// The sources and everything below them.
pub fn subtree(conn: &mut Conn, ids: &[i64]) -> Result<Vec<i64>> {
    let rows = sql::<(BigInt,)>(
        "WITH RECURSIVE below (id) AS (SELECT id FROM funding_sources WHERE id IN ",
    )
    .list(ids.iter().copied())
    .push(
        " UNION SELECT f.id FROM funding_sources f JOIN below b ON f.parent_id = b.id) \
         SELECT id FROM below",
    )
    .load::<(i64,)>(conn)?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
