//! `/administrative-units`

use actix_web::web::Path;
use chrono::NaiveDate;

use super::shared::{paged, text, texts};
use crate::domain::reference::Period;
use crate::domain::text::fold;
use crate::domain::units::Level;
use crate::error::{Code, Fault};
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Query};
use crate::http::endpoint::{Endpoint, get, patch, post};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::{Line, Patch, Set, request};
use crate::service::units::{self, AdministrativeUnit, Fields, Filter};

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        get("/administrative-units", list, "Lists administrative units"),
        post(
            "/administrative-units",
            create,
            "Adds an administrative unit",
        )
        .refuses(&[Code::DuplicateCode]),
        get(
            "/administrative-units/{id}",
            one,
            "Shows an administrative unit",
        ),
        patch(
            "/administrative-units/{id}",
            update,
            "Changes an administrative unit",
        )
        .refuses(&[Code::DuplicateCode]),
    ]
}

request! {
    /// Which units.
    pub struct UnitQuery {
        /// Any of these codes.
        code: Vec<Line<100>>,
        /// Part of the name; case and marks do not matter.
        q: Option<Line<200>>,
        /// Directly below any of these.
        parent_id: Vec<i64>,
        /// Of any of these levels.
        level: Vec<Level>,
        /// Valid on this day, with the parents of this day. Without it: all, with those of today.
        as_of: Option<NaiveDate>,
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// A new unit.
    pub struct NewAdministrativeUnit {
        code: Line<50>,
        name: Line<200>,
        level: Level,
        /// Required, except for a province.
        parent_id: Option<i64>,
        valid_from: Option<NaiveDate>,
        valid_to: Option<NaiveDate>,
    }
    /// Changes to a unit.
    pub struct AdministrativeUnitPatch {
        code: Set<Line<50>>,
        name: Set<Line<200>>,
        level: Set<Level>,
        parent_id: Patch<i64>,
        /// First day of the new parent, default today.
        effective_date: Option<NaiveDate>,
        valid_from: Patch<NaiveDate>,
        valid_to: Patch<NaiveDate>,
    }
}

paged!(UnitQuery);

impl From<&NewAdministrativeUnit> for Fields {
    fn from(new: &NewAdministrativeUnit) -> Self {
        Fields {
            code: new.code.0.clone(),
            name: new.name.0.clone(),
            level: new.level,
            parent_id: new.parent_id,
            valid: Period {
                from: new.valid_from,
                to: new.valid_to,
            },
        }
    }
}

async fn list(
    auth: Authorized<needs::Read>,
    query: Query<UnitQuery>,
) -> Answered<Listing<AdministrativeUnit>> {
    auth.list(query, |view, query, page| {
        let filter = Filter {
            codes: texts(&query.code),
            search: text(&query.q).as_deref().map(fold),
            parents: query.parent_id,
            levels: query.level,
            as_of: query.as_of,
        };
        units::list(view, &filter, page)
    })
    .await
}

async fn one(auth: Authorized<needs::Read>, id: Path<i64>) -> Answered<AdministrativeUnit> {
    auth.read(move |view| units::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::ManageReference>,
    body: Body<NewAdministrativeUnit>,
) -> Created<AdministrativeUnit> {
    auth.create(body, |tx, new| {
        let unit = units::create(tx, &new.into())?;
        Ok(Made {
            location: format!("/administrative-units/{}", unit.id),
            value: unit,
            project_id: None,
        })
    })
    .await
}

async fn update(
    auth: Authorized<needs::ManageReference>,
    id: Path<i64>,
    body: Body<AdministrativeUnitPatch>,
) -> Answered<AdministrativeUnit> {
    auth.change(body, move |tx, patch, if_match| {
        let before = units::lock(tx, *id)?;
        if_match.check(&before)?;
        if patch.parent_id == Patch::Clear && before.parent_id.is_some() {
            return Err(Fault::at("/parent_id", Code::Required).into());
        }
        let effective = patch.effective_date.unwrap_or(tx.today);
        let fields = Fields {
            code: patch.code.or_text(&before.code),
            name: patch.name.or_text(&before.name),
            level: patch.level.or(before.level),
            parent_id: patch.parent_id.clone().apply(before.parent_id),
            valid: Period {
                from: patch.valid_from.clone().apply(before.valid_from),
                to: patch.valid_to.clone().apply(before.valid_to),
            },
        };
        let moved = matches!(patch.parent_id, Patch::Set(_)).then_some(effective);
        units::update(tx, &before, &fields, moved)
    })
    .await
}
