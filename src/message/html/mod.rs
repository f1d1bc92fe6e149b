//! The HTML of an email, made of its text alone (`docs/rules.md#html`).

mod link;

use link::{Link, first_link};

/// The text as HTML, with the image of this address behind it: `<p>` for each paragraph, `<br>` for each line break that is
/// left, `<a>` for each link, and nothing else. Taken out again, it is the text: a blank line between two paragraphs, a line
/// break for each `<br>`, and the characters of the text in between.
///
/// What HTML cannot hold stands there in another form: a NUL as U+FFFD, a carriage return as a line break, alone or with its
/// line feed.
pub(crate) fn of_text(text: &str, pixel: Option<&str>) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8 + 32);
    html.push_str("<p>");
    let mut breaks = 0;
    for line in lines(text) {
        if !line.is_empty() {
            push_breaks(&mut html, breaks);
            push_line(&mut html, line);
            breaks = 0;
        }
        breaks += 1;
    }
    // There is one line more than breaks.
    push_breaks(&mut html, breaks - 1);
    html.push_str("</p>");
    if let Some(url) = pixel {
        html.push_str("<img src=\"");
        push_escaped(&mut html, url);
        html.push_str("\" width=\"1\" height=\"1\" alt=\"\">");
    }
    html
}

/// The lines of a text, whichever of the three ways they end in.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((line, after)) = text.split_once(['\n', '\r']) else { return rest.take() };
        let is_return = text.as_bytes().get(line.len()) == Some(&b'\r');
        rest = Some(after.strip_prefix('\n').filter(|_| is_return).unwrap_or(after));
        Some(line)
    })
}

/// Two breaks are the end of a paragraph; others are kept as they are, so that what is blank stays as high.
fn push_breaks(html: &mut String, breaks: usize) {
    let left = match breaks {
        0 | 1 => breaks,
        _ => {
            html.push_str("</p><p>");
            breaks - 2
        }
    };
    for _ in 0..left {
        html.push_str("<br>");
    }
}

fn push_line(html: &mut String, line: &str) {
    let mut rest = line;
    while let Some(Link { before, text, after, is_address }) = first_link(rest) {
        push_escaped(html, before);
        html.push_str(if is_address { "<a href=\"mailto:" } else { "<a href=\"" });
        push_escaped(html, text);
        html.push_str("\">");
        push_escaped(html, text);
        html.push_str("</a>");
        rest = after;
    }
    push_escaped(html, rest);
}

/// Escapes what is markup, in texts and in quoted values.
fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\0' => html.push('\u{fffd}'),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests;
