//! Loads units, agencies, sources, people and users of the demo.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::facts::{self, UnitFact};
use super::names;
use super::random::Random;
use crate::domain::locale::Locale;
use crate::domain::permission::Role;
use crate::domain::reference::{AgencyKind, BudgetLevel, Period, SourceOrigin};
use crate::domain::text::fold;
use crate::domain::units::Level;
use crate::error::{Error, Result};
use crate::service::users::{Secret, UserGrant};
use crate::service::{Tx, agencies, funding_sources, holidays, people, units, users};

/// The password of every user of the demo.
pub const PASSWORD: &str = "thuyền trên vịnh 2026";

/// Who signs in as what.
pub const USERS: [(&str, Role, &str); 7] = [
    ("quantri", Role::Admin, "administrator of the province"),
    (
        "dieuphoi",
        Role::Coordinator,
        "secretariat of the province's task force",
    ),
    (
        "canbo",
        Role::Officer,
        "officer who logs payments, whole province",
    ),
    ("canbo.baichay", Role::Officer, "officer of Phường Bãi Cháy"),
    (
        "lanhdao",
        Role::Leader,
        "leader who answers for late projects",
    ),
    ("xem", Role::Viewer, "reads everything"),
    (
        "kiemtoan",
        Role::Auditor,
        "reads everything and the audit log",
    ),
];

/// Who works for a unit.
#[derive(Clone, Default)]
pub struct Staff {
    pub chair: i64,
    pub leaders: Vec<i64>,
    pub officers: Vec<i64>,
}

/// Identities of what was loaded, by code.
#[derive(Clone, Default)]
pub struct Known {
    pub units: HashMap<&'static str, i64>,
    pub agencies: HashMap<String, i64>,
    pub sources: HashMap<&'static str, i64>,
    pub staff: HashMap<&'static str, Staff>,
}

impl Known {
    /// An id by code; a gap is a fault in our own files.
    pub fn unit(&self, code: &str) -> Result<i64> {
        id_of(self.units.get(code), code)
    }

    /// An agency by code.
    pub fn agency(&self, code: &str) -> Result<i64> {
        id_of(self.agencies.get(code), code)
    }

    /// A funding source by code.
    pub fn source(&self, code: &str) -> Result<i64> {
        id_of(self.sources.get(code), code)
    }

    /// The people of a unit.
    pub fn staff(&self, code: &str) -> Result<&Staff> {
        self.staff
            .get(code)
            .ok_or_else(|| Error::Internal(format!("demo: no staff in {code}")))
    }
}

fn id_of(id: Option<&i64>, code: &str) -> Result<i64> {
    id.copied()
        .ok_or_else(|| Error::Internal(format!("demo: no {code}")))
}

const DEPARTMENTS: [(&str, &str, AgencyKind); 7] = [
    ("STC", "Sở Tài chính", AgencyKind::Department),
    ("SXD", "Sở Xây dựng", AgencyKind::Department),
    ("SYT", "Sở Y tế", AgencyKind::Department),
    (
        "BQLGT",
        "Ban QLDA đầu tư xây dựng công trình giao thông",
        AgencyKind::Pmu,
    ),
    (
        "BQLDD",
        "Ban QLDA đầu tư xây dựng công trình dân dụng và công nghiệp",
        AgencyKind::Pmu,
    ),
    (
        "BQLKV1",
        "Ban QLDA đầu tư xây dựng khu vực I",
        AgencyKind::Pmu,
    ),
    (
        "BQLKV2",
        "Ban QLDA đầu tư xây dựng khu vực II",
        AgencyKind::Pmu,
    ),
];

/// Loads everything that projects refer to. The province exists already.
pub fn load(tx: &mut Tx<'_>, facts: &[UnitFact], secret: &Secret) -> Result<Known> {
    let mut known = Known::default();
    for (day, name) in facts::HOLIDAYS {
        let date: NaiveDate = day.parse().unwrap_or_default();
        holidays::create(tx, date, name)?;
    }
    load_units(tx, facts, &mut known)?;
    load_sources(tx, &mut known)?;
    let mut random = Random::new(2026);
    for fact in facts {
        load_staff(tx, fact, &mut known, &mut random)?;
    }
    load_users(tx, &known, secret)?;
    Ok(known)
}

