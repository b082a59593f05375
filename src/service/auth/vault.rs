//! Seals secrets that must be read again, such as those of second factors, so that a stolen backup
//! of PostgreSQL gives none away: the key is derived from the installation's secret, which is not in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, Result};

/// Seals and opens small secrets.
pub struct Vault {
    key: LessSafeKey,
}

fn failed(what: &'static str) -> Error {
    Error::Internal(what.to_owned())
}

impl Vault {
    /// A vault whose key comes from the installation's secret.
    pub fn new(secret: &[u8]) -> Result<Self> {
        let salt = Salt::new(HKDF_SHA256, b"giaingan vault 1");
        let derived = salt.extract(secret);
        let okm = derived
            .expand(&[b"sealed columns"], &AES_256_GCM)
            .map_err(|_| failed("no key for the vault"))?;
        Ok(Vault {
            key: LessSafeKey::new(UnboundKey::from(okm)),
        })
    }

    /// Seals a secret; it opens only for the same `owner`, so that rows cannot be swapped.
    pub fn seal(&self, owner: &str, secret: &[u8]) -> Result<String> {
        let mut nonce = [0_u8; NONCE_LEN];
        SystemRandom::new()
            .fill(&mut nonce)
            .map_err(|_| failed("no randomness"))?;
        let mut sealed = secret.to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner.as_bytes()),
                &mut sealed,
            )
            .map_err(|_| failed("the vault did not close"))?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed for this owner. Fails after the installation's secret was changed.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<Vec<u8>> {
        let broken = || failed("a sealed secret does not open; was the secret changed?");
        let bytes = STANDARD.decode(sealed).map_err(|_| broken())?;
        let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
        let mut rest = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(owner.as_bytes()), &mut rest)
            .map_err(|_| broken())?;
        Ok(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_and_secret_alone() {
        let vault = Vault::new(b"one secret of an installation").expect("a vault");
        let sealed = vault.seal("user 7", b"hush").expect("seals");
        assert!(!sealed.contains("hush"));
        assert_eq!(vault.open("user 7", &sealed).expect("opens"), b"hush");
        assert!(vault.open("user 8", &sealed).is_err());
        let other = Vault::new(b"another secret").expect("a vault");
        assert!(other.open("user 7", &sealed).is_err());
        for broken in ["", "AAAA", "no base64!"] {
            assert!(vault.open("user 7", broken).is_err());
        }
    }

    #[test]
    fn equal_secrets_do_not_look_alike() {
        let vault = Vault::new(b"secret").expect("a vault");
        let seal = || vault.seal("x", b"same").expect("seals");
        assert_ne!(seal(), seal());
    }
}
