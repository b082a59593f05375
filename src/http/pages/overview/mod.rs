//! The overview: how the year stands, who is ahead and behind, what the directive asks.

mod ranking;

use askama::Template;
use chrono::NaiveDate;

use super::chart;
use super::context::Context;
use super::curve;
use super::guard::Page;
use super::layout::Layout;
use super::outcome::Outcome;
use super::route::{PageRoute, get};
use super::s_curve::SCurve;
use super::text::{fill, labels};
use crate::domain::alerts::Severity;
use crate::domain::money::{Money, Rate};
use crate::domain::permission::Permission;
use crate::domain::progress::Basis;
use crate::domain::units::Level;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::request;
use crate::service::View;
use crate::service::alerts::{self, AlertFilter};
use crate::service::operations::{self, DataStatus};
use crate::service::page::Page as ListPage;
use crate::service::projects::{self, ListFilter, ListOrder, ListedProject, Sort};
use crate::service::reports::Asked;
use crate::service::reports::compliance::{self, ComplianceRow};
use ranking::{Ranking, buckets, ranked};

use crate::service::reports::progress::{self, GroupBy, Grouping, ProgressReport, ProgressRow};
use crate::service::watch::{self, Finding, Problem};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/", show)]
}

request! {
    /// Which overview.
    pub struct OverviewQuery {
        budget_year: Option<i32>,
        as_of: Option<NaiveDate>,
        basis: Option<Basis>,
        unit_id: Option<i64>,
    }
}

/// Late projects shown.
const WORST: i64 = 8;

/// Live alerts of a severity: name in words, code, how many, where they are.
struct Live {
    label: &'static str,
    code: &'static str,
    number: i64,
    link: String,
}

/// A project that is late.
struct LateProject {
    listed: ListedProject,
    link: String,
}

#[derive(Template)]
#[template(path = "overview.html", config = "src/http/pages/askama.toml")]
struct OverviewPage {
    l: Layout,
    c: Context,
    path: Vec<(String, String)>,
    report: ProgressReport,
    gap: Money,
    curve: SCurve,
    drawing: String,
    year_end: Option<(Money, Money, Money)>,
    units: Ranking,
    investors: Ranking,
    buckets: Vec<(String, usize)>,
    orders: Vec<ComplianceRow>,
    live: Vec<Live>,
    worst: Vec<LateProject>,
    status: DataStatus,
    projects_link: String,
    standstill: Vec<Finding>,
}

async fn show(page: Page<needs::Read>, query: Query<OverviewQuery>) -> Result<Outcome> {
    page.ask(query, overview).await
}

fn overview(view: &mut View<'_>, l: Layout, query: OverviewQuery) -> Result<OverviewPage> {
    let c = Context::new(
        "/",
        view.today,
        (query.budget_year, query.as_of, query.basis),
    )
    .keep("unit_id", query.unit_id)
    .with_assigned();
    let asked = Asked {
        budget_year: c.year,
        as_of: c.as_of,
        basis: c.basis,
        unit_id: query.unit_id,
        funding_source_id: None,
    };
    let grouped = |view: &mut View<'_>, by| progress::report(view, &asked, Grouping::by(by));
    let report = grouped(view, GroupBy::Unit)?;
    let by_investor = grouped(view, GroupBy::Investor)?;
    let totals = (report.totals.plan, report.totals.disbursed);
    let curve = curve::load(view, &asked, None, totals)?;
    let orders = compliance::report(view, &asked)?.rows;
    let average = report.totals.rate;
    let buckets = buckets(&by_investor.rows, &l);
    let own = query.unit_id;
    let projects_link = c.link(match own {
        Some(id) => format!("/projects?unit_id={id}"),
        None => "/projects".to_owned(),
    });
    let units = report.rows.iter().map(|row| {
        let link = row.key.id.map(|id| match Some(id) == own {
            true => c.link(format!("/projects?unit_id={id}")),
            false => c.link(format!("/?unit_id={id}")),
        });
        ranked(row, average, link)
    });
    let investors = by_investor.rows.iter().map(|row| {
        let link = row
            .key
            .id
            .map(|id| c.link(format!("/projects?investor_id={id}")));
        ranked(row, average, link)
    });
    let (units, investors) = (
        Ranking::of(units.collect()),
        Ranking::of(investors.collect()),
    );
    let last = curve.points.last().and_then(|point| point.forecast);
    let standstill = match l.may(Permission::Operate) {
        true => watch::findings(view)?,
        false => Vec::new(),
    };
    Ok(OverviewPage {
        path: path(view, &c, query.unit_id)?,
        gap: gap(&report),
        drawing: curve::draw(&l, &curve, c.year, report.totals.scheduled),
        year_end: last,
        live: live(view, &l, own)?,
        worst: worst(view, &c, own)?,
        status: operations::data_status(view)?,
        units,
        investors,
        buckets,
        orders,
        curve,
        report,
        projects_link,
        standstill,
        c,
        l,
    })
}

/// How many alerts are live, by severity, the worst first.
fn live(view: &mut View<'_>, l: &Layout, unit: Option<i64>) -> Result<Vec<Live>> {
    let filter = AlertFilter {
        live: true,
        units: unit.into_iter().collect(),
        ..AlertFilter::default()
    };
    let counts = alerts::counts(view, &filter)?;
    let within = unit.map_or_else(String::new, |id| format!("&unit_id={id}"));
    let severities = Severity::ALL.iter().rev().map(|severity| {
        let code = severity.as_str();
        let these = counts.iter().filter(|count| count.severity == code);
        Live {
            label: labels::severity(code, l.locale),
            code,
            number: these.map(|count| count.number).sum(),
            link: format!("/alerts?severity={code}{within}"),
        }
    });
    Ok(severities.collect())
}

