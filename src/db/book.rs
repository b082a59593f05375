//! Projects and the ledgers of their lines, whole: what readers keep in memory.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diesel::connection::DefaultLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Integer, Text};

use super::Conn;
use super::any_of::any_of;
use super::ledger::entry_kind;
use super::project_links::Link;
use super::projects::Fields;
use super::schema::{agencies, funding_sources, people, project_links, project_locations};
use super::schema::{project_people, projects};
use super::sql::{Sql, sql};
use crate::domain::capital::Origin;
use crate::domain::ledger::{Entry, LineBook, Posting};
use crate::domain::money::Money;
use crate::domain::schedule::{ScheduleItem, ScheduleVersion};
use crate::domain::scope::ProjectLinks;
use crate::error::Result;

/// A duty of a person on a project, over an interval.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Duty {
    /// The project.
    pub project_id: i64,
    /// `leader` or `officer`.
    pub role: String,
    /// The person.
    pub person_id: i64,
    /// First day.
    pub valid_from: NaiveDate,
    /// Last day.
    pub valid_to: NaiveDate,
}

/// A project with everything dated about it.
#[derive(Clone, Debug)]
pub struct Project {
    /// Identity.
    pub id: i64,
    /// What is not dated.
    pub fields: Fields,
    /// Whom it belongs to, interval by interval.
    pub links: Vec<Link>,
    /// Leaders and officers, interval by interval.
    pub duties: Vec<Duty>,
    /// Units in which it lies, in the order given.
    pub locations: Vec<i64>,
}

impl Project {
    /// Whom it belongs to on a day.
    pub fn link_on(&self, day: NaiveDate) -> Option<&Link> {
        let mut links = self.links.iter();
        links.find(|link| link.valid_from <= day && day <= link.valid_to)
    }

    /// Who has a duty on a day.
    pub fn person_on(&self, role: &str, day: NaiveDate) -> Option<i64> {
        let mut duties = self.duties.iter();
        let found = duties
            .find(|duty| duty.role == role && duty.valid_from <= day && day <= duty.valid_to)?;
        Some(found.person_id)
    }

    /// What decides on a day who may see it.
    pub fn links_on(&self, day: NaiveDate) -> Option<ProjectLinks> {
        let link = self.link_on(day)?;
        Some(ProjectLinks {
            managing_unit_id: link.managing_unit_id,
            investor_id: link.investor_id,
            pmu_id: link.pmu_id,
            leader_id: self.person_on("leader", day),
        })
    }
}

/// More projects than this are not named one by one in a query.
pub const NAMED: usize = 500;

/// These projects, or all, in order of id.
pub fn projects(conn: &mut Conn, ids: Option<&[i64]>) -> Result<Vec<Project>> {
    // Each table once; none of them depends on the number of payments.
    macro_rules! rows {
        ($table:ident, $column:ident, $order:expr, $select:expr) => {{
            let query = $table::table.order($order).select($select);
            match ids {
                Some(ids) => query.filter(any_of($table::$column, ids)).load(conn)?,
                None => query.load(conn)?,
            }
        }};
    }
    let fields: Vec<(i64, Fields)> = rows!(
        projects,
        id,
        projects::id,
        (projects::id, Fields::as_select())
    );
    let links: Vec<Link> = rows!(
        project_links,
        project_id,
        project_links::id,
        Link::as_select()
    );
    let duties: Vec<Duty> = rows!(
        project_people,
        project_id,
        project_people::id,
        (
            project_people::project_id,
            project_people::role,
            project_people::person_id,
            project_people::valid_from,
            project_people::valid_to
        )
    );
    let places: Vec<(i64, i64)> = rows!(
        project_locations,
        project_id,
        project_locations::id,
        (project_locations::project_id, project_locations::unit_id)
    );
    let mut links = grouped(links, |link| link.project_id);
    let mut duties = grouped(duties, |duty| duty.project_id);
    let mut places = grouped(places, |place| place.0);
    let all = fields.into_iter().map(|(id, fields)| Project {
        id,
        fields,
        links: links.remove(&id).unwrap_or_default(),
        duties: duties.remove(&id).unwrap_or_default(),
        locations: places
            .remove(&id)
            .unwrap_or_default()
            .into_iter()
            .map(|(_, unit)| unit)
            .collect(),
    });
    Ok(all.collect())
}

