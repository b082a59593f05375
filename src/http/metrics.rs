//! `/metrics`: figures in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::sync::atomic::Ordering;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::Server;
use crate::error::{Code, Result};
use crate::service::operations::{self, Figures, Readiness};
use crate::service::watch::Problem;
use crate::service::{App, Ctx};

/// Upper bounds of the histogram of answering times, in microseconds.
const BOUNDS: [u64; 11] = [
    1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000,
];

/// The answering times of one method and route.
#[derive(Clone, Copy, Default)]
struct Times {
    /// Answers up to each bound, and above all of them.
    counts: [u64; BOUNDS.len() + 1],
    micros: u64,
}

/// What was counted since the start.
#[derive(Clone, Default)]
struct Requests {
    /// By method, route pattern and status.
    answers: BTreeMap<(&'static str, String, u16), u64>,
    /// By method and route pattern.
    times: BTreeMap<(&'static str, String), Times>,
}

static REQUESTS: Mutex<Requests> = Mutex::new(Requests {
    answers: BTreeMap::new(),
    times: BTreeMap::new(),
});

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Starts the clock of the process's age.
pub fn begin() {
    LazyLock::force(&STARTED);
}

/// Methods that are counted apart. Anybody may send one of any name.
const METHODS: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// Counts an answered request. Methods are named and routes are patterns, so the number of series is
/// bounded.
pub fn count(method: &Method, route: &str, status: u16, took: Duration) {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let place = BOUNDS
        .iter()
        .position(|bound| micros <= *bound)
        .unwrap_or(BOUNDS.len());
    let named = METHODS.into_iter().find(|name| *name == method.as_str());
    let (method, route) = (named.unwrap_or("other"), route.to_owned());
    let mut requests = REQUESTS.lock().unwrap_or_else(PoisonError::into_inner);
    *requests
        .answers
        .entry((method, route.clone(), status))
        .or_default() += 1;
    let times = requests.times.entry((method, route)).or_default();
    if let Some(count) = times.counts.get_mut(place) {
        *count += 1;
    }
    times.micros = times.micros.saturating_add(micros);
}

/// Answers with everything; asks for the token of the settings, if there is one.
pub async fn metrics(server: web::Data<Server>, request: HttpRequest) -> Result<HttpResponse> {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if let Some(token) = &server.app.settings.metrics_token {
        let given = given
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        // Compared as hashes, so that the time tells nothing.
        let hash = |text: &str| crate::domain::hash::sha256_hex(text.as_bytes());
        if hash(given) != hash(token.expose()) {
            return Err(Code::Unauthenticated.into());
        }
    }
    let ctx = Ctx::system(&server.app, "metrics");
    let figures = web::block(move || operations::figures(&ctx)).await;
    let mut page = Page::default();
    requests(&mut page);
    if let Ok(figures) = figures {
        machinery(&mut page, &server.app, &figures);
    }
    process(&mut page);
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(page.text))
}

/// The text under construction.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing into a String cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\""))
            .collect();
        let labels = match labels.is_empty() {
            true => String::new(),
            false => format!("{{{}}}", labels.join(",")),
        };
        let _ = writeln!(self.text, "{name}{labels} {value}");
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }
}

/// Microseconds as seconds.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

fn requests(page: &mut Page) {
    let requests = REQUESTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let name = "giaingan_http_requests_total";
    page.family(name, "counter", "Answered requests.");
    for ((method, route, status), number) in &requests.answers {
        let status = status.to_string();
        page.sample(
            name,
            &[("method", method), ("route", route), ("status", &status)],
            number,
        );
    }
    let name = "giaingan_http_request_duration_seconds";
    page.family(name, "histogram", "Time spent answering.");
    for ((method, route), times) in &requests.times {
        let mut sum = 0;
        for (place, count) in times.counts.iter().enumerate() {
            sum += count;
            let bound = BOUNDS
                .get(place)
                .map_or("+Inf".to_owned(), |bound| seconds(*bound));
            let labels = [("method", *method), ("route", route), ("le", &bound)];
            page.sample(&format!("{name}_bucket"), &labels, sum);
        }
        let labels = [("method", *method), ("route", route.as_str())];
        page.sample(&format!("{name}_sum"), &labels, seconds(times.micros));
        page.sample(&format!("{name}_count"), &labels, sum);
    }
}

