//! What administrators do with an account besides changing it.

use actix_web::web::Path;

use super::super::form::Form;
use super::super::guard::Page;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, post};
use crate::error::Result;
use crate::http::guard::needs;
use crate::service::Tx;
use crate::service::users::{self, User};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        post("/administration/users/{id}/invitation", invite),
        post("/administration/users/{id}/sign-out", sign_out),
        post(
            "/administration/users/{id}/second-factor-removal",
            remove_second_factor,
        ),
    ]
}

async fn act(
    page: Page<needs::ManageUsers>,
    id: i64,
    form: Form,
    what: fn(&mut Tx<'_>, i64) -> Result<User>,
) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        submit.once(&form, move |tx| what(tx, id).map(|user| (user.id, None)))?;
        Ok(Outcome::see_other(format!(
            "/administration/users/{id}?done=1"
        )))
    })
    .await
}

async fn invite(page: Page<needs::ManageUsers>, id: Path<i64>, form: Form) -> Result<Outcome> {
    act(page, *id, form, users::invite).await
}

async fn sign_out(page: Page<needs::ManageUsers>, id: Path<i64>, form: Form) -> Result<Outcome> {
    act(page, *id, form, users::sign_out).await
}

async fn remove_second_factor(
    page: Page<needs::ManageUsers>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    act(page, *id, form, users::remove_second_factor).await
}
