//! Administrative units: a tree with validity dates and dated parents (domain.md section 2).

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::{check_period, duplicate, unusable};
use super::{Tx, View};
use crate::db;
use crate::db::page::{After, Page, Rows};
use crate::domain::reference::Period;
use crate::domain::text::{fold, sort_key};
use crate::domain::units::{Level, Unit, UnitTree};
use crate::error::{Code, Error, Fault, Result};

/// An administrative unit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdministrativeUnit {
    /// Identity; codes are reused after reforms.
    pub id: i64,
    /// Official code, unique among units valid on the same day.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Province, district or commune.
    #[schema(value_type = String)]
    pub level: Level,
    /// The unit it belongs to: today, or on the day asked about.
    pub parent_id: Option<i64>,
    /// First day, or always.
    pub valid_from: Option<NaiveDate>,
    /// Last day, or still.
    pub valid_to: Option<NaiveDate>,
}

/// What is written of a unit.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub code: String,
    pub name: String,
    pub level: Level,
    pub parent_id: Option<i64>,
    pub valid: Period,
}

impl Fields {
    fn row(&self) -> db::units::NewUnit {
        db::units::NewUnit {
            code: self.code.clone(),
            name: self.name.clone(),
            search_key: fold(&self.name),
            sort_key: sort_key(&self.name),
            level: self.level.as_str().to_owned(),
            valid_from: self.valid.from,
            valid_to: self.valid.to,
        }
    }
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these codes.
    pub codes: Vec<String>,
    /// Text that the name holds, folded.
    pub search: Option<String>,
    /// Directly below any of these, on the day asked about.
    pub parents: Vec<i64>,
    /// Of any of these levels.
    pub levels: Vec<Level>,
    /// Valid on this day.
    pub as_of: Option<NaiveDate>,
}

impl Filter {
    fn takes(&self, unit: &Unit, parent: Option<i64>) -> bool {
        let found = |wanted: &String| fold(&unit.name).contains(wanted);
        (self.codes.is_empty() || self.codes.contains(&unit.code))
            && (self.levels.is_empty() || self.levels.contains(&unit.level))
            && (self.parents.is_empty() || parent.is_some_and(|id| self.parents.contains(&id)))
            && self.as_of.is_none_or(|day| unit.valid_on(day))
            && self.search.as_ref().is_none_or(found)
    }
}

fn shown(tree: &UnitTree, unit: &Unit, day: NaiveDate) -> AdministrativeUnit {
    AdministrativeUnit {
        id: unit.id,
        code: unit.code.clone(),
        name: unit.name.clone(),
        level: unit.level,
        parent_id: tree.parent_on(unit.id, day),
        valid_from: unit.valid_from,
        valid_to: unit.valid_to,
    }
}

/// A page of all units, by name. The whole tree is small and mostly in memory already.
pub fn list(view: &mut View<'_>, filter: &Filter, page: &Page) -> Result<Rows<AdministrativeUnit>> {
    let tree = view.tree()?;
    let day = filter.as_of.unwrap_or(view.today);
    let is_after = |unit: &Unit, after: &After| {
        (unit.sort_key.as_str(), unit.id) > (after.key.as_str(), after.id)
    };
    let mut units: Vec<&Unit> = tree
        .units()
        .filter(|unit| filter.takes(unit, tree.parent_on(unit.id, day)))
        .filter(|unit| {
            page.after
                .as_ref()
                .is_none_or(|after| is_after(unit, after))
        })
        .collect();
    units.sort_by(|a, b| (&a.sort_key, a.id).cmp(&(&b.sort_key, b.id)));
    let rows = page.cut(units, |unit| After {
        key: unit.sort_key.clone(),
        id: unit.id,
    });
    Ok(rows.map(|unit| shown(&tree, unit, day)))
}

/// One unit, with its parent of today.
pub fn get(view: &mut View<'_>, id: i64) -> Result<AdministrativeUnit> {
    let tree = view.tree()?;
    let unit = tree.get(id).ok_or(Code::NotFound)?;
    Ok(shown(&tree, unit, view.today))
}

/// Adds a unit below one in the caller's scope; a province takes everything.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<AdministrativeUnit> {
    tx.lock_reference()?;
    let tree = tx.tree()?;
    let mut faults = Vec::new();
    check_own(&tree, fields, None, &mut faults);
    match fields.parent_id {
        Some(parent) => check_parent(&tree, fields, parent, fields.valid, &mut faults),
        None if fields.level != Level::Province => {
            faults.push(Fault::at("/parent_id", Code::Required));
        }
        None => {}
    }
    Error::check(faults)?;
    match fields.parent_id {
        Some(parent) => tx.require_unit(parent)?,
        None => tx.require_everything()?,
    }
    let id = db::units::insert(tx.conn, &fields.row())?;
    if let Some(parent) = fields.parent_id {
        let from = fields.valid.from.unwrap_or(db::BEGINNING);
        db::units::insert_parent(tx.conn, id, parent, from, db::FOREVER)?;
    }
    tx.forget_tree();
    let unit = get(tx, id)?;
    tx.audit(Change::created(
        "administrative_unit.created",
        "administrative_unit",
        id,
        &unit,
    ))?;
    Ok(unit)
}

