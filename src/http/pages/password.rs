//! Choosing a password by a link: invited users, and those who forgot theirs.

use actix_web::web::Path;
use askama::Template;

use super::form::Form;
use super::guard::Visitor;
use super::layout::Layout;
use super::outcome::Outcome;
use super::route::{PageRoute, get, post};
use crate::error::{Code, Error, Result};
use crate::service::auth::links;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/password", forgotten),
        post("/password", ask),
        get("/password/{token}", show),
        post("/password/{token}", set),
    ]
}

#[derive(Template)]
#[template(
    path = "password_forgotten.html",
    config = "src/http/pages/askama.toml"
)]
struct ForgottenPage {
    l: Layout,
    form: Form,
    asked: bool,
}

#[derive(Template)]
#[template(path = "password_link.html", config = "src/http/pages/askama.toml")]
struct LinkPage {
    l: Layout,
    form: Form,
    token: String,
    works: bool,
}

async fn forgotten(visitor: Visitor) -> Result<Outcome> {
    visitor
        .run(|_, l| {
            Outcome::page(&ForgottenPage {
                l,
                form: Form::default(),
                asked: false,
            })
        })
        .await
}

async fn ask(visitor: Visitor, form: Form) -> Result<Outcome> {
    visitor
        .run(move |asked, l| {
            asked.refuse_foreign()?;
            let mut form = form;
            match links::forgotten(asked.app(), &asked.origin, form.value("username")) {
                Ok(()) => Outcome::page(&ForgottenPage {
                    l,
                    form: Form::default(),
                    asked: true,
                }),
                Err(Error::Throttled(seconds)) => {
                    let minutes = seconds.div_ceil(60).to_string();
                    let wait = l.fill(l.t.common.sign_in_throttled, &[("n", &minutes)]);
                    form.add_fault("username", wait);
                    let page = ForgottenPage {
                        l,
                        form,
                        asked: false,
                    };
                    Ok(Outcome::refusal(429, &page)?.with_retry_after(seconds))
                }
                Err(error) => Err(error),
            }
        })
        .await
}

async fn show(visitor: Visitor, token: Path<String>) -> Result<Outcome> {
    visitor
        .run(move |asked, l| {
            let page = LinkPage {
                works: links::works(asked.app(), &token)?,
                token: token.clone(),
                form: Form::default(),
                l,
            };
            match page.works {
                true => Outcome::page(&page),
                false => Outcome::refusal(404, &page),
            }
        })
        .await
}

async fn set(visitor: Visitor, token: Path<String>, form: Form) -> Result<Outcome> {
    visitor
        .run(move |asked, l| {
            asked.refuse_foreign()?;
            let mut form = form;
            let new = form.value("new_password").to_owned();
            let outcome = match new == form.value("again") {
                true => links::set_password(asked.app(), &asked.origin, &token, &new),
                false => {
                    form.add_fault("again", l.t.common.password_differs);
                    Err(Code::Invalid.into())
                }
            };
            let Err(error) = outcome else {
                return Ok(Outcome::see_other("/sign-in?set=1"));
            };
            let form = match form.is_refused() {
                true => form,
                false => form.refused(error, l.locale)?,
            };
            let page = LinkPage {
                works: links::works(asked.app(), &token)?,
                token: token.clone(),
                form,
                l,
            };
            Outcome::refusal(422, &page)
        })
        .await
}
