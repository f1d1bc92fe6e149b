//! The order of the functions in a wasm module: similar ones stand together, since gzip looks back no more than 32 KB.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::Result;

/// How far gzip looks back, in bytes.
const WINDOW: usize = 32 * 1024;
/// How many bytes of code two functions must share to count as similar; longer and shorter pieces were tried.
const PIECE: usize = 6;
/// Keeps tiny functions from going first: any neighbour has nearly all of their pieces. Each gives another order, and which
/// one is best changes with every few bytes of code, by up to a percent of the module: all are tried.
const FLOORS: [f64; 8] = [100.0, 150.0, 200.0, 300.0, 450.0, 600.0, 900.0, 1_500.0];

const CUSTOM_SECTION: u8 = 0;
const IMPORT_SECTION: u8 = 2;
const CODE_SECTION: u8 = 10;
const FUNCTION_NAMES: u8 = 1;

/// Names each function of a nameless module by its position, for wasm-opt's `--reorder-functions-by-name`.
pub(crate) fn name_by_place(path: &Path) -> Result {
    let mut wasm = fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let bodies = Bodies::of(&wasm).ok_or_else(|| format!("{} is no wasm module", path.display()))?;
    let mut pieces = pieces(&bodies.bodies);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for floor in FLOORS {
        let order = order(&bodies.bodies, &mut pieces, floor);
        let size = compressed(order.iter().filter_map(|function| bodies.bodies.get(*function)))?;
        if best.as_ref().is_none_or(|(smallest, _)| size < *smallest) {
            best = Some((size, order));
        }
    }
    let section = bodies.names(&best.unwrap_or_default().1);
    wasm.extend(section);
    fs::write(path, wasm).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// The functions of a module.
struct Bodies<'w> {
    imported: usize,
    bodies: Vec<&'w [u8]>,
}

impl<'w> Bodies<'w> {
    fn of(wasm: &'w [u8]) -> Option<Self> {
        let (mut imported, mut bodies) = (0, Vec::new());
        let mut module = Reader(wasm.get(8..)?);
        while let Some(kind) = module.byte() {
            let mut section = Reader(module.sized()?);
            match kind {
                IMPORT_SECTION => imported = section.imported_functions()?,
                CODE_SECTION => bodies = (0..section.number()?).map(|_| section.sized()).collect::<Option<_>>()?,
                _ => {}
            }
        }
        Some(Self { imported, bodies })
    }

    /// A name section, by which functions sort in this order.
    fn names(&self, order: &[usize]) -> Vec<u8> {
        let mut map = number(self.bodies.len());
        let mut named: Vec<(usize, usize)> = order.iter().copied().zip(0..).collect();
        named.sort_unstable();
        for (function, place) in named {
            map.extend(number(self.imported + function));
            map.extend(sized(format!("{place:06}").as_bytes()));
        }
        let mut section = sized(b"name");
        section.push(FUNCTION_NAMES);
        section.extend(sized(&map));
        [vec![CUSTOM_SECTION], sized(&section)].concat()
    }
}

