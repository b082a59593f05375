//! What a set of grants covers (domain.md section 10).

use std::collections::HashSet;
use std::sync::Arc;

/// What a set of grants covers today. Queries filter by it; nothing outside it is ever answered.
#[derive(Clone, Debug, Default, PartialEq)]
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

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> ProjectLinks {
        ProjectLinks {
            managing_unit_id: 3,
            investor_id: 5,
            pmu_id: Some(6),
            leader_id: Some(100),
        }
    }

    #[test]
    fn the_whole_province_covers_everything() {
        let all = Scope::all();
        assert!(all.has_unit(1) && all.has_agency(2) && all.has_project(&links()));
    }

    #[test]
    fn nothing_covers_nothing_not_even_a_project_without_a_leader() {
        let none = Scope::default();
        let leaderless = ProjectLinks {
            leader_id: None,
            pmu_id: None,
            ..links()
        };
        assert!(!none.has_unit(3) && !none.has_agency(5));
        assert!(!none.has_project(&links()) && !none.has_project(&leaderless));
    }

    #[test]
    fn any_one_link_puts_a_project_in_scope_and_no_other_id_does() {
        let scopes = |id: i64| {
            [
                Scope {
                    units: HashSet::from([id]),
                    ..Scope::default()
                },
                Scope {
                    agencies: HashSet::from([id]),
                    ..Scope::default()
                },
                Scope {
                    led_by: Some(id),
                    ..Scope::default()
                },
            ]
        };
        let covered = |id: i64| scopes(id).map(|scope| scope.has_project(&links()));
        assert_eq!(covered(3), [true, false, false]);
        assert_eq!(covered(5), [false, true, false]);
        assert_eq!(covered(6), [false, true, false]);
        assert_eq!(covered(100), [false, false, true]);
        let [of_unit, of_agency, _] = scopes(3);
        assert!(of_unit.has_unit(3) && !of_unit.has_unit(4) && !of_unit.has_agency(3));
        assert!(of_agency.has_agency(3) && !of_agency.has_agency(4) && !of_agency.has_unit(3));
    }
}
