/** Accounts. */

import type { Pages } from "../pages.js";
import type { Account, AccountId, AccountPage, AddAccount, ListAccounts, UpdateAccount } from "../types.js";
import { SessionBase } from "./base.js";

/** What a user can do with accounts. */
export abstract class AccountCalls extends SessionBase {
  /**
   * Adds a mailbox (30 messages a day) or a LinkedIn profile (and 80 invitations, 100 messages a week); it starts
   * `connected`.
   *
   * @throws `invalid_input`; `account_exists`, where the user has one of this type and identity.
   */
  addAccount(request: AddAccount): Promise<Account> {
    return this.call("addAccount", request);
  }

  /** The account as it is now. @throws `account_not_found`. */
  getAccount(account_id: AccountId): Promise<Account> {
    return this.call("getAccount", account_id);
  }

  /** Changes the given fields: profile, `status` and limits. @throws `invalid_input`, `account_not_found`. */
  updateAccount(account_id: AccountId, request: UpdateAccount): Promise<Account> {
    return this.call("updateAccount", account_id, request);
  }

  /**
   * One page of accounts.
   *
   * @param query `type` filters; `limit` is 1–200, 50 where none is given; `cursor` is the `next_cursor` of the page
   *   before, which is `null` on the last page.
   * @throws `invalid_input`.
   */
  listAccounts(query: ListAccounts = {}): Pages<AccountPage, "accounts"> {
    return this.list("listAccounts", "accounts", query);
  }

  /**
   * Removes an account.
   *
   * @throws `account_not_found`; `account_in_use`, while a campaign that is not completed uses it.
   */
  removeAccount(account_id: AccountId): Promise<void> {
    return this.call("removeAccount", account_id);
  }
}
