//! `config`: the settings in force and where each comes from.

use clap::{Args, Subcommand};

use super::Outcome;
use crate::config::Loaded;

/// What to do with the settings.
#[derive(Args)]
pub struct Config {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Show every setting and where its value comes from; secrets are not shown.
    Show {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Fail if a variable named GIAINGAN_… is no setting; wrong values stop every command anyway.
    Check,
}

impl Config {
    /// Does it, without touching the database.
    pub fn run(self, loaded: &Loaded) -> Outcome {
        match self.what {
            What::Show { json: true } => {
                let text = serde_json::to_string_pretty(&loaded.origins);
                println!("{}", text.map_err(|error| error.to_string())?);
                Ok(())
            }
            What::Show { json: false } => {
                for one in &loaded.origins {
                    println!("{:18} {:44} {}", one.name, one.value, one.source);
                }
                Ok(())
            }
            What::Check => match loaded.unknown.is_empty() {
                true => Ok(()),
                false => Err(format!("not settings: {}", loaded.unknown.join(", "))),
            },
        }
    }
}
