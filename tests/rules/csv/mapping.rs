//! What columns become: fields, custom fields, or nothing.

use super::*;

#[test]
fn a_column_is_a_field_a_custom_field_or_ignored() {
    let mut world = World::new();
    let file = "Email,Company,A,B,C\nbo@example.com,Bo,1,2,3\n";
    for (n, (mapping, company, custom_fields)) in [
        (json!(["email"]), json!(null), json!({ "Company": "Bo", "A": "1", "B": "2", "C": "3" })),
        (json!(["email", "company"]), json!("Bo"), json!({ "A": "1", "B": "2", "C": "3" })),
        (json!(["email", "ignore", "ignore", null]), json!(null), json!({ "B": "2", "C": "3" })),
        (json!(["email", "headline", "ignore", "company", "ignore"]), json!("2"), json!({})),
        (
            json!(["email", null, null, null, null]),
            json!(null),
            json!({ "Company": "Bo", "A": "1", "B": "2", "C": "3" }),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let campaign = world.email_campaign(&n.to_string());
        assert_eq!(told(&import(&mut world, campaign, file, mapping)), "2 imported");
        let bo = &prospects(&mut world, campaign)[0];
        assert_eq!((&bo["company"], &bo["custom_fields"]), (&company, &custom_fields));
    }
    let every =
        ["email", "linkedin_url", "name", "first_name", "last_name", "company", "position", "headline", "time_zone"];
    let file = "a,b,c,d,e,f,g,h,i\na@x.y,linkedin.com/in/a,c,d,e,f,g,h,UTC\n";
    let campaign = world.email_campaign("Every");
    import(&mut world, campaign, file, json!(every));
    let stored = &prospects(&mut world, campaign)[0];
    let values = ["a@x.y", "linkedin.com/in/a", "c", "d", "e", "f", "g", "h", "UTC"];
    for (field, value) in every.iter().zip(values) {
        assert_eq!(stored[field], value, "{field}");
    }
}

#[test]
fn what_is_ignored_may_be_anything() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let file = format!("Email,X,Y\nbo@example.com,a\0b,{}\n,only,this\n", "x".repeat(20_000));
    let report = import(&mut world, campaign, &file, json!(["email", "ignore", "ignore"]));
    assert_eq!(told(&report), "2 imported / 3 invalid email required");
}

#[test]
fn a_mapping_that_does_not_fit_is_refused() {
    let mut world = World::new();
    let (email, linkedin) = (world.email_campaign("A"), world.linkedin_campaign("B"));
    let file = b"Email,LinkedIn,Note\na@example.com,linkedin.com/in/a,x\n";
    for (campaign, mapping, expected) in [
        (email, json!([]), issues(&[("mapping", "required")])),
        (email, json!([null, null, null]), issues(&[("mapping", "required")])),
        (email, json!(["ignore", "linkedin_url"]), issues(&[("mapping", "required")])),
        (linkedin, json!(["email", "ignore"]), issues(&[("mapping", "required")])),
        (email, json!(["email", null, null, null]), issues(&[("mapping", "too_many")])),
        (email, json!(["ignore", null, null, "email"]), issues(&[("mapping", "too_many")])),
        (email, json!([null, null, null, null]), issues(&[("mapping", "too_many"), ("mapping", "required")])),
        (email, json!(["email", "email"]), issues(&[("mapping[1]", "duplicate")])),
        (
            email,
            json!(["name", "email", "name", "email"]),
            issues(&[("mapping[2]", "duplicate"), ("mapping[3]", "duplicate")]),
        ),
        (
            email,
            json!(["e-mail", 1, "Email", true, ["email"], {}, ""]),
            issues(&[
                ("mapping[0]", "unknown_value"),
                ("mapping[1]", "wrong_type"),
                ("mapping[2]", "unknown_value"),
                ("mapping[3]", "wrong_type"),
                ("mapping[4]", "wrong_type"),
                ("mapping[5]", "wrong_type"),
                ("mapping[6]", "unknown_value"),
            ]),
        ),
        (email, json!("email"), issues(&[("mapping", "wrong_type")])),
        (email, json!({ "Email": "email" }), issues(&[("mapping", "wrong_type")])),
        (email, json!(null), issues(&[("mapping", "required")])),
    ] {
        let error = world.refused(|me| {
            me.import_csv(
                campaign,
                &file[..],
                json!({ "mapping": mapping, "content_hash": content_hash(file, "utf-8") }),
            )
        });
        assert_eq!(problems(&error), expected, "{mapping}");
    }
    for (request, expected) in [
        (json!(null), issues(&[("", "wrong_type")])),
        (json!({}), issues(&[("mapping", "required"), ("content_hash", "required")])),
        (json!({ "mapping": ["email"] }), issues(&[("content_hash", "required")])),
        (
            json!({ "maping": [], "mapping": ["x"], "content_hash": 7 }),
            issues(&[("content_hash", "wrong_type"), ("maping", "unknown_field"), ("mapping[0]", "unknown_value")]),
        ),
    ] {
        assert_eq!(problems(&world.refused(|me| me.import_csv(email, &file[..], request))), expected);
    }
}

#[test]
fn the_name_of_any_column_is_a_variable_of_templates() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let long = "é".repeat(300);
    let header = [
        "Email",
        "Deal",
        "Deal",
        "",
        "50%|off",
        "two\nlines",
        " spaced  out ",
        &long,
        "%custom_fields.Deal%",
        "Deal (2)",
    ];
    let row = ["bo@example.com", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9"];
    let file = table(&[&header, &row], ';', "\r\n", false);
    let previewed = preview(&mut world, &file);
    let names: Vec<_> =
        previewed["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "Email",
            "Deal",
            "Deal (2)",
            "column 4",
            "50__off",
            "two_lines",
            "spaced  out",
            &"é".repeat(255),
            "_custom_fields.Deal_",
            "Deal (2) (2)"
        ]
    );
    assert_eq!(told(&import_as_suggested(&mut world, campaign, &file)), "3 imported");
    let body: Vec<_> = names[1..].iter().map(|name| format!("%custom_fields.{name}%")).collect();
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": body.join(" ") }]);
    world.me().update_campaign(campaign, json!({ "signature": "", "sequence_nodes": nodes })).unwrap();
    let validation = world.me().validate(campaign).unwrap();
    assert!(validation.ready, "{validation:?}");
    let warned: Vec<_> = validation.warnings.iter().map(|warning| warning.code()).collect();
    assert_eq!(warned, ["no_opt_out"], "{validation:?}");
    let id = prospects(&mut world, campaign)[0]["id"].clone();
    let messages = world.me().preview_messages(id, json!({})).unwrap().messages;
    assert_eq!(messages[0].body.as_deref(), Some("v1 v2 v3 v4 v5 v6 v7 v8 v9"));
}
