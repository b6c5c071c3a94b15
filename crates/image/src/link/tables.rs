//! The linker's own sections, written by it and read by [`crate::mapped`]. All numbers are
//! little-endian; texts and records are found by offset, so that one can be read without the others.
//!
//! **Externals**: count, then count + 1 offsets (from the start of the section) between which the
//! encoded [`External`]s lie, in the order of the slots.
//!
//! **Units**: count, then an entry of six numbers for each unit, sorted by name: offset and length
//! of the name, start and size of its code in `.text`, offset and length of its [`UnitRecord`].
//!
//! **Lines**: the size of the first of two tables of the form of that of the externals, then both: a
//! record for each unit, in their order, and the texts that the records refer to by number.

use pkgimage_ir::object::FunctionLines;
use pkgimage_ir::{External, FunctionKind, Loc, LocData};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the loader needs of a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitRecord {
    /// Its functions.
    pub functions: Vec<FunctionRecord>,
    /// The slots that its code reads, ascending: they are filled before it runs.
    pub slots: Vec<u32>,
    /// The units of this image that its code calls directly, ascending: what holds for a unit
    /// before it runs holds for them too.
    pub callees: Vec<u32>,
}

/// A function of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionRecord {
    /// What it is for.
    pub kind: FunctionKind,
    /// Counted from the start of the unit's code.
    pub offset: u32,
    /// Of its code.
    pub size: u32,
}

/// Where a unit's code comes from, for backtraces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// In the order of the functions.
    pub functions: Vec<FunctionLines>,
    /// What their numbers mean.
    pub locs: Vec<LocData>,
}

/// [`Lines`] in the file: methods and files by number.
#[derive(Serialize, Deserialize)]
struct LineRecord {
    functions: Vec<FunctionLines>,
    /// Method, its signature's hash, file, line, and 1 plus where it is inlined.
    locs: Vec<(u32, u32, u32, u32, u32)>,
}

/// A unit, to be written.
pub(super) struct UnitEntry<'a> {
    pub name: &'a str,
    pub text: u32,
    pub size: u32,
    pub record: UnitRecord,
    pub lines: Lines,
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    // Plain data into a growing buffer: there is nothing that could fail.
    postcard::to_stdvec(value).unwrap_or_default()
}

/// Count, offsets, records.
fn indexed(records: impl ExactSizeIterator<Item = Vec<u8>>) -> Vec<u8> {
    let count = records.len();
    let mut table = (count as u32).to_le_bytes().to_vec();
    let mut body = vec![];
    let start = 4 + 4 * (count + 1);
    for record in records {
        table.extend_from_slice(&((start + body.len()) as u32).to_le_bytes());
        body.extend_from_slice(&record);
    }
    table.extend_from_slice(&((start + body.len()) as u32).to_le_bytes());
    table.extend_from_slice(&body);
    table
}

pub(super) fn write_externals(externals: &[External]) -> Vec<u8> {
    indexed(externals.iter().map(encode))
}

pub(super) fn write_units(entries: &[UnitEntry<'_>]) -> (Vec<u8>, Vec<u8>) {
    let mut table = (entries.len() as u32).to_le_bytes().to_vec();
    let mut body: Vec<u8> = vec![];
    let start = 4 + 24 * entries.len();
    for entry in entries {
        let name_at = start + body.len();
        body.extend_from_slice(entry.name.as_bytes());
        let record_at = start + body.len();
        body.extend_from_slice(&encode(&entry.record));
        let end = start + body.len();
        let numbers = [name_at, entry.name.len(), entry.text as usize, entry.size as usize];
        for number in numbers.into_iter().chain([record_at, end - record_at]) {
            table.extend_from_slice(&(number as u32).to_le_bytes());
        }
    }
    table.extend_from_slice(&body);
    (table, write_lines(entries))
}

fn write_lines(entries: &[UnitEntry<'_>]) -> Vec<u8> {
    let locs = entries.iter().flat_map(|entry| &entry.lines.locs);
    let texts: BTreeSet<&str> = locs.flat_map(|loc| [&*loc.method, &*loc.file]).collect();
    let numbers: BTreeMap<&str, u32> = texts.iter().copied().zip(0..).collect();
    let number = |text: &str| numbers.get(text).copied().unwrap_or(u32::MAX);
    let records = indexed(entries.iter().map(|entry| {
        let loc = |loc: &LocData| {
            let at = loc.inlined_at.map_or(0, |at| at.0 + 1);
            (number(&loc.method), loc.signature, number(&loc.file), loc.line, at)
        };
        let locs = entry.lines.locs.iter().map(loc).collect();
        encode(&LineRecord { functions: entry.lines.functions.clone(), locs })
    }));
    let texts: Vec<&str> = texts.into_iter().collect();
    let texts = indexed(texts.iter().map(|text| text.as_bytes().to_vec()));
    [&(records.len() as u32).to_le_bytes()[..], &records, &texts].concat()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*word))
}

