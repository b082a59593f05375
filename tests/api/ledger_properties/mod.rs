//! Random sequences of plan and payment operations, valid and not: an independent, slow reading of
//! domain.md sections 4 and 5 foretells which are refused, from what the API itself lists.

mod model;

use giaingan::service::{Ctx, read, rollup, verify};
use serde_json::{Value, json};

use model::{Entry, Paid, State};

use crate::support::app::{TestApp, date};
use crate::support::builders::{World, decision, with};

const DAYS: [&str; 9] = [
    "2024-12-31",
    "2025-01-01",
    "2025-03-10",
    "2025-09-30",
    "2025-10-05",
    "2025-12-31",
    "2026-01-31",
    "2026-02-01",
    "2026-12-31",
];

/// xorshift64*: the same sequence on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let wide = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(wide).expect("31 bits") % end
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }
}

/// A request, and what the ledger would be after it; `None` when it is refused for itself.
struct Try {
    path: String,
    body: Value,
    after: Option<State>,
}

struct Game {
    world: World,
    dice: Dice,
    vouchers: usize,
}

impl Game {
    fn entry(&mut self, state: &State) -> Try {
        let project = self.project();
        let (year, origin) =
            self.dice
                .of(&[(2025, "in_year"), (2025, "in_year"), (2026, "extended")]);
        let kind = self
            .dice
            .of(&["initial", "supplement", "supplement", "cut", "cut"]);
        let (amount, on) = (self.dice.of(&[1, 100, 300, 700]), self.day());
        let named = self.dice.of(&[None, None, None, Some("2026-12-31")]);
        let mut body = self.given(year, amount, on);
        body = with(
            body,
            json!({"origin": origin, "kind": kind, "deadline": named}),
        );
        let line = (project, year, origin.to_owned());
        let by_law = match (origin, kind) {
            ("extended", _) => "2026-12-31",
            (_, "supplement") if date(on) > date("2025-09-30") => "2026-12-31",
            _ => "2026-01-31",
        };
        let default = if origin == "extended" {
            "2026-12-31"
        } else {
            "2026-01-31"
        };
        let earliest = state
            .deadlines(&line)
            .into_iter()
            .min()
            .unwrap_or(date(default));
        let deadline = match (named, kind) {
            (Some(named), _) => date(named),
            (None, "cut") => earliest,
            _ => date(by_law),
        };
        let signed = if kind == "cut" { -amount } else { amount };
        let after = state.given(line, kind, signed, date(on), deadline);
        Try {
            path: format!("/projects/{project}/plan-entries"),
            body,
            after: Some(after),
        }
    }

    fn payment(&mut self, state: &State) -> Try {
        let project = self.project();
        let (year, origin) =
            self.dice
                .of(&[(2025, "in_year"), (2025, "in_year"), (2026, "extended")]);
        let kind = self
            .dice
            .of(&["advance", "completed_volume", "completed_volume", "refund"]);
        let (gross, on) = (self.dice.of(&[1, 50, 200, 400]), self.day());
        let share = self.dice.of(&[0, 0, 1, 2]);
        let recovered = if kind == "advance" {
            0
        } else {
            gross * share / 2
        };
        self.vouchers += 1;
        let body = json!({"funding_source_id": self.world.source, "budget_year": year, "origin": origin, "kind": kind,
            "gross_amount": gross, "advance_recovered": recovered, "posted_on": on, "voucher_number": format!("V{}", self.vouchers)});
        let line = (project, year, origin.to_owned());
        let (net, advance) = match kind {
            "advance" => (gross, gross),
            "refund" => (-gross, -recovered),
            _ => (gross - recovered, -recovered),
        };
        let default = if year == 2026 {
            "2026-12-31"
        } else {
            "2026-01-31"
        };
        let last = state
            .deadlines(&line)
            .into_iter()
            .max()
            .unwrap_or(date(default));
        let start = date(&format!("{year}-01-01"));
        let pure = kind == "completed_volume" && net == 0;
        let timely = kind == "refund" || (date(on) >= start && (pure || date(on) <= last));
        let mut after = state.clone();
        after.paid.push(Paid {
            id: 0,
            line,
            net,
            advance,
            on: date(on),
            open: true,
        });
        Try {
            path: format!("/projects/{project}/disbursements"),
            body,
            after: timely.then_some(after),
        }
    }

    fn transfer(&mut self, state: &State) -> Try {
        let from = self.project();
        let to = if from == self.world.project {
            self.world.other_project
        } else {
            self.world.project
        };
        let (amount, on) = (self.dice.of(&[1, 100, 500]), self.day());
        let mut body = self.given(2025, amount, on);
        body = with(body, json!({"from_project_id": from, "to_project_id": to}));
        let giving = (from, 2025, "in_year".to_owned());
        let deadline = state
            .deadlines(&giving)
            .into_iter()
            .min()
            .unwrap_or(date("2026-01-31"));
        let after = state
            .given(giving, "transfer_out", -amount, date(on), deadline)
            .given(
                (to, 2025, "in_year".to_owned()),
                "transfer_in",
                amount,
                date(on),
                deadline,
            );
        Try {
            path: "/plan-transfers".to_owned(),
            body,
            after: Some(after),
        }
    }

