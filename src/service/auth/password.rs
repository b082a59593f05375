//! Passwords: Argon2id, and what makes one good enough.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::domain::text::fold;
use crate::error::{Error, Result};

/// Memory of one hash, KiB; with one pass this is OWASP's first recommendation for Argon2id.
const MEMORY_KIB: u32 = 47_104;

/// The fewest characters of a password (OWASP ASVS 6.2.1 asks for 8).
pub const SHORTEST: usize = 12;
/// The most characters of a password: beyond, hashing only costs time.
pub const LONGEST: usize = 256;

/// Words of this place that make a password easy to guess.
const SITE_WORDS: [&str; 6] = [
    "giaingan",
    "quangninh",
    "halong",
    "matkhau",
    "password",
    "dautucong",
];

/// How many hashes may be computed at once: a flood of sign-ins must not take all memory.
const AT_ONCE: usize = 4;

static RUNNING: Mutex<usize> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// Waits for a place and gives it back when dropped.
struct Place;

impl Place {
    fn take() -> Self {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        while *running >= AT_ONCE {
            running = ENDED.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
        *running += 1;
        Place
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        ENDED.notify_one();
    }
}

fn hasher() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, 1, 1, None).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with a random salt.
pub fn hash(password: &str) -> Result<String> {
    let _place = Place::take();
    hasher()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Whether the password fits the hash. Without a hash the same work is done in vain, so that an
/// unknown user takes as long as a wrong password.
pub fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    let _place = Place::take();
    let Some(hash) = hash else {
        let _ = hasher()?.hash_password(password.as_bytes());
        return Ok(false);
    };
    let hash = PasswordHash::new(hash).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(hasher()?
        .verify_password(password.as_bytes(), &hash)
        .is_ok())
}

/// What is wrong with a new password, in Vietnamese and English.
pub fn weakness(password: &str, username: &str) -> Option<(&'static str, &'static str)> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(("cần ít nhất 12 ký tự", "at least 12 characters are needed"));
    }
    if length > LONGEST {
        return Some(("dài nhất 256 ký tự", "256 characters at most"));
    }
    let plain = |text: &str| fold(text).replace([' ', '-', '_', '.', '@'], "");
    let mut rest = plain(password).replace(&plain(username), "");
    for word in SITE_WORDS {
        rest = rest.replace(word, "");
    }
    let distinct: std::collections::HashSet<char> = rest.chars().collect();
    if distinct.len() < 5 {
        return Some((
            "quá dễ đoán (tên đăng nhập, tên địa phương hoặc lặp lại)",
            "too easy to guess (user name, words of the place, or repetition)",
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let hash = hash("một mật khẩu đủ dài").expect("hashes");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("một mật khẩu đủ dài", Some(&hash)).expect("verifies"));
        assert!(!verify("một mật khẩu khác", Some(&hash)).expect("verifies"));
        assert!(!verify("gì cũng được", None).expect("verifies"));
    }

    #[test]
    fn easy_passwords_are_refused() {
        for weak in [
            "short",
            "aaaaaaaaaaaaaaaa",
            "giaingan-giaingan",
            "Halong@1111111",
            "lan.nguyen123",
        ] {
            assert!(weakness(weak, "lan.nguyen").is_some(), "{weak}");
        }
        assert_eq!(weakness("con thuyền trên vịnh 7", "lan.nguyen"), None);
    }
}
