//! Tests of `/alerts`, `/alert-policies` and `/mails`.

mod acting;
mod commitments;
mod escalation;
mod handover;
mod policies;
mod rules;
mod scans;
mod seeing;
mod waivers;
pub mod watch;
mod year_end;
