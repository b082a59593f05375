//! One version: its months against the version in force, and what is done with it.

use actix_web::web::Path;
use askama::Template;

use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::project::{Head, ProjectQuery, Tab, head};
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::domain::schedule::ScheduleStatus;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Reason, request};
use crate::service::schedules::{self, Schedule, Worksheet};
use crate::service::{Tx, View};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/schedules/{id}", show),
        post("/schedules/{id}/submit", hand_in),
        post("/schedules/{id}/approve", approve),
        post("/schedules/{id}/return", send_back),
    ]
}

request! {
    /// Whether something was just done.
    pub struct ShowQuery {
        done: Option<i64>,
    }
    /// Nothing but the button.
    pub struct Pressed {}
    /// Why it is sent back.
    pub struct TypedReturn {
        reason: Reason,
    }
}

/// What the reader may do with the version as it stands.
struct May {
    edit: bool,
    submit: bool,
    approve: bool,
    /// The reader submitted it, so somebody else has to approve.
    own: bool,
}

/// A month of the version.
struct Month {
    label: String,
    now: Money,
    before: Money,
    change: Money,
    paid: Money,
}

#[derive(Template)]
#[template(path = "schedule.html", config = "src/http/pages/askama.toml")]
struct VersionPage {
    l: Layout,
    c: Context,
    head: Head,
    form: Form,
    version: Schedule,
    sheet: Worksheet,
    months: Vec<Month>,
    may: May,
    done: bool,
}

async fn show(page: Page<needs::Read>, query: Query<ShowQuery>, id: Path<i64>) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let mut page = build(view, l, *id, Form::default().keyed()?)?;
        page.done = query.done.is_some();
        Ok(page)
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, id: i64, form: Form) -> Result<VersionPage> {
    let version = schedules::get(view, id)?;
    let project = version.project_id;
    let line = (project, version.line_id);
    let sheet = schedules::worksheet(view, line, version.effective_date, Some(id))?;
    let query = ProjectQuery::of_year(version.budget_year);
    let (head, c) = head(view, &l, project, Tab::Schedules, &query)?;
    let may = may(view, &version)?;
    Ok(VersionPage {
        months: months(&l, &version, &sheet),
        version,
        sheet,
        may,
        form,
        head,
        c,
        l,
        done: false,
    })
}

fn may(view: &mut View<'_>, version: &Schedule) -> Result<May> {
    let project = version.project_id;
    let write = view.may_on(Permission::SubmitSchedules, project)?;
    let approve = view.may_on(Permission::ApproveSchedules, project)?;
    let submitter = version.submitted_by.as_ref().map(|user| user.id);
    let open = matches!(
        version.status,
        ScheduleStatus::Draft | ScheduleStatus::Returned
    );
    let waits = version.status == ScheduleStatus::Submitted;
    let own = submitter.is_some() && submitter == view.ctx.actor.user_id;
    Ok(May {
        edit: open && write,
        submit: open && write,
        approve: waits && approve && !own,
        own: waits && own,
    })
}

fn months(l: &Layout, version: &Schedule, sheet: &Worksheet) -> Vec<Month> {
    let now = schedules::by_month(&version.items, &sheet.months);
    let before = sheet.in_force.as_ref().map(|version| version.items.clone());
    let before = schedules::by_month(&before.unwrap_or_default(), &sheet.months);
    let rows = sheet.months.iter().zip(now).zip(before).zip(&sheet.paid);
    rows.map(|(((month, now), before), paid)| Month {
        label: l.month(month),
        change: Money::saturating(now.wide() - before.wide()),
        now,
        before,
        paid: *paid,
    })
    .collect()
}

async fn hand_in(page: Page<needs::SubmitSchedules>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        let pressed = form.parse::<Pressed>();
        act(submit, *id, form, pressed, |tx, id, _| {
            schedules::submit(tx, id)
        })
    })
    .await
}

async fn approve(
    page: Page<needs::ApproveSchedules>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        let pressed = form.parse::<Pressed>();
        act(submit, *id, form, pressed, |tx, id, _| {
            schedules::approve(tx, id)
        })
    })
    .await
}

async fn send_back(
    page: Page<needs::ApproveSchedules>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        let typed = form.parse::<TypedReturn>();
        act(submit, *id, form, typed, |tx, id, typed| {
            schedules::send_back(tx, id, typed.reason.0.as_deref())
        })
    })
    .await
}

fn act<T: Send + 'static>(
    submit: &Submit<'_>,
    id: i64,
    form: Form,
    typed: Result<T>,
    work: fn(&mut Tx<'_>, i64, &T) -> Result<Schedule>,
) -> Result<Outcome> {
    let done = typed.and_then(|typed| {
        submit.once(&form, move |tx| {
            let after = work(tx, id, &typed)?;
            Ok((id, Some(after.project_id)))
        })
    });
    match done {
        Ok(_) => Ok(Outcome::see_other(format!("/schedules/{id}?done=1"))),
        Err(error) => submit.again(form, error, |view, l, form| build(view, l, id, form)),
    }
}

impl VersionPage {
    fn title(&self) -> String {
        let l = &self.l;
        let number = self.version.version.to_string();
        l.fill(l.t.schedule.title_version, &[("n", &number)])
    }

    fn line_name(&self) -> String {
        let origin = labels::origin(self.sheet.origin.as_str(), self.l.locale).to_lowercase();
        let source = &self.sheet.funding_source.name;
        format!("{source} {}, {origin}", self.sheet.budget_year)
    }

    fn matches_plan(&self) -> bool {
        self.version.total == self.sheet.plan
    }

    fn tag(&self) -> &'static str {
        match self.version.status {
            ScheduleStatus::Approved => "good",
            ScheduleStatus::Returned => "bad",
            _ => "warn",
        }
    }

    fn base_name(&self) -> String {
        let l = &self.l;
        match &self.sheet.in_force {
            Some(version) => {
                let number = version.version.to_string();
                l.fill(l.t.schedule.version_in_force, &[("n", &number)])
            }
            None => String::new(),
        }
    }
}
