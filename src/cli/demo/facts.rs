//! What is known of the province, from public pages (see `demo/README.md`): its units before and
//! after 2025-07-01, its funding sources, its big projects, and how fast the money moved.

use chrono::NaiveDate;

/// A unit of `administrative_units.csv`.
pub struct UnitFact {
    pub code: &'static str,
    pub name: &'static str,
    pub level: &'static str,
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// The district whose place a commune took.
    pub predecessor: &'static str,
}

/// A source of `funding_sources.csv`.
pub struct SourceFact {
    pub code: &'static str,
    pub name: &'static str,
    pub parent: &'static str,
    pub budget_level: &'static str,
    pub origin: &'static str,
}

/// A project of `projects.csv`.
pub struct ProjectFact {
    pub name: &'static str,
    /// Total investment, billion đồng.
    pub billion: i64,
    pub start_year: Option<i32>,
    pub end_year: Option<i32>,
    pub sector: &'static str,
}

const UNITS: &str = include_str!("../../../demo/administrative_units.csv");
const SOURCES: &str = include_str!("../../../demo/funding_sources.csv");
const PROJECTS: &str = include_str!("../../../demo/projects.csv");

/// Splits a line of our own files: commas, and quotes around what holds one.
fn cells(line: &'static str) -> Vec<&'static str> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let end = quoted.find('"').unwrap_or(quoted.len());
                (&quoted[..end], quoted.get(end + 1..).unwrap_or_default())
            }
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (&rest[..end], &rest[end..])
            }
        };
        cells.push(cell.trim());
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return cells,
        }
    }
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .skip(1)
        .filter(|line| !line.is_empty())
        .map(|line| {
            let mut row = cells(line);
            row.resize(8, "");
            row
        })
}

/// All units, the province first.
pub fn units() -> Vec<UnitFact> {
    rows(UNITS)
        .map(|row| UnitFact {
            code: row[0],
            name: row[1],
            level: row[2],
            valid_from: row[4].parse().ok(),
            valid_to: row[5].parse().ok(),
            predecessor: row[6],
        })
        .collect()
}

/// All sources, parents before children.
pub fn sources() -> Vec<SourceFact> {
    rows(SOURCES)
        .map(|row| SourceFact {
            code: row[0],
            name: row[1],
            parent: row[2],
            budget_level: row[3],
            origin: row[4],
        })
        .collect()
}

/// The big projects.
pub fn projects() -> Vec<ProjectFact> {
    rows(PROJECTS)
        .map(|row| ProjectFact {
            name: row[0],
            billion: row[1].parse().unwrap_or(100),
            start_year: row[2].parse().ok(),
            end_year: row[3].parse().ok(),
            sector: row[4],
        })
        .collect()
}

/// How a budget year went: published where a figure is known (`published_figures.csv`), believable
/// in between.
pub struct YearFact {
    pub year: i32,
    /// Plan at the start, million đồng.
    pub initial: i64,
    /// Supplements: effective date and total, million đồng.
    pub supplements: &'static [(i32, u32, u32, i64)],
    /// Disbursed by the end of that day, cumulative, million đồng.
    pub disbursed: &'static [(i32, u32, u32, i64)],
}

