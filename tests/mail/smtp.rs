use std::time::Duration;

use giaingan::mail::message::Mail;
use giaingan::mail::transport::{MailUrl, SendError, Timeouts, Transport};

use super::mail;
use crate::support::smtp::{Behaviour, SmtpServer};

fn open(url: &str, limit: Duration) -> Transport {
    Transport::open(&url.parse::<MailUrl>().unwrap(), Timeouts::all(limit)).unwrap()
}

/// A server with its transport. The time is long enough for a busy machine: only tests of silence wait for it.
async fn pair() -> (SmtpServer, Transport) {
    let server = SmtpServer::start().await;
    let transport = open(&server.url(), Duration::from_secs(20));
    (server, transport)
}

fn numbered(number: u32) -> Mail {
    Mail {
        message_id: format!("<mail-{number}@giaingan.example>"),
        ..mail()
    }
}

fn assert_temporary(outcome: Result<(), SendError>, part: &str) {
    match outcome {
        Err(SendError::Temporary(reason)) => assert!(reason.contains(part), "{reason}"),
        other => panic!("{other:?}"),
    }
}

fn assert_permanent(outcome: Result<(), SendError>, part: &str) {
    match outcome {
        Err(SendError::Permanent(reason)) => assert!(reason.contains(part), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_accepted_mail_arrives_with_its_envelope() {
    let (server, transport) = pair().await;
    transport.send(&mail()).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].from, "FROM:<giaingan@tinh.example>");
    assert_eq!(received[0].to, ["TO:<dat@xa.example>"]);
    assert_eq!(received[0].auth, None);
}

#[tokio::test]
async fn several_mails_share_one_connection() {
    let (server, transport) = pair().await;
    for number in 0..3 {
        transport.clone().send(&numbered(number)).await.unwrap();
    }
    assert_eq!((server.received().len(), server.connections()), (3, 1));
}

#[tokio::test]
async fn senders_at_the_same_time_do_not_wait_for_each_other() {
    let (server, transport) = pair().await;
    let sends = (0..8).map(|number| {
        let transport = transport.clone();
        tokio::spawn(async move { transport.send(&numbered(number)).await })
    });
    for send in sends.collect::<Vec<_>>() {
        send.await.unwrap().unwrap();
    }
    assert_eq!(server.received().len(), 8);
}

#[tokio::test]
async fn a_connection_lost_between_mails_is_replaced() {
    let (server, transport) = pair().await;
    transport.send(&numbered(1)).await.unwrap();
    server.hang_up();
    transport.send(&numbered(2)).await.unwrap();
    assert_eq!((server.received().len(), server.connections()), (2, 2));
}

#[tokio::test]
async fn a_kept_connection_gone_silent_is_replaced() {
    let server = SmtpServer::start().await;
    let transport = open(&server.url(), Duration::from_millis(500));
    transport.send(&numbered(1)).await.unwrap();
    server.behave(Behaviour::Answer("NOOP", "421 going down"));
    transport.send(&numbered(2)).await.unwrap();
    server.behave(Behaviour::Hang);
    assert_temporary(
        transport.send(&numbered(3)).await,
        "no connection within 0.5 s",
    );
    server.behave(Behaviour::Accept);
    transport.send(&numbered(3)).await.unwrap();
    assert_eq!(server.received().len(), 3);
}

#[tokio::test]
async fn a_refusal_of_the_recipient_or_the_content_is_permanent() {
    let (server, transport) = pair().await;
    for (step, answer) in [
        ("RCPT", "550 5.1.1 no such user"),
        ("DATA", "554 5.5.1 no valid recipients"),
        (".", "552 5.3.4 too big"),
        (".", "550-5.7.1 two\r\n550 5.7.1 lines"),
    ] {
        server.behave(Behaviour::Answer(step, answer));
        assert_permanent(
            transport.send(&mail()).await,
            &answer[4..9].replace('-', ""),
        );
    }
    server.behave(Behaviour::Accept);
    transport.send(&mail()).await.unwrap();
    assert_eq!((server.received().len(), server.connections()), (1, 1));
}

#[tokio::test]
async fn a_refusal_of_ours_is_temporary() {
    let (server, transport) = pair().await;
    for (step, answer) in [
        ("GREETING", "554 no service here"),
        ("EHLO", "550 who are you"),
        ("MAIL", "550 5.7.1 sender refused"),
        ("RCPT", "530 5.7.0 log in first"),
    ] {
        server.behave(Behaviour::Answer(step, answer));
        assert_temporary(transport.send(&mail()).await, &answer[4..]);
    }
}

#[tokio::test]
async fn a_4xx_is_temporary_at_every_step() {
    let (server, transport) = pair().await;
    for step in ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "."] {
        server.behave(Behaviour::Answer(step, "450 4.2.0 later"));
        assert_temporary(transport.send(&mail()).await, "4.2.0 later");
        server.behave(Behaviour::Answer(step, "421 4.3.2 shutting down"));
        assert_temporary(transport.send(&mail()).await, "4.3.2 shutting down");
    }
    server.behave(Behaviour::Accept);
    transport.send(&mail()).await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn nonsense_is_temporary_and_its_text_is_tamed() {
    let server = SmtpServer::start().await;
    let transport = open(&server.url(), Duration::from_millis(500));
    for answer in ["hello", "999 what", "", "250-never ends"] {
        server.behave(Behaviour::Answer("GREETING", answer));
        let outcome = transport.send(&mail()).await;
        assert!(
            matches!(outcome, Err(SendError::Temporary(_))),
            "{answer:?}: {outcome:?}"
        );
    }
    server.behave(Behaviour::Answer("RCPT", "550 \u{1b}[31mred\u{7}\u{85}"));
    let Err(SendError::Permanent(reason)) = transport.send(&mail()).await else {
        panic!("not permanent")
    };
    assert!(!reason.chars().any(char::is_control), "{reason:?}");
}

#[tokio::test]
async fn a_closed_door_is_temporary() {
    let (server, transport) = pair().await;
    server.behave(Behaviour::Refuse);
    assert_temporary(transport.send(&mail()).await, "127.0.0.1 port");
    assert_temporary(transport.check().await, "127.0.0.1 port");
}

#[tokio::test]
async fn a_port_nobody_listens_on_is_temporary() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    let transport = open(&url, Duration::from_secs(20));
    assert_temporary(transport.send(&mail()).await, "refused");
    let unknown = open("smtp://no-such-host.invalid", Duration::from_secs(20));
    assert_temporary(unknown.send(&mail()).await, "no-such-host.invalid port 25");
}

