//! Alerts as they are shown.

use std::sync::Arc;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Nullable, Text};

use crate::db::Conn;
use crate::db::page::{After, Page, Rows};
use crate::db::project_links::in_scope;
use crate::db::sql::{Sql, sql};
use crate::domain::scope::Scope;
use crate::domain::text_enum::text_enum;
use crate::error::Result;

text_enum! {
    /// What alerts are sorted by.
    Sort {
        /// Order of raising.
        Id = "id",
        /// Order of raising, newest first.
        IdDown = "-id",
        /// The day they were raised.
        RaisedOn = "raised_on",
        /// The same, latest first.
        RaisedOnDown = "-raised_on",
        /// Least severe first.
        Severity = "severity",
        /// Most severe first.
        SeverityDown = "-severity",
        /// Lowest level first.
        Level = "level",
        /// Highest level first.
        LevelDown = "-level",
        /// The date of the running promise, nearest first; alerts without one come last.
        PromisedOn = "commitment_date",
    }
}

/// Which alerts.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What the reader may see…
    pub scope: Arc<Scope>,
    /// … and who the reader is: whoever answers for an alert sees it.
    pub person_id: Option<i64>,
    /// In any of these states.
    pub states: Vec<String>,
    /// Of any of these rules.
    pub rules: Vec<String>,
    /// Of any of these severities.
    pub severities: Vec<String>,
    /// At any of these levels.
    pub levels: Vec<String>,
    /// Of any of these units.
    pub units: Option<Vec<i64>>,
    /// Of any of these projects.
    pub projects: Vec<i64>,
    /// Of which any of these people is in charge.
    pub responsible: Vec<i64>,
    /// One alert alone.
    pub id: Option<i64>,
}

/// An alert with what names it.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Row {
    pub id: i64,
    pub rule: String,
    pub severity: String,
    pub state: String,
    pub subject_type: String,
    pub subject_id: i64,
    pub subject_label: String,
    pub project_id: Option<i64>,
    pub unit_id: Option<i64>,
    pub responsible_id: Option<i64>,
    pub level: String,
    pub raised_on: NaiveDate,
    pub escalates_on: Option<NaiveDate>,
    pub facts: String,
    pub resolved_on: Option<NaiveDate>,
    pub resolution: Option<String>,
    pub commitment: Option<(NaiveDate, Option<i64>)>,
    pub moved: i64,
    key: String,
}

type Loaded = (
    (i64, String, String, String, String, i64, String),
    (Option<i64>, Option<i64>, Option<i64>, String),
    (
        NaiveDate,
        Option<NaiveDate>,
        String,
        Option<NaiveDate>,
        Option<String>,
    ),
    (Option<NaiveDate>, Option<i64>, i64, String),
);

type Types = (
    (BigInt, Text, Text, Text, Text, BigInt, Text),
    (Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>, Text),
    (Date, Nullable<Date>, Text, Nullable<Date>, Nullable<Text>),
    (Nullable<Date>, Nullable<BigInt>, BigInt, Text),
);

/// A key that all rows share, so that the id alone orders them. PostgreSQL orders by no bare constant.
const SAME: &str = "CAST('' AS TEXT)";

impl Sort {
    /// The sort key as text, and whether it runs down.
    fn key(self) -> (&'static str, bool) {
        let severity = "CASE a.severity WHEN 'info' THEN '1' WHEN 'warning' THEN '2' ELSE '3' END";
        let level = "CASE a.level WHEN 'leader' THEN '1' WHEN 'commune' THEN '2' WHEN 'district' THEN '3' ELSE '4' END";
        match self {
            Sort::Id => (SAME, false),
            Sort::IdDown => (SAME, true),
            Sort::RaisedOn => ("CAST(a.raised_on AS TEXT)", false),
            Sort::RaisedOnDown => ("CAST(a.raised_on AS TEXT)", true),
            Sort::Severity => (severity, false),
            Sort::SeverityDown => (severity, true),
            Sort::Level => (level, false),
            Sort::LevelDown => (level, true),
            Sort::PromisedOn => ("COALESCE(CAST(c.due_on AS TEXT), '~')", false),
        }
    }
}

