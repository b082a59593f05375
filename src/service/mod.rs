//! One function per use case: permission, domain rule, rows, audit and outbox in one write.
//!
//! [`write`] is the only place that opens a write transaction, [`read`] the only one that opens a
//! snapshot. Use cases take the [`Tx`] or [`View`] they are given, so they compose.

pub mod accounts;
pub mod agencies;
pub mod agenda;
pub mod alerts;
pub mod api_keys;
pub mod audit;
pub mod auth;
pub mod backtest;
pub mod backup;
pub mod book;
pub mod capital_assignments;
pub mod changes;
pub mod confirmations;
pub mod directives;
pub mod disbursements;
pub mod doctor;
pub mod figures;
pub mod forecast;
pub mod funding_sources;
pub mod grants;
pub mod history;
pub mod holidays;
pub mod housekeeping;
pub mod idempotency;
pub mod imports;
pub mod jobs;
pub mod mails;
pub mod me;
pub mod meeting_pack;
pub mod obstacles;
pub mod oc4ids;
pub mod operations;
pub mod people;
pub mod period_closings;
pub mod plans;
pub mod privacy;
pub mod progress;
pub mod projects;
pub mod pulse;
pub mod reference;
pub mod reports;
pub mod rollup;
pub mod schedules;
pub mod setup;
pub mod shared;
pub mod successions;
pub mod targets;
pub mod task_forces;
pub mod units;
pub mod users;
pub mod verify;
pub mod watch;
pub mod webhooks;

use std::cell::OnceCell;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime};

use crate::clock::Clock;
use crate::config::Settings;
use crate::db::Db;
use crate::domain::permission::Permission;
use crate::domain::progress::Basis;
use crate::domain::scope::{ProjectLinks, Scope};
use crate::domain::units::UnitTree;
use crate::error::{Code, Error, Result};

pub use crate::db::{Conn, page};
pub use crate::domain::actor::Actor;
pub use idempotency::Reply;

/// What one running instance has: database, clock, settings.
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The settings.
    pub settings: Settings,
    /// Signs and verifies access tokens.
    pub tokens: auth::tokens::Tokens,
    /// Seals secrets that must be read again.
    pub vault: auth::vault::Vault,
    /// Signs of life of the jobs of this process.
    pub pulse: pulse::Pulse,
    /// What readers keep in memory.
    pub book: book::Store,
    /// The API keys that signed in here, for counting their requests.
    pub known_keys: api_keys::KnownKeys,
    /// Makes the secrets of webhooks and signs with them.
    pub signer: webhooks::Signer,
    /// Files that are being committed here.
    pub commits: imports::Commits,
}

/// Where a request came from, for the audit log.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The caller's network address.
    pub address: Option<String>,
    /// The id answered as `X-Request-Id`.
    pub request_id: Option<String>,
}

/// Who asks for what. Requests get one from the guard, which has checked `permission`; jobs and
/// commands get one from [`Ctx::system`].
#[derive(Clone)]
pub struct Ctx {
    /// The running instance.
    pub app: Arc<App>,
    /// Who asks.
    pub actor: Actor,
    /// The permission this call needs; scopes are those of the grants that hold it.
    pub permission: Permission,
    /// Where the request came from.
    pub origin: Origin,
}

impl Ctx {
    /// The program itself, for jobs and the command line.
    pub fn system(app: &Arc<App>, label: &'static str) -> Self {
        Ctx {
            app: app.clone(),
            actor: Actor::system(label),
            permission: Permission::Operate,
            origin: Origin::default(),
        }
    }
}

/// A consistent snapshot, read on behalf of somebody.
pub struct View<'a> {
    /// The connection.
    pub conn: &'a mut Conn,
    /// Who asks for what.
    pub ctx: &'a Ctx,
    /// The business date.
    pub today: NaiveDate,
    /// The instant.
    pub now: NaiveDateTime,
    tree: OnceCell<Arc<UnitTree>>,
    scopes: Vec<(Permission, Arc<Scope>)>,
    /// Nothing is written here, so what others share may be read.
    snapshot: bool,
    book: OnceCell<Arc<book::Book>>,
    years: Vec<(i32, Arc<book::Year>)>,
}

