//! Unsubscribing by the token of a link.

use super::{UnsubscribeToken, Unsubscribed, rows};
use crate::error::{Error, Result};
use crate::people::prospect;
use crate::people::suppression::{self, SuppressionReason, SuppressionType};
use crate::request::Request;
use crate::sending::outbox;
use crate::store::Store;
use crate::store::session::Session;

impl Store {
    /// The same as [`Session::unsubscribe`], for a page that knows no user: the token says whose it is.
    ///
    /// # Errors
    /// `token_not_found`; `invalid_input`.
    pub fn unsubscribe(&mut self, token: impl Request<UnsubscribeToken>) -> Result<Unsubscribed> {
        let token = token.parse()?;
        let user = self.read(|snapshot| rows::user(snapshot, token)?.ok_or(Error::TokenNotFound))?;
        self.session(user)?.unsubscribe(token)
    }
}

impl Session<'_> {
    /// Suppresses the address whose email carried this token, whatever became of its prospect and campaign since. The same
    /// call again changes nothing.
    ///
    /// # Errors
    /// `token_not_found`; `invalid_input`.
    pub fn unsubscribe(&mut self, token: impl Request<UnsubscribeToken>) -> Result<Unsubscribed> {
        let token = token.parse()?;
        self.write(|tx, user| {
            let (prospect, email) = rows::subject(tx, user, token)?.ok_or(Error::TokenNotFound)?;
            let kind = SuppressionType::EmailAddress;
            let changed = suppression::rows::find_value(tx, user, kind, &email)?.is_none();
            if prospect::rows::status(tx, user, prospect)?.is_some() {
                outbox::unsubscribed(tx, user, prospect, changed)?;
            }
            suppression::add(tx, user, kind, email.clone(), SuppressionReason::Unsubscribed)?;
            Ok(Unsubscribed { email, changed })
        })
    }
}
