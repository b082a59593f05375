//! League tables (domain.md §6).

use std::cmp::Reverse;

use super::money::Rate;
use super::text::sort_key;

/// Orders rows by rate, highest first, then by name in Vietnamese order, and numbers them: equal rates share a rank
/// and the next one skips (1, 2, 2, 4). Rows without a rate come last and have no rank.
pub fn rank<T>(
    mut rows: Vec<T>,
    rate: impl Fn(&T) -> Option<Rate>,
    name: impl Fn(&T) -> &str,
) -> Vec<(Option<usize>, T)> {
    // No rate is less than any rate, so it comes last.
    rows.sort_by_cached_key(|row| (Reverse(rate(row)), sort_key(name(row))));
    let mut last: Option<(Rate, usize)> = None;
    let ranked = rows.into_iter().zip(1..).map(|(row, place)| {
        let rank = rate(&row).map(|rate| match last {
            Some((before, shared)) if before == rate => shared,
            _ => place,
        });
        last = rate(&row).zip(rank);
        (rank, row)
    });
    ranked.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ranked(rows: &[(&'static str, Option<&str>)]) -> Vec<(Option<usize>, &'static str)> {
        let rows: Vec<_> = rows
            .iter()
            .map(|(name, rate)| (*name, rate.and_then(Rate::parse)))
            .collect();
        rank(rows, |row| row.1, |row| row.0)
            .into_iter()
            .map(|(rank, row)| (rank, row.0))
            .collect()
    }

    #[test]
    fn equal_rates_share_a_rank_and_the_next_skips() {
        let table = ranked(&[
            ("Đông Triều", Some("50.00")),
            ("Ba Chẽ", None),
            ("Hạ Long", Some("0.00")),
            ("Dầm", Some("50.00")),
            ("Ân", None),
            ("Vân Đồn", Some("62.53")),
        ]);
        let expected = [
            (Some(1), "Vân Đồn"),
            (Some(2), "Dầm"),
            (Some(2), "Đông Triều"),
            (Some(4), "Hạ Long"),
            (None, "Ân"),
            (None, "Ba Chẽ"),
        ];
        assert_eq!(table, expected);
    }

    #[test]
    fn few_or_no_rows() {
        assert!(ranked(&[]).is_empty());
        assert_eq!(
            ranked(&[("a", None), ("b", Some("-1.00"))]),
            [(Some(1), "b"), (None, "a")]
        );
        assert_eq!(
            ranked(&[("b", Some("1.00")), ("a", Some("1.00"))]),
            [(Some(1), "a"), (Some(1), "b")]
        );
    }

    proptest! {
        #[test]
        fn a_rank_is_one_more_than_the_rows_above(rates in prop::collection::vec(prop::option::of(0..6_i128), 0..20)) {
            let rates: Vec<_> = rates.into_iter().map(|rate| rate.and_then(Rate::from_hundredths)).collect();
            for (rank, rate) in rank(rates.clone(), |rate| *rate, |_| "") {
                let above = rate.map(|rate| 1 + rates.iter().flatten().filter(|other| **other > rate).count());
                prop_assert_eq!(rank, above);
            }
        }
    }
}
