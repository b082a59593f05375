//! Payments from several callers at once, and the proof that what was answered is there.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use giaingan::service::{Ctx, read, rollup, verify};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::app::{Client, TestApp};
use crate::support::builders::World;

/// Callers of one load.
const CALLERS: u32 = 4;

static VOUCHERS: AtomicU32 = AtomicU32::new(0);

/// What became of the payments of a load.
#[derive(Default, Debug)]
pub struct Answers {
    /// Vouchers answered with 201.
    pub recorded: BTreeSet<String>,
    /// Statuses of other answers.
    pub refused: Vec<u16>,
    /// Calls without an answer: the connection was refused or broke.
    pub unanswered: usize,
}

/// Callers that log payments until they are told to stop or get no more answers.
pub struct Load {
    callers: Vec<JoinHandle<Answers>>,
    stop: watch::Sender<bool>,
    recorded: Arc<AtomicU32>,
}

impl Load {
    /// Begins. Each caller logs payments of 1 đồng on one of the two projects, one after the other;
    /// `stubborn` ones go on when there is no answer.
    pub fn start(client: &Client, world: &World, stubborn: bool) -> Self {
        let (stop, _) = watch::channel(false);
        let recorded: Arc<AtomicU32> = Arc::default();
        let callers = (0..CALLERS).map(|number| {
            let project = if number % 2 == 0 {
                world.project
            } else {
                world.other_project
            };
            let path = format!("/projects/{project}/disbursements");
            let body = world.payment_body(1, "2024-05-01", "");
            let caller = Caller {
                client: client.clone(),
                path,
                body,
                stubborn,
            };
            tokio::spawn(caller.log(stop.subscribe(), recorded.clone()))
        });
        Load {
            callers: callers.collect(),
            stop,
            recorded,
        }
    }

    /// Waits until so many payments were recorded.
    pub async fn reach(&self, number: u32) {
        let begun = std::time::Instant::now();
        while self.recorded.load(Ordering::Relaxed) < number {
            assert!(
                begun.elapsed() < crate::support::program::PATIENCE,
                "the load does not move"
            );
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }

    /// How many payments were recorded so far.
    pub fn recorded(&self) -> u32 {
        self.recorded.load(Ordering::Relaxed)
    }

    /// Ends the load and tells what became of it.
    pub async fn end(self) -> Answers {
        let _ = self.stop.send(true);
        let mut all = Answers::default();
        for caller in self.callers {
            let answers = caller.await.expect("a caller");
            all.recorded.extend(answers.recorded);
            all.refused.extend(answers.refused);
            all.unanswered += answers.unanswered;
        }
        all
    }
}

struct Caller {
    client: Client,
    path: String,
    body: serde_json::Value,
    stubborn: bool,
}

impl Caller {
    async fn log(mut self, stop: watch::Receiver<bool>, recorded: Arc<AtomicU32>) -> Answers {
        let mut answers = Answers::default();
        while !*stop.borrow() {
            let voucher = format!("L{}", VOUCHERS.fetch_add(1, Ordering::Relaxed));
            self.body["voucher_number"] = voucher.as_str().into();
            let request = self
                .client
                .request(reqwest::Method::POST, &self.path)
                .json(&self.body);
            match request.send().await.map(|answer| answer.status().as_u16()) {
                Ok(201) => {
                    answers.recorded.insert(voucher);
                    recorded.fetch_add(1, Ordering::Relaxed);
                }
                Ok(status) => answers.refused.push(status),
                Err(_) => {
                    answers.unanswered += 1;
                    if !self.stubborn {
                        break;
                    }
                    // Not to fill the machine with refused connections.
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            }
        }
        answers
    }
}

/// The vouchers that the database holds.
pub fn vouchers(app: &TestApp) -> BTreeSet<String> {
    use diesel::prelude::*;
    use giaingan::db::schema::disbursements;
    let list = app.app.db.read(|conn| {
        Ok(disbursements::table
            .select(disbursements::voucher_number)
            .load(conn)?)
    });
    list.expect("reads").into_iter().collect()
}

/// Everything answered is there, nothing is half there, and the audit log is whole.
pub fn assert_whole(app: &TestApp, recorded: &BTreeSet<String>) {
    use diesel::prelude::*;
    use giaingan::db::schema::{audit_events, disbursements, voucher_claims};
    let there = vouchers(app);
    let lost: Vec<_> = recorded.difference(&there).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
    let ctx = Ctx::system(&app.app, "test");
    assert_eq!(read(&ctx, rollup::differences).expect("compares"), []);
    assert_eq!(read(&ctx, verify::audit).expect("verifies").broken, []);
    let counts = app.app.db.read(|conn| {
        let events = audit_events::table.filter(audit_events::action.eq("disbursement.recorded"));
        Ok((
            disbursements::table.count().get_result::<i64>(conn)?,
            voucher_claims::table.count().get_result::<i64>(conn)?,
            events.count().get_result::<i64>(conn)?,
        ))
    });
    let (payments, claims, events) = counts.expect("counts");
    assert_eq!(
        (claims, events),
        (payments, payments),
        "each payment with its claim and its event"
    );
}

/// Two projects with room for every payment of a load.
pub async fn world(app: &TestApp) -> World {
    let world = World::new(app).await;
    for project in [world.project, world.other_project] {
        world.plan(project, 10_000).await;
    }
    world
}

/// Rounds of a fault: a few, or many in the long form of the tests.
pub fn rounds(short: u32) -> u32 {
    let factor = std::env::var("TEST_ROUNDS")
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    short * factor.unwrap_or(1).max(1)
}
