//! A province made of numbers: the same at every run, for its scale.
//!
//! At scale 1: 5 000 projects, 10 sources, 12 000 plan lines, 144 000 schedule items, 300 000
//! payments, all of one budget year, which is the hardest case for its reports.

use chrono::{Datelike, NaiveDate};

use crate::random::Random;

/// The budget year of everything.
pub const YEAR: i32 = 2026;
/// Communes below the province.
pub const COMMUNES: i64 = 54;
/// Agencies: a committee for each commune, and departments and PMUs of the province.
pub const AGENCIES: i64 = COMMUNES + 30;
/// Officials of each agency.
pub const STAFF: i64 = 5;
/// Funding sources.
pub const SOURCES: i64 = 10;

/// The business date.
pub fn today() -> NaiveDate {
    date(10, 31)
}

/// A day of the budget year.
pub fn date(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(YEAR, month, day).expect("a day of the year")
}

/// The last day of a month of the budget year.
pub fn month_end(month: u32) -> NaiveDate {
    let next = match month {
        12 => NaiveDate::from_ymd_opt(YEAR + 1, 1, 1).expect("a day"),
        _ => date(month + 1, 1),
    };
    next.pred_opt().expect("a day")
}

/// A project with its lines.
pub struct Project {
    pub id: i64,
    /// 1 is the province, the rest are communes.
    pub unit: i64,
    pub investor: i64,
    pub leader: Option<i64>,
    pub sector: &'static str,
    pub status: &'static str,
    pub lines: Vec<Line>,
}

/// A plan line: one entry, one approved schedule of twelve items, payments.
pub struct Line {
    pub id: i64,
    pub source: i64,
    /// Đồng.
    pub plan: i64,
    /// Đồng due at the end of each month.
    pub items: [i64; 12],
    pub payments: Vec<Payment>,
}

/// A payment. Amounts in đồng.
pub struct Payment {
    pub on: NaiveDate,
    pub gross: i64,
    pub recovered: i64,
    pub is_advance: bool,
}

impl Payment {
    /// What counts as disbursed.
    pub fn net(&self) -> i64 {
        self.gross - self.recovered
    }

    /// The change of the outstanding advance.
    pub fn advance(&self) -> i64 {
        match self.is_advance {
            true => self.gross,
            false => -self.recovered,
        }
    }
}

const SECTORS: [&str; 6] = [
    "transport",
    "education",
    "health",
    "agriculture",
    "urban",
    "culture",
];
const STATUSES: [&str; 4] = ["new", "ongoing", "ongoing", "completed"];

/// The number of projects at a scale in tenths.
pub fn projects_at(tenths: i64) -> i64 {
    500 * tenths
}

/// The projects one by one, so that a large scale is never whole in memory.
pub fn projects(tenths: i64) -> impl Iterator<Item = Project> {
    let mut random = Random::new(2026);
    let mut line = 0;
    (1..=projects_at(tenths)).map(move |id| project(id, &mut line, &mut random))
}

fn project(id: i64, last_line: &mut i64, random: &mut Random) -> Project {
    let unit = match random.percent(40) {
        true => 1,
        false => random.between(2, COMMUNES + 1),
    };
    let investor = match unit {
        1 => random.between(COMMUNES + 1, AGENCIES),
        commune => commune - 1,
    };
    let leader = random
        .percent(98)
        .then(|| (investor - 1) * STAFF + random.between(1, STAFF));
    // 2.4 lines on average.
    let count = if id % 5 < 2 { 3 } else { 2 };
    let mut lines = Vec::new();
    for place in 0..count {
        *last_line += 1;
        let source = (id * 7 + place * 3) % SOURCES + 1;
        lines.push(line(*last_line, source, random));
    }
    Project {
        id,
        unit,
        investor,
        leader,
        sector: SECTORS[random.between(0, 5) as usize],
        status: STATUSES[random.between(0, 3) as usize],
        lines,
    }
}

fn line(id: i64, source: i64, random: &mut Random) -> Line {
    // From half a billion to 200 billion đồng, small ones most often.
    let size = random.between(0, 99);
    let plan = (500 + size * size * size / 5 + random.between(0, 400)) * 1_000_000;
    let items = s_curve(plan, random);
    // A fifth falls behind: it pays a part of what is due, month after month.
    let share = match id % 5 {
        0 => random.between(40, 95),
        _ => 100,
    };
    Line {
        id,
        source,
        plan,
        items,
        payments: payments(id, &items, share, random),
    }
}

/// Twelve amounts that add up to the plan: slow, fast, slow.
fn s_curve(plan: i64, random: &mut Random) -> [i64; 12] {
    let middle = random.between(5, 8);
    let mut weights = [0_i64; 12];
    for (month, weight) in (0_i64..).zip(weights.iter_mut()) {
        let away = (month - middle).abs();
        *weight = 100 / (1 + away) + random.between(1, 20);
    }
    let whole: i64 = weights.iter().sum();
    let mut items = weights.map(|weight| plan / 1_000 * weight / whole * 1_000);
    items[11] += plan - items.iter().sum::<i64>();
    items
}

/// 25 payments on average from January to October.
fn payments(line: i64, items: &[i64; 12], share: i64, random: &mut Random) -> Vec<Payment> {
    // Pairs of lines have 50 together.
    let spread = (line / 2 * 37) % 11;
    let count = if line % 2 == 0 {
        25 + spread
    } else {
        25 - spread
    };
    let has_advance = line % 3 == 0;
    let mut outstanding = 0;
    let mut payments = Vec::new();
    for month in 0..10_u32 {
        let left = count - i64::try_from(payments.len()).expect("few");
        let parts = (left / i64::from(10 - month)).max(1);
        let due = items[month as usize] / 100 * share;
        let mut day = 2;
        for part in 0..parts {
            let net = match part + 1 == parts {
                true => due - due / parts * (parts - 1),
                false => due / parts,
            };
            let is_advance = has_advance && payments.is_empty();
            let recovered = match is_advance {
                true => 0,
                false => outstanding.min(net / 2),
            };
            day = random.between(day, 27 - (parts - part - 1));
            let payment = Payment {
                on: date(month + 1, u32::try_from(day).expect("a day of the month")),
                gross: net + recovered,
                recovered,
                is_advance,
            };
            outstanding += payment.advance();
            payments.push(payment);
        }
    }
    payments
}

/// The month of a day, by its first day.
pub fn month_start(day: NaiveDate) -> NaiveDate {
    day.with_day(1).expect("a first day")
}
