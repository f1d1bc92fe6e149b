//! Which column holds which field of a person: by its name in the common exports, else by what is in it.

use std::cmp::Reverse;

use super::Identities;
use crate::people::person::Field;

/// What columns are called in English, German, French, Spanish, Portuguese, Italian and Dutch: in small letters without
/// accents, spaces and signs. Of two columns for one field, the one whose name comes first here gets it.
const WORDS: [(Field, &str); 8] = [
    (
        Field::Email,
        "email emailaddress emailadress workemail workemailaddress businessemail businessemailaddress professionalemail \
         companyemail contactemail contactemailaddress personemail leademail prospectemail primaryemail mainemail \
         verifiedemail email1 email1value email1address emails emailwork mail mailaddress emailadresse mailadresse \
         emailgeschaftlich geschaftlicheemail geschaftlicheemailadresse courriel adresseemail adressemail \
         adressecourriel adresseelectronique emailprofessionnel emailpro mailpro correo correoelectronico \
         direccionemail direcciondeemail direcciondecorreo direcciondecorreoelectronico emailprofesional emailprofissional \
         emailcorporativo correioeletronico enderecoemail enderecodeemail indirizzoemail indirizzomail postaelettronica \
         indirizzodipostaelettronica emailaziendale emailadres mailadres zakelijkeemail personalemail",
    ),
    (
        Field::LinkedinUrl,
        "linkedinurl linkedinprofileurl personlinkedinurl contactlinkedinurl leadlinkedinurl linkedincontactprofileurl \
         linkedinmemberprofileurl linkedinprofile personlinkedin contactlinkedin linkedin linkedinlink linkedinprofilelink \
         linkedinaddress linkedinpublicurl linkedinurlpublic publiclinkedinurl publicprofileurl profileurl \
         defaultprofileurl profilelink linkedinprofil linkedinprofilurl profillinkedin profilurl urllinkedin lienlinkedin \
         lienprofil urlduprofil urlprofillinkedin perfillinkedin perfildelinkedin urldelinkedin urldelperfil urldoperfil \
         urlperfil perfildolinkedin profilolinkedin urlprofilo urlprofilolinkedin linkedinprofiel profielurl",
    ),
    (
        Field::Name,
        "fullname name contactname contactfullname personname leadname prospectname displayname completename contact \
         firstandlastname vollstandigername vollername vornamenachname vornameundnachname vorundnachname ansprechpartner \
         nomcomplet prenomnom prenometnom nomprenom nometprenom nombrecompleto nombreyapellido nombreyapellidos \
         nomecompleto nomeesobrenome nomecognome nomeecognome nominativo volledigenaam nom nome nombre naam",
    ),
    (
        Field::FirstName,
        "firstname givenname forename first fname contactfirstname personfirstname leadfirstname vorname prenom \
         primernombre nombredepila primeironome primonome voornaam",
    ),
    (
        Field::LastName,
        "lastname surname familyname last lname contactlastname personlastname leadlastname nachname familienname zuname \
         nomdefamille apellidos apellido primerapellido sobrenome apelido ultimonome cognome achternaam familienaam",
    ),
    (
        Field::Company,
        "company companyname currentcompany currentcompanyname organization organisation organizationname \
         organisationname organization1name currentorganization employer currentemployer associatedcompany account \
         accountname business businessname firma firmenname unternehmen unternehmensname arbeitgeber entreprise \
         nomdelentreprise nomentreprise societe nomdelasociete raisonsociale employeur empresa nombredelaempresa \
         nombreempresa nomedaempresa compania companhia organizacion organizacao azienda nomeazienda societa impresa \
         organizzazione bedrijf bedrijfsnaam organisatie werkgever",
    ),
    (
        Field::Position,
        "jobtitle position jobposition currentposition currentjobtitle currenttitle currentjob title contacttitle \
         organizationtitle organization1title job role jobrole worktitle occupation designation berufsbezeichnung \
         stellenbezeichnung positionsbezeichnung jobtitel stelle funktion rolle beruf poste posteactuel intituledeposte \
         intituleduposte titredeposte titreduposte fonction cargo cargoactual cargoatual puesto puestodetrabajo posicion \
         posicao funcao posizione posizionelavorativa ruolo qualifica mansione functie functietitel functienaam rol \
         positie beroep",
    ),
    (
        Field::Headline,
        "headline linkedinheadline profileheadline personheadline tagline titreduprofil titreprofil titular \
         titulardelperfil titulodoperfil",
    ),
];

