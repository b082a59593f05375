//! The guard: a handler reaches the services only through it, and gets it only by naming the
//! permission it needs in its signature. [`super::endpoint`] accepts no handler without one.

mod files;

use std::future::Ready;
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::Serialize;

use super::answer::{Answer, json_text};
use super::asked::{Asked, list_name, page_of};
use super::body::{Body, Query};
use crate::domain::permission::Permission;
use crate::error::{Error, Result};
use crate::service::page::{After, Page, Rows};
use crate::service::{self, Actor, Conn, Ctx, Reply, Tx, View, auth, idempotency};

pub use super::asked::IfMatch;
pub use super::callers::{Open, SignedIn};

/// Names the permission of a call.
pub trait Needs: 'static {
    /// The permission.
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident),* $(,)?) => {
        $(#[doc = concat!("Needs [`Permission::", stringify!($name), "`].")]
        pub struct $name;
        impl Needs for $name { const PERMISSION: Permission = Permission::$name; })*
    };
}

/// One type for each permission.
pub mod needs {
    use super::{Needs, Permission};
    needs! {
        Read, ManageReference, ManageUsers, ManageIntegrations, ManagePolicies, Operate, ReadAudit, EditProjects,
        AssignPeople, EditPlans, SubmitSchedules, ApproveSchedules, LogDisbursements,
        EditObstacles, EditDirectives, Commit, Comment, ManageAlerts, ClosePeriods, Import,
    }
}

/// Something new: the record and where it is.
pub struct Made<T> {
    /// The record.
    pub value: T,
    /// Its path below `/api/v1`.
    pub location: String,
    /// The project it belongs to.
    pub project_id: Option<i64>,
}

/// A page of a list, as answered.
#[derive(Serialize)]
pub struct Listing<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page starts, or null at the end.
    pub next_cursor: Option<String>,
}

/// Paging parameters of a list's query.
pub trait Paged {
    /// `limit` and `cursor`.
    fn paging(&self) -> (Option<i32>, Option<&str>);
}

/// A caller who has been checked for the permission `P`.
pub struct Authorized<P> {
    asked: Asked,
    permission: PhantomData<P>,
}

impl<P: Needs> FromRequest for Authorized<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Authorized {
            asked,
            permission: PhantomData,
        }))
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let span = tracing::Span::current();
    web::block(move || span.in_scope(work))
        .await
        .unwrap_or_else(|_| Err(Error::Internal("a request was given up".into())))
}

