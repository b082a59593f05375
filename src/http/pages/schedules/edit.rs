//! The editor: a grid of months, filled by hand, from a sheet, or by a rule.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::project::{Head, ProjectQuery, Tab, head};
use super::super::route::{PageRoute, get, post};
use super::super::text::labels;
use super::grid::{self, Row};
use super::{spread, stale};
use crate::domain::capital::period_start;
use crate::domain::format::AmountUnit;
use crate::domain::money::Money;
use crate::error::{Code, Error, Result};
use crate::http::answer::{etag, json_text};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, Note, request};
use crate::service::schedules::{self, NewItem, NewSchedule, Schedule, Worksheet};
use crate::service::{self, Tx, View};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/projects/{id}/schedules/new", blank),
        post("/projects/{id}/schedules/new", create),
        get("/schedules/{id}/edit", edit),
        post("/schedules/{id}/edit", replace),
    ]
}

request! {
    /// Of which line, from when.
    pub struct NewQuery {
        line_id: i64,
        effective_date: Option<NaiveDate>,
    }
    /// What is typed besides the grid.
    pub struct Typed {
        line_id: i64,
        effective_date: NaiveDate,
        note: Option<Note>,
        amount_unit: Option<AmountUnit>,
        seen: Option<Line<100>>,
    }
}

/// What is being written: a new version of a project's line, or a version that is there.
#[derive(Clone, Copy)]
enum Target {
    New(i64),
    Version(i64),
}

#[derive(Template)]
#[template(path = "schedule_edit.html", config = "src/http/pages/askama.toml")]
struct EditPage {
    l: Layout,
    c: Context,
    head: Head,
    form: Form,
    sheet: Worksheet,
    rows: Vec<Row>,
    version: Option<Schedule>,
    /// The version as it is now, when somebody changed it meanwhile.
    stale: Option<Schedule>,
}

async fn blank(
    page: Page<needs::SubmitSchedules>,
    query: Query<NewQuery>,
    id: Path<i64>,
) -> Result<Outcome> {
    let id = *id;
    page.ask(query, move |view, l, query| {
        let today = view.today;
        let sheet = schedules::worksheet(view, (id, query.line_id), today, None)?;
        // The first version counts from the beginning; a later one from today.
        let from = match sheet.in_force {
            Some(_) => today,
            None => period_start(sheet.budget_year).min(today),
        };
        let mut form = Form::default().keyed()?;
        let from = query.effective_date.unwrap_or(from);
        form.set("line_id", query.line_id.to_string());
        form.set("effective_date", from.to_string());
        let items = sheet.in_force.as_ref().map(|version| version.items.clone());
        grid::fill(&mut form, &sheet, &items.unwrap_or_default(), &l);
        build(view, l, Target::New(id), form)
    })
    .await
}

async fn edit(page: Page<needs::SubmitSchedules>, id: Path<i64>) -> Result<Outcome> {
    let id = *id;
    page.show(move |view, l| {
        let version = schedules::get(view, id)?;
        let mut form = Form::default().keyed()?;
        form.set("line_id", version.line_id.to_string());
        form.set("effective_date", version.effective_date.to_string());
        form.set("note", version.note.clone().unwrap_or_default());
        form.set("seen", etag(&json_text(&version)?));
        let line = (version.project_id, version.line_id);
        let sheet = schedules::worksheet(view, line, version.effective_date, Some(id))?;
        grid::fill(&mut form, &sheet, &version.items, &l);
        build(view, l, Target::Version(id), form)
    })
    .await
}

fn build(view: &mut View<'_>, l: Layout, target: Target, form: Form) -> Result<EditPage> {
    let version = match target {
        Target::New(_) => None,
        Target::Version(id) => Some(schedules::get(view, id)?),
    };
    let (project, line) = match (target, &version) {
        (Target::New(project), _) => (project, form.value("line_id").parse().unwrap_or(0)),
        (_, Some(version)) => (version.project_id, version.line_id),
        (Target::Version(_), None) => return Err(Code::NotFound.into()),
    };
    let on = form.value("effective_date").parse().unwrap_or(view.today);
    let own = version.as_ref().map(|version| version.id);
    let sheet = schedules::worksheet(view, (project, line), on, own)?;
    let in_force = sheet.in_force.as_ref().map(|version| version.items.clone());
    let in_force = schedules::by_month(&in_force.unwrap_or_default(), &sheet.months);
    let query = ProjectQuery::of_year(sheet.budget_year);
    let (head, c) = head(view, &l, project, Tab::Schedules, &query)?;
    let stale = match &version {
        Some(version) if !form.value("seen").is_empty() => {
            let same = form.value("seen") == etag(&json_text(version)?);
            (!same).then(|| version.clone())
        }
        _ => None,
    };
    Ok(EditPage {
        rows: grid::rows(&form, &sheet, &in_force),
        version,
        stale,
        sheet,
        form,
        head,
        c,
        l,
    })
}

