//! Everything the rules look at besides plan lines.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};

use super::lines::Asked;
use crate::db::Conn;
use crate::db::sql::{Sql, sql};
use crate::domain::alerts::world::{
    Agency, Assignment, Dated, Directive, Holder, Links, Obstacle, ProjectHistory, Source, Target,
    TaskForce,
};
use crate::domain::calendar::vn_date;
use crate::domain::money::{Money, Rate};
use crate::domain::progress::Basis;
use crate::error::Result;

/// The authority whose assignments are compared with the plans (domain.md section 4).
const AUTHORITY: &str = "peoples_council";

fn of_projects<ST>(query: Sql<ST>, asked: &Asked, column: &'static str) -> Sql<ST> {
    match &asked.projects {
        Some(ids) => query
            .push(format!(" AND {column} IN "))
            .list(ids.iter().copied()),
        None => query,
    }
}

/// Projects with their dated links and people.
pub fn projects(conn: &mut Conn, asked: &Asked) -> Result<HashMap<i64, ProjectHistory>> {
    let query =
        sql::<(BigInt, Text, Text)>("SELECT p.id, p.code, p.name FROM projects p WHERE 1 = 1");
    let rows = of_projects(query, asked, "p.id").load::<(i64, String, String)>(conn)?;
    let mut projects: HashMap<i64, ProjectHistory> = rows
        .into_iter()
        .map(|(id, code, name)| {
            let project = ProjectHistory {
                id,
                code,
                name,
                ..ProjectHistory::default()
            };
            (id, project)
        })
        .collect();
    links(conn, asked, &mut projects)?;
    people(conn, asked, &mut projects)?;
    let reports = match asked.each_posting {
        true => all_reports(conn, asked)?,
        false => last_reports(conn, asked)?,
    };
    for (id, on) in reports {
        if let Some(project) = projects.get_mut(&id) {
            project.reports.push(on);
        }
    }
    Ok(projects)
}

fn links(
    conn: &mut Conn,
    asked: &Asked,
    projects: &mut HashMap<i64, ProjectHistory>,
) -> Result<()> {
    type Row = (i64, i64, i64, Option<i64>, NaiveDate, NaiveDate);
    let query = sql::<(BigInt, BigInt, BigInt, Nullable<BigInt>, Date, Date)>(
        "SELECT k.project_id, k.managing_unit_id, k.investor_id, k.pmu_id, k.valid_from, k.valid_to \
         FROM project_links k WHERE k.valid_from <= k.valid_to",
    );
    let rows = of_projects(query, asked, "k.project_id").load::<Row>(conn)?;
    for (id, managing_unit_id, investor_id, pmu_id, from, to) in rows {
        if let Some(project) = projects.get_mut(&id) {
            let value = Links {
                managing_unit_id,
                investor_id,
                pmu_id,
            };
            project.links.push(Dated { from, to, value });
        }
    }
    Ok(())
}

fn people(
    conn: &mut Conn,
    asked: &Asked,
    projects: &mut HashMap<i64, ProjectHistory>,
) -> Result<()> {
    type Row = (i64, String, i64, NaiveDate, NaiveDate);
    let query = sql::<(BigInt, Text, BigInt, Date, Date)>(
        "SELECT w.project_id, w.role, w.person_id, w.valid_from, w.valid_to \
         FROM project_people w WHERE w.valid_from <= w.valid_to",
    );
    let rows = of_projects(query, asked, "w.project_id").load::<Row>(conn)?;
    for (id, role, value, from, to) in rows {
        if let Some(project) = projects.get_mut(&id) {
            let list = match role.as_str() {
                "leader" => &mut project.leaders,
                _ => &mut project.officers,
            };
            list.push(Dated { from, to, value });
        }
    }
    Ok(())
}

/// The last payment and the last "nothing to report" of each project.
fn last_reports(conn: &mut Conn, asked: &Asked) -> Result<Vec<(i64, NaiveDate)>> {
    let mut reports = Vec::new();
    for (table, column) in [("disbursements", "posted_on"), ("confirmations", "as_of")] {
        // A look-up in the index for each project, not a walk over all payments.
        let query = sql::<(BigInt, Nullable<Date>)>(format!(
            "SELECT p.id, (SELECT MAX(r.{column}) FROM {table} r WHERE r.project_id = p.id AND r.{column} <= "
        ))
        .bind(asked.to)
        .push(") FROM projects p WHERE 1 = 1");
        let rows = of_projects(query, asked, "p.id").load::<(i64, Option<NaiveDate>)>(conn)?;
        reports.extend(rows.into_iter().filter_map(|(id, on)| Some((id, on?))));
    }
    Ok(reports)
}

