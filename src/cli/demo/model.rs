//! The invented part of the demo: projects, plans, schedules and payments, made so that each
//! year's totals follow the published figures. Amounts are thousand đồng until they are loaded.

use chrono::{NaiveDate, TimeDelta};

use super::facts::{self, UnitFact, YEARS, YearFact};
use super::names::{self, WORKS};
use super::payments::{Payment, pay};
use super::random::Random;

/// The day on which the demo stands still.
pub const TODAY: (i32, u32, u32) = (2026, 10, 31);

/// Thousand đồng in a million.
pub const MILLION: i64 = 1_000;

/// A project to be loaded.
pub struct Project {
    pub code: String,
    pub name: String,
    pub sector: &'static str,
    pub group: &'static str,
    pub total_investment: i64,
    pub start_year: i32,
    pub end_year: i32,
    pub status: &'static str,
    /// Code of the managing unit before the reform: the province or a district. Communes for
    /// projects that began after it.
    pub unit: &'static str,
    /// The commune that took it over, for a district's project.
    pub successor: Option<&'static str>,
    pub has_leader: bool,
    pub lines: Vec<Line>,
    size: i64,
}

/// A plan line to be loaded.
pub struct Line {
    pub source: &'static str,
    pub year: i32,
    /// Kind, effective date, amount.
    pub entries: Vec<(&'static str, NaiveDate, i64)>,
    /// Versions: effective date and items.
    pub schedules: Vec<(NaiveDate, Vec<(NaiveDate, i64)>)>,
    pub payments: Vec<Payment>,
    /// How fast it spends, percent of usual; 0 for a line that is stuck.
    pub pace: i64,
    pub paid: i64,
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// Makes everything, always the same.
pub fn build(units: &[UnitFact]) -> Vec<Project> {
    let mut random = Random::new(22);
    let mut projects = real_projects();
    projects.extend(generated(units, &mut random));
    for year in &YEARS {
        plan(&mut projects, year, &mut random);
        pay(&mut projects, year, &mut random);
    }
    for project in &mut projects {
        let planned: i64 = project.lines.iter().map(Line::planned).sum();
        // A generated project costs what it was planned to and a part still to come.
        project.total_investment = project.total_investment.max(planned * 5 / 4);
        project.group = match project.total_investment {
            k if k > 2_300_000 * MILLION => "A",
            k if k > 120_000 * MILLION => "B",
            _ => "C",
        };
    }
    projects.retain(|project| !project.lines.is_empty());
    projects
}

impl Line {
    /// Planned in all.
    pub fn planned(&self) -> i64 {
        self.entries.iter().map(|(_, _, amount)| amount).sum()
    }

    /// Planned as of a day.
    pub fn planned_on(&self, date: NaiveDate) -> i64 {
        let effective = self.entries.iter().filter(|(_, from, _)| *from <= date);
        effective.map(|(_, _, amount)| amount).sum()
    }
}

fn real_projects() -> Vec<Project> {
    let make = |(index, fact): (usize, facts::ProjectFact)| {
        let start = fact.start_year.unwrap_or(2023);
        let commune = ["Vũ Tường", "Cửa Lũy"]
            .iter()
            .any(|street| fact.name.contains(street));
        let unit = match (commune, fact.name.contains("Vũ Tường")) {
            (true, true) => "07135",
            (true, false) => "07183",
            (false, _) => "22",
        };
        let total = fact.billion * 1_000 * MILLION;
        Project {
            code: format!("78{:05}", 10_001 + index),
            name: fact.name.to_owned(),
            sector: fact.sector,
            group: "B",
            total_investment: total,
            start_year: start,
            end_year: fact.end_year.unwrap_or(start + 3),
            status: if start >= 2025 { "new" } else { "ongoing" },
            unit,
            successor: None,
            has_leader: true,
            lines: Vec::new(),
            size: total / 5,
        }
    };
    facts::projects()
        .into_iter()
        .enumerate()
        .map(make)
        .collect()
}

/// How many projects are invented.
const GENERATED: usize = 600;

fn generated(units: &[UnitFact], random: &mut Random) -> Vec<Project> {
    let districts: Vec<&UnitFact> = units
        .iter()
        .filter(|unit| unit.level == "district")
        .collect();
    let communes: Vec<&UnitFact> = units
        .iter()
        .filter(|unit| unit.level == "commune")
        .collect();
    (0..GENERATED)
        .map(|index| {
            let (work, sector, low, high) = *random.pick(&WORKS);
            let start = i32::try_from(random.between(2022, 2026)).unwrap_or(2024);
            let (unit, successor, place) = if random.percent(22) {
                ("22", None, *random.pick(&communes))
            } else if start >= 2026 {
                let commune = *random.pick(&communes);
                (commune.code, None, commune)
            } else {
                let district = *random.pick(&districts);
                let heirs: Vec<&&UnitFact> = communes
                    .iter()
                    .filter(|commune| commune.predecessor == district.code)
                    .collect();
                let heir = **random.pick(&heirs);
                (district.code, Some(heir.code), heir)
            };
            let scale = if unit == "22" { 4 } else { 1 };
            let size = random.between(low, high) * scale * 1_000 * MILLION / 3;
            let end = start + i32::try_from(random.between(1, 3)).unwrap_or(2);
            Project {
                code: format!("79{:05}", 20_001 + index),
                name: format!("{work} {}, {}", names::place(random), place.name),
                sector,
                group: "C",
                total_investment: 0,
                start_year: start,
                end_year: end,
                status: if end <= 2025 {
                    "completed"
                } else if start >= 2026 {
                    "new"
                } else {
                    "ongoing"
                },
                unit,
                successor,
                has_leader: !random.percent(2),
                lines: Vec::new(),
                size,
            }
        })
        .collect()
}

fn sources(project: &Project, year: i32, random: &mut Random) -> Vec<&'static str> {
    let first = match (project.unit, project.successor, year) {
        ("22", _, _) => *random.pick(&[
            "NST-XDCB", "NST-SDD", "NST-XDCB", "NST-XS", "NSTW-TN", "NST-TT",
        ]),
        (_, Some(_), ..=2025) => *random.pick(&["NSH", "NSH", "VCD"]),
        (_, _, ..=2025) => *random.pick(&["NQ308", "NST-XDCB"]),
        _ => *random.pick(&["NSX", "NSX-SDD", "NQ308", "NST-XDCB"]),
    };
    let second = *random.pick(&["CTMTQG-NTM", "NQ06", "NST-XDCB", "CTMTQG-DTTS"]);
    match second != first && random.percent(12) {
        true => vec![first, second],
        false => vec![first],
    }
}

/// Shares a total out by weights, exactly.
pub fn share(total: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut given = 0_i128;
    let mut seen = 0_i128;
    let parts = weights.iter().map(|weight| {
        seen += i128::from(*weight);
        let upto = i128::from(total) * seen / sum;
        let part = upto - given;
        given = upto;
        i64::try_from(part).unwrap_or(0)
    });
    parts.collect()
}

/// Plan entries and schedules of a year.
fn plan(projects: &mut [Project], year: &YearFact, random: &mut Random) {
    let active =
        |project: &Project| project.start_year <= year.year && year.year <= project.end_year;
    let mut places: Vec<(usize, &'static str, i64)> = Vec::new();
    for (index, project) in projects
        .iter()
        .enumerate()
        .filter(|(_, project)| active(project))
    {
        let sources = sources(project, year.year, random);
        for source in &sources {
            let part = i64::try_from(sources.len()).unwrap_or(1);
            places.push((
                index,
                source,
                project.size / part * random.between(60, 140) / 100,
            ));
        }
    }
    let weights: Vec<i64> = places.iter().map(|(_, _, weight)| *weight).collect();
    let amounts = share(year.initial * MILLION, &weights);
    let first = places_start(projects, &places, year, amounts, random);
    for (y, m, d, total) in year.supplements {
        supplement(
            projects,
            &first,
            year.year,
            day(*y, *m, *d),
            total * MILLION,
            random,
        );
    }
}

/// A project and one of its lines, by index.
pub type Place = (usize, usize);

fn places_start(
    projects: &mut [Project],
    places: &[(usize, &'static str, i64)],
    year: &YearFact,
    amounts: Vec<i64>,
    random: &mut Random,
) -> Vec<Place> {
    let start = day(year.year, 1, 1);
    let mut made = Vec::new();
    for ((index, source, _), amount) in places.iter().zip(amounts) {
        let pace = match random.between(1, 100) {
            1..=5 => 0,
            6..=30 => random.between(25, 60),
            31..=80 => random.between(80, 120),
            _ => random.between(130, 190),
        };
        let schedules = match random.percent(97) {
            true => vec![(
                start + TimeDelta::days(random.between(4, 20)),
                items(year.year, amount, start),
            )],
            false => Vec::new(),
        };
        projects[*index].lines.push(Line {
            source,
            year: year.year,
            entries: vec![("initial", start, amount)],
            schedules,
            payments: Vec::new(),
            pace,
            paid: 0,
        });
        made.push((*index, projects[*index].lines.len() - 1));
    }
    made
}

/// What a plan hopes for: percent of the year by the end of each month.
const HOPED: [i64; 12] = [1, 3, 8, 14, 21, 30, 40, 51, 63, 76, 88, 100];

/// A schedule from `from` on: monthly for large lines, quarterly for small ones.
fn items(year: i32, amount: i64, from: NaiveDate) -> Vec<(NaiveDate, i64)> {
    let monthly = amount > 20_000 * MILLION;
    let mut done = 0;
    let mut list = Vec::new();
    for (month, hoped) in (1_u32..).zip(HOPED) {
        let due = crate::domain::calendar::month_end(day(year, month, 1));
        if due < from || !(monthly || month % 3 == 0) {
            continue;
        }
        let upto = i64::try_from(i128::from(amount) * i128::from(hoped) / 100).unwrap_or(amount);
        if upto > done {
            list.push((due, upto - done));
            done = upto;
        }
    }
    list
}

fn supplement(
    projects: &mut [Project],
    made: &[Place],
    year: i32,
    on: NaiveDate,
    total: i64,
    random: &mut Random,
) {
    let mut chosen: Vec<Place> = Vec::new();
    for (project, line) in made {
        if projects[*project].lines[*line].pace >= 100 && random.percent(45) {
            chosen.push((*project, *line));
        }
    }
    let weights: Vec<i64> = chosen
        .iter()
        .map(|(p, l)| projects[*p].lines[*l].planned())
        .collect();
    for ((project, line), amount) in chosen.iter().zip(share(total, &weights)) {
        let line = &mut projects[*project].lines[*line];
        if amount == 0 {
            continue;
        }
        line.entries.push(("supplement", on, amount));
        // Some leave the schedule as it was; it is mismatched from then on.
        if !line.schedules.is_empty() && random.percent(85) {
            let effective = on + TimeDelta::days(random.between(1, 9));
            line.schedules
                .push((effective, items(year, line.planned(), day(year, 1, 1))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_follow_the_published_figures() {
        let projects = build(&facts::units());
        for year in &YEARS {
            let lines: Vec<&Line> = projects
                .iter()
                .flat_map(|project| &project.lines)
                .filter(|line| line.year == year.year)
                .collect();
            let planned: i64 = lines.iter().map(|line| line.planned()).sum();
            let expected = year.initial + year.supplements.iter().map(|s| s.3).sum::<i64>();
            assert_eq!(planned, expected * MILLION, "{}", year.year);
            for (y, m, d, cumulative) in year.disbursed {
                let until = day(*y, *m, *d);
                let paid: i64 = lines
                    .iter()
                    .flat_map(|line| &line.payments)
                    .filter(|payment| payment.on <= until && !payment.mistaken)
                    .map(|payment| payment.gross - payment.recovered)
                    .sum();
                let off = (paid - cumulative * MILLION).abs();
                assert!(
                    off * 200 <= cumulative * MILLION,
                    "{until}: {paid} for {cumulative}"
                );
            }
        }
    }

    #[test]
    fn it_is_about_as_large_as_promised() {
        let projects = build(&facts::units());
        let payments: usize = projects
            .iter()
            .flat_map(|p| &p.lines)
            .map(|line| line.payments.len())
            .sum();
        assert!((500..=640).contains(&projects.len()), "{}", projects.len());
        assert!((6_000..=20_000).contains(&payments), "{payments}");
    }
}
