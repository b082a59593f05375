//! What a set of grants covers (domain.md section 10).

use std::collections::HashSet;
use std::sync::Arc;

/// What a set of grants covers today. Queries filter by it; nothing outside it is ever answered.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The whole province: no filter is needed.
    pub everything: bool,
    /// Managing units.
    pub units: HashSet<i64>,
    /// Investors and PMUs.
    pub agencies: HashSet<i64>,
    /// Projects led by this person.
    pub led_by: Option<i64>,
}

/// What decides whether a project is in scope: its links as of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProjectLinks {
    /// Managing unit.
    pub managing_unit_id: i64,
    /// Investor (chủ đầu tư).
    pub investor_id: i64,
    /// Project management unit.
    pub pmu_id: Option<i64>,
    /// Responsible leader.
    pub leader_id: Option<i64>,
}

impl Scope {
    /// The whole province, for what has been checked already or must be whole whoever asks.
    pub fn all() -> Arc<Scope> {
        Arc::new(Scope {
            everything: true,
            ..Scope::default()
        })
    }

    /// Whether the unit is covered.
    pub fn has_unit(&self, unit_id: i64) -> bool {
        self.everything || self.units.contains(&unit_id)
    }

    /// Whether the agency's projects are covered.
    pub fn has_agency(&self, agency_id: i64) -> bool {
        self.everything || self.agencies.contains(&agency_id)
    }

    /// Whether the project is covered (domain.md section 10).
    pub fn has_project(&self, links: &ProjectLinks) -> bool {
        self.has_unit(links.managing_unit_id)
            || self.has_agency(links.investor_id)
            || links.pmu_id.is_some_and(|pmu| self.has_agency(pmu))
            || (self.led_by.is_some() && self.led_by == links.leader_id)
    }
}
