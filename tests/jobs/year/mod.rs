//! A small province lives through a year, day by day and from a seed: payments, promises, waivers,
//! new leaders, holidays, days on which nobody looks, a mail server that fails, two schedulers and
//! two senders of which one is restarted, and in July the reform of its units. After every day what
//! is live is compared with a checker that goes through everything from the start; at the end every
//! mail is counted.

mod books;
mod checker;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use giaingan::clock::Clock;
use giaingan::jobs::mail::Sender;
use giaingan::jobs::runner::clean;
use giaingan::mail::transport::{MailUrl, Timeouts, Transport};
use giaingan::service::{App, Ctx, alerts, mails};
use giaingan::startup;
use serde_json::{Value, json};

use self::books::{Force, Ident, LEVELS, Obstacle, PLAN, Project, Unit};
use self::checker::{Checker, Promise};
use crate::api::alerts::watch::{ITEMS, Watch};
use crate::support::app::{TestApp, both, date};
use crate::support::builders::{decision, user_with};
use crate::support::eml::Eml;
use crate::support::smtp::{Behaviour, SmtpServer};

const RULES: &[&str] = &[
    "due_soon",
    "schedule_overdue",
    "no_disbursement",
    "missing_leader",
    "stale_data",
    "obstacle_overdue",
    "missing_task_force",
];

const HOLIDAYS: &[&str] = &[
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
];

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
}

fn second_instance(app: &TestApp) -> Arc<App> {
    let clock = Clock::new(Some(app.app.clock.today()));
    clock.set_now(app.app.clock.now().and_utc());
    startup::open(app.app.settings.clone(), clock)
        .expect("opens")
        .0
}

fn sender(app: &Arc<App>, server: &SmtpServer) -> Sender {
    let timeouts = Timeouts::all(Duration::from_secs(20));
    let url: MailUrl = server.url().parse().expect("a mail URL");
    Sender::with(
        app,
        Transport::open(&url, timeouts).expect("opens"),
        timeouts,
    )
    .expect("a sender")
}

