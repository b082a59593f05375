//! One obstacle: how far it has come, and who changes it.

use actix_web::web::Path;
use askama::Template;

use super::super::choices::{self, Choices};
use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use super::follow_up::{Owners, TypedObstacle, back_to, categories, category, overdue, owners};
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::obstacle::FollowUp;
use crate::domain::permission::Permission;
use crate::domain::text_enum::TextEnum;
use crate::error::{Code, Result};
use crate::http::answer::{etag, json_text};
use crate::http::guard::needs;
use crate::service::View;
use crate::service::obstacles::{self, Obstacle};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/obstacles/{id}", one), post("/obstacles/{id}", update)]
}

#[derive(Template)]
#[template(path = "obstacle.html", config = "src/http/pages/askama.toml")]
struct ObstaclePage {
    l: Layout,
    c: Context,
    head: Head,
    obstacle: Obstacle,
    form: Form,
    owners: Option<Owners>,
    /// Whether somebody changed it since the form was opened.
    stale: bool,
}

async fn one(page: Page<needs::Read>, id: Path<i64>) -> Result<Outcome> {
    page.show(move |view, l| {
        let obstacle = obstacles::get(view, *id)?;
        let form = stored(&obstacle)?;
        obstacle_page(view, l, obstacle, form)
    })
    .await
}

fn stored(obstacle: &Obstacle) -> Result<Form> {
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    Form::with([
        ("category", obstacle.category.clone()),
        ("description", obstacle.description.clone()),
        ("owner_agency_id", id(obstacle.owner_agency_id)),
        ("owner_person_id", id(obstacle.owner_person_id)),
        ("due_date", obstacle.due_date.to_string()),
        ("status", obstacle.status.as_str().to_owned()),
        (
            "resolution",
            obstacle.resolution.clone().unwrap_or_default(),
        ),
        ("seen", etag(&json_text(obstacle)?)),
    ])
    .keyed()
}

fn obstacle_page(
    view: &mut View<'_>,
    l: Layout,
    obstacle: Obstacle,
    form: Form,
) -> Result<ObstaclePage> {
    let project = obstacle.project_id;
    let query = ProjectQuery::today();
    let (head, c) = head(view, &l, project, Tab::FollowUp, &query)?;
    Ok(ObstaclePage {
        owners: match view.may_on(Permission::EditObstacles, project)? {
            true => Some(owners(view, &l)?),
            false => None,
        },
        stale: form.value("seen") != etag(&json_text(&obstacle)?),
        obstacle,
        form,
        head,
        c,
        l,
    })
}

async fn update(page: Page<needs::EditObstacles>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| change(submit, *id, form))
        .await
}

fn change(submit: &Submit<'_>, id: i64, form: Form) -> Result<Outcome> {
    let done = form.parse::<TypedObstacle>().and_then(|typed| {
        submit.once(&form, move |tx| {
            let before = obstacles::lock(tx, id)?;
            let seen = typed.seen.as_ref().map_or("", |seen| seen.as_str());
            if seen != etag(&json_text(&before)?) {
                return Err(Code::StaleVersion.into());
            }
            let after = obstacles::update(tx, &before, &typed.input())?;
            Ok((after.project_id, Some(after.project_id)))
        })
    });
    match done {
        Ok((project, _)) => Ok(back_to(project)),
        Err(error) => submit.again(form, error, |view, l, form| {
            let obstacle = obstacles::get(view, id)?;
            obstacle_page(view, l, obstacle, form)
        }),
    }
}

impl ObstaclePage {
    fn categories(&self) -> Choices {
        categories(&self.l, self.form.value("category"))
    }

    fn statuses(&self) -> Choices {
        choices::named(FollowUp::NAMES, labels::task_status, &self.l)
    }

    fn overdue(&self) -> Option<String> {
        overdue(&self.l, self.obstacle.due_date, self.obstacle.status)
    }

    /// What is stored now, field by field, where it differs from what was typed.
    fn differences(&self) -> Vec<(&'static str, String)> {
        let (k, t) = (&self.l.t.common, &self.l.t.project);
        let Ok(now) = stored(&self.obstacle) else {
            return Vec::new();
        };
        let fields = [
            ("category", t.category),
            ("description", t.description),
            ("due_date", t.due_date),
            ("status", k.status),
            ("resolution", t.resolution),
            ("owner_agency_id", t.owner_agency),
            ("owner_person_id", t.owner_person),
        ];
        let shown = |name: &str| match name {
            "category" => category(&self.obstacle.category, &self.l),
            "status" => labels::task_status(self.obstacle.status.as_str(), self.l.locale).into(),
            "due_date" => self.l.date(&self.obstacle.due_date),
            "owner_agency_id" => self
                .obstacle
                .owner_agency
                .as_ref()
                .map_or_else(String::new, |agency| agency.name.clone()),
            "owner_person_id" => self
                .obstacle
                .owner_person
                .as_ref()
                .map_or_else(String::new, |person| person.full_name.clone()),
            other => now.value(other).to_owned(),
        };
        fields
            .into_iter()
            .filter(|(name, _)| now.value(name).trim() != self.form.value(name).trim())
            .map(|(name, label)| (label, shown(name)))
            .collect()
    }
}
