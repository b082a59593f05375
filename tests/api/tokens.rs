//! Forged tokens never open anything.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use ring::hmac;
use serde_json::{Value, json};

use crate::support::app::{TestApp, both};

fn forge(secret: &[u8], header: &Value, claims: &Value) -> String {
    let body = format!(
        "{}.{}",
        B64.encode(header.to_string()),
        B64.encode(claims.to_string())
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, body.as_bytes());
    format!("{body}.{}", B64.encode(tag.as_ref()))
}

async fn status(app: &TestApp, token: &str) -> u16 {
    let mut client = app.anonymous();
    client.token = Some(token.to_owned());
    client.get("/holidays").await.status
}

both! {
    async fn only_our_own_unexpired_tokens_open(app: TestApp) {
        let good = app.admin().token.expect("a token");
        let claims: Value = {
            let part = good.split('.').nth(1).expect("claims");
            serde_json::from_slice(&B64.decode(part).expect("base64")).expect("JSON")
        };
        let header = json!({"alg": "HS256", "typ": "at+jwt"});
        assert_eq!(status(&app, &forge(&app.secret, &header, &claims)).await, 200);

        let with = |name: &str, value: Value| {
            let mut changed = claims.clone();
            changed[name] = value;
            changed
        };
        let now = claims["iat"].as_i64().expect("a number");
        for claims in [
            with("exp", json!(now - 1)),
            with("nbf", json!(now + 3600)),
            with("iss", json!("other")),
            with("aud", json!("other")),
            with("sid", json!(987_654)),
            with("exp", Value::Null),
        ] {
            let token = forge(&app.secret, &header, &claims);
            assert_eq!(status(&app, &token).await, 401, "{claims}");
        }
        for header in [
            json!({"alg": "none", "typ": "at+jwt"}),
            json!({"alg": "HS512", "typ": "at+jwt"}),
            json!({"alg": "HS256", "typ": "refresh"}),
            json!({"alg": "HS256"}),
        ] {
            assert_eq!(status(&app, &forge(&app.secret, &header, &claims)).await, 401, "{header}");
        }
        let other_key = forge(b"another secret, also 32 bytes long", &header, &claims);
        let unsigned = format!("{}.", good.rsplit_once('.').expect("parts").0);
        for token in [other_key.as_str(), unsigned.as_str(), "", "a.b.c", "Bearer", "\u{1f4a3}"] {
            assert_eq!(status(&app, token).await, 401, "{token}");
        }
    }
}
