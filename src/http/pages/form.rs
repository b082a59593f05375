//! What a form sent, and a form as it is shown again: values kept, each fault beside its field.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

use super::field::Field;
use super::layout::Layout;
use super::text::fields;
use crate::domain::locale::Locale;
use crate::error::{Code, Error, Fault, Result};
use crate::http::body::pairs;
use crate::http::input::{Faults, Fields, Request};
use crate::service::auth::random_token;

/// Name of the field that proves a form to be ours.
pub const CSRF: &str = "_csrf";
/// Name of the field that makes a second submit harmless.
pub const KEY: &str = "_key";
/// Name of the field that brings a form back to be looked at, after its session ended.
pub const RESUME: &str = "_resume";

/// Fields whose values are never kept, shown again, or made into a fingerprint.
const SECRETS: [&str; 7] = [
    "password",
    "current_password",
    "new_password",
    "again",
    "totp_code",
    "secret",
    "otpauth_uri",
];

/// The fields of a form, as sent or as shown.
#[derive(Clone, Debug, Default)]
pub struct Form {
    pairs: Vec<(String, String)>,
    faults: Vec<(String, String)>,
    /// What the fields are called, where the form knows it before they are shown.
    labels: Vec<(String, String)>,
    part: &'static str,
}

impl FromRequest for Form {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|_| Error::from(Code::TooLarge))?;
            let text = std::str::from_utf8(&bytes).map_err(|_| {
                let why = ("không phải UTF-8", "it is not UTF-8");
                Error::from(Fault::at("", Code::Malformed).with("why", why))
            })?;
            Ok(Form {
                pairs: pairs(text)?,
                ..Form::default()
            })
        })
    }
}

impl Form {
    /// An empty form with these values in it.
    pub fn with(values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        Form {
            pairs: values
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            ..Form::default()
        }
    }

    /// One of several forms of a page: its fields get ids of their own.
    pub fn part(mut self, name: &'static str) -> Self {
        self.part = name;
        self
    }

    /// Gives the form a new key, so that sending it twice is acting once.
    pub fn keyed(mut self) -> Result<Self> {
        self.set(KEY, random_token()?);
        Ok(self)
    }

    /// The id of a field's element.
    pub fn id_of(&self, name: &str) -> String {
        let name = name.replace('/', "-");
        match self.part {
            "" => format!("f-{name}"),
            part => format!("f-{part}-{name}"),
        }
    }

    /// The value of a field; empty if it is not there.
    pub fn value(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Whether a field was sent at all.
    pub fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(known, _)| known == name)
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// All values of a field given several times, such as ticked boxes.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// What a field says, all its values together.
    pub fn said(&self, name: &str) -> String {
        self.values(name).collect::<Vec<_>>().join(",")
    }

    /// Whether anything was typed, or only a button pressed.
    pub fn is_typed(&self) -> bool {
        let typed = |(name, value): &(String, String)| !name.starts_with('_') && !value.is_empty();
        self.pairs.iter().any(typed)
    }

    /// Whether the form comes back to be looked at before it is acted on.
    pub fn is_resumed(&self) -> bool {
        self.has(RESUME)
    }

    /// Sets a field.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.retain(|(known, _)| known != name);
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// Every field but the token and secrets, to be sent again later.
    pub fn kept(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs
            .iter()
            .filter(|(name, _)| name != CSRF && !SECRETS.contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Reads the fields as a declared type. Fields that belong to the mechanism are left out; empty
    /// ones count as absent. A form that comes back to be looked at is refused without a fault.
    pub fn parse<T: Request>(&self) -> Result<T> {
        self.parse_besides(&[])
    }

    /// As [`Form::parse`], without fields that are read by other means, such as amounts.
    pub fn parse_besides<T: Request>(&self, others: &[&str]) -> Result<T> {
        if self.is_resumed() {
            return Err(Error::Refused(Faults::new()));
        }
        let fields = self
            .pairs
            .iter()
            .filter(|(name, _)| !name.starts_with('_') && !others.contains(&name.as_str()))
            .cloned();
        let mut faults = Faults::new();
        match (
            T::read_fields(Fields::of_pairs(fields), &mut faults),
            faults.is_empty(),
        ) {
            (Some(value), true) => Ok(value),
            _ => Err(Error::Refused(faults)),
        }
    }

    /// What was read, unless a fault stands beside a field already: all are shown at once.
    pub fn sound<T>(&self, read: Result<T>) -> Result<T> {
        match (read, self.is_refused()) {
            (Ok(_), true) => Err(Error::Refused(Faults::new())),
            (read, _) => read,
        }
    }

    /// The bytes that tell one submit from another.
    pub fn fingerprint(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, value) in self.kept().filter(|(name, _)| *name != KEY) {
            bytes.extend_from_slice(name.as_bytes());
            bytes.push(0);
            bytes.extend_from_slice(value.as_bytes());
            bytes.push(0);
        }
        bytes
    }

    /// Takes the faults of a refusal, to be shown beside their fields; any other error goes on.
    pub fn refused(mut self, error: Error, locale: Locale) -> Result<Self> {
        let Error::Refused(faults) = error else {
            return Err(error);
        };
        self.add_faults(&faults, locale);
        Ok(self)
    }

    /// Adds faults. That of one of several values stands beside their field.
    pub fn add_faults(&mut self, faults: &[Fault], locale: Locale) {
        for fault in faults {
            let name = fault.pointer.trim_start_matches('/');
            let name = match name.rsplit_once('/') {
                Some((field, place)) if self.has(field) && place.parse::<usize>().is_ok() => field,
                _ => name,
            };
            let told = (name.to_owned(), fault.message(locale));
            if !self.faults.contains(&told) {
                self.faults.push(told);
            }
        }
    }

    /// Adds a fault in words of our own.
    pub fn add_fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push((name.to_owned(), message.into()));
    }

