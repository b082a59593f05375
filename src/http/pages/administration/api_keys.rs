//! API keys: made with a secret that is shown once, narrowed, and ended.

use actix_web::web::Path;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::super::choices::{self, Holders};
use super::super::field::Field;
use super::super::form::Form;
use super::super::guard::Page;
use super::super::layout::Layout;
use super::super::outcome::Outcome;
use super::super::route::{PageRoute, post};
use super::register::{Action, Added, Kept, Made, Names, Paths, Register, title};
use super::users::grant;
use crate::domain::labels;
use crate::domain::permission::{Permission, Role};
use crate::domain::text_enum::TextEnum;
use crate::error::{Code, Error, Fault, Result};
use crate::http::answer::{etag, json_text};
use crate::http::guard::needs;
use crate::http::input::{Line, request};
use crate::service::api_keys::{self, ApiKey, Fields, Wanted};
use crate::service::page::{Page as ListPage, Rows};
use crate::service::users::UserGrant;
use crate::service::{self, Tx, View};

/// The register of API keys.
pub struct ApiKeys;

/// What the form of a new key says besides what can be changed later.
const GRANT: [&str; 3] = ["grant/role", "grant/unit_id", "grant/agency_id"];

/// Ahead of UTC.
const VIETNAM: TimeDelta = TimeDelta::hours(7);

request! {
    /// A key as typed, but for its grant.
    pub struct TypedKey {
        name: Line<200>,
        permissions: Vec<Permission>,
        rate_limit: Option<i32>,
        last_day: Option<NaiveDate>,
    }
}

/// The pages of this file.
pub fn routes() -> Vec<PageRoute> {
    let mut list = super::register::routes::<ApiKeys>();
    list.push(post("/administration/api-keys/{id}/revocation", revoke));
    list
}

async fn revoke(
    page: Page<needs::ManageIntegrations>,
    id: Path<i64>,
    form: Form,
) -> Result<Outcome> {
    let id = *id;
    page.submit(form, move |submit, _| {
        service::write(submit.ctx, move |tx| api_keys::revoke(tx, id))?;
        Ok(Outcome::see_other(ApiKeys::saved(&id)))
    })
    .await
}

/// The last day on which a key that ends at an instant works.
fn last_day(ends: DateTime<Utc>) -> Option<NaiveDate> {
    let local = ends.naive_utc().checked_add_signed(VIETNAM)?;
    Some(local.checked_sub_signed(TimeDelta::seconds(1))?.date())
}

/// The end of a day in Vietnam.
fn end_of(day: NaiveDate) -> Option<NaiveDateTime> {
    let midnight = day.succ_opt()?.and_hms_opt(0, 0, 0)?;
    midnight.checked_sub_signed(VIETNAM)
}

fn state(l: &Layout, key: &ApiKey) -> &'static str {
    let t = &l.t.integrations;
    match key {
        _ if key.revoked_at.is_some() => t.revoked,
        _ if key.expires_at.is_some_and(|at| at <= l.now) => t.expired,
        _ => t.works,
    }
}

impl Kept for ApiKeys {
    type See = needs::ManageIntegrations;
    type Change = needs::ManageIntegrations;
    type Id = i64;
    type Record = ApiKey;
    type Input = (TypedKey, Option<UserGrant>);
    const PATHS: Paths = Paths {
        list: "/administration/api-keys",
        new: "/administration/api-keys/new",
        one: "/administration/api-keys/{id}",
    };

    fn names(l: &Layout) -> Names {
        let t = &l.t.integrations;
        Names {
            title: t.keys,
            add: t.add_key,
        }
    }

    fn title(view: &mut View<'_>, l: &Layout, record: &ApiKey) -> Result<String> {
        title::<Self>(view, l, record)
    }

    fn get(view: &mut View<'_>, id: &i64) -> Result<ApiKey> {
        api_keys::get(view, *id)
    }

