//! The load driver: threads with one kept-alive connection each, which cost little beside the server
//! they measure. Loopback only.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// What came out of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Requests answered in the measured time.
    pub requests: u64,
    /// The measured time.
    pub seconds: f64,
    /// Microseconds that half of the requests took at most.
    pub p50: u64,
    /// Microseconds that 99 % of the requests took at most.
    pub p99: u64,
    /// Bytes of the last body.
    pub size: usize,
}

impl Outcome {
    /// From single times in microseconds.
    pub fn of(mut times: Vec<u64>, seconds: f64, size: usize) -> Self {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or(0);
        Outcome {
            requests: times.len() as u64,
            seconds,
            p50: at(50),
            p99: at(99),
            size,
        }
    }

    /// Requests per second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds.max(1e-9)
    }
}

/// Makes the `n`th request of a client, head and body.
pub type Make = dyn Fn(usize, u64) -> Vec<u8> + Sync;

/// Sends requests from `clients` connections for a while. A refusal ends the benchmark: figures of
/// refusals would mean nothing.
pub fn run(address: SocketAddr, clients: usize, time: Duration, make: &Make) -> Outcome {
    let begin = Instant::now() + Duration::from_millis(150);
    let end = begin + time;
    let mut times = Vec::new();
    let mut size = 0;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| scope.spawn(move || one(address, client, (begin, end), make)))
            .collect();
        for thread in threads {
            let (own, last) = thread.join().expect("a client of the benchmark");
            times.extend(own);
            size = last;
        }
    });
    Outcome::of(times, time.as_secs_f64(), size)
}

fn one(
    address: SocketAddr,
    client: usize,
    (begin, end): (Instant, Instant),
    make: &Make,
) -> (Vec<u64>, usize) {
    let mut connection = Connection::open(address);
    let mut times = Vec::new();
    let mut number = 0;
    loop {
        let request = make(client, number);
        number += 1;
        let sent = Instant::now();
        let answer = connection.send(&request);
        let now = Instant::now();
        assert!(
            (200..300).contains(&answer.status),
            "refused: {}\n{}",
            String::from_utf8_lossy(&request),
            String::from_utf8_lossy(connection.body())
        );
        if now >= end {
            return (times, answer.size);
        }
        if sent >= begin {
            times.push(u64::try_from((now - sent).as_micros()).unwrap_or(u64::MAX));
        }
    }
}

/// An answer's head, as far as it matters here.
pub struct Answer {
    pub status: u16,
    pub size: usize,
}

/// A kept-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    body: std::ops::Range<usize>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Connection {
            stream,
            buffer: Vec::new(),
            body: 0..0,
        }
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        self.buffer.get(self.body.clone()).unwrap_or_default()
    }

    /// Sends one request and reads its answer whole.
    pub fn send(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).expect("sent");
        self.buffer.clear();
        let mut chunk = [0; 65_536];
        loop {
            let read = self.stream.read(&mut chunk).expect("an answer");
            assert!(read > 0, "the server closed the connection");
            self.buffer.extend_from_slice(&chunk[..read]);
            let Some(head) = find(&self.buffer, b"\r\n\r\n") else {
                continue;
            };
            let text = String::from_utf8_lossy(&self.buffer[..head]).into_owned();
            let size = length(&text);
            self.body = head + 4..head + 4 + size;
            while self.buffer.len() < self.body.end {
                let read = self.stream.read(&mut chunk).expect("a body");
                assert!(read > 0, "the server closed the connection");
                self.buffer.extend_from_slice(&chunk[..read]);
            }
            let status = text.get(9..12).and_then(|code| code.parse().ok());
            return Answer {
                status: status.expect("a status line"),
                size,
            };
        }
    }
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .expect("a body of known length")
}

/// A GET request.
pub fn get(path: &str, auth: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{auth}\r\n\r\n").into_bytes()
}

/// A POST of JSON with a key of its own.
pub fn post(path: &str, auth: &str, key: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{auth}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
