//! Common set-ups.

use diesel::prelude::*;
use giaingan::db::{self, BEGINNING, FOREVER};
use serde_json::{Value, json};

use super::app::{Client, TestApp};

/// A district with two communes, agencies, people, sources, and two projects: `project` in
/// `commune`, `other_project` in `other_commune`. Nothing is planned yet.
pub struct World {
    pub admin: Client,
    pub province: i64,
    pub district: i64,
    pub commune: i64,
    pub other_commune: i64,
    pub investor: i64,
    pub pmu: i64,
    /// `NSTW`, below which is `sub_source`.
    pub source: i64,
    pub sub_source: i64,
    pub other_source: i64,
    pub leader: i64,
    pub officer: i64,
    pub project: i64,
    pub other_project: i64,
}

pub fn decision() -> Value {
    json!({"number": "176/NQ-HĐND", "issuer": "HĐND tỉnh Quảng Ninh", "date": "2023-12-08"})
}

/// What is made, as a number.
async fn add(admin: &Client, path: &str, body: Value) -> i64 {
    let made = admin.post(path, body).await.created();
    made["id"].as_i64().expect("an id")
}

impl World {
    pub async fn new(app: &TestApp) -> Self {
        let admin = app.admin();
        let unit = async |code: &str, name: &str, level: &str, parent: i64| {
            let body = json!({"code": code, "name": name, "level": level, "parent_id": parent});
            add(&admin, "/administrative-units", body).await
        };
        let district = unit("193", "Thành phố Hạ Long", "district", 1).await;
        let commune = unit("06661", "Phường Hồng Hải", "commune", district).await;
        let other_commune = unit("06664", "Phường Bạch Đằng", "commune", district).await;
        let agency = async |code: &str, name: &str, kind: &str, unit: i64| {
            let body = json!({"code": code, "name": name, "kind": kind, "unit_id": unit});
            add(&admin, "/agencies", body).await
        };
        let investor = agency("SGTVT", "Sở Giao thông vận tải", "department", 1).await;
        let pmu = agency("BQL", "Ban Quản lý dự án", "pmu", district).await;
        let source = async |code: &str, name: &str, parent: Option<i64>| {
            let body = json!({"code": code, "name": name, "parent_id": parent, "budget_level": "central", "origin": "domestic"});
            add(&admin, "/funding-sources", body).await
        };
        let central = source("NSTW", "Ngân sách trung ương", None).await;
        let person = async |name: &str, email: &str, agency: i64| {
            let email = format!("{email}@quangninh.example");
            let body = json!({"full_name": name, "position": "Phó Chủ tịch", "agency_id": agency, "email": email});
            add(&admin, "/people", body).await
        };
        let mut world = World {
            province: 1,
            district,
            commune,
            other_commune,
            investor,
            pmu,
            source: central,
            sub_source: source("NSTW-MT", "Chương trình mục tiêu", Some(central)).await,
            other_source: source("NSĐP", "Ngân sách địa phương", None).await,
            leader: person("Trần Thị Hà", "tran.thi.ha", investor).await,
            officer: person("Đỗ Văn Bình", "do.van.binh", pmu).await,
            project: 0,
            other_project: 0,
            admin: admin.clone(),
        };
        world.project = world
            .new_project("7891234", "Đường Trần Quốc Nghiễn", world.commune)
            .await;
        world.other_project = world
            .new_project("7891235", "Cầu Cửa Lục 3", world.other_commune)
            .await;
        world
    }

    /// The body of a project with a total investment of 10 000.
    pub fn project_body(&self, code: &str, name: &str, unit: i64) -> Value {
        json!({
            "code": code, "name": name, "group": "B", "sector": "transport", "managing_unit_id": unit,
            "investor_id": self.investor, "pmu_id": self.pmu, "total_investment": 10_000,
            "investment_decision": decision(), "start_year": 2023, "end_year": 2026, "status": "ongoing",
        })
    }

    pub async fn new_project(&self, code: &str, name: &str, unit: i64) -> i64 {
        let made = self
            .admin
            .post("/projects", self.project_body(code, name, unit))
            .await
            .created();
        made["id"].as_i64().expect("an id")
    }

