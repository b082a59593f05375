use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn nfd(text: &str) -> String {
    text.nfd().collect()
}

#[test]
fn folding_forgets_case_marks_and_spaces() {
    assert_eq!(fold("Đường Trần Quốc Nghiễn"), "duong tran quoc nghien");
    assert_eq!(
        fold("  ĐƯỜNG\u{a0}\tTRẦN  QUỐC\nNGHIỄN "),
        "duong tran quoc nghien"
    );
    assert_eq!(
        fold(&nfd("Đường Trần Quốc Nghiễn")),
        "duong tran quoc nghien"
    );
    assert_eq!(fold("Ðông Triều"), "dong trieu");
    assert_eq!(fold("ăâêôơưđ ĂÂÊÔƠƯĐ"), "aaeooud aaeooud");
    assert_eq!(fold("ạảãàáặẳẵằắ ỵỷỹỳý"), "aaaaaaaaaa yyyyy");
    assert_eq!(fold("QL.18 (Km 5+200)"), "ql.18 (km 5+200)");
    assert_eq!(fold("İstanbul"), "istanbul");
    assert_eq!(fold(""), "");
    assert!(fold("Cầu Cửa Lục 1").contains(&fold("CUA LUC")));
}

#[test]
fn stored_text_is_composed() {
    assert_eq!(nfc("Tru\u{31b}\u{1a1}\u{300}ng").chars().count(), 6);
    assert_eq!(nfc(&nfd("Nghiễn")), "Nghiễn");
}

#[test]
fn names_sort_as_in_a_vietnamese_list() {
    let ordered = [
        "",
        "(tạm)",
        "2",
        "10",
        "10a",
        "An",
        "án",
        "An Bình",
        "Anh",
        "Ao",
        "ăn",
        "ân",
        "Ba",
        "bà",
        "bả",
        "bã",
        "bá",
        "bạ",
        "Ba Chẽ",
        "Bà Triệu",
        "Bát Tràng",
        "Bình Liêu",
        "Cẩm Phả",
        "Dầm",
        "Đá",
        "Đầm Hà",
        "Đông Triều",
        "Em",
        "Êm",
        "Flamingo",
        "Gà",
        "Hạ Long",
        "Hải Hà",
        "Hồ",
        "Hơ",
        "I",
        "Jica",
        "Kỳ",
        "Móng Cái 1",
        "Móng Cái 2",
        "Móng Cái 10",
        "Móng Cái Đông",
        "Ngã",
        "Oanh",
        "Ốc",
        "Ơn",
        "Quảng Yên",
        "Tiên Yên",
        "Uông Bí",
        "Ưng",
        "Vân Đồn",
        "WB",
        "Xã",
        "Yên Tử",
        "Zone",
        "Кириллица",
    ];
    for pair in ordered.windows(2) {
        assert!(
            sort_key(pair[0]) < sort_key(pair[1]),
            "{} before {}",
            pair[0],
            pair[1]
        );
    }
}

#[test]
fn a_tone_decides_only_between_equal_letters() {
    // By letters first: "ba" + "c" after "ba" + "b", whatever the tones.
    assert!(sort_key("bạ b") < sort_key("ba c"));
    assert!(
        sort_key("toà") < sort_key("tóa"),
        "the place of the mark in a word does not count"
    );
    assert_eq!(sort_key("hoà bình"), sort_key("HÒA  Bình "));
    assert!(
        sort_key("an hà") < sort_key("àn ha"),
        "the first word decides"
    );
    assert_ne!(sort_key("á1a"), sort_key("a1á"));
    assert!(sort_key("n") < sort_key("ñ"));
}

#[test]
fn numbers_sort_by_value() {
    let long = |digits: usize| format!("km {}", "9".repeat(digits));
    for digits in 1..50 {
        assert!(
            sort_key(&long(digits)) < sort_key(&long(digits + 1)),
            "{digits}"
        );
    }
    assert_eq!(sort_key("gói 007"), sort_key("gói 7"));
    assert!(sort_key("gói 0") < sort_key("gói 1"));
    assert!(sort_key("gói 7") < sort_key("gói 7a"));
    assert!(sort_key("2a") < sort_key("2b"));
    assert!(sort_key("2z") < sort_key("10a"));
}

#[test]
fn hidden_characters_are_found() {
    for hidden in [
        '\u{0}',
        '\u{7}',
        '\r',
        '\u{1b}',
        '\u{7f}',
        '\u{80}',
        '\u{85}',
        '\u{9f}',
        '\u{200b}',
        '\u{200c}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{feff}',
        '\u{2028}',
        '\u{61c}',
        '\u{ad}',
        '\u{34f}',
        '\u{180e}',
        '\u{206f}',
        '\u{fff9}',
        '\u{e0041}',
    ] {
        let text = format!("Cầu{hidden}Cửa Lục");
        assert!(
            has_control(&text, false) && has_control(&text, true),
            "{hidden:?}"
        );
    }
    assert!(has_control("a\nb", false) && has_control("a\tb", false));
    assert!(!has_control("a\nb\tc", true));
    assert!(!has_control(
        "Đường “Trần” – 1\u{a0}km ½ \u{2010} \u{202f}",
        false
    ));
    assert!(!has_control(&nfd("Đường Trần Quốc Nghiễn"), false));
}

/// The letters of the Vietnamese alphabet with every tone, as one list in order of letters, then tones.
const SYLLABLES: [&str; 12] = ["a", "à", "ả", "ã", "á", "ạ", "ă", "ằ", "â", "ậ", "b", "đ"];

proptest! {
    #[test]
    fn keys_do_not_depend_on_the_form(text in "[a-zA-ZàáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĐÊÔƠƯ 0-9.-]{0,20}|\\PC{0,12}") {
        prop_assert_eq!(fold(&text), fold(&nfd(&text)));
        prop_assert_eq!(fold(&text), fold(&nfc(&text)));
        prop_assert_eq!(sort_key(&text), sort_key(&nfd(&text)));
        prop_assert_eq!(sort_key(&text), sort_key(&nfc(&text)));
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
        prop_assert!(sort_key(&text).is_ascii());
        prop_assert!(sort_key(&text).bytes().all(|byte| (0x20..0x7f).contains(&byte)));
        prop_assert!(!fold(&text).starts_with(' ') && !fold(&text).ends_with(' ') && !fold(&text).contains("  "));
    }

    #[test]
    fn case_does_not_count(text in "[a-zđêôơưăâáàảãạ ]{0,16}") {
        prop_assert_eq!(sort_key(&text), sort_key(&text.to_uppercase()));
        prop_assert_eq!(fold(&text), fold(&text.to_uppercase()));
    }

    /// One-letter words: letters decide over the whole string, then the tones from the left.
    #[test]
    fn keys_order_like_letters_then_tones(a in prop::collection::vec(0..12_usize, 0..6), b in prop::collection::vec(0..12_usize, 0..6)) {
        let spell = |places: &[usize]| places.iter().map(|place| SYLLABLES[*place]).collect::<Vec<_>>().join(" ");
        let letters = |places: &[usize]| places.iter().map(|place| [0, 6, 8, 10, 11].iter().filter(|start| *start <= place).count()).collect::<Vec<_>>();
        let expected = letters(&a).cmp(&letters(&b)).then(a.cmp(&b));
        prop_assert_eq!(sort_key(&spell(&a)).cmp(&sort_key(&spell(&b))), expected);
    }
}
