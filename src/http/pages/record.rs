//! The form of one record: shown blank or as stored, sent once however often it is sent, refused
//! with every fault beside its field, and told when somebody else was faster. Each kind of record
//! says what differs by [`Kept`], and by [`Added`] if forms make new ones.

use std::fmt::Display;

use actix_web::web::Path;
use askama::Template;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::field::Field;
use super::form::Form;
use super::guard::{Page, Submit};
use super::layout::Layout;
use super::outcome::Outcome;
use super::route::{PageRoute, get, post};
use crate::error::{Code, Result};
use crate::http::answer::{etag, json_text};
use crate::http::body::Query;
use crate::http::guard::Needs;
use crate::http::input::{Line, request};
use crate::service::{self, Tx, View};

/// Names the version that a form was filled from.
const WAS: &str = "_was";

/// Where the pages of a kind of record are.
#[derive(Clone, Copy)]
pub struct Paths {
    /// The list, and the target of the form that adds.
    pub list: &'static str,
    /// The form that adds.
    pub new: &'static str,
    /// The form that changes.
    pub one: &'static str,
}

/// What a kind of record is called.
#[derive(Clone, Copy)]
pub struct Names {
    /// The list.
    pub title: &'static str,
    /// The form that adds.
    pub add: &'static str,
}

/// Something else that can be done with a record.
pub struct Action {
    /// Where it leads.
    pub path: String,
    /// Its text.
    pub label: &'static str,
    /// Whether it is done there, or only looked at.
    pub acts: bool,
}

/// What was made.
pub struct Made {
    /// Its id.
    pub id: i64,
    /// The project it belongs to.
    pub project_id: Option<i64>,
    /// What is shown this once.
    pub secret: Option<String>,
}

impl From<i64> for Made {
    fn from(id: i64) -> Self {
        Made {
            id,
            project_id: None,
            secret: None,
        }
    }
}

