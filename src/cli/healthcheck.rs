//! `healthcheck`: asks the instance on this machine whether it is ready, for containers.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::Outcome;
use crate::config::Settings;

/// How long each step may take.
const LIMIT: Duration = Duration::from_secs(3);

/// Fails unless `/health/ready` answers 200 at the address of the settings.
pub fn run(settings: &Settings) -> Outcome {
    let answer = ask(settings.listen).map_err(|error| error.to_string())?;
    match answer.starts_with("HTTP/1.1 200 ") {
        true => Ok(()),
        false => Err(answer.lines().next().unwrap_or("no answer").to_owned()),
    }
}

fn ask(listen: SocketAddr) -> std::io::Result<String> {
    // An instance that listens everywhere listens on the loopback as well.
    let address = match listen.ip() {
        IpAddr::V4(address) if address.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V6(address) if address.is_unspecified() => IpAddr::from(Ipv6Addr::LOCALHOST),
        other => other,
    };
    let mut stream = TcpStream::connect_timeout(&(address, listen.port()).into(), LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream
        .write_all(b"GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
