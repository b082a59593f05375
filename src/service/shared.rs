//! What answers of several resources share, and small checks of what callers send.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db;
use crate::db::Conn;
pub use crate::db::names::Named;
use crate::domain::money::Money;
use crate::error::{Code, Fault, Result};

/// The signed paper behind a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// Its number, such as `176/NQ-HĐND`.
    pub number: String,
    /// Who signed it.
    pub issuer: String,
    /// When it was signed.
    pub date: NaiveDate,
}

/// A record that another one refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ref {
    /// Identity.
    pub id: i64,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
}

/// A person that a record refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonRef {
    /// Identity.
    pub id: i64,
    /// Full name.
    pub full_name: String,
}

/// A user that a record refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserRef {
    /// Identity.
    pub id: i64,
    /// User name.
    pub username: String,
}

/// Records by id, as others refer to them.
pub struct Refs(HashMap<i64, (String, String)>);

impl Refs {
    /// Reads them.
    pub fn load(conn: &mut Conn, table: Named, ids: impl IntoIterator<Item = i64>) -> Result<Self> {
        Ok(Refs(db::names::codes(conn, table, ids)?))
    }

    /// Whether there is such a record.
    pub fn has(&self, id: i64) -> bool {
        self.0.contains_key(&id)
    }

    /// One of those that were read.
    pub fn get(&self, id: i64) -> Ref {
        let (code, name) = self.0.get(&id).cloned().unwrap_or_default();
        Ref { id, code, name }
    }
}

/// People by id.
pub struct People(HashMap<i64, String>);

impl People {
    /// Reads them.
    pub fn load(conn: &mut Conn, ids: impl IntoIterator<Item = i64>) -> Result<Self> {
        Ok(People(db::names::people(conn, ids)?))
    }

    /// Whether there is such a person.
    pub fn has(&self, id: i64) -> bool {
        self.0.contains_key(&id)
    }

    /// One of those that were read.
    pub fn get(&self, id: i64) -> PersonRef {
        PersonRef {
            id,
            full_name: self.0.get(&id).cloned().unwrap_or_default(),
        }
    }
}

/// Users by id.
pub struct Users(HashMap<i64, String>);

impl Users {
    /// Reads them.
    pub fn load(conn: &mut Conn, ids: impl IntoIterator<Item = Option<i64>>) -> Result<Self> {
        let ids = ids.into_iter().flatten();
        Ok(Users(db::names::users(conn, ids)?))
    }

    /// One of those that were read; nobody when the program did it.
    pub fn get(&self, id: Option<i64>) -> Option<UserRef> {
        id.map(|id| UserRef {
            id,
            username: self.0.get(&id).cloned().unwrap_or_default(),
        })
    }
}

/// Something that is allowed, but should be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Warning {
    /// Its code.
    pub code: String,
    /// What it is, in the caller's language.
    pub message: String,
}

/// What is wrong with an id that names nothing usable.
pub fn unknown(pointer: impl Into<String>) -> Fault {
    let why = ("không có bản ghi này", "there is no such record");
    Fault::at(pointer, Code::Invalid).with("why", why)
}

/// A fault unless the amount is above zero.
pub fn positive(amount: Money, pointer: impl Into<String>) -> Option<Fault> {
    let why = ("phải lớn hơn 0", "it must be above 0");
    (!amount.is_positive()).then(|| Fault::at(pointer, Code::OutOfRange).with("why", why))
}

/// Years in which there can be public investment.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// A fault unless the year is a plausible one.
pub fn year(value: i32, pointer: impl Into<String>) -> Option<Fault> {
    let why = format!("{} … {}", YEARS.start(), YEARS.end());
    (!YEARS.contains(&value)).then(|| Fault::at(pointer, Code::OutOfRange).with("why", why))
}

/// The reason, or a fault when there is none.
pub fn reason(given: Option<&str>, faults: &mut Vec<Fault>) -> String {
    match given {
        Some(text) => text.to_owned(),
        None => {
            faults.push(Fault::at("/reason", Code::ReasonRequired));
            String::new()
        }
    }
}

/// A fault unless the funding source exists and may be used on a day.
pub fn source_on(
    conn: &mut Conn,
    id: i64,
    date: NaiveDate,
    pointer: impl Into<String>,
) -> Result<Option<Fault>> {
    let Some((from, to)) = db::source_tree::validity(conn, id)? else {
        return Ok(Some(unknown(pointer)));
    };
    let valid = from.is_none_or(|from| from <= date) && to.is_none_or(|to| date <= to);
    let why = (
        "nguồn vốn không có hiệu lực vào ngày này",
        "the funding source is not in force on that day",
    );
    Ok((!valid).then(|| Fault::at(pointer, Code::Invalid).with("why", why)))
}
