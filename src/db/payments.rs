//! What logging one payment reads and writes, in as few statements as may be: on PostgreSQL each is a
//! round trip, and waits for its turn on the processor twice.

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};

use super::disbursements::{Fields, adding_to_month, claim_all, inserting};
use super::plan_lines::{Line, LineKey};
use super::sql::sql;
use super::{Conn, unless_taken};
use crate::domain::calendar::month_start;
use crate::error::Result;

/// Where a payment goes, and who logs it.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// Code and name of the funding source, if there is one.
    pub source: Option<(String, String)>,
    /// The line, if it has been used.
    pub line: Option<Line>,
    /// The voucher stands for another payment of the kind on the line.
    pub is_taken: bool,
    /// The name of the user.
    pub username: Option<String>,
}

/// Looks up a line, a voucher of a kind of payment, and a user.
pub fn place(
    conn: &mut Conn,
    key: &LineKey,
    (kind, voucher): (&str, &str),
    user: Option<i64>,
) -> Result<Place> {
    type Row = (
        String,
        String,
        Option<i64>,
        Option<NaiveDate>,
        bool,
        Option<String>,
    );
    let row = sql::<(
        Text,
        Text,
        Nullable<BigInt>,
        Nullable<Date>,
        Bool,
        Nullable<Text>,
    )>(
        "SELECT f.code, f.name, l.id, l.deadline, \
         EXISTS (SELECT 1 FROM voucher_claims c WHERE c.line_id = l.id AND c.kind = ",
    )
    .bind(kind)
    .push(" AND c.voucher_number = ")
    .bind(voucher)
    .push("), (SELECT u.username FROM users u WHERE u.id = ")
    .bind_option(user)
    .push(") FROM funding_sources f LEFT JOIN plan_lines l ON l.funding_source_id = f.id AND l.project_id = ")
    .bind(key.project_id)
    .push(" AND l.budget_year = ")
    .bind(key.budget_year)
    .push(" AND l.origin = ")
    .bind(key.origin.as_str())
    .push(" WHERE f.id = ")
    .bind(key.funding_source_id)
    .load::<Row>(conn)?
    .into_iter()
    .next();
    let Some((code, name, line, deadline, is_taken, username)) = row else {
        return Ok(Place::default());
    };
    let line = line.zip(deadline).map(|(id, deadline)| Line {
        id,
        key: *key,
        deadline,
    });
    Ok(Place {
        source: Some((code, name)),
        line,
        is_taken,
        username,
    })
}

/// Writes a payment or a reversal, adds it to the roll-up of its month and, unless it is a reversal,
/// claims its voucher; `None` if that is taken.
pub fn record(conn: &mut Conn, fields: &Fields) -> Result<Option<i64>> {
    let row = std::slice::from_ref(fields);
    let month = (fields.line_id, month_start(fields.posted_on));
    let figures = (fields.net_amount, fields.advance_change);
    let claims = fields.reverses_id.is_none();
    if conn.is_sqlite() {
        let query = inserting(sql::<(BigInt,)>(""), row).push(" RETURNING id");
        let (id,) = query.get_result::<(i64,)>(conn)?;
        adding_to_month(sql::<()>(""), month, figures).execute(conn)?;
        let claimed = !claims || claim_all(conn, &[(id, fields)])?;
        return Ok(claimed.then_some(id));
    }
    let query = inserting(sql::<(BigInt,)>("WITH paid AS ("), row);
    let query = query.push(" RETURNING id), summed AS (");
    let mut query = adding_to_month(query, month, figures).push(")");
    if claims {
        query = query
            .push(
                ", claimed AS (INSERT INTO voucher_claims (disbursement_id, line_id, kind, voucher_number) \
                 SELECT paid.id, ",
            )
            .bind(fields.line_id)
            .and(fields.kind.as_str())
            .and(fields.voucher_number.as_str())
            .push(" FROM paid)");
    }
    let made = unless_taken(
        query
            .push(" SELECT id FROM paid")
            .get_result::<(i64,)>(conn),
    )?;
    Ok(made.map(|(id,)| id))
}