fn machinery(page: &mut Page, app: &App, figures: &Figures) {
    let name = "giaingan_build_info";
    page.family(name, "gauge", "The program and its database.");
    let labels = [
        ("version", env!("CARGO_PKG_VERSION")),
        ("database", figures.database),
    ];
    page.sample(name, &labels, 1);
    let ready = figures.readiness.as_ref().is_some_and(|state| state.ready);
    page.single(
        "giaingan_ready",
        "gauge",
        "Whether the instance can serve.",
        u8::from(ready),
    );
    let name = "giaingan_database_connections";
    page.family(name, "gauge", "Pooled connections.");
    page.sample(name, &[("state", "busy")], figures.connections.0);
    page.sample(name, &[("state", "idle")], figures.connections.1);
    page.single(
        "giaingan_instances",
        "gauge",
        "Instances whose jobs run.",
        figures.instances,
    );
    let name = "giaingan_mail_attempts_total";
    page.family(name, "counter", "Attempts of this process to send a mail.");
    for (outcome, count) in [
        ("sent", &app.pulse.mails_sent),
        ("failed", &app.pulse.mails_failed),
        ("given_up", &app.pulse.mails_dead),
    ] {
        page.sample(name, &[("outcome", outcome)], count.load(Ordering::Relaxed));
    }
    for (name, help, pick) in [
        (
            "giaingan_job_last_success_timestamp_seconds",
            "When a job was last done.",
            0,
        ),
        (
            "giaingan_job_last_failure_timestamp_seconds",
            "When a job last failed.",
            1,
        ),
    ] {
        page.family(name, "gauge", help);
        for (job, done, failed) in &figures.jobs {
            if let Some(at) = if pick == 0 { done } else { failed } {
                page.sample(name, &[("job", job)], at);
            }
        }
    }
    if let Some(state) = figures.readiness.as_ref().filter(|state| state.ready) {
        standing(page, state);
    }
}

fn standing(page: &mut Page, state: &Readiness) {
    let name = "giaingan_mails";
    page.family(name, "gauge", "Mails that have not left.");
    page.sample(name, &[("state", "queued")], state.mails_queued);
    page.sample(name, &[("state", "failed")], state.mails_failed);
    page.sample(name, &[("state", "dead")], state.mails_dead);
    for (name, help, at) in [
        (
            "giaingan_last_scan_timestamp_seconds",
            "When the last scan ended.",
            state.last_scan_at,
        ),
        (
            "giaingan_last_backup_timestamp_seconds",
            "When the last backup ended.",
            state.last_backup_at,
        ),
        (
            "giaingan_scheduler_timestamp_seconds",
            "When the jobs last looked round.",
            state.scheduler_at,
        ),
    ] {
        page.single(name, "gauge", help, at.map_or(0, |at| at.timestamp()));
    }
    let name = "giaingan_standstill";
    page.family(
        name,
        "gauge",
        "Whether something stands still that should move.",
    );
    for problem in Problem::ALL {
        let stands = state.standstill.contains(problem);
        page.sample(name, &[("what", problem.as_str())], u8::from(stands));
    }
}

/// What the system knows of this process, under the names that every exporter uses.
fn process(page: &mut Page) {
    page.single(
        "giaingan_uptime_seconds",
        "gauge",
        "Age of the process.",
        STARTED.elapsed().as_secs(),
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = resident
        .and_then(|text| text.split_whitespace().next())
        .and_then(|word| word.parse::<u64>().ok());
    if let Some(kib) = kib {
        page.single(
            "process_resident_memory_bytes",
            "gauge",
            "Memory in use.",
            kib * 1024,
        );
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        page.single("process_open_fds", "gauge", "Open files.", files.count());
    }
}