    /// Whether anything is wrong.
    pub fn is_refused(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The status of a page that shows the form again.
    pub fn status(&self) -> u16 {
        if self.is_refused() { 422 } else { 200 }
    }

    /// Whether the form stands open at once: it was sent, and is shown again.
    pub fn is_open(&self) -> bool {
        self.is_refused() || self.is_resumed()
    }

    /// Every fault with the field it belongs to.
    pub fn faults(&self) -> &[(String, String)] {
        &self.faults
    }

    /// Remembers what the fields are called.
    pub fn call(&mut self, fields: &[Field]) {
        let labels = fields.iter().map(|field| {
            let (name, label) = (field.name(), field.label());
            (name.to_owned(), label.to_owned())
        });
        self.labels = labels.collect();
    }

    /// What a field is called, for the list of faults; nothing if that is not known.
    pub fn called(&self, l: &Layout, name: &str) -> String {
        let own = self.labels.iter().find(|(known, _)| known == name);
        let label = own.map(|(_, label)| label.as_str());
        match label.or_else(|| fields::label(l.t, name)) {
            Some(label) => format!("{label}: "),
            None => String::new(),
        }
    }

    /// The faults of one field.
    pub fn faults_of(&self, name: &str) -> Vec<String> {
        self.faults
            .iter()
            .filter(|(known, _)| known == name)
            .map(|(_, message)| message.clone())
            .collect()
    }

    fn field(&self, kind: &'static str, name: &str, label: &str) -> Field {
        let value = match kind {
            "password" => String::new(),
            "checks" => self.said(name),
            _ => self.value(name).to_owned(),
        };
        Field::new(
            kind,
            (name, self.id_of(name)),
            label,
            &value,
            self.faults_of(name),
        )
    }

    /// A line of text.
    pub fn text(&self, name: &str, label: &str) -> Field {
        self.field("text", name, label)
    }

    /// A paragraph of text.
    pub fn area(&self, name: &str, label: &str) -> Field {
        self.field("area", name, label)
    }

    /// A secret; never shown again.
    pub fn password(&self, name: &str, label: &str) -> Field {
        self.field("password", name, label)
    }

    /// A day.
    pub fn date(&self, name: &str, label: &str) -> Field {
        self.field("date", name, label)
    }

    /// A month.
    pub fn month(&self, name: &str, label: &str) -> Field {
        self.field("month", name, label)
    }

    /// An amount as people type it.
    pub fn amount(&self, name: &str, label: &str) -> Field {
        self.field("amount", name, label)
    }

    /// A whole number.
    pub fn number(&self, name: &str, label: &str) -> Field {
        self.field("number", name, label)
    }

    /// A choice from a list.
    pub fn select(
        &self,
        name: &str,
        label: &str,
        options: impl AsRef<[(String, String)]>,
    ) -> Field {
        self.field("select", name, label).options(options.as_ref())
    }

    /// A few choices, all in sight.
    pub fn radios(
        &self,
        name: &str,
        label: &str,
        options: impl AsRef<[(String, String)]>,
    ) -> Field {
        self.field("radios", name, label).options(options.as_ref())
    }

    /// Any number of choices, those that are ticked first.
    pub fn checks(
        &self,
        name: &str,
        label: &str,
        options: impl AsRef<[(String, String)]>,
    ) -> Field {
        let mut options = options.as_ref().to_vec();
        options.sort_by_key(|(value, _)| !self.values(name).any(|ticked| ticked == value));
        self.field("checks", name, label).options(&options)
    }
}