fn grouped<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// A plan line with all that was ever given, promised and paid on it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Identity.
    pub id: i64,
    /// Its project.
    pub project_id: i64,
    /// Its funding source.
    pub funding_source_id: i64,
    /// Its budget year.
    pub budget_year: i32,
    /// Its origin.
    pub origin: Origin,
    /// The last day on which it may be paid from.
    pub deadline: NaiveDate,
    /// Its entries and postings. Voided entries carry no mark: they and their reversals cancel.
    pub book: LineBook,
    /// Its approved schedule versions.
    pub versions: Arc<[ScheduleVersion]>,
}

/// Lines of which budget years and projects.
struct Chosen<'a> {
    years: &'a [i32],
    projects: Option<&'a [i64]>,
}

impl Chosen<'_> {
    /// Appends the conditions on `plan_lines l`.
    fn narrow<ST>(&self, query: Sql<ST>) -> Sql<ST> {
        let query = query
            .push(" l.budget_year IN ")
            .list(self.years.iter().copied());
        match self.projects {
            Some(ids) => query
                .push(" AND l.project_id IN ")
                .list(ids.iter().copied()),
            None => query,
        }
    }
}

/// The lines of some years that have any entry, of these projects or of all, by year, project and id.
pub fn lines(conn: &mut Conn, years: &[i32], projects: Option<&[i64]>) -> Result<Vec<Line>> {
    let chosen = Chosen { years, projects };
    let mut entries = entries(conn, &chosen)?;
    let mut postings = postings(conn, &chosen)?;
    let mut versions = versions(conn, &chosen)?;
    type Row = (i64, i64, i64, i32, String, NaiveDate);
    let query = sql::<(BigInt, BigInt, BigInt, Integer, Text, Date)>(
        "SELECT l.id, l.project_id, l.funding_source_id, l.budget_year, l.origin, l.deadline FROM plan_lines l WHERE",
    );
    let rows = chosen
        .narrow(query)
        .push(" ORDER BY l.budget_year, l.project_id, l.id")
        .load::<Row>(conn)?;
    let lines =
        rows.into_iter()
            .filter_map(|(id, project_id, source, budget_year, origin, deadline)| {
                Some(Line {
                    id,
                    project_id,
                    funding_source_id: source,
                    budget_year,
                    origin: Origin::parse(&origin)?,
                    deadline,
                    book: LineBook {
                        entries: entries.remove(&id)?,
                        postings: postings.remove(&id).unwrap_or_default(),
                    },
                    versions: versions.remove(&id).unwrap_or_default().into(),
                })
            });
    Ok(lines.collect())
}

fn entries(conn: &mut Conn, chosen: &Chosen<'_>) -> Result<HashMap<i64, Vec<Entry>>> {
    type Row = (i64, String, i64, NaiveDate, NaiveDate, bool);
    let query = sql::<(BigInt, Text, BigInt, Date, Date, Bool)>(
        "SELECT e.line_id, e.kind, e.amount, e.effective_date, e.deadline, e.reverses_id IS NOT NULL \
         FROM plan_lines l JOIN plan_entries e ON e.line_id = l.id WHERE",
    );
    let rows = chosen
        .narrow(query)
        .load_iter::<Row, DefaultLoadingMode>(conn)?;
    lists(rows.map(|row| {
        let (line, kind, amount, effective_date, deadline, reversal) = row?;
        let entry = Entry {
            kind: entry_kind(&kind)?,
            amount: Money::dong(amount),
            effective_date,
            deadline,
            reversal,
            voided: false,
        };
        Ok((line, entry))
    }))
}

fn postings(conn: &mut Conn, chosen: &Chosen<'_>) -> Result<HashMap<i64, Vec<Posting>>> {
    type Row = (i64, NaiveDate, i64, i64);
    let query = sql::<(BigInt, Date, BigInt, BigInt)>(
        "SELECT d.line_id, d.posted_on, d.net_amount, d.advance_change \
         FROM plan_lines l JOIN disbursements d ON d.line_id = l.id WHERE",
    );
    let rows = chosen
        .narrow(query)
        .load_iter::<Row, DefaultLoadingMode>(conn)?;
    lists(rows.map(|row| {
        let (line, posted_on, net, advance) = row?;
        let posting = Posting {
            net: Money::dong(net),
            advance: Money::dong(advance),
            posted_on,
        };
        Ok((line, posting))
    }))
}

