//! One closed month: what is kept of it, then and now, and opening it again.

use actix_web::web::Path;
use askama::Template;

use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get, post};
use super::super::text::{fill, labels};
use crate::domain::money::Money;
use crate::domain::permission::Permission;
use crate::error::{Code, Result};
use crate::http::body::Query;
use crate::http::guard::needs;
use crate::http::input::{Line, Reason, request};
use crate::service::View;
use crate::service::period_closings::{
    self, ClosingCorrection, ClosingDifference, ClosingDifferences, Figures,
};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![
        get("/reports/period-closings/{id}", show),
        get("/reports/period-closings/{id}/files", file),
        post("/reports/period-closings/{id}/reopening", reopen),
    ]
}

request! {
    /// Which kept file.
    pub struct KeptFileQuery {
        name: Line<100>,
    }
    /// Why a month is opened again, as typed.
    pub struct TypedReopening {
        reason: Reason,
    }
}

#[derive(Template)]
#[template(path = "closing.html", config = "src/http/pages/askama.toml")]
struct ClosingPage {
    l: Layout,
    form: Form,
    d: ClosingDifferences,
}

/// A figure then and now.
struct Compared {
    label: &'static str,
    then: String,
    now: String,
    change: String,
    differs: bool,
}

async fn show(page: Page<needs::Read>, id: Path<i64>) -> Result<Outcome> {
    page.show(move |view, l| load(view, l, *id, Form::default().keyed()?))
        .await
}

fn load(view: &mut View<'_>, l: Layout, id: i64, form: Form) -> Result<ClosingPage> {
    let d = period_closings::differences(view, id)?;
    Ok(ClosingPage { l, form, d })
}

async fn file(
    page: Page<needs::Read>,
    id: Path<i64>,
    query: Query<KeptFileQuery>,
) -> Result<Outcome> {
    page.give(query, move |view, _, query| {
        let month = period_closings::get(view, *id)?.month;
        let kept = period_closings::file(view, *id, &query.name.0)?;
        let kind = match kept.file.name.as_str() {
            period_closings::WORKBOOK => crate::sheets::workbook::MEDIA_TYPE,
            period_closings::REPORT => "application/json",
            _ => return Err(Code::NotFound.into()),
        };
        let name = format!("period-closing-{}-{month}-{}", *id, kept.file.name);
        Ok(Outcome::file(name, kind, kept.content))
    })
    .await
}

async fn reopen(page: Page<needs::ClosePeriods>, id: Path<i64>, form: Form) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, form| {
        let done = form.parse::<TypedReopening>().and_then(|typed| {
            submit.once(&form, move |tx| {
                period_closings::reopen(tx, id, typed.reason.0.as_deref())?;
                Ok((id, None))
            })
        });
        match done {
            Ok(_) => Ok(Outcome::see_other(format!("/reports/period-closings/{id}"))),
            Err(error) => submit.again(form, error, |view, l, form| load(view, l, id, form)),
        }
    })
    .await
}

impl ClosingPage {
    fn title(&self) -> String {
        let closing = &self.d.closing;
        let month = self.l.month(&closing.month.first());
        let values = [
            ("month", month.as_str()),
            ("unit", closing.unit.name.as_str()),
        ];
        fill(self.l.t.reports.closing_title, &values)
    }

    fn year(&self, year: &i32) -> String {
        fill(self.l.t.reports.year, &[("year", &year.to_string())])
    }

    fn compared(&self, then: &Figures, now: &Figures) -> Vec<Compared> {
        let t = &self.l.t.common;
        let l = &self.l;
        let money = |label, then: Money, now: Money| Compared {
            label,
            then: l.amount(&then),
            now: l.amount(&now),
            change: l.amount(&Money::saturating(now.wide() - then.wide())),
            differs: then != now,
        };
        vec![
            money(t.plan, then.plan, now.plan),
            money(t.disbursed, then.disbursed, now.disbursed),
            Compared {
                label: t.rate,
                then: l.rate(&then.rate),
                now: l.rate(&now.rate),
                change: String::new(),
                differs: then.rate != now.rate,
            },
            money(t.late_amount, then.late_amount, now.late_amount),
        ]
    }

    /// A figure of a line; a dash where the line is not there.
    fn figure(&self, figures: &Option<Figures>, part: fn(&Figures) -> Money) -> String {
        let amount = figures.as_ref().map(part);
        amount.map_or_else(|| "–".to_owned(), |amount| self.l.amount(&amount))
    }

    fn plan(&self, figures: &Option<Figures>) -> String {
        self.figure(figures, |figures| figures.plan)
    }

    fn disbursed(&self, figures: &Option<Figures>) -> String {
        self.figure(figures, |figures| figures.disbursed)
    }

    fn change(&self, row: &ClosingDifference) -> String {
        let paid =
            |figures: &Option<Figures>| figures.map_or(0, |figures| figures.disbursed.wide());
        self.l
            .amount(&Money::saturating(paid(&row.now) - paid(&row.reported)))
    }

    fn entity(&self, one: &ClosingCorrection) -> &'static str {
        match one.entity {
            "plan_entry" => self.l.t.reports.plan_entry,
            _ => self.l.t.reports.disbursement,
        }
    }

    fn kind<'a>(&self, one: &'a ClosingCorrection) -> &'a str {
        match one.entity {
            "plan_entry" => labels::entry_kind(&one.kind, self.l.locale),
            _ => labels::payment_kind(&one.kind, self.l.locale),
        }
    }
}
