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
use diesel::sql_types::{BigInt, Bool, Date, HasSqlType, Nullable, Text, Timestamp};
use diesel::{QueryResult, RunQueryDsl};

use super::any_of::{KEPT, filled};

/// Rows that one statement writes at most: even wide ones stay below SQLite's 32 766 values.
pub const ROWS: usize = 500;

#[derive(Clone)]
enum Part {
    Text(Cow<'static, str>),
    Int(Option<i64>),
    Str(Option<String>),
    Date(Option<NaiveDate>),
    Instant(Option<NaiveDateTime>),
    Bool(Option<bool>),
}

/// A value that can be bound into [`Sql`].
pub trait Bind {
    #[doc(hidden)]
    fn part(self) -> BoundPart;
    /// No value of this type.
    #[doc(hidden)]
    fn null() -> BoundPart;
}

/// Opaque carrier between [`Bind`] and [`Sql`].
pub struct BoundPart(Part);

macro_rules! bind {
    ($($kind:ty => $part:ident $make:expr),* $(,)?) => {
        $(impl Bind for $kind {
            fn part(self) -> BoundPart { BoundPart(Part::$part(Some($make(self)))) }
            fn null() -> BoundPart { BoundPart(Part::$part(None)) }
        })*
    };
}

bind! {
    i64 => Int std::convert::identity,
    i32 => Int i64::from,
    bool => Bool std::convert::identity,
    String => Str std::convert::identity,
    &str => Str str::to_owned,
    NaiveDate => Date std::convert::identity,
    NaiveDateTime => Instant std::convert::identity,
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
    pub fn bind_option<V: Bind>(mut self, value: Option<V>) -> Self {
        self.parts.push(value.map_or_else(V::null, V::part).0);
        self
    }

    /// Appends a comma and a bound value.
    pub fn and(self, value: impl Bind) -> Self {
        self.push(", ").bind(value)
    }

    /// Appends a comma and a bound value, or `NULL`.
    pub fn and_option(self, value: Option<impl Bind>) -> Self {
        self.push(", ").bind_option(value)
    }

    /// Appends `(…), (…)`: a row of values for each thing. More than one row is a statement that is
    /// not kept. Callers give at most [`ROWS`] at once.
    pub fn rows<T>(
        mut self,
        things: impl IntoIterator<Item = T>,
        row: impl Fn(Self, T) -> Self,
    ) -> Self {
        for (place, thing) in things.into_iter().enumerate() {
            self.cacheable &= place == 0;
            self = row(self.push(if place == 0 { "(" } else { ", (" }), thing).push(")");
        }
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
                Part::Int(value) => out.push_bind_param::<Nullable<BigInt>, _>(value)?,
                Part::Str(value) => out.push_bind_param::<Nullable<Text>, _>(value)?,
                Part::Date(value) => out.push_bind_param::<Nullable<Date>, _>(value)?,
                Part::Instant(value) => out.push_bind_param::<Nullable<Timestamp>, _>(value)?,
                Part::Bool(value) => out.push_bind_param::<Nullable<Bool>, _>(value)?,
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
