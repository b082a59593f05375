//! Server processes and what they cost, read from `/proc`.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{self, Connection};

/// A server of the benchmark; gone when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub ready_after: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Settings of the product under test.
pub fn product(url: &str, mails: &Path) -> Vec<(String, String)> {
    [
        ("DATABASE_URL", url.to_owned()),
        ("TODAY", crate::dataset::today().to_string()),
        ("SECRET", crate::SECRET.to_owned()),
        ("MAIL_URL", format!("file:{}", mails.display())),
        ("RATE_LIMIT", "1000000000".into()),
        ("ACCESS_MINUTES", "600".into()),
    ]
    .into_iter()
    .map(|(name, value)| (format!("GIAINGAN_{name}"), value))
    .collect()
}

impl Server {
    /// Starts a program that listens where `GIAINGAN_LISTEN` says, and waits for its first answer.
    pub fn start(program: &Path, arguments: &[&str], settings: &[(String, String)]) -> Self {
        let address = free_address();
        let began = Instant::now();
        let mut child = Command::new(program)
            .args(arguments)
            .env("GIAINGAN_LISTEN", address.to_string())
            .env("RUST_LOG", "warn")
            .envs(settings.iter().cloned())
            .stdout(Stdio::null())
            .spawn()
            .expect("a server starts");
        loop {
            if std::net::TcpStream::connect(address).is_ok() {
                let mut connection = Connection::open(address);
                if connection
                    .send(&client::get("/health/ready", "X-A: b"))
                    .status
                    == 200
                {
                    break;
                }
            }
            assert!(
                child.try_wait().expect("a child").is_none(),
                "{} ended at once",
                program.display()
            );
            assert!(began.elapsed() < Duration::from_secs(60), "no answer");
            std::thread::sleep(Duration::from_millis(2));
        }
        Server {
            child,
            address,
            ready_after: began.elapsed(),
        }
    }

    /// Processor time used so far, seconds.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.child.id())
    }

    /// Resident memory, MB.
    pub fn memory(&self) -> f64 {
        status(self.child.id(), "VmRSS:")
    }
}

/// Runs a command of the product to its end: its wall time, and the most memory it held, MB.
pub fn command(program: &Path, arguments: &[&str], settings: &[(String, String)]) -> (f64, f64) {
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .env("RUST_LOG", "warn")
        .envs(settings.iter().cloned())
        .stdout(Stdio::null())
        .spawn()
        .expect("a command starts");
    let mut most = 0.0_f64;
    loop {
        most = most.max(status(child.id(), "VmHWM:"));
        if let Some(ended) = child.try_wait().expect("a child") {
            assert!(ended.success(), "{arguments:?} failed");
            return (began.elapsed().as_secs_f64(), most);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A free port of this machine.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

/// Processor time of a process, seconds.
fn cpu_of(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // The name before it may hold anything, but ends with the last parenthesis.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |place: usize| -> f64 {
        let field = fields.split_whitespace().nth(place);
        field.and_then(|text| text.parse().ok()).unwrap_or(0.0)
    };
    (ticks(11) + ticks(12)) / 100.0
}

/// A line of a process's status in kB, as MB.
fn status(id: u32, name: &str) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .and_then(|rest| rest.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok())
        .map_or(0.0, |kilobytes| kilobytes / 1024.0)
}
