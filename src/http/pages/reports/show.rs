//! One report: its table as in the workbook, with what it was asked always in sight.

use actix_web::web::Path;
use askama::Template;
use chrono::NaiveDate;

use super::super::choices::{self, Choices, with_empty};
use super::super::context::Context;
use super::super::curve;
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::pager::Pager;
use super::super::route::{PageRoute, get};
use super::super::s_curve::SCurve;
use super::super::text::fill;
use super::filters::{authorities, group_by, groupings, takes_assigned, takes_source};
use super::{explain, transfer};
use crate::domain::capital::Authority;
use crate::domain::format;
use crate::domain::permission::Permission;
use crate::domain::progress::Basis;
use crate::domain::units::Level as UnitLevel;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::View;
use crate::service::page::Page as ListPage;
use crate::service::plans::{self, Transfer};
use crate::service::reports::Asked;
use crate::service::reports::progress::GroupBy;
use crate::service::reports::wanted::{ReportName, Wanted};
use crate::sheets::workbook;
use crate::sheets::workbook::table::{About, Cell, Kind, Level, Row, Shown, Table};

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
        within_days: Option<i32>,
        cursor: Option<Line<1000>>,
        whole: Option<bool>,
        done: Option<i64>,
    }
}

/// Rows on a page.
const ROWS: i64 = 75;

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
    pages: Pages,
    curve: Option<SCurve>,
    drawing: String,
    done: Option<Transfer>,
    made: String,
    excel: String,
}

/// Which rows are shown, and where the others are.
struct Pages {
    first: usize,
    last: usize,
    all: usize,
    start: Option<String>,
    next: Option<String>,
    whole: Option<String>,
}