fn load_units(tx: &mut Tx<'_>, facts: &[UnitFact], known: &mut Known) -> Result<()> {
    let tree = tx.tree()?;
    let province = tree.units().next().map(|unit| unit.id);
    for fact in facts {
        let level = Level::parse(fact.level).unwrap_or(Level::Commune);
        let id = match (level, province) {
            (Level::Province, Some(id)) => id,
            _ => {
                let fields = units::Fields {
                    code: fact.code.into(),
                    name: fact.name.into(),
                    level,
                    parent_id: province,
                    // Districts end by their successions.
                    valid: Period {
                        from: fact.valid_from,
                        to: None,
                    },
                };
                units::create(tx, &fields)?.id
            }
        };
        known.units.insert(fact.code, id);
    }
    Ok(())
}

fn load_sources(tx: &mut Tx<'_>, known: &mut Known) -> Result<()> {
    for fact in facts::sources() {
        let fields = funding_sources::Fields {
            code: fact.code.into(),
            name: fact.name.into(),
            parent_id: known.sources.get(fact.parent).copied(),
            budget_level: BudgetLevel::parse(fact.budget_level).unwrap_or(BudgetLevel::Province),
            origin: SourceOrigin::parse(fact.origin).unwrap_or(SourceOrigin::Domestic),
            valid: Period {
                from: None,
                to: None,
            },
        };
        let id = funding_sources::create(tx, &fields)?.id;
        known.sources.insert(fact.code, id);
    }
    Ok(())
}

/// The committee of a unit and its people; for the province, the departments as well.
fn load_staff(
    tx: &mut Tx<'_>,
    fact: &UnitFact,
    known: &mut Known,
    random: &mut Random,
) -> Result<()> {
    let unit_id = known.unit(fact.code)?;
    let is_province = fact.level == "province";
    let mut offices = vec![(
        format!("UBND-{}", fact.code),
        format!("UBND {}", fact.name),
        AgencyKind::CommuneCommittee,
    )];
    if is_province {
        offices[0].2 = AgencyKind::Other;
        let departments = DEPARTMENTS
            .iter()
            .map(|(code, name, kind)| ((*code).into(), (*name).into(), *kind));
        offices.extend(departments);
    }
    let mut staff = Staff::default();
    for (index, (code, name, kind)) in offices.into_iter().enumerate() {
        let fields = agencies::Fields {
            code: code.clone(),
            name: name.clone(),
            kind,
            unit_id,
        };
        let agency_id = agencies::create(tx, &fields)?.id;
        known.agencies.insert(code, agency_id);
        let posts: &[(&str, bool)] = match (index, is_province) {
            (0, true) => &[
                ("Chủ tịch", true),
                ("Phó Chủ tịch", true),
                ("Phó Chủ tịch", true),
                ("Phó Chủ tịch", true),
            ],
            (0, false) => &[
                ("Chủ tịch", true),
                ("Phó Chủ tịch", true),
                ("Chuyên viên kế hoạch", false),
            ],
            _ => &[
                ("Giám đốc", true),
                ("Phó Giám đốc", true),
                ("Chuyên viên", false),
            ],
        };
        for (post, leads) in posts {
            let person = load_person(tx, agency_id, post, random)?;
            match leads {
                true => staff.leaders.push(person),
                false => staff.officers.push(person),
            }
        }
    }
    staff.chair = staff.leaders.first().copied().unwrap_or_default();
    known.staff.insert(fact.code, staff);
    Ok(())
}

fn load_person(tx: &mut Tx<'_>, agency_id: i64, post: &str, random: &mut Random) -> Result<i64> {
    let full_name = names::person(random);
    let mailbox = format!(
        "{}.{}",
        fold(&full_name).replace(' ', "."),
        random.between(100, 999)
    );
    let fields = people::Fields {
        full_name,
        position: post.into(),
        agency_id,
        email: format!("{mailbox}@quangninh.example"),
        phone: None,
    };
    Ok(people::create(tx, &fields)?.id)
}

fn load_users(tx: &mut Tx<'_>, known: &Known, secret: &Secret) -> Result<()> {
    // The administrator is there since the province is.
    for (username, role, _) in USERS.into_iter().skip(1) {
        let commune = username.ends_with(".baichay");
        let unit = if commune { "06673" } else { "22" };
        let staff = known.staff(unit)?;
        let person = match role {
            Role::Leader => staff.leaders.get(10),
            Role::Coordinator => staff.leaders.get(5),
            _ => staff.officers.first(),
        };
        let grant = UserGrant {
            role,
            unit_id: if role == Role::Leader {
                None
            } else {
                Some(known.unit(unit)?)
            },
            agency_id: None,
        };
        let fields = users::Fields {
            username: username.into(),
            person_id: person.copied(),
            locale: Locale::Vi,
            active: true,
            grants: vec![grant],
        };
        users::create(tx, &fields, secret)?;
    }
    Ok(())
}
