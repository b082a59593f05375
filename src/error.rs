//! What can go wrong, and the one table of codes, statuses and texts.
//!
//! A [`Fault`] is a rule of the contract that a request breaks: it has a code integrators rely on
//! (api.md, "Error codes"), a JSON pointer to the field, and values that its text shows. Anything
//! else is an operational error that tells the caller nothing but that it happened.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::domain::format;
use crate::domain::locale::Locale;
use crate::domain::money::Money;

/// Result of every function that can refuse or fail.
pub type Result<T> = std::result::Result<T, Error>;

macro_rules! codes {
    ($($name:ident $text:literal $status:literal $vi:literal $en:literal;)*) => {
        /// A refusal's stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $en] $name),* }

        impl Code {
            /// Every code, for the documentation and for tests.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }

            /// The HTTP status it answers with.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status),* }
            }

            /// Its text in a language, with `{name}` where a value is shown.
            pub fn template(self, locale: Locale) -> &'static str {
                match (self, locale) { $((Code::$name, Locale::Vi) => $vi, (Code::$name, Locale::En) => $en),* }
            }
        }
    };
}

codes! {
    Malformed "malformed" 400 "Yêu cầu không đọc được: {why}." "The request cannot be read: {why}.";
    BadCursor "bad_cursor" 400 "Con trỏ trang không hợp lệ; hãy lấy lại từ trang đầu." "The page cursor is not valid; start again from the first page.";
    InvalidCredentials "invalid_credentials" 401 "Sai tên đăng nhập, mật khẩu hoặc mã xác thực." "Wrong user name, password or code.";
    Unauthenticated "unauthenticated" 401 "Cần đăng nhập (mã truy cập thiếu, sai hoặc hết hạn)." "Sign in first (the access token is missing, wrong or expired).";
    Forbidden "forbidden" 403 "Tài khoản không có quyền làm việc này." "Your account may not do this.";
    ApprovalNeedsSecondPerson "approval_needs_second_person" 403 "Người trình kế hoạch không được tự duyệt; cần người thứ hai." "Whoever submitted a schedule cannot approve it; a second person must.";
    SecondFactorRequired "second_factor_required" 403 "Vai trò này phải bật xác thực hai lớp trước (POST /me/second-factor)." "Your role needs a second factor; set one up first (POST /me/second-factor).";
    NotFound "not_found" 404 "Không tìm thấy, hoặc ngoài phạm vi của tài khoản." "Not found, or outside your scope.";
    MethodNotAllowed "method_not_allowed" 405 "Địa chỉ này không nhận phương thức đó." "This address does not take that method.";
    NotAcceptable "not_acceptable" 406 "Chỉ trả lời bằng JSON." "Answers come as JSON only.";
    RequestTimeout "request_timeout" 408 "Nội dung gửi lên quá chậm; hãy thử lại." "The content arrived too slowly; try again.";
    AlreadyReversed "already_reversed" 409 "Bút toán này đã được hủy trước đó." "This entry has been reversed already.";
    DuplicateVoucher "duplicate_voucher" 409 "Số chứng từ {voucher} đã ghi cho dòng kế hoạch và loại thanh toán này." "Voucher {voucher} is already recorded for this plan line and kind.";
    PeriodClosed "period_closed" 409 "Tháng {month} đã khóa sổ." "Month {month} is closed.";
    PeriodNotClosed "period_not_closed" 409 "Tháng này đã được mở lại." "This month has been reopened already.";
    ScheduleNotDraft "schedule_not_draft" 409 "Chỉ bản dự thảo hoặc bản bị trả lại mới sửa, trình được." "Only a draft or returned version can be edited or submitted.";
    ScheduleNotSubmitted "schedule_not_submitted" 409 "Chỉ bản đã trình mới duyệt hoặc trả lại được." "Only a submitted version can be approved or returned.";
    ScanGoesBackwards "scan_goes_backwards" 409 "Lần quét trước đã đến ngày {last}; không quét lùi." "The last scan was as of {last}; scans move forward only.";
    AlertNotLive "alert_not_live" 409 "Cảnh báo này đã kết thúc." "This alert has been resolved.";
    MailNotDead "mail_not_dead" 409 "Thư này không phải thư bị trả lại; chỉ gửi lại được thư hệ thống đã thôi gửi." "This mail was not given up; only a mail that was can be retried.";
    MailErased "mail_erased" 409 "Thư này chứa đường dẫn đặt mật khẩu nên nội dung đã bị xóa; hãy gửi đường dẫn mới cho người dùng." "This mail held a link that sets a password, so its text was erased; send the user a new link.";
    IdempotencyKeyInProgress "idempotency_key_in_progress" 409 "Yêu cầu cùng khóa đang được xử lý; hãy thử lại." "A request with the same key is still running; try again.";
    ImportHasErrors "import_has_errors" 409 "Tệp còn lỗi nên chưa ghi được." "The file still has errors.";
    ImportStale "import_stale" 409 "Dữ liệu đã đổi sau khi kiểm tra tệp; hãy gửi lại tệp để kiểm tra. {why}" "The data changed after the file was checked; send it again to be checked. {why}";
    SecondFactorSet "second_factor_set" 409 "Đã bật xác thực hai lớp; hãy tắt trước khi đặt lại." "A second factor is in use; turn it off first.";
    StaleVersion "stale_version" 412 "Bản ghi đã được người khác sửa; hãy tải lại." "Somebody else changed this; load it again.";
    TooLarge "too_large" 413 "Yêu cầu quá lớn." "The request is too large.";
    UnsupportedMediaType "unsupported_media_type" 415 "Nội dung phải là {wanted}." "The content must be {wanted}.";
    UnknownField "unknown_field" 422 "Không có trường \"{name}\"." "There is no field \"{name}\".";
    Required "required" 422 "Thiếu trường bắt buộc." "This field is required.";
    Invalid "invalid" 422 "Giá trị không hợp lệ: {why}." "Not a valid value: {why}.";
    OutOfRange "out_of_range" 422 "Giá trị ngoài khoảng cho phép: {why}." "Out of range: {why}.";
    DuplicateCode "duplicate_code" 422 "Mã \"{value}\" đã được dùng." "\"{value}\" is already in use.";
    IdempotencyKeyReused "idempotency_key_reused" 422 "Khóa Idempotency-Key này đã dùng cho một nội dung khác." "This Idempotency-Key was used for another body.";
    PlanExceeded "plan_exceeded" 422 "Vượt kế hoạch vốn: ngày {on} lũy kế giải ngân sẽ là {disbursed}, chỉ có {available}." "Above the plan: on {on} {disbursed} would be disbursed, {available} is available.";
    TotalInvestmentExceeded "total_investment_exceeded" 422 "Vượt tổng mức đầu tư: lũy kế {disbursed}, tổng mức {total}." "Above total investment: {disbursed} in all, {total} approved.";
    PlanBelowDisbursed "plan_below_disbursed" 422 "Kế hoạch sẽ thấp hơn số đã giải ngân: ngày {on} còn {available}, đã giải ngân {disbursed}." "The plan would fall below what is disbursed: on {on} {available} is left, {disbursed} is disbursed.";
    AdvanceRecoveryExceedsOutstanding "advance_recovery_exceeds_outstanding" 422 "Thu hồi vượt số dư tạm ứng: ngày {on} số dư sẽ là {outstanding}." "More recovered than advanced: on {on} the outstanding advance would be {outstanding}.";
    RefundExceedsDisbursed "refund_exceeds_disbursed" 422 "Nộp trả vượt số đã giải ngân: ngày {on} lũy kế sẽ là {disbursed}." "More refunded than disbursed: on {on} the total would be {disbursed}.";
    FutureDate "future_date" 422 "Ngày ở tương lai; hôm nay là {today}." "A date in the future; today is {today}.";
    OutsideDisbursementPeriod "outside_disbursement_period" 422 "Ngoài thời hạn giải ngân của dòng kế hoạch ({start} đến {end})." "Outside the line's disbursement period ({start} to {end}).";
    ScheduleTotalMismatch "schedule_total_mismatch" 422 "Tổng các đợt là {total}, kế hoạch ngày {on} là {plan}." "The items sum to {total}, the plan on {on} is {plan}.";
    ExtensionExceedsRemainder "extension_exceeds_remainder" 422 "Chỉ còn {remainder} chưa giải ngân để kéo dài." "Only {remainder} is undisbursed and can be extended.";
    TransferSameProject "transfer_same_project" 422 "Phải điều chuyển giữa hai dự án khác nhau." "A transfer needs two different projects.";
    CommitmentInPast "commitment_in_past" 422 "Ngày cam kết phải sau hôm nay ({today})." "The promised date must be after today ({today}).";
    CommitmentTooFar "commitment_too_far" 422 "Ngày cam kết muộn nhất là {latest}." "The promised date may be {latest} at the latest.";
    CommitmentExceedsLate "commitment_exceeds_late" 422 "Số cam kết vượt số đang chậm ({late})." "The promised amount exceeds what is late ({late}).";
    StepsOutOfOrder "steps_out_of_order" 422 "Các bước báo cáo cấp trên phải tăng dần: {why}." "The steps up must be in ascending order: {why}.";
    DryRunTooLong "dry_run_too_long" 422 "Chỉ chạy thử được tối đa {days} ngày." "A dry run may cover {days} days at most.";
    SnoozeTooLong "snooze_too_long" 422 "Chỉ được tạm hoãn đến {latest}." "Snooze until {latest} at the latest.";
    ReasonRequired "reason_required" 422 "Cần nêu lý do." "A reason is required.";
    TooManyRequests "too_many_requests" 429 "Quá nhiều yêu cầu; hãy thử lại sau." "Too many requests; try again later.";
    Internal "internal" 500 "Lỗi hệ thống; đã được ghi lại." "Something went wrong; it has been logged.";
    NotReady "not_ready" 503 "Hệ thống chưa sẵn sàng; hãy thử lại." "Not ready; try again.";
}

