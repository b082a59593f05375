//! The second factor: codes of an authenticator app that change every 30 seconds (RFC 6238), and
//! recovery codes for the day the telephone is lost. Each code works once.
//!
//! `GIAINGAN_MFA=required` asks it of administrators and coordinators: until they have set one up
//! they may do nothing else (see [`super::permit`]).

use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use totp_rs::{Builder, Totp};
use utoipa::ToSchema;

use super::notices::{self, Notice};
use super::password;
use crate::db;
use crate::db::second_factors::SecondFactor;
use crate::domain::hash::sha256_hex;
use crate::error::{Code, Error, Fault, Result};
use crate::service::audit::Change;
use crate::service::{Ctx, Tx, View, write};

/// Bytes of a secret (RFC 4226 section 4 recommends 160 bits).
const SECRET_BYTES: usize = 20;
/// Recovery codes that a user is given.
const CODES: usize = 10;
/// Letters and digits of recovery codes: none that can be mistaken for another.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567891";
/// Letters of a recovery code: 50 bits.
const CODE_LETTERS: usize = 10;

/// How a user's second factor stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Status {
    /// Whether sign-in asks for a code.
    pub enabled: bool,
    /// Whether the settings demand one of this user.
    pub required: bool,
    /// Recovery codes not used yet.
    pub recovery_codes_left: i64,
}

/// A secret to be put into an authenticator app; shown once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Enrolment {
    /// Base32, to be typed.
    pub secret: String,
    /// The same for a QR code.
    pub otpauth_uri: String,
}

/// Codes that stand in for the app, each once; shown once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// The codes.
    pub recovery_codes: Vec<String>,
}

fn own(ctx: &Ctx) -> Result<i64> {
    ctx.actor.user_id.ok_or(Code::Forbidden.into())
}

fn owner(user_id: i64) -> String {
    format!("totp of user {user_id}")
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::Internal("no randomness".into()))?;
    Ok(bytes)
}

fn totp(secret: &[u8], username: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_account_name(username.to_owned())
        .with_issuer(Some("Giaingan"))
        .build()
        .map_err(|error| Error::Internal(error.to_string()))
}

/// How the caller's second factor stands.
pub fn status(view: &mut View<'_>) -> Result<Status> {
    let user_id = own(view.ctx)?;
    let factor = db::second_factors::of(view.conn, user_id)?;
    Ok(Status {
        enabled: factor.since.is_some(),
        required: super::needs_second_factor(&view.ctx.app, &view.ctx.actor),
        recovery_codes_left: db::second_factors::codes_left(view.conn, user_id)?,
    })
}

/// Gives the caller a secret for their app, after asking for the password again. It counts once a
/// code proves that the app has it.
pub fn begin(ctx: &Ctx, current_password: &str) -> Result<Enrolment> {
    let user_id = own(ctx)?;
    password::require(ctx, current_password)?;
    let secret = random::<SECRET_BYTES>()?;
    let sealed = ctx.app.vault.seal(&owner(user_id), &secret)?;
    write(ctx, move |tx| {
        match db::second_factors::begin(tx.conn, user_id, &sealed)? {
            true => Ok(()),
            false => Err(Code::SecondFactorSet.into()),
        }
    })?;
    let totp = totp(&secret, &ctx.actor.label)?;
    Ok(Enrolment {
        secret: totp.secret().to_base32(),
        otpauth_uri: totp
            .to_url()
            .map_err(|error| Error::Internal(error.to_string()))?,
    })
}

/// Turns the second factor on: the code shows that the app has the secret.
pub fn confirm(ctx: &Ctx, code: &str) -> Result<RecoveryCodes> {
    let user_id = own(ctx)?;
    let recovery_codes: Vec<String> = (0..CODES).map(|_| recovery_code()).collect::<Result<_>>()?;
    let hashes: Vec<String> = recovery_codes.iter().map(|code| code_hash(code)).collect();
    let code = code.to_owned();
    write(ctx, move |tx| {
        let factor = db::second_factors::of(tx.conn, user_id)?;
        if factor.since.is_some() {
            return Err(Code::SecondFactorSet.into());
        }
        if !app_code_fits(tx, user_id, &factor, &code)? {
            return Err(wrong_code());
        }
        let now = tx.now;
        db::second_factors::confirm(tx.conn, user_id, now)?;
        db::second_factors::add_codes(tx.conn, user_id, &hashes)?;
        notices::send(tx, user_id, &Notice::SecondFactorSet)?;
        note(tx, "user.second_factor_set", user_id)
    })?;
    Ok(RecoveryCodes { recovery_codes })
}

