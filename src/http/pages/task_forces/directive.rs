//! One directive: what was asked, and how far it has come.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

use super::super::choices::{self, Choices, with_empty};
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use crate::domain::obstacle::FollowUp;
use crate::domain::permission::Permission;
use crate::domain::text_enum::TextEnum;
use crate::error::{Code, Result};
use crate::http::answer::{etag, json_text};
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service::View;
use crate::service::directives::{self, Directive, Input};
use crate::service::task_forces;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/directives/{id}", show),
        post("/directives/{id}", update),
    ]
}

request! {
    /// A directive as changed.
    pub struct ChangedDirective {
        text: Note,
        assignee_person_id: i64,
        due_date: NaiveDate,
        status: FollowUp,
        source_document: Line<500>,
        seen: Option<Line<100>>,
    }
}

#[derive(Template)]
#[template(path = "directive.html", config = "src/http/pages/askama.toml")]
struct DirectivePage {
    l: Layout,
    directive: Directive,
    form: Form,
    people: Choices,
    may_change: bool,
    /// Whether somebody changed it since the form was opened.
    stale: bool,
}

async fn show(page: Page<needs::Read>, id: Path<i64>) -> Result<Outcome> {
    page.show(move |view, l| {
        let directive = directives::get(view, *id)?;
        let form = Form::with([
            ("text", directive.text.clone()),
            (
                "assignee_person_id",
                directive.assignee_person_id.to_string(),
            ),
            ("due_date", directive.due_date.to_string()),
            ("status", directive.status.as_str().to_owned()),
            ("source_document", directive.source_document.clone()),
            ("seen", etag(&json_text(&directive)?)),
        ]);
        build(view, l, directive, form.keyed()?)
    })
    .await
}

fn build(
    view: &mut View<'_>,
    l: Layout,
    directive: Directive,
    form: Form,
) -> Result<DirectivePage> {
    let unit = task_forces::get(view, directive.task_force_id)?.unit_id;
    let scope = view.scope(Permission::EditDirectives)?;
    let may_change = l.may(Permission::EditDirectives) && scope.has_unit(unit);
    Ok(DirectivePage {
        people: match may_change {
            true => with_empty(l.t.common.choose, choices::people(view)?),
            false => Vec::new(),
        },
        stale: form.value("seen") != etag(&json_text(&directive)?),
        may_change,
        directive,
        form,
        l,
    })
}

async fn update(page: Page<needs::EditDirectives>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<ChangedDirective>().and_then(|typed| {
            submit.once(&form, move |tx| {
                let before = directives::lock(tx, id)?;
                let seen = typed.seen.as_ref().map_or("", |seen| seen.as_str());
                if seen != etag(&json_text(&before)?) {
                    return Err(Code::StaleVersion.into());
                }
                let input = Input {
                    text: typed.text.0.clone(),
                    assignee_person_id: typed.assignee_person_id,
                    due_date: typed.due_date,
                    status: typed.status,
                    source_document: typed.source_document.0.clone(),
                };
                let after = directives::update(tx, &before, &input)?;
                Ok((after.task_force_id, after.project_id))
            })
        });
        match done {
            Ok((force, _)) => Ok(Outcome::see_other(format!(
                "/task-forces/{force}?done=1#directives"
            ))),
            Err(error) => submit.again(form, error, |view, l, form| {
                let directive = directives::get(view, id)?;
                build(view, l, directive, form)
            }),
        }
    })
    .await
}

impl DirectivePage {
    fn statuses(&self) -> Choices {
        choices::named(FollowUp::NAMES, labels::task_status, &self.l)
    }

    /// What is stored now, where it differs from what was typed.
    fn differences(&self) -> Vec<(&'static str, String)> {
        let (k, t) = (&self.l.t.common, &self.l.t.project);
        let now = &self.directive;
        let status = labels::task_status(now.status.as_str(), self.l.locale);
        let assignee = (
            now.assignee_person_id.to_string(),
            now.assignee.full_name.clone(),
        );
        let fields = [
            ("text", t.directive, now.text.clone(), now.text.clone()),
            ("assignee_person_id", t.assignee, assignee.0, assignee.1),
            (
                "due_date",
                t.due_date,
                now.due_date.to_string(),
                self.l.date(&now.due_date),
            ),
            (
                "status",
                k.status,
                now.status.as_str().to_owned(),
                status.to_owned(),
            ),
            (
                "source_document",
                self.l.t.task_force.document,
                now.source_document.clone(),
                now.source_document.clone(),
            ),
        ];
        fields
            .into_iter()
            .filter(|(name, _, stored, _)| stored.trim() != self.form.value(name).trim())
            .map(|(_, label, _, shown)| (label, shown))
            .collect()
    }
}
