//! Unicode's Normalization Form C (UAX #15) for addresses and profiles: every letter of the Basic Multilingual Plane
//! that consists of a letter and a mark, and Hangul. Other characters with several forms, such as the compatibility
//! ideographs, stay as they are. A whole Unicode table would take 22 KB of the wasm.

use std::borrow::Cow;

/// The text in the one form of all those that look the same.
pub(super) fn nfc(text: &str) -> Cow<'_, str> {
    if !text.chars().any(joins) {
        return text.into();
    }
    let mut apart: Vec<(char, u8)> = Vec::with_capacity(text.len());
    for c in text.chars() {
        take_apart(c, &mut apart);
    }
    for run in apart.chunk_by_mut(|_, (_, class)| *class != 0).filter(|run| run.len() > 1) {
        let mut sorted: Vec<(char, u8)> = Vec::with_capacity(run.len());
        for (mark, class) in run.iter().copied() {
            let place = sorted.partition_point(|(_, before)| *before <= class);
            sorted.insert(place, (mark, class));
        }
        run.copy_from_slice(&sorted);
    }
    compose(&apart).into()
}

/// Whether a character may combine with the one before it.
fn joins(c: char) -> bool {
    c >= FIRST_MARK && (is_jamo(c) || MARKS.iter().any(|row| row.0 == c))
}

/// Whether it is a vowel or a trailing consonant of Hangul.
const fn is_jamo(c: char) -> bool {
    matches!(c, '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')
}

fn take_apart(c: char, apart: &mut Vec<(char, u8)>) {
    match halves(c) {
        Some((base, mark)) => {
            take_apart(base, apart);
            apart.push((mark, class(mark)));
        }
        None => apart.push((c, class(c))),
    }
}

fn compose(apart: &[(char, u8)]) -> String {
    let mut composed: Vec<char> = Vec::with_capacity(apart.len());
    // Where the last letter is, and the class of the last mark after it that did not combine with it.
    let (mut letter, mut last): (Option<usize>, Option<u8>) = (None, None);
    for (c, class) in apart.iter().copied() {
        let is_blocked = last.is_some_and(|last| last >= class);
        let base = letter.and_then(|place| composed.get_mut(place)).filter(|_| !is_blocked);
        if let Some(base) = base
            && let Some(both) = joined(*base, c)
        {
            *base = both;
            continue;
        }
        if class == 0 {
            (letter, last) = (Some(composed.len()), None);
        } else {
            last = Some(class);
        }
        composed.push(c);
    }
    composed.into_iter().collect()
}

/// The letter and the mark that a character consists of.
fn halves(c: char) -> Option<(char, char)> {
    if c.is_ascii() {
        return None;
    }
    MARKS.iter().find_map(|(mark, _, letters)| {
        let base = pairs(letters).find(|(_, both)| *both == c)?.0;
        Some((base, *mark))
    })
}

/// The character that two others combine to.
fn joined(base: char, mark: char) -> Option<char> {
    let row = MARKS.iter().find(|row| row.0 == mark);
    match row {
        Some((_, _, letters)) => pairs(letters).find(|pair| pair.0 == base).map(|pair| pair.1),
        None => syllable(base.into(), mark.into()),
    }
}

fn pairs(letters: &str) -> impl Iterator<Item = (char, char)> {
    let mut letters = letters.chars();
    std::iter::from_fn(move || letters.next().zip(letters.next()))
}

/// The Hangul syllable of a leading consonant and a vowel, or of one of these and a trailing consonant (Unicode, 3.12).
fn syllable(first: u32, second: u32) -> Option<char> {
    const VOWELS: u32 = 21;
    const TRAILING: u32 = 28;
    let syllable = match (first, second) {
        (0x1100..=0x1112, 0x1161..=0x1175) => 0xac00 + ((first - 0x1100) * VOWELS + second - 0x1161) * TRAILING,
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if (first - 0xac00).is_multiple_of(TRAILING) => first + second - 0x11a7,
        _ => return None,
    };
    char::from_u32(syllable)
}

/// The canonical combining class of a mark; 0 for anything else.
fn class(c: char) -> u8 {
    if c < FIRST_MARK { 0 } else { MARKS.iter().find(|row| row.0 == c).map_or(0, |row| row.1) }
}

