//! The columns of a report: one definition gives the headings, the cells of every row, and the
//! totals.

use super::table::{About, Cell, Column, Kind, Level, Row, Words, say};
use crate::domain::locale::Locale;
use crate::domain::money::Rate;
use crate::service::reports::explain::Part;

/// What is taken of a row.
type Of<'a, R, T> = Box<dyn Fn(&R) -> T + 'a>;

/// A column with what stands in it.
struct Defined<'a, R> {
    column: Column,
    cell: Of<'a, R, Cell>,
    total: Cell,
}

/// The columns of a report, each said once: its heading, its cells, and its total. `R` is what a
/// row is made of.
pub struct Columns<'a, R> {
    locale: Locale,
    group: Option<String>,
    list: Vec<Defined<'a, R>>,
    about: Of<'a, R, Option<About>>,
    part: Option<Of<'a, R, Option<Part>>>,
}

/// "Total" in the first row.
pub const TOTAL: Words = ("TỔNG CỘNG", "TOTAL");

impl<'a, R> Columns<'a, R> {
    /// None yet.
    pub fn new(locale: Locale) -> Self {
        Columns {
            locale,
            group: None,
            list: Vec::new(),
            about: Box::new(|_| None),
            part: None,
        }
    }

    /// The numbers of the rows.
    pub fn numbered(locale: Locale) -> Self {
        Columns::new(locale).add(Kind::Number, ("TT", "No."), |_| Cell::Empty)
    }

    /// Adds a column.
    pub fn add<C: Into<Cell>>(
        mut self,
        kind: Kind,
        heading: Words,
        cell: impl Fn(&R) -> C + 'a,
    ) -> Self {
        self.list.push(Defined {
            column: Column {
                group: self.group.clone(),
                heading: say(self.locale, heading).to_owned(),
                kind,
            },
            cell: Box::new(move |row| cell(row).into()),
            total: match kind {
                Kind::Name => say(self.locale, TOTAL).into(),
                _ => Cell::Empty,
            },
        });
        self
    }

    /// Adds a column of text that the row holds.
    pub fn text(self, kind: Kind, heading: Words, cell: impl Fn(&R) -> &str + 'a) -> Self {
        self.add(kind, heading, move |row| Cell::from(cell(row)))
    }

    /// Adds a column of averages.
    pub fn average(self, heading: Words, cell: impl Fn(&R) -> Option<Rate> + 'a) -> Self {
        self.add(Kind::Average, heading, move |row| {
            cell(row).map(Cell::Average)
        })
    }

    /// What stands in the total of the column added last.
    pub fn total(mut self, total: impl Into<Cell>) -> Self {
        if let Some(last) = self.list.last_mut() {
            last.total = total.into();
        }
        self
    }

    /// Adds several columns under a common heading.
    pub fn group(mut self, heading: Words, columns: impl FnOnce(Self) -> Self) -> Self {
        self.group = Some(say(self.locale, heading).to_owned());
        let mut this = columns(self);
        this.group = None;
        this
    }

    /// What a row is about.
    pub fn about(mut self, about: impl Fn(&R) -> Option<About> + 'a) -> Self {
        self.about = Box::new(about);
        self
    }

    /// What the rate of a row counts. The total counts everything.
    pub fn explained(mut self, part: impl Fn(&R) -> Option<Part> + 'a) -> Self {
        self.part = Some(Box::new(part));
        self
    }

    /// The columns without their cells.
    pub fn heads(&self) -> Vec<Column> {
        let columns = self.list.iter().map(|defined| &defined.column);
        columns.cloned().collect()
    }

    /// A row with its number: I, 1, a.
    pub fn row(&self, level: Level, number: impl Into<Cell>, row: &R) -> Row {
        let mut number = Some(number.into());
        let cells = self.list.iter().map(|defined| match defined.column.kind {
            Kind::Number => number.take().unwrap_or(Cell::Empty),
            _ => (defined.cell)(row),
        });
        Row {
            level,
            cells: cells.collect(),
            about: (self.about)(row),
            part: self.part.as_ref().and_then(|part| part(row)),
        }
    }

    fn has_totals(&self) -> bool {
        let mut others = self.list.iter().filter(|one| one.column.kind != Kind::Name);
        others.any(|one| one.total != Cell::Empty)
    }

    /// The row of totals.
    pub fn total_row(&self) -> Row {
        Row {
            level: Level::Total,
            cells: self.list.iter().map(|one| one.total.clone()).collect(),
            about: None,
            part: self.part.as_ref().map(|_| Part::default()),
        }
    }

    /// A flat list, numbered; the totals come first where there are any.
    pub fn list<'r>(&self, rows: impl IntoIterator<Item = &'r R>) -> Vec<Row>
    where
        R: 'r,
    {
        let items = (1_usize..).zip(rows);
        let items = items.map(|(number, row)| self.row(Level::Item, number.to_string(), row));
        let total = self.has_totals().then(|| self.total_row());
        total.into_iter().chain(items).collect()
    }
}
