//! What the services of reference data share.

use crate::domain::reference::Period;
use crate::error::{Code, Fault};

/// A reference to something that does not exist or cannot be used here.
pub fn unusable(pointer: impl Into<String>) -> Fault {
    let why = (
        "không có bản ghi này, hoặc không dùng được ở đây",
        "there is no such record, or it cannot be used here",
    );
    Fault::at(pointer, Code::Invalid).with("why", why)
}

/// A code that another record has.
pub fn duplicate(pointer: impl Into<String>, value: &str) -> Fault {
    Fault::at(pointer, Code::DuplicateCode).with("value", value.to_owned())
}

/// Refuses a period that ends before it begins.
pub fn check_period(valid: &Period, faults: &mut Vec<Fault>) {
    if valid.is_reversed() {
        let why = (
            "ngày kết thúc trước ngày bắt đầu",
            "it ends before it begins",
        );
        faults.push(Fault::at("/valid_to", Code::OutOfRange).with("why", why));
    }
}

/// Refuses a code that another record has.
pub fn check_code(code: &str, holder: Option<i64>, own: Option<i64>, faults: &mut Vec<Fault>) {
    if holder.is_some() && holder != own {
        faults.push(duplicate("/code", code));
    }
}
