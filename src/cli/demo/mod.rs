//! `demo`: a province to look at. Made once in a local file, then served.

mod facts;
mod load;
mod model;
mod money;
mod names;
mod payments;
mod random;
mod reference;
mod reform;
mod story;

use std::sync::Arc;

use clap::Args;

use super::{Outcome, open};
use crate::config::{Secret, Settings};
use crate::error::Result;
use crate::service::setup::{self, DemoState, Setup};
use crate::service::users::Secret as UserSecret;
use crate::service::{App, Ctx, write};
use model::day;
use money::Source;

/// Senders of the demo's mails, which are files: they wait for the disk, not for each other.
const SENDERS: usize = 16;

/// Where the demo is kept.
#[derive(Args)]
pub struct Demo {
    /// The folder of its database and mails.
    #[arg(long, default_value = "data")]
    folder: String,
    /// Make it, but do not serve.
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    /// Makes the demo unless it is there, and serves it.
    pub fn run(self, mut settings: Settings) -> Outcome {
        let folder = &self.folder;
        let (year, month, last) = model::TODAY;
        settings.today = Some(day(year, month, last));
        settings.database_url = Secret::new(format!("sqlite:{folder}/demo.sqlite"));
        settings.mail_url = Secret::new(format!("file:{folder}/demo-mails"));
        settings.public_url = format!("http://{}", settings.listen);
        let (mut app, mut secret) = open(settings.clone())?;
        if setup::demo_state(&app).map_err(|error| error.to_string())? == DemoState::Begun {
            // Only its own unfinished work is ever thrown away.
            drop(app);
            for ending in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{folder}/demo.sqlite{ending}"));
            }
            (app, secret) = open(settings)?;
        }
        make(&app, folder)?;
        guide(&app.settings, folder);
        match self.no_serve {
            true => Ok(()),
            false => super::serve::serve(app, &secret),
        }
    }
}

/// Makes the demo unless it is there; refused in a database that holds anything else.
fn make(app: &Arc<App>, folder: &str) -> Outcome {
    let state = setup::demo_state(app).map_err(|error| error.to_string())?;
    match state {
        DemoState::Made => Ok(()),
        DemoState::Empty => {
            println!("Making the demo province in {folder}/demo.sqlite …");
            fill(app).map_err(|error| error.to_string())?;
            let number = super::send_mail::side_by_side(app, SENDERS)?.sent;
            println!("{number} mails are in {folder}/demo-mails");
            Ok(())
        }
        DemoState::Begun | DemoState::Other => Err(format!(
            "{folder}/demo.sqlite holds real data; give the demo another --folder"
        )),
    }
}

fn fill(app: &Arc<App>) -> Result<()> {
    setup::mark_demo(app, false)?;
    let province = Setup {
        unit_code: "22".into(),
        unit_name: "Tỉnh Quảng Ninh".into(),
        admin_username: "quantri".into(),
    };
    setup::init(app, province, reference::PASSWORD)?;
    let source = Arc::new(load_projects(app)?);
    money::load(app, &source)?;
    story::tell(app, &source)?;
    setup::mark_demo(app, true)
}

fn load_projects(app: &Arc<App>) -> Result<Source> {
    let ctx = Ctx::system(app, "demo");
    let secret = UserSecret::of(Some(reference::PASSWORD), "")?;
    app.clock
        .set_today(load::reform() - chrono::TimeDelta::days(1));
    let known = write(&ctx, move |tx| {
        reference::load(tx, &facts::units(), &secret)
    })?;
    let units = facts::units();
    let model = Arc::new(model::build(&units));
    let (shared, loading) = (model.clone(), known.clone());
    let before =
        move |project: &model::Project| project.successor.is_some() || project.unit == "22";
    let old = write(&ctx, move |tx| {
        load::projects(tx, &loading, &shared, before)
    })?;
    let (year, month, last) = model::TODAY;
    app.clock.set_today(day(year, month, last));
    let (shared, loading) = (model.clone(), known.clone());
    let before = old.clone();
    let new = write(&ctx, move |tx| {
        let facts = facts::units();
        reform::found_task_forces(tx, &loading, &facts)?;
        reform::hand_over(tx, &loading, &facts, &shared, &before)?;
        reform::reassign(tx, &loading, &shared, &before)?;
        reform::set_targets(tx, &loading)?;
        let after = |project: &model::Project| project.successor.is_none() && project.unit != "22";
        load::projects(tx, &loading, &shared, after)
    })?;
    let loaded = old.into_iter().chain(new).collect();
    let model = Arc::into_inner(model).unwrap_or_else(|| model::build(&units));
    Ok(Source {
        known,
        model,
        loaded,
    })
}

/// Says what to try.
fn guide(settings: &Settings, folder: &str) {
    println!(
        "\nSign in at http://{} with one of these names; the password is: {}\n",
        settings.listen,
        reference::PASSWORD
    );
    for (name, role, what) in reference::USERS {
        println!("  {name:14} {:12} {what}", role.as_str());
    }
    let base = &settings.public_url;
    println!("\nTo try:");
    println!("  {base}/payments/new    as canbo: log a payment, or one above the plan");
    println!("  {base}/alerts          as lanhdao: promise a date and an amount on what is late");
    println!("  {base}/task-forces     as dieuphoi: the agenda of the next meeting");
    println!("  {folder}/demo-mails    what leaders and task forces were told");
    println!("  {base}/api/docs/       every call\n");
}
