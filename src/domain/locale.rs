//! The two languages the program speaks (domain.md §8: Vietnamese by default, English by preference).

use serde::{Deserialize, Serialize};

/// The reader's language; it also selects how numbers and dates are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// Vietnamese, the default.
    #[default]
    Vi,
    /// English.
    En,
}

impl Locale {
    /// The code used in JSON, in the database and in `lang` attributes: `vi` or `en`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Locale::Vi => "vi",
            Locale::En => "en",
        }
    }

    /// Reads `vi` or `en`; `None` for anything else.
    pub fn parse(code: &str) -> Option<Locale> {
        [Locale::Vi, Locale::En]
            .into_iter()
            .find(|locale| locale.as_str() == code)
    }

    /// The language that an `Accept-Language` header asks for (RFC 9110 §12.5.4): the greater weight wins, on a tie
    /// the one named first, and Vietnamese where the header names neither. What cannot be read is passed over.
    pub fn from_accept_language(header: &str) -> Locale {
        let ranges: Vec<(&str, u16)> = header.split(',').filter_map(weighted_range).collect();
        let vi = best(&ranges, "vi");
        let en = best(&ranges, "en");
        if en > vi { Locale::En } else { Locale::Vi }
    }
}

/// How much `language` is wanted: its weight, then how early in the header it stands. `None` when not wanted at all.
fn best(ranges: &[(&str, u16)], language: &str) -> Option<(u16, std::cmp::Reverse<usize>)> {
    let named = |wanted: &str| {
        ranges
            .iter()
            .enumerate()
            .filter(|(_, (range, _))| primary(range).eq_ignore_ascii_case(wanted))
            .map(|(place, (_, weight))| (*weight, std::cmp::Reverse(place)))
            .max()
    };
    // `*` stands for every language the header does not name.
    named(language)
        .or_else(|| named("*"))
        .filter(|(weight, _)| *weight > 0)
}

/// The primary subtag: `en` of `en-GB`.
fn primary(range: &str) -> &str {
    range.split('-').next().unwrap_or(range)
}

/// One element of the header with its weight in thousandths (1000 when absent); `None` when malformed.
fn weighted_range(element: &str) -> Option<(&str, u16)> {
    let mut parts = element.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty())?;
    match parts.next() {
        None => Some((range, 1000)),
        Some(parameter) => {
            let (name, value) = parameter.split_once('=')?;
            let weight = if name.trim().eq_ignore_ascii_case("q") {
                thousandths(value.trim())?
            } else {
                return None;
            };
            Some((range, weight))
        }
    }
}

/// A weight `0`, `0.8`, `1.000` in thousandths; `None` outside the grammar.
fn thousandths(value: &str) -> Option<u16> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 1 || fraction.len() > 3 || !digits(whole) || !digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<3}")
        .parse()
        .ok()
        .filter(|weight| *weight <= 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_exact() {
        assert_eq!(Locale::parse("vi"), Some(Locale::Vi));
        assert_eq!(Locale::parse("en"), Some(Locale::En));
        for refused in ["", "VI", "en-US", "fr", " en"] {
            assert_eq!(Locale::parse(refused), None);
        }
        assert_eq!(serde_json::to_string(&Locale::En).unwrap(), "\"en\"");
        assert_eq!(Locale::default(), Locale::Vi);
    }

    #[test]
    fn the_header_chooses_by_weight_then_place() {
        let cases = [
            ("", Locale::Vi),
            ("fr, de;q=0.9", Locale::Vi),
            ("en", Locale::En),
            ("EN-gb", Locale::En),
            ("vi-VN,vi;q=0.9,en;q=0.8", Locale::Vi),
            ("en-US,en;q=0.9,vi;q=0.8", Locale::En),
            ("vi;q=0.2, en;q=0.7", Locale::En),
            ("en, vi", Locale::En),
            ("vi, en", Locale::Vi),
            ("fr, en;q=0.1", Locale::En),
            ("en;q=0", Locale::Vi),
            ("*", Locale::Vi),
            ("vi;q=0, *", Locale::En),
            ("*;q=0.5, en;q=0.4", Locale::Vi),
            ("en;q=0.5, *;q=0.1", Locale::En),
            ("en;q=2, vi;q=0.1", Locale::Vi),
            ("en;q=abc", Locale::Vi),
            ("en ; Q=0.9 , vi ; q=0.1", Locale::En),
            ("english", Locale::Vi),
            (";;;,,==", Locale::Vi),
        ];
        for (header, expected) in cases {
            assert_eq!(Locale::from_accept_language(header), expected, "{header}");
        }
    }
}
