//! A file that is sent: `multipart/form-data`, streamed to a temporary file once the guard has let the
//! caller in, never held in memory.

use std::future::{Ready, ready};
use std::io::Write;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use tempfile::{NamedTempFile, TempPath};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};

use super::answer::header_text;
use super::endpoint::{Argument, Signature};
use crate::domain::format::AmountUnit;
use crate::domain::hash::Hasher;
use crate::domain::text::nfc;
use crate::error::{Code, Error, Fault, Result};

/// The largest file, in bytes.
pub const FILE_LIMIT: usize = 32 << 20;
/// The longest value of another field.
const VALUE_LIMIT: usize = 4_000;
/// Fields besides the file.
const FIELDS: usize = 10;
/// What stands around the parts.
const AROUND: usize = 64 << 10;
/// How long a client may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// A body with a file, not yet read.
pub struct Upload {
    parts: Result<Multipart>,
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = header_text(request, header::CONTENT_TYPE).unwrap_or_default();
        let length = header_text(request, header::CONTENT_LENGTH)
            .and_then(|length| length.parse::<usize>().ok());
        let is_form = kind
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("multipart/form-data");
        let parts = match (is_form, length) {
            (false, _) => Err(Fault::at("", Code::UnsupportedMediaType)
                .with("wanted", "multipart/form-data")
                .into()),
            (true, Some(length)) if length > FILE_LIMIT + AROUND => Err(Code::TooLarge.into()),
            (true, _) => Ok(Multipart::new(request.headers(), payload.take())),
        };
        ready(Ok(Upload { parts }))
    }
}

impl Argument for Upload {
    fn describe(signature: &mut Signature) {
        let file = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .description(Some(".xlsx or .csv (UTF-8), 32 MB at most"));
        let units = AmountUnit::ALL.map(AmountUnit::as_str);
        let unit = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(units))
            .description(Some(
                "The unit of amounts that name none; `dong` when absent",
            ));
        let form = ObjectBuilder::new()
            .property("file", file)
            .required("file")
            .property("amount_unit", unit);
        signature.form = Some(form.into());
    }
}

/// A body with a file, as received.
pub struct Received {
    /// The other fields, in order.
    pub fields: Vec<(String, String)>,
    /// The file, if one was sent.
    pub file: Option<ReceivedFile>,
}

/// The file.
pub struct ReceivedFile {
    /// The name it was sent under, without folders.
    pub name: String,
    /// Where it lies; gone when this is dropped.
    pub path: TempPath,
    /// SHA-256 of its content.
    pub hash: String,
}

impl Received {
    /// The value of a field; empty if it is not there.
    pub fn value(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// What tells one body from another: the parts, whatever stood around them.
    pub fn fingerprint(&self) -> Vec<u8> {
        let file = self.file.iter().flat_map(|file| [&file.name, &file.hash]);
        let fields = self.fields.iter().flat_map(|(name, value)| [name, value]);
        let mut bytes = Vec::new();
        for text in fields.chain(file) {
            bytes.extend_from_slice(text.as_bytes());
            bytes.push(0);
        }
        bytes
    }
}

fn malformed() -> Error {
    let why = (
        "tệp gửi lên không đầy đủ",
        "the upload did not arrive whole",
    );
    Fault::at("", Code::Malformed).with("why", why).into()
}

impl Upload {
    /// Receives the parts.
    pub async fn receive(self) -> Result<Received> {
        let parts = self.parts?;
        tokio::time::timeout(PATIENCE, receive(parts))
            .await
            .unwrap_or_else(|_| Err(malformed()))
    }
}

async fn receive(mut parts: Multipart) -> Result<Received> {
    let mut received = Received {
        fields: Vec::new(),
        file: None,
    };
    while let Some(part) = parts.next().await {
        let part = part.map_err(|_| malformed())?;
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            if received.file.is_some() {
                let why = ("chỉ một tệp", "one file only");
                return Err(Fault::at("/file", Code::Invalid).with("why", why).into());
            }
            let file = keep(part).await?;
            // A form without a file sends one without a name.
            received.file = Some(file).filter(|file| !file.name.is_empty());
        } else if received.fields.len() < FIELDS {
            received.fields.push((name, text(part).await?));
        } else {
            return Err(Code::TooLarge.into());
        }
    }
    Ok(received)
}

async fn keep(mut part: Field) -> Result<ReceivedFile> {
    let failed = |error: std::io::Error| Error::Unavailable(format!("an upload: {error}"));
    let sent = part
        .content_disposition()
        .and_then(|header| header.get_filename());
    let name = file_name(sent.unwrap_or_default());
    let mut file = NamedTempFile::new().map_err(failed)?;
    let mut hasher = Hasher::new();
    let mut length = 0_usize;
    while let Some(bytes) = part.next().await {
        let bytes = bytes.map_err(|_| malformed())?;
        length += bytes.len();
        if length > FILE_LIMIT {
            return Err(Code::TooLarge.into());
        }
        hasher.update(&bytes);
        file.write_all(&bytes).map_err(failed)?;
    }
    file.flush().map_err(failed)?;
    Ok(ReceivedFile {
        name,
        path: file.into_temp_path(),
        hash: hasher.hex(),
    })
}

/// A name to show: without folders and hidden characters, not too long.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    nfc(last)
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}

async fn text(mut part: Field) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(more) = part.next().await {
        bytes.extend_from_slice(&more.map_err(|_| malformed())?);
        if bytes.len() > VALUE_LIMIT {
            return Err(Code::TooLarge.into());
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}
