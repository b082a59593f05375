//! Pages of long lists.

use actix_web::web;

use super::choices::Label;
use super::layout::Layout;
use crate::error::Result;
use crate::http::Server;
use crate::service::page::{After, Page};

/// One value of a filter.
pub struct Chip {
    /// Its text.
    pub label: &'static str,
    /// The list filtered by it.
    pub link: String,
    /// Whether it is the one shown.
    pub is_chosen: bool,
}

/// Knows which list is shown, and where its next page begins.
pub struct Pager {
    server: web::Data<Server>,
    path: String,
    filters: Vec<String>,
}

impl Pager {
    /// The pager of an address.
    pub(super) fn new(server: web::Data<Server>, here: &str) -> Self {
        let (path, query) = here.split_once('?').unwrap_or((here, ""));
        let filters = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
            .map(str::to_owned);
        Pager {
            server,
            path: path.to_owned(),
            filters: filters.collect(),
        }
    }

    fn list(&self) -> String {
        let mut filters = self.filters.clone();
        filters.sort_unstable();
        format!("page:{}?{}", self.path, filters.join("&"))
    }

    /// The page that a cursor names, or the first one.
    pub fn page(&self, limit: i64, cursor: Option<&str>) -> Result<Page> {
        let cursors = &self.server.cursors;
        Ok(Page {
            limit,
            after: cursor
                .map(|cursor| cursors.read(&self.list(), cursor))
                .transpose()?,
        })
    }

    /// The address of the first page.
    pub fn first(&self) -> String {
        self.with(None)
    }

    /// The address of the next page.
    pub fn next(&self, after: Option<&After>) -> Option<String> {
        let cursor = self.server.cursors.write(&self.list(), after?);
        Some(self.with(Some(format!("cursor={cursor}"))))
    }

    fn with(&self, more: Option<String>) -> String {
        let parts: Vec<String> = self.filters.iter().cloned().chain(more).collect();
        match parts.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, parts.join("&")),
        }
    }

    /// The address with one parameter set or, without a value, left out; from the first page on.
    pub fn altered(&self, name: &str, value: Option<&str>) -> String {
        let start = format!("{name}=");
        let mut parts = self.filters.clone();
        parts.retain(|pair| !pair.starts_with(&start));
        parts.extend(value.map(|value| format!("{start}{value}")));
        match parts.is_empty() {
            true => self.path.clone(),
            false => format!("{}?{}", self.path, parts.join("&")),
        }
    }

    /// A filter of which one value, or none, is chosen.
    pub fn chips(
        &self,
        name: &str,
        chosen: Option<&str>,
        (values, label): (&[&'static str], Label),
        l: &Layout,
    ) -> Vec<Chip> {
        let chip = |value: Option<&'static str>| Chip {
            label: value.map_or(l.t.common.any, |value| label(value, l.locale)),
            link: self.altered(name, value),
            is_chosen: value == chosen,
        };
        let values = values.iter().map(|value| Some(*value));
        std::iter::once(None).chain(values).map(chip).collect()
    }

    /// The same parameters at another address.
    pub fn elsewhere(&self, path: &str) -> String {
        let other = Pager {
            server: self.server.clone(),
            path: path.to_owned(),
            filters: self.filters.clone(),
        };
        other.first()
    }
}
