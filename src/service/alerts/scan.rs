//! A scan: one snapshot is read, then what changes is written in short chunks that look again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;
use utoipa::ToSchema;

use super::apply::{self, Done};
use super::load;
use crate::db;
use crate::db::alerts::live::{self, Which};
use crate::domain::alerts::decide::{Decision, decide};
use crate::domain::alerts::lifecycle::Judge;
use crate::domain::alerts::{Fact, Key, Rule, World, rules};
use crate::domain::calendar::WorkingCalendar;
use crate::domain::forecast::History;
use crate::error::{Code, Error, Fault, Result};
use crate::service::auth::random_token;
use crate::service::{Ctx, Tx, View, read, write};

/// What a scan did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScanOutcome {
    /// The day that was looked at.
    pub as_of: NaiveDate,
    /// New alerts.
    pub raised: i64,
    /// Live alerts whose facts changed.
    pub updated: i64,
    /// Alerts of which a task force was told.
    pub escalated: i64,
    /// Alerts whose promise or snooze is over.
    pub reopened: i64,
    /// Alerts that ended.
    pub resolved: i64,
    /// Mails that are new, or that say more than before.
    pub mails_queued: i64,
}

/// The lease that lets one scan run at a time.
const LEASE: &str = "scan";
/// How long a scan may take between two chunks.
const LEASE_MINUTES: i64 = 5;
/// How often, and how long in between, a second scan asks whether the first is done.
const ASK_TIMES: u32 = 600;
const ASK_EVERY: Duration = Duration::from_millis(50);
/// Alerts that one transaction writes, about.
const CHUNK: usize = 400;

/// Scans the whole province as of a day, the business date unless another is given.
pub fn scan(ctx: &Ctx, as_of: Option<NaiveDate>) -> Result<ScanOutcome> {
    let today = ctx.app.clock.today();
    let as_of = as_of.unwrap_or(today);
    if as_of > today {
        return Err(Fault::at("/as_of", Code::FutureDate)
            .with("today", today)
            .into());
    }
    let owner = random_token()?;
    wait_for_lease(ctx, &owner)?;
    let outcome = run(ctx, as_of, &owner);
    let released = write(ctx, move |tx| db::leases::release(tx.conn, LEASE, &owner));
    outcome.and_then(|outcome| released.map(|()| outcome))
}

/// The latest day that was scanned.
pub fn last_scan(ctx: &Ctx) -> Result<Option<NaiveDate>> {
    read(ctx, last_scanned)
}

/// The same, in a snapshot.
pub fn last_scanned(view: &mut View<'_>) -> Result<Option<NaiveDate>> {
    db::alerts::scans::last(view.conn)
}

fn wait_for_lease(ctx: &Ctx, owner: &str) -> Result<()> {
    for _ in 0..ASK_TIMES {
        let owner = owner.to_owned();
        if write(ctx, move |tx| take_lease(tx, &owner))? {
            return Ok(());
        }
        std::thread::sleep(ASK_EVERY);
    }
    Err(Error::Unavailable("another scan is running".into()))
}

fn take_lease(tx: &mut Tx<'_>, owner: &str) -> Result<bool> {
    let now = tx.now;
    let until = now
        .checked_add_signed(TimeDelta::minutes(LEASE_MINUTES))
        .unwrap_or(now);
    db::leases::take(tx.conn, LEASE, owner, now, until)
}

fn run(ctx: &Ctx, as_of: NaiveDate, owner: &str) -> Result<ScanOutcome> {
    let work = read(ctx, |view| plan(view, as_of))?;
    let mut sum = Done::default();
    for projects in work.project_chunks {
        let (owner, history) = (owner.to_owned(), work.history.clone());
        sum.add(write(ctx, move |tx| {
            project_chunk(tx, as_of, &owner, &projects, &history)
        })?);
    }
    let facts = Arc::new(work.unit_facts);
    for keys in work.unit_chunks {
        let (owner, facts) = (owner.to_owned(), facts.clone());
        sum.add(write(ctx, move |tx| {
            unit_chunk(tx, as_of, &owner, &facts, &keys)
        })?);
    }
    let outcome = ScanOutcome {
        as_of,
        raised: sum.raised,
        updated: sum.updated,
        escalated: sum.escalated,
        reopened: sum.reopened,
        resolved: sum.resolved,
        mails_queued: i64::try_from(sum.mails.len()).unwrap_or(i64::MAX),
    };
    let record = outcome.clone();
    write(ctx, move |tx| {
        let text = serde_json::to_string(&record).unwrap_or_default();
        let now = tx.now;
        db::alerts::scans::record(tx.conn, as_of, now, &text)
    })?;
    Ok(outcome)
}

impl Done {
    fn add(&mut self, other: Done) {
        self.raised += other.raised;
        self.updated += other.updated;
        self.escalated += other.escalated;
        self.reopened += other.reopened;
        self.resolved += other.resolved;
        self.mails.extend(other.mails);
    }
}

/// What a scan has to do.
struct Work {
    /// Projects whose alerts change.
    project_chunks: Vec<Vec<i64>>,
    /// Identities that belong to no project and change.
    unit_chunks: Vec<HashSet<Key>>,
    /// Facts that belong to no project.
    unit_facts: Vec<Fact>,
    /// What earlier years teach, read once.
    history: Arc<History>,
}

