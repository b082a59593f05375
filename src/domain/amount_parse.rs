//! Amounts as people type them (domain.md §3): `1.234.567`, `1.234,5 triệu`, `20.543,6 tỷ`.
//!
//! A text has a number and perhaps a unit. The unit in the text wins over the default one. The number is accepted only
//! if it has one reading; what could mean two amounts is refused, never guessed:
//!
//! | typed | đồng | million, billion | why |
//! |---|---|---|---|
//! | `1234567` | 1 234 567 | the same, in the unit | no mark at all |
//! | `1.234.567` `1,234,567` `1 234 567` | 1 234 567 | the same, in the unit | a mark that comes twice is no decimal mark |
//! | `1.234` | 1 234 | **ambiguous** | đồng have no decimals and the Vietnamese group with a point; of a million it may be 1,234 or 1 234 |
//! | `12,345` | **ambiguous** | **ambiguous** | a decimal in Vietnamese, a group in English: a thousand times apart |
//! | `12,5` `12.5` `1234.567` `0,345` | fraction refused | 12,5 … | not a group of three, so a decimal mark |
//! | `12,00` | 12 | 12 | zeros after a decimal mark are no fraction |
//! | `1.234,5` `1,234.5` `1 234,5` | fraction refused | 1 234,5 | of two different marks the last is the decimal one |
//! | `1.23.456` `1,2,3` `1.234 567,8` `.5` `5.` | malformed | malformed | groups are three digits, one kind of mark |
//!
//! Units, any case, with or without marks: `đồng đ ₫ dong d VND VNĐ`; `triệu trieu tr`; `tỷ tỉ ty ti`; the last two
//! also followed by a word for đồng.

use std::fmt;

use super::format::AmountUnit;
use super::money::Money;
use super::text;

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountError {
    /// Nothing was typed.
    Empty,
    /// Not a number: stray characters, or groups that are not of three digits.
    Malformed,
    /// A number followed by a word that is no unit.
    UnknownUnit,
    /// Two readings, such as `12,345` (see the table above).
    Ambiguous,
    /// Not a whole number of đồng.
    Fraction,
    /// Beyond ±[`Money::MAX`].
    OutOfRange,
}

impl fmt::Display for AmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AmountError::Empty => "no amount",
            AmountError::Malformed => "not a number",
            AmountError::UnknownUnit => "unknown unit of money",
            AmountError::Ambiguous => "the number can be read in two ways",
            AmountError::Fraction => "not a whole number of đồng",
            AmountError::OutOfRange => "the amount is too large",
        })
    }
}

impl std::error::Error for AmountError {}

/// Reads an amount in whole đồng; `default_unit` counts where the text names no unit. A leading `-` is kept: whether
/// an amount may be negative is for the caller to say. Errors: see [`AmountError`] and the table of this module.
pub fn parse_amount(text: &str, default_unit: AmountUnit) -> Result<Money, AmountError> {
    // Every kind of space (no-break, narrow) becomes a plain one before anything is compared.
    let text: String = text::nfc(text.trim())
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    let (negative, rest) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let is_number = |c: char| c.is_ascii_digit() || is_mark(c);
    let (number, unit) = rest.split_at(rest.find(|c| !is_number(c)).unwrap_or(rest.len()));
    let number = number.trim_end();
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(AmountError::Malformed);
    }
    let unit = parse_unit(unit, default_unit).ok_or(AmountError::UnknownUnit)?;
    let (whole, fraction) = split_number(number, unit)?;
    let dong = in_dong(&whole, fraction, unit)?;
    Money::exact(if negative { -dong } else { dong }).ok_or(AmountError::OutOfRange)
}

/// Reads a number as programs write it (digits and perhaps a decimal point, so that it has one reading) as an amount
/// in `unit`.
pub fn parse_plain(text: &str, unit: AmountUnit) -> Result<Money, AmountError> {
    let (negative, number) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty()
        || !(whole.bytes().chain(fraction.bytes())).all(|byte| byte.is_ascii_digit())
    {
        return Err(AmountError::Malformed);
    }
    let dong = in_dong(whole, fraction, unit)?;
    Money::exact(if negative { -dong } else { dong }).ok_or(AmountError::OutOfRange)
}

