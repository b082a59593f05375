use proptest::prelude::*;

use super::*;

fn rate(part: i64, whole: i64) -> String {
    Rate::of(Money::dong(part), Money::dong(whole))
        .map_or("null".to_owned(), |rate| rate.to_string())
}

#[test]
fn amounts_stop_at_the_limit() {
    assert_eq!(Money::new(LIMIT), Some(Money::MAX));
    assert_eq!(Money::new(-LIMIT), Some(-Money::MAX));
    for beyond in [LIMIT + 1, -LIMIT - 1, i64::MAX, i64::MIN] {
        assert_eq!(Money::new(beyond), None);
    }
    assert_eq!(Money::MAX.checked_add(Money::dong(1)), None);
    assert_eq!((-Money::MAX).checked_sub(Money::dong(1)), None);
    assert_eq!(
        Money::dong(5).checked_sub(Money::dong(7)),
        Some(Money::dong(-2))
    );
    assert_eq!(
        Money::dong(5).checked_add(Money::dong(7)),
        Some(Money::dong(12))
    );
    assert!(OutOfRange.to_string().contains(&LIMIT.to_string()));
    assert_eq!(Money::saturating(i128::MAX), Money::MAX);
    assert_eq!(Money::saturating(i128::MIN), -Money::MAX);
    assert_eq!(Money::saturating(-3), Money::dong(-3));
    assert!((-Money::dong(i64::MIN)).is_positive());
}

#[test]
fn a_sum_may_pass_the_limit_on_the_way() {
    assert_eq!(
        Money::sum([Money::MAX, Money::MAX, -Money::MAX]),
        Some(Money::MAX)
    );
    assert_eq!(Money::sum([Money::MAX, Money::dong(1)]), None);
    assert_eq!(Money::sum([]), Some(Money::ZERO));
}

#[test]
fn money_is_a_plain_integer_in_json() {
    assert_eq!(
        serde_json::to_string(&Money::MAX).unwrap(),
        "9007199254740991"
    );
    assert_eq!(
        serde_json::from_str::<Money>("-12").unwrap(),
        Money::dong(-12)
    );
    for refused in ["9007199254740992", "1.0", "1.5", "\"1\"", "null", "1e3"] {
        assert!(serde_json::from_str::<Money>(refused).is_err(), "{refused}");
    }
}

#[test]
fn rates_round_half_away_from_zero() {
    let cases = [
        (4, 80_000, "0.01"),
        (12, 80_000, "0.02"),
        (26_668, 80_000, "33.34"),
        (26_667, 80_000, "33.33"),
        (-4, 80_000, "-0.01"),
        (-3, 80_000, "0.00"),
        (4, -80_000, "-0.01"),
        (-4, -80_000, "0.01"),
        (-1, 200, "-0.50"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (0, 7, "0.00"),
        (7, 7, "100.00"),
        (1, 0, "null"),
        (0, 0, "null"),
        (LIMIT, 1, "900719925474099100.00"),
        (-LIMIT, 1, "-900719925474099100.00"),
        (LIMIT - 1, LIMIT, "100.00"),
        (1, LIMIT, "0.00"),
    ];
    for (part, whole, expected) in cases {
        assert_eq!(rate(part, whole), expected, "{part}/{whole}");
    }
}

#[test]
fn rates_are_read_strictly() {
    for (text, shown) in [
        ("95", "95.00"),
        ("95.5", "95.50"),
        ("95.00", "95.00"),
        ("-0.50", "-0.50"),
        ("-0.00", "0.00"),
        ("007", "7.00"),
    ] {
        assert_eq!(Rate::parse(text).unwrap().to_string(), shown);
    }
    for refused in [
        "",
        "-",
        ".5",
        "5.",
        "1.234",
        "1,5",
        "+1",
        " 1",
        "1e2",
        "1_0",
        "٣",
        "--1",
        "900719925474099100.01",
        "1.-5",
        &"9".repeat(60),
    ] {
        assert_eq!(Rate::parse(refused), None, "{refused}");
    }
}

#[test]
fn rates_are_strings_in_json() {
    let rate = Rate::parse("62.53").unwrap();
    assert_eq!(serde_json::to_string(&Some(rate)).unwrap(), "\"62.53\"");
    assert_eq!(serde_json::from_str::<Rate>("\"62.53\"").unwrap(), rate);
    assert!(serde_json::from_str::<Rate>("62.53").is_err());
    assert_eq!(rate.to_decimal().to_string(), "62.53");
    assert_eq!(rate.hundredths(), 6253);
}

proptest! {
    #[test]
    fn a_rate_is_within_half_a_hundredth(part in -LIMIT..=LIMIT, whole in 1..=LIMIT) {
        let rate = Rate::of(Money::dong(part), Money::dong(whole)).unwrap();
        let error = rate.hundredths() * i128::from(whole) - i128::from(part) * 10_000;
        prop_assert!(error.abs() * 2 <= i128::from(whole));
        prop_assert_eq!(Rate::parse(&rate.to_string()), Some(rate));
        // An exact half goes away from zero.
        if error.abs() * 2 == i128::from(whole) {
            prop_assert_eq!(error.signum(), i128::from(part.signum()));
        }
    }

    #[test]
    fn rates_order_like_numbers(a in any::<i32>(), b in any::<i32>()) {
        let rate = |hundredths: i32| Rate::from_hundredths(hundredths.into()).unwrap();
        prop_assert_eq!(rate(a).cmp(&rate(b)), a.cmp(&b));
    }
}
