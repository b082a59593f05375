//! Reading what callers send: JSON bodies, query strings and forms, with every fault found at once.
//!
//! A request type is declared once with [`request!`]; the declaration is its reader and its schema
//! in the OpenAPI document, so the two cannot differ.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::domain::money::{Money, Rate};
use crate::domain::text;
use crate::domain::text_enum::TextEnum;
use crate::error::{Code, Fault};

/// One value as it came in.
#[derive(Clone, Debug)]
pub enum Input {
    /// A JSON value.
    Json(Value),
    /// The values of a query parameter or form field, in order.
    Text(Vec<String>),
}

impl Input {
    /// The text of a string, or of a parameter given once.
    fn text(&self) -> Option<&str> {
        match self {
            Input::Json(Value::String(text)) => Some(text),
            Input::Text(values) => match values.as_slice() {
                [one] => Some(one),
                _ => None,
            },
            Input::Json(_) => None,
        }
    }
}

/// Faults found so far.
pub type Faults = Vec<Fault>;

/// What is expected, in both languages.
type Why = (&'static str, &'static str);

fn invalid<T>(at: &str, faults: &mut Faults, why: Why) -> Option<T> {
    faults.push(Fault::at(at, Code::Invalid).with("why", why));
    None
}

fn out_of_range<T>(
    at: &str,
    faults: &mut Faults,
    why: impl Into<crate::error::Shown>,
) -> Option<T> {
    faults.push(Fault::at(at, Code::OutOfRange).with("why", why));
    None
}

/// A type that can be read from a request.
pub trait Field: Sized {
    /// Whether a request without it is refused.
    const REQUIRED: bool = true;

    /// Reads a value that is there; pushes faults and returns `None` if it is not valid.
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self>;

    /// The value of a field that is not there.
    fn absent() -> Option<Self> {
        None
    }

    /// What a JSON `null` means: absent, unless the type says otherwise.
    fn null(at: &str, faults: &mut Faults) -> Option<Self> {
        let value = Self::absent();
        if value.is_none() {
            faults.push(Fault::at(at, Code::Required));
        }
        value
    }

    /// Its JSON Schema.
    fn schema() -> RefOr<Schema>;
}

/// The fields of an object, taken one by one; what is left at the end is unknown.
pub struct Fields {
    values: Vec<(String, Input)>,
    at: String,
}

impl Fields {
    /// The members of a JSON object.
    pub fn of_json(map: Map<String, Value>, at: &str) -> Self {
        Fields {
            values: map
                .into_iter()
                .map(|(name, value)| (name, Input::Json(value)))
                .collect(),
            at: at.to_owned(),
        }
    }

    /// The parameters of a query string or form; repeated names are gathered.
    pub fn of_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut values: Vec<(String, Input)> = Vec::new();
        for (name, value) in pairs {
            match values.iter_mut().find(|(known, _)| *known == name) {
                Some((_, Input::Text(list))) => list.push(value),
                _ => values.push((name, Input::Text(vec![value]))),
            }
        }
        Fields {
            values,
            at: String::new(),
        }
    }

    /// Reads one field.
    pub fn take<T: Field>(&mut self, name: &str, faults: &mut Faults) -> Option<T> {
        let at = format!("{}/{name}", self.at);
        let found = self.values.iter().position(|(known, _)| known == name);
        match found.map(|index| self.values.swap_remove(index).1) {
            Some(Input::Json(Value::Null)) => T::null(&at, faults),
            // An empty parameter or form field was left blank.
            Some(Input::Text(list)) if list.iter().all(|text| text.trim().is_empty()) => {
                T::null(&at, faults)
            }
            Some(input) => T::read(&input, &at, faults),
            None => {
                let value = T::absent();
                if value.is_none() {
                    faults.push(Fault::at(at, Code::Required));
                }
                value
            }
        }
    }

    /// Names whatever was not taken.
    pub fn finish(mut self, faults: &mut Faults) {
        self.values.sort_by(|a, b| a.0.cmp(&b.0));
        for (name, _) in self.values {
            let at = format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1"));
            let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            faults.push(Fault::at(at, Code::UnknownField).with("name", shown));
        }
    }
}