/// A value shown in a fault's text, written in the reader's language.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// An amount in đồng.
    Money(Money),
    /// A calendar date.
    Date(NaiveDate),
    /// Text as it is.
    Text(Cow<'static, str>),
    /// Text in either language: Vietnamese, English.
    Both(Cow<'static, str>, Cow<'static, str>),
}

impl Shown {
    /// Text in either language: Vietnamese, English.
    pub fn both(vi: String, en: String) -> Self {
        Shown::Both(vi.into(), en.into())
    }
}

impl From<Money> for Shown {
    fn from(value: Money) -> Self {
        Shown::Money(value)
    }
}
impl From<NaiveDate> for Shown {
    fn from(value: NaiveDate) -> Self {
        Shown::Date(value)
    }
}
impl From<&'static str> for Shown {
    fn from(value: &'static str) -> Self {
        Shown::Text(value.into())
    }
}
impl From<String> for Shown {
    fn from(value: String) -> Self {
        Shown::Text(value.into())
    }
}
impl From<(&'static str, &'static str)> for Shown {
    fn from((vi, en): (&'static str, &'static str)) -> Self {
        Shown::Both(vi.into(), en.into())
    }
}

/// The name of a value that is not part of a rule's text but follows it.
pub const HINT: &str = "hint";

/// One broken rule, with where it is broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// RFC 6901 pointer into the body, `/name` for a query parameter, empty for the whole.
    pub pointer: String,
    /// The rule.
    pub code: Code,
    values: Vec<(&'static str, Shown)>,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn at(pointer: impl Into<String>, code: Code) -> Self {
        Fault {
            pointer: pointer.into(),
            code,
            values: Vec::new(),
        }
    }

    /// Adds a value its text shows.
    pub fn with(mut self, name: &'static str, value: impl Into<Shown>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// What is wrong and how to mend it, in the reader's language.
    pub fn message(&self, locale: Locale) -> String {
        let mut text = self.code.template(locale).to_owned();
        for (name, value) in &self.values {
            let shown = match value {
                Shown::Money(money) => format::dong(*money, locale),
                Shown::Date(date) => format::date(*date, locale),
                Shown::Text(text) => text.to_string(),
                Shown::Both(vi, en) => match locale {
                    Locale::Vi => vi.to_string(),
                    Locale::En => en.to_string(),
                },
            };
            match *name {
                // Follows whatever the rule says.
                HINT => text = format!("{text} {shown}"),
                name => text = text.replace(&format!("{{{name}}}"), &shown),
            }
        }
        text
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Error::Refused(vec![fault])
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Fault::at("", code).into()
    }
}

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// The request breaks rules of the contract. Empty only while a form is shown again: its faults
    /// stand beside its fields already, or it is yet to be sent.
    Refused(Vec<Fault>),
    /// Too many tries: come back after so many seconds.
    Throttled(u64),
    /// PostgreSQL asks to run the transaction again.
    Retry(String),
    /// The transaction or connection is gone.
    Lost(String),
    /// The database cannot be reached now.
    Unavailable(String),
    /// A fault of ours; logged, never shown.
    Internal(String),
}

