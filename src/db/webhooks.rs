//! Webhooks and what is delivered to them.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::Conn;
use super::api_keys::of_holders;
use super::page::{After, Page, Rows};
use super::schema::{alerts, webhook_deliveries, webhooks};
use super::sql::{Sql, sql};
use crate::domain::scope::Scope;
use crate::error::Result;

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Row {
    pub id: i64,
    pub url: String,
    pub description: Option<String>,
    pub events: String,
    pub user_id: i64,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub active: bool,
    pub disabled_reason: Option<String>,
    pub salt: String,
    pub previous_salt: Option<String>,
    pub previous_until: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
}

type Types = (
    (BigInt, Text, Nullable<Text>, Text, BigInt),
    (Nullable<BigInt>, Nullable<BigInt>, Bool, Nullable<Text>),
    (Text, Nullable<Text>, Nullable<Timestamp>, Timestamp),
);
type Loaded = (
    (i64, String, Option<String>, String, i64),
    (Option<i64>, Option<i64>, bool, Option<String>),
    (String, Option<String>, Option<NaiveDateTime>, NaiveDateTime),
);

fn row((own, grant, secret): Loaded) -> Row {
    Row {
        id: own.0,
        url: own.1,
        description: own.2,
        events: own.3,
        user_id: own.4,
        unit_id: grant.0,
        agency_id: grant.1,
        active: grant.2,
        disabled_reason: grant.3,
        salt: secret.0,
        previous_salt: secret.1,
        previous_until: secret.2,
        created_at: secret.3,
    }
}

fn select() -> Sql<Types> {
    sql(
        "SELECT w.id, w.url, w.description, w.events, w.user_id, w.unit_id, w.agency_id, w.active, w.disabled_reason, \
         w.salt, w.previous_salt, w.previous_until, w.created_at FROM webhooks w WHERE 1 = 1",
    )
}