    fn extension(&mut self, state: &State) -> Try {
        let project = self.project();
        let (amount, on) = (self.dice.of(&[1, 100, 500]), self.day());
        let body = json!({"project_id": project, "funding_source_id": self.world.source, "from_year": 2025, "amount": amount,
            "effective_date": on, "decision": decision()});
        let giving = (project, 2025, "in_year".to_owned());
        let deadline = state
            .deadlines(&giving)
            .into_iter()
            .min()
            .unwrap_or(date("2026-01-31"));
        let after = state
            .given(giving, "extension_out", -amount, date(on), deadline)
            .given(
                (project, 2026, "extended".to_owned()),
                "extension_in",
                amount,
                date(on),
                date("2026-12-31"),
            );
        Try {
            path: "/plan-extensions".to_owned(),
            body,
            after: Some(after),
        }
    }

    fn void(&mut self, state: &State) -> Option<Try> {
        let entry = state
            .entries
            .get(self.dice.below(state.entries.len().max(1)))?
            .clone();
        let on = self.day();
        let mut after = state.clone();
        let with_it = |one: &Entry| {
            one.id == entry.id || (entry.operation != 0 && one.operation == entry.operation)
        };
        let legs: Vec<Entry> = state
            .entries
            .iter()
            .filter(|one| with_it(one) && one.standing)
            .cloned()
            .collect();
        let allowed = entry.standing && legs.iter().all(|leg| date(on) >= leg.on);
        for leg in legs {
            after
                .entries
                .iter_mut()
                .filter(|one| one.id == leg.id)
                .for_each(|one| one.standing = false);
            after.entries.push(Entry {
                id: 0,
                amount: -leg.amount,
                on: date(on),
                standing: false,
                ..leg
            });
        }
        let body = json!({"effective_date": on, "reason": "nhập nhầm"});
        Some(Try {
            path: format!("/plan-entries/{}/reversal", entry.id),
            body,
            after: allowed.then_some(after),
        })
    }

    fn undo(&mut self, state: &State) -> Option<Try> {
        let paid = state
            .paid
            .get(self.dice.below(state.paid.len().max(1)))?
            .clone();
        let on = self.day();
        let mut after = state.clone();
        after.paid.push(Paid {
            id: 0,
            net: -paid.net,
            advance: -paid.advance,
            on: date(on),
            ..paid.clone()
        });
        let allowed = paid.open && date(on) >= paid.on;
        let body = json!({"posted_on": on, "reason": "nhập nhầm"});
        Some(Try {
            path: format!("/disbursements/{}/reversal", paid.id),
            body,
            after: allowed.then_some(after),
        })
    }

    fn project(&mut self) -> i64 {
        self.dice
            .of(&[self.world.project, self.world.other_project])
    }

    fn day(&mut self) -> &'static str {
        self.dice.of(&DAYS)
    }

    fn given(&self, year: i64, amount: i64, on: &str) -> Value {
        json!({"funding_source_id": self.world.source, "budget_year": year, "amount": amount, "effective_date": on,
            "decision": decision()})
    }
}

async fn play(seed: u64, steps: usize) -> (usize, usize) {
    let app = TestApp::sqlite().await;
    app.today("2026-12-31");
    let world = World::new(&app).await;
    let (first, second) = (world.project, world.other_project);
    let client = world.admin.clone();
    let tight = json!({"total_investment": 1_500, "disbursed_before": 100, "advance_before": 50});
    client
        .patch(&format!("/projects/{first}"), tight)
        .await
        .ok();
    let limits = [(first, 1_500, 150), (second, 10_000, 0)];
    let mut game = Game {
        world,
        dice: Dice(seed),
        vouchers: 0,
    };
    let (mut done, mut refused) = (0, 0);
    let mut state = State::default();
    for step in 0..steps {
        let tried = match game.dice.below(12) {
            0..4 => Some(game.entry(&state)),
            4..8 => Some(game.payment(&state)),
            8 => Some(game.transfer(&state)),
            9 => Some(game.extension(&state)),
            10 => game.void(&state),
            _ => game.undo(&state),
        };
        let Some(tried) = tried else { continue };
        let allowed = tried
            .after
            .as_ref()
            .is_some_and(|after| after.holds(&limits));
        let answer = client.post(&tried.path, tried.body.clone()).await;
        let said = format!(
            "seed {seed} step {step}: {} {} → {}\n{state:?}",
            tried.path, tried.body, answer.text
        );
        assert_eq!(answer.status == 201, allowed, "{said}");
        assert!(matches!(answer.status, 201 | 409 | 422), "{said}");
        if answer.status == 201 {
            done += 1
        } else {
            refused += 1
        }
        state = State::seen(&client, [first, second]).await;
        assert!(state.holds(&limits), "after {said}");
    }
    let ctx = Ctx::system(&app.app, "test");
    assert!(
        read(&ctx, rollup::differences)
            .expect("compares")
            .is_empty()
    );
    assert_eq!(read(&ctx, verify::audit).expect("verifies").broken, []);
    (done, refused)
}

#[actix_web::test]
async fn the_ledger_refuses_what_breaks_a_rule_on_any_day_and_nothing_else() {
    for seed in [7, 1_945, 20_241_231, 88] {
        let (done, refused) = play(seed, 90).await;
        assert!(
            done > 15 && refused > 15,
            "seed {seed}: {done} done, {refused} refused"
        );
    }
}
