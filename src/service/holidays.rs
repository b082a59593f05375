//! Holidays: the days that are no working days (domain.md section 3). Tết moves every year, so
//! the table is kept by hand.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::{Tx, View};
use crate::db;
use crate::db::page::{Page, Rows};
use crate::error::{Code, Fault, Result};

/// A day off.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Holiday {
    /// Identity.
    pub id: i64,
    /// The day.
    pub date: NaiveDate,
    /// Its name.
    pub name: String,
}

impl From<db::holidays::Holiday> for Holiday {
    fn from(row: db::holidays::Holiday) -> Self {
        Holiday {
            id: row.id,
            date: row.date,
            name: row.name,
        }
    }
}

/// A page of all holidays.
pub fn list(view: &mut View<'_>, page: &Page) -> Result<Rows<Holiday>> {
    Ok(db::holidays::list(view.conn, page)?.map(Holiday::from))
}

/// One holiday.
pub fn get(view: &mut View<'_>, id: i64) -> Result<Holiday> {
    let row = db::holidays::find(view.conn, id)?.ok_or(Code::NotFound)?;
    Ok(row.into())
}

/// Adds a holiday. Refused when the day is one already.
pub fn create(tx: &mut Tx<'_>, date: NaiveDate, name: &str) -> Result<Holiday> {
    tx.require_everything()?;
    refuse_twice(tx, date, None)?;
    let id = db::holidays::insert(tx.conn, date, name)?;
    let holiday = get(tx, id)?;
    tx.audit(Change::created("holiday.created", "holiday", id, &holiday))?;
    Ok(holiday)
}

/// Changes a holiday.
pub fn update(
    tx: &mut Tx<'_>,
    before: &Holiday,
    date: Option<NaiveDate>,
    name: Option<&str>,
) -> Result<Holiday> {
    tx.require_everything()?;
    let row = db::holidays::Holiday {
        id: before.id,
        date: date.unwrap_or(before.date),
        name: name.unwrap_or(&before.name).to_owned(),
    };
    refuse_twice(tx, row.date, Some(row.id))?;
    db::holidays::update(tx.conn, &row)?;
    let after = Holiday::from(row);
    tx.audit(Change::updated(
        "holiday.updated",
        "holiday",
        after.id,
        before,
        &after,
    ))?;
    Ok(after)
}

fn refuse_twice(tx: &mut Tx<'_>, date: NaiveDate, except: Option<i64>) -> Result<()> {
    match db::holidays::on(tx.conn, date)? {
        Some(other) if Some(other.id) != except => {
            let value = date.to_string();
            Err(Fault::at("/date", Code::DuplicateCode)
                .with("value", value)
                .into())
        }
        _ => Ok(()),
    }
}
