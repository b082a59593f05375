//! A year, day by day, against a checker that knows nothing of the program's own code: it counts
//! working days one by one and adds payments up from the start each time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use crate::api::alerts::watch::{ITEMS, Watch};
use crate::support::app::{TestApp, both, date};

/// Small, seeded, the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

#[derive(Clone, Debug)]
struct Promise {
    due: NaiveDate,
    amount: i64,
    paid_before: i64,
}

/// What the checker believes of a live alert.
#[derive(Clone, Debug)]
struct Belief {
    counts_from: NaiveDate,
    steps_taken: u32,
    level: usize,
    promise: Option<Promise>,
}

const LEVELS: [&str; 4] = ["leader", "commune", "district", "province"];

struct Checker {
    off: BTreeSet<NaiveDate>,
    payments: BTreeMap<i64, Vec<(NaiveDate, i64)>>,
    live: BTreeMap<i64, Belief>,
    /// Levels with a task force, from low to high, by project.
    forces: BTreeMap<i64, Vec<usize>>,
}

impl Checker {
    fn paid(&self, project: i64, by: NaiveDate) -> i64 {
        self.payments[&project]
            .iter()
            .filter(|(on, _)| *on <= by)
            .map(|(_, amount)| amount)
            .sum()
    }

    fn late(&self, project: i64, on: NaiveDate) -> i64 {
        let due: i64 = ITEMS
            .iter()
            .filter(|(due, _)| date(due) < on)
            .map(|(_, amount)| amount)
            .sum();
        (due - self.paid(project, on)).max(0)
    }

    /// Working days after the first day, up to and with the last.
    fn working_days(&self, first: NaiveDate, last: NaiveDate) -> u32 {
        let mut count = 0;
        let mut day = first;
        while day < last {
            day = day.succ_opt().unwrap();
            if day.weekday() != Weekday::Sat
                && day.weekday() != Weekday::Sun
                && !self.off.contains(&day)
            {
                count += 1;
            }
        }
        count
    }

    fn up(&self, project: i64, level: usize) -> Option<usize> {
        self.forces[&project]
            .iter()
            .copied()
            .find(|force| *force > level)
    }

    fn scan(&mut self, on: NaiveDate) {
        for project in self.payments.keys().copied().collect::<Vec<_>>() {
            let late = self.late(project, on);
            let Some(mut belief) = self.live.remove(&project) else {
                if late > 0 {
                    self.live.insert(
                        project,
                        Belief {
                            counts_from: on,
                            steps_taken: 0,
                            level: 0,
                            promise: None,
                        },
                    );
                }
                continue;
            };
            if late == 0 {
                continue;
            }
            match belief.promise.clone() {
                Some(promise) if on > promise.due => {
                    let kept =
                        self.paid(project, promise.due) - promise.paid_before >= promise.amount;
                    if !kept {
                        belief.level = self.up(project, belief.level).unwrap_or(belief.level);
                    }
                    belief = Belief {
                        counts_from: on,
                        steps_taken: 0,
                        level: belief.level,
                        promise: None,
                    };
                }
                Some(_) => {}
                None => {
                    let passed = self.working_days(belief.counts_from, on);
                    while belief.steps_taken < 3 && passed >= (belief.steps_taken + 1) * 5 {
                        let Some(next) = self.up(project, belief.level) else {
                            break;
                        };
                        belief.level = next;
                        belief.steps_taken += 1;
                    }
                }
            }
            self.live.insert(project, belief);
        }
    }
}

fn project_of(alert: &Value) -> i64 {
    alert["project"]["id"].as_i64().unwrap()
}

async fn compare(watch: &Watch, checker: &Checker, on: NaiveDate) -> Vec<Value> {
    let live = watch.list("state=live").await;
    let shown: BTreeMap<i64, (&str, i64, bool)> = live
        .iter()
        .map(|alert| {
            let late = alert["facts"]["late_amount"].as_i64().unwrap();
            (
                project_of(alert),
                (
                    alert["level"].as_str().unwrap(),
                    late,
                    alert["state"] == "acknowledged",
                ),
            )
        })
        .collect();
    let believed: BTreeMap<i64, (&str, i64, bool)> = checker
        .live
        .iter()
        .map(|(project, belief)| {
            (
                *project,
                (
                    LEVELS[belief.level],
                    checker.late(*project, on),
                    belief.promise.is_some(),
                ),
            )
        })
        .collect();
    assert_eq!(shown, believed, "on {on}");
    live
}

