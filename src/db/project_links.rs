//! The dated links of a project: managing unit, investor, PMU, and its responsible people.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::Conn;
use super::any_of::any_of;
use super::schema::project_links;
use super::sql::{Sql, sql};
use crate::domain::scope::{ProjectLinks, Scope};
use crate::error::Result;

/// The links in force on a day; `None` if there is no such project.
pub fn on(conn: &mut Conn, project_id: i64, date: NaiveDate) -> Result<Option<ProjectLinks>> {
    let [links] = on_each(conn, project_id, [date])?;
    Ok(links)
}

/// The links in force on each of some days.
pub fn on_each<const DAYS: usize>(
    conn: &mut Conn,
    project_id: i64,
    dates: [NaiveDate; DAYS],
) -> Result<[Option<ProjectLinks>; DAYS]> {
    type Types = (BigInt, BigInt, BigInt, Nullable<BigInt>, Nullable<BigInt>);
    let query = sql::<Types>("");
    let query = (0_i64..).zip(dates).fold(query, |query, (place, date)| {
        let union = if place == 0 { "" } else { " UNION ALL " };
        query
            .push(format!(
                "{union}SELECT CAST({place} AS BIGINT), l.managing_unit_id, l.investor_id, l.pmu_id, \
                 (SELECT p.person_id FROM project_people p WHERE p.project_id = l.project_id \
                 AND p.role = 'leader' AND p.valid_from <= "
            ))
            .bind(date)
            .push(" AND p.valid_to >= ")
            .bind(date)
            .push(") FROM project_links l WHERE l.project_id = ")
            .bind(project_id)
            .push(" AND l.valid_from <= ")
            .bind(date)
            .push(" AND l.valid_to >= ")
            .bind(date)
    });
    let rows = query.load::<(i64, i64, i64, Option<i64>, Option<i64>)>(conn)?;
    let mut links = [const { None }; DAYS];
    for (place, managing_unit_id, investor_id, pmu_id, leader_id) in rows {
        let place = usize::try_from(place).unwrap_or(DAYS);
        if let Some(slot) = links.get_mut(place) {
            *slot = Some(ProjectLinks {
                managing_unit_id,
                investor_id,
                pmu_id,
                leader_id,
            });
        }
    }
    Ok(links)
}

/// Who a project belongs to, over an interval.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = project_links)]
#[allow(missing_docs)]
pub struct Link {
    pub project_id: i64,
    pub managing_unit_id: i64,
    pub investor_id: i64,
    pub pmu_id: Option<i64>,
    pub valid_from: NaiveDate,
    pub valid_to: NaiveDate,
}

/// The links of projects in force on a day, in no order.
pub fn of_projects(conn: &mut Conn, ids: &[i64], date: NaiveDate) -> Result<Vec<Link>> {
    Ok(project_links::table
        .filter(any_of(project_links::project_id, ids))
        .filter(project_links::valid_from.le(date))
        .filter(project_links::valid_to.ge(date))
        .select(Link::as_select())
        .load(conn)?)
}

/// Adds the links of a new project.
pub fn insert(conn: &mut Conn, link: &Link) -> Result<()> {
    diesel::insert_into(project_links::table)
        .values(link)
        .execute(conn)?;
    Ok(())
}

/// Puts new links in force from a day on, until the links that followed on that day end. The
/// links they replace end the day before; if they began that day, they stay as an empty interval.
pub fn replace_from(
    conn: &mut Conn,
    date: NaiveDate,
    change: impl FnOnce(&mut Link),
    project_id: i64,
) -> Result<()> {
    let covering = project_links::table
        .filter(project_links::project_id.eq(project_id))
        .filter(project_links::valid_from.le(date))
        .filter(project_links::valid_to.ge(date))
        .select((project_links::id, Link::as_select()))
        .first::<(i64, Link)>(conn)
        .optional()?;
    let Some((id, mut link)) = covering else {
        return Ok(());
    };
    diesel::update(project_links::table.find(id))
        .set(project_links::valid_to.eq(date.pred_opt().unwrap_or(date)))
        .execute(conn)?;
    link.valid_from = date;
    change(&mut link);
    insert(conn, &link)
}

/// Appends the condition that a project is in scope by its links of a day. `project` is the SQL
/// expression of its id; the statement already has a `WHERE`.
pub fn in_scope<ST>(statement: Sql<ST>, project: &str, scope: &Scope, date: NaiveDate) -> Sql<ST> {
    if scope.everything {
        return statement;
    }
    let mut statement = linked(statement, project, date).push(" AND (1 = 0");
    if !scope.units.is_empty() {
        statement = statement
            .push(" OR sl.managing_unit_id IN ")
            .list(scope.units.iter().copied());
    }
    if !scope.agencies.is_empty() {
        statement = statement
            .push(" OR sl.investor_id IN ")
            .list(scope.agencies.iter().copied())
            .push(" OR sl.pmu_id IN ")
            .list(scope.agencies.iter().copied());
    }
    if let Some(person) = scope.led_by {
        statement = statement
            .push(
                " OR EXISTS (SELECT 1 FROM project_people sp WHERE sp.project_id = sl.project_id \
                 AND sp.role = 'leader' AND sp.person_id = ",
            )
            .bind(person)
            .push(" AND sp.valid_from <= ")
            .bind(date)
            .push(" AND sp.valid_to >= ")
            .bind(date)
            .push(")");
    }
    statement.push("))")
}

/// Appends the condition that a project is managed by one of the units on a day.
pub fn managed_by<ST>(
    statement: Sql<ST>,
    project: &str,
    units: impl IntoIterator<Item = i64>,
    date: NaiveDate,
) -> Sql<ST> {
    // Not correlated: the projects are found once, by the index of either side.
    statement
        .push(format!(
            " AND {project} IN (SELECT sl.project_id FROM project_links sl WHERE sl.valid_from <= "
        ))
        .bind(date)
        .push(" AND sl.valid_to >= ")
        .bind(date)
        .push(" AND sl.managing_unit_id IN ")
        .list(units)
        .push(")")
}

/// Opens ` AND EXISTS (SELECT … FROM project_links sl WHERE …`, to be closed by the caller.
pub(super) fn linked<ST>(statement: Sql<ST>, project: &str, date: NaiveDate) -> Sql<ST> {
    statement
        .push(format!(
            " AND EXISTS (SELECT 1 FROM project_links sl WHERE sl.project_id = {project} AND sl.valid_from <= "
        ))
        .bind(date)
        .push(" AND sl.valid_to >= ")
        .bind(date)
}
