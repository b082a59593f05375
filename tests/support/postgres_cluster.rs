//! A PostgreSQL server in a temporary folder, gone with the process that started it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Loopback only.
const SETTINGS: &str = "listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
";

/// Nothing in a test's database is worth keeping, so nothing waits for the disk.
const FORGETFUL: &str = "fsync = off
synchronous_commit = off
full_page_writes = off
";

/// As on a small server; every commit waits for the disk.
#[allow(dead_code)]
const DURABLE: &str = "shared_buffers = '512MB'
";

/// What to do when there is no PostgreSQL.
const HELP: &str = "install PostgreSQL 14 or newer (Debian, Ubuntu: apt-get install postgresql; or run ./test, which \
does it), or set TEST_POSTGRES_URL=postgres://user:password@host:port/database to use a server of yours";

/// A running server. Dropping it, or the end of the process by any means, stops the server and removes its folder.
pub struct Cluster {
    port: u16,
    place: Place,
    /// Waits for its standard input to close, which the system does however this process ends.
    _watchdog: Child,
}

/// Who the server runs as, where its programs and files are.
struct Place {
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Cluster {
    /// Starts a server for tests, in a second or two.
    pub fn start() -> Result<Self, String> {
        Self::with(FORGETFUL)
    }

    /// Starts a server whose commits are on disk when they are answered, for the benchmark.
    #[allow(dead_code)]
    pub fn durable() -> Result<Self, String> {
        Self::with(DURABLE)
    }

    fn with(more: &str) -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("giaingan-postgres-")
            .tempdir();
        let folder = folder.map_err(explain)?;
        let place = Place::prepare(folder.path())?;
        // Before the server, so that there is no moment when it could be left behind.
        let watchdog = place.watch()?;
        // From here on the folder is the watchdog's to remove.
        let _ = folder.keep();
        place.run(
            "initdb",
            &[
                "-U",
                "giaingan",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        )?;
        let mut last = String::new();
        // A port found free may be taken by the time the server binds it.
        for _ in 0..5 {
            match place.serve(more) {
                Ok(port) => {
                    return Ok(Self {
                        port,
                        place,
                        _watchdog: watchdog,
                    });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Ends the server as a crash would, and starts it again on the same port.
    pub fn restart(&self) -> Result<(), String> {
        let arguments = ["-l", "log", "-w", "-t", "60", "-m", "immediate", "restart"];
        self.place.run("pg_ctl", &arguments)
    }

    /// URL without a database's name.
    pub fn base_url(&self) -> String {
        format!("postgres://giaingan@127.0.0.1:{}", self.port)
    }
}

impl Place {
    fn prepare(folder: &Path) -> Result<Self, String> {
        let programs = find_programs().ok_or_else(|| format!("initdb not found; {HELP}"))?;
        let am_root = fs::metadata(folder).map_err(explain)?.uid() == 0;
        let owner = if am_root {
            Some(other_account()?)
        } else {
            None
        };
        if let Some((uid, gid)) = owner {
            chown(folder, Some(uid), Some(gid)).map_err(explain)?;
        }
        Ok(Self {
            programs,
            folder: folder.to_owned(),
            owner,
        })
    }

    /// PostgreSQL's programs refuse to run as root.
    fn as_owner(&self, mut command: Command) -> Command {
        if let Some((uid, gid)) = self.owner {
            command.uid(uid).gid(gid);
        }
        // The current folder may be closed to that account.
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env_remove("PGDATA");
        command
    }

    /// Starts the server on a free port.
    fn serve(&self, more: &str) -> Result<u16, String> {
        let port = free_port()?;
        // Read after postgresql.conf, and empty until now.
        let settings = self.folder.join("data/postgresql.auto.conf");
        fs::write(settings, format!("{SETTINGS}{more}port = {port}\n")).map_err(explain)?;
        let started = self.run("pg_ctl", &["-l", "log", "-w", "-t", "60", "start"]);
        started.map_err(|error| {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            format!("{error}\n{log}")
        })?;
        Ok(port)
    }

    /// Runs one of PostgreSQL's programs to its end. Output goes to a file: the server inherits it, and would keep a
    /// pipe open for ever.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let output = self.folder.join("output");
        let file = File::create(&output).map_err(explain)?;
        let copy = file.try_clone().map_err(explain)?;
        let mut command = self.as_owner(Command::new(self.programs.join(program)));
        command
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(arguments)
            .stdout(copy)
            .stderr(file);
        let status = self.explained(command.status())?;
        if status.success() {
            return Ok(());
        }
        let said = fs::read_to_string(&output).unwrap_or_default();
        Err(format!("{program} failed ({status}): {}", said.trim()))
    }

    fn explained<T>(&self, started: std::io::Result<T>) -> Result<T, String> {
        started.map_err(|error| {
            let folder = self.folder.display();
            format!("no program can be run in {folder}: {error}; point TMPDIR at a folder open to all accounts")
        })
    }

    /// A shell that outlives this process just long enough to clean up.
    fn watch(&self) -> Result<Child, String> {
        let script = r#"
            trap '' INT TERM HUP
            read _
            # Killed early, initdb or pg_ctl may still be at work: what they leave must go too.
            "$1" -D "$2/data" -m immediate stop || { sleep 2; "$1" -D "$2/data" -m immediate stop; }
            for attempt in 1 2 3 4 5; do rm -rf "$2"; [ -e "$2" ] || break; sleep 1; done"#;
        let mut shell = self.as_owner(Command::new("sh"));
        shell
            .args(["-c", script, "sh"])
            .arg(self.programs.join("pg_ctl"))
            .arg(&self.folder);
        // Its own process group: Ctrl-C in the terminal must not reach it. No inherited output: whoever reads the
        // tests' output must not wait for it.
        shell
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.explained(shell.spawn())
    }
}

/// The folder of initdb: on the PATH, or the newest where Debian and Red Hat put them.
fn find_programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file());
    let version = |name: &Path| {
        name.file_name()?
            .to_str()?
            .trim_start_matches("pgsql-")
            .parse::<u32>()
            .ok()
    };
    let installed = ["/usr/lib/postgresql", "/usr"]
        .into_iter()
        .filter_map(|parent| fs::read_dir(parent).ok());
    let installed = installed.flatten().flatten().map(|entry| entry.path());
    let mut installed: Vec<_> = installed
        .filter_map(|folder| Some((version(&folder)?, folder.join("bin"))))
        .collect();
    installed.retain(|(_, folder)| folder.join("initdb").is_file());
    on_path.or_else(|| installed.into_iter().max().map(|(_, folder)| folder))
}

/// An account that is not root, as user and group number: PostgreSQL's own, or anybody's.
fn other_account() -> Result<(u32, u32), String> {
    let accounts = fs::read_to_string("/etc/passwd").map_err(explain)?;
    let find = |wanted: &str| {
        let mut fields = accounts
            .lines()
            .map(|line| line.split(':'))
            .find(|line| line.clone().next() == Some(wanted))?;
        Some((fields.nth(2)?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).ok_or_else(|| {
        "PostgreSQL does not run as root, and there is neither an account postgres nor nobody"
            .into()
    })
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(explain)?;
    Ok(listener.local_addr().map_err(explain)?.port())
}

fn explain(error: std::io::Error) -> String {
    format!("cannot prepare a folder, an account or a port: {error}")
}
