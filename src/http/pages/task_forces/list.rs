//! The task forces in reach, the reader's own first.

use askama::Template;

use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, get};
use crate::domain::reference::MemberRole;
use crate::error::Result;
use crate::http::guard::needs;
use crate::service::View;
use crate::service::page::Page as ListPage;
use crate::service::task_forces::{self, TaskForce};

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    vec![get("/task-forces", show)]
}

/// A task force with the name of its unit.
struct Row {
    unit: String,
    depth: usize,
    force: Option<TaskForce>,
}

#[derive(Template)]
#[template(path = "task_forces.html", config = "src/http/pages/askama.toml")]
struct ForcesPage {
    l: Layout,
    own: Vec<Row>,
    rows: Vec<Row>,
}

async fn show(page: Page<needs::Read>) -> Result<Outcome> {
    page.show(build).await
}

fn build(view: &mut View<'_>, l: Layout) -> Result<ForcesPage> {
    let today = view.today;
    let forces = task_forces::list(view, &[], Some(today), &ListPage::all())?.rows;
    let (tree, scope) = (view.tree()?, view.readable()?);
    let me = view.ctx.actor.person_id;
    let is_mine = |force: &TaskForce| {
        let mut members = force.members.iter();
        members.any(|member| Some(member.person_id) == me)
    };
    let row = |unit: i64, force: Option<&TaskForce>| Row {
        unit: tree
            .get(unit)
            .map_or_else(String::new, |unit| unit.name.clone()),
        depth: tree.path_on(unit, today).len().saturating_sub(1),
        force: force.cloned(),
    };
    let mine = forces.iter().filter(|force| is_mine(force));
    let mine = mine.map(|force| row(force.unit_id, Some(force)));
    let units = super::super::choices::units(view, today)?;
    let units = units.iter().filter_map(|(id, _)| id.parse::<i64>().ok());
    let rows = units.filter(|unit| scope.has_unit(*unit)).map(|unit| {
        let force = forces.iter().find(|force| force.unit_id == unit);
        row(unit, force)
    });
    Ok(ForcesPage {
        own: mine.collect(),
        rows: rows.collect(),
        l,
    })
}

impl Row {
    fn head(&self) -> Option<&str> {
        let members = self.force.as_ref().map(|force| force.members.as_slice());
        let mut members = members.unwrap_or_default().iter();
        let head = members.find(|member| member.role == MemberRole::Head);
        head.map(|member| member.full_name.as_str())
    }
}
