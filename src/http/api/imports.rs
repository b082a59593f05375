//! `/imports`

use actix_web::web::Path;

use super::shared::PageQuery;
use crate::domain::format::AmountUnit;
use crate::domain::imports::Kind;
use crate::error::{Code, Error, Fault, Result};
use crate::http::answer::{Answered, Created};
use crate::http::body::{Body, Empty, Query};
use crate::http::endpoint::{Endpoint, get, post};
use crate::http::file::{FileAnswer, Xlsx};
use crate::http::guard::{Authorized, Listing, Made, needs};
use crate::http::input::request;
use crate::http::upload::{Received, Upload};
use crate::service::imports::{self, Import, NewFile};
use crate::sheets;

/// The calls of this file.
pub fn endpoints() -> Vec<Endpoint> {
    let mut list: Vec<Endpoint> = Kind::ALL.iter().map(|kind| template(*kind)).collect();
    list.extend([
        get("/imports", list_all, "Lists the files brought in"),
        post(
            "/imports",
            create,
            "Checks a file of rows against every rule and writes none of them",
        ),
        get(
            "/imports/{id}",
            one,
            "Shows a file with everything wrong in it",
        ),
        post(
            "/imports/{id}/commit",
            commit,
            "Records all rows of a checked file, or none",
        )
        .refuses(&[Code::ImportHasErrors, Code::ImportStale]),
    ]);
    list
}

request! {
    /// What a file holds.
    pub struct ImportQuery {
        /// `projects`, `plan_entries`, `schedules`, `disbursements` or `treasury_statement`.
        kind: Kind,
        /// The unit of amounts that name none; may be a field of the form as well. `dong` when absent.
        amount_unit: Option<AmountUnit>,
    }
}

/// One call for each kind, so that the document names them.
fn template(kind: Kind) -> Endpoint {
    let path = match kind {
        Kind::Projects => "/imports/templates/projects.xlsx",
        Kind::PlanEntries => "/imports/templates/plan_entries.xlsx",
        Kind::Schedules => "/imports/templates/schedules.xlsx",
        Kind::Disbursements => "/imports/templates/disbursements.xlsx",
        Kind::TreasuryStatement => "/imports/templates/treasury_statement.xlsx",
    };
    let answer = move |auth: Authorized<needs::Import>| give(auth, kind);
    get(
        path,
        answer,
        "The workbook to be filled in, with lists of codes and an example",
    )
}

async fn give(auth: Authorized<needs::Import>, kind: Kind) -> Result<FileAnswer<Xlsx>> {
    auth.file(move |view| {
        let name = format!("{}.xlsx", kind.as_str());
        let content = sheets::template::template(view, kind)?;
        Ok(FileAnswer::new(name, content))
    })
    .await
}

async fn list_all(
    auth: Authorized<needs::Import>,
    query: Query<PageQuery>,
) -> Answered<Listing<Import>> {
    auth.list(query, move |view, _, page| imports::list(view, page))
        .await
}

async fn one(auth: Authorized<needs::Import>, id: Path<i64>) -> Answered<Import> {
    auth.read(move |view| imports::get(view, *id)).await
}

async fn create(
    auth: Authorized<needs::Import>,
    query: Query<ImportQuery>,
    upload: Upload,
) -> Created<Import> {
    auth.receive(
        query,
        upload,
        |ctx, query, received| {
            let (file, path) = new_file(query, received)?;
            let checked = sheets::import::check(ctx, path, &file, &|_| ())?;
            Ok((file, checked))
        },
        move |tx, (file, checked)| {
            let value = imports::keep(tx, file, checked)?;
            Ok(Made {
                location: format!("/imports/{}", value.id),
                project_id: None,
                value,
            })
        },
    )
    .await
}

/// What was sent, with every fault of the form.
fn new_file<'a>(
    query: &ImportQuery,
    received: &'a Received,
) -> Result<(NewFile, &'a std::path::Path)> {
    let mut faults = Vec::new();
    let mut unit = query.amount_unit;
    for (name, value) in &received.fields {
        match name.as_str() {
            "amount_unit" => match AmountUnit::parse(value.trim()) {
                Some(named) if unit.is_none_or(|asked| asked == named) => unit = Some(named),
                _ => {
                    let why = "dong, million, billion";
                    faults.push(Fault::at("/amount_unit", Code::Invalid).with("why", why));
                }
            },
            other => {
                let shown: String = other.chars().filter(|c| !c.is_control()).take(60).collect();
                let at = format!("/{shown}");
                faults.push(Fault::at(at, Code::UnknownField).with("name", shown));
            }
        }
    }
    let Some(file) = &received.file else {
        faults.push(Fault::at("/file", Code::Required));
        return Err(Error::Refused(faults));
    };
    Error::check(faults)?;
    let new = NewFile {
        kind: query.kind,
        unit: unit.unwrap_or_default(),
        name: file.name.clone(),
        hash: file.hash.clone(),
    };
    Ok((new, &file.path))
}

async fn commit(
    auth: Authorized<needs::Import>,
    id: Path<i64>,
    body: Body<Empty>,
) -> Answered<Import> {
    let id = *id;
    auth.act_as(
        body,
        move |ctx| imports::kind(ctx, id),
        move |tx, _| imports::commit(tx, id, &|_| ()),
    )
    .await
}
