//! The history of records.

use super::texts;

texts! {
    /// The history of records.
    History {
        before: "Trước", "Before";
        after: "Sau", "After";
    }
}
