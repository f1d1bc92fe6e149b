//! Which suppressions of domains cover an address (`docs/rules.md#suppressions`): exactly its domain, or `*.` and its
//! domain or one above.

use crate::error::Problem;
use crate::request::identity::EmailDomain;

/// Before a domain, for it and all below.
const BELOW: &str = "*.";

/// The normal form of `example.com`, `@example.com` or `*@example.com`, and of `*.example.com` or `@*.example.com`.
pub(super) fn normalize(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let text = text.strip_prefix('*').filter(|rest| rest.starts_with('@')).unwrap_or(text);
    let Some(above) = text.strip_prefix('@').unwrap_or(text).strip_prefix(BELOW) else {
        return Ok(EmailDomain::parse(text)?.as_str().to_owned());
    };
    if above.starts_with('@') { Err(Problem::MalformedDomain) } else { EmailDomain::parse(above).map(below) }
}

fn below(domain: EmailDomain) -> String {
    format!("{BELOW}{}", domain.as_str())
}

/// The normal forms of all that cover the addresses of a domain, the narrowest first.
pub(crate) fn covering(domain: &str) -> impl Iterator<Item = String> + '_ {
    let above = std::iter::successors(Some(domain), |domain| domain.split_once('.').map(|(_, above)| above));
    std::iter::once(domain.to_owned()).chain(above.map(|domain| format!("{BELOW}{domain}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_of_an_entry_are_one() {
        for form in ["example.com", " @Example.COM ", "*@example.com"] {
            assert_eq!(normalize(form).as_deref(), Ok("example.com"), "{form}");
        }
        for form in ["*.example.com", " @*.Example.COM ", "*@*.example.com"] {
            assert_eq!(normalize(form).as_deref(), Ok("*.example.com"), "{form}");
        }
        for refused in [
            "",
            "*",
            "*.",
            "*.*.example.com",
            "*example.com",
            "a.*.example.com",
            "*.@example.com",
            "**.a.com",
            "@@a.com",
        ] {
            assert_eq!(normalize(refused), Err(Problem::MalformedDomain), "{refused}");
        }
    }

    fn domains() -> impl Strategy<Value = String> {
        proptest::collection::vec("[ab]{1,2}", 1..5).prop_map(|labels| labels.join("."))
    }

    proptest! {
        #[test]
        fn what_covers_a_domain_is_itself_and_all_that_it_is_below_of(one in domains(), other in domains()) {
            let covers = |entry: &str| covering(&one).any(|value| value == entry);
            prop_assert_eq!(covers(&other), one == other);
            prop_assert_eq!(covers(&format!("*.{other}")), one == other || one.ends_with(&format!(".{other}")));
        }

        #[test]
        fn a_normal_form_is_its_own(text in "(\\*@|@|\\*\\.|@\\*\\.)?[aB.-]{1,6}") {
            if let Ok(normal) = normalize(&text) {
                prop_assert_eq!(normalize(&normal), Ok(normal.clone()));
            }
        }
    }
}
