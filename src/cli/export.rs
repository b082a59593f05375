//! `export`: a report as a workbook in a file.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use clap::Args;

use super::{Outcome, open};
use crate::config::Settings;
use crate::domain::capital::Authority;
use crate::domain::progress::Basis;
use crate::domain::text_enum::TextEnum;
use crate::domain::units::Level;
use crate::service::reports::progress::GroupBy;
use crate::service::reports::wanted::{ReportName, Wanted};
use crate::service::reports::{self, Asked};
use crate::service::{Ctx, read};
use crate::sheets::workbook;

/// Which report, and where to.
#[derive(Args)]
pub struct Export {
    /// progress, projects, ranking, s-curve, allocation, advances, late-items, plan-changes,
    /// payments, compliance, reallocation, promises or alert-quality.
    #[arg(value_parser = named::<ReportName>)]
    report: ReportName,
    /// The file to write; named after the report, its year and day unless given.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The budget year; that of the day unless given.
    #[arg(long, value_name = "YEAR")]
    budget_year: Option<i32>,
    /// The day of the figures, YYYY-MM-DD; the business date unless given.
    #[arg(long, value_name = "DATE")]
    as_of: Option<NaiveDate>,
    /// initial, adjusted, extended, total or assigned.
    #[arg(long, value_parser = named::<Basis>, default_value = "total")]
    basis: Basis,
    /// The code of the unit; the province unless given.
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// The code of the funding source; all unless given.
    #[arg(long, value_name = "CODE")]
    source: Option<String>,
    /// unit, source, investor, sector, status or leader; promises by leader or unit.
    #[arg(long, value_parser = named::<GroupBy>)]
    group_by: Option<GroupBy>,
    /// commune, district or province, when grouped by unit.
    #[arg(long, value_parser = named::<Level>)]
    level: Option<Level>,
    /// prime_minister, peoples_council or peoples_committee.
    #[arg(long, value_parser = named::<Authority>)]
    authority: Option<Authority>,
    /// The first day that counts, of payments and changes of plans.
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
}

/// A name of a closed list.
fn named<T: TextEnum>(text: &str) -> Result<T, String> {
    T::parse(text).ok_or_else(|| format!("one of {}", T::NAMES.join(", ")))
}

impl Export {
    /// Writes the workbook and says where it is.
    pub fn run(self, settings: Settings) -> Outcome {
        let (app, _) = open(settings)?;
        let ctx = Ctx::system(&app, "export");
        let made = read(&ctx, |view| {
            let as_of = self.as_of.unwrap_or(view.today);
            let wanted = Wanted {
                group_by: self.group_by,
                level: self.level,
                authority: self.authority,
                from: self.from,
                ..Wanted::new(Asked {
                    budget_year: self.budget_year.unwrap_or(as_of.year()),
                    as_of,
                    basis: self.basis,
                    unit_id: reports::unit_with_code(view, self.unit.as_deref(), as_of)?,
                    funding_source_id: reports::source_with_code(view, self.source.as_deref())?,
                })
            };
            let bytes = workbook::report(view, self.report, &wanted)?;
            Ok((workbook::file_name(self.report, &wanted), bytes))
        });
        let (name, bytes) = made.map_err(|error| error.to_string())?;
        let path = self.out.unwrap_or_else(|| PathBuf::from(name));
        std::fs::write(&path, &bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{} ({} bytes)", path.display(), bytes.len());
        Ok(())
    }
}
