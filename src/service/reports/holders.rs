//! Who holds how much assigned capital (domain.md section 4).

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::super::View;
use super::super::book::Reference;
use crate::db;
use crate::db::assigned::Assigned;
use crate::domain::capital::Authority;
use crate::domain::scope::Scope;
use crate::error::Result;

/// Whom capital is assigned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A unit.
    Unit(i64),
    /// An agency.
    Agency(i64),
}

/// Given to a holder and passed on by it, đồng.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Assigned to it.
    pub assigned: i128,
    /// Assigned onward by it.
    pub onward: i128,
}

impl Held {
    /// What it keeps. Passing on what it was never given (its own receipt may not be recorded)
    /// leaves nothing.
    pub fn kept(self) -> i128 {
        (self.assigned - self.onward).max(0)
    }
}

/// Everything that was assigned by one authority, by holder and source.
pub struct Holdings {
    held: HashMap<(Holder, i64), Held>,
    reference: Arc<Reference>,
}

impl Holdings {
    /// Loads what an authority assigned in a year by `day`.
    pub fn load(
        view: &mut View<'_>,
        budget_year: i32,
        authority: Authority,
        day: NaiveDate,
    ) -> Result<Self> {
        let rows = db::assigned::of_year(view.conn, budget_year, authority, day)?;
        let reference = view.book()?.reference.clone();
        Ok(Holdings::new(&rows, reference))
    }

    fn new(rows: &[Assigned], reference: Arc<Reference>) -> Self {
        let mut held: HashMap<(Holder, i64), Held> = HashMap::new();
        for row in rows {
            let amount = i128::from(row.amount);
            let to = match (row.unit_id, row.agency_id) {
                (Some(unit), _) => Some(Holder::Unit(unit)),
                (None, Some(agency)) => Some(Holder::Agency(agency)),
                (None, None) => None,
            };
            if let Some(to) = to {
                held.entry((to, row.funding_source_id))
                    .or_default()
                    .assigned += amount;
            }
            if let Some(from) = row.from_unit_id {
                let from = (Holder::Unit(from), row.funding_source_id);
                held.entry(from).or_default().onward += amount;
            }
        }
        Holdings { held, reference }
    }

    /// The unit that a holder is, or sits in.
    pub fn unit_of(&self, holder: Holder) -> Option<i64> {
        match holder {
            Holder::Unit(unit) => Some(unit),
            Holder::Agency(agency) => self.reference.agency_units.get(&agency).copied(),
        }
    }

    /// Whether the reader may see what this holder has.
    pub fn visible(&self, holder: Holder, scope: &Scope) -> bool {
        let by_unit = self
            .unit_of(holder)
            .is_some_and(|unit| scope.has_unit(unit));
        match holder {
            Holder::Unit(_) => by_unit,
            Holder::Agency(agency) => by_unit || scope.has_agency(agency),
        }
    }

    /// Everything, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Holder, i64, Held)> + '_ {
        self.held
            .iter()
            .map(|((holder, source), held)| (*holder, *source, *held))
    }

    /// Whether it was given anything.
    pub fn is_holder(&self, holder: Holder, source: i64) -> bool {
        self.held
            .get(&(holder, source))
            .is_some_and(|held| held.assigned > 0)
    }
}
