//! Successions of administrative units, and what they hand over.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Conn;
use super::any_of::any_of;
use super::page::{After, Page, Rows};
use super::schema::{
    agencies, alert_events, alerts, api_keys, grants, project_links,
    unit_succession_parts as parts, unit_successions as successions, webhooks,
};
use crate::error::Result;

/// A recorded succession.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = successions)]
#[allow(missing_docs)]
pub struct Succession {
    pub id: i64,
    pub unit_id: i64,
    pub rest_to_unit_id: i64,
    pub effective_date: NaiveDate,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub recorded_at: NaiveDateTime,
}

/// A succession to be recorded.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = successions)]
#[allow(missing_docs)]
pub struct NewSuccession {
    pub unit_id: i64,
    pub rest_to_unit_id: i64,
    pub effective_date: NaiveDate,
    pub decision_number: String,
    pub decision_issuer: String,
    pub decision_date: NaiveDate,
    pub recorded_at: NaiveDateTime,
    pub recorded_by: Option<i64>,
}

/// Records a succession: each successor, and each project with who takes it.
pub fn insert(
    conn: &mut Conn,
    new: &NewSuccession,
    successors: &[i64],
    projects: &[(i64, i64)],
) -> Result<i64> {
    let id: i64 = diesel::insert_into(successions::table)
        .values(new)
        .returning(successions::id)
        .get_result(conn)?;
    let heirs = successors.iter().map(|unit| (*unit, None));
    let handed = projects
        .iter()
        .map(|(project, unit)| (*unit, Some(*project)));
    for (unit, project) in heirs.chain(handed) {
        diesel::insert_into(parts::table)
            .values((
                parts::succession_id.eq(id),
                parts::unit_id.eq(unit),
                parts::project_id.eq(project),
            ))
            .execute(conn)?;
    }
    Ok(id)
}

/// A page of the successions of a unit, in the order recorded.
pub fn list(conn: &mut Conn, unit_id: i64, page: &Page) -> Result<Rows<Succession>> {
    let after = page.after.as_ref().map_or(0, |after| after.id);
    let rows = successions::table
        .filter(successions::unit_id.eq(unit_id))
        .filter(successions::id.gt(after))
        .order(successions::id)
        .limit(page.limit + 1)
        .select(Succession::as_select())
        .load(conn)?;
    Ok(page.cut(rows, |row| After {
        key: String::new(),
        id: row.id,
    }))
}

/// One succession of a unit.
pub fn find(conn: &mut Conn, unit_id: i64, id: i64) -> Result<Option<Succession>> {
    Ok(successions::table
        .find(id)
        .filter(successions::unit_id.eq(unit_id))
        .select(Succession::as_select())
        .first(conn)
        .optional()?)
}

/// The successions in force by a day that have not been handed over yet, oldest first.
pub fn due(conn: &mut Conn, day: NaiveDate) -> Result<Vec<Succession>> {
    Ok(successions::table
        .filter(successions::handed_over_on.is_null())
        .filter(successions::effective_date.le(day))
        .order((successions::effective_date, successions::id))
        .select(Succession::as_select())
        .load(conn)?)
}

/// Notes that a succession was handed over.
pub fn handed_over(conn: &mut Conn, id: i64, day: NaiveDate) -> Result<()> {
    diesel::update(successions::table.find(id))
        .set(successions::handed_over_on.eq(day))
        .execute(conn)?;
    Ok(())
}

/// A successor, alone or with a project that it takes.
pub type Part = (i64, Option<i64>);

/// Successors and what they take, by succession, in the order recorded.
pub fn parts(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<Part>>> {
    let rows = parts::table
        .filter(any_of(parts::succession_id, ids))
        .order(parts::id)
        .select((parts::succession_id, parts::unit_id, parts::project_id))
        .load::<(i64, i64, Option<i64>)>(conn)?;
    let mut found: HashMap<i64, Vec<Part>> = HashMap::new();
    for (id, unit, project) in rows {
        found.entry(id).or_default().push((unit, project));
    }
    Ok(found)
}

/// A managing link that is in force on a day or later.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct Managed {
    pub link_id: i64,
    pub project_id: i64,
    pub investor_id: i64,
    pub pmu_id: Option<i64>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
}

/// The links of projects that the unit manages on a day or later.
pub fn managed(conn: &mut Conn, unit_id: i64, from: NaiveDate) -> Result<Vec<Managed>> {
    use project_links as links;
    Ok(links::table
        .filter(links::managing_unit_id.eq(unit_id))
        .filter(links::valid_to.ge(from))
        .filter(links::valid_to.ge(links::valid_from))
        .order((links::project_id, links::valid_from))
        .select((
            links::id,
            links::project_id,
            links::investor_id,
            links::pmu_id,
            links::valid_from,
            links::valid_to,
        ))
        .load(conn)?)
}