fn all_reports(conn: &mut Conn, asked: &Asked) -> Result<Vec<(i64, NaiveDate)>> {
    let query = sql::<(BigInt, Date)>(
        "SELECT DISTINCT d.project_id, d.posted_on FROM disbursements d WHERE d.posted_on <= ",
    )
    .bind(asked.to);
    let mut reports = of_projects(query, asked, "d.project_id").load::<(i64, NaiveDate)>(conn)?;
    let query = sql::<(BigInt, Date)>(
        "SELECT DISTINCT c.project_id, c.as_of FROM confirmations c WHERE c.as_of <= ",
    )
    .bind(asked.to);
    reports.extend(of_projects(query, asked, "c.project_id").load::<(i64, NaiveDate)>(conn)?);
    Ok(reports)
}

/// Task forces with their members, the head first.
pub fn task_forces(conn: &mut Conn) -> Result<Vec<TaskForce>> {
    type Row = (i64, i64, Option<NaiveDate>, Option<NaiveDate>);
    let rows = sql::<(BigInt, BigInt, Nullable<Date>, Nullable<Date>)>(
        "SELECT id, unit_id, valid_from, valid_to FROM task_forces ORDER BY id",
    )
    .load::<Row>(conn)?;
    let members = sql::<(BigInt, BigInt, Text)>(
        "SELECT task_force_id, person_id, role FROM task_force_members \
         ORDER BY CASE role WHEN 'head' THEN 0 WHEN 'deputy' THEN 1 ELSE 2 END, id",
    )
    .load::<(i64, i64, String)>(conn)?;
    let mut forces: Vec<TaskForce> = rows
        .into_iter()
        .map(|(id, unit_id, from, to)| TaskForce {
            id,
            unit_id,
            from,
            to,
            has_head: false,
            members: Vec::new(),
        })
        .collect();
    let places: HashMap<i64, usize> = forces
        .iter()
        .enumerate()
        .map(|(at, one)| (one.id, at))
        .collect();
    for (force, person, role) in members {
        if let Some(force) = places.get(&force).and_then(|at| forces.get_mut(*at)) {
            force.has_head |= role == "head";
            force.members.push(person);
        }
    }
    Ok(forces)
}

/// Who follows each unit that was split or merged away: its last succession counts.
pub fn heirs(conn: &mut Conn) -> Result<HashMap<i64, (NaiveDate, i64)>> {
    let rows = sql::<(BigInt, Date, BigInt)>(
        "SELECT unit_id, effective_date, rest_to_unit_id FROM unit_successions ORDER BY effective_date, id",
    )
    .load::<(i64, NaiveDate, i64)>(conn)?;
    let heir = |(unit, from, heir)| (unit, (from, heir));
    Ok(rows.into_iter().map(heir).collect())
}

/// Coordinators of units with a person behind them.
pub fn coordinators(conn: &mut Conn) -> Result<Vec<Dated<(i64, i64)>>> {
    let rows = sql::<(BigInt, BigInt, Date, Date)>(
        "SELECT g.unit_id, u.person_id, g.valid_from, g.valid_to FROM grants g JOIN users u ON u.id = g.user_id \
         WHERE g.role = 'coordinator' AND g.unit_id IS NOT NULL AND u.person_id IS NOT NULL AND u.active \
         ORDER BY g.id",
    )
    .load::<(i64, i64, NaiveDate, NaiveDate)>(conn)?;
    let dated = |(unit, person, from, to)| Dated {
        from,
        to,
        value: (unit, person),
    };
    Ok(rows.into_iter().map(dated).collect())
}

/// Agencies by id.
pub fn agencies(conn: &mut Conn) -> Result<HashMap<i64, Agency>> {
    let rows = sql::<(BigInt, Text, Text, BigInt)>("SELECT id, code, name, unit_id FROM agencies")
        .load::<(i64, String, String, i64)>(conn)?;
    let agency = |(id, code, name, unit_id)| {
        let agency = Agency {
            id,
            code,
            name,
            unit_id,
        };
        (id, agency)
    };
    Ok(rows.into_iter().map(agency).collect())
}

/// Funding sources by id.
pub fn sources(conn: &mut Conn) -> Result<HashMap<i64, Source>> {
    let rows = sql::<(BigInt, Text, Text, Nullable<BigInt>)>(
        "SELECT id, code, name, parent_id FROM funding_sources",
    )
    .load::<(i64, String, String, Option<i64>)>(conn)?;
    let source = |(id, code, name, parent_id)| {
        let source = Source {
            id,
            code,
            name,
            parent_id,
        };
        (id, source)
    };
    Ok(rows.into_iter().map(source).collect())
}

