//! Debian's Chromium, driven over its debugging pipe: one process for all tests, for each tab a
//! profile of its own. No driver and no socket: commands go in and answers come out of the program.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

/// What to do when there is no browser.
const HELP: &str = "install Chromium (Debian, Ubuntu: apt-get install chromium; or run ./test, which does it), or name \
one in CHROMIUM=/path/to/it";

/// Descriptors 3 and 4 are the debugging pipe. When this process ends, however it does, the pipe
/// closes, Chromium ends, and the shell removes its folder.
const SHELL: &str = r#"
    trap '' INT TERM HUP
    folder=$(mktemp -d "${TMPDIR:-/tmp}/giaingan-chromium-XXXXXX") || exit 1
    "$@" --user-data-dir="$folder" about:blank 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null
    rm -rf "$folder""#;

const FLAGS: [&str; 10] = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--accept-lang=vi-VN,vi",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

pub struct Chromium {
    stdin: Mutex<ChildStdin>,
    next: AtomicU64,
    pub inbox: Arc<Inbox>,
}

/// Who waits for what.
#[derive(Default)]
pub struct Inbox {
    answers: Mutex<HashMap<u64, oneshot::Sender<Value>>>,
    pub tabs: Mutex<HashMap<String, UnboundedSender<Value>>>,
}

static CHROMIUM: LazyLock<Result<Chromium, String>> = LazyLock::new(Chromium::start);

pub fn chromium() -> &'static Chromium {
    match &*CHROMIUM {
        Ok(chromium) => chromium,
        Err(why) => panic!("{why}"),
    }
}

fn find() -> Option<String> {
    if let Ok(named) = std::env::var("CHROMIUM") {
        return Some(named);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let places =
        std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    let mut found = places.filter(|place| place.is_file());
    found.next().map(|place| place.display().to_string())
}

impl Chromium {
    fn start() -> Result<Self, String> {
        let program = find().ok_or_else(|| format!("no Chromium found; {HELP}"))?;
        let child = Command::new("sh")
            .args(["-c", SHELL, "sh", &program])
            .args(FLAGS)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child =
            child.map_err(|error| format!("Chromium does not start: {error}; {HELP}"))?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or("no pipes")?;
        let inbox = Arc::new(Inbox::default());
        let reader = inbox.clone();
        std::thread::spawn(move || reader.read(BufReader::new(stdout)));
        Ok(Chromium {
            stdin: Mutex::new(stdin),
            next: AtomicU64::new(1),
            inbox,
        })
    }

    pub fn send(&self, message: &Value) -> std::io::Result<()> {
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.stdin.lock().expect("not poisoned").write_all(&bytes)
    }

    pub async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Value {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        self.inbox
            .answers
            .lock()
            .expect("not poisoned")
            .insert(id, answer);
        let mut message = json!({"id": id, "method": method, "params": params});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let sent = self.send(&message);
        sent.unwrap_or_else(|error| panic!("Chromium is gone: {error}; {HELP}"));
        let answer = tokio::time::timeout(Duration::from_secs(60), answered).await;
        let answer = answer.unwrap_or_else(|_| panic!("no answer to {method}"));
        let answer = answer.unwrap_or_else(|_| panic!("Chromium ended during {method}; {HELP}"));
        assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
        answer["result"].clone()
    }
}

impl Inbox {
    fn read(&self, mut output: impl BufRead) {
        let mut message = Vec::new();
        while output
            .read_until(0, &mut message)
            .is_ok_and(|read| read > 0)
        {
            message.pop();
            let value: Value = serde_json::from_slice(&message).unwrap_or(Value::Null);
            message.clear();
            if let Some(id) = value["id"].as_u64() {
                let waiting = self.answers.lock().expect("not poisoned").remove(&id);
                waiting.map(|waiting| waiting.send(value));
            } else if let Some(session) = value["sessionId"].as_str()
                && let Some(tab) = self.tabs.lock().expect("not poisoned").get(session)
            {
                let _ = tab.send(value);
            }
        }
        // Whoever still waits learns that nothing comes.
        self.answers.lock().expect("not poisoned").clear();
    }
}
