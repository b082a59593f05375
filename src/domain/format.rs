//! Numbers and dates as people read them (domain.md §3): `1.234.567 đồng`, `62,5%`, `31/12/2024`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::locale::Locale;
use super::money::{Money, Rate, div_half_away};

/// How many decimals an amount in millions or billions shows at most.
const UNIT_DECIMALS: u32 = 3;

/// The unit in which amounts are shown or typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountUnit {
    /// Đồng, the default.
    #[default]
    Dong,
    /// Triệu đồng: 10⁶ đồng.
    Million,
    /// Tỷ đồng: 10⁹ đồng.
    Billion,
}

impl AmountUnit {
    /// Every unit, in the order of a choice list.
    pub const ALL: [AmountUnit; 3] = [AmountUnit::Dong, AmountUnit::Million, AmountUnit::Billion];

    /// The code in queries and settings: `dong`, `million`, `billion`.
    pub const fn as_str(self) -> &'static str {
        match self {
            AmountUnit::Dong => "dong",
            AmountUnit::Million => "million",
            AmountUnit::Billion => "billion",
        }
    }

    /// Reads the code; `None` for anything else.
    pub fn parse(code: &str) -> Option<AmountUnit> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == code)
    }

    /// The Vietnamese label.
    pub const fn vi(self) -> &'static str {
        match self {
            AmountUnit::Dong => "đồng",
            AmountUnit::Million => "triệu đồng",
            AmountUnit::Billion => "tỷ đồng",
        }
    }

    /// The label in the reader's language.
    pub const fn label(self, locale: Locale) -> &'static str {
        match (locale, self) {
            (Locale::Vi, unit) => unit.vi(),
            (Locale::En, AmountUnit::Dong) => "VND",
            (Locale::En, AmountUnit::Million) => "million VND",
            (Locale::En, AmountUnit::Billion) => "billion VND",
        }
    }

    /// The number of zeros: the unit is 10 to this power of đồng.
    pub const fn zeros(self) -> u32 {
        match self {
            AmountUnit::Dong => 0,
            AmountUnit::Million => 6,
            AmountUnit::Billion => 9,
        }
    }
}

/// Whole đồng with their label: `1.234.567 đồng`.
pub fn dong(amount: Money, locale: Locale) -> String {
    with_unit(amount, AmountUnit::Dong, locale)
}

/// Whole đồng without a label: `1.234.567`.
pub fn grouped(amount: Money, locale: Locale) -> String {
    show(amount, AmountUnit::Dong, locale)
}

/// The amount in `unit` with its label: `20.543,6 tỷ đồng`.
pub fn with_unit(amount: Money, unit: AmountUnit, locale: Locale) -> String {
    format!("{} {}", show(amount, unit, locale), unit.label(locale))
}

/// The amount in `unit` without a label: `20.543,6`. Millions and billions are rounded half away from zero to at most
/// three decimals, for reading only: the figure itself stays in đồng.
pub fn show(amount: Money, unit: AmountUnit, locale: Locale) -> String {
    let decimals = UNIT_DECIMALS.min(unit.zeros());
    let step = 10_i128.pow(unit.zeros() - decimals);
    let rounded = div_half_away(amount.wide(), step).unwrap_or_default();
    number(rounded, decimals, locale)
}

/// The amount in `unit` with exactly `decimals` decimals, for columns: `20.543,6`, `12,0`.
pub fn rounded(amount: Money, unit: AmountUnit, decimals: u32, locale: Locale) -> String {
    let decimals = decimals.min(unit.zeros());
    let step = 10_i128.pow(unit.zeros() - decimals);
    let value = div_half_away(amount.wide(), step).unwrap_or_default();
    let (mut text, width) = (number(value, decimals, locale), decimals as usize);
    let point = if locale == Locale::Vi { ',' } else { '.' };
    let shown = text.rsplit_once(point).map_or(0, |(_, part)| part.len());
    if shown == 0 && width > 0 {
        text.push(point);
    }
    text.extend(std::iter::repeat_n('0', width.saturating_sub(shown)));
    text
}

/// A percentage without superfluous zeros: `62,5%`, `100%`.
pub fn percent(rate: Rate, locale: Locale) -> String {
    format!("{}%", number(rate.hundredths(), 2, locale))
}

/// An average held in hundredths: `3,25`.
pub fn average(average: Rate, locale: Locale) -> String {
    number(average.hundredths(), 2, locale)
}

/// A day: `31/12/2024` or `31 Dec 2024`.
pub fn date(day: NaiveDate, locale: Locale) -> String {
    let pattern = match locale {
        Locale::Vi => "%d/%m/%Y",
        Locale::En => "%-d %b %Y",
    };
    day.format(pattern).to_string()
}

