//! Reading what callers send: JSON bodies, query strings and forms, with every fault found at once.
//!
//! A request type is declared once with [`request!`]; the declaration is its reader and its schema
//! in the OpenAPI document, so the two cannot differ.

mod dates;
mod patch;
mod types;

use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};

use crate::error::{Code, Fault};

pub use patch::{Patch, Set};
pub use types::{Count, Line, Note, Password, Reason};

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
