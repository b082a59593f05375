//! The worksheet as it is answered, with its reasons in Vietnamese or English.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::{
    Ahead, Asked, Entry, ReallocationReport, SheetLine, SheetMove, SourceSheet, TransferBody, sum,
};
use crate::domain::format;
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::domain::reallocation::Move;
use crate::error::Result;
use crate::service::View;
use crate::service::reports::directory::Directory;

/// What the words need besides the figures.
pub(super) struct Sheets<'a> {
    ahead: &'a Ahead,
    directory: Directory,
    locale: Locale,
    as_of: NaiveDate,
    day: NaiveDate,
}

impl<'a> Sheets<'a> {
    /// With codes and names. `day` is the day of the transfers.
    pub(super) fn load(
        view: &mut View<'_>,
        ahead: &'a Ahead,
        asked: &Asked,
        day: NaiveDate,
    ) -> Result<Self> {
        Ok(Sheets {
            ahead,
            directory: Directory::load(view, asked.as_of)?,
            locale: view.ctx.actor.locale,
            as_of: asked.as_of,
            day,
        })
    }

    /// Puts the sheet together.
    pub(super) fn report(
        &self,
        givers: &[Entry<'_>],
        takers: &[(Entry<'_>, Money)],
        moves: &[Move],
    ) -> Result<ReallocationReport> {
        let by_line = givers.iter().chain(takers.iter().map(|(entry, _)| entry));
        let by_line: HashMap<i64, &Entry<'_>> =
            by_line.map(|entry| (entry.line.id, entry)).collect();
        let mut sources: BTreeMap<i64, SourceSheet> = BTreeMap::new();
        let sheet = |source| SourceSheet {
            funding_source: self.directory.source(source),
            leaving_amount: Money::ZERO,
            absorbable_amount: Money::ZERO,
            moved_amount: Money::ZERO,
            leaving: Vec::new(),
            absorbing: Vec::new(),
            moves: Vec::new(),
        };
        let mut of = |entry: &Entry<'_>, add: &mut dyn FnMut(&mut SourceSheet)| {
            let source = entry.line.funding_source_id;
            add(sources.entry(source).or_insert_with(|| sheet(source)));
        };
        for entry in givers {
            let row = self.row(entry, self.leaves(entry));
            of(entry, &mut |sheet| sheet.leaving.push(row.clone()));
        }
        for (entry, room) in takers {
            let row = self.row(entry, self.absorbs(entry, *room));
            of(entry, &mut |sheet| sheet.absorbing.push(row.clone()));
        }
        for one in moves {
            if let (Some(from), Some(to)) = (by_line.get(&one.from), by_line.get(&one.to)) {
                let row = self.moved(from, to, one.amount);
                of(from, &mut |sheet| sheet.moves.push(row.clone()));
            }
        }
        let mut sources: Vec<SourceSheet> = sources.into_values().collect();
        for sheet in &mut sources {
            let most_first = |rows: &mut Vec<SheetLine>| {
                rows.sort_by_key(|row| (std::cmp::Reverse(row.amount), row.line_id));
                sum(rows.iter().map(|row| row.amount))
            };
            sheet.leaving_amount = most_first(&mut sheet.leaving)?;
            sheet.absorbable_amount = most_first(&mut sheet.absorbing)?;
            sheet.moved_amount = sum(sheet.moves.iter().map(|row| row.amount))?;
        }
        sources.sort_by_key(|sheet| {
            let most_first = std::cmp::Reverse((sheet.moved_amount, sheet.leaving_amount));
            (most_first, sheet.funding_source.code.clone())
        });
        let outlook = &self.ahead.outlook;
        Ok(ReallocationReport {
            budget_year: outlook.budget_year,
            as_of: self.as_of,
            learned_from: outlook.learned_from.clone(),
            moved_amount: sum(sources.iter().map(|sheet| sheet.moved_amount))?,
            sources,
        })
    }

    fn row(&self, entry: &Entry<'_>, reasons: Vec<String>) -> SheetLine {
        let (progress, end) = (entry.progress, entry.projection.end());
        SheetLine {
            line_id: entry.line.id,
            project: self.directory.project(entry.line.project_id),
            plan: progress.plan,
            disbursed: progress.disbursed,
            rate: progress.rate,
            forecast_low: end.low,
            forecast: end.expected,
            forecast_high: end.high,
            amount: entry.amount,
            reasons,
        }
    }

    fn moved(&self, from: &Entry<'_>, to: &Entry<'_>, amount: Money) -> SheetMove {
        let (giving, taking) = (
            self.directory.project(from.line.project_id),
            self.directory.project(to.line.project_id),
        );
        let reasons = [
            (&giving, self.end_of_giver(from)),
            (&taking, self.more_of_taker(to)),
        ];
        let reasons = reasons.map(|(project, why)| format!("{}: {why}", project.name));
        let on = format::date(self.as_of, self.locale);
        SheetMove {
            transfer: TransferBody {
                from_project_id: giving.id,
                to_project_id: taking.id,
                funding_source_id: from.line.funding_source_id,
                budget_year: self.ahead.outlook.budget_year,
                amount,
                effective_date: self.day,
                note: match self.locale {
                    Locale::Vi => format!("Điều chuyển theo dự báo giải ngân ngày {on}"),
                    Locale::En => format!("By the disbursement forecast of {on}"),
                },
            },
            from_project: giving,
            to_project: taking,
            amount,
            reasons: reasons.to_vec(),
        }
    }

    fn money(&self, amount: Money) -> String {
        format::dong(amount, self.locale)
    }

    fn leaves(&self, entry: &Entry<'_>) -> Vec<String> {
        let mut reasons = vec![self.pace(entry), self.end_of_giver(entry)];
        let progress = entry.progress;
        if progress.late_amount.is_positive() {
            let (late, days) = (self.money(progress.late_amount), progress.days_late);
            reasons.push(match self.locale {
                Locale::Vi => format!("chậm {late} so với kế hoạch chi tiết, đã {days} ngày"),
                Locale::En => format!("{late} behind its schedule, for {days} days"),
            });
        }
        reasons
    }

    fn absorbs(&self, entry: &Entry<'_>, room: Money) -> Vec<String> {
        let room = self.money(room);
        let room = match self.locale {
            Locale::Vi => format!("còn {room} trong tổng mức đầu tư chưa được bố trí vốn"),
            Locale::En => format!("{room} of its total investment is not planned yet"),
        };
        vec![self.pace(entry), self.more_of_taker(entry), room]
    }

    /// How far it is, and how far is usual.
    fn pace(&self, entry: &Entry<'_>) -> String {
        let percent = |rate: Option<Rate>| {
            rate.map_or_else(|| "–".to_owned(), |rate| format::percent(rate, self.locale))
        };
        let rate = percent(entry.progress.rate);
        let usual = percent(Rate::from_hundredths(entry.projection.gone() / 100));
        match self.locale {
            Locale::Vi => format!(
                "đã giải ngân {rate} kế hoạch; theo mùa giải ngân các năm trước và kế hoạch chi tiết, đến nay thường đạt {usual}"
            ),
            Locale::En => format!(
                "{rate} of its plan is paid; by the season of earlier years and its schedule, {usual} is usual by now"
            ),
        }
    }

    fn end_of_giver(&self, entry: &Entry<'_>) -> String {
        let end = entry.projection.end();
        let [low, expected, high, left] =
            [end.low, end.expected, end.high, entry.amount].map(|amount| self.money(amount));
        let deadline = format::date(entry.line.deadline, self.locale);
        match self.locale {
            Locale::Vi => format!(
                "dự báo đến {deadline} giải ngân {expected} (thấp {low}, cao {high}), có thể còn {left}"
            ),
            Locale::En => format!(
                "{expected} is expected to be paid by {deadline} (low {low}, high {high}), which leaves {left}"
            ),
        }
    }

    fn more_of_taker(&self, entry: &Entry<'_>) -> String {
        let more = self.money(entry.amount);
        match self.locale {
            Locale::Vi => format!("dự báo giải ngân hết kế hoạch và thêm được {more}"),
            Locale::En => format!("is expected to spend its plan and could spend {more} more"),
        }
    }
}
