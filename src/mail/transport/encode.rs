//! From our [`Mail`] to a MIME message.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue,
};
use lettre::message::{Body, Mailbox, MaybeString, MessageBuilder, MultiPart, SinglePart};

use crate::mail::message::{Address, Attachment, Mail};

// Every part is base64, whose alphabet has no underscore: no content can contain these, so they need not be random,
// and encoding the same mail twice gives the same bytes.
const MIXED: &str = "=_mixed";
const ALTERNATIVE: &str = "=_alternative";

/// Encodes a mail, after validating it.
///
/// # Errors
/// A sentence saying why this mail can never be sent.
pub(super) fn encode(mail: &Mail) -> Result<Message, String> {
    mail.validate()?;
    // Some versions of the encoder panic on input they did not expect; one odd mail must not stop the worker.
    catch_unwind(AssertUnwindSafe(|| build(mail)))
        .unwrap_or_else(|_| Err("the mail could not be encoded".into()))
}

fn build(mail: &Mail) -> Result<Message, String> {
    let head = head(mail)?;
    let text = part(ContentType::TEXT_PLAIN, mail.text.clone())?;
    let html = mail
        .html
        .clone()
        .map(|html| part(ContentType::TEXT_HTML, html))
        .transpose()?;
    let message = match (html, mail.attachments.is_empty()) {
        (None, true) => head.singlepart(text),
        (Some(html), true) => head.multipart(alternative(text, html)),
        (html, false) => {
            let mixed = MultiPart::mixed().boundary(MIXED);
            let mut mixed = match html {
                Some(html) => mixed.multipart(alternative(text, html)),
                None => mixed.singlepart(text),
            };
            for attachment in &mail.attachments {
                mixed = mixed.singlepart(attached(attachment)?);
            }
            head.multipart(mixed)
        }
    };
    message.map_err(|error| error.to_string())
}

fn head(mail: &Mail) -> Result<MessageBuilder, String> {
    // RFC 3834: tells vacation responders and ticket systems not to answer a machine.
    let auto_submitted = HeaderName::new_from_ascii_str("Auto-Submitted");
    Ok(Message::builder()
        .from(mailbox(&mail.from)?)
        .to(mailbox(&mail.to)?)
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .date(SystemTime::from(mail.date))
        .raw_header(HeaderValue::new(auto_submitted, "auto-generated".into())))
}

fn mailbox(address: &Address) -> Result<Mailbox, String> {
    let email = address
        .email
        .parse()
        .map_err(|error| format!("address {}: {error}", address.email))?;
    let name = address.name.trim();
    Ok(Mailbox::new(
        (!name.is_empty()).then(|| name.to_owned()),
        email,
    ))
}

fn alternative(text: SinglePart, html: SinglePart) -> MultiPart {
    MultiPart::alternative()
        .boundary(ALTERNATIVE)
        .singlepart(text)
        .singlepart(html)
}

fn attached(attachment: &Attachment) -> Result<SinglePart, String> {
    let content_type = ContentType::parse(&attachment.content_type).map_err(|_| {
        format!(
            "attachment type: {} is not a media type",
            attachment.content_type
        )
    })?;
    Ok(SinglePart::builder()
        .header(content_type)
        .header(ContentDisposition::attachment(&attachment.file_name))
        .body(base64(attachment.bytes.clone())?))
}

fn part(content_type: ContentType, text: String) -> Result<SinglePart, String> {
    Ok(SinglePart::builder()
        .header(content_type)
        .body(base64(text)?))
}

/// Base64 always, chosen explicitly: left to itself the encoder may send a bare CR or LF as it stands, with which a
/// body can end the message early and speak SMTP (RUSTSEC-2026-0561).
fn base64(content: impl Into<MaybeString>) -> Result<Body, String> {
    Body::new_with_encoding(content, ContentTransferEncoding::Base64)
        .map_err(|_| "the body could not be encoded".into())
}
