//! `cargo bench`: the product beside what it is measured against, in one run, in one table.
//!
//! - (a) is the same SQL without an application around it: a loop over the embedded library, and
//!   `pgbench`. Dashboards and lists of who is late are compared with summing the payments.
//! - (b) is actix-web answering a constant of the same size.
//!
//! `cargo bench -- --short` is a quick look; `--only WORD` and `--db sqlite` narrow it; `--scan`
//! measures scans at three scales, `--workbooks` the longest workbooks; `--scale 1` is a tenth of the province, 100 ten of them.

mod client;
mod constant;
mod dataset;
mod fill;
mod operations;
mod pgbench;
// The tests use the rest of it.
#[allow(dead_code)]
#[path = "../../tests/support/postgres_cluster.rs"]
mod postgres_cluster;
mod process;
mod random;
mod sqlite;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use giaingan::clock::Clock;
use giaingan::config::{Secret, Settings};
use giaingan::service::setup::{self, Setup};
use giaingan::service::{App, Origin, auth};
use giaingan::startup;

use client::{Outcome, get};
use operations::{Callers, Operation};
use postgres_cluster::Cluster;
use process::Server;
use table::{Costs, Row};

/// Signs tokens of the instances under test.
pub const SECRET: &str = "a secret of the benchmark, at least 32 bytes long";
const PASSWORD: &str = "gió qua đèo Hải Vân 99";

/// What was asked for.
struct Wanted {
    rounds: usize,
    time: Duration,
    only: Option<String>,
    databases: Vec<&'static str>,
    tenths: i64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let after = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).cloned()
    };
    if has("--constant") {
        return constant::serve();
    }
    let short = has("--short");
    let wanted = Wanted {
        rounds: if short { 1 } else { 3 },
        time: Duration::from_secs(if short { 1 } else { 3 }),
        only: after("--only"),
        databases: match after("--db").as_deref() {
            Some("sqlite") => vec!["sqlite"],
            Some("postgres") => vec!["postgres"],
            _ => vec!["sqlite", "postgres"],
        },
        tenths: after("--scale")
            .and_then(|text| text.parse().ok())
            .unwrap_or(10),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = wanted
        .databases
        .contains(&"postgres")
        .then(|| Cluster::durable().expect("PostgreSQL"));
    if has("--scan") {
        for tenths in [1, 10, 100] {
            for kind in &wanted.databases {
                let place = Place::new(kind, folder.path(), cluster.as_ref(), tenths);
                place.scans();
            }
        }
        return;
    }
    if has("--workbooks") {
        for kind in &wanted.databases {
            let place = Place::new(kind, folder.path(), cluster.as_ref(), wanted.tenths);
            place.workbooks();
        }
        return;
    }
    let constant = Server::start(
        &std::env::current_exe().expect("this program"),
        &["--constant"],
        &[],
    );
    for kind in &wanted.databases {
        let place = Place::new(kind, folder.path(), cluster.as_ref(), wanted.tenths);
        place.scans();
        place.measure(&wanted, &constant);
        place.doctor();
    }
}

/// A filled database of its own.
struct Place {
    kind: &'static str,
    tenths: i64,
    url: String,
    folder: PathBuf,
    settings: Vec<(String, String)>,
    callers: &'static Callers,
}

impl Place {
    fn new(kind: &'static str, folder: &Path, cluster: Option<&Cluster>, tenths: i64) -> Self {
        let folder = folder.join(format!("{kind}-{tenths}"));
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = match cluster {
            Some(cluster) if kind == "postgres" => {
                let name = format!("speed_{tenths}");
                let admin = format!("{}/postgres", cluster.base_url());
                let mut admin = PgConnection::establish(&admin).expect("PostgreSQL answers");
                let create = format!("CREATE DATABASE {name}");
                admin.batch_execute(&create).expect("a database");
                format!("{}/{name}", cluster.base_url())
            }
            _ => format!("sqlite:{}", folder.join("speed.sqlite").display()),
        };
        let began = Instant::now();
        let app = open(&url, &folder);
        fill::fill(&app.db, tenths).expect("fills");
        let tables = app
            .db
            .write(|conn| Ok(conn.batch_execute(operations::TABLES)?));
        tables.expect("tables of the references");
        let callers = Box::leak(Box::new(sign_in(&app)));
        println!(
            "\n{kind}, scale {}: filled in {:.1} s",
            tenths as f64 / 10.0,
            began.elapsed().as_secs_f64()
        );
        let settings = process::product(&url, &folder.join("mails"));
        Place {
            kind,
            tenths,
            url,
            folder,
            settings,
            callers,
        }
    }

    /// Two scans of the same day: the first raises everything, the second finds nothing new.
    fn scans(&self) {
        for what in ["first scan", "second scan"] {
            let (seconds, memory) = process::command(program(), &["scan"], &self.settings);
            println!(
                "{:10} {what:12} {seconds:8.2} s, at most {memory:.0} MB",
                self.kind
            );
        }
    }

