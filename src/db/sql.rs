//! Hand-written SQL that runs on both databases.
//!
//! diesel's own `sql_query` is never cached as a prepared statement and leaves the numbering of
//! placeholders to the author, which SQLite and PostgreSQL read differently. This fragment lets
//! the backend write the placeholders and keeps the statement cache.

use std::borrow::Cow;
use std::marker::PhantomData;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, Date, HasSqlType, Text, Timestamp};
use diesel::{QueryResult, RunQueryDsl};

use super::any_of::{KEPT, filled};

#[derive(Clone)]
enum Part {
    Text(Cow<'static, str>),
    Int(i64),
    Str(String),
    Date(NaiveDate),
    Instant(NaiveDateTime),
    Bool(bool),
}

/// A value that can be bound into [`Sql`].
pub trait Bind {
    #[doc(hidden)]
    fn part(self) -> BoundPart;
}

/// Opaque carrier between [`Bind`] and [`Sql`].
pub struct BoundPart(Part);

macro_rules! bind {
    ($($kind:ty => $make:expr),* $(,)?) => {
        $(impl Bind for $kind {
            fn part(self) -> BoundPart { BoundPart($make(self)) }
        })*
    };
}

bind! {
    i64 => Part::Int,
    i32 => |value| Part::Int(i64::from(value)),
    bool => Part::Bool,
    String => Part::Str,
    &str => |value: &str| Part::Str(value.to_owned()),
    NaiveDate => Part::Date,
    NaiveDateTime => Part::Instant,
}

/// A statement under construction; `ST` is the tuple of SQL types it selects.
pub struct Sql<ST = ()> {
    parts: Vec<Part>,
    cacheable: bool,
    types: PhantomData<ST>,
}

/// Starts a statement. The text is written by us, never by a caller of the API.
pub fn sql<ST>(text: impl Into<Cow<'static, str>>) -> Sql<ST> {
    Sql {
        parts: vec![Part::Text(text.into())],
        cacheable: true,
        types: PhantomData,
    }
}

impl<ST> Sql<ST> {
    /// Appends text of our own.
    pub fn push(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Appends a bound value.
    pub fn bind(mut self, value: impl Bind) -> Self {
        self.parts.push(value.part().0);
        self
    }

    /// Appends a bound value, or `NULL`.
    pub fn bind_option(self, value: Option<impl Bind>) -> Self {
        match value {
            Some(value) => self.bind(value),
            None => self.push("NULL"),
        }
    }

    /// Appends a comma and a bound value.
    pub fn and(self, value: impl Bind) -> Self {
        self.push(", ").bind(value)
    }

    /// Appends a comma and a bound value, or `NULL`.
    pub fn and_option(self, value: Option<impl Bind>) -> Self {
        self.push(", ").bind_option(value)
    }

    /// Keeps a statement whose text depends on how many rows it has out of the statement cache.
    pub fn once(mut self) -> Self {
        self.cacheable = false;
        self
    }

    /// Appends `(v1, v2, …)`, or a list that holds nothing when there is no value. Lists of similar
    /// lengths share a statement, see [`any_of`](super::any_of).
    pub fn list<V: Bind>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        let mut parts: Vec<Part> = values.into_iter().map(|value| value.part().0).collect();
        let Some(last) = parts.last().cloned() else {
            return self.push("(SELECT 0 WHERE 1 = 0)");
        };
        self.cacheable &= parts.len() <= KEPT;
        parts.resize(filled(parts.len()), last);
        for (place, part) in parts.into_iter().enumerate() {
            let separator = if place == 0 { "(" } else { ", " };
            self.parts.push(Part::Text(separator.into()));
            self.parts.push(part);
        }
        self.push(")")
    }

    /// Appends another statement's text and values.
    pub fn append<T>(mut self, other: Sql<T>) -> Self {
        self.cacheable &= other.cacheable;
        self.parts.extend(other.parts);
        self
    }
}

/// The pattern of `LIKE … ESCAPE '!'` for rows whose search key holds this text.
pub fn containing(text: &str) -> String {
    let escaped = crate::domain::text::fold(text)
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{escaped}%")
}

impl<ST, DB> QueryFragment<DB> for Sql<ST>
where
    DB: Backend
        + HasSqlType<BigInt>
        + HasSqlType<Text>
        + HasSqlType<Date>
        + HasSqlType<Timestamp>
        + HasSqlType<Bool>,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
    NaiveDate: ToSql<Date, DB>,
    NaiveDateTime: ToSql<Timestamp, DB>,
    bool: ToSql<Bool, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if !self.cacheable {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Int(value) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Str(value) => out.push_bind_param::<Text, _>(value)?,
                Part::Date(value) => out.push_bind_param::<Date, _>(value)?,
                Part::Instant(value) => out.push_bind_param::<Timestamp, _>(value)?,
                Part::Bool(value) => out.push_bind_param::<Bool, _>(value)?,
            }
        }
        Ok(())
    }
}

impl<ST> QueryId for Sql<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Sql<ST> {
    type SqlType = ST;
}

impl<ST, C> RunQueryDsl<C> for Sql<ST> {}
