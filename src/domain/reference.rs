//! Closed lists and small rules of the reference data (domain.md section 2).

use chrono::NaiveDate;

use super::text_enum::text_enum;

text_enum! {
    /// What an agency is.
    AgencyKind {
        /// Department of a province or district.
        Department = "department",
        /// Project management unit.
        Pmu = "pmu",
        /// People's committee of a commune.
        CommuneCommittee = "commune_committee",
        /// Company.
        Enterprise = "enterprise",
        /// Anything else.
        Other = "other",
    }
}

text_enum! {
    /// Whose budget a funding source is.
    BudgetLevel {
        /// The State's.
        Central = "central",
        /// The province's.
        Province = "province",
        /// A district's.
        District = "district",
        /// A commune's.
        Commune = "commune",
    }
}

text_enum! {
    /// Where the money of a funding source comes from.
    SourceOrigin {
        /// From the country.
        Domestic = "domestic",
        /// Loans and grants from abroad.
        Foreign = "foreign",
    }
}

text_enum! {
    /// A place in a task force.
    MemberRole {
        /// The unit's chairman.
        Head = "head",
        /// Deputy head.
        Deputy = "deputy",
        /// Member.
        Member = "member",
    }
}

/// Days from one to another, both included; `None` is no bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Period {
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Whether it ends before it begins.
    pub fn is_reversed(&self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if to < from)
    }

    /// Whether both hold some day.
    pub fn overlaps(&self, other: &Period) -> bool {
        let ends_before = |first: &Period, second: &Period| matches!((first.to, second.from), (Some(to), Some(from)) if to < from);
        !ends_before(self, other) && !ends_before(other, self)
    }

    /// Whether it holds the day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// An e-mail address as it is kept, with its domain in lower case; `None` if mail could not be
/// sent there. Quoted local parts and addresses of hosts without a domain are not taken.
pub fn email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let atom = |part: &str| {
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
        !part.is_empty() && part.bytes().all(plain)
    };
    let label = |part: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&part.len())
            && part.bytes().all(plain)
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let fits = local.len() <= 64
        && text.len() <= 254
        && local.split('.').all(atom)
        && domain.contains('.')
        && domain.split('.').all(label)
        && !domain
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    fits.then(|| format!("{local}@{domain}"))
}

/// A user name as it is kept: `None` unless it is 3 to 60 of `a-z 0-9 . _ - @`.
pub fn username(text: &str) -> Option<String> {
    let name = super::text::fold(text);
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@".contains(&byte);
    ((3..=60).contains(&name.len()) && name.bytes().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        text.parse().ok()
    }

    #[test]
    fn addresses_are_kept_with_a_lower_case_domain() {
        assert_eq!(
            email("Lan.Nguyen@QuangNinh.GOV.vn").as_deref(),
            Some("Lan.Nguyen@quangninh.gov.vn")
        );
        for refused in [
            "",
            "lan",
            "@a.vn",
            "lan@",
            "lan@localhost",
            "lan@@a.vn",
            "lan @a.vn",
            "lan@a..vn",
            "lan@-a.vn",
            ".lan@a.vn",
            "lan.@a.vn",
            "lan@a.vn\r\nBcc: x@y.vn",
            "lan@a.vn,x@y.vn",
            "<lan@a.vn>",
            "lân@a.vn",
            "lan@1.2.3.4",
            "lan@bộ.vn",
        ] {
            assert_eq!(email(refused), None, "{refused}");
        }
        assert_eq!(email(&format!("{}@a.vn", "x".repeat(65))), None);
        assert_eq!(email(&format!("x@{}vn", "abcdefgh.".repeat(30))), None);
    }

    #[test]
    fn user_names_are_folded() {
        assert_eq!(username("Lan.Nguyễn").as_deref(), Some("lan.nguyen"));
        for refused in ["ab", "hai từ", "a/b/c", "", &"x".repeat(61)] {
            assert_eq!(username(refused), None, "{refused}");
        }
    }

    #[test]
    fn periods_overlap_when_they_share_a_day() {
        let june = Period {
            from: day("2025-06-01"),
            to: day("2025-06-30"),
        };
        let july = Period {
            from: day("2025-07-01"),
            to: None,
        };
        assert!(!june.overlaps(&july) && !july.overlaps(&june));
        assert!(june.overlaps(&june) && july.overlaps(&Period::default()));
        assert!(
            Period {
                from: day("2025-06-30"),
                to: None
            }
            .overlaps(&june)
        );
        assert!(
            Period {
                from: day("2025-06-02"),
                to: day("2025-06-01")
            }
            .is_reversed()
        );
        assert!(!june.is_reversed() && !july.is_reversed());
    }
}