/// A kind of record that a form changes.
pub trait Kept: 'static {
    /// What seeing one takes.
    type See: Needs;
    /// What changing one takes.
    type Change: Needs;
    /// What its address names it by.
    type Id: Clone + Display + DeserializeOwned + Send + 'static;
    /// A record.
    type Record: Serialize + Send + 'static;
    /// What its form says.
    type Input: Send + 'static;
    /// Its addresses.
    const PATHS: Paths;

    /// What it is called.
    fn names(l: &Layout) -> Names;
    /// The pages above it.
    fn above(l: &Layout) -> Vec<(&'static str, &'static str)> {
        vec![
            ("/administration", l.t.common.administration),
            (Self::PATHS.list, Self::names(l).title),
        ]
    }
    /// What one record is called.
    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String>;
    /// One record.
    fn get(view: &mut View<'_>, id: &Self::Id) -> Result<Self::Record>;
    /// The form of a record, or of a new one.
    fn form(view: &mut View<'_>, l: &Layout, record: Option<&Self::Record>) -> Result<Form>;
    /// The fields of the form.
    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        record: Option<&Self::Record>,
    ) -> Result<Vec<Field>>;
    /// Reads the form.
    fn read(form: &mut Form, l: &Layout) -> Result<Self::Input>;
    /// Does what is slow on purpose, before the transaction.
    fn prepare(_: &mut Self::Input) -> Result<()> {
        Ok(())
    }
    /// The record, locked for a change.
    fn lock(tx: &mut Tx<'_>, id: &Self::Id) -> Result<Self::Record>;
    /// Changes a record that was locked.
    fn update(tx: &mut Tx<'_>, before: &Self::Record, input: &Self::Input) -> Result<()>;
    /// Tells one state of a record from another.
    fn version(record: &Self::Record) -> Result<String> {
        Ok(etag(&json_text(record)?))
    }
    /// What is known of a record besides its form.
    fn facts(
        _: &mut View<'_>,
        _: &Layout,
        _: &Self::Record,
    ) -> Result<Vec<(&'static str, String)>> {
        Ok(Vec::new())
    }
    /// What else can be done with a record.
    fn actions(_: &Layout, _: &Self::Record) -> Vec<Action> {
        Vec::new()
    }
    /// Where one goes without saving it.
    fn back(_: &Self::Id) -> String {
        Self::PATHS.list.to_owned()
    }
    /// Where one goes when it is saved.
    fn saved(id: &Self::Id) -> String {
        format!("{}?done=1", at(Self::PATHS.one, id))
    }
}

/// A kind of record that a form adds.
pub trait Added: Kept<Id = i64> {
    /// Whether a new one comes with a secret.
    const SECRET: bool = false;

    /// Adds a record.
    fn create(tx: &mut Tx<'_>, input: &Self::Input) -> Result<Made>;
}

/// The pages that change a record.
pub fn kept<R: Kept>() -> Vec<PageRoute> {
    vec![
        get(R::PATHS.one, edit::<R>),
        post(R::PATHS.one, update::<R>),
    ]
}

/// The pages that add a record.
pub fn added<R: Added>() -> Vec<PageRoute> {
    vec![
        get(R::PATHS.new, blank::<R>),
        post(R::PATHS.list, create::<R>),
    ]
}

request! {
    /// What was done just before.
    pub struct RecordQuery {
        done: Option<Line<1>>,
    }
}

#[derive(Template)]
#[template(path = "record.html", config = "src/http/pages/askama.toml")]
struct RecordPage {
    l: Layout,
    above: Vec<(&'static str, &'static str)>,
    /// Where the form goes.
    target: String,
    /// Where one goes without saving.
    back: String,
    title: String,
    may_change: bool,
    done: bool,
    form: Form,
    /// The version that the form was filled from; of a new record there is none.
    was: Option<String>,
    facts: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    actions: Vec<Action>,
}

/// A secret, shown once.
#[derive(Template)]
#[template(path = "secret.html", config = "src/http/pages/askama.toml")]
pub struct SecretPage {
    /// The frame.
    pub l: Layout,
    /// The pages above it.
    pub above: Vec<(&'static str, &'static str)>,
    /// What it belongs to.
    pub title: String,
    /// Where that is.
    pub path: String,
    /// The secret; none if the form was sent a second time.
    pub secret: Option<String>,
}

/// The address of a record.
pub fn at(pattern: &str, id: impl Display) -> String {
    pattern.replace("{id}", &id.to_string())
}

/// The page of a form: of a new record, or of one that is there.
fn record_page<R: Kept>(
    view: &mut View<'_>,
    l: Layout,
    id: Option<&R::Id>,
    form: Option<Form>,
) -> Result<RecordPage> {
    let record = id.map(|id| R::get(view, id)).transpose()?;
    let mut form = match form {
        Some(form) => form,
        None => R::form(view, &l, record.as_ref())?.keyed()?,
    };
    let fields = R::fields(view, &l, &form, record.as_ref())?;
    form.call(&fields);
    let was = match (&record, form.value(WAS)) {
        (Some(record), "") => Some(R::version(record)?),
        (Some(_), kept) => Some(kept.to_owned()),
        (None, _) => None,
    };
    Ok(RecordPage {
        target: id.map_or(R::PATHS.list.to_owned(), |id| at(R::PATHS.one, id)),
        back: id.map_or(R::PATHS.list.to_owned(), R::back),
        title: match &record {
            Some(record) => R::title(view, &l, record)?,
            None => R::names(&l).add.to_owned(),
        },
        facts: match &record {
            Some(record) => R::facts(view, &l, record)?,
            None => Vec::new(),
        },
        fields,
        actions: record.map_or(Vec::new(), |record| R::actions(&l, &record)),
        above: R::above(&l),
        may_change: l.may(R::Change::PERMISSION),
        done: false,
        form,
        was,
        l,
    })
}

async fn blank<R: Added>(page: Page<R::Change>) -> Result<Outcome> {
    page.show(|view, l| record_page::<R>(view, l, None, None))
        .await
}

async fn edit<R: Kept>(
    page: Page<R::See>,
    id: Path<R::Id>,
    query: Query<RecordQuery>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let mut page = record_page::<R>(view, l, Some(&*id), None)?;
        page.done = query.done.is_some();
        Ok(page)
    })
    .await
}

/// What a form says, ready for the transaction.
fn read<R: Kept>(form: &mut Form, l: &Layout) -> Result<R::Input> {
    let read = R::read(form, l);
    let mut input = form.sound(read)?;
    R::prepare(&mut input)?;
    Ok(input)
}

async fn create<R: Added>(page: Page<R::Change>, form: Form) -> Result<Outcome> {
    page.submit(form, |submit, mut form| {
        let done = read::<R>(&mut form, &submit.layout).and_then(|input| {
            submit.once_with(&form, move |tx| {
                let made = R::create(tx, &input)?;
                Ok(((made.id, made.project_id), made.secret))
            })
        });
        match done {
            Ok((id, now)) if R::SECRET => secret_page::<R>(submit, id, now.flatten()),
            Ok((id, _)) => Ok(Outcome::see_other(R::saved(&id))),
            Err(error) => submit.again(form, error, |view, l, form| {
                record_page::<R>(view, l, None, Some(form))
            }),
        }
    })
    .await
}

/// The page of a secret that belongs to a record.
pub fn secret_page<R: Kept<Id = i64>>(
    submit: &Submit<'_>,
    id: i64,
    secret: Option<String>,
) -> Result<Outcome> {
    let l = submit.layout.clone();
    let page = service::read(submit.ctx, |view| {
        let record = R::get(view, &id)?;
        Ok(SecretPage {
            above: R::above(&l),
            title: R::title(view, &l, &record)?,
            path: at(R::PATHS.one, id),
            secret,
            l,
        })
    });
    Outcome::page(&page?)
}

async fn update<R: Kept>(page: Page<R::Change>, id: Path<R::Id>, form: Form) -> Result<Outcome> {
    let id = id.into_inner();
    page.submit(form, move |submit, mut form| {
        let (was, which) = (form.value(WAS).to_owned(), id.clone());
        let done = read::<R>(&mut form, &submit.layout).and_then(|input| {
            submit.once(&form, move |tx| {
                let before = R::lock(tx, &which)?;
                if R::version(&before)? != was {
                    return Err(Code::StaleVersion.into());
                }
                R::update(tx, &before, &input)?;
                Ok((0, None))
            })
        });
        let error = match done {
            Ok(_) => return Ok(Outcome::see_other(R::saved(&id))),
            Err(error) => error,
        };
        let page = |view: &mut View<'_>, l: Layout, form: Form| {
            record_page::<R>(view, l, Some(&id), Some(form))
        };
        match error.code() {
            Code::StaleVersion => {
                let changes = changes::<R>(submit, &id, &form)?;
                form.add_fault("", changes);
                // The next try is made in knowledge of these changes.
                form.set(WAS, "");
                submit.marked(form, page)
            }
            _ => submit.again(form, error, page),
        }
    })
    .await
}

/// What the record says by now where the form says something else, in words.
fn changes<R: Kept>(submit: &Submit<'_>, id: &R::Id, form: &Form) -> Result<String> {
    let l = &submit.layout;
    service::read(submit.ctx, |view| {
        let record = R::get(view, id)?;
        let now = R::form(view, l, Some(&record))?;
        let fields = R::fields(view, l, &now, Some(&record))?;
        let differing = fields
            .iter()
            .filter(|field| form.said(field.name()).trim() != now.said(field.name()).trim())
            .map(Field::told);
        let list: Vec<String> = differing.collect();
        Ok(match list.is_empty() {
            true => l.t.administration.stale_same.to_owned(),
            false => l.fill(l.t.administration.stale, &[("changes", &list.join("; "))]),
        })
    })
}
