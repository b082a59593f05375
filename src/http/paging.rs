//! Cursors: where the next page of a list begins, signed so that it cannot be made up.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::error::{Code, Result};
use crate::service::page::After;

/// Signs and reads cursors.
pub struct Cursors {
    key: hmac::Key,
}

/// Bytes of the signature that are kept: plenty against guessing, short in an address.
const TAG: usize = 12;

impl Cursors {
    /// Cursors signed with the installation's secret.
    pub fn new(secret: &[u8]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, secret);
        let derived = hmac::sign(&root, b"cursor");
        Cursors {
            key: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        }
    }

    /// The cursor of what follows `after` in the list that `list` names (path and filters).
    pub fn write(&self, list: &str, after: &After) -> String {
        let payload = format!("{}\u{1f}{}", after.id, after.key);
        let mut bytes = self.tag(list, &payload);
        bytes.extend_from_slice(payload.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor; one that was tampered with, or belongs to another list, is refused.
    pub fn read(&self, list: &str, cursor: &str) -> Result<After> {
        let parse = || {
            let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
            let (tag, payload) = bytes.split_at_checked(TAG)?;
            let payload = std::str::from_utf8(payload).ok()?;
            // Comparing in constant time is not needed to guard a page position.
            if tag != self.tag(list, payload) {
                return None;
            }
            let (id, key) = payload.split_once('\u{1f}')?;
            Some(After {
                id: id.parse().ok()?,
                key: key.to_owned(),
            })
        };
        parse().ok_or_else(|| Code::BadCursor.into())
    }

    fn tag(&self, list: &str, payload: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(list.as_bytes());
        context.update(b"\0");
        context.update(payload.as_bytes());
        context.sign().as_ref()[..TAG].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nothing_else() {
        let cursors = Cursors::new(b"0123456789abcdef0123456789abcdef");
        let after = After {
            key: "đường".into(),
            id: 7,
        };
        let cursor = cursors.write("/projects?q=x", &after);
        assert_eq!(cursors.read("/projects?q=x", &cursor).ok(), Some(after));
        assert!(cursors.read("/projects?q=y", &cursor).is_err());
        for index in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("ASCII");
            assert!(cursors.read("/projects?q=x", &forged).is_err(), "{index}");
        }
    }
}
