//! Which column holds which field of a person: by its name in the common exports, or else by its content.

use std::cmp::Reverse;

use super::known_columns::{Words, folded, stem};
use super::{Held, Identities, Row};
use crate::people::person::Field;

/// The paths of people's profiles; companies, jobs and posts have LinkedIn URLs, too.
const PEOPLE: [&str; 4] = ["/in/", "/pub/", "/sales/lead/", "/sales/people/"];

/// How many rows decide what a column holds.
const ROWS: usize = 100;

/// The strength of a suggestion: a name that the cells confirm; cells alone, or a part of a name that they confirm; a
/// name alone.
type Rank = (u8, bool, Reverse<usize>);

/// The field of each column, by the names and contents of all. Each field is given to one column only.
pub(crate) fn suggest(names: &[String], words: &Words, samples: &Samples) -> Vec<Option<Field>> {
    let told: Vec<_> = names.iter().map(|name| words.meaning_of_name(name)).collect();
    let has = |field| told.iter().flatten().any(|(meant, ..)| *meant == field);
    let half = match (has(Field::FirstName), has(Field::LastName)) {
        (true, false) => Field::LastName,
        (false, true) => Field::FirstName,
        _ => Field::Name,
    };
    let candidate = |(column, name): (usize, &String)| -> Option<(Field, Rank)> {
        let told = told.get(column).copied().flatten();
        let told = told.map(|(field, place, can_be_half)| (if can_be_half { half } else { field }, place));
        let cells = samples.columns.get(column).copied().unwrap_or_default();
        if let Some((field, place)) = told.filter(|(field, _)| cells.allow(*field)) {
            // A column with values is better than one without.
            return Some((field, (3, cells.count > 0, Reverse(place))));
        }
        if let Some((field, odd)) = cells.field(samples.are_all_there_is) {
            return Some((field, (2, true, Reverse(odd))));
        }
        let part = stem(&folded(name)).filter(|field| told.is_none() && cells.holds(*field));
        let odd = told.filter(|(field, _)| *field == Field::Email);
        part.map(|field| (field, (2, true, Reverse(ROWS))))
            .or_else(|| odd.map(|(field, place)| (field, (1, true, Reverse(place)))))
    };
    let candidates: Vec<_> = names.iter().enumerate().map(candidate).collect();
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

/// What the first cells of each column are.
pub(crate) struct Samples {
    columns: Vec<Cells>,
    rows: usize,
    /// Whether the columns have no names.
    are_all_there_is: bool,
}

impl Samples {
    pub(crate) fn of(columns: usize, has_header: bool) -> Self {
        Self { columns: vec![Cells::default(); columns], rows: 0, are_all_there_is: !has_header }
    }

    /// Whether more rows would give more information.
    pub(crate) const fn are_wanted(&self) -> bool {
        self.rows < ROWS
    }

    pub(crate) fn add(&mut self, row: &Row<'_>, identities: Identities) {
        self.add_cells(row.cells(), identities);
    }

    pub(super) fn add_cells<'a>(&mut self, cells: impl Iterator<Item = &'a str>, identities: Identities) {
        self.rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.add(cell.trim(), identities);
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Cells {
    count: usize,
    emails: usize,
    profiles: usize,
}

impl Cells {
    fn add(&mut self, cell: &str, identities: Identities) {
        if cell.is_empty() {
            return;
        }
        let is_person = || PEOPLE.iter().any(|path| cell.to_ascii_lowercase().contains(path));
        self.count += 1;
        match identities.of(cell) {
            Held::Emails => self.emails += 1,
            Held::Profile if is_person() => self.profiles += 1,
            _ => {}
        }
    }

    const fn holds(self, field: Field) -> bool {
        match field {
            Field::Email => self.emails > 0,
            Field::LinkedinUrl => self.profiles > 0,
            _ => true,
        }
    }

    /// Whether a column with the name of a field can be that field. A column with values must have some that identify
    /// if the field identifies, and others if it does not.
    const fn allow(self, field: Field) -> bool {
        match field {
            Field::Email | Field::LinkedinUrl => self.count == 0 || self.holds(field),
            _ => self.field(false).is_none(),
        }
    }

    /// The field that the cells suggest without a name, and how many cells are something else. All must be email
    /// addresses, or all profiles; some are enough if no column has a name.
    const fn field(self, some_will_do: bool) -> Option<(Field, usize)> {
        let Self { count, emails, profiles } = self;
        if emails > 0 && (some_will_do || emails == count) {
            Some((Field::Email, count - emails))
        } else if profiles > 0 && (some_will_do || profiles == count) {
            Some((Field::LinkedinUrl, count - profiles))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::sheet::tests::IDENTITIES;

    fn suggested(header: &str, rows: &[&[&str]]) -> Vec<Option<Field>> {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        let mut samples = Samples::of(names.len(), true);
        rows.iter().for_each(|row| samples.add_cells(row.iter().copied(), IDENTITIES));
        suggest(&names, &Words::new(), &samples)
    }

    #[test]
    fn fields_are_suggested_by_the_names_of_columns() {
        use Field::{Company, Email, FirstName, Headline, LastName, LinkedinUrl, Name, Position, TimeZone};
        for (field, names) in [
            (
                Email,
                "Email,E-Mail,e_mail,EMAIL ADDRESS,Work Email,E-Mail-Adresse,E-mail 1 - Value,Courriel,Correo electrónico",
            ),
            (Email, "Adresse e-mail,Endereço de e-mail,Indirizzo e-mail,E-mailadres,Geschäftliche E-Mail,Mail"),
            (
                LinkedinUrl,
                "LinkedIn,LinkedIn URL,Linkedin Profile,Profile URL,profileUrl,Person Linkedin Url,linkedin_url",
            ),
            (LinkedinUrl, "Profil LinkedIn,LinkedIn-Profil,Perfil de LinkedIn,Profilo LinkedIn,LinkedIn-profiel"),
            (
                Name,
                "Name,Full Name,fullName,Vollständiger Name,Nom complet,Nombre completo,Nome completo,Volledige naam",
            ),
            (Name, "Nom,Nome,Nombre,Naam"),
            (
                FirstName,
                "First Name,firstName,FIRST_NAME,Given Name,Vorname,Prénom,Pre\u{301}nom,Primeiro nome,Voornaam",
            ),
            (
                LastName,
                "Last Name,Surname,Nachname,Familienname,Nom de famille,Apellido,Apellidos,Sobrenome,Cognome,Achternaam",
            ),
            (
                Company,
                "Company,Company Name,Organization,Organisation,Firma,Unternehmen,Entreprise,Société,Empresa,Azienda,Bedrijf",
            ),
            (
                Position,
                "Position,Job Title,Title,jobTitle,Role,Stellenbezeichnung,Poste,Cargo,Puesto,Função,Ruolo,Functie",
            ),
            (Headline, "Headline,LinkedIn Headline,Titular"),
            (TimeZone, "Time Zone,timezone,time_zone,TZ,IANA Time Zone,Zeitzone,Fuseau horaire,Fuso horário"),
        ] {
            for name in names.split(',') {
                assert_eq!(suggested(name, &[]), [Some(field)], "{name}");
            }
        }
        for name in ["", "column 1", "Phone", "Email Status", "Company LinkedIn Url", "Titel", "Notes", "番号"] {
            assert_eq!(suggested(name, &[]), [None], "{name}");
        }
    }

    #[test]
    fn a_name_beside_one_half_of_it_is_the_other_half() {
        use Field::{FirstName, LastName, Name};
        for (header, expected) in [
            ("Vorname,Name", [Some(FirstName), Some(LastName)]),
            ("Nom,Prénom", [Some(LastName), Some(FirstName)]),
            ("Nombre,Apellidos", [Some(FirstName), Some(LastName)]),
            ("Cognome,Nome", [Some(LastName), Some(FirstName)]),
            ("First Name,Full Name", [Some(FirstName), Some(Name)]),
        ] {
            assert_eq!(suggested(header, &[]), expected, "{header}");
        }
        assert_eq!(suggested("Vorname,Nachname,Name", &[]), [Some(FirstName), Some(LastName), Some(Name)]);
    }

    #[test]
    fn a_field_is_suggested_for_its_best_column() {
        use Field::{Company, Email, LinkedinUrl, Position};
        for (header, rows, expected) in [
            ("Work Email,Email", &[][..], [None, Some(Email)]),
            ("Email,Email", &[], [Some(Email), None]),
            ("Title,Job Title", &[], [None, Some(Position)]),
            // The one with values.
            ("Company,Company Name", &[&["", "Acme"][..]], [None, Some(Company)]),
            // A column that cannot be what its name says.
            ("Email,Reply", &[&["sent", ""], &["sent", "a@x.y"]], [None, Some(Email)]),
            ("LinkedIn,x", &[&["yes", "1"]], [None, None]),
            (
                "LinkedIn,URL",
                &[&["linkedin.com/company/acme", "https://www.linkedin.com/in/ana"]],
                [None, Some(LinkedinUrl)],
            ),
            ("Email,x", &[&["linkedin.com/in/ana", "1"]], [Some(LinkedinUrl), None]),
            // One bad value does not matter in a column with the right name, but does in one without.
            ("Email,x", &[&["a@x.y", "linkedin.com/in/a"], &["?", "?"]], [Some(Email), None]),
            (
                "column 1,column 2",
                &[&["linkedin.com/In/Ana", "a@x.y"], &["", " b@x.y "]],
                [Some(LinkedinUrl), Some(Email)],
            ),
            ("column 1,column 2", &[&["linkedin.com/in/ana", "a@x.y"]], [Some(LinkedinUrl), Some(Email)]),
            // A name says more than values, unless a column is full of addresses.
            ("Owner,Email", &[&["a@x.y", ""]], [None, Some(Email)]),
            ("Name,x", &[&["a@x.y", ""]], [Some(Email), None]),
            ("Name,Email", &[&["a@x.y", "a@x.y"]], [None, Some(Email)]),
            // No other column has this name.
            ("Email,x", &[&["a(at)x.y", ""]], [Some(Email), None]),
        ] {
            assert_eq!(suggested(header, rows), expected, "{header} {rows:?}");
        }
    }
}
