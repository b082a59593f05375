//! A small province lives through a year, day by day and from a seed: payments, advances, promises,
//! waivers, supplements, new schedules and leaders, holidays, days on which nobody looks, a mail
//! server that fails, two schedulers and two senders of which one is restarted, and in July the
//! reform of its units. After every day what is live is compared with a checker that goes through
//! everything from the start; at the end every mail is counted.
//!
//! [`world`] makes the province, [`actions`] is what people do in it, [`days`] is what the program
//! does, compared with the [`checker`], which knows [`books`] and [`rules`] of its own.

mod actions;
mod books;
mod checker;
mod days;
mod forecast;
mod rules;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::TimeDelta;
use giaingan::clock::Clock;
use giaingan::domain::alerts::Rule;
use giaingan::domain::text_enum::TextEnum;
use giaingan::service::App;
use giaingan::startup;
use serde_json::Value;

use self::books::Ident;
use self::checker::Checker;
use crate::api::alerts::watch::Watch;
use crate::support::app::{TestApp, both, date};
use crate::support::smtp::SmtpServer;

/// Small, seeded, the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % u64::try_from(n).unwrap()).unwrap()
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.below(i64::try_from(list.len()).unwrap())).unwrap()]
    }
}

/// The year as it goes.
struct Year<'a> {
    app: &'a TestApp,
    watch: Watch,
    checker: Checker,
    dice: Dice,
    server: SmtpServer,
    /// The second instance, restarted now and then.
    other: Arc<App>,
    /// Days on which the mail server still fails.
    outage: i64,
    leaders: Vec<i64>,
    /// The program's number of each alert the checker knows.
    numbers: BTreeMap<usize, i64>,
    vouchers: i64,
    /// Rules of which there was an alert.
    seen: BTreeSet<&'static str>,
}

fn second_instance(app: &TestApp) -> Arc<App> {
    let clock = Clock::new(Some(app.app.clock.today()));
    clock.set_now(app.app.clock.now().and_utc());
    startup::open(app.app.settings.clone(), clock)
        .expect("opens")
        .0
}

/// An alert's identity: its rule, and the project, unit, obstacle, directive or target.
fn ident_of(alert: &Value) -> Ident {
    let mut rules = Rule::NAMES.iter();
    let rule = rules.find(|rule| alert["rule"] == **rule).expect("a rule");
    let subject = match *rule {
        "obstacle_overdue" | "directive_overdue" | "missing_task_force" | "unallocated_capital" => {
            &alert["subject"]["id"]
        }
        "below_target" => &alert["facts"]["target_id"],
        _ => &alert["project"]["id"],
    };
    (*rule, subject.as_i64().expect("an id"))
}

async fn a_year(app: &TestApp, seed: u64) {
    let mut year = Year::begin(app, seed).await;
    let mut on = date("2024-01-03");
    let mut decided = false;
    let mut founded = false;
    while on <= date("2024-12-31") {
        year.day(on).await;
        if !decided && on >= date("2024-06-20") {
            year.reform().await;
            decided = true;
        }
        if !founded && on >= date("2024-09-05") {
            year.found_task_force().await;
            founded = true;
        }
        // Most days somebody looks; now and then nobody does for a while.
        let is_june = (date("2024-06-01")..date("2024-07-02")).contains(&on);
        let pause = match !is_june && year.dice.one_in(25) {
            true => 2 + year.dice.below(12),
            false => 1,
        };
        on += TimeDelta::days(pause);
    }
    year.count_mails().await;
    let all: BTreeSet<&str> = Rule::NAMES.iter().copied().collect();
    assert_eq!(year.seen, all, "rules that the year has alerts of");
}

both! {
    async fn a_year_agrees_with_a_slow_checker(app: TestApp) {
        a_year(&app, 20_240_101).await;
    }
}