async fn show(
    page: Page<needs::Read>,
    name: Path<String>,
    query: Query<ReportPageQuery>,
) -> Result<Outcome> {
    page.browse(query, move |view, l, query, pager| {
        let name = ReportName::parse(&name).ok_or(Code::NotFound)?;
        report(view, l, (name, &query), pager)
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
    .keep("from", query.from)
    .keep("within_days", query.within_days);
    match (assigned, name.has_basis()) {
        (true, _) => context.with_assigned(),
        (false, true) => context,
        (false, false) => context.without_basis(),
    }
}

fn wanted(c: &Context, name: ReportName, query: &ReportPageQuery) -> Wanted {
    let asked = Asked {
        budget_year: c.year,
        as_of: c.as_of,
        basis: c.basis,
        unit_id: query.unit_id,
        funding_source_id: query.funding_source_id.filter(|_| takes_source(name)),
    };
    Wanted {
        group_by: query.group_by,
        level: query
            .level
            .filter(|_| query.group_by.is_none_or(|by| by == GroupBy::Unit)),
        authority: query.authority,
        project_id: query.project_id,
        from: query.from,
        within_days: query.within_days,
        ..Wanted::new(asked)
    }
}

fn report(
    view: &mut View<'_>,
    l: Layout,
    (name, query): (ReportName, &ReportPageQuery),
    pager: &Pager,
) -> Result<ReportPage> {
    let c = context(view, name, query);
    let wanted = wanted(&c, name, query);
    let whole = query.whole == Some(true);
    let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let page = match whole {
        true => ListPage::all(),
        false => pager.page(ROWS, cursor)?,
    };
    let shown = workbook::reports::page(view, name, &wanted, &page)?;
    let pages = pages(&shown, pager, cursor);
    let curve = match name {
        ReportName::SCurve => Some(curve::alone(view, &wanted.asked, wanted.project_id)?),
        _ => None,
    };
    let any = l.t.common.any;
    let excel = c.elsewhere(&format!("/reports/{}/workbook", name.as_str()));
    let value = |id: Option<i64>| id.map_or_else(String::new, |id| id.to_string());
    let form = Form::with([
        ("unit_id", value(query.unit_id)),
        ("funding_source_id", value(query.funding_source_id)),
        ("group_by", group_by(name, query.group_by).to_owned()),
        ("within_days", wanted.within_days().to_string()),
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
        drawing: curve
            .as_ref()
            .map_or_else(String::new, |(curve, scheduled)| {
                curve::draw(&l, curve, c.year, *scheduled)
            }),
        curve: curve.map(|(curve, _)| curve),
        done: query
            .done
            .map(|id| plans::transfer_by_id(view, id))
            .transpose()?,
        table: shown.table,
        pages,
        form,
        excel,
        name,
        c,
        l,
    })
}

/// Which rows are shown of how many.
fn pages(shown: &Shown, pager: &Pager, cursor: Option<&str>) -> Pages {
    let next = pager.next(shown.next.as_ref());
    let several = next.is_some() || cursor.is_some();
    Pages {
        first: shown.first,
        last: shown.last,
        all: shown.all,
        start: cursor.map(|_| pager.first()),
        whole: several.then(|| pager.altered("whole", Some("true"))),
        next,
    }
}

impl ReportPage {
    fn is_empty(&self) -> bool {
        let mut rows = self.table.rows.iter();
        !rows.any(|row| row.level != Level::Total)
    }

    /// Whether it needs a larger sheet of paper.
    fn is_wide(&self) -> bool {
        self.table.head.columns.len() > 14
    }

    fn has_source_filter(&self) -> bool {
        takes_source(self.name)
    }

    fn has_within(&self) -> bool {
        self.name == ReportName::AlertQuality
    }

    fn has_forecast(&self) -> bool {
        self.curve.as_ref().is_some_and(SCurve::has_forecast)
    }

    fn has_last_year(&self) -> bool {
        self.curve.as_ref().is_some_and(SCurve::has_last_year)
    }

    fn rows_text(&self) -> String {
        let pages = &self.pages;
        let [first, last, all] = [pages.first, pages.last, pages.all].map(|n| n.to_string());
        let values = [("first", first.as_str()), ("last", &last), ("all", &all)];
        fill(self.l.t.reports.rows_of, &values)
    }

    fn done_text(&self, done: &Transfer) -> String {
        let values = [
            ("amount", self.l.exact(&done.amount)),
            ("from", done.from_project.name.clone()),
            ("to", done.to_project.name.clone()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        fill(self.l.t.reports.transfer_done, &values)
    }

    /// The project that a row is about.
    fn project_link(&self, row: &Row) -> Option<String> {
        match &row.about {
            Some(About::Project(id)) => Some(self.c.link(format!("/projects/{id}"))),
            _ => None,
        }
    }

    /// Where it says how the rate of a row came about.
    fn why_link(&self, row: &Row, cell: &Cell) -> Option<String> {
        let part = row
            .part
            .as_ref()
            .filter(|_| matches!(cell, Cell::Rate(_)))?;
        Some(match self.c.basis {
            Basis::Assigned => self.c.elsewhere("/reports/allocation"),
            _ => explain::path(&self.c, part),
        })
    }

    /// Where the transfer that a row proposes is recorded, for those who may.
    fn transfer_link(&self, row: &Row) -> Option<String> {
        match &row.about {
            Some(About::Transfer(body)) if self.l.may(Permission::EditPlans) => {
                Some(transfer::path(body))
            }
            _ => None,
        }
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
            Kind::Money | Kind::Exact | Kind::Rate | Kind::Average | Kind::Count => "num",
            Kind::Number => "no",
            Kind::Text | Kind::Name => "words",
            Kind::Long => "words long",
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
                format::show(*amount, self.l.unit, self.l.locale)
            }
            Cell::Money(amount) => self.l.amount(amount),
            Cell::Rate(rate) => self.l.rate(&Some(*rate)),
            Cell::Average(average) => format::average(*average, self.l.locale),
            Cell::Count(count) => self.l.number(count),
            Cell::Date(day) => self.l.date(day),
        }
    }
}