fn versions(conn: &mut Conn, chosen: &Chosen<'_>) -> Result<HashMap<i64, Vec<ScheduleVersion>>> {
    type Row = (i64, i64, i32, NaiveDate);
    let query = sql::<(BigInt, BigInt, Integer, Date)>(
        "SELECT s.id, s.line_id, s.version, s.effective_date \
         FROM plan_lines l JOIN schedules s ON s.line_id = l.id WHERE s.status = 'approved' AND",
    );
    let rows = chosen.narrow(query).load::<Row>(conn)?;
    let query = sql::<(BigInt, Date, BigInt)>(
        "SELECT i.schedule_id, i.due_date, i.amount \
         FROM plan_lines l JOIN schedules s ON s.line_id = l.id JOIN schedule_items i ON i.schedule_id = s.id \
         WHERE s.status = 'approved' AND",
    );
    let items = chosen
        .narrow(query)
        .push(" ORDER BY i.schedule_id, i.position")
        .load_iter::<(i64, NaiveDate, i64), DefaultLoadingMode>(conn)?;
    let mut items = lists(items.map(|row| {
        let (schedule, due_date, amount) = row?;
        let amount = Money::dong(amount);
        Ok((schedule, ScheduleItem { due_date, amount }))
    }))?;
    let mut versions: HashMap<i64, Vec<ScheduleVersion>> = HashMap::new();
    for (id, line, version, effective_date) in rows {
        versions.entry(line).or_default().push(ScheduleVersion {
            version,
            effective_date,
            items: items.remove(&id).unwrap_or_default(),
        });
    }
    Ok(versions)
}

/// Lists by key, without spare room. Rows are taken one by one, so that there is never a second copy
/// of all of them, and what lies together is copied together.
fn lists<T: Copy>(rows: impl Iterator<Item = Result<(i64, T)>>) -> Result<HashMap<i64, Vec<T>>> {
    let mut lists: HashMap<i64, Vec<T>> = HashMap::new();
    let (mut of, mut run) = (0, Vec::new());
    for row in rows {
        let (key, value) = row?;
        if key != of && !run.is_empty() {
            lists.entry(of).or_default().extend_from_slice(&run);
            run.clear();
        }
        of = key;
        run.push(value);
    }
    if !run.is_empty() {
        lists.entry(of).or_default().extend_from_slice(&run);
    }
    for list in lists.values_mut() {
        list.shrink_to_fit();
    }
    Ok(lists)
}

/// Codes and names by id.
pub type Names = HashMap<i64, (String, String)>;

/// Names of what projects refer to, and where it belongs.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Agencies.
    pub agencies: Names,
    /// The unit of each agency.
    pub agency_units: HashMap<i64, i64>,
    /// Funding sources.
    pub sources: Names,
    /// Parents of funding sources.
    pub source_parents: HashMap<i64, Option<i64>>,
    /// Full names of people.
    pub people: HashMap<i64, String>,
}

/// All of it.
pub fn reference(conn: &mut Conn) -> Result<Reference> {
    let mut all = Reference::default();
    let rows = agencies::table
        .select((
            agencies::id,
            agencies::code,
            agencies::name,
            agencies::unit_id,
        ))
        .load::<(i64, String, String, i64)>(conn)?;
    for (id, code, name, unit) in rows {
        all.agencies.insert(id, (code, name));
        all.agency_units.insert(id, unit);
    }
    let rows = funding_sources::table
        .select((
            funding_sources::id,
            funding_sources::code,
            funding_sources::name,
            funding_sources::parent_id,
        ))
        .load::<(i64, String, String, Option<i64>)>(conn)?;
    for (id, code, name, parent) in rows {
        all.sources.insert(id, (code, name));
        all.source_parents.insert(id, parent);
    }
    let rows = people::table
        .select((people::id, people::full_name))
        .load::<(i64, String)>(conn)?;
    all.people.extend(rows);
    Ok(all)
}
