//! Where the year will end: what plan lines will have disbursed by their deadline (issue: year-end
//! forecast; docs/forecast.md).
//!
//! The method in two sentences. What is still to come of a line is its money times the share of
//! the [`season`] that is left (the month-by-month course of the province's earlier budget years,
//! or the line's own schedule where that asks for less by now), at a pace between the line's own
//! and the province's, the line counting as if it had already gone a quarter of a season at the
//! province's pace. Low is half of that, high is twice, and nothing ever falls below what is
//! disbursed or rises above what is available.
//!
//! Shares and paces are whole millionths; amounts are đồng. There is no float.

mod history;
mod projection;
mod season;

pub use history::{Grant, History, Outlook, least_available};
pub use projection::{Course, Forecast, ForecastTally, Projection};
pub use season::Season;

/// All of a share, in millionths.
pub const WHOLE: i128 = 1_000_000;

/// `part` of `whole` in millionths, 0 of nothing.
fn share(part: i128, whole: i128) -> i128 {
    (part * WHOLE).checked_div(whole).unwrap_or_default()
}

/// The pace in millionths of one who has paid `rate` of its money when `passed` of the season has
/// gone, and who counts as if it had gone `lead` more at the pace `prior`. All in millionths.
fn pace(rate: i128, passed: i128, lead: i128, prior: i128) -> i128 {
    share(rate + lead * prior / WHOLE, passed + lead)
}

#[cfg(test)]
mod property_tests;
