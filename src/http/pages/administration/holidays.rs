//! Holidays: days that escalation and mail leave out.

use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Added, Kept, Made, Names, Paths, Register, declared, title};
use crate::error::Result;
use crate::http::api::holidays::NewHoliday;
use crate::http::guard::needs;
use crate::service::holidays::{self, Holiday};
use crate::service::page::{Page, Rows};
use crate::service::{Tx, View};

/// The register of holidays.
pub struct Holidays;

impl Kept for Holidays {
    type See = needs::Read;
    type Change = needs::ManageReference;
    type Id = i64;
    type Record = Holiday;
    type Input = NewHoliday;
    const PATHS: Paths = Paths {
        list: "/administration/holidays",
        new: "/administration/holidays/new",
        one: "/administration/holidays/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.holidays,
            add: t.add_holiday,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<Holiday> {
        holidays::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&Holiday>) -> Result<Form> {
        Ok(record.map_or_else(Form::default, |holiday| {
            Form::with([
                ("date", holiday.date.to_string()),
                ("name", holiday.name.clone()),
            ])
        }))
    }

    fn fields(
        _: &mut View<'_>,
        l: &Layout,
        form: &Form,
        _: Option<&Self::Record>,
    ) -> Result<Vec<Field>> {
        Ok(vec![
            form.date("date", l.t.administration.day).required(),
            form.text("name", l.t.common.name).required(),
        ])
    }

    fn read(form: &mut Form, _: &Layout) -> Result<NewHoliday> {
        declared(form)
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<Holiday> {
        tx.lock_reference()?;
        holidays::get(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &Holiday, input: &NewHoliday) -> Result<()> {
        holidays::update(tx, before, Some(input.date), Some(&input.name)).map(|_| ())
    }
}

impl Added for Holidays {
    fn create(tx: &mut Tx<'_>, input: &NewHoliday) -> Result<Made> {
        holidays::create(tx, input.date, &input.name).map(|holiday| holiday.id.into())
    }
}

impl Register for Holidays {
    const SEARCHED: bool = false;

    fn columns(l: &Layout) -> Vec<&'static str> {
        vec![l.t.administration.day, l.t.common.name]
    }

    fn list(view: &mut View<'_>, _: Option<String>, page: &Page) -> Result<Rows<Holiday>> {
        holidays::list(view, page)
    }

    fn cells(_: &mut View<'_>, l: &Layout, records: &[Holiday]) -> Result<Vec<Vec<String>>> {
        let cells = records
            .iter()
            .map(|holiday| vec![l.date(&holiday.date), holiday.name.clone()]);
        Ok(cells.collect())
    }

    fn id(record: &Holiday) -> i64 {
        record.id
    }
}
