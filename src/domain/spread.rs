//! Spreading a sum over months, to the last đồng.

use super::money::Money;

/// Parts are whole millions where the sum allows it; the last part takes the rest.
const STEP: i128 = 1_000_000;

/// `total` in `parts` equal parts.
pub fn evenly(total: Money, parts: usize) -> Vec<Money> {
    by_weights(total, &vec![1; parts])
}

/// `total` in parts proportional to `weights`; negative weights count as none. Without any weight
/// all goes to the last part.
pub fn by_weights(total: Money, weights: &[i64]) -> Vec<Money> {
    let whole: i128 = weights
        .iter()
        .map(|weight| i128::from(*weight).max(0))
        .sum();
    let Some((_, first)) = weights.split_last() else {
        return Vec::new();
    };
    let share = |weight: &i64| match whole {
        0 => 0,
        whole => {
            // A weight is below 2^63 and a total below 2^53, so the product fits.
            let exact = total.wide() * i128::from(*weight).max(0) / whole;
            exact - exact % STEP
        }
    };
    let mut parts: Vec<i128> = first.iter().map(share).collect();
    parts.push(total.wide() - parts.iter().sum::<i128>());
    parts.into_iter().map(Money::saturating).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dong(parts: &[Money]) -> Vec<i64> {
        parts.iter().map(|part| part.get()).collect()
    }

    #[test]
    fn parts_are_round_and_sum_to_the_total() {
        let parts = evenly(Money::dong(1_000_000_001), 3);
        assert_eq!(dong(&parts), [333_000_000, 333_000_000, 334_000_001]);
        assert_eq!(dong(&evenly(Money::dong(5), 2)), [0, 5]);
        assert!(evenly(Money::dong(5), 0).is_empty());
    }

    #[test]
    fn weights_shape_the_parts() {
        let parts = by_weights(Money::dong(100_000_000), &[1, 0, 3, -5]);
        assert_eq!(dong(&parts), [25_000_000, 0, 75_000_000, 0]);
        assert_eq!(dong(&by_weights(Money::dong(7), &[0, 0])), [0, 7]);
        let huge = by_weights(Money::MAX, &[i64::MAX, i64::MAX]);
        assert_eq!(Money::sum(huge), Some(Money::MAX));
    }
}