/// The milestones of a year and later.
pub fn targets(conn: &mut Conn, from_year: i32) -> Result<Vec<Target>> {
    type Row = (
        i64,
        i32,
        NaiveDate,
        i64,
        String,
        (Option<i64>, Option<i64>, Option<i64>),
    );
    let rows = sql::<(BigInt, Integer, Date, BigInt, Text, (Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>))>(
        "SELECT id, budget_year, date, percent_hundredths, basis, unit_id, agency_id, funding_source_id \
         FROM targets WHERE budget_year >= ",
    )
    .bind(from_year)
    .push(" ORDER BY id")
    .load::<Row>(conn)?;
    let targets = rows.into_iter().filter_map(
        |(id, budget_year, date, percent, basis, (unit_id, agency_id, funding_source_id))| {
            Some(Target {
                id,
                budget_year,
                date,
                percent: Rate::from_hundredths(i128::from(percent))?,
                basis: Basis::parse(&basis)?,
                unit_id,
                agency_id,
                funding_source_id,
            })
        },
    );
    Ok(targets.collect())
}

/// The assignments of a year and later.
pub fn assignments(conn: &mut Conn, from_year: i32) -> Result<Vec<Assignment>> {
    type Row = (
        (Option<i64>, Option<i64>, Option<i64>),
        (i64, i32, i64, NaiveDate),
    );
    let rows = sql::<(
        (Nullable<BigInt>, Nullable<BigInt>, Nullable<BigInt>),
        (BigInt, Integer, BigInt, Date),
    )>(
        "SELECT unit_id, agency_id, from_unit_id, funding_source_id, budget_year, amount, effective_date \
         FROM capital_assignments WHERE authority = ",
    )
    .bind(AUTHORITY)
    .push(" AND budget_year >= ")
    .bind(from_year)
    .push(" ORDER BY id")
    .load::<Row>(conn)?;
    let assignments = rows.into_iter().filter_map(
        |(
            (unit, agency, from_unit_id),
            (funding_source_id, budget_year, amount, effective_date),
        )| {
            Some(Assignment {
                holder: unit.map(Holder::Unit).or(agency.map(Holder::Agency))?,
                from_unit_id,
                funding_source_id,
                budget_year,
                amount: Money::dong(amount),
                effective_date,
            })
        },
    );
    Ok(assignments.collect())
}

/// Obstacles that are not over.
pub fn obstacles(conn: &mut Conn, asked: &Asked) -> Result<Vec<Obstacle>> {
    type Row = (
        (i64, i64, String, String, Option<i64>),
        (NaiveDate, chrono::NaiveDateTime, String),
    );
    let query = sql::<(
        (BigInt, BigInt, Text, Text, Nullable<BigInt>),
        (Date, Timestamp, Text),
    )>(
        "SELECT o.id, o.project_id, o.category, o.description, o.owner_person_id, o.due_date, o.recorded_at, o.status \
         FROM obstacles o WHERE o.status NOT IN ('resolved', 'unresolvable')",
    );
    let rows = of_projects(query, asked, "o.project_id")
        .push(" ORDER BY o.id")
        .load::<Row>(conn)?;
    let obstacle = |(
        (id, project_id, category, description, owner_person_id),
        (due_date, at, status),
    ): Row| Obstacle {
        id,
        project_id,
        category,
        description,
        owner_person_id,
        due_date,
        recorded_on: known_on(asked, at),
        status,
    };
    Ok(rows.into_iter().map(obstacle).collect())
}

/// Directives that are not over: those of the projects, or all of them.
pub fn directives(conn: &mut Conn, asked: &Asked) -> Result<Vec<Directive>> {
    type Row = (
        (i64, i64, Option<i64>, String, i64),
        (NaiveDate, chrono::NaiveDateTime, String, String),
    );
    let query = sql::<(
        (BigInt, BigInt, Nullable<BigInt>, Text, BigInt),
        (Date, Timestamp, Text, Text),
    )>(
        "SELECT d.id, f.unit_id, d.project_id, d.text, d.assignee_person_id, \
         d.due_date, d.recorded_at, d.source_document, d.status \
         FROM directives d JOIN task_forces f ON f.id = d.task_force_id \
         WHERE d.status NOT IN ('resolved', 'unresolvable')",
    );
    let rows = of_projects(query, asked, "d.project_id")
        .push(" ORDER BY d.id")
        .load::<Row>(conn)?;
    let directive = |(
        (id, unit_id, project_id, text, assignee_person_id),
        (due_date, at, source_document, status),
    ): Row| Directive {
        id,
        unit_id,
        project_id,
        text,
        assignee_person_id,
        due_date,
        recorded_on: known_on(asked, at),
        source_document,
        status,
    };
    Ok(rows.into_iter().map(directive).collect())
}

/// Instants are of the real clock while business dates may be fixed, so the day something was
/// recorded matters only for looking back.
fn known_on(asked: &Asked, at: chrono::NaiveDateTime) -> NaiveDate {
    match asked.each_posting {
        true => vn_date(at.and_utc()),
        false => NaiveDate::MIN,
    }
}
