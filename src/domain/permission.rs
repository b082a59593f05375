//! Who may do what (domain.md section 10).

use serde::Serialize;

use super::text_enum::text_enum;

text_enum! {
    /// A role, always granted for a scope.
    Role {
        /// Everything in scope, users, reference data, policies.
        Admin = "admin",
        /// Task-force secretariat.
        Coordinator = "coordinator",
        /// Logs plans, schedules, disbursements, obstacles.
        Officer = "officer",
        /// Acts on the projects they answer for.
        Leader = "leader",
        /// Reads in scope.
        Viewer = "viewer",
        /// Reads in scope, plus the audit log.
        Auditor = "auditor",
    }
}

text_enum! {
    /// What a call needs; a handler names exactly one.
    Permission {
        /// Read reference data, projects, figures, alerts in scope.
        Read = "read",
        /// Change reference data, holidays, targets.
        ManageReference = "manage_reference",
        /// Change users and grants.
        ManageUsers = "manage_users",
        /// Make API keys and webhooks for other systems.
        ManageIntegrations = "manage_integrations",
        /// Change alert policies.
        ManagePolicies = "manage_policies",
        /// See the mail queue and other operational data.
        Operate = "operate",
        /// Read the audit log.
        ReadAudit = "read_audit",
        /// Create and change projects.
        EditProjects = "edit_projects",
        /// Assign leaders and tracking officers.
        AssignPeople = "assign_people",
        /// Log plan entries, transfers, extensions, capital assignments.
        EditPlans = "edit_plans",
        /// Close months and open them again.
        ClosePeriods = "close_periods",
        /// Draft and submit schedules.
        SubmitSchedules = "submit_schedules",
        /// Approve or return schedules.
        ApproveSchedules = "approve_schedules",
        /// Log and reverse disbursements, confirm that there is nothing to report.
        LogDisbursements = "log_disbursements",
        /// Bring in files; their rows need the permission of their kind as well.
        Import = "import",
        /// Log and update obstacles.
        EditObstacles = "edit_obstacles",
        /// Issue and update directives.
        EditDirectives = "edit_directives",
        /// Commit to a date on an alert, or snooze it.
        Commit = "commit",
        /// Write notes on alerts.
        Comment = "comment",
        /// Waive alerts, run scans.
        ManageAlerts = "manage_alerts",
    }
}

impl Role {
    /// Whether the role holds the permission (within its scope).
    pub fn may(self, permission: Permission) -> bool {
        use Permission::*;
        match self {
            Role::Admin => true,
            Role::Coordinator => matches!(
                permission,
                Read | EditProjects
                    | AssignPeople
                    | EditPlans
                    | Import
                    | ApproveSchedules
                    | EditObstacles
                    | EditDirectives
                    | Commit
                    | Comment
                    | ManageAlerts
                    | ClosePeriods
            ),
            Role::Officer => matches!(
                permission,
                Read | EditPlans
                    | Import
                    | SubmitSchedules
                    | LogDisbursements
                    | EditObstacles
                    | Comment
            ),
            Role::Leader => matches!(permission, Read | ApproveSchedules | Commit | Comment),
            Role::Viewer => permission == Read,
            Role::Auditor => matches!(permission, Read | ReadAudit),
        }
    }
}

/// What a grant covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantScope {
    /// A unit and everything below it.
    Unit(i64),
    /// The projects of an investor or PMU.
    Agency(i64),
    /// The projects the person leads.
    Led,
}

/// A role in a scope, in force today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// Where it holds.
    pub scope: GrantScope,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever holds each permission, by the first letter of the role; u is the auditor.
    const HOLDERS: [(Permission, &str); 20] = [
        (Permission::Read, "acolvu"),
        (Permission::ManageReference, "a"),
        (Permission::ManageUsers, "a"),
        (Permission::ManageIntegrations, "a"),
        (Permission::ManagePolicies, "a"),
        (Permission::Operate, "a"),
        (Permission::ReadAudit, "au"),
        (Permission::EditProjects, "ac"),
        (Permission::AssignPeople, "ac"),
        (Permission::EditPlans, "aco"),
        (Permission::ClosePeriods, "ac"),
        (Permission::SubmitSchedules, "ao"),
        (Permission::ApproveSchedules, "acl"),
        (Permission::LogDisbursements, "ao"),
        (Permission::Import, "aco"),
        (Permission::EditObstacles, "aco"),
        (Permission::EditDirectives, "ac"),
        (Permission::Commit, "acl"),
        (Permission::Comment, "acol"),
        (Permission::ManageAlerts, "ac"),
    ];

    #[test]
    fn roles_hold_what_the_table_says() {
        assert_eq!(HOLDERS.len(), Permission::ALL.len());
        let roles = [
            (Role::Admin, 'a'),
            (Role::Coordinator, 'c'),
            (Role::Officer, 'o'),
            (Role::Leader, 'l'),
            (Role::Viewer, 'v'),
            (Role::Auditor, 'u'),
        ];
        for (permission, holders) in HOLDERS {
            for (role, letter) in roles {
                assert_eq!(
                    role.may(permission),
                    holders.contains(letter),
                    "{role:?} {permission:?}"
                );
            }
        }
    }
}
