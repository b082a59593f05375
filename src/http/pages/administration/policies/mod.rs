//! Alert policies: how each rule works in the province and in a unit, and what it would have done.

mod dry_run;
mod edit;
mod list;

use super::super::route::PageRoute;
use crate::domain::alerts::Rule;
use crate::error::{Code, Result};

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut routes = list::routes();
    routes.extend(edit::routes());
    routes.extend(dry_run::routes());
    routes
}

/// Names the policy of a rule in an address: the rule, and the unit unless it is the province's.
fn name(rule: &str, unit_id: Option<i64>) -> String {
    match unit_id {
        Some(unit) => format!("{rule}-{unit}"),
        None => rule.to_owned(),
    }
}

/// The rule and the unit that an address names.
fn named(name: &str) -> Result<(Rule, Option<i64>)> {
    let (rule, unit) = match name.split_once('-') {
        Some((rule, unit)) => (rule, Some(unit.parse::<i64>().map_err(|_| Code::NotFound)?)),
        None => (name, None),
    };
    Ok((Rule::parse(rule).ok_or(Code::NotFound)?, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_named_by_its_rule_and_unit() {
        for unit in [None, Some(12)] {
            let name = name("below_target", unit);
            assert_eq!(named(&name).unwrap(), (Rule::BelowTarget, unit));
        }
        for wrong in ["", "1", "below_target-", "below_target-x"] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
    }
}
