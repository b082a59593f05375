#!/usr/bin/env bash
# Mutation tests of the rules: tests/mutants.sh [options of cargo mutants]
# The rules import nothing of the other layers, so they are built as a crate of their own below target/: a mutant takes
# seconds there instead of a build of the whole program. One file alone: tests/mutants.sh -f 'src/domain/money.rs'
# What the tests do not notice is listed in target/mutants/mutants.out/missed.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

command -v cargo-mutants >/dev/null || cargo install --locked cargo-mutants@27.1.0

crate=target/mutants
mkdir -p "$crate/src" "$crate/tests"
# Copies, because a mutant is written into the file.
rm -rf "$crate/src/domain" "$crate/tests/cases"
cp -r src/domain "$crate/src/"
cp -r tests/cases "$crate/tests/"
cp Cargo.lock "$crate/"
echo 'pub mod domain;' >"$crate/src/lib.rs"

# The crates that the rules and their tests name, in the versions of the program.
{
    printf '[package]\nname = "giaingan"\nversion = "0.1.0"\nedition = "2024"\n\n[workspace]\n\n[lib]\ndoctest = false\n\n[profile.dev]\ndebug = 0\n\n'
    grep -E '^\[(dev-)?dependencies|^(chrono|proptest|ring|rust_decimal|serde|serde_json|unicode-normalization) =' Cargo.toml
} >"$crate/Cargo.toml"

# Few cases find what is plainly wrong, and a mutant is; cases found before must not help the next one.
export PROPTEST_CASES="${PROPTEST_CASES:-32}" PROPTEST_DISABLE_FAILURE_PERSISTENCE=1
cd "$crate"
exec cargo mutants --in-place --timeout 60 --colors never "$@"
