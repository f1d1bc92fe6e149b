//! Column names in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Czech, Slovak, Hungarian,
//! Romanian, Bulgarian, Greek, Swedish, Danish, Norwegian, Finnish, Turkish, Russian, Ukrainian, Japanese, Chinese
//! (both scripts), Korean, Arabic, Hebrew, Vietnamese, Thai and Indonesian (`docs/rules.md#columns`).

use std::collections::HashMap;

use crate::people::person::Field;
use crate::request::text::is_unseen;

/// The words for each field, as [`folded`] makes them. If two columns name one field, the one whose word comes first
/// here gets it.
#[rustfmt::skip]
const WORDS: [(Field, &str); 9] = [
    (
        Field::Email,
        "email emailaddress emailadress workemail workemailaddress businessemail businessemailaddress \
         professionalemail companyemail contactemail contactemailaddress personemail personemailwork leademail \
         prospectemail primaryemail primareemailadresse mainemail verifiedemail email1 email1value email1address \
         emaildefault emails emailwork mail mailaddress emailid youremail youremailaddress emailadresse \
         mailadresse emailgeschaftlich geschaftlicheemail geschaftlicheemailadresse courriel adresseemail \
         adressemail adressecourriel adresseelectronique emailprofessionnel emailpro mailpro mailprofessionnel mel \
         correo correoelectronico direccionemail direcciondeemail direcciondecorreo direcciondecorreoelectronico \
         emailprofesional correocorporativo emailprofissional emailcorporativo correioeletronico enderecoemail \
         enderecodeemail enderecodecorreioeletronico indirizzoemail indirizzomail postaelettronica \
         indirizzodipostaelettronica emailaziendale emailadres mailadres zakelijkeemail personalemail adresemail \
         emailsluzbowy adrespocztyelektronicznej pocztaelektroniczna poczta emailovaadresa elektronickaposta \
         pracovniemail eposta elektronickaadresa pracovnyemail emailcim emailcime elektronikuslevelcim cegesemail \
         adresaemail adresadeemail postaelectronica adresadepostaelectronica имейл имейладрес електроннапоща \
         елпоща поща emailадрес ηλεκτρονικοταχυδρομειο διευθυνσηemail διευθυνσηηλεκτρονικουταχυδρομειου \
         ηλεκτρονικηδιευθυνση ημειλ epost epostadress mejl mejladress mailadress epostadresse sahkoposti \
         sahkopostiosoite sposti epostaadresi mailadresi emailadresi elektronikposta isepostasi почта \
         электроннаяпочта элпочта эладрес адресэлектроннойпочты имэйл емейл емайл мейл рабочаяпочта \
         електроннапошта елпошта пошта імейл адресаелектронноїпошти електроннаадреса メール メールアドレス eメール 電子メール \
         電子メールアドレス eメールアドレス メアド 邮箱 电子邮箱 电子邮件 邮箱地址 电子邮件地址 邮件地址 邮件 电邮 工作邮箱 郵箱 電子郵件 電子信箱 電子郵件地址 電郵 電郵地址 信箱 電子郵箱 \
         email信箱 이메일 이메일주소 전자메일 전자우편 메일 메일주소 전자메일주소 البريدالالكتروني بريدالكتروني عنوانالبريدالالكتروني الايميل \
         ايميل דואל אימייל מייל דואראלקטרוני כתובתדואל כתובתמייל כתובתאימייל thudientu diachiemail hopthu \
         diachithudientu อีเมล ทีอยูอีเมล alamatemail surel alamatsurel poselektronik",
    ),
    (
        Field::LinkedinUrl,
        "linkedinurl linkedinprofileurl personlinkedinurl contactlinkedinurl leadlinkedinurl \
         linkedincontactprofileurl linkedinmemberprofileurl linkedinprofile personlinkedin contactlinkedin \
         linkedin linkedinlink linkedinprofilelink linkedinaddress linkedinpublicurl linkedinurlpublic \
         publiclinkedinurl publicprofileurl profileurl defaultprofileurl profilelink hslinkedinurl \
         prospectlinkedin prospectlinkedinurl linkedinprofil linkedinprofilurl linkedinbio profillinkedin \
         profilurl urllinkedin lienlinkedin lienprofil urlduprofil urlprofillinkedin perfillinkedin \
         perfildelinkedin urldelinkedin urldelperfil urldoperfil urlperfil perfildolinkedin profilolinkedin \
         urlprofilo urlprofilolinkedin linkedinprofiel profielurl profilnalinkedin linkedinprofilja \
         profilullinkedin προφιλlinkedin linkedinprofili профильlinkedin профільlinkedin профилвlinkedin \
         linkedinプロフィール 领英 领英主页 领英链接 링크드인 لينكدان לינקדאין โปรไฟลlinkedin hosolinkedin",
    ),
    (
        Field::Name,
        "fullname name contactname contactfullname personname leadname prospectname displayname completename \
         contact firstandlastname yourname yourfullname customername vollstandigername vollername vornamenachname \
         vornameundnachname vorundnachname ansprechpartner namevorname nachnamevorname nomcomplet prenomnom \
         prenometnom nomprenom nometprenom nometprenoms nombrecompleto nombreyapellido nombreyapellidos \
         nombresyapellidos contacto personadecontacto contato contatto apellidosynombre apellidoynombre \
         nomecompleto nomeesobrenome nomeeapelido nomecognome nomeecognome cognomenome cognomeenome nominativo \
         volledigenaam contactpersoon imieinazwisko nazwiskoiimie imienazwisko celejmeno jmenoaprijmeni \
         prijmeniajmeno menoapriezvisko celemeno priezviskoameno teljesnev numecomplet numesiprenume numeprenume \
         numelecomplet пълноиме имеифамилия имена тритеимена ονοματεπωνυμο πληρεσονομα ονομακαιεπωνυμο \
         fullstandigtnamn helanamnet forochefternamn fuldenavn fuldtnavn fulltnavn forogefternavn forogetternavn \
         kokonimi etujasukunimi adsoyad adisoyadi advesoyad tamad tamadi isimsoyisim фио полноеимя имяифамилия \
         имяфамилия фамилияимя фамилияиимя фамилияимяотчество контактноелицо osobakontaktowa kontaktperson kontakt \
         kontaktniosoba піб повнеімя імятапрізвище прізвищетаімя імяпрізвище 氏名 名前 お名前 フルネーム 担当者 担当者名 姓名 全名 名字 联系人 \
         聯絡人 中文姓名 성명 성함 전체이름 담당자 الاسمالكامل الاسمبالكامل שםמלא שםושםמשפחה שםפרטיומשפחה hoten hovaten ชือสกุล \
         ชือนามสกุล ชือเตม ชือและนามสกุล namalengkap nom nome nombre naam namn navn nimi jmeno meno nev nume име \
         ονομα имя імя ad adi isim 이름 الاسم שם ten ชือ nama",
    ),
    (
        Field::FirstName,
        "firstname givenname forename first fname contactfirstname personfirstname leadfirstname prospectfirstname \
         yourfirstname christianname vorname rufname prenom prenoms primernombre nombredepila nombres primeironome \
         primonome nomeproprio voornaam imie krestnijmeno krstnemeno keresztnev utonev prenume първоиме \
         собственоиме μικροονομα fornamn tilltalsnamn fornavn etunimi ilkad onad личноеимя 名 下の名前 ファーストネーム \
         الاسمالاول שםפרטי tengoi ชือจริง ชือตัว namadepan namapertama",
    ),
    (
        Field::LastName,
        "lastname surname familyname last lname contactlastname personlastname leadlastname prospectlastname \
         yourlastname secondname nachname familienname zuname nomdefamille apellido apellidos primerapellido \
         sobrenome apelido ultimonome cognome achternaam familienaam nazwisko prijmeni priezvisko vezeteknev \
         csaladnev numedefamilie фамилия фамилноиме επωνυμο επιθετο efternamn efternavn etternavn sukunimi soyad \
         soyadi soyisim прізвище 姓 姓氏 苗字 ラストネーム 성 성씨 اسمالعائلة الاسمالاخير العائلة اللقب שםמשפחה משפחה ho นามสกุล \
         สกุล namabelakang namakeluarga",
    ),
    (
        Field::Company,
        "company companyname currentcompany currentcompanyname organization organisation organizationname \
         organisationname organization1name currentorganization personorganization employer currentemployer \
         associatedcompany primaryassociatedcompany account accountname business businessname companynameforemails \
         businessaccountname firma firmenname unternehmen unternehmensname arbeitgeber firmaname entreprise \
         nomdelentreprise nomentreprise societe nomdelasociete raisonsociale employeur empresa nombredelaempresa \
         nombreempresa nomedaempresa companhia compania organizacion organizacao azienda nomeazienda societa \
         impresa organizzazione ragionesociale bedrijf bedrijfsnaam organisatie werkgever nazwafirmy organizacja \
         przedsiebiorstwo pracodawca spolka spolecnost nazevfirmy nazevspolecnosti organizace zamestnavatel \
         spolocnost nazovfirmy nazovspolocnosti organizacia ceg cegnev cegneve vallalat munkahely munkaltato \
         szervezet companie numecompanie numelecompaniei denumirefirma numefirma organizatie societate angajator \
         фирма компания организация именафирма дружество работодател εταιρεια εταιρια επωνυμια επωνυμιαεταιρειασ \
         οργανισμοσ επιχειρηση ονομαεταιρειασ foretag foretagsnamn foretagetsnamn arbetsgivare bolag virksomhed \
         virksomhedsnavn firmanavn arbejdsgiver bedrift bedriftsnavn selskap selskapsnavn arbeidsgiver yritys \
         yrityksennimi yritysnimi organisaatio tyonantaja sirket sirketadi firmaadi kurum kurumadi isyeri \
         названиекомпании наименованиекомпании предприятие работодатель компанія організація фірма назвакомпанії \
         підприємство роботодавець 会社 会社名 企業名 企業 勤務先 法人名 社名 所属 公司 公司名称 公司名 企业 企业名称 单位 工作单位 公司名稱 企業名稱 單位 회사 회사명 기업명 \
         소속 직장 الشركة اسمالشركة المؤسسة جهةالعمل חברה שםחברה שםהחברה ארגון congty tencongty tochuc doanhnghiep \
         บริษัท ชือบริษัท องคกร หนวยงาน perusahaan namaperusahaan organisasi instansi",
    ),
    (
        Field::Position,
        "jobtitle position jobposition currentposition currentjobtitle currenttitle currentjob title contacttitle \
         organizationtitle organization1title job jobrole role worktitle occupation designation personjobtitle \
         berufsbezeichnung stellenbezeichnung positionsbezeichnung jobtitel stelle funktion rolle beruf poste \
         posteactuel intituledeposte intituleduposte titredeposte titreduposte fonction cargo cargoactual \
         cargoatual puesto puestodetrabajo posicion posicao funcao posizione posizionelavorativa ruolo qualifica \
         mansione functie functietitel functienaam rol positie beroep stanowisko stanowiskopracy funkcja pozycja \
         pozice pracovnipozice funkce profese pozicia pracovnapozicia funkcia beosztas pozicio munkakor titulus \
         functia pozitie post длъжност позиция θεση θεσηεργασιασ ρολοσ ιδιοτητα befattning jobbtitel yrkestitel \
         yrke stilling stillingsbetegnelse stillingstittel jobbtittel tittel tehtavanimike nimike titteli asema \
         pozisyon unvan gorev isunvani meslek должность роль профессия посада 役職 職位 肩書 肩書き 職種 职位 职务 职称 岗位 職稱 職務 직함 \
         직책 직위 직급 المسمىالوظيفي الوظيفة المنصب תפקיד chucvu chucdanh vitri ตำแหนง ตำแหนงงาน jabatan posisi \
         pekerjaan",
    ),
    (
        Field::Headline,
        "headline linkedinheadline lkheadline profileheadline personheadline tagline titreduprofil titreprofil titular \
         titulardelperfil titulodoperfil",
    ),
    (
        Field::TimeZone,
        "timezone tz ianatimezone timezoneiana ianatz tzid tzname timezonename timezoneid contacttimezone persontimezone \
         leadtimezone prospecttimezone localtimezone yourtimezone zeitzone ianazeitzone fuseauhoraire zonahoraria \
         husohorario fusoorario fusohorario tijdzone strefaczasowa casovepasmo idozona fusorar zonaorara часовазона \
         часовипояс ζωνηωρασ χρονικηζωνη tidszon tidszone tidssone aikavyohyke saatdilimi zamandilimi часовойпояс \
         временнаязона часовийпояс タイムゾーン 时区 時區 시간대 표준시간대 타임존 المنطقةالزمنية منطقةزمنية النطاقالزمني אזורזמן muigio \
         เขตเวลา โซนเวลา zonawaktu",
    ),
];