    /// The body of an initial plan of `NSTW` for 2024.
    pub fn plan_body(&self, amount: i64) -> Value {
        json!({
            "funding_source_id": self.source, "budget_year": 2024, "kind": "initial", "amount": amount,
            "effective_date": "2024-01-01", "decision": decision(),
        })
    }

    /// An initial plan of `NSTW` for 2024.
    pub async fn plan(&self, project: i64, amount: i64) -> Value {
        self.entry(project, self.plan_body(amount)).await
    }

    pub async fn entry(&self, project: i64, body: Value) -> Value {
        self.admin
            .post(&format!("/projects/{project}/plan-entries"), body)
            .await
            .created()
    }

    /// The body of a completed volume of `NSTW` for 2024, on its voucher.
    pub fn payment_body(&self, gross: i64, posted_on: &str, voucher: &str) -> Value {
        json!({
            "funding_source_id": self.source, "budget_year": 2024, "kind": "completed_volume", "gross_amount": gross,
            "posted_on": posted_on, "voucher_number": voucher,
        })
    }

    /// A completed volume of `NSTW` for 2024, on a voucher named after its day and amount.
    pub async fn pay(&self, project: i64, gross: i64, posted_on: &str) -> Value {
        let body = self.payment_body(gross, posted_on, &format!("{posted_on}/{gross}"));
        self.log(project, body).await
    }

    pub async fn log(&self, project: i64, body: Value) -> Value {
        self.admin
            .post(&format!("/projects/{project}/disbursements"), body)
            .await
            .created()
    }

    /// The body of a schedule of `NSTW` for 2024, in force from 1 January: (due date, amount).
    pub fn schedule_body(&self, items: &[(&str, i64)]) -> Value {
        let items: Vec<Value> = items
            .iter()
            .map(|(due, amount)| json!({"due_date": due, "amount": amount}))
            .collect();
        json!({"funding_source_id": self.source, "budget_year": 2024, "effective_date": "2024-01-01", "items": items})
    }

    /// A schedule that one person submitted and another approved.
    pub async fn approved(&self, app: &TestApp, project: i64, body: Value) -> Value {
        let officer = user_with(app, "officer", Some(self.province), None, None);
        let draft = officer
            .post(&format!("/projects/{project}/schedules"), body)
            .await
            .created();
        officer
            .post(&format!("/schedules/{}/submit", draft["id"]), json!({}))
            .await
            .ok();
        self.admin
            .post(&format!("/schedules/{}/approve", draft["id"]), json!({}))
            .await
            .ok()
    }
}

/// A body with some fields replaced.
pub fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

/// A body without a field.
pub fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().expect("an object").remove(name);
    body
}

/// The pointers and codes of a refusal's faults, sorted.
pub fn faults(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = problem["errors"].as_array().expect("a list");
    let mut faults: Vec<_> = list
        .iter()
        .map(|fault| (text(&fault["pointer"]), text(&fault["code"])))
        .collect();
    faults.sort();
    faults
}

/// What [`faults`] answers for these.
pub fn are(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(at, code)| ((*at).to_owned(), (*code).to_owned()))
        .collect()
}

/// A user with one grant, signed in.
pub fn user_with(
    app: &TestApp,
    role: &str,
    unit: Option<i64>,
    agency: Option<i64>,
    person: Option<i64>,
) -> Client {
    let role = role.to_owned();
    let id = app.app.db.write(move |conn| {
        let now = giaingan::clock::Clock::new(None).now();
        let count: i64 = giaingan::db::schema::users::table
            .count()
            .get_result(conn)?;
        let id = db::users::insert(conn, &format!("{role}{count}"), person, None, "vi", now)?;
        let grant = db::users::NewGrant {
            user_id: id,
            role: role.clone(),
            unit_id: unit,
            agency_id: agency,
            valid_from: BEGINNING,
            valid_to: FOREVER,
        };
        db::users::insert_grant(conn, &grant)?;
        Ok(id)
    });
    app.sign_in(id.expect("a user"))
}
