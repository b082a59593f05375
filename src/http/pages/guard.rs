//! The guard of the pages, as [`crate::http::guard`] is of the API: a handler reaches the services
//! only through it, and gets it only by naming the permission it needs. Who asks is told by a
//! cookie; a form counts only if it comes from a page of ours.

use std::future::Ready;
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use askama::Template;

use super::asked::Asked;
use super::form::{CSRF, Form, KEY};
use super::layout::Layout;
use super::outcome::Outcome;
use super::pager::Pager;
use super::{errors, sign_in};
use crate::domain::permission::Permission;
use crate::error::{Code, Error, Result};
use crate::http::body::Query;
use crate::http::endpoint::{Access, Argument, GuardArgument, Signature};
use crate::http::guard::Needs;
use crate::http::upload::{Received, Upload};
use crate::service::{self, Ctx, Reply, Tx, View, auth, idempotency};

/// Runs work that may block, off the event loop.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let span = tracing::Span::current();
    web::block(move || span.in_scope(work))
        .await
        .unwrap_or_else(|_| Err(Error::Internal("a request was given up".into())))
}

/// A reader who has been checked for the permission `P`.
pub struct Page<P> {
    asked: Asked,
    permission: PhantomData<P>,
}

impl<P: Needs> FromRequest for Page<P> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Page {
            asked,
            permission: PhantomData,
        }))
    }
}

impl<P: Needs> GuardArgument for Page<P> {
    const ACCESS: Access = Access::Needs(P::PERMISSION);
}

impl Argument for Form {
    fn describe(_: &mut Signature) {}
}

impl<P: Needs> Page<P> {
    /// Shows a page made from a snapshot.
    pub async fn show<T: Template>(
        self,
        work: impl FnOnce(&mut View<'_>, Layout) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, _| {
            Outcome::page(&service::read(ctx, |view| work(view, layout))?)
        })
        .await
    }

    /// Shows a page made from a snapshot and the parameters of the query string.
    pub async fn ask<Q: Send + 'static, T: Template>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Layout, Q) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, _| {
            let query = query.parsed?;
            Outcome::page(&service::read(ctx, |view| work(view, layout, query))?)
        })
        .await
    }

    /// Shows a page of a long list.
    pub async fn browse<Q: Send + 'static, T: Template>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Layout, Q, &Pager) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, (_, asked)| {
            let (query, pager) = (query.parsed?, asked.pager());
            Outcome::page(&service::read(ctx, |view| {
                work(view, layout, query, &pager)
            })?)
        })
        .await
    }

    /// Answers with something made from a snapshot, such as a file.
    pub async fn give<Q: Send + 'static>(
        self,
        query: Query<Q>,
        work: impl FnOnce(&mut View<'_>, Layout, Q) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(None, move |ctx, layout, _| {
            let query = query.parsed?;
            service::read(ctx, |view| work(view, layout, query))
        })
        .await
    }

    /// Does what a form asks for, once it is known to be ours.
    pub async fn submit(
        self,
        form: Form,
        work: impl FnOnce(&Submit<'_>, Form) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        self.run(Some(form), move |ctx, layout, asked| {
            let (form, asked) = asked;
            let submit = Submit {
                ctx,
                layout,
                method: asked.method.clone(),
                path: asked.path.clone(),
            };
            work(&submit, form)
        })
        .await
    }

    /// Does what a form with a file asks for, once it is known to be ours. The reader is let in
    /// before the file is received.
    pub async fn receive(
        self,
        upload: Upload,
        work: impl FnOnce(&Submit<'_>, Received) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        let asked = self.asked.clone();
        let may_enter = blocking(move || {
            let layout = asked.member_layout();
            Ok(layout.is_ok_and(|layout| layout.may(P::PERMISSION)))
        });
        if !may_enter.await? {
            // As a form, so that a stranger is asked to sign in and loses nothing.
            let form = Some(Form::default());
            return self.run(form, |_, _, _| Err(Code::Forbidden.into())).await;
        }
        let received = upload.receive().await;
        let sent = |received: &Received| received.value(CSRF).to_owned();
        let form = Form::with([(CSRF, received.as_ref().map(sent).unwrap_or_default())]);
        self.submit(form, move |submit, _| work(submit, received?))
            .await
    }

    async fn run(
        self,
        form: Option<Form>,
        work: impl FnOnce(&Ctx, Layout, (Form, &Asked)) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        run(self.asked, Some(P::PERMISSION), form, work).await
    }
}

async fn run(
    asked: Asked,
    permission: Option<Permission>,
    form: Option<Form>,
    work: impl FnOnce(&Ctx, Layout, (Form, &Asked)) -> Result<Outcome> + Send + 'static,
) -> Result<Outcome> {
    blocking(move || {
        let layout = match asked.member_layout() {
            Ok(layout) => layout,
            Err(error) if error.code() == Code::Unauthenticated => {
                return sign_in::ask(&asked, form.as_ref());
            }
            Err(error) => return Err(error),
        };
        let answer = permitted(&asked, layout.clone(), permission, form, work);
        answer.or_else(|error| errors::page(layout, &error))
    })
    .await
}

fn permitted(
    asked: &Asked,
    layout: Layout,
    permission: Option<Permission>,
    form: Option<Form>,
    work: impl FnOnce(&Ctx, Layout, (Form, &Asked)) -> Result<Outcome>,
) -> Result<Outcome> {
    let actor = layout.actor.clone().ok_or(Code::Unauthenticated)?;
    if let Some(permission) = permission {
        match auth::permit(asked.app(), &actor, permission) {
            // The one thing they may do first is a page of its own.
            Err(error) if error.code() == Code::SecondFactorRequired => {
                return Ok(Outcome::see_other("/account/second-factor"));
            }
            permitted => permitted?,
        }
    }
    if let Some(form) = &form
        && !asked.vouches_for(form.value(CSRF))
    {
        return errors::foreign(layout);
    }
    let ctx = Ctx {
        app: asked.app().clone(),
        actor,
        permission: permission.unwrap_or(Permission::Read),
        origin: asked.origin.clone(),
    };
    work(&ctx, layout, (form.unwrap_or_default(), asked))
}

