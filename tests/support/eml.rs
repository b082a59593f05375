//! Reads a raw mail back, the way a mail program would: enough of MIME for our own mails.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// One part of a mail, or a whole mail.
#[derive(Clone, Debug)]
pub struct Eml {
    /// Names as written, values unfolded but not decoded.
    pub headers: Vec<(String, String)>,
    /// Body as on the wire.
    pub body: String,
}

impl Eml {
    /// Splits a raw mail into headers and body.
    pub fn parse(raw: &str) -> Self {
        let (head, body) = raw
            .split_once("\r\n\r\n")
            .expect("a blank line after the headers");
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), headers.last_mut()) {
                value.push_str(line);
            } else {
                let (name, value) = line.split_once(':').expect("a colon in each header");
                headers.push((name.to_owned(), value.trim().to_owned()));
            }
        }
        Self {
            headers,
            body: body.to_owned(),
        }
    }

    /// The one header of this name, decoded. Panics if it is missing or doubled.
    pub fn header(&self, name: &str) -> String {
        let same = |(other, _): &&(String, String)| other.eq_ignore_ascii_case(name);
        let found: Vec<_> = self.headers.iter().filter(same).collect();
        assert_eq!(found.len(), 1, "{name}: {:?}", self.headers);
        decode_words(&found[0].1)
    }

    /// The parts of a multipart mail.
    pub fn parts(&self) -> Vec<Self> {
        let content_type = self.header("Content-Type");
        let (_, boundary) = content_type.split_once("boundary=\"").expect("a boundary");
        let boundary = format!("--{}", boundary.split('"').next().unwrap());
        let inner = self.body.split(&boundary).skip(1);
        inner
            .take_while(|part| !part.starts_with("--"))
            .map(|part| Self::parse(&part[2..]))
            .collect()
    }

    /// The decoded content of a single part.
    pub fn bytes(&self) -> Vec<u8> {
        assert_eq!(self.header("Content-Transfer-Encoding"), "base64");
        let packed: String = self.body.split("\r\n").collect();
        STANDARD.decode(packed).expect("base64")
    }

    /// The decoded content as text, with line feeds only.
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes())
            .expect("UTF-8")
            .replace("\r\n", "\n")
    }
}

/// Decodes RFC 2047 encoded words; white space between two of them is dropped.
fn decode_words(value: &str) -> String {
    let mut decoded = String::new();
    let mut after_word = false;
    let mut rest = value;
    while let Some(start) = rest.find("=?") {
        let (before, word) = rest.split_at(start);
        let mut fields = word[2..].splitn(4, '?');
        let (charset, kind, data, tail) =
            (fields.next(), fields.next(), fields.next(), fields.next());
        assert_eq!(
            charset.map(str::to_ascii_lowercase).as_deref(),
            Some("utf-8")
        );
        assert_eq!(kind.map(str::to_ascii_lowercase).as_deref(), Some("b"));
        if !(after_word && before.trim().is_empty()) {
            decoded.push_str(before);
        }
        let bytes = STANDARD.decode(data.expect("data")).expect("base64");
        decoded.push_str(&String::from_utf8(bytes).expect("UTF-8"));
        after_word = true;
        rest = tail
            .and_then(|tail| tail.strip_prefix('='))
            .expect("the end of the word");
    }
    decoded.push_str(rest);
    decoded
}
