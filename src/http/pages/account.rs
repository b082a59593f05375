//! One's own account: password, second factor, sessions.

use askama::Template;

use super::form::Form;
use super::guard::Member;
use super::layout::Layout;
use super::outcome::Outcome;
use super::route::{PageRoute, get, post};
use super::text::labels;
use crate::error::Result;
use crate::http::input::{Line, Password, request};
use crate::service::auth::second_factor::{self, Enrolment, Status};
use crate::service::auth::sessions::{self, Session};
use crate::service::{Ctx, View, auth, read};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/account", show),
        post("/account/password", change_password),
        post("/account/sessions", end_session),
        get("/account/second-factor", show_factor),
        post("/account/second-factor", begin_factor),
        post("/account/second-factor/confirmation", confirm_factor),
        post("/account/second-factor/removal", remove_factor),
    ]
}

request! {
    /// A change of the password as typed.
    pub struct TypedPassword {
        current_password: Password,
        new_password: Password,
    }
    /// What proves that it is oneself.
    pub struct TypedProof {
        current_password: Password,
    }
    /// The same, with a code of the second factor.
    pub struct TypedRemoval {
        current_password: Password,
        totp_code: Line<100>,
    }
}

#[derive(Template)]
#[template(path = "account.html", config = "src/http/pages/askama.toml")]
struct AccountPage {
    l: Layout,
    form: Form,
    roles: Vec<&'static str>,
    done: bool,
    factor: Status,
    sessions: Vec<Session>,
}

#[derive(Template)]
#[template(path = "second_factor.html", config = "src/http/pages/askama.toml")]
struct FactorPage {
    l: Layout,
    form: Form,
    step: Step,
}

/// How far somebody is with their second factor.
enum Step {
    /// There is none yet.
    Off { required: bool },
    /// The app is to be given the secret and to show a code.
    Confirm { enrolment: Enrolment, qr: String },
    /// It is on since just now: the codes are shown, once.
    Codes(Vec<String>),
    /// It is on.
    On { codes_left: i64 },
}

fn account_page(view: &mut View<'_>, l: Layout, form: Form) -> Result<AccountPage> {
    let mut roles: Vec<&'static str> = Vec::new();
    for grant in l.actor.iter().flat_map(|actor| &actor.grants) {
        let label = labels::role(grant.role.as_str(), l.locale);
        if !roles.contains(&label) {
            roles.push(label);
        }
    }
    Ok(AccountPage {
        done: l.here.ends_with("?done=1"),
        form,
        roles,
        factor: second_factor::status(view)?,
        sessions: sessions::own(view)?,
        l,
    })
}

async fn show(member: Member) -> Result<Outcome> {
    member
        .show(|view, l| account_page(view, l, Form::default()))
        .await
}

async fn change_password(member: Member, form: Form) -> Result<Outcome> {
    member
        .submit(form, |ctx, l, mut form, _| {
            let typed = form.parse_besides::<TypedPassword>(&["again"]);
            if form.value("new_password") != form.value("again") && !form.is_resumed() {
                form.add_fault("again", l.t.common.password_differs);
            }
            let done = form.sound(typed).and_then(|typed| {
                auth::change_password(ctx, &typed.current_password.0, &typed.new_password.0)
            });
            match done {
                Ok(()) => Ok(Outcome::see_other("/account?done=1")),
                Err(error) => {
                    let form = form.refused(error, l.locale)?;
                    refused_account(ctx, l, form)
                }
            }
        })
        .await
}

fn refused_account(ctx: &Ctx, l: Layout, form: Form) -> Result<Outcome> {
    let status = form.status();
    let page = read(ctx, |view| account_page(view, l, form))?;
    Outcome::refusal(status, &page)
}

async fn end_session(member: Member, form: Form) -> Result<Outcome> {
    member
        .submit(form, |ctx, _, form, _| {
            // A number that is none names no session of theirs.
            let id = form.value("session").parse().unwrap_or_default();
            sessions::end_own(ctx, id)?;
            Ok(Outcome::see_other("/account"))
        })
        .await
}

fn factor_page(l: Layout, form: Form, status: &Status) -> FactorPage {
    let step = match status.enabled {
        true => Step::On {
            codes_left: status.recovery_codes_left,
        },
        false => Step::Off {
            required: status.required,
        },
    };
    FactorPage { l, form, step }
}

async fn show_factor(member: Member) -> Result<Outcome> {
    member
        .show(|view, l| {
            Ok(factor_page(
                l,
                Form::default(),
                &second_factor::status(view)?,
            ))
        })
        .await
}

fn refused_factor(ctx: &Ctx, l: Layout, form: Form) -> Result<Outcome> {
    let (code, status) = (form.status(), read(ctx, second_factor::status)?);
    Outcome::refusal(code, &factor_page(l, form, &status))
}

async fn begin_factor(member: Member, form: Form) -> Result<Outcome> {
    member
        .submit(form, |ctx, l, form, _| {
            let begun = form
                .parse::<TypedProof>()
                .and_then(|typed| second_factor::begin(ctx, &typed.current_password.0));
            match begun {
                Ok(enrolment) => Outcome::page(&confirm_page(l, Form::default(), enrolment)),
                Err(error) => {
                    let form = form.refused(error, l.locale)?;
                    refused_factor(ctx, l, form)
                }
            }
        })
        .await
}

fn confirm_page(l: Layout, form: Form, enrolment: Enrolment) -> FactorPage {
    let qr = qr_code(&enrolment.otpauth_uri);
    FactorPage {
        l,
        form,
        step: Step::Confirm { enrolment, qr },
    }
}

/// The address as a QR code in SVG; empty if it does not fit, and then it is typed.
fn qr_code(text: &str) -> String {
    let Ok(code) = qrcode::QrCode::new(text.as_bytes()) else {
        return String::new();
    };
    let image = code
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    // What stands before the element belongs to a file, not to a page.
    image
        .find("<svg")
        .and_then(|start| image.get(start..))
        .unwrap_or_default()
        .to_owned()
}

async fn confirm_factor(member: Member, form: Form) -> Result<Outcome> {
    member
        .submit(form, |ctx, l, form, _| {
            if form.is_resumed() {
                // The secret was not kept; the way to one begins there.
                return Ok(Outcome::see_other("/account/second-factor"));
            }
            match second_factor::confirm(ctx, form.value("totp_code")) {
                Ok(codes) => Outcome::page(&FactorPage {
                    l,
                    form: Form::default(),
                    step: Step::Codes(codes.recovery_codes),
                }),
                Err(error) => {
                    let enrolment = Enrolment {
                        secret: form.value("secret").to_owned(),
                        otpauth_uri: form.value("otpauth_uri").to_owned(),
                    };
                    let form = form.refused(error, l.locale)?;
                    Outcome::refusal(422, &confirm_page(l, form, enrolment))
                }
            }
        })
        .await
}

async fn remove_factor(member: Member, form: Form) -> Result<Outcome> {
    member
        .submit(form, |ctx, l, form, _| {
            let removed = form.parse::<TypedRemoval>().and_then(|typed| {
                second_factor::remove(ctx, &typed.current_password.0, &typed.totp_code)
            });
            match removed {
                Ok(()) => Ok(Outcome::see_other("/account")),
                Err(error) => {
                    let form = form.refused(error, l.locale)?;
                    refused_factor(ctx, l, form)
                }
            }
        })
        .await
}