/// The three years of the demo. 2026 is followed to the demo's business date.
pub const YEARS: [YearFact; 3] = [
    YearFact {
        year: 2024,
        initial: 14_280_600,
        supplements: &[(2024, 7, 15, 900_000), (2024, 10, 10, 971_400)],
        disbursed: &[
            (2024, 1, 31, 60_000),
            (2024, 2, 29, 250_000),
            (2024, 3, 31, 700_000),
            (2024, 4, 30, 1_250_000),
            (2024, 5, 31, 1_850_000),
            (2024, 6, 30, 2_450_000),
            (2024, 7, 31, 3_070_300),
            (2024, 8, 31, 3_800_000),
            (2024, 9, 30, 4_598_400),
            (2024, 10, 31, 5_814_700),
            (2024, 11, 30, 7_000_000),
            (2024, 12, 31, 8_600_000),
            (2025, 1, 31, 9_166_700),
        ],
    },
    YearFact {
        year: 2025,
        initial: 11_906_000,
        supplements: &[
            (2025, 7, 10, 1_260_000),
            (2025, 10, 6, 3_572_000),
            (2025, 11, 12, 217_000),
        ],
        disbursed: &[
            (2025, 1, 31, 60_000),
            (2025, 2, 24, 318_000),
            (2025, 3, 31, 1_000_000),
            (2025, 4, 30, 1_750_000),
            (2025, 5, 31, 2_500_000),
            (2025, 6, 30, 3_274_000),
            (2025, 7, 31, 4_391_000),
            (2025, 8, 31, 4_950_000),
            (2025, 9, 30, 5_795_000),
            (2025, 10, 17, 5_972_000),
            (2025, 10, 28, 6_394_000),
            (2025, 11, 30, 7_444_000),
            (2025, 12, 31, 10_200_000),
            (2026, 1, 31, 11_300_000),
        ],
    },
    YearFact {
        year: 2026,
        initial: 20_543_600,
        supplements: &[(2026, 7, 20, 650_000)],
        disbursed: &[
            (2026, 1, 31, 500_000),
            (2026, 2, 24, 1_220_000),
            (2026, 3, 31, 2_100_000),
            (2026, 4, 30, 3_000_000),
            (2026, 5, 31, 3_950_000),
            (2026, 6, 30, 4_950_000),
            (2026, 7, 31, 5_950_000),
            (2026, 8, 31, 7_100_000),
            (2026, 9, 30, 8_350_000),
            (2026, 10, 30, 9_800_000),
        ],
    },
];

/// Days off that move or are decided each year, with the fixed ones.
pub const HOLIDAYS: &[(&str, &str)] = &[
    ("2024-01-01", "Tết Dương lịch"),
    ("2024-02-08", "Tết Giáp Thìn"),
    ("2024-02-09", "Tết Giáp Thìn"),
    ("2024-02-12", "Tết Giáp Thìn"),
    ("2024-02-13", "Tết Giáp Thìn"),
    ("2024-02-14", "Tết Giáp Thìn"),
    ("2024-04-18", "Giỗ Tổ Hùng Vương"),
    ("2024-04-30", "Ngày Giải phóng"),
    ("2024-05-01", "Quốc tế Lao động"),
    ("2024-09-02", "Quốc khánh"),
    ("2024-09-03", "Quốc khánh"),
    ("2025-01-01", "Tết Dương lịch"),
    ("2025-01-27", "Tết Ất Tỵ"),
    ("2025-01-28", "Tết Ất Tỵ"),
    ("2025-01-29", "Tết Ất Tỵ"),
    ("2025-01-30", "Tết Ất Tỵ"),
    ("2025-01-31", "Tết Ất Tỵ"),
    ("2025-04-07", "Giỗ Tổ Hùng Vương"),
    ("2025-04-30", "Ngày Giải phóng"),
    ("2025-05-01", "Quốc tế Lao động"),
    ("2025-09-01", "Quốc khánh"),
    ("2025-09-02", "Quốc khánh"),
    ("2026-01-01", "Tết Dương lịch"),
    ("2026-02-16", "Tết Bính Ngọ"),
    ("2026-02-17", "Tết Bính Ngọ"),
    ("2026-02-18", "Tết Bính Ngọ"),
    ("2026-02-19", "Tết Bính Ngọ"),
    ("2026-02-20", "Tết Bính Ngọ"),
    ("2026-04-27", "Giỗ Tổ Hùng Vương"),
    ("2026-04-30", "Ngày Giải phóng"),
    ("2026-05-01", "Quốc tế Lao động"),
    ("2026-09-01", "Quốc khánh"),
    ("2026-09-02", "Quốc khánh"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_read_whole() {
        let units = units();
        let count = |level: &str| units.iter().filter(|unit| unit.level == level).count();
        assert_eq!(
            (count("province"), count("district"), count("commune")),
            (1, 13, 54)
        );
        assert_eq!(sources().len(), 20);
        assert_eq!(projects().len(), 19);
        assert_eq!(
            projects()[0].name,
            "Cải tạo, nâng cấp đường tỉnh 342, đoạn qua thành phố Hạ Long"
        );
        assert_eq!(projects()[0].billion, 3695);
    }

    #[test]
    fn years_reach_the_published_plans() {
        let adjusted =
            |year: &YearFact| year.initial + year.supplements.iter().map(|s| s.3).sum::<i64>();
        assert_eq!(adjusted(&YEARS[0]), 16_152_000);
        assert_eq!(adjusted(&YEARS[1]), 16_955_000);
    }
}
