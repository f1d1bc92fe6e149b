use proptest::prelude::*;

use super::*;

/// What HTML says: its tags taken out and its entities read. None if it has anything that [`of_text`] does not write.
fn text_of(html: &str) -> Option<String> {
    let html = html.strip_prefix("<p>")?;
    let html = html.strip_suffix("\" width=\"1\" height=\"1\" alt=\"\">").map_or(Some(html), |rest| {
        let (html, url) = rest.rsplit_once("<img src=\"")?;
        (!url.contains(['"', '<', '>', '\''])).then_some(html)
    })?;
    let mut rest = html.strip_suffix("</p>")?;
    let (mut text, mut is_in_link) = (String::new(), false);
    while let Some(c) = rest.chars().next() {
        let (said, after) = if let Some(after) = rest.strip_prefix("</p><p>") {
            ("\n\n", after)
        } else if let Some(after) = rest.strip_prefix("<br>") {
            ("\n", after)
        } else if let Some(after) = rest.strip_prefix("<a href=\"") {
            let (href, after) = after.split_once("\">").filter(|_| !is_in_link)?;
            let (label, _) = after.split_once("</a>")?;
            let is_known = ["http://", "https://", "mailto:"]
                .iter()
                .any(|known| href.get(..known.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(known)));
            let says_it = href == label || href.strip_prefix("mailto:") == Some(label);
            if !is_known || !says_it || href.contains(['"', '<', '>', '\'', '\0']) {
                return None;
            }
            is_in_link = true;
            ("", after)
        } else if let Some(after) = rest.strip_prefix("</a>").filter(|_| is_in_link) {
            is_in_link = false;
            ("", after)
        } else if c == '&' {
            let entities = [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")];
            let (entity, said) = entities.into_iter().find(|(entity, _)| rest.starts_with(entity))?;
            (said, rest.get(entity.len()..)?)
        } else if matches!(c, '<' | '>' | '"' | '\'' | '\0' | '\r' | '\n') {
            return None;
        } else {
            rest.split_at_checked(c.len_utf8())?
        };
        text.push_str(said);
        rest = after;
    }
    (!is_in_link).then_some(text)
}

/// What of a text stands in HTML.
fn held(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}")
}

fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "\\PC{0,6}",
        2 => any::<String>(),
        2 => "[\\x00-\\x1f\\x7f-\\x9f\u{85}\u{2028}\u{2029}\u{feff}\u{ad}\u{202e}]{1,3}",
        4 => "(\r\n|\n|\r){1,5}",
        3 => "[ \t\u{a0}\u{3000}]{1,3}",
        3 => prop::sample::select(vec![
            "<script>alert(1)</script>", "</p>", "<br>", "</a>", "<!--", "-->", "]]>", "<![CDATA[", "&", "&amp;", "&#39;", "&lt",
            "\"", "'", "`", "<a href=\"", "javascript:alert(1)", "style='x'", "<img src=x onerror=y>",
        ])
        .prop_map(String::from),
        4 => prop::sample::select(vec![
            "https://", "http://", "HTTPS://", "mailto:", "://", "ana@example.com", "example.com", "www.", "@", ".", "/", "?a=b&c=d",
            "(", ")", "[", "]", "{", "}", "#x", ":80", ":", "é", "名", "o'b", "-", "_", "+", "%20",
        ])
        .prop_map(String::from),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_text_of_the_html_is_the_text(text in texts(), pixel in prop::option::of("https://[!-;=?-~]{1,20}")) {
        let html = of_text(&text, pixel.as_deref());
        prop_assert_eq!(text_of(&html), Some(held(&text)), "{}", html);
        prop_assert_eq!(html.contains("<img"), pixel.is_some());
    }

    #[test]
    fn the_length_follows_that_of_the_text(text in texts()) {
        // Each character is escaped, at most in a link and in its address.
        prop_assert!(of_text(&text, None).len() <= 40 + 32 * text.len(), "{}", text);
    }
}

