//! Files as real programs write them, with invented people: the suggested mapping is right for all of them without a
//! change.

use campaignkit::{CampaignId, ImportResult, Reading};
use serde_json::json;

use crate::world::{World, shape};

/// A file, and the columns that hold a field of the person. All other columns are custom fields.
struct Layout {
    program: &'static str,
    /// The page or public file that the header comes from: a description of the program's files, or the header itself.
    source: &'static str,
    file: &'static str,
    header_line: u32,
    fields: &'static [(&'static str, &'static str)],
}

#[rustfmt::skip]
const LAYOUTS: [Layout; 24] = [
    Layout {
        program: "LinkedIn, connections",
        source: "github.com/nbramia/LifeOS/pull/814",
        file: "Notes:\n\"When you export your connections, you may see that some of the addresses\nare missing, because \"\"people\"\" hide them\"\n\n\
               First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
               Ana,Diaz,https://www.linkedin.com/in/ana-diaz,,\"Acme, Inc.\",Head of Sales,03 Jan 2026\n\
               Bo,Li,https://www.linkedin.com/in/bo-li,bo@example.com,Beta,\"Founder, Design\",04 Jan 2026\n",
        header_line: 5,
        fields: &[("First Name", "first_name"), ("Last Name", "last_name"), ("URL", "linkedin_url"), ("Email Address", "email"), ("Company", "company"), ("Position", "position")],
    },
    Layout {
        program: "LinkedIn, connections as they were",
        source: "github.com/Thanh-To/linkedin-network-visualization/pull/2",
        file: "First Name,Last Name,Email Address,Company,Position,Connected On\nAna,Diaz,ana@example.com,Acme,CEO,03 Jan 2026\n",
        header_line: 1,
        fields: &[("First Name", "first_name"), ("Last Name", "last_name"), ("Email Address", "email"), ("Company", "company"), ("Position", "position")],
    },
    Layout {
        program: "Sales Navigator by an exporter",
        source: "docs.prontohq.com/api-reference/endpoints/searches/show",
        file: "first_name,last_name,full_name,gender,most_probable_email,most_probable_email_status,title,title_description,linkedin_profile_url,lk_headline,sales_navigator_profile_url,company_name,company_linkedin_url\n\
               Ana,Diaz,Ana Diaz,female,ana@example.com,valid,Head of Sales,,https://www.linkedin.com/in/ana-diaz,Selling things,https://www.linkedin.com/sales/lead/ACwAAA1,Acme,https://www.linkedin.com/company/acme\n\
               Bo,Li,Bo Li,male,,,CTO,,https://www.linkedin.com/in/bo-li,,https://www.linkedin.com/sales/lead/ACwAAA2,Beta,https://www.linkedin.com/company/beta\n",
        header_line: 1,
        fields: &[("first_name", "first_name"), ("last_name", "last_name"), ("full_name", "name"), ("most_probable_email", "email"), ("title", "position"), ("linkedin_profile_url", "linkedin_url"), ("lk_headline", "headline"), ("company_name", "company")],
    },
    Layout {
        program: "Apollo",
        source: "knowledge.apollo.io/hc/en-us/articles/4409161532045",
        file: "First Name,Last Name,Title,Company Name,Company Name for Emails,Contact Email,Email Status,Contact LinkedIn URL,Company Website,Company Linkedin Url\n\
               Ana,Diaz,CEO,Acme Inc.,Acme,ana@example.com,Verified,http://www.linkedin.com/in/ana-diaz,http://www.acme.example,http://www.linkedin.com/company/acme\n",
        header_line: 1,
        fields: &[("First Name", "first_name"), ("Last Name", "last_name"), ("Title", "position"), ("Company Name", "company"), ("Contact Email", "email"), ("Contact LinkedIn URL", "linkedin_url")],
    },
    Layout {
        program: "HubSpot",
        source: "github.com/BasyirSheersComputer/leads START_HERE_HUBSPOT_IMPORT.md",
        file: "First Name,Last Name,Salutation,Job Title,Company Name,Contact owner,Notes,Lifecycle Stage,Buying Role,Email,Mobile Phone Number\n\
               Ana,Diaz,Ms.,CEO,Acme,sam@mycorp.example,Met in May,Lead,Decision Maker,ana@example.com,'+351 1\n",
        header_line: 1,
        fields: &[("First Name", "first_name"), ("Last Name", "last_name"), ("Job Title", "position"), ("Company Name", "company"), ("Email", "email")],
    },
    Layout {
        program: "Salesforce, data export",
        source: "github.com/AethereusMohamedAskar/aethereusDev retrieve/AccentureSFMC/_ParentBU_/dataExtension/Contact_Salesforce.dataExtension-doc.md",
        file: "\"Id\",\"IsDeleted\",\"AccountId\",\"LastName\",\"FirstName\",\"Name\",\"MailingCity\",\"Phone\",\"Email\",\"Title\",\"LeadSource\",\"OwnerId\",\"HasOptedOutOfEmail\",\"EmailBouncedDate\"\n\
               \"0031\",\"0\",\"0011\",\"Diaz\",\"Ana\",\"Ana Diaz\",\"Porto\",\"\",\"ana@example.com\",\"CEO\",\"Web\",\"0051\",\"0\",\"\"\n",
        header_line: 1,
        fields: &[("LastName", "last_name"), ("FirstName", "first_name"), ("Name", "name"), ("Email", "email"), ("Title", "position")],
    },
    Layout {
        program: "Pipedrive",
        source: "getcapt.com/blog/pipedrive-import-csv",
        file: "Person - Name,Person - Label,Person - Email,Person - Phone,Organization - Name\nAna Diaz,Hot lead,ana@example.com,,Acme\n",
        header_line: 1,
        fields: &[("Person - Name", "name"), ("Person - Email", "email"), ("Organization - Name", "company")],
    },
    Layout {
        program: "Google Contacts",
        source: "github.com/malbuquerque/produto/issues/59",
        file: "Name,Given Name,Additional Name,Family Name,Yomi Name,Name Prefix,Nickname,Short Name,Birthday,Location,Occupation,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Type,Organization 1 - Name,Organization 1 - Title,Organization 1 - Department\n\
               Ana Diaz,Ana,,Diaz,,,,,,,,,* myContacts,* Work,ana@example.com,,,,Acme,CEO,\n\
               Bo Li,Bo,,Li,,,,,,,,,* myContacts ::: Starred,* Work,bo@example.com,,,,Beta,,\n",
        header_line: 1,
        fields: &[("Name", "name"), ("Given Name", "first_name"), ("Family Name", "last_name"), ("E-mail 1 - Value", "email"), ("Organization 1 - Name", "company"), ("Organization 1 - Title", "position")],
    },
    Layout {
        program: "Outlook",
        source: "github.com/michalbe/csv2vcard README.md",
        file: "Title,First Name,Middle Name,Last Name,Suffix,Given Name Yomi,Family Name Yomi,Home Street,Company,Department,Job Title,Business Phone,E-mail Address,E-mail Type,E-mail 2 Address,E-mail 2 Type,Notes,Web Page\r\n\
               Dr.,Ana,,Diaz,,,,,Acme,Sales,Head of Sales,,ana@example.com,SMTP,ana@home.example,SMTP,\"two\r\nlines\",\r\n",
        header_line: 1,
        fields: &[("First Name", "first_name"), ("Last Name", "last_name"), ("Company", "company"), ("Job Title", "position"), ("E-mail Address", "email")],
    },
    Layout {
        program: "Thunderbird",
        source: "github.com/owncloud-archive/contacts/issues/1108",
        file: "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Work Country,Job Title,Department,Organization,Web Page 1,Custom 1,Notes,\n\
               Ana,Diaz,Ana Diaz,,ana@example.com,,,,,CEO,,Acme,,,,\n",
        header_line: 1,
        fields: &[("First Name", "first_name"), ("Last Name", "last_name"), ("Display Name", "name"), ("Primary Email", "email"), ("Job Title", "position"), ("Organization", "company")],
    },
    Layout {
        program: "Mailchimp",
        source: "github.com/buren/honey_format spec/honey_format/csv_spec.rb",
        file: "\"Email Address\",\"First Name\",\"Last Name\",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES\n\
               ana@example.com,Ana,Diaz,2,,,\"2026-03-16 14:40:47\",198.51.100.1,,,,,,,,\"2026-03-16 14:40:47\",1,e1,\n",
        header_line: 1,
        fields: &[("Email Address", "email"), ("First Name", "first_name"), ("Last Name", "last_name"), ("TIMEZONE", "time_zone")],
    },
    Layout {
        program: "Brevo",
        source: "help.brevo.com/hc/en-us/articles/208729849",
        file: "EMAIL;FIRSTNAME;LASTNAME;SMS;EXT_ID;LANDLINE_NUMBER;FIRST_CLASS\nana@example.com;Ana;Diaz;;;;2026-01-07\n",
        header_line: 1,
        fields: &[("EMAIL", "email"), ("FIRSTNAME", "first_name"), ("LASTNAME", "last_name")],
    },
    Layout {
        program: "Brevo in French",
        source: "help.brevo.com/hc/en-us/articles/208729849",
        file: "EMAIL;PRENOM;NOM;SMS\nana@example.com;Ana;Diaz;\n",
        header_line: 1,
        fields: &[("EMAIL", "email"), ("PRENOM", "first_name"), ("NOM", "last_name")],
    },
    Layout {
        program: "Excel on Windows in German",
        source: "github.com/tine20/tine20/issues/3668",
        file: "\u{feff}Firma;Name;Vorname;Strasse&Nr;PLZ;Ort;Tel;E-Mail\r\nÖl & Söhne;Müller;Jürgen;Weg 1;01067;Dresden;;j.mueller@example.com\r\n",
        header_line: 1,
        fields: &[("Firma", "company"), ("Name", "last_name"), ("Vorname", "first_name"), ("E-Mail", "email")],
    },
    Layout {
        program: "Excel on Windows in French, quoted by hand",
        source: "websioux.com/RapidoMail/index.php?info=liste",
        file: "\"prenom\", \"nom\", \"email\", \"info1\", \"info2\"\n\"Élise\", \"Martin\", \"elise@example.com\", \"aime, la musique\", \"30/01/77\"\n",
        header_line: 1,
        fields: &[("prenom", "first_name"), ("nom", "last_name"), ("email", "email")],
    },
    Layout {
        program: "Excel on Windows in Spanish",
        source: "github.com/kevin15sandoval/web-Mongrua PLANTILLA-EXCEL-UNIFICADA.md",
        file: "sep=;\r\nSECTOR;EMPRESA;CONTACTO;TELÉFONO;CORREO;POBLACIÓN;PROVINCIA;OBSERVACIONES\r\nElectricidad;Acme SL;Ana Díaz;925;ana@example.com;Toledo;Toledo;\r\nGestoría;Beta SL;;925;;Toledo;Toledo;llamar\r\n",
        header_line: 2,
        fields: &[("EMPRESA", "company"), ("CONTACTO", "name"), ("CORREO", "email")],
    },
    Layout {
        program: "Excel on Windows in Italian",
        source: "github.com/devcode-it/openstamanager-docs openstamanager/modules/strumenti/import/import-anagrafiche.md",
        file: "Codice;Ragione sociale;Nome;Cognome;Provincia;Città;Telefono;Email;Pec;Sito web\r\n1;Acme srl;Ana;Rossi;PD;Padova;;ana@example.com;acme@pec.example;\r\n",
        header_line: 1,
        fields: &[("Ragione sociale", "company"), ("Nome", "first_name"), ("Cognome", "last_name"), ("Email", "email")],
    },
    Layout {
        program: "Excel on Windows in Polish",
        source: "surveylab.com/pl/pomoc/faq/przygotowanie-pliku-do-importu-kontaktow",
        file: "Email; Imię; Nazwisko; Telefon; Język; Custom 1; Custom 2\r\nlukasz@example.com; Łukasz; Żółć; 520; PL; Gdynia; Specjalista IT\r\n",
        header_line: 1,
        fields: &[("Email", "email"), ("Imię", "first_name"), ("Nazwisko", "last_name")],
    },
    Layout {
        program: "Excel on Windows in Romanian",
        source: "kumulator.com/help/import-contacte",
        file: "Lista de contacte;;;\r\nExport: 01.11.2026;;;\r\n;;;\r\nNume;Email;Telefon;Companie\r\nIoana Ștefan;ioana@example.com;;Acme SRL\r\n",
        header_line: 4,
        fields: &[("Nume", "name"), ("Email", "email"), ("Companie", "company")],
    },
    Layout {
        program: "Excel on Windows in Portuguese",
        source: "portal-dev-vindi.readme.io/docs/importação-de-clientes-em-massa-passo1",
        file: "Nome completo;E-mail;Número do CPF ou CNPJ;Tipo;Prefixo DDI\r\nJoão Conceição;joao@example.com;\"=\"\"00123\"\"\";celular;+55\r\n",
        header_line: 1,
        fields: &[("Nome completo", "name"), ("E-mail", "email")],
    },
    Layout {
        program: "Excel on a Mac",
        source: "seeblog.seenet.ca/category/musings",
        file: "Email,First Name,Company\rana@example.com,Ana,\"Acme, Inc.\"\rbo@example.com,Bo,Beta\r",
        header_line: 1,
        fields: &[("Email", "email"), ("First Name", "first_name"), ("Company", "company")],
    },
    Layout {
        program: "Numbers, with the name of the table",
        source: "github.com/masaccio/csv2numbers README.md",
        file: "Table 1,,,\nFull Name,E-mail,Company,Role\n\"Diaz, Ana\",ana@example.com,Acme,CEO\nBo Li,bo@example.com,,\n",
        header_line: 2,
        fields: &[("Full Name", "name"), ("E-mail", "email"), ("Company", "company"), ("Role", "position")],
    },
    Layout {
        program: "LibreOffice, all texts quoted",
        source: "github.com/unoconv/unoconv/issues/161",
        file: "\"Email Address\";\"Name\";\"Organisation\";\"Number\"\n\"ana@example.com\";\"Ana Diaz\";\"Acme; Söhne\";1\n",
        header_line: 1,
        fields: &[("Email Address", "email"), ("Name", "name"), ("Organisation", "company")],
    },
    Layout {
        program: "a scanner's address book in German",
        source: "manualslib.de/manual/72801/Fujitsu-N7100.html?page=448",
        file: "\"Benutzername\",\"Gruppenname\",\"Verteilerliste\",\"Vorname\",\"Nachname\",\"E-Mail-Adresse\"\n\"jm\",\"\\x\",\"\",\"Jürgen\",\"Müller\",\"j.mueller@example.com\"\n",
        header_line: 1,
        fields: &[("Vorname", "first_name"), ("Nachname", "last_name"), ("E-Mail-Adresse", "email")],
    },
];

