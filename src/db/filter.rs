//! What lists of named things are filtered by, and closed lists of names in text columns.

use diesel::backend::Backend;
use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::sql_types::Text;

use super::sql::{Sql, containing};
use crate::domain::text_enum::TextEnum;

/// Filters that lists of named things share.
#[derive(Clone, Debug, Default)]
pub struct Matching {
    /// Any of these codes; none for all.
    pub codes: Vec<String>,
    /// Text that the name holds, whatever its case and marks.
    pub search: Option<String>,
}

impl Matching {
    /// Appends the conditions to a statement that already has a `WHERE`, over the columns `code`
    /// and `search_key`.
    pub fn on<ST>(&self, mut statement: Sql<ST>) -> Sql<ST> {
        if !self.codes.is_empty() {
            statement = statement
                .push(" AND code IN ")
                .list(self.codes.iter().map(String::as_str));
        }
        if let Some(search) = &self.search {
            statement = statement
                .push(" AND search_key LIKE ")
                .bind(containing(search))
                .push(" ESCAPE '!'");
        }
        statement
    }
}

/// A name of a closed list, read from a text column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromSqlRow)]
pub struct Name<T: TextEnum + std::fmt::Debug>(pub T);

impl<T: TextEnum + std::fmt::Debug, DB: Backend> FromSql<Text, DB> for Name<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = String::from_sql(bytes)?;
        let value = T::parse(&text).ok_or_else(|| format!("\"{text}\" is no known name"))?;
        Ok(Name(value))
    }
}
