//! The TypeScript declarations of every request and answer, made from the Rust types.

use ts_rs::{Config, TS};

use crate::account::{AccountPage, AccountShape, AccountStatus, AddAccount, ListAccounts};
use crate::account::{Profile, UpdateAccount};
use crate::campaign::{
    CampaignPage, CampaignShape, CreateCampaign, Created, LinkedinSettings, ListCampaigns, NewEmail, StatusWord,
};
use crate::channel::Channel;
use crate::error::{ErrorShape, IssueShape, Kind};
use crate::event::{Event, EventPage};
use crate::notice::NoticeShape;
use crate::page::ListPage;
use crate::schedule::{Interval, NewScheduleShape, ScheduleShape};
use crate::sequence::NodeShape;
use crate::user::{CreateUser, UpdateUser, User, UserPage};

/// The declarations as one module. `cargo xtask types` writes them into the npm package.
#[must_use]
pub fn declarations() -> String {
    let config = Config::default();
    let mut module = String::from("// Generated from the Rust types by `cargo xtask types`; do not edit.\n");
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {$(
            module.push('\n');
            module.push_str(&without_examples(&<$type>::docs().unwrap_or_default()));
            module.push_str("export ");
            module.push_str(&<$type>::decl(&config));
            module.push('\n');
        )*};
    }
    declare![
        Channel,
        User,
        CreateUser,
        UpdateUser,
        UserPage,
        AccountShape<'static>,
        AccountStatus,
        AddAccount,
        Profile,
        UpdateAccount,
        ListAccounts,
        AccountPage,
        CampaignShape<'static>,
        StatusWord,
        ScheduleShape,
        NewScheduleShape,
        Interval,
        NodeShape<'static>,
        CreateCampaign,
        NewEmail,
        LinkedinSettings,
        Created,
        NoticeShape<'static>,
        ListCampaigns,
        CampaignPage,
        Event,
        EventPage,
        ListPage,
        ErrorShape<'static>,
        IssueShape<'static>,
        Kind,
    ];
    module
}

/// The examples in the documentation are Rust.
fn without_examples(docs: &str) -> String {
    let mut is_example = false;
    let mut kept: Vec<&str> = Vec::new();
    for line in docs.lines() {
        let is_fence = line.contains("```");
        if !is_fence && !is_example {
            kept.push(line);
        }
        is_example ^= is_fence;
    }
    // The blank line that set the example apart goes with it.
    let last = kept.iter().rposition(|line| !matches!(line.trim(), "*" | "*/"));
    let text_end = last.map_or(0, |last| last + 1);
    let mut text: String = kept.iter().take(text_end).map(|line| format!("{line}\n")).collect();
    if docs.lines().count() > 0 {
        text.push_str(" */\n");
    }
    text
}