/// The unit that a word names, such as `triệu đồng`; `None` for any other word.
pub fn unit_named(word: &str) -> Option<AmountUnit> {
    let word = word.trim();
    (!word.is_empty()).then(|| parse_unit(word, AmountUnit::Dong))?
}

/// A character that groups digits or marks the decimals.
fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | ' ')
}

/// The unit that a word names, `default` for no word; `None` for any other word.
fn parse_unit(word: &str, default: AmountUnit) -> Option<AmountUnit> {
    let word = text::fold(word);
    if word.is_empty() {
        return Some(default);
    }
    let scales = [
        ("trieu", AmountUnit::Million),
        ("tr", AmountUnit::Million),
        ("ty", AmountUnit::Billion),
        ("ti", AmountUnit::Billion),
    ];
    let scaled = scales
        .into_iter()
        .find_map(|(name, unit)| Some((word.strip_prefix(name)?.trim_start(), unit)));
    let (currency, unit) = scaled.unwrap_or((&word, AmountUnit::Dong));
    matches!(currency, "" | "d" | "dong" | "vnd" | "₫").then_some(unit)
}

/// The digits before and after the decimal mark, grouping removed.
fn split_number(number: &str, unit: AmountUnit) -> Result<(String, &str), AmountError> {
    let marks: Vec<char> = number.chars().filter(|c| is_mark(*c)).collect();
    let (Some(first), Some(last)) = (marks.first().copied(), marks.last().copied()) else {
        return Ok((number.to_owned(), ""));
    };
    let whole = || ungroup(number, first).map(|digits| (digits, ""));
    let one_kind = marks.iter().all(|mark| *mark == first);
    if one_kind && (marks.len() > 1 || first == ' ') {
        return whole();
    }
    if one_kind && ungroup(number, first).is_ok() {
        // One mark and three digits after it: a group or three decimals.
        let only_a_group = first == '.' && unit == AmountUnit::Dong;
        return if only_a_group {
            whole()
        } else {
            Err(AmountError::Ambiguous)
        };
    }
    let (before, fraction) = number.rsplit_once(last).ok_or(AmountError::Malformed)?;
    let digits = if one_kind {
        before.to_owned()
    } else {
        ungroup(before, first)?
    };
    if fraction.is_empty() || last == ' ' {
        return Err(AmountError::Malformed);
    }
    Ok((digits, fraction))
}

/// Removes grouping by `mark`: one to three digits without a leading zero, then groups of exactly three.
fn ungroup(number: &str, mark: char) -> Result<String, AmountError> {
    let mut groups = number.split(mark);
    let head = groups.next().unwrap_or_default();
    let numeric = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let head_ok = (1..=3).contains(&head.len()) && numeric(head) && !head.starts_with('0');
    if head_ok && groups.all(|group| group.len() == 3 && numeric(group)) {
        Ok(number.replace(mark, ""))
    } else {
        Err(AmountError::Malformed)
    }
}

/// `whole`,`fraction` in `unit`, as whole đồng.
fn in_dong(whole: &str, fraction: &str, unit: AmountUnit) -> Result<i128, AmountError> {
    let fraction = fraction.trim_end_matches('0');
    let zeros = usize::try_from(unit.zeros()).unwrap_or_default();
    if fraction.len() > zeros {
        return Err(AmountError::Fraction);
    }
    // The digits of the fraction take the place of as many zeros of the unit.
    let digits = format!("{whole}{fraction:0<zeros$}");
    digits
        .trim_start_matches('0')
        .chars()
        .try_fold(0_i128, |sum, digit| {
            let digit = digit.to_digit(10).ok_or(AmountError::Malformed)?;
            let sum = sum.checked_mul(10).ok_or(AmountError::OutOfRange)?;
            sum.checked_add(digit.into()).ok_or(AmountError::OutOfRange)
        })
}

#[cfg(test)]
#[path = "amount_parse_tests.rs"]
mod tests;
