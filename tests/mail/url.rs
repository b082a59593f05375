use giaingan::mail::transport::{Login, MailUrl, Security, SmtpServer};

fn smtp(url: &str) -> SmtpServer {
    match url.parse() {
        Ok(MailUrl::Smtp(server)) => server,
        other => panic!("{url}: {other:?}"),
    }
}

#[test]
fn each_scheme_has_its_port_and_protection() {
    for (url, host, port, security) in [
        (
            "smtp://mail.tinh.vn",
            "mail.tinh.vn",
            25,
            Security::Opportunistic,
        ),
        (
            "smtp://mail.tinh.vn:2525/",
            "mail.tinh.vn",
            2525,
            Security::Opportunistic,
        ),
        (
            "smtp://u:p@mail.tinh.vn",
            "mail.tinh.vn",
            587,
            Security::StartTls,
        ),
        (
            "smtps://u:p@mail.tinh.vn",
            "mail.tinh.vn",
            465,
            Security::Tls,
        ),
        ("smtps://mail.tinh.vn", "mail.tinh.vn", 465, Security::Tls),
        ("smtp://localhost", "localhost", 25, Security::Plain),
        (
            "smtp://u:p@127.0.0.1:1025",
            "127.0.0.1",
            1025,
            Security::Plain,
        ),
        ("smtp://[::1]:1025", "::1", 1025, Security::Plain),
        (
            "smtp://[2001:db8::1]",
            "2001:db8::1",
            25,
            Security::Opportunistic,
        ),
        ("smtps://u:p@localhost", "localhost", 465, Security::Tls),
    ] {
        let server = smtp(url);
        assert_eq!((server.host.as_str(), server.port), (host, port), "{url}");
        assert_eq!(server.security, security, "{url}");
    }
}

#[test]
fn user_and_password_are_percent_decoded() {
    let server = smtp("smtps://giao%40tinh.vn:p%3A%2Fa%25b@c@mail.tinh.vn");
    let expected = Login {
        user: "giao@tinh.vn".into(),
        password: "p:/a%b@c".into(),
    };
    assert_eq!(server.login, Some(expected));
}

#[test]
fn a_directory_is_relative_or_absolute() {
    for (url, path) in [
        ("file:mails", "mails"),
        ("file:./m", "./m"),
        ("file:/a/b", "/a/b"),
        ("file:///a", "/a"),
    ] {
        assert_eq!(url.parse(), Ok(MailUrl::File(path.into())), "{url}");
    }
}

#[test]
fn what_is_wrong_is_said_without_the_password() {
    for (url, part) in [
        ("mail.tinh.vn", "expected smtp://"),
        ("http://u:s3cret@host", "unknown scheme \"http\""),
        ("smtp:u:s3cret@host", "expected //"),
        ("smtp://u:s3cret@", "host"),
        ("smtp://u:s3cret@ho st", "host"),
        ("smtp://u:s3cret@host/path", "host"),
        ("smtp://u:s3cret@host?tls=no", "host"),
        ("smtp://u:s3cret@host:99999", "port"),
        ("smtp://u:s3cret@host:0", "port"),
        ("smtp://u:s3cret@host:+25", "port"),
        ("smtp://u:s3cret@[::1", "host"),
        ("smtp://u:s3cret@[::1]25", "port"),
        ("smtp://u:s3cret%zz@host", "%25"),
        ("smtp://u:s3cret%+1@host", "%25"),
        ("smtp://u:s3cret%ff@host", "UTF-8"),
        ("smtp://s3cret@host", "user and a password"),
        ("smtp://:s3cret@host", "user and a password"),
        ("file:", "directory"),
        ("file://relative", "absolute"),
    ] {
        let message = url.parse::<MailUrl>().unwrap_err().to_string();
        assert!(message.contains(part), "{url}: {message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn the_password_is_never_printed() {
    let url: MailUrl = "smtps://giao:s3cret@mail.tinh.vn".parse().unwrap();
    assert!(!format!("{url:?}").contains("s3cret"), "{url:?}");
    assert_eq!(url.to_string(), "smtps://mail.tinh.vn:465");
}