    /// Reports of the whole province as workbooks, each by a program that has read nothing yet.
    fn workbooks(&self) {
        let file = self.folder.join("report.xlsx");
        let out = file.display().to_string();
        for name in ["projects", "late-items", "payments"] {
            let export = ["export", name, "--out", &out];
            let (seconds, memory) = process::command(program(), &export, &self.settings);
            let size = std::fs::metadata(&file).expect("a workbook").len() / 1_000;
            println!(
                "{:10} {name:12} {seconds:8.2} s, at most {memory:.0} MB, {size} kB",
                self.kind
            );
        }
    }

    /// Fails unless everything derived still equals the ledger.
    fn doctor(&self) {
        let (seconds, _) = process::command(program(), &["doctor"], &self.settings);
        println!(
            "{:10} doctor finds nothing wrong ({seconds:.1} s)",
            self.kind
        );
    }

    fn measure(&self, wanted: &Wanted, constant: &Server) {
        let server = Server::start(program(), &["serve"], &self.settings);
        let ready = server.ready_after.as_millis();
        std::thread::sleep(Duration::from_secs(1));
        println!(
            "{:10} ready after {ready} ms, idle {:.0} MB",
            self.kind,
            server.memory()
        );
        table::head();
        for operation in operations::all(self.callers, self.tenths) {
            if wanted
                .only
                .as_ref()
                .is_some_and(|word| !operation.name.contains(word))
            {
                continue;
            }
            for clients in [1, 16] {
                let row = self.row(&operation, clients, wanted, (&server, constant));
                table::print(&row);
            }
        }
    }

    fn row(
        &self,
        operation: &Operation,
        clients: usize,
        wanted: &Wanted,
        (server, constant): (&Server, &Server),
    ) -> Row {
        let (mut own, mut plain, mut fixed) = (Vec::new(), Vec::new(), Vec::new());
        let mut costs = Costs::default();
        for _ in 0..wanted.rounds {
            let before = server.cpu();
            let outcome = client::run(server.address, clients, wanted.time, &operation.make);
            costs.add(
                server.cpu() - before,
                server.memory(),
                &outcome,
                wanted.time,
            );
            let size = outcome.size;
            own.push(outcome);
            if let Some(reference) = &operation.reference {
                plain.push(self.reference(reference, clients, wanted.time));
            }
            let make = move |_: usize, _: u64| get(&format!("/{size}"), "X-A: b");
            fixed.push(client::run(
                constant.address,
                clients,
                wanted.time / 2,
                &make,
            ));
        }
        Row {
            name: operation.name,
            kind: self.kind,
            clients,
            own: table::median(own),
            costs,
            plain: (!plain.is_empty()).then(|| table::median(plain)),
            constant: table::median(fixed),
        }
    }

    fn reference(
        &self,
        reference: &operations::Reference,
        clients: usize,
        time: Duration,
    ) -> Outcome {
        let operations::Reference { sql, numbers } = reference;
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let numbers = *numbers;
                let number = move |thread: usize, turn: u64| {
                    let mut random = random::Random::new((thread as u64) << 40 | turn);
                    random.between(1, numbers)
                };
                sqlite::run(path, clients, time, sql, &number)
            }
            None => pgbench::run(
                &self.url,
                &self.folder,
                clients,
                time.as_secs(),
                sql,
                *numbers,
            ),
        }
    }
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_giaingan"))
}

/// Opens an empty database and makes the province and its administrator.
fn open(url: &str, folder: &Path) -> Arc<App> {
    let mut settings = Settings::defaults().expect("complete");
    settings.database_url = Secret::new(url);
    settings.mail_url = Secret::new(format!("file:{}", folder.join("mails").display()));
    settings.secret = Some(Secret::new(SECRET));
    settings.today = Some(dataset::today());
    settings.access_minutes = 600;
    let clock = Clock::new(settings.today);
    let (app, _) = startup::open(settings, clock).expect("opens");
    let province = Setup {
        unit_code: "22".into(),
        unit_name: "Tỉnh thử nghiệm".into(),
        admin_username: "admin".into(),
    };
    setup::init(&app, province, PASSWORD).expect("sets up");
    app
}

fn sign_in(app: &Arc<App>) -> Callers {
    let origin = Origin::default();
    let with = auth::Credentials {
        username: "admin",
        password: PASSWORD,
        code: None,
    };
    let pair = auth::login(app, &origin, with).expect("signs in");
    let secret = auth::web::sign_in(app, &origin, with, None).expect("signs in");
    Callers {
        api: format!("Authorization: Bearer {}", pair.access_token),
        page: format!("Cookie: giaingan={secret}"),
    }
}
