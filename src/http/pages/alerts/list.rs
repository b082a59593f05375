//! The inbox: what is wrong now, the worst first, with chips that count.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::super::choices::{self, Choices, with_empty};
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::pager::Pager;
use super::super::route::{PageRoute, get};
use super::super::text::labels;
use super::facts;
use crate::domain::alerts::{AlertLevel, Rule, Severity, State};
use crate::domain::permission::Permission;
use crate::domain::progress::Basis;
use crate::domain::text_enum::TextEnum;
use crate::error::Result;
use crate::http::api::alerts::StateFilter;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::alerts::{self, Alert, AlertFilter, Count, Sort};
use crate::service::reports::Asked;
use crate::service::reports::promises::{self, PromiseCounts, PromiseGroup};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/alerts", show)]
}

request! {
    /// Which alerts.
    pub struct InboxQuery {
        state: Option<StateFilter>,
        level: Option<AlertLevel>,
        severity: Option<Severity>,
        rule: Option<Rule>,
        unit_id: Option<i64>,
        project_id: Option<i64>,
        mine: Option<Line<1>>,
        cursor: Option<Line<1000>>,
        done: Option<i64>,
    }
}

/// Alerts on a page.
const ROWS: i64 = 50;

/// A filter that is one click away: its words, how many it would show, its address.
struct Chip {
    label: &'static str,
    number: i64,
    link: String,
    current: bool,
}

/// A row of the inbox.
struct Row {
    alert: Alert,
    amount: String,
    days: String,
}

#[derive(Template)]
#[template(path = "alerts.html", config = "src/http/pages/askama.toml")]
struct InboxPage {
    l: Layout,
    form: Form,
    groups: Vec<(&'static str, Vec<Chip>)>,
    rules: Choices,
    units: Choices,
    /// Filters in force that no chip shows, each with the address that leaves it out.
    removable: Vec<(String, String)>,
    rows: Vec<Row>,
    total: i64,
    next: Option<String>,
    first: Option<String>,
    last_scan: Option<NaiveDate>,
    /// What became of the promises of the year.
    promises: PromiseCounts,
    may_act: bool,
    done: Option<i64>,
}

async fn show(page: Page<needs::Read>, query: Query<InboxQuery>) -> Result<Outcome> {
    page.browse(query, list).await
}

fn filter(view: &View<'_>, query: &InboxQuery) -> AlertFilter {
    let state = query.state.unwrap_or(StateFilter::Live);
    let me = view.ctx.actor.person_id.filter(|_| query.mine.is_some());
    AlertFilter {
        live: state == StateFilter::Live,
        states: State::parse(state.as_str()).into_iter().collect(),
        levels: query.level.into_iter().collect(),
        severities: query.severity.into_iter().collect(),
        rules: query.rule.into_iter().collect(),
        units: query.unit_id.into_iter().collect(),
        projects: query.project_id.into_iter().collect(),
        responsible: me.into_iter().collect(),
    }
}

fn list(view: &mut View<'_>, l: Layout, query: InboxQuery, pager: &Pager) -> Result<InboxPage> {
    let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let asked = filter(view, &query);
    let page = pager.page(ROWS, cursor)?;
    let found = alerts::list(view, &asked, Some(Sort::SeverityDown), &page)?;
    let counts = counts(view, &asked)?;
    let rules = choices::named(Rule::NAMES, labels::rule, &l);
    let units = choices::units(view, view.today)?;
    let form = form(&query);
    let rows = found.rows.into_iter().map(|alert| Row {
        amount: facts::amount(&alert.facts).map_or_else(String::new, |amount| l.amount(&amount)),
        days: facts::days(&alert.facts, &l).unwrap_or_default(),
        alert,
    });
    let may_act = [
        Permission::Commit,
        Permission::ManageAlerts,
        Permission::Comment,
    ];
    let t = &l.t.alerts;
    Ok(InboxPage {
        rows: rows.collect(),
        total: matching(&counts, &asked),
        groups: groups(&l, &query, &counts, pager),
        removable: removable(&l, &query, &units, pager),
        rules: with_empty(t.all_rules, rules),
        units: with_empty(l.t.projects.all_units, units),
        next: pager.next(found.next.as_ref()),
        first: cursor.map(|_| pager.first()),
        last_scan: alerts::last_scanned(view)?,
        promises: promised(view, query.unit_id)?,
        may_act: may_act.into_iter().any(|permission| l.may(permission)),
        done: query.done,
        form,
        l,
    })
}

/// The promises of the year, as they stand today.
fn promised(view: &mut View<'_>, unit_id: Option<i64>) -> Result<PromiseCounts> {
    let asked = Asked {
        budget_year: view.today.year(),
        as_of: view.today,
        basis: Basis::Total,
        unit_id,
        funding_source_id: None,
    };
    Ok(promises::report(view, &asked, PromiseGroup::Unit)?.totals)
}

/// Counts of everything but the filters that chips change.
fn counts(view: &mut View<'_>, asked: &AlertFilter) -> Result<Vec<Count>> {
    let wider = AlertFilter {
        live: false,
        states: Vec::new(),
        levels: Vec::new(),
        severities: Vec::new(),
        ..asked.clone()
    };
    alerts::counts(view, &wider)
}

fn has_state(count: &Count, asked: StateFilter) -> bool {
    match asked {
        StateFilter::Live => count.state != StateFilter::Resolved.as_str(),
        one => count.state == one.as_str(),
    }
}

fn matching(counts: &[Count], asked: &AlertFilter) -> i64 {
    let fits = |count: &&Count| {
        let state = match asked.live {
            true => count.state != State::Resolved.as_str(),
            false => asked.states.iter().any(|one| one.as_str() == count.state),
        };
        let level = asked.levels.iter().all(|one| one.as_str() == count.level);
        let severity = asked
            .severities
            .iter()
            .all(|one| one.as_str() == count.severity);
        state && level && severity
    };
    counts.iter().filter(fits).map(|count| count.number).sum()
}

fn groups(
    l: &Layout,
    query: &InboxQuery,
    counts: &[Count],
    pager: &Pager,
) -> Vec<(&'static str, Vec<Chip>)> {
    let t = &l.t.alerts;
    let asked = query.state.unwrap_or(StateFilter::Live);
    let number = |state: StateFilter, level: Option<&str>, severity: Option<&str>| {
        let fits = |count: &&Count| {
            has_state(count, state)
                && level.is_none_or(|level| count.level == level)
                && severity.is_none_or(|severity| count.severity == severity)
        };
        counts
            .iter()
            .filter(fits)
            .map(|count| count.number)
            .sum::<i64>()
    };
    let level = query.level.map(AlertLevel::as_str);
    let severity = query.severity.map(Severity::as_str);
    let chip = |name: &str, value: Option<&'static str>, label, number, current| Chip {
        label,
        number,
        link: pager.altered(name, value),
        current,
    };
    let states = StateFilter::ALL.iter().map(|state| {
        let shown = (*state != StateFilter::Live).then_some(state.as_str());
        let label = labels::alert_state(state.as_str(), l.locale);
        let number = number(*state, level, severity);
        chip("state", shown, label, number, asked == *state)
    });
    let mut states: Vec<Chip> = states.collect();
    states.rotate_right(1);
    let mut levels = vec![chip(
        "level",
        None,
        l.t.common.any,
        number(asked, None, severity),
        level.is_none(),
    )];
    levels.extend(AlertLevel::ALL.iter().map(|one| {
        let name = one.as_str();
        let label = labels::told_level(name, l.locale);
        chip(
            "level",
            Some(name),
            label,
            number(asked, Some(name), severity),
            level == Some(name),
        )
    }));
    // A level that the tree no longer has needs no chip.
    levels.retain(|chip| chip.number > 0 || chip.current);
    let mut severities = vec![chip(
        "severity",
        None,
        l.t.common.any,
        number(asked, level, None),
        severity.is_none(),
    )];
    severities.extend(Severity::ALL.iter().rev().map(|one| {
        let name = one.as_str();
        let label = labels::severity(name, l.locale);
        chip(
            "severity",
            Some(name),
            label,
            number(asked, level, Some(name)),
            severity == Some(name),
        )
    }));
    vec![
        (t.severity, severities),
        (t.level, levels),
        (l.t.common.status, states),
    ]
}

