//! Keyset paging: a page starts after a row, so that rows added meanwhile shift nothing.

use std::cmp::Ordering;

use chrono::NaiveDate;

use super::sql::Sql;
use crate::error::{Code, Result};

/// The last row of the page before: its sort key as text, and its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// Sort key.
    pub key: String,
    /// Id, which makes the order total.
    pub id: i64,
}

/// Which page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Rows at most.
    pub limit: i64,
    /// Where it starts, or at the beginning.
    pub after: Option<After>,
}

/// A page of rows and where the next one starts.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// The row that the next page starts after, if there is one.
    pub next: Option<After>,
}

impl Page {
    /// Everything, for callers that are no page of a list.
    pub fn all() -> Self {
        Page {
            limit: i64::MAX - 1,
            after: None,
        }
    }

    /// Appends order and limit to a statement that ends in its `WHERE` conditions: rows sorted by
    /// the text expression `key`, then by `id`. One more row than asked is read, to know whether
    /// there is a next page.
    pub fn by_text<ST>(
        &self,
        statement: Sql<ST>,
        key: &str,
        id: &str,
        descending: bool,
    ) -> Sql<ST> {
        let (compare, order) = if descending {
            ("<", " DESC")
        } else {
            (">", "")
        };
        let statement = match &self.after {
            Some(after) => statement
                .push(format!(" AND ({key} {compare} "))
                .bind(after.key.as_str())
                .push(format!(" OR ({key} = "))
                .bind(after.key.as_str())
                .push(format!(" AND {id} {compare} "))
                .bind(after.id)
                .push("))"),
            None => statement,
        };
        statement
            .push(format!(" ORDER BY {key}{order}, {id}{order} LIMIT "))
            .bind(self.limit + 1)
    }

    /// As [`Page::by_text`], sorted by the date column `key`, then by `id`. The key of
    /// [`After`] is the date as written by `to_string`.
    pub fn by_date<ST>(
        &self,
        statement: Sql<ST>,
        key: &str,
        id: &str,
        descending: bool,
    ) -> Result<Sql<ST>> {
        let (compare, order) = if descending {
            ("<", " DESC")
        } else {
            (">", "")
        };
        let statement = match &self.after {
            Some(after) => {
                let date: NaiveDate = after.key.parse().map_err(|_| Code::BadCursor)?;
                statement
                    .push(format!(" AND ({key} {compare} "))
                    .bind(date)
                    .push(format!(" OR ({key} = "))
                    .bind(date)
                    .push(format!(" AND {id} {compare} "))
                    .bind(after.id)
                    .push("))")
            }
            None => statement,
        };
        Ok(statement
            .push(format!(" ORDER BY {key}{order}, {id}{order} LIMIT "))
            .bind(self.limit + 1))
    }

    /// As [`Page::by_text`], sorted by `id` alone.
    pub fn by_id<ST>(&self, statement: Sql<ST>, id: &str, descending: bool) -> Sql<ST> {
        let (compare, order) = if descending {
            ("<", " DESC")
        } else {
            (">", "")
        };
        let statement = match &self.after {
            Some(after) => statement
                .push(format!(" AND {id} {compare} "))
                .bind(after.id),
            None => statement,
        };
        statement
            .push(format!(" ORDER BY {id}{order} LIMIT "))
            .bind(self.limit + 1)
    }

    /// Puts rows that are in memory in order, as many as [`Page::cut`] needs: the page alone has to be
    /// in order.
    pub fn first_of<T>(&self, rows: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
        let limit = usize::try_from(self.limit.saturating_add(1)).unwrap_or(usize::MAX);
        if limit < rows.len() {
            rows.select_nth_unstable_by(limit, &compare);
            rows.truncate(limit);
        }
        rows.sort_unstable_by(compare);
    }

    /// Cuts the extra row off and remembers where the next page starts.
    pub fn cut<T>(&self, mut rows: Vec<T>, position: impl Fn(&T) -> After) -> Rows<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match (more, rows.last()) {
            (true, Some(last)) => Some(position(last)),
            _ => None,
        };
        Rows { rows, next }
    }
}

impl<T> Rows<T> {
    /// The same page of something else.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Rows<U> {
        Rows {
            rows: self.rows.into_iter().map(convert).collect(),
            next: self.next,
        }
    }
}
