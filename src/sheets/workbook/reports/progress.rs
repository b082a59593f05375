//! Progress by group, and the ranking.

use super::super::columns::Columns;
use super::super::table::{Kind, Table, Words, say};
use super::{head, plan_words, title};
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::money::Rate;
use crate::domain::progress::Basis;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::explain::Part;
use crate::service::reports::progress::{self, GroupBy, ProgressRow, ProgressTotals};
use crate::service::reports::ranking::{self, RankedRow};
use crate::service::reports::wanted::{ReportName, Wanted};

fn grouped(by: GroupBy) -> Words {
    match by {
        GroupBy::Unit => ("theo đơn vị hành chính", "by unit"),
        GroupBy::Source => ("theo nguồn vốn", "by source"),
        GroupBy::Investor => ("theo chủ đầu tư", "by investor"),
        GroupBy::Sector => ("theo lĩnh vực", "by sector"),
        GroupBy::Status => ("theo trạng thái dự án", "by project status"),
        GroupBy::Leader => ("theo lãnh đạo phụ trách", "by responsible leader"),
    }
}

fn about(by: GroupBy) -> Words {
    match by {
        GroupBy::Unit => ("Đơn vị", "Unit"),
        GroupBy::Source => ("Nguồn vốn", "Source"),
        GroupBy::Investor => ("Chủ đầu tư", "Investor"),
        GroupBy::Sector => ("Lĩnh vực", "Sector"),
        GroupBy::Status => ("Trạng thái", "Status"),
        GroupBy::Leader => ("Lãnh đạo phụ trách", "Responsible leader"),
    }
}

/// What a row is called: sectors and statuses are codes.
fn name(by: GroupBy, row: &ProgressRow, locale: Locale) -> &str {
    match by {
        GroupBy::Sector => labels::sector(&row.key.name, locale),
        GroupBy::Status => labels::project_status(&row.key.name, locale),
        _ => &row.key.name,
    }
}

/// What a row and the totals of both reports show.
fn columns<R: 'static>(
    locale: Locale,
    (by, basis): (GroupBy, Basis),
    totals: &ProgressTotals,
    of: fn(&R) -> &ProgressRow,
) -> Columns<'static, R> {
    Columns::<R>::numbered(locale)
        .explained(move |row| Some(Part::row(by, &of(row).key)))
        .text(Kind::Name, about(by), move |row| name(by, of(row), locale))
        .group(("Số dự án", "Projects"), |columns| {
            columns
                .add(Kind::Count, ("Tổng số", "All"), move |row| {
                    of(row).projects
                })
                .total(totals.projects)
                .add(Kind::Count, ("Chậm", "Late"), move |row| {
                    of(row).late_projects
                })
                .total(totals.late_projects)
        })
        .add(Kind::Money, plan_words(basis), move |row| of(row).plan)
        .total(totals.plan)
        .add(
            Kind::Money,
            ("Phải giải ngân theo kế hoạch đến kỳ", "Scheduled by then"),
            move |row| of(row).scheduled,
        )
        .total(totals.scheduled)
        .add(Kind::Money, ("Đã giải ngân", "Disbursed"), move |row| {
            of(row).disbursed
        })
        .total(totals.disbursed)
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"), move |row| {
            of(row).rate
        })
        .total(totals.rate)
        .add(
            Kind::Money,
            ("Chậm so với kế hoạch", "Late"),
            move |row| of(row).late_amount,
        )
        .total(totals.late_amount)
        .add(Kind::Count, ("Xếp hạng", "Rank"), move |row| {
            of(row).rank
        })
}

fn titled(name: ReportName, by: GroupBy, locale: Locale) -> (ReportName, String) {
    let title = format!("{} {}", title(name, locale), say(locale, grouped(by)));
    (name, title)
}

/// Progress by group, in the order of the JSON answer.
pub(super) fn progress(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = progress::report(view, &wanted.asked, wanted.grouping())?;
    let (by, basis) = (report.group_by, report.basis);
    let columns = columns::<ProgressRow>(locale, (by, basis), &report.totals, |row| row);
    let title = titled(ReportName::Progress, by, locale);
    Ok(Table {
        head: head(view, title, &wanted.asked, columns.heads())?,
        rows: columns.list(&report.rows),
        notes: Vec::new(),
    })
}

/// Units or investors by rate, with how many lie where below the table.
pub(super) fn ranking(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = ranking::report(view, &wanted.asked, wanted.grouping())?;
    let (by, basis) = (report.group_by, report.basis);
    let columns = columns::<RankedRow>(locale, (by, basis), &report.totals, |one| &one.row).add(
        Kind::Short,
        ("So với bình quân", "Against the average"),
        move |one| one.against_average.map(|place| against(place, locale)),
    );
    let counted = report.buckets.iter().filter(|bucket| bucket.count > 0);
    let notes = counted.map(|bucket| {
        let span = span(bucket.from, bucket.below, locale);
        match locale {
            Locale::Vi => format!("{span}: {} đơn vị", bucket.count),
            Locale::En => format!("{span}: {}", bucket.count),
        }
    });
    let title = titled(ReportName::Ranking, by, locale);
    Ok(Table {
        head: head(view, title, &wanted.asked, columns.heads())?,
        rows: columns.list(&report.rows),
        notes: notes.collect(),
    })
}

fn against(place: &str, locale: Locale) -> &'static str {
    let words = match place {
        "above" => ("Trên bình quân", "Above"),
        "equal" => ("Bằng bình quân", "Equal"),
        _ => ("Dưới bình quân", "Below"),
    };
    say(locale, words)
}

fn span(from: Option<Rate>, below: Option<Rate>, locale: Locale) -> String {
    let shown = |rate: Rate| format::percent(rate, locale);
    match (from, below) {
        (None, _) => say(locale, ("Không có kế hoạch", "Without a plan")).to_owned(),
        (Some(from), Some(below)) if from == below => shown(from),
        (Some(from), Some(below)) if from.hundredths() == 0 => match locale {
            Locale::Vi => format!("Trên 0% đến dưới {}", shown(below)),
            Locale::En => format!("Above 0%, below {}", shown(below)),
        },
        (Some(from), Some(below)) => match locale {
            Locale::Vi => format!("Từ {} đến dưới {}", shown(from), shown(below)),
            Locale::En => format!("From {} to below {}", shown(from), shown(below)),
        },
        (Some(from), None) => match locale {
            Locale::Vi => format!("Từ {} trở lên", shown(from)),
            Locale::En => format!("From {}", shown(from)),
        },
    }
}
