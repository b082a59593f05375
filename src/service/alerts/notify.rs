//! From what somebody has to know to a mail in the outbox.
//!
//! Whatever can wait shares one mail a day: a mail that no sender has touched yet takes the news of
//! later scans and chunks for the same day. Escalations and missed promises go at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::db;
use crate::db::mails::{NewMail, Part, Recipient};
use crate::domain::calendar::WorkingCalendar;
use crate::error::{Error, Result};
use crate::mail::calendar::FILE_NAME;
use crate::mail::message::message_id;
use crate::mail::messages::{self, ORDINARY, Reader, Reason};
use crate::mail::notice::Item;
use crate::service::Tx;

/// What one person is told of one alert.
pub(super) struct News {
    /// Who.
    pub person_id: i64,
    /// Of which alert.
    pub alert_id: i64,
    /// Why it is told.
    pub reason: Reason,
    /// What is told, by language: Vietnamese, English.
    pub write: Box<dyn Fn(&Recipient) -> Item>,
}

/// Queues the mails for some news; gives the mails that are new or say more than before.
pub(super) fn queue(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    calendar: &WorkingCalendar,
    news: Vec<News>,
) -> Result<BTreeSet<i64>> {
    let people: BTreeSet<i64> = news.iter().map(|one| one.person_id).collect();
    let people: Vec<i64> = people.into_iter().collect();
    let recipients = db::mails::recipients(tx.conn, &people)?;
    let mut outbox = Outbox::load(tx, as_of, calendar, &people)?;
    let mut bundles: BTreeMap<(i64, &'static str), Vec<News>> = BTreeMap::new();
    for one in news {
        let key = (one.person_id, bundle_of(one.reason));
        bundles.entry(key).or_default().push(one);
    }
    let mut drafts = Vec::new();
    for ((person, _), bundle) in bundles {
        if let Some(recipient) = recipients.get(&person) {
            drafts.push(draft(tx, &mut outbox, recipient, bundle)?);
        }
    }
    send_off(tx, &drafts)
}

/// What shares a mail.
fn bundle_of(reason: Reason) -> &'static str {
    reason.kin().first().copied().unwrap_or_default()
}

/// What a mail says of one alert.
struct Said {
    alert_id: i64,
    reason: Reason,
    item: Item,
    is_new: bool,
}

/// What waits for some people already.
struct Outbox {
    as_of: NaiveDate,
    /// The day of mails that can wait, and the day after it.
    days: [NaiveDate; 2],
    /// The mail that can still take more, by person, day and bundle.
    waiting: HashMap<(i64, NaiveDate, &'static str), i64>,
    /// Mails that can wait for the first of the days, by person.
    counts: HashMap<i64, i64>,
    said: HashMap<i64, Vec<Said>>,
}

impl Outbox {
    fn load(
        tx: &mut Tx<'_>,
        as_of: NaiveDate,
        calendar: &WorkingCalendar,
        people: &[i64],
    ) -> Result<Self> {
        let day = calendar.next_working_day_on_or_after(as_of);
        let mut outbox = Outbox {
            as_of,
            days: [day, calendar.add_working_days(day, 1)],
            waiting: HashMap::new(),
            counts: db::mails::count_for(tx.conn, people, day, ORDINARY)?,
            said: HashMap::new(),
        };
        let days = [&outbox.days[..], &[as_of]].concat();
        let mut ids = Vec::new();
        for mail in db::mails::waiting(tx.conn, people, &days)? {
            if let Some(reason) = Reason::parse(&mail.reason) {
                let key = (mail.person_id, mail.deliver_on, bundle_of(reason));
                outbox.waiting.insert(key, mail.id);
                ids.push(mail.id);
            }
        }
        for part in db::mails::parts(tx.conn, &ids)? {
            let said = Said {
                alert_id: part.alert_id,
                reason: Reason::parse(&part.reason).unwrap_or(Reason::Digest),
                item: serde_json::from_str(&part.item)
                    .map_err(|error| Error::Internal(error.to_string()))?,
                is_new: false,
            };
            outbox.said.entry(part.mail_id).or_default().push(said);
        }
        Ok(outbox)
    }

