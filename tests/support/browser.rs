//! A browser without a screen or a script: cookies, forms, one page at a time.

use reqwest::redirect::Policy;
use serde_json::Value;

use super::app::{ADMIN_PASSWORD, TestApp, http};

/// A page as it arrived.
pub struct Page {
    pub status: u16,
    pub text: String,
    pub location: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Page {
    async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("an answer");
        let headers = response.headers().clone();
        let header = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        Page {
            status: response.status().as_u16(),
            location: header("location"),
            headers,
            text: response.text().await.expect("a body"),
        }
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}", self.location, self.text);
        self
    }

    #[track_caller]
    pub fn ok(self) -> Self {
        self.expect(200)
    }

    /// Where the browser is sent after a change.
    #[track_caller]
    pub fn sent_to(self) -> String {
        self.expect(303).location
    }

    #[track_caller]
    pub fn shows(&self, text: &str) -> &Self {
        assert!(self.text.contains(text), "no {text:?} in {}", self.text);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.text.contains(text), "{text:?} in {}", self.text);
        self
    }

    /// The value of the first input with this name.
    #[track_caller]
    pub fn value_of(&self, name: &str) -> String {
        let start = format!("name=\"{name}\"");
        let (_, rest) = self
            .text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no {name} in {}", self.text));
        let rest = rest.split('>').next().unwrap_or_default();
        let value = rest.split("value=\"").nth(1).unwrap_or_default();
        unescape(value.split('"').next().unwrap_or_default())
    }

    /// What a browser would send of the form with this target: every field as it stands.
    #[track_caller]
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let start = format!("action=\"{action}\"");
        let (_, rest) = self
            .text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no form {action} in {}", self.text));
        let form = rest.split("</form>").next().unwrap_or_default();
        let mut fields = Vec::new();
        for tag in form.split('<') {
            let (head, after) = tag.split_once('>').unwrap_or((tag, ""));
            let attribute = |name: &str| {
                let value = head.split(&format!(" {name}=\"")).nth(1)?;
                value.split('"').next().map(unescape)
            };
            let Some(name) = attribute("name") else {
                if let (true, Some((_, last))) = (head.contains(" selected"), fields.last_mut()) {
                    *last = attribute("value").unwrap_or_default();
                }
                continue;
            };
            let ticked = head.contains(" checked") || !is_box(&attribute("type"));
            if head.starts_with("input") && ticked {
                fields.push((name, attribute("value").unwrap_or_default()));
            } else if head.starts_with("textarea") {
                fields.push((name, unescape(after.strip_prefix('\n').unwrap_or(after))));
            } else if head.starts_with("select") {
                fields.push((name, String::new()));
            }
        }
        fields
    }

    /// Where the first link leads whose address holds this text.
    pub fn link(&self, part: &str) -> Option<String> {
        let links = self.text.split("href=\"").skip(1);
        let mut links = links.filter_map(|rest| Some(rest.split_once('"')?.0));
        links.find(|link| link.contains(part)).map(unescape)
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

fn is_box(kind: &Option<String>) -> bool {
    matches!(kind.as_deref(), Some("radio" | "checkbox"))
}

fn unescape(text: &str) -> String {
    text.replace("&#38;", "&")
        .replace("&amp;", "&")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
}

/// Somebody with a browser of their own.
pub struct Browser {
    base: String,
    http: reqwest::Client,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        let http = http()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("a client");
        Browser {
            base: app.base.clone(),
            http,
        }
    }

    /// A browser signed in by name and the password of all test users.
    pub async fn signed_in(app: &TestApp, username: &str) -> Self {
        let browser = Browser::new(app);
        let fields = [("username", username), ("password", ADMIN_PASSWORD)];
        browser.post("/sign-in", &fields).await.expect(303);
        browser
    }

    /// A new user with these grants, with a browser signed in.
    pub async fn user(
        app: &TestApp,
        username: &str,
        person_id: Option<i64>,
        grants: Value,
    ) -> Self {
        crate::support::users::made_for(app, username, person_id, grants).await;
        Self::signed_in(app, username).await
    }

    pub async fn get(&self, path: &str) -> Page {
        Page::of(self.http.get(format!("{}{path}", self.base))).await
    }

    /// A form as it stands, without anything added.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        Page::of(self.request(path, fields)).await
    }

    pub fn request(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", percent(name), percent(value)))
            .collect();
        self.http
            .post(format!("{}{path}", self.base))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
    }

    /// The form of a page as it stands, with some fields typed over or added.
    pub async fn send(&self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.form(action);
        for (name, value) in typed {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.post(action, &fields).await
    }

    /// A form of the page at `from`, with its hidden fields.
    pub async fn fill(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.get(from).await.ok();
        let token = page.value_of("_csrf");
        let mut all = vec![("_csrf", token.as_str())];
        let key = match page.text.contains("name=\"_key\"") {
            true => page.value_of("_key"),
            false => String::new(),
        };
        if !key.is_empty() {
            all.push(("_key", &key));
        }
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }

    /// A form with a file, and with the token that every page has.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        name: &str,
        content: &[u8],
    ) -> Page {
        let token = self.get("/").await.ok().value_of("_csrf");
        let mut all = vec![("_csrf", token.as_str())];
        all.extend_from_slice(fields);
        let (kind, body) = super::upload::form(&all, Some((name, content)));
        let request = self.http.post(format!("{}{path}", self.base));
        Page::of(request.header("Content-Type", kind).body(body)).await
    }
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
