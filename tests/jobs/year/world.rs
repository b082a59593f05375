//! The province: its units, people, projects and milestones, and the reform of July.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use giaingan::domain::alerts::Rule;
use giaingan::domain::text_enum::TextEnum;
use serde_json::json;

use super::books::{Force, PLAN, Project, Target, Unit};
use super::checker::Checker;
use super::{Dice, Year, second_instance};
use crate::api::alerts::watch::{ITEMS, Watch};
use crate::support::app::{TestApp, date};
use crate::support::builders::{decision, user_with};
use crate::support::smtp::SmtpServer;

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

impl Year<'_> {
    pub async fn begin(app: &TestApp, seed: u64) -> Year<'_> {
        let watch = Watch::new(app, Rule::NAMES).await;
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
            seen: BTreeSet::new(),
            watch,
        };
        for name in ["Ngô Thị Mới", "Mai Văn Theo"] {
            let person = year.watch.person(name).await;
            year.leaders.push(person);
        }
        year.units().await;
        year.projects().await;
        year.expectations().await;
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

    /// Of the communes, the district and the province; two have nobody to lead them yet, and two no
    /// schedule.
    async fn projects(&mut self) {
        let world = &self.watch.world;
        let mut all = vec![
            (world.project, world.commune, true, true),
            (world.other_project, world.other_commune, true, true),
        ];
        for (code, name, unit, is_led, has_schedule) in [
            ("D1", "Trường học huyện", world.district, false, true),
            ("T1", "Đường tỉnh", world.province, true, true),
            ("X1", "Chợ phường", world.commune, true, false),
            ("X2", "Trạm y tế phường", world.other_commune, false, false),
        ] {
            let project = world.new_project(code, name, unit).await;
            all.push((project, unit, is_led, has_schedule));
        }
        let start = date("2024-01-02");
        for (project, unit, is_led, has_schedule) in all {
            let path = format!("/projects/{project}/officer");
            let officer = json!({"person_id": world.officer, "effective_date": "2024-01-02", "decision": decision()});
            self.watch.admin.put(&path, officer).await.ok();
            world.plan(project, PLAN).await;
            let mut book = Project {
                units: vec![(date("2000-01-01"), unit)],
                officer: world.officer,
                plan: vec![(date("2024-01-01"), PLAN)],
                ..Project::default()
            };
            if has_schedule {
                world
                    .approved(self.app, project, world.schedule_body(&ITEMS))
                    .await;
                let items = ITEMS.iter().map(|(due, amount)| (date(due), *amount));
                book.schedules.push((date("2024-01-01"), items.collect()));
            }
            if is_led {
                self.watch.lead(project, world.leader, "2024-01-02").await;
                book.leaders.push((start, world.leader));
            }
            self.checker.books.projects.insert(project, book);
        }
    }

    /// Milestones of the commune and the province, and capital that is more than their projects have.
    async fn expectations(&mut self) {
        let (commune, province) = (self.watch.world.commune, self.watch.world.province);
        for (unit, day, percent) in [
            (commune, "2024-03-31", 10),
            (province, "2024-04-30", 20),
            (commune, "2024-06-30", 40),
            (province, "2024-08-31", 50),
            (commune, "2024-10-31", 75),
        ] {
            let body = json!({"budget_year": 2024, "date": day, "percent": percent.to_string(), "basis": "total", "unit_id": unit});
            let made = self.watch.admin.post("/targets", body).await.created();
            let target = Target {
                unit,
                day: date(day),
                percent,
            };
            self.checker
                .books
                .targets
                .insert(made["id"].as_i64().unwrap(), target);
        }
        for (unit, amount) in [
            (commune, 2 * PLAN + 100),
            (self.watch.world.other_commune, 2 * PLAN + 40),
            (self.watch.world.district, PLAN),
        ] {
            self.assign(unit, amount, date("2024-01-02")).await;
        }
    }

    /// Gives a unit capital to split into projects.
    pub async fn assign(&mut self, unit: i64, amount: i64, on: NaiveDate) {
        let body = json!({"unit_id": unit, "funding_source_id": self.watch.world.source, "budget_year": 2024,
            "authority": "peoples_council", "kind": "initial", "amount": amount, "effective_date": on, "decision": decision()});
        self.watch
            .admin
            .post("/capital-assignments", body)
            .await
            .created();
        self.checker.books.assignments.push((unit, amount, on));
    }

    /// Decided in June for 1 July: the second commune joins the first, the district ends.
    pub async fn reform(&mut self) {
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
            books.heirs.insert(unit, (day, heir));
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

    pub async fn found_task_force(&mut self) {
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
}