const FIRST_MARK: char = '\u{300}';

/// The marks, their classes, and the letters that each can combine with; each letter is followed by the combined
/// character.
#[rustfmt::skip]
const MARKS: &[(char, u8, &str)] = &[
    ('\u{300}', 230, "AÀEÈIÌNǸOÒUÙWẀYỲaàeèiìnǹoòuùwẁyỳ¨῭ÂẦÊỀÔỒÜǛâầêềôồüǜĂẰăằĒḔēḕŌṐōṑƠỜơờƯỪưừΑᾺΕῈΗῊΙῚΟῸΥῪΩῺαὰεὲηὴιὶοὸυὺωὼϊῒϋῢЕЀИЍеѐиѝἀἂἁἃἈἊἉἋἐἒἑἓἘἚἙἛἠἢἡἣἨἪἩἫἰἲἱἳἸἺἹἻὀὂὁὃὈὊὉὋὐὒὑὓὙὛὠὢὡὣὨὪὩὫ᾿῍῾῝"),
    ('\u{301}', 230, "AÁCĆEÉGǴIÍKḰLĹMḾNŃOÓPṔRŔSŚUÚWẂYÝZŹaácćeégǵiíkḱlĺmḿnńoópṕrŕsśuúwẃyýzź¨΅ÂẤÅǺÆǼÇḈÊẾÏḮÔỐÕṌØǾÜǗâấåǻæǽçḉêếïḯôốõṍøǿüǘĂẮăắĒḖēḗŌṒōṓŨṸũṹƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎΩΏαάεέηήιίοόυύωώϊΐϋΰϒϓГЃКЌгѓкќἀἄἁἅἈἌἉἍἐἔἑἕἘἜἙἝἠἤἡἥἨἬἩἭἰἴἱἵἸἼἹἽὀὄὁὅὈὌὉὍὐὔὑὕὙὝὠὤὡὥὨὬὩὭ᾿῎῾῞"),
    ('\u{302}', 230, "AÂCĈEÊGĜHĤIÎJĴOÔSŜUÛWŴYŶZẐaâcĉeêgĝhĥiîjĵoôsŝuûwŵyŷzẑẠẬạậẸỆẹệỌỘọộ"),
    ('\u{303}', 230, "AÃEẼIĨNÑOÕUŨVṼYỸaãeẽiĩnñoõuũvṽyỹÂẪÊỄÔỖâẫêễôỗĂẴăẵƠỠơỡƯỮưữ"),
    ('\u{304}', 230, "AĀEĒGḠIĪOŌUŪYȲaāeēgḡiīoōuūyȳÄǞÆǢÕȬÖȪÜǕäǟæǣõȭöȫüǖǪǬǫǭȦǠȧǡȮȰȯȱΑᾹΙῙΥῩαᾱιῑυῡИӢУӮиӣуӯḶḸḷḹṚṜṛṝ"),
    ('\u{306}', 230, "AĂEĔGĞIĬOŎUŬaăeĕgğiĭoŏuŭȨḜȩḝΑᾸΙῘΥῨαᾰιῐυῠАӐЕӖЖӁИЙУЎаӑеӗжӂийуўẠẶạặ"),
    ('\u{307}', 230, "AȦBḂCĊDḊEĖFḞGĠHḢIİMṀNṄOȮPṖRṘSṠTṪWẆXẊYẎZŻaȧbḃcċdḋeėfḟgġhḣmṁnṅoȯpṗrṙsṡtṫwẇxẋyẏzżŚṤśṥŠṦšṧſẛṢṨṣṩ"),
    ('\u{308}', 230, "AÄEËHḦIÏOÖUÜWẄXẌYŸaäeëhḧiïoötẗuüwẅxẍyÿÕṎõṏŪṺūṻΙΪΥΫιϊυϋϒϔІЇАӒЕЁЖӜЗӞИӤОӦУӰЧӴЫӸЭӬаӓеёжӝзӟиӥоӧуӱчӵыӹэӭіїӘӚәӛӨӪөӫ"),
    ('\u{309}', 230, "AẢEẺIỈOỎUỦYỶaảeẻiỉoỏuủyỷÂẨÊỂÔỔâẩêểôổĂẲăẳƠỞơởƯỬưử"),
    ('\u{30a}', 230, "AÅUŮaåuůwẘyẙ"),
    ('\u{30b}', 230, "OŐUŰoőuűУӲуӳ"),
    ('\u{30c}', 230, "AǍCČDĎEĚGǦHȞIǏKǨLĽNŇOǑRŘSŠTŤUǓZŽaǎcčdďeěgǧhȟiǐjǰkǩlľnňoǒrřsštťuǔzžÜǙüǚƷǮʒǯ"),
    ('\u{30f}', 230, "AȀEȄIȈOȌRȐUȔaȁeȅiȉoȍrȑuȕѴѶѵѷ"),
    ('\u{311}', 230, "AȂEȆIȊOȎRȒUȖaȃeȇiȋoȏrȓuȗ"),
    ('\u{313}', 230, "ΑἈΕἘΗἨΙἸΟὈΩὨαἀεἐηἠιἰοὀρῤυὐωὠ"),
    ('\u{314}', 230, "ΑἉΕἙΗἩΙἹΟὉΡῬΥὙΩὩαἁεἑηἡιἱοὁρῥυὑωὡ"),
    ('\u{31b}', 216, "OƠUƯoơuư"),
    ('\u{323}', 220, "AẠBḄDḌEẸHḤIỊKḲLḶMṂNṆOỌRṚSṢTṬUỤVṾWẈYỴZẒaạbḅdḍeẹhḥiịkḳlḷmṃnṇoọrṛsṣtṭuụvṿwẉyỵzẓƠỢơợƯỰưự"),
    ('\u{324}', 220, "UṲuṳ"),
    ('\u{325}', 220, "AḀaḁ"),
    ('\u{326}', 220, "SȘTȚsștț"),
    ('\u{327}', 202, "CÇDḐEȨGĢHḨKĶLĻNŅRŖSŞTŢcçdḑeȩgģhḩkķlļnņrŗsştţ"),
    ('\u{328}', 202, "AĄEĘIĮOǪUŲaąeęiįoǫuų"),
    ('\u{32d}', 220, "DḒEḘLḼNṊTṰUṶdḓeḙlḽnṋtṱuṷ"),
    ('\u{32e}', 220, "HḪhḫ"),
    ('\u{330}', 220, "EḚIḬUṴeḛiḭuṵ"),
    ('\u{331}', 220, "BḆDḎKḴLḺNṈRṞTṮZẔbḇdḏhẖkḵlḻnṉrṟtṯzẕ"),
    ('\u{338}', 1, "<≮=≠>≯←↚→↛↔↮⇐⇍⇒⇏⇔⇎∃∄∈∉∋∌∣∤∥∦∼≁≃≄≅≇≈≉≍≭≡≢≤≰≥≱≲≴≳≵≶≸≷≹≺⊀≻⊁≼⋠≽⋡⊂⊄⊃⊅⊆⊈⊇⊉⊑⋢⊒⋣⊢⊬⊨⊭⊩⊮⊫⊯⊲⋪⊳⋫⊴⋬⊵⋭"),
    ('\u{342}', 230, "¨῁αᾶηῆιῖυῦωῶϊῗϋῧἀἆἁἇἈἎἉἏἠἦἡἧἨἮἩἯἰἶἱἷἸἾἹἿὐὖὑὗὙὟὠὦὡὧὨὮὩὯ᾿῏῾῟"),
    ('\u{345}', 240, "ΑᾼΗῌΩῼάᾴήῄαᾳηῃωῳώῴἀᾀἁᾁἂᾂἃᾃἄᾄἅᾅἆᾆἇᾇἈᾈἉᾉἊᾊἋᾋἌᾌἍᾍἎᾎἏᾏἠᾐἡᾑἢᾒἣᾓἤᾔἥᾕἦᾖἧᾗἨᾘἩᾙἪᾚἫᾛἬᾜἭᾝἮᾞἯᾟὠᾠὡᾡὢᾢὣᾣὤᾤὥᾥὦᾦὧᾧὨᾨὩᾩὪᾪὫᾫὬᾬὭᾭὮᾮὯᾯὰᾲὴῂὼῲᾶᾷῆῇῶῷ"),
    ('\u{653}', 230, "\u{627}\u{622}"),
    ('\u{654}', 230, "\u{627}\u{623}\u{648}\u{624}\u{64a}\u{626}\u{6c1}\u{6c2}\u{6d2}\u{6d3}\u{6d5}\u{6c0}"),
    ('\u{655}', 220, "\u{627}\u{625}"),
    ('\u{93c}', 7, "नऩरऱळऴ"),
    ('\u{9be}', 0, "\u{9c7}\u{9cb}"),
    ('\u{9d7}', 0, "\u{9c7}\u{9cc}"),
    ('\u{b3e}', 0, "\u{b47}\u{b4b}"),
    ('\u{b56}', 0, "\u{b47}\u{b48}"),
    ('\u{b57}', 0, "\u{b47}\u{b4c}"),
    ('\u{bbe}', 0, "\u{bc6}\u{bca}\u{bc7}\u{bcb}"),
    ('\u{bd7}', 0, "ஒஔ\u{bc6}\u{bcc}"),
    ('\u{c56}', 91, "\u{c46}\u{c48}"),
    ('\u{cc2}', 0, "\u{cc6}\u{cca}"),
    ('\u{cd5}', 0, "\u{cbf}\u{cc0}\u{cc6}\u{cc7}\u{cca}\u{ccb}"),
    ('\u{cd6}', 0, "\u{cc6}\u{cc8}"),
    ('\u{d3e}', 0, "\u{d46}\u{d4a}\u{d47}\u{d4b}"),
    ('\u{d57}', 0, "\u{d46}\u{d4c}"),
    ('\u{dca}', 9, "\u{dd9}\u{dda}\u{ddc}\u{ddd}"),
    ('\u{dcf}', 0, "\u{dd9}\u{ddc}"),
    ('\u{ddf}', 0, "\u{dd9}\u{dde}"),
    ('\u{102e}', 0, "ဥဦ"),
    ('\u{1b35}', 0, "ᬅᬆᬇᬈᬉᬊᬋᬌᬍᬎᬑᬒ\u{1b3a}\u{1b3b}\u{1b3c}\u{1b3d}\u{1b3e}\u{1b40}\u{1b3f}\u{1b41}\u{1b42}\u{1b43}"),
    ('\u{3099}', 8, "うゔかがきぎくぐけげこごさざしじすずせぜそぞただちぢつづてでとどはばひびふぶへべほぼゝゞウヴカガキギクグケゲコゴサザシジスズセゼソゾタダチヂツヅテデトドハバヒビフブヘベホボワヷヰヸヱヹヲヺヽヾ"),
    ('\u{309a}', 8, "はぱひぴふぷへぺほぽハパヒピフプヘペホポ"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn every_letter_of_the_plane_is_one_form() {
        for c in ('\0'..='\u{ffff}').filter(|c| c.nfc().eq([*c])) {
            let apart: String = c.nfd().collect();
            assert_eq!(nfc(&apart), c.to_string(), "{apart:?}");
            assert_eq!(nfc(&c.to_string()), c.to_string());
        }
    }

    #[test]
    fn marks_without_a_letter_are_put_in_order() {
        assert_eq!(nfc("\u{300}\u{31b}"), "\u{31b}\u{300}");
    }

    fn character() -> impl Strategy<Value = char> {
        let marks: Vec<char> = MARKS.iter().map(|row| row.0).collect();
        let letters: Vec<char> = MARKS.iter().flat_map(|row| row.2.chars()).collect();
        prop_oneof![
            prop::sample::select(marks),
            prop::sample::select(letters),
            prop::char::range('a', 'z'),
            prop::char::range('\u{1100}', '\u{1112}'),
            prop::char::range('\u{1161}', '\u{1175}'),
            prop::char::range('\u{11a7}', '\u{11c2}'),
            prop::char::range('\u{ac00}', '\u{d7a3}'),
        ]
    }

    proptest! {
        #[test]
        fn it_is_the_form_of_unicode(text in prop::collection::vec(character(), 0..8)) {
            let text: String = text.into_iter().collect();
            prop_assert_eq!(nfc(&text), text.nfc().collect::<String>());
        }
    }
}
