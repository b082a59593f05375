//! Mails about one's own account: links that set a password, and what changed.

use super::messages::{Reader, Written, greeting};
use crate::domain::locale::Locale;

/// What a user is told about their account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// An account was made for them.
    Invitation {
        /// Where they choose a password.
        link: String,
        /// Hours that the link works.
        hours: i64,
        /// Their user name.
        username: String,
    },
    /// Somebody asked for a new password.
    PasswordReset {
        /// Where they choose a password.
        link: String,
        /// Hours that the link works.
        hours: i64,
    },
    /// The password was changed.
    PasswordChanged,
    /// A second factor was set up.
    SecondFactorSet,
    /// The second factor was taken away.
    SecondFactorRemoved,
    /// A refresh token was used twice: somebody else has it.
    SessionEnded,
}

/// Reasons of mails that hold a secret link, which is erased once they are sent.
pub const SECRET_REASONS: &[&str] = &["invitation", "password_reset"];

impl Notice {
    /// Why the mail is sent, as the outbox shows it.
    pub fn reason(&self) -> &'static str {
        match self {
            Notice::Invitation { .. } => "invitation",
            Notice::PasswordReset { .. } => "password_reset",
            _ => "account_changed",
        }
    }

    fn subject(&self, locale: Locale) -> &'static str {
        let (vi, en) = match self {
            Notice::Invitation { .. } => (
                "Tài khoản theo dõi giải ngân của đồng chí",
                "Your account for following disbursement",
            ),
            Notice::PasswordReset { .. } => ("Đặt lại mật khẩu", "Set a new password"),
            Notice::PasswordChanged => ("Mật khẩu đã được đổi", "Your password was changed"),
            Notice::SecondFactorSet => ("Đã bật xác thực hai lớp", "Two-step sign-in is now on"),
            Notice::SecondFactorRemoved => {
                ("Đã tắt xác thực hai lớp", "Two-step sign-in is now off")
            }
            Notice::SessionEnded => (
                "Một phiên đăng nhập đã bị ngắt để bảo vệ tài khoản",
                "A session was ended to protect your account",
            ),
        };
        pick(locale, vi, en)
    }

    fn body(&self, locale: Locale) -> String {
        let unasked = pick(
            locale,
            "Nếu không phải đồng chí thực hiện, hãy báo ngay cho quản trị viên.",
            "If this was not you, tell your administrator at once.",
        );
        match (self, locale) {
            (
                Notice::Invitation {
                    link,
                    hours,
                    username,
                },
                Locale::Vi,
            ) => format!(
                "Đồng chí được cấp tài khoản \"{username}\". Mở liên kết sau để đặt mật khẩu \
                 (dùng một lần, trong {hours} giờ):\n\n{link}"
            ),
            (
                Notice::Invitation {
                    link,
                    hours,
                    username,
                },
                Locale::En,
            ) => format!(
                "An account \"{username}\" was made for you. Open this link to choose a password \
                 (it works once, within {hours} hours):\n\n{link}"
            ),
            (Notice::PasswordReset { link, hours }, Locale::Vi) => format!(
                "Mở liên kết sau để đặt mật khẩu mới (dùng một lần, trong {hours} giờ):\n\n{link}\n\n\
                 Nếu đồng chí không yêu cầu, hãy bỏ qua thư này; mật khẩu cũ vẫn dùng được."
            ),
            (Notice::PasswordReset { link, hours }, Locale::En) => format!(
                "Open this link to choose a new password (it works once, within {hours} hours):\n\n{link}\n\n\
                 If you did not ask for it, ignore this mail; the old password still works."
            ),
            _ => format!("{}. {unasked}", self.subject(locale)),
        }
    }

    /// The mail in the reader's language; plain text, so that a link is seen as it is.
    pub fn write(&self, reader: &Reader<'_>) -> Written {
        let locale = reader.locale;
        let (closing, disclaimer) = match locale {
            Locale::Vi => ("Trân trọng.", "Thư tự động; xin không trả lời."),
            Locale::En => (
                "Yours sincerely,",
                "Sent automatically; please do not reply.",
            ),
        };
        Written {
            subject: format!("[Giaingan] {}", self.subject(locale)),
            text: format!(
                "{}\n\n{}\n\n{closing}\n\n-- \n{disclaimer}\n",
                greeting(reader),
                self.body(locale)
            ),
            html: String::new(),
            calendar: None,
        }
    }
}

fn pick(locale: Locale, vi: &'static str, en: &'static str) -> &'static str {
    match locale {
        Locale::Vi => vi,
        Locale::En => en,
    }
}