/// Gives the rest of a link, from a day on, to another managing unit.
pub fn hand_over_link(conn: &mut Conn, link: &Managed, unit_id: i64, day: NaiveDate) -> Result<()> {
    use project_links as links;
    let from = link.valid_from.max(day);
    diesel::update(links::table.find(link.link_id))
        .set(links::valid_to.eq(from.pred_opt().unwrap_or(from)))
        .execute(conn)?;
    diesel::insert_into(links::table)
        .values((
            links::project_id.eq(link.project_id),
            links::managing_unit_id.eq(unit_id),
            links::investor_id.eq(link.investor_id),
            links::pmu_id.eq(link.pmu_id),
            links::valid_from.eq(from),
            links::valid_to.eq(link.valid_to),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives the grants on a unit, from a day on, to another unit; answers whose they are.
pub fn hand_over_grants(
    conn: &mut Conn,
    from_unit: i64,
    to: i64,
    day: NaiveDate,
) -> Result<Vec<i64>> {
    let rows = grants::table
        .filter(grants::unit_id.eq(from_unit))
        .filter(grants::valid_to.ge(day))
        .filter(grants::valid_to.ge(grants::valid_from))
        .order(grants::id)
        .select((
            grants::id,
            grants::user_id,
            grants::role,
            grants::valid_from,
            grants::valid_to,
        ))
        .load::<(i64, i64, String, NaiveDate, NaiveDate)>(conn)?;
    let mut users = Vec::new();
    for (id, user_id, role, begins, ends) in rows {
        let from = begins.max(day);
        diesel::update(grants::table.find(id))
            .set(grants::valid_to.eq(from.pred_opt().unwrap_or(from)))
            .execute(conn)?;
        let has: i64 = grants::table
            .filter(grants::user_id.eq(user_id))
            .filter(grants::unit_id.eq(to))
            .filter(grants::role.eq(&role))
            .filter(grants::valid_from.le(from))
            .filter(grants::valid_to.ge(ends))
            .count()
            .get_result(conn)?;
        if has == 0 {
            diesel::insert_into(grants::table)
                .values((
                    grants::user_id.eq(user_id),
                    grants::role.eq(role),
                    grants::unit_id.eq(to),
                    grants::valid_from.eq(from),
                    grants::valid_to.eq(ends),
                ))
                .execute(conn)?;
        }
        users.push(user_id);
    }
    users.sort_unstable();
    users.dedup();
    Ok(users)
}

/// The agencies of a unit.
pub fn agencies_of(conn: &mut Conn, unit_id: i64) -> Result<Vec<i64>> {
    Ok(agencies::table
        .filter(agencies::unit_id.eq(unit_id))
        .order(agencies::id)
        .select(agencies::id)
        .load(conn)?)
}

/// Moves an agency to another unit.
pub fn move_agency(conn: &mut Conn, id: i64, unit_id: i64) -> Result<()> {
    diesel::update(agencies::table.find(id))
        .set(agencies::unit_id.eq(unit_id))
        .execute(conn)?;
    Ok(())
}

/// Gives the API keys of a unit that were not revoked to another unit; answers which.
pub fn move_api_keys(conn: &mut Conn, from: i64, to: i64) -> Result<Vec<i64>> {
    let alive = api_keys::table
        .filter(api_keys::unit_id.eq(from))
        .filter(api_keys::revoked_at.is_null());
    let mut moved: Vec<i64> = diesel::update(alive)
        .set(api_keys::unit_id.eq(to))
        .returning(api_keys::id)
        .get_results(conn)?;
    moved.sort_unstable();
    Ok(moved)
}

/// Gives the webhooks of a unit to another unit; answers which.
pub fn move_webhooks(conn: &mut Conn, from: i64, to: i64) -> Result<Vec<i64>> {
    let of_unit = webhooks::table.filter(webhooks::unit_id.eq(from));
    let mut moved: Vec<i64> = diesel::update(of_unit)
        .set(webhooks::unit_id.eq(to))
        .returning(webhooks::id)
        .get_results(conn)?;
    moved.sort_unstable();
    Ok(moved)
}

/// A live alert of a unit.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs)]
pub struct LiveAlert {
    pub id: i64,
    pub project_id: Option<i64>,
    pub level: String,
    pub responsible_id: Option<i64>,
}

/// The live alerts of a unit.
pub fn live_alerts(conn: &mut Conn, unit_id: i64) -> Result<Vec<LiveAlert>> {
    Ok(alerts::table
        .filter(alerts::unit_id.eq(unit_id))
        .filter(alerts::state.ne("resolved"))
        .order(alerts::id)
        .select((
            alerts::id,
            alerts::project_id,
            alerts::level,
            alerts::responsible_id,
        ))
        .load(conn)?)
}

/// Gives an alert to another unit and notes it among the alert's events.
pub fn hand_over_alert(
    conn: &mut Conn,
    alert: &LiveAlert,
    unit_id: i64,
    (on, at): (NaiveDate, NaiveDateTime),
    actor_id: Option<i64>,
    detail: &str,
) -> Result<()> {
    diesel::update(alerts::table.find(alert.id))
        .set(alerts::unit_id.eq(unit_id))
        .execute(conn)?;
    diesel::insert_into(alert_events::table)
        .values((
            alert_events::alert_id.eq(alert.id),
            alert_events::on_date.eq(on),
            alert_events::at.eq(at),
            alert_events::kind.eq("handed_over"),
            alert_events::level.eq(&alert.level),
            alert_events::responsible_id.eq(alert.responsible_id),
            alert_events::actor_id.eq(actor_id),
            alert_events::detail.eq(detail),
        ))
        .execute(conn)?;
    Ok(())
}
