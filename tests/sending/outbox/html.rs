//! Emails as HTML: made of their text alone, with the pixel of a campaign that tracks.

use super::*;

const OPEN: &str = "https://t.example.com/o?t={token}&x='1'";

/// What the HTML of a task says, without its pixel.
fn words(html: &str) -> String {
    let html = html.split_once("<img").map_or(html, |(html, _)| html);
    let text = html.replace("</p><p>", "\n\n").replace("<br>", "\n");
    let mut parts = text.split('<');
    let first = parts.next().unwrap().to_owned();
    let text = parts.fold(first, |text, part| text + part.split_once('>').unwrap().1);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.into_iter().fold(text, |text, (entity, said)| text.replace(entity, said))
}

fn html(task: &Task) -> Option<String> {
    task.email.as_ref().unwrap().body_html.clone()
}

/// The address of the pixel of an email.
fn pixel(html: &str) -> Option<String> {
    let (_, rest) = html.split_once("<img src=\"")?;
    Some(rest.split_once('"')?.0.replace("&amp;", "&").replace("&#39;", "'"))
}

#[test]
fn an_email_has_the_html_of_its_text_with_what_people_say_escaped() {
    let mut world = World::new();
    let body = "Hi %name|you% of %custom_fields.k|\"<none>\"%,\n\nsee https://x.com/?a=1&b=2\nor ana@example.com";
    let request = world.email_request(json!({ "signature": "-- \n%first_name|A & B%\n%unsubscribe_url%" }));
    let id = world.me().create_campaign(request).unwrap().campaign.id;
    let node = json!({ "type": "email", "subject": "S", "body": body });
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
    let evil = "</p><script>alert('1')</script>&amp;\r\n\r\nx";
    world.add(id, json!([{ "email": "bo@example.com", "name": "<b>Bo</b>", "custom_fields": { "k": evil } }]));
    world.me().launch(id, json!({})).unwrap();
    let link = json!({ "unsubscribe_url": "https://x.com/u/{token}" });
    let task = world.me().claim_due(link).unwrap().tasks.remove(0);
    let token = task.email.as_ref().unwrap().unsubscribe_token;
    let html = html(&task).unwrap();
    assert_eq!(
        html,
        format!(
            "<p>Hi &lt;b&gt;Bo&lt;/b&gt; of &lt;/p&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;</p><p>x,</p>\
             <p>see <a href=\"https://x.com/?a=1&amp;b=2\">https://x.com/?a=1&amp;b=2</a><br>\
             or <a href=\"mailto:ana@example.com\">ana@example.com</a></p>\
             <p>-- <br>A &amp; B<br><a href=\"https://x.com/u/{token}\">https://x.com/u/{token}</a></p>"
        )
    );
    assert_eq!(words(&html), task.body.clone().unwrap().replace("\r\n", "\n"));
    sound(&mut world);
}

#[test]
fn the_pixel_is_in_the_html_of_campaigns_that_track_where_the_claim_names_its_link() {
    for (tracks, text_only, url) in
        [(true, false, Some(OPEN)), (true, false, None), (false, false, Some(OPEN)), (true, true, Some(OPEN))]
    {
        let mut world = World::new();
        let node = over(mail("S"), json!({ "text_only": text_only }));
        email(&mut world, json!({ "open_tracking": tracks }), json!([node]), &["bo"]);
        let task = claim_with(&mut world, json!({ "open_url": url })).remove(0);
        let email = task.email.clone().unwrap();
        assert_eq!(email.open_token.is_some(), tracks);
        assert_eq!(html(&task).is_none(), text_only);
        let expected = url
            .filter(|_| tracks && !text_only)
            .and_then(|url| Some(url.replace("{token}", &email.open_token?.to_string())));
        assert_eq!(html(&task).as_deref().and_then(pixel), expected);
        assert_eq!(html(&task).map(|html| words(&html)), task.body.clone().filter(|_| !text_only));
        let read = world.me().task(task.id).unwrap();
        assert_eq!(shape(&read)["body_html"], json!(html(&task)), "and where it is read again");
        let listed = world.me().list_tasks(json!({ "messages": true })).unwrap().tasks.remove(0);
        assert_eq!(listed.message.unwrap().body_html, html(&task));
        if let Some(pixel) = expected {
            let token = pixel.split("t=").nth(1).unwrap().split('&').next().unwrap().to_owned();
            assert!(
                world.me().record_event(json!({ "id": "1", "type": "opened", "open_token": token })).unwrap().changed
            );
        }
        sound(&mut world);
    }
}

#[test]
fn what_is_handed_out_again_keeps_its_html_with_a_pixel_of_its_own() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let first = claim_with(&mut world, json!({ "open_url": OPEN })).remove(0);
    world.clock.advance_ms(5 * MINUTE);
    let again = claim_with(&mut world, json!({ "open_url": "https://elsewhere.example.com/{token}" })).remove(0);
    let tokens = [&first, &again].map(|task| task.email.clone().unwrap().open_token.unwrap().to_string());
    assert_ne!(tokens[0], tokens[1]);
    assert_eq!(html(&again).unwrap(), html(&first).unwrap().replace(&tokens[0], &tokens[1]));
    sound(&mut world);
}

#[test]
fn linkedin_has_no_html() {
    let mut world = World::new();
    linkedin(&mut world, json!({}), json!([message("Hi <b>")]), &["bo"]);
    let task = shape(&claim_with(&mut world, json!({ "open_url": OPEN }))[0]);
    assert_eq!((&task["body"], &task["body_html"]), (&json!("Hi <b>"), &Value::Null));
    sound(&mut world);
}

#[test]
fn html_counts_in_the_bound_of_a_claim() {
    let mut world = World::new();
    // Each character is five in HTML.
    let body = "&".repeat(100_000);
    let node = json!({ "type": "email", "subject": "S", "body": body });
    let people: Vec<_> = (0..40).map(|n| format!("p{n}")).collect();
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": 100 })).unwrap();
    email(&mut world, json!({ "daily_limit": 100 }), json!([node]), &people);
    let claimed = world.me().claim_due(json!({ "max": 100 })).unwrap();
    assert!(claimed.more, "{}", claimed.tasks.len());
    let bytes: usize =
        claimed.tasks.iter().map(|task| html(task).unwrap().len() + task.body.as_ref().unwrap().len()).sum();
    assert!(bytes <= 16 << 20 && bytes > 15 << 20, "{bytes}");
}
