//! What makes a person or a sender the same one: the normal form of an email address or a LinkedIn profile.

use crate::error::Problem;
use crate::request::text::is_line_break;

/// An email address: the grammar of WHATWG HTML (`input type=email`) within the lengths of RFC 5321 §4.5.3.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmailAddress(String);

impl EmailAddress {
    /// Trims and checks.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let is_valid = text.rsplit_once('@').is_some_and(|(local, domain)| {
            (1..=64).contains(&local.len())
                && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
                && is_domain(domain)
        });
        if is_valid && text.len() <= 254 { Ok(Self(text.to_owned())) } else { Err(Problem::MalformedEmail) }
    }

    /// As it was given, trimmed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The normal form: lower case (SPEC §3).
    pub(crate) fn identity(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// The domain of email addresses in normal form: lower case, without the `@` that some write before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmailDomain(String);

impl EmailDomain {
    /// Trims and checks.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let domain = text.strip_prefix('@').unwrap_or(text);
        if is_domain(domain) { Ok(Self(domain.to_ascii_lowercase())) } else { Err(Problem::MalformedDomain) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_domain(domain: &str) -> bool {
    domain.len() <= 255
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// The URL of a LinkedIn profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProfileUrl {
    text: String,
    identity: String,
}

impl ProfileUrl {
    pub(crate) const LONGEST: usize = 2_000;

    /// Trims and checks: `linkedin.com` or a subdomain of it with a path, with or without a scheme, and neither control
    /// characters nor line breaks.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let is_unfit = |c: char| c.is_control() || is_line_break(c);
        let url = if text.contains(is_unfit) { None } else { Self::stored(text) };
        // The folders of people without a person in them.
        let is_folder =
            |url: &Self| url.identity.ends_with("linkedin.com/in") || url.identity.ends_with("linkedin.com/pub");
        url.filter(|url| !is_folder(url)).ok_or(Problem::MalformedProfileUrl)
    }

    /// A URL that was stored: the first versions took control characters in a query.
    pub(crate) fn stored(text: &str) -> Option<Self> {
        if text.len() > Self::LONGEST {
            return None;
        }
        let identity = identity_of_profile(text);
        let is_profile = identity.split_once('/').is_some_and(|(host, path)| {
            (host == "linkedin.com" || host.ends_with(".linkedin.com"))
                && is_domain(host)
                && !path.is_empty()
                && !path.contains(|c: char| c.is_whitespace() || c.is_control())
        });
        is_profile.then(|| Self { text: text.to_owned(), identity })
    }

    /// As it was given, trimmed.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The normal form: without scheme, `www.`, query, fragment and trailing slash, in lower case (SPEC §3).
    pub(crate) fn identity(&self) -> &str {
        &self.identity
    }
}

fn identity_of_profile(text: &str) -> String {
    let folded = text.to_lowercase();
    let rest = folded.strip_prefix("https://").or_else(|| folded.strip_prefix("http://")).unwrap_or(&folded);
    // All of them, so that the normal form has none.
    let rest = rest.trim_start_matches("www.");
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_html_grammar_and_the_smtp_lengths() {
        let long_local = "a".repeat(64);
        for accepted in [
            "ana@example.com",
            " Ana.B+tag@Example.co ",
            "a@b",
            "o'neil@x-y.example",
            &format!("{long_local}@b.example"),
        ] {
            assert!(EmailAddress::parse(accepted).is_ok(), "{accepted}");
        }
        for refused in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c",
            "a@b..c",
            "a@-b.c",
            "a@b-.c",
            "a@b@c",
            "ä@b.c",
            "a@b_c",
            &format!("a{long_local}@b.example"),
        ] {
            assert_eq!(EmailAddress::parse(refused), Err(Problem::MalformedEmail), "{refused}");
        }
    }

    #[test]
    fn the_forms_of_a_domain_are_one() {
        for form in ["example.com", " @Example.COM ", "EXAMPLE.com"] {
            assert_eq!(EmailDomain::parse(form).map(|domain| domain.0), Ok("example.com".to_owned()), "{form}");
        }
        for refused in ["", "@", "@@example.com", "ana@example.com", "example.com.", "ex ample.com", "-a.com", "ä.com"]
        {
            assert_eq!(EmailDomain::parse(refused), Err(Problem::MalformedDomain), "{refused}");
        }
    }

    #[test]
    fn the_forms_of_a_profile_url_have_one_identity() {
        for form in [
            "https://www.linkedin.com/in/Ana/",
            "http://linkedin.com/in/ana?utm=1",
            "LinkedIn.com/in/ana#about",
            " www.linkedin.com/in/ana// ",
        ] {
            let parsed = ProfileUrl::parse(form).map(|url| url.identity().to_owned());
            assert_eq!(parsed, Ok("linkedin.com/in/ana".to_owned()), "{form}");
        }
        for refused in [
            "",
            "https://example.com/in/ana",
            "linkedin.com",
            "https://linkedin.com/?x",
            "evillinkedin.com/in/a",
            "linkedin.com/in/a b",
        ] {
            assert_eq!(ProfileUrl::parse(refused), Err(Problem::MalformedProfileUrl), "{refused}");
        }
    }
}
