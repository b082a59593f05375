//! What is kept of one person, and erasing them (Law 91/2025/QH15): their name, address, telephone and user name are
//! replaced everywhere, the audit log included. What they did stays, under the other name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::{Change, event_hash};
use super::people::{self, Person};
use super::{Ctx, Tx, View, users, write};
use crate::db;
use crate::db::audit::Event;
use crate::db::audit_check::events_after;
use crate::error::{Code, Error, Fault, Result};

/// Events looked at, and noted in one event, at once.
const BATCH: i64 = 500;

/// The action of the events that say what an erasure changed.
const ERASED: &str = "person.erased";

/// The person behind a user.
pub fn person_of(view: &mut View<'_>, username: &str) -> Result<i64> {
    let user = super::accounts::find(view, username)?;
    let why = (
        "tài khoản này không gắn với cán bộ nào",
        "no official is behind this user",
    );
    let nobody = || Fault::at("/user", Code::Invalid).with("why", why).into();
    user.person_id.ok_or_else(nobody)
}

/// Everything that is kept of a person and of the users they sign in as, by table.
pub fn export(view: &mut View<'_>, person_id: i64) -> Result<Value> {
    people::get(view, person_id)?;
    let mut users = Vec::new();
    for (id, _) in db::privacy::users_of(view.conn, person_id)? {
        users.push(db::privacy::rows_about(view.conn, "users", id)?);
    }
    let person = db::privacy::rows_about(view.conn, "people", person_id)?;
    Ok(json!({"person": person, "users": users}))
}

/// An event as an erasure left it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Replaced {
    chain: String,
    seq: i64,
    /// The hash that its content gives now.
    hash: String,
}

impl Replaced {
    /// An event as it stands.
    pub fn of(event: &Event) -> Result<Self> {
        Ok(Replaced {
            chain: event.chain.clone(),
            seq: event.seq,
            hash: event_hash(event)?,
        })
    }
}

#[derive(Deserialize)]
struct Note {
    replaced: Vec<Replaced>,
}

/// Every event that an erasure changed, as the log itself says.
pub fn replaced(view: &mut View<'_>) -> Result<BTreeSet<Replaced>> {
    let notes = db::privacy::erasures(view.conn)?;
    // A note that cannot be read vouches for nothing.
    let notes = notes
        .iter()
        .filter_map(|text| serde_json::from_str::<Note>(text).ok());
    Ok(notes.flat_map(|note| note.replaced).collect())
}

/// Erases a person; how many events of the audit log were changed. Refused while something waits for them.
pub fn erase(ctx: &Ctx, person_id: i64) -> Result<usize> {
    write(ctx, move |tx| {
        let before = people::lock(tx, person_id)?;
        refuse_duties(tx, person_id)?;
        let accounts = db::privacy::users_of(tx.conn, person_id)?;
        for (id, _) in &accounts {
            users::retire(tx, *id)?;
        }
        let known = Known::of(tx, &before, &accounts)?;
        let now = tx.now;
        for (id, name) in &accounts {
            db::privacy::erase_user(tx.conn, *id, name, &user_alias(*id), now)?;
        }
        let name = name_alias(person_id);
        let values = db::people::Values {
            full_name: &name,
            position: GONE,
            agency_id: before.agency_id,
            email: &email_alias(person_id),
            phone: None,
        };
        db::people::update(tx.conn, person_id, &values)?;
        let emails: Vec<String> = known.emails().cloned().collect();
        db::privacy::erase_mails(
            tx.conn,
            person_id,
            &emails,
            (&name, &email_alias(person_id)),
        )?;
        for old in known.names() {
            db::privacy::rename_in_mails(tx.conn, old, &name)?;
        }
        let replaced = replace_events(tx, &known)?;
        note(tx, person_id, &replaced)?;
        Ok(replaced.len())
    })
}

/// What stands where something was.
const GONE: &str = "—";

fn name_alias(person_id: i64) -> String {
    format!("Cán bộ {person_id} (đã xóa thông tin)")
}

/// A domain that nobody has (RFC 2606).
fn email_alias(person_id: i64) -> String {
    format!("can-bo-{person_id}@erased.invalid")
}

fn user_alias(user_id: i64) -> String {
    format!("erased-{user_id}")
}

/// Says everything at once that has to go to somebody else first.
fn refuse_duties(tx: &mut Tx<'_>, person_id: i64) -> Result<()> {
    let today = tx.today;
    let duties = db::privacy::duties(tx.conn, person_id, today)?;
    let faults = duties.into_iter().map(|(what, count)| {
        let (vi, en) = match what.as_str() {
            "projects" => (
                "dự án đang phụ trách hoặc theo dõi; hãy giao người khác",
                "running projects led or tracked; assign somebody else",
            ),
            "alerts" => (
                "cảnh báo đang chờ; hãy giao dự án cho người khác rồi quét lại",
                "live alerts; assign the projects to somebody else and scan",
            ),
            "obstacles" => (
                "vướng mắc đang xử lý; hãy giao người khác",
                "open obstacles; give them another owner",
            ),
            "directives" => (
                "nhiệm vụ đang thực hiện; hãy giao người khác",
                "open directives; give them to somebody else",
            ),
            _ => (
                "tổ công tác đang là thành viên; hãy thay người",
                "task forces they are in; put somebody in their place",
            ),
        };
        let why = (format!("{count} {vi}"), format!("{count} {en}"));
        Fault::at("/person", Code::Invalid).with("why", crate::error::Shown::both(why.0, why.1))
    });
    Error::check(faults.collect())
}

