//! What a database keeps of one person, found by its own references, and taking it away.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::Value;

use super::Conn;
use super::any_of::any_of;
use super::audit::Event;
use super::schema::{
    audit_events, calendar_feeds, login_throttles, mails, password_links, recovery_codes, sessions,
    settings, users,
};
use super::sql::sql;
use super::tables::{Kind, Table, referring, tables};
use crate::error::{Error, Result};

/// Whether a column is kept from the person, too: what signs them in is nobody's to read.
fn is_secret(column: &str) -> bool {
    column.ends_with("_hash") || column == "totp_secret" || column.ends_with("salt")
}

/// The record `id` of `table` and every row that refers to it, by table; no secrets and no files.
pub fn rows_about(conn: &mut Conn, table: &str, id: i64) -> Result<BTreeMap<String, Vec<Value>>> {
    let referring = referring(conn, table)?;
    let mut found = BTreeMap::new();
    for one in tables(conn)? {
        let columns = referring.iter().filter(|(child, _)| *child == one.name);
        let mut columns: Vec<&str> = columns.map(|(_, column)| column.as_str()).collect();
        if one.name == table {
            columns.push("id");
        }
        if columns.is_empty() {
            continue;
        }
        let rows = rows_of(conn, &one, &columns, id)?;
        if !rows.is_empty() {
            found.insert(one.name, rows);
        }
    }
    Ok(found)
}

/// The rows where one of the columns is `id`, each as an object.
fn rows_of(conn: &mut Conn, table: &Table, columns: &[&str], id: i64) -> Result<Vec<Value>> {
    let is_sqlite = conn.is_sqlite();
    let shown = table
        .columns
        .iter()
        .filter(|one| one.kind != Kind::Bytes && !is_secret(&one.name));
    let pairs: Vec<String> = shown.map(|one| format!("'{0}', {0}", one.name)).collect();
    let object = match is_sqlite {
        true => format!("json_object({})", pairs.join(", ")),
        false => format!("json_build_object({})::text", pairs.join(", ")),
    };
    let mut query = sql::<(Text,)>(format!("SELECT {object} FROM {} WHERE 1 = 0", table.name));
    for column in columns {
        query = query.push(format!(" OR {column} = ")).bind(id);
    }
    let query = query.push(format!(" ORDER BY {}", table.order_text(is_sqlite)));
    let rows = query.load::<(String,)>(conn)?;
    rows.into_iter()
        .map(|(text,)| {
            serde_json::from_str(&text).map_err(|error| Error::Internal(error.to_string()))
        })
        .collect()
}

/// The users that a person signs in as: id and name.
pub fn users_of(conn: &mut Conn, person_id: i64) -> Result<Vec<(i64, String)>> {
    Ok(users::table
        .filter(users::person_id.eq(person_id))
        .order(users::id)
        .select((users::id, users::username))
        .load(conn)?)
}

/// What a person still has to do: a word for it and how often.
pub fn duties(conn: &mut Conn, person_id: i64, today: NaiveDate) -> Result<Vec<(String, i64)>> {
    let rows = sql::<(Text, BigInt)>("SELECT 'projects', COUNT(*) FROM project_people pp JOIN projects p ON p.id = pp.project_id WHERE pp.person_id = ")
        .bind(person_id)
        .push(" AND pp.valid_to >= pp.valid_from AND pp.valid_to >= ")
        .bind(today)
        .push(" AND p.status NOT IN ('completed', 'settled') UNION ALL SELECT 'alerts', COUNT(*) FROM alerts WHERE state <> 'resolved' AND responsible_id = ")
        .bind(person_id)
        .push(" UNION ALL SELECT 'obstacles', COUNT(*) FROM obstacles WHERE status NOT IN ('resolved', 'unresolvable') AND owner_person_id = ")
        .bind(person_id)
        .push(" UNION ALL SELECT 'directives', COUNT(*) FROM directives WHERE status NOT IN ('resolved', 'unresolvable') AND assignee_person_id = ")
        .bind(person_id)
        .push(" UNION ALL SELECT 'task forces', COUNT(*) FROM task_force_members m JOIN task_forces t ON t.id = m.task_force_id WHERE m.person_id = ")
        .bind(person_id)
        .push(" AND (t.valid_to IS NULL OR t.valid_to >= ")
        .bind(today)
        .push(")")
        .load::<(String, i64)>(conn)?;
    Ok(rows.into_iter().filter(|(_, count)| *count > 0).collect())
}

