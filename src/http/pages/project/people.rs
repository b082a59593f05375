//! Who answers for a project, over time.

use actix_web::web::Path;
use askama::Template;

use super::super::choices::{self, Choices, with_empty};
use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::{Head, ProjectQuery, Tab, head};
use crate::domain::permission::Permission;
use crate::domain::project::Duty;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::page::Page as ListPage;
use crate::service::projects::{self, Assignment};
use crate::service::shared::Decision;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/projects/{id}/people", show),
        post("/projects/{id}/people", assign),
    ]
}

request! {
    /// A new assignment.
    pub struct NewAssignment {
        duty: Duty,
        person_id: i64,
        effective_date: chrono::NaiveDate,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: chrono::NaiveDate,
    }
}

#[derive(Template)]
#[template(path = "project_people.html", config = "src/http/pages/askama.toml")]
struct PeoplePage {
    l: Layout,
    c: Context,
    head: Head,
    leaders: Vec<Assignment>,
    officers: Vec<Assignment>,
    form: Form,
    people: Choices,
    duties: Choices,
    done: bool,
}

impl PeoplePage {
    fn groups(&self) -> [(&'static str, &[Assignment]); 2] {
        let t = &self.l.t.project;
        [(t.leaders, &self.leaders), (t.officers, &self.officers)]
    }
}

async fn show(
    page: Page<needs::Read>,
    query: Query<ProjectQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let mut form = Form::default().keyed()?;
        form.set("effective_date", view.today.to_string());
        form.set("duty", Duty::Leader.as_str());
        people_page(view, l, *id, &query, form)
    })
    .await
}

fn people_page(
    view: &mut View<'_>,
    l: Layout,
    id: i64,
    query: &ProjectQuery,
    form: Form,
) -> Result<PeoplePage> {
    let (head, c) = head(view, &l, id, Tab::People, query)?;
    let mut leaders = projects::history(view, id, Duty::Leader, &ListPage::all())?.rows;
    let mut officers = projects::history(view, id, Duty::Officer, &ListPage::all())?.rows;
    leaders.reverse();
    officers.reverse();
    let people = match l.may(Permission::AssignPeople) {
        true => choices::people(view)?,
        false => Vec::new(),
    };
    Ok(PeoplePage {
        people: with_empty(l.t.common.choose, people),
        duties: vec![
            ("leader".into(), l.t.common.leader.into()),
            ("officer".into(), l.t.common.officer.into()),
        ],
        leaders,
        officers,
        form,
        done: query.done.is_some(),
        head,
        c,
        l,
    })
}

async fn assign(page: Page<needs::AssignPeople>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<NewAssignment>().and_then(|new| {
            submit.once(&form, move |tx| {
                let decision = Decision {
                    number: new.decision_number.0.clone(),
                    issuer: new.decision_issuer.0.clone(),
                    date: new.decision_date,
                };
                let who = (new.person_id, new.effective_date, &decision);
                projects::assign(tx, id, new.duty, who, |_| Ok(()))?;
                Ok((id, Some(id)))
            })
        });
        match done {
            Ok(_) => Ok(Outcome::see_other(format!("/projects/{id}/people?done=1"))),
            Err(error) => submit.again(form, error, |view, l, form| {
                people_page(view, l, id, &ProjectQuery::today(), form)
            }),
        }
    })
    .await
}
