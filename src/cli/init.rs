//! `init`: the first unit and the first administrator.

use clap::Args;

use super::{Outcome, open, password};
use crate::config::Settings;
use crate::service::setup::{self, Setup};

/// What an installation begins with.
#[derive(Args)]
pub struct Init {
    /// Official code of the province, for example 22.
    #[arg(long)]
    unit_code: String,
    /// Name of the province, for example "Tỉnh Quảng Ninh".
    #[arg(long)]
    unit_name: String,
    /// User name of the first administrator.
    #[arg(long)]
    admin_username: String,
}

impl Init {
    /// Asks for the password unless the environment holds it.
    pub fn run(self, settings: Settings) -> Outcome {
        let password = password("Password of the administrator: ")?;
        let (app, _) = open(settings)?;
        let setup = Setup {
            unit_code: self.unit_code,
            unit_name: self.unit_name,
            admin_username: self.admin_username,
        };
        setup::init(&app, setup, &password).map_err(|error| error.to_string())?;
        println!("Done. Start with: giaingan serve");
        Ok(())
    }
}