/// A declared request type.
pub trait Request: Sized {
    /// Its name in the OpenAPI document.
    const NAME: &'static str;
    /// Reads all fields.
    fn read_fields(fields: Fields, faults: &mut Faults) -> Option<Self>;
    /// Its JSON Schema, written out.
    fn object() -> RefOr<Schema>;
    /// Names and schemas of its fields, for query parameters: name, required, schema, text.
    fn parameters() -> Vec<(&'static str, bool, RefOr<Schema>, &'static str)>;
}

/// Declares request types: fields with their types, and doc comments that the documentation shows.
macro_rules! request {
    ($($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[doc = $field_doc:literal])* $field:ident: $type:ty),* $(,)? })*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        #[allow(missing_docs)]
        pub struct $name { $($(#[doc = $field_doc])* pub $field: $type),* }

        impl $crate::http::input::Request for $name {
            const NAME: &'static str = stringify!($name);

            #[allow(unused_mut)]
            fn read_fields(mut fields: $crate::http::input::Fields, faults: &mut $crate::http::input::Faults) -> Option<Self> {
                $(let $field = fields.take::<$type>($crate::http::input::wire_name(stringify!($field)), faults);)*
                fields.finish(faults);
                Some($name { $($field: $field?),* })
            }

            fn object() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                #[allow(unused_mut)]
                let mut object = utoipa::openapi::schema::ObjectBuilder::new()
                    .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::<utoipa::openapi::Schema>::FreeForm(false)));
                $(
                    let name = $crate::http::input::wire_name(stringify!($field));
                    object = object.property(name, <$type as $crate::http::input::Field>::schema());
                    if <$type as $crate::http::input::Field>::REQUIRED { object = object.required(name); }
                )*
                object.description(Some(concat!($($doc),*).trim())).into()
            }

            fn parameters() -> Vec<(&'static str, bool, utoipa::openapi::RefOr<utoipa::openapi::Schema>, &'static str)> {
                vec![$((
                    $crate::http::input::wire_name(stringify!($field)),
                    <$type as $crate::http::input::Field>::REQUIRED,
                    <$type as $crate::http::input::Field>::schema(),
                    concat!($($field_doc),*).trim(),
                )),*]
            }
        }

        impl $crate::http::input::Field for $name {
            fn read(input: &$crate::http::input::Input, at: &str, faults: &mut $crate::http::input::Faults) -> Option<Self> {
                $crate::http::input::read_object(input, at, faults)
            }
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                <$name as $crate::http::input::Request>::object()
            }
        }
    )*};
}
pub(crate) use request;

/// Field names that are Rust keywords are written with a trailing underscore.
pub const fn wire_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [start @ .., b'_'] => match std::str::from_utf8(start) {
            Ok(name) => name,
            Err(_) => name,
        },
        _ => name,
    }
}

/// Reads a nested object.
pub fn read_object<T: Request>(input: &Input, at: &str, faults: &mut Faults) -> Option<T> {
    match input {
        Input::Json(Value::Object(map)) => T::read_fields(Fields::of_json(map.clone(), at), faults),
        _ => invalid(
            at,
            faults,
            ("cần một đối tượng JSON", "a JSON object is expected"),
        ),
    }
}

fn simple(kind: Type, format: Option<KnownFormat>) -> ObjectBuilder {
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

/// Years outside of which a date is a typing error.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

impl Field for NaiveDate {
    fn read(input: &Input, at: &str, faults: &mut Faults) -> Option<Self> {
        use chrono::Datelike;
        let text = input.text().unwrap_or_default();
        let date = match text.len() {
            10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ => None,
        };
        match date {
            Some(date) if YEARS.contains(&date.year()) => Some(date),
            Some(_) => out_of_range(at, faults, "1900-01-01 … 2200-12-31"),
            None => invalid(
                at,
                faults,
                (
                    "cần ngày có thật dạng YYYY-MM-DD",
                    "a date that exists, as YYYY-MM-DD, is expected",
                ),
            ),
        }
    }
    fn schema() -> RefOr<Schema> {
        simple(Type::String, Some(KnownFormat::Date)).into()
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
