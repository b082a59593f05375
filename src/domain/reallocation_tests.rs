use proptest::prelude::*;

use super::*;

fn side(line: i64, source: i64, most: i64) -> Side {
    Side {
        line,
        project: line / 10,
        source,
        most: Money::dong(most),
    }
}

fn all(room: i64, projects: std::ops::Range<i64>) -> HashMap<i64, Money> {
    projects
        .map(|project| (project, Money::dong(room)))
        .collect()
}

fn plain(moves: &[Move]) -> Vec<(i64, i64, i64)> {
    let rows = moves.iter();
    rows.map(|one| (one.from, one.to, one.amount.get()))
        .collect()
}

#[test]
fn the_largest_goes_first_and_what_is_left_after_it() {
    let givers = [side(10, 1, 50), side(20, 1, 80)];
    let takers = [side(30, 1, 100), side(40, 1, 10)];
    let found = moves(&givers, &takers, &all(1000, 0..9));
    assert_eq!(plain(&found), [(20, 30, 80), (10, 30, 20), (10, 40, 10)]);
}

#[test]
fn a_source_is_a_world_of_its_own() {
    let givers = [side(10, 1, 50), side(20, 2, 80)];
    assert!(moves(&givers, &[side(30, 3, 100)], &all(1000, 0..9)).is_empty());
    let found = moves(
        &givers,
        &[side(30, 1, 100), side(40, 2, 30)],
        &all(1000, 0..9),
    );
    assert_eq!(plain(&found), [(10, 30, 50), (20, 40, 30)]);
}

#[test]
fn lines_of_one_project_share_its_room() {
    let givers = [side(10, 1, 50), side(20, 2, 80)];
    let takers = [side(30, 1, 60), side(31, 2, 70)];
    let found = moves(&givers, &takers, &all(90, 0..9));
    assert_eq!(plain(&found), [(20, 31, 70), (10, 30, 20)]);
    // A project of which nothing is known has no room.
    assert!(moves(&givers, &takers, &HashMap::new()).is_empty());
}

#[test]
fn decisions_name_whole_millions() {
    for (amount, decided) in [
        (0, 0),
        (999_999, 999_999),
        (1_000_000, 1_000_000),
        (12_345_678, 12_000_000),
    ] {
        assert_eq!(as_decided(Money::dong(amount)), Money::dong(decided));
    }
}

fn sides(first: i64) -> impl Strategy<Value = Vec<Side>> {
    prop::collection::vec((1..4_i64, 0..200_i64), 0..12).prop_map(move |list| {
        let lines = (first..).zip(list);
        lines
            .map(|(line, (source, most))| side(line, source, most))
            .collect()
    })
}

proptest! {
    #[test]
    fn no_limit_is_passed_and_nothing_possible_is_left(
        givers in sides(100),
        takers in sides(200),
        room in prop::collection::hash_map(20..22_i64, 0..300_i64, 0..3),
    ) {
        let room: HashMap<i64, Money> = room.into_iter().map(|(id, most)| (id, Money::dong(most))).collect();
        let found = moves(&givers, &takers, &room);
        let of = |sides: &[Side], line: i64| *sides.iter().find(|side| side.line == line).unwrap();
        let (mut given, mut taken, mut filled) = (HashMap::new(), HashMap::new(), HashMap::new());
        for one in &found {
            let (from, to) = (of(&givers, one.from), of(&takers, one.to));
            prop_assert!(one.amount.is_positive());
            prop_assert_eq!(from.source, to.source);
            prop_assert_ne!(from.project, to.project);
            *given.entry(from.line).or_insert(0) += one.amount.get();
            *taken.entry(to.line).or_insert(0) += one.amount.get();
            *filled.entry(to.project).or_insert(0) += one.amount.get();
        }
        let left = |map: &HashMap<i64, i64>, key: i64, most: Money| most.get() - map.get(&key).copied().unwrap_or_default();
        for giver in &givers {
            prop_assert!(left(&given, giver.line, giver.most) >= 0);
        }
        for taker in &takers {
            prop_assert!(left(&taken, taker.line, taker.most) >= 0);
            let may = room.get(&taker.project).copied().unwrap_or_default();
            prop_assert!(left(&filled, taker.project, may) >= 0);
            for giver in &givers {
                let open = left(&given, giver.line, giver.most)
                    .min(left(&taken, taker.line, taker.most))
                    .min(left(&filled, taker.project, may));
                prop_assert!(giver.source != taker.source || open <= 0, "{giver:?} {taker:?}");
            }
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].amount >= pair[1].amount));
    }
}