impl<P: Needs> Authorized<P> {
    /// Runs `work` off the event loop once the caller is known to hold the permission.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Ctx, &Asked) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let asked = self.asked;
        blocking(move || {
            let actor = auth::actor(asked.app(), asked.token.as_deref())?;
            work(&Self::permitted(&asked, actor)?, &asked)
        })
        .await
    }

    /// The same for what only reads: the caller is found in the snapshot that is read.
    async fn look<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut View<'_>, &Asked) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let asked = self.asked;
        blocking(move || {
            let find = |conn: &mut Conn| {
                let actor = auth::actor_in(asked.app(), conn, asked.token.as_deref())?;
                Self::permitted(&asked, actor)
            };
            service::read_as(asked.app(), find, |view| work(view, &asked))
        })
        .await
    }

    /// What a caller acts by, once they are known to hold the permission.
    fn permitted(asked: &Asked, mut actor: Actor) -> Result<Ctx> {
        auth::permit(asked.app(), &actor, P::PERMISSION)?;
        // Words in an answer follow the request, as those of a refusal do.
        actor.locale = asked.locale.unwrap_or(actor.locale);
        asked.refuse_stray()?;
        Ok(Ctx {
            app: asked.app().clone(),
            actor,
            permission: P::PERMISSION,
            origin: asked.origin.clone(),
        })
    }

    /// Answers with something read.
    pub async fn read<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.look(move |view, _| ok(&work(view)?)).await
    }

    /// Answers with something read by the parameters of the query string.
    pub async fn query<Q: Send + 'static, T: Serialize + Send + 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Q) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        let look = move |view: &mut View<'_>, _: &Asked| ok(&work(view, query.parsed?)?);
        self.look(look).await
    }

    /// Answers with a page of a list.
    pub async fn list<Q: Paged + Send + 'static, T: Serialize + Send + 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Q, &Page) -> Result<Rows<T>> + Send + 'static,
    ) -> Result<Answer<Listing<T>>> {
        self.look(move |view, asked| {
            let query = query.parsed?;
            let list = list_name(asked);
            let page = page_of(&asked.server.cursors, &list, query.paging())?;
            let rows = work(view, query, &page)?;
            let cursors = &asked.server.cursors;
            let next = rows.next.map(|after| cursors.write(&list, &after));
            let listing = Listing {
                data: rows.rows,
                next_cursor: next.clone(),
            };
            Ok(ok(&listing)?.with_next(next))
        })
        .await
    }

    /// Answers with a page that `answer` puts together, and where the next one starts; after
    /// `before`, which opens its own transactions.
    pub async fn pages<Q: Paged + Send + 'static, R, A: Serialize + Send + 'static>(
        self,
        query: Query<Q>,
        before: impl FnOnce(&Ctx) -> Result<()> + Send + 'static,
        work: impl FnOnce(&mut View<'_>, Q, &Page) -> Result<R> + Send + 'static,
        answer: impl FnOnce(R, &dyn Fn(&After) -> String) -> (A, Option<String>) + Send + 'static,
    ) -> Result<Answer<A>> {
        self.run(move |ctx, asked| {
            let query = query.parsed?;
            let list = list_name(asked);
            let page = page_of(&asked.server.cursors, &list, query.paging())?;
            before(ctx)?;
            let rows = service::read(ctx, |view| work(view, query, &page))?;
            let cursor = |after: &After| asked.server.cursors.write(&list, after);
            let (body, next) = answer(rows, &cursor);
            Ok(ok(&body)?.with_next(next))
        })
        .await
    }

    /// Creates something: 201 with `Location`, once per `Idempotency-Key`.
    pub async fn create<B, T>(
        self,
        body: Body<B>,
        mut work: impl FnMut(&mut Tx<'_>, &B) -> Result<Made<T>> + Send + 'static,
    ) -> Result<Answer<T, 201>>
    where
        B: Send + 'static,
        T: Serialize + 'static,
    {
        self.write(body, move |tx, input| created(work(tx, input)?))
            .await
    }

    /// Creates something from a body that carries a secret: `prepare` does what is slow on
    /// purpose, such as hashing, before the transaction; nothing is kept for a replay.
    pub async fn create_prepared<B, R, T>(
        self,
        body: Body<B>,
        prepare: impl FnOnce(&B) -> Result<R> + Send + 'static,
        mut work: impl FnMut(&mut Tx<'_>, &B, &R) -> Result<Made<T>> + Send + 'static,
    ) -> Result<Answer<T, 201>>
    where
        B: Send + 'static,
        R: Send + 'static,
        T: Serialize + 'static,
    {
        self.run(move |ctx, _| {
            let input = body.parsed?;
            let prepared = prepare(&input)?;
            let reply = service::write(ctx, move |tx| created(work(tx, &input, &prepared)?))?;
            Ok(Answer::of(reply))
        })
        .await
    }

    /// Creates something whose secret is in this answer alone: nothing is kept for a replay.
    pub async fn create_secret<B, T>(
        self,
        body: Body<B>,
        mut work: impl FnMut(&mut Tx<'_>, &B) -> Result<Made<T>> + Send + 'static,
    ) -> Result<Answer<T, 201>>
    where
        B: Send + 'static,
        T: Serialize + 'static,
    {
        self.create_prepared(body, |_| Ok(()), move |tx, input, ()| work(tx, input))
            .await
    }

    /// Does something whose secret is in this answer alone: nothing is kept for a replay.
    pub async fn act_secret<B, T>(
        self,
        body: Body<B>,
        mut work: impl FnMut(&mut Tx<'_>, &B) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>>
    where
        B: Send + 'static,
        T: Serialize + 'static,
    {
        self.run(move |ctx, _| {
            let input = body.parsed?;
            Ok(Answer::of(service::write(ctx, move |tx| {
                reply(&work(tx, &input)?)
            })?))
        })
        .await
    }

    /// Does something to a record: 200, once per `Idempotency-Key`.
    pub async fn act<B, T>(
        self,
        body: Body<B>,
        mut work: impl FnMut(&mut Tx<'_>, &B) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>>
    where
        B: Send + 'static,
        T: Serialize + 'static,
    {
        self.write(body, move |tx, input| reply(&work(tx, input)?))
            .await
    }

    /// Changes a record in place, honouring `If-Match`: the work checks it against the record as
    /// it was before.
    pub async fn change<B, T>(
        self,
        body: Body<B>,
        mut work: impl FnMut(&mut Tx<'_>, &B, &IfMatch) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>>
    where
        B: Send + 'static,
        T: Serialize + 'static,
    {
        let if_match = IfMatch(self.asked.if_match.clone());
        self.run(move |ctx, _| {
            let input = body.parsed?;
            let done = service::write(ctx, move |tx| reply(&work(tx, &input, &if_match)?))?;
            Ok(Answer::of(done))
        })
        .await
    }

    /// Runs jobs or scans, which open their own transactions: 200, once per `Idempotency-Key`.
    pub async fn command<B: Send + 'static, T: Serialize + Send + 'static>(
        self,
        body: Body<B>,
        work: impl FnOnce(&Ctx, B) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.run(move |ctx, asked| {
            let input = body.parsed?;
            let key = asked.idempotency(&body.raw)?;
            let done = idempotency::command_once(ctx, key, || reply(&work(ctx, input)?))?;
            Ok(Answer::of(done))
        })
        .await
    }

    async fn write<B, T, const STATUS: u16>(
        self,
        body: Body<B>,
        mut work: impl FnMut(&mut Tx<'_>, &B) -> Result<Reply> + Send + 'static,
    ) -> Result<Answer<T, STATUS>>
    where
        B: Send + 'static,
        T: 'static,
    {
        let reply = self
            .run(move |ctx, asked| {
                let input = body.parsed?;
                let key = asked.idempotency(&body.raw)?;
                idempotency::write_once(ctx, key, move |tx| work(tx, &input))
            })
            .await?;
        Ok(Answer::of(reply))
    }
}

pub(super) fn created(made: Made<impl Serialize>) -> Result<Reply> {
    Ok(Reply {
        status: 201,
        location: Some(format!("/api/v1{}", made.location)),
        body: Some(json_text(&made.value)?),
        project_id: made.project_id,
        replayed: false,
    })
}

fn reply(value: &impl Serialize) -> Result<Reply> {
    Ok(Reply {
        status: 200,
        body: Some(json_text(value)?),
        ..Reply::default()
    })
}

pub(super) fn ok<T: Serialize>(value: &T) -> Result<Answer<T>> {
    reply(value).map(Answer::of)
}