#[test]
fn blank_lines_part_paragraphs_and_lines_break() {
    for (text, html) in [
        ("", "<p></p>"),
        ("a", "<p>a</p>"),
        ("a\nb", "<p>a<br>b</p>"),
        ("a\n\nb\r\nc\rd", "<p>a</p><p>b<br>c<br>d</p>"),
        ("a\n\n\n\nb", "<p>a</p><p><br><br>b</p>"),
        ("\na\n", "<p><br>a<br></p>"),
        ("\n\na\n\n", "<p></p><p>a</p><p></p>"),
        ("a\n \nb", "<p>a<br> <br>b</p>"),
        ("a & b <i>\"'</i>", "<p>a &amp; b &lt;i&gt;&quot;&#39;&lt;/i&gt;</p>"),
    ] {
        assert_eq!(of_text(text, None), html, "{text:?}");
    }
    assert_eq!(
        of_text("a", Some("https://x.com/o?t=1&u=2")),
        "<p>a</p><img src=\"https://x.com/o?t=1&amp;u=2\" width=\"1\" height=\"1\" alt=\"\">"
    );
}

/// The addresses of the links in a line.
fn hrefs(text: &str) -> Vec<String> {
    let html = of_text(text, None);
    let of = html.split("<a href=\"").skip(1);
    of.filter_map(|part| Some(part.split_once("\">")?.0.replace("&amp;", "&").replace("&#39;", "'"))).collect()
}

#[test]
fn links_are_found_where_they_are_certain() {
    for (text, links) in [
        ("See https://example.com.", &["https://example.com"][..]),
        ("HTTP://Example.com/A?b=c&d=(e)#f, then", &["HTTP://Example.com/A?b=c&d=(e)#f"]),
        ("(https://example.com/a)", &["https://example.com/a"]),
        ("https://en.wikipedia.org/wiki/A_(b)!", &["https://en.wikipedia.org/wiki/A_(b)"]),
        ("[text](https://example.com)more", &["https://example.com"]),
        ("<https://example.com/a> \"http://b.c:8080\"", &["https://example.com/a", "http://b.c:8080"]),
        ("http://localhost:3000/x and http://my_host/", &["http://localhost:3000/x", "http://my_host/"]),
        ("https://example.com/watch?v=a_-", &["https://example.com/watch?v=a_-"]),
        ("详见https://example.com/a。谢谢", &["https://example.com/a"]),
        ("“https://example.com”", &["https://example.com"]),
        ("https://example.com/?t=a|b", &["https://example.com/?t=a|b"]),
        (
            "Write to ana@example.com, bo.b+x@mail.example.co.uk!",
            &["mailto:ana@example.com", "mailto:bo.b+x@mail.example.co.uk"],
        ),
        ("Ana <ana@example.com>; 'bo@example.com'", &["mailto:ana@example.com", "mailto:bo@example.com"]),
        ("o'brien@example.com", &["mailto:o'brien@example.com"]),
        ("mailto:ana@example.com?subject=Hi&body=x.", &["mailto:ana@example.com?subject=Hi&body=x"]),
        ("MAILTO:ana@example.com.", &["MAILTO:ana@example.com"]),
        ("Mail:ana@example.com", &["mailto:ana@example.com"]),
        ("ana@xn--mnchen-3ya.xn--p1ai", &["mailto:ana@xn--mnchen-3ya.xn--p1ai"]),
    ] {
        assert_eq!(hrefs(text), links, "{text}");
    }
}

#[test]
fn what_is_not_certain_is_no_link() {
    for text in [
        "javascript:alert(1) data:text/html,x ftp://example.com file:///etc www.example.com example.com",
        "https:// https:/// https://? http:example.com https:/example.com",
        "https://user@example.com https://x@y,ana@example.com https://a:b@example.com/ https://example.com:x https://example.com:/",
        "https://example.com\\@evil.com https://-a.com https://a-.com https://a..b https://[::1]/",
        "https://example.com/straße https://münchen.de https://例え.jp https://example.com/e\u{301}",
        "xhttps://example.com svn+http://example.com _https://example.com",
        "jürgen@example.com jose\u{301}an@example.com ana@exämple.com ana@example.comé",
        "@example.com ana@ ana@example ana@example.c ana@example.c0m ana@-a.com ana@a-.com ana@a..com",
        ".ana@example.com a..b@example.com ana.@example.com a@b@example.com ana@example.com/x ana@example.com_x",
        "#ana@example.com =ana@example.com &ana@example.com 50%ana@example.com",
        "mailto:x mailto:ana@example mailto:%41@example.com",
    ] {
        assert_eq!(hrefs(text), [""; 0], "{text}");
    }
}