/// Gives a user another name and takes away what signs them in, and where they signed in from.
pub fn erase_user(
    conn: &mut Conn,
    id: i64,
    name: &str,
    alias: &str,
    now: NaiveDateTime,
) -> Result<()> {
    super::sessions::revoke_all(conn, id, None, now)?;
    diesel::update(sessions::table.filter(sessions::user_id.eq(id)))
        .set(sessions::address.eq(None::<String>))
        .execute(conn)?;
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(id))).execute(conn)?;
    diesel::delete(password_links::table.filter(password_links::user_id.eq(id))).execute(conn)?;
    diesel::delete(calendar_feeds::table.filter(calendar_feeds::user_id.eq(id))).execute(conn)?;
    diesel::delete(login_throttles::table.find(format!("user:{name}"))).execute(conn)?;
    diesel::update(users::table.find(id))
        .set((
            users::username.eq(alias),
            users::active.eq(false),
            users::password_hash.eq(None::<String>),
            users::totp_secret.eq(None::<String>),
            users::totp_since.eq(None::<NaiveDateTime>),
            users::totp_step.eq(None::<i64>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Empties the mails to a person, under any of their addresses; what was not sent will not be.
pub fn erase_mails(
    conn: &mut Conn,
    person_id: i64,
    emails: &[String],
    alias: (&str, &str),
) -> Result<()> {
    let theirs = mails::table.filter(
        mails::person_id
            .eq(person_id)
            .or(mails::recipient_email.eq_any(emails)),
    );
    let ids: Vec<i64> = theirs.select(mails::id).load(conn)?;
    diesel::update(mails::table.filter(any_of(mails::id, &ids)))
        .set((
            mails::recipient_name.eq(alias.0),
            mails::recipient_email.eq(alias.1),
            mails::subject.eq(""),
            mails::text_body.eq(""),
            mails::html_body.eq(""),
            mails::attachment_name.eq(None::<String>),
            mails::attachment.eq(None::<String>),
            mails::last_error.eq(None::<String>),
        ))
        .execute(conn)?;
    let unsent = mails::table
        .filter(any_of(mails::id, &ids))
        .filter(mails::state.ne("sent"));
    diesel::update(unsent)
        .set((
            mails::state.eq("dead"),
            mails::lease_owner.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Texts of mails, to whomever they went.
const MAILED: [(&str, &str); 5] = [
    ("mails", "subject"),
    ("mails", "text_body"),
    ("mails", "html_body"),
    ("mails", "attachment"),
    ("mail_alerts", "item"),
];

/// Replaces a name in the mails to others. Somebody else of that name is not called by it there either: a mail is no
/// record of anything.
pub fn rename_in_mails(conn: &mut Conn, name: &str, alias: &str) -> Result<()> {
    for (table, column) in MAILED {
        sql::<()>(format!("UPDATE {table} SET {column} = replace({column}, "))
            .bind(name)
            .and(alias)
            .push(format!(") WHERE {column} <> replace({column}, "))
            .bind(name)
            .and(alias)
            .push(")")
            .execute(conn)?;
    }
    Ok(())
}

/// The setting that lets events be changed; it is there within this transaction alone.
const ERASING: &str = "erasing";

/// Puts the content of events in the place of what it was; their places, links and hashes stay.
pub fn replace_events(conn: &mut Conn, events: &[Event]) -> Result<()> {
    super::settings::set(conn, ERASING, "")?;
    for event in events {
        let place = audit_events::table
            .filter(audit_events::chain.eq(&event.chain))
            .filter(audit_events::seq.eq(event.seq));
        diesel::update(place)
            .set((
                audit_events::actor.eq(&event.actor),
                audit_events::address.eq(event.address.as_deref()),
                audit_events::before.eq(event.before.as_deref()),
                audit_events::after.eq(event.after.as_deref()),
            ))
            .execute(conn)?;
    }
    diesel::delete(settings::table.find(ERASING)).execute(conn)?;
    Ok(())
}

/// What each erasure noted, in order: the `after` of its event.
pub fn erasures(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(audit_events::table
        .filter(audit_events::action.eq("person.erased"))
        .filter(audit_events::after.is_not_null())
        .order(audit_events::id)
        .select(audit_events::after.assume_not_null())
        .load(conn)?)
}
