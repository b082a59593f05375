//! `column IN (…)` in statements that stay prepared.
//!
//! A list of every length would be a statement of its own, so diesel never keeps one whose list it
//! writes out, and such a statement is parsed and planned each time. Here lists are filled up to a
//! power of two by repeating the last value: few statements, the same rows.

use std::borrow::Borrow;

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType};

/// Longer lists are written as they are, and not kept.
pub(super) const KEPT: usize = 256;

/// How often each value of a list of this length is written, the last one repeated to fill it up.
pub(super) fn filled(length: usize) -> usize {
    match length {
        0 => 0,
        length if length > KEPT => length,
        length => length.next_power_of_two(),
    }
}

/// The condition that a column is one of some ids.
pub struct AnyOf<C> {
    column: C,
    ids: Vec<i64>,
}

/// `column IN (ids)`.
pub fn any_of<C, I>(column: C, ids: I) -> AnyOf<C>
where
    I: IntoIterator,
    I::Item: Borrow<i64>,
{
    let mut ids: Vec<i64> = ids.into_iter().map(|id| *id.borrow()).collect();
    if let Some(last) = ids.last().copied() {
        ids.resize(filled(ids.len()), last);
    }
    AnyOf { column, ids }
}

impl<C: Expression> Expression for AnyOf<C> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for AnyOf<C> {}

impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for AnyOf<C> {}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for AnyOf<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C> QueryId for AnyOf<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, DB> QueryFragment<DB> for AnyOf<C>
where
    C: QueryFragment<DB>,
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        if self.ids.len() > KEPT {
            out.unsafe_to_cache_prepared();
        }
        if self.ids.is_empty() {
            out.push_sql("1 = 0");
            return Ok(());
        }
        self.column.walk_ast(out.reborrow())?;
        for (place, id) in self.ids.iter().enumerate() {
            out.push_sql(if place == 0 { " IN (" } else { ", " });
            out.push_bind_param::<BigInt, _>(id)?;
        }
        out.push_sql(")");
        Ok(())
    }
}
