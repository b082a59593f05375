//! What a column of a file is.

use crate::domain::text::fold;

/// Lists of records that a code is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// Projects.
    Projects,
    /// Funding sources.
    Sources,
    /// Administrative units.
    Units,
    /// Agencies.
    Agencies,
}

/// A word that a column takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The name on the wire.
    pub code: &'static str,
    /// In Vietnamese, as the template's list has it.
    pub vi: &'static str,
    /// In English.
    pub en: &'static str,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// The code of a record.
    Code(List),
    /// Codes of records, separated by commas or semicolons.
    Codes(List),
    /// A line of text of at most so many characters.
    Text(usize),
    /// Text of several lines.
    Note,
    /// A word of a list.
    Choice(&'static [Choice]),
    /// A year.
    Year,
    /// An amount, never negative.
    Amount,
    /// An amount that may be negative.
    SignedAmount,
    /// A day.
    Date,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in faults.
    pub key: &'static str,
    /// Its heading in Vietnamese, as the template has it.
    pub vi: &'static str,
    /// Its heading in English.
    pub en: &'static str,
    /// Other headings that it is known by.
    pub also: &'static [&'static str],
    /// What its cells hold.
    pub cell: Cell,
    /// Whether every row needs it.
    pub required: bool,
    /// What the template's example row holds; days as YYYY-MM-DD.
    pub example: &'static str,
    /// What to write, for the template: Vietnamese, English.
    pub hint: (&'static str, &'static str),
}

/// The code in the template's example row; it belongs to no record.
pub const EXAMPLE_CODE: &str = "VÍ DỤ";

impl Column {
    /// Every heading that means this column.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [self.key, self.vi, self.en]
            .into_iter()
            .chain(self.also.iter().copied())
    }

    /// The wire name of a word of its list, whatever its case and marks.
    pub fn choice(&self, word: &str) -> Option<&'static str> {
        let Cell::Choice(choices) = self.cell else {
            return None;
        };
        let word = fold(word);
        choices
            .iter()
            .find(|choice| {
                [choice.code, choice.vi, choice.en]
                    .iter()
                    .any(|known| fold(known) == word)
            })
            .map(|choice| choice.code)
    }
}

/// A word that a column takes.
pub(super) const fn choice(code: &'static str, vi: &'static str, en: &'static str) -> Choice {
    Choice { code, vi, en }
}

/// A column that is known by no other heading, without a hint.
pub(super) const fn column(
    key: &'static str,
    (vi, en): (&'static str, &'static str),
    cell: Cell,
    required: bool,
    example: &'static str,
) -> Column {
    Column {
        key,
        vi,
        en,
        also: &[],
        cell,
        required,
        example,
        hint: ("", ""),
    }
}

impl Column {
    /// Known by other headings as well.
    pub(super) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }

    /// With a hint.
    pub(super) const fn hint(mut self, vi: &'static str, en: &'static str) -> Self {
        self.hint = (vi, en);
        self
    }
}
