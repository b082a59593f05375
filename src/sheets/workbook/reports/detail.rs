//! The appendix: source, sector, project.

use super::super::columns::{Columns, TOTAL};
use super::super::table::{About, Cell, Kind, Level, Row, Table, letters, roman, say};
use super::{head_of, plan_words};
use crate::domain::format;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::money::Money;
use crate::domain::progress::Basis;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::ReportObstacle;
use crate::service::reports::detail::{self, DetailFigures, DetailProject, DetailReport};
use crate::service::reports::explain::Part;
use crate::service::reports::progress::GroupBy;
use crate::service::reports::wanted::{ReportName, Wanted};

/// A project, or several together.
struct Line<'a> {
    name: &'a str,
    figures: &'a DetailFigures,
    project: Option<&'a DetailProject>,
    part: Part,
}

/// Progress project by project.
pub(super) fn table(view: &mut View<'_>, wanted: &Wanted) -> Result<Table> {
    let locale = view.ctx.actor.locale;
    let report = detail::report(view, &wanted.asked)?;
    let columns = figures(about(locale), report.basis)
        .add(
            Kind::Text,
            ("Lãnh đạo phụ trách", "Responsible leader"),
            |line| {
                let leader = line.project?.project.leader.as_ref()?;
                Some(leader.full_name.as_str())
            },
        )
        .add(
            Kind::Text,
            ("Khó khăn, vướng mắc", "Obstacles"),
            move |line| line.project.map(|one| obstacles(&one.obstacles, locale)),
        );
    Ok(Table {
        head: head_of(view, ReportName::Projects, &wanted.asked, columns.heads())?,
        rows: rows(&report, &columns, locale),
        notes: Vec::new(),
    })
}

/// What a project is.
fn about<'a>(locale: Locale) -> Columns<'a, Line<'a>> {
    let name = (
        "Danh mục (nguồn vốn, lĩnh vực, dự án)",
        "Source, sector, project",
    );
    Columns::<Line<'a>>::numbered(locale)
        .about(|line| Some(About::Project(line.project?.project.id)))
        .explained(|line| Some(line.part.clone()))
        .text(Kind::Name, name, |line| line.name)
        .add(Kind::Short, ("Mã dự án", "Code"), |line| {
            line.project.map(|one| one.project.code.as_str())
        })
        .add(Kind::Short, ("Nhóm", "Group"), move |line| {
            line.project
                .map(|one| labels::project_group(&one.group, locale))
        })
        .add(Kind::Text, ("Chủ đầu tư", "Investor"), |line| {
            line.project.map(|one| one.project.investor.name.as_str())
        })
        .add(
            Kind::Short,
            ("Địa bàn quản lý", "Managing unit"),
            |line| {
                line.project
                    .map(|one| one.project.managing_unit.name.as_str())
            },
        )
        .add(Kind::Short, ("Thời gian KC–HT", "Years"), |line| {
            line.project
                .map(|one| format!("{}–{}", one.start_year, one.end_year))
        })
        .add(
            Kind::Text,
            ("Quyết định đầu tư", "Investment decision"),
            move |line| {
                let decision = &line.project?.investment_decision;
                let signed = format::date(decision.date, locale);
                Some(format!("{} ({signed})", decision.number))
            },
        )
        .add(
            Kind::Money,
            ("Tổng mức đầu tư", "Total investment"),
            |line| line.project.map(|one| one.total_investment),
        )
        .add(
            Kind::Money,
            ("Lũy kế vốn đã bố trí", "Given so far"),
            |line| line.project.map(|one| one.given_so_far),
        )
}

/// How it stands.
fn figures<'a>(columns: Columns<'a, Line<'a>>, basis: Basis) -> Columns<'a, Line<'a>> {
    let money = Kind::Money;
    columns
        .group(("Kế hoạch vốn năm", "Plan of the year"), |columns| {
            columns
                .add(money, plan_words(basis), |line| line.figures.plan)
                .add(money, ("Giao đầu năm", "At the start"), |line| {
                    line.figures.initial
                })
                .add(money, ("Điều chỉnh (±)", "Adjusted (±)"), |line| {
                    line.figures.adjustment
                })
                .add(money, ("Kéo dài từ năm trước", "Extended"), |line| {
                    line.figures.extended
                })
        })
        .group(
            ("Giải ngân đến kỳ báo cáo", "Disbursed"),
            |columns| {
                columns
                    .add(money, ("Tổng số", "All"), |line| line.figures.disbursed)
                    .add(
                        money,
                        ("Tạm ứng chưa thu hồi", "Advances outstanding"),
                        |line| line.figures.outstanding_advance,
                    )
                    .add(
                        money,
                        ("Khối lượng hoàn thành", "Completed volume"),
                        |line| {
                            let figures = line.figures;
                            let volume =
                                figures.disbursed.wide() - figures.outstanding_advance.wide();
                            Money::saturating(volume)
                        },
                    )
                    .add(
                        money,
                        ("Trên vốn kéo dài", "On extended capital"),
                        |line| line.figures.disbursed_extended,
                    )
            },
        )
        .add(Kind::Rate, ("Tỷ lệ (%)", "Rate (%)"), |line| {
            line.figures.rate
        })
        .add(
            money,
            ("Ước giải ngân cả năm", "Expected by the year's end"),
            |line| line.figures.forecast,
        )
        .add(money, ("Chậm so với kế hoạch", "Late"), |line| {
            line.figures.late_amount
        })
        .add(Kind::Count, ("Số ngày chậm", "Days late"), |line| {
            Some(line.figures.days_late).filter(|days| *days > 0)
        })
}

fn rows<'a>(report: &'a DetailReport, columns: &Columns<'_, Line<'a>>, locale: Locale) -> Vec<Row> {
    let sum = |(level, number): (Level, String), name, figures, part: &Part| {
        let line = Line {
            name,
            figures,
            project: None,
            part: part.clone(),
        };
        columns.row(level, number, &line)
    };
    let total = say(locale, TOTAL);
    let (part, head) = (Part::default(), (Level::Total, String::new()));
    let mut rows = vec![sum(head, total, &report.totals, &part)];
    for (section, source) in (1_usize..).zip(&report.sources) {
        let name = source.funding_source.name.as_str();
        let head = (Level::Section, roman(section));
        let part = Part::default().under(GroupBy::Source, source.funding_source.id);
        rows.push(sum(head, name, &source.figures, &part));
        for (number, sector) in (1_usize..).zip(&source.sectors) {
            let name = labels::sector(&sector.sector, locale);
            let head = (Level::Group, number.to_string());
            let within = part.clone().under(GroupBy::Sector, &sector.sector);
            rows.push(sum(head, name, &sector.figures, &within));
            rows.extend((1_usize..).zip(&sector.projects).map(|(letter, one)| {
                let line = Line {
                    name: &one.project.name,
                    figures: &one.figures,
                    project: Some(one),
                    part: part.clone().of_project(one.project.id),
                };
                columns.row(Level::Item, letters(letter), &line)
            }));
        }
    }
    rows
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
