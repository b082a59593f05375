//! One report: its table as in the workbook, with what it was asked always in sight.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

use super::super::choices::{self, Choices, with_empty};
use super::super::context::Context;
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use crate::domain::capital::Authority;
use crate::domain::progress::Basis;
use crate::domain::units::Level as UnitLevel;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::request;
use crate::service::View;
use crate::service::reports::Asked;
use crate::service::reports::progress::GroupBy;
use crate::service::reports::wanted::{ReportName, Wanted};
use crate::sheets::workbook;
use crate::sheets::workbook::table::{Cell, Kind, Level, Row, Table};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/reports/{name}", show),
        get("/reports/{name}/workbook", file),
    ]
}

request! {
    /// Which report.
    pub struct ReportPageQuery {
        budget_year: Option<i32>,
        as_of: Option<NaiveDate>,
        basis: Option<Basis>,
        unit_id: Option<i64>,
        funding_source_id: Option<i64>,
        project_id: Option<i64>,
        group_by: Option<GroupBy>,
        level: Option<UnitLevel>,
        authority: Option<Authority>,
        from: Option<NaiveDate>,
    }
}

#[derive(Template)]
#[template(path = "report.html", config = "src/http/pages/askama.toml")]
struct ReportPage {
    l: Layout,
    c: Context,
    name: ReportName,
    form: Form,
    units: Choices,
    sources: Choices,
    groupings: Choices,
    authorities: Choices,
    table: Table,
    made: String,
    excel: String,
}

async fn show(
    page: Page<needs::Read>,
    name: Path<String>,
    query: Query<ReportPageQuery>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let name = ReportName::parse(&name).ok_or(Code::NotFound)?;
        report(view, l, name, &query)
    })
    .await
}

async fn file(
    page: Page<needs::Read>,
    name: Path<String>,
    query: Query<ReportPageQuery>,
) -> Result<Outcome> {
    page.give(query, move |view, _, query| {
        let name = ReportName::parse(&name).ok_or(Code::NotFound)?;
        let c = context(view, name, &query);
        let wanted = wanted(&c, name, &query);
        let bytes = workbook::report(view, name, &wanted)?;
        let file = workbook::file_name(name, &wanted);
        Ok(Outcome::file(file, workbook::MEDIA_TYPE, bytes))
    })
    .await
}

/// Whether the report can be measured against assigned capital.
fn takes_assigned(name: ReportName, by: Option<GroupBy>) -> bool {
    use GroupBy::{Investor, Source, Unit};
    match name {
        ReportName::Progress => by.is_none_or(|by| matches!(by, Unit | Source | Investor)),
        ReportName::Ranking => true,
        _ => false,
    }
}

fn context(view: &View<'_>, name: ReportName, query: &ReportPageQuery) -> Context {
    let assigned = takes_assigned(name, query.group_by);
    let basis = query
        .basis
        .filter(|basis| assigned || *basis != Basis::Assigned);
    let context = Context::new(
        format!("/reports/{}", name.as_str()),
        view.today,
        (query.budget_year, query.as_of, basis),
    )
    .keep("unit_id", query.unit_id)
    .keep("funding_source_id", query.funding_source_id)
    .keep("project_id", query.project_id)
    .keep("group_by", query.group_by.map(GroupBy::as_str))
    .keep("level", query.level.map(UnitLevel::as_str))
    .keep("authority", query.authority.map(Authority::as_str))
    .keep("from", query.from);
    match assigned {
        true => context.with_assigned(),
        false => context,
    }
}

fn wanted(c: &Context, name: ReportName, query: &ReportPageQuery) -> Wanted {
    let asked = Asked {
        budget_year: c.year,
        as_of: c.as_of,
        basis: c.basis,
        unit_id: query.unit_id,
        // The orders of the directive are judged over all sources.
        funding_source_id: query
            .funding_source_id
            .filter(|_| name != ReportName::Compliance),
    };
    Wanted {
        group_by: query.group_by,
        level: query
            .level
            .filter(|_| query.group_by.is_none_or(|by| by == GroupBy::Unit)),
        authority: query.authority,
        project_id: query.project_id,
        from: query.from,
        ..Wanted::new(asked)
    }
}

