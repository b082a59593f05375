//! What forecasts look at: the province's budget years as a whole, and the plan entries of lines.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Integer, Nullable};

use super::Conn;
use super::figures::LineFilter;
use super::sql::sql;
use crate::domain::forecast::{Grant, History};
use crate::domain::money::Money;
use crate::error::Result;

/// The whole province's budget years from `first` on, by one query over the roll-up and the plan
/// entries of in-year lines. An extension moves what may still be spent, not what was assigned
/// (domain.md section 4), so it is left out.
pub fn history(conn: &mut Conn, first: i32) -> Result<History> {
    type Row = (i32, NaiveDate, Option<NaiveDate>, i64);
    let rows = sql::<(Integer, Date, Nullable<Date>, BigInt)>(
        "SELECT l.budget_year, m.month, NULL, CAST(SUM(m.net) AS BIGINT) \
         FROM plan_lines l JOIN line_months m ON m.line_id = l.id \
         WHERE l.origin = 'in_year' AND l.budget_year >= ",
    )
    .bind(first)
    .push(
        " GROUP BY l.budget_year, m.month UNION ALL \
         SELECT l.budget_year, e.effective_date, e.deadline, CAST(SUM(e.amount) AS BIGINT) \
         FROM plan_lines l JOIN plan_entries e ON e.line_id = l.id \
         WHERE l.origin = 'in_year' AND e.kind <> 'extension_out' AND l.budget_year >= ",
    )
    .bind(first)
    .push(" GROUP BY l.budget_year, e.effective_date, e.deadline")
    .load::<Row>(conn)?;
    let mut history = History::default();
    for (budget_year, from, until, amount) in rows {
        match until {
            None => history.paid(budget_year, from, i128::from(amount)),
            Some(until) => {
                let amount = Money::saturating(i128::from(amount));
                history.given(
                    budget_year,
                    Grant {
                        from,
                        until,
                        amount,
                    },
                );
            }
        }
    }
    Ok(history)
}

/// The plan entries of each line, whenever they take effect.
pub fn grants(conn: &mut Conn, filter: &LineFilter) -> Result<HashMap<i64, Vec<Grant>>> {
    let query = sql::<(BigInt, Date, Date, BigInt)>(
        "SELECT e.line_id, e.effective_date, e.deadline, e.amount \
         FROM plan_entries e JOIN plan_lines l ON l.id = e.line_id WHERE",
    );
    let rows = filter
        .narrow(query)
        .push(" ORDER BY e.id")
        .load::<(i64, NaiveDate, NaiveDate, i64)>(conn)?;
    let mut grants: HashMap<i64, Vec<Grant>> = HashMap::new();
    for (line, from, until, amount) in rows {
        let amount = Money::dong(amount);
        grants.entry(line).or_default().push(Grant {
            from,
            until,
            amount,
        });
    }
    Ok(grants)
}
