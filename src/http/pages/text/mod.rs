//! Every text of the pages in both languages, side by side, one file per screen.

mod administration;
mod alerts;
mod chart;
mod common;
pub mod fields;
mod history;
mod import;
mod integrations;
mod overview;
mod payment;
mod policy;
mod project;
mod projects;
mod reports;
mod schedule;
mod succession;
mod task_force;

use crate::domain::locale::Locale;

pub use crate::domain::labels;

/// Declares the texts of a screen; the compiler sees to it that none lacks a language.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($field:ident: $vi:literal, $en:literal;)* }) => {
        $(#[$doc])*
        pub struct $name { $(#[doc = $en] pub $field: &'static str),* }

        impl $name {
            /// Vietnamese.
            pub const VI: $name = $name { $($field: $vi),* };
            /// English.
            pub const EN: $name = $name { $($field: $en),* };
            /// Both, for the tests.
            #[cfg(test)]
            pub const PAIRS: &'static [(&'static str, &'static str, &'static str)] =
                &[$((stringify!($field), $vi, $en)),*];
        }
    };
}
pub(crate) use texts;

/// The texts of all screens in one language.
macro_rules! screens {
    ($($field:ident: $module:ident::$type:ident;)*) => {
        /// All texts in one language.
        pub struct Texts { $(#[doc = stringify!($type)] pub $field: $module::$type),* }

        impl Texts {
            /// The texts in a language.
            pub fn of(locale: Locale) -> &'static Texts {
                static VI: Texts = Texts { $($field: $module::$type::VI),* };
                static EN: Texts = Texts { $($field: $module::$type::EN),* };
                match locale {
                    Locale::Vi => &VI,
                    Locale::En => &EN,
                }
            }
        }

        #[cfg(test)]
        fn pairs() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
            [$($module::$type::PAIRS),*].into_iter().flatten().copied()
        }
    };
}

screens! {
    administration: administration::Administration;
    alerts: alerts::Alerts;
    chart: chart::Chart;
    common: common::Common;
    history: history::History;
    import: import::Import;
    integrations: integrations::Integrations;
    overview: overview::Overview;
    payment: payment::Payment;
    policy: policy::Policy;
    project: project::Project;
    projects: projects::Projects;
    schedule: schedule::Schedule;
    succession: succession::Succession;
    task_force: task_force::TaskForce;
    reports: reports::Reports;
}

/// Puts values in the place of `{name}`.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (name, value) in values {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split('}').next())
            .collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_are_complete_and_different() {
        let same = [
            "product",
            "email",
            "excel",
            "vietnamese",
            "english",
            "line_head",
            "changed_by",
        ];
        for (name, vi, en) in pairs() {
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{name}");
            assert!(vi != en || same.contains(&name), "{name} is not translated");
            assert_eq!(places(vi), places(en), "{name}");
        }
    }

    #[test]
    fn values_are_put_in_place() {
        assert_eq!(fill("{a} and {b}", &[("a", "1"), ("b", "2")]), "1 and 2");
    }
}
