//! Who asks, and what their grants cover.

use chrono::NaiveDate;

use super::locale::Locale;
use super::permission::{Grant, GrantScope, Permission};
use super::scope::Scope;
use super::units::UnitTree;

/// A signed-in person, or the program itself.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The user, unless it is the program.
    pub user_id: Option<i64>,
    /// The official behind the user.
    pub person_id: Option<i64>,
    /// The session signed in with.
    pub session_id: Option<i64>,
    /// Name shown in the audit log.
    pub label: String,
    /// Preferred language.
    pub locale: Locale,
    /// Grants in force today.
    pub grants: Vec<Grant>,
    /// Whether sign-in asks for a second factor.
    pub second_factor: bool,
    is_system: bool,
}

impl Actor {
    /// A signed-in user.
    pub fn user(
        user_id: i64,
        person_id: Option<i64>,
        session_id: i64,
        label: String,
        locale: Locale,
        grants: Vec<Grant>,
    ) -> Self {
        Actor {
            user_id: Some(user_id),
            person_id,
            session_id: Some(session_id),
            label,
            locale,
            grants,
            second_factor: false,
            is_system: false,
        }
    }

    /// The program itself: may do everything everywhere.
    pub fn system(label: &str) -> Self {
        Actor {
            user_id: None,
            person_id: None,
            session_id: None,
            label: label.to_owned(),
            locale: Locale::Vi,
            grants: Vec::new(),
            second_factor: false,
            is_system: true,
        }
    }

    /// Whether some grant holds the permission, wherever.
    pub fn may(&self, permission: Permission) -> bool {
        self.is_system || self.grants.iter().any(|grant| grant.role.may(permission))
    }

    /// Whether finding the scope needs the tree of units.
    pub fn needs_tree(&self, permission: Permission) -> bool {
        self.holding(permission)
            .any(|grant| matches!(grant.scope, GrantScope::Unit(_)))
    }

    fn holding(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        self.grants
            .iter()
            .filter(move |grant| grant.role.may(permission))
    }

    /// What the grants that hold `permission` cover today.
    pub fn scope(&self, permission: Permission, tree: &UnitTree, today: NaiveDate) -> Scope {
        let mut scope = Scope {
            everything: self.is_system,
            ..Scope::default()
        };
        for grant in self.holding(permission) {
            match grant.scope {
                GrantScope::Unit(unit) => scope.units.extend(tree.subtree_on(unit, today)),
                GrantScope::Agency(agency) => {
                    scope.agencies.insert(agency);
                }
                GrantScope::Led => scope.led_by = self.person_id,
            }
        }
        if tree
            .home_on(today)
            .is_some_and(|home| scope.units.contains(&home))
        {
            scope.everything = true;
        }
        scope
    }
}