impl Error {
    /// The code of the whole answer. With several faults 409 only if there is no 422 (api.md).
    pub fn code(&self) -> Code {
        match self {
            Error::Refused(faults) => faults
                .iter()
                .map(|fault| fault.code)
                .find(|code| code.status() == 422)
                .or(faults.first().map(|fault| fault.code))
                .unwrap_or(Code::Internal),
            Error::Throttled(_) => Code::TooManyRequests,
            Error::Retry(_) | Error::Lost(_) | Error::Unavailable(_) => Code::NotReady,
            Error::Internal(_) => Code::Internal,
        }
    }

    /// Refused with these faults, or fine when there are none.
    pub fn check(faults: Vec<Fault>) -> Result<()> {
        match faults.is_empty() {
            true => Ok(()),
            false => Err(Error::Refused(faults)),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Refused(faults) => {
                for (index, fault) in faults.iter().enumerate() {
                    let separator = if index == 0 { "" } else { "; " };
                    let message = fault.message(Locale::En);
                    write!(out, "{separator}{} {message}", fault.pointer)?;
                }
                Ok(())
            }
            Error::Throttled(seconds) => write!(out, "throttled for {seconds} s"),
            Error::Retry(why)
            | Error::Lost(why)
            | Error::Unavailable(why)
            | Error::Internal(why) => out.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind as Kind;
        match &error {
            diesel::result::Error::DatabaseError(kind, info) => match kind {
                Kind::SerializationFailure => Error::Retry(info.message().to_owned()),
                _ if info.message().contains("deadlock detected") => {
                    Error::Retry(info.message().to_owned())
                }
                _ if info.message().contains("lock timeout") => {
                    Error::Unavailable(info.message().to_owned())
                }
                Kind::ClosedConnection => Error::Lost(info.message().to_owned()),
                _ if info.message().contains("full")
                    || info.message().contains("locked")
                    || info.message().contains("disk I/O")
                    || info.message().contains("terminating connection")
                    || info.message().contains("server closed") =>
                {
                    Error::Lost(info.message().to_owned())
                }
                _ => Error::Internal(error.to_string()),
            },
            diesel::result::Error::NotFound => Code::NotFound.into(),
            _ => Error::Internal(error.to_string()),
        }
    }
}
