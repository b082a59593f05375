//! Many payments at once, for imports: the same rules as [`super::record()`], on books that are
//! loaded once. The payments of a batch are judged together, so that their order in a file does not
//! matter; what does not fit is found by halving.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::record::{Judged, NewPayment, Standing, duplicate, fields, judge};
use super::rules::{ProjectBook, date_fault};
use super::{by_ids, rules};
use crate::db;
use crate::db::disbursements::Fields;
use crate::db::plan_lines::{Line, LineKey};
use crate::domain::calendar::month_start;
use crate::domain::ledger::{LineBook, Posting};
use crate::domain::money::Money;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::period_closings::ClosedMonths;
use crate::service::projects::Limits;
use crate::service::shared::{Named, Refs};
use crate::service::{Tx, View};

/// A payment that somebody wants to record.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The project.
    pub project_id: i64,
    /// The payment.
    pub new: NewPayment,
}

/// Refusals by the ledger after which no more are looked for: each is a search of its own, and
/// nobody mends more at once.
const REFUSALS: usize = 2_000;
/// Ids in one query.
const CHUNK: usize = 5_000;
/// Rows in one insert: their values stay below what either database takes.
const ROWS: usize = 500;

/// The faults of each payment, none where it may be recorded together with all others that may.
/// Each fault points to the field of [`NewPayment`]; one of the project as a whole to `/project_id`.
pub fn judge_all(view: &mut View<'_>, candidates: &[Candidate]) -> Result<Vec<Vec<Fault>>> {
    Ok(Batch::load(view, candidates)?.judge(candidates).0)
}

/// The place of a payment and what is wrong with it.
pub type Refused = (usize, Vec<Fault>);

/// Records all, or none: then the first payment that has faults is told. Answers their ids in order.
/// `progress` is told how many are written.
pub fn record_all(
    tx: &mut Tx<'_>,
    candidates: &[Candidate],
    progress: &dyn Fn(usize),
) -> Result<std::result::Result<Vec<i64>, Refused>> {
    tx.hold_all_open()?;
    let projects: BTreeSet<i64> = candidates.iter().map(|one| one.project_id).collect();
    for project_id in projects {
        tx.lock_project(project_id)?;
    }
    let (faults, figures) = Batch::load(tx, candidates)?.judge(candidates);
    let mut refused = faults.into_iter().enumerate();
    if let Some(first) = refused.find(|(_, faults)| !faults.is_empty()) {
        return Ok(Err(first));
    }
    let mut lines: HashMap<LineKey, i64> = HashMap::new();
    let mut rows = Vec::with_capacity(candidates.len());
    for (candidate, figures) in candidates.iter().zip(figures) {
        let key = candidate.new.line(candidate.project_id);
        let line_id = match lines.get(&key) {
            Some(id) => *id,
            None => db::plan_lines::ensure(tx.conn, &key)?.id,
        };
        lines.insert(key, line_id);
        let figures = figures.unwrap_or_default();
        let project_id = candidate.project_id;
        rows.push(fields(tx, line_id, project_id, &candidate.new, figures));
    }
    write(tx, &rows, progress).map(Ok)
}

/// Writes rows that may be recorded, with their vouchers, months and events.
fn write(tx: &mut Tx<'_>, rows: &[Fields], progress: &dyn Fn(usize)) -> Result<Vec<i64>> {
    let mut ids = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(ROWS) {
        let made = db::disbursements::insert_all(tx.conn, chunk)?;
        let claims: Vec<(i64, &Fields)> = made.iter().copied().zip(chunk).collect();
        if !db::disbursements::claim_all(tx.conn, &claims)? {
            return Err(Code::DuplicateVoucher.into());
        }
        ids.extend(made);
    }
    let mut months: BTreeMap<(i64, NaiveDate), (i64, i64)> = BTreeMap::new();
    for row in rows {
        let month = months
            .entry((row.line_id, month_start(row.posted_on)))
            .or_default();
        month.0 += row.net_amount;
        month.1 += row.advance_change;
    }
    for ((line_id, month), (net, advance)) in months {
        db::disbursements::add_to_month(tx.conn, line_id, month, net, advance)?;
    }
    // The log takes most of the time: a payment is written once its event is.
    for (done, chunk) in (1..).zip(ids.chunks(ROWS)) {
        let made = by_ids(tx, chunk)?;
        let changes = made.iter().map(|one| {
            Change::created("disbursement.recorded", "disbursement", one.id, one)
                .of_project(one.project_id)
        });
        tx.audit_all(changes.collect())?;
        progress(ids.len().min(done * ROWS));
    }
    Ok(ids)
}

