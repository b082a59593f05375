//! One answer per `Idempotency-Key` (api.md, Conventions): stored in the transaction of the effect.

use super::{Ctx, Tx, write};
use crate::db;
use crate::error::{Code, Result};

pub use crate::db::idempotency::{Key, Reply};

/// Like [`write`], once per key: the same key and body give the first answer again, another body
/// is refused. A refusal keeps nothing, so the key is free again.
pub fn write_once(
    ctx: &Ctx,
    key: Option<Key>,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<Reply> + Send + 'static,
) -> Result<Reply> {
    let Some(key) = key else {
        return write(ctx, work);
    };
    let outcome = write(ctx, move |tx| {
        let caller = caller(tx.ctx);
        let now = tx.now;
        // On PostgreSQL a twin waits here for the first to end, up to the lock timeout.
        if let Some(id) = db::idempotency::claim(tx.conn, &caller, &key, now)? {
            let reply = work(tx)?;
            db::idempotency::keep(tx.conn, id, &reply)?;
            return Ok(reply);
        }
        let (body_hash, reply) =
            db::idempotency::kept(tx.conn, &caller, &key)?.ok_or(Code::IdempotencyKeyInProgress)?;
        if body_hash != key.body_hash {
            return Err(Code::IdempotencyKeyReused.into());
        }
        if let Some(project_id) = reply.project_id {
            tx.require_project(project_id)?;
        }
        Ok(reply)
    });
    match outcome {
        Err(crate::error::Error::Unavailable(why)) if why.contains("lock timeout") => {
            Err(Code::IdempotencyKeyInProgress.into())
        }
        other => other,
    }
}

/// Runs a command that opens transactions of its own, such as a scan, and keeps its answer: a later
/// call with the same key and body gets that answer without running it again. Commands are safe to
/// run twice, so that twins at the same moment, or a crash before the answer was kept, do no harm.
pub fn command_once(
    ctx: &Ctx,
    key: Option<Key>,
    work: impl FnOnce() -> Result<Reply>,
) -> Result<Reply> {
    let Some(key) = key else {
        return work();
    };
    let known = super::read(ctx, |view| {
        let caller = caller(ctx);
        db::idempotency::kept(view.conn, &caller, &key)
    })?;
    if let Some((body_hash, reply)) = known {
        return match body_hash == key.body_hash {
            true => Ok(reply),
            false => Err(Code::IdempotencyKeyReused.into()),
        };
    }
    let reply = work()?;
    write_once(ctx, Some(key), move |_| Ok(reply.clone()))
}

fn caller(ctx: &Ctx) -> String {
    match (&ctx.actor.key, ctx.actor.user_id) {
        (Some(key), _) => format!("key:{}", key.id),
        (None, Some(id)) => format!("user:{id}"),
        (None, None) => ctx.actor.label.clone(),
    }
}
