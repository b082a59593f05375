//! The habits of the house, checked on the text of the source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of `src` and its text without tests and comments.
struct Source {
    path: String,
    lines: Vec<(usize, String)>,
    length: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                found.push(source(&root, &path));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 40, "the walk found too little");
    found
}

fn source(root: &Path, path: &Path) -> Source {
    let text = std::fs::read_to_string(path).expect("a file");
    let name = path
        .strip_prefix(root)
        .expect("below src")
        .to_string_lossy()
        .into_owned();
    let is_test = name.ends_with("tests.rs") || name.ends_with("test_books.rs");
    let code = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]" || !is_tests_module(&text, line));
    Source {
        length: text.lines().count(),
        lines: match is_test {
            true => Vec::new(),
            false => code
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
                .map(|(number, line)| (number + 1, line.to_owned()))
                .collect(),
        },
        path: name,
    }
}

/// Test modules stand at the end of a file, after this line.
fn is_tests_module(text: &str, line: &str) -> bool {
    text.contains(&format!("{line}\nmod tests"))
}

/// Which of our modules a layer may name.
const LAYERS: [(&str, &[&str]); 14] = [
    ("domain", &["domain"]),
    ("error", &["domain", "error"]),
    ("clock", &["clock"]),
    ("config", &["config", "db"]),
    ("telemetry", &["config"]),
    ("db", &["db", "domain", "error"]),
    ("mail", &["mail", "domain", "error"]),
    (
        "service",
        &[
            "service", "db", "mail", "domain", "error", "clock", "config",
        ],
    ),
    (
        "jobs",
        &[
            "jobs", "service", "mail", "domain", "error", "clock", "config",
        ],
    ),
    (
        "http",
        &["http", "sheets", "service", "domain", "error", "config"],
    ),
    ("sheets", &["sheets", "service", "domain", "error"]),
    (
        "startup",
        &[
            "startup", "http", "jobs", "service", "db", "mail", "domain", "error", "clock",
            "config",
        ],
    ),
    (
        "cli",
        &[
            "cli",
            "startup",
            "http",
            "jobs",
            "sheets",
            "service",
            "mail",
            "domain",
            "error",
            "clock",
            "config",
            "telemetry",
        ],
    ),
    ("main", &["cli"]),
];

fn named_modules(line: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let name: String = rest
            .chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == '_')
            .collect();
        if !name.is_empty() {
            names.insert(name);
        }
    }
    names
}

#[test]
fn imports_point_downwards_only() {
    let mut wrong = Vec::new();
    for source in sources() {
        let layer = source
            .path
            .split(['/', '.'])
            .next()
            .expect("a name")
            .to_owned();
        if layer == "lib" {
            continue;
        }
        let (_, allowed) = LAYERS
            .iter()
            .find(|(name, _)| *name == layer)
            .unwrap_or_else(|| panic!("{} is in no layer; name it in this test", source.path));
        for (number, line) in &source.lines {
            for module in named_modules(line) {
                if !allowed.contains(&module.as_str()) {
                    wrong.push(format!("{}:{number}: {layer} names {module}", source.path));
                }
            }
            if line.contains("diesel::") && !["db", "error"].contains(&layer.as_str()) {
                wrong.push(format!("{}:{number}: diesel outside db", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_must_not_be_written_is_not_written() {
    let banned: [(&str, &str, &[&str]); 9] = [
        ("Utc::now(", "time comes from the clock", &["clock.rs"]),
        ("Local::now(", "time comes from the clock", &["clock.rs"]),
        (
            "SystemTime::now(",
            "time comes from the clock",
            &["clock.rs"],
        ),
        (".unwrap()", "no panic", &[]),
        (".expect(", "no panic", &[]),
        ("panic!(", "no panic", &[]),
        (
            "BEGIN",
            "one write path",
            // iCalendar parts begin so, too.
            &["db/mod.rs", "db/writer.rs", "mail/calendar.rs"],
        ),
        ("todo!(", "no stubs", &[]),
        ("dbg!(", "no left-overs", &[]),
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in &source.lines {
            for (text, why, allowed) in banned {
                if line.contains(text)
                    && !line.contains("BEGINNING")
                    && !allowed.contains(&source.path.as_str())
                {
                    wrong.push(format!("{}:{number}: {text} ({why})", source.path));
                }
            }
            let has_float = line
                .split(|c: char| !c.is_alphanumeric())
                .any(|word| word == "f32" || word == "f64");
            // Elsewhere they are seconds, as libraries want them.
            let near_money = ["domain", "db", "service", "sheets"]
                .contains(&source.path.split('/').next().unwrap_or_default());
            if has_float && near_money {
                wrong.push(format!("{}:{number}: a float", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.length > 400 && source.path != "db/schema.rs")
        .map(|source| format!("{}: {}", source.path, source.length))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
