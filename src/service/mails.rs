//! The outbox: what operators see of it, and the calls of its sender.

mod queue;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::audit::Change;
use super::{Ctx, Tx, View, read, write};
use crate::db;
use crate::db::mails::{Attempted, Filter, Leased, Row, Take};
use crate::db::page::{Page, Rows};
use crate::domain::calendar::WorkingCalendar;
use crate::domain::text_enum::text_enum;
use crate::error::{Code, Result};
use crate::mail::account::SECRET_REASONS;
use crate::mail::message::{Address, Attachment};
use crate::mail::messages::ORDINARY;
use crate::mail::transport::SendError;

pub(super) use queue::{Addressee, queue};

text_enum! {
    /// Where a mail stands.
    MailState {
        /// Waits for its first attempt.
        Queued = "queued",
        /// Taken over by the mail server.
        Sent = "sent",
        /// The last attempt failed; there will be another.
        Failed = "failed",
        /// Given up.
        Dead = "dead",
    }
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Mail {
    /// Identity.
    pub id: i64,
    /// Address.
    pub recipient: String,
    /// Full name.
    pub recipient_name: String,
    /// Why it is sent.
    pub reason: String,
    /// `queued`, `sent`, `failed` or `dead`.
    pub state: String,
    /// Subject.
    pub subject: String,
    /// Attempts so far.
    pub attempts: i64,
    /// Not before then.
    pub next_attempt_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl From<Row> for Mail {
    fn from(row: Row) -> Self {
        Mail {
            id: row.id,
            recipient: row.recipient_email,
            recipient_name: row.recipient_name,
            reason: row.reason,
            state: row.state,
            subject: row.subject,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at.and_utc(),
            created_at: row.created_at.and_utc(),
            sent_at: row.sent_at.map(|at| at.and_utc()),
            last_error: row.last_error,
        }
    }
}

/// A page of mails, newest first.
pub fn list(
    view: &mut View<'_>,
    states: &[MailState],
    alert_id: Option<i64>,
    page: &Page,
) -> Result<Rows<Mail>> {
    view.require_everything()?;
    let filter = Filter {
        states: states
            .iter()
            .map(|state| state.as_str().to_owned())
            .collect(),
        alert_id,
        ..Filter::default()
    };
    Ok(db::mails::page(view.conn, &filter, page)?.map(Mail::from))
}

impl Mail {
    fn is_dead(&self) -> bool {
        self.state == MailState::Dead.as_str()
    }

    /// Its text is gone once it was given up: it held a link that sets a password.
    fn is_erased(&self) -> bool {
        SECRET_REASONS.contains(&self.reason.as_str())
    }

    /// Whether it was given up and can go out once more.
    pub fn can_be_retried(&self) -> bool {
        self.is_dead() && !self.is_erased()
    }
}

/// Puts a mail that was given up back in the queue: it goes out as it was written, from the first
/// attempt on, to the address that its recipient has now.
///
/// Refuses a mail that is not dead, and one whose text is gone because it held a link that sets a
/// password.
pub fn retry(tx: &mut Tx<'_>, id: i64) -> Result<Mail> {
    tx.require_everything()?;
    let before = one(tx, id)?;
    if before.is_dead() && before.is_erased() {
        return Err(Code::MailErased.into());
    }
    let now = tx.now;
    if !db::mails::revive(tx.conn, id, now)? {
        return Err(Code::MailNotDead.into());
    }
    let after = one(tx, id)?;
    let shown = |mail: &Mail| serde_json::json!({"state": mail.state, "attempts": mail.attempts});
    tx.audit(Change::updated(
        "mail.retried",
        "mail",
        id,
        &shown(&before),
        &shown(&after),
    ))?;
    Ok(after)
}

fn one(view: &mut View<'_>, id: i64) -> Result<Mail> {
    let filter = Filter {
        id: Some(id),
        ..Filter::default()
    };
    let found = db::mails::page(view.conn, &filter, &Page::all())?;
    let row = found.rows.into_iter().next();
    Ok(row.map(Mail::from).ok_or(Code::NotFound)?)
}

/// The mails about an alert, in order.
pub(super) fn of_alert(view: &mut View<'_>, alert_id: i64) -> Result<Vec<Mail>> {
    let filter = Filter {
        alert_id: Some(alert_id),
        ..Filter::default()
    };
    let rows = db::mails::page(view.conn, &filter, &Page::all())?;
    let mut mails: Vec<Mail> = rows.rows.into_iter().map(Mail::from).collect();
    mails.reverse();
    Ok(mails)
}

/// Which mails a sender asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Everything that waits, whatever the hour and back-off.
    pub everything: bool,
    /// Mails after this one.
    pub after: i64,
    /// How many at most.
    pub limit: i64,
    /// How long they are held.
    pub hold: TimeDelta,
}

/// A mail that a sender holds.
pub struct Held {
    /// The row.
    pub id: i64,
    attempts: i64,
    created_at: NaiveDateTime,
    /// What goes out.
    pub mail: crate::mail::message::Mail,
}

/// Takes mails to be sent. Ordinary ones leave in working hours alone.
pub fn take(ctx: &Ctx, owner: &str, asked: Asked) -> Result<Vec<Held>> {
    let ordinary = asked.everything || read(ctx, in_working_hours)?;
    let owner = owner.to_owned();
    let rows = write(ctx, move |tx| {
        let now = tx.now;
        let take = Take {
            owner: &owner,
            now,
            until: now.checked_add_signed(asked.hold).unwrap_or(now),
            limit: asked.limit,
            except: match ordinary {
                true => &[],
                false => ORDINARY,
            },
            due: !asked.everything,
            after: asked.after,
        };
        db::mails::take(tx.conn, &take)
    })?;
    Ok(rows.into_iter().map(|row| held(ctx, row)).collect())
}

fn held(ctx: &Ctx, row: Leased) -> Held {
    let settings = &ctx.app.settings;
    let attachment = row.attachment_name.zip(row.attachment);
    let attachments = attachment.map(|(file_name, text)| Attachment {
        content_type: match file_name.ends_with(".ics") {
            true => "text/calendar; charset=utf-8; method=PUBLISH".to_owned(),
            false => "text/plain; charset=utf-8".to_owned(),
        },
        file_name,
        bytes: text.into_bytes(),
    });
    Held {
        id: row.id,
        attempts: row.attempts,
        created_at: row.created_at,
        mail: crate::mail::message::Mail {
            message_id: row.message_id,
            from: Address::new(settings.mail_from_name.clone(), settings.mail_from.clone()),
            to: Address::new(
                crate::mail::message::header_text(&row.recipient_name),
                row.recipient_email,
            ),
            subject: row.subject,
            text: row.text_body,
            html: (!row.html_body.is_empty()).then_some(row.html_body),
            attachments: attachments.into_iter().collect(),
            date: row.created_at.and_utc(),
        },
    }
}

/// Whether ordinary mails leave now.
pub(super) fn in_working_hours(view: &mut View<'_>) -> Result<bool> {
    let (clock, settings) = (&view.ctx.app.clock, &view.ctx.app.settings);
    let is_open = (settings.mail_from_hour..settings.mail_to_hour).contains(&clock.hour());
    let holidays = db::holidays::dates(view.conn)?;
    Ok(is_open && WorkingCalendar::new(holidays).is_working_day(view.today))
}

/// Minutes until the next attempt, by attempts made; the last one repeats.
const BACK_OFF: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];
/// A mail is given up after so many attempts, and so many days.
const ATTEMPTS: i64 = 12;
const DAYS: i64 = 5;

