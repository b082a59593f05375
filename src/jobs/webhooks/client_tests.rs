use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A name server that gives another answer each time it is asked, the last one from then on.
fn rebinding(answers: &[&[&str]]) -> (impl Lookup, Arc<AtomicUsize>) {
    let parsed = |answer: &&[&str]| -> Vec<IpAddr> {
        let texts = answer.iter();
        texts
            .map(|text| text.parse().expect("an address"))
            .collect()
    };
    let mut left: Vec<Vec<IpAddr>> = answers.iter().map(parsed).collect();
    left.reverse();
    let (left, asked) = (Mutex::new(left), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    let lookup = move |_: String| {
        count.fetch_add(1, Ordering::SeqCst);
        let mut left = left.lock().expect("whole");
        let answer = match left.len() {
            1 => left[0].clone(),
            _ => left.pop().expect("an answer"),
        };
        std::future::ready(Ok(answer))
    };
    (lookup, asked)
}

fn client(allow_private: bool, lookup: impl Lookup) -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::looking_up(allow_private, Duration::from_secs(5), lookup).expect("a client")
}

/// A port of this machine, and how many were let in by it; each is answered 204 and sent away.
async fn open_port() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let came = Arc::new(AtomicUsize::new(0));
    let count = came.clone();
    actix_web::rt::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
            let _ = stream.write_all(answer).await;
        }
    });
    (port, came)
}

fn refused() -> Outcome {
    Outcome::Failed {
        status: None,
        error: REFUSED.to_owned(),
        retry_after: None,
    }
}

#[actix_web::test]
async fn a_name_is_judged_each_time_it_is_spoken_to() {
    let answers: [&[&str]; 3] = [&["8.8.8.8", "10.0.0.1"], &["8.8.8.8"], &["127.0.0.1"]];
    let (lookup, _) = rebinding(&answers);
    let resolver = Resolver {
        allow_private: false,
        lookup,
    };
    let name = || "rebound.example".parse::<Name>().expect("a name");
    for _ in 0..2 {
        let kept = resolver.resolve(name()).await.expect("an address");
        let kept: Vec<String> = kept.map(|address| address.to_string()).collect();
        assert_eq!(
            kept,
            ["8.8.8.8:0"],
            "what is private among them is left out"
        );
    }
    let refusal = resolver.resolve(name()).await.err().expect("refused");
    assert_eq!(refusal.to_string(), REFUSED);
}

#[actix_web::test]
async fn nothing_is_sent_to_a_name_that_turned_private() {
    let (port, came) = open_port().await;
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254"] {
        let (lookup, asked) = rebinding(&[&[address]]);
        let held = Held::to(format!("https://rebound.example:{port}/"));
        let outcome = client(false, lookup).deliver(&held, Utc::now()).await;
        assert_eq!((outcome, asked.load(Ordering::SeqCst)), (refused(), 1));
    }
    assert_eq!(came.load(Ordering::SeqCst), 0);
}

/// Otherwise a second answer could differ from the one that was judged.
#[actix_web::test]
async fn what_was_judged_is_what_is_connected_to() {
    let (port, came) = open_port().await;
    let (lookup, asked) = rebinding(&[&["127.0.0.1"], &["192.0.2.1"]]);
    let held = Held::to(format!("http://rebound.example:{port}/"));
    let outcome = client(true, lookup).deliver(&held, Utc::now()).await;
    assert_eq!(outcome, Outcome::Delivered(204));
    assert_eq!(
        (asked.load(Ordering::SeqCst), came.load(Ordering::SeqCst)),
        (1, 1)
    );
}