impl<'a> View<'a> {
    fn new(conn: &'a mut Conn, ctx: &'a Ctx, snapshot: bool) -> Self {
        View {
            conn,
            today: ctx.app.clock.today(),
            now: ctx.app.clock.now(),
            ctx,
            tree: OnceCell::new(),
            scopes: Vec::new(),
            snapshot,
            book: OnceCell::new(),
            years: Vec::new(),
        }
    }

    /// Whether nothing is written in this view.
    pub fn is_snapshot(&self) -> bool {
        self.snapshot
    }

    /// Projects and what they refer to: what readers share, or what this transaction sees.
    pub fn book(&mut self) -> Result<Arc<book::Book>> {
        if !self.snapshot {
            return book::Book::fresh(self.conn).map(Arc::new);
        }
        if let Some(book) = self.book.get() {
            return Ok(book.clone());
        }
        let book = self.ctx.app.book.book(self.conn)?;
        Ok(self.book.get_or_init(|| book).clone())
    }

    /// The projects with lines in a budget year.
    pub fn year(&mut self, budget_year: i32) -> Result<Arc<book::Year>> {
        if !self.snapshot {
            return book::Year::fresh(self.conn, budget_year, None).map(Arc::new);
        }
        if let Some((_, year)) = self.years.iter().find(|(known, _)| *known == budget_year) {
            return Ok(year.clone());
        }
        let kept = self.book()?.year(budget_year).cloned();
        let year = match kept {
            Some(year) => year,
            None => self.ctx.app.book.year(self.conn, budget_year)?,
        };
        self.years.push((budget_year, year.clone()));
        Ok(year)
    }

    /// The figures of all lines of a budget year on a day.
    pub fn day(
        &mut self,
        budget_year: i32,
        as_of: NaiveDate,
        basis: Basis,
    ) -> Result<Arc<book::Day>> {
        let year = self.year(budget_year)?;
        Ok(match self.snapshot {
            true => self
                .ctx
                .app
                .book
                .days
                .get((budget_year, year), as_of, basis),
            false => Arc::new(book::Day::of(year, as_of, basis)),
        })
    }

    /// All units with their dated parents.
    pub fn tree(&mut self) -> Result<Arc<UnitTree>> {
        if let Some(tree) = self.tree.get() {
            return Ok(tree.clone());
        }
        let tree = match self.snapshot {
            true => self.book()?.tree.clone(),
            false => self.written_tree()?,
        };
        Ok(self.tree.get_or_init(|| tree).clone())
    }

    /// The units as this transaction sees them: those of readers, unless they differ.
    fn written_tree(&mut self) -> Result<Arc<UnitTree>> {
        let number = crate::db::changes::reference(self.conn)?;
        match self.ctx.app.book.tree_at(number) {
            Some(tree) => Ok(tree),
            None => crate::db::units::tree(self.conn).map(Arc::new),
        }
    }

    /// Forgets the units read so far; after a change of units in this transaction.
    pub fn forget_tree(&mut self) {
        self.tree = OnceCell::new();
        self.scopes.clear();
    }

    /// What the actor may do with `permission`, as of today.
    pub fn scope(&mut self, permission: Permission) -> Result<Arc<Scope>> {
        if let Some((_, scope)) = self.scopes.iter().find(|(known, _)| *known == permission) {
            return Ok(scope.clone());
        }
        let ctx = self.ctx;
        let scope = match ctx.actor.needs_tree(permission) {
            true => ctx.actor.scope(permission, &*self.tree()?, self.today),
            false => ctx
                .actor
                .scope(permission, &UnitTree::default(), self.today),
        };
        let scope = Arc::new(scope);
        self.scopes.push((permission, scope.clone()));
        Ok(scope)
    }

    /// What the actor may do by the permission of this call.
    pub fn permitted(&mut self) -> Result<Arc<Scope>> {
        self.scope(self.ctx.permission)
    }

