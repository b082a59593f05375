//! From what somebody has to know to a mail in the outbox.
//!
//! Whatever can wait shares one mail a day: a mail that no sender has touched yet takes the news of
//! later scans and chunks for the same day. Escalations and missed promises go at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::db;
use crate::db::mails::Recipient;
use crate::domain::calendar::WorkingCalendar;
use crate::error::{Error, Result};
use crate::mail::calendar::FILE_NAME;
use crate::mail::message::message_id;
use crate::mail::messages::{self, ORDINARY, Reader, Reason, Written};
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
    let mut bundles: BTreeMap<(i64, &'static str), Vec<News>> = BTreeMap::new();
    for one in news {
        let bundle = one.reason.kin().first().copied().unwrap_or_default();
        bundles
            .entry((one.person_id, bundle))
            .or_default()
            .push(one);
    }
    let mut queued = BTreeSet::new();
    for ((person, _), bundle) in bundles {
        if let Some(recipient) = recipients.get(&person) {
            queued.insert(one_mail(tx, as_of, calendar, recipient, bundle)?);
        }
    }
    Ok(queued)
}

fn one_mail(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    calendar: &WorkingCalendar,
    recipient: &Recipient,
    bundle: Vec<News>,
) -> Result<i64> {
    let first = bundle.first().map_or(Reason::Digest, |one| one.reason);
    let (deliver_on, over_cap) = delivery(tx, as_of, calendar, recipient.person_id, first)?;
    let person = recipient.person_id;
    let waiting = db::mails::waiting(tx.conn, person, deliver_on, first.kin())?;
    let mut parts: Vec<(Reason, Item)> = Vec::new();
    if let Some(waiting) = &waiting {
        for (reason, item) in db::mails::items(tx.conn, waiting.id)? {
            let reason = Reason::parse(&reason).unwrap_or(Reason::Digest);
            let item = serde_json::from_str(&item).map_err(|e| Error::Internal(e.to_string()))?;
            parts.push((reason, item));
        }
    }
    let fresh: Vec<(i64, Reason, Item)> = bundle
        .iter()
        .map(|one| (one.alert_id, one.reason, (one.write)(recipient)))
        .collect();
    parts.extend(
        fresh
            .iter()
            .map(|(_, reason, item)| (*reason, item.clone())),
    );
    let reason = match over_cap {
        true => Reason::Digest,
        false => common_reason(&parts),
    };
    let items: Vec<Item> = parts.into_iter().map(|(_, item)| item).collect();
    let written = write(tx, reason, recipient, &items, as_of)?;
    let id = match waiting {
        Some(waiting) => {
            let texts = (
                written.subject.as_str(),
                written.text.as_str(),
                written.html.as_str(),
            );
            let calendar = written.calendar.as_deref().map(|text| (FILE_NAME, text));
            db::mails::rewrite(tx.conn, waiting.id, reason.as_str(), texts, calendar)?;
            waiting.id
        }
        None => insert(tx, as_of, deliver_on, reason, recipient, written, &fresh)?,
    };
    for (alert_id, reason, item) in &fresh {
        let text = serde_json::to_string(item).map_err(|e| Error::Internal(e.to_string()))?;
        db::mails::add_item(tx.conn, id, *alert_id, reason.as_str(), &text)?;
    }
    Ok(id)
}

/// The reason that all parts share; a mixture is a digest.
fn common_reason(parts: &[(Reason, Item)]) -> Reason {
    let mut reasons = parts.iter().map(|(reason, _)| *reason);
    let first = reasons.next().unwrap_or(Reason::Digest);
    match reasons.all(|reason| reason == first) {
        true => first,
        false => Reason::Digest,
    }
}

fn write(
    tx: &Tx<'_>,
    reason: Reason,
    recipient: &Recipient,
    items: &[Item],
    as_of: NaiveDate,
) -> Result<Written> {
    let reader = Reader {
        name: &recipient.name,
        position: &recipient.position,
        locale: recipient.locale,
    };
    let url = &tx.ctx.app.settings.public_url;
    messages::write(reason, &reader, items, as_of, url)
}

/// The day a mail is for, and whether it is there because the day before was full.
fn delivery(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    calendar: &WorkingCalendar,
    person: i64,
    reason: Reason,
) -> Result<(NaiveDate, bool)> {
    if reason.is_urgent() {
        return Ok((as_of, false));
    }
    let day = calendar.next_working_day_on_or_after(as_of);
    let cap = tx.ctx.app.settings.mail_daily_cap;
    // What still waits for that day takes more news without being another mail.
    let is_full = db::mails::waiting(tx.conn, person, day, ORDINARY)?.is_none()
        && db::mails::count_for(tx.conn, person, day, ORDINARY)? >= cap;
    Ok(match is_full {
        true => (calendar.add_working_days(day, 1), true),
        false => (day, false),
    })
}

fn insert(
    tx: &mut Tx<'_>,
    as_of: NaiveDate,
    deliver_on: NaiveDate,
    reason: Reason,
    recipient: &Recipient,
    written: Written,
    fresh: &[(i64, Reason, Item)],
) -> Result<i64> {
    let alerts: Vec<i64> = fresh.iter().map(|(alert, _, _)| *alert).collect();
    let seed = format!(
        "{} {} {} {alerts:?}",
        tx.now.and_utc().timestamp_micros(),
        recipient.person_id,
        reason.as_str(),
    );
    let mail = db::mails::NewMail {
        message_id: message_id(&seed, &tx.ctx.app.settings.mail_from),
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
    };
    db::mails::insert(tx.conn, &mail)
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
