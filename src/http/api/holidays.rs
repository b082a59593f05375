//! `/holidays`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::PageQuery;
use crate::error::Code;
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Set, request};
use crate::service::holidays::{self, Holiday};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/holidays", list, "Lists holidays"),
        post("/holidays", create, "Adds a holiday").refuses(&[Code::DuplicateCode]),
        get("/holidays/{id}", one, "Shows a holiday"),
        patch("/holidays/{id}", update, "Changes a holiday").refuses(&[Code::DuplicateCode]),
    ]
}

request! {
    /// A new holiday.
    pub struct NewHoliday {
        date: NaiveDate,
        name: Line<200>,
    }
    /// Changes to a holiday.
    pub struct HolidayPatch {
        date: Set<NaiveDate>,
        name: Set<Line<200>>,
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<PageQuery>,
) -> Answered<Listing<Holiday>> {
    auth.list(query, |view, _, page| holidays::list(view, page))
        .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<Holiday> {
    auth.read(move |view| holidays::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewHoliday>,
) -> Created<Holiday> {
    auth.create(body, |tx, new| {
        let holiday = holidays::create(tx, new.date, &new.name)?;
        Ok(Made {
            location: format!("/holidays/{}", holiday.id),
            value: holiday,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<HolidayPatch>,
) -> Answered<Holiday> {
    auth.change(body, move |tx, patch, if_match| {
        let before = holidays::get(tx, *id)?;
        if_match.check(&before)?;
        let name = patch.name.0.as_ref().map(|name| name.as_str());
        holidays::update(tx, &before, patch.date.0, name)
    })
    .await
}
