//! Users and their grants.

use super::super::choices::{self, Holders};
use super::super::field::Field;
use super::super::form::Form;
use super::super::layout::Layout;
use super::register::{Action, Added, Kept, Made, Names, Paths, Register, title};
use crate::domain::labels;
use crate::domain::locale::Locale;
use crate::domain::permission::Role;
use crate::domain::text_enum::TextEnum;
use crate::error::{Code, Error, Fault, Result};
use crate::http::guard::needs;
use crate::http::input::{Line, Password, request};
use crate::service::page::{Page, Rows};
use crate::service::shared::People;
use crate::service::users::{self, Fields, Secret, User, UserGrant};
use crate::service::{Tx, View};

/// The register of users.
pub struct Users;

/// Grants that the form has room for.
const GRANTS: [&str; 3] = ["0", "1", "2"];

request! {
    /// A user as typed, but for the grants.
    pub struct TypedUser {
        username: Line<100>,
        person_id: Option<i64>,
        locale: Option<Locale>,
        active: Option<bool>,
        password: Option<Password>,
    }
    /// A grant as typed.
    pub struct TypedGrant {
        role: Option<Role>,
        unit_id: Option<i64>,
        agency_id: Option<i64>,
    }
}

/// What the form says.
pub struct Input {
    fields: Fields,
    password: Option<Password>,
    secret: Option<Secret>,
}

impl Kept for Users {
    type See = needs::ManageUsers;
    type Change = needs::ManageUsers;
    type Id = i64;
    type Record = User;
    type Input = Input;
    const PATHS: Paths = Paths {
        list: "/administration/users",
        new: "/administration/users/new",
        one: "/administration/users/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.administration;
        Names {
            title: t.users,
            add: t.add_user,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &Self::Record) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<User> {
        users::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&User>) -> Result<Form> {
        let Some(user) = record else {
            return Ok(Form::with([
                ("active", "true".to_owned()),
                ("locale", Locale::Vi.as_str().to_owned()),
            ]));
        };
        let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
        let mut form = Form::with([
            ("username", user.username.clone()),
            ("person_id", id(user.person_id)),
            ("locale", user.locale.as_str().to_owned()),
            ("active", user.active.to_string()),
        ]);
        for (number, grant) in GRANTS.iter().zip(&user.grants) {
            form.set(&format!("grants/{number}/role"), grant.role.as_str());
            form.set(&format!("grants/{number}/unit_id"), id(grant.unit_id));
            form.set(&format!("grants/{number}/agency_id"), id(grant.agency_id));
        }
        Ok(form)
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        _: Option<&Self::Record>,
    ) -> Result<Vec<Field>> {
        let (k, t) = (&l.t.common, &l.t.administration);
        let today = view.today;
        let people = choices::with_empty(k.none, choices::people(view)?);
        let roles = choices::with_empty(k.none, choices::named(Role::NAMES, labels::role, l));
        let agencies = choices::with_empty(k.none, choices::agencies(view)?);
        let languages = [("vi", k.vietnamese), ("en", k.english)]
            .map(|(value, label)| (value.to_owned(), label.to_owned()));
        let answers = [("true", k.yes), ("false", k.no)]
            .map(|(value, label)| (value.to_owned(), label.to_owned()));
        let mut fields = vec![
            form.text("username", k.username).required(),
            form.select("person_id", t.person, people),
            form.radios("locale", k.language, languages),
            form.radios("active", t.active, answers),
        ];
        for number in GRANTS {
            let name = |part: &str| format!("grants/{number}/{part}");
            fields.push(form.select(&name("role"), t.role, &roles));
            let units = choices::units_with(view, today, form.value(&name("unit_id")))?;
            let units = choices::with_empty(k.none, units);
            fields.push(form.select(&name("unit_id"), t.role_unit, units));
            fields.push(form.select(&name("agency_id"), t.role_agency, &agencies));
        }
        fields.push(form.password("password", k.password).hint(t.password_hint));
        Ok(fields)
    }

    fn read(form: &mut Form, _: &Layout) -> Result<Input> {
        let grant_fields: Vec<String> = GRANTS
            .iter()
            .flat_map(|number| {
                ["role", "unit_id", "agency_id"].map(|part| format!("grants/{number}/{part}"))
            })
            .collect();
        let others: Vec<&str> = grant_fields.iter().map(String::as_str).collect();
        let typed = form.parse_besides::<TypedUser>(&others)?;
        Ok(Input {
            fields: Fields {
                username: typed.username.0,
                person_id: typed.person_id,
                locale: typed.locale.unwrap_or_default(),
                active: typed.active.unwrap_or(true),
                grants: grants(form)?,
            },
            password: typed.password,
            secret: None,
        })
    }

    fn prepare(input: &mut Input) -> Result<()> {
        let password = input.password.as_ref().map(|password| password.0.as_str());
        input.secret = Some(Secret::of(password, &input.fields.username)?);
        Ok(())
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<User> {
        users::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &User, input: &Input) -> Result<()> {
        if input.password.is_some() {
            // An administrator may start a reset, not choose the password (OWASP ASVS 6.4.6).
            let why = (
                "gửi liên kết để người dùng tự đặt mật khẩu",
                "send a link, so that the user chooses the password",
            );
            return Err(Fault::at("/password", Code::Invalid)
                .with("why", why)
                .into());
        }
        let mut fields = input.fields.clone();
        // Grants beyond those that the form shows stay as they are.
        let unseen = before.grants.iter().skip(GRANTS.len());
        fields.grants.extend(unseen.copied());
        users::update(tx, before, &fields).map(|_| ())
    }

    fn actions(l: &Layout, record: &User) -> Vec<Action> {
        let t = &l.t.administration;
        let action = |what: &str, label: &'static str| Action {
            path: format!("/administration/users/{}/{what}", record.id),
            label,
            acts: true,
        };
        vec![
            action("invitation", t.send_link),
            action("sign-out", t.end_sessions),
            action("second-factor-removal", t.remove_factor),
        ]
    }
}

impl Added for Users {
    fn create(tx: &mut Tx<'_>, input: &Input) -> Result<Made> {
        let secret = input.secret.as_ref().ok_or(Code::Internal)?;
        users::create(tx, &input.fields, secret).map(|user| user.id.into())
    }
}

impl Register for Users {
    fn columns(l: &Layout) -> Vec<&'static str> {
        let (k, t) = (&l.t.common, &l.t.administration);
        vec![k.username, t.person, k.roles, t.active]
    }

