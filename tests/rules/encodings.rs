//! In which encoding a file is read, when nobody says so and when somebody does (SPEC §3b).

mod names;

use crate::world::World;
use campaignkit::Reading;
use names::{LANGUAGES, Random};

/// What a file of rows is read as without an encoding given.
fn encoding_of(world: &mut World, file: &[u8]) -> Result<String, campaignkit::Error> {
    world.me().preview_csv(file, Reading::default()).map(|preview| preview.encoding.to_owned())
}

/// How many of a hundred generated lists are read as they were written, in each encoding.
fn read_right(rows: usize, lists: usize) -> Vec<(&'static str, f64, Vec<String>)> {
    let mut world = World::new();
    let mut figures: Vec<(&str, usize, usize, Vec<String>)> = Vec::new();
    for language in LANGUAGES {
        for encoding in language.encodings {
            let reference = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap();
            let mut random = Random::of(&format!("{} {encoding} {rows}", language.name));
            for _ in 0..lists {
                let text = language.list(rows, &mut random);
                let (bytes, _, is_lossy) = reference.encode(&text);
                assert!(!is_lossy, "{} in {encoding}", language.name);
                let read = encoding_of(&mut world, &bytes).unwrap_or_else(|error| error.code().to_owned());
                let decoded = encoding_rs::Encoding::for_label(read.as_bytes())
                    .and_then(|read| read.decode_without_bom_handling_and_without_replacement(&bytes));
                let place = figures.iter().position(|(name, ..)| name == encoding).unwrap_or(figures.len());
                if place == figures.len() {
                    figures.push((encoding, 0, 0, Vec::new()));
                }
                let (_, right, all, wrong) = &mut figures[place];
                *all += 1;
                if decoded.is_some_and(|decoded| decoded == text) {
                    *right += 1;
                } else {
                    wrong.push(format!("{} as {read}", language.name));
                }
            }
        }
    }
    figures.into_iter().map(|(name, right, all, wrong)| (name, right as f64 * 100. / all as f64, wrong)).collect()
}

#[test]
fn lists_of_names_are_read_as_they_were_written() {
    for (rows, lists, least) in [(500, 4, 98.), (20, 25, 90.)] {
        let figures = read_right(rows, lists);
        assert!(figures.len() >= 20, "{}", figures.len());
        let mut sum = 0.;
        for (encoding, right, wrong) in &figures {
            println!("{rows:>4} rows {encoding:>14} {right:>6.1} % {}", wrong.join(", "));
            sum += right;
        }
        let average = sum / figures.len() as f64;
        println!("{rows:>4} rows {:>14} {average:>6.2} %", "all");
        assert!(average >= least, "{rows} rows: {average} %");
        for (encoding, right, _) in figures {
            assert!(right >= least - 10., "{rows} rows in {encoding}: {right} %");
        }
    }
}
