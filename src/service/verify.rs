//! Verifies the audit log: every chain from its first event to its head, and the daily anchors
//! that notice when a chain was rewritten or its tail cut off (domain.md section 11).
//!
//! Memory is bounded: events are read in batches, anchors one day at a time.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::audit::{GENESIS, event_hash};
use super::privacy::{Replaced, replaced};
use super::{Tx, View};
use crate::db::audit::Event;
use crate::db::audit_check::{self as rows, AnchoredHead};
use crate::domain::hash::sha256_hex;
use crate::domain::text_enum::text_enum;
use crate::error::{Error, Result};

/// Events read at once.
const BATCH: i64 = 1_000;

text_enum! {
    /// What is wrong with a link of a chain.
    Break {
        /// The event's content does not give its hash, and no erasure says why.
        Altered = "altered",
        /// The event does not name the hash of the one before it.
        Unlinked = "unlinked",
        /// The event is not there, while a later one or the head is.
        Missing = "missing",
        /// The event is there, but the head does not know it.
        BeyondHead = "beyond_head",
        /// The head names another hash than the last event has.
        HeadDiffers = "head_differs",
        /// An anchor noted another hash for this event, or the event is gone.
        AnchorDiffers = "anchor_differs",
        /// The anchor of this day does not give its own hash, or does not follow the one before it.
        AnchorAltered = "anchor_altered",
    }
}

/// The first broken link of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrokenLink {
    /// The chain: `main`, `project:7`, or `anchors`.
    pub chain: String,
    /// The number of the event; 0 for an anchor.
    pub seq: i64,
    /// The day of the anchor that noticed it.
    pub day: Option<NaiveDate>,
    /// What is wrong.
    pub fault: Break,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditReport {
    /// Chains read.
    pub chains: u64,
    /// Events read.
    pub events: u64,
    /// Anchors read.
    pub anchors: u64,
    /// The hash of the last anchor, to be kept elsewhere: it vouches for everything before it.
    pub last_anchor: Option<String>,
    /// The first broken link of each chain; empty when all is well.
    pub broken: Vec<BrokenLink>,
}

/// Verifies everything.
pub fn audit(view: &mut View<'_>) -> Result<AuditReport> {
    let mut report = AuditReport::default();
    chains(view, &mut report)?;
    for chain in rows::emptied_chains(view.conn)? {
        report.add(&chain, 1, None, Break::Missing);
    }
    for (chain, seq, day) in rows::unmatched_anchored(view.conn)? {
        report.add(&chain, seq, Some(day), Break::AnchorDiffers);
    }
    anchors(view, &mut report)?;
    Ok(report)
}

impl AuditReport {
    /// Notes a broken link, unless an earlier one of the chain is known.
    fn add(&mut self, chain: &str, seq: i64, day: Option<NaiveDate>, fault: Break) {
        let link = BrokenLink {
            chain: chain.to_owned(),
            seq,
            day,
            fault,
        };
        match self.broken.iter_mut().find(|known| known.chain == chain) {
            Some(known) if known.seq <= seq => {}
            Some(known) => *known = link,
            None => self.broken.push(link),
        }
    }
}

/// Where the walk is.
struct Walk {
    chain: String,
    seq: i64,
    hash: String,
    broken: bool,
}

impl Walk {
    fn at_start_of(chain: String) -> Self {
        Walk {
            chain,
            seq: 0,
            hash: GENESIS.to_owned(),
            broken: false,
        }
    }

    fn check(&self, event: &Event, erased: &BTreeSet<Replaced>) -> Result<Option<(i64, Break)>> {
        let expected = self.seq + 1;
        Ok(match () {
            () if event.seq != expected => Some((expected, Break::Missing)),
            () if event.prev_hash != self.hash => Some((event.seq, Break::Unlinked)),
            () if event_hash(event)? == event.hash => None,
            // Changed, and the log says why and into what.
            () if erased.contains(&Replaced::of(event)?) => None,
            () => Some((event.seq, Break::Altered)),
        })
    }

