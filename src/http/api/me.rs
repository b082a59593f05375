//! `/me`: what callers see and change of themselves.

use actix_web::web::Path;

use crate::error::Code;
use crate::http::answer::{Answered, Created, NoContent, no_content, secret};
use crate::http::body::{Body, Empty};
use crate::http::endpoint::{Endpoint, get, post, put};
use crate::http::guard::{Listing, Made, SignedIn};
use crate::http::input::{Line, Password, request};
use crate::service::agenda::{self, CalendarFeed, MadeCalendarFeed};
use crate::service::auth::second_factor::{self, Enrolment, RecoveryCodes, Status};
use crate::service::auth::{self, sessions};
use crate::service::me::{self, Me};
use crate::service::write;

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/me", show, "Shows who is signed in and what they may do"),
        put(
            "/me/password",
            change_password,
            "Changes one's own password and ends one's other sessions",
        ),
        get(
            "/me/second-factor",
            show_factor,
            "Shows whether sign-in asks for a code",
        ),
        post(
            "/me/second-factor",
            begin,
            "Gives a secret for an authenticator app; it counts once it is confirmed",
        )
        .refuses(&[Code::SecondFactorSet])
        .keeps_no_answer(),
        post(
            "/me/second-factor/confirmation",
            confirm,
            "Turns the second factor on by a code of the app; gives recovery codes, once",
        )
        .refuses(&[Code::SecondFactorSet])
        .keeps_no_answer(),
        post(
            "/me/second-factor/removal",
            remove,
            "Turns the second factor off",
        )
        .keeps_no_answer(),
        get(
            "/me/sessions",
            list_sessions,
            "Lists where one is signed in",
        ),
        post(
            "/me/sessions/{id}/end",
            end_session,
            "Ends one of one's own sessions",
        )
        .keeps_no_answer(),
        get(
            "/me/calendar",
            show_calendar,
            "Shows whether one has a calendar address",
        ),
        post(
            "/me/calendar",
            make_calendar,
            "Makes one's calendar address, in the place of the one before. It is in this answer and nowhere else",
        )
        .keeps_no_answer(),
        post(
            "/me/calendar/revocation",
            end_calendar,
            "Ends one's calendar address",
        )
        .keeps_no_answer(),
    ]
}

request! {
    /// The old and the new password.
    pub struct PasswordChange {
        current_password: Password,
        new_password: Password,
    }
    /// The password again, before something a borrowed session must not do.
    pub struct PasswordAgain {
        current_password: Password,
    }
    /// A code that the app shows.
    pub struct FactorConfirmation {
        totp_code: Line<20>,
    }
    /// The password again, and a code of the app or a recovery code.
    pub struct FactorRemoval {
        current_password: Password,
        totp_code: Line<20>,
    }
}

async fn show(caller: SignedIn) -> Answered<Me> {
    caller.introduce(me::get).await
}

async fn change_password(caller: SignedIn, body: Body<PasswordChange>) -> NoContent {
    caller
        .run(body, |ctx, input| {
            auth::change_password(ctx, &input.current_password.0, &input.new_password.0)
        })
        .await?;
    no_content()
}

async fn show_factor(caller: SignedIn) -> Answered<Status> {
    caller.read(second_factor::status).await
}

async fn begin(caller: SignedIn, body: Body<PasswordAgain>) -> Answered<Enrolment> {
    let begun = caller.run(body, |ctx, input| {
        second_factor::begin(ctx, &input.current_password.0)
    });
    secret(&begun.await?)
}

async fn confirm(caller: SignedIn, body: Body<FactorConfirmation>) -> Answered<RecoveryCodes> {
    let confirmed = caller.run(body, |ctx, input| {
        second_factor::confirm(ctx, &input.totp_code)
    });
    secret(&confirmed.await?)
}

async fn remove(caller: SignedIn, body: Body<FactorRemoval>) -> NoContent {
    caller
        .run(body, |ctx, input| {
            second_factor::remove(ctx, &input.current_password.0, &input.totp_code)
        })
        .await?;
    no_content()
}

async fn list_sessions(caller: SignedIn) -> Answered<Listing<sessions::Session>> {
    caller
        .read(|view| {
            Ok(Listing {
                data: sessions::own(view)?,
                next_cursor: None,
            })
        })
        .await
}

async fn end_session(caller: SignedIn, id: Path<i64>, body: Body<Empty>) -> NoContent {
    caller
        .run(body, move |ctx, _| sessions::end_own(ctx, *id))
        .await?;
    no_content()
}

async fn show_calendar(caller: SignedIn) -> Answered<CalendarFeed> {
    caller.read(agenda::get).await
}

async fn make_calendar(caller: SignedIn, body: Body<Empty>) -> Created<MadeCalendarFeed> {
    caller
        .create_secret(body, |tx| {
            Ok(Made {
                value: agenda::make(tx)?,
                location: "/me/calendar".to_owned(),
                project_id: None,
            })
        })
        .await
}

async fn end_calendar(caller: SignedIn, body: Body<Empty>) -> Answered<CalendarFeed> {
    let ended = caller.run(body, |ctx, _| write(ctx, agenda::revoke));
    secret(&ended.await?)
}
