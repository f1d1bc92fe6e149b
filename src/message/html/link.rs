//! Links in plain text, found only where it is certain where they begin and end: what is left out is still read, and what is
//! cut in the wrong place leads somewhere else.

/// A link in a line, and what stands around it.
pub(super) struct Link<'l> {
    pub(super) before: &'l str,
    pub(super) text: &'l str,
    pub(super) after: &'l str,
    /// Whether it is an email address by itself.
    pub(super) is_address: bool,
}

/// The schemes that are linked.
const WEB: [&str; 2] = ["https", "http"];
const MAIL: &str = "mailto";

/// What may stand right before and right after a link, beside white space and the ends of the line.
const OPENING: &str = "([{<>\"',;:|*“”‘’«»„‚‹›…–—（「『【《〈：，、。；";
const CLOSING: &str = ")]}<>\"',;:|*.!?“”‘’«»„‚‹›…–—）」』】》〉：，、。；！？";

/// What ends a sentence rather than a link.
const TRAILING: &[char] = &['.', ',', ';', ':', '!', '?', '\'', '*', '|', '\\', '^', '`', '(', '[', '{'];

/// The first link of a line.
pub(super) fn first_link(line: &str) -> Option<Link<'_>> {
    // Where the part begins that no link was looked for in.
    let mut from = 0;
    let mut seen = 0;
    while let Some(place) = line.get(seen..)?.find([':', '@']) {
        let place = seen + place;
        seen = place + 1;
        let found = match line.as_bytes().get(place) {
            Some(b'@') => address(line, from, place).map(|(start, end)| Ok((start, end, true))),
            _ => with_scheme(line, from, place),
        };
        match found {
            Some(Ok((start, end, is_address))) => {
                let (before, rest) = line.split_at_checked(start)?;
                let (text, after) = rest.split_at_checked(end - start)?;
                return Some(Link { before, text, after, is_address });
            }
            // Something that begins as a link and is none has none in it.
            Some(Err(end)) => (from, seen) = (end, end.max(seen)),
            None => {}
        }
    }
    None
}

/// Where a link begins and ends, and whether it is an address by itself; or where the text goes on after something that is
/// no link.
type Found = Result<(usize, usize, bool), usize>;

/// The link whose scheme ends with the colon in this place.
fn with_scheme(line: &str, from: usize, colon: usize) -> Option<Found> {
    let scheme_at = |scheme: &str| {
        let start = colon.checked_sub(scheme.len()).filter(|start| *start >= from)?;
        let is_scheme = line.get(start..colon)?.eq_ignore_ascii_case(scheme);
        let is_word = !line.get(..start)?.ends_with(|c: char| c.is_ascii_alphanumeric() || "_+-.".contains(c));
        (is_scheme && is_word).then_some(start)
    };
    if let Some(start) = scheme_at(MAIL) {
        let text = line.get(colon + 1..)?;
        let at = text.find(|c| !is_local(c)).filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with('@')))?;
        let end = colon + 1 + at + 1 + domain(text.get(at + 1..)?)?;
        if !is_local_part(text.get(..at)?) {
            return None;
        }
        if !line.get(end..)?.starts_with('?') {
            return ends(line, end).then_some(Ok((start, end, false)));
        }
        let (link, run) = bounded(line.get(start..)?);
        return Some(link.map(|length| (start, start + length, false)).ok_or(start + run));
    }
    let start = WEB.into_iter().find_map(scheme_at)?;
    let authority = line.get(colon + 1..)?.strip_prefix("//")?;
    let (link, run) = bounded(line.get(start..)?);
    let link = link.filter(|length| {
        let length = length.saturating_sub(colon + 3 - start);
        authority.get(..length).is_some_and(has_host)
    });
    Some(link.map(|length| (start, start + length, false)).ok_or(start + run))
}

/// How long the link is that a text begins with, if it is certain, and all that could be of it.
fn bounded(text: &str) -> (Option<usize>, usize) {
    let is_of_link = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"');
    let run = text.find(|c| !is_of_link(c)).unwrap_or(text.len());
    let mut open = Vec::new();
    let all = text.get(..run).unwrap_or_default();
    let unbalanced = all.char_indices().find(|(_, c)| match c {
        '(' | '[' | '{' => {
            open.push(*c);
            false
        }
        ')' => open.pop() != Some('('),
        ']' => open.pop() != Some('['),
        '}' => open.pop() != Some('{'),
        _ => false,
    });
    let end = unbalanced.map_or(run, |(end, _)| end);
    let length = text.get(..end).unwrap_or_default().trim_end_matches(TRAILING).len();
    (ends(text, end).then_some(length), run)
}

/// Whether a link may end here.
fn ends(line: &str, end: usize) -> bool {
    let next = line.get(end..).and_then(|rest| rest.chars().next());
    next.is_none_or(|c| c.is_whitespace() || CLOSING.contains(c))
}

/// Whether this is the authority of a link, with what may follow it: a host and perhaps a port. One with a name or a
/// password in it leads elsewhere than it seems to.
fn has_host(link: &str) -> bool {
    let authority = link.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_label = |label: &str| {
        let is_hyphen = |c| c == '-';
        !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            && !label.starts_with(is_hyphen)
            && !label.ends_with(is_hyphen)
    };
    host.split('.').all(is_label)
        && port.is_none_or(|port| (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit()))
}

const fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '+' | '-' | '\'')
}

fn is_local_part(local: &str) -> bool {
    !local.is_empty() && !local.starts_with('.') && !local.ends_with('.') && !local.contains("..")
}

/// Where the address begins and ends whose at sign is in this place.
fn address(line: &str, from: usize, at: usize) -> Option<(usize, usize)> {
    let before = line.get(from..at)?;
    let local = before.trim_end_matches(is_local);
    // A quotation mark before it is none of it.
    let local = before.get(local.len()..)?.trim_start_matches('\'');
    let start = at - local.len();
    let is_word = line.get(..start)?.chars().next_back().is_none_or(|c| c.is_whitespace() || OPENING.contains(c));
    let end = at + 1 + domain(line.get(at + 1..)?)?;
    (is_local_part(local) && is_word && ends(line, end)).then_some((start, end))
}

/// How long the domain is that a text begins with: of two labels and more, the last one of letters.
fn domain(text: &str) -> Option<usize> {
    let run = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))).unwrap_or(text.len());
    let domain = text.get(..run)?.trim_end_matches('.');
    let is_label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    let (_, last) = domain.rsplit_once('.')?;
    let is_top = last.len() > 1 && (last.bytes().all(|byte| byte.is_ascii_alphabetic()) || last.starts_with("xn--"));
    (is_top && domain.split('.').all(is_label)).then_some(domain.len())
}
