//! From the codes in a file to records: codes exactly, names by folded text, and a suggestion for what
//! is neither.

use std::collections::HashMap;

use crate::db;
use crate::domain::imports::{Cell, Kind, List};
use crate::domain::text::fold;
use crate::error::{Code, Fault, HINT, Result, Shown};
use crate::service::View;
use crate::service::shared::Named;

/// Edits by which a code may be mistyped and still be suggested.
const EDITS: usize = 2;
/// Records that a suggestion is looked for in at most.
const LOOKED_AT: usize = 100_000;

/// Records by code and by name.
#[derive(Default)]
struct Book {
    by_code: HashMap<String, i64>,
    by_name: HashMap<String, Vec<i64>>,
    records: Vec<(i64, String, String)>,
}

impl Book {
    fn new(records: Vec<(i64, String, String)>) -> Self {
        let mut book = Book::default();
        for (id, code, name) in &records {
            book.by_code.insert(code.clone(), *id);
            book.by_name.entry(fold(name)).or_default().push(*id);
        }
        book.records = records;
        book
    }

    fn code_of(&self, id: i64) -> &str {
        self.records
            .iter()
            .find(|(known, ..)| *known == id)
            .map_or("", |(_, code, _)| code)
    }

    /// The record that was most likely meant.
    fn nearest(&self, text: &str) -> Option<&(i64, String, String)> {
        let wanted = fold(text);
        let names_it = |name: &str| wanted.chars().count() >= 4 && fold(name).contains(&wanted);
        let close = |code: &str| edits(&fold(code), &wanted);
        let looked_at = || self.records.iter().take(LOOKED_AT);
        looked_at()
            .map(|record| (close(&record.1), record))
            .filter(|(edits, record)| *edits <= EDITS && *edits < record.1.chars().count())
            .min_by_key(|(edits, _)| *edits)
            .map(|(_, record)| record)
            .or_else(|| looked_at().find(|(_, _, name)| names_it(name)))
    }
}

/// How many characters must be changed, added or left out between two texts.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > EDITS {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// What a text means.
pub enum Found {
    /// The code of this record.
    Exactly(i64),
    /// The name of this record alone; its code.
    ByName(i64, String),
    /// Nothing.
    Nothing(Fault),
}

/// The records that the columns of a kind refer to.
pub struct References {
    books: HashMap<List, Book>,
}

/// The codes and names that a column may hold, for the lists of a template.
pub fn codes(view: &mut View<'_>, list: List) -> Result<Vec<(String, String)>> {
    let records = records(view, list)?;
    Ok(records
        .into_iter()
        .map(|(_, code, name)| (code, name))
        .collect())
}

fn records(view: &mut View<'_>, list: List) -> Result<Vec<(i64, String, String)>> {
    let (scope, today) = (view.readable()?, view.today);
    let table = match list {
        List::Projects => Named::Projects,
        List::Sources => Named::Sources,
        List::Agencies => Named::Agencies,
        // A unit's code may have been another's before a reform.
        List::Units => {
            let tree = view.tree()?;
            let valid = tree.units().filter(|unit| unit.valid_on(today));
            let mut units: Vec<_> = valid
                .map(|unit| (unit.id, unit.code.clone(), unit.name.clone()))
                .collect();
            units.sort_by(|a, b| a.1.cmp(&b.1));
            return Ok(units);
        }
    };
    db::names::all(view.conn, table, &scope, today)
}

impl References {
    /// Reads what the kind needs.
    pub fn load(view: &mut View<'_>, kind: Kind) -> Result<Self> {
        let mut books = HashMap::new();
        for column in kind.columns() {
            if let Cell::Code(list) | Cell::Codes(list) = column.cell
                && !books.contains_key(&list)
            {
                books.insert(list, Book::new(records(view, list)?));
            }
        }
        Ok(References { books })
    }

    /// The record that a text means; `at` is where a fault points to.
    pub fn find(&self, list: List, text: &str, at: &str) -> Found {
        let Some(book) = self.books.get(&list) else {
            return Found::Nothing(Fault::at(at, Code::NotFound));
        };
        if let Some(id) = book.by_code.get(text) {
            return Found::Exactly(*id);
        }
        if let Some([id]) = book.by_name.get(&fold(text)).map(Vec::as_slice) {
            return Found::ByName(*id, book.code_of(*id).to_owned());
        }
        let fault = match list {
            List::Projects => Fault::at(at, Code::NotFound),
            _ => {
                let why = ("không có mã này", "there is no such code");
                Fault::at(at, Code::Invalid).with("why", why)
            }
        };
        Found::Nothing(match book.nearest(text) {
            Some((_, code, name)) => {
                let vi = format!("Có phải là {code} ({name})?");
                let en = format!("Is it {code} ({name})?");
                fault.with(HINT, Shown::both(vi, en))
            }
            None => fault,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        Book::new(vec![
            (1, "06661".into(), "Phường Hồng Hải".into()),
            (2, "06664".into(), "Phường Bạch Đằng".into()),
        ])
    }

    fn nearest(text: &str) -> Option<i64> {
        book().nearest(text).map(|record| record.0)
    }

    #[test]
    fn what_was_meant_is_suggested() {
        // A leading zero that a spreadsheet dropped, a slip of the finger, a part of the name.
        assert_eq!(nearest("6661"), Some(1));
        assert_eq!(nearest("O6664"), Some(2));
        assert_eq!(nearest("bach dang"), Some(2));
        assert_eq!(nearest("19300"), None);
        assert_eq!(nearest("x"), None);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(
            (edits("abc", "abc"), edits("abc", "acb"), edits("abc", "ab")),
            (0, 2, 1)
        );
    }
}
