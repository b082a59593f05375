//! What the documents name exists.

use std::path::Path;

/// Everything between backticks.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// `file.rs` or `file.rs name`: below `tests/`, or from the root for `src/`.
fn missing(root: &Path, name: &str) -> Option<String> {
    let (file, test) = name.split_once(' ').unwrap_or((name, ""));
    let path = match file.starts_with("src/") {
        true => root.join(file),
        false => root.join("tests").join(file),
    };
    let Some(text) = read(&path) else {
        return Some(format!("{name}: no {}", path.display()));
    };
    let is_there = test.is_empty() || text.contains(&format!("fn {test}("));
    (!is_there).then(|| format!("{name}: no such test"))
}

/// `module::module` of a table of faults: a file or a folder of tests.
fn missing_module(root: &Path, name: &str) -> Option<String> {
    let path = root.join("tests").join(name.replace("::", "/"));
    let is_there = path.is_dir()
        || path.with_extension("rs").is_file()
        || root
            .join("src")
            .join(name.replace("::", "/"))
            .with_extension("rs")
            .is_file();
    (!is_there).then(|| format!("{name}: no such tests"))
}

#[test]
fn every_test_that_is_named_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let security = read(&root.join("docs/security.md")).expect("a document");
    let faults = read(&root.join("docs/faults.md")).expect("a document");
    let tests = named(&security).chain(named(&faults)).filter(|name| {
        name.split(' ')
            .next()
            .is_some_and(|file| file.ends_with(".rs"))
    });
    let tests: Vec<&str> = tests.collect();
    let modules = named(&faults).filter(|name| name.contains("::") && !name.contains(' '));
    let modules: Vec<&str> = modules.collect();
    assert!(
        tests.len() > 40 && modules.len() > 12,
        "{} and {}",
        tests.len(),
        modules.len()
    );
    let mut wrong: Vec<String> = tests
        .iter()
        .filter_map(|name| missing(root, name))
        .collect();
    wrong.extend(modules.iter().filter_map(|name| missing_module(root, name)));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
