//! Open data on projects by the Open Contracting for Infrastructure Data Standard (OC4IDS 0.9):
//! a project package with budgets, plans by year and source, and payments by month.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::View;
use crate::db;
use crate::db::export::{Line, Named, Project};
use crate::error::{Code, Result};

/// The version of the standard.
const VERSION: &str = "0.9";
/// Seconds that Vietnam is east of Greenwich.
const VIETNAM: i32 = 7 * 3600;

/// A project package.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectPackage {
    /// Where this package is found.
    pub uri: String,
    /// When what it says last changed.
    pub published_date: DateTime<Utc>,
    /// The version of the standard.
    pub version: &'static str,
    /// The province.
    pub publisher: Publisher,
    /// The projects.
    pub projects: Vec<OpenProject>,
}

/// Who publishes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Publisher {
    /// Name.
    pub name: String,
}

/// A project.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenProject {
    /// Unique in the world: a prefix of the settings and the project's code.
    pub id: String,
    /// Codes of this and other systems.
    pub identifiers: Vec<OpenIdentifier>,
    /// Name.
    pub title: String,
    /// Stage, of the standard's code list.
    pub status: &'static str,
    /// Sector, of the standard's code list where it has it.
    pub sector: Vec<String>,
    /// The investor.
    pub public_authority: OpenReference,
    /// Who is involved.
    pub parties: Vec<OpenParty>,
    /// From the first to the last year.
    pub period: OpenPeriod,
    /// Where it is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<OpenLocation>,
    /// Total investment and plans.
    pub budget: OpenBudget,
    /// What was paid, by month, year and source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transactions: Vec<OpenTransaction>,
}

/// A code and the list it is from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenIdentifier {
    /// The code.
    pub id: String,
    /// The list.
    pub scheme: &'static str,
}

/// A party that is described elsewhere in the project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenReference {
    /// Its id among the parties.
    pub id: String,
    /// Name.
    pub name: String,
}

/// An organisation and what it does.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenParty {
    /// Identity within the package.
    pub id: String,
    /// Name.
    pub name: String,
    /// Roles, of the standard's code list.
    pub roles: Vec<&'static str>,
}

/// An interval.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenPeriod {
    /// First instant.
    pub start_date: DateTime<FixedOffset>,
    /// Last day.
    pub end_date: DateTime<FixedOffset>,
}

/// A place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenLocation {
    /// The official code of the unit.
    pub id: String,
    /// Its name.
    pub description: String,
}

/// An amount.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenValue {
    /// In đồng.
    pub amount: i64,
    /// Always `VND`.
    pub currency: &'static str,
}

/// Total investment and the plans under it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenBudget {
    /// Total investment.
    pub amount: OpenValue,
    /// The day of the investment decision.
    pub approval_date: DateTime<FixedOffset>,
    /// Plans by year and source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub budget_breakdowns: Vec<OpenBreakdowns>,
}

/// A group of plans.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OpenBreakdowns {
    /// Identity.
    pub id: &'static str,
    /// What the group is by.
    pub description: &'static str,
    /// The plans.
    pub budget_breakdown: Vec<OpenBreakdown>,
}

/// The plan of a year and source.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenBreakdown {
    /// Identity within the project.
    pub id: String,
    /// The funding source.
    pub description: String,
    /// The plan as it is today.
    pub amount: OpenValue,
    /// The budget year.
    pub period: OpenPeriod,
}

/// What was paid on a plan line in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenTransaction {
    /// Identity within the project.
    pub id: String,
    /// The last day of the month.
    pub date: DateTime<FixedOffset>,
    /// Paid, less what came back.
    pub value: OpenValue,
}

/// The package of the projects in the caller's scope. A package without projects is none: 404.
pub fn package(view: &mut View<'_>) -> Result<ProjectPackage> {
    let (scope, today) = (view.readable()?, view.today);
    let projects = db::export::projects(view.conn, &scope, today)?;
    if projects.is_empty() {
        return Err(Code::NotFound.into());
    }
    let locations = grouped(
        db::export::locations(view.conn, &scope, today)?,
        |(project, ..)| *project,
    );
    let lines = grouped(db::export::lines(view.conn, &scope, today)?, |line| {
        line.project_id
    });
    let months = grouped(
        db::export::months(view.conn, &scope, today)?,
        |(line, ..)| *line,
    );
    let tree = view.tree()?;
    let home = tree.home_on(today).and_then(|home| tree.get(home));
    let settings = &view.ctx.app.settings;
    let found = Found {
        prefix: &settings.oc4ids_prefix,
        locations,
        lines,
        months,
    };
    let published = db::export::last_change(view.conn)?.unwrap_or(view.now);
    Ok(ProjectPackage {
        uri: format!("{}/api/v1/export/oc4ids.json", settings.public_url),
        published_date: published.and_utc(),
        version: VERSION,
        publisher: Publisher {
            name: home.map_or_else(|| "Giaingan".to_owned(), |unit| unit.name.clone()),
        },
        projects: projects
            .into_iter()
            .map(|project| found.project(project))
            .collect(),
    })
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

struct Found<'a> {
    prefix: &'a str,
    locations: HashMap<i64, Vec<(i64, String, String)>>,
    lines: HashMap<i64, Vec<Line>>,
    months: HashMap<i64, Vec<(i64, NaiveDate, i64)>>,
}