/// `value` ÷ 10^`decimals`, grouped by thousands, trailing zeros of the fraction left out.
fn number(value: i128, decimals: u32, locale: Locale) -> String {
    let (group, point) = match locale {
        Locale::Vi => ('.', ','),
        Locale::En => (',', '.'),
    };
    let scale = 10_u128.pow(decimals);
    let whole = (value.unsigned_abs() / scale).to_string();
    let mut text = String::from(if value < 0 { "-" } else { "" });
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    let width = usize::try_from(decimals).unwrap_or_default();
    let fraction = format!("{:0>width$}", value.unsigned_abs() % scale);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_in_dong() {
        for (amount, vi, en) in [
            (0, "0", "0"),
            (7, "7", "7"),
            (-999, "-999", "-999"),
            (1_000, "1.000", "1,000"),
            (1_234_567, "1.234.567", "1,234,567"),
            (-1_234_567, "-1.234.567", "-1,234,567"),
            (
                9_007_199_254_740_991,
                "9.007.199.254.740.991",
                "9,007,199,254,740,991",
            ),
        ] {
            assert_eq!(grouped(Money::dong(amount), Locale::Vi), vi);
            assert_eq!(grouped(Money::dong(amount), Locale::En), en);
        }
        assert_eq!(dong(Money::dong(1_234_567), Locale::Vi), "1.234.567 đồng");
        assert_eq!(dong(Money::dong(1_234_567), Locale::En), "1,234,567 VND");
    }

    #[test]
    fn amounts_in_millions_and_billions() {
        use AmountUnit::{Billion, Million};
        for (amount, unit, vi, en) in [
            (20_543_600_000_000, Billion, "20.543,6", "20,543.6"),
            (1_234_500_000, Million, "1.234,5", "1,234.5"),
            (1_234_500_000, Billion, "1,235", "1.235"),
            (-1_234_500_000, Billion, "-1,235", "-1.235"),
            (1_234_499_999, Billion, "1,234", "1.234"),
            (500, Million, "0,001", "0.001"),
            (499, Million, "0", "0"),
            (-499, Million, "0", "0"),
            (-500, Million, "-0,001", "-0.001"),
            (50_000_000, Billion, "0,05", "0.05"),
            (999_999_500, Billion, "1", "1"),
            (0, Billion, "0", "0"),
        ] {
            assert_eq!(show(Money::dong(amount), unit, Locale::Vi), vi);
            assert_eq!(show(Money::dong(amount), unit, Locale::En), en);
        }
        assert_eq!(
            with_unit(Money::dong(20_543_600_000_000), Billion, Locale::Vi),
            "20.543,6 tỷ đồng"
        );
        assert_eq!(
            with_unit(Money::dong(1_500_000), Million, Locale::En),
            "1.5 million VND"
        );
    }

    #[test]
    fn columns_keep_their_decimals() {
        use AmountUnit::{Billion, Dong, Million};
        for (amount, unit, decimals, vi) in [
            (20_543_600_000_000, Billion, 1, "20.543,6"),
            (12_000_000_000, Billion, 1, "12,0"),
            (12_049_999_999, Billion, 2, "12,05"),
            (-1_234_500_000, Million, 0, "-1.235"),
            (7, Dong, 3, "7"),
        ] {
            assert_eq!(rounded(Money::dong(amount), unit, decimals, Locale::Vi), vi);
        }
    }

    #[test]
    fn percentages_and_dates() {
        for (rate, vi, en) in [
            ("62.50", "62,5%", "62.5%"),
            ("62.53", "62,53%", "62.53%"),
            ("100.00", "100%", "100%"),
            ("0.00", "0%", "0%"),
            ("0.05", "0,05%", "0.05%"),
            ("-0.50", "-0,5%", "-0.5%"),
            ("12345.60", "12.345,6%", "12,345.6%"),
        ] {
            let rate = Rate::parse(rate).unwrap();
            assert_eq!(percent(rate, Locale::Vi), vi);
            assert_eq!(percent(rate, Locale::En), en);
        }
        let day = NaiveDate::from_ymd_opt(2025, 2, 1).unwrap();
        assert_eq!(date(day, Locale::Vi), "01/02/2025");
        assert_eq!(date(day, Locale::En), "1 Feb 2025");
    }

    #[test]
    fn unit_codes() {
        for unit in AmountUnit::ALL {
            assert_eq!(AmountUnit::parse(unit.as_str()), Some(unit));
            assert_eq!(
                serde_json::to_string(&unit).unwrap(),
                format!("\"{}\"", unit.as_str())
            );
        }
        assert_eq!(AmountUnit::parse("tỷ"), None);
        assert_eq!(AmountUnit::Billion.vi(), "tỷ đồng");
    }
}
