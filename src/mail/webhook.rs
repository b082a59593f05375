//! The mail about a webhook whose receiver could not be told something, or wants nothing any more.

use super::message::header_text;
use super::messages::{Reader, Written, greeting};
use crate::domain::locale::Locale;

/// Why the mail is sent, as the outbox shows it.
pub const REASON: &str = "webhook_failed";

/// A webhook, and what became of a delivery to it.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// The webhook.
    pub id: i64,
    /// Where it sends.
    pub url: &'a str,
    /// What it is for.
    pub description: Option<&'a str>,
    /// Attempts that were made.
    pub attempts: i64,
    /// What went wrong last; nothing where the receiver answered 410, by which the webhook is off.
    pub error: Option<&'a str>,
    /// Where this installation is found.
    pub public_url: &'a str,
}

impl Failure<'_> {
    fn name(&self) -> String {
        match self.description {
            Some(description) => format!("{} ({description})", self.id),
            None => self.id.to_string(),
        }
    }

    fn subject(&self, locale: Locale) -> String {
        let name = self.name();
        match (locale, self.error) {
            (Locale::Vi, None) => format!("Webhook {name} đã bị tắt: bên nhận trả lời 410"),
            (Locale::Vi, Some(_)) => format!("Webhook {name}: có tin không gửi được"),
            (Locale::En, None) => {
                format!("Webhook {name} is switched off: its receiver answered 410")
            }
            (Locale::En, Some(_)) => format!("Webhook {name}: a delivery was given up"),
        }
    }

    fn body(&self, locale: Locale) -> String {
        let (url, attempts) = (self.url, self.attempts);
        let calls = format!(
            "{}/api/v1/webhooks/{}",
            self.public_url.trim_end_matches('/'),
            self.id
        );
        match (locale, self.error) {
            (Locale::Vi, None) => format!(
                "{url} trả lời 410 (không nhận nữa), nên không được báo gì thêm. Những tin đang chờ được giữ lại \
                 và được gửi tiếp khi webhook được bật lại:\n\nPATCH {calls}  {{\"active\": true}}"
            ),
            (Locale::Vi, Some(error)) => format!(
                "Đã gửi {attempts} lần đến {url} mà không được, nên một tin đã bị bỏ. Lỗi lần cuối: {error}\n\n\
                 Trong 24 giờ tới không có thư nữa về webhook này, dù có tin khác bị bỏ. Các tin bị bỏ, và gửi lại:\n\n\
                 GET {calls}/deliveries?state=dead\nPOST {calls}/deliveries/{{delivery}}/resend"
            ),
            (Locale::En, None) => format!(
                "{url} answered 410 (gone), so it is told nothing more. What waits is kept, and sent when the \
                 webhook is switched on again:\n\nPATCH {calls}  {{\"active\": true}}"
            ),
            (Locale::En, Some(error)) => format!(
                "{url} was tried {attempts} times in vain, so one delivery was given up. The last error: {error}\n\n\
                 For 24 hours there is no other mail about this webhook, whatever else is given up. What was given up, \
                 and sending it again:\n\nGET {calls}/deliveries?state=dead\nPOST {calls}/deliveries/{{delivery}}/resend"
            ),
        }
    }

    /// The mail to its owner, or, without a name, to the operators.
    pub fn write(&self, reader: &Reader<'_>) -> Written {
        let locale = reader.locale;
        let to = match (reader.name.is_empty(), locale) {
            (false, _) => greeting(reader),
            (true, Locale::Vi) => "Kính gửi: Bộ phận quản trị hệ thống".to_owned(),
            (true, Locale::En) => "To the operators".to_owned(),
        };
        let subject = self.subject(locale);
        let closing = match locale {
            Locale::Vi => "-- \nThư tự động; xin không trả lời.",
            Locale::En => "-- \nSent automatically; please do not reply.",
        };
        Written {
            subject: header_text(&format!("[Giaingan] {subject}")),
            text: format!("{to}\n\n{subject}.\n\n{}\n\n{closing}\n", self.body(locale)),
            html: String::new(),
            calendar: None,
        }
    }
}