async fn create(page: Page<needs::SubmitSchedules>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        take(submit, form, Target::New(*id))
    })
    .await
}

async fn replace(page: Page<needs::SubmitSchedules>, id: Path<i64>, form: Form) -> Result<Outcome> {
    page.submit(form, move |submit, form| {
        take(submit, form, Target::Version(*id))
    })
    .await
}

/// Does what the pressed button says: fills the grid and shows it again, or saves.
fn take(submit: &Submit<'_>, mut form: Form, target: Target) -> Result<Outcome> {
    let l = &submit.layout;
    let action = form.value("_do").to_owned();
    let grid_names = grid::names(&form);
    // What is pasted holds tabs, which no text of ours does.
    let others = grid_names.iter().map(String::as_str).chain(["paste"]);
    let others: Vec<&str> = others.collect();
    let typed = match form.parse_besides::<Typed>(&others) {
        Ok(typed) => typed,
        Err(error) => return refused(submit, form, target, error),
    };
    if action == "paste" {
        let text = form.value("paste").to_owned();
        grid::paste(&mut form, &text);
        form.set("paste", "");
    }
    let unit = typed.amount_unit.unwrap_or(AmountUnit::Dong);
    let items = grid::read(&mut form, unit, l);
    if form.is_refused() {
        return submit.marked(form, |view, l, form| build(view, l, target, form));
    }
    match action.as_str() {
        "paste" | "even" | "curve" => filled(submit, form, target, (&action, &items, &typed)),
        _ => save(submit, form, target, (action == "submit", items, typed)),
    }
}

fn filled(
    submit: &Submit<'_>,
    mut form: Form,
    target: Target,
    (action, items, typed): (&str, &[(usize, NewItem)], &Typed),
) -> Result<Outcome> {
    let l = submit.layout.clone();
    let page = service::read(submit.ctx, |view| {
        let project = match target {
            Target::New(project) => project,
            Target::Version(id) => schedules::get(view, id)?.project_id,
        };
        let line = (project, typed.line_id);
        let sheet = schedules::worksheet(view, line, typed.effective_date, None)?;
        let from = (items, typed.effective_date);
        match action {
            "even" => spread::fill(&mut form, &l, &sheet, from, |_| 1),
            "curve" => {
                let last = spread::last_year(view, &sheet)?;
                let weight = |month| {
                    let found = last.iter().find(|(known, _)| *known == month);
                    found.map_or(0, |(_, paid)| *paid)
                };
                spread::fill(&mut form, &l, &sheet, from, weight);
            }
            _ => {}
        }
        build(view, l, target, form)
    })?;
    Outcome::page(&page)
}

fn save(
    submit: &Submit<'_>,
    form: Form,
    target: Target,
    (hand_in, items, typed): (bool, Vec<(usize, NewItem)>, Typed),
) -> Result<Outcome> {
    let rows: Vec<usize> = items.iter().map(|(index, _)| *index).collect();
    let items: Vec<NewItem> = items.into_iter().map(|(_, item)| item).collect();
    let done = submit.once(&form, move |tx| {
        let saved = write(tx, target, &items, &typed)?;
        if hand_in {
            schedules::submit(tx, saved.id)?;
        }
        Ok((saved.id, Some(saved.project_id)))
    });
    match done {
        Ok((id, _)) => Ok(Outcome::see_other(format!("/schedules/{id}?done=1"))),
        Err(error) => refused(submit, form, target, at_rows(error, &rows)),
    }
}

