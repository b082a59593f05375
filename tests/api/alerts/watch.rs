//! A world in which somebody is watching: task forces at three levels, a project that is led.

use serde_json::{Value, json};

use crate::support::app::{Client, TestApp};
use crate::support::builders::{World, decision, user_with};

pub const ITEMS: [(&str, i64); 4] = [
    ("2024-03-31", 200),
    ("2024-06-30", 300),
    ("2024-09-30", 300),
    ("2024-12-31", 200),
];

pub struct Watch {
    pub world: World,
    pub admin: Client,
    pub commune_head: i64,
    pub commune_deputy: i64,
    pub district_head: i64,
    pub province_head: i64,
    pub commune_force: i64,
    pub district_force: i64,
    pub province_force: i64,
}

fn id(value: &Value) -> i64 {
    value["id"].as_i64().expect("an id")
}

impl Watch {
    /// The task forces of the province, the district and both communes. Nobody leads the projects,
    /// and only the given rules are switched on.
    pub async fn new(app: &TestApp, rules: &[&str]) -> Self {
        app.today("2024-01-02");
        let world = World::new(app).await;
        let admin = world.admin.clone();
        let mut watch = Watch {
            admin,
            commune_head: 0,
            commune_deputy: 0,
            district_head: 0,
            province_head: 0,
            commune_force: 0,
            district_force: 0,
            province_force: 0,
            world,
        };
        watch.commune_head = watch.person("Phạm Văn Xã").await;
        watch.commune_deputy = watch.person("Lý Thị Phó").await;
        watch.district_head = watch.person("Vũ Văn Huyện").await;
        watch.province_head = watch.person("Cao Văn Tỉnh").await;
        let members = [
            (watch.commune_deputy, "deputy"),
            (watch.commune_head, "head"),
        ];
        watch.commune_force = watch.force(watch.world.commune, &members).await;
        watch.force(watch.world.other_commune, &members).await;
        watch.district_force = watch
            .force(watch.world.district, &[(watch.district_head, "head")])
            .await;
        watch.province_force = watch
            .force(watch.world.province, &[(watch.province_head, "head")])
            .await;
        watch.only(rules).await;
        watch
    }

    /// The same with a project of 1 000 in four parts, led and tracked, 150 of it paid.
    pub async fn with_line(app: &TestApp, rules: &[&str]) -> Self {
        let watch = Watch::new(app, rules).await;
        watch.give(app, watch.world.project).await;
        app.today("2024-03-01");
        watch
            .world
            .pay(watch.world.project, 150, "2024-03-01")
            .await;
        watch
    }

    /// Plan, schedule, leader and officer of a project.
    pub async fn give(&self, app: &TestApp, project: i64) {
        self.lead(project, self.world.leader, "2024-01-02").await;
        let officer = json!({"person_id": self.world.officer, "effective_date": "2024-01-02", "decision": decision()});
        self.admin
            .put(&format!("/projects/{project}/officer"), officer)
            .await
            .ok();
        self.world.plan(project, 1000).await;
        self.world
            .approved(app, project, self.world.schedule_body(&ITEMS))
            .await;
    }

    pub async fn lead(&self, project: i64, person: i64, from: &str) {
        let body = json!({"person_id": person, "effective_date": from, "decision": decision()});
        self.admin
            .put(&format!("/projects/{project}/leader"), body)
            .await
            .ok();
    }

    pub async fn person(&self, name: &str) -> i64 {
        let email = format!(
            "{}@quangninh.example",
            giaingan::domain::text::fold(name).replace(' ', ".")
        );
        let body = json!({"full_name": name, "position": "Chủ tịch UBND", "agency_id": self.world.investor, "email": email});
        id(&self.admin.post("/people", body).await.created())
    }

    pub async fn force(&self, unit: i64, members: &[(i64, &str)]) -> i64 {
        self.force_since(None, unit, members).await
    }

    pub async fn force_from(&self, day: &str, unit: i64, members: &[(i64, &str)]) -> i64 {
        self.force_since(Some(day), unit, members).await
    }

    async fn force_since(&self, day: Option<&str>, unit: i64, members: &[(i64, &str)]) -> i64 {
        let members: Vec<Value> = members
            .iter()
            .map(|(person, role)| json!({"person_id": person, "role": role}))
            .collect();
        let body =
            json!({"unit_id": unit, "decision": decision(), "members": members, "valid_from": day});
        id(&self.admin.post("/task-forces", body).await.created())
    }

    pub async fn end_force(&self, force: i64, on: &str) {
        self.admin
            .patch(&format!("/task-forces/{force}"), json!({"valid_to": on}))
            .await
            .ok();
    }

    /// Switches every other rule off.
    pub async fn only(&self, rules: &[&str]) {
        let all = self.admin.get("/alert-policies").await.ok();
        for policy in all["data"].as_array().expect("a list") {
            let rule = policy["rule"].as_str().expect("a rule");
            let body = json!({"enabled": rules.contains(&rule)});
            self.admin
                .patch(&format!("/alert-policies/{rule}"), body)
                .await
                .ok();
        }
    }

    /// Scans on a day, which becomes the business date.
    pub async fn scan(&self, app: &TestApp, day: &str) -> Value {
        app.today(day);
        self.admin.post("/alerts/scans", json!({})).await.ok()
    }

    pub async fn list(&self, query: &str) -> Vec<Value> {
        let path = format!("/alerts?limit=200&{query}");
        self.admin.get(&path).await.ok()["data"]
            .as_array()
            .expect("a list")
            .clone()
    }

    /// The one live alert.
    pub async fn live(&self) -> Value {
        let live = self.list("state=live").await;
        assert_eq!(live.len(), 1, "{live:#?}");
        self.alert(id(&live[0])).await
    }

    pub async fn alert(&self, id: i64) -> Value {
        self.admin.get(&format!("/alerts/{id}")).await.ok()
    }

    /// Recipient and reason of every mail, oldest first.
    pub async fn mails(&self) -> Vec<(String, String)> {
        let list = self.admin.get("/mails?limit=200").await.ok();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut mails: Vec<_> = list["data"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|mail| (text(&mail["recipient_name"]), text(&mail["reason"])))
            .collect();
        mails.reverse();
        mails
    }

    /// The leader's own client.
    pub fn leader(&self, app: &TestApp) -> Client {
        user_with(app, "leader", None, None, Some(self.world.leader))
    }

    /// Promises on an alert.
    pub async fn promise(&self, alert: i64, date: &str, amount: i64) -> Value {
        let body =
            json!({"commit_date": date, "commit_amount": amount, "note": "Đang hoàn thiện hồ sơ"});
        self.admin
            .post(&format!("/alerts/{alert}/acknowledgement"), body)
            .await
            .ok()
    }
}

/// Counts of a scan: raised, updated, escalated, reopened, resolved, mails.
pub fn counts(outcome: &Value) -> [i64; 6] {
    [
        "raised",
        "updated",
        "escalated",
        "reopened",
        "resolved",
        "mails_queued",
    ]
    .map(|name| outcome[name].as_i64().expect("a number"))
}

pub fn told(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(name, reason)| ((*name).to_owned(), (*reason).to_owned()))
        .collect()
}

/// The kinds of what happened to an alert, without mere updates.
pub fn story(alert: &Value) -> Vec<String> {
    let events = alert["events"].as_array().expect("a list").iter();
    events
        .map(|event| event["kind"].as_str().expect("a kind").to_owned())
        .filter(|kind| kind != "updated")
        .collect()
}