/// A page of alerts in scope.
pub fn page(
    conn: &mut Conn,
    filter: &Filter,
    today: NaiveDate,
    sort: Sort,
    page: &Page,
) -> Result<Rows<Row>> {
    let (key, descending) = sort.key();
    let query = sql::<Types>(format!(
        "SELECT a.id, a.rule, a.severity, a.state, a.subject_type, a.subject_id, a.subject_label, \
         a.project_id, a.unit_id, a.responsible_id, a.level, \
         a.raised_on, a.escalates_on, a.facts, a.resolved_on, a.resolution, \
         c.due_on, c.amount, \
         (SELECT COUNT(*) FROM alert_commitments m WHERE m.alert_id = a.id AND m.outcome = 'moved'), {key} \
         FROM alerts a LEFT JOIN alert_commitments c ON c.alert_id = a.id AND c.outcome = 'running' \
         WHERE 1 = 1"
    ));
    let query = narrow(in_reach(query, filter, today), filter);
    let rows = page
        .by_text(query, key, "a.id", descending)
        .load::<Loaded>(conn)?;
    let rows: Vec<Row> = rows.into_iter().map(row).collect();
    Ok(page.cut(rows, |row| After {
        key: row.key.clone(),
        id: row.id,
    }))
}

/// Alerts of one kind, for the chips of an inbox.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Count {
    pub rule: String,
    pub severity: String,
    pub level: String,
    pub state: String,
    pub number: i64,
}

/// How many alerts there are in scope, by rule, severity, level and state.
pub fn counts(conn: &mut Conn, filter: &Filter, today: NaiveDate) -> Result<Vec<Count>> {
    let query = sql::<(Text, Text, Text, Text, BigInt)>(
        "SELECT a.rule, a.severity, a.level, a.state, COUNT(*) FROM alerts a WHERE 1 = 1",
    );
    let query = narrow(in_reach(query, filter, today), filter)
        .push(" GROUP BY a.rule, a.severity, a.level, a.state");
    let rows = query.load::<(String, String, String, String, i64)>(conn)?;
    let count = |(rule, severity, level, state, number)| Count {
        rule,
        severity,
        level,
        state,
        number,
    };
    Ok(rows.into_iter().map(count).collect())
}

fn row(loaded: Loaded) -> Row {
    let (
        (id, rule, severity, state, subject_type, subject_id, subject_label),
        (project_id, unit_id, responsible_id, level),
        (raised_on, escalates_on, facts, resolved_on, resolution),
        (promised_on, amount, moved, key),
    ) = loaded;
    Row {
        id,
        rule,
        severity,
        state,
        subject_type,
        subject_id,
        subject_label,
        project_id,
        unit_id,
        responsible_id,
        level,
        raised_on,
        escalates_on,
        facts,
        resolved_on,
        resolution,
        commitment: promised_on.map(|date| (date, amount)),
        moved,
        key,
    }
}

/// A project's alerts are in reach with the project, the others with their unit or agency; and
/// whoever answers for an alert sees it.
pub(super) fn in_reach<ST>(query: Sql<ST>, filter: &Filter, today: NaiveDate) -> Sql<ST> {
    let scope = &filter.scope;
    if scope.everything {
        return query;
    }
    let query = query.push(" AND ((a.project_id IS NOT NULL");
    let mut query = in_scope(query, "a.project_id", scope, today).push(")");
    if !scope.units.is_empty() {
        query = query
            .push(" OR (a.project_id IS NULL AND a.unit_id IN ")
            .list(scope.units.iter().copied())
            .push(")");
    }
    if !scope.agencies.is_empty() {
        query = query
            .push(" OR (a.subject_type = 'agency' AND a.subject_id IN ")
            .list(scope.agencies.iter().copied())
            .push(")");
    }
    if let Some(person) = filter.person_id {
        query = query.push(" OR a.responsible_id = ").bind(person);
    }
    query.push(")")
}

pub(super) fn narrow<ST>(mut query: Sql<ST>, filter: &Filter) -> Sql<ST> {
    let texts = [
        (" AND a.state IN ", &filter.states),
        (" AND a.rule IN ", &filter.rules),
        (" AND a.severity IN ", &filter.severities),
        (" AND a.level IN ", &filter.levels),
    ];
    for (condition, values) in texts {
        if !values.is_empty() {
            query = query
                .push(condition)
                .list(values.iter().map(String::as_str));
        }
    }
    let ids = [
        (" AND a.project_id IN ", &filter.projects),
        (" AND a.responsible_id IN ", &filter.responsible),
    ];
    for (condition, values) in ids {
        if !values.is_empty() {
            query = query.push(condition).list(values.iter().copied());
        }
    }
    if let Some(units) = &filter.units {
        query = query.push(" AND a.unit_id IN ").list(units.iter().copied());
    }
    match filter.id {
        Some(id) => query.push(" AND a.id = ").bind(id),
        None => query,
    }
}
