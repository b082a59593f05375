//! A register: a list of records with a form to add and change one. List, paging and search are the
//! same for all; each kind of record says by [`Register`] what stands in its rows.

use askama::Template;

use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::record::{self, at};
use super::super::route::{PageRoute, get};
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::Needs;
use crate::http::input::{Line, Request, request};
use crate::service::View;
use crate::service::page::{Page as ListPage, Rows};

pub use super::super::record::{Action, Added, Kept, Made, Names, Paths};

/// Rows on a page.
const ROWS: i64 = 50;

/// A kind of record that administrators keep.
pub trait Register: Added {
    /// Whether the list can be searched.
    const SEARCHED: bool = true;

    /// The headings of the list; the first column links to the record.
    fn columns(l: &Layout) -> Vec<&'static str>;
    /// A page of records.
    fn list(view: &mut View<'_>, q: Option<String>, page: &ListPage) -> Result<Rows<Self::Record>>;
    /// The cells of some records.
    fn cells(view: &mut View<'_>, l: &Layout, records: &[Self::Record])
    -> Result<Vec<Vec<String>>>;
    /// Identity of a record.
    fn id(record: &Self::Record) -> i64;
}

/// What the list calls a record: the first of its cells.
pub fn title<R: Register>(view: &mut View<'_>, l: &Layout, record: &R::Record) -> Result<String> {
    let cells = R::cells(view, l, std::slice::from_ref(record))?;
    Ok(cells.into_iter().flatten().next().unwrap_or_default())
}

/// Reads a form that is declared as a request of the API is.
pub fn declared<T: Request>(form: &Form) -> Result<T> {
    form.parse()
}

/// The pages of a register.
pub fn routes<R: Register>() -> Vec<PageRoute> {
    let mut list = vec![get(R::PATHS.list, list::<R>)];
    list.extend(record::added::<R>());
    list.extend(record::kept::<R>());
    list
}

request! {
    /// Which records.
    pub struct RegisterQuery {
        q: Option<Line<200>>,
        done: Option<Line<1>>,
        cursor: Option<Line<1000>>,
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
