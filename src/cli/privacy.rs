//! `privacy`: what is kept of a person, and erasing them.

use clap::{Args, Subcommand};

use super::{Outcome, open};
use crate::config::Settings;
use crate::error::Result;
use crate::service::{Ctx, privacy, read};

/// What to do with what is kept of a person.
#[derive(Args)]
pub struct Privacy {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Print everything that is kept of a person, as JSON.
    Export(Whose),
    /// Replace name, address, telephone and user name of a person everywhere, and their mails; there is no way back.
    Erase(Whose),
}

/// A person, by id or by what they sign in as.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// The id of the person.
    #[arg(long, value_name = "ID")]
    person: Option<i64>,
    /// The name of a user of theirs.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
}

impl Whose {
    fn id(&self, ctx: &Ctx) -> Result<i64> {
        match (self.person, &self.user) {
            (Some(id), _) => Ok(id),
            (None, name) => read(ctx, |view| {
                privacy::person_of(view, name.as_deref().unwrap_or_default())
            }),
        }
    }
}

impl Privacy {
    /// Does it.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "privacy");
        let said = match self.what {
            What::Export(whose) => whose.id(&ctx).and_then(|id| {
                let kept = read(&ctx, |view| privacy::export(view, id))?;
                Ok(format!("{kept:#}"))
            }),
            What::Erase(whose) => whose.id(&ctx).and_then(|id| {
                let events = privacy::erase(&ctx, id)?;
                Ok(format!(
                    "person {id} is erased; {events} events of the audit log name them no more"
                ))
            }),
        };
        println!("{}", said.map_err(|error| error.to_string())?);
        Ok(())
    }
}
