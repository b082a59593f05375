//! `user`: accounts, for operators at the machine.

use clap::{Args, Subcommand};

use super::{Outcome, open, password};
use crate::config::Settings;
use crate::domain::permission::Role;
use crate::error::Result;
use crate::service::auth::random_token;
use crate::service::page::Page;
use crate::service::users::UserGrant;
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
    /// Add a user.
    Add {
        username: String,
        #[command(flatten)]
        grant: GrantArguments,
        /// The person behind the user, by id; leaders need one.
        #[arg(long)]
        person: Option<i64>,
        /// Make a password and show it once, instead of asking for one.
        #[arg(long)]
        generate: bool,
    },
    /// Give a user a new password and end their sessions.
    #[command(alias = "password")]
    ResetPassword {
        username: String,
        /// Make a password and show it once, instead of asking for one.
        #[arg(long)]
        generate: bool,
    },
    /// Refuse a user and end their sessions.
    Disable { username: String },
    /// Let a user in again.
    Enable { username: String },
    /// Take the second factor of a user away, who lost it.
    DisableMfa { username: String },
    /// Show the sessions of a user.
    Sessions {
        username: String,
        /// End all of them.
        #[arg(long)]
        end: bool,
    },
    /// Give a user one more grant.
    Grant {
        username: String,
        #[command(flatten)]
        grant: GrantArguments,
    },
    /// Take a grant from a user.
    Revoke {
        username: String,
        #[command(flatten)]
        grant: GrantArguments,
    },
}

/// A role and where it holds.
#[derive(Args)]
struct GrantArguments {
    /// admin, coordinator, officer, leader, viewer or auditor.
    #[arg(long, value_parser = role)]
    role: Role,
    /// Code of the unit whose whole subtree it covers, for example 22.
    #[arg(long, conflicts_with = "agency")]
    unit: Option<String>,
    /// Code of the agency whose projects it covers.
    #[arg(long)]
    agency: Option<String>,
}

fn role(text: &str) -> std::result::Result<Role, String> {
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    Role::parse(text).ok_or_else(|| format!("one of {}", names.join(", ")))
}

impl GrantArguments {
    fn find(&self, ctx: &Ctx) -> Result<UserGrant> {
        read(ctx, |view| {
            let (unit, agency) = (self.unit.as_deref(), self.agency.as_deref());
            accounts::named_grant(view, self.role, unit, agency)
        })
    }
}

impl User {
    /// Does it.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "user");
        match self.what {
            What::Add {
                username,
                grant,
                person,
                generate,
            } => {
                let text = new_password(&username, generate)?;
                let grant = grant.find(&ctx).map_err(|error| error.to_string())?;
                accounts::add(&ctx, &username, person, grant, &text).map(|_| ())
            }
            What::ResetPassword { username, generate } => {
                let text = new_password(&username, generate)?;
                accounts::set_password(&ctx, &username, &text)
            }
            other => other.plain(&ctx),
        }
        .map_err(|error| error.to_string())
    }
}

/// A password that is asked for, or made and shown.
fn new_password(username: &str, generate: bool) -> std::result::Result<String, String> {
    if !generate {
        return password(&format!("New password of {username}: "));
    }
    let text = random_token().map_err(|error| error.to_string())?;
    println!("Password of {username}, shown this once: {text}");
    Ok(text)
}

impl What {
    /// What needs no password.
    fn plain(self, ctx: &Ctx) -> Result<()> {
        match self {
            What::List => list(ctx),
            What::Add { .. } | What::ResetPassword { .. } => Ok(()),
            What::Disable { username } => accounts::set_active(ctx, &username, false).map(|_| ()),
            What::Enable { username } => accounts::set_active(ctx, &username, true).map(|_| ()),
            What::DisableMfa { username } => accounts::disable_mfa(ctx, &username),
            What::Sessions {
                username,
                end: true,
            } => accounts::end_sessions(ctx, &username),
            What::Sessions { username, .. } => sessions(ctx, &username),
            What::Grant { username, grant } => {
                accounts::grant(ctx, &username, grant.find(ctx)?).map(|_| ())
            }
            What::Revoke { username, grant } => {
                accounts::revoke(ctx, &username, grant.find(ctx)?).map(|_| ())
            }
        }
    }
}

fn list(ctx: &Ctx) -> Result<()> {
    let users = read(ctx, |view| users::list(view, None, &Page::all()))?;
    for user in users.rows {
        let grants: Vec<String> = user.grants.iter().map(shown).collect();
        let state = if user.active { "active" } else { "disabled" };
        println!(
            "{:6} {:24} {state:9} {}",
            user.id,
            user.username,
            grants.join(", ")
        );
    }
    Ok(())
}

/// A grant with the ids of its place.
fn shown(grant: &UserGrant) -> String {
    let role = grant.role.as_str();
    match (grant.unit_id, grant.agency_id) {
        (Some(unit), _) => format!("{role} (unit {unit})"),
        (None, Some(agency)) => format!("{role} (agency {agency})"),
        (None, None) => role.to_owned(),
    }
}

fn sessions(ctx: &Ctx, username: &str) -> Result<()> {
    for one in read(ctx, |view| accounts::sessions(view, username))? {
        println!(
            "{:8} {:4} begun {} UTC, last used {} UTC, from {}",
            one.id,
            one.kind,
            one.created_at.format("%Y-%m-%d %H:%M"),
            one.last_seen_at.format("%Y-%m-%d %H:%M"),
            one.address.as_deref().unwrap_or("?")
        );
    }
    Ok(())
}
