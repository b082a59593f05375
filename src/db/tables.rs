//! Which tables a database has, what their columns are, and which refers to which.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::Conn;
use super::sql::sql;
use crate::error::{Error, Result};

/// Tables that belong to one running installation or one file, and do not travel.
const STAYING: &str =
    "('leases', '__diesel_schema_migrations', 'backup_manifest', 'project_changes')";

/// What a column holds, as far as the two databases write it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers and texts.
    Plain,
    /// True or false.
    Flag,
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    /// The type as the database names it.
    pub(super) declared: String,
    pub(super) kind: Kind,
    /// Its place in the primary key, from 1; 0 if it is not in it.
    key: i64,
    /// Whether the database counts it up by itself (PostgreSQL).
    pub(super) counts: bool,
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// The primary key, if it is one number.
    pub(super) number: Option<String>,
}

impl Table {
    pub(super) fn column_names(&self) -> Vec<&str> {
        self.columns.iter().map(|one| one.name.as_str()).collect()
    }

    /// The columns of the primary key, in the order of their bytes.
    pub(super) fn order_text(&self, is_sqlite: bool) -> String {
        let mut keys: Vec<&Column> = self.columns.iter().filter(|one| one.key > 0).collect();
        keys.sort_by_key(|one| one.key);
        let texts = keys
            .iter()
            .map(|one| match (is_sqlite, one.declared.as_str()) {
                (false, "text") => format!("{} COLLATE \"C\"", one.name),
                _ => one.name.clone(),
            });
        texts.collect::<Vec<_>>().join(", ")
    }
}

/// All tables that travel, each after those that it refers to.
pub(super) fn tables(conn: &mut Conn) -> Result<Vec<Table>> {
    let mut by_name: BTreeMap<String, Table> = BTreeMap::new();
    for (table, name, declared, key, counts) in columns(conn)? {
        let column = Column {
            kind: kind(&declared),
            name,
            declared,
            key,
            counts,
        };
        let new = || Table {
            name: table.clone(),
            columns: Vec::new(),
            number: None,
        };
        by_name
            .entry(table.clone())
            .or_insert_with(new)
            .columns
            .push(column);
    }
    for table in by_name.values_mut() {
        let keys: Vec<&Column> = table.columns.iter().filter(|one| one.key > 0).collect();
        table.number = match keys.as_slice() {
            [] => {
                return Err(Error::Internal(format!(
                    "table {} has no primary key",
                    table.name
                )));
            }
            [one] if ["INTEGER", "bigint", "integer"].contains(&one.declared.as_str()) => {
                Some(one.name.clone())
            }
            _ => None,
        };
    }
    in_order(by_name, references(conn)?)
}

fn kind(declared: &str) -> Kind {
    match declared {
        "boolean" => Kind::Flag,
        "date" => Kind::Day,
        "timestamp without time zone" => Kind::Instant,
        "BLOB" | "bytea" => Kind::Bytes,
        _ => Kind::Plain,
    }
}

type ColumnRow = (String, String, String, i64, bool);

fn columns(conn: &mut Conn) -> Result<Vec<ColumnRow>> {
    let text = match conn.is_sqlite() {
        true => format!(
            "SELECT m.name, p.name, p.type, p.pk, 0 FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name NOT IN {STAYING} ORDER BY 1, p.cid"
        ),
        false => format!(
            "SELECT c.table_name::text, c.column_name::text, c.data_type::text, \
             COALESCE(array_position(i.indkey::smallint[], c.ordinal_position::smallint), -1) + 1::bigint, \
             pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) IS NOT NULL \
             FROM information_schema.columns c \
             JOIN pg_class t ON t.relname = c.table_name AND t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace \
             LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary \
             WHERE c.table_schema = current_schema() AND c.table_name NOT IN {STAYING} ORDER BY 1, c.ordinal_position"
        ),
    };
    Ok(sql::<(Text, Text, Text, BigInt, Bool)>(text).load::<ColumnRow>(conn)?)
}

/// Which table refers to which other.
fn references(conn: &mut Conn) -> Result<BTreeSet<(String, String)>> {
    let text = match conn.is_sqlite() {
        true => {
            "SELECT m.name, f.\"table\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.\"table\" <> m.name"
        }
        false => {
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint \
             WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = current_schema()::regnamespace"
        }
    };
    let rows = sql::<(Text, Text)>(text).load::<(String, String)>(conn)?;
    Ok(rows.into_iter().collect())
}

/// Which columns of which tables refer to a table.
pub(super) fn referring(conn: &mut Conn, table: &str) -> Result<Vec<(String, String)>> {
    let text = match conn.is_sqlite() {
        true => {
            "SELECT m.name, f.\"from\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.\"table\" = "
        }
        false => {
            "SELECT c.conrelid::regclass::text, a.attname::text FROM pg_constraint c \
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] \
             WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND c.confrelid::regclass::text = "
        }
    };
    let query = sql::<(Text, Text)>(text).bind(table);
    Ok(query.load::<(String, String)>(conn)?)
}

fn in_order(
    mut waiting: BTreeMap<String, Table>,
    references: BTreeSet<(String, String)>,
) -> Result<Vec<Table>> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let is_free = |name: &String| {
            let mut parents = references.iter().filter(|(child, _)| child == name);
            parents.all(|(_, parent)| !waiting.contains_key(parent))
        };
        let free: Vec<String> = waiting
            .keys()
            .filter(|name| is_free(name))
            .cloned()
            .collect();
        if free.is_empty() {
            let names: Vec<&String> = waiting.keys().collect();
            return Err(Error::Internal(format!(
                "tables refer to each other in a circle: {names:?}"
            )));
        }
        ordered.extend(free.iter().filter_map(|name| waiting.remove(name)));
    }
    Ok(ordered)
}
