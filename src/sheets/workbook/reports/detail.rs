//! The appendix: source, sector, project.

use super::super::table::{Cell, Columns, Kind, Level, Row, Table, letters, roman, say};
use super::{TOTAL, head_of, plan_words};
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::money::Money;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::ReportObstacle;
use crate::service::reports::detail::{self, DetailFigures, DetailProject, DetailReport};
use crate::service::reports::wanted::{ReportName, Wanted};

/// Columns that a project has and a sum of projects has not, before the figures.
const ABOUT: usize = 8;

/// Progress project by project.
pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = detail::report(view, &wanted.asked)?;
    let columns = Columns::new(locale)
        .add(Kind::Number, ("TT", "No."))
        .add(
            Kind::Name,
            (
                "Danh mục (nguồn vốn, lĩnh vực, dự án)",
                "Source, sector, project",
            ),
        )
        .add(Kind::Short, ("Mã dự án", "Code"))
        .add(Kind::Short, ("Nhóm", "Group"))
        .add(Kind::Text, ("Chủ đầu tư", "Investor"))
        .add(Kind::Short, ("Địa bàn quản lý", "Managing unit"))
        .add(Kind::Short, ("Thời gian KC–HT", "Years"))
        .add(Kind::Text, ("Quyết định đầu tư", "Investment decision"))
        .add(Kind::Money, ("Tổng mức đầu tư", "Total investment"))
        .add(Kind::Money, ("Lũy kế vốn đã bố trí", "Given so far"))
        .group(
            Kind::Money,
            ("Kế hoạch vốn năm", "Plan of the year"),
            &[
                plan_words(report.basis),
                ("Giao đầu năm", "At the start"),
                ("Điều chỉnh (±)", "Adjusted (±)"),
                ("Kéo dài từ năm trước", "Extended"),
            ],
        )
        .group(
            Kind::Money,
            ("Giải ngân đến kỳ báo cáo", "Disbursed"),
            &[
                ("Tổng số", "All"),
                ("Tạm ứng chưa thu hồi", "Advances outstanding"),
                ("Khối lượng hoàn thành", "Completed volume"),
                ("Trên vốn kéo dài", "On extended capital"),
            ],
        )
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"))
        .add(Kind::Money, ("Chậm so với kế hoạch", "Late"))
        .add(Kind::Count, ("Số ngày chậm", "Days late"))
        .add(Kind::Text, ("Lãnh đạo phụ trách", "Responsible leader"))
        .add(Kind::Text, ("Khó khăn, vướng mắc", "Obstacles"))
        .done();
    let head = head_of(view, ReportName::Projects, &wanted.asked, columns)?;
    Ok(Table {
        head,
        rows: rows(&report, locale),
        notes: Vec::new(),
    })
}

fn rows(report: &DetailReport, locale: Locale) -> Vec<Row> {
    let mut rows = vec![sum(
        Level::Total,
        String::new(),
        say(locale, TOTAL),
        &report.totals,
    )];
    for (section, source) in (1..).zip(&report.sources) {
        let name = &source.funding_source.name;
        rows.push(sum(Level::Section, roman(section), name, &source.figures));
        for (number, sector) in (1..).zip(&source.sectors) {
            let name = labels::sector(&sector.sector, locale);
            let number: usize = number;
            rows.push(sum(Level::Group, number.to_string(), name, &sector.figures));
            for (letter, one) in (1..).zip(&sector.projects) {
                rows.push(project(letters(letter), one, locale));
            }
        }
    }
    rows
}

fn sum(level: Level, number: String, name: &str, figures: &DetailFigures) -> Row {
    let mut cells = vec![Cell::from(number), name.into()];
    cells.extend(std::iter::repeat_n(Cell::Empty, ABOUT));
    cells.extend(figure_cells(figures));
    cells.extend([Cell::Empty, Cell::Empty]);
    Row { level, cells }
}

fn project(number: String, one: &DetailProject, locale: Locale) -> Row {
    let decision = &one.investment_decision;
    let signed = format::date(decision.date, locale);
    let mut cells = vec![
        Cell::from(number),
        (&one.project.name).into(),
        (&one.project.code).into(),
        labels::project_group(&one.group, locale).into(),
        (&one.project.investor.name).into(),
        (&one.project.managing_unit.name).into(),
        format!("{}–{}", one.start_year, one.end_year).into(),
        format!("{} ({signed})", decision.number).into(),
        one.total_investment.into(),
        one.given_so_far.into(),
    ];
    cells.extend(figure_cells(&one.figures));
    let leader = one.project.leader.as_ref();
    cells.push(leader.map(|leader| leader.full_name.clone()).into());
    cells.push(obstacles(&one.obstacles, locale));
    Row {
        level: Level::Item,
        cells,
    }
}

/// What blocks a project, with the day each is to be removed by.
pub(super) fn obstacles(list: &[ReportObstacle], locale: Locale) -> Cell {
    let lines: Vec<String> = list
        .iter()
        .map(|one| {
            let due = format::date(one.due_date, locale);
            match locale {
                Locale::Vi => format!("{} (hạn {due})", one.description),
                Locale::En => format!("{} (due {due})", one.description),
            }
        })
        .collect();
    match lines.is_empty() {
        true => Cell::Empty,
        false => lines.join("\n").into(),
    }
}

fn figure_cells(figures: &DetailFigures) -> Vec<Cell> {
    let volume = figures.disbursed.wide() - figures.outstanding_advance.wide();
    vec![
        figures.plan.into(),
        figures.initial.into(),
        figures.adjustment.into(),
        figures.extended.into(),
        figures.disbursed.into(),
        figures.outstanding_advance.into(),
        Money::saturating(volume).into(),
        figures.disbursed_extended.into(),
        figures.rate.into(),
        figures.late_amount.into(),
        match figures.days_late {
            0 => Cell::Empty,
            days => days.into(),
        },
    ]
}
