//! The mails about alerts: what stands in them around the [`Item`]s that [`super::notice`] makes.
//!
//! A mail reminds; it is no official document, and says so (domain.md section 8).

use askama::Template;
use chrono::NaiveDate;

use super::calendar;
use super::message::header_text;
use super::notice::Item;
use crate::domain::format;
use crate::domain::locale::Locale;
use crate::domain::text_enum::text_enum;
use crate::error::{Error, Result};

text_enum! {
    /// Why a mail is sent.
    Reason {
        /// A new alert.
        Raised = "raised",
        /// Alerts that somebody takes over from another.
        Handover = "handover",
        /// A promise was taken down.
        Committed = "committed",
        /// An alert came back.
        Reminder = "reminder",
        /// A task force is told.
        Escalated = "escalated",
        /// A promise was missed.
        CommitmentMissed = "commitment_missed",
        /// An alert ended.
        Resolved = "resolved",
        /// Several of these that can wait, once a day.
        Digest = "digest",
    }
}

impl Reason {
    /// Sent at once, whatever the hour, and never counted.
    pub fn is_urgent(self) -> bool {
        matches!(self, Reason::Escalated | Reason::CommitmentMissed)
    }

    /// The reasons that share one mail with this one.
    pub fn kin(self) -> &'static [&'static str] {
        match self {
            Reason::Escalated => &["escalated"],
            Reason::CommitmentMissed => &["commitment_missed"],
            _ => ORDINARY,
        }
    }
}

/// Reasons that wait for working hours and share the day's mail.
pub const ORDINARY: &[&str] = &[
    "raised",
    "handover",
    "committed",
    "reminder",
    "resolved",
    "digest",
];

/// Who a mail is for.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Full name.
    pub name: &'a str,
    /// Position.
    pub position: &'a str,
    /// Language.
    pub locale: Locale,
}

/// A mail's subject and bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Promised dates as a calendar file, if there are any.
    pub calendar: Option<String>,
}

/// Alerts written out in one mail; the others are counted and linked.
const LISTED: usize = 40;

/// Short phrases of a mail.
struct Words {
    critical: &'static str,
    todo: &'static str,
    next: &'static str,
    why: &'static str,
    link: &'static str,
    open: &'static str,
}

struct Shown<'a> {
    number: usize,
    heading: &'a str,
    urgent: bool,
    label: &'a str,
    rows: &'a [(String, String)],
    todo: &'a str,
    next: &'a str,
    why: &'a str,
    link: &'a str,
}

struct Letter<'a> {
    lang: &'static str,
    subject: &'a str,
    greeting: String,
    intro: String,
    items: Vec<Shown<'a>>,
    more: String,
    closing: &'static str,
    disclaimer: &'static str,
    words: Words,
}

#[derive(Template)]
#[template(path = "alert.txt", config = "src/mail/askama.toml", escape = "none")]
struct TextBody<'a> {
    m: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "alert.html", config = "src/mail/askama.toml")]
struct HtmlBody<'a> {
    m: &'a Letter<'a>,
}

/// Writes the mail of one reason about these alerts.
pub fn write(
    reason: Reason,
    reader: &Reader<'_>,
    items: &[&Item],
    day: NaiveDate,
    public_url: &str,
) -> Result<Written> {
    let locale = reader.locale;
    let subject = header_text(&subject(reason, items, day, locale));
    let left = items.len().saturating_sub(LISTED);
    let letter = Letter {
        lang: locale.as_str(),
        subject: &subject,
        greeting: greeting(reader),
        intro: intro(reason, items.len(), day, locale),
        items: shown(items),
        more: match left {
            0 => String::new(),
            _ => more(left, public_url, locale),
        },
        closing: pick(locale, "Trân trọng.", "Yours sincerely,"),
        disclaimer: pick(
            locale,
            "Đây là thư nhắc việc tự động của hệ thống theo dõi giải ngân vốn đầu tư công, không phải văn bản hành chính chính thức. Xin không trả lời thư này.",
            "This is an automatic reminder of the public-investment tracker, not an official document. Please do not reply to it.",
        ),
        words: words(locale),
    };
    let failed = |error: askama::Error| Error::Internal(error.to_string());
    Ok(Written {
        text: TextBody { m: &letter }.render().map_err(failed)?,
        html: HtmlBody { m: &letter }.render().map_err(failed)?,
        calendar: calendar_file(items),
        subject: subject.clone(),
    })
}

fn calendar_file(items: &[&Item]) -> Option<String> {
    let entries: Vec<_> = items
        .iter()
        .filter_map(|item| item.entry.as_ref())
        .collect();
    (!entries.is_empty()).then(|| calendar::file(entries))
}

fn pick(locale: Locale, vi: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}

fn shown<'a>(items: &[&'a Item]) -> Vec<Shown<'a>> {
    let listed = items.iter().copied().take(LISTED).enumerate();
    listed
        .map(|(index, item)| Shown {
            number: index + 1,
            heading: &item.heading,
            urgent: item.urgent,
            label: &item.label,
            rows: &item.rows,
            todo: &item.todo,
            next: &item.next,
            why: &item.why,
            link: &item.link,
        })
        .collect()
}

/// How a mail addresses its reader.
pub(super) fn greeting(reader: &Reader<'_>) -> String {
    let (name, position) = (reader.name, reader.position);
    match reader.locale {
        Locale::Vi => format!("Kính gửi: Đồng chí {name}, {position}"),
        Locale::En => format!("Dear {name}, {position}"),
    }
}

