//! People that mail can go to.

use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::Conn;
use crate::db::sql::sql;
use crate::domain::locale::Locale;
use crate::error::Result;

/// Somebody mail can go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The person.
    pub person_id: i64,
    /// Full name.
    pub name: String,
    /// Position.
    pub position: String,
    /// Address.
    pub email: String,
    /// Language of the person's user, Vietnamese by default.
    pub locale: Locale,
}

/// People by id, with the language they read.
pub fn recipients(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Recipient>> {
    type Row = (i64, String, String, String, Option<String>);
    let rows = sql::<(BigInt, Text, Text, Text, Nullable<Text>)>(
        "SELECT p.id, p.full_name, p.position, p.email, \
         (SELECT MIN(u.locale) FROM users u WHERE u.person_id = p.id AND u.active) \
         FROM people p WHERE p.id IN ",
    )
    .list(ids.iter().copied())
    .load::<Row>(conn)?;
    let recipient = |(person_id, name, position, email, locale): Row| {
        let locale = locale.and_then(|code| Locale::parse(&code));
        let recipient = Recipient {
            person_id,
            name,
            position,
            email,
            locale: locale.unwrap_or_default(),
        };
        (person_id, recipient)
    };
    Ok(rows.into_iter().map(recipient).collect())
}
