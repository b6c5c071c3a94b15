//! What the object code of a unit looks like: names of its symbols and its own sections.
//!
//! Written by `crates/codegen`, read by the loader and the linker in `crates/image`. The object code
//! is a relocatable ELF file; it could be given to any linker.
//!
//! | symbol | what |
//! | --- | --- |
//! | the function's name | code of a function of the unit |
//! | `ext:N` | undefined data: external N. Used through the GOT, whose entry is the external's slot |
//! | `call:N` | undefined function: external N, called directly (through a stub and the slot, or bound) |
//! | `helper:NAME` | undefined function: a [`helper`](HELPERS) that no unit names |
//! | `bytes:N`, `cell:N` | external N, defined in the unit's own data |
//! | `variadic:N` | code that sets what a variadic C function expects and goes on to external N |

use crate::unit::Loc;
use serde::{Deserialize, Serialize};

/// Name of the section that holds a [`FunctionLines`] per function, encoded with postcard.
pub const LINES_SECTION: &str = ".pkgimage.lines";

/// Name of the section that lists the CPU features that the code needs beyond what every CPU of its
/// architecture has: their names ([`crate::cpu::FEATURES`]), sorted, encoded with postcard.
pub const CPU_SECTION: &str = ".pkgimage.cpu";

/// Which piece of a function comes from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionLines {
    /// Size of the function's code.
    pub size: u32,
    /// The pieces, in order: the distance of the start from that of the piece before (from 0 for
    /// the first), and the number of its location plus 1; 0 for code without location. A piece
    /// ends where the next starts.
    pieces: Vec<(u32, u32)>,
}

impl FunctionLines {
    /// From pieces with ascending starts and locations.
    pub fn new(size: u32, pieces: impl IntoIterator<Item = (u32, Option<Loc>)>) -> FunctionLines {
        let mut lines = FunctionLines { size, pieces: vec![] };
        let mut before = 0;
        for (start, loc) in pieces {
            lines.pieces.push((start - before, loc.map_or(0, |loc| loc.0 + 1)));
            before = start;
        }
        lines
    }

    /// The location of the instruction at this offset.
    pub fn loc_at(&self, offset: u32) -> Option<Loc> {
        let mut start = 0u32;
        let mut found = 0;
        for (distance, loc) in &self.pieces {
            start = start.saturating_add(*distance);
            if start > offset {
                break;
            }
            found = *loc;
        }
        found.checked_sub(1).map(Loc).filter(|_| offset < self.size)
    }
}

/// What an undefined symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolName<'a> {
    /// External N, by address.
    Ext(u32),
    /// External N, called.
    Call(u32),
    /// A helper; the whole name is the name of an `External::Runtime`.
    Helper(&'a str),
}

impl<'a> SymbolName<'a> {
    /// Reads the name of an undefined symbol.
    pub fn parse(name: &'a str) -> Option<Self> {
        let (kind, rest) = name.split_once(':')?;
        match kind {
            "ext" => rest.parse().ok().map(SymbolName::Ext),
            "call" => rest.parse().ok().map(SymbolName::Call),
            "helper" => HELPERS.contains(&rest).then_some(SymbolName::Helper(name)),
            _ => None,
        }
    }
}

/// The helpers: what the machine cannot do in an instruction or two. The loader has their code.
/// Symbols are `helper:` and one of these.
pub const HELPERS: [&str; 32] = [
    "sdiv128",
    "udiv128",
    "srem128",
    "urem128",
    "smul128_overflow",
    "umul128_overflow",
    "s128_to_f32",
    "s128_to_f64",
    "u128_to_f32",
    "u128_to_f64",
    "f32_to_s128",
    "f64_to_s128",
    "f32_to_u128",
    "f64_to_u128",
    "half_to_f32",
    "half_to_f64",
    "f32_to_half",
    "f64_to_half",
    "ceil_f32",
    "ceil_f64",
    "floor_f32",
    "floor_f64",
    "trunc_f32",
    "trunc_f64",
    "rint_f32",
    "rint_f64",
    "fma_f32",
    "fma_f64",
    "memcpy",
    "memset",
    "memmove",
    "memcmp",
];