/// The record of that number in a table with count and offsets.
fn record(bytes: &[u8], index: u32) -> Option<&[u8]> {
    if index >= number(bytes, 0)? {
        return None;
    }
    let at = 4 + 4 * index as usize;
    bytes.get(number(bytes, at)? as usize..number(bytes, at + 4)? as usize)
}

/// Reads the externals.
#[derive(Clone, Copy)]
pub struct Externals<'a>(pub &'a [u8]);

impl Externals<'_> {
    /// How many.
    pub fn len(&self) -> u32 {
        number(self.0, 0).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a slot stands for.
    pub fn get(&self, slot: u32) -> Option<External> {
        postcard::from_bytes(record(self.0, slot)?).ok()
    }
}

/// Reads the units.
#[derive(Clone, Copy)]
pub struct Units<'a>(pub &'a [u8]);

impl<'a> Units<'a> {
    /// How many.
    pub fn len(&self) -> u32 {
        number(self.0, 0).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn field(&self, unit: u32, field: usize) -> Option<u32> {
        if unit >= self.len() {
            return None;
        }
        number(self.0, 4 + 24 * unit as usize + 4 * field)
    }

    /// A unit's name.
    pub fn name(&self, unit: u32) -> Option<&'a str> {
        let at = self.field(unit, 0)? as usize;
        let length = self.field(unit, 1)? as usize;
        std::str::from_utf8(self.0.get(at..at.checked_add(length)?)?).ok()
    }

    /// Start and size of a unit's code.
    pub fn code(&self, unit: u32) -> Option<(u32, u32)> {
        Some((self.field(unit, 2)?, self.field(unit, 3)?))
    }

    /// What there is to know about a unit.
    pub fn record(&self, unit: u32) -> Option<UnitRecord> {
        let at = self.field(unit, 4)? as usize;
        let length = self.field(unit, 5)? as usize;
        postcard::from_bytes(self.0.get(at..at.checked_add(length)?)?).ok()
    }

    /// The unit of that name.
    pub fn find(&self, name: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.name(middle)?.cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The unit whose code holds this offset of the text: code stands in the order of the units.
    pub fn at(&self, offset: u32) -> Option<u32> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (start, size) = self.code(middle)?;
            if offset < start {
                high = middle;
            } else if offset - start >= size {
                low = middle + 1;
            } else {
                return Some(middle);
            }
        }
        None
    }
}

/// Reads the lines of a unit.
pub fn read_lines(bytes: &[u8], unit: u32) -> Option<Lines> {
    let (records, texts) = bytes.get(4..)?.split_at_checked(number(bytes, 0)? as usize)?;
    let stored: LineRecord = postcard::from_bytes(record(records, unit)?).ok()?;
    let text = |n: u32| {
        let text = record(texts, n).and_then(|text| std::str::from_utf8(text).ok());
        text.unwrap_or_default().to_owned()
    };
    let locs = stored.locs.into_iter().map(|(method, signature, file, line, at)| LocData {
        method: text(method),
        signature,
        file: text(file),
        line,
        inlined_at: at.checked_sub(1).map(Loc),
    });
    Some(Lines { functions: stored.functions, locs: locs.collect() })
}
