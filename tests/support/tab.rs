//! A tab of Chromium, used as a person uses one.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::chromium::chromium;

/// How a tab looks at pages.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    pub script: bool,
    pub dark: bool,
    pub width: u32,
}

/// A wide window with scripts.
pub const DESKTOP: Look = Look {
    script: true,
    dark: false,
    width: 1280,
};

/// A tab with cookies of its own. Dropping it closes it.
pub struct Tab {
    base: String,
    session: String,
    context: String,
    events: UnboundedReceiver<Value>,
    /// Errors in the console, refusals by the policy of the page, exceptions.
    pub errors: Vec<String>,
}

impl Drop for Tab {
    fn drop(&mut self) {
        let chromium = chromium();
        chromium
            .inbox
            .tabs
            .lock()
            .expect("not poisoned")
            .remove(&self.session);
        let close = json!({"id": 0, "method": "Target.disposeBrowserContext", "params": {"browserContextId": self.context}});
        let _ = chromium.send(&close);
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

impl Tab {
    pub async fn open(base: &str, look: Look) -> Self {
        let chromium = chromium();
        let text = |value: &Value, name: &str| value[name].as_str().expect("a name").to_owned();
        let made = chromium
            .call(None, "Target.createBrowserContext", json!({}))
            .await;
        let context = text(&made, "browserContextId");
        let target = json!({"url": "about:blank", "browserContextId": context});
        let target = chromium.call(None, "Target.createTarget", target).await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = chromium.call(None, "Target.attachToTarget", attach).await;
        let session = text(&attached, "sessionId");
        let (sender, events) = unbounded_channel();
        chromium
            .inbox
            .tabs
            .lock()
            .expect("not poisoned")
            .insert(session.clone(), sender);
        let tab = Tab {
            base: base.to_owned(),
            session,
            context,
            events,
            errors: Vec::new(),
        };
        for domain in ["Page", "Runtime", "Log"] {
            tab.call(&format!("{domain}.enable"), json!({})).await;
        }
        tab.look(look).await;
        tab
    }

    /// Looks at pages in another way from now on.
    pub async fn look(&self, look: Look) {
        let scheme = if look.dark { "dark" } else { "light" };
        let off = json!({"value": !look.script});
        self.call("Emulation.setScriptExecutionDisabled", off).await;
        // Nothing moves while it is clicked at.
        let still = json!({"name": "prefers-reduced-motion", "value": "reduce"});
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}, still]});
        self.call("Emulation.setEmulatedMedia", media).await;
        let size =
            json!({"width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn call(&self, method: &str, params: Value) -> Value {
        chromium().call(Some(&self.session), method, params).await
    }

    /// The value of an expression in the page; works without the page's own scripts, too.
    pub async fn value(&self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", params).await;
        let thrown = &answer["exceptionDetails"];
        assert!(thrown.is_null(), "{expression}: {thrown}");
        answer["result"]["value"].clone()
    }

    /// What a reader sees.
    pub async fn text(&self) -> String {
        let text = self.value("document.body.innerText").await;
        text.as_str().unwrap_or_default().to_owned()
    }

    pub async fn path(&self) -> String {
        let path = self.value("location.pathname").await;
        path.as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn no_errors(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.note(&event);
        }
        assert_eq!(self.errors, [] as [String; 0]);
    }

    fn note(&mut self, event: &Value) {
        let params = &event["params"];
        let entry = &params["entry"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.errors.push(params["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" if params["type"] == "error" => {
                self.errors.push(params["args"].to_string());
            }
            // A refused form is a page with a status of its own: no error of the page.
            "Log.entryAdded" if entry["level"] == "error" => {
                let is_page =
                    entry["source"] == "network" && !text(&entry["url"]).contains("/assets/");
                if !is_page {
                    self.errors.push(format!(
                        "{}: {}",
                        text(&entry["source"]),
                        text(&entry["text"])
                    ));
                }
            }
            _ => {}
        }
    }

    /// Waits until the page that an action leads to has arrived.
    async fn arrive(&mut self) {
        loop {
            let event = tokio::time::timeout(Duration::from_secs(30), self.events.recv()).await;
            let event = event.expect("a page in time").expect("an open tab");
            self.note(&event);
            if event["method"] == "Page.loadEventFired" {
                return;
            }
        }
    }

    fn forget(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.note(&event);
        }
    }

    pub async fn go(&mut self, path: &str) {
        self.forget();
        let url = format!("{}{path}", self.base);
        self.call("Page.navigate", json!({"url": url})).await;
        self.arrive().await;
    }

    pub async fn back(&mut self) {
        let history = self.call("Page.getNavigationHistory", json!({})).await;
        let at = history["currentIndex"].as_u64().expect("a place") as usize;
        let entry = history["entries"][at - 1]["id"].clone();
        self.forget();
        self.call("Page.navigateToHistoryEntry", json!({"entryId": entry}))
            .await;
        self.arrive().await;
    }

    /// Types into a field as a person does, in the place of what stands there.
    pub async fn fill(&self, selector: &str, text: &str) {
        let selector = quoted(selector);
        let kind = self
            .value(&format!("document.querySelector({selector}).type"))
            .await;
        if matches!(kind.as_str(), Some("date" | "select-one")) {
            let set = format!(
                "document.querySelector({selector}).value = {}; 1",
                quoted(text)
            );
            self.value(&set).await;
            let tell = format!(
                "document.querySelector({selector}).dispatchEvent(new Event('input', {{bubbles: true}}))"
            );
            self.value(&tell).await;
            return;
        }
        let focus = format!(
            "(e => {{ e.scrollIntoView({{block: 'center'}}); e.focus(); e.select(); }})(document.querySelector({selector}))"
        );
        self.value(&focus).await;
        self.call("Input.insertText", json!({"text": text})).await;
    }

    async fn click_at(&self, found: &str) {
        // Whatever hides it is opened first: a person would.
        let place = format!(
            "(e => {{ for (let d = e.closest('details:not([open])'); d && e.tagName !== 'SUMMARY'; d = e.closest('details:not([open])')) d.open = true; \
             e.scrollIntoView({{block: 'center', behavior: 'instant'}}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y + r.height / 2]; }})({found})"
        );
        let place = self.value(&place).await;
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event).await;
        }
    }

    /// What is in sight and says this, or else what a closed `<details>` in sight holds.
    fn by_text(text: &str) -> String {
        let text = quoted(text);
        format!(
            "(() => {{ const all = [...document.querySelectorAll('a,button,summary,label')].filter(e => e.textContent.replace(/\\s+/g, ' ').trim().startsWith({text})); \
             return all.find(e => e.checkVisibility()) ?? all.find(e => e.closest('details:not([open])')?.checkVisibility()); }})()"
        )
    }

    /// Clicks what says this, without leaving the page.
    pub async fn press(&self, text: &str) {
        self.click_at(&Self::by_text(text)).await;
    }

    /// Clicks what says this, and waits for the page it leads to.
    pub async fn follow(&mut self, text: &str) {
        self.forget();
        self.click_at(&Self::by_text(text)).await;
        self.arrive().await;
    }

    /// Clicks an element and waits for the page it leads to.
    pub async fn click(&mut self, selector: &str) {
        self.forget();
        let found = format!("document.querySelector({})", quoted(selector));
        self.click_at(&found).await;
        self.arrive().await;
    }

    pub async fn forget_cookies(&self) {
        self.call("Network.clearBrowserCookies", json!({})).await;
    }

    pub async fn sign_in(&mut self, username: &str) {
        self.go("/sign-in").await;
        self.fill("[name=username]", username).await;
        self.fill("[name=password]", super::app::ADMIN_PASSWORD)
            .await;
        self.click("main form button").await;
    }

    #[track_caller]
    fn assert(&self, fine: bool, what: &str, text: &str) {
        assert!(fine, "{what} in\n{text}");
    }

    pub async fn shows(&self, text: &str) {
        let page = self.text().await;
        self.assert(page.contains(text), &format!("no {text:?}"), &page);
    }
}
