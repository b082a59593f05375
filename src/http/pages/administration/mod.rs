//! What administrators keep: reference data, users, targets, policies; and what they look at.

mod accounts;
mod agencies;
mod audit;
mod funding_sources;
mod holidays;
mod home;
mod mails;
mod people;
mod register;
mod targets;
mod units;
mod users;

use super::route::PageRoute;

/// The pages of this folder.
pub fn routes() -> Vec<PageRoute> {
    let mut list = home::routes();
    list.extend(register::routes::<units::Units>());
    list.extend(register::routes::<agencies::Agencies>());
    list.extend(register::routes::<people::People>());
    list.extend(register::routes::<funding_sources::FundingSources>());
    list.extend(register::routes::<holidays::Holidays>());
    list.extend(register::routes::<targets::Targets>());
    list.extend(register::routes::<users::Users>());
    list.extend(accounts::routes());
    list.extend(mails::routes());
    list.extend(audit::routes());
    list
}
