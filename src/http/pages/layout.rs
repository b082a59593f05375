//! What every page shows around its content, and how it writes numbers, dates and names.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::assets;
use super::prefs::{Prefs, Theme};
use super::text::{Texts, fill};
use crate::domain::format::{self, AmountUnit};
use crate::domain::locale::Locale;
use crate::domain::money::{Money, Rate};
use crate::domain::permission::Permission;
use crate::service::Actor;

/// An entry of the main menu.
#[derive(Clone)]
pub struct NavItem {
    /// Address.
    pub path: &'static str,
    /// Text.
    pub label: &'static str,
    /// Whether the page shown belongs to it.
    pub current: bool,
}

/// The frame of a page and the reader's way of seeing it.
#[derive(Clone)]
pub struct Layout {
    /// Texts in the reader's language.
    pub t: &'static Texts,
    /// Language.
    pub locale: Locale,
    /// Unit of money.
    pub unit: AmountUnit,
    /// Theme, if chosen.
    pub theme: Option<Theme>,
    /// The signed-in user, if there is one.
    pub actor: Option<Actor>,
    /// Goes into every form.
    pub csrf: String,
    /// Whether the data is made up.
    pub demo: bool,
    /// The business date.
    pub today: NaiveDate,
    /// The instant.
    pub now: DateTime<Utc>,
    /// Address of the page, with its query.
    pub here: String,
    /// Names the request in the log.
    pub request_id: String,
}

impl Layout {
    /// A layout for nobody in particular; the guard fills in who asks.
    pub fn new(prefs: Prefs, locale: Locale, today: NaiveDate, now: DateTime<Utc>) -> Self {
        let locale = prefs.locale.unwrap_or(locale);
        Layout {
            t: Texts::of(locale),
            locale,
            unit: prefs.unit.unwrap_or(AmountUnit::Million),
            theme: prefs.theme,
            actor: None,
            csrf: String::new(),
            demo: false,
            today,
            now,
            here: "/".into(),
            request_id: String::new(),
        }
    }

    /// Address of the style sheet.
    pub fn style(&self) -> &str {
        &assets::STYLE.path
    }

    /// Address of the script.
    pub fn script(&self) -> &str {
        &assets::SCRIPT.path
    }

    /// Address of the icon.
    pub fn icon(&self) -> &str {
        &assets::ICON.path
    }

    /// The theme in use: `auto`, `light` or `dark`.
    pub fn theme_name(&self) -> &'static str {
        self.theme.map_or("auto", Theme::as_str)
    }

    /// Whether the reader holds a permission somewhere.
    pub fn may(&self, permission: Permission) -> bool {
        let actor = self.actor.as_ref();
        actor.is_some_and(|actor| actor.may(permission))
    }

    /// The reader's name.
    pub fn user(&self) -> &str {
        self.actor.as_ref().map_or("", |actor| &actor.label)
    }

    /// The main menu: what the reader may use.
    pub fn nav(&self) -> Vec<NavItem> {
        let t = &self.t.common;
        let items = [
            ("/", t.overview, Permission::Read),
            ("/projects", t.projects, Permission::Read),
            ("/payments/new", t.log_payment, Permission::LogDisbursements),
            ("/import", self.t.import.title, Permission::Import),
            ("/alerts", t.alerts, Permission::Read),
            ("/task-forces", t.task_force, Permission::Read),
            ("/reports", t.reports, Permission::Read),
            (
                "/administration",
                t.administration,
                Permission::ManageReference,
            ),
        ];
        let path = self.here.split('?').next().unwrap_or_default();
        items
            .into_iter()
            .filter(|(_, _, permission)| self.may(*permission))
            .map(|(address, label, _)| NavItem {
                path: address,
                label,
                current: path == address
                    || (address != "/" && path.starts_with(&format!("{address}/"))),
            })
            .collect()
    }

    /// The unit's name.
    pub fn unit_label(&self) -> &'static str {
        self.unit.label(self.locale)
    }

    /// An amount in the chosen unit, rounded for tables: whole đồng or millions, billions with one
    /// decimal. What rounding would hide is shown exactly.
    pub fn amount(&self, amount: &Money) -> String {
        let decimals = match self.unit {
            AmountUnit::Dong | AmountUnit::Million => 0,
            AmountUnit::Billion => 1,
        };
        let shown = format::rounded(*amount, self.unit, decimals, self.locale);
        match amount.is_zero() || shown.contains(|c: char| ('1'..='9').contains(&c)) {
            true => shown,
            false => format::show(*amount, self.unit, self.locale),
        }
    }

    /// An amount in the chosen unit with the unit's name.
    pub fn money(&self, amount: &Money) -> String {
        format::with_unit(*amount, self.unit, self.locale)
    }

    /// An amount to the last đồng.
    pub fn exact(&self, amount: &Money) -> String {
        format::dong(*amount, self.locale)
    }

    /// A rate, or a dash where there is none.
    pub fn rate(&self, rate: &Option<Rate>) -> String {
        rate.map_or_else(|| "–".into(), |rate| format::percent(rate, self.locale))
    }

    /// A day.
    pub fn date(&self, day: &NaiveDate) -> String {
        format::date(*day, self.locale)
    }

    /// A day, or a dash.
    pub fn date_or(&self, day: &Option<NaiveDate>) -> String {
        day.map_or_else(|| "–".into(), |day| format::date(day, self.locale))
    }

    /// A month, such as `08/2024`.
    pub fn month(&self, day: &NaiveDate) -> String {
        format!("{:02}/{}", day.month(), day.year())
    }

    /// An instant, in Vietnam.
    pub fn instant(&self, at: &DateTime<Utc>) -> String {
        let local = at
            .checked_add_signed(TimeDelta::hours(7))
            .unwrap_or(*at)
            .naive_utc();
        let day = format::date(local.date(), self.locale);
        format!("{} {day}", local.format("%H:%M"))
    }

    /// A text with values put in.
    pub fn fill(&self, text: &str, values: &[(&str, &str)]) -> String {
        fill(text, values)
    }

    /// A number of days.
    pub fn days(&self, days: &i64) -> String {
        fill(self.t.common.days, &[("n", &days.to_string())])
    }

    /// A whole number.
    pub fn number(&self, number: &i64) -> String {
        format::grouped(Money::saturating(i128::from(*number)), self.locale)
    }

    /// A label of a closed list.
    pub fn label<'a>(&self, of: fn(&'a str, Locale) -> &'a str, value: &'a str) -> &'a str {
        of(value, self.locale)
    }
}