fn campaign(world: &mut World, layout: &Layout) -> CampaignId {
    let by_profile = layout.fields.iter().any(|(_, field)| *field == "linkedin_url");
    if by_profile { world.linkedin_campaign(layout.program) } else { world.email_campaign(layout.program) }
}

#[test]
fn the_suggested_mapping_is_right_for_the_files_of_real_programs() {
    let mut world = World::new();
    for layout in &LAYOUTS {
        let what = format!("{} ({})", layout.program, layout.source);
        let file = layout.file.as_bytes();
        let preview = shape(&world.me().preview_csv(file, Reading::default()).unwrap());
        assert_eq!(preview["header_line"], layout.header_line, "{what}");
        let suggested: Vec<_> =
            std::iter::zip(preview["columns"].as_array().unwrap(), preview["mapping"].as_array().unwrap())
                .filter(|(_, field)| !field.is_null())
                .map(|(column, field)| (column["name"].as_str().unwrap(), field.as_str().unwrap()))
                .collect();
        assert_eq!(suggested, layout.fields, "{what}");
        let campaign = campaign(&mut world, layout);
        let request = json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"] });
        let report = world.me().import_csv(campaign, file, request).unwrap();
        assert!(report.imported > 0, "{what}");
        for outcome in report.outcomes() {
            // One row of the Spanish file has no address.
            let is_missing = matches!(outcome.result, ImportResult::Invalid([issue]) if issue.code() == "required");
            assert!(is_missing || matches!(outcome.result, ImportResult::Imported(_)), "{what} {outcome:?}");
        }
        let first = shape(&world.me().list_prospects(campaign, json!({})).unwrap().prospects[0]);
        assert!(first["first_name"].is_string(), "{what}: one can be greeted");
    }
}
