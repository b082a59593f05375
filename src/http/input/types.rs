//! The types that fields may have.

use rust_decimal::Decimal;
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use super::{Faults, Field, Input, invalid, out_of_range};
use crate::domain::money::{Money, Rate};
use crate::domain::text;
use crate::domain::text_enum::TextEnum;
use crate::error::{Code, Fault};

/// What is expected, in both languages.
type Why = (&'static str, &'static str);

pub(super) fn simple(kind: Type, format: Option<KnownFormat>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(kind)
        .format(format.map(SchemaFormat::KnownFormat))
}

/// A whole number; `Err(true)` when it is one, but too large to hold.
fn integer(input: &Input) -> Result<i64, bool> {
    match input {
        Input::Json(Value::Number(number)) => number.as_i64().ok_or_else(|| {
            let text = number.to_string();
            number.is_u64() || (text.contains('e') && !text.contains("e-") && !text.contains('.'))
        }),
        Input::Json(_) => Err(false),
        Input::Text(_) => {
            let text = input.text().unwrap_or_default().trim();
            let digits = text.strip_prefix('-').unwrap_or(text);
            let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().map_err(|_| whole)
        }
    }
}

const WHOLE: Why = ("cần một số nguyên", "a whole number is expected");

macro_rules! integer_field {
    ($($type:ty, $low:expr, $high:expr, $format:expr);* $(;)?) => {$(
        impl Field for $type {
            fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
                match integer(input) {
                    Ok(value) if ($low..=$high).contains(&value) => Self::try_from(value).ok(),
                    Ok(_) | Err(true) => out_of_range(at, faults, format!("{} … {}", $low, $high)),
                    Err(false) => invalid(at, faults, WHOLE),
                }
            }
            fn schema() -> RefOr<Schema> {
                simple(Type::Integer, Some($format)).minimum(Some($low)).maximum(Some($high)).into()
            }
        }
    )*};
}

integer_field! {
    i64, 1_i64, Money::MAX.get(), KnownFormat::Int64;
    i32, 0_i64, 100_000_i64, KnownFormat::Int32;
}

/// A number of something, from 0 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count(pub i64);

impl Field for Count {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        match integer(input) {
            Ok(value) if (0..=Money::MAX.get()).contains(&value) => Some(Count(value)),
            Ok(_) | Err(true) => out_of_range(at, faults, format!("0 … {}", Money::MAX.get())),
            Err(false) => invalid(at, faults, WHOLE),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::Integer, Some(KnownFormat::Int64))
            .minimum(Some(0))
            .maximum(Some(Money::MAX.get()))
            .into()
    }
}

/// An amount, in đồng, never negative; a use case says whether zero is allowed.
impl Field for Money {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        match integer(input) {
            Ok(value) if value >= 0 && Money::new(value).is_some() => Money::new(value),
            Ok(_) | Err(true) => out_of_range(at, faults, format!("0 … {} đồng", Money::MAX.get())),
            Err(false) => invalid(
                at,
                faults,
                ("cần số đồng nguyên", "a whole number of đồng is expected"),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::Integer, Some(KnownFormat::Int64))
            .minimum(Some(0))
            .maximum(Some(Money::MAX.get()))
            .description(Some("đồng"))
            .into()
    }
}

/// A percentage with at most two decimals, as a string.
impl Field for Rate {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        let range = Decimal::ZERO..=Decimal::ONE_THOUSAND;
        match input.text().and_then(Rate::parse) {
            Some(rate) if range.contains(&rate.to_decimal()) => Some(rate),
            Some(_) => out_of_range(at, faults, "0.00 … 1000.00"),
            None => invalid(
                at,
                faults,
                (
                    "cần tỷ lệ dạng \"95.00\"",
                    "a rate such as \"95.00\" is expected",
                ),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, None)
            .pattern(Some(r"^\d{1,4}(\.\d{1,2})?$"))
            .into()
    }
}

impl Field for bool {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        match (input, input.text()) {
            (Input::Json(Value::Bool(value)), _) => Some(*value),
            (Input::Text(_), Some("true" | "on")) => Some(true),
            (Input::Text(_), Some("false")) => Some(false),
            _ => invalid(
                at,
                faults,
                ("cần true hoặc false", "true or false is expected"),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::Boolean, None).into()
    }
}

