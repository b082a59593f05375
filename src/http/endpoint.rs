//! One declaration per call: the router, the OpenAPI document and the tests all read the same
//! list. Permission, parameters, body and answer come from the handler's own signature.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, Route, web};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::answer::Answer;
use super::body::{Body, Query};
use super::caught::Caught;
use super::guard::{Authorized, Listing, Needs, Open, SignedIn};
use super::input::Request;
use crate::domain::permission::Permission;
use crate::error::{Code, Result};

/// Who may make a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Open,
    /// Whoever is signed in.
    SignedIn,
    /// Holders of the permission.
    Needs(Permission),
}

type Parameter = (&'static str, bool, RefOr<Schema>, &'static str);
type Named = (String, RefOr<Schema>);

/// What a handler's signature says.
#[derive(Clone, Default)]
pub struct Signature {
    /// Query parameters; `None` for a call that takes none.
    pub query: Option<Vec<Parameter>>,
    /// Body type.
    pub body: Option<Named>,
    /// Schema of a body of `multipart/form-data`.
    pub form: Option<RefOr<Schema>>,
    /// Success status.
    pub status: u16,
    /// Body of the answer.
    pub answer: Option<RefOr<Schema>>,
    /// Media type of the answer, if it is a file.
    pub file: Option<&'static str>,
    /// Schemas that the answer refers to.
    pub schemas: Vec<Named>,
}

/// The first argument of every handler: a guard.
pub trait GuardArgument {
    /// Who it lets through.
    const ACCESS: Access;
}

impl<P: Needs> GuardArgument for Authorized<P> {
    const ACCESS: Access = Access::Needs(P::PERMISSION);
}
impl GuardArgument for Open {
    const ACCESS: Access = Access::Open;
}
impl GuardArgument for SignedIn {
    const ACCESS: Access = Access::SignedIn;
}

/// Any further argument.
pub trait Argument {
    /// Adds what it takes.
    fn describe(signature: &mut Signature);
}

impl<T> Argument for web::Path<T> {
    fn describe(_: &mut Signature) {}
}
impl<T: Request> Argument for Query<T> {
    fn describe(signature: &mut Signature) {
        signature.query = Some(T::parameters());
    }
}
impl<T: Request> Argument for Body<T> {
    fn describe(signature: &mut Signature) {
        signature.body = Some((T::NAME.to_owned(), T::object()));
    }
}

/// A handler's arguments: a guard first.
pub trait Arguments {
    /// Who may make the call.
    const ACCESS: Access;
    /// Adds what they take.
    fn describe(signature: &mut Signature);
}

macro_rules! arguments {
    ($($name:ident),*) => {
        impl<G: GuardArgument, $($name: Argument),*> Arguments for (G, $($name,)*) {
            const ACCESS: Access = G::ACCESS;
            #[allow(unused_variables)]
            fn describe(signature: &mut Signature) { $($name::describe(signature);)* }
        }
    };
}
arguments!();
arguments!(A);
arguments!(A, B);
arguments!(A, B, C);

/// What a handler answers with.
pub trait Output {
    /// Adds its status and schema.
    fn describe(signature: &mut Signature);
}

impl<T: ToSchema> PartialSchema for Listing<T> {
    fn schema() -> RefOr<Schema> {
        use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Type};
        let row = utoipa::openapi::Ref::from_schema_name(T::name());
        ObjectBuilder::new()
            .property("data", ArrayBuilder::new().items(RefOr::<Schema>::Ref(row)))
            .required("data")
            .property(
                "next_cursor",
                ObjectBuilder::new().schema_type(utoipa::openapi::schema::SchemaType::Array(vec![
                    Type::String,
                    Type::Null,
                ])),
            )
            .required("next_cursor")
            .into()
    }
}

impl<T: ToSchema> ToSchema for Listing<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Listing", T::name()).into()
    }
    fn schemas(schemas: &mut Vec<Named>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

impl<T: ToSchema, const STATUS: u16> Output for Result<Answer<T, STATUS>> {
    fn describe(signature: &mut Signature) {
        signature.status = STATUS;
        if STATUS == 204 {
            return;
        }
        let name = T::name().into_owned();
        signature.schemas.push((name.clone(), T::schema()));
        T::schemas(&mut signature.schemas);
        let reference = utoipa::openapi::Ref::from_schema_name(name);
        signature.answer = Some(RefOr::Ref(reference));
    }
}

/// One call of the API.
pub struct Endpoint {
    /// HTTP method.
    pub method: Method,
    /// Path below `/api/v1`, with `{name}` for parameters.
    pub path: &'static str,
    /// Who may make it.
    pub access: Access,
    /// What it does, in a line.
    pub summary: &'static str,
    /// Refusals it may answer with, besides those of every call.
    pub errors: Vec<Code>,
    /// What it takes and answers.
    pub signature: Signature,
    /// It keeps no answer, so that an `Idempotency-Key` says nothing to it.
    pub keyless: bool,
    route: Box<dyn Fn(Method) -> Route + Send + Sync>,
}

impl Endpoint {
    /// Names the refusals of this call.
    pub fn refuses(mut self, codes: &[Code]) -> Self {
        self.errors.extend_from_slice(codes);
        self
    }

    /// Says that no answer is kept for a replay.
    pub fn keeps_no_answer(mut self) -> Self {
        self.keyless = true;
        self
    }

    /// Whether a repetition under the same `Idempotency-Key` is answered once.
    pub fn takes_key(&self) -> bool {
        self.method == Method::POST && self.access != Access::Open && !self.keyless
    }

    pub(super) fn route(&self) -> Route {
        (self.route)(self.method.clone())
    }

    /// The same call without its body (RFC 9110): the server leaves the body out.
    pub(super) fn head(&self) -> Route {
        (self.route)(Method::HEAD)
    }
}

fn endpoint<F, A>(method: Method, path: &'static str, handler: F, summary: &'static str) -> Endpoint
where
    F: Handler<A> + Send + Sync,
    A: FromRequest + Arguments + 'static,
    F::Output: Responder + Output + 'static,
{
    let mut signature = Signature::default();
    A::describe(&mut signature);
    F::Output::describe(&mut signature);
    Endpoint {
        method,
        path,
        access: A::ACCESS,
        summary,
        errors: Vec::new(),
        signature,
        keyless: false,
        route: Box::new(move |method| Route::new().method(method).to(Caught(handler.clone()))),
    }
}

macro_rules! verb {
    ($($(#[$doc:meta])* $name:ident $method:ident),*) => {$(
        $(#[$doc])*
        pub fn $name<F, A>(path: &'static str, handler: F, summary: &'static str) -> Endpoint
        where
            F: Handler<A> + Send + Sync,
            A: FromRequest + Arguments + 'static,
            F::Output: Responder + Output + 'static,
        {
            endpoint(Method::$method, path, handler, summary)
        }
    )*};
}

verb! {
    /// A call that reads.
    get GET,
    /// A call that creates or acts.
    post POST,
    /// A call that changes some fields.
    patch PATCH,
    /// A call that replaces.
    put PUT
}
