//! A receiver of webhooks, on a free loopback port, whose manners can be changed while it runs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How the receiver answers from now on.
#[derive(Clone, Debug)]
pub enum Manner {
    /// With this status and these header lines.
    Answer(u16, &'static str),
    /// Never.
    Hang,
    /// By closing the connection.
    Drop,
}

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Told {
    headers: BTreeMap<String, String>,
    pub text: String,
    pub body: Value,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    }

    /// How many of the signatures fit this secret, as a receiver checks them.
    pub fn signed_by(&self, secret: &str) -> usize {
        let secret = secret.strip_prefix("whsec_").expect("a webhook secret");
        let key = STANDARD.decode(secret).expect("base64");
        assert!((24..=64).contains(&key.len()), "{} bytes", key.len());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let content = format!(
            "{}.{}.{}",
            self.header("webhook-id"),
            self.header("webhook-timestamp"),
            self.text
        );
        let fits = |signature: &str| {
            let bytes = STANDARD
                .decode(signature.strip_prefix("v1,").expect("version 1"))
                .expect("base64");
            hmac::verify(&key, content.as_bytes(), &bytes).is_ok()
        };
        self.header("webhook-signature")
            .split(' ')
            .filter(|one| fits(one))
            .count()
    }
}

struct Shared {
    manner: Mutex<Manner>,
    told: Mutex<Vec<Told>>,
}

/// The receiver; stops when dropped.
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Receiver {
    /// Starts a receiver that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            manner: Mutex::new(Manner::Answer(200, "")),
            told: Mutex::default(),
        });
        let known = shared.clone();
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, known.clone()));
            }
        });
        Receiver {
            address,
            shared,
            listener,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn be(&self, manner: Manner) {
        *self.shared.manner.lock().expect("whole") = manner;
    }

    pub fn told(&self) -> Vec<Told> {
        self.shared.told.lock().expect("whole").clone()
    }

    /// The `type` of everything it was told.
    pub fn types(&self) -> Vec<String> {
        self.told()
            .iter()
            .map(|told| told.body["type"].as_str().expect("a type").to_owned())
            .collect()
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some(told) = read(&mut stream).await {
        shared.told.lock().expect("whole").push(told);
        let manner = shared.manner.lock().expect("whole").clone();
        match manner {
            Manner::Answer(status, headers) => {
                let answer = format!("HTTP/1.1 {status} x\r\n{headers}Content-Length: 0\r\n\r\n");
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
            Manner::Hang => std::future::pending().await,
            Manner::Drop => return,
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Told> {
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) => {
                drop(headers.insert(name.to_ascii_lowercase(), value.to_owned()))
            }
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let text = String::from_utf8(body).expect("UTF-8");
    Some(Told {
        headers,
        body: serde_json::from_str(&text).expect("JSON"),
        text,
    })
}