impl<T: TextEnum> Field for T {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        input.text().and_then(T::parse).or_else(|| {
            let names = T::NAMES.join(", ");
            faults.push(Fault::at(at, Code::Invalid).with("why", names));
            None
        })
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, None)
            .enum_values(Some(T::NAMES.iter().copied()))
            .into()
    }
}

fn read_text(
    input: &Input,
    at: &str,
    faults: &mut Faults,
    max: usize,
    lines: bool,
) -> Option<String> {
    let Some(raw) = input.text() else {
        return invalid(at, faults, ("cần một chuỗi", "a string is expected"));
    };
    let text = text::nfc(raw.trim());
    if text::has_control(&text, lines) {
        let why = (
            "có ký tự điều khiển hoặc ký tự ẩn",
            "it holds control or invisible characters",
        );
        return invalid(at, faults, why);
    }
    if text.chars().count() > max {
        return out_of_range(at, faults, format!("≤ {max}"));
    }
    if text.is_empty() {
        faults.push(Fault::at(at, Code::Required));
        return None;
    }
    Some(text)
}

/// One line of text of at most `MAX` characters, in NFC, without hidden characters, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(pub String);

/// Text of several lines; otherwise as [`Line`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(pub String);

impl<const MAX: usize> Field for Line<MAX> {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        read_text(input, at, faults, MAX, false).map(Line)
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, None)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .into()
    }
}

impl Field for Note {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        read_text(input, at, faults, 4000, true).map(Note)
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, None)
            .min_length(Some(1))
            .max_length(Some(4000))
            .into()
    }
}

impl<const MAX: usize> std::ops::Deref for Line<MAX> {
    type Target = String;
    fn deref(&self) -> &String {
        &self.0
    }
}

impl std::ops::Deref for Note {
    type Target = String;
    fn deref(&self) -> &String {
        &self.0
    }
}

/// Why something is done. It must be given, but the use case says so itself, with a code of its
/// own (`reason_required`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(pub Option<String>);

impl Field for Reason {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        match input.text() {
            Some(text) if text.trim().is_empty() => Some(Reason(None)),
            _ => Note::read(input, at, faults).map(|note| Reason(Some(note.0))),
        }
    }
    fn absent() -> Option<Self> {
        Some(Reason(None))
    }
    fn schema() -> RefOr<Schema> {
        Note::schema()
    }
}

/// A secret typed by a person: taken as it is, never shown.
#[derive(Clone)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("***")
    }
}

impl Field for Password {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        match input.text() {
            Some(text) if text.len() <= 1024 && !text.contains('\0') => {
                Some(Password(text::nfc(text)))
            }
            Some(text) if text.len() > 1024 => out_of_range(at, faults, "≤ 1024"),
            _ => invalid(at, faults, ("cần một chuỗi", "a string is expected")),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, Some(KnownFormat::Password)).into()
    }
}

impl<T: Field> Field for Option<T> {
    const REQUIRED: bool = false;
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        T::read(input, at, faults).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn schema() -> RefOr<Schema> {
        T::schema()
    }
}

/// The longest list that is read.
const LIST: usize = 500;

impl<T: Field> Field for Vec<T> {
    const REQUIRED: bool = false;
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        let items: Vec<Input> = match input {
            Input::Json(Value::Array(items)) => items.iter().cloned().map(Input::Json).collect(),
            Input::Text(texts) => texts
                .iter()
                .flat_map(|text| text.split(','))
                .map(|text| Input::Text(vec![text.trim().to_owned()]))
                .collect(),
            Input::Json(_) => {
                return invalid(at, faults, ("cần một danh sách", "a list is expected"));
            }
        };
        if items.len() > LIST {
            return out_of_range(at, faults, format!("≤ {LIST}"));
        }
        let is_query = matches!(input, Input::Text(_));
        let mut values = Vec::with_capacity(items.len());
        let mut whole = true;
        for (index, item) in items.iter().enumerate() {
            let place = match is_query {
                true => at.to_owned(),
                false => format!("{at}/{index}"),
            };
            let value = match item {
                Input::Json(Value::Null) => T::null(&place, faults),
                item => T::read(item, &place, faults),
            };
            match value {
                Some(value) => values.push(value),
                None => whole = false,
            }
        }
        whole.then_some(values)
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(T::schema())
            .max_items(Some(LIST))
            .into()
    }
}
