//! The way to every register, and how the installation is doing.

use askama::Template;

use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use crate::domain::permission::Permission;
use crate::error::Result;
use crate::http::guard::needs;
use crate::service::operations;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/administration", show)]
}

#[derive(Template)]
#[template(path = "administration.html", config = "src/http/pages/askama.toml")]
struct HomePage {
    l: Layout,
    /// Address, title, what it is for.
    sections: Vec<(&'static str, &'static str, &'static str)>,
    state: operations::Readiness,
}

async fn show(page: Page<needs::ManageReference>) -> Result<Outcome> {
    page.show(|view, l| {
        let t = &l.t.administration;
        let all = [
            (
                "/administration/users",
                t.users,
                t.about_users,
                Permission::ManageUsers,
            ),
            (
                "/administration/units",
                t.units,
                t.about_units,
                Permission::Read,
            ),
            (
                "/administration/agencies",
                t.agencies,
                t.about_agencies,
                Permission::Read,
            ),
            (
                "/administration/people",
                t.people,
                t.about_people,
                Permission::Read,
            ),
            (
                "/administration/funding-sources",
                t.sources,
                t.about_sources,
                Permission::Read,
            ),
            (
                "/administration/targets",
                t.targets,
                t.about_targets,
                Permission::Read,
            ),
            (
                "/administration/holidays",
                t.holidays,
                t.about_holidays,
                Permission::Read,
            ),
            (
                "/administration/alert-policies",
                l.t.policy.title,
                l.t.policy.about,
                Permission::Read,
            ),
            (
                "/administration/api-keys",
                l.t.integrations.keys,
                l.t.integrations.about_keys,
                Permission::ManageIntegrations,
            ),
            (
                "/administration/webhooks",
                l.t.integrations.webhooks,
                l.t.integrations.about_webhooks,
                Permission::ManageIntegrations,
            ),
            (
                "/administration/mails",
                t.mails,
                t.about_mails,
                Permission::Operate,
            ),
            (
                "/administration/audit",
                t.audit,
                t.about_audit,
                Permission::ReadAudit,
            ),
        ];
        let may = |section: &(_, _, _, Permission)| l.may(section.3);
        let sections = all.into_iter().filter(may);
        Ok(HomePage {
            sections: sections
                .map(|(path, title, about, _)| (path, title, about))
                .collect(),
            state: operations::seen(view)?,
            l,
        })
    })
    .await
}
