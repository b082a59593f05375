//! What can be asked of a report, whoever asks: the API, a page, a workbook, the command line.

use chrono::NaiveDate;

use super::Asked;
use super::alert_quality::{QualityGroup, WITHIN_DAYS};
use super::progress::{GroupBy, Grouping};
use super::promises::PromiseGroup;
use crate::domain::capital::Authority;
use crate::domain::text_enum::{TextEnum, text_enum};
use crate::domain::units::Level;
use crate::error::{Code, Fault, Result};

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
        /// Transfers that are possible, with who gives and who takes.
        Reallocation = "reallocation",
        /// Promises on alerts, and how many are kept.
        Promises = "promises",
        /// What came of alerts.
        AlertQuality = "alert-quality",
    }
}

impl ReportName {
    /// Whether its figures depend on the basis.
    pub fn has_basis(self) -> bool {
        use ReportName::{AlertQuality, Allocation, Compliance, Promises, Reallocation};
        !matches!(
            self,
            AlertQuality | Allocation | Compliance | Promises | Reallocation
        )
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
    /// Within how many days an alert has to be acted on.
    pub within_days: Option<i32>,
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
            within_days: None,
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

    /// How to group promises; by leader unless asked otherwise.
    pub fn promise_group(&self) -> Result<PromiseGroup> {
        self.group_or(PromiseGroup::Leader)
    }

    /// How to group alerts; by rule unless asked otherwise.
    pub fn quality_group(&self) -> Result<QualityGroup> {
        self.group_or(QualityGroup::Rule)
    }

    fn group_or<T: TextEnum>(&self, usual: T) -> Result<T> {
        let asked = self.group_by.map(|by| T::parse(by.as_str()));
        asked.unwrap_or(Some(usual)).ok_or_else(|| {
            let fault = Fault::at("/group_by", Code::Invalid);
            fault.with("why", T::NAMES.join(", ")).into()
        })
    }

    /// Within how many days an alert has to be acted on.
    pub fn within_days(&self) -> i32 {
        self.within_days.unwrap_or(WITHIN_DAYS)
    }

    /// Whose assignments.
    pub fn authority(&self) -> Authority {
        self.authority.unwrap_or(Authority::PeoplesCouncil)
    }
}
