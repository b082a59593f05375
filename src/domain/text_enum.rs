//! Closed lists of names.

/// A closed list of names, the same on the wire and in the database.
pub trait TextEnum: Sized + Copy + 'static {
    /// Every name.
    const NAMES: &'static [&'static str];
    /// The value with this name.
    fn parse(text: &str) -> Option<Self>;
}

/// Declares an enum whose values have one name on the wire and in the database.
macro_rules! text_enum {
    ($(#[$outer:meta])* $name:ident { $($(#[$inner:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$inner])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &[$name] = &[$($name::$variant),*];
            /// The name on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The value with this name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }

        impl $crate::domain::text_enum::TextEnum for $name {
            const NAMES: &'static [&'static str] = &[$($text),*];
            fn parse(text: &str) -> Option<Self> { $name::parse(text) }
        }
    };
}
pub(crate) use text_enum;

macro_rules! names {
    ($($type:ty: [$($text:literal),*];)*) => {$(
        impl TextEnum for $type {
            const NAMES: &'static [&'static str] = &[$($text),*];
            fn parse(text: &str) -> Option<Self> { <$type>::parse(text) }
        }
    )*};
}

names! {
    super::locale::Locale: ["vi", "en"];
    super::capital::Origin: ["in_year", "extended"];
    super::capital::EntryKind: ["initial", "supplement", "cut", "transfer_in", "transfer_out", "extension_in", "extension_out"];
    super::disbursement::DisbursementKind: ["advance", "completed_volume", "refund", "reversal"];
    super::progress::Basis: ["initial", "adjusted", "extended", "total", "assigned"];
    super::format::AmountUnit: ["dong", "million", "billion"];
}
