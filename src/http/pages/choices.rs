//! What can be chosen in forms and filters.

use std::sync::Arc;

use chrono::NaiveDate;

use super::layout::Layout;
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::units::{Level, UnitTree};
use crate::error::Result;
use crate::service::page::Page;
use crate::service::shared::{Named, Refs};
use crate::service::users::UserGrant;
use crate::service::{View, agencies, funding_sources, people};

/// Names a code in a language.
pub type Label = fn(&'static str, Locale) -> &'static str;

/// Values with their labels, the first one empty when nothing need be chosen.
pub type Choices = Vec<(String, String)>;

/// Starts a list with an empty choice.
pub fn with_empty(label: &str, choices: impl IntoIterator<Item = (String, String)>) -> Choices {
    std::iter::once((String::new(), label.to_owned()))
        .chain(choices)
        .collect()
}

/// The values of a closed list.
pub fn named(values: &[&'static str], label: Label, l: &Layout) -> Vec<(String, String)> {
    values
        .iter()
        .map(|value| ((*value).to_owned(), label(value, l.locale).to_owned()))
        .collect()
}

/// Units that the reader covers on a day, each below its parent.
pub fn units(view: &mut View<'_>, day: NaiveDate) -> Result<Vec<(String, String)>> {
    let (tree, scope) = (view.tree()?, view.readable()?);
    let mut roots: Vec<i64> = tree
        .units()
        .filter(|unit| unit.valid_on(day) && scope.has_unit(unit.id))
        .filter(|unit| {
            let parent = tree.parent_on(unit.id, day);
            !parent.is_some_and(|parent| scope.has_unit(parent))
        })
        .map(|unit| unit.id)
        .collect();
    sort_units(&tree, &mut roots);
    let mut list = Vec::new();
    for root in roots {
        below(&tree, root, day, 0, &mut list);
    }
    Ok(list)
}

/// As [`units`], with the unit that stands in a field already: it may be no more, and must not be
/// lost when the form is saved.
pub fn units_with(
    view: &mut View<'_>,
    day: NaiveDate,
    value: &str,
) -> Result<Vec<(String, String)>> {
    let mut list = units(view, day)?;
    let tree = view.tree()?;
    let known = value.parse().ok().and_then(|id| tree.get(id));
    if let Some(unit) = known
        && !list.iter().any(|(id, _)| id == value)
    {
        list.push((value.to_owned(), unit.name.clone()));
    }
    Ok(list)
}

fn sort_units(tree: &UnitTree, ids: &mut [i64]) {
    ids.sort_by_cached_key(|id| tree.get(*id).map(|unit| (unit.sort_key.clone(), unit.id)));
}

/// How deep the tree is at most: a loop in the data must not hang a page.
const DEEPEST: usize = 5;

fn below(tree: &UnitTree, id: i64, day: NaiveDate, depth: usize, list: &mut Vec<(String, String)>) {
    let Some(unit) = tree.get(id).filter(|_| depth < DEEPEST) else {
        return;
    };
    let indent = "\u{2003}".repeat(depth);
    list.push((id.to_string(), format!("{indent}{}", unit.name)));
    if unit.level == Level::Commune {
        return;
    }
    let mut children: Vec<i64> = tree
        .units()
        .filter(|unit| unit.valid_on(day) && tree.parent_on(unit.id, day) == Some(id))
        .map(|unit| unit.id)
        .collect();
    sort_units(tree, &mut children);
    for child in children {
        below(tree, child, day, depth + 1, list);
    }
}

/// Funding sources in force on a day, by code.
pub fn sources(view: &mut View<'_>, day: NaiveDate) -> Result<Vec<(String, String)>> {
    let all = funding_sources::list(view, &funding_sources::Filter::default(), &Page::all())?;
    let in_force = all.rows.into_iter().filter(|source| {
        source.valid_from.is_none_or(|from| from <= day)
            && source.valid_to.is_none_or(|to| day <= to)
    });
    Ok(in_force
        .map(|source| {
            let label = format!("{} – {}", source.code, source.name);
            (source.id.to_string(), label)
        })
        .collect())
}

/// All agencies.
pub fn agencies(view: &mut View<'_>) -> Result<Vec<(String, String)>> {
    let all = agencies::list(view, Vec::new(), None, &[], &Page::all())?;
    Ok(all
        .rows
        .into_iter()
        .map(|agency| (agency.id.to_string(), agency.name))
        .collect())
}

/// All people.
pub fn people(view: &mut View<'_>) -> Result<Vec<(String, String)>> {
    let all = people::list(view, None, &[], &Page::all())?;
    Ok(all
        .rows
        .into_iter()
        .map(|person| {
            let label = format!("{} – {}", person.full_name, person.position);
            (person.id.to_string(), label)
        })
        .collect())
}

/// What rights and events hold for: a unit, an agency, or the whole province.
pub struct Holders {
    tree: Arc<UnitTree>,
    agencies: Refs,
}

impl Holders {
    /// Reads the names of these units and agencies.
    pub fn load(
        view: &mut View<'_>,
        ids: impl Iterator<Item = (Option<i64>, Option<i64>)>,
    ) -> Result<Self> {
        let agencies = ids.filter_map(|(_, agency)| agency);
        Ok(Holders {
            agencies: Refs::load(view.conn, Named::Agencies, agencies)?,
            tree: view.tree()?,
        })
    }

    /// The name of one of them.
    pub fn name(&self, unit_id: Option<i64>, agency_id: Option<i64>) -> Option<String> {
        let unit = unit_id.and_then(|id| self.tree.get(id));
        let unit = unit.map(|unit| unit.name.clone());
        unit.or_else(|| agency_id.map(|id| self.agencies.get(id).name))
    }

    /// A grant in words: the role and where it holds.
    pub fn grant(&self, l: &Layout, grant: &UserGrant) -> String {
        let role = labels::role(grant.role.as_str(), l.locale);
        match self.name(grant.unit_id, grant.agency_id) {
            Some(name) => format!("{role} ({name})"),
            None => role.to_owned(),
        }
    }
}
