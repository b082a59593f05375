//! What can be asked of a report, whoever asks: the API, a page, a workbook, the command line.

use chrono::NaiveDate;

use super::Asked;
use super::progress::{GroupBy, Grouping};
use crate::domain::capital::Authority;
use crate::domain::text_enum::text_enum;
use crate::domain::units::Level;

text_enum! {
    /// The reports.
    ReportName {
        /// Progress by unit, source, investor, sector, status or leader.
        Progress = "progress",
        /// Progress project by project, under source and sector.
        Projects = "projects",
        /// Units or investors by rate.
        Ranking = "ranking",
        /// Planned and actual payment month by month.
        SCurve = "s-curve",
        /// Assigned capital and what is allocated of it.
        Allocation = "allocation",
        /// Advances not yet recovered.
        Advances = "advances",
        /// What is late, with leaders and obstacles.
        LateItems = "late-items",
        /// How plans changed, with the decisions.
        PlanChanges = "plan-changes",
        /// Every payment.
        Payments = "payments",
        /// The orders of the yearly directive.
        Compliance = "compliance",
    }
}

/// What is wanted of a report. A report looks at what it knows.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Year, day, basis, unit, source.
    pub asked: Asked,
    /// What the rows are.
    pub group_by: Option<GroupBy>,
    /// Units of this level instead of direct children.
    pub level: Option<Level>,
    /// Whose assignments; the People's Council's when not given.
    pub authority: Option<Authority>,
    /// Only this project.
    pub project_id: Option<i64>,
    /// The first day that counts.
    pub from: Option<NaiveDate>,
}

impl Wanted {
    /// Nothing but what every report is asked.
    pub fn new(asked: Asked) -> Self {
        Wanted {
            asked,
            group_by: None,
            level: None,
            authority: None,
            project_id: None,
            from: None,
        }
    }

    /// How to group; by unit unless asked otherwise.
    pub fn grouping(&self) -> Grouping {
        Grouping {
            by: self.group_by.unwrap_or(GroupBy::Unit),
            level: self.level,
            authority: self.authority(),
        }
    }

    /// Whose assignments.
    pub fn authority(&self) -> Authority {
        self.authority.unwrap_or(Authority::PeoplesCouncil)
    }
}
