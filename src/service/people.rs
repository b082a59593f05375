//! People: officials with a position in an agency.

use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::reference::unusable;
use super::{Tx, View, agencies};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::domain::reference::email;
use crate::error::{Code, Error, Fault, Result};

/// An official.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    /// Identity.
    pub id: i64,
    /// Name.
    pub full_name: String,
    /// Position.
    pub position: String,
    /// Where they work.
    pub agency_id: i64,
    /// Where their mail goes.
    pub email: String,
    /// Telephone.
    pub phone: Option<String>,
}

/// What is written of a person.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Fields {
    pub full_name: String,
    pub position: String,
    pub agency_id: i64,
    pub email: String,
    pub phone: Option<String>,
}

impl From<db::people::Person> for Person {
    fn from(row: db::people::Person) -> Self {
        Person {
            id: row.id,
            full_name: row.full_name,
            position: row.position,
            agency_id: row.agency_id,
            email: row.email,
            phone: row.phone,
        }
    }
}

/// A page of all people.
pub fn list(
    view: &mut View<'_>,
    search: Option<String>,
    agencies: &[i64],
    page: &Page,
) -> Result<Rows<Person>> {
    Ok(db::people::list(view.conn, search, agencies, page)?.map(Person::from))
}

/// One person.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Person> {
    let row = db::people::find(view.conn, id)?.ok_or(Code::NotFound)?;
    Ok(row.into())
}

/// Adds a person to an agency in the caller's scope.
pub fn create(tx: &mut Tx<'_>, fields: &Fields) -> Result<Person> {
    tx.lock_reference()?;
    let (email, unit_id) = check(tx, fields)?;
    agencies::require(tx, fields.agency_id, unit_id)?;
    let id = db::people::insert(tx.conn, &values(fields, &email))?;
    let person = get(tx, id)?;
    tx.audit(Change::created("person.created", "person", id, &person))?;
    Ok(person)
}

/// The person as they are, locked for a change.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Person> {
    tx.lock_reference()?;
    let before = get(tx, id)?;
    let agency = agencies::get(tx, before.agency_id)?;
    agencies::require(tx, agency.id, agency.unit_id)?;
    Ok(before)
}

/// Changes a person who was locked.
pub fn update(tx: &mut Tx<'_>, before: &Person, fields: &Fields) -> Result<Person> {
    let (email, unit_id) = check(tx, fields)?;
    if fields.agency_id != before.agency_id {
        agencies::require(tx, fields.agency_id, unit_id)?;
    }
    db::people::update(tx.conn, before.id, &values(fields, &email))?;
    let after = get(tx, before.id)?;
    tx.audit(Change::updated(
        "person.updated",
        "person",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

fn values<'a>(fields: &'a Fields, email: &'a str) -> db::people::Values<'a> {
    db::people::Values {
        full_name: &fields.full_name,
        position: &fields.position,
        agency_id: fields.agency_id,
        email,
        phone: fields.phone.as_deref(),
    }
}

/// The address as it is kept, and the unit of the agency.
fn check(tx: &mut Tx<'_>, fields: &Fields) -> Result<(String, i64)> {
    let mut faults = Vec::new();
    let address = email(&fields.email);
    if address.is_none() {
        let why = ("cần một địa chỉ thư", "a mail address is expected");
        faults.push(Fault::at("/email", Code::Invalid).with("why", why));
    }
    let agency = db::agencies::find(tx.conn, fields.agency_id)?;
    if agency.is_none() {
        faults.push(unusable("/agency_id"));
    }
    match (address, agency) {
        (Some(address), Some(agency)) => Ok((address, agency.unit_id)),
        _ => Err(Error::Refused(faults)),
    }
}
