//! Any bytes as a CSV file, read in any way that can be requested. There is no panic; what a preview detects can be
//! requested with the same result; a file that can be previewed can be imported, once, and every promise of the
//! database holds.

use campaignkit::{
    AddAccount, CampaignId, ColumnTarget, CreateCampaign, CreateUser, CsvPreview, Field, ImportCsv, ImportMode,
    ImportReport, ImportResult, ImportSuppressions, LinkedinSettings, NewEmail, Reading, Session, Source, UserId,
};
use serde_json::{Value, json};

use crate::inputs::encoding::is_refused;
use crate::inputs::labels::LABELS;
use crate::inputs::scratch::Scratch;
use crate::world::shape;

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
            let email = me.add_account(AddAccount::email("ana@example.com").unpaced()).unwrap().id;
            let linkedin = me.add_account(AddAccount::linkedin("linkedin.com/in/ana").unpaced()).unwrap().id;
            let by_email = CreateCampaign::new("By email", [email], NewEmail::default());
            let by_email = me.create_campaign(by_email).unwrap().campaign.id;
            let by_profile = CreateCampaign::new("By profile", [linkedin], LinkedinSettings::default());
            let by_profile = me.create_campaign(by_profile).unwrap().campaign.id;
            filled = Some((user, [(by_email, Field::Email), (by_profile, Field::LinkedinUrl)]));
        });
        let (user, campaigns) = filled.unwrap();
        Self { scratch, user, campaigns }
    }

    /// Previews a file and imports it; returns whether it could be read. The first two bytes choose the reading: `00`
    /// leaves it open.
    pub fn run(&mut self, input: &[u8]) -> bool {
        let Some(([encoding, way], file)) = input.split_first_chunk() else { return false };
        let reading = reading(*encoding, *way);
        self.scratch.restore();
        let mut me = self.scratch.store.session(self.user).unwrap();
        let previewed = match me.preview_csv(file, reading.clone()) {
            Ok(previewed) => previewed,
            Err(error) => {
                is_refused(&error);
                return false;
            }
        };
        assert!(previewed.rows.len() <= 10 && previewed.rows.len() <= previewed.total as usize);
        assert_eq!(previewed.columns.len(), previewed.mapping.len());
        say(&mut me, file, &reading, &previewed);
        for (campaign, identity) in self.campaigns {
            let mut mapping = previewed.mapping.clone();
            if !mapping.contains(&ColumnTarget::Field(identity)) {
                mapping[0] = ColumnTarget::Field(identity);
            }
            let content_hash = previewed.content_hash.clone();
            let (mode, whole_names) = (mode(*way), way / 60 % 2 == 1);
            let reading = reading.clone();
            let request = ImportCsv { mapping, content_hash, reading, whole_names, mode, reopen: false };
            import(&mut me, (campaign, file), request, &previewed);
        }
        suppress(&mut me, file, reading);
        self.scratch.check();
        true
    }
}

fn reading(encoding: u8, way: u8) -> Reading {
    let label = LABELS.get(usize::from(encoding.wrapping_sub(b'A')));
    let given = |counts: u8, choices: u8| (way.wrapping_sub(b'0') / counts % choices).checked_sub(1);
    Reading {
        encoding: label.map(|label| (*label).to_owned()),
        delimiter: given(1, 5).and_then(|place| [',', ';', '\t', '|'].get(usize::from(place)).copied()),
        header_line: given(5, 4).map(u32::from),
    }
}

fn mode(way: u8) -> ImportMode {
    match way.wrapping_sub(b'0') / 20 % 3 {
        0 => ImportMode::Add,
        1 => ImportMode::Fill,
        _ => ImportMode::Update,
    }
}

/// Requesting what a preview detected gives the same reading.
fn say(me: &mut Session<'_>, file: &[u8], reading: &Reading, previewed: &CsvPreview) {
    let said = Reading {
        encoding: Some(previewed.encoding.to_owned()),
        delimiter: previewed.delimiter.filter(|found| [',', ';', '\t', '|'].contains(found)).or(reading.delimiter),
        header_line: Some(previewed.header_line.unwrap_or_default()),
    };
    let again = me.preview_csv(file, said.clone()).unwrap();
    assert!(!again.is_encoding_guessed);
    let is_encoding_guessed = previewed.is_encoding_guessed;
    assert_eq!(CsvPreview { is_encoding_guessed, ..again }, *previewed, "read as {said:?}");
}

fn import(me: &mut Session<'_>, (campaign, file): (CampaignId, &[u8]), request: ImportCsv, previewed: &CsvPreview) {
    let report = me.import_csv(campaign, file, request.clone()).unwrap();
    check(me, campaign, &report, previewed);
    let people = people(me, campaign);
    let again = me.import_csv(campaign, file, request.clone()).unwrap();
    assert_eq!((again.imported, again.invalid), (0, report.invalid), "importing twice is importing once");
    if request.mode == ImportMode::Add {
        assert_eq!((again.updated, again.duplicates), (0, report.imported + report.duplicates));
    }
    assert_eq!(self::people(me, campaign), people, "importing twice is importing once");
}

fn people(me: &mut Session<'_>, campaign: CampaignId) -> Value {
    shape(&me.list_prospects(campaign, json!({ "limit": 200 })).unwrap())
}

/// The report matches the content of the campaign, and the lines are those of the file.
fn check(me: &mut Session<'_>, campaign: CampaignId, report: &ImportReport, previewed: &CsvPreview) {
    serde_json::to_string(report).unwrap();
    assert_eq!(report.total(), previewed.total as usize);
    let mut above = previewed.header_line.unwrap_or_default();
    for outcome in report.outcomes() {
        let Source::Line(line) = outcome.source else { panic!("{outcome:?}") };
        assert!(line > above, "line {line} is below {above}");
        above = line;
    }
    let imported = report.outcomes().filter_map(|outcome| match outcome.result {
        ImportResult::Imported(id) => Some(id),
        _ => None,
    });
    let imported: Vec<_> = imported.collect();
    assert_eq!(imported.len(), report.imported as usize);
    let first = me.list_prospects(campaign, json!({ "limit": 200 })).unwrap().prospects;
    assert!(first.iter().map(|prospect| prospect.id).eq(imported.into_iter().take(200)));
}

/// Suppresses the addresses in the file.
fn suppress(me: &mut Session<'_>, file: &[u8], reading: Reading) {
    let request = ImportSuppressions { reading, ..ImportSuppressions::default() };
    match me.import_suppressions(file, request.clone()) {
        Ok(report) => {
            let again = me.import_suppressions(file, request).unwrap();
            assert_eq!((again.added, again.duplicates), (0, report.added + report.duplicates));
        }
        Err(error) => is_refused(&error),
    }
}
