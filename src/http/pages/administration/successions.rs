//! Splits and merges of administrative units: who follows a unit, and who takes which project.

use std::collections::BTreeMap;

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

use super::super::choices::{Choices, with_empty};
use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use crate::domain::permission::Permission;
use crate::domain::text::sort_key;
use crate::domain::units::Level;
use crate::error::{Error, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::page::Page as ListPage;
use crate::service::shared::{Decision, Ref};
use crate::service::successions::{self, NewUnitSuccession, Succession, Successor};
use crate::service::units::{self, AdministrativeUnit};
use crate::service::{View, shared};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/administration/units/{id}/successions", show),
        get("/administration/units/{id}/successions/new", blank),
        post("/administration/units/{id}/successions", create),
    ]
}

request! {
    /// What was done just before.
    pub struct ShowQuery {
        done: Option<Line<1>>,
    }
    /// Who follows, from when: the first step of the form.
    pub struct NewQuery {
        heir: Vec<i64>,
        effective_date: Option<NaiveDate>,
    }
    /// A succession as typed, but for who takes which project.
    pub struct TypedSuccession {
        heir: Vec<i64>,
        rest_to_unit_id: i64,
        effective_date: NaiveDate,
        decision_number: Line<100>,
        decision_issuer: Line<300>,
        decision_date: NaiveDate,
    }
}

/// Fields that say who takes a project begin with this.
const TAKES: &str = "project/";

/// A succession in words.
struct Told {
    date: NaiveDate,
    decision: Decision,
    /// Who followed, with the number of projects they took.
    heirs: Vec<(String, usize)>,
    rest: String,
}

#[derive(Template)]
#[template(path = "successions.html", config = "src/http/pages/askama.toml")]
struct SuccessionsPage {
    l: Layout,
    unit: AdministrativeUnit,
    rows: Vec<Told>,
    may_change: bool,
    done: bool,
}

#[derive(Template)]
#[template(path = "succession_new.html", config = "src/http/pages/askama.toml")]
struct NewPage {
    l: Layout,
    unit: AdministrativeUnit,
    form: Form,
    /// Every unit that can follow.
    units: Choices,
    /// Those that were chosen; nobody in the first step.
    heirs: Choices,
    /// What has to go somewhere.
    projects: Vec<Ref>,
}

async fn show(page: Page<needs::Read>, id: Path<i64>, query: Query<ShowQuery>) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let unit = units::get(view, *id)?;
        let found = successions::list(view, unit.id, &ListPage::all())?;
        let tree = view.tree()?;
        let name = |id: i64| {
            tree.get(id)
                .map_or_else(String::new, |unit| unit.name.clone())
        };
        let told = |one: Succession| Told {
            date: one.effective_date,
            decision: one.decision,
            heirs: one
                .successors
                .iter()
                .map(|heir| (name(heir.unit_id), heir.project_ids.len()))
                .collect(),
            rest: name(one.rest_to_unit_id),
        };
        Ok(SuccessionsPage {
            rows: found.rows.into_iter().map(told).collect(),
            may_change: l.may(Permission::ManageReference),
            done: query.done.is_some(),
            unit,
            l,
        })
    })
    .await
}

async fn blank(
    page: Page<needs::ManageReference>,
    id: Path<i64>,
    query: Query<NewQuery>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let day = query.effective_date.unwrap_or(view.today).to_string();
        let heirs = query.heir.iter().map(|id| ("heir", id.to_string()));
        let mut form = Form::with(heirs).keyed()?;
        form.set("effective_date", day);
        if query.effective_date.is_some() && query.heir.is_empty() {
            form.add_fault("heir", l.t.succession.choose_heir);
        }
        if let [only] = query.heir.as_slice() {
            form.set("rest_to_unit_id", only.to_string());
        }
        build(view, l, *id, form)
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, id: i64, form: Form) -> Result<NewPage> {
    let unit = units::get(view, id)?;
    let today = view.today;
    let day = form.value("effective_date").parse().unwrap_or(today);
    let units = possible(view, id)?;
    let chosen: Vec<&str> = form.values("heir").collect();
    let heirs = units
        .iter()
        .filter(|(id, _)| chosen.contains(&id.as_str()))
        .cloned()
        .collect();
    let mut projects = successions::managed(view, id, day)?;
    projects.sort_by_cached_key(|project| sort_key(&project.name));
    Ok(NewPage {
        unit,
        units,
        heirs,
        projects,
        form,
        l,
    })
}