#[tokio::test]
async fn a_silent_server_is_given_up_on() {
    let server = SmtpServer::start().await;
    let transport = open(&server.url(), Duration::from_millis(100));
    server.behave(Behaviour::Hang);
    assert_temporary(transport.send(&mail()).await, "within 0.1 s");
    server.behave(Behaviour::HangAfterData);
    assert_temporary(transport.send(&mail()).await, "within 0.1 s");
}

#[tokio::test]
async fn a_connection_lost_after_the_message_is_temporary() {
    let (server, transport) = pair().await;
    server.behave(Behaviour::DropAfterData);
    assert_temporary(transport.send(&mail()).await, "");
    server.behave(Behaviour::Accept);
    transport.send(&mail()).await.unwrap();
    // The first copy had arrived: the Message-ID is what tells the reader's server that it is the same mail.
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].raw, received[1].raw);
}

#[tokio::test]
async fn a_sender_given_up_half_way_leaves_no_broken_connection_behind() {
    let (server, transport) = pair().await;
    server.behave(Behaviour::HangAfterData);
    let first = mail();
    tokio::select! {
        outcome = transport.send(&first) => panic!("{outcome:?}"),
        () = server.arrival() => {}
    }
    server.behave(Behaviour::Accept);
    transport.send(&numbered(2)).await.unwrap();
    assert_eq!(server.connections(), 2);
    assert!(server.received().last().unwrap().raw.contains("<mail-2@"));
}

#[tokio::test]
async fn the_account_is_used_and_its_refusal_is_temporary() {
    let server = SmtpServer::start().await;
    let transport = open(
        &server.url_with_login("giao", "m%E1%BA%ADt"),
        Duration::from_secs(20),
    );
    transport.check().await.unwrap();
    transport.send(&mail()).await.unwrap();
    // base64 of NUL giao NUL mật
    assert_eq!(
        server.received()[0].auth.as_deref(),
        Some("PLAIN AGdpYW8AbeG6rXQ=")
    );
    server.hang_up();
    server.behave(Behaviour::Answer("AUTH", "535 5.7.8 wrong password"));
    assert_temporary(transport.send(&mail()).await, "5.7.8 wrong password");
    assert_temporary(transport.check().await, "5.7.8 wrong password");
}

#[tokio::test]
async fn check_sends_nothing() {
    let (server, transport) = pair().await;
    transport.check().await.unwrap();
    assert_eq!((server.received().len(), server.connections()), (0, 1));
}

#[test]
fn a_lease_must_outlast_the_longest_send() {
    assert_eq!(
        Timeouts::all(Duration::from_secs(1)).longest_send(),
        Duration::from_secs(10)
    );
    assert_eq!(Timeouts::default().command, Duration::from_secs(30));
}
