//! Errors and warnings about the texts of a campaign that hold for all prospects.

use std::collections::HashSet;

use crate::error::issues::Issues;
use crate::error::{Issue, Problem};
use crate::message::MessageTemplates;
use crate::message::template::{Columns, Source, StrayPercent};

/// The most characters of another product's variable that are repeated.
const VARIABLE_MAX: usize = 200;

/// The most of them in a text that are looked at.
const TAGS_MAX: usize = 1_000;

/// Whether what is written may be the name of a column.
pub(super) fn need_columns(templates: &MessageTemplates) -> bool {
    templates.templates().iter().any(|(_, template)| Source::of(template).needs_columns())
}

/// Finds variables that do not exist, and choices that are none.
pub(super) fn check(templates: &MessageTemplates, columns: &Columns, errors: &mut Issues) {
    for (path, template) in templates.templates() {
        let mut named = HashSet::new();
        for slot in template.slots().filter(|slot| slot.variable.is_none() && named.insert(slot.name.as_str())) {
            errors.add(|| Issue::new(path.as_str(), slot.problem()));
        }
        for stray in Source::of(template).strays(columns) {
            if let StrayPercent::Column { name, variable } = stray
                && named.insert(name)
            {
                let problem = || Problem::UnknownVariable { variable: name.to_owned(), closest: variable };
                errors.add(|| Issue::new(path.as_str(), problem()));
            }
        }
        if template.has_broken_choice() {
            errors.push(path, Problem::MalformedChoice);
        }
    }
}

/// Finds variables as other products write them, and percent signs beside names.
pub(super) fn warn(templates: &MessageTemplates, columns: &Columns, warnings: &mut Issues) {
    for (path, template) in templates.own_templates() {
        let source = Source::of(template);
        let mut seen = HashSet::new();
        // Of a variable that stands there twice, the first is reported.
        for tag in source.tags().filter(|tag| seen.insert(tag.text)).take(TAGS_MAX) {
            if let Some(meaning) = tag.meaning(columns) {
                warnings.add(|| {
                    let variable = tag.text.chars().take(VARIABLE_MAX).collect();
                    let offset = source.characters_before(&tag);
                    Issue::new(path.as_str(), Problem::ForeignTemplateSyntax { variable, offset, hint: meaning.hint() })
                });
            }
        }
        if source.strays(columns).any(|stray| stray == StrayPercent::Beside) {
            warnings.push(path, Problem::StrayPercent);
        }
    }
}
