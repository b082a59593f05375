//! What can be asked of a report on its page.

use super::super::choices::{Choices, with_empty};
use super::super::layout::Layout;
use crate::domain::capital::Authority;
use crate::service::reports::progress::GroupBy;
use crate::service::reports::wanted::ReportName;

/// Whether the report can be measured against assigned capital.
pub(super) fn takes_assigned(name: ReportName, by: Option<GroupBy>) -> bool {
    use GroupBy::{Investor, Source, Unit};
    match name {
        ReportName::Progress => by.is_none_or(|by| matches!(by, Unit | Source | Investor)),
        ReportName::Ranking => true,
        _ => false,
    }
}

/// Whether the report can be narrowed to a source. Orders, promises and alerts know none.
pub(super) fn takes_source(name: ReportName) -> bool {
    use ReportName::{AlertQuality, Compliance, Promises};
    !matches!(name, AlertQuality | Compliance | Promises)
}

/// What the rows are unless asked otherwise.
pub(super) fn group_by(name: ReportName, asked: Option<GroupBy>) -> &'static str {
    match (asked, name) {
        (Some(by), _) => by.as_str(),
        (None, ReportName::AlertQuality) => "",
        (None, ReportName::Promises) => GroupBy::Leader.as_str(),
        (None, _) => GroupBy::Unit.as_str(),
    }
}

/// What the rows can be.
pub(super) fn groupings(name: ReportName, l: &Layout) -> Choices {
    let t = &l.t.reports;
    let label = |by| match by {
        GroupBy::Unit => t.by_unit,
        GroupBy::Investor => t.by_investor,
        GroupBy::Source => t.by_source,
        GroupBy::Sector => t.by_sector,
        GroupBy::Status => t.by_status,
        GroupBy::Leader => t.by_leader,
    };
    let these: &[GroupBy] = match name {
        ReportName::Progress => GroupBy::ALL,
        ReportName::Ranking => &[GroupBy::Unit, GroupBy::Investor],
        ReportName::Promises => &[GroupBy::Leader, GroupBy::Unit],
        ReportName::AlertQuality => &[GroupBy::Unit],
        _ => &[],
    };
    let these = these.iter();
    let these = these.map(|by| (by.as_str().to_owned(), label(*by).to_owned()));
    match name {
        ReportName::AlertQuality => with_empty(t.by_rule, these),
        _ => these.collect(),
    }
}

/// Who assigns capital.
pub(super) fn authorities(l: &Layout) -> Choices {
    let t = &l.t.reports;
    [
        (Authority::PeoplesCouncil, t.peoples_council),
        (Authority::PeoplesCommittee, t.peoples_committee),
        (Authority::PrimeMinister, t.prime_minister),
    ]
    .into_iter()
    .map(|(authority, label)| (authority.as_str().to_owned(), label.to_owned()))
    .collect()
}
