//! Closed months: the list, and closing one.

use askama::Template;

use super::super::choices::{self, Choices, with_empty};
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::pager::Pager;
use super::super::route::{PageRoute, get, post};
use crate::domain::month::Month;
use crate::domain::permission::Permission;
use crate::error::Result;
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::period_closings::{self, Closing, Filter};
use crate::service::{self, View};
use crate::sheets::workbook;

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/reports/period-closings", show),
        post("/reports/period-closings", close),
    ]
}

request! {
    /// Which page of the list.
    pub struct ClosingsQuery {
        cursor: Option<Line<1000>>,
    }
    /// A month to be closed, as typed.
    pub struct TypedClosing {
        unit_id: i64,
        month: Month,
    }
}

/// Closings on a page.
const ROWS: i64 = 50;

#[derive(Template)]
#[template(path = "closings.html", config = "src/http/pages/askama.toml")]
struct ClosingsPage {
    l: Layout,
    form: Form,
    units: Choices,
    rows: Vec<Closing>,
    next: Option<String>,
}

async fn show(page: Page<needs::Read>, query: Query<ClosingsQuery>) -> Result<Outcome> {
    page.browse(query, |view, l, query, pager| {
        let mut form = Form::default();
        let last = Month::of(view.today).first().pred_opt();
        form.set(
            "month",
            last.map_or_else(String::new, |day| Month::of(day).to_string()),
        );
        load(
            view,
            l,
            form.keyed()?,
            Some((pager, query.cursor.as_ref().map(|line| line.0.as_str()))),
        )
    })
    .await
}

fn load(
    view: &mut View<'_>,
    l: Layout,
    form: Form,
    page: Option<(&Pager, Option<&str>)>,
) -> Result<ClosingsPage> {
    let asked = match page {
        Some((pager, cursor)) => pager.page(ROWS, cursor)?,
        None => service::page::Page {
            limit: ROWS,
            after: None,
        },
    };
    let rows = period_closings::list(view, &Filter::default(), &asked)?;
    Ok(ClosingsPage {
        units: with_empty(l.t.common.choose, choices::units(view, view.today)?),
        next: page.and_then(|(pager, _)| pager.next(rows.next.as_ref())),
        rows: rows.rows,
        form,
        l,
    })
}

async fn close(page: Page<needs::ClosePeriods>, form: Form) -> Result<Outcome> {
    page.submit(form, |submit, form| {
        let done = form.parse::<TypedClosing>().and_then(|typed| {
            submit.once(&form, move |tx| {
                let (unit, month) = (typed.unit_id, typed.month);
                let made = period_closings::close(tx, unit, month, workbook::closing)?;
                Ok((made.id, None))
            })
        });
        match done {
            Ok((id, _)) => Ok(Outcome::see_other(format!("/reports/period-closings/{id}"))),
            Err(error) => submit.again(form, error, |view, l, form| load(view, l, form, None)),
        }
    })
    .await
}

impl ClosingsPage {
    fn month(&self, month: &Month) -> String {
        self.l.month(&month.first())
    }
}
