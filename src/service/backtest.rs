//! How well the forecast would have done in a year that is over, beside two naive methods: the
//! straight line, and that every schedule is kept.

use chrono::NaiveDate;

use super::View;
use super::figures::LineFilter;
use super::forecast::Ahead;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::domain::schedule;
use crate::domain::scope::Scope;
use crate::error::{Code, Fault, Result};

/// The ends of these months are looked ahead from.
const MONTHS: [u32; 7] = [3, 6, 8, 9, 10, 11, 12];

/// A way to tell where the year ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `domain::forecast`.
    Forecast,
    /// Every day of the period brings the same.
    StraightLine,
    /// What the schedules say is paid, arrears included.
    ScheduleKept,
}

impl Method {
    /// All, the forecast first.
    pub const ALL: [Method; 3] = [Method::Forecast, Method::StraightLine, Method::ScheduleKept];
}

/// How far a method was off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which method.
    pub method: Method,
    /// What it told for all lines together, đồng.
    pub told: Money,
    /// How far that was off, signed, in percent of what was paid.
    pub together: Option<Rate>,
    /// Σ over lines of how far each was off, in percent of what was paid.
    pub by_line: Option<Rate>,
}

/// A day that was looked ahead from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub as_of: NaiveDate,
    /// Disbursed by then, đồng.
    pub disbursed: Money,
    /// Low and high of the forecast for all lines together, đồng.
    pub range: (Money, Money),
    /// Lines that ended between their low and high, in percent of all that could still move.
    pub within: Option<Rate>,
    /// The methods, the forecast first.
    pub errors: Vec<Error>,
}

/// A year looked back on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backtest {
    /// The budget year.
    pub budget_year: i32,
    /// The years that the season was learned from.
    pub learned_from: Vec<i32>,
    /// Disbursed by 31 January of the next year, đồng.
    pub disbursed: Money,
    /// Day by day.
    pub days: Vec<Day>,
}

impl Backtest {
    /// How far a method was off on average over the days, for all lines together and by line,
    /// without sign.
    pub fn mean(&self, method: Method) -> (Option<Rate>, Option<Rate>) {
        let errors = self.days.iter().flat_map(|day| &day.errors);
        let errors: Vec<&Error> = errors.filter(|error| error.method == method).collect();
        let mean = |part: fn(&Error) -> Option<Rate>| {
            let sum: i128 = errors
                .iter()
                .filter_map(|error| part(error))
                .map(|rate| rate.hundredths().abs())
                .sum();
            let number = i128::try_from(errors.len()).unwrap_or_default();
            Rate::from_hundredths(sum.checked_div(number)?)
        };
        (mean(|error| error.together), mean(|error| error.by_line))
    }
}

/// Looks ahead to 31 January N+1 from several days of budget year N, knowing only what was known,
/// and compares with what was paid by then.
pub fn of_year(view: &mut View<'_>, budget_year: i32) -> Result<Backtest> {
    let end = NaiveDate::from_ymd_opt(budget_year.saturating_add(1), 1, 31);
    let end = end.filter(|end| *end <= view.today).ok_or_else(|| {
        let why = ("năm chưa kết thúc", "the year is not over");
        Fault::at("/budget_year", Code::Invalid).with("why", why)
    })?;
    let filter = LineFilter::of_year(budget_year, Scope::all(), view.today);
    let year = view.year(budget_year)?;
    let lines = year.planned.iter().flat_map(|planned| &planned.lines);
    let disbursed = lines.map(|line| line.book.disbursed(end).wide()).sum();
    let mut learned_from = Vec::new();
    let mut days = Vec::new();
    for month in MONTHS {
        let first = NaiveDate::from_ymd_opt(budget_year, month, 1);
        let Some(as_of) = first.map(crate::domain::calendar::month_end) else {
            continue;
        };
        let ahead = Ahead::load(view, &filter, as_of, Basis::Total)?;
        learned_from.clone_from(&ahead.outlook.learned_from);
        days.push(day(&ahead, as_of, end));
    }
    Ok(Backtest {
        budget_year,
        learned_from,
        disbursed: Money::saturating(disbursed),
        days,
    })
}

/// What each method told of a line, and the sides of the forecast.
struct Told {
    by_method: [i128; 3],
    low: i128,
    high: i128,
    paid: i128,
    now: i128,
}

fn day(ahead: &Ahead, as_of: NaiveDate, end: NaiveDate) -> Day {
    let lines = ahead.lines().map(|(line, progress)| {
        let forecast = ahead.projection(line, progress).by(end);
        let now = progress.disbursed.wide();
        let available = progress.plan.wide().max(now);
        let (gone, all) = elapsed(ahead.outlook.budget_year, as_of, end);
        let scheduled =
            schedule::in_force(&line.versions, as_of).and_then(|version| version.total());
        let straight = (now * all / gone).clamp(now, available);
        let kept = scheduled
            .map_or(available, Money::wide)
            .clamp(now, available);
        Told {
            by_method: [forecast.expected.wide(), straight, kept],
            low: forecast.low.wide(),
            high: forecast.high.wide(),
            paid: line.book.disbursed(end).wide(),
            now,
        }
    });
    let lines: Vec<Told> = lines.collect();
    let sum = |part: fn(&Told) -> i128| Money::saturating(lines.iter().map(part).sum());
    let paid = sum(|line| line.paid);
    let errors = Method::ALL.into_iter().enumerate().map(|(place, method)| {
        let of = |line: &Told| line.by_method.get(place).copied().unwrap_or_default();
        let told: i128 = lines.iter().map(of).sum();
        let off: i128 = lines.iter().map(|line| (of(line) - line.paid).abs()).sum();
        Error {
            method,
            told: Money::saturating(told),
            together: Rate::of(Money::saturating(told - paid.wide()), paid),
            by_line: Rate::of(Money::saturating(off), paid),
        }
    });
    let open: Vec<&Told> = lines
        .iter()
        .filter(|line| line.high > line.now || line.paid > line.now)
        .collect();
    let inside = open
        .iter()
        .filter(|line| (line.low..=line.high).contains(&line.paid))
        .count();
    Day {
        as_of,
        disbursed: sum(|line| line.now),
        range: (sum(|line| line.low), sum(|line| line.high)),
        within: Rate::of(count(inside), count(open.len())),
        errors: errors.collect(),
    }
}

/// Days gone and all days of the disbursement period.
fn elapsed(budget_year: i32, as_of: NaiveDate, end: NaiveDate) -> (i128, i128) {
    let start = crate::domain::capital::period_start(budget_year);
    let days = |until: NaiveDate| i128::from((until - start).num_days() + 1).max(1);
    (days(as_of), days(end))
}

/// A number of lines, so that a rate can be taken of it.
fn count(lines: usize) -> Money {
    Money::saturating(i128::try_from(lines).unwrap_or_default())
}
