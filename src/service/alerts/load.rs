//! Reads the world that the rules look at.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::db::alerts::lines::Asked;
use crate::db::{self, Conn};
use crate::domain::alerts::World;
use crate::domain::forecast::History;
use crate::domain::units::UnitTree;
use crate::error::Result;

/// Everything for a scan of one day.
pub(super) fn all(conn: &mut Conn, tree: Arc<UnitTree>, as_of: NaiveDate) -> Result<World> {
    let asked = Asked {
        projects: None,
        from: as_of,
        to: as_of,
        each_posting: false,
    };
    let world = load(conn, tree, &asked)?;
    with_history(conn, world, as_of)
}

/// The same for a few projects; milestones and assignments, which need all of them, and what
/// earlier years teach are left out.
pub(super) fn of_projects(
    conn: &mut Conn,
    tree: Arc<UnitTree>,
    as_of: NaiveDate,
    projects: Vec<i64>,
) -> Result<World> {
    let asked = Asked {
        projects: Some(projects),
        from: as_of,
        to: as_of,
        each_posting: false,
    };
    load(conn, tree, &asked)
}

/// What belongs to no project.
pub(super) fn of_no_project(
    conn: &mut Conn,
    tree: Arc<UnitTree>,
    as_of: NaiveDate,
) -> Result<World> {
    let mut world = of_projects(conn, tree, as_of, Vec::new())?;
    let asked = Asked {
        projects: None,
        from: as_of,
        to: as_of,
        each_posting: false,
    };
    world.directives = db::alerts::world::directives(conn, &asked)?;
    world.directives.retain(|one| one.project_id.is_none());
    Ok(world)
}

/// Everything for looking at each day of a span.
pub(super) fn span(
    conn: &mut Conn,
    tree: Arc<UnitTree>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<World> {
    let asked = Asked {
        projects: None,
        from,
        to,
        each_posting: true,
    };
    let world = load(conn, tree, &asked)?;
    with_history(conn, world, from)
}

/// Adds the budget years that teach something of the lines that matter on a day.
pub(super) fn with_history(conn: &mut Conn, mut world: World, day: NaiveDate) -> Result<World> {
    let first = History::first_year(day.year() - 1);
    world.history = Arc::new(db::forecast::history(conn, first)?);
    Ok(world)
}

fn load(conn: &mut Conn, tree: Arc<UnitTree>, asked: &Asked) -> Result<World> {
    use db::alerts::{lines, world};
    let year = asked.from.year() - 1;
    let everything = asked.projects.is_none();
    Ok(World {
        lines: lines::load(conn, asked)?,
        projects: world::projects(conn, asked)?,
        tree,
        heirs: world::heirs(conn)?,
        task_forces: world::task_forces(conn)?,
        coordinators: world::coordinators(conn)?,
        agencies: world::agencies(conn)?,
        sources: world::sources(conn)?,
        targets: match everything {
            true => world::targets(conn, year)?,
            false => Vec::new(),
        },
        assignments: match everything {
            true => world::assignments(conn, year)?,
            false => Vec::new(),
        },
        obstacles: world::obstacles(conn, asked)?,
        directives: world::directives(conn, asked)?,
        history: Arc::default(),
    })
}