    fn list(view: &mut View<'_>, q: Option<String>, page: &Page) -> Result<Rows<User>> {
        users::list(view, q.as_deref(), page)
    }

    fn cells(view: &mut View<'_>, l: &Layout, records: &[User]) -> Result<Vec<Vec<String>>> {
        let people = records.iter().filter_map(|user| user.person_id);
        let people = People::load(view.conn, people)?;
        let holders = records.iter().flat_map(|user| &user.grants);
        let holders = Holders::load(view, holders.map(|grant| (grant.unit_id, grant.agency_id)))?;
        let yes = |yes: bool| if yes { l.t.common.yes } else { l.t.common.no };
        let cells = records.iter().map(|user| {
            let grants = user.grants.iter().map(|grant| holders.grant(l, grant));
            let grants: Vec<String> = grants.collect();
            let person = user.person_id.map(|id| people.get(id).full_name);
            vec![
                user.username.clone(),
                person.unwrap_or_default(),
                grants.join(", "),
                yes(user.active).to_owned(),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &User) -> i64 {
        record.id
    }
}

/// The grants that the form names; a row without a role is none.
fn grants(form: &Form) -> Result<Vec<UserGrant>> {
    let (mut grants, mut faults) = (Vec::new(), Vec::new());
    for number in GRANTS {
        match grant(form, &format!("grants/{number}")) {
            Ok(typed) => grants.extend(typed),
            Err(Error::Refused(more)) => faults.extend(more),
            Err(error) => return Err(error),
        }
    }
    Error::check(faults)?;
    Ok(grants)
}

/// The grant in the fields below a name, if a role is chosen.
pub fn grant(form: &Form, below: &str) -> Result<Option<UserGrant>> {
    let mut row = Form::default();
    for part in ["role", "unit_id", "agency_id"] {
        row.set(part, form.value(&format!("{below}/{part}")));
    }
    let typed = row.parse::<TypedGrant>().map_err(|error| match error {
        Error::Refused(mut faults) => {
            for fault in &mut faults {
                fault.pointer = format!("/{below}{}", fault.pointer);
            }
            Error::Refused(faults)
        }
        other => other,
    })?;
    Ok(typed.role.map(|role| UserGrant {
        role,
        unit_id: typed.unit_id,
        agency_id: typed.agency_id,
    }))
}