/// The projects with the largest sums late.
fn worst(view: &mut View<'_>, c: &Context, unit: Option<i64>) -> Result<Vec<LateProject>> {
    let filter = ListFilter {
        units: unit.into_iter().collect(),
        budget_years: vec![c.year],
        ..ListFilter::default()
    };
    let order = ListOrder {
        sort: Some(Sort::LateAmountDown),
        late: Some(true),
        as_of: Some(c.as_of),
        basis: match c.basis {
            Basis::Assigned => Basis::Total,
            basis => basis,
        },
    };
    let page = ListPage {
        limit: WORST,
        after: None,
    };
    let found = projects::list(view, &filter, order, &page)?.rows;
    let late = found.into_iter().map(|listed| LateProject {
        link: c.link(format!("/projects/{}", listed.project.id)),
        listed,
    });
    Ok(late.collect())
}

fn gap(report: &ProgressReport) -> Money {
    let totals = &report.totals;
    Money::saturating(totals.disbursed.wide() - totals.scheduled.wide())
}

/// The units above the one shown, the highest first.
fn path(view: &mut View<'_>, c: &Context, unit_id: Option<i64>) -> Result<Vec<(String, String)>> {
    let Some(id) = unit_id else {
        return Ok(Vec::new());
    };
    let (tree, scope) = (view.tree()?, view.readable()?);
    let above = tree.path_on(id, c.as_of).into_iter().rev();
    Ok(above
        .filter(|unit| scope.has_unit(*unit))
        .filter_map(|unit| tree.get(unit))
        .map(|unit| {
            let link = match unit.level {
                Level::Province => c.link("/"),
                _ => c.link(format!("/?unit_id={}", unit.id)),
            };
            (unit.name.clone(), link)
        })
        .collect())
}

impl OverviewPage {
    /// What stands still, for those who can set it going again.
    fn standstill_text(&self, finding: &Finding) -> String {
        let t = &self.l.t.overview;
        let what = match finding.problem {
            Problem::Scan => t.stands_scan,
            Problem::MailQueue => t.stands_mail_queue,
            Problem::Scheduler => t.stands_scheduler,
            Problem::Backup => t.stands_backup,
            Problem::Database => t.stands_database,
        };
        let how = match finding.problem {
            Problem::Scan | Problem::Backup => t.stands_last,
            _ => t.stands_since,
        };
        match &finding.since {
            Some(at) => fill(how, &[("what", what), ("at", &self.l.instant(at))]),
            None => what.to_owned(),
        }
    }

    fn title(&self) -> String {
        match self.path.last() {
            Some((name, _)) => fill(self.l.t.overview.title_of, &[("name", name)]),
            None => self.l.t.overview.title.to_owned(),
        }
    }

    fn gap_text(&self) -> String {
        let t = &self.l.t.overview;
        if self.gap.is_zero() {
            return t.gap_even.to_owned();
        }
        let (text, amount) = match self.gap.is_negative() {
            true => (t.gap_behind, -self.gap),
            false => (t.gap_ahead, self.gap),
        };
        let amount = format!("{} {}", self.l.amount(&amount), self.l.unit_label());
        fill(text, &[("amount", &amount)])
    }

    fn year_end_text(&self, range: &(Money, Money, Money)) -> String {
        let rate = Rate::of(range.1, self.report.totals.plan);
        let high = format!("{} {}", self.l.amount(&range.2), self.l.unit_label());
        fill(
            self.l.t.overview.year_end_share,
            &[
                ("rate", &self.l.rate(&rate)),
                ("low", &self.l.amount(&range.0)),
                ("high", &high),
            ],
        )
    }

    fn has_last_year(&self) -> bool {
        self.curve
            .points
            .iter()
            .any(|point| point.last_year.is_some())
    }

    fn has_forecast(&self) -> bool {
        self.curve
            .points
            .iter()
            .any(|point| point.forecast.is_some())
    }

    fn status_text(&self) -> String {
        let (l, t) = (&self.l, &self.l.t.overview);
        let scan = match &self.status.last_scan {
            Some(day) => l.fill(l.t.alerts.last_scan, &[("date", &l.date(day))]),
            None => l.t.alerts.never_scanned.to_owned(),
        };
        let waiting = l.number(&self.status.mails_waiting);
        let mails = l.fill(t.mails_waiting, &[("n", &waiting)]);
        let dead = match self.status.mails_dead {
            0 => String::new(),
            dead => format!(", {}", l.fill(t.mails_dead, &[("n", &l.number(&dead))])),
        };
        format!("{scan}. {mails}{dead}.")
    }

    fn meter(&self) -> String {
        let totals = &self.report.totals;
        let behind = totals.disbursed < totals.scheduled;
        let mark = Some(totals.scheduled.wide());
        chart::meter(totals.disbursed.wide(), totals.plan.wide(), mark, behind)
    }

    fn all_of(&self, ranking: &Ranking) -> String {
        let number = ranking.middle.len().to_string();
        fill(self.l.t.overview.between, &[("n", &number)])
    }

    fn is_own(&self, row: &ProgressRow) -> bool {
        let shown = self.report.rows.len() > 1 && row.key.id.is_some();
        shown
            && self
                .path
                .last()
                .is_some_and(|(name, _)| *name == row.key.name)
    }

    fn compliant(&self, row: &ComplianceRow) -> String {
        let t = &self.l.t.overview;
        let (n, all) = (row.compliant.to_string(), row.total.to_string());
        let text = match (row.total, row.offenders.is_empty()) {
            (0, _) => t.compliant_none,
            (_, true) => t.compliant_all,
            _ => t.compliant,
        };
        fill(text, &[("n", &n), ("all", &all)])
    }
}
