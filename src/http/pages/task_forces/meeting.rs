//! One task force and the agenda of its next meeting, made to be put on the wall or printed.

use actix_web::web::Path;
use askama::Template;
use chrono::{NaiveDate, TimeDelta};

use super::super::alerts::facts;
use super::super::choices::{self, Choices, with_empty};
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use crate::domain::obstacle::FollowUp;
use crate::domain::permission::Permission;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service::View;
use crate::service::alerts::Alert;
use crate::service::directives::{self, Input};
use crate::service::meeting_pack::{self, MeetingPack};
use crate::service::projects;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/task-forces/{id}", show),
        post("/task-forces/{id}/directives", issue),
    ]
}

request! {
    /// Whether something was just done.
    pub struct MeetingQuery {
        done: Option<i64>,
    }
    /// A directive as typed.
    pub struct TypedDirective {
        text: Note,
        assignee_person_id: i64,
        due_date: NaiveDate,
        source_document: Line<500>,
        project_code: Option<Line<100>>,
    }
}

#[derive(Template)]
#[template(path = "task_force.html", config = "src/http/pages/askama.toml")]
struct MeetingPage {
    l: Layout,
    pack: MeetingPack,
    form: Form,
    /// Who can be told to do something; empty for those who may not.
    people: Choices,
    may_issue: bool,
    done: bool,
}

async fn show(
    page: Page<needs::Read>,
    query: Query<MeetingQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let due = view.today.checked_add_signed(TimeDelta::days(14));
        let due = due.unwrap_or(view.today).to_string();
        let form = Form::with([("due_date", due)]).keyed()?;
        let mut page = build(view, l, *id, form)?;
        page.done = query.done.is_some();
        Ok(page)
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, id: i64, form: Form) -> Result<MeetingPage> {
    let pack = meeting_pack::pack(view, id)?;
    let unit = pack.task_force.unit_id;
    let scope = view.scope(Permission::EditDirectives)?;
    let may_issue = l.may(Permission::EditDirectives) && scope.has_unit(unit);
    Ok(MeetingPage {
        people: match may_issue {
            true => with_empty(l.t.common.choose, choices::people(view)?),
            false => Vec::new(),
        },
        may_issue,
        pack,
        form,
        done: false,
        l,
    })
}

async fn issue(page: Page<needs::EditDirectives>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, mut form| {
        let typed = match form.parse::<TypedDirective>() {
            Ok(typed) => typed,
            Err(error) => {
                return submit.again(form, error, |view, l, form| build(view, l, id, form));
            }
        };
        let code = typed.project_code.as_ref().map(|code| code.0.clone());
        let project = crate::service::read(submit.ctx, |view| match &code {
            Some(code) => projects::with_code(view, code).map(Some),
            None => Ok(None),
        })?;
        if project == Some(None) {
            form.add_fault("project_code", submit.layout.t.task_force.no_project);
            return submit.marked(form, |view, l, form| build(view, l, id, form));
        }
        let project = project.flatten();
        let input = Input {
            text: typed.text.0.clone(),
            assignee_person_id: typed.assignee_person_id,
            due_date: typed.due_date,
            status: FollowUp::Open,
            source_document: typed.source_document.0.clone(),
        };
        let done = submit.once(&form, move |tx| {
            let made = directives::create(tx, (id, project), &input)?;
            Ok((made.id, project))
        });
        match done {
            Ok(_) => Ok(Outcome::see_other(format!(
                "/task-forces/{id}?done=1#directives"
            ))),
            Err(error) => submit.again(form, error, |view, l, form| build(view, l, id, form)),
        }
    })
    .await
}

impl MeetingPage {
    fn amount(&self, alert: &Alert) -> String {
        facts::amount(&alert.facts).map_or_else(String::new, |amount| self.l.amount(&amount))
    }

    fn days(&self, alert: &Alert) -> String {
        facts::days(&alert.facts, &self.l).unwrap_or_default()
    }

    fn overdue(&self, due: &NaiveDate) -> Option<String> {
        let days = (self.pack.as_of - *due).num_days();
        (days > 0).then(|| {
            let days = self.l.days(&days);
            self.l.fill(self.l.t.project.overdue, &[("days", &days)])
        })
    }

    fn category(&self, code: &str) -> String {
        super::super::project::category(code, &self.l)
    }

    fn level_text(&self, total: &i64, critical: &i64) -> String {
        let (total, critical) = (self.l.number(total), self.l.number(critical));
        let values = [("n", total.as_str()), ("critical", &critical)];
        self.l.fill(self.l.t.task_force.level_counts, &values)
    }

    /// How many rows of a list are left out.
    fn more(&self, total: &i64, shown: usize) -> Option<String> {
        let left = total - i64::try_from(shown).unwrap_or(i64::MAX);
        (left > 0).then(|| {
            let left = self.l.number(&left);
            self.l.fill(self.l.t.overview.more, &[("n", &left)])
        })
    }
}
