//! Queues mails about accounts, in the transaction of what they tell.

use super::sessions::random_token;
use crate::db;
use crate::db::mails::NewMail;
use crate::error::Result;
use crate::mail::message::message_id;
use crate::mail::messages::Reader;
use crate::service::Tx;

pub use crate::mail::account::Notice;

/// Queues a mail to the official behind a user, to be sent at once. False if there is none, or no
/// address.
pub fn send(tx: &mut Tx<'_>, user_id: i64, notice: &Notice) -> Result<bool> {
    let Some(person_id) = db::users::person_of(tx.conn, user_id)? else {
        return Ok(false);
    };
    let mut found = db::mails::recipients(tx.conn, &[person_id])?;
    let Some(recipient) = found.remove(&person_id) else {
        return Ok(false);
    };
    let written = notice.write(&Reader {
        name: &recipient.name,
        position: &recipient.position,
        locale: recipient.locale,
    });
    let mail = NewMail {
        message_id: message_id(&random_token()?, &tx.ctx.app.settings.mail_from),
        person_id: Some(person_id),
        recipient_name: recipient.name,
        recipient_email: recipient.email,
        reason: notice.reason().to_owned(),
        locale: recipient.locale.as_str().to_owned(),
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
    db::mails::insert(tx.conn, &[&mail]).map(|_| true)
}
