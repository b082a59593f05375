//! `user`: accounts, for operators at the machine.

use clap::{Args, Subcommand};

use super::{Outcome, open, password};
use crate::config::Settings;
use crate::service::page::Page;
use crate::service::{Ctx, accounts, read, users};

/// What to do with accounts.
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show all users.
    List,
    /// Give a user a new password and end their sessions.
    Password { username: String },
    /// Refuse a user and end their sessions.
    Disable { username: String },
    /// Let a user in again.
    Enable { username: String },
}

impl User {
    /// Does it.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "user");
        let done = match self.what {
            What::List => list(&ctx),
            What::Password { username } => {
                let text = password(&format!("New password of {username}: "))?;
                accounts::set_password(&ctx, &username, &text)
            }
            What::Disable { username } => accounts::set_active(&ctx, &username, false).map(|_| ()),
            What::Enable { username } => accounts::set_active(&ctx, &username, true).map(|_| ()),
        };
        done.map_err(|error| error.to_string())
    }
}

fn list(ctx: &Ctx) -> crate::error::Result<()> {
    let users = read(ctx, |view| users::list(view, None, &Page::all()))?;
    for user in users.rows {
        let roles: Vec<&str> = user
            .grants
            .iter()
            .map(|grant| grant.role.as_str())
            .collect();
        let state = if user.active { "active" } else { "disabled" };
        println!(
            "{:6} {:24} {state:9} {}",
            user.id,
            user.username,
            roles.join(", ")
        );
    }
    Ok(())
}
