//! Access tokens: short-lived JWTs, signed with HMAC-SHA-256. Only this program signs and verifies
//! them, so one shared secret is enough; the primitives are ring's, which TLS brings anyway.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error as JwtError, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ring::hmac;
use serde::{Deserialize, Serialize};
use signature::{Signer, Verifier};

use crate::error::{Code, Error, Result};

const ISSUER: &str = "giaingan";
/// RFC 9068: what kind of token it is, so that no other of ours can be used in its place.
const TYPE: &str = "at+jwt";

/// What an access token says. Rights are never in it: they are read at each request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The user.
    pub sub: String,
    /// The session, which can be ended.
    pub sid: i64,
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    /// End of life, seconds since 1970.
    pub exp: i64,
}

/// Signs and verifies access tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    /// Seconds.
    pub lifetime: i64,
}

impl Tokens {
    /// Tokens signed with the installation's secret, living `minutes`.
    pub fn new(secret: &[u8], minutes: i64) -> Self {
        // Tests start many instances in one process; the first installs it for all.
        let _ = PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        // The clock of the instance decides, so expiry is checked below.
        validation.validate_exp = false;
        validation.set_audience(&[ISSUER]);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        Tokens {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            lifetime: minutes * 60,
        }
    }

    /// A token for a session.
    pub fn sign(&self, user_id: i64, session_id: i64, now: i64) -> Result<String> {
        let claims = Claims {
            sub: user_id.to_string(),
            sid: session_id,
            iss: ISSUER.into(),
            aud: ISSUER.into(),
            iat: now,
            nbf: now,
            exp: now + self.lifetime,
        };
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.into());
        jsonwebtoken::encode(&header, &claims, &self.encoding)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// The user of a genuine token that has not expired.
    pub fn user_of(&self, token: &str, now: i64) -> Option<i64> {
        self.verify(token, now).ok()?.sub.parse().ok()
    }

    /// The claims of a genuine token that has not expired.
    pub fn verify(&self, token: &str, now: i64) -> Result<Claims> {
        let refused = || Error::from(Code::Unauthenticated);
        let data = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| refused())?;
        match data.header.typ.as_deref() == Some(TYPE) && data.claims.exp > now {
            true => Ok(data.claims),
            false => Err(refused()),
        }
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

struct Hmac(hmac::Key);

fn refuse(algorithm: &Algorithm) -> std::result::Result<(), JwtError> {
    match algorithm {
        Algorithm::HS256 => Ok(()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

fn signer(
    algorithm: &Algorithm,
    key: &EncodingKey,
) -> std::result::Result<Box<dyn JwtSigner>, JwtError> {
    refuse(algorithm)?;
    Ok(Box::new(Hmac(hmac::Key::new(
        hmac::HMAC_SHA256,
        key.as_bytes(),
    ))))
}

fn verifier(
    algorithm: &Algorithm,
    key: &DecodingKey,
) -> std::result::Result<Box<dyn JwtVerifier>, JwtError> {
    refuse(algorithm)?;
    let secret = key.try_get_as_bytes()?;
    Ok(Box::new(Hmac(hmac::Key::new(hmac::HMAC_SHA256, secret))))
}

impl Signer<Vec<u8>> for Hmac {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hmac {
    fn verify(&self, message: &[u8], tag: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        hmac::verify(&self.0, message, tag).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Hmac {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hmac {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}