    fn form(_: &mut View<'_>, _: &Layout, record: Option<&ApiKey>) -> Result<Form> {
        let Some(key) = record else {
            return Ok(Form::default());
        };
        let limit = key.rate_limit.map(|limit| limit.to_string());
        let ends = key.expires_at.and_then(last_day);
        let ends = ends.map(|day| day.to_string());
        let permissions = key.permissions.iter();
        let permissions = permissions.map(|one| ("permissions", one.as_str().to_owned()));
        let fields = [
            ("name", key.name.clone()),
            ("rate_limit", limit.unwrap_or_default()),
            ("last_day", ends.unwrap_or_default()),
        ];
        Ok(Form::with(fields.into_iter().chain(permissions)))
    }

    fn fields(
        view: &mut View<'_>,
        l: &Layout,
        form: &Form,
        record: Option<&ApiKey>,
    ) -> Result<Vec<Field>> {
        let (k, t, a) = (&l.t.common, &l.t.integrations, &l.t.administration);
        let mut fields = vec![form.text("name", t.purpose).required().hint(t.purpose_hint)];
        let role = record.map(|key| key.grant.role);
        if record.is_none() {
            let roles = choices::named(Role::NAMES, labels::role, l);
            let roles = roles.into_iter().filter(|(role, _)| role != "leader");
            let roles = choices::with_empty(k.choose, roles);
            let [role, unit, agency] = GRANT;
            let units = choices::units_with(view, view.today, form.value(unit))?;
            let units = choices::with_empty(k.none, units);
            let agencies = choices::with_empty(k.none, choices::agencies(view)?);
            fields.push(form.select(role, a.role, roles).required());
            fields.push(form.select(unit, a.role_unit, units));
            fields.push(form.select(agency, a.role_agency, agencies));
        }
        let actor = l.actor.as_ref();
        let offered = Permission::ALL.iter().filter(|permission| {
            let has = |role: Role| role.may(**permission);
            role.is_none_or(has) && actor.is_some_and(|actor| actor.may(**permission))
        });
        let offered = offered.map(|permission| {
            let name = permission.as_str();
            let label = labels::permission(name, l.locale);
            (name.to_owned(), label.to_owned())
        });
        let offered: Vec<(String, String)> = offered.collect();
        let hint = match record {
            None => t.permissions_hint,
            Some(_) => t.permissions_kept,
        };
        fields.extend([
            form.checks("permissions", t.permissions, offered)
                .hint(hint),
            form.date("last_day", t.last_day).hint(t.last_day_hint),
            form.number("rate_limit", t.rate_limit)
                .hint(t.rate_limit_hint),
        ]);
        Ok(fields)
    }

    fn read(form: &mut Form, l: &Layout) -> Result<Self::Input> {
        let typed = form.parse_besides::<TypedKey>(&GRANT);
        if form.is_resumed() {
            return typed.map(|typed| (typed, None));
        }
        let given = grant(form, "grant");
        match &given {
            Ok(None) if form.has("grant/role") => {
                form.add_faults(&[Fault::at("/grant/role", Code::Required)], l.locale);
            }
            Err(Error::Refused(faults)) => form.add_faults(faults, l.locale),
            _ => {}
        }
        Ok((form.sound(typed)?, form.sound(given)?))
    }

    fn lock(tx: &mut Tx<'_>, id: &i64) -> Result<ApiKey> {
        api_keys::lock(tx, *id)
    }

    fn update(tx: &mut Tx<'_>, before: &ApiKey, (typed, _): &Self::Input) -> Result<()> {
        let fields = Fields {
            name: typed.name.0.clone(),
            permissions: typed.permissions.clone(),
            rate_limit: typed.rate_limit.map(i64::from),
            // The form names a day; an end at another hour of that day stays as it is.
            expires_at: match before.expires_at {
                Some(at) if last_day(at) == typed.last_day => Some(at.naive_utc()),
                _ => typed.last_day.and_then(end_of),
            },
        };
        api_keys::update(tx, before, &fields).map(|_| ())
    }