/// Every text that names the person, and what takes its place.
struct Known {
    person_id: i64,
    users: BTreeSet<i64>,
    texts: BTreeMap<String, String>,
}

impl Known {
    /// From the records and from what they were before, which only the log knows.
    fn of(tx: &mut Tx<'_>, person: &Person, accounts: &[(i64, String)]) -> Result<Self> {
        let mut known = Known {
            person_id: person.id,
            users: accounts.iter().map(|(id, _)| *id).collect(),
            texts: BTreeMap::new(),
        };
        known.learn("person", person.id, &json!(person));
        for (id, name) in accounts {
            known.learn("user", *id, &json!({"username": name}));
        }
        let mut place = (String::new(), 0);
        loop {
            let events = events_after(tx.conn, (&place.0, place.1), BATCH)?;
            let Some(last) = events.last() else {
                return Ok(known);
            };
            place = (last.chain.clone(), last.seq);
            for event in &events {
                for text in [&event.before, &event.after].into_iter().flatten() {
                    if let Ok(value) = serde_json::from_str(text) {
                        known.learn(&event.entity, event.entity_id, &value);
                    }
                }
            }
        }
    }

    fn learn(&mut self, entity: &str, id: i64, record: &Value) {
        let alias = match entity {
            "person" if id == self.person_id => [
                ("full_name", name_alias(id)),
                ("email", email_alias(id)),
                ("phone", GONE.to_owned()),
            ]
            .to_vec(),
            "user" if self.users.contains(&id) => vec![("username", user_alias(id))],
            _ => return,
        };
        for (field, alias) in alias {
            if let Some(text) = record[field].as_str() {
                self.texts.insert(text.to_owned(), alias);
            }
        }
    }

    /// The names they had.
    fn names(&self) -> impl Iterator<Item = &String> {
        let alias = name_alias(self.person_id);
        let named = self.texts.iter().filter(move |(_, to)| **to == alias);
        named.map(|(name, _)| name)
    }

    fn emails(&self) -> impl Iterator<Item = &String> {
        self.texts.keys().filter(|text| text.contains('@'))
    }

    /// The event without the person, if they are in it. A name alone is not enough: others may have the same.
    fn without(&self, event: &Event) -> Option<Event> {
        let mut after = event.clone();
        let theirs = event
            .actor_user_id
            .is_some_and(|id| self.users.contains(&id));
        if theirs {
            after.address = None;
            // A key of theirs acts as `name · key`.
            let (name, key) = match event.actor.split_once(" · ") {
                Some((name, key)) => (name, Some(key)),
                None => (event.actor.as_str(), None),
            };
            if let Some(alias) = self.texts.get(name) {
                after.actor = [Some(alias.as_str()), key]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" · ");
            }
        }
        let is_record = match event.entity.as_str() {
            "person" => event.entity_id == self.person_id,
            "user" => self.users.contains(&event.entity_id),
            _ => false,
        };
        for text in [&mut after.before, &mut after.after].into_iter().flatten() {
            if let Ok(mut value) = serde_json::from_str::<Value>(text) {
                let old = value.clone();
                self.replace(&mut value, is_record);
                if value != old {
                    *text = value.to_string();
                }
            }
        }
        let is_changed = after.actor != event.actor
            || after.address != event.address
            || after.before != event.before
            || after.after != event.after;
        is_changed.then_some(after)
    }

    fn replace(&self, value: &mut Value, is_record: bool) {
        match value {
            Value::Object(fields) => {
                let names_them = ["id", "person_id"].iter().any(|key| {
                    fields.contains_key("full_name")
                        && fields.get(*key) == Some(&json!(self.person_id))
                });
                for (key, value) in fields.iter_mut() {
                    match (key.as_str(), value.as_str()) {
                        ("position", Some(_)) if is_record || names_them => *value = json!(GONE),
                        ("full_name", Some(_)) if is_record || names_them => {
                            *value = json!(name_alias(self.person_id))
                        }
                        ("phone", Some(_)) if is_record => *value = json!(GONE),
                        // Addresses and user names are nobody else's.
                        (_, Some(text)) if key.contains("email") || key.contains("username") => {
                            if let Some(alias) = self.texts.get(text) {
                                *value = json!(alias);
                            }
                        }
                        _ => self.replace(value, is_record),
                    }
                }
            }
            Value::Array(items) => items
                .iter_mut()
                .for_each(|item| self.replace(item, is_record)),
            _ => {}
        }
    }
}

/// Takes the person out of every event of the log.
fn replace_events(tx: &mut Tx<'_>, known: &Known) -> Result<Vec<Replaced>> {
    let mut replaced = Vec::new();
    let mut place = (String::new(), 0);
    loop {
        let events = events_after(tx.conn, (&place.0, place.1), BATCH)?;
        let Some(last) = events.last() else {
            return Ok(replaced);
        };
        place = (last.chain.clone(), last.seq);
        let without = events.iter().filter_map(|event| known.without(event));
        let without: Vec<Event> = without.collect();
        db::privacy::replace_events(tx.conn, &without)?;
        for event in &without {
            replaced.push(Replaced::of(event)?);
        }
    }
}

/// Says in the log itself what was changed in it: verification believes nothing else.
fn note(tx: &mut Tx<'_>, person_id: i64, replaced: &[Replaced]) -> Result<()> {
    let size = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut chunks: Vec<&[Replaced]> = replaced.chunks(size).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let notes: Vec<Value> = chunks
        .iter()
        .map(|chunk| json!({"replaced": chunk}))
        .collect();
    let changes = notes
        .iter()
        .map(|note| Change::created(ERASED, "person", person_id, note));
    tx.audit_all(changes.collect())
}
