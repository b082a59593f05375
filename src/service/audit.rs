//! The audit log: append-only, hash-chained, written in the transaction of the change
//! (domain.md section 11).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::Tx;
use crate::db;
use crate::domain::hash::sha256_hex;
use crate::error::{Error, Result};

/// The chain of everything that belongs to no project.
pub const MAIN_CHAIN: &str = "main";

/// The hash before the first event of a chain.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What changed.
pub struct Change<'a> {
    /// The project whose chain it belongs to; its row must be locked by this transaction.
    pub project_id: Option<i64>,
    /// What was done, for example `disbursement.recorded`.
    pub action: &'a str,
    /// The kind of record, for example `disbursement`.
    pub entity: &'a str,
    /// The record.
    pub entity_id: i64,
    /// The record before, if there was one.
    pub before: Option<Value>,
    /// The record after, if there is one.
    pub after: Option<Value>,
}

impl<'a> Change<'a> {
    /// A new record.
    pub fn created(action: &'a str, entity: &'a str, id: i64, after: &impl Serialize) -> Self {
        Change {
            project_id: None,
            action,
            entity,
            entity_id: id,
            before: None,
            after: serde_json::to_value(after).ok(),
        }
    }

    /// A changed record.
    pub fn updated(
        action: &'a str,
        entity: &'a str,
        id: i64,
        before: &impl Serialize,
        after: &impl Serialize,
    ) -> Self {
        Change {
            before: serde_json::to_value(before).ok(),
            ..Change::created(action, entity, id, after)
        }
    }

    /// Puts it on the chain of a project.
    pub fn of_project(mut self, project_id: i64) -> Self {
        self.project_id = Some(project_id);
        self
    }
}

impl Tx<'_> {
    /// Makes writers of reference data wait for each other, so that checks such as "no other unit
    /// has this code" hold until the commit. Taken before the first read of the check.
    pub fn lock_reference(&mut self) -> Result<()> {
        if db::audit::lock_heads(self.conn, [MAIN_CHAIN])?.is_empty() {
            db::audit::begin_chain(self.conn, MAIN_CHAIN, GENESIS)?;
            db::audit::lock_heads(self.conn, [MAIN_CHAIN])?;
        }
        Ok(())
    }

    /// Appends the change to its chain.
    pub fn audit(&mut self, change: Change<'_>) -> Result<()> {
        self.audit_all(vec![change])
    }

    /// Appends changes, each to its chain, in the order given. All heads are locked at once, and
    /// moved at once.
    pub fn audit_all(&mut self, changes: Vec<Change<'_>>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let chain_of = |change: &Change<'_>| match change.project_id {
            Some(id) => format!("project:{id}"),
            None => MAIN_CHAIN.to_owned(),
        };
        let chains: BTreeSet<String> = changes.iter().map(chain_of).collect();
        let mut heads = db::audit::lock_heads(self.conn, chains.iter().map(String::as_str))?;
        let mut events = Vec::with_capacity(changes.len());
        for change in changes {
            let chain = chain_of(&change);
            let (seq, prev_hash) = heads
                .remove(&chain)
                .unwrap_or_else(|| (0, GENESIS.to_owned()));
            let event = self.event(change, chain, (seq + 1, prev_hash))?;
            heads.insert(event.chain.clone(), (event.seq, event.hash.clone()));
            events.push(event);
        }
        db::audit::append(self.conn, &events, &heads)
    }

    fn event(
        &self,
        change: Change<'_>,
        chain: String,
        (seq, prev_hash): (i64, String),
    ) -> Result<db::audit::Event> {
        let text = |value: Option<Value>| value.map(|value| value.to_string());
        let mut event = db::audit::Event {
            chain,
            seq,
            at: self.now,
            actor_user_id: self.ctx.actor.user_id,
            actor: self.ctx.actor.label.clone(),
            address: self.ctx.origin.address.clone(),
            request_id: self.ctx.origin.request_id.clone(),
            action: change.action.to_owned(),
            entity: change.entity.to_owned(),
            entity_id: change.entity_id,
            project_id: change.project_id,
            before: text(change.before),
            after: text(change.after),
            prev_hash,
            hash: String::new(),
        };
        event.hash = event_hash(&event)?;
        Ok(event)
    }
}

/// The hash that binds an event to all before it. Every stored field goes in.
pub fn event_hash(event: &db::audit::Event) -> Result<String> {
    // A JSON array keeps the fields apart whatever they hold.
    let fields = serde_json::to_vec(&(
        (
            &event.prev_hash,
            &event.chain,
            event.seq,
            event.at.and_utc().timestamp_micros(),
        ),
        (
            event.actor_user_id,
            &event.actor,
            &event.address,
            &event.request_id,
        ),
        (
            &event.action,
            &event.entity,
            event.entity_id,
            event.project_id,
        ),
        (&event.before, &event.after),
    ))
    .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(sha256_hex(&fields))
}