/// A form that may be acted on.
pub struct Submit<'a> {
    /// Who asks for what.
    pub ctx: &'a Ctx,
    /// The page's frame, for showing the form again.
    pub layout: Layout,
    method: String,
    path: String,
}

impl Submit<'_> {
    /// The key under which the outcome of this form is kept, so that sending it twice records it
    /// once.
    pub fn key(&self, form: &Form) -> Option<idempotency::Key> {
        let key = form.value(KEY);
        let good = !key.is_empty()
            && key.len() <= 100
            && key.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        good.then(|| {
            let (method, path) = (self.method.clone(), self.path.clone());
            idempotency::Key::new(key.to_owned(), method, path, &form.fingerprint())
        })
    }

    /// Does something once for each form, however often it is sent. `work` gives the id of what it
    /// made and the project it belongs to; the answer also says whether it was done before.
    pub fn once(
        &self,
        form: &Form,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<(i64, Option<i64>)> + Send + 'static,
    ) -> Result<(i64, bool)> {
        let (id, now) = self.once_with(form, move |tx| Ok((work(tx)?, ())))?;
        Ok((id, now.is_none()))
    }

    /// As [`Submit::once`], with something that must not be kept for later, such as a secret: it is
    /// there only if it was done now.
    pub fn once_with<T: Send + 'static>(
        &self,
        form: &Form,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<((i64, Option<i64>), T)> + Send + 'static,
    ) -> Result<(i64, Option<T>)> {
        let (give, given) = std::sync::mpsc::channel();
        let reply = idempotency::write_once(self.ctx, self.key(form), move |tx| {
            let ((id, project_id), made) = work(tx)?;
            // Nobody takes it any more when the request was given up.
            let _ = give.send(made);
            Ok(Reply {
                status: 201,
                body: Some(id.to_string()),
                project_id,
                ..Reply::default()
            })
        })?;
        let id = reply.body.as_deref().and_then(|body| body.parse().ok());
        let id = id.ok_or_else(|| Error::Internal("a kept answer without an id".into()))?;
        // A transaction that ran again gave more than one; the last was kept.
        let made = given.try_iter().last();
        Ok((id, made.filter(|_| !reply.replayed)))
    }

    /// The form once more, with what was typed and what is wrong. What lies out of reach stays a
    /// page of its own.
    pub fn again<T: Template>(
        &self,
        form: Form,
        error: Error,
        page: impl FnOnce(&mut View<'_>, Layout, Form) -> Result<T>,
    ) -> Result<Outcome> {
        let l = &self.layout;
        let form = match error.code() {
            Code::Forbidden | Code::NotFound => return Err(error),
            Code::IdempotencyKeyReused => {
                let mut form = form;
                form.add_fault("_form", l.t.common.key_reused);
                form
            }
            _ => form.refused(error, l.locale)?,
        };
        self.marked(form, page)
    }

    /// The form once more; what is wrong stands in it already.
    pub fn marked<T: Template>(
        &self,
        form: Form,
        page: impl FnOnce(&mut View<'_>, Layout, Form) -> Result<T>,
    ) -> Result<Outcome> {
        let l = self.layout.clone();
        let status = form.status();
        let form = match form.value(KEY) {
            "" => form,
            _ => form.keyed()?,
        };
        Outcome::refusal(
            status,
            &service::read(self.ctx, |view| page(view, l, form))?,
        )
    }
}

/// Anybody, signed in or not: for the way in and out.
pub struct Visitor {
    /// What the browser says.
    pub asked: Asked,
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Visitor { asked }))
    }
}

impl GuardArgument for Visitor {
    const ACCESS: Access = Access::Open;
}

impl Visitor {
    /// Runs `work` off the event loop. It gets the layout of the signed-in user, if there is one.
    pub async fn run(
        self,
        work: impl FnOnce(&Asked, Layout) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        let asked = self.asked;
        blocking(move || {
            let layout = asked.member_layout().unwrap_or_else(|_| asked.layout());
            work(&asked, layout.clone()).or_else(|error| errors::page(layout, &error))
        })
        .await
    }
}

/// Somebody signed in, whatever their role: for pages about themselves.
pub struct Member {
    asked: Asked,
}

impl FromRequest for Member {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Asked::of(request).map(|asked| Member { asked }))
    }
}

impl GuardArgument for Member {
    const ACCESS: Access = Access::SignedIn;
}

impl Member {
    /// Shows a page.
    pub async fn show<T: Template>(
        self,
        work: impl FnOnce(&mut View<'_>, Layout) -> Result<T> + Send + 'static,
    ) -> Result<Outcome> {
        run(self.asked, None, None, move |ctx, layout, _| {
            Outcome::page(&service::read(ctx, |view| work(view, layout))?)
        })
        .await
    }

    /// Does what a form asks for, once it is known to be ours.
    pub async fn submit(
        self,
        form: Form,
        work: impl FnOnce(&Ctx, Layout, Form, &Asked) -> Result<Outcome> + Send + 'static,
    ) -> Result<Outcome> {
        run(
            self.asked,
            None,
            Some(form),
            move |ctx, layout, (form, asked)| work(ctx, layout, form, asked),
        )
        .await
    }
}
