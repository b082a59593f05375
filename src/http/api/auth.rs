//! `/auth/*`

use serde::Serialize;
use utoipa::ToSchema;

use super::shared::text;
use crate::error::Code;
use crate::http::answer::{Answered, NoContent, no_content, secret};
use crate::http::body::Body;
use crate::http::endpoint::{Endpoint, post};
use crate::http::guard::Open;
use crate::http::input::{Line, Password, request};
use crate::service::auth::{self, Credentials, links};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        post("/auth/login", login, "Signs in")
            .refuses(&[Code::InvalidCredentials, Code::TooManyRequests]),
        post(
            "/auth/refresh",
            refresh,
            "Exchanges a refresh token for a new pair",
        )
        .refuses(&[Code::InvalidCredentials]),
        post(
            "/auth/logout",
            logout,
            "Ends the session of a refresh token",
        ),
        post(
            "/auth/password-reset-requests",
            forgotten,
            "Mails a link to choose a new password; the same answer for every name",
        )
        .refuses(&[Code::TooManyRequests]),
        post(
            "/auth/password-resets",
            set_password,
            "Sets a password by the token of an invitation or of a link for a forgotten password",
        ),
    ]
}

request! {
    /// Name and password, and the code of the second factor if one is set up.
    pub struct Login {
        username: Line<100>,
        password: Password,
        /// Six digits of the authenticator app, or a recovery code.
        totp_code: Option<Line<20>>,
    }
    /// A refresh token.
    pub struct Refresh {
        refresh_token: Line<200>,
    }
    /// Whose password is forgotten.
    pub struct PasswordResetRequest {
        username: Line<100>,
    }
    /// The token of a link, and the new password.
    pub struct PasswordReset {
        token: Line<200>,
        new_password: Password,
    }
}

/// An access token and the refresh token that follows it.
#[derive(Serialize, ToSchema)]
struct TokenPair {
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds that the access token lives.
    expires_in: i64,
    refresh_token: String,
}

fn answer(pair: auth::Pair) -> Answered<TokenPair> {
    secret(&TokenPair {
        access_token: pair.access_token,
        token_type: "Bearer",
        expires_in: pair.expires_in,
        refresh_token: pair.refresh_token,
    })
}

async fn login(open: Open, body: Body<Login>) -> Answered<TokenPair> {
    let pair = open.run(body, |app, origin, login| {
        let code = text(&login.totp_code);
        let with = Credentials {
            username: &login.username,
            password: &login.password.0,
            code: code.as_deref(),
        };
        auth::login(app, origin, with)
    });
    answer(pair.await?)
}

async fn refresh(open: Open, body: Body<Refresh>) -> Answered<TokenPair> {
    let renew = open.run(body, |app, origin, input| {
        auth::refresh(app, origin, &input.refresh_token)
    });
    answer(renew.await?)
}

async fn logout(open: Open, body: Body<Refresh>) -> NoContent {
    open.run(body, |app, origin, input| {
        auth::logout(app, origin, &input.refresh_token)
    })
    .await?;
    no_content()
}

async fn forgotten(open: Open, body: Body<PasswordResetRequest>) -> NoContent {
    open.run(body, |app, origin, input| {
        links::forgotten(app, origin, &input.username)
    })
    .await?;
    no_content()
}

async fn set_password(open: Open, body: Body<PasswordReset>) -> NoContent {
    open.run(body, |app, origin, input| {
        links::set_password(app, origin, &input.token, &input.new_password.0)
    })
    .await?;
    no_content()
}