fn form(query: &InboxQuery) -> Form {
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
    Form::with([
        ("state", name(query.state.map(StateFilter::as_str))),
        ("level", name(query.level.map(AlertLevel::as_str))),
        ("severity", name(query.severity.map(Severity::as_str))),
        ("rule", name(query.rule.map(Rule::as_str))),
        ("unit_id", id(query.unit_id)),
        ("project_id", id(query.project_id)),
        ("mine", name(query.mine.as_ref().map(|_| "1"))),
    ])
}

fn removable(
    l: &Layout,
    query: &InboxQuery,
    units: &Choices,
    pager: &Pager,
) -> Vec<(String, String)> {
    let unit = query.unit_id.map(|id| id.to_string());
    let unit = unit.and_then(|id| units.iter().find(|(known, _)| *known == id));
    let rule = query
        .rule
        .map(|rule| labels::rule(rule.as_str(), l.locale).to_owned());
    let shown = [
        ("rule", rule),
        ("unit_id", unit.map(|(_, name)| name.trim().to_owned())),
        (
            "project_id",
            query.project_id.map(|_| l.t.alerts.one_project.to_owned()),
        ),
        (
            "mine",
            query.mine.as_ref().map(|_| l.t.alerts.mine.to_owned()),
        ),
    ];
    shown
        .into_iter()
        .filter_map(|(name, label)| Some((label?, pager.altered(name, None))))
        .collect()
}

impl InboxPage {
    fn kept(&self) -> Vec<(&'static str, &str)> {
        ["state", "level", "severity", "project_id"]
            .into_iter()
            .map(|name| (name, self.form.value(name)))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    fn removed(&self, name: &str) -> String {
        self.l.fill(self.l.t.projects.removed, &[("name", name)])
    }

    fn kept_text(&self) -> Option<String> {
        let counts = &self.promises;
        let rate = self.l.rate(&counts.kept_rate);
        let (kept, over) = (counts.kept, counts.kept + counts.missed);
        (over > 0).then(|| {
            let (kept, over) = (kept.to_string(), over.to_string());
            let values = [("kept", kept.as_str()), ("over", &over), ("rate", &rate)];
            self.l.fill(self.l.t.alerts.kept, &values)
        })
    }

    fn size(&self) -> String {
        self.l
            .fill(self.l.t.alerts.size, &[("unit", self.l.unit_label())])
    }

    fn total_text(&self) -> String {
        let number = self.l.number(&self.total);
        self.l.fill(self.l.t.alerts.count, &[("n", &number)])
    }

    fn done_text(&self, number: &i64) -> String {
        self.l
            .fill(self.l.t.alerts.done_many, &[("n", &number.to_string())])
    }

    fn has_person(&self) -> bool {
        self.l
            .actor
            .as_ref()
            .is_some_and(|actor| actor.person_id.is_some())
    }
}