/// Notes what became of an attempt. False if another sender took the mail over meanwhile.
pub fn attempted(
    ctx: &Ctx,
    owner: &str,
    held: &Held,
    outcome: std::result::Result<(), SendError>,
) -> Result<bool> {
    let (id, attempts, created_at) = (held.id, held.attempts + 1, held.created_at);
    let owner = owner.to_owned();
    write(ctx, move |tx| {
        let now = tx.now;
        let error = outcome.as_ref().err().map(ToString::to_string);
        let old = now.signed_duration_since(created_at) >= TimeDelta::days(DAYS);
        let state = match &outcome {
            Ok(()) => MailState::Sent,
            Err(SendError::Permanent(_)) => MailState::Dead,
            Err(SendError::Temporary(_)) if attempts >= ATTEMPTS && old => MailState::Dead,
            Err(SendError::Temporary(_)) => MailState::Failed,
        };
        let done = Attempted {
            id,
            owner: &owner,
            state: state.as_str(),
            sent_at: outcome.is_ok().then_some(now),
            next_attempt_at: (state == MailState::Failed).then(|| later(now, attempts)),
            error: error.as_deref(),
        };
        let noted = db::mails::attempted(tx.conn, &done)?;
        if noted && matches!(state, MailState::Sent | MailState::Dead) {
            // A link that sets a password is not kept longer than it takes to send it.
            db::password_links::erase_mail(tx.conn, id, SECRET_REASONS)?;
        }
        Ok(noted)
    })
}

fn later(now: NaiveDateTime, attempts: i64) -> NaiveDateTime {
    let place = usize::try_from(attempts - 1).unwrap_or_default();
    let minutes = BACK_OFF.get(place).or(BACK_OFF.last()).copied();
    let wait = TimeDelta::minutes(minutes.unwrap_or(1));
    now.checked_add_signed(wait).unwrap_or(now)
}
