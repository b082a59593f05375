//! Secrets and signatures of webhooks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// Makes the secrets of webhooks and signs with them. A secret is derived from the installation's
/// secret and a random salt of its own, so no table and no backup of a server database holds it.
pub struct Signer {
    key: hmac::Key,
}

fn mac(key: &hmac::Key, text: &[u8]) -> Vec<u8> {
    hmac::sign(key, text).as_ref().to_vec()
}

fn key(bytes: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

impl Signer {
    /// A signer under the installation's secret.
    pub fn new(secret: &[u8]) -> Self {
        Signer {
            key: key(&mac(&key(secret), b"webhook")),
        }
    }

    /// The secret of a salt, as its receiver keeps it.
    pub fn secret(&self, salt: &str) -> String {
        format!("whsec_{}", STANDARD.encode(self.bytes(salt)))
    }

    fn bytes(&self, salt: &str) -> Vec<u8> {
        mac(&self.key, salt.as_bytes())
    }

    /// The `webhook-signature` header: one signature for each salt, the newest first.
    pub fn sign<'a>(
        &self,
        salts: impl IntoIterator<Item = &'a str>,
        id: &str,
        timestamp: i64,
        body: &str,
    ) -> String {
        let content = format!("{id}.{timestamp}.{body}");
        let signatures = salts.into_iter().map(|salt| {
            let signature = mac(&key(&self.bytes(salt)), content.as_bytes());
            format!("v1,{}", STANDARD.encode(signature))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }
}
