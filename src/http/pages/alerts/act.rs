//! What somebody does about one alert.

use actix_web::web::Path;
use chrono::NaiveDate;

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, post};
use super::super::typed;
use super::one::build;
use crate::domain::format::AmountUnit;
use crate::error::Result;
use crate::http::guard::needs;
use crate::http::input::{Note, request};
use crate::service::Tx;
use crate::service::alerts::{self, Acknowledgement, AlertDetail};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        post("/alerts/{id}/acknowledgement", commit),
        post("/alerts/{id}/snooze", snooze),
        post("/alerts/{id}/waiver", waive),
        post("/alerts/{id}/notes", note),
    ]
}

request! {
    /// A promise as typed, besides its amount.
    pub struct TypedPromise {
        commit_date: NaiveDate,
        note: Option<Note>,
        obstacle_id: Option<i64>,
    }
    /// A snooze as typed.
    pub struct TypedSnooze {
        until: NaiveDate,
        reason: Option<Note>,
    }
    /// A waiver as typed.
    pub struct TypedWaiver {
        reason: Option<Note>,
        false_alarm: Option<bool>,
    }
    /// A note as typed.
    pub struct TypedNote {
        text: Note,
    }
}

fn given(reason: &Option<Note>) -> Option<&str> {
    reason.as_ref().map(|note| note.as_str())
}

async fn commit(page: Page<needs::Commit>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, mut form| {
        let typed = form.parse_besides::<TypedPromise>(&["commit_amount"]);
        let has_amount = !form.value("commit_amount").trim().is_empty();
        let l = &submit.layout;
        let amount = typed::amount(&mut form, "commit_amount", AmountUnit::Dong, false, l);
        let Some(amount) = amount else {
            return submit.marked(form, |view, l, form| {
                build(view, l, *id, Some(("commit", form)))
            });
        };
        let typed = typed.map(|typed| (typed, has_amount.then_some(amount)));
        act(
            submit,
            (*id, "commit"),
            form,
            typed,
            |tx, id, (typed, amount)| {
                let offered = Acknowledgement {
                    commit_date: typed.commit_date,
                    commit_amount: *amount,
                    note: typed.note.as_ref().map(|note| note.0.clone()),
                    obstacle_id: typed.obstacle_id,
                };
                alerts::acknowledge(tx, id, &offered)
            },
        )
    })
    .await
}

async fn snooze(page: Page<needs::Commit>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        let typed = form.parse::<TypedSnooze>();
        act(submit, (*id, "snooze"), form, typed, |tx, id, typed| {
            alerts::snooze(tx, id, typed.until, given(&typed.reason))
        })
    })
    .await
}

async fn waive(page: Page<needs::ManageAlerts>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        let typed = form.parse::<TypedWaiver>();
        act(submit, (*id, "waive"), form, typed, |tx, id, typed| {
            let false_alarm = typed.false_alarm.unwrap_or_default();
            alerts::waive(tx, id, given(&typed.reason), false_alarm)
        })
    })
    .await
}

async fn note(page: Page<needs::Comment>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        let typed = form.parse::<TypedNote>();
        act(submit, (*id, "note"), form, typed, |tx, id, typed| {
            alerts::note(tx, id, &typed.text)
        })
    })
    .await
}

/// Does it once, or shows the alert again with what is wrong.
fn act<T: Send + 'static>(
    submit: &Submit<'_>,
    (id, part): (i64, &'static str),
    form: Form,
    typed: Result<T>,
    work: fn(&mut Tx<'_>, i64, &T) -> Result<AlertDetail>,
) -> Result<Outcome> {
    let done = typed.and_then(|typed| {
        submit.once(&form, move |tx| {
            let after = work(tx, id, &typed)?.alert;
            Ok((after.id, after.project.map(|project| project.id)))
        })
    });
    match done {
        Ok(_) => Ok(Outcome::see_other(format!("/alerts/{id}?done=1"))),
        Err(error) => submit.again(form, error, |view, l, form| {
            build(view, l, id, Some((part, form)))
        }),
    }
}
