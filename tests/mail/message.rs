use giaingan::mail::message::{Address, Attachment, Mail, header_text};
use giaingan::mail::transport::Transport;

use super::{TEXT, mail};
use crate::support::eml::Eml;
use crate::support::smtp::SmtpServer;

/// What a server receives for this mail.
async fn raw(mail: &Mail) -> String {
    let server = SmtpServer::start().await;
    let transport = Transport::open(&server.url().parse().unwrap(), Default::default()).unwrap();
    transport.send(mail).await.unwrap();
    server.received().remove(0).raw
}

#[tokio::test]
async fn the_headers_say_who_what_when_and_that_a_machine_wrote() {
    let eml = Eml::parse(&raw(&mail()).await);
    assert_eq!(
        eml.header("From"),
        "Theo dõi giải ngân <giaingan@tinh.example>"
    );
    assert_eq!(eml.header("To"), "Nguyễn Văn Đạt <dat@xa.example>");
    assert_eq!(eml.header("Subject"), mail().subject);
    assert_eq!(eml.header("Message-ID"), mail().message_id);
    assert_eq!(eml.header("Date"), "Mon, 23 Nov 2026 07:30:00 +0000");
    assert_eq!(eml.header("Auto-Submitted"), "auto-generated");
    assert_eq!(eml.header("MIME-Version"), "1.0");
    assert_eq!(eml.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(eml.text(), TEXT);
}

#[tokio::test]
async fn subjects_come_back_as_they_went() {
    let long = "Đẩy nhanh tiến độ giải ngân vốn đầu tư công ".repeat(8);
    for subject in [
        "Plain",
        "",
        "Hai  dấu cách và tab không có",
        "[Khẩn] Xã Đắk Ơ: 12,5 % (quá hạn 30 ngày) – \"hỏi\" & trả lời; 50 tỷ",
        "Da\u{302}\u{301}u to\u{302}\u{309} ho\u{31B}\u{323}p NFD",
        "mixed ascii then Việt then ascii again",
        "🛣️ Đường",
        long.trim(),
        &"A".repeat(400),
    ] {
        let eml = Eml::parse(
            &raw(&Mail {
                subject: subject.into(),
                ..mail()
            })
            .await,
        );
        assert_eq!(eml.header("Subject"), subject);
    }
}

#[tokio::test]
async fn names_full_of_punctuation_stay_names() {
    for name in [
        "O'Hara, \"Bob\" <x@evil.example>",
        "a@b.example>",
        "\\",
        "(comment)",
        "=?utf-8?b?QQ==?=",
    ] {
        let raw = raw(&Mail {
            to: Address::new(name, "dat@xa.example"),
            ..mail()
        })
        .await;
        let to = Eml::parse(&raw).header("To");
        assert!(to.ends_with(" <dat@xa.example>"), "{to}");
        let shown = to.trim_end_matches(" <dat@xa.example>");
        let quoted = format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
        assert!(shown == name || shown == quoted, "{shown}");
    }
    let nameless = raw(&Mail {
        to: Address::new(" ", "dat@xa.example"),
        ..mail()
    })
    .await;
    assert_eq!(Eml::parse(&nameless).header("To"), "dat@xa.example");
}

#[tokio::test]
async fn text_html_and_files_travel_together() {
    let invitation = Attachment {
        file_name: "Họp giao ban \"tuần\".ics".into(),
        content_type: "text/calendar; method=REQUEST; charset=utf-8".into(),
        bytes: b"BEGIN:VCALENDAR\r\n--=_mixed--\r\n".to_vec(),
    };
    let html = "<p>Kính gửi</p>".to_owned();
    let alternative = Eml::parse(
        &raw(&Mail {
            html: Some(html.clone()),
            ..mail()
        })
        .await,
    );
    assert!(
        alternative
            .header("Content-Type")
            .starts_with("multipart/alternative")
    );
    let full = Mail {
        html: Some(html),
        attachments: vec![invitation.clone()],
        ..mail()
    };
    let full = Eml::parse(&raw(&full).await).parts();
    assert_eq!(full.len(), 2);
    for texts in [alternative.parts(), full[0].parts()] {
        assert_eq!(texts[0].text(), TEXT);
        assert_eq!(texts[1].header("Content-Type"), "text/html; charset=utf-8");
        assert_eq!(texts[1].text(), "<p>Kính gửi</p>");
    }
    assert_eq!(full[1].bytes(), invitation.bytes);
    assert_eq!(full[1].header("Content-Type"), invitation.content_type);
    assert!(
        full[1]
            .header("Content-Disposition")
            .starts_with("attachment;")
    );
    let text_and_file = Mail {
        attachments: vec![invitation],
        ..mail()
    };
    assert_eq!(
        Eml::parse(&raw(&text_and_file).await).parts()[0].text(),
        TEXT
    );
}

#[tokio::test]
async fn a_body_cannot_end_the_message_or_add_headers() {
    let evil =
        "x\r.\rMAIL FROM:<evil@x>\n.\nRCPT TO:<evil@x>\r\n.\r\nQUIT\r\nBcc: evil@x\u{0}\u{85}";
    let raw = raw(&Mail {
        text: evil.into(),
        html: Some(evil.into()),
        ..mail()
    })
    .await;
    assert!(raw.is_ascii());
    assert!(!raw.contains("evil"), "{raw}");
    let line_ends = raw.matches("\r\n").count();
    assert_eq!(
        (raw.matches('\r').count(), raw.matches('\n').count()),
        (line_ends, line_ends)
    );
    assert!(raw.lines().all(|line| line.len() <= 998));
}

#[tokio::test]
async fn memory_keeps_what_was_sent() {
    let transport = Transport::memory();
    transport.clone().send(&mail()).await.unwrap();
    transport.check().await.unwrap();
    assert_eq!(transport.sent(), [mail()]);
}

#[test]
fn header_text_cleans_what_spreadsheets_bring() {
    assert_eq!(
        header_text("  Cầu\r\nĐắk\u{200b} Lua\t=?x "),
        "Cầu Đắk Lua = ?x"
    );
    assert_eq!(header_text(&"đ".repeat(900)).chars().count(), 500);
    assert_eq!(header_text("Đường tỉnh 741"), "Đường tỉnh 741");
}