fn report(
    view: &mut View<'_>,
    l: Layout,
    name: ReportName,
    query: &ReportPageQuery,
) -> Result<ReportPage> {
    let c = context(view, name, query);
    let table = workbook::reports::table(view, name, &wanted(&c, name, query))?;
    let any = l.t.common.any;
    let path = format!("/reports/{}/workbook", name.as_str());
    let here = c.here();
    let kept = here.split_once('?').map_or("", |(_, kept)| kept);
    let excel = match kept {
        "" => c.link(path),
        kept => c.link(format!("{path}?{kept}")),
    };
    let value = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
    let form = Form::with([
        ("unit_id", value(query.unit_id)),
        ("funding_source_id", value(query.funding_source_id)),
        (
            "group_by",
            query.group_by.unwrap_or(GroupBy::Unit).as_str().to_owned(),
        ),
        (
            "authority",
            query
                .authority
                .unwrap_or(Authority::PeoplesCouncil)
                .as_str()
                .to_owned(),
        ),
        (
            "from",
            query.from.map_or_else(String::new, |day| day.to_string()),
        ),
    ]);
    Ok(ReportPage {
        units: with_empty(any, choices::units(view, c.as_of)?),
        sources: with_empty(any, choices::sources(view, c.as_of)?),
        groupings: groupings(name, &l),
        authorities: authorities(&l),
        made: workbook::stamp(view)?.made,
        form,
        excel,
        table,
        name,
        c,
        l,
    })
}

fn groupings(name: ReportName, l: &Layout) -> Choices {
    let t = &l.t.reports;
    let all = [
        (GroupBy::Unit, t.by_unit),
        (GroupBy::Investor, t.by_investor),
        (GroupBy::Source, t.by_source),
        (GroupBy::Sector, t.by_sector),
        (GroupBy::Status, t.by_status),
        (GroupBy::Leader, t.by_leader),
    ];
    let count = match name {
        ReportName::Progress => all.len(),
        ReportName::Ranking => 2,
        _ => 0,
    };
    let shown = all.into_iter().take(count);
    shown
        .map(|(by, label)| (by.as_str().to_owned(), label.to_owned()))
        .collect()
}

fn authorities(l: &Layout) -> Choices {
    let t = &l.t.reports;
    [
        (Authority::PeoplesCouncil, t.peoples_council),
        (Authority::PeoplesCommittee, t.peoples_committee),
        (Authority::PrimeMinister, t.prime_minister),
    ]
    .into_iter()
    .map(|(authority, label)| (authority.as_str().to_owned(), label.to_owned()))
    .collect()
}

impl ReportPage {
    fn is_empty(&self) -> bool {
        let mut rows = self.table.rows.iter();
        !rows.any(|row| row.level != Level::Total)
    }

    fn has_source_filter(&self) -> bool {
        self.name != ReportName::Compliance
    }

    fn has_authority(&self) -> bool {
        self.name == ReportName::Allocation || self.c.basis == Basis::Assigned
    }

    fn has_from(&self) -> bool {
        matches!(self.name, ReportName::PlanChanges | ReportName::Payments)
    }

    /// The upper row of headings: text, columns, rows, class.
    fn upper(&self) -> Vec<(&str, usize, u8, &'static str)> {
        let head = &self.table.head;
        let mut at = 0;
        let mut heads = Vec::new();
        for (group, count) in head.groups() {
            let own = head.columns.get(at);
            match (group, own) {
                (Some(group), _) => heads.push((group, count, 1, "")),
                (None, Some(own)) => {
                    heads.push((own.heading.as_str(), 1, 2, self.class(&own.kind)));
                }
                (None, None) => {}
            }
            at += count;
        }
        heads
    }

    fn row_class(&self, row: &Row) -> &'static str {
        match row.level {
            Level::Total => "row-total",
            Level::Section => "row-section",
            Level::Group => "row-group",
            Level::Item => "row-item",
        }
    }

    fn cells<'a>(&self, row: &'a Row) -> Vec<(&'a Cell, Kind)> {
        let kinds = self.table.head.columns.iter().map(|column| column.kind);
        row.cells.iter().zip(kinds).collect()
    }

    fn class(&self, kind: &Kind) -> &'static str {
        match kind {
            Kind::Money | Kind::Exact | Kind::Rate | Kind::Count => "num",
            Kind::Number => "no",
            Kind::Text | Kind::Name => "words",
            Kind::Short | Kind::Date => "",
        }
    }

    fn is_name(&self, kind: &Kind) -> bool {
        *kind == Kind::Name
    }

    fn shown(&self, cell: &Cell, kind: &Kind) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Money(amount) if *kind == Kind::Exact => {
                crate::domain::format::show(*amount, self.l.unit, self.l.locale)
            }
            Cell::Money(amount) => self.l.amount(amount),
            Cell::Rate(rate) => self.l.rate(&Some(*rate)),
            Cell::Count(count) => self.l.number(count),
            Cell::Date(day) => self.l.date(day),
        }
    }
}
