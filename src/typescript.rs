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
            module.push_str(&<$type>::docs().unwrap_or_default());
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
