//! Whole đồng and percentages, both exact (domain.md §3). There is no float here, nor anywhere else.

use std::fmt;
use std::ops::Neg;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The greatest amount in đồng: 2⁵³ − 1, which every JSON reader holds exactly.
const LIMIT: i64 = 9_007_199_254_740_991;

/// An amount in whole đồng, |amount| ≤ [`Money::MAX`]. On the wire and in the database a plain integer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "i64", into = "i64")]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);
    /// 9 007 199 254 740 991 đồng, the greatest amount (domain.md §3).
    pub const MAX: Money = Money(LIMIT);

    /// The amount of `dong` whole đồng; `None` beyond ±[`Money::MAX`].
    pub fn new(dong: i64) -> Option<Money> {
        Self::exact(i128::from(dong))
    }

    /// The same **without** the range check, for constants, tests and values that the database has already checked.
    pub const fn dong(dong: i64) -> Money {
        Money(dong)
    }

    /// The amount for an exact sum of đồng; `None` beyond ±[`Money::MAX`].
    pub fn exact(dong: i128) -> Option<Money> {
        i64::try_from(dong)
            .ok()
            .filter(|dong| (-LIMIT..=LIMIT).contains(dong))
            .map(Money)
    }

    /// The amount for a sum of đồng, or ±[`Money::MAX`] where the sum lies beyond. Only for showing a figure whose
    /// range is checked elsewhere; a decision compares the exact sums.
    pub fn saturating(dong: i128) -> Money {
        let limit = i128::from(LIMIT);
        Self::exact(dong.clamp(-limit, limit)).unwrap_or_default()
    }

    /// The number of đồng.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// `self + other`; `None` beyond ±[`Money::MAX`].
    pub fn checked_add(self, other: Money) -> Option<Money> {
        Self::exact(self.wide() + other.wide())
    }

    /// `self − other`; `None` beyond ±[`Money::MAX`].
    pub fn checked_sub(self, other: Money) -> Option<Money> {
        Self::exact(self.wide() - other.wide())
    }

    /// The sum of all; `None` if it lies beyond ±[`Money::MAX`]. Partial sums may, so the order does not matter.
    pub fn sum(amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
        Self::exact(amounts.into_iter().map(Money::wide).sum())
    }

    /// The number of đồng, wide enough to sum without overflow.
    pub fn wide(self) -> i128 {
        i128::from(self.0)
    }

    /// Exactly zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Above zero.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Below zero.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Neg for Money {
    type Output = Money;

    fn neg(self) -> Money {
        // The range is symmetrical, so this is exact; it saturates only so that an unchecked `i64::MIN` cannot panic.
        Money(self.0.saturating_neg())
    }
}

impl From<Money> for i64 {
    fn from(amount: Money) -> i64 {
        amount.0
    }
}

impl TryFrom<i64> for Money {
    type Error = OutOfRange;

    fn try_from(dong: i64) -> Result<Money, OutOfRange> {
        Money::new(dong).ok_or(OutOfRange)
    }
}

/// An amount beyond ±[`Money::MAX`] (error code `out_of_range`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange;

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "amount beyond ±{LIMIT} đồng")
    }
}

impl std::error::Error for OutOfRange {}

/// A percentage with exactly two decimals (domain.md §3, §6). In JSON a string such as `"62.53"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(Decimal);

impl Rate {
    /// `part` as a percentage of `whole`, rounded half away from zero to two decimals; `None` when `whole` is 0.
    pub fn of(part: Money, whole: Money) -> Option<Rate> {
        let (part, whole) = (part.wide() * 10_000, whole.wide());
        let hundredths = div_half_away(part, whole)?;
        Rate::from_hundredths(hundredths)
    }

    /// The rate of so many hundredths of a percent; `None` beyond what an amount divided by one đồng can give.
    pub fn from_hundredths(hundredths: i128) -> Option<Rate> {
        let limit = Money::MAX.wide() * 10_000;
        let in_range = (-limit..=limit).contains(&hundredths);
        in_range
            .then(|| Decimal::try_from_i128_with_scale(hundredths, 2).ok())?
            .map(Rate)
    }

    /// Reads `95`, `95.5`, `95.00`, `-0.50`: ASCII digits, a point, at most two decimals. `None` for anything else.
    pub fn parse(text: &str) -> Option<Rate> {
        let (negative, digits) = text
            .strip_prefix('-')
            .map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "00"));
        let numeric =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) || fraction.len() > 2 {
            return None;
        }
        let hundredths: i128 = format!("{whole}{fraction:0<2}").parse().ok()?;
        Rate::from_hundredths(if negative { -hundredths } else { hundredths })
    }

    /// Hundredths of a percent: 62.53 % is 6253.
    pub fn hundredths(self) -> i128 {
        // Every constructor sets the scale to 2, so the mantissa counts hundredths.
        self.0.mantissa()
    }

    /// The percentage as a decimal, scale 2.
    pub fn to_decimal(self) -> Decimal {
        self.0
    }
}

/// `dividend ÷ divisor`, rounded half away from zero; `None` when the divisor is 0.
pub(super) fn div_half_away(dividend: i128, divisor: i128) -> Option<i128> {
    let quotient = dividend.checked_div(divisor)?;
    let remainder = dividend.checked_rem(divisor)?;
    let round_up = remainder.unsigned_abs() * 2 >= divisor.unsigned_abs();
    let away = if round_up {
        dividend.signum() * divisor.signum()
    } else {
        0
    };
    Some(quotient + away)
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rate, D::Error> {
        let text = String::deserialize(deserializer)?;
        Rate::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("a percentage with at most two decimals, such as \"62.53\"")
        })
    }
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
