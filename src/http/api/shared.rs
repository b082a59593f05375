//! Request types that several resources use.

use chrono::NaiveDate;

use crate::http::input::{Line, request};
use crate::service::shared;

request! {
    /// Which page.
    pub struct PageQuery {
        /// Rows at most, 1 to 200.
        limit: Option<i32>,
        /// Where the page starts.
        cursor: Option<Line<1000>>,
    }
    /// The signed paper behind a fact.
    pub struct Decision {
        /// Its number, such as `176/NQ-HĐND`.
        number: Line<100>,
        /// Who signed it.
        issuer: Line<300>,
        /// When it was signed.
        date: NaiveDate,
    }
}

impl From<&Decision> for shared::Decision {
    fn from(decision: &Decision) -> Self {
        shared::Decision {
            number: decision.number.0.clone(),
            issuer: decision.issuer.0.clone(),
            date: decision.date,
        }
    }
}

/// A list's query reads its page from its own `limit` and `cursor`.
macro_rules! paged {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::http::guard::Paged for $name {
            fn paging(&self) -> (Option<i32>, Option<&str>) {
                (self.limit, self.cursor.as_ref().map(|cursor| cursor.as_str()))
            }
        }
    )*};
}
pub(crate) use paged;

paged!(PageQuery);

/// The texts of a repeated filter.
pub fn texts<const MAX: usize>(lines: &[Line<MAX>]) -> Vec<String> {
    lines.iter().map(|line| line.0.clone()).collect()
}

/// The text of an optional field.
pub fn text<const MAX: usize>(line: &Option<Line<MAX>>) -> Option<String> {
    line.as_ref().map(|line| line.0.clone())
}
