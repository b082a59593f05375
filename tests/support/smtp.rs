//! A mail server of the test's own, on a free loopback port, whose manners can be changed while it runs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// How the server behaves from now on, on old and new connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes every mail.
    Accept,
    /// Closes new connections at once.
    Refuse,
    /// Takes connections and never says a word.
    Hang,
    /// Says nothing where the named step is due.
    HangAt(&'static str),
    /// Answers this line where the named step is due: `GREETING`, a command, or `.` after the message.
    Answer(&'static str, &'static str),
    /// Reads the whole message, keeps it, and closes the connection without an answer.
    DropAfterData,
    /// Reads the whole message, keeps it, and says nothing.
    HangAfterData,
}

/// A message as it came in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The argument of MAIL, such as `FROM:<a@b>`.
    pub from: String,
    /// The arguments of each RCPT.
    pub to: Vec<String>,
    /// The message, dots unstuffed, CRLF line ends.
    pub raw: String,
    /// The argument of AUTH on this connection, if any.
    pub auth: Option<String>,
}

/// The server; stops when dropped.
pub struct SmtpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: JoinHandle<()>,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    received: Mutex<Vec<Received>>,
    arrived: Notify,
    stuck: Notify,
    connections: Mutex<usize>,
    hang_up: watch::Sender<()>,
}

impl SmtpServer {
    /// Starts a server that accepts everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(Behaviour::Accept),
            received: Mutex::default(),
            arrived: Notify::new(),
            stuck: Notify::new(),
            connections: Mutex::default(),
            hang_up: watch::Sender::default(),
        });
        let for_task = Arc::clone(&shared);
        let listener = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *for_task.connections.lock().unwrap() += 1;
                let shared = Arc::clone(&for_task);
                let mut hang_up = shared.hang_up.subscribe();
                tokio::spawn(async move {
                    // An I/O error here is the client hanging up: its business, not the test's.
                    tokio::select! {
                        _ = converse(stream, &shared) => {}
                        _ = hang_up.changed() => {}
                    }
                });
            }
        });
        Self {
            address,
            shared,
            listener,
        }
    }

    /// `smtp://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// The same with an account.
    pub fn url_with_login(&self, user: &str, password: &str) -> String {
        format!("smtp://{user}:{password}@{}", self.address)
    }

    /// Changes the behaviour.
    pub fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// Closes the connections that are open now.
    pub fn hang_up(&self) {
        self.shared.hang_up.send_replace(());
    }

    /// Everything received so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Waits for the next message to come in whole.
    pub async fn arrival(&self) {
        self.shared.arrived.notified().await;
    }

    /// Waits until somebody hangs by [`Behaviour::HangAt`].
    pub async fn stuck(&self) {
        self.shared.stuck.notified().await;
    }

    /// How many connections were opened so far.
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.listener.abort();
        self.hang_up();
    }
}

impl Shared {
    fn behaviour(&self) -> Behaviour {
        self.behaviour.lock().unwrap().clone()
    }

    /// The answer due at a step, or what the current behaviour puts in its place.
    async fn answer(&self, step: &str, usual: &'static str) -> &'static str {
        match self.behaviour() {
            Behaviour::Hang => std::future::pending().await,
            Behaviour::HangAt(at) if at == step => {
                self.stuck.notify_one();
                std::future::pending().await
            }
            Behaviour::Answer(at, line) if at == step => line,
            _ => usual,
        }
    }
}

async fn converse(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    if shared.behaviour() == Behaviour::Refuse {
        return Ok(());
    }
    let mut stream = BufReader::new(stream);
    let mut mail = Received::default();
    say(
        &mut stream,
        shared.answer("GREETING", "220 test ESMTP").await,
    )
    .await?;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
        let usual = match verb {
            "EHLO" => "250-test\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            "MAIL" | "RCPT" | "RSET" | "NOOP" => "250 ok",
            _ => "500 what?",
        };
        let answer = shared.answer(verb, usual).await;
        say(&mut stream, answer).await?;
        match (verb, answer.starts_with(['2', '3'])) {
            ("AUTH", true) => mail.auth = Some(argument.to_owned()),
            ("MAIL", true) => {
                mail = Received {
                    from: argument.to_owned(),
                    auth: mail.auth,
                    ..Received::default()
                }
            }
            ("RCPT", true) => mail.to.push(argument.to_owned()),
            ("DATA", true) => {
                mail.raw = read_message(&mut stream).await?;
                if !take(&mut stream, shared, &mail).await? {
                    return Ok(());
                }
            }
            ("QUIT", _) => return Ok(()),
            _ => {}
        }
    }
}

/// Keeps a message and answers for it; false when the connection is to be closed.
async fn take(
    stream: &mut BufReader<TcpStream>,
    shared: &Shared,
    mail: &Received,
) -> std::io::Result<bool> {
    let behaviour = shared.behaviour();
    if !matches!(behaviour, Behaviour::Answer(".", _)) {
        shared.received.lock().unwrap().push(mail.clone());
        shared.arrived.notify_one();
    }
    match behaviour {
        Behaviour::DropAfterData => return Ok(false),
        Behaviour::HangAfterData => std::future::pending().await,
        _ => say(stream, shared.answer(".", "250 taken").await).await?,
    }
    Ok(true)
}

async fn read_message(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(raw);
        }
        raw.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

async fn say(stream: &mut BufReader<TcpStream>, line: &str) -> std::io::Result<()> {
    stream
        .get_mut()
        .write_all(format!("{line}\r\n").as_bytes())
        .await
}