/// The unit as it is, locked for a change by who may change what it belongs to.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<AdministrativeUnit> {
    tx.lock_reference()?;
    let before = get(tx, id)?;
    tx.require_unit(id)?;
    let scope = tx.permitted()?;
    let covered = match before.parent_id {
        Some(parent) => scope.has_unit(parent),
        None => scope.everything,
    };
    match covered {
        true => Ok(before),
        false => Err(Code::Forbidden.into()),
    }
}

/// Changes a unit that was locked; `effective` is the first day of a new parent.
pub fn update(
    tx: &mut Tx<'_>,
    before: &AdministrativeUnit,
    fields: &Fields,
    effective: Option<NaiveDate>,
) -> Result<AdministrativeUnit> {
    let tree = tx.tree()?;
    // A parent from before the unit begins is its first parent.
    let effective = effective.map(|day| fields.valid.from.map_or(day, |from| day.max(from)));
    let moved = fields.parent_id.zip(effective);
    let moved = moved.filter(|(parent, day)| tree.parent_on(before.id, *day) != Some(*parent));
    let mut faults = Vec::new();
    check_own(&tree, fields, Some(before.id), &mut faults);
    check_levels(&tree, fields, before.id, &mut faults);
    match (fields.parent_id, moved) {
        (_, Some((parent, day))) => {
            let day = Period {
                from: Some(day),
                to: Some(day),
            };
            check_parent(&tree, fields, parent, day, &mut faults);
        }
        (None, _) if fields.level != Level::Province => {
            faults.push(Fault::at("/parent_id", Code::Required));
        }
        _ => {}
    }
    Error::check(faults)?;
    if let Some((parent, day)) = moved {
        tx.require_unit(parent)?;
        db::units::set_parent(tx.conn, before.id, parent, day)?;
    }
    db::units::update(tx.conn, before.id, &fields.row())?;
    tx.forget_tree();
    let after = get(tx, before.id)?;
    tx.audit(Change::updated(
        "administrative_unit.updated",
        "administrative_unit",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

fn check_own(tree: &UnitTree, fields: &Fields, own: Option<i64>, faults: &mut Vec<Fault>) {
    check_period(&fields.valid, faults);
    let taken = tree.units().any(|unit| {
        let valid = Period {
            from: unit.valid_from,
            to: unit.valid_to,
        };
        Some(unit.id) != own && unit.code == fields.code && valid.overlaps(&fields.valid)
    });
    if taken {
        faults.push(duplicate("/code", &fields.code));
    }
}

/// A parent stands above its children and exists when they do.
fn check_parent(
    tree: &UnitTree,
    fields: &Fields,
    parent: i64,
    during: Period,
    faults: &mut Vec<Fault>,
) {
    let Some(parent) = tree.get(parent) else {
        faults.push(unusable("/parent_id"));
        return;
    };
    let valid = Period {
        from: parent.valid_from,
        to: parent.valid_to,
    };
    let why = if parent.level <= fields.level {
        Some((
            "đơn vị cấp trên phải ở cấp cao hơn",
            "the parent must be of a higher level",
        ))
    } else if !valid.overlaps(&during) {
        Some((
            "đơn vị cấp trên không tồn tại vào thời gian đó",
            "the parent does not exist at that time",
        ))
    } else {
        None
    };
    if let Some(why) = why {
        faults.push(Fault::at("/parent_id", Code::Invalid).with("why", why));
    }
}

/// A changed level must still lie between those above and those below, on every date.
fn check_levels(tree: &UnitTree, fields: &Fields, own: i64, faults: &mut Vec<Fault>) {
    let level = |id: i64| tree.get(id).map(|unit| unit.level);
    let fits = tree
        .links()
        .all(|link| match (link.unit_id == own, link.parent_id == own) {
            (true, _) => level(link.parent_id).is_none_or(|above| above > fields.level),
            (_, true) => level(link.unit_id).is_none_or(|below| below < fields.level),
            _ => true,
        });
    if !fits {
        let why = (
            "cấp không hợp với đơn vị cấp trên hoặc cấp dưới",
            "the level does not fit the units above or below",
        );
        faults.push(Fault::at("/level", Code::Invalid).with("why", why));
    }
}
