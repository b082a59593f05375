//! A report as a table: the one form that a workbook and a page are both made of, so that they
//! cannot differ.

use chrono::NaiveDate;

use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::service::page::After;
use crate::service::reports::explain::Part;
use crate::service::reports::reallocation::TransferBody;

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
    /// Sentences.
    Long,
    /// The name that the row is about; it stays in sight.
    Name,
    /// An amount, to the million.
    Money,
    /// An amount as a document names it, to the đồng.
    Exact,
    /// A rate.
    Rate,
    /// An average, with two decimals.
    Average,
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
    /// An average, held as a rate is: in hundredths.
    Average(Rate),
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

/// How far down the hierarchy a row stands, the highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// What it is about, if a page can lead there.
    pub about: Option<About>,
    /// What its rate counts, if a page can explain it.
    pub part: Option<Part>,
}

/// What a row is about.
#[derive(Clone, Debug)]
pub enum About {
    /// A project, by its id.
    Project(i64),
    /// A transfer that is possible.
    Transfer(Box<TransferBody>),
}

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

/// A page of a table's rows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The table with these rows alone.
    pub table: Table,
    /// The number of the first of them, from 1 on.
    pub first: usize,
    /// The number of the last of them.
    pub last: usize,
    /// How many rows there are in all, the total left out.
    pub all: usize,
    /// Where the next page begins, if there is one.
    pub next: Option<After>,
}

impl Table {
    /// The rows after the first `skip`, at most so many. The total and the headings that the page
    /// lies under stand above them.
    pub fn page(mut self, skip: usize, most: usize) -> Shown {
        let (totals, rows): (Vec<Row>, Vec<Row>) = std::mem::take(&mut self.rows)
            .into_iter()
            .partition(|row| row.level == Level::Total);
        let all = rows.len();
        let (before, after) = rows.split_at(skip.min(all));
        let (shown, rest) = after.split_at(most.min(after.len()));
        let mut above = Vec::new();
        let mut within = shown.first().map(|row| row.level);
        for row in before.iter().rev() {
            if within.is_some_and(|level| row.level < level) {
                within = Some(row.level);
                above.push(row.clone());
            }
        }
        above.reverse();
        let next = (!rest.is_empty()).then(|| After {
            key: String::new(),
            id: i64::try_from(all - rest.len()).unwrap_or(i64::MAX),
        });
        let shown = shown.iter().cloned();
        self.rows = totals.into_iter().chain(above).chain(shown).collect();
        Shown {
            table: self,
            first: skip.saturating_add(1),
            last: all - rest.len(),
            all,
            next,
        }
    }
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

    fn table(levels: &[Level]) -> Table {
        let rows = levels.iter().zip(0_i64..).map(|(level, number)| Row {
            level: *level,
            cells: vec![number.into()],
            about: None,
            part: None,
        });
        Table {
            head: Head {
                name: "test",
                tab: String::new(),
                unit: String::new(),
                title: String::new(),
                context: String::new(),
                columns: Vec::new(),
            },
            rows: rows.collect(),
            notes: Vec::new(),
        }
    }

    #[test]
    fn a_page_stands_under_the_headings_that_it_lies_in() {
        use Level::{Group, Item, Section, Total};
        let levels = [
            Total, Section, Group, Item, Item, Item, Group, Item, Section, Group, Item,
        ];
        let shown = |skip, most| {
            let shown = table(&levels).page(skip, most);
            let cells = shown.table.rows.iter().map(|row| row.cells[0].clone());
            let numbers: Vec<i64> = cells
                .map(|cell| match cell {
                    Cell::Count(number) => number,
                    _ => panic!("{cell:?}"),
                })
                .collect();
            (numbers, shown.next.map(|after| after.id))
        };
        assert_eq!(shown(0, 4), (vec![0, 1, 2, 3, 4], Some(4)));
        assert_eq!(shown(4, 2), (vec![0, 1, 2, 5, 6], Some(6)));
        assert_eq!(shown(5, 2), (vec![0, 1, 6, 7], Some(7)));
        assert_eq!(shown(6, 1), (vec![0, 1, 6, 7], Some(7)));
        assert_eq!(shown(7, 9), (vec![0, 8, 9, 10], None));
        assert_eq!(shown(99, 9), (vec![0], None));
    }

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
