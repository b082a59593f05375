//! Passwords: Argon2id, and what makes one good enough.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use zxcvbn::{Score, zxcvbn};

use crate::db;
use crate::db::users::Credentials;
use crate::domain::text::fold;
use crate::error::{Code, Error, Fault, Result};
use crate::service::Ctx;

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

/// A turn at hashing, given back when dropped.
pub struct Turn(());

impl Turn {
    /// Waits for a turn.
    pub fn wait() -> Self {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        while *running >= AT_ONCE {
            running = ENDED.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
        *running += 1;
        Turn(())
    }

    /// Whether the password fits the hash. Without a hash the same work is done in vain, so that an
    /// unknown user takes as long as a wrong password.
    pub fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let Some(hash) = hash else {
            let _ = hasher()?.hash_password(password.as_bytes());
            return Ok(false);
        };
        let hash = PasswordHash::new(hash).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(hasher()?
            .verify_password(password.as_bytes(), &hash)
            .is_ok())
    }
}

impl Drop for Turn {
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
    let _turn = Turn::wait();
    hasher()?
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::Internal(error.to_string()))
}

/// Checks the caller's own password again, before something that a borrowed session must not do.
pub fn require(ctx: &Ctx, current: &str) -> Result<Credentials> {
    let user_id = ctx.actor.user_id.ok_or(Code::Forbidden)?;
    let user = ctx
        .app
        .db
        .read(|conn| db::users::credentials_by_id(conn, user_id))?
        .ok_or(Code::NotFound)?;
    if Turn::wait().verify(current, user.password_hash.as_deref())? {
        return Ok(user);
    }
    let why = (
        "mật khẩu hiện tại không đúng",
        "the current password is wrong",
    );
    let fault = Fault::at("/current_password", Code::Invalid);
    Err(fault.with("why", why).into())
}

/// Refuses a weak new password, at `pointer`.
pub fn check(password: &str, username: &str, pointer: &str) -> Result<()> {
    match weakness(password, username) {
        Some(why) => Err(Fault::at(pointer, Code::Invalid).with("why", why).into()),
        None => Ok(()),
    }
}

/// What is wrong with a new password, in Vietnamese and English. No rule asks for capitals or
/// symbols (OWASP ASVS 6.2.5); how long guessing takes is estimated instead.
pub fn weakness(password: &str, username: &str) -> Option<(&'static str, &'static str)> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Some(("cần ít nhất 12 ký tự", "at least 12 characters are needed"));
    }
    if length > LONGEST {
        return Some(("dài nhất 256 ký tự", "256 characters at most"));
    }
    // Without marks and gaps, as somebody who guesses would try it.
    let plain = fold(password).replace([' ', '-', '_', '.'], "");
    let mut known: Vec<&str> = SITE_WORDS.to_vec();
    known.push(username);
    let guessed = |text: &str| zxcvbn(text, &known).score() < Score::Three;
    if guessed(password) || guessed(&plain) {
        return Some((
            "quá dễ đoán; hãy dùng một câu dài hơn, không có tên đăng nhập, tên địa phương hay dãy lặp lại",
            "too easy to guess; take a longer sentence without your user name, words of the place, or repetition",
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
        let turn = Turn::wait();
        assert!(
            turn.verify("một mật khẩu đủ dài", Some(&hash))
                .expect("verifies")
        );
        assert!(
            !turn
                .verify("một mật khẩu khác", Some(&hash))
                .expect("verifies")
        );
        assert!(!turn.verify("gì cũng được", None).expect("verifies"));
    }

    #[test]
    fn easy_passwords_are_refused() {
        for weak in [
            "short",
            "aaaaaaaaaaaaaaaa",
            "giaingan-giaingan",
            "halong123456",
            "qwertyuiop123",
            "lan.nguyen123",
        ] {
            assert!(weakness(weak, "lan.nguyen").is_some(), "{weak}");
        }
        assert_eq!(weakness("con thuyền trên vịnh 7", "lan.nguyen"), None);
    }
}
