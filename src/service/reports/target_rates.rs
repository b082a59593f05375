//! The rates that the targets of a year are compared with.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::super::View;
use super::super::figures::{self, LineFilter, Sums};
use super::holders::{Held, Holder, Holdings};
use super::source_subtree;
use crate::db::compliance::Target;
use crate::db::project_links::Link;
use crate::domain::capital::Authority;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::{Basis, Tally};
use crate::domain::scope::Scope;
use crate::error::Result;

/// The rate that each target is compared with, on its own day and basis: that of everything under
/// its unit, of its agency as investor or PMU, and of its source with those below it. Lines are
/// looked at once for each day and basis.
pub(super) fn of<'a>(
    view: &mut View<'_>,
    budget_year: i32,
    targets: &'a [Target],
) -> Result<Vec<(&'a Target, Option<Rate>)>> {
    let filter = LineFilter::of_year(budget_year, Scope::all(), view.today);
    let mut days: Vec<(NaiveDate, Basis)> = Vec::new();
    for target in targets {
        let day = (target.date, basis(target));
        if !days.contains(&day) {
            days.push(day);
        }
    }
    let mut rates = Vec::with_capacity(targets.len());
    for (date, basis_of_day) in days {
        let same_day = targets
            .iter()
            .filter(|target| (target.date, basis(target)) == (date, basis_of_day));
        let mut reaches = Vec::new();
        for target in same_day {
            reaches.push((Reach::of(view, target)?, Tally::default()));
        }
        let selection = figures::select(view, &filter, date, basis_of_day)?;
        for (planned, lines) in selection.projects() {
            let Some(link) = planned.project.link_on(date) else {
                continue;
            };
            for (line, progress) in lines {
                for (reach, tally) in &mut reaches {
                    if reach.counts(link, line.funding_source_id) {
                        tally.add(progress);
                    }
                }
            }
        }
        let holdings = match basis_of_day {
            Basis::Assigned => {
                let authority = Authority::PeoplesCouncil;
                Some(Holdings::load(view, budget_year, authority, date)?)
            }
            _ => None,
        };
        for (reach, tally) in reaches {
            let sums = Sums::from_tally(&tally)?;
            let rate = match &holdings {
                Some(holdings) => Rate::of(sums.disbursed, reach.assigned(holdings)?),
                None => sums.rate,
            };
            rates.push((reach.target, rate));
        }
    }
    Ok(rates)
}

/// What a target is set for: everything that is asked of it must hold.
struct Reach<'a> {
    target: &'a Target,
    units: Option<HashSet<i64>>,
    sources: Option<HashSet<i64>>,
}

impl<'a> Reach<'a> {
    fn of(view: &mut View<'_>, target: &'a Target) -> Result<Self> {
        let (book, tree) = (view.book()?, view.tree()?);
        let parents = &book.reference.source_parents;
        let sources = target.funding_source_id;
        Ok(Reach {
            target,
            units: target
                .unit_id
                .map(|unit| tree.subtree_on(unit, target.date)),
            sources: sources.map(|source| source_subtree(parents, source)),
        })
    }

    fn has_source(&self, source: i64) -> bool {
        let sources = self.sources.as_ref();
        sources.is_none_or(|sources| sources.contains(&source))
    }

    fn has_unit(&self, unit: Option<i64>) -> bool {
        let units = self.units.as_ref();
        units.is_none_or(|units| unit.is_some_and(|unit| units.contains(&unit)))
    }

    fn counts(&self, link: &Link, source: i64) -> bool {
        self.has_unit(Some(link.managing_unit_id))
            && self
                .target
                .agency_id
                .is_none_or(|agency| link.investor_id == agency || link.pmu_id == Some(agency))
            && self.has_source(source)
    }

    /// Capital assigned within it.
    fn assigned(&self, holdings: &Holdings) -> Result<Money> {
        let mut kept: HashMap<Holder, Held> = HashMap::new();
        for (holder, source, held) in holdings.iter() {
            let agency = self.target.agency_id;
            let of_agency = agency.is_none_or(|agency| holder == Holder::Agency(agency));
            if self.has_unit(holdings.unit_of(holder)) && of_agency && self.has_source(source) {
                let sum = kept.entry(holder).or_default();
                sum.assigned += held.assigned;
                sum.onward += held.onward;
            }
        }
        let sum = kept.values().map(|held| held.kept()).sum();
        Money::exact(sum).ok_or_else(figures::too_large)
    }
}

fn basis(target: &Target) -> Basis {
    Basis::parse(&target.basis).unwrap_or_default()
}