/// Looks at everything and finds what changes.
fn plan(view: &mut View<'_>, as_of: NaiveDate) -> Result<Work> {
    if let Some(last) = db::alerts::scans::last(view.conn)?
        && as_of < last
    {
        return Err(Fault::at("", Code::ScanGoesBackwards)
            .with("last", last)
            .into());
    }
    let tree = view.tree()?;
    let world = load::all(view.conn, tree, as_of)?;
    let policies = db::alerts::policies::load(view.conn)?;
    let calendar = WorkingCalendar::new(db::holidays::dates(view.conn)?);
    let live = live::load(view.conn, &Which::All)?;
    let waived = live::waived(view.conn, &Which::All)?;
    let paid_by_promise = live::paid_by_promise(view.conn, &Which::All, as_of)?;
    let snapshot = world.on(as_of);
    let judge = Judge {
        snapshot: &snapshot,
        policies: &policies,
        calendar: &calendar,
        paid_by_promise: &paid_by_promise,
    };
    let facts = rules::facts(&snapshot, &policies);
    let unit_facts = facts
        .iter()
        .filter(|fact| fact.project_id.is_none())
        .cloned();
    let unit_facts: Vec<Fact> = unit_facts.collect();
    let decisions = decide(&judge, facts, live, &waived);
    let mut by_project: BTreeMap<i64, (Option<i64>, usize)> = BTreeMap::new();
    let mut unit_keys: BTreeSet<Key> = BTreeSet::new();
    for decision in &decisions {
        match (decision.project_id(), decision) {
            (Some(project), _) => {
                let (responsible, alerts) = by_project.entry(project).or_default();
                *responsible = responsible.or(decision.responsible_id());
                *alerts += 1;
            }
            (None, decision) => unit_keys.extend(decision.key(&waived)),
        }
    }
    let unit_keys: Vec<Key> = unit_keys.into_iter().collect();
    let unit_chunks = unit_keys.chunks(CHUNK);
    Ok(Work {
        project_chunks: in_chunks(by_project),
        unit_chunks: unit_chunks
            .map(|keys| keys.iter().cloned().collect())
            .collect(),
        unit_facts,
        history: world.history.clone(),
    })
}

/// Projects with about [`CHUNK`] alerts together. Those that one person answers for come one after
/// another, so that this person's mail is written once and not in every chunk.
fn in_chunks(by_project: BTreeMap<i64, (Option<i64>, usize)>) -> Vec<Vec<i64>> {
    let mut projects: Vec<_> = by_project.into_iter().collect();
    projects.sort_by_key(|(_, (responsible, _))| *responsible);
    let mut chunks: Vec<Vec<i64>> = Vec::new();
    let mut held = CHUNK;
    for (project, (_, alerts)) in projects {
        if held >= CHUNK {
            chunks.push(Vec::new());
            held = 0;
        }
        held += alerts;
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(project);
        }
    }
    chunks
}

/// Looks again at some projects under their locks, and writes what changes.
fn project_chunk(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    owner: &str,
    projects: &[i64],
    history: &Arc<History>,
) -> Result<Done> {
    keep_lease(tx, owner)?;
    db::projects::lock_all(tx.conn, projects)?;
    let tree = tx.tree()?;
    let mut world = load::of_projects(tx.conn, tree, as_of, projects.to_vec())?;
    world.history = history.clone();
    let which = Which::Projects(projects.to_vec());
    look_again(
        tx,
        as_of,
        &world,
        &which,
        |snapshot, policies| {
            let facts = rules::facts(snapshot, policies);
            let wanted = |fact: &Fact| fact.project_id.is_some_and(|id| projects.contains(&id));
            facts.into_iter().filter(wanted).collect()
        },
        |_| true,
    )
}

/// The same for alerts of no project. Sums over the whole province are taken from the scan's
/// snapshot; what is a matter of a row or two is looked at again.
fn unit_chunk(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    owner: &str,
    facts: &[Fact],
    keys: &HashSet<Key>,
) -> Result<Done> {
    keep_lease(tx, owner)?;
    let tree = tx.tree()?;
    let world = load::of_no_project(tx.conn, tree, as_of)?;
    look_again(
        tx,
        as_of,
        &world,
        &Which::NoProject,
        |snapshot, policies| {
            let sums = |rule| matches!(rule, Rule::UnallocatedCapital | Rule::BelowTarget);
            let mut all: Vec<Fact> = facts
                .iter()
                .filter(|fact| sums(fact.key.rule))
                .cloned()
                .collect();
            let again = rules::facts(snapshot, policies).into_iter();
            all.extend(again.filter(|fact| fact.project_id.is_none() && !sums(fact.key.rule)));
            all
        },
        |key| keys.contains(key),
    )
}

fn look_again(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    world: &World,
    which: &Which,
    find: impl FnOnce(
        &crate::domain::alerts::Snapshot<'_>,
        &crate::domain::alerts::Policies,
    ) -> Vec<Fact>,
    wanted: impl Fn(&Key) -> bool,
) -> Result<Done> {
    let policies = db::alerts::policies::load(tx.conn)?;
    let calendar = WorkingCalendar::new(db::holidays::dates(tx.conn)?);
    let live = live::load(tx.conn, which)?;
    let waived = live::waived(tx.conn, which)?;
    let paid_by_promise: HashMap<_, _> = live::paid_by_promise(tx.conn, which, as_of)?;
    let snapshot = world.on(as_of);
    let judge = Judge {
        snapshot: &snapshot,
        policies: &policies,
        calendar: &calendar,
        paid_by_promise: &paid_by_promise,
    };
    let facts = find(&snapshot, &policies);
    let mut decisions = decide(&judge, facts, live, &waived);
    decisions.retain(|decision: &Decision| decision.key(&waived).is_none_or(|key| wanted(&key)));
    apply::apply(tx, &judge, decisions)
}

fn keep_lease(tx: &mut Tx<'_>, owner: &str) -> Result<()> {
    match take_lease(tx, owner)? {
        true => Ok(()),
        false => Err(Error::Unavailable("another scan took over".into())),
    }
}