async fn a_year(app: &TestApp, seed: u64) {
    let watch = Watch::new(app, &["schedule_overdue"]).await;
    let world = &watch.world;
    let mut checker = Checker {
        off: BTreeSet::new(),
        payments: BTreeMap::new(),
        live: BTreeMap::new(),
        forces: BTreeMap::new(),
    };
    for day in [
        "2024-02-08",
        "2024-02-09",
        "2024-02-12",
        "2024-02-13",
        "2024-02-14",
        "2024-04-18",
        "2024-04-30",
        "2024-05-01",
        "2024-09-02",
        "2024-09-03",
    ] {
        watch
            .admin
            .post("/holidays", json!({"date": day, "name": "Nghỉ"}))
            .await
            .created();
        checker.off.insert(date(day));
    }
    // In the commune, in the other commune, of the district, of the province.
    let mut projects = vec![
        (world.project, vec![1, 2, 3]),
        (world.other_project, vec![1, 2, 3]),
    ];
    projects.push((
        watch
            .world
            .new_project("D1", "Trường học huyện", world.district)
            .await,
        vec![2, 3],
    ));
    projects.push((
        watch
            .world
            .new_project("T1", "Đường tỉnh", world.province)
            .await,
        vec![3],
    ));
    for (project, forces) in projects {
        watch.give(app, project).await;
        checker.payments.insert(project, Vec::new());
        checker.forces.insert(project, forces);
    }
    let mut dice = Dice(seed);
    let (mut on, mut voucher) = (date("2024-03-25"), 0);
    while on <= date("2024-12-31") {
        app.app.clock.set_today(on);
        watch.admin.post("/alerts/scans", json!({})).await.ok();
        checker.scan(on);
        let live = compare(&watch, &checker, on).await;
        for project in checker.payments.keys().copied().collect::<Vec<_>>() {
            // Now and then something is paid, sometimes for an earlier day.
            let left = 1000 - checker.paid(project, date("2025-12-31"));
            if left > 0 && dice.below(12) == 0 {
                let amount = 1 + i64::try_from(dice.below(120)).unwrap() % left;
                let back = chrono::TimeDelta::days(i64::try_from(dice.below(4)).unwrap());
                voucher += 1;
                let body = watch.world.payment_body(
                    amount,
                    &(on - back).to_string(),
                    &format!("V{voucher}"),
                );
                watch.world.log(project, body).await;
                checker
                    .payments
                    .get_mut(&project)
                    .unwrap()
                    .push((on - back, amount));
            }
        }
        for alert in live {
            let project = project_of(&alert);
            let late = checker.late(project, on);
            if late == 0 || alert["state"] == "acknowledged" || dice.below(9) != 0 {
                continue;
            }
            let amount = 1 + i64::try_from(dice.below(u64::try_from(late).unwrap())).unwrap();
            let due = on + chrono::TimeDelta::days(1 + i64::try_from(dice.below(20)).unwrap());
            watch
                .promise(alert["id"].as_i64().unwrap(), &due.to_string(), amount)
                .await;
            let promise = Promise {
                due,
                amount,
                paid_before: checker.paid(project, on),
            };
            checker.live.get_mut(&project).unwrap().promise = Some(promise);
        }
        // Most days are scanned; now and then nobody looks for a while.
        let pause = if dice.below(15) == 0 {
            2 + dice.below(20)
        } else {
            1
        };
        on += chrono::TimeDelta::days(i64::try_from(pause).unwrap());
    }
    assert!(watch.list("state=resolved").await.len() + watch.list("state=live").await.len() >= 4);
}

both! {
    async fn a_year_of_scans_agrees_with_a_slow_checker(app: TestApp) {
        a_year(&app, 20_240_101).await;
    }

    async fn another_year_agrees_too(app: TestApp) {
        a_year(&app, 7_654_321).await;
    }
}
