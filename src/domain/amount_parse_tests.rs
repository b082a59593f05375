use proptest::prelude::*;

use super::AmountError::{Ambiguous, Empty, Fraction, Malformed, OutOfRange, UnknownUnit};
use super::AmountUnit::{Billion, Dong, Million};
use super::*;
use crate::domain::format;
use crate::domain::locale::Locale;

fn read(text: &str, unit: AmountUnit) -> Result<i64, AmountError> {
    parse_amount(text, unit).map(Money::get)
}

#[test]
fn what_people_type() {
    for (text, unit, dong) in [
        ("1234567", Dong, 1_234_567),
        ("1.234.567", Dong, 1_234_567),
        ("1,234,567", Dong, 1_234_567),
        ("1 234 567", Dong, 1_234_567),
        ("1\u{a0}234\u{202f}567", Dong, 1_234_567),
        ("1.234", Dong, 1_234),
        ("1.234.567 đồng", Dong, 1_234_567),
        ("1.234.567đ", Million, 1_234_567),
        ("1.234.567 ĐỒNG", Billion, 1_234_567),
        ("1.234.567 VND", Dong, 1_234_567),
        ("1.234.567 vnđ", Dong, 1_234_567),
        ("1.234.567 ₫", Dong, 1_234_567),
        ("1.234 đ", Million, 1_234),
        (" 1.234,5 triệu ", Dong, 1_234_500_000),
        ("1.234,5 TRIỆU ĐỒNG", Billion, 1_234_500_000),
        ("1.234,5 trie\u{323}\u{302}u", Dong, 1_234_500_000),
        ("1.234,5 trieu", Dong, 1_234_500_000),
        ("1,5tr", Dong, 1_500_000),
        ("1,5 trđ", Dong, 1_500_000),
        ("20.543,6 tỷ", Dong, 20_543_600_000_000),
        ("20.543,6\u{a0}tỉ đồng", Dong, 20_543_600_000_000),
        ("20.543,6 ty dong", Million, 20_543_600_000_000),
        ("20543,6ti", Million, 20_543_600_000_000),
        ("20,543.6", Billion, 20_543_600_000_000),
        ("20 543,6", Billion, 20_543_600_000_000),
        ("20 543,678", Billion, 20_543_678_000_000),
        ("20.543,678", Billion, 20_543_678_000_000),
        ("20,543.678", Billion, 20_543_678_000_000),
        ("1.234.567", Million, 1_234_567_000_000),
        ("1,234,567", Million, 1_234_567_000_000),
        ("1234", Billion, 1_234_000_000_000),
        ("1.5", Billion, 1_500_000_000),
        ("1,5", Billion, 1_500_000_000),
        ("0,345", Billion, 345_000_000),
        ("0.345", Billion, 345_000_000),
        ("1234,567", Million, 1_234_567_000),
        ("12,3450", Million, 12_345_000),
        ("0,000001", Million, 1),
        ("0,000000001", Billion, 1),
        ("0,0000000010", Billion, 1),
        ("12,00", Dong, 12),
        ("1234567.0", Dong, 1_234_567),
        ("1.234.567,00", Dong, 1_234_567),
        ("1,234,567.00", Dong, 1_234_567),
        ("1.234,000", Dong, 1_234),
        ("0", Dong, 0),
        ("0 tỷ", Dong, 0),
        ("-0", Dong, 0),
        ("000123", Dong, 123),
        ("-1.234.567", Dong, -1_234_567),
        ("\u{2212}1,5 tỷ", Dong, -1_500_000_000),
        ("9.007.199.254.740.991", Dong, 9_007_199_254_740_991),
        ("9007199,254740991", Billion, 9_007_199_254_740_991),
    ] {
        assert_eq!(read(text, unit), Ok(dong), "{text:?} {unit:?}");
    }
}

