//! Which figures a page shows: year, day, basis. Always in sight, part of the address, so that a
//! link shows somebody else the same figures.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::layout::Layout;
use super::sign_in::percent;
use super::text::labels;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;

/// The figures' context.
#[derive(Clone, Debug)]
pub struct Context {
    /// Budget year.
    pub year: i32,
    /// The day of the figures.
    pub as_of: NaiveDate,
    /// The basis.
    pub basis: Basis,
    today: NaiveDate,
    path: String,
    kept: Vec<(&'static str, String)>,
    assigned: bool,
    based: bool,
}

impl Context {
    /// The context asked for; what is not asked is today, its year, the whole plan.
    pub fn new(
        path: impl Into<String>,
        today: NaiveDate,
        (year, as_of, basis): (Option<i32>, Option<NaiveDate>, Option<Basis>),
    ) -> Self {
        let as_of = as_of.unwrap_or(today);
        Context {
            year: year.unwrap_or(as_of.year()),
            as_of,
            basis: basis.unwrap_or_default(),
            today,
            path: path.into(),
            kept: Vec::new(),
            assigned: false,
            based: true,
        }
    }

    /// Other parameters of the page, kept when the context changes.
    pub fn keep(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.kept.push((name, value.to_string()));
        }
        self
    }

    /// The page can also measure against assigned capital.
    pub fn with_assigned(mut self) -> Self {
        self.assigned = true;
        self
    }

    /// Nothing on the page depends on the basis.
    pub fn without_basis(mut self) -> Self {
        self.based = false;
        self
    }

    /// Years to choose from.
    pub fn years(&self) -> Vec<i32> {
        let last = self.today.year() + 1;
        let mut years: Vec<i32> = (last - 5..=last).rev().collect();
        if !years.contains(&self.year) {
            years.push(self.year);
        }
        years
    }

