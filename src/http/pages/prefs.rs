//! How a reader wants pages to look: language, unit of money, theme. Kept in a cookie, so that
//! links can be shared without them.

use crate::domain::format::AmountUnit;
use crate::domain::locale::Locale;

/// The cookie's name.
pub const COOKIE: &str = "giaingan-view";

/// A colour scheme; without one the machine's setting counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The value of the `data-theme` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == text)
    }
}

/// What the reader chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefs {
    /// Language, if chosen.
    pub locale: Option<Locale>,
    /// Unit of money, if chosen.
    pub unit: Option<AmountUnit>,
    /// Theme, if chosen.
    pub theme: Option<Theme>,
}

impl Prefs {
    /// Reads the cookie; what is not understood counts as not chosen.
    pub fn read(cookie: &str) -> Self {
        let mut prefs = Prefs::default();
        for value in cookie.split('.') {
            prefs.choose(value);
        }
        prefs
    }

    /// Takes one choice: `en`, `billion`, `dark`; `auto` leaves the theme to the machine.
    pub fn choose(&mut self, value: &str) {
        if let Some(locale) = Locale::parse(value) {
            self.locale = Some(locale);
        } else if let Some(unit) = AmountUnit::parse(value) {
            self.unit = Some(unit);
        } else if let Some(theme) = Theme::parse(value) {
            self.theme = Some(theme);
        } else if value == "auto" {
            self.theme = None;
        }
    }

    /// The cookie's value.
    pub fn write(&self) -> String {
        let parts = [
            self.locale.map(Locale::as_str),
            self.unit.map(AmountUnit::as_str),
            self.theme.map(Theme::as_str),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_the_cookie_and_nonsense_does_not() {
        let mut prefs = Prefs::read("en.billion.dark.<script>.vn");
        assert_eq!(prefs.write(), "en.billion.dark");
        prefs.choose("auto");
        prefs.choose("vi");
        assert_eq!(prefs.write(), "vi.billion");
        assert_eq!(Prefs::read(&prefs.write()), prefs);
    }
}
