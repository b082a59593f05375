//! One mail as the rest of the program sees it, and the rules its header fields must keep.

use chrono::{DateTime, Datelike, Utc};

use crate::domain::hash::sha256_hex;
use crate::domain::text::is_hidden;

/// Longest subject or display name accepted, in characters.
const MAX_HEADER_CHARS: usize = 500;
/// Longest Message-ID: it also becomes a file name, which may have 255 bytes.
const MAX_MESSAGE_ID: usize = 200;
/// Longest address a server has to accept (RFC 5321, 4.5.3.1).
const MAX_ADDRESS: usize = 254;

/// A mail ready to be sent. Retries carry the same value, so that they carry the same Message-ID and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Stable identity, `<local@domain>`, the same on every attempt.
    pub message_id: String,
    /// The installation's own address.
    pub from: Address,
    /// The one recipient.
    pub to: Address,
    /// Subject in plain text; encoded for the wire by the transport.
    pub subject: String,
    /// Plain-text body.
    pub text: String,
    /// The same content as HTML, if any.
    pub html: Option<String>,
    /// Files that travel with the mail.
    pub attachments: Vec<Attachment>,
    /// When the mail was written, not when it is sent.
    pub date: DateTime<Utc>,
}

/// A display name and an email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Display name; may be empty.
    pub name: String,
    /// The address itself, ASCII.
    pub email: String,
}

/// A file attached to a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Name shown to the reader.
    pub file_name: String,
    /// Media type, for example `text/calendar; charset=utf-8`.
    pub content_type: String,
    /// Content.
    pub bytes: Vec<u8>,
}

impl Mail {
    /// Refuses whatever could forge a header, hide text from the reader, or stop the encoder.
    ///
    /// # Errors
    /// A sentence naming the field and what is wrong with it.
    pub fn validate(&self) -> Result<(), String> {
        validate_message_id(&self.message_id)?;
        self.from.validate("from")?;
        self.to.validate("to")?;
        plain("subject", &self.subject)?;
        // An ASCII "=?" would reach the reader's program as an encoded word of the sender's choosing.
        if self.subject.contains("=?") {
            return Err("subject: \"=?\" is not allowed".into());
        }
        for attachment in &self.attachments {
            attachment.validate()?;
        }
        // The encoder of the Date header knows no other years.
        if !(1970..9999).contains(&self.date.year()) {
            return Err(format!(
                "date: the year {} is out of range",
                self.date.year()
            ));
        }
        Ok(())
    }
}

impl Address {
    /// An address with its display name.
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
        }
    }

    fn validate(&self, field: &str) -> Result<(), String> {
        plain(&format!("{field} name"), &self.name)?;
        let email = self.email.as_str();
        plain(&format!("{field} address"), email)?;
        // Quoted local parts and comments are legal, unused, and a way to end the envelope's bracket early.
        let ordinary = |c: char| c.is_ascii_graphic() && !"\"<>()[],;:\\".contains(c);
        if email.len() > MAX_ADDRESS
            || !email.chars().all(ordinary)
            || email.matches('@').count() != 1
        {
            return Err(format!("{field} address: not an ordinary ASCII address"));
        }
        Ok(())
    }
}

impl Attachment {
    fn validate(&self) -> Result<(), String> {
        plain("attachment name", &self.file_name)?;
        plain("attachment type", &self.content_type)?;
        if self.file_name.is_empty() || self.file_name.contains(['/', '\\']) {
            return Err("attachment name: must be a plain file name".into());
        }
        Ok(())
    }
}

/// Makes any text fit for a subject or a display name: titles come from spreadsheets and carry line breaks and
/// invisible characters, and an alert must not die of one.
#[must_use]
pub fn header_text(text: &str) -> String {
    let visible = text.chars().filter_map(|c| match c {
        c if c.is_whitespace() || c.is_control() => Some(' '),
        c if is_hidden(c) => None,
        c => Some(c),
    });
    let line: String = visible.take(MAX_HEADER_CHARS * 2).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("=?", "= ?")
        .chars()
        .take(MAX_HEADER_CHARS)
        .collect()
}

/// The identity of a mail, the same on every attempt: from what the row holds, and the domain of
/// the sender.
pub fn message_id(seed: &str, from: &str) -> String {
    let domain = from.rsplit('@').next().unwrap_or_default();
    let is_good = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    let domain = match !domain.is_empty() && domain.chars().all(is_good) {
        true => domain,
        false => "giaingan.invalid",
    };
    let hash = sha256_hex(seed.as_bytes());
    format!("<giaingan.{}@{domain}>", hash.get(..32).unwrap_or(&hash))
}

fn plain(field: &str, text: &str) -> Result<(), String> {
    if let Some(bad) = text.chars().find(|c| is_hidden(*c)) {
        return Err(format!(
            "{field}: the character U+{:04X} is not allowed",
            u32::from(bad)
        ));
    }
    if text.chars().count() > MAX_HEADER_CHARS {
        return Err(format!(
            "{field}: longer than {MAX_HEADER_CHARS} characters"
        ));
    }
    Ok(())
}

fn validate_message_id(id: &str) -> Result<(), String> {
    let inner = id.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    let parts = inner.and_then(|inner| inner.split_once('@'));
    // Letters that are also safe in a file name: the file transport names its files after the Message-ID.
    let word = |part: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        !part.is_empty() && part.chars().all(allowed)
    };
    match parts {
        Some((local, domain)) if id.len() <= MAX_MESSAGE_ID && word(local) && word(domain) => {
            Ok(())
        }
        _ => Err("message_id: must look like <letters-and-digits@domain>".into()),
    }
}
