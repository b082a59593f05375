//! Whether alerts do any good: how many are acted on in time, how many were false, how many come
//! back, and what they cost in mails, by rule and by unit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::Asked;
use super::follow_up::{self, Rows};
use super::progress::RowKey;
use crate::db::alerts::quality::{self, MailsBy, Raised, Span};
use crate::domain::alerts::Rule;
use crate::domain::money::Rate;
use crate::domain::text::sort_key;
use crate::domain::text_enum::text_enum;
use crate::error::{Code, Fault, Result};
use crate::service::View;

text_enum! {
    /// What the rows of the report on alert quality are.
    QualityGroup {
        /// Rules.
        Rule = "rule",
        /// Units.
        Unit = "unit",
    }
}

/// Alerts raised in a year, and what came of them by the day of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Quality {
    /// Alerts that were raised.
    pub raised: i64,
    /// Those that are over.
    pub resolved: i64,
    /// Acted on within so many days as asked: a promise, snooze, waiver or note, or the fact itself
    /// was put right.
    pub acted_on: i64,
    /// The same in percent of all.
    #[schema(value_type = Option<String>)]
    pub acted_on_rate: Option<Rate>,
    /// Days from raising to the first action, on average over those with one; two decimals.
    #[schema(value_type = Option<String>)]
    pub days_to_action: Option<Rate>,
    /// Waived because there was nothing wrong.
    pub false_alarms: i64,
    /// The same had been raised before.
    pub repeats: i64,
    /// Mails that say something of these alerts.
    pub mails: i64,
    /// People they went to.
    pub people: i64,
    /// Mails for each of them in a week, on average; two decimals.
    #[schema(value_type = Option<String>)]
    pub mails_per_person_week: Option<Rate>,
}

/// A row of the report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QualityRow {
    /// The rule (as `code`) or the unit.
    pub key: RowKey,
    /// Its alerts.
    #[serde(flatten)]
    pub quality: Quality,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QualityReport {
    /// The year whose alerts are counted, by the day they were raised.
    pub budget_year: i32,
    /// The day of the report.
    pub as_of: NaiveDate,
    /// `rule` or `unit`.
    #[schema(value_type = String)]
    pub group_by: QualityGroup,
    /// Within how many days an alert has to be acted on to count as such.
    pub within_days: i32,
    /// All rows together.
    pub totals: Quality,
    /// Rules in their order, units by name.
    pub rows: Vec<QualityRow>,
}

/// Days within which an alert should be acted on, unless asked otherwise: a working week.
pub const WITHIN_DAYS: i32 = 7;

/// Ends that nobody brought about.
const BY_ITSELF: &[&str] = &[
    "explained",
    "period_ended",
    "reached_or_superseded",
    "rule_switched_off",
    "unit_ended",
    "year_ended",
];

/// When somebody first did something about an alert.
fn acted_on(one: &Raised) -> Option<NaiveDate> {
    let settled = one.ended.as_ref();
    let settled = settled.filter(|(_, cause)| !BY_ITSELF.contains(&cause.as_str()));
    let settled = settled.map(|(on, _)| *on);
    one.first_action.into_iter().chain(settled).min()
}

#[derive(Default)]
struct Group {
    quality: Quality,
    acted: i64,
    days: i64,
}

impl Group {
    fn add(&mut self, one: &Raised, within: i32) {
        let quality = &mut self.quality;
        quality.raised += 1;
        quality.resolved += i64::from(one.ended.is_some());
        quality.false_alarms += i64::from(one.false_alarm);
        quality.repeats += i64::from(one.repeat);
        if let Some(on) = acted_on(one) {
            let days = on.signed_duration_since(one.raised_on).num_days();
            self.acted += 1;
            self.days += days;
            quality.acted_on += i64::from(days <= i64::from(within));
        }
    }

    fn done(self, span: &Span, (mails, people): (i64, i64)) -> Quality {
        let days = span.to.signed_duration_since(span.from).num_days() + 1;
        let quality = self.quality;
        Quality {
            acted_on_rate: follow_up::percent(quality.acted_on, quality.raised),
            days_to_action: follow_up::quotient(self.days, self.acted),
            mails,
            people,
            mails_per_person_week: follow_up::quotient(mails * 7, people * days.max(1)),
            ..quality
        }
    }
}

/// The alerts raised in the year, as they stood on the day.
pub fn report(
    view: &mut View<'_>,
    asked: &Asked,
    by: QualityGroup,
    within_days: i32,
) -> Result<QualityReport> {
    if !(0..=366).contains(&within_days) {
        let why = ("từ 0 đến 366 ngày", "0 to 366 days");
        let fault = Fault::at("/within_days", Code::OutOfRange).with("why", why);
        return Err(fault.into());
    }
    let span = follow_up::span(view, asked)?;
    let mut total = Group::default();
    let mut groups: BTreeMap<(String, Option<i64>), Group> = BTreeMap::new();
    for one in quality::raised(view.conn, &span)? {
        let key = match by {
            QualityGroup::Rule => (one.rule.clone(), None),
            QualityGroup::Unit => (String::new(), one.unit_id),
        };
        total.add(&one, within_days);
        groups.entry(key).or_default().add(&one, within_days);
    }
    let all = quality::mails(view.conn, &span, MailsBy::All)?;
    let all = all.get("").copied().unwrap_or_default();
    Ok(QualityReport {
        budget_year: asked.budget_year,
        as_of: asked.as_of,
        group_by: by,
        within_days,
        totals: total.done(&span, all),
        rows: match by {
            QualityGroup::Rule => by_rule(view, &span, groups)?,
            QualityGroup::Unit => by_unit(view, &span, groups)?,
        },
    })
}

type Groups = BTreeMap<(String, Option<i64>), Group>;

fn by_rule(view: &mut View<'_>, span: &Span, mut groups: Groups) -> Result<Vec<QualityRow>> {
    let mails = quality::mails(view.conn, span, MailsBy::Rule)?;
    let rows = Rule::ALL.iter().filter_map(|rule| {
        let code = rule.as_str().to_owned();
        let group = groups.remove(&(code.clone(), None))?;
        let mails = mails.get(&code).copied().unwrap_or_default();
        let key = RowKey {
            id: None,
            name: code.clone(),
            code: Some(code),
        };
        let quality = group.done(span, mails);
        Some(QualityRow { key, quality })
    });
    Ok(rows.collect())
}

fn by_unit(view: &mut View<'_>, span: &Span, groups: Groups) -> Result<Vec<QualityRow>> {
    let mails: HashMap<String, (i64, i64)> = quality::mails(view.conn, span, MailsBy::Unit)?;
    let ids: BTreeSet<Option<i64>> = groups.keys().map(|(_, unit)| *unit).collect();
    let mut names = follow_up::names(view, Rows::Units, &ids)?;
    let rows = groups.into_iter().filter_map(|((_, unit), group)| {
        let text = unit.map_or_else(String::new, |unit| unit.to_string());
        let mails = mails.get(&text).copied().unwrap_or_default();
        let quality = group.done(span, mails);
        let key = names.remove(&unit)?;
        Some(QualityRow { key, quality })
    });
    let mut rows: Vec<QualityRow> = rows.collect();
    rows.sort_by_cached_key(|row| sort_key(&row.key.name));
    Ok(rows)
}
