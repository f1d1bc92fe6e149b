//! LinkedIn profiles.

use std::borrow::Cow;

use super::domain::is_domain;
use super::{nfc, seen};
use crate::error::Problem;
use crate::request::text::is_line_break;

/// What ends a URL when a list or a sentence continues.
const CLOSING: [char; 10] = ['.', ',', ';', ':', '!', '>', ')', ']', '"', '\''];

/// How many times a profile may be percent-encoded: some programs encode what is encoded already.
const ENCODED_MOST: usize = 3;

/// The URL of a LinkedIn profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileUrl {
    text: String,
    identity: String,
}

impl ProfileUrl {
    pub(crate) const LONGEST: usize = 2_000;

    /// Reads the URL of a person: `in/…`, of Sales Navigator, or an old public one, on any host of `linkedin.com`, with
    /// or without a scheme, and for any page of the profile.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let text = seen(text);
        let text = text.trim();
        let is_unfit = |c: char| c.is_control() || is_line_break(c);
        if text.len() > Self::LONGEST || text.contains(is_unfit) {
            return Err(Problem::MalformedProfileUrl);
        }
        let identity = identity(text).ok_or(Problem::MalformedProfileUrl)?;
        Ok(Self { text: text.to_owned(), identity })
    }

    /// A stored URL: before version 5, other pages were accepted, too, and so were control characters in a query.
    pub(crate) fn stored(text: &str) -> Option<Self> {
        if text.len() > Self::LONGEST {
            return None;
        }
        let identity = identity(text).or_else(|| identity_before(text))?;
        Some(Self { text: text.to_owned(), identity })
    }

    /// As it was given, trimmed.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The normal form used before version 5.
    pub(crate) fn identity_before(&self) -> Option<String> {
        identity_before(&self.text)
    }

    /// The normal form: `linkedin.com/in/…` in lower case, `linkedin.com/sales/lead/…` with its case, or `linkedin.com/pub/…`.
    pub(crate) fn identity(&self) -> &str {
        &self.identity
    }
}

fn identity(text: &str) -> Option<String> {
    let text = text.trim_start_matches(['<', '"', '\'', '(']);
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest).trim_start_matches('/');
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.get(..end)?.split_once('/')?;
    if !is_linkedin(host) {
        return None;
    }
    let mut folders = path.split('/').filter(|folder| !folder.is_empty()).peekable();
    let is = |folder: &str, name: &str| folder.eq_ignore_ascii_case(name);
    while folders.next_if(|folder| is(folder, "mwlite") || is(folder, "comm")).is_some() {}
    match (folders.next()?, folders.next()?) {
        (folder, slug) if is(folder, "in") => Some(format!("linkedin.com/in/{}", name(slug)?)),
        (folder, page) if is(folder, "sales") && (is(page, "lead") || is(page, "people")) => {
            Some(format!("linkedin.com/sales/lead/{}", sales_id(folders.next()?)?))
        }
        (folder, first) if is(folder, "pub") => {
            let names: Option<Vec<String>> = std::iter::once(first).chain(folders).map(name).collect();
            Some(format!("linkedin.com/pub/{}", names?.join("/")))
        }
        _ => None,
    }
}

fn is_linkedin(host: &str) -> bool {
    let host = host
        .split_once(':')
        .map_or(host, |(host, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { host } else { "" });
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    host.strip_suffix("linkedin.com").is_some_and(|before| before.is_empty() || before.ends_with('.'))
        && is_domain(&host)
}

/// A part of a path that names someone, decoded and normalised.
fn name(part: &str) -> Option<String> {
    let mut name: Cow<'_, str> = part.into();
    for _ in 0..ENCODED_MOST {
        if let Cow::Owned(decoded) = decoded(&name)? {
            name = decoded.into();
        }
    }
    let folded: String = seen(&name).chars().flat_map(char::to_lowercase).collect();
    let folded = nfc::nfc(folded.trim_end_matches(CLOSING));
    let is_unfit = |c: char| c.is_whitespace() || c.is_control() || is_line_break(c) || "/\\?#%".contains(c);
    (!folded.is_empty() && !folded.contains(is_unfit)).then(|| folded.into_owned())
}

/// Decodes each `%XX`; none if the result is not text.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(text.into());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        // A sign is not a digit.
        let byte = Some(digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(byte, 16).ok()?);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// The id of a lead in Sales Navigator, which stands before the details of the search.
fn sales_id(part: &str) -> Option<&str> {
    let id = part.split([',', '%']).next()?.trim_end_matches(CLOSING);
    let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!id.is_empty() && id.bytes().all(is_fit)).then_some(id)
}

