//! `/auth/*` and `/me`

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Code;
use crate::http::answer::{Answer, Answered, NoContent, json_text};
use crate::http::body::Body;
use crate::http::endpoint::{Endpoint, get, post, put};
use crate::http::guard::{Open, SignedIn};
use crate::http::input::{Line, Password, request};
use crate::service::me::{self, Me};
use crate::service::{Reply, auth};

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
        get(
            "/me",
            show_me,
            "Shows who is signed in and what they may do",
        ),
        put(
            "/me/password",
            change_password,
            "Changes one's own password",
        ),
    ]
}

request! {
    /// Name and password.
    pub struct Login {
        username: Line<100>,
        password: Password,
        totp_code: Option<Line<20>>,
    }
    /// A refresh token.
    pub struct Refresh {
        refresh_token: Line<200>,
    }
    /// The old and the new password.
    pub struct PasswordChange {
        current_password: Password,
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
    let body = json_text(&TokenPair {
        access_token: pair.access_token,
        token_type: "Bearer",
        expires_in: pair.expires_in,
        refresh_token: pair.refresh_token,
    })?;
    Ok(Answer::of(Reply {
        status: 200,
        body: Some(body),
        ..Reply::default()
    })
    .with_next(None))
}

fn nothing() -> NoContent {
    Ok(Answer::of(Reply {
        status: 204,
        ..Reply::default()
    }))
}

async fn login(open: Open, body: Body<Login>) -> Answered<TokenPair> {
    answer(
        open.run(body, |app, origin, login| {
            auth::login(app, origin, &login.username, &login.password.0)
        })
        .await?,
    )
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
    nothing()
}

async fn show_me(caller: SignedIn) -> Answered<Me> {
    caller.read(me::get).await
}

async fn change_password(caller: SignedIn, body: Body<PasswordChange>) -> NoContent {
    caller
        .run(body, |ctx, input| {
            auth::change_password(ctx, &input.current_password.0, &input.new_password.0)
        })
        .await?;
    nothing()
}