/// A page of the webhooks in the scope, by id.
pub fn list(conn: &mut Conn, scope: &Scope, page: &Page) -> Result<Rows<Row>> {
    let query = of_holders(select(), "w", scope);
    let rows = page.by_id(query, "w.id", false).load::<Loaded>(conn)?;
    let rows = rows.into_iter().map(row).collect();
    Ok(page.cut(rows, |row: &Row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One by id, if it is in the scope.
pub fn find(conn: &mut Conn, scope: &Scope, id: i64) -> Result<Option<Row>> {
    let query = of_holders(select(), "w", scope)
        .push(" AND w.id = ")
        .bind(id);
    Ok(query.load::<Loaded>(conn)?.into_iter().next().map(row))
}

/// Those that are told things: switched on, of an owner who may sign in.
pub fn listening(conn: &mut Conn) -> Result<Vec<Row>> {
    let query = select().push(
        " AND w.active AND EXISTS (SELECT 1 FROM users u WHERE u.id = w.user_id AND u.active) ORDER BY w.id",
    );
    Ok(query.load::<Loaded>(conn)?.into_iter().map(row).collect())
}

/// A webhook to be added.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = webhooks)]
#[allow(missing_docs)]
pub struct NewWebhook {
    pub url: String,
    pub description: Option<String>,
    pub events: String,
    pub user_id: i64,
    pub unit_id: Option<i64>,
    pub agency_id: Option<i64>,
    pub active: bool,
    pub salt: String,
    pub created_at: NaiveDateTime,
}

/// Adds a webhook.
pub fn insert(conn: &mut Conn, new: &NewWebhook) -> Result<i64> {
    Ok(diesel::insert_into(webhooks::table)
        .values(new)
        .returning(webhooks::id)
        .get_result(conn)?)
}

/// Writes what may change of a webhook, and lets it be spoken to at once.
pub fn update(conn: &mut Conn, row: &Row) -> Result<()> {
    diesel::update(webhooks::table.find(row.id))
        .set((
            webhooks::url.eq(&row.url),
            webhooks::description.eq(&row.description),
            webhooks::events.eq(&row.events),
            webhooks::active.eq(row.active),
            webhooks::disabled_reason.eq(&row.disabled_reason),
            webhooks::salt.eq(&row.salt),
            webhooks::previous_salt.eq(&row.previous_salt),
            webhooks::previous_until.eq(row.previous_until),
            webhooks::not_before.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets a webhook be until then; `None` speaks to it again.
pub fn rest(conn: &mut Conn, id: i64, until: Option<NaiveDateTime>) -> Result<()> {
    diesel::update(webhooks::table.find(id))
        .set(webhooks::not_before.eq(until))
        .execute(conn)?;
    Ok(())
}

/// The unit that an alert without a project is about.
pub fn unit_of_alert(conn: &mut Conn, alert_id: i64) -> Result<Option<i64>> {
    let unit: Option<Option<i64>> = alerts::table
        .find(alert_id)
        .select(alerts::unit_id)
        .first(conn)
        .optional()?;
    Ok(unit.flatten())
}

/// A delivery to be queued.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = webhook_deliveries)]
#[allow(missing_docs)]
pub struct NewDelivery {
    pub webhook_id: i64,
    pub message_id: String,
    pub event: String,
    pub body: String,
    pub state: String,
    pub attempts: i64,
    pub next_attempt_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
}

/// Queues a delivery.
pub fn queue(conn: &mut Conn, new: &NewDelivery) -> Result<()> {
    diesel::insert_into(webhook_deliveries::table)
        .values(new)
        .execute(conn)?;
    Ok(())
}

/// A delivery, as its log shows it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = webhook_deliveries)]
#[allow(missing_docs)]
pub struct Delivery {
    pub id: i64,
    pub webhook_id: i64,
    pub message_id: String,
    pub event: String,
    pub body: String,
    pub state: String,
    pub attempts: i64,
    pub next_attempt_at: NaiveDateTime,
    pub created_at: NaiveDateTime,
    pub last_attempt_at: Option<NaiveDateTime>,
    pub delivered_at: Option<NaiveDateTime>,
    pub last_status: Option<i64>,
    pub last_error: Option<String>,
}

/// A page of the deliveries to a webhook, newest first.
pub fn deliveries(
    conn: &mut Conn,
    webhook_id: i64,
    states: &[&str],
    page: &Page,
) -> Result<Rows<Delivery>> {
    use webhook_deliveries as d;
    let mut query = d::table
        .filter(d::webhook_id.eq(webhook_id))
        .order(d::id.desc())
        .limit(page.limit + 1)
        .select(Delivery::as_select())
        .into_boxed();
    if !states.is_empty() {
        query = query.filter(d::state.eq_any(states.iter().copied()));
    }
    if let Some(after) = &page.after {
        query = query.filter(d::id.lt(after.id));
    }
    let rows = query.load::<Delivery>(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One delivery to a webhook.
pub fn delivery(conn: &mut Conn, webhook_id: i64, id: i64) -> Result<Option<Delivery>> {
    use webhook_deliveries as d;
    Ok(d::table
        .find(id)
        .filter(d::webhook_id.eq(webhook_id))
        .select(Delivery::as_select())
        .first(conn)
        .optional()?)
}

/// Queues a delivery once more, from the first attempt on.
pub fn requeue(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<()> {
    use webhook_deliveries as d;
    diesel::update(d::table.find(id))
        .set((
            d::state.eq("queued"),
            d::attempts.eq(0_i64),
            d::next_attempt_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the next due delivery of every webhook that is spoken to and that nobody is speaking to
/// just now, or of one webhook. Each is held by one sender at a time.
pub fn take(
    conn: &mut Conn,
    owner: &str,
    webhook_id: Option<i64>,
    now: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<Vec<Delivery>> {
    use webhook_deliveries as d;
    let query = sql::<(BigInt,)>("UPDATE webhook_deliveries SET lease_owner = ")
        .bind(owner)
        .push(", lease_until = ")
        .bind(until)
        .push(
            " WHERE id IN (SELECT MIN(x.id) FROM webhook_deliveries x \
             JOIN webhooks w ON w.id = x.webhook_id JOIN users u ON u.id = w.user_id \
             WHERE x.state IN ('queued', 'failed') AND w.active AND u.active AND x.next_attempt_at <= ",
        )
        .bind(now)
        .push(" AND (w.not_before IS NULL OR w.not_before <= ")
        .bind(now)
        .push(
            ") AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o WHERE o.webhook_id = x.webhook_id \
             AND o.state IN ('queued', 'failed') AND o.lease_until > ",
        )
        .bind(now)
        .push(")");
    let query = match webhook_id {
        Some(id) => query.push(" AND w.id = ").bind(id),
        None => query,
    };
    // The lease is looked at again: another sender may have taken the row while this one waited.
    let ids: Vec<i64> = query
        .push(" GROUP BY x.webhook_id) AND (lease_until IS NULL OR lease_until <= ")
        .bind(now)
        .push(") RETURNING id")
        .load::<(i64,)>(conn)?
        .into_iter()
        .map(|(id,)| id)
        .collect();
    Ok(d::table
        .filter(d::id.eq_any(ids))
        .order(d::id)
        .select(Delivery::as_select())
        .load(conn)?)
}

/// What became of an attempt.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Attempted<'a> {
    pub id: i64,
    pub owner: &'a str,
    pub state: &'a str,
    pub at: NaiveDateTime,
    pub next_attempt_at: Option<NaiveDateTime>,
    pub status: Option<i64>,
    pub error: Option<&'a str>,
}

/// Notes an attempt and gives the delivery back; false if the lease was lost meanwhile.
pub fn attempted(conn: &mut Conn, done: &Attempted<'_>) -> Result<bool> {
    use webhook_deliveries as d;
    let held = d::table.find(done.id).filter(d::lease_owner.eq(done.owner));
    let delivered_at = (done.state == "delivered").then_some(done.at);
    let changed = diesel::update(held)
        .set((
            d::state.eq(done.state),
            d::attempts.eq(d::attempts + 1),
            d::last_attempt_at.eq(done.at),
            d::delivered_at.eq(delivered_at),
            d::last_status.eq(done.status),
            d::last_error.eq(done.error),
            d::lease_owner.eq(None::<String>),
            d::lease_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    if let Some(at) = done.next_attempt_at {
        diesel::update(d::table.find(done.id))
            .set(d::next_attempt_at.eq(at))
            .execute(conn)?;
    }
    Ok(changed > 0)
}

/// Whether a delivery to a webhook, other than this one, was given up since then.
pub fn gave_up_since(
    conn: &mut Conn,
    webhook_id: i64,
    since: NaiveDateTime,
    but: i64,
) -> Result<bool> {
    use webhook_deliveries as d;
    let others = d::table
        .filter(d::webhook_id.eq(webhook_id))
        .filter(d::state.eq("dead"))
        .filter(d::last_attempt_at.gt(since))
        .filter(d::id.ne(but));
    Ok(diesel::select(diesel::dsl::exists(others)).get_result(conn)?)
}

/// Forgets deliveries that ended before then.
pub fn forget(conn: &mut Conn, before: NaiveDateTime) -> Result<usize> {
    use webhook_deliveries as d;
    let ended = d::table
        .filter(d::state.eq_any(["delivered", "dead"]))
        .filter(d::created_at.lt(before));
    Ok(diesel::delete(ended).execute(conn)?)
}
