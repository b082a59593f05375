//! Whatever reads texts from outside takes any text: it answers or refuses, and never breaks.

use giaingan::db::DbUrl;
use giaingan::domain::amount_parse::{parse_amount, parse_plain};
use giaingan::domain::format::AmountUnit;
use giaingan::domain::imports::Kind;
use giaingan::domain::locale::Locale;
use giaingan::domain::money::Rate;
use giaingan::domain::month::Month;
use giaingan::domain::text;
use giaingan::http::paging::Cursors;
use giaingan::mail::calendar::{self, Entry};
use giaingan::mail::message::{header_text, message_id};
use giaingan::mail::transport::MailUrl;
use giaingan::service::auth::tokens::Tokens;
use giaingan::service::auth::vault::Vault;
use giaingan::service::webhooks::is_private_literal;
use giaingan::sheets::read::child::{Teller, take_apart};
use proptest::prelude::*;

const SECRET: &[u8] = b"a secret of the tests, 32 bytes or more";

/// Any text, or one that looks like something that is read here.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9.,\\-+ eE%tỷriệuđồng]{0,30}",
        "[0-9]{0,5}-[0-9]{0,3}(-[0-9]{0,3})?",
        "(sqlite|postgres|postgresql|smtp|smtps|file|http|https):(//)?[a-z0-9:@/?%=.\\[\\]]{0,40}",
        "[A-Za-z0-9_-]{0,40}(\\.[A-Za-z0-9_-]{0,40}){0,3}",
    ]
}

proptest! {
    #[test]
    fn amounts_months_rates_and_words(text in texts()) {
        for unit in [AmountUnit::Dong, AmountUnit::Million, AmountUnit::Billion] {
            let _ = (parse_amount(&text, unit), parse_plain(&text, unit));
        }
        if let Some(month) = Month::parse(&text) {
            prop_assert!(month.has(month.last()));
        }
        if let Some(rate) = Rate::parse(&text) {
            prop_assert_eq!(Rate::from_hundredths(rate.hundredths()), Some(rate));
        }
        let _ = (Locale::parse(&text), Locale::from_accept_language(&text));
        for kind in Kind::ALL {
            for column in kind.columns() {
                let _ = column.choice(&text);
            }
        }
    }

    #[test]
    fn folded_text_stays_folded(text in any::<String>()) {
        let folded = text::fold(&text);
        prop_assert_eq!(&text::fold(&folded), &folded);
        prop_assert_eq!(text::fold(&text::nfc(&text)), folded);
        let _ = (text::sort_key(&text), text::has_control(&text, true));
    }

    #[test]
    fn addresses_of_databases_mails_and_webhooks(text in texts()) {
        let _ = (DbUrl::parse(&text), text.parse::<MailUrl>());
        if let Ok(url) = text.parse::<reqwest::Url>() {
            let _ = is_private_literal(&url);
        }
    }

    #[test]
    fn nobody_makes_up_a_cursor_a_token_or_a_sealed_secret(text in texts()) {
        prop_assert!(Cursors::new(SECRET).read("/projects?", &text).is_err());
        prop_assert!(Tokens::new(SECRET, 15).verify(&text, 1_700_000_000).is_err());
        prop_assert!(Vault::new(SECRET).expect("a vault").open("user:1", &text).is_err());
    }

    #[test]
    fn no_text_ends_a_line_of_a_mail_or_of_a_calendar(text in any::<String>()) {
        let header = header_text(&text);
        prop_assert!(!header.contains(|c: char| c.is_control()) && !header.contains("=?"), "{header:?}");
        prop_assert!(message_id(&text, &text).is_ascii());
        let entry = Entry {
            uid: "1".into(),
            sequence: 0,
            stamp: chrono::NaiveDateTime::default(),
            day: chrono::NaiveDate::default(),
            summary: text.clone(),
            description: text.clone(),
            url: "https://giaingan.example/".into(),
        };
        let file = calendar::feed(&text, [&entry]);
        for line in file.split("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let starts = |word: &str| file.split("\r\n").filter(|line| line.starts_with(word)).count();
        prop_assert_eq!((starts("BEGIN:"), starts("END:")), (3, 3));
    }

    #[test]
    fn files_that_are_no_sheets(bytes in prop::collection::vec(any::<u8>(), 0..400), is_zip: bool) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x");
        let start: &[u8] = if is_zip { b"PK\x03\x04" } else { b"" };
        std::fs::write(&path, [start, &bytes].concat()).expect("writes");
        let mut told = Vec::new();
        let _ = take_apart(&path, &mut Teller::new(&mut told));
    }
}
