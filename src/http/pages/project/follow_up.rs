//! What blocks a project, and what the task force told somebody to do about it.

use actix_web::web::Path;
use askama::Template;
use chrono::{NaiveDate, TimeDelta};

use super::super::choices::{self, Choices, with_empty};
use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::obstacle::{Category, FollowUp};
use crate::domain::permission::Permission;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service::directives::{self, Directive};
use crate::service::obstacles::{self, Input, Obstacle};
use crate::service::page::Page as ListPage;
use crate::service::{View, confirmations};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/projects/{id}/obstacles", show),
        post("/projects/{id}/obstacles", record),
        post("/projects/{id}/nothing-to-report", confirm),
    ]
}

request! {
    /// An obstacle as typed.
    pub struct TypedObstacle {
        category: Line<40>,
        description: Note,
        owner_agency_id: Option<i64>,
        owner_person_id: Option<i64>,
        due_date: NaiveDate,
        status: Option<FollowUp>,
        resolution: Option<Note>,
        seen: Option<Line<100>>,
    }
    /// A confirmation as typed.
    pub struct TypedConfirmation {
        as_of: NaiveDate,
        note: Option<Note>,
    }
}

impl TypedObstacle {
    /// What the service takes.
    pub fn input(&self) -> Input {
        Input {
            category: self.category.0.clone(),
            description: self.description.0.clone(),
            owner_agency_id: self.owner_agency_id,
            owner_person_id: self.owner_person_id,
            due_date: self.due_date,
            status: self.status.unwrap_or(FollowUp::Open),
            resolution: self.resolution.as_ref().map(|note| note.0.clone()),
        }
    }
}

/// What can be chosen in the form of an obstacle.
pub struct Owners {
    /// Agencies.
    pub agencies: Choices,
    /// People.
    pub people: Choices,
}

/// Everybody who can be put in charge.
pub fn owners(view: &mut View<'_>, l: &Layout) -> Result<Owners> {
    let none = l.t.common.none;
    Ok(Owners {
        agencies: with_empty(none, choices::agencies(view)?),
        people: with_empty(none, choices::people(view)?),
    })
}

/// A kind of obstacle in words; kinds of the province's own are shown as they are.
pub fn category(code: &str, l: &Layout) -> String {
    Category::parse(code).map_or_else(|| code.to_owned(), |known| known.label(l.locale).to_owned())
}

/// The suggested kinds, and one of the province's own if it stands there.
pub fn categories(l: &Layout, other: &str) -> Choices {
    let known = Category::ALL.iter().map(|one| {
        let label = one.label(l.locale);
        (one.as_str().to_owned(), label.to_owned())
    });
    let mut list = with_empty(l.t.common.choose, known);
    if !other.is_empty() && Category::parse(other).is_none() {
        list.push((other.to_owned(), other.to_owned()));
    }
    list
}

#[derive(Template)]
#[template(path = "project_obstacles.html", config = "src/http/pages/askama.toml")]
struct FollowUpPage {
    l: Layout,
    c: Context,
    head: Head,
    obstacles: Vec<Obstacle>,
    directives: Vec<Directive>,
    form: Form,
    confirm: Form,
    owners: Option<Owners>,
    may_confirm: bool,
    done: bool,
}

/// The form that was refused, to be shown in the place of the blank one.
enum Refused {
    Neither,
    Obstacle(Form),
    Confirmation(Form),
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        build(view, l, *id, &query, Refused::Neither)
    })
    .await
}

fn build(
    view: &mut View<'_>,
    l: Layout,
    id: i64,
    query: &ProjectQuery,
    refused: Refused,
) -> Result<FollowUpPage> {
    let (head, c) = head(view, &l, id, Tab::FollowUp, query)?;
    let mut obstacles = obstacles::list(view, id, &ListPage::all())?.rows;
    obstacles.sort_by_key(|one| (one.status.is_over(), one.due_date));
    let filter = directives::ListFilter {
        projects: vec![id],
        ..directives::ListFilter::default()
    };
    let directives = directives::list(view, &filter, &ListPage::all())?.rows;
    let blank = |view: &View<'_>| {
        let due = view.today.checked_add_signed(TimeDelta::days(30));
        Form::with([("due_date", due.unwrap_or(view.today).to_string())]).keyed()
    };
    let asked = |view: &View<'_>| Form::with([("as_of", view.today.to_string())]).keyed();
    let (form, confirm) = match refused {
        Refused::Neither => (blank(view)?, asked(view)?),
        Refused::Obstacle(form) => (form, asked(view)?),
        Refused::Confirmation(form) => (blank(view)?, form),
    };
    Ok(FollowUpPage {
        owners: match view.may_on(Permission::EditObstacles, id)? {
            true => Some(owners(view, &l)?),
            false => None,
        },
        may_confirm: view.may_on(Permission::LogDisbursements, id)?,
        confirm: confirm.part("confirm"),
        done: query.done.is_some(),
        obstacles,
        directives,
        form,
        head,
        c,
        l,
    })
}

async fn record(page: Page<needs::EditObstacles>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<TypedObstacle>().and_then(|typed| {
            submit.once(&form, move |tx| {
                let made = obstacles::create(tx, id, &typed.input())?;
                Ok((made.id, Some(id)))
            })
        });
        match done {
            Ok(_) => Ok(back_to(id)),
            Err(error) => submit.again(form, error, |view, l, form| {
                build(view, l, id, &ProjectQuery::today(), Refused::Obstacle(form))
            }),
        }
    })
    .await
}

/// Where the reader goes after a change.
pub fn back_to(project: i64) -> Outcome {
    Outcome::see_other(format!("/projects/{project}/obstacles?done=1"))
}

async fn confirm(
    page: Page<needs::LogDisbursements>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<TypedConfirmation>().and_then(|typed| {
            submit.once(&form, move |tx| {
                let note = typed.note.as_ref().map(|note| note.0.clone());
                let made = confirmations::create(tx, id, typed.as_of, note)?;
                Ok((made.id, Some(id)))
            })
        });
        match done {
            Ok(_) => Ok(back_to(id)),
            Err(error) => submit.again(form, error, |view, l, form| {
                let refused = Refused::Confirmation(form);
                build(view, l, id, &ProjectQuery::today(), refused)
            }),
        }
    })
    .await
}

/// How long something is overdue, in words.
pub fn overdue(l: &Layout, due: NaiveDate, status: FollowUp) -> Option<String> {
    let days = (l.today - due).num_days();
    (days > 0 && !status.is_over()).then(|| {
        let days = l.days(&days);
        l.fill(l.t.project.overdue, &[("days", &days)])
    })
}

impl FollowUpPage {
    fn category(&self, code: &str) -> String {
        category(code, &self.l)
    }

    fn categories(&self) -> Choices {
        categories(&self.l, self.form.value("category"))
    }

    fn overdue(&self, due: &NaiveDate, status: &FollowUp) -> Option<String> {
        overdue(&self.l, *due, *status)
    }

    fn owner(&self, one: &Obstacle) -> String {
        let agency = one.owner_agency.as_ref().map(|agency| agency.name.clone());
        let person = one
            .owner_person
            .as_ref()
            .map(|person| person.full_name.clone());
        let both: Vec<String> = person.into_iter().chain(agency).collect();
        match both.is_empty() {
            true => self.l.t.common.unknown.to_owned(),
            false => both.join(", "),
        }
    }
}
