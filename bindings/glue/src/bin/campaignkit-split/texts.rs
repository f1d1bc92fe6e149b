//! Long texts that only what is taken out reads: those of some source files. They go with it.

use std::collections::HashSet;
use std::fs;

use proc_macro2::{TokenStream, TokenTree};
use syn::Lit;
use walrus::ir::{Const, Value, Visitor, dfs_in_order};
use walrus::{ConstExpr, DataKind, Module};

use crate::Result;

/// Shorter ones cost more there than they take.
const SHORTEST: usize = 48;

/// The long texts of some files: the whole of one of SQL, and the literals of one of Rust.
pub(crate) fn of_files(paths: &[String]) -> Result<Vec<Vec<u8>>> {
    let mut texts = Vec::new();
    for path in paths {
        let source = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        if path.ends_with(".rs") {
            add_literals(&mut texts, source.parse()?);
        } else {
            texts.push(source.into_bytes());
        }
    }
    texts.retain(|text| text.len() >= SHORTEST);
    // One may be a part of another.
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    Ok(texts)
}

fn add_literals(texts: &mut Vec<Vec<u8>>, tokens: TokenStream) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => add_literals(texts, group.stream()),
            TokenTree::Literal(literal) => {
                if let Lit::Str(text) = Lit::new(literal) {
                    texts.push(text.value().into_bytes());
                }
            }
            _ => {}
        }
    }
}

/// A text in memory.
pub(crate) struct Found {
    address: u32,
    text: Vec<u8>,
}

/// Takes texts out of the memory that a module begins with. One that its functions name by its address stays, and so does one
/// that is not there, or in the middle of another one: only where a function of the other module or some data names the place
/// where it begins.
pub(crate) fn take(main: &mut Module, other: &Module, texts: Vec<Vec<u8>>) -> Vec<Found> {
    let named = Addresses::of(main);
    let begins: HashSet<u32> = Addresses::of(other).0.into_iter().chain(words(main)).collect();
    let segments: Vec<_> = main.data.iter().map(|data| data.id()).collect();
    let mut taken = Vec::new();
    for text in texts {
        for segment in &segments {
            let data = main.data.get_mut(*segment);
            let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else { continue };
            let Some(at) = memchr::memmem::find(&data.value, &text) else { continue };
            let address = start.cast_unsigned() + at as u32;
            let range = address..address + text.len() as u32;
            if !begins.contains(&address) || named.0.iter().any(|named| range.contains(named)) {
                continue;
            }
            data.value.iter_mut().skip(at).take(text.len()).for_each(|byte| *byte = 0);
            taken.push(Found { address, text });
            break;
        }
    }
    taken.sort_by_key(|found| found.address);
    taken
}

/// What could be an address in the memory that a module begins with.
fn words(module: &Module) -> Vec<u32> {
    let mut words = Vec::new();
    for data in module.data.iter() {
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else { continue };
        let aligned = data.value.get(start.wrapping_neg().rem_euclid(4) as usize..).unwrap_or_default();
        words.extend(aligned.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)));
    }
    words
}

/// Puts texts into the memory that another module begins with.
pub(crate) fn put(other: &mut Module, texts: Vec<Found>) -> Result<()> {
    let memory = other.memories.iter().next().ok_or("the module has no memory")?.id();
    for Found { address, text } in texts {
        let offset = ConstExpr::Value(Value::I32(address.cast_signed()));
        let data = other.data.add(DataKind::Active { memory, offset }, text);
        other.memories.get_mut(memory).data_segments.insert(data);
    }
    Ok(())
}

/// What could be an address in the functions of a module.
#[derive(Default)]
struct Addresses(Vec<u32>);

impl Addresses {
    fn of(module: &Module) -> Self {
        let mut addresses = Self::default();
        for (_, function) in module.funcs.iter_local() {
            dfs_in_order(&mut addresses, function, function.entry_block());
        }
        addresses
    }
}

impl Visitor<'_> for Addresses {
    fn visit_const(&mut self, constant: &Const) {
        if let Value::I32(value) = constant.value {
            self.0.push(value.cast_unsigned());
        }
    }
}
