//! One declaration per page, as [`crate::http::endpoint`] for the API: no page without a guard.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Route};

use super::outcome::Outcome;
use crate::error::Result;
use crate::http::caught::Caught;
use crate::http::endpoint::{Access, Arguments};

/// A page or the target of a form.
pub struct PageRoute {
    /// HTTP method.
    pub method: Method,
    /// Path, with `{name}` for parameters.
    pub path: &'static str,
    /// Who may see it.
    pub access: Access,
    route: Box<dyn Fn(Method) -> Route + Send + Sync>,
}

impl PageRoute {
    pub(super) fn route(&self) -> Route {
        (self.route)(self.method.clone())
    }

    pub(super) fn head(&self) -> Route {
        (self.route)(Method::HEAD)
    }
}

fn declare<F, A>(method: Method, path: &'static str, handler: F) -> PageRoute
where
    F: Handler<A, Output = Result<Outcome>> + Send + Sync,
    A: FromRequest + Arguments + 'static,
{
    PageRoute {
        method,
        path,
        access: A::ACCESS,
        route: Box::new(move |method| Route::new().method(method).to(Caught(handler.clone()))),
    }
}

/// A page that shows something.
pub fn get<F, A>(path: &'static str, handler: F) -> PageRoute
where
    F: Handler<A, Output = Result<Outcome>> + Send + Sync,
    A: FromRequest + Arguments + 'static,
{
    declare(Method::GET, path, handler)
}

/// The target of a form.
pub fn post<F, A>(path: &'static str, handler: F) -> PageRoute
where
    F: Handler<A, Output = Result<Outcome>> + Send + Sync,
    A: FromRequest + Arguments + 'static,
{
    declare(Method::POST, path, handler)
}