    /// What the actor may read.
    pub fn readable(&mut self) -> Result<Arc<Scope>> {
        self.scope(Permission::Read)
    }

    /// Refuses unless the call's permission covers the whole province: for data that belongs to
    /// no unit, such as funding sources and holidays.
    pub fn require_everything(&mut self) -> Result<()> {
        match self.scope(self.ctx.permission)?.everything {
            true => Ok(()),
            false => Err(Code::Forbidden.into()),
        }
    }

    /// Refuses unless the call's permission covers the unit: 404 if it cannot even be read.
    pub fn require_unit(&mut self, unit_id: i64) -> Result<()> {
        if self.scope(self.ctx.permission)?.has_unit(unit_id) {
            return Ok(());
        }
        match self.readable()?.has_unit(unit_id) {
            true => Err(Code::Forbidden.into()),
            false => Err(Code::NotFound.into()),
        }
    }

    /// Whether the actor holds a permission for a project, for showing what can be done there.
    pub fn may_on(&mut self, permission: Permission, project_id: i64) -> Result<bool> {
        if !self.ctx.actor.may(permission) {
            return Ok(false);
        }
        let links = crate::db::project_links::on(self.conn, project_id, self.today)?;
        let scope = self.scope(permission)?;
        Ok(links.is_some_and(|links| scope.has_project(&links)))
    }

    /// Refuses unless the call's permission covers the project: 404 if it cannot even be read
    /// (domain.md section 10), 403 if it can.
    pub fn require_project(&mut self, project_id: i64) -> Result<()> {
        let links = crate::db::project_links::on(self.conn, project_id, self.today)?;
        self.require_links(links.as_ref())
    }

    /// The same of a project with these links.
    fn require_links(&mut self, links: Option<&ProjectLinks>) -> Result<()> {
        let links = links.ok_or(Error::from(Code::NotFound))?;
        if self.scope(self.ctx.permission)?.has_project(links) {
            return Ok(());
        }
        match self.readable()?.has_project(links) {
            true => Err(Code::Forbidden.into()),
            false => Err(Code::NotFound.into()),
        }
    }
}

/// A write transaction, opened on behalf of somebody. Reads like a [`View`].
pub struct Tx<'a> {
    view: View<'a>,
    /// The closed months of the units that this transaction keeps from being closed.
    held: period_closings::Held,
}

impl<'a> Deref for Tx<'a> {
    type Target = View<'a>;
    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

impl<'a> DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut View<'a> {
        &mut self.view
    }
}

impl Tx<'_> {
    /// Makes writers of one project wait for each other (PostgreSQL; SQLite has one writer), then
    /// checks that the call's permission covers it. Lock several in ascending order of id.
    pub fn lock_project(&mut self, project_id: i64) -> Result<()> {
        crate::db::projects::lock(self.conn, project_id)?.ok_or(Code::NotFound)?;
        self.require_project(project_id)
    }
}

/// Reads in one snapshot.
pub fn read<T>(ctx: &Ctx, work: impl FnOnce(&mut View<'_>) -> Result<T>) -> Result<T> {
    ctx.app
        .db
        .read(|conn| work(&mut View::new(conn, ctx, true)))
}

/// Reads in one snapshot on behalf of somebody who is found in it, too.
pub fn read_as<T>(
    app: &Arc<App>,
    find: impl FnOnce(&mut Conn) -> Result<Ctx>,
    work: impl FnOnce(&mut View<'_>) -> Result<T>,
) -> Result<T> {
    app.db.read(|conn| {
        let ctx = find(conn)?;
        work(&mut View::new(conn, &ctx, true))
    })
}

/// Changes data in one transaction and answers after its commit. `work` may run more than once.
pub fn write<T: Send + 'static>(
    ctx: &Ctx,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let ctx = ctx.clone();
    let db = ctx.app.db.clone();
    db.write(move |conn| {
        work(&mut Tx {
            view: View::new(conn, &ctx, false),
            held: period_closings::Held::default(),
        })
    })
}
