//! Accounts.

use super::*;

impl Model {
    pub(super) fn account_contents(account: &Account) -> Value {
        json!({
            "id": name(account.id), "user_id": name(account.user), "type": account.channel,
            "first_name": account.first_name, "status": account.status, "is_premium": account.is_premium,
        })
    }

    pub(super) fn add_account(&mut self, user: Id, request: &Value) -> Answer {
        let (channel, field) =
            if request["type"] == "email" { ("email", "email_address") } else { ("linkedin", "profile_url") };
        let identity = text(request, field).unwrap();
        if self.accounts.iter().any(|other| other.user == user && other.identity == identity) {
            return Err(json!({ "code": "account_exists", "path": field }));
        }
        let account = Account {
            id: self.new_id(),
            user,
            channel,
            identity,
            first_name: text(request, "first_name"),
            status: "connected".to_owned(),
            is_premium: request.get("is_premium").and_then(Value::as_bool),
        };
        self.record(user, "account_added", "account_id", account.id);
        let answer = Self::account_contents(&account);
        self.accounts.push(account);
        Ok(answer)
    }

    pub(super) fn update_account(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let at = self.account(user, id)?;
        let account = &mut self.accounts[at];
        let before = Self::account_contents(account);
        if request.get("first_name").is_some() {
            account.first_name = text(request, "first_name");
        }
        if let Some(status) = text(request, "status") {
            account.status = status;
        }
        let after = Self::account_contents(account);
        if after != before {
            self.record(user, "account_updated", "account_id", id);
        }
        Ok(after)
    }

    pub(super) fn remove_account(&mut self, user: Id, id: Id) -> Answer {
        let at = self.account(user, id)?;
        if self.campaigns.iter().any(|campaign| campaign.status != "completed" && campaign.senders.contains(&id)) {
            return refused("account_in_use");
        }
        self.accounts.remove(at);
        for campaign in &mut self.campaigns {
            campaign.senders.retain(|sender| *sender != id);
        }
        self.record(user, "account_removed", "account_id", id);
        Ok(Value::Null)
    }
}
