//! Scans that were done, and the lease that lets one run at a time.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::Date;

use crate::db::Conn;
use crate::db::schema::scans;
use crate::db::sql::sql;
use crate::error::Result;

/// The latest day that was scanned.
pub fn last(conn: &mut Conn) -> Result<Option<NaiveDate>> {
    let rows = sql::<(Date,)>("SELECT as_of FROM scans ORDER BY as_of DESC, id DESC LIMIT 1")
        .load::<(NaiveDate,)>(conn)?;
    Ok(rows.into_iter().next().map(|(as_of,)| as_of))
}

/// Records a scan that was carried out to its end.
pub fn record(conn: &mut Conn, as_of: NaiveDate, at: NaiveDateTime, outcome: &str) -> Result<()> {
    diesel::insert_into(scans::table)
        .values((
            scans::as_of.eq(as_of),
            scans::finished_at.eq(at),
            scans::outcome.eq(outcome),
        ))
        .execute(conn)?;
    Ok(())
}
