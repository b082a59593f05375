//! How a figure of a report came about: the lines it counts, the plan entries behind its
//! denominator with their decisions, and the payments month by month.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::super::View;
use super::super::figures::{self, Sums, too_large};
use super::super::progress::refuse_assigned;
use super::super::shared::Decision;
use super::groups::{Key, Keys, Names};
use super::progress::{GroupBy, Grouping, RowKey};
use super::{Asked, filter, root};
use crate::db;
use crate::domain::calendar::month_start;
use crate::domain::money::Money;
use crate::domain::progress::{Basis, Tally};
use crate::error::{Code, Result};

/// What a figure counts: the lines under all of these keys; without any, all lines of the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    keys: Vec<(GroupBy, String)>,
    /// Lines of this project alone.
    pub project_id: Option<i64>,
}

/// The key of what has none, such as projects without a leader.
const NOBODY: &str = "none";

impl Part {
    /// The row of a progress report.
    pub fn row(by: GroupBy, key: &RowKey) -> Self {
        let id = key.id.map(|id| id.to_string());
        let key = id.or_else(|| key.code.clone());
        Part::default().under(by, key.unwrap_or_else(|| NOBODY.to_owned()))
    }

    /// Of that, what lies under a key: an id, or the code of a sector or status.
    pub fn under(mut self, by: GroupBy, key: impl ToString) -> Self {
        self.keys.push((by, key.to_string()));
        self
    }

    /// Of that, a project.
    pub fn of_project(mut self, id: i64) -> Self {
        self.project_id = Some(id);
        self
    }

    /// Its keys as they are written: `source:5`.
    pub fn written(&self) -> impl Iterator<Item = String> {
        let keys = self.keys.iter();
        keys.map(|(by, key)| format!("{}:{key}", by.as_str()))
    }

    /// Reads keys as they are written.
    pub fn read<'t>(keys: impl IntoIterator<Item = &'t str>) -> Result<Self> {
        keys.into_iter().try_fold(Part::default(), |part, text| {
            let parsed = text.split_once(':');
            let parsed = parsed.and_then(|(by, key)| Some((GroupBy::parse(by)?, key)));
            let (by, key) = parsed.ok_or(Code::NotFound)?;
            Ok(part.under(by, key))
        })
    }
}

fn key(by: GroupBy, text: &str) -> Result<Key> {
    Ok(match (by, text) {
        (GroupBy::Sector | GroupBy::Status, code) => Key::Code(code.to_owned()),
        (_, NOBODY) => Key::None,
        (_, id) => Key::Id(id.parse().map_err(|_| Code::NotFound)?),
    })
}

/// Plan entries of one kind under one decision.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The kind; a reversal is named by the kind it voids.
    pub kind: String,
    /// The decision.
    pub decision: Decision,
    /// How many entries.
    pub entries: usize,
    /// Their sum, signed đồng.
    pub amount: Money,
}

/// How a figure came about.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What the keys are called; a sector or status by its code.
    pub names: Vec<(GroupBy, String)>,
    /// Projects counted.
    pub projects: usize,
    /// Plan lines counted.
    pub lines: usize,
    /// The figures.
    pub sums: Sums,
    /// What the denominator is made of, the earliest decision first.
    pub counted: Vec<Decided>,
    /// Entries by the day that the basis leaves out.
    pub left_out: Vec<Decided>,
    /// Net paid by month, named by its first day.
    pub months: Vec<(NaiveDate, Money)>,
}

/// Explains the figures of a part of a report.
pub fn explain(
    view: &mut View<'_>,
    asked: &Asked,
    grouping: Grouping,
    part: &Part,
) -> Result<Explanation> {
    refuse_assigned(asked.basis)?;
    let root = root(view, asked)?;
    let filter = filter(view, asked, &root)?;
    let selection = figures::select(view, &filter, asked.as_of, asked.basis)?;
    let tree = view.tree()?;
    let mut wanted = Vec::new();
    for (by, text) in &part.keys {
        let grouping = Grouping {
            by: *by,
            ..grouping
        };
        wanted.push((Keys::new(grouping, asked, &root, &tree), key(*by, text)?));
    }
    let mut tally = Tally::default();
    let mut lines = HashSet::new();
    let mut projects = Vec::new();
    let mut months: BTreeMap<NaiveDate, i128> = BTreeMap::new();
    for (planned, own) in selection.projects() {
        let project = &planned.project;
        let Some(link) = project.link_on(asked.as_of) else {
            continue;
        };
        if part.project_id.is_some_and(|id| id != project.id) {
            continue;
        }
        for (line, progress) in own {
            let counts = wanted.iter_mut().all(|(keys, wanted)| {
                let key = keys.of_project(project, link);
                key.unwrap_or_else(|| Keys::of_line(line)) == *wanted
            });
            if !counts {
                continue;
            }
            tally.add(progress);
            lines.insert(line.id);
            if projects.last() != Some(&project.id) {
                projects.push(project.id);
            }
            let postings = line.book.postings.iter();
            for posting in postings.filter(|posting| posting.posted_on <= asked.as_of) {
                let month = months.entry(month_start(posting.posted_on)).or_default();
                *month += posting.net.wide();
            }
        }
    }
    if lines.is_empty() && *part != Part::default() {
        return Err(Code::NotFound.into());
    }
    let sums = Sums::from_tally(&tally)?;
    let all = figures::LineFilter {
        projects: (projects.len() <= db::book::NAMED).then(|| projects.clone()),
        ..filter
    };
    let entries = db::reports::decided(view.conn, &all, asked.as_of)?;
    let entries = entries
        .into_iter()
        .filter(|one| lines.contains(&one.line_id));
    let counts = |one: &db::reports::Decided| match asked.basis {
        Basis::Initial => one.kind == "initial",
        _ => one.kind != "extension_out",
    };
    let (counted, left_out): (Vec<_>, Vec<_>) = entries.partition(counts);
    let money = |sum| Money::exact(sum).ok_or_else(too_large);
    Ok(Explanation {
        names: part_names(view, part)?,
        projects: projects.len(),
        lines: lines.len(),
        sums,
        counted: by_decision(counted)?,
        left_out: by_decision(left_out)?,
        months: months
            .into_iter()
            .map(|(month, sum)| Ok((month, money(sum)?)))
            .collect::<Result<_>>()?,
    })
}

fn by_decision(entries: Vec<db::reports::Decided>) -> Result<Vec<Decided>> {
    let mut groups: BTreeMap<_, (usize, i128)> = BTreeMap::new();
    for one in entries {
        let (number, issuer, date) = one.decision;
        let sum = groups.entry((date, number, issuer, one.kind)).or_default();
        sum.0 += 1;
        sum.1 += i128::from(one.amount);
    }
    let rows = groups
        .into_iter()
        .map(|((date, number, issuer, kind), (entries, sum))| {
            Ok(Decided {
                kind,
                decision: Decision {
                    number,
                    issuer,
                    date,
                },
                entries,
                amount: Money::exact(sum).ok_or_else(too_large)?,
            })
        });
    rows.collect()
}

fn part_names(view: &mut View<'_>, part: &Part) -> Result<Vec<(GroupBy, String)>> {
    let mut list = Vec::new();
    for (by, text) in &part.keys {
        let key = key(*by, text)?;
        list.push((*by, Names::load(view, *by)?.key(key).name));
    }
    Ok(list)
}
