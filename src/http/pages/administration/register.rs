//! A register: a list of records with a form to add and change one. Each kind of record says what
//! differs by [`Register`]; list, paging, search, faults, and what happens when somebody else was
//! faster are the same for all.

use actix_web::web::Path;
use askama::Template;
use serde::Serialize;

use super::super::field::Field;
use super::super::form::Form;
use super::super::guard::{Page, Submit};
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use crate::error::{Code, Result};
use crate::http::answer::{etag, json_text};
use crate::http::body::Query;
use crate::http::guard::Needs;
use crate::http::input::{Line, Request, request};
use crate::service::page::{Page as ListPage, Rows};
use crate::service::{self, Tx, View};

/// Rows on a page.
const ROWS: i64 = 50;
/// Names the version that a form was filled from.
const WAS: &str = "_was";

/// Where a register's pages are.
#[derive(Clone, Copy)]
pub struct Paths {
    /// The list, and the target of the form that adds.
    pub list: &'static str,
    /// The form that adds.
    pub new: &'static str,
    /// The form that changes.
    pub one: &'static str,
}

/// What a register is called.
#[derive(Clone, Copy)]
pub struct Names {
    /// The list.
    pub title: &'static str,
    /// The form that adds.
    pub add: &'static str,
}

/// Something else that can be done with a record.
pub struct Action {
    /// Where its form goes.
    pub path: String,
    /// Text of its button.
    pub label: &'static str,
}