fn write(tx: &mut Tx<'_>, target: Target, items: &[NewItem], typed: &Typed) -> Result<Schedule> {
    let (project, before) = match target {
        Target::New(project) => (project, None),
        Target::Version(id) => {
            let before = schedules::lock(tx, id, Some(typed.effective_date))?;
            let seen = typed.seen.as_ref().map_or("", |seen| seen.as_str());
            if seen != etag(&json_text(&before)?) {
                return Err(Code::StaleVersion.into());
            }
            (before.project_id, Some(before))
        }
    };
    let on = typed.effective_date;
    let sheet = schedules::worksheet(tx, (project, typed.line_id), on, None)?;
    let new = NewSchedule {
        funding_source_id: sheet.funding_source.id,
        budget_year: sheet.budget_year,
        origin: sheet.origin,
        effective_date: on,
        items: items.to_vec(),
        note: typed.note.as_ref().map(|note| note.0.clone()),
    };
    match before {
        Some(before) => schedules::replace(tx, &before, &new),
        None => schedules::create(tx, project, &new),
    }
}

/// Items are counted without the empty rows; their faults belong beside the rows they came from.
fn at_rows(error: Error, rows: &[usize]) -> Error {
    let Error::Refused(faults) = error else {
        return error;
    };
    let moved = faults.into_iter().map(|mut fault| {
        let place = fault.pointer.strip_prefix("/items/").and_then(|rest| {
            let (number, field) = rest.split_once('/')?;
            let row = rows.get(number.parse::<usize>().ok()?)?;
            Some(format!("/items/{row}/{field}"))
        });
        if let Some(pointer) = place {
            fault.pointer = pointer;
        }
        fault
    });
    Error::Refused(moved.collect())
}

fn refused(submit: &Submit<'_>, form: Form, target: Target, error: Error) -> Result<Outcome> {
    submit.again(form, error, |view, l, form| build(view, l, target, form))
}

impl EditPage {
    fn is_marked(&self, row: &Row, field: &str) -> bool {
        !self
            .form
            .faults_of(&grid::name(row.index, field))
            .is_empty()
    }

    fn name(&self, row: &Row, field: &str) -> String {
        grid::name(row.index, field)
    }

    fn value(&self, row: &Row, field: &str) -> &str {
        self.form.value(&grid::name(row.index, field))
    }

    fn id(&self, row: &Row, field: &str) -> String {
        self.form.id_of(&grid::name(row.index, field))
    }

    fn faults(&self, row: &Row) -> Vec<String> {
        let mut all = self.form.faults_of(&grid::name(row.index, "amount"));
        all.extend(self.form.faults_of(&grid::name(row.index, "due_date")));
        all
    }

    fn month(&self, row: &Row) -> String {
        row.month
            .map_or_else(|| "–".into(), |month| self.l.month(&month))
    }

    /// What the version holds now in the month of a row, when somebody changed it meanwhile.
    fn stored(&self, row: &Row) -> Option<Money> {
        let (stale, month) = (self.stale.as_ref()?, row.month?);
        schedules::by_month(&stale.items, &[month]).first().copied()
    }

    fn differences(&self, now: &Schedule) -> Vec<(&'static str, String)> {
        stale::differences(&self.l, &self.form, now)
    }

    fn line_name(&self) -> String {
        let origin = labels::origin(self.sheet.origin.as_str(), self.l.locale).to_lowercase();
        let source = &self.sheet.funding_source.name;
        format!("{source} {}, {origin}", self.sheet.budget_year)
    }

    fn title(&self) -> String {
        let l = &self.l;
        let t = &l.t.schedule;
        match &self.version {
            Some(version) => l.fill(t.title_edit, &[("n", &version.version.to_string())]),
            None => t.title_new.to_owned(),
        }
    }

    fn units(&self) -> Vec<(String, String)> {
        AmountUnit::ALL
            .iter()
            .map(|unit| {
                (
                    unit.as_str().to_owned(),
                    unit.label(self.l.locale).to_owned(),
                )
            })
            .collect()
    }

    fn plan_text(&self) -> String {
        let l = &self.l;
        let day = self.form.value("effective_date").parse::<NaiveDate>().ok();
        let date = day.map_or_else(String::new, |day| l.date(&day));
        let plan = l.exact(&self.sheet.plan);
        l.fill(l.t.schedule.plan_on, &[("date", &date), ("plan", &plan)])
    }

    fn action(&self) -> String {
        match &self.version {
            Some(version) => format!("/schedules/{}/edit", version.id),
            None => format!("/projects/{}/schedules/new", self.head.project.id),
        }
    }
}