/// Everything that a batch is held against.
struct Batch {
    lines: HashMap<LineKey, Line>,
    books: HashMap<LineKey, LineBook>,
    projects: HashMap<i64, ProjectBook>,
    access: HashMap<i64, Option<Fault>>,
    sources: Refs,
    vouchers: HashSet<(i64, String, String)>,
    dates: HashMap<(i64, NaiveDate), Vec<Fault>>,
    refused: usize,
}

type Figures = Option<(Money, Money)>;

impl Batch {
    fn load(view: &mut View<'_>, candidates: &[Candidate]) -> Result<Self> {
        let mut access = HashMap::new();
        let mut dates: HashMap<(i64, NaiveDate), Vec<Fault>> = HashMap::new();
        let months = ClosedMonths::load(view)?;
        for one in candidates {
            if let Entry::Vacant(slot) = access.entry(one.project_id) {
                slot.insert(access_fault(view, one.project_id)?);
            }
            let day = one.new.posted_on;
            let place = (one.project_id, day);
            if let Entry::Vacant(slot) = dates.entry(place) {
                let closed = months.fault(view, one.project_id, day, "/posted_on")?;
                slot.insert(date_fault(view, day).into_iter().chain(closed).collect());
            }
        }
        let ids: Vec<i64> = access.keys().copied().collect();
        let mut batch = Batch {
            lines: HashMap::new(),
            books: HashMap::new(),
            projects: HashMap::new(),
            access,
            sources: Refs::load(
                view.conn,
                Named::Sources,
                candidates.iter().map(|one| one.new.funding_source_id),
            )?,
            vouchers: HashSet::new(),
            dates,
            refused: 0,
        };
        for chunk in ids.chunks(CHUNK) {
            batch.load_projects(view, chunk)?;
        }
        Ok(batch)
    }

    fn load_projects(&mut self, view: &mut View<'_>, ids: &[i64]) -> Result<()> {
        for (id, fields) in db::projects::by_ids(view.conn, ids)? {
            let limits = Limits::of(&fields);
            let postings = Vec::new();
            self.projects.insert(id, ProjectBook { limits, postings });
        }
        let lines = db::plan_lines::of_projects(view.conn, ids)?;
        for chunk in lines.chunks(CHUNK) {
            let ids: Vec<i64> = chunk.iter().map(|line| line.id).collect();
            let mut books = db::ledger::books(view.conn, &ids)?;
            self.vouchers
                .extend(db::disbursements::claims(view.conn, &ids)?);
            for line in chunk {
                let book = books.remove(&line.id).unwrap_or_default();
                if let Some(project) = self.projects.get_mut(&line.key.project_id) {
                    project.postings.extend(&book.postings);
                }
                self.books.insert(line.key, book);
                self.lines.insert(line.key, *line);
            }
        }
        Ok(())
    }

    /// The faults and the figures of each candidate.
    fn judge(mut self, candidates: &[Candidate]) -> (Vec<Vec<Fault>>, Vec<Figures>) {
        let mut faults: Vec<Vec<Fault>> = Vec::with_capacity(candidates.len());
        let mut figures: Vec<Figures> = Vec::with_capacity(candidates.len());
        let mut seen = HashSet::new();
        let mut by_project: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for (place, one) in candidates.iter().enumerate() {
            let mut judged = self.judge_alone(one);
            let voucher = (
                one.new.line(one.project_id),
                one.new.kind,
                &one.new.voucher_number,
            );
            if !seen.insert(voucher) && judged.duplicate.is_none() {
                judged.duplicate = Some(duplicate(&one.new));
            }
            figures.push(judged.figures);
            let own = self.own_faults(one, judged);
            if own.is_empty() {
                by_project.entry(one.project_id).or_default().push(place);
            }
            faults.push(own);
        }
        for (_, mut places) in by_project {
            // As they came about: an advance stands before what recovers it.
            places.sort_by_key(|place| {
                let new = &candidates[*place].new;
                (new.posted_on, new.kind, *place)
            });
            self.settle(candidates, &figures, &places, &mut faults);
        }
        (faults, figures)
    }

