//! Grants: a role in a scope, over an interval of days (domain.md section 10).

use chrono::NaiveDate;

use super::reference::unusable;
use super::users::UserGrant;
use super::{Tx, View, agencies};
use crate::db;
use crate::db::user_list::GrantRow;
use crate::domain::permission::Role;
use crate::error::{Code, Error, Fault, Result};

/// Finds what is wrong with a list of grants.
pub fn check(
    view: &mut View<'_>,
    grants: &[UserGrant],
    person_id: Option<i64>,
    faults: &mut Vec<Fault>,
) -> Result<()> {
    if let Some(person) = person_id
        && db::people::find(view.conn, person)?.is_none()
    {
        faults.push(unusable("/person_id"));
    }
    if person_id.is_none() && grants.iter().any(|grant| grant.role == Role::Leader) {
        faults.push(Fault::at("/person_id", Code::Required));
    }
    for (index, grant) in grants.iter().enumerate() {
        check_one(view, grant, &format!("/grants/{index}"), faults)?;
        if grants.iter().take(index).any(|earlier| earlier == grant) {
            let why = ("quyền này ghi hai lần", "this grant is named twice");
            let at = format!("/grants/{index}");
            faults.push(Fault::at(at, Code::Invalid).with("why", why));
        }
    }
    Ok(())
}

/// Finds what is wrong with one grant, named by the pointer `at`.
pub fn check_one(
    view: &mut View<'_>,
    grant: &UserGrant,
    at: &str,
    faults: &mut Vec<Fault>,
) -> Result<()> {
    match (grant.role, grant.unit_id, grant.agency_id) {
        // A leader's scope is the projects they lead, whatever unit is named beside it.
        (Role::Leader, None, None) => {}
        (_, Some(unit), None) => {
            if view.tree()?.get(unit).is_none() {
                faults.push(unusable(format!("{at}/unit_id")));
            }
        }
        (_, None, Some(agency)) => {
            if db::agencies::find(view.conn, agency)?.is_none() {
                faults.push(unusable(format!("{at}/agency_id")));
            }
        }
        (_, None, None) => faults.push(Fault::at(format!("{at}/unit_id"), Code::Required)),
        (_, Some(_), Some(_)) => {
            let why = (
                "chỉ chọn một: đơn vị hoặc cơ quan",
                "either a unit or an agency, not both",
            );
            faults.push(Fault::at(format!("{at}/agency_id"), Code::Invalid).with("why", why));
        }
    }
    Ok(())
}

/// Refuses to grant outside the caller's own scope.
pub fn require(view: &mut View<'_>, grants: &[UserGrant]) -> Result<()> {
    for grant in grants {
        let allowed = match (grant.unit_id, grant.agency_id) {
            (Some(unit), _) => view.permitted()?.has_unit(unit),
            (None, Some(agency)) => covers_agency(view, agency)?,
            // A leader's scope follows the person, who is checked by `require_person`.
            (None, None) => true,
        };
        if !allowed {
            return Err(Code::Forbidden.into());
        }
    }
    Ok(())
}

/// Refuses to make a user for a person who works outside the caller's scope: signing in as them
/// would open the projects they lead.
pub fn require_person(view: &mut View<'_>, person_id: Option<i64>) -> Result<()> {
    let Some(person_id) = person_id else {
        return Ok(());
    };
    let person = db::people::find(view.conn, person_id)?.ok_or(Code::NotFound)?;
    match covers_agency(view, person.agency_id)? {
        true => Ok(()),
        false => Err(Code::Forbidden.into()),
    }
}

fn covers_agency(view: &mut View<'_>, id: i64) -> Result<bool> {
    let agency = db::agencies::find(view.conn, id)?.ok_or(Code::NotFound)?;
    match agencies::require(view, agency.id, agency.unit_id) {
        Ok(()) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Makes `wanted` the grants in force from today on. Those that stay are left alone, so that
/// their dates are kept.
pub fn replace(tx: &mut Tx<'_>, user_id: i64, wanted: &[UserGrant]) -> Result<()> {
    let today = tx.today;
    let mut known = db::user_list::grants_from(tx.conn, &[user_id], today)?;
    let known = known.remove(&user_id).unwrap_or_default();
    let (now, later): (Vec<GrantRow>, Vec<GrantRow>) = known
        .into_iter()
        .partition(|grant| grant.valid_from <= today);
    let is = |row: &GrantRow, grant: &UserGrant| {
        (row.role.0, row.unit_id, row.agency_id) == (grant.role, grant.unit_id, grant.agency_id)
    };
    let (kept, ended): (Vec<GrantRow>, Vec<GrantRow>) = now
        .into_iter()
        .partition(|row| wanted.iter().any(|grant| is(row, grant)));
    for row in ended {
        end(tx, &row, today)?;
    }
    for row in later {
        // What a kept grant turns into when its unit is succeeded by another.
        let follows = kept.iter().any(|earlier| {
            earlier.role == row.role && earlier.valid_to.succ_opt() == Some(row.valid_from)
        });
        if !follows {
            end(tx, &row, row.valid_from)?;
        }
    }
    for grant in wanted {
        if kept.iter().any(|row| is(row, grant)) {
            continue;
        }
        let row = db::users::NewGrant {
            user_id,
            role: grant.role.as_str().to_owned(),
            unit_id: grant.unit_id,
            agency_id: grant.agency_id,
            valid_from: today,
            valid_to: db::FOREVER,
        };
        db::users::insert_grant(tx.conn, &row)?;
    }
    Ok(())
}

/// Ends a grant on the day before; one that begins on that day becomes empty.
fn end(tx: &mut Tx<'_>, row: &GrantRow, day: NaiveDate) -> Result<()> {
    let last = day.pred_opt().unwrap_or(day);
    db::user_list::end_grant(tx.conn, row.id, last)
}
