//! Stored alert policies.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::alert_policies as table;
use crate::domain::alerts::{Policies, Policy, Rule};
use crate::error::Result;

/// Everything stored; the rest is standard.
pub fn load(conn: &mut Conn) -> Result<Policies> {
    let rows = table::table
        .order(table::id)
        .select((table::rule, table::unit_id, table::settings))
        .load::<(String, Option<i64>, String)>(conn)?;
    let stored = rows.into_iter().filter_map(|(rule, unit, settings)| {
        let policy: Policy = serde_json::from_str(&settings).ok()?;
        Some((Rule::parse(&rule)?, unit, policy))
    });
    Ok(Policies::new(stored))
}

/// Stores the policy of a rule for a unit, or for everywhere; gives its id.
pub fn store(conn: &mut Conn, rule: Rule, unit_id: Option<i64>, settings: &str) -> Result<i64> {
    let of_rule = table::table.filter(table::rule.eq(rule.as_str()));
    let known = match unit_id {
        Some(unit) => of_rule
            .filter(table::unit_id.eq(unit))
            .select(table::id)
            .first::<i64>(conn)
            .optional()?,
        None => of_rule
            .filter(table::unit_id.is_null())
            .select(table::id)
            .first::<i64>(conn)
            .optional()?,
    };
    if let Some(id) = known {
        diesel::update(table::table.find(id))
            .set(table::settings.eq(settings))
            .execute(conn)?;
        return Ok(id);
    }
    Ok(diesel::insert_into(table::table)
        .values((
            table::rule.eq(rule.as_str()),
            table::unit_id.eq(unit_id),
            table::settings.eq(settings),
        ))
        .returning(table::id)
        .get_result(conn)?)
}
