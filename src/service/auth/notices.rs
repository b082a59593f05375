//! Queues mails about accounts, in the transaction of what they tell.

use crate::error::Result;
use crate::service::Tx;
use crate::service::mails::{Addressee, queue};

pub use crate::mail::account::Notice;

/// Queues a mail to the official behind a user, to be sent at once. False if there is none, or no
/// address.
pub fn send(tx: &mut Tx<'_>, user_id: i64, notice: &Notice) -> Result<bool> {
    let Some(to) = Addressee::of_user(tx, user_id)? else {
        return Ok(false);
    };
    let written = notice.write(&to.reader());
    queue(tx, to, notice.reason(), written).map(|()| true)
}