/// Words for a whole name that mean one half of it where a column for the other half, and only that, is there too: a
/// German table has `Vorname` and `Name`, a French one `Prénom` and `Nom`, a Spanish one `Nombre` and `Apellidos`.
const HALF: [&str; 5] = ["name", "nom", "nome", "nombre", "naam"];

/// Where the profiles of people are; companies, jobs and posts have URLs at LinkedIn too.
const PEOPLE: [&str; 4] = ["/in/", "/pub/", "/sales/lead/", "/sales/people/"];

/// The field of each column, from the names of all and the first rows. A field is given to one column only.
pub(crate) fn suggest(names: &[String], rows: &[Vec<String>], identities: Identities) -> Vec<Option<Field>> {
    let words: Vec<String> = names.iter().map(|name| folded(name)).collect();
    let meanings: Vec<_> = words.iter().map(|word| meaning(word)).collect();
    let has = |field| meanings.iter().flatten().any(|(meant, _)| *meant == field);
    let half = match (has(Field::FirstName), has(Field::LastName)) {
        (true, false) => Field::LastName,
        (false, true) => Field::FirstName,
        _ => Field::Name,
    };
    let resolve = |(word, meaning): (&String, &Option<(Field, usize)>)| {
        meaning.map(|(field, place)| (if HALF.contains(&word.as_str()) { half } else { field }, place))
    };
    let candidate = |(column, told): (usize, Option<(Field, usize)>)| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.trim());
        let samples = Samples::of(cells.filter(|cell| !cell.is_empty()), identities);
        match told.filter(|(field, _)| samples.allow(*field)) {
            // A name tells more than samples; a column with values is better than one without.
            Some((field, place)) => Some((field, (true, samples.count > 0, Reverse(place)))),
            None => Some((samples.field()?, (false, true, Reverse(0)))),
        }
    };
    let candidates: Vec<_> = words.iter().zip(&meanings).map(resolve).enumerate().map(candidate).collect();
    let mut fields = vec![None; names.len()];
    for field in Field::ALL {
        let of_field = candidates.iter().enumerate().filter_map(|(column, candidate)| {
            candidate.filter(|(suggested, _)| *suggested == field).map(|(_, rank)| (rank, Reverse(column)))
        });
        if let Some(slot) = of_field.max().and_then(|(_, Reverse(column))| fields.get_mut(column)) {
            *slot = Some(field);
        }
    }
    fields
}

/// What the first cells of a column are.
#[derive(Default)]
struct Samples {
    count: usize,
    emails: usize,
    profiles: usize,
}

impl Samples {
    fn of<'a>(cells: impl Iterator<Item = &'a str>, identities: Identities) -> Self {
        cells.fold(Self::default(), |samples, cell| {
            let is_person = || PEOPLE.iter().any(|path| cell.to_ascii_lowercase().contains(path));
            Self {
                count: samples.count + 1,
                emails: samples.emails + usize::from((identities.is_email)(cell)),
                profiles: samples.profiles + usize::from((identities.is_profile)(cell) && is_person()),
            }
        })
    }

    /// Whether a column that is called so can be it: one that has values, has some that identify.
    const fn allow(&self, field: Field) -> bool {
        match field {
            Field::Email => self.count == 0 || self.emails > 0,
            Field::LinkedinUrl => self.count == 0 || self.profiles > 0,
            _ => true,
        }
    }

    /// What they are without a name: all of them email addresses, or all of them profiles.
    const fn field(&self) -> Option<Field> {
        match self {
            Self { count: 0, .. } => None,
            Self { count, emails, .. } if *count == *emails => Some(Field::Email),
            Self { count, profiles, .. } if *count == *profiles => Some(Field::LinkedinUrl),
            _ => None,
        }
    }
}

/// The field that a word means, and its place among the words for that field.
fn meaning(word: &str) -> Option<(Field, usize)> {
    WORDS.iter().find_map(|(field, words)| Some((*field, words.split(' ').position(|known| known == word)?)))
}

/// A name in small letters without accents, spaces and signs.
fn folded(name: &str) -> String {
    let base = |c: char| match c {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        other => other,
    };
    name.chars().flat_map(char::to_lowercase).map(base).filter(|c| c.is_alphanumeric()).collect()
}
