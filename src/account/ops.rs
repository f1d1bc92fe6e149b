//! Adding, changing, reading and removing accounts.

use super::{Account, AccountPage, AccountStatus, AddAccount, Address, ListAccounts, UpdateAccount, rows};
use crate::campaign;
use crate::error::{Error, Result};
use crate::id::AccountId;
use crate::request::Request;
use crate::request::page::AgeCursor;
use crate::sending::{failing_sender, progress, scheduler};
use crate::store::event::Change;
use crate::store::session::Session;

impl Session<'_> {
    /// Adds an account; it starts `connected`. Takes an [`AddAccount`].
    ///
    /// # Errors
    /// `invalid_input`; `account_exists` if the user has an account of this type and identity (`docs/rules.md#accounts`).
    pub fn add_account(&mut self, request: impl Request<AddAccount>) -> Result<Account> {
        let new = request.parse()?;
        self.write(|tx, user| {
            let account = Account {
                id: tx.new_id()?,
                user_id: user,
                address: new.address,
                status: AccountStatus::Connected,
                profile: new.profile,
                pacing: new.pacing,
                created_at: tx.now(),
                updated_at: tx.now(),
            };
            if !rows::insert(tx, &account)? {
                return Err(Error::AccountExists { path: Address::field(account.channel()) });
            }
            tx.record(user, Change::AccountAdded { account_id: account.id })?;
            Ok(account)
        })
    }

    /// Reads an account.
    ///
    /// # Errors
    /// `account_not_found`, also for another user's.
    pub fn account(&mut self, id: impl Request<AccountId>) -> Result<Account> {
        let id = id.parse()?;
        self.read(|snapshot, user| rows::find(snapshot, user, id)?.ok_or(Error::AccountNotFound))
    }

    /// Changes an account: its profile, status and limits. What is not given stays; its type and identity are fixed. A
    /// status, even the present one, ends a rest after failed messages. Takes an [`UpdateAccount`].
    ///
    /// # Errors
    /// `invalid_input`, with issue `immutable` for a fixed field and `wrong_channel_field` for one that the account's
    /// channel does not have; `account_not_found`.
    pub fn update_account(
        &mut self,
        id: impl Request<AccountId>,
        request: impl Request<UpdateAccount>,
    ) -> Result<Account> {
        let id = id.parse()?;
        let update = request.parse()?;
        self.write(|tx, user| {
            let before = rows::find(tx, user, id)?.ok_or(Error::AccountNotFound)?;
            let mut account = before.clone();
            let wakes = update.has_status() && failing_sender::end(tx, id)?;
            update.apply(&mut account)?;
            if account != before || wakes {
                account.updated_at = tx.now();
                rows::update(tx, &account)?;
                if account.pacing.ramp_up != before.pacing.ramp_up {
                    let hand_outs = rows::hand_outs(tx, id)?;
                    rows::set_hand_outs(tx, id, rows::HandOuts { ramp_up_began: None, ..hand_outs })?;
                }
                progress::rows::release_of_account(tx, id)?;
                scheduler::rows::wake_all(tx, user)?;
                tx.record(user, Change::AccountUpdated { account_id: id })?;
            }
            Ok(account)
        })
    }

    /// Lists the user's accounts, newest first, all or those of one channel. Takes a [`ListAccounts`].
    ///
    /// # Errors
    /// `invalid_input` for an unknown type, a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_accounts(&mut self, query: impl Request<ListAccounts>) -> Result<AccountPage> {
        let filter = query.parse()?;
        self.read(|snapshot, user| {
            let accounts = rows::list(snapshot, user, filter)?;
            let (accounts, next_cursor) =
                accounts.finish(|account| AgeCursor { created: account.created_at, id: account.id }.cursor());
            Ok(AccountPage { accounts, next_cursor })
        })
    }

    /// Removes an account. Completed campaigns lose it as their sender. What it sent still counts towards the limits of an
    /// account of the same identity that is added later.
    ///
    /// # Errors
    /// `account_not_found`; `account_in_use` while a campaign that is not completed uses it.
    pub fn remove_account(&mut self, id: impl Request<AccountId>) -> Result<()> {
        let id = id.parse()?;
        self.write(|tx, user| {
            if rows::find(tx, user, id)?.is_none() {
                return Err(Error::AccountNotFound);
            }
            if campaign::rows::is_sender_of_unfinished(tx, id)? {
                return Err(Error::AccountInUse);
            }
            rows::remove(tx, id)?;
            failing_sender::end(tx, id)?;
            tx.record(user, Change::AccountRemoved { account_id: id })
        })
    }
}
