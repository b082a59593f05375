//! Several alerts at once: chosen in the inbox, looked at, then acted on together or not at all.

use askama::Template;
use chrono::NaiveDate;

use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use crate::domain::permission::Permission;
use crate::error::{Error, Fault, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Note, request};
use crate::service::alerts::{self, Alert};
use crate::service::{Tx, View};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/alerts/selection", show),
        post("/alerts/selection/snooze", snooze),
        post("/alerts/selection/waiver", waive),
        post("/alerts/selection/notes", note),
    ]
}

request! {
    /// The alerts that were ticked.
    pub struct Selection {
        id: Vec<i64>,
    }
    /// The same silence for all of them.
    pub struct SnoozeAll {
        id: Vec<i64>,
        until: NaiveDate,
        reason: Option<Note>,
    }
    /// The same waiver for all of them.
    pub struct WaiveAll {
        id: Vec<i64>,
        reason: Option<Note>,
        false_alarm: Option<bool>,
    }
    /// The same note beside all of them.
    pub struct NoteAll {
        id: Vec<i64>,
        text: Note,
    }
}

/// Alerts that can be acted on at once.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "alert_selection.html", config = "src/http/pages/askama.toml")]
struct SelectionPage {
    l: Layout,
    alerts: Vec<Alert>,
    snooze: Form,
    waive: Form,
    note: Form,
}

async fn show(page: Page<needs::Read>, query: Query<Selection>) -> Result<Outcome> {
    page.ask(query, |view, l, query| {
        build(view, l, &query.id, ("", Form::default()))
    })
    .await
}

fn build(
    view: &mut View<'_>,
    l: Layout,
    ids: &[i64],
    (part, refused): (&'static str, Form),
) -> Result<SelectionPage> {
    let chosen = ids.iter().take(MOST);
    let alerts = chosen.map(|id| Ok(alerts::get(view, *id)?.alert));
    let alerts = alerts.collect::<Result<Vec<Alert>>>()?;
    let form = |name: &'static str| match part == name {
        true => Ok(refused.clone().part(name)),
        false => Form::default().part(name).keyed(),
    };
    Ok(SelectionPage {
        snooze: form("snooze")?,
        waive: form("waive")?,
        note: form("note")?,
        alerts,
        l,
    })
}

async fn snooze(page: Page<needs::Commit>, form: Form) -> Result<Outcome> {
    page.submit(form, |submit, form| {
        let typed = form.parse::<SnoozeAll>();
        let typed = typed.map(|typed| (typed.id.clone(), typed));
        all(submit, "snooze", form, typed, |tx, id, typed| {
            let reason = typed.reason.as_ref().map(|note| note.as_str());
            alerts::snooze(tx, id, typed.until, reason).map(|_| ())
        })
    })
    .await
}

async fn waive(page: Page<needs::ManageAlerts>, form: Form) -> Result<Outcome> {
    page.submit(form, |submit, form| {
        let typed = form.parse::<WaiveAll>();
        let typed = typed.map(|typed| (typed.id.clone(), typed));
        all(submit, "waive", form, typed, |tx, id, typed| {
            let reason = typed.reason.as_ref().map(|note| note.as_str());
            let false_alarm = typed.false_alarm.unwrap_or_default();
            alerts::waive(tx, id, reason, false_alarm).map(|_| ())
        })
    })
    .await
}

async fn note(page: Page<needs::Comment>, form: Form) -> Result<Outcome> {
    page.submit(form, |submit, form| {
        let typed = form.parse::<NoteAll>();
        let typed = typed.map(|typed| (typed.id.clone(), typed));
        all(submit, "note", form, typed, |tx, id, typed| {
            alerts::note(tx, id, &typed.text).map(|_| ())
        })
    })
    .await
}

/// Acts on all of them in one transaction; one refusal refuses all.
fn all<T: Send + 'static>(
    submit: &Submit<'_>,
    part: &'static str,
    form: Form,
    typed: Result<(Vec<i64>, T)>,
    work: fn(&mut Tx<'_>, i64, &T) -> Result<()>,
) -> Result<Outcome> {
    let ids: Vec<i64> = form.values("id").filter_map(|id| id.parse().ok()).collect();
    let done = typed.and_then(|(mut ids, typed)| {
        // Locks are taken in ascending order.
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(MOST);
        submit.once(&form, move |tx| {
            let mut faults: Vec<Fault> = Vec::new();
            for id in &ids {
                match work(tx, *id, &typed) {
                    Ok(()) => {}
                    Err(Error::Refused(found)) => {
                        for fault in found {
                            if !faults.contains(&fault) {
                                faults.push(fault);
                            }
                        }
                    }
                    Err(other) => return Err(other),
                }
            }
            Error::check(faults)?;
            Ok((i64::try_from(ids.len()).unwrap_or(i64::MAX), None))
        })
    });
    match done {
        Ok((number, _)) => Ok(Outcome::see_other(format!("/alerts?done={number}"))),
        Err(error) => submit.again(form, error, |view, l, form| {
            build(view, l, &ids, (part, form))
        }),
    }
}
