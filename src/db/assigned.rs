//! Capital assigned to units and agencies, summed.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Nullable};

use super::Conn;
use super::sql::sql;
use crate::domain::capital::Authority;
use crate::error::Result;

/// What one holder was given from one place in one funding source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The unit it was given to, or…
    pub unit_id: Option<i64>,
    /// … the agency.
    pub agency_id: Option<i64>,
    /// The unit that passed it on.
    pub from_unit_id: Option<i64>,
    /// The funding source.
    pub funding_source_id: i64,
    /// Signed đồng.
    pub amount: i64,
}

/// All that an authority assigned in a year, in force on `day`.
pub fn of_year(
    conn: &mut Conn,
    budget_year: i32,
    authority: Authority,
    day: NaiveDate,
) -> Result<Vec<Assigned>> {
    type Row = (Option<i64>, Option<i64>, Option<i64>, i64, i64);
    let rows = sql::<(
        Nullable<BigInt>,
        Nullable<BigInt>,
        Nullable<BigInt>,
        BigInt,
        BigInt,
    )>(
        "SELECT unit_id, agency_id, from_unit_id, funding_source_id, CAST(SUM(amount) AS BIGINT) \
         FROM capital_assignments WHERE budget_year = ",
    )
    .bind(budget_year)
    .push(" AND authority = ")
    .bind(authority.as_str())
    .push(" AND effective_date <= ")
    .bind(day)
    .push(" GROUP BY unit_id, agency_id, from_unit_id, funding_source_id")
    .load::<Row>(conn)?;
    let assigned = rows.into_iter().map(
        |(unit_id, agency_id, from_unit_id, funding_source_id, amount)| Assigned {
            unit_id,
            agency_id,
            from_unit_id,
            funding_source_id,
            amount,
        },
    );
    Ok(assigned.collect())
}