/// A kind of record that administrators keep.
pub trait Register: 'static {
    /// What seeing the list takes.
    type See: Needs;
    /// What changing it takes.
    type Change: Needs;
    /// A record.
    type Record: Serialize + Send + 'static;
    /// What its form says.
    type Input: Send + 'static;
    /// Its addresses.
    const PATHS: Paths;
    /// Whether the list can be searched.
    const SEARCHED: bool = true;

    /// What it is called.
    fn names(l: &Layout) -> Names;
    /// The headings of the list; the first column links to the record.
    fn columns(l: &Layout) -> Vec<&'static str>;
    /// A page of records.
    fn list(view: &mut View<'_>, q: Option<String>, page: &ListPage) -> Result<Rows<Self::Record>>;
    /// The cells of some records.
    fn cells(view: &mut View<'_>, l: &Layout, records: &[Self::Record])
    -> Result<Vec<Vec<String>>>;
    /// Identity of a record.
    fn id(record: &Self::Record) -> i64;
    /// One record.
    fn get(view: &mut View<'_>, id: i64) -> Result<Self::Record>;
    /// The form of a record, or of a new one.
    fn form(view: &mut View<'_>, record: Option<&Self::Record>) -> Result<Form>;
    /// The fields of the form.
    fn fields(view: &mut View<'_>, l: &Layout, form: &Form) -> Result<Vec<Field>>;
    /// Reads the form.
    fn read(form: &Form) -> Result<Self::Input>;
    /// Does what is slow on purpose, before the transaction.
    fn prepare(_: &mut Self::Input) -> Result<()> {
        Ok(())
    }
    /// Adds a record.
    fn create(tx: &mut Tx<'_>, input: &Self::Input) -> Result<i64>;
    /// The record, locked for a change.
    fn lock(tx: &mut Tx<'_>, id: i64) -> Result<Self::Record>;
    /// Changes a record that was locked.
    fn update(tx: &mut Tx<'_>, before: &Self::Record, input: &Self::Input) -> Result<()>;
    /// What else can be done with a record.
    fn actions(_: &Layout, _: &Self::Record) -> Vec<Action> {
        Vec::new()
    }
}

/// Reads a form that is declared as a request of the API is.
pub fn declared<T: Request>(form: &Form) -> Result<T> {
    form.parse()
}

/// The pages of a register.
pub fn routes<R: Register>() -> Vec<PageRoute> {
    vec![
        get(R::PATHS.list, list::<R>),
        post(R::PATHS.list, create::<R>),
        get(R::PATHS.new, blank::<R>),
        get(R::PATHS.one, edit::<R>),
        post(R::PATHS.one, update::<R>),
    ]
}

request! {
    /// Which records.
    pub struct RegisterQuery {
        q: Option<Line<200>>,
        done: Option<Line<1>>,
        cursor: Option<Line<1000>>,
    }
    /// What was done just before.
    pub struct RecordQuery {
        done: Option<Line<1>>,
    }
}

#[derive(Template)]
#[template(path = "register_list.html", config = "src/http/pages/askama.toml")]
struct ListPageOf {
    l: Layout,
    names: Names,
    paths: Paths,
    may_change: bool,
    searched: bool,
    q: String,
    done: bool,
    columns: Vec<&'static str>,
    rows: Vec<(String, Vec<String>)>,
    next: Option<String>,
    first: Option<String>,
}

#[derive(Template)]
#[template(path = "register_form.html", config = "src/http/pages/askama.toml")]
struct FormPage {
    l: Layout,
    names: Names,
    paths: Paths,
    /// Where the form goes.
    target: String,
    title: String,
    is_new: bool,
    may_change: bool,
    done: bool,
    form: Form,
    was: String,
    fields: Vec<Field>,
    actions: Vec<Action>,
}

async fn list<R: Register>(page: Page<R::See>, query: Query<RegisterQuery>) -> Result<Outcome> {
    page.browse(query, |view, l, query, pager| {
        let q = query.q.map(|line| line.0);
        let cursor = query.cursor.as_ref().map(|cursor| cursor.0.as_str());
        let found = R::list(view, q.clone(), &pager.page(ROWS, cursor)?)?;
        let cells = R::cells(view, &l, &found.rows)?;
        let link = |record: &R::Record| at(R::PATHS.one, R::id(record));
        Ok(ListPageOf {
            names: R::names(&l),
            paths: R::PATHS,
            may_change: l.may(R::Change::PERMISSION),
            searched: R::SEARCHED,
            q: q.unwrap_or_default(),
            done: query.done.is_some(),
            columns: R::columns(&l),
            rows: found.rows.iter().map(link).zip(cells).collect(),
            next: pager.next(found.next.as_ref()),
            first: cursor.map(|_| pager.first()),
            l,
        })
    })
    .await
}

fn at(pattern: &str, id: i64) -> String {
    pattern.replace("{id}", &id.to_string())
}

/// The page of a form: of a new record, or of one that is there.
fn form_page<R: Register>(
    view: &mut View<'_>,
    l: Layout,
    id: Option<i64>,
    form: Option<Form>,
) -> Result<FormPage> {
    let record = id.map(|id| R::get(view, id)).transpose()?;
    let names = R::names(&l);
    let form = match form {
        Some(form) => form,
        None => R::form(view, record.as_ref())?,
    };
    let title = match &record {
        Some(record) => {
            let cells = R::cells(view, &l, std::slice::from_ref(record))?;
            let first = cells.into_iter().flatten().next();
            first.unwrap_or_default()
        }
        None => names.add.to_owned(),
    };
    let kept = form.value(WAS).to_owned();
    let was = match (&record, kept.is_empty()) {
        (Some(record), true) => etag(&json_text(record)?),
        _ => kept,
    };
    Ok(FormPage {
        target: id.map_or(R::PATHS.list.to_owned(), |id| at(R::PATHS.one, id)),
        fields: R::fields(view, &l, &form)?,
        actions: record.map_or(Vec::new(), |record| R::actions(&l, &record)),
        may_change: l.may(R::Change::PERMISSION),
        is_new: id.is_none(),
        paths: R::PATHS,
        done: false,
        names,
        title,
        form,
        was,
        l,
    })
}

async fn blank<R: Register>(page: Page<R::Change>) -> Result<Outcome> {
    page.show(|view, l| form_page::<R>(view, l, None, None))
        .await
}

async fn edit<R: Register>(
    page: Page<R::See>,
    id: Path<i64>,
    query: Query<RecordQuery>,
) -> Result<Outcome> {
    page.ask(query, move |view, l, query| {
        let mut page = form_page::<R>(view, l, Some(*id), None)?;
        page.done = query.done.is_some();
        Ok(page)
    })
    .await
}

async fn create<R: Register>(page: Page<R::Change>, form: Form) -> Result<Outcome> {
    page.submit(form, |submit, form| {
        let done = R::read(&form).and_then(|mut input| {
            R::prepare(&mut input)?;
            service::write(submit.ctx, move |tx| R::create(tx, &input))
        });
        match done {
            Ok(id) => Ok(Outcome::see_other(format!(
                "{}?done=1",
                at(R::PATHS.one, id)
            ))),
            Err(error) => {
                let form = form.refused(error, submit.layout.locale)?;
                again::<R>(submit, None, form)
            }
        }
    })
    .await
}

async fn update<R: Register>(page: Page<R::Change>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, mut form| {
        let was = form.value(WAS).to_owned();
        let done = R::read(&form).and_then(|mut input| {
            R::prepare(&mut input)?;
            service::write(submit.ctx, move |tx| {
                let before = R::lock(tx, id)?;
                match etag(&json_text(&before)?) == was {
                    true => R::update(tx, &before, &input),
                    false => Err(Code::StaleVersion.into()),
                }
            })
        });
        match done {
            Ok(()) => Ok(Outcome::see_other(format!(
                "{}?done=1",
                at(R::PATHS.one, id)
            ))),
            Err(error) if error.code() == Code::StaleVersion => {
                let changes = changes::<R>(submit, id, &form)?;
                form.add_fault("", changes);
                // The next try is made in knowledge of these changes.
                form.set(WAS, "");
                again::<R>(submit, Some(id), form)
            }
            Err(error) => {
                let form = form.refused(error, submit.layout.locale)?;
                again::<R>(submit, Some(id), form)
            }
        }
    })
    .await
}

fn again<R: Register>(submit: &Submit<'_>, id: Option<i64>, form: Form) -> Result<Outcome> {
    let l = submit.layout.clone();
    let page = service::read(submit.ctx, |view| form_page::<R>(view, l, id, Some(form)))?;
    Outcome::refusal(422, &page)
}

/// What the record says by now where the form says something else, in words.
fn changes<R: Register>(submit: &Submit<'_>, id: i64, form: &Form) -> Result<String> {
    let l = &submit.layout;
    service::read(submit.ctx, |view| {
        let record = R::get(view, id)?;
        let now = R::form(view, Some(&record))?;
        let fields = R::fields(view, l, &now)?;
        let differing = fields
            .iter()
            .filter(|field| form.value(field.name()) != now.value(field.name()))
            .map(Field::told);
        let list: Vec<String> = differing.collect();
        Ok(l.fill(l.t.administration.stale, &[("changes", &list.join("; "))]))
    })
}
