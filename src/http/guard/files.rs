//! Calls that answer with a file or take one, and those that act on what it brought.

use std::marker::PhantomData;

use serde::Serialize;

use super::{Authorized, Made, Needs, created, reply};
use crate::error::Result;
use crate::http::answer::Answer;
use crate::http::body::{Body, Query};
use crate::http::file::FileAnswer;
use crate::http::upload::{Received, Upload};
use crate::service::{self, Ctx, Tx, View, idempotency};

impl<P: Needs> Authorized<P> {
    /// Answers with a file made or kept.
    pub async fn file<M: 'static>(
        self,
        work: impl FnOnce(&mut View<'_>) -> Result<FileAnswer<M>> + Send + 'static,
    ) -> Result<FileAnswer<M>> {
        self.look(move |view, _| work(view)).await
    }

    /// Answers with a file made by the parameters of the query string.
    pub async fn query_file<Q: Send + 'static, M: 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Q) -> Result<FileAnswer<M>> + Send + 'static,
    ) -> Result<FileAnswer<M>> {
        self.run(move |ctx, _| {
            let query = query.parsed?;
            service::read(ctx, |view| work(view, query))
        })
        .await
    }

    /// As [`Authorized::act`], in a context that the work needs: that of the kind of an import.
    pub async fn act_as<B, T>(
        self,
        body: Body<B>,
        context: impl FnOnce(&Ctx) -> Result<Ctx> + Send + 'static,
        mut work: impl FnMut(&mut Tx<'_>, &B) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>>
    where
        B: Send + 'static,
        T: Serialize + 'static,
    {
        self.run(move |ctx, asked| {
            let input = body.parsed?;
            let key = asked.idempotency(&body.raw)?;
            let ctx = context(ctx)?;
            let done = idempotency::write_once(&ctx, key, move |tx| reply(&work(tx, &input)?))?;
            Ok(Answer::of(done))
        })
        .await
    }

    /// Creates something from a file, once per `Idempotency-Key`. The caller is let in before the
    /// body is read; `prepare` reads the file, outside of any transaction.
    pub async fn receive<Q, R, T>(
        self,
        query: Query<Q>,
        upload: Upload,
        prepare: impl FnOnce(&Ctx, &Q, &Received) -> Result<R> + Send + 'static,
        mut work: impl FnMut(&mut Tx<'_>, &R) -> Result<Made<T>> + Send + 'static,
    ) -> Result<Answer<T, 201>>
    where
        Q: Send + 'static,
        R: Send + 'static,
        T: Serialize + 'static,
    {
        let first = Authorized::<P> {
            asked: self.asked.clone(),
            permission: PhantomData,
        };
        let query = first.run(move |_, _| query.parsed).await?;
        let received = upload.receive().await?;
        self.run(move |ctx, asked| {
            let key = asked.idempotency(&received.fingerprint())?;
            let prepared = prepare(ctx, &query, &received)?;
            let done = idempotency::write_once(ctx, key, move |tx| created(work(tx, &prepared)?))?;
            Ok(Answer::of(done))
        })
        .await
    }
}
