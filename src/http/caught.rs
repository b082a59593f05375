//! A panic in a handler is a fault of ours: logged, answered with 500 like any other, and over.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;

use actix_web::Handler;

use crate::error::{Error, Result};

/// A handler whose panics are errors.
#[derive(Clone)]
pub struct Caught<F>(pub F);

impl<F, A> Handler<A> for Caught<F>
where
    F: Handler<A>,
    A: 'static,
{
    type Output = Result<F::Output>;
    type Future = Pin<Box<dyn Future<Output = Self::Output>>>;

    fn call(&self, arguments: A) -> Self::Future {
        let mut future = Box::pin(self.0.call(arguments));
        Box::pin(std::future::poll_fn(move |context| {
            // Nothing of the future is used again after a panic.
            match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
                Ok(state) => state.map(Ok),
                Err(_) => Err(Error::Internal("a handler panicked".into())).into(),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
    use actix_web::{App, HttpResponse, web};

    use super::Caught;

    async fn broken() -> HttpResponse {
        panic!("on purpose")
    }

    #[actix_web::test]
    async fn a_panic_is_answered_and_the_worker_lives() {
        let routes = web::resource("/broken").to(Caught(broken));
        let well = web::resource("/well").to(Caught(HttpResponse::NoContent));
        let app = App::new()
            .wrap(from_fn(crate::http::frame))
            .service(routes)
            .service(well);
        let app = init_service(app).await;
        for _ in 0..3 {
            let answer = call_service(&app, TestRequest::get().uri("/broken").to_request()).await;
            assert_eq!(answer.status(), 500);
            let problem: serde_json::Value = read_body_json(answer).await;
            assert_eq!(problem["code"], "internal", "{problem}");
            assert!(problem["request_id"].is_string(), "{problem}");
            assert!(!problem.to_string().contains("purpose"), "{problem}");
        }
        let answer = call_service(&app, TestRequest::get().uri("/well").to_request()).await;
        assert_eq!(answer.status(), 204);
    }
}
