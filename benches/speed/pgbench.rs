//! The first reference on PostgreSQL: the same SQL run by `pgbench`, prepared.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::client::Outcome;

/// Runs a script for a while from so many clients. `:number` is random from 1 to `numbers`.
pub fn run(
    url: &str,
    folder: &Path,
    clients: usize,
    seconds: u64,
    sql: &str,
    numbers: i64,
) -> Outcome {
    let script = folder.join("script.sql");
    let text = format!(
        "\\set number random(1, {numbers})\n{};\n",
        sql.replace("?1", ":number").replace('\n', " ")
    );
    std::fs::write(&script, text).expect("a script");
    for old in logs(folder) {
        let _ = std::fs::remove_file(old);
    }
    let status = Command::new(program())
        .args(["-n", "-M", "prepared", "-l", "--log-prefix"])
        .arg(folder.join("times"))
        .args([
            "-c",
            &clients.to_string(),
            "-j",
            &clients.min(2).to_string(),
        ])
        .args(["-T", &seconds.to_string(), "-f"])
        .arg(&script)
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("pgbench runs");
    assert!(status.success(), "pgbench failed");
    let mut times = Vec::new();
    for log in logs(folder) {
        let text = std::fs::read_to_string(&log).unwrap_or_default();
        // client, number, microseconds, …
        times.extend(text.lines().filter_map(|line| {
            let time = line.split(' ').nth(2)?;
            time.parse::<u64>().ok()
        }));
    }
    Outcome::of(times, seconds as f64, 0)
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with("times"))
        })
        .collect()
}

/// On the path, or beside the server's other programs.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join("pgbench"));
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let installed = installed
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/pgbench")));
    on_path
        .chain(installed)
        .find(|program| program.is_file())
        .unwrap_or_else(|| "pgbench".into())
}
