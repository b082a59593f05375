//! A report as a table: the one form that a workbook and a page are both made of, so that they
//! cannot differ.

use chrono::NaiveDate;

use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};

/// A text in both languages: Vietnamese, English.
pub type Words = (&'static str, &'static str);

/// The text in the reader's language.
pub fn say(locale: Locale, (vi, en): Words) -> &'static str {
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}

/// What a column holds, and so how it is aligned, formatted and how wide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The number of a row: I, 1, a.
    Number,
    /// A code or a short text.
    Short,
    /// Text that wraps.
    Text,
    /// The name that the row is about; it stays in sight.
    Name,
    /// An amount, to the million.
    Money,
    /// An amount as a document names it, to the đồng.
    Exact,
    /// A rate.
    Rate,
    /// A whole number.
    Count,
    /// A day.
    Date,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// What several columns have in common, above their own headings.
    pub group: Option<String>,
    /// Its heading.
    pub heading: String,
    /// What it holds.
    pub kind: Kind,
}

/// Columns under one language.
pub struct Columns {
    locale: Locale,
    list: Vec<Column>,
}

impl Columns {
    /// None yet.
    pub fn new(locale: Locale) -> Self {
        Columns {
            locale,
            list: Vec::new(),
        }
    }

    /// Adds one.
    pub fn add(mut self, kind: Kind, heading: Words) -> Self {
        self.list.push(Column {
            group: None,
            heading: say(self.locale, heading).to_owned(),
            kind,
        });
        self
    }

    /// Adds several of one kind under a common heading.
    pub fn group(mut self, kind: Kind, group: Words, headings: &[Words]) -> Self {
        for heading in headings {
            self.list.push(Column {
                group: Some(say(self.locale, group).to_owned()),
                heading: say(self.locale, *heading).to_owned(),
                kind,
            });
        }
        self
    }

    /// The columns.
    pub fn done(self) -> Vec<Column> {
        self.list
    }
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text.
    Text(String),
    /// An amount.
    Money(Money),
    /// A rate.
    Rate(Rate),
    /// A whole number.
    Count(i64),
    /// A day.
    Date(NaiveDate),
}

macro_rules! cells {
    ($($type:ty => $make:expr),* $(,)?) => {
        $(impl From<$type> for Cell {
            fn from(value: $type) -> Cell { $make(value) }
        })*
    };
}

cells! {
    String => Cell::Text,
    &str => |text: &str| Cell::Text(text.to_owned()),
    &String => |text: &String| Cell::Text(text.clone()),
    Money => Cell::Money,
    Rate => Cell::Rate,
    NaiveDate => Cell::Date,
    i64 => Cell::Count,
    i32 => |number| Cell::Count(i64::from(number)),
    usize => |number| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX)),
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// How far down the hierarchy a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All together; the first row.
    Total,
    /// I, II, …
    Section,
    /// 1, 2, …
    Group,
    /// a, b, … or the rows of a flat list.
    Item,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its place in the hierarchy.
    pub level: Level,
    /// A cell for each column.
    pub cells: Vec<Cell>,
}

/// Makes a row: `row!(Level::Item, a, b, c)`.
macro_rules! row {
    ($level:expr $(, $cell:expr)* $(,)?) => {
        $crate::sheets::workbook::table::Row {
            level: $level,
            cells: vec![$($crate::sheets::workbook::table::Cell::from($cell)),*],
        }
    };
}
pub(crate) use row;

/// What stands above a table.
#[derive(Clone, Debug)]
pub struct Head {
    /// The name of the report, also of the file.
    pub name: &'static str,
    /// What the sheet is called: short, and unlike the others.
    pub tab: String,
    /// The unit that is reported on.
    pub unit: String,
    /// The title.
    pub title: String,
    /// Year, day, basis and whatever else was asked.
    pub context: String,
    /// The columns.
    pub columns: Vec<Column>,
}

impl Head {
    /// Whether any column holds money.
    pub fn has_money(&self) -> bool {
        let kinds = self.columns.iter().map(|column| column.kind);
        kinds
            .into_iter()
            .any(|kind| matches!(kind, Kind::Money | Kind::Exact))
    }

    /// Whether headings stand on two levels.
    pub fn has_groups(&self) -> bool {
        self.columns.iter().any(|column| column.group.is_some())
    }

    /// Runs of columns under one heading: the heading, if there is one, and how many columns.
    pub fn groups(&self) -> Vec<(Option<&str>, usize)> {
        let mut runs: Vec<(Option<&str>, usize)> = Vec::new();
        for column in &self.columns {
            let group = column.group.as_deref();
            match runs.last_mut() {
                Some((last, count)) if group.is_some() && *last == group => *count += 1,
                _ => runs.push((group, 1)),
            }
        }
        runs
    }
}

/// A report as a table.
#[derive(Clone, Debug)]
pub struct Table {
    /// What stands above it.
    pub head: Head,
    /// Its rows, the total first.
    pub rows: Vec<Row>,
    /// What stands below it.
    pub notes: Vec<String>,
}

/// I, II, III, … as provincial appendices number their sections.
pub fn roman(number: usize) -> String {
    const STEPS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut left = number;
    let mut text = String::new();
    for (value, digits) in STEPS {
        while left >= value {
            text.push_str(digits);
            left -= value;
        }
    }
    text
}

/// a, b, …, z, aa, ab, …
pub fn letters(number: usize) -> String {
    let mut left = number;
    let mut text = Vec::new();
    while left > 0 {
        left -= 1;
        let letter = u8::try_from(left % 26).unwrap_or_default();
        text.push(char::from(b'a' + letter));
        left /= 26;
    }
    text.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_as_in_appendices() {
        for (number, text) in [
            (1, "I"),
            (4, "IV"),
            (9, "IX"),
            (14, "XIV"),
            (40, "XL"),
            (99, "XCIX"),
        ] {
            assert_eq!(roman(number), text);
        }
        for (number, text) in [
            (1, "a"),
            (26, "z"),
            (27, "aa"),
            (52, "az"),
            (53, "ba"),
            (703, "aaa"),
        ] {
            assert_eq!(letters(number), text);
        }
    }
}