    /// Compares the end of the chain with its head.
    fn finish(self, view: &mut View<'_>, report: &mut AuditReport) -> Result<()> {
        report.chains += 1;
        if self.broken {
            return Ok(());
        }
        let fault = match rows::head(view.conn, &self.chain)? {
            Some((seq, hash)) if seq == self.seq && hash == self.hash => return Ok(()),
            Some((seq, _)) if seq == self.seq => (self.seq, Break::HeadDiffers),
            Some((seq, _)) if seq > self.seq => (self.seq + 1, Break::Missing),
            Some((seq, _)) => (seq + 1, Break::BeyondHead),
            None => (1, Break::BeyondHead),
        };
        report.add(&self.chain, fault.0, None, fault.1);
        Ok(())
    }
}

fn chains(view: &mut View<'_>, report: &mut AuditReport) -> Result<()> {
    let erased = replaced(view)?;
    let mut walk: Option<Walk> = None;
    let mut place = (String::new(), 0);
    loop {
        let events = rows::events_after(view.conn, (&place.0, place.1), BATCH)?;
        let Some(last) = events.last() else {
            break;
        };
        place = (last.chain.clone(), last.seq);
        report.events += u64::try_from(events.len()).unwrap_or_default();
        for event in events {
            let mut at = match walk.take() {
                Some(at) if at.chain == event.chain => at,
                other => {
                    if let Some(done) = other {
                        done.finish(view, report)?;
                    }
                    Walk::at_start_of(event.chain.clone())
                }
            };
            if !at.broken
                && let Some((seq, fault)) = at.check(&event, &erased)?
            {
                at.broken = true;
                report.add(&event.chain, seq, None, fault);
            }
            at.seq = event.seq;
            at.hash = event.hash;
            walk = Some(at);
        }
    }
    match walk {
        Some(done) => done.finish(view, report),
        None => Ok(()),
    }
}

fn anchors(view: &mut View<'_>, report: &mut AuditReport) -> Result<()> {
    let mut prev_hash = GENESIS.to_owned();
    let mut after = 0;
    loop {
        let batch = rows::anchors_after(view.conn, after, BATCH)?;
        let Some(last) = batch.last() else {
            return Ok(());
        };
        after = last.id;
        for anchor in batch {
            report.anchors += 1;
            let heads = rows::heads_of(view.conn, anchor.id)?;
            let sound = anchor.prev_hash == prev_hash
                && anchor_hash(&anchor.prev_hash, anchor.day, heads)? == anchor.hash;
            if !sound {
                report.add("anchors", 0, Some(anchor.day), Break::AnchorAltered);
            }
            report.last_anchor = Some(anchor.hash.clone());
            prev_hash = anchor.hash;
        }
    }
}

/// Notes where every chain stands that moved since the anchor before, once for a day; true if it
/// was not done yet.
pub fn make_anchor(tx: &mut Tx<'_>, day: NaiveDate) -> Result<bool> {
    let prev_hash =
        rows::last_anchor(tx.conn)?.map_or_else(|| GENESIS.to_owned(), |anchor| anchor.hash);
    let heads = rows::moved_heads(tx.conn)?;
    let hash = anchor_hash(&prev_hash, day, heads.clone())?;
    let now = tx.now;
    Ok(rows::insert_anchor(tx.conn, day, (&prev_hash, &hash), &heads, now)?.is_some())
}

/// The hash of an anchor: the one before it, its day and its heads, in an order of our own, since
/// databases sort text differently.
fn anchor_hash(prev_hash: &str, day: NaiveDate, mut heads: Vec<AnchoredHead>) -> Result<String> {
    heads.sort_by(|a, b| a.chain.cmp(&b.chain));
    let heads: Vec<_> = heads
        .iter()
        .map(|head| (&head.chain, head.seq, &head.hash))
        .collect();
    let bytes = serde_json::to_vec(&(prev_hash, day, heads))
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(sha256_hex(&bytes))
}
