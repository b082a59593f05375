//! Guards of the calls that need no permission: for anybody, and for whoever is signed in.

use std::future::Ready;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;

use super::answer::Answer;
use super::asked::Asked;
use super::body::{Body, Empty};
use super::guard::{Made, blocking, created, ok};
use crate::domain::permission::Permission;
use crate::error::{Code, Error, Result};
use crate::service::{self, App, Ctx, Origin, Tx, View, auth};

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
    /// Answers with something read that an API key may ask too.
    pub async fn introduce<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.known(move |ctx, _| ok(&service::read(ctx, work)?))
            .await
    }

    /// Answers with something read.
    pub async fn read<T: Serialize + Send + 'static>(
        self,
        work: impl FnOnce(&mut View<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Answer<T>> {
        self.checked(move |ctx, _| ok(&service::read(ctx, work)?))
            .await
    }

    /// Makes something of the caller's own whose secret is in this answer alone.
    pub async fn create_secret<T: Serialize + 'static>(
        self,
        body: Body<Empty>,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<Made<T>> + Send + 'static,
    ) -> Result<Answer<T, 201>> {
        self.checked(move |ctx, _| {
            body.parsed?;
            let reply = service::write(ctx, move |tx| created(work(tx)?))?;
            Ok(Answer::of(reply))
        })
        .await
    }

    /// Runs `work` off the event loop on behalf of the caller.
    pub async fn run<B: Send + 'static, T: Send + 'static>(
        self,
        body: Body<B>,
        work: impl FnOnce(&Ctx, B) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.checked(move |ctx, _| work(ctx, body.parsed?)).await
    }

    /// Passwords, second factors, sessions and calendars are a person's own: no API key has any.
    async fn checked<T: Send + 'static>(
        self,
        work: impl FnOnce(&Ctx, &Asked) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.known(move |ctx, asked| match ctx.actor.signed_in() {
            Some(_) => work(ctx, asked),
            None => Err(Code::Forbidden.into()),
        })
        .await
    }

    async fn known<T: Send + 'static>(
        self,
        work: impl FnOnce(&Ctx, &Asked) -> Result<T> + Send + 'static,
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
            work(&ctx, &asked)
        })
        .await
    }
}