    /// Bases to choose from; none where nothing depends on it.
    pub fn bases(&self) -> Vec<&'static str> {
        let shown = |basis: &Basis| self.based && (self.assigned || *basis != Basis::Assigned);
        let order = [
            Basis::Total,
            Basis::Adjusted,
            Basis::Initial,
            Basis::Extended,
            Basis::Assigned,
        ];
        order.into_iter().filter(shown).map(Basis::as_str).collect()
    }

    /// The context as parameters; the day only when it is not today, so that a link stays current.
    pub fn query(&self) -> String {
        let mut parts = vec![format!("budget_year={}", self.year)];
        if self.as_of != self.today {
            parts.push(format!("as_of={}", self.as_of));
        }
        if self.basis != Basis::Total {
            parts.push(format!("basis={}", self.basis.as_str()));
        }
        parts.join("&")
    }

    /// An address with the context.
    pub fn link(&self, path: impl AsRef<str>) -> String {
        let path = path.as_ref();
        let sign = if path.contains('?') { '&' } else { '?' };
        let mut shown = self.clone();
        if shown.basis == Basis::Assigned && path.starts_with("/projects") {
            // Capital is assigned to units and agencies, never to a project.
            shown.basis = Basis::Total;
        }
        format!("{path}{sign}{}", shown.query())
    }

    /// Another page about the same figures: with the context and this page's own parameters.
    pub fn elsewhere(&self, path: &str) -> String {
        let here = self.here();
        match here.split_once('?') {
            Some((_, kept)) => self.link(format!("{path}?{kept}")),
            None => self.link(path),
        }
    }

    /// This page's address with its own parameters, without the context.
    pub fn here(&self) -> String {
        let kept: Vec<String> = self.parameters(|_| true).collect();
        match kept.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, kept.join("&")),
        }
    }

    /// Some of the page's own parameters, as they stand in an address.
    pub fn parameters(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
        let kept = self.kept.iter().filter(move |(name, _)| wanted(name));
        kept.map(|(name, value)| format!("{name}={}", percent(value)))
    }

    /// The form that shows and changes the context.
    pub fn bar(&self, l: &Layout) -> ContextBar {
        ContextBar {
            l: l.clone(),
            c: self.clone(),
        }
    }

    /// The context in words.
    pub fn line(&self, l: &Layout) -> String {
        let values = [
            ("year", self.year.to_string()),
            ("date", l.date(&self.as_of)),
            ("basis", labels::basis(self.basis.as_str(), l.locale).into()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        l.fill(l.t.common.context_line, &values)
    }

    /// A rate in a long list: opens to its figures, what they leave out, and where they come from.
    pub fn why_row(
        &self,
        l: &Layout,
        rate: &Option<Rate>,
        disbursed: &Money,
        plan: &Money,
        path: Option<&str>,
    ) -> Why {
        let t = &l.t.common;
        let rows = vec![
            (t.disbursed.to_owned(), l.exact(disbursed)),
            (t.plan.to_owned(), l.exact(plan)),
        ];
        Why {
            title: t.why,
            shown: l.rate(rate),
            rows,
            notes: vec![self.line(l)],
            link: path.map(|path| (path.to_owned(), t.why_entries.to_owned())),
        }
    }

    /// A rate that opens to how it came about.
    pub fn why(&self, l: &Layout, rate: &Option<Rate>, disbursed: &Money, plan: &Money) -> Why {
        let t = &l.t.common;
        Why {
            title: t.why,
            shown: l.rate(rate),
            rows: vec![
                (t.disbursed.to_owned(), l.exact(disbursed)),
                (t.plan.to_owned(), l.exact(plan)),
                (t.rate.to_owned(), l.rate(rate)),
            ],
            notes: self.why_notes(l, rate),
            link: None,
        }
    }

    /// How a rate is made, what the basis leaves out, and when the figures were read.
    pub fn why_notes(&self, l: &Layout, rate: &Option<Rate>) -> Vec<String> {
        let t = &l.t.common;
        let excluded = match self.basis {
            Basis::Total => t.why_total,
            Basis::Initial => t.why_initial,
            Basis::Adjusted => t.why_adjusted,
            Basis::Extended => t.why_extended,
            Basis::Assigned => t.why_assigned,
        };
        let time = [("date", l.date(&self.as_of)), ("time", l.instant(&l.now))];
        let time = time.each_ref().map(|(name, value)| (*name, value.as_str()));
        vec![
            match rate {
                Some(_) => t.why_divide.to_owned(),
                None => t.why_nothing.to_owned(),
            },
            excluded.to_owned(),
            l.fill(t.why_time, &time),
        ]
    }
}

/// The form that shows and changes the context.
#[derive(Template)]
#[template(path = "context.html", config = "src/http/pages/askama.toml")]
pub struct ContextBar {
    l: Layout,
    c: Context,
}

impl askama::filters::HtmlSafe for ContextBar {}

/// A number that opens to how it came about.
#[derive(Template)]
#[template(path = "why.html", config = "src/http/pages/askama.toml")]
pub struct Why {
    title: &'static str,
    shown: String,
    rows: Vec<(String, String)>,
    notes: Vec<String>,
    link: Option<(String, String)>,
}

impl askama::filters::HtmlSafe for Why {}

impl Why {
    /// A number with the figures behind it.
    pub fn new(title: &'static str, shown: String, rows: Vec<(String, String)>) -> Self {
        Why {
            title,
            shown,
            rows,
            notes: Vec::new(),
            link: None,
        }
    }

    /// Where the entries behind the number stand.
    pub fn linked(mut self, path: String, text: &str) -> Self {
        self.link = Some((path, text.to_owned()));
        self
    }

    /// A sentence more.
    pub fn noted(mut self, note: String) -> Self {
        self.notes.push(note);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_the_day_only_when_it_is_not_today() {
        let today = NaiveDate::from_ymd_opt(2024, 8, 15).unwrap();
        let context = Context::new("/", today, (None, None, None));
        assert_eq!(
            context.link("/x?unit_id=3"),
            "/x?unit_id=3&budget_year=2024"
        );
        let past = NaiveDate::from_ymd_opt(2023, 12, 31);
        let context = Context::new("/", today, (None, past, Some(Basis::Initial)));
        assert_eq!(
            context.link("/"),
            "/?budget_year=2023&as_of=2023-12-31&basis=initial"
        );
    }
}