/// How many bytes `gzip -9` makes of them.
fn compressed<'b>(bodies: impl Iterator<Item = &'b &'b [u8]>) -> Result<usize> {
    const SCRIPT: &str = "const { gzipSync } = require('node:zlib');
        console.log(gzipSync(require('node:fs').readFileSync(0), { level: 9 }).length)";
    let failed = |why: std::io::Error| format!("cannot compress: {why}");
    let mut node = Command::new("node");
    let mut node = node.args(["-e", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let code: Vec<u8> = bodies.flat_map(|body| body.iter().copied()).collect();
    node.stdin.take().ok_or("node has no input")?.write_all(&code).map_err(failed)?;
    let printed = node.wait_with_output().map_err(failed)?;
    let size = String::from_utf8_lossy(&printed.stdout).trim().parse();
    size.map_err(|_| "node prints no size".to_owned())
}

/// A few bytes of code.
struct Piece {
    /// The functions that contain it.
    functions: Vec<usize>,
    /// How many of them are near enough for gzip to look back on.
    near: usize,
}

impl Piece {
    fn weight(&self) -> f64 {
        1.0 / (self.functions.len() as f64).sqrt()
    }
}

/// The indices of `bodies`. The next function is always the one of which the functions before it contain the greatest
/// part.
fn order(bodies: &[&[u8]], (pieces, of_function): &mut (Vec<Piece>, Vec<Vec<usize>>), floor: f64) -> Vec<usize> {
    for piece in pieces.iter_mut() {
        piece.near = 0;
    }
    let mut known = vec![0.0; bodies.len()];
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    let (mut order, mut behind, mut near) = (Vec::new(), 0, 0);
    let length = |function: usize| bodies.get(function).map_or(0, |body| body.len());
    let part = |known: &[f64], &function: &usize| {
        known.get(function).map_or(0.0, |known| known / (length(function) as f64 + floor))
    };
    while let Some(next) = left.iter().copied().max_by(|one, other| part(&known, one).total_cmp(&part(&known, other))) {
        left.retain(|&function| function != next);
        order.push(next);
        near += length(next);
        for piece in of_function.get(next).into_iter().flatten() {
            let Some(piece) = pieces.get_mut(*piece) else { continue };
            piece.near += 1;
            if piece.near == 1 {
                add(&mut known, piece, piece.weight());
            }
        }
        while near > WINDOW
            && let Some(&gone) = order.get(behind)
        {
            behind += 1;
            near -= length(gone);
            for piece in of_function.get(gone).into_iter().flatten() {
                let Some(piece) = pieces.get_mut(*piece) else { continue };
                piece.near -= 1;
                if piece.near == 0 {
                    add(&mut known, piece, -piece.weight());
                }
            }
        }
    }
    order
}

fn add(known: &mut [f64], piece: &Piece, weight: f64) {
    for function in &piece.functions {
        if let Some(known) = known.get_mut(*function) {
            *known += weight;
        }
    }
}

/// All pieces, and the pieces of each function.
fn pieces(bodies: &[&[u8]]) -> (Vec<Piece>, Vec<Vec<usize>>) {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut indices: HashMap<&[u8], usize> = HashMap::new();
    let mut of_function = Vec::new();
    for (function, body) in bodies.iter().enumerate() {
        let mut has = Vec::new();
        for bytes in body.windows(PIECE) {
            let index = *indices.entry(bytes).or_insert(pieces.len());
            if index == pieces.len() {
                pieces.push(Piece { functions: Vec::new(), near: 0 });
            }
            let Some(piece) = pieces.get_mut(index).filter(|piece| piece.functions.last() != Some(&function)) else {
                continue;
            };
            piece.functions.push(function);
            has.push(index);
        }
        of_function.push(has);
    }
    (pieces, of_function)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    /// An unsigned LEB128.
    fn number(&mut self) -> Option<usize> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte < 0x80 {
                return Some(number);
            }
        }
    }

    /// Bytes preceded by their number.
    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn imported_functions(&mut self) -> Option<usize> {
        let mut functions = 0;
        for _ in 0..self.number()? {
            self.sized()?; // the module
            self.sized()?; // the name
            match self.byte()? {
                0 => {
                    self.number()?;
                    functions += 1;
                }
                1 => {
                    self.byte()?;
                    self.limits()?;
                }
                2 => self.limits()?,
                3 => {
                    self.byte()?;
                    self.byte()?;
                }
                _ => return None,
            }
        }
        Some(functions)
    }

    fn limits(&mut self) -> Option<()> {
        let has_end = self.byte()? & 1 == 1;
        self.number()?;
        if has_end {
            self.number()?;
        }
        Some(())
    }
}

fn number(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

fn sized(bytes: &[u8]) -> Vec<u8> {
    [&number(bytes.len()), bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_that_are_alike_become_neighbours() {
        let bodies: Vec<Vec<u8>> =
            (0..20).map(|i| (0..2000).map(|at| (at * (3 + i % 2) / 7) as u8).collect()).collect();
        let bodies: Vec<&[u8]> = bodies.iter().map(Vec::as_slice).collect();
        let order = order(&bodies, &mut pieces(&bodies), 300.0);
        let changes = order.windows(2).filter(|pair| pair.iter().sum::<usize>() % 2 == 1).count();
        assert_eq!((order.len(), changes), (20, 1));
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for value in [0, 127, 128, 300, 1 << 20] {
            assert_eq!(Reader(&number(value)).number(), Some(value));
        }
    }
}
