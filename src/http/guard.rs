//! The guard: a handler reaches the services only through it, and gets it only by naming the
//! permission it needs in its signature. [`super::endpoint`] accepts no handler without one.

use std::future::Ready;
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::Serialize;

use super::Server;
use super::answer::{Answer, etag, header_text, json_text, names_tag};
use super::body::{Body, Query};
use super::paging::Cursors;
use crate::db::page::{Page, Rows};
use crate::domain::permission::Permission;
use crate::error::{Code, Error, Fault, Result};
use crate::service::{self, App, Ctx, Origin, Reply, Tx, View, auth, idempotency};

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
        Read, ManageReference, ManageUsers, ManagePolicies, Operate, ReadAudit, EditProjects,
        AssignPeople, EditPlans, SubmitSchedules, ApproveSchedules, LogDisbursements,
        EditObstacles, EditDirectives, Commit, Comment, ManageAlerts,
    }
}

/// What a request says besides its body.
#[derive(Clone)]
pub(super) struct Asked {
    server: web::Data<Server>,
    token: Option<String>,
    origin: Origin,
    method: String,
    path: String,
    query: String,
    /// Names of parameters given to a call that takes none.
    stray: Vec<String>,
    key: Option<String>,
    if_match: Option<String>,
}

impl Asked {
    fn of(request: &HttpRequest) -> Result<Self> {
        let server = request
            .app_data::<web::Data<Server>>()
            .ok_or_else(|| Error::Internal("no server state".into()))?
            .clone();
        let text = |name| header_text(request, name).map(str::to_owned);
        let stray = match server.takes_query(request) {
            true => Vec::new(),
            false => super::body::pairs(request.query_string())
                .unwrap_or_default()
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
        };
        let bearer = text(header::AUTHORIZATION).and_then(|value| {
            value
                .strip_prefix("Bearer ")
                .map(|token| token.trim().to_owned())
        });
        Ok(Asked {
            token: bearer,
            origin: request
                .extensions()
                .get::<Origin>()
                .cloned()
                .unwrap_or_default(),
            method: request.method().to_string(),
            path: request.path().to_owned(),
            query: request.query_string().to_owned(),
            stray,
            key: request
                .headers()
                .get("Idempotency-Key")
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            if_match: text(header::IF_MATCH),
            server,
        })
    }

    fn app(&self) -> &Arc<App> {
        &self.server.app
    }

    fn refuse_stray(&self) -> Result<()> {
        let faults = self.stray.iter().map(|name| {
            Fault::at(format!("/{name}"), Code::UnknownField).with("name", name.clone())
        });
        Error::check(faults.collect())
    }

    fn idempotency(&self, body: &[u8]) -> Result<Option<idempotency::Key>> {
        let Some(key) = self.key.clone() else {
            return Ok(None);
        };
        let visible = key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if key.is_empty() || key.len() > 255 || !visible {
            let why = (
                "cần 1 đến 255 ký tự ASCII",
                "1 to 255 visible ASCII characters",
            );
            return Err(Fault::at("/Idempotency-Key", Code::Invalid)
                .with("why", why)
                .into());
        }
        let (method, path) = (self.method.clone(), self.path.clone());
        Ok(Some(idempotency::Key::new(key, method, path, body)))
    }
}

