//! The book: projects and the ledgers of their lines in memory, for readers.
//!
//! A dashboard needs the figures of every line, and lateness cannot be summed up front for every day
//! that somebody may ask for. So the lines of a budget year are read once, and the rules of
//! `domain::progress` are applied to them in memory. At every request [`Store::book`] asks the
//! database, in the snapshot of that request, what changed since the last one
//! (`db::changes`), and reads those projects again: no figure is ever older than the last answered
//! write. A transaction that writes reads its own book, which nobody else sees.

mod course;
mod day;
mod year;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use chrono::Datelike;

use crate::db::book::{self as rows, NAMED, Project};
use crate::db::changes::Changes;
use crate::db::{self, Conn};
use crate::domain::progress::Basis;
use crate::domain::units::UnitTree;
use crate::error::Result;

use super::shared::{PersonRef, Ref};
use super::{Ctx, read};

pub use crate::db::book::Reference;
pub use course::Course;
pub use day::{Day, Days};
pub use year::{Planned, Year};

/// Budget years kept; the one read first goes first. A forecast looks at five.
const YEARS: usize = 6;

/// Reads ahead what the first reader of the day will ask for.
pub fn warm(ctx: &Ctx) -> Result<()> {
    read(ctx, |view| {
        let today = view.today;
        view.day(today.year(), today, Basis::default())?;
        Ok(())
    })
}

fn named(names: &rows::Names, id: i64) -> Ref {
    let (code, name) = names.get(&id).cloned().unwrap_or_default();
    Ref { id, code, name }
}

/// A project as last read, and the number of the change that it holds.
#[derive(Clone, Debug)]
struct Known {
    project: Arc<Project>,
    number: i64,
}

/// Everything that is kept, as of some moment. Never changed: a newer one takes its place.
#[derive(Debug)]
pub struct Book {
    floor: AtomicI64,
    reference_number: i64,
    /// Names of what projects refer to.
    pub reference: Arc<Reference>,
    /// All units with their dated parents.
    pub tree: Arc<UnitTree>,
    projects: Vec<Known>,
    years: BTreeMap<i32, (u64, Arc<Year>)>,
}

impl Book {
    fn empty() -> Self {
        Book {
            floor: AtomicI64::new(0),
            reference_number: 0,
            reference: Arc::default(),
            tree: Arc::default(),
            projects: Vec::new(),
            years: BTreeMap::new(),
        }
    }

    /// What a connection holds now, for a transaction that may have written.
    pub fn fresh(conn: &mut Conn) -> Result<Self> {
        let changes = db::changes::since(conn, 0)?;
        Book::empty().renewed(conn, &changes)
    }

    /// All projects, by id.
    pub fn projects(&self) -> impl Iterator<Item = &Project> {
        self.projects.iter().map(|known| known.project.as_ref())
    }

    /// A unit as others refer to it.
    pub fn unit(&self, id: i64) -> Ref {
        let unit = self.tree.get(id);
        Ref {
            id,
            code: unit.map(|unit| unit.code.clone()).unwrap_or_default(),
            name: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        }
    }

    /// An agency as others refer to it.
    pub fn agency(&self, id: i64) -> Ref {
        named(&self.reference.agencies, id)
    }

    /// A funding source as others refer to it.
    pub fn source(&self, id: i64) -> Ref {
        named(&self.reference.sources, id)
    }

    /// A person as others refer to them.
    pub fn person(&self, id: i64) -> PersonRef {
        let full_name = self.reference.people.get(&id).cloned().unwrap_or_default();
        PersonRef { id, full_name }
    }

    /// A project by id.
    pub fn project(&self, id: i64) -> Option<&Arc<Project>> {
        let place = self
            .projects
            .binary_search_by_key(&id, |known| known.project.id);
        Some(&self.projects.get(place.ok()?)?.project)
    }

    /// A budget year, if it is kept.
    pub fn year(&self, year: i32) -> Option<&Arc<Year>> {
        self.years.get(&year).map(|(_, year)| year)
    }

    fn number(&self, id: i64) -> i64 {
        if id == db::changes::REFERENCE {
            return self.reference_number;
        }
        let place = self
            .projects
            .binary_search_by_key(&id, |known| known.project.id);
        place
            .ok()
            .and_then(|place| self.projects.get(place))
            .map_or(0, |known| known.number)
    }

    /// What a snapshot holds that this book may lack.
    fn unseen(&self, conn: &mut Conn) -> Result<Changes> {
        db::changes::since(conn, self.floor.load(Ordering::Acquire))
    }

    /// What this book lacks of the changes that a snapshot holds. Numbers only grow, so a snapshot
    /// older than the book finds nothing.
    fn lacking(&self, changes: &Changes) -> BTreeMap<i64, i64> {
        let numbers = changes.numbers.iter().copied();
        let lacking: BTreeMap<i64, i64> = numbers
            .filter(|(id, number)| self.number(*id) < *number)
            .collect();
        if lacking.is_empty() {
            self.floor.fetch_max(changes.floor, Ordering::AcqRel);
        }
        lacking
    }