    /// Use does not change what the form says.
    fn version(record: &ApiKey) -> Result<String> {
        let unused = ApiKey {
            last_used_at: None,
            ..record.clone()
        };
        Ok(etag(&json_text(&unused)?))
    }

    fn facts(view: &mut View<'_>, l: &Layout, key: &ApiKey) -> Result<Vec<(&'static str, String)>> {
        let t = &l.t.integrations;
        let holders = Holders::load(view, [(key.grant.unit_id, key.grant.agency_id)].into_iter())?;
        let owner = key.owner.as_ref().map(|user| user.username.clone());
        let at = |at: Option<DateTime<Utc>>| at.map(|at| l.instant(&at));
        let mut facts = vec![
            (t.state, state(l, key).to_owned()),
            (t.prefix, format!("{}…", key.prefix)),
            (t.stands_for, holders.grant(l, &key.grant)),
            (t.owner, owner.unwrap_or_default()),
            (t.made, l.instant(&key.created_at)),
            (
                t.last_used,
                at(key.last_used_at).unwrap_or_else(|| t.never.to_owned()),
            ),
        ];
        facts.extend(at(key.revoked_at).map(|at| (t.revoked_at, at)));
        Ok(facts)
    }

    fn actions(l: &Layout, key: &ApiKey) -> Vec<Action> {
        let revoke = Action {
            path: format!("/administration/api-keys/{}/revocation", key.id),
            label: l.t.integrations.revoke,
            acts: true,
        };
        match key.revoked_at {
            None => vec![revoke],
            Some(_) => Vec::new(),
        }
    }
}

impl Added for ApiKeys {
    const SECRET: bool = true;

    fn create(tx: &mut Tx<'_>, (typed, grant): &Self::Input) -> Result<Made> {
        let wanted = Wanted {
            name: typed.name.0.clone(),
            grant: grant.ok_or(Fault::at("/grant/role", Code::Required))?,
            permissions: typed.permissions.clone(),
            rate_limit: typed.rate_limit.map(i64::from),
            expires_at: typed.last_day.and_then(end_of),
        };
        let made = api_keys::create(tx, &wanted)?;
        Ok(Made {
            id: made.key.id,
            project_id: None,
            secret: Some(made.secret),
        })
    }
}

impl Register for ApiKeys {
    const SEARCHED: bool = false;

    fn columns(l: &Layout) -> Vec<&'static str> {
        let t = &l.t.integrations;
        vec![
            t.purpose,
            t.state,
            t.prefix,
            t.stands_for,
            t.last_used,
            t.last_day,
        ]
    }

    fn list(view: &mut View<'_>, _: Option<String>, page: &ListPage) -> Result<Rows<ApiKey>> {
        api_keys::list(view, page)
    }

    fn cells(view: &mut View<'_>, l: &Layout, records: &[ApiKey]) -> Result<Vec<Vec<String>>> {
        let t = &l.t.integrations;
        let ids = records.iter().map(|key| &key.grant);
        let holders = Holders::load(view, ids.map(|grant| (grant.unit_id, grant.agency_id)))?;
        let cells = records.iter().map(|key| {
            let used = key.last_used_at.map(|at| l.instant(&at));
            vec![
                key.name.clone(),
                state(l, key).to_owned(),
                format!("{}…", key.prefix),
                holders.grant(l, &key.grant),
                used.unwrap_or_else(|| t.never.to_owned()),
                l.date_or(&key.expires_at.and_then(last_day)),
            ]
        });
        Ok(cells.collect())
    }

    fn id(record: &ApiKey) -> i64 {
        record.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_works_until_midnight_in_vietnam() {
        let day = NaiveDate::from_ymd_opt(2024, 12, 31).unwrap();
        let ends = end_of(day).unwrap();
        assert_eq!(ends.to_string(), "2024-12-31 17:00:00");
        assert_eq!(last_day(ends.and_utc()), Some(day));
    }
}
