use chrono::{TimeZone, Utc};
use giaingan::mail::message::{Address, Attachment, Mail, header_text};
use giaingan::mail::transport::{SendError, Transport};

use super::mail;

/// Refused for good, in memory as on the wire, with a reason that names the field.
async fn assert_refused(mail: &Mail, field: &str) {
    let transport = Transport::memory();
    match transport.send(mail).await {
        Err(SendError::Permanent(reason)) => assert!(reason.starts_with(field), "{reason}"),
        other => panic!("{other:?} for {mail:?}"),
    }
    assert!(transport.sent().is_empty());
}

#[tokio::test]
async fn nothing_invisible_enters_a_header() {
    for bad in
        "\r\n\0\t\u{7f}\u{85}\u{9f}\u{ad}\u{200b}\u{200d}\u{202e}\u{2028}\u{2066}\u{feff}\u{e0041}"
            .chars()
    {
        let text = format!("Xin chào{bad}Bcc: evil@x.example");
        let address = Address::new(text.clone(), "dat@xa.example");
        let email = Address::new("", format!("dat{bad}@xa.example"));
        assert_refused(
            &Mail {
                subject: text.clone(),
                ..mail()
            },
            "subject",
        )
        .await;
        assert_refused(
            &Mail {
                to: address.clone(),
                ..mail()
            },
            "to name",
        )
        .await;
        assert_refused(
            &Mail {
                from: address,
                ..mail()
            },
            "from name",
        )
        .await;
        assert_refused(
            &Mail {
                to: email.clone(),
                ..mail()
            },
            "to address",
        )
        .await;
        assert_refused(
            &Mail {
                from: email,
                ..mail()
            },
            "from address",
        )
        .await;
        assert_refused(
            &Mail {
                message_id: format!("<a{bad}b@c>"),
                ..mail()
            },
            "message_id",
        )
        .await;
        let file = |name: &str, kind: &str| Attachment {
            file_name: name.into(),
            content_type: kind.into(),
            bytes: vec![],
        };
        for attachment in [
            file(&text, "text/plain"),
            file("a.txt", &format!("text/plain{bad}")),
        ] {
            assert_refused(
                &Mail {
                    attachments: vec![attachment],
                    ..mail()
                },
                "attachment",
            )
            .await;
        }
        assert!(!header_text(&text).contains(bad));
    }
}

#[tokio::test]
async fn addresses_must_be_ordinary() {
    for email in [
        "",
        "dat",
        "@",
        "dat@",
        "@xa.example",
        "a@b@c.example",
        "a b@c.example",
        "\"a b\"@c.example",
        "a>@c.example",
        "<a@c.example>",
        "a,b@c.example",
        "đạt@xa.example",
        "dat@xã.example",
        "dat@[127.0.0.1]",
        "dat@-",
        "dat@a..b",
    ] {
        let refused = Mail {
            to: Address::new("", email),
            ..mail()
        };
        assert!(
            matches!(
                Transport::memory().send(&refused).await,
                Err(SendError::Permanent(_))
            ),
            "{email}"
        );
    }
}

#[tokio::test]
async fn what_no_encoder_can_carry_is_refused() {
    assert_refused(
        &Mail {
            subject: "=?utf-8?b?QQ==?=".into(),
            ..mail()
        },
        "subject",
    )
    .await;
    assert_refused(
        &Mail {
            subject: "a".repeat(501),
            ..mail()
        },
        "subject",
    )
    .await;
    for year in [1969, 9999] {
        let date = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
        assert_refused(&Mail { date, ..mail() }, "date").await;
    }
    for id in [
        "",
        "a@b",
        "<a>",
        "<a@b@c>",
        "<a b@c>",
        "<a/../b@c>",
        "<@c>",
        &format!("<{}@c>", "a".repeat(200)),
    ] {
        assert_refused(
            &Mail {
                message_id: id.into(),
                ..mail()
            },
            "message_id",
        )
        .await;
    }
    for name in ["", "../x", "a\\b"] {
        let file = Attachment {
            file_name: name.into(),
            content_type: "text/plain".into(),
            bytes: vec![],
        };
        assert_refused(
            &Mail {
                attachments: vec![file],
                ..mail()
            },
            "attachment",
        )
        .await;
    }
    let odd = Attachment {
        file_name: "a".into(),
        content_type: "what".into(),
        bytes: vec![],
    };
    assert_refused(
        &Mail {
            attachments: vec![odd],
            ..mail()
        },
        "attachment",
    )
    .await;
}