    /// A newer book: what is lacking is read from the snapshot of the connection.
    fn renewed(&self, conn: &mut Conn, changes: &Changes) -> Result<Book> {
        let numbers = self.lacking(changes);
        let mut book = Book {
            floor: AtomicI64::new(changes.floor),
            reference_number: self.reference_number,
            reference: self.reference.clone(),
            tree: self.tree.clone(),
            projects: Vec::new(),
            years: BTreeMap::new(),
        };
        if let Some(number) = numbers.get(&db::changes::REFERENCE) {
            book.reference_number = *number;
            book.reference = Arc::new(rows::reference(conn)?);
            book.tree = Arc::new(db::units::tree(conn)?);
        }
        let ids: Vec<i64> = numbers.keys().copied().filter(|id| *id > 0).collect();
        let named = ids.len() <= NAMED;
        let found = match ids.is_empty() {
            true => Vec::new(),
            false => rows::projects(conn, named.then_some(ids.as_slice()))?,
        };
        let changed: HashSet<i64> = ids.iter().copied().collect();
        let anew: Vec<Arc<Project>> = found
            .into_iter()
            .filter(|project| changed.contains(&project.id))
            .map(Arc::new)
            .collect();
        let kept = self.projects.iter();
        book.projects = kept
            .filter(|known| !changed.contains(&known.project.id))
            .cloned()
            .chain(anew.iter().map(|project| Known {
                number: numbers.get(&project.id).copied().unwrap_or_default(),
                project: project.clone(),
            }))
            .collect();
        book.projects.sort_by_key(|known| known.project.id);
        let years: Vec<i32> = self.years.keys().copied().collect();
        let mut again = match anew.is_empty() || years.is_empty() {
            true => BTreeMap::new(),
            false => Year::read(conn, &years, &anew, named)?,
        };
        for (number, (used, year)) in &self.years {
            let year = match again.remove(number) {
                Some(anew) => Arc::new(year.with(&changed, anew)),
                None => year.clone(),
            };
            book.years.insert(*number, (*used, year));
        }
        Ok(book)
    }

    /// The same book with a year that it did not hold.
    fn with_year(&self, conn: &mut Conn, year: i32) -> Result<Book> {
        let seen = db::changes::since(conn, 0)?;
        let numbers: BTreeMap<i64, i64> = seen.numbers.into_iter().collect();
        let projects: Vec<_> = self
            .projects
            .iter()
            .map(|known| known.project.clone())
            .collect();
        let read = Arc::new(Year::read_one(conn, year, &projects, false)?);
        let turn = self.years.values().map(|(turn, _)| turn + 1).max();
        let mut years = self.years.clone();
        years.insert(year, (turn.unwrap_or_default(), read));
        if years.len() > YEARS {
            let oldest = years.iter().min_by_key(|(_, (turn, _))| *turn);
            if let Some(oldest) = oldest.map(|(year, _)| *year) {
                years.remove(&oldest);
            }
        }
        // Where this snapshot is older than the book, its lines must be read again.
        let projects = self.projects.iter().map(|known| Known {
            number: known
                .number
                .min(numbers.get(&known.project.id).copied().unwrap_or_default()),
            project: known.project.clone(),
        });
        Ok(Book {
            floor: AtomicI64::new(seen.floor.min(self.floor.load(Ordering::Acquire))),
            reference_number: self.reference_number,
            reference: self.reference.clone(),
            tree: self.tree.clone(),
            projects: projects.collect(),
            years,
        })
    }
}

/// The book that all readers of an instance share.
pub struct Store {
    current: RwLock<Arc<Book>>,
    /// One reader renews the book at a time; the others wait for what it finds.
    renewing: Mutex<()>,
    /// Figures of days asked for lately.
    pub days: Days,
}

impl Default for Store {
    fn default() -> Self {
        Store {
            current: RwLock::new(Arc::new(Book::empty())),
            renewing: Mutex::new(()),
            days: Days::default(),
        }
    }
}

impl Store {
    /// The units, if the book holds them as they are where the change `number` was the last one.
    pub fn tree_at(&self, number: i64) -> Option<Arc<UnitTree>> {
        let book = self.current();
        (book.reference_number == number).then(|| book.tree.clone())
    }

    /// The book with everything that the snapshot of this connection holds, or more.
    pub fn book(&self, conn: &mut Conn) -> Result<Arc<Book>> {
        let book = self.current();
        if book.lacking(&book.unseen(conn)?).is_empty() {
            return Ok(book);
        }
        let _turn = self.take_turn();
        // Somebody else may have renewed it meanwhile, and its floor may be another one.
        let book = self.current();
        let changes = book.unseen(conn)?;
        match book.lacking(&changes).is_empty() {
            true => Ok(book),
            false => Ok(self.keep(book.renewed(conn, &changes)?)),
        }
    }

    /// A budget year of the book. The first who asks for it reads it.
    pub fn year(&self, conn: &mut Conn, year: i32) -> Result<Arc<Year>> {
        if let Some(found) = self.book(conn)?.year(year) {
            return Ok(found.clone());
        }
        {
            let _turn = self.take_turn();
            let book = self.current();
            if book.year(year).is_none() {
                self.keep(book.with_year(conn, year)?);
            }
        }
        // Whoever read it may have had an older snapshot.
        match self.book(conn)?.year(year) {
            Some(found) => Ok(found.clone()),
            None => Year::fresh(conn, year, None).map(Arc::new),
        }
    }

    fn current(&self) -> Arc<Book> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }

    fn take_turn(&self) -> MutexGuard<'_, ()> {
        self.renewing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, book: Book) -> Arc<Book> {
        let book = Arc::new(book);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        current.clone_from(&book);
        book
    }
}