/// Turns the caller's second factor off, after asking for the password and a code.
pub fn remove(ctx: &Ctx, current_password: &str, code: &str) -> Result<()> {
    let user_id = own(ctx)?;
    password::require(ctx, current_password)?;
    let code = code.to_owned();
    write(ctx, move |tx| match passes(tx, user_id, Some(&code))? {
        true => take_away(tx, user_id),
        false => Err(wrong_code()),
    })
}

/// Takes a user's second factor away, for one who lost telephone and codes. Ends their sessions.
pub fn take_away(tx: &mut Tx<'_>, user_id: i64) -> Result<()> {
    db::second_factors::remove(tx.conn, user_id)?;
    let (keep, now) = (tx.ctx.actor.session_id, tx.now);
    db::sessions::revoke_all(tx.conn, user_id, keep, now)?;
    notices::send(tx, user_id, &Notice::SecondFactorRemoved)?;
    note(tx, "user.second_factor_removed", user_id)
}

/// Whether a sign-in passes: there is no second factor, or the code is one of its, not used before.
pub fn passes(tx: &mut Tx<'_>, user_id: i64, code: Option<&str>) -> Result<bool> {
    let factor = db::second_factors::of(tx.conn, user_id)?;
    if factor.since.is_none() {
        return Ok(true);
    }
    let Some(code) = code else { return Ok(false) };
    if app_code_fits(tx, user_id, &factor, code)? {
        return Ok(true);
    }
    let now = tx.now;
    let used = db::second_factors::use_code(tx.conn, user_id, &code_hash(code), now)?;
    if used {
        note(tx, "user.recovery_code_used", user_id)?;
    }
    Ok(used)
}

fn app_code_fits(tx: &mut Tx<'_>, user_id: i64, factor: &SecondFactor, code: &str) -> Result<bool> {
    let Some(sealed) = &factor.secret else {
        return Ok(false);
    };
    let secret = tx.ctx.app.vault.open(&owner(user_id), sealed)?;
    let now = u64::try_from(tx.now.and_utc().timestamp()).unwrap_or_default();
    let step = totp(&secret, "")?.check(&plain(code), now);
    match step.and_then(|step| i64::try_from(step).ok()) {
        Some(step) => db::second_factors::use_step(tx.conn, user_id, step),
        None => Ok(false),
    }
}

fn note(tx: &mut Tx<'_>, action: &'static str, user_id: i64) -> Result<()> {
    let nothing = serde_json::json!({});
    tx.audit(Change::created(action, "user", user_id, &nothing))
}

fn wrong_code() -> Error {
    let why = (
        "mã không đúng, đã dùng, hoặc giờ của điện thoại bị lệch",
        "it is wrong or was used, or the telephone's clock is off",
    );
    let fault = Fault::at("/totp_code", Code::Invalid);
    fault.with("why", why).into()
}

/// What was typed, without the gaps that people put in.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(|c| c.is_ascii_alphanumeric());
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn code_hash(code: &str) -> String {
    sha256_hex(plain(code).as_bytes())
}

fn recovery_code() -> Result<String> {
    let letter = |byte: u8| {
        let place = usize::from(byte) % ALPHABET.len();
        char::from(ALPHABET.get(place).copied().unwrap_or(b'a'))
    };
    let letters: Vec<char> = random::<CODE_LETTERS>()?.into_iter().map(letter).collect();
    let (first, second) = letters.split_at(CODE_LETTERS / 2);
    Ok(format!(
        "{}-{}",
        first.iter().collect::<String>(),
        second.iter().collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let code = recovery_code().expect("a code");
        assert_eq!(code.len(), CODE_LETTERS + 1);
        let typed = format!(" {} ", code.to_uppercase().replace('-', " "));
        assert_eq!(code_hash(&code), code_hash(&typed));
        assert_ne!(code, recovery_code().expect("another"));
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B of the RFC, SHA-1, last six of eight digits.
        let totp = totp(b"12345678901234567890", "x").expect("a generator");
        assert_eq!(totp.check("287082", 59), Some(1));
        assert_eq!(totp.check("081804", 1_111_111_109), Some(37_037_036));
        assert_eq!(totp.check("081805", 1_111_111_109), None);
    }
}
