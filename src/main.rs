//! The program: reads the command and runs it.

use std::process::ExitCode;

fn main() -> ExitCode {
    giaingan::cli::run()
}