impl Found<'_> {
    fn project(&self, project: Project) -> OpenProject {
        let lines = self.lines.get(&project.id).map(Vec::as_slice);
        let lines = lines.unwrap_or_default();
        let places = self.locations.get(&project.id).map(Vec::as_slice);
        let mut identifiers = vec![OpenIdentifier {
            id: project.code.clone(),
            scheme: "giaingan",
        }];
        identifiers.extend(project.budget_code.map(|id| OpenIdentifier {
            id,
            scheme: "TABMIS",
        }));
        let (first, last) = project.years;
        OpenProject {
            id: format!("{}-{}", self.prefix, project.code),
            identifiers,
            title: project.name,
            status: stage(&project.status),
            sector: vec![sector(&project.sector).to_owned()],
            public_authority: OpenReference {
                id: party_id(&project.investor),
                name: project.investor.1.clone(),
            },
            parties: parties(project.investor, project.pmu),
            period: years(first, last),
            locations: places
                .unwrap_or_default()
                .iter()
                .map(|(_, code, name)| OpenLocation {
                    id: code.clone(),
                    description: name.clone(),
                })
                .collect(),
            budget: OpenBudget {
                amount: dong(project.total_investment),
                approval_date: day(project.decided_on),
                budget_breakdowns: breakdowns(lines),
            },
            transactions: lines.iter().flat_map(|line| self.paid(line)).collect(),
        }
    }

    fn paid(&self, line: &Line) -> Vec<OpenTransaction> {
        let months = self.months.get(&line.id).map(Vec::as_slice);
        let paid = |(_, month, net): &(i64, NaiveDate, i64)| OpenTransaction {
            id: format!("{}-{}", line_id(line), month.format("%Y-%m")),
            date: day(month_end(*month)),
            value: dong(*net),
        };
        months.unwrap_or_default().iter().map(paid).collect()
    }
}

fn breakdowns(lines: &[Line]) -> Vec<OpenBreakdowns> {
    if lines.is_empty() {
        return Vec::new();
    }
    let one = |line: &Line| OpenBreakdown {
        id: line_id(line),
        description: line.source.1.clone(),
        amount: dong(line.plan),
        period: years(line.budget_year, line.budget_year),
    };
    vec![OpenBreakdowns {
        id: "plan",
        description: "Kế hoạch vốn theo năm và nguồn vốn",
        budget_breakdown: lines.iter().map(one).collect(),
    }]
}

fn line_id(line: &Line) -> String {
    format!("{}-{}-{}", line.budget_year, line.source.0, line.origin)
}

fn party_id((code, _): &Named) -> String {
    format!("VN-{code}")
}

fn parties(investor: Named, pmu: Option<Named>) -> Vec<OpenParty> {
    let is_both = pmu.as_ref() == Some(&investor);
    let party = |who: Named, roles: Vec<&'static str>| OpenParty {
        id: party_id(&who),
        name: who.1,
        roles,
    };
    let mut list = vec![party(
        investor,
        match is_both {
            true => vec!["publicAuthority", "administrativeEntity"],
            false => vec!["publicAuthority"],
        },
    )];
    list.extend(
        pmu.filter(|_| !is_both)
            .map(|pmu| party(pmu, vec!["administrativeEntity"])),
    );
    list
}

/// The stage of the standard for a status of ours. A suspended project is still being carried out.
fn stage(status: &str) -> &'static str {
    match status {
        "preparation" => "preparation",
        "completed" => "completion",
        "settled" => "maintenance",
        _ => "implementation",
    }
}

/// The standard's sector for one of ours; the list is open, so what it lacks keeps its own code.
fn sector(code: &str) -> &str {
    match code {
        "culture" | "sport" => "cultureSportsAndRecreation",
        "broadcasting" | "it" => "communications",
        "agriculture" | "industry" | "science" => "economy",
        "public_administration" => "governance",
        "environment" => "naturalResources",
        other => other,
    }
}

fn dong(amount: i64) -> OpenValue {
    OpenValue {
        amount,
        currency: "VND",
    }
}

fn years(first: i32, last: i32) -> OpenPeriod {
    let new_year = NaiveDate::from_ymd_opt(first, 1, 1).unwrap_or_default();
    let end = NaiveDate::from_ymd_opt(last, 12, 31).unwrap_or_default();
    OpenPeriod {
        start_date: day(new_year),
        end_date: day(end),
    }
}

fn month_end(month: NaiveDate) -> NaiveDate {
    let first = month.with_day(1).unwrap_or(month);
    let next = first.checked_add_months(Months::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or(month)
}

/// The start of a day in Vietnam.
fn day(date: NaiveDate) -> DateTime<FixedOffset> {
    let start = date.and_time(NaiveTime::MIN);
    FixedOffset::east_opt(VIETNAM)
        .and_then(|offset| offset.from_local_datetime(&start).single())
        .unwrap_or_else(|| start.and_utc().fixed_offset())
}
