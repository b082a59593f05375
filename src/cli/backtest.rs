//! `backtest`: how well the forecast would have done in a year that is over.

use clap::Args;

use super::{Outcome, open};
use crate::config::Settings;
use crate::domain::format::{self, AmountUnit};
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::service::backtest::{self, Backtest as Done, Day, Method};
use crate::service::{Ctx, read};

/// Which year.
#[derive(Args)]
pub struct Backtest {
    /// A budget year that is over.
    #[arg(long, value_name = "YEAR")]
    budget_year: i32,
}

impl Backtest {
    /// Prints, for several days of the year, what each method told and how far it was off.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "backtest");
        let done = read(&ctx, |view| backtest::of_year(view, self.budget_year));
        print(&done.map_err(|error| error.to_string())?);
        Ok(())
    }
}

fn print(done: &Done) {
    let learned = match done.learned_from.as_slice() {
        [] => "the country's curve (no earlier year is known)".to_owned(),
        years => years
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    };
    println!(
        "Budget year {}, season learned from {learned}.",
        done.budget_year
    );
    println!(
        "Disbursed by 31 January {}: {} billion đồng.\n",
        done.budget_year + 1,
        billion(done.disbursed)
    );
    println!(
        "{:<12}{:>10}  {:<15}{:>10}{:>12}{:>14}  forecast range; lines within theirs",
        "looked from", "paid", "method", "told", "off, all", "off, by line"
    );
    for day in &done.days {
        for error in &day.errors {
            let (from, paid, range) = match error.method {
                Method::Forecast => (day.as_of.to_string(), billion(day.disbursed), range(day)),
                _ => Default::default(),
            };
            row(
                (&from, &paid),
                (error.method, &billion(error.told)),
                (error.together, error.by_line),
                &range,
            );
        }
    }
    for method in Method::ALL {
        row(("mean", ""), (method, ""), done.mean(method), "");
    }
}

/// A row of the table.
fn row(
    (from, paid): (&str, &str),
    (method, told): (Method, &str),
    (together, by_line): (Option<Rate>, Option<Rate>),
    range: &str,
) {
    let line = format!(
        "{from:<12}{paid:>10}  {:<15}{told:>10}{:>12}{:>14}  {range}",
        name(method),
        percent(together),
        percent(by_line),
    );
    println!("{}", line.trim_end());
}

fn range(day: &Day) -> String {
    let (low, high) = (billion(day.range.0), billion(day.range.1));
    format!("{low} – {high}; {}", percent(day.within))
}

fn name(method: Method) -> &'static str {
    match method {
        Method::Forecast => "forecast",
        Method::StraightLine => "straight line",
        Method::ScheduleKept => "schedule kept",
    }
}

fn billion(amount: Money) -> String {
    // Whole ones: the table compares, it does not account.
    let whole = amount.wide() / 1_000_000_000;
    format::show(
        Money::saturating(whole * 1_000_000_000),
        AmountUnit::Billion,
        Locale::En,
    )
}

fn percent(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "–".to_owned(), |rate| format::percent(rate, Locale::En))
}