    /// The day a mail is for, whether it is there because the day before was full, and the mail that
    /// waits for that day already.
    fn place(&self, person: i64, reason: Reason, cap: i64) -> (NaiveDate, bool, Option<i64>) {
        let waiting = |day| {
            let key = (person, day, bundle_of(reason));
            self.waiting.get(&key).copied()
        };
        if reason.is_urgent() {
            return (self.as_of, false, waiting(self.as_of));
        }
        let [day, next] = self.days;
        // What still waits for that day takes more news without being another mail.
        let count = self.counts.get(&person).copied().unwrap_or_default();
        match waiting(day) {
            None if count >= cap => (next, true, waiting(next)),
            found => (day, false, found),
        }
    }
}

/// A mail as it will be.
struct Draft {
    /// The waiting mail that it replaces.
    waiting: Option<i64>,
    mail: NewMail,
    said: Vec<Said>,
}

fn draft(
    tx: &Tx<'_>,
    outbox: &mut Outbox,
    recipient: &Recipient,
    bundle: Vec<News>,
) -> Result<Draft> {
    let first = bundle.first().map_or(Reason::Digest, |one| one.reason);
    let cap = tx.ctx.app.settings.mail_daily_cap;
    let (deliver_on, over_cap, waiting) = outbox.place(recipient.person_id, first, cap);
    let before = waiting.and_then(|id| outbox.said.remove(&id));
    let mut said = before.unwrap_or_default();
    for one in bundle {
        let news = Said {
            alert_id: one.alert_id,
            reason: one.reason,
            item: (one.write)(recipient),
            is_new: true,
        };
        // What was said of the alert for the same reason is out of date.
        let same = |old: &&mut Said| (old.alert_id, old.reason) == (news.alert_id, news.reason);
        match said.iter_mut().find(same) {
            Some(old) => *old = news,
            None => said.push(news),
        }
    }
    let reason = match over_cap {
        true => Reason::Digest,
        false => common_reason(&said),
    };
    let mail = compose(tx, outbox.as_of, deliver_on, reason, recipient, &said)?;
    Ok(Draft {
        waiting,
        mail,
        said,
    })
}

/// Writes drafts into the outbox; gives their mails.
fn send_off(tx: &mut Tx<'_>, drafts: &[Draft]) -> Result<BTreeSet<i64>> {
    let replaced = |draft: &'_ Draft| draft.waiting.is_some();
    let new: Vec<&NewMail> = drafts
        .iter()
        .filter(|draft| !replaced(draft))
        .map(|draft| &draft.mail)
        .collect();
    let rewritten: Vec<(i64, &NewMail)> = drafts
        .iter()
        .filter_map(|draft| Some((draft.waiting?, &draft.mail)))
        .collect();
    let ids = db::mails::insert(tx.conn, &new)?;
    db::mails::rewrite(tx.conn, &rewritten)?;
    let mut queued = BTreeSet::new();
    let mut parts = Vec::new();
    for draft in drafts {
        let made = ids.get(&draft.mail.message_id).copied();
        let Some(mail_id) = draft.waiting.or(made) else {
            continue;
        };
        queued.insert(mail_id);
        for said in draft.said.iter().filter(|said| said.is_new) {
            parts.push(Part {
                mail_id,
                alert_id: said.alert_id,
                reason: said.reason.as_str().to_owned(),
                item: serde_json::to_string(&said.item)
                    .map_err(|error| Error::Internal(error.to_string()))?,
            });
        }
    }
    db::mails::add_parts(tx.conn, &parts)?;
    Ok(queued)
}

/// The reason that all parts share; a mixture is a digest.
fn common_reason(said: &[Said]) -> Reason {
    let mut reasons = said.iter().map(|one| one.reason);
    let first = reasons.next().unwrap_or(Reason::Digest);
    match reasons.all(|reason| reason == first) {
        true => first,
        false => Reason::Digest,
    }
}

fn compose(
    tx: &Tx<'_>,
    as_of: NaiveDate,
    deliver_on: NaiveDate,
    reason: Reason,
    recipient: &Recipient,
    said: &[Said],
) -> Result<NewMail> {
    let settings = &tx.ctx.app.settings;
    let reader = Reader {
        name: &recipient.name,
        position: &recipient.position,
        locale: recipient.locale,
    };
    let items: Vec<&Item> = said.iter().map(|one| &one.item).collect();
    let written = messages::write(reason, &reader, &items, as_of, &settings.public_url)?;
    let alerts: Vec<i64> = said.iter().map(|one| one.alert_id).collect();
    let seed = format!(
        "{} {} {} {alerts:?}",
        tx.now.and_utc().timestamp_micros(),
        recipient.person_id,
        reason.as_str(),
    );
    Ok(NewMail {
        message_id: message_id(&seed, &settings.mail_from),
        person_id: Some(recipient.person_id),
        recipient_name: recipient.name.clone(),
        recipient_email: recipient.email.clone(),
        reason: reason.as_str().to_owned(),
        locale: recipient.locale.as_str().to_owned(),
        subject: written.subject,
        text_body: written.text,
        html_body: written.html,
        attachment_name: written.calendar.as_ref().map(|_| FILE_NAME.to_owned()),
        attachment: written.calendar,
        state: "queued".to_owned(),
        attempts: 0,
        next_attempt_at: match reason.is_urgent() {
            true => tx.now,
            false => first_attempt(tx, deliver_on.signed_duration_since(as_of)),
        },
        created_on: as_of,
        deliver_on,
        created_at: tx.now,
    })
}

/// Seconds that Vietnam is ahead.
const VIETNAM: TimeDelta = TimeDelta::hours(7);

/// When working hours begin, so many days from now: instants are of the real clock even where the
/// business date is fixed.
fn first_attempt(tx: &Tx<'_>, ahead: TimeDelta) -> NaiveDateTime {
    let opening = NaiveTime::from_hms_opt(tx.ctx.app.settings.mail_from_hour, 0, 0);
    let there = tx.now.checked_add_signed(VIETNAM).unwrap_or(tx.now);
    let opens = there
        .date()
        .checked_add_signed(ahead)
        .map(|day| day.and_time(opening.unwrap_or_default()))
        .and_then(|at| at.checked_sub_signed(VIETNAM));
    opens.map_or(tx.now, |at| at.max(tx.now))
}

/// Names of people by id.
pub(super) type Names = HashMap<i64, String>;
