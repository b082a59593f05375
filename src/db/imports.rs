//! Files brought in, and their rows until they are committed.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Conn;
use super::audit::for_update;
use super::page::{After, Page, Rows};
use super::schema::{import_chunks as chunks, imports};
use super::sql::sql;
use crate::error::Result;

/// A file without its id.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = imports, treat_none_as_null = true)]
#[allow(missing_docs)]
pub struct Fields {
    pub kind: String,
    pub amount_unit: String,
    pub file_name: String,
    pub file_hash: String,
    pub status: String,
    pub row_count: i32,
    pub invalid_count: i32,
    pub skipped_count: i32,
    pub report: String,
    pub created_at: NaiveDateTime,
    pub created_by: Option<i64>,
    pub committed_at: Option<NaiveDateTime>,
    pub committed_by: Option<i64>,
}

/// Adds a file.
pub fn insert(conn: &mut Conn, fields: &Fields) -> Result<i64> {
    Ok(diesel::insert_into(imports::table)
        .values(fields)
        .returning(imports::id)
        .get_result(conn)?)
}

/// Changes a file.
pub fn update(conn: &mut Conn, id: i64, fields: &Fields) -> Result<()> {
    diesel::update(imports::table.find(id))
        .set(fields)
        .execute(conn)?;
    Ok(())
}

/// Says how many rows of a file that is being checked have been read.
pub fn set_progress(conn: &mut Conn, id: i64, rows: i32) -> Result<()> {
    diesel::update(imports::table.find(id))
        .set(imports::row_count.eq(rows))
        .execute(conn)?;
    Ok(())
}

/// One by id.
pub fn find(conn: &mut Conn, id: i64) -> Result<Option<Fields>> {
    Ok(imports::table
        .find(id)
        .select(Fields::as_select())
        .first(conn)
        .optional()?)
}

/// Files by id, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[i64]) -> Result<Vec<(i64, Fields)>> {
    Ok(imports::table
        .filter(imports::id.eq_any(ids))
        .select((imports::id, Fields::as_select()))
        .load(conn)?)
}

/// Locks a file until the transaction ends.
pub fn lock(conn: &mut Conn, id: i64) -> Result<()> {
    sql::<(BigInt,)>("SELECT id FROM imports WHERE id = ")
        .bind(id)
        .push(for_update(conn))
        .load::<(i64,)>(conn)?;
    Ok(())
}

/// A page of ids, newest first: of everybody, or of one user.
pub fn ids(conn: &mut Conn, of_user: Option<Option<i64>>, page: &Page) -> Result<Rows<i64>> {
    let mut query = sql::<(BigInt,)>("SELECT i.id FROM imports i WHERE 1 = 1");
    if let Some(user) = of_user {
        query = query.push(" AND i.created_by = ").bind_option(user);
    }
    let rows = page.by_id(query, "i.id", true).load::<(i64,)>(conn)?;
    let rows = page.cut(rows, |(id,)| After {
        key: String::new(),
        id: *id,
    });
    Ok(rows.map(|(id,)| id))
}

/// Keeps some of a file's rows.
pub fn add_chunk(conn: &mut Conn, import_id: i64, position: i32, content: &str) -> Result<()> {
    diesel::insert_into(chunks::table)
        .values((
            chunks::import_id.eq(import_id),
            chunks::position.eq(position),
            chunks::content.eq(content),
        ))
        .execute(conn)?;
    Ok(())
}

/// The rows of a file, in order.
pub fn chunks(conn: &mut Conn, import_id: i64) -> Result<Vec<String>> {
    Ok(chunks::table
        .filter(chunks::import_id.eq(import_id))
        .order(chunks::position)
        .select(chunks::content)
        .load(conn)?)
}

/// Forgets the rows of a file.
pub fn forget_chunks(conn: &mut Conn, import_id: i64) -> Result<()> {
    diesel::delete(chunks::table.filter(chunks::import_id.eq(import_id))).execute(conn)?;
    Ok(())
}

/// Forgets the rows of files that were sent before an instant and never committed.
pub fn forget_rows_before(conn: &mut Conn, before: NaiveDateTime) -> Result<usize> {
    let old = imports::table
        .filter(imports::created_at.lt(before))
        .select(imports::id);
    Ok(diesel::delete(chunks::table.filter(chunks::import_id.eq_any(old))).execute(conn)?)
}
