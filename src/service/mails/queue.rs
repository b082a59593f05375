//! Queues mails that leave at once and are about no alert, in the transaction of what they tell.

use crate::db;
use crate::db::mails::NewMail;
use crate::domain::locale::Locale;
use crate::error::Result;
use crate::mail::message::message_id;
use crate::mail::messages::{Reader, Written};
use crate::service::Tx;
use crate::service::auth::random_token;

/// Who a mail goes to.
pub(in crate::service) struct Addressee {
    /// The official, if it is one.
    person_id: Option<i64>,
    name: String,
    position: String,
    email: String,
    locale: Locale,
}

impl Addressee {
    /// The official behind a user; none if there is no official, or no address.
    pub(in crate::service) fn of_user(tx: &mut Tx<'_>, user_id: i64) -> Result<Option<Self>> {
        let Some(person_id) = db::users::person_of(tx.conn, user_id)? else {
            return Ok(None);
        };
        let mut found = db::mails::recipients(tx.conn, &[person_id])?;
        Ok(found.remove(&person_id).map(|recipient| Addressee {
            person_id: Some(person_id),
            name: recipient.name,
            position: recipient.position,
            email: recipient.email,
            locale: recipient.locale,
        }))
    }

    /// The operators, if the settings name their address.
    pub(in crate::service) fn operators(tx: &Tx<'_>) -> Option<Self> {
        let email = tx.ctx.app.settings.operator_mail.clone();
        (!email.is_empty()).then(|| Addressee {
            person_id: None,
            name: String::new(),
            position: String::new(),
            email,
            locale: Locale::default(),
        })
    }

    /// As a mail speaks to them.
    pub(in crate::service) fn reader(&self) -> Reader<'_> {
        Reader {
            name: &self.name,
            position: &self.position,
            locale: self.locale,
        }
    }
}

/// Queues a mail, to be sent at once. `reason` is what the outbox shows.
pub(in crate::service) fn queue(
    tx: &mut Tx<'_>,
    to: Addressee,
    reason: &str,
    written: Written,
) -> Result<()> {
    let mail = NewMail {
        message_id: message_id(&random_token()?, &tx.ctx.app.settings.mail_from),
        person_id: to.person_id,
        recipient_name: to.name,
        recipient_email: to.email,
        reason: reason.to_owned(),
        locale: to.locale.as_str().to_owned(),
        subject: written.subject,
        text_body: written.text,
        html_body: written.html,
        attachment_name: None,
        attachment: None,
        state: "queued".to_owned(),
        attempts: 0,
        next_attempt_at: tx.now,
        created_on: tx.today,
        deliver_on: tx.today,
        created_at: tx.now,
    };
    db::mails::insert(tx.conn, &[&mail]).map(drop)
}