/// Words for a whole name that mean one half of it if there is also a column for the other half, and only for that: a
/// German table has `Vorname` and `Name`, a French one `Prénom` and `Nom`, a Spanish one `Nombre` and `Apellidos`.
const HALF: &str = "name nom nome nombre naam namn navn nimi jmeno meno nev nume име ονομα имя імя ad adi isim 이름 الاسم שם ten ชือ nama";

/// Parts of the names of address columns with unusual names: `What is your email?`.
const EMAIL_STEMS: &str = "email mailadres courriel correoelectronico epost eposta sahkoposti почт пошт поща メール 邮箱 電郵 電子郵件 이메일 อีเมล";

/// Letters without the marks that people sometimes omit, and those with them.
#[rustfmt::skip]
const LETTERS: [(char, &str); 25] = [
    ('a', "àáâãäåāăąạảấầẩẫậắằẳẵặ"), ('c', "çćč"), ('d', "ďđ"),
    ('e', "èéêëēėęěẹẻẽếềểễệ"), ('g', "ğ"), ('i', "ìíîïīįıịỉĩ"),
    ('l', "łľĺ"), ('n', "ñńňņ"), ('o', "òóôõöøōőơọỏốồổỗộớờởỡợ"),
    ('r', "řŕ"), ('s', "śšşș"), ('t', "ťţț"),
    ('u', "ùúûüūůűųưụủũứừửữự"), ('y', "ýÿỳỵỷỹ"), ('z', "źżž"),
    ('α', "ά"), ('ε', "έ"), ('η', "ή"),
    ('ι', "ίϊΐ"), ('ο', "ό"), ('υ', "ύϋΰ"),
    ('ω', "ώ"), ('σ', "ς"), ('е', "ё"),
    ('ا', "أإآ"),
];

