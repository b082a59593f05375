//! Alerts as they are answered.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::follow::{NextStep, Told, follow};
use crate::db;
use crate::db::alerts::detail::Event;
use crate::db::alerts::list::{Count, Filter, Row, Sort};
use crate::db::page::{Page, Rows};
use crate::domain::alerts::{AlertLevel, Rule, Severity, State, SubjectType};
use crate::domain::money::Money;
use crate::domain::scope::Scope;
use crate::error::{Code, Result};
use crate::service::View;
use crate::service::mails::Mail;
use crate::service::projects::subtrees;
use crate::service::shared::{Named, People, PersonRef, Ref, Refs, UserRef};

/// What an alert is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Subject {
    /// `line`, `project`, `unit`, `agency`, `funding_source`, `obstacle` or `directive`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: i64,
    /// In words.
    pub label: String,
}

/// The promise or snooze that is running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Commitment {
    /// Its date.
    pub date: NaiveDate,
    /// What will be paid by then, đồng; null for a date alone.
    #[schema(value_type = Option<i64>)]
    pub amount: Option<Money>,
    /// How often promises on this alert were moved.
    pub moved: i64,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Alert {
    /// Identity.
    pub id: i64,
    /// The rule.
    pub rule: String,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// `open`, `acknowledged` or `resolved`.
    pub state: String,
    /// What it is about.
    pub subject: Subject,
    /// Its project.
    pub project: Option<Ref>,
    /// Its unit.
    pub unit: Option<Ref>,
    /// Who answers for it.
    pub responsible: Option<PersonRef>,
    /// The highest level told so far.
    pub level: String,
    /// The day of the raising scan.
    pub raised_on: NaiveDate,
    /// The day of the next step up.
    pub escalates_on: Option<NaiveDate>,
    /// Amounts, dates and versions as of the last scan.
    #[schema(value_type = Object)]
    pub facts: Map<String, Value>,
    /// The promise that is running.
    pub commitment: Option<Commitment>,
    /// The day it ended.
    pub resolved_on: Option<NaiveDate>,
    /// Why it ended.
    pub resolution: Option<String>,
}

/// Something that happened to an alert.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlertEvent {
    /// Identity.
    pub id: i64,
    /// The business date.
    pub date: NaiveDate,
    /// The instant.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: String,
    /// The highest level told by then.
    pub level: String,
    /// Who answered for it then.
    pub responsible: Option<PersonRef>,
    /// Who did it; null for a scan.
    pub actor: Option<UserRef>,
    /// What there is to say about it.
    #[schema(value_type = Object)]
    pub detail: Value,
}

/// Who answered for an alert from a day on, until the next entry or the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ResponsibleSince {
    /// The first day.
    pub from: NaiveDate,
    /// Who; null while it was nobody's in particular.
    pub person: Option<PersonRef>,
}

/// An alert with all that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AlertDetail {
    /// The alert.
    #[serde(flatten)]
    pub alert: Alert,
    /// What happened, in order.
    pub events: Vec<AlertEvent>,
    /// Who was told, and when.
    pub told: Vec<Told>,
    /// Who is told next, and when.
    pub next: Option<NextStep>,
    /// Who answered for it from which day on.
    pub responsible_since: Vec<ResponsibleSince>,
    /// Who was written to.
    pub mails: Vec<Mail>,
}

/// Which alerts.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)]
pub struct AlertFilter {
    pub states: Vec<State>,
    /// Open and acknowledged ones too.
    pub live: bool,
    pub rules: Vec<Rule>,
    pub severities: Vec<Severity>,
    pub levels: Vec<AlertLevel>,
    /// Units and everything below them today.
    pub units: Vec<i64>,
    pub projects: Vec<i64>,
    pub responsible: Vec<i64>,
}

fn names<T: Copy>(values: &[T], name: fn(T) -> &'static str) -> Vec<String> {
    values.iter().map(|value| name(*value).to_owned()).collect()
}

/// A page of the alerts that the caller may see.
pub fn list(
    view: &mut View<'_>,
    filter: &AlertFilter,
    sort: Option<Sort>,
    page: &Page,
) -> Result<Rows<Alert>> {
    let (filter, today) = (narrowed(view, filter)?, view.today);
    let rows = db::alerts::list::page(view.conn, &filter, today, sort.unwrap_or(Sort::Id), page)?;
    let next = rows.next;
    Ok(Rows {
        rows: shown(view, rows.rows)?,
        next,
    })
}

/// How many alerts the caller may see, by rule, severity, level and state.
pub fn counts(view: &mut View<'_>, filter: &AlertFilter) -> Result<Vec<Count>> {
    let (filter, today) = (narrowed(view, filter)?, view.today);
    db::alerts::list::counts(view.conn, &filter, today)
}

fn narrowed(view: &mut View<'_>, filter: &AlertFilter) -> Result<Filter> {
    let mut states = names(&filter.states, State::as_str);
    if filter.live {
        states.extend([State::Open, State::Acknowledged].map(|state| state.as_str().to_owned()));
    }
    Ok(Filter {
        states,
        rules: names(&filter.rules, Rule::as_str),
        severities: names(&filter.severities, Severity::as_str),
        levels: names(&filter.levels, AlertLevel::as_str),
        units: subtrees(view, &filter.units)?,
        projects: filter.projects.clone(),
        responsible: filter.responsible.clone(),
        ..reach(view)?
    })
}

