//! `verify-audit`: walks the hash chains of the audit log.

use super::{Outcome, open};
use crate::config::Settings;
use crate::service::{Ctx, read, verify};

/// Prints what was read; fails and names the first broken link of each chain.
pub fn run(settings: Settings) -> Outcome {
    let (app, _) = open(settings)?;
    let ctx = Ctx::system(&app, "verify-audit");
    let report = read(&ctx, verify::audit).map_err(|error| error.to_string())?;
    for link in &report.broken {
        println!(
            "broken: chain {}, event {}: {}",
            link.chain,
            link.seq,
            link.fault.as_str()
        );
    }
    println!(
        "{} events in {} chains, {} anchors",
        report.events, report.chains, report.anchors
    );
    match report.broken.len() {
        0 => Ok(()),
        number => Err(format!("{number} chains are broken")),
    }
}