/// What opens a bracket.
const OPENING: [char; 6] = ['(', '[', '{', '<', '（', '【'];

/// The longest name that is looked up, in bytes.
const LONGEST: usize = 200;

/// The meanings of column names.
pub(crate) struct Words(HashMap<&'static str, (Field, usize)>);

impl Words {
    pub(crate) fn new() -> Self {
        let of_field = |(field, words): (Field, &'static str)| {
            words.split(' ').enumerate().map(move |(place, word)| (word, (field, place)))
        };
        Self(WORDS.into_iter().flat_map(of_field).collect())
    }

    /// The field that a folded name means, and its position among the words for that field.
    fn meaning(&self, word: &str) -> Option<(Field, usize)> {
        self.0.get(word).copied()
    }

    /// The field that a name means, its position among the words for that field, and whether it may be half of a whole
    /// name.
    pub(super) fn meaning_of_name(&self, name: &str) -> Option<(Field, usize, bool)> {
        let of = |word: &str| self.meaning(word).map(|(field, place)| (field, place, is_half(word)));
        // A name without brackets is better.
        let later = |(field, place, can_be_half)| (field, place + 1_000, can_be_half);
        let is_bracketed = name.contains(OPENING);
        of(&folded(name)).or_else(|| of(&folded(&is_bracketed.then(|| unbracketed(name))?)).map(later))
    }

    /// Whether a cell could be the name of a column for a field.
    pub(super) fn knows(&self, cell: &str) -> bool {
        cell.len() <= LONGEST && self.meaning_of_name(cell).is_some()
    }
}

fn is_half(word: &str) -> bool {
    has_word(HALF, word)
}

/// The field whose name is a part of this one.
pub(super) fn stem(word: &str) -> Option<Field> {
    if word.contains("linkedin") {
        return Some(Field::LinkedinUrl);
    }
    EMAIL_STEMS.split(' ').any(|stem| word.contains(stem)).then_some(Field::Email)
}

pub(super) fn has_word(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// A name in lower case without accents, spaces and signs.
pub(super) fn folded(name: &str) -> String {
    let name = name.get(..name.floor_char_boundary(LONGEST)).unwrap_or_default();
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let base = |c: char| {
        let with = |(_, marked): &&(char, &str)| !c.is_ascii() && marked.contains(c);
        LETTERS.iter().find(with).map_or(c, |(base, _)| *base)
    };
    let letters = name.chars().map(narrow).flat_map(char::to_lowercase).map(base);
    letters.filter(|c| c.is_alphanumeric() && !is_unseen(*c)).collect()
}

/// A name without remarks in brackets: `Email (several: use ;)`.
fn unbracketed(name: &str) -> String {
    let mut depth = 0_usize;
    let is_outside = |c: &char| {
        depth = match c {
            _ if OPENING.contains(c) => depth + 1,
            ')' | ']' | '}' | '>' | '）' | '】' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => depth,
        };
        depth == 0
    };
    name.chars().filter(is_outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_folded_and_each_means_one_thing() {
        let words = WORDS.iter().flat_map(|(_, words)| words.split(' '));
        let mut seen = std::collections::HashSet::new();
        for word in words {
            assert_eq!(folded(word), word);
            assert!(seen.insert(word), "{word}");
        }
        for word in HALF.split(' ') {
            assert!(Words::new().meaning(word).is_some_and(|(field, _)| field == Field::Name), "{word}");
        }
        for stem in EMAIL_STEMS.split(' ') {
            assert_eq!(folded(stem), stem);
        }
    }
}