impl Year<'_> {
    async fn begin(app: &TestApp, seed: u64) -> Year<'_> {
        let watch = Watch::new(app, RULES).await;
        let mut year = Year {
            app,
            checker: Checker::default(),
            dice: Dice(seed),
            server: SmtpServer::start().await,
            other: second_instance(app),
            outage: 0,
            leaders: vec![watch.world.leader],
            numbers: BTreeMap::new(),
            vouchers: 0,
            watch,
        };
        for name in ["Ngô Thị Mới", "Mai Văn Theo"] {
            let person = year.watch.person(name).await;
            year.leaders.push(person);
        }
        year.units().await;
        year.projects().await;
        for day in HOLIDAYS {
            let holiday = json!({"date": day, "name": "Nghỉ"});
            year.watch.admin.post("/holidays", holiday).await.created();
            year.checker.books.holidays.insert(date(day));
        }
        year
    }

    /// Three levels until the end of June. The second commune has no task force until September.
    async fn units(&mut self) {
        let (watch, books) = (&self.watch, &mut self.checker.books);
        let world = &watch.world;
        let always = date("2000-01-01");
        let unit = |level, parent| Unit {
            level,
            last_day: None,
            parents: vec![(always, parent)],
        };
        books.units.insert(world.province, unit(3, None));
        books
            .units
            .insert(world.district, unit(2, Some(world.province)));
        books
            .units
            .insert(world.commune, unit(1, Some(world.district)));
        books
            .units
            .insert(world.other_commune, unit(1, Some(world.district)));
        let late = json!({"code": "06667", "name": "Phường Hà Khánh", "level": "commune", "parent_id": world.district});
        let late = watch
            .admin
            .post("/administrative-units", late)
            .await
            .created();
        books
            .units
            .insert(late["id"].as_i64().unwrap(), unit(1, Some(world.district)));
        let commune = vec![watch.commune_head, watch.commune_deputy];
        for (unit, members) in [
            (world.province, vec![watch.province_head]),
            (world.district, vec![watch.district_head]),
            (world.commune, commune.clone()),
            (world.other_commune, commune),
        ] {
            books.forces.push(Force {
                unit,
                from: always,
                members,
            });
        }
        let (far, forever) = (date("2000-01-01"), date("2999-12-31"));
        for (name, unit) in [
            ("Đinh Văn Xa", world.province),
            ("Hồ Thị Gần", world.district),
        ] {
            let person = watch.person(name).await;
            user_with(self.app, "coordinator", Some(unit), None, Some(person));
            books.coordinators.push((unit, person, far, forever));
        }
    }

    /// Of the communes, the district and the province; two have nobody to lead them yet.
    async fn projects(&mut self) {
        let world = &self.watch.world;
        let school = world
            .new_project("D1", "Trường học huyện", world.district)
            .await;
        let road = world.new_project("T1", "Đường tỉnh", world.province).await;
        let start = date("2024-01-02");
        for (project, unit, led) in [
            (world.project, world.commune, true),
            (world.other_project, world.other_commune, true),
            (school, world.district, false),
            (road, world.province, true),
        ] {
            let path = format!("/projects/{project}/officer");
            let officer = json!({"person_id": world.officer, "effective_date": "2024-01-02", "decision": decision()});
            self.watch.admin.put(&path, officer).await.ok();
            world.plan(project, PLAN).await;
            world
                .approved(self.app, project, world.schedule_body(&ITEMS))
                .await;
            let mut book = Project {
                units: vec![(date("2000-01-01"), unit)],
                officer: world.officer,
                ..Project::default()
            };
            if led {
                self.watch.lead(project, world.leader, "2024-01-02").await;
                book.leaders.push((start, world.leader));
            }
            self.checker.books.projects.insert(project, book);
        }
    }

    fn at(&self, on: NaiveDate, hour: i64) {
        let instant: DateTime<Utc> =
            on.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::hours(hour - 7);
        for app in [&self.app.app, &self.other] {
            app.clock.set_now(instant);
            app.clock.set_today(on);
        }
    }

    /// One of the schedulers scans, or both at the same moment.
    async fn scan(&mut self, on: NaiveDate) {
        let apps = match self.dice.below(12) {
            0 => vec![self.app.app.clone(), self.other.clone()],
            1..=6 => vec![self.other.clone()],
            _ => vec![self.app.app.clone()],
        };
        let scans = apps.into_iter().map(|app| {
            tokio::task::spawn_blocking(move || alerts::scan(&Ctx::system(&app, "scan"), None))
        });
        for outcome in futures_util::future::join_all(scans).await {
            outcome.expect("no panic").expect("a scan");
        }
        self.checker.scan(on);
    }

    /// What is live is what should be, at its level and with whoever answers for it.
    async fn compare(&mut self, on: NaiveDate) -> Vec<Value> {
        let live = self.watch.list("state=live").await;
        let mut shown = BTreeMap::new();
        for alert in &live {
            let level = LEVELS.iter().position(|level| alert["level"] == *level);
            let is_promised = alert["state"] == "acknowledged";
            let seen = (level, is_promised, alert["responsible"]["id"].as_i64());
            let twice = shown.insert(ident_of(alert), seen);
            assert_eq!(
                twice, None,
                "two live alerts of one identity on {on}: {alert:#}"
            );
        }
        let believed: BTreeMap<Ident, _> = self
            .checker
            .live
            .iter()
            .map(|(ident, one)| {
                (
                    *ident,
                    (Some(one.level), one.promise.is_some(), one.responsible),
                )
            })
            .collect();
        assert_eq!(shown, believed, "on {on}");
        for alert in &live {
            let serial = self.checker.live[&ident_of(alert)].serial;
            let number = self.numbers.insert(serial, alert["id"].as_i64().unwrap());
            assert!(
                number.is_none_or(|number| alert["id"] == number),
                "another alert on {on}"
            );
        }
        live
    }

    /// Both senders at once.
    async fn send(&self) {
        let senders = [
            sender(&self.app.app, &self.server),
            sender(&self.other, &self.server),
        ];
        let rounds = senders.iter().map(|sender| sender.tick());
        for round in futures_util::future::join_all(rounds).await {
            round.expect("a round");
        }
    }

    /// The mail server fails for some days; a sender dies with mails in its hands.
    fn weather(&mut self) {
        self.outage = (self.outage - 1).max(0);
        if self.dice.one_in(40) {
            self.outage = 1 + self.dice.below(3);
        }
        self.server.behave(match (self.outage, self.dice.below(2)) {
            (0, _) => Behaviour::Accept,
            (_, 0) => Behaviour::Refuse,
            _ => Behaviour::Answer("RCPT", "451 later"),
        });
        if self.dice.one_in(30) {
            let gone = Ctx::system(&self.other, "gone");
            let hold = TimeDelta::minutes(30);
            let asked = mails::Asked {
                everything: true,
                after: 0,
                limit: 2,
                hold,
            };
            mails::take(&gone, "gone", asked).expect("mails");
            self.other = second_instance(self.app);
        }
    }

    async fn new_leaders(&mut self, on: NaiveDate) {
        for project in self
            .checker
            .books
            .projects
            .keys()
            .copied()
            .collect::<Vec<_>>()
        {
            let is_led = self.checker.books.leader(project, on).is_some();
            if self.dice.one_in(if is_led { 60 } else { 90 }) {
                let person = self.dice.of(&self.leaders);
                self.watch.lead(project, person, &on.to_string()).await;
                self.checker.lead(project, person, on);
            }
        }
    }

    /// Somebody promises, snoozes or waives.
    async fn act(&mut self, live: &[Value], on: NaiveDate) {
        for alert in live {
            let ident = ident_of(alert);
            let is_promised = self.checker.live[&ident].promise.is_some();
            if is_promised || ident.0 == "due_soon" || !self.dice.one_in(14) {
                continue;
            }
            let path = format!("/alerts/{}", alert["id"]);
            if ident.0 == "schedule_overdue" && self.dice.one_in(6) {
                let reason = json!({"reason": "Hồ sơ đang ở Kho bạc"});
                self.watch
                    .admin
                    .post(&format!("{path}/waiver"), reason)
                    .await
                    .ok();
                self.checker.waive(ident, on);
                continue;
            }
            let is_snooze = self.dice.one_in(5);
            let amount = match ident.0 {
                _ if is_snooze => None,
                "schedule_overdue" => {
                    Some(1 + self.dice.below(self.checker.books.late(ident.1, on)))
                }
                "no_disbursement" => Some(1 + self.dice.below(PLAN)),
                _ => None,
            };
            let due = on + TimeDelta::days(1 + self.dice.below(20));
            match is_snooze {
                true => {
                    let body = json!({"until": due, "reason": "Chờ quyết toán"});
                    self.watch
                        .admin
                        .post(&format!("{path}/snooze"), body)
                        .await
                        .ok()
                }
                false => {
                    let body = json!({"commit_date": due, "commit_amount": amount, "note": "Hẹn"});
                    self.watch
                        .admin
                        .post(&format!("{path}/acknowledgement"), body)
                        .await
                        .ok()
                }
            };
            let project = alert["project"]["id"].as_i64();
            let paid_before = match (project, ident.0) {
                (Some(project), "schedule_overdue" | "no_disbursement") => {
                    self.checker.books.paid(project, on)
                }
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

    /// Payments, some for an earlier day; confirmations; obstacles that come and go.
    async fn work(&mut self, on: NaiveDate) {
        for project in self
            .checker
            .books
            .projects
            .keys()
            .copied()
            .collect::<Vec<_>>()
        {
            let left = PLAN - self.checker.books.paid(project, date("2025-12-31"));
            if left > 0 && self.dice.one_in(18) {
                let amount = 1 + self.dice.below(120) % left;
                let back = on - TimeDelta::days(self.dice.below(4));
                self.vouchers += 1;
                let voucher = format!("V{}", self.vouchers);
                let body = self
                    .watch
                    .world
                    .payment_body(amount, &back.to_string(), &voucher);
                self.watch.world.log(project, body).await;
                let book = self.checker.books.projects.get_mut(&project).unwrap();
                book.payments.push((back, amount));
            }
            if self.dice.one_in(60) {
                let path = format!("/projects/{project}/nothing-to-report");
                let answer = self.watch.admin.post(&path, json!({"as_of": on})).await;
                assert!(answer.status < 300, "{}", answer.text);
                let book = self.checker.books.projects.get_mut(&project).unwrap();
                book.confirmed.push(on);
            }
        }
        if self.dice.one_in(40) {
            let projects: Vec<i64> = self.checker.books.projects.keys().copied().collect();
            let (project, owner) = (self.dice.of(&projects), self.watch.commune_deputy);
            let due = on + TimeDelta::days(self.dice.below(15));
            let body = json!({"category": "site_clearance", "description": "Vướng mặt bằng", "due_date": due, "owner_person_id": owner});
            let made = self
                .watch
                .admin
                .post(&format!("/projects/{project}/obstacles"), body)
                .await
                .created();
            let obstacle = Obstacle {
                project,
                owner,
                due,
                open: true,
            };
            self.checker
                .books
                .obstacles
                .insert(made["id"].as_i64().unwrap(), obstacle);
        }
        for id in self
            .checker
            .books
            .obstacles
            .keys()
            .copied()
            .collect::<Vec<_>>()
        {
            if self.checker.books.obstacles[&id].open && self.dice.one_in(30) {
                let body = json!({"status": "resolved", "resolution": "Đã tháo gỡ"});
                self.watch
                    .admin
                    .patch(&format!("/obstacles/{id}"), body)
                    .await
                    .ok();
                self.checker.books.obstacles.get_mut(&id).unwrap().open = false;
            }
        }
    }

    /// Decided in June for 1 July: the second commune joins the first, the district ends.
    async fn reform(&mut self) {
        let (day, last) = (date("2024-07-01"), date("2024-06-30"));
        let world = &self.watch.world;
        for (unit, heir) in [
            (world.other_commune, world.commune),
            (world.district, world.province),
        ] {
            let path = format!("/administrative-units/{unit}/successions");
            let body = json!({"successors": [], "rest_to_unit_id": heir, "effective_date": day, "decision": decision()});
            self.watch.admin.post(&path, body).await.created();
            let books = &mut self.checker.books;
            books.units.get_mut(&unit).unwrap().last_day = Some(last);
            for project in books.projects.values_mut() {
                if project.units.last().unwrap().1 == unit {
                    project.units.push((day, heir));
                }
            }
            if unit == world.district {
                let below = books.units.values_mut().filter(|one| one.level == 1);
                below.for_each(|one| one.parents.push((day, Some(heir))));
            }
            for place in 0..books.coordinators.len() {
                let (of, person, _, to) = books.coordinators[place];
                if of == unit {
                    books.coordinators[place].3 = last;
                    books.coordinators.push((heir, person, day, to));
                }
            }
        }
    }

    async fn found_task_force(&mut self) {
        let late = *self.checker.books.units.keys().last().unwrap();
        let (head, from) = (self.watch.commune_head, date("2024-09-10"));
        self.watch
            .force_from("2024-09-10", late, &[(head, "head")])
            .await;
        self.checker.books.forces.push(Force {
            unit: late,
            from,
            members: vec![head],
        });
    }

    async fn day(&mut self, on: NaiveDate) {
        self.weather();
        self.at(on, 6);
        clean(&self.app.app).await.expect("house-keeping");
        self.scan(on).await;
        let live = self.compare(on).await;
        self.send().await;
        if !self.checker.books.works_on(on) {
            return;
        }
        self.at(on, 9);
        self.send().await;
        self.at(on, 10);
        self.new_leaders(on).await;
        self.act(&live, on).await;
        self.work(on).await;
    }

    /// What everybody got of every alert is what they should have got, each mail once.
    async fn count_mails(&mut self) {
        let mut sent_on = date("2025-01-02");
        self.server.behave(Behaviour::Accept);
        for _ in 0..3 {
            self.at(sent_on, 10);
            self.send().await;
            sent_on = sent_on.succ_opt().unwrap();
        }
        let mails = self
            .watch
            .admin
            .get("/mails?state=queued&state=failed&state=dead")
            .await
            .ok();
        assert_eq!(mails["data"], json!([]), "lost");
        let received: Vec<(String, Eml)> = self
            .server
            .received()
            .iter()
            .map(|mail| (mail.to[0].clone(), Eml::parse(&mail.raw)))
            .collect();
        let mut ids: Vec<String> = received
            .iter()
            .map(|(_, mail)| mail.header("Message-ID"))
            .collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all, "sent twice");
        let mut got: BTreeMap<(String, i64), usize> = BTreeMap::new();
        for (to, mail) in &received {
            for number in told_of(mail) {
                *got.entry((to.clone(), number)).or_default() += 1;
            }
        }
        let mut expected: BTreeMap<(String, i64), usize> = BTreeMap::new();
        for ((person, serial), count) in &self.checker.expected {
            let email = self
                .watch
                .admin
                .get(&format!("/people/{person}"))
                .await
                .ok();
            let to = format!("TO:<{}>", email["email"].as_str().unwrap());
            *expected.entry((to, self.numbers[serial])).or_default() += count;
        }
        let wrong: Vec<_> = expected
            .keys()
            .chain(got.keys())
            .filter(|key| expected.get(*key) != got.get(*key))
            .map(|key| (key, expected.get(key), got.get(key)))
            .collect();
        assert!(
            wrong.is_empty(),
            "who and which alert, how often expected, how often got: {wrong:#?}"
        );
        assert!(
            expected.len() > 100,
            "a year with little in it: {}",
            expected.len()
        );
    }
}

fn ident_of(alert: &Value) -> Ident {
    let rule = RULES
        .iter()
        .find(|rule| alert["rule"] == **rule)
        .expect("a rule");
    let subject = match *rule {
        "obstacle_overdue" | "missing_task_force" => &alert["subject"]["id"],
        _ => &alert["project"]["id"],
    };
    (*rule, subject.as_i64().expect("an id"))
}

/// The alerts that a mail says something about, as often as it does.
fn told_of(mail: &Eml) -> Vec<i64> {
    let first = &mail.parts()[0];
    let text = match first.header("Content-Type").starts_with("multipart/") {
        true => first.parts()[0].text(),
        false => first.text(),
    };
    let links = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Xem và xử lý tại: "));
    links
        .filter_map(|link| link.rsplit('/').next()?.parse().ok())
        .collect()
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
}

both! {
    async fn a_year_agrees_with_a_slow_checker(app: TestApp) {
        a_year(&app, 20_240_101).await;
    }
}
