//! Examples in the OpenAPI document, made from the schemas: what they name is what a call takes.

use serde_json::{Map, Value, json};

/// Texts that are shown for fields of these names; each is one that the field takes.
const TEXTS: [(&str, &str); 38] = [
    ("access_token", "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.…"),
    ("action", "disbursement.recorded"),
    ("actor", "lan.nguyen"),
    ("budget_code", "7812345"),
    ("category", "site_clearance"),
    ("code", "7891234"),
    ("contract_number", "12/2024/HĐ-XD"),
    ("description", "Chưa bàn giao mặt bằng đoạn km 3"),
    ("detail", "Vượt kế hoạch vốn."),
    ("email", "tran.thi.ha@quangninh.example"),
    ("entity", "disbursement"),
    ("full_name", "Trần Thị Hà"),
    ("issuer", "HĐND tỉnh Quảng Ninh"),
    ("label", "Đợt 1"),
    ("message_id", "msg_5c0f2d7e9b1a4c3d8e6f7a8b9c0d1e2f"),
    ("month", "2024-06"),
    ("name", "Đường Trần Quốc Nghiễn"),
    ("note", "Theo hồ sơ thanh toán đợt 1"),
    ("number", "176/NQ-HĐND"),
    ("phone", "0203 3825 000"),
    ("position", "Phó Chủ tịch"),
    ("prefix", "gk_3f9a1c2b"),
    ("reason", "Ghi nhầm số tiền"),
    ("refresh_token", "n8c1V0m3…"),
    ("resolution", "Đã bàn giao mặt bằng"),
    ("secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
    ("sector", "transport"),
    ("short_name", "Đường Trần Quốc Nghiễn"),
    ("source_document", "31/TB-UBND"),
    ("subject", "Nhắc tiến độ giải ngân"),
    ("text", "Bàn giao mặt bằng trước 31/07"),
    ("title", "Dữ liệu vi phạm quy tắc"),
    ("token_type", "Bearer"),
    ("url", "https://kho-bac.example/webhooks/giaingan"),
    ("username", "lan.nguyen"),
    ("value", "7891234"),
    ("voucher_number", "GN-2024/0131"),
    ("why", "x"),
];

/// Deeper than this nothing is shown: schemas may refer to themselves.
const DEPTH: usize = 8;

/// An example of a schema, which stands under `name`.
pub fn of(schema: &Value, schemas: &Map<String, Value>, name: &str) -> Value {
    shown(schema, schemas, name, DEPTH)
}

fn shown(schema: &Value, schemas: &Map<String, Value>, name: &str, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(target) = schema["$ref"].as_str() {
        let target = target.rsplit('/').next().unwrap_or_default();
        let found = schemas.get(target).unwrap_or(&Value::Null);
        return shown(found, schemas, name, depth - 1);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|list| list.first()) {
        return first.clone();
    }
    // A choice is shown by the part that is not null, a composition by all its parts.
    if let Some(parts) = schema["oneOf"].as_array() {
        let part = parts.iter().find(|part| part["type"] != "null");
        return part.map_or(Value::Null, |part| shown(part, schemas, name, depth - 1));
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let mut whole = Map::new();
        for part in parts {
            if let Value::Object(fields) = shown(part, schemas, name, depth - 1) {
                whole.extend(fields);
            }
        }
        return Value::Object(whole);
    }
    match kind(schema) {
        "object" => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields = fields
                .map(|(field, schema)| (field.clone(), shown(schema, schemas, field, depth - 1)));
            Value::Object(fields.collect())
        }
        "array" => match schema["items"].is_object() {
            true => json!([shown(&schema["items"], schemas, singular(name), depth - 1)]),
            false => json!([]),
        },
        "integer" => number(schema, name),
        "boolean" => json!(true),
        "string" => text(schema, name),
        _ => Value::Null,
    }
}

/// The type that is not null.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(list) => list
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or_default(),
        kind => kind.as_str().unwrap_or_default(),
    }
}

fn singular(name: &str) -> &str {
    name.strip_suffix('s').unwrap_or(name)
}

fn number(schema: &Value, name: &str) -> Value {
    let is_money = schema["description"] == "đồng"
        || ["amount", "plan", "disbursed", "investment", "scheduled"]
            .iter()
            .any(|word| name.contains(word));
    let value = match name {
        "budget_year" | "from_year" | "start_year" | "year" => 2024,
        "end_year" => 2026,
        "limit" => 50,
        "status" => 200,
        "expires_in" => 900,
        _ if is_money => 1_500_000_000,
        _ => 1,
    };
    let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
    json!(value.min(most))
}

fn text(schema: &Value, name: &str) -> Value {
    match schema["format"].as_str() {
        Some("date") => json!("2024-06-30"),
        Some("date-time") => json!("2030-06-30T02:00:00Z"),
        Some("password") => json!("con thuyền trên vịnh 7"),
        _ if schema["pattern"].is_string() => json!("62.53"),
        _ => {
            let known = TEXTS.iter().find(|(field, _)| *field == name);
            json!(known.map_or("…", |(_, text)| *text))
        }
    }
}