    fn judge_alone(&self, one: &Candidate) -> Judged {
        let key = one.new.line(one.project_id);
        let line = self.lines.get(&key);
        let is_taken = line.is_some_and(|line| {
            let kind = one.new.kind.as_str().to_owned();
            let voucher = one.new.voucher_number.clone();
            self.vouchers.contains(&(line.id, kind, voucher))
        });
        let standing = Standing {
            key,
            line,
            has_source: self.sources.has(one.new.funding_source_id),
            has_corrected: one.new.corrects_id.is_none(),
            is_taken,
            date_faults: self
                .dates
                .get(&(one.project_id, one.new.posted_on))
                .cloned()
                .unwrap_or_default(),
        };
        judge(&one.new, &standing)
    }

    fn own_faults(&self, one: &Candidate, judged: Judged) -> Vec<Fault> {
        if let Some(Some(fault)) = self.access.get(&one.project_id) {
            return vec![fault.clone()];
        }
        let mut faults = judged.faults;
        faults.extend(judged.untimely);
        faults.extend(judged.duplicate);
        faults
    }

    /// Takes the payments at these places into the books if they fit together, else one half after
    /// the other; one alone that does not fit is refused.
    fn settle(
        &mut self,
        candidates: &[Candidate],
        figures: &[Figures],
        places: &[usize],
        faults: &mut [Vec<Fault>],
    ) {
        if places.is_empty() || self.refused >= REFUSALS {
            return;
        }
        for place in places {
            self.post(&candidates[*place], figures[*place]);
        }
        let keys: HashSet<LineKey> = places
            .iter()
            .map(|place| candidates[*place].new.line(candidates[*place].project_id))
            .collect();
        let project_id = candidates[places[0]].project_id;
        let from = candidates[places[0]].new.posted_on;
        let Some(project) = self.projects.get(&project_id) else {
            return;
        };
        let books = keys.iter().filter_map(|key| self.books.get(key));
        let broken: Vec<Fault> = books
            .flat_map(|book| rules::ledger_faults(book, project, from, &super::record::AT))
            .collect();
        if broken.is_empty() {
            return;
        }
        for place in places.iter().rev() {
            self.unpost(&candidates[*place]);
        }
        match places {
            [place] => {
                self.refused += 1;
                faults[*place] = broken;
            }
            _ => {
                let (first, second) = places.split_at(places.len() / 2);
                self.settle(candidates, figures, first, faults);
                self.settle(candidates, figures, second, faults);
            }
        }
    }

    fn post(&mut self, one: &Candidate, figures: Figures) {
        let (net, advance) = figures.unwrap_or_default();
        let posting = Posting {
            net,
            advance,
            posted_on: one.new.posted_on,
        };
        let key = one.new.line(one.project_id);
        self.books.entry(key).or_default().postings.push(posting);
        if let Some(project) = self.projects.get_mut(&one.project_id) {
            project.postings.push(posting);
        }
    }

    /// Takes the posting made last for this payment out again.
    fn unpost(&mut self, one: &Candidate) {
        if let Some(book) = self.books.get_mut(&one.new.line(one.project_id)) {
            book.postings.pop();
        }
        if let Some(project) = self.projects.get_mut(&one.project_id) {
            project.postings.pop();
        }
    }
}

/// Why the caller may not record payments of a project.
fn access_fault(view: &mut View<'_>, project_id: i64) -> Result<Option<Fault>> {
    match view.require_project(project_id) {
        Ok(()) => Ok(None),
        Err(Error::Refused(faults)) => Ok(faults
            .into_iter()
            .next()
            .map(|fault| Fault::at("/project_id", fault.code))),
        Err(other) => Err(other),
    }
}