/// The units that exist today or will, each with the district it is in.
fn possible(view: &mut View<'_>, unit_id: i64) -> Result<Choices> {
    let (tree, today) = (view.tree()?, view.today);
    let mut found: Vec<_> = tree
        .units()
        .filter(|unit| unit.id != unit_id)
        .filter(|unit| unit.valid_to.is_none_or(|to| to >= today))
        .collect();
    found.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
    let label = |id: i64, name: &str, from: Option<NaiveDate>| {
        let above = tree.parent_on(id, from.map_or(today, |from| from.max(today)));
        let above = above.and_then(|id| tree.get(id));
        // All others are of the province.
        match above.filter(|unit| unit.level == Level::District) {
            Some(above) => format!("{name} ({})", above.name),
            None => name.to_owned(),
        }
    };
    let choice = |unit: &crate::domain::units::Unit| {
        let label = label(unit.id, &unit.name, unit.valid_from);
        (unit.id.to_string(), label)
    };
    Ok(found.into_iter().map(choice).collect())
}

async fn create(page: Page<needs::ManageReference>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| take(submit, *id, form))
        .await
}

fn take(submit: &Submit<'_>, id: i64, form: Form) -> Result<Outcome> {
    let takers: Vec<(i64, String)> = form
        .names()
        .filter_map(|name| name.strip_prefix(TAKES)?.parse().ok())
        .map(|project: i64| (project, form.value(&format!("{TAKES}{project}")).to_owned()))
        .collect();
    let others: Vec<String> = takers
        .iter()
        .map(|(id, _)| format!("{TAKES}{id}"))
        .collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let wanted = form
        .parse_besides::<TypedSuccession>(&others)
        .map(|typed| succession(&typed, &takers));
    let successors = wanted
        .as_ref()
        .map_or(Vec::new(), |new| new.successors.clone());
    let done = wanted.and_then(|new| {
        submit.once(&form, move |tx| {
            let made = successions::create(tx, id, &new)?;
            Ok((made.id, None))
        })
    });
    match done {
        Ok(_) => Ok(Outcome::see_other(format!(
            "/administration/units/{id}/successions?done=1"
        ))),
        Err(error) => {
            let error = beside(error, &successors);
            submit.again(form, error, |view, l, form| build(view, l, id, form))
        }
    }
}

/// Who follows, each with the projects given to them; the others go with the rest.
fn succession(typed: &TypedSuccession, takers: &[(i64, String)]) -> NewUnitSuccession {
    let mut given: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (project, taker) in takers {
        if let Ok(taker) = taker.parse::<i64>() {
            given.entry(taker).or_default().push(*project);
        }
    }
    let successor = |unit_id: &i64| Successor {
        unit_id: *unit_id,
        project_ids: given.remove(unit_id).unwrap_or_default(),
    };
    NewUnitSuccession {
        successors: typed.heir.iter().map(successor).collect(),
        rest_to_unit_id: typed.rest_to_unit_id,
        effective_date: typed.effective_date,
        decision: shared::Decision {
            number: typed.decision_number.0.clone(),
            issuer: typed.decision_issuer.0.clone(),
            date: typed.decision_date,
        },
    }
}

/// The service counts successors and their projects; the form names them.
fn beside(error: Error, successors: &[Successor]) -> Error {
    let Error::Refused(mut faults) = error else {
        return error;
    };
    for fault in &mut faults {
        let parts: Vec<&str> = fault.pointer.trim_start_matches('/').split('/').collect();
        let number = |text: &str| text.parse::<usize>().ok();
        let place = match parts.as_slice() {
            ["successors", _, "unit_id"] => Some("/heir".to_owned()),
            ["successors", heir, "project_ids", project] => number(heir)
                .and_then(|heir| successors.get(heir))
                .zip(number(project))
                .and_then(|(heir, project)| heir.project_ids.get(project))
                .map(|project| format!("/{TAKES}{project}")),
            _ => None,
        };
        if let Some(place) = place {
            fault.pointer = place;
        }
    }
    Error::Refused(faults)
}

impl NewPage {
    fn title(&self) -> String {
        let l = &self.l;
        l.fill(l.t.succession.new_title, &[("unit", &self.unit.name)])
    }

    /// Who can take a project: those who were chosen, or whoever takes the rest.
    fn takers(&self) -> Choices {
        with_empty(self.l.t.succession.with_the_rest, self.heirs.clone())
    }

    fn rest(&self) -> Choices {
        with_empty(self.l.t.common.choose, self.heirs.clone())
    }

    fn label(&self, project: &Ref) -> String {
        format!("{} – {}", project.code, project.name)
    }

    fn takes(&self, project: &Ref) -> String {
        format!("{TAKES}{}", project.id)
    }

    /// Whether projects have to be told apart.
    fn splits(&self) -> bool {
        self.heirs.len() > 1
    }
}
