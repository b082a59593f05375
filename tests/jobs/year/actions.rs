//! What people do on a day.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::books::{PLAN, Payment, Task};
use super::checker::Promise;
use super::{Year, ident_of};
use crate::support::app::date;
use crate::support::builders::with;

/// After everything.
const END: &str = "2025-12-31";

impl Year<'_> {
    fn projects_now(&self) -> Vec<i64> {
        self.checker.books.projects.keys().copied().collect()
    }

    pub async fn new_leaders(&mut self, on: NaiveDate) {
        for project in self.projects_now() {
            let is_led = self.checker.books.leader(project, on).is_some();
            if self.dice.one_in(if is_led { 60 } else { 90 }) {
                let person = self.dice.of(&self.leaders);
                self.watch.lead(project, person, &on.to_string()).await;
                self.checker.lead(project, person, on);
            }
        }
    }

    /// Somebody promises, snoozes or waives.
    pub async fn act(&mut self, live: &[Value], on: NaiveDate) {
        for alert in live {
            let ident = ident_of(alert);
            let is_promised = self.checker.live[&ident].promise.is_some();
            if is_promised || ident.0 == "due_soon" || !self.dice.one_in(14) {
                continue;
            }
            let path = format!("/alerts/{}", alert["id"]);
            if ident.0 == "schedule_overdue" && self.dice.one_in(6) {
                let reason = json!({"reason": "Hồ sơ đang ở Kho bạc"});
                let waiver = format!("{path}/waiver");
                self.watch.admin.post(&waiver, reason).await.ok();
                self.checker.waive(ident, on);
                continue;
            }
            let is_snooze = self.dice.one_in(5);
            let most = match ident.0 {
                _ if is_snooze => None,
                "schedule_overdue" => Some(self.checker.books.late(ident.1, on)),
                "no_disbursement" => Some(self.checker.books.plan(ident.1, on)),
                "year_end_risk" => alert["facts"]["shortfall"].as_i64(),
                _ => None,
            };
            let amount = most.map(|most| 1 + self.dice.below(most));
            let due = on + TimeDelta::days(1 + self.dice.below(20));
            let (call, body) = match is_snooze {
                true => ("snooze", json!({"until": due, "reason": "Chờ quyết toán"})),
                false => (
                    "acknowledgement",
                    json!({"commit_date": due, "commit_amount": amount, "note": "Hẹn"}),
                ),
            };
            let call = format!("{path}/{call}");
            self.watch.admin.post(&call, body).await.ok();
            let project = alert["project"]["id"].as_i64();
            let paid_before = match (project, amount) {
                (Some(project), Some(_)) => self.checker.books.paid(project, on),
                _ => 0,
            };
            let promise = Promise {
                due,
                amount,
                paid_before,
                is_snooze,
            };
            self.checker.promise(ident, promise, project, on);
        }
    }

    /// Payments and advances, some for an earlier day, recoveries, confirmations.
    pub async fn work(&mut self, on: NaiveDate) {
        for project in self.projects_now() {
            if self.dice.one_in(18) {
                self.pay(project, on).await;
            }
            if self.dice.one_in(60) {
                let path = format!("/projects/{project}/nothing-to-report");
                let answer = self.watch.admin.post(&path, json!({"as_of": on})).await;
                assert!(answer.status < 300, "{}", answer.text);
                let book = self.checker.books.projects.get_mut(&project).unwrap();
                book.confirmed.push(on);
            }
        }
    }

    async fn pay(&mut self, project: i64, on: NaiveDate) {
        let back = on - TimeDelta::days(self.dice.below(4));
        let books = &self.checker.books;
        let left = books.plan(project, back) - books.paid(project, date(END));
        let outstanding = books.outstanding(project, date(END));
        if left <= 0 {
            return;
        }
        let amount = 1 + self.dice.below(120) % left;
        let (kind, posted_on, recovered) = match self.dice.below(4) {
            0 => ("advance", back, 0),
            // Out of what is outstanding today, so it is posted today.
            1 if outstanding > 0 => ("completed_volume", on, 1 + self.dice.below(outstanding)),
            _ => ("completed_volume", back, 0),
        };
        self.vouchers += 1;
        let voucher = format!("V{}", self.vouchers);
        let world = &self.watch.world;
        let body = world.payment_body(amount + recovered, &posted_on.to_string(), &voucher);
        let more = match kind {
            "advance" => json!({"kind": kind}),
            _ => json!({"advance_recovered": recovered}),
        };
        world.log(project, with(body, more)).await;
        let book = self.checker.books.projects.get_mut(&project).unwrap();
        book.payments.push(Payment {
            on: posted_on,
            net: amount,
            advance: if kind == "advance" {
                amount
            } else {
                -recovered
            },
        });
    }

    /// Capital is added to a project or a unit; a schedule is made, or made to fit again.
    pub async fn plan_again(&mut self, on: NaiveDate) {
        for project in self.projects_now() {
            let books = &self.checker.books;
            let (plan, version) = (books.plan(project, on), books.items(project, on));
            let fits =
                version.is_some_and(|items| items.iter().map(|(_, n)| n).sum::<i64>() == plan);
            let missing = version.is_none();
            if fits && self.dice.one_in(100) {
                let amount = 10 + self.dice.below(150);
                let body = json!({"kind": "supplement", "amount": amount, "effective_date": on});
                let body = with(self.watch.world.plan_body(amount), body);
                self.watch.world.entry(project, body).await;
                let book = self.checker.books.projects.get_mut(&project).unwrap();
                book.plan.push((on, amount));
            } else if !fits && self.dice.one_in(if missing { 40 } else { 25 }) {
                self.fit(project, on).await;
            }
        }
        if self.dice.one_in(50) {
            let units = [self.watch.world.commune, self.watch.world.province];
            let (unit, amount) = (self.dice.of(&units), 1 + self.dice.below(PLAN));
            self.assign(unit, amount, on).await;
        }
    }

    /// The schedule in force, or the common one, with what is missing in December.
    async fn fit(&mut self, project: i64, on: NaiveDate) {
        let books = &self.checker.books;
        let mut items = match books.items(project, on) {
            Some(items) => items.to_vec(),
            None => books.common_items(),
        };
        let total: i64 = items.iter().map(|(_, amount)| amount).sum();
        items.last_mut().unwrap().1 += books.plan(project, on) - total;
        let listed: Vec<(String, i64)> = items
            .iter()
            .map(|(due, amount)| (due.to_string(), *amount))
            .collect();
        let listed: Vec<(&str, i64)> = listed
            .iter()
            .map(|(due, amount)| (due.as_str(), *amount))
            .collect();
        let body = self.watch.world.schedule_body(&listed);
        let body = with(body, json!({"effective_date": on}));
        self.watch.world.approved(self.app, project, body).await;
        let book = self.checker.books.projects.get_mut(&project).unwrap();
        book.schedules.push((on, items));
    }

    /// Obstacles and directives that come and go.
    pub async fn clear_up(&mut self, on: NaiveDate) {
        let projects = self.projects_now();
        let owner = self.watch.commune_deputy;
        if self.dice.one_in(40) {
            let (project, due) = (self.dice.of(&projects), self.soon(on));
            let body = json!({"category": "site_clearance", "description": "Vướng mặt bằng", "due_date": due, "owner_person_id": owner});
            let path = format!("/projects/{project}/obstacles");
            let made = self.watch.admin.post(&path, body).await.created();
            let obstacle = Task {
                project: Some(project),
                unit: None,
                owner,
                due,
                open: true,
            };
            let obstacles = &mut self.checker.books.obstacles;
            obstacles.insert(made["id"].as_i64().unwrap(), obstacle);
        }
        if self.dice.one_in(40) {
            let world = &self.watch.world;
            let (unit, force) = self.dice.of(&[
                (world.commune, self.watch.commune_force),
                (world.province, self.watch.province_force),
            ]);
            let (project, due) = (self.dice.of(&projects), self.soon(on));
            let project = self.dice.one_in(2).then_some(project);
            let body = json!({"task_force_id": force, "project_id": project, "text": "Hoàn thành giải phóng mặt bằng",
                "assignee_person_id": owner, "due_date": due, "status": "open", "source_document": "31/TB-UBND"});
            let made = self.watch.admin.post("/directives", body).await.created();
            let directive = Task {
                project,
                unit: Some(unit),
                owner,
                due,
                open: true,
            };
            let directives = &mut self.checker.books.directives;
            directives.insert(made["id"].as_i64().unwrap(), directive);
        }
        self.close("obstacles").await;
        self.close("directives").await;
    }

    fn soon(&mut self, on: NaiveDate) -> NaiveDate {
        on + TimeDelta::days(self.dice.below(15))
    }

    async fn close(&mut self, kind: &str) {
        let tasks = match kind {
            "obstacles" => &mut self.checker.books.obstacles,
            _ => &mut self.checker.books.directives,
        };
        for (id, task) in tasks.iter_mut().filter(|(_, task)| task.open) {
            if self.dice.one_in(30) {
                let body = match kind {
                    "obstacles" => json!({"status": "resolved", "resolution": "Đã tháo gỡ"}),
                    _ => json!({"status": "resolved"}),
                };
                let path = format!("/{kind}/{id}");
                self.watch.admin.patch(&path, body).await.ok();
                task.open = false;
            }
        }
    }
}
