//! What can be brought in from Excel or CSV: the kinds of file, their columns, and a row as read
//! (api.md, Imports). Template, reader and rules all read the same definition.

mod columns;
pub mod matching;
mod tables;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::money::Money;
use super::permission::Permission;
use super::text_enum::text_enum;

pub use columns::{Cell, Choice, Column, EXAMPLE_CODE, List};

text_enum! {
    /// The kinds of file.
    Kind {
        /// Projects.
        Projects = "projects",
        /// Plan decisions.
        PlanEntries = "plan_entries",
        /// Disbursement schedules, a month a column.
        Schedules = "schedules",
        /// Treasury payments.
        Disbursements = "disbursements",
        /// What the State Treasury says it has paid.
        TreasuryStatement = "treasury_statement",
    }
}

impl Kind {
    /// What its rows need, as the calls for one record do.
    pub fn permission(self) -> Permission {
        match self {
            Kind::Projects => Permission::EditProjects,
            Kind::PlanEntries => Permission::EditPlans,
            Kind::Schedules => Permission::SubmitSchedules,
            Kind::Disbursements | Kind::TreasuryStatement => Permission::LogDisbursements,
        }
    }

    /// Its name for people: Vietnamese, English.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::Projects => ("Dự án", "Projects"),
            Kind::PlanEntries => ("Quyết định giao kế hoạch vốn", "Plan decisions"),
            Kind::Schedules => ("Kế hoạch giải ngân chi tiết", "Disbursement schedules"),
            Kind::Disbursements => ("Giải ngân", "Payments"),
            Kind::TreasuryStatement => ("Sao kê Kho bạc", "Treasury statement"),
        }
    }

    /// Its columns, in the order of the template.
    pub fn columns(self) -> &'static [Column] {
        tables::of(self)
    }

    /// The place of a column among [`Kind::columns`].
    pub fn place(self, key: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.key == key)
    }
}

/// A cell as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// Text, a code, or the wire name of a choice.
    #[serde(rename = "t")]
    Text(String),
    /// A year.
    #[serde(rename = "y")]
    Year(i32),
    /// An amount, đồng.
    #[serde(rename = "m")]
    Money(Money),
    /// A day.
    #[serde(rename = "d")]
    Date(NaiveDate),
}

/// A row as read: one value for each column of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The sheet it stands in, counted among those of the file.
    pub sheet: usize,
    /// The number that the person sees in Excel.
    pub row: u32,
    /// The values, in the order of [`Kind::columns`].
    pub cells: Vec<Option<Value>>,
    /// Some cell could not be read, so that the rules cannot be tried on the row.
    #[serde(default)]
    pub broken: bool,
}

impl Row {
    fn cell(&self, kind: Kind, key: &str) -> Option<&Value> {
        self.cells.get(kind.place(key)?)?.as_ref()
    }

    /// The text of a column.
    pub fn text(&self, kind: Kind, key: &str) -> Option<&str> {
        match self.cell(kind, key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The year in a column.
    pub fn year(&self, kind: Kind, key: &str) -> Option<i32> {
        match self.cell(kind, key)? {
            Value::Year(year) => Some(*year),
            _ => None,
        }
    }

    /// The amount in a column, đồng.
    pub fn money(&self, kind: Kind, key: &str) -> Option<Money> {
        match self.cell(kind, key)? {
            Value::Money(money) => Some(*money),
            _ => None,
        }
    }

    /// The day in a column.
    pub fn date(&self, kind: Kind, key: &str) -> Option<NaiveDate> {
        match self.cell(kind, key)? {
            Value::Date(day) => Some(*day),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::text::fold;

    #[test]
    fn headings_of_a_kind_name_one_column_each() {
        for kind in Kind::ALL {
            let mut seen = HashSet::new();
            for column in kind.columns() {
                let names: HashSet<String> = column.names().map(fold).collect();
                for name in names {
                    assert!(
                        seen.insert(name.clone()),
                        "{kind:?}: {name} names two columns"
                    );
                }
            }
        }
    }

    #[test]
    fn words_of_a_choice_mean_one_value() {
        for column in Kind::ALL.iter().flat_map(|kind| kind.columns()) {
            let Cell::Choice(choices) = column.cell else {
                continue;
            };
            for choice in choices {
                for word in [choice.code, choice.vi, choice.en] {
                    assert_eq!(column.choice(word), Some(choice.code), "{}", column.key);
                }
            }
        }
    }
}
