//! Tests of `mail`.

mod file;
mod message;
mod refusal;
mod smtp;
mod url;

use chrono::{TimeZone, Utc};
use giaingan::mail::message::{Address, Mail};

const TEXT: &str = "Kính gửi: Ông Nguyễn Văn Đạt\n.\nDự án chậm giải ngân 12 ngày.\n";

/// An ordinary mail in Vietnamese.
fn mail() -> Mail {
    Mail {
        message_id: "<alert-42.raised@giaingan.example>".into(),
        from: Address::new("Theo dõi giải ngân", "giaingan@tinh.example"),
        to: Address::new("Nguyễn Văn Đạt", "dat@xa.example"),
        subject: "Chậm giải ngân: Đường tỉnh 741, đoạn Đồng Xoài".into(),
        text: TEXT.into(),
        html: None,
        attachments: vec![],
        date: Utc.with_ymd_and_hms(2026, 11, 23, 7, 30, 0).unwrap(),
    }
}
