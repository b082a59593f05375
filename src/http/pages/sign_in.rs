//! The way in and out, and the choices of language, unit and theme.

use askama::Template;

use super::asked::Asked;
use super::form::{CSRF, Form, RESUME};
use super::guard::{Member, Visitor};
use super::layout::Layout;
use super::outcome::Outcome;
use super::route::{PageRoute, get, post};
use crate::error::{Code, Error, Result};
use crate::http::body::Query;
use crate::http::input::{Line, request};
use crate::service::auth::{Credentials, web as sessions};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/sign-in", show),
        post("/sign-in", submit),
        post("/sign-out", sign_out),
        post("/preferences", preferences),
    ]
}

request! {
    /// Where to go after signing in, and what was done just before.
    pub struct SignInQuery {
        next: Option<Line<1000>>,
        out: Option<Line<10>>,
        set: Option<Line<10>>,
    }
}

/// Prefix of the fields of a form that waits for a sign-in.
const KEPT: &str = "keep:";
/// Says that a form waits, even if nothing of it may be kept, and whether anything was typed.
const SENT: &str = "_sent";

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/http/pages/askama.toml")]
struct SignInPage {
    l: Layout,
    form: Form,
    next: String,
    notice: Option<&'static str>,
    /// Fields of a form whose session ended, to be sent after signing in.
    kept: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "resume.html", config = "src/http/pages/askama.toml")]
struct ResumePage {
    l: Layout,
    target: String,
    kept: Vec<(String, String)>,
    /// Whether anything was typed, or only a button pressed.
    is_typed: bool,
}

/// An address of ours, or the overview: never one of another site.
fn local(path: &str) -> String {
    let fine = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control);
    match fine {
        true => path.to_owned(),
        false => "/".to_owned(),
    }
}

/// Asks to sign in: on the way to a page, or before a form that was sent too late is taken.
pub fn ask(asked: &Asked, form: Option<&Form>) -> Result<Outcome> {
    let Some(form) = form else {
        let next = percent(&asked.here);
        return Ok(match asked.here.as_str() {
            "/" => Outcome::see_other("/sign-in"),
            _ => Outcome::see_other(format!("/sign-in?next={next}")),
        });
    };
    asked.refuse_foreign()?;
    let page = SignInPage {
        l: asked.layout(),
        form: Form::default(),
        next: asked.here.clone(),
        notice: None,
        kept: waiting(form),
    };
    Outcome::refusal(401, &page)
}

/// The fields of a form, to be carried over the sign-in.
fn waiting(form: &Form) -> Vec<(String, String)> {
    let sent = match (form.has(CSRF), form.is_typed()) {
        // A file is received only after its sender was let in.
        (false, _) => None,
        (true, true) => Some((SENT, "typed")),
        (true, false) => Some((SENT, "pressed")),
    };
    let fields = form.kept().chain(sent);
    fields
        .map(|(name, value)| (format!("{KEPT}{name}"), value.to_owned()))
        .collect()
}

/// Writes text into a query string.
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

async fn show(visitor: Visitor, query: Query<SignInQuery>) -> Result<Outcome> {
    visitor
        .run(move |_, l| {
            let query = query.parsed?;
            let next = local(query.next.as_ref().map_or("/", |next| next.as_str()));
            if l.actor.is_some() {
                return Ok(Outcome::see_other(next));
            }
            let t = &l.t.common;
            let notice = match (&query.out, &query.set) {
                (Some(_), _) => Some(t.signed_out),
                (None, Some(_)) => Some(t.password_set),
                (None, None) => None,
            };
            Outcome::page(&SignInPage {
                l,
                form: Form::default(),
                next,
                notice,
                kept: Vec::new(),
            })
        })
        .await
}

async fn submit(visitor: Visitor, form: Form) -> Result<Outcome> {
    visitor
        .run(move |asked, mut l| {
            asked.refuse_foreign()?;
            let code = form.value("totp_code").trim();
            let with = Credentials {
                username: form.value("username"),
                password: form.value("password"),
                code: (!code.is_empty()).then_some(code),
            };
            let before = asked.session.as_deref();
            match sessions::sign_in(asked.app(), &asked.origin, with, before) {
                Ok(secret) => welcome(asked, &form, secret),
                Err(error) => {
                    l.actor = None;
                    refused(l, form, error)
                }
            }
        })
        .await
}

fn kept_of(form: &Form) -> Vec<(String, String)> {
    form.kept()
        .filter(|(name, _)| name.starts_with(KEPT))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn welcome(asked: &Asked, form: &Form, secret: String) -> Result<Outcome> {
    let target = local(form.value("next"));
    let mut kept: Vec<(String, String)> = kept_of(form)
        .into_iter()
        .map(|(name, value)| (name.replacen(KEPT, "", 1), value))
        .collect();
    let cookie = asked.session_cookie(Some(secret.clone()));
    if kept.is_empty() {
        return Ok(Outcome::see_other(target).with_cookie(cookie));
    }
    let is_typed = kept.contains(&(SENT.to_owned(), "typed".to_owned()));
    kept.retain(|(name, _)| name != SENT && name != RESUME);
    let mut again = asked.clone();
    again.session = Some(secret);
    let page = ResumePage {
        l: again.member_layout()?,
        target,
        kept,
        is_typed,
    };
    Ok(Outcome::page(&page)?.with_cookie(cookie))
}

fn refused(l: Layout, mut form: Form, error: Error) -> Result<Outcome> {
    let t = &l.t.common;
    let (status, wait) = match &error {
        Error::Throttled(seconds) => {
            let minutes = seconds.div_ceil(60).to_string();
            form.add_fault("username", l.fill(t.sign_in_throttled, &[("n", &minutes)]));
            (429, Some(*seconds))
        }
        _ if error.code() == Code::InvalidCredentials => {
            form.add_fault("username", t.sign_in_wrong);
            (401, None)
        }
        _ => return Err(error),
    };
    let page = SignInPage {
        next: local(form.value("next")),
        kept: kept_of(&form),
        notice: None,
        form,
        l,
    };
    let outcome = Outcome::refusal(status, &page)?;
    Ok(match wait {
        Some(seconds) => outcome.with_retry_after(seconds),
        None => outcome,
    })
}

async fn sign_out(member: Member, form: Form) -> Result<Outcome> {
    member
        .submit(form, |ctx, _, _, asked| {
            if let Some(session) = &asked.session {
                sessions::sign_out(&ctx.app, &ctx.origin, &ctx.actor, session)?;
            }
            Ok(Outcome::see_other("/sign-in?out=1").with_cookie(asked.session_cookie(None)))
        })
        .await
}

async fn preferences(visitor: Visitor, form: Form) -> Result<Outcome> {
    visitor
        .run(move |asked, _| {
            asked.refuse_foreign()?;
            let mut prefs = asked.prefs();
            for value in form.values("choose") {
                prefs.choose(value);
            }
            let next = local(form.value("back"));
            Ok(Outcome::see_other(next).with_cookie(asked.prefs_cookie(prefs)))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_ours_are_followed() {
        assert_eq!(local("/projects?x=1"), "/projects?x=1");
        for evil in [
            "//evil.example",
            "/\\evil",
            "https://evil.example",
            "",
            "/a\r\nb",
        ] {
            assert_eq!(local(evil), "/", "{evil}");
        }
        assert_eq!(percent("/a?b=c&d=đ"), "/a%3Fb%3Dc%26d%3D%C4%91");
    }
}
