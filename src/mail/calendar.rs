//! Promised dates as an iCalendar file (RFC 5545), for the reader's own calendar.

use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

/// The name of the file that travels with a mail.
pub const FILE_NAME: &str = "cam-ket.ics";

/// An all-day entry, with a reminder in the morning of the working day before or so: 24 hours ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The same for every version of the entry: a promise that is moved moves the entry.
    pub uid: String,
    /// Grows with each version.
    pub sequence: i64,
    /// When this version was made, UTC.
    pub stamp: NaiveDateTime,
    /// The day.
    pub day: NaiveDate,
    /// In one line.
    pub summary: String,
    /// At length.
    pub description: String,
    /// Where to act on it.
    pub url: String,
}

/// Writes the file.
pub fn file<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    written(None, entries)
}

/// Writes a calendar to subscribe to, under the name that its reader sees.
pub fn feed<'a>(name: &str, entries: impl IntoIterator<Item = &'a Entry>) -> String {
    written(Some(name), entries)
}

fn written<'a>(name: Option<&str>, entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut out = String::new();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Giaingan//Promises//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        put(&mut out, line);
    }
    if let Some(name) = name {
        put(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    }
    for entry in entries {
        event(&mut out, entry);
    }
    put(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, entry: &Entry) {
    let end = entry.day.succ_opt().unwrap_or(entry.day);
    let summary = escaped(&entry.summary);
    for line in [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", escaped(&entry.uid)),
        format!("SEQUENCE:{}", entry.sequence),
        format!("DTSTAMP:{}", entry.stamp.format("%Y%m%dT%H%M%SZ")),
        format!("DTSTART;VALUE=DATE:{}", entry.day.format("%Y%m%d")),
        format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")),
        format!("SUMMARY:{summary}"),
        format!("DESCRIPTION:{}", escaped(&entry.description)),
        format!("URL:{}", entry.url),
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{summary}"),
        "TRIGGER:-P1D".to_owned(),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
    ] {
        put(out, &line);
    }
}

/// A text value: its own separators are escaped, line breaks written out, other controls dropped.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Bytes of a line at most, without its end.
const WIDTH: usize = 75;

/// Adds a content line, folded between characters where it is too long.
fn put(out: &mut String, line: &str) {
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > WIDTH {
            out.push_str("\r\n ");
            used = 1;
        }
        // Writing to a string does not fail.
        let _ = out.write_char(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            uid: "http://127.0.0.1/alerts/7".into(),
            sequence: 3,
            stamp: "2024-04-01T02:03:04".parse().unwrap(),
            day: "2024-12-31".parse().unwrap(),
            summary: "Cam kết: đường tỉnh 338; gói 2, đoạn \\ cuối".into(),
            description: "50 triệu đồng\nĐường Trần Quốc Nghiễn nối dài từ cầu Bài Thơ đến khu công nghiệp Việt Hưng".into(),
            url: "http://127.0.0.1/alerts/7".into(),
        }
    }

    #[test]
    fn an_entry_is_a_whole_day_with_a_reminder() {
        let file = file([&entry()]);
        for line in [
            "BEGIN:VCALENDAR",
            "DTSTART;VALUE=DATE:20241231",
            "DTEND;VALUE=DATE:20250101",
            "DTSTAMP:20240401T020304Z",
            "SEQUENCE:3",
            "TRIGGER:-P1D",
            "END:VCALENDAR",
        ] {
            assert!(file.contains(&format!("{line}\r\n")), "{line}: {file}");
        }
        assert_eq!(file.matches("BEGIN:VEVENT").count(), 1);
    }

    #[test]
    fn lines_are_folded_between_characters_and_unfold_to_what_was_meant() {
        let file = file([&entry()]);
        assert!(file.lines().all(|line| line.len() <= WIDTH), "{file}");
        let unfolded = file.replace("\r\n ", "");
        assert!(
            unfolded.contains("SUMMARY:Cam kết: đường tỉnh 338\\; gói 2\\, đoạn \\\\ cuối\r\n"),
            "{unfolded}"
        );
        assert!(unfolded.contains("50 triệu đồng\\nĐường Trần Quốc Nghiễn"));
        assert!(unfolded.contains("khu công nghiệp Việt Hưng\r\n"));
    }

    #[test]
    fn text_can_add_no_line() {
        let forged = Entry {
            summary: "x\r\nATTENDEE:mailto:a@b".into(),
            ..entry()
        };
        let file = file([&forged]);
        assert!(!file.lines().any(|line| line.starts_with("ATTENDEE")));
    }
}
