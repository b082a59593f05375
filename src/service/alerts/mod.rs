//! Alerts: scanning, acting on them, showing them (domain.md section 8).

mod act;
mod agenda;
mod apply;
mod batch;
mod confirm;
mod dry_run;
mod follow;
mod handover;
mod load;
mod notify;
mod policies;
mod scan;
mod teller;
mod terms;
mod view;
mod words;

pub use crate::db::alerts::list::{Count, Sort};
pub use act::{Acknowledgement, acknowledge, note, snooze, waive};
pub use agenda::{Agenda, AgendaAlert, PromiseDue, agenda};
pub use dry_run::{DryRun, dry_run};
pub use follow::{NextStep, Told};
pub use handover::hand_over;
pub use policies::{AlertPolicy, PolicyChange, list_policies, policy, update_policy};
pub use scan::{ScanOutcome, last_scan, last_scanned, scan};
pub use terms::{Allowed, Limits, allowed};
pub use view::{
    Alert, AlertDetail, AlertEvent, AlertFilter, Commitment, ResponsibleSince, Subject, counts,
    get, list,
};
pub use words::{Words, in_words};
