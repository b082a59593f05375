//! The real program as a process of its own, on the database of a [`TestApp`].

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use super::app::{Client, TestApp, http};

/// Nothing that is waited for takes this long.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running `serve`; killed when dropped.
pub struct Program {
    pub child: Child,
    pub base: String,
    log: Arc<Mutex<Vec<Value>>>,
    lines: Receiver<Value>,
}

/// The program with these arguments on the database of `app`, with the same secret. The business
/// date is the one of the tests unless a variable says otherwise.
pub fn command(app: &TestApp, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let settings = &app.app.settings;
    let mut command = bare(arguments);
    command
        .env("GIAINGAN_DATABASE_URL", settings.database_url.expose())
        .env("GIAINGAN_MAIL_URL", settings.mail_url.expose())
        .env(
            "GIAINGAN_SECRET",
            String::from_utf8_lossy(&app.secret).as_ref(),
        )
        .env("GIAINGAN_LISTEN", "127.0.0.1:0")
        .env("GIAINGAN_LOG_FORMAT", "json")
        .env("GIAINGAN_TODAY", "2024-06-30");
    for (name, value) in variables {
        match value.is_empty() {
            true => command.env_remove(name),
            false => command.env(name, value),
        };
    }
    command
}

/// The program with these arguments and none of our variables.
pub fn bare(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_giaingan"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GIAINGAN_")) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs a command to its end: whether it went well, and what it said.
pub fn ran(mut command: Command) -> (bool, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let text = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (status.success(), text.concat())
}

/// Sends a signal to a process, by its number.
pub fn signal(child: &Child, name: &str) {
    // The shell's own: not every machine has it as a program.
    let kill = format!("kill -s {name} {}", child.id());
    let sent = Command::new("sh").args(["-c", &kill]).status();
    assert!(sent.expect("kill runs").success());
}

impl Program {
    /// Starts `serve` and waits until it serves.
    pub fn serve(app: &TestApp, variables: &[(&str, &str)]) -> Self {
        Self::start(command(app, &["serve"], variables))
    }

    /// Starts a command that serves, and waits until it does.
    pub fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let errors = BufReader::new(child.stderr.take().expect("piped"));
        let log: Arc<Mutex<Vec<Value>>> = Arc::default();
        let (sender, lines) = channel();
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                let line = serde_json::from_str(&line).unwrap_or(Value::String(line));
                kept.lock().unwrap().push(line.clone());
                let _ = sender.send(line);
            }
        });
        let mut program = Program {
            child,
            base: String::new(),
            log,
            lines,
        };
        let line = program.wait_for("serving");
        program.base = format!("http://{}", line["address"].as_str().expect("an address"));
        program
    }

    /// Waits for a line of the log with this message.
    pub fn wait_for(&self, message: &str) -> Value {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line["message"] == message => return line,
                Ok(_) => {}
                Err(error) => panic!("no line \"{message}\" ({error}): {:#?}", self.log()),
            }
        }
    }

    /// What it logged so far.
    pub fn log(&self) -> Vec<Value> {
        self.log.lock().unwrap().clone()
    }

    /// The same caller, asking this process.
    pub fn client(&self, of: &Client) -> Client {
        Client {
            base: self.base.clone(),
            // Connections to another process are of no use.
            http: http().build().expect("a client"),
            ..of.clone()
        }
    }

    /// Sends a signal and waits for the end.
    pub fn end(&mut self, name: &str) -> ExitStatus {
        signal(&self.child, name);
        self.child.wait().expect("ends")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
