//! What administrators keep: reference data, users, targets, policies; and what they look at.

mod accounts;
mod agencies;
mod api_keys;
mod audit;
mod deliveries;
mod funding_sources;
mod holidays;
mod home;
mod mails;
mod people;
mod policies;
mod register;
mod successions;
mod targets;
mod units;
mod users;
mod webhooks;

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
    list.extend(successions::routes());
    list.extend(policies::routes());
    list.extend(api_keys::routes());
    list.extend(webhooks::routes());
    list.extend(deliveries::routes());
    list.extend(mails::routes());
    list.extend(audit::routes());
    list
}
