//! Any texts as email addresses and LinkedIn profiles. There is no panic; they are read in the same way everywhere; the
//! stored form, given again, is the same person; and accepted texts are accepted again in the file of the database.

use campaignkit::{
    AddAccount, AddLeads, AddSuppressions, CampaignId, ColumnTarget, CreateCampaign, CreateList, CreateUser, Error,
    Field, ImportCsv, ImportReport, ImportResult, LinkedinSettings, ListId, NewEmail, NewPerson, NewSuppression,
    ProspectId, Reading, Session, SuppressionType, UserId,
};
use serde_json::json;

use crate::inputs::scratch::Scratch;
use crate::world::file_of;

/// Further texts of an input are ignored.
const MOST_TEXTS: usize = 3;

pub struct Identities {
    scratch: Scratch,
    user: UserId,
    list: ListId,
    email: Channel,
    linkedin: Channel,
}

/// How people are identified on a channel, and campaigns without people.
struct Channel {
    field: Field,
    kind: SuppressionType,
    campaigns: [CampaignId; 4],
}

impl Identities {
    pub fn new(name: &str) -> Self {
        let mut filled = None;
        let scratch = Scratch::new(name, |store, _| {
            let user = store.create_user(CreateUser::default()).unwrap().id;
            let mut me = store.session(user).unwrap();
            let list = me.create_list(CreateList::new("Leads")).unwrap().id;
            let email = me.add_account(AddAccount::email("ana@sender.example").unpaced()).unwrap().id;
            let linkedin = me.add_account(AddAccount::linkedin("linkedin.com/in/a-sender").unpaced()).unwrap().id;
            let by_email = [1, 2, 3, 4].map(|n| {
                let request = CreateCampaign::new(format!("By email {n}"), [email], NewEmail::default());
                me.create_campaign(request).unwrap().campaign.id
            });
            let by_profile = [1, 2, 3, 4].map(|n| {
                let request = CreateCampaign::new(format!("By profile {n}"), [linkedin], LinkedinSettings::default());
                me.create_campaign(request).unwrap().campaign.id
            });
            let email = Channel { field: Field::Email, kind: SuppressionType::EmailAddress, campaigns: by_email };
            let linkedin =
                Channel { field: Field::LinkedinUrl, kind: SuppressionType::LinkedinProfile, campaigns: by_profile };
            filled = Some((user, list, email, linkedin));
        });
        let (user, list, email, linkedin) = filled.unwrap();
        Self { scratch, user, list, email, linkedin }
    }

    /// Reads the texts, separated by NUL, as addresses and as profiles; returns how many are accepted.
    pub fn run(&mut self, texts: &str) -> usize {
        self.scratch.restore();
        let mut me = self.scratch.store.session(self.user).unwrap();
        let mut taken = 0;
        for channel in [&self.email, &self.linkedin] {
            let texts = texts.split('\0').take(MOST_TEXTS);
            let texts: Vec<&str> = texts.filter(|text| channel.takes(&mut me, text).is_some()).collect();
            taken += texts.len();
            channel.compare(&mut me, &texts);
            for text in &texts {
                channel.suppress(&mut me, text);
            }
            let stored = texts.iter().filter_map(|text| channel.takes(&mut me, text));
            let leads: Vec<NewPerson> = stored.map(|stored| channel.person(&stored)).collect();
            if !leads.is_empty() {
                me.add_leads(self.list, AddLeads { leads: leads.clone() }).unwrap();
                assert_eq!(me.add_leads(self.list, AddLeads { leads }).unwrap().added, 0);
            }
        }
        if taken > 0 {
            self.scratch.check();
            let file = file_of(&mut self.scratch.store);
            self.scratch.store.import(&file).unwrap();
        }
        taken
    }
}

impl Channel {
    fn person(&self, text: &str) -> NewPerson {
        match self.field {
            Field::Email => NewPerson::email(text),
            _ => NewPerson::linkedin(text),
        }
    }

    fn add<'t>(
        &self,
        me: &mut Session<'_>,
        campaign: usize,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> Result<ImportReport, Error> {
        let prospects: Vec<_> = texts.into_iter().map(|text| self.person(text)).collect();
        me.add_prospects(self.campaigns[campaign], campaignkit::AddProspects { prospects, reopen: false })
    }

