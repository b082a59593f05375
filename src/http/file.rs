//! Answers that are files: bytes with a name, an ETag and their media type.

use std::marker::PhantomData;

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};

use super::answer::{header_text, names_tag};
use super::endpoint::{Output, Signature};
use crate::domain::hash::sha256_hex;
use crate::error::Result;

/// What kind of file a call answers with; the OpenAPI document shows it.
pub trait Media: 'static {
    /// The media type.
    const TYPE: &'static str;
}

/// JSON that was kept as it is.
pub struct Json;
impl Media for Json {
    const TYPE: &'static str = "application/json";
}

/// A workbook.
pub struct Xlsx;
impl Media for Xlsx {
    const TYPE: &'static str = crate::sheets::workbook::MEDIA_TYPE;
}

/// A file to be answered.
pub struct FileAnswer<M> {
    name: String,
    content: Vec<u8>,
    media: PhantomData<fn() -> M>,
}

impl<M: Media> FileAnswer<M> {
    /// A file under the name it is saved as: ASCII, without quotes.
    pub fn new(name: String, content: Vec<u8>) -> Self {
        FileAnswer {
            name,
            content,
            media: PhantomData,
        }
    }
}

impl<M: Media> Output for Result<FileAnswer<M>> {
    fn describe(signature: &mut Signature) {
        signature.status = 200;
        signature.file = Some(M::TYPE);
    }
}

impl<M: Media> Responder for FileAnswer<M> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = format!("\"{}\"", &sha256_hex(&self.content)[..32]);
        let known = header_text(request, header::IF_NONE_MATCH);
        let mut response = HttpResponse::Ok();
        response.insert_header((header::ETAG, tag.clone()));
        if known.is_some_and(|known| names_tag(known, &tag)) {
            return response
                .status(actix_web::http::StatusCode::NOT_MODIFIED)
                .finish();
        }
        response
            .insert_header((header::CONTENT_TYPE, M::TYPE))
            .insert_header((
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{}\"", self.name),
            ))
            .body(self.content)
    }
}