/// The normal form used before version 5: without scheme, `www.`, query, fragment and trailing slash, in lower case.
fn identity_before(text: &str) -> Option<String> {
    let folded = text.to_lowercase();
    let rest = folded.strip_prefix("https://").or_else(|| folded.strip_prefix("http://")).unwrap_or(&folded);
    let rest = rest.trim_start_matches("www.");
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let identity = rest.get(..end)?.trim_end_matches('/');
    let (host, path) = identity.split_once('/')?;
    let is_profile = (host == "linkedin.com" || host.ends_with(".linkedin.com"))
        && is_domain(host)
        && !path.is_empty()
        && !path.contains(|c: char| c.is_whitespace() || c.is_control());
    is_profile.then(|| identity.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        ProfileUrl::parse(text).ok().map(|url| url.identity)
    }

    #[test]
    fn the_forms_of_a_profile_have_one_identity() {
        for form in [
            "https://www.linkedin.com/in/Ana-Diaz/",
            "http://linkedin.com/in/ana-diaz?utm=1",
            "LinkedIn.com/in/ana-diaz#about",
            " www.linkedin.com/in/ana-diaz// ",
            "//www.linkedin.com/in/ana-diaz",
            "https://pt.linkedin.com/in/ana-diaz",
            "https://m.linkedin.com/in/ana-diaz",
            "https://touch.www.linkedin.com/in/ana-diaz",
            "https://www.linkedin.com:443/in/ana-diaz",
            "https://www.linkedin.com./in/ana-diaz",
            "https://www.linkedin.com/in/ana-diaz/en",
            "https://www.linkedin.com/in/ana-diaz/de-de/",
            "https://www.linkedin.com/in/ana-diaz/details/experience/",
            "https://www.linkedin.com/in/ana-diaz/overlay/contact-info/",
            "https://www.linkedin.com/in/ana-diaz/recent-activity/all/",
            "https://www.linkedin.com/mwlite/in/ana-diaz",
            "https://www.linkedin.com//in//ana-diaz",
            "https://www.linkedin.com/comm/in/ana-diaz",
            "https://www.linkedin.com/comm/mwlite/in/ana-diaz",
            "https://www.linkedin.com/in/ana-d%69az",
            "https://www.linkedin.com/in/ana-diaz.",
            "<https://www.linkedin.com/in/ana-diaz>;",
            "https://www.linkedin.com/in/ana-\u{200b}diaz,",
        ] {
            assert_eq!(read(form).as_deref(), Some("linkedin.com/in/ana-diaz"), "{form}");
        }
        for form in
            ["in/jürgen", "in/JÜRGEN", "in/j%C3%BCrgen", "in/j%c3%bcrgen/en", "in/ju\u{308}rgen", "in/j%25C3%25BCrgen"]
        {
            assert_eq!(read(&format!("linkedin.com/{form}")).as_deref(), Some("linkedin.com/in/jürgen"), "{form}");
        }
        for form in [
            "sales/lead/ACwAAb-_1,NAME_SEARCH,x1",
            "sales/people/ACwAAb-_1,name",
            "sales/lead/ACwAAb-_1",
            "sales/lead/ACwAAb-_1%2CNAME",
        ] {
            let identity = read(&format!("https://www.linkedin.com/{form}"));
            assert_eq!(identity.as_deref(), Some("linkedin.com/sales/lead/ACwAAb-_1"), "{form}");
        }
        assert_ne!(read("linkedin.com/sales/lead/AbC"), read("linkedin.com/sales/lead/aBc"));
        assert_eq!(read("linkedin.com/pub/Ana-Diaz/1/2A/3b").as_deref(), Some("linkedin.com/pub/ana-diaz/1/2a/3b"));
    }

    #[test]
    fn what_is_no_person_is_refused() {
        for refused in [
            "",
            "https://example.com/in/ana",
            "linkedin.com",
            "linkedin.com/in",
            "linkedin.com/in/",
            "linkedin.com/in/...",
            "https://linkedin.com/?x",
            "evillinkedin.com/in/a",
            "linkedin.com.evil.com/in/a",
            "linkedin.com@evil.com/in/a",
            "https://evil.com/linkedin.com/in/a",
            "linkedin.com:x/in/a",
            "linkedin.com/in/a b",
            "linkedin.com/in/a%20b",
            "linkedin.com/in/a%2Fb",
            "linkedin.com/in/%FC",
            "linkedin.com/in/a%",
            "linkedin.com/in/a%+1",
            "linkedin.com/company/acme",
            "linkedin.com/school/mit",
            "linkedin.com/feed/update/urn:li:activity:1",
            "linkedin.com/search/results/people/?keywords=a",
            "linkedin.com/jobs/view/1",
            "linkedin.com/login",
            "linkedin.com/sales/company/1",
            "linkedin.com/sales/lead/",
            "linkedin.com/in/a\u{7}b",
        ] {
            assert_eq!(ProfileUrl::parse(refused), Err(Problem::MalformedProfileUrl), "{refused}");
        }
        let company = ProfileUrl::stored("https://www.linkedin.com/Company/acme/");
        assert_eq!(
            company.map(|url| url.identity).as_deref(),
            Some("linkedin.com/company/acme"),
            "as it was taken before"
        );
    }

    proptest! {
        #[test]
        fn an_identity_is_its_own(text in "(https://)?(www[.]|pt[.])?linkedin[.]com/{1,2}(comm/)?(in|pub|sales/lead|sales/people|company)/[a-cA-Cäİßσ%0-9.,;\u{308}/ -]{0,12}") {
            if let Ok(url) = ProfileUrl::parse(&text) {
                prop_assert_eq!(read(url.identity()), Some(url.identity.clone()));
                prop_assert_eq!(read(url.as_str()), Some(url.identity.clone()));
            }
            if let Some(url) = ProfileUrl::stored(&text) {
                let again = ProfileUrl::stored(url.identity()).map(|again| again.identity);
                prop_assert_eq!(again, Some(url.identity));
            }
        }
    }
}