#[test]
fn what_is_refused() {
    for (text, unit, error) in [
        ("", Dong, Empty),
        (" \u{a0} ", Dong, Empty),
        ("1.234", Million, Ambiguous),
        ("1.234", Billion, Ambiguous),
        ("1.234 triệu", Dong, Ambiguous),
        ("12,345", Dong, Ambiguous),
        ("12,000", Dong, Ambiguous),
        ("12,345", Million, Ambiguous),
        ("12,345 tỷ", Dong, Ambiguous),
        ("12,345 đồng", Billion, Ambiguous),
        ("12,5", Dong, Fraction),
        ("12.5", Dong, Fraction),
        ("12.5 đồng", Million, Fraction),
        ("1.234,5", Dong, Fraction),
        ("1.234,567", Dong, Fraction),
        ("1234.567", Dong, Fraction),
        ("0.345", Dong, Fraction),
        ("0,0000001", Million, Fraction),
        ("1,0000000001 tỷ", Dong, Fraction),
        ("đồng", Dong, Malformed),
        ("-", Dong, Malformed),
        ("--5", Dong, Malformed),
        ("- 5", Dong, Malformed),
        ("+5", Dong, Malformed),
        ("(5)", Dong, Malformed),
        (".5", Million, Malformed),
        (",5", Million, Malformed),
        ("5.", Dong, Malformed),
        ("5, tỷ", Dong, Malformed),
        ("1..234", Dong, Malformed),
        ("1  234", Dong, Malformed),
        ("12 34", Dong, Malformed),
        ("1.23.456", Dong, Malformed),
        ("1,2,3", Dong, Malformed),
        ("1234.567.890", Dong, Malformed),
        ("0.123.456", Dong, Malformed),
        ("1.234 567,8", Million, Malformed),
        ("1.234,567.8", Million, Malformed),
        ("1,5 234", Million, Malformed),
        ("1.5,5", Million, Malformed),
        ("1,5.5", Million, Malformed),
        ("VND 5", Dong, Malformed),
        ("５", Dong, Malformed),
        ("٥", Dong, Malformed),
        ("1\u{200b}5", Dong, UnknownUnit),
        ("1e6", Dong, UnknownUnit),
        ("5%", Dong, UnknownUnit),
        ("5 nghìn", Dong, UnknownUnit),
        ("5 nghìn tỷ", Dong, UnknownUnit),
        ("5 tỷ tỷ", Dong, UnknownUnit),
        ("5 triệu tỷ", Dong, UnknownUnit),
        ("5 USD", Dong, UnknownUnit),
        ("5 đồng 3", Dong, UnknownUnit),
        ("1 tỷ 200 triệu", Dong, UnknownUnit),
        ("9.007.199.254.740.992", Dong, OutOfRange),
        ("-9.007.199.254.740.992", Dong, OutOfRange),
        ("9007199,254740992", Billion, OutOfRange),
        ("10000000", Billion, OutOfRange),
    ] {
        assert_eq!(read(text, unit), Err(error), "{text:?} {unit:?}");
    }
    assert_eq!(read(&"9".repeat(500), Dong), Err(OutOfRange));
}

proptest! {
    #[test]
    fn dong_round_trip(dong in -Money::MAX.get()..=Money::MAX.get(), label in any::<bool>()) {
        let amount = Money::dong(dong);
        let text = if label { format::dong(amount, Locale::Vi) } else { format::grouped(amount, Locale::Vi) };
        prop_assert_eq!(parse_amount(&text, Dong), Ok(amount));
        prop_assert_eq!(parse_amount(&dong.to_string(), Dong), Ok(amount));
    }

    /// What is shown in a unit, if it is read at all, is read as the figure shown.
    #[test]
    fn a_shown_amount_is_never_misread(thousands in -9_000_000_000_i64..9_000_000_000, english in any::<bool>()) {
        let amount = Money::dong(thousands * 1_000);
        let locale = if english { Locale::En } else { Locale::Vi };
        match parse_amount(&format::show(amount, Million, locale), Million) {
            Ok(read) => prop_assert_eq!(read, amount),
            Err(error) => prop_assert_eq!(error, Ambiguous),
        }
    }

    #[test]
    fn any_text_gets_an_answer(text in "[-0-9., đtrieuỷ\u{a0}]{0,20}|\\PC{0,20}") {
        for unit in AmountUnit::ALL {
            let _ = parse_amount(&text, unit);
        }
    }
}

#[test]
fn what_programs_write_has_one_reading() {
    let plain = |text: &str, unit| parse_plain(text, unit).map(Money::get);
    for (text, unit, expected) in [
        ("1234567", Dong, Ok(1_234_567)),
        ("1.5", Billion, Ok(1_500_000_000)),
        ("-1.5", Million, Ok(-1_500_000)),
        ("0.5", Dong, Err(Fraction)),
        ("", Dong, Err(Malformed)),
        ("-", Dong, Err(Malformed)),
        (".5", Million, Err(Malformed)),
        ("1,5", Million, Err(Malformed)),
        ("1e3", Dong, Err(Malformed)),
        ("9007199254740992", Dong, Err(OutOfRange)),
    ] {
        assert_eq!(plain(text, unit), expected, "{text:?}");
    }
    assert_eq!(Fraction.to_string(), "not a whole number of đồng");
}

#[test]
fn a_word_names_a_unit_or_none() {
    for (word, unit) in [
        ("triệu đồng", Some(Million)),
        (" tỷ ", Some(Billion)),
        ("đồng", Some(Dong)),
        ("mét", None),
        ("  ", None),
    ] {
        assert_eq!(unit_named(word), unit, "{word:?}");
    }
}
