//! What the reports on promises and on alert quality share: a year up to a day, some units, and
//! rows that are named.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::progress::RowKey;
use super::{Asked, root};
use crate::db;
use crate::db::alerts::list::Filter;
use crate::db::alerts::quality::Span;
use crate::domain::capital::period_start;
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::error::Result;
use crate::service::View;
use crate::service::shared::Named;

/// The alerts that the reader may see of the units asked for, from 1 January of the year to the
/// day of the report or 31 December, whichever is earlier.
pub(super) fn span(view: &mut View<'_>, asked: &Asked) -> Result<Span> {
    let root = root(view, asked)?;
    let from = period_start(asked.budget_year);
    let end = NaiveDate::from_ymd_opt(asked.budget_year, 12, 31).unwrap_or(from);
    Ok(Span {
        filter: Filter {
            scope: view.readable()?,
            person_id: view.ctx.actor.person_id,
            units: (!root.whole).then(|| root.units.into_iter().collect()),
            ..Filter::default()
        },
        today: view.today,
        from,
        to: asked.as_of.min(end),
    })
}

/// `part / whole` with two decimals; null when there is nothing to divide by.
pub(super) fn quotient(part: i64, whole: i64) -> Option<Rate> {
    Rate::of(Money::dong(part), Money::dong(whole.saturating_mul(100)))
}

/// `part` in percent of `whole`; null when there is nothing to divide by.
pub(super) fn percent(part: i64, whole: i64) -> Option<Rate> {
    Rate::of(Money::dong(part), Money::dong(whole))
}

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// People.
    People,
    /// Units.
    Units,
}

/// The names of rows by id; those without one are nobody's.
pub(super) fn names(
    view: &mut View<'_>,
    rows: Rows,
    ids: &BTreeSet<Option<i64>>,
) -> Result<HashMap<Option<i64>, RowKey>> {
    let known = ids.iter().copied().flatten();
    let mut names: HashMap<i64, (Option<String>, String)> = match rows {
        Rows::People => {
            let people = db::names::people(view.conn, known)?.into_iter();
            people.map(|(id, name)| (id, (None, name))).collect()
        }
        Rows::Units => {
            let units = db::names::codes(view.conn, Named::Units, known)?.into_iter();
            units
                .map(|(id, (code, name))| (id, (Some(code), name)))
                .collect()
        }
    };
    let nobody = match view.ctx.actor.locale {
        Locale::Vi => "Chưa xác định",
        Locale::En => "Nobody in particular",
    };
    let key = |id: &Option<i64>| {
        let named = id.and_then(|id| names.remove(&id));
        let (code, name) = named.unwrap_or_else(|| (None, nobody.to_owned()));
        (
            *id,
            RowKey {
                id: *id,
                code,
                name,
            },
        )
    };
    Ok(ids.iter().map(key).collect())
}
