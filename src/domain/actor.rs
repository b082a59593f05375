//! Who asks, and what their grants cover.

use chrono::NaiveDate;

use super::locale::Locale;
use super::permission::{Grant, GrantScope, Permission};
use super::scope::Scope;
use super::units::UnitTree;

/// What an API key leaves of its owner's rights: the permissions it lists, where both its own grant
/// and the owner's grants of today hold them.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The permissions it lists.
    pub permissions: Vec<Permission>,
    /// The owner's grants in force today.
    pub owner: Vec<Grant>,
    /// The unit of the agency it is granted for, if it is granted for one.
    pub agency_unit: Option<i64>,
}

/// A signed-in person, another system with an API key, or the program itself.
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
    /// The API key that asks in the name of the user.
    pub key: Option<Key>,
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
            key: None,
            is_system: false,
        }
    }

    /// A system that holds an API key of the user `owner`.
    pub fn key(owner: i64, label: String, locale: Locale, grant: Grant, key: Key) -> Self {
        Actor {
            user_id: Some(owner),
            person_id: None,
            session_id: None,
            label,
            locale,
            grants: vec![grant],
            key: Some(key),
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
            key: None,
            is_system: true,
        }
    }

    /// The user who signed in themselves; neither an API key nor the program is one.
    pub fn signed_in(&self) -> Option<i64> {
        self.user_id.filter(|_| self.key.is_none())
    }

    /// Whether some grant holds the permission, wherever.
    pub fn may(&self, permission: Permission) -> bool {
        let owner_may = |key: &Key| holding(&key.owner, permission).next().is_some();
        self.is_system
            || (self.holding(permission).next().is_some()
                && self.key.as_ref().is_none_or(owner_may))
    }

    /// Whether finding the scope needs the tree of units.
    pub fn needs_tree(&self, permission: Permission) -> bool {
        let owner = self.key.iter().flat_map(|key| key.owner.iter());
        self.holding(permission)
            .chain(owner)
            .any(|grant| matches!(grant.scope, GrantScope::Unit(_)))
    }

    fn holding(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        let is_listed = self
            .key
            .as_ref()
            .is_none_or(|key| key.permissions.contains(&permission));
        holding(&self.grants, permission).filter(move |_| is_listed)
    }

    /// What the grants that hold `permission` cover today.
    pub fn scope(&self, permission: Permission, tree: &UnitTree, today: NaiveDate) -> Scope {
        let mut scope = covered(self.holding(permission), self.person_id, tree, today);
        scope.everything = self.is_system;
        if let Some(key) = &self.key {
            let owner = covered(holding(&key.owner, permission), None, tree, today);
            scope.units.retain(|unit| owner.units.contains(unit));
            let agency_unit = key.agency_unit;
            scope.agencies.retain(|agency| {
                owner.agencies.contains(agency)
                    || agency_unit.is_some_and(|unit| owner.units.contains(&unit))
            });
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

fn holding(grants: &[Grant], permission: Permission) -> impl Iterator<Item = &Grant> {
    grants
        .iter()
        .filter(move |grant| grant.role.may(permission))
}

fn covered<'a>(
    grants: impl Iterator<Item = &'a Grant>,
    person_id: Option<i64>,
    tree: &UnitTree,
    today: NaiveDate,
) -> Scope {
    let mut scope = Scope::default();
    for grant in grants {
        match grant.scope {
            GrantScope::Unit(unit) => scope.units.extend(tree.subtree_on(unit, today)),
            GrantScope::Agency(agency) => {
                scope.agencies.insert(agency);
            }
            GrantScope::Led => scope.led_by = person_id,
        }
    }
    scope
}
