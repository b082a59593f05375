//! The slow reading of domain.md sections 4 and 5: what the API lists, and every rule on every day.

use chrono::{Days, NaiveDate};
use serde_json::Value;

use crate::api::reference::walk;
use crate::support::app::{Client, date};

#[derive(Clone, Debug)]
pub struct Entry {
    pub id: i64,
    pub line: (i64, i64, String),
    pub kind: String,
    pub amount: i64,
    pub on: NaiveDate,
    pub deadline: NaiveDate,
    pub standing: bool,
    pub operation: i64,
}

#[derive(Clone, Debug)]
pub struct Paid {
    pub id: i64,
    pub line: (i64, i64, String),
    pub net: i64,
    pub advance: i64,
    pub on: NaiveDate,
    pub open: bool,
}

/// What the API lists.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub entries: Vec<Entry>,
    pub paid: Vec<Paid>,
}

fn int(value: &Value) -> i64 {
    value.as_i64().expect("a whole number")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn line(row: &Value) -> (i64, i64, String) {
    (
        int(&row["project_id"]),
        int(&row["budget_year"]),
        text(&row["origin"]),
    )
}

impl State {
    pub async fn seen(client: &Client, projects: [i64; 2]) -> Self {
        let mut state = State::default();
        for project in projects {
            let rows = walk(
                client,
                &format!("/projects/{project}/plan-entries?limit=200"),
            )
            .await;
            let kinds: Vec<(i64, String)> = rows
                .iter()
                .map(|row| (int(&row["id"]), text(&row["kind"])))
                .collect();
            for row in &rows {
                // A reversal counts as the kind it voids.
                let voided = row["reverses_id"].as_i64();
                let own = voided.unwrap_or(int(&row["id"]));
                let kind = kinds
                    .iter()
                    .find(|(id, _)| *id == own)
                    .expect("listed")
                    .1
                    .clone();
                state.entries.push(Entry {
                    id: int(&row["id"]),
                    line: line(row),
                    kind,
                    amount: int(&row["amount"]),
                    on: date(&text(&row["effective_date"])),
                    deadline: date(&text(&row["deadline"])),
                    standing: voided.is_none() && row["reversed_by_id"].is_null(),
                    operation: row["operation"]["id"].as_i64().unwrap_or_default(),
                });
            }
            let rows = walk(
                client,
                &format!("/projects/{project}/disbursements?limit=200&sort=id"),
            )
            .await;
            for row in &rows {
                let (kind, sign, of) = match row["reverses_id"].as_i64() {
                    Some(id) => (text(&find(&rows, id)["kind"]), -1, find(&rows, id)),
                    None => (text(&row["kind"]), 1, row),
                };
                let advance = if kind == "advance" {
                    int(&of["gross_amount"])
                } else {
                    -int(&of["advance_recovered"])
                };
                state.paid.push(Paid {
                    id: int(&row["id"]),
                    line: line(row),
                    net: int(&row["net_amount"]),
                    advance: sign * advance,
                    on: date(&text(&row["posted_on"])),
                    open: row["reverses_id"].is_null() && row["reversed_by_id"].is_null(),
                });
            }
        }
        state
    }

    pub fn deadlines(&self, of: &(i64, i64, String)) -> Vec<NaiveDate> {
        let standing = |entry: &&Entry| entry.line == *of && entry.standing && entry.amount > 0;
        self.entries
            .iter()
            .filter(standing)
            .map(|entry| entry.deadline)
            .collect()
    }

    /// Every rule on every day, as written.
    pub fn holds(&self, limits: &[(i64, i64, i64); 2]) -> bool {
        let mut lines: Vec<_> = self
            .entries
            .iter()
            .map(|entry| entry.line.clone())
            .collect();
        lines.extend(self.paid.iter().map(|paid| paid.line.clone()));
        lines.sort();
        lines.dedup();
        let mut days: Vec<NaiveDate> = self
            .entries
            .iter()
            .flat_map(|e| [e.on, e.deadline, e.deadline + Days::new(1)])
            .collect();
        days.extend(self.paid.iter().map(|paid| paid.on));
        days.sort();
        days.dedup();
        lines
            .iter()
            .all(|line| days.iter().all(|day| self.line_holds(line, *day)))
            && limits.iter().all(|(project, total, before)| {
                days.iter().all(|day| {
                    let all = self
                        .paid
                        .iter()
                        .filter(|paid| paid.line.0 == *project && paid.on <= *day);
                    before + all.map(|paid| paid.net).sum::<i64>() <= *total
                })
            })
    }

    fn line_holds(&self, line: &(i64, i64, String), day: NaiveDate) -> bool {
        let entries: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|e| e.line == *line && e.on <= day)
            .collect();
        let paid: Vec<&Paid> = self
            .paid
            .iter()
            .filter(|p| p.line == *line && p.on <= day)
            .collect();
        let available: i64 = entries.iter().map(|entry| entry.amount).sum();
        let plan: i64 = entries
            .iter()
            .filter(|e| e.kind != "extension_out")
            .map(|e| e.amount)
            .sum();
        let disbursed: i64 = paid.iter().map(|paid| paid.net).sum();
        let outstanding: i64 = paid.iter().map(|paid| paid.advance).sum();
        let in_time = self
            .entries
            .iter()
            .filter(|e| e.line == *line && e.deadline < day)
            .all(|passed| {
                let late: i64 = paid
                    .iter()
                    .filter(|p| p.on > passed.deadline)
                    .map(|p| p.net)
                    .sum();
                late <= entries
                    .iter()
                    .filter(|e| e.deadline > passed.deadline)
                    .map(|e| e.amount)
                    .sum()
            });
        plan >= 0 && (0..=available).contains(&disbursed) && outstanding >= 0 && in_time
    }
}

fn find(rows: &[Value], id: i64) -> &Value {
    rows.iter()
        .find(|row| row["id"] == id)
        .expect("the original is listed")
}

impl State {
    pub fn given(
        &self,
        line: (i64, i64, String),
        kind: &str,
        amount: i64,
        on: NaiveDate,
        deadline: NaiveDate,
    ) -> State {
        let mut after = self.clone();
        let kind = kind.to_owned();
        after.entries.push(Entry {
            id: 0,
            line,
            kind,
            amount,
            on,
            deadline,
            standing: true,
            operation: 0,
        });
        after
    }
}
