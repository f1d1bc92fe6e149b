//! The content that the engine must have.

use super::*;

impl Model {
    /// Everything of a user, in the order of the lists.
    pub fn contents(&self, user: Id) -> Value {
        let accounts = self.accounts.iter().rev().filter(|account| account.user == user).map(Self::account_contents);
        let mine = self.campaigns.iter().enumerate().rev().filter(|(_, campaign)| campaign.user == user);
        let campaigns = mine.map(|(at, campaign)| {
            let mut contents = campaign.contents();
            let prospects = (0..campaign.prospects.len()).map(|place| self.prospect_contents(at, place));
            contents["prospects"] = prospects.collect();
            contents
        });
        let mine = self.lists.iter().enumerate().rev().filter(|(_, list)| list.user == user);
        let lists = mine.map(|(at, list)| {
            let leads = list.leads.iter().map(|lead| {
                let mut contents = lead.person.contents();
                contents["id"] = name(lead.id).into();
                contents["list_id"] = name(list.id).into();
                contents
            });
            let mut contents = self.list_contents(at);
            contents["leads"] = leads.collect();
            contents
        });
        let suppressions = self.suppressions.iter().rev().filter(|one| one.user == user);
        let events = self.events.iter().filter(|(of, _)| *of == user).enumerate().map(|(index, (_, event))| {
            let mut event = event.clone();
            event["number"] = (index + 1).into();
            event
        });
        json!({
            "accounts": accounts.collect::<Value>(), "campaigns": campaigns.collect::<Value>(),
            "lists": lists.collect::<Value>(), "events": events.collect::<Value>(),
            "suppressions": suppressions.map(Self::suppression_contents).collect::<Value>(),
        })
    }
}