fn subject(reason: Reason, items: &[&Item], day: NaiveDate, locale: Locale) -> String {
    let number = items.len();
    let on = format::date(day, locale);
    let one = match items {
        [one] => Some(one.headline.as_str()),
        _ => None,
    };
    let body = match (locale, reason, one) {
        (Locale::Vi, Reason::Escalated, Some(one)) => format!("Báo cáo Tổ công tác: {one}"),
        (Locale::Vi, Reason::CommitmentMissed, Some(one)) => format!("Không đạt cam kết: {one}"),
        (Locale::Vi, Reason::Handover, Some(one)) => format!("Bàn giao: {one}"),
        (Locale::En, Reason::Handover, Some(one)) => format!("Handed over: {one}"),
        (Locale::Vi, Reason::Committed, Some(one)) => format!("Đã ghi nhận cam kết: {one}"),
        (Locale::En, Reason::Committed, Some(one)) => format!("Promise noted: {one}"),
        (Locale::Vi, Reason::Resolved, Some(one)) => format!("Đã kết thúc: {one}"),
        (Locale::Vi, Reason::Reminder, Some(one)) => format!("Nhắc lại: {one}"),
        (_, _, Some(one)) if reason != Reason::Digest => one.to_owned(),
        (Locale::Vi, Reason::Escalated, _) => {
            format!("Báo cáo Tổ công tác: {number} việc chưa được giải quyết")
        }
        (Locale::Vi, Reason::CommitmentMissed, _) => format!("{number} cam kết không đạt"),
        (Locale::Vi, Reason::Handover, _) => format!("Bàn giao {number} cảnh báo đang mở"),
        (Locale::En, Reason::Handover, _) => format!("{number} live alerts handed over to you"),
        (Locale::Vi, Reason::Committed, _) => format!("Đã ghi nhận {number} cam kết"),
        (Locale::En, Reason::Committed, _) => format!("{number} promises noted"),
        (Locale::Vi, Reason::Raised, _) => format!("{number} việc cần xử lý ngày {on}"),
        (Locale::Vi, _, _) => format!("Tổng hợp ngày {on}: {number} nội dung mới"),
        (Locale::En, Reason::Escalated, _) => {
            format!("For the task force: {number} unresolved alerts")
        }
        (Locale::En, Reason::CommitmentMissed, _) => format!("{number} promises missed"),
        (Locale::En, Reason::Raised, _) => format!("{number} new alerts on {on}"),
        (Locale::En, _, _) => format!("Digest of {on}: {number} new items"),
    };
    format!("{} {body}", pick(locale, "[Cảnh báo]", "[Alert]"))
}

fn intro(reason: Reason, number: usize, day: NaiveDate, locale: Locale) -> String {
    let on = format::date(day, locale);
    match (locale, reason) {
        (Locale::Vi, Reason::Escalated) => format!(
            "Theo số liệu đến ngày {on}, {number} việc dưới đây đã quá thời gian xử lý ở cấp dưới, báo cáo đồng chí để chỉ đạo, đôn đốc:"
        ),
        (Locale::Vi, Reason::CommitmentMissed) => format!(
            "Theo số liệu đến ngày {on}, {number} cam kết giải ngân dưới đây đã đến hạn mà không đạt:"
        ),
        (Locale::Vi, Reason::Handover) => format!(
            "Từ ngày {on}, {number} cảnh báo đang mở dưới đây được bàn giao cho đồng chí theo dõi, xử lý, kèm các cam kết đang thực hiện:"
        ),
        (Locale::Vi, Reason::Committed) => format!(
            "Ngày {on}, hệ thống đã ghi nhận {number} cam kết dưới đây. Tệp lịch đính kèm sẽ nhắc trước ngày đến hạn:"
        ),
        (Locale::Vi, Reason::Resolved) => {
            format!("Theo số liệu đến ngày {on}, {number} cảnh báo dưới đây đã kết thúc:")
        }
        (Locale::Vi, Reason::Reminder) => format!(
            "Theo số liệu đến ngày {on}, {number} việc dưới đây vẫn chưa được giải quyết xong:"
        ),
        (Locale::Vi, _) => {
            format!(
                "Theo số liệu đến ngày {on}, có {number} nội dung mới cần đồng chí quan tâm, xử lý:"
            )
        }
        (Locale::En, Reason::Escalated) => format!(
            "As of {on}, {number} matter(s) below were not settled in time at the level below and are reported to you:"
        ),
        (Locale::En, Reason::CommitmentMissed) => {
            format!("As of {on}, {number} promise(s) below fell due and were not kept:")
        }
        (Locale::En, Reason::Handover) => format!(
            "From {on}, {number} live alert(s) below are yours to follow up, with the promises that run on them:"
        ),
        (Locale::En, Reason::Committed) => format!(
            "On {on}, {number} promise(s) below were noted. The attached calendar file reminds you before each date:"
        ),
        (Locale::En, Reason::Resolved) => {
            format!("As of {on}, {number} alert(s) below have ended:")
        }
        (Locale::En, Reason::Reminder) => {
            format!("As of {on}, {number} matter(s) below are still open:")
        }
        (Locale::En, _) => format!("As of {on}, {number} new item(s) need your attention:"),
    }
}

fn more(left: usize, public_url: &str, locale: Locale) -> String {
    let link = format!("{}/alerts", public_url.trim_end_matches('/'));
    match locale {
        Locale::Vi => format!("Còn {left} việc khác, xem tại: {link}"),
        Locale::En => format!("{left} more at {link}"),
    }
}

fn words(locale: Locale) -> Words {
    Words {
        critical: pick(locale, "Nghiêm trọng", "critical"),
        todo: pick(locale, "Việc cần làm", "What to do"),
        next: pick(locale, "Bước tiếp theo", "What comes next"),
        why: pick(locale, "Lý do nhận thư", "Why you get this"),
        link: pick(locale, "Xem và xử lý tại", "See and act on it at"),
        open: pick(locale, "Xem và xử lý trên hệ thống", "See and act on it"),
    }
}
