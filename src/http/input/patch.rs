//! The fields of a PATCH: absent means unchanged.

use utoipa::openapi::{RefOr, Schema};

use super::{Faults, Field, Input, Line};
use crate::error::{Code, Fault};

/// A field of a PATCH that may be cleared with `null`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Clear it.
    Clear,
    /// Set it.
    Set(T),
}

impl<T> Patch<T> {
    /// The value after the change.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Patch::Keep => current,
            Patch::Clear => None,
            Patch::Set(value) => Some(value),
        }
    }
}

impl<T: Clone> Patch<T> {
    /// The value after the change, converted.
    pub fn or<U>(&self, current: Option<U>, convert: impl FnOnce(T) -> U) -> Option<U> {
        match self {
            Patch::Keep => current,
            Patch::Clear => None,
            Patch::Set(value) => Some(convert(value.clone())),
        }
    }
}

impl<T: Field> Field for Patch<T> {
    const REQUIRED: bool = false;
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        T::read(input, at, faults).map(Patch::Set)
    }
    fn absent() -> Option<Self> {
        Some(Patch::Keep)
    }
    fn null(_at: &str, _faults: &mut Faults) -> Option<Self> {
        Some(Patch::Clear)
    }
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// A field of a PATCH that cannot be cleared: `null` is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T>(pub Option<T>);

impl<T: Clone> Set<T> {
    /// The value after the change.
    pub fn or(&self, current: T) -> T {
        self.0.clone().unwrap_or(current)
    }
}

impl<const MAX: usize> Set<Line<MAX>> {
    /// The text after the change.
    pub fn or_text(&self, current: &str) -> String {
        self.0
            .as_ref()
            .map_or(current, |line| line.as_str())
            .to_owned()
    }
}

impl<T: Field> Field for Set<T> {
    const REQUIRED: bool = false;
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        T::read(input, at, faults).map(|value| Set(Some(value)))
    }
    fn absent() -> Option<Self> {
        Some(Set(None))
    }
    fn null(at: &str, faults: &mut Faults) -> Option<Self> {
        faults.push(Fault::at(at, Code::Required));
        None
    }
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}