    /// The stored form of a person with this address or profile; nothing if no operation accepts it.
    fn takes(&self, me: &mut Session<'_>, text: &str) -> Option<String> {
        let suppression = NewSuppression::new(self.kind, text);
        let account = match self.field {
            Field::Email => AddAccount::email(text).unpaced(),
            _ => AddAccount::linkedin(text).unpaced(),
        };
        let report = match self.add(me, 0, [text]) {
            Ok(report) => report,
            Err(error) => {
                refused(&error);
                refused(&me.add_suppressions(AddSuppressions { suppressions: vec![suppression] }).unwrap_err());
                refused(&me.add_account(account).unwrap_err());
                return None;
            }
        };
        let id = person(&report);
        let prospect = me.prospect(id).unwrap().person;
        let stored = prospect.get(self.field).unwrap().into_owned();
        let mut forms = vec![text.to_owned(), stored.clone()];
        if self.field == Field::Email {
            forms.extend([stored.to_ascii_uppercase(), format!(" <{stored}>;")]);
        }
        let again = self.add(me, 0, forms.iter().map(String::as_str)).unwrap();
        assert_eq!(again.duplicates as usize, forms.len());
        assert!(
            again.outcomes().all(|outcome| outcome.result == ImportResult::Duplicate(id)),
            "{text:?} is {stored:?}"
        );
        assert_eq!(person(&self.import(me, &stored)), id, "{stored:?} in a file");
        match me.add_account(account) {
            Ok(account) => {
                me.remove_account(account.id).unwrap();
            }
            Err(error) => assert_eq!(error.code(), "account_exists"),
        }
        Some(stored)
    }

    /// Imports a file with one cell into the first campaign.
    fn import(&self, me: &mut Session<'_>, cell: &str) -> ImportReport {
        // Marked as in an export, where spreadsheets would see a formula.
        let mark = if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) { "'" } else { "" };
        let file = format!("{}\r\n\"{mark}{}\"\r\n", self.field.word(), cell.replace('"', "\"\""));
        let reading = Reading { encoding: Some("utf-8".to_owned()), delimiter: None, header_line: Some(1) };
        let previewed = me.preview_csv(file.as_bytes(), reading.clone()).unwrap();
        assert_eq!((previewed.columns.len(), previewed.total), (1, 1), "{file:?}");
        let (mapping, content_hash) = (vec![ColumnTarget::Field(self.field)], previewed.content_hash);
        let request = ImportCsv { mapping, content_hash, reading, ..ImportCsv::default() };
        me.import_csv(self.campaigns[0], file.as_bytes(), request).unwrap()
    }

    /// Whether two texts are the same person does not depend on their order.
    fn compare(&self, me: &mut Session<'_>, texts: &[&str]) {
        if texts.len() < 2 {
            return;
        }
        let forwards = self.add(me, 1, texts.iter().copied()).unwrap();
        let backwards = self.add(me, 2, texts.iter().rev().copied()).unwrap();
        assert_eq!(forwards.imported, backwards.imported, "{texts:?}");
    }

    /// Suppresses a person; no campaign then accepts them.
    fn suppress(&self, me: &mut Session<'_>, text: &str) {
        let stored = self.takes(me, text).unwrap();
        let mut suppress = |value: &str| {
            let suppressions = vec![NewSuppression::new(self.kind, value)];
            let mut added = me.add_suppressions(AddSuppressions { suppressions }).unwrap();
            added.suppressions.remove(0)
        };
        let suppression = suppress(text);
        for form in [&suppression.value, &stored] {
            assert_eq!(suppress(form), suppression, "{form:?}");
        }
        let forms = [text, &suppression.value, &stored];
        assert_eq!(self.add(me, 3, forms).unwrap().suppressed, 3, "{forms:?}");
        // The value of the suppression identifies the same person.
        let report = self.add(me, 0, [suppression.value.as_str()]).unwrap();
        assert_eq!(report.suppressed, 1);
        me.remove_suppression(suppression.id).unwrap();
        let report = self.add(me, 0, [suppression.value.as_str(), text]).unwrap();
        assert_eq!(report.duplicates, 2, "{forms:?}");
        if self.field == Field::Email {
            let (_, domain) = stored.rsplit_once('@').unwrap();
            let request = json!({ "suppressions": [{ "type": "email_domain", "value": domain }] });
            let added = me.add_suppressions(request).unwrap();
            assert_eq!(added.suppressions[0].value, domain);
            assert_eq!(self.add(me, 3, [text]).unwrap().suppressed, 1, "{domain}");
            me.remove_suppression(added.suppressions[0].id).unwrap();
        }
    }
}

/// The person in a report, which must be about one.
fn person(report: &ImportReport) -> ProspectId {
    match report.outcome(0).unwrap().result {
        ImportResult::Imported(id) | ImportResult::Duplicate(id) => id,
        result => panic!("{result:?}"),
    }
}

fn refused(error: &Error) {
    assert_eq!(error.code(), "invalid_input");
    serde_json::to_string(error).unwrap();
}
