//! Any bytes as a CSV file: no panic, a file that can be previewed can be imported, once, and every promise of the database holds.

use campaignkit::{
    AddAccount, CampaignId, ColumnTarget, CreateCampaign, CreateUser, Fate, Field, ImportCsv, ImportReport,
    LinkedinSettings, NewEmail, Reading, Session, UserId,
};
use serde_json::json;

use crate::inputs::scratch::Scratch;

pub struct Sheets {
    scratch: Scratch,
    user: UserId,
    campaigns: [(CampaignId, Field); 2],
}

impl Sheets {
    pub fn new(name: &str) -> Self {
        let mut filled = None;
        let scratch = Scratch::new(name, |store, _| {
            let user = store.create_user(CreateUser::default()).unwrap().id;
            let mut me = store.session(user).unwrap();
            let email = me.add_account(AddAccount::email("ana@example.com")).unwrap().id;
            let linkedin = me.add_account(AddAccount::linkedin("linkedin.com/in/ana")).unwrap().id;
            let by_email = CreateCampaign::new("By email", [email], NewEmail::default());
            let by_email = me.create_campaign(by_email).unwrap().campaign.id;
            let by_profile = CreateCampaign::new("By profile", [linkedin], LinkedinSettings::default());
            let by_profile = me.create_campaign(by_profile).unwrap().campaign.id;
            filled = Some((user, [(by_email, Field::Email), (by_profile, Field::LinkedinUrl)]));
        });
        let (user, campaigns) = filled.unwrap();
        Self { scratch, user, campaigns }
    }

    /// Looks at a file and imports it; whether it could be read.
    pub fn run(&mut self, file: &[u8]) -> bool {
        self.scratch.restore();
        let mut me = self.scratch.store.session(self.user).unwrap();
        let previewed = match me.preview_csv(file, Reading::default()) {
            Ok(previewed) => previewed,
            Err(error) => {
                assert_eq!(error.code(), "invalid_input");
                serde_json::to_string(&error).unwrap();
                return false;
            }
        };
        serde_json::to_string(&previewed).unwrap();
        assert!(previewed.rows.len() <= 10 && previewed.rows.len() <= previewed.total as usize);
        assert_eq!(previewed.columns.len(), previewed.mapping.len());
        for (campaign, identity) in self.campaigns {
            let mut mapping = previewed.mapping.clone();
            if !mapping.contains(&ColumnTarget::Field(identity)) {
                mapping[0] = ColumnTarget::Field(identity);
            }
            let request = ImportCsv { mapping, content_hash: previewed.content_hash.clone(), ..ImportCsv::default() };
            let report = me.import_csv(campaign, file, request.clone()).unwrap();
            assert_eq!(report.total(), previewed.total as usize);
            check(&mut me, campaign, &report);
            let again = me.import_csv(campaign, file, request).unwrap();
            assert_eq!((again.imported, again.invalid), (0, report.invalid), "importing twice is importing once");
        }
        self.scratch.check();
        true
    }
}

/// The report says what the campaign has now.
fn check(me: &mut Session<'_>, campaign: CampaignId, report: &ImportReport) {
    serde_json::to_string(report).unwrap();
    let imported = report.outcomes().filter_map(|outcome| match outcome.fate {
        Fate::Imported(id) => Some(id),
        _ => None,
    });
    let imported: Vec<_> = imported.collect();
    assert_eq!(imported.len(), report.imported as usize);
    let first = me.list_prospects(campaign, json!({ "limit": 200 })).unwrap().prospects;
    assert!(first.iter().map(|prospect| prospect.id).eq(imported.into_iter().take(200)));
}
