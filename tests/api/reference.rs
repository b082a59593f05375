//! Helpers of the tests of reference data.

use serde_json::{Value, json};

use crate::support::app::{Client, TestApp};
pub use crate::support::builders::{are as at, faults};

pub fn id(value: &Value) -> i64 {
    value["id"].as_i64().expect("an id")
}

/// The province that every test begins with.
pub async fn province(app: &TestApp) -> i64 {
    let units = app.admin().get("/administrative-units?code=22").await.ok();
    id(&units["data"][0])
}

pub async fn unit(client: &Client, code: &str, level: &str, parent: i64) -> i64 {
    let body = json!({"code": code, "name": format!("Đơn vị {code}"), "level": level, "parent_id": parent});
    id(&client.post("/administrative-units", body).await.created())
}

pub async fn agency(client: &Client, code: &str, unit: i64) -> i64 {
    let body = json!({"code": code, "name": format!("Cơ quan {code}"), "kind": "department", "unit_id": unit});
    id(&client.post("/agencies", body).await.created())
}

pub async fn person(client: &Client, name: &str, agency: i64) -> i64 {
    let body = json!({"full_name": name, "position": "Chuyên viên", "agency_id": agency, "email": "an@quangninh.gov.vn"});
    id(&client.post("/people", body).await.created())
}

/// The rows of every page.
pub async fn walk(client: &Client, path: &str) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = client.get(&next).await.ok();
        rows.extend(page["data"].as_array().expect("rows").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => {
                let separator = if path.contains('?') { '&' } else { '?' };
                next = format!("{path}{separator}cursor={cursor}");
            }
            None => return rows,
        }
    }
}
