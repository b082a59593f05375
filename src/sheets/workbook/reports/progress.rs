//! Progress by group, and the ranking.

use super::super::table::{Cell, Columns, Kind, Level, Row, Table, Words, row, say};
use super::{TOTAL, head, plan_words, title};
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::money::Rate;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::progress::{self, GroupBy, ProgressRow, ProgressTotals};
use crate::service::reports::ranking;
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
fn name(by: GroupBy, row: &ProgressRow, locale: Locale) -> String {
    match by {
        GroupBy::Sector => labels::sector(&row.key.name, locale).to_owned(),
        GroupBy::Status => labels::project_status(&row.key.name, locale).to_owned(),
        _ => row.key.name.clone(),
    }
}

fn columns(locale: Locale, by: GroupBy, wanted: &Wanted) -> Columns {
    Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(Kind::Name, about(by))
        .group(
            Kind::Count,
            ("Số dự án", "Projects"),
            &[("Tổng số", "All"), ("Chậm", "Late")],
        )
        .add(Kind::Money, plan_words(wanted.asked.basis))
        .add(
            Kind::Money,
            ("Phải giải ngân theo kế hoạch đến kỳ", "Scheduled by then"),
        )
        .add(Kind::Money, ("Đã giải ngân", "Disbursed"))
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"))
        .add(Kind::Money, ("Chậm so với kế hoạch", "Late"))
}

fn total(totals: &ProgressTotals, locale: Locale) -> Row {
    row!(
        Level::Total,
        "",
        say(locale, TOTAL),
        totals.projects,
        totals.late_projects,
        totals.plan,
        totals.scheduled,
        totals.disbursed,
        totals.rate,
        totals.late_amount,
    )
}

fn item(number: usize, name: String, one: &ProgressRow) -> Row {
    row!(
        Level::Item,
        number.to_string(),
        name,
        one.projects,
        one.late_projects,
        one.plan,
        one.scheduled,
        one.disbursed,
        one.rate,
        one.late_amount,
    )
}

/// Progress by group, in the order of the JSON answer.
pub(super) fn progress(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = progress::report(view, &wanted.asked, wanted.grouping())?;
    let by = report.group_by;
    let columns = columns(locale, by, wanted)
        .add(Kind::Count, ("Xếp hạng", "Rank"))
        .done();
    let own = title(ReportName::Progress, locale);
    let title = format!("{own} {}", say(locale, grouped(by)));
    let mut rows = vec![total(&report.totals, locale)];
    for (number, one) in (1..).zip(&report.rows) {
        let mut row = item(number, name(by, one, locale), one);
        row.cells.push(one.rank.into());
        rows.push(row);
    }
    if let Some(first) = rows.first_mut() {
        first.cells.push(Cell::Empty);
    }
    Ok(Table {
        head: head(view, (ReportName::Progress, title), &wanted.asked, columns)?,
        rows,
        notes: Vec::new(),
    })
}

/// Units or investors by rate, with how many lie where below the table.
pub(super) fn ranking(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = ranking::report(view, &wanted.asked, wanted.grouping())?;
    let by = report.group_by;
    let columns = columns(locale, by, wanted)
        .add(Kind::Count, ("Xếp hạng", "Rank"))
        .add(Kind::Short, ("So với bình quân", "Against the average"))
        .done();
    let own = title(ReportName::Ranking, locale);
    let title = format!("{own} {}", say(locale, grouped(by)));
    let mut rows = vec![total(&report.totals, locale)];
    for (number, one) in (1..).zip(&report.rows) {
        let mut row = item(number, name(by, &one.row, locale), &one.row);
        row.cells.push(one.row.rank.into());
        row.cells.push(
            one.against_average
                .map(|place| against(place, locale))
                .into(),
        );
        rows.push(row);
    }
    if let Some(first) = rows.first_mut() {
        first.cells.extend([Cell::Empty, Cell::Empty]);
    }
    let counted = report.buckets.iter().filter(|bucket| bucket.count > 0);
    let notes = counted.map(|bucket| {
        let span = span(bucket.from, bucket.below, locale);
        match locale {
            Locale::Vi => format!("{span}: {} đơn vị", bucket.count),
            Locale::En => format!("{span}: {}", bucket.count),
        }
    });
    let notes = notes.collect();
    Ok(Table {
        head: head(view, (ReportName::Ranking, title), &wanted.asked, columns)?,
        rows,
        notes,
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
