//! The table that is printed.

use std::time::Duration;

use crate::client::Outcome;

/// What the server spent.
#[derive(Default)]
pub struct Costs {
    cpu: f64,
    requests: f64,
    /// Resident memory at the end of the last run, MB.
    memory: f64,
}

impl Costs {
    /// Adds a run. The driver warms up before it measures, which costs the server too.
    pub fn add(&mut self, cpu: f64, memory: f64, outcome: &Outcome, time: Duration) {
        self.cpu += cpu;
        self.requests += outcome.rate() * (time.as_secs_f64() + 0.15);
        self.memory = memory;
    }

    fn per_thousand(&self) -> f64 {
        self.cpu / self.requests.max(1.0) * 1_000.0
    }
}

/// An operation at a number of clients.
pub struct Row {
    pub name: &'static str,
    pub kind: &'static str,
    pub clients: usize,
    pub own: Outcome,
    pub costs: Costs,
    pub plain: Option<Outcome>,
    pub constant: Outcome,
}

/// Column heads.
pub fn head() {
    println!(
        "{:32} {:8} {:>2} {:>9} {:>8} {:>8} {:>8} {:>6} | {:>9} {:>8} {:>7} | {:>9} {:>6}",
        "operation",
        "database",
        "cl",
        "req/s",
        "p50 ms",
        "p99 ms",
        "CPU s/k",
        "MB",
        "(a) /s",
        "p50 ms",
        "x (a)",
        "(b) /s",
        "x (b)"
    );
}

/// One line.
pub fn print(row: &Row) {
    let milliseconds = |micros: u64| micros as f64 / 1_000.0;
    // A reference so slow that nothing ended in time has no rate.
    let plain = match row.plain.as_ref().filter(|plain| plain.requests > 0) {
        Some(plain) => format!(
            "{:9.0} {:8.2} {:7.2}",
            plain.rate(),
            milliseconds(plain.p50),
            row.own.rate() / plain.rate().max(1e-9)
        ),
        None => format!("{:>9} {:>8} {:>7}", "", "", ""),
    };
    println!(
        "{:32} {:8} {:>2} {:9.0} {:8.2} {:8.2} {:8.3} {:6.0} | {plain} | {:9.0} {:6.3}",
        row.name,
        row.kind,
        row.clients,
        row.own.rate(),
        milliseconds(row.own.p50),
        milliseconds(row.own.p99),
        row.costs.per_thousand(),
        row.costs.memory,
        row.constant.rate(),
        row.own.rate() / row.constant.rate().max(1e-9)
    );
}

/// The run with the middle rate.
pub fn median(mut outcomes: Vec<Outcome>) -> Outcome {
    outcomes.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
    outcomes.swap_remove(outcomes.len() / 2)
}