/// Checks an `If-Match` header against the current representation.
#[derive(Clone, Default)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// Refuses with 412 if the caller changed an older version.
    pub fn check(&self, current: &impl Serialize) -> Result<()> {
        let Some(wanted) = &self.0 else {
            return Ok(());
        };
        match names_tag(wanted, &etag(&json_text(current)?)) {
            true => Ok(()),
            false => Err(Code::StaleVersion.into()),
        }
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

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    web::block(work)
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
            if !actor.may(P::PERMISSION) {
                return Err(Code::Forbidden.into());
            }
            asked.refuse_stray()?;
            let ctx = Ctx {
                app: asked.app().clone(),
                actor,
                permission: P::PERMISSION,
                origin: asked.origin.clone(),
            };
            work(&ctx, &asked)
        })
        .await
    }

    /// Answers with something read.
    pub async fn read<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.run(move |ctx, _| ok(&service::read(ctx, work)?)).await
    }

    /// Answers with something read by the parameters of the query string.
    pub async fn query<Q: Send + 'static, T: Serialize + Send + 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Q) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.run(move |ctx, _| {
            let query = query.parsed?;
            ok(&service::read(ctx, |view| work(view, query))?)
        })
        .await
    }

    /// Answers with a page of a list.
    pub async fn list<Q: Paged + Send + 'static, T: Serialize + Send + 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Q, &Page) -> Result<Rows<T>> + Send + 'static,
    ) -> Result<Answer<Listing<T>>> {
        self.run(move |ctx, asked| {
            let query = query.parsed?;
            let list = list_name(asked);
            let page = page_of(&asked.server.cursors, &list, query.paging())?;
            let rows = service::read(ctx, |view| work(view, query, &page))?;
            let next = rows
                .next
                .map(|after| asked.server.cursors.write(&list, &after));
            let listing = Listing {
                data: rows.rows,
                next_cursor: next.clone(),
            };
            Ok(ok(&listing)?.with_next(next))
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
        self.write(body, move |tx, input| {
            let made = work(tx, input)?;
            Ok(Reply {
                status: 201,
                location: Some(format!("/api/v1{}", made.location)),
                body: Some(json_text(&made.value)?),
                project_id: made.project_id,
                replayed: false,
            })
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

    /// Runs jobs or scans, which open their own transactions; never kept for a replay.
    pub async fn command<B: Send + 'static, T: Serialize + Send + 'static>(
        self,
        body: Body<B>,
        work: impl FnOnce(&Ctx, B) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.run(move |ctx, _| ok(&work(ctx, body.parsed?)?)).await
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

fn reply(value: &impl Serialize) -> Result<Reply> {
    Ok(Reply {
        status: 200,
        body: Some(json_text(value)?),
        ..Reply::default()
    })
}

fn ok<T: Serialize>(value: &T) -> Result<Answer<T>> {
    reply(value).map(Answer::of)
}

/// Rows of a page when the caller does not say.
const LIMIT: i32 = 50;

fn page_of(
    cursors: &Cursors,
    list: &str,
    (limit, cursor): (Option<i32>, Option<&str>),
) -> Result<Page> {
    let limit = limit.unwrap_or(LIMIT);
    if !(1..=200).contains(&limit) {
        return Err(Fault::at("/limit", Code::OutOfRange)
            .with("why", "1 … 200")
            .into());
    }
    Ok(Page {
        limit: i64::from(limit),
        after: cursor.map(|text| cursors.read(list, text)).transpose()?,
    })
}

/// A list is its path and filters: a cursor of one is no cursor of another.
fn list_name(asked: &Asked) -> String {
    let mut filters: Vec<&str> = asked
        .query
        .split('&')
        .filter(|pair| !pair.starts_with("cursor=") && !pair.starts_with("limit="))
        .collect();
    filters.sort_unstable();
    format!("{}?{}", asked.path, filters.join("&"))
}

/// A call that nobody has to sign in for. It reaches the instance, not the services' contexts.
pub struct Open {
    asked: Asked,
}

impl FromRequest for Open {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Open { asked }))
    }
}

impl Open {
    /// Runs `work` off the event loop.
    pub async fn run<B: Send + 'static, T: Send + 'static>(
        self,
        body: Body<B>,
        work: impl FnOnce(&Arc<App>, &Origin, B) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let asked = self.asked;
        blocking(move || {
            asked.refuse_stray()?;
            work(asked.app(), &asked.origin, body.parsed?)
        })
        .await
    }
}

/// A signed-in caller, whatever their role: for the calls about themselves.
pub struct SignedIn {
    asked: Asked,
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| SignedIn { asked }))
    }
}

impl SignedIn {
    /// Runs `work` off the event loop on behalf of the caller.
    pub async fn run<B: Send + 'static, T: Send + 'static>(
        self,
        body: Body<B>,
        work: impl FnOnce(&Ctx, B) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let asked = self.asked;
        blocking(move || {
            let actor = auth::actor(asked.app(), asked.token.as_deref())?;
            asked.refuse_stray()?;
            let ctx = Ctx {
                app: asked.app().clone(),
                actor,
                permission: Permission::Read,
                origin: asked.origin.clone(),
            };
            work(&ctx, body.parsed?)
        })
        .await
    }
}
