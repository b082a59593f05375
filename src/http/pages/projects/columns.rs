//! The columns of the list, chosen by the reader.

use super::super::layout::Layout;
use crate::domain::text_enum::text_enum;

text_enum! {
    /// A column.
    Column {
        /// Code.
        Code = "code",
        /// Investor.
        Investor = "investor",
        /// Managing unit.
        Unit = "unit",
        /// Responsible leader.
        Leader = "leader",
        /// Group.
        Group = "group",
        /// Sector.
        Sector = "sector",
        /// State.
        Status = "status",
        /// Total investment.
        Total = "total",
        /// Plan.
        Plan = "plan",
        /// Disbursed.
        Disbursed = "disbursed",
        /// Rate.
        Rate = "rate",
        /// Amount late.
        LateAmount = "late_amount",
        /// Days late.
        DaysLate = "days_late",
    }
}

const USUAL: [Column; 6] = [
    Column::Investor,
    Column::Leader,
    Column::Plan,
    Column::Disbursed,
    Column::Rate,
    Column::DaysLate,
];

/// The columns asked for, in their order; the usual ones when none are.
pub fn chosen(asked: &[Column]) -> Vec<Column> {
    let wanted = if asked.is_empty() { &USUAL } else { asked };
    let all = Column::ALL.iter().copied();
    all.filter(|column| wanted.contains(column)).collect()
}

impl Column {
    /// Its heading.
    pub fn label(self, l: &Layout) -> &'static str {
        let (c, p) = (&l.t.common, &l.t.projects);
        match self {
            Column::Code => c.code,
            Column::Investor => c.investor,
            Column::Unit => c.managing_unit,
            Column::Leader => c.leader,
            Column::Group => p.group,
            Column::Sector => p.sector,
            Column::Status => p.status,
            Column::Total => p.total_investment,
            Column::Plan => c.plan,
            Column::Disbursed => c.disbursed,
            Column::Rate => c.rate,
            Column::LateAmount => c.late_amount,
            Column::DaysLate => c.days_late,
        }
    }

    /// Whether it holds numbers.
    pub fn is_number(self) -> bool {
        use Column::{DaysLate, Disbursed, LateAmount, Plan, Total};
        matches!(self, Total | Plan | Disbursed | LateAmount | DaysLate)
    }
}