/// What the caller may see.
fn reach(view: &mut View<'_>) -> Result<Filter> {
    Ok(Filter {
        scope: view.readable()?,
        person_id: view.ctx.actor.person_id,
        ..Filter::default()
    })
}

/// One alert's row, if the caller may see it.
pub(super) fn row(view: &mut View<'_>, id: i64) -> Result<Row> {
    let filter = Filter {
        id: Some(id),
        ..reach(view)?
    };
    let today = view.today;
    let rows = db::alerts::list::page(view.conn, &filter, today, Sort::Id, &Page::all())?;
    rows.rows.into_iter().next().ok_or(Code::NotFound.into())
}

/// One alert with all that happened to it.
pub fn get(view: &mut View<'_>, id: i64) -> Result<AlertDetail> {
    let row = row(view, id)?;
    let alerts = shown(view, vec![row])?;
    let follow = follow(view, &alerts)?.remove(&id).unwrap_or_default();
    let events = db::alerts::detail::events(view.conn, id)?;
    let people = People::load(
        view.conn,
        events.iter().filter_map(|event| event.responsible_id),
    )?;
    let responsible_since = responsible_since(&events, &people);
    let events = events.into_iter().map(|event| AlertEvent {
        id: event.id,
        date: event.on_date,
        at: event.at.and_utc(),
        kind: event.kind,
        level: event.level,
        responsible: event.responsible_id.map(|id| people.get(id)),
        actor: event.actor.map(|(id, username)| UserRef { id, username }),
        detail: serde_json::from_str(&event.detail).unwrap_or(Value::Null),
    });
    Ok(AlertDetail {
        alert: alerts.into_iter().next().ok_or(Code::NotFound)?,
        events: events.collect(),
        told: follow.told,
        next: follow.next,
        responsible_since,
        mails: crate::service::mails::of_alert(view, id)?,
    })
}

/// The last to answer for it on each day counts for that day.
fn responsible_since(events: &[Event], people: &People) -> Vec<ResponsibleSince> {
    let mut since: Vec<(NaiveDate, Option<i64>)> = Vec::new();
    for event in events {
        match since.last_mut() {
            Some((from, person)) if *from == event.on_date => *person = event.responsible_id,
            _ => since.push((event.on_date, event.responsible_id)),
        }
    }
    since.dedup_by_key(|(_, person)| *person);
    let shown = since.into_iter().map(|(from, person)| ResponsibleSince {
        from,
        person: person.map(|id| people.get(id)),
    });
    shown.collect()
}

fn shown(view: &mut View<'_>, rows: Vec<Row>) -> Result<Vec<Alert>> {
    let projects = rows.iter().filter_map(|row| row.project_id);
    let projects = Refs::load(view.conn, Named::Projects, projects.collect::<Vec<_>>())?;
    let units = rows.iter().filter_map(|row| row.unit_id);
    let units = Refs::load(view.conn, Named::Units, units.collect::<Vec<_>>())?;
    let people = rows.iter().filter_map(|row| row.responsible_id);
    let people = People::load(view.conn, people.collect::<Vec<_>>())?;
    let alert = |row: Row| Alert {
        id: row.id,
        rule: row.rule,
        severity: row.severity,
        state: row.state,
        subject: Subject {
            kind: row.subject_type,
            id: row.subject_id,
            label: row.subject_label,
        },
        project: row.project_id.map(|id| projects.get(id)),
        unit: row.unit_id.map(|id| units.get(id)),
        responsible: row.responsible_id.map(|id| people.get(id)),
        level: row.level,
        raised_on: row.raised_on,
        escalates_on: row.escalates_on,
        facts: serde_json::from_str(&row.facts).unwrap_or_else(|_| Map::new()),
        commitment: row.commitment.map(|(date, amount)| Commitment {
            date,
            amount: amount.map(Money::dong),
            moved: row.moved,
        }),
        resolved_on: row.resolved_on,
        resolution: row.resolution,
    };
    Ok(rows.into_iter().map(alert).collect())
}

/// Whether what the caller may change covers an alert: its project, its unit or agency, or the
/// caller answers for it.
pub(super) fn covers(view: &mut View<'_>, row: &Row, scope: &Scope) -> Result<bool> {
    let person = view.ctx.actor.person_id;
    if scope.everything || (person.is_some() && person == row.responsible_id) {
        return Ok(true);
    }
    let today = view.today;
    Ok(match (row.project_id, row.unit_id) {
        (Some(project), _) => db::project_links::on(view.conn, project, today)?
            .is_some_and(|links| scope.has_project(&links)),
        (None, unit) => {
            let is_agency = row.subject_type == SubjectType::Agency.as_str();
            unit.is_some_and(|unit| scope.has_unit(unit))
                || (is_agency && scope.has_agency(row.subject_id))
        }
    })
}
