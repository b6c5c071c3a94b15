//! Object code as the loader and the linker want it.
//!
//! The bytes come from another process or from the store, so nothing in them is believed: offsets,
//! sizes, symbols and kinds of relocations are checked here, once.

use super::unwind::{self, Frames};
use object::elf;
use object::read::elf::{FileHeader, Rela, SectionHeader, Sym};
use pkgimage_ir::object::{CPU_SECTION, FunctionLines, LINES_SECTION, SymbolName};
use pkgimage_ir::{External, Unit};
use std::collections::HashMap;

/// The object code is not what the compiler writes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// Not ELF, or broken ELF.
    #[error("malformed object code: {0}")]
    Elf(String),
    /// Something that our compiler never writes.
    #[error("unexpected {what} in object code")]
    Unexpected {
        /// What it is.
        what: String,
    },
    /// The unit has a function that the object code has not.
    #[error("the object code has no function {0}")]
    MissingFunction(String),
}

/// The object code of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectCode {
    /// Machine code of all functions.
    pub text: Vec<u8>,
    /// Read-only data (`Bytes`).
    pub rodata: Vec<u8>,
    /// Alignment of `rodata`.
    pub rodata_align: u64,
    /// Size of the zeroed data (`Cell`); aligned to 16.
    pub cells: u64,
    /// The unit's functions, in its order.
    pub functions: Vec<FunctionCode>,
    /// Other pieces of code with a name (the way to variadic functions).
    pub stubs: Vec<FunctionCode>,
    /// What is to be filled in in `text`, by ascending offset.
    pub fixups: Vec<Fixup>,
    /// Unwind information.
    pub frames: Frames,
    /// Source locations, in the order of `functions`.
    pub lines: Vec<FunctionLines>,
    /// The CPU features that the code needs, sorted.
    pub features: Vec<String>,
}

/// Where a function is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionCode {
    /// The symbol.
    pub name: String,
    /// Offset in the text.
    pub offset: u32,
    /// Size of its code.
    pub size: u32,
}

/// Four bytes of the text that hold a distance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixup {
    /// Where in the text.
    pub offset: u32,
    /// How it is used.
    pub kind: FixupKind,
    /// What it refers to. The distance counts from the end of the four bytes.
    pub target: Target,
}

/// How a fixup's distance is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixupKind {
    /// The distance to the target itself: calls.
    Direct,
    /// The distance to a word that holds the target's address: `mov slot(%rip), reg`, which can be
    /// turned into `lea target(%rip), reg`.
    Load,
    /// The same, in `jmp *slot(%rip)`.
    Jump,
}

/// What a fixup refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Code of the same unit.
    Text(u32),
    /// Read-only data of the same unit.
    Rodata(u32),
    /// Zeroed data of the same unit.
    Cells(u32),
    /// External N of the unit.
    Ext(u32),
    /// A helper, by the name of its `External::Runtime`.
    Helper(String),
}

type Header = elf::FileHeader64<object::Endianness>;

fn malformed(error: object::read::Error) -> ObjectError {
    ObjectError::Elf(error.to_string())
}

fn unexpected(what: impl Into<String>) -> ObjectError {
    ObjectError::Unexpected { what: what.into() }
}

/// Where a section of the file went.
#[derive(Clone, Copy)]
enum Area {
    Text(u64),
    Rodata(u64),
    Cells(u64),
    Frames,
}

impl ObjectCode {
    /// Reads the object code of this unit.
    ///
    /// # Errors
    /// If it is not object code, or not of this unit.
    pub fn parse(bytes: &[u8], unit: &Unit) -> Result<ObjectCode, ObjectError> {
        let header = Header::parse(bytes).map_err(malformed)?;
        let endian = header.endian().map_err(malformed)?;
        if header.e_type(endian) != elf::ET_REL || header.e_machine(endian) != elf::EM_X86_64 {
            return Err(unexpected("kind of ELF file"));
        }
        let sections = header.sections(endian, bytes).map_err(malformed)?;
        let symbols = sections.symbols(endian, bytes, elf::SHT_SYMTAB).map_err(malformed)?;

        let mut code = ObjectCode { rodata_align: 1, ..ObjectCode::default() };
        let mut areas: HashMap<usize, Area> = HashMap::new();
        let mut frames: &[u8] = &[];
        for (index, section) in sections.enumerate() {
            let name = sections.section_name(endian, section).map_err(malformed)?;
            let data = section.data(endian, bytes).map_err(malformed)?;
            let align = section.sh_addralign(endian).max(1);
            if !align.is_power_of_two() || align > 4096 {
                return Err(unexpected("alignment"));
            }
            let flags = section.sh_flags(endian);
            if name == LINES_SECTION.as_bytes() {
                code.lines = postcard::from_bytes(data)
                    .map_err(|_| ObjectError::Elf("the line table does not parse".into()))?;
            } else if name == CPU_SECTION.as_bytes() {
                code.features = postcard::from_bytes(data)
                    .map_err(|_| ObjectError::Elf("the CPU features do not parse".into()))?;
            } else if flags & u64::from(elf::SHF_ALLOC) == 0 {
                // Symbols, strings, relocations.
            } else if name == b".eh_frame" {
                frames = data;
                areas.insert(index.0, Area::Frames);
            } else if flags & u64::from(elf::SHF_EXECINSTR) != 0 {
                let base = append(&mut code.text, data, align.max(16));
                areas.insert(index.0, Area::Text(base));
            } else if flags & u64::from(elf::SHF_WRITE) == 0 {
                let base = append(&mut code.rodata, data, align);
                code.rodata_align = code.rodata_align.max(align);
                areas.insert(index.0, Area::Rodata(base));
            } else if section.sh_type(endian) == elf::SHT_NOBITS {
                let base = code.cells.next_multiple_of(16);
                let size = section.sh_size(endian);
                if size > 1 << 30 || align > 16 {
                    return Err(unexpected("size of zeroed data"));
                }
                code.cells = base + size;
                areas.insert(index.0, Area::Cells(base));
            } else {
                return Err(unexpected(format!("section {}", String::from_utf8_lossy(name))));
            }
        }

        let limit = unit.externals.len() as u32;
        let mut targets: Vec<Option<Target>> = vec![];
        let mut found: HashMap<String, FunctionCode> = HashMap::new();
        for (_, symbol) in symbols.enumerate() {
            let name = symbol.name(endian, symbols.strings()).map_err(malformed)?;
            let name = std::str::from_utf8(name).map_err(|_| unexpected("name of a symbol"))?;
            let section = symbol.st_shndx(endian);
            if symbol.st_type() == elf::STT_FILE || name.is_empty() && section == elf::SHN_UNDEF {
                targets.push(None);
                continue;
            }
            if section == elf::SHN_UNDEF {
                let target = match SymbolName::parse(name) {
                    Some(SymbolName::Ext(n) | SymbolName::Call(n)) if n < limit => Target::Ext(n),
                    Some(SymbolName::Helper(name)) => Target::Helper(name.to_owned()),
                    _ => return Err(unexpected(format!("symbol {name}"))),
                };
                targets.push(Some(target));
                continue;
            }
            let value = symbol.st_value(endian);
            let within = |base: u64, size: usize| {
                let at = base.checked_add(value).filter(|at| *at <= size as u64);
                at.map(|at| at as u32).ok_or_else(|| unexpected(format!("address of {name}")))
            };
            let target = match areas.get(&usize::from(section)) {
                Some(Area::Text(base)) => {
                    let offset = within(*base, code.text.len())?;
                    let size = symbol.st_size(endian);
                    if symbol.st_type() == elf::STT_FUNC {
                        let end = u64::from(offset).checked_add(size);
                        if end.is_none_or(|end| end > code.text.len() as u64) {
                            return Err(unexpected(format!("size of {name}")));
                        }
                        let function =
                            FunctionCode { name: name.to_owned(), offset, size: size as u32 };
                        found.insert(name.to_owned(), function);
                    }
                    Some(Target::Text(offset))
                }
                Some(Area::Rodata(base)) => Some(Target::Rodata(within(*base, code.rodata.len())?)),
                Some(Area::Cells(base)) => Some(Target::Cells(within(*base, code.cells as usize)?)),
                Some(Area::Frames) | None => None,
            };
            targets.push(target);
        }
        for function in &unit.functions {
            let entry = found
                .remove(&function.name)
                .ok_or_else(|| ObjectError::MissingFunction(function.name.clone()))?;
            code.functions.push(entry);
        }
        code.stubs = found.into_values().collect();
        code.stubs.sort_by_key(|stub| stub.offset);
        if code.lines.len() != code.functions.len() {
            return Err(unexpected("number of line tables"));
        }

        let mut frame_targets: HashMap<u64, u32> = HashMap::new();
        for section in sections.iter() {
            let Some((relocations, _)) = section.rela(endian, bytes).map_err(malformed)? else {
                continue;
            };
            let Some(area) = areas.get(&(section.sh_info(endian) as usize)) else {
                return Err(unexpected("relocations of a section"));
            };
            for rela in relocations {
                let index = rela.r_sym(endian, false) as usize;
                let target = targets.get(index).cloned().flatten();
                let target = target.ok_or_else(|| unexpected("symbol of a relocation"))?;
                let kind = rela.r_type(endian, false);
                let (offset, addend) = (rela.r_offset(endian), rela.r_addend(endian));
                match area {
                    Area::Text(base) => {
                        let at = base.checked_add(offset).unwrap_or(u64::MAX);
                        code.fixups.push(code.fixup(at, kind, addend, target)?);
                    }
                    Area::Frames => match target {
                        Target::Text(at) if kind == elf::R_X86_64_64 => {
                            let at = i64::from(at).checked_add(addend);
                            let at = at.and_then(|at| u32::try_from(at).ok());
                            let at = at.ok_or_else(|| unexpected("frame"))?;
                            frame_targets.insert(offset, at);
                        }
                        _ => return Err(unexpected("relocation of unwind information")),
                    },
                    Area::Rodata(_) | Area::Cells(_) => {
                        return Err(unexpected("relocation of data"));
                    }
                }
            }
        }
        code.fixups.sort_by_key(|fixup| fixup.offset);
        if code.fixups.windows(2).any(|pair| pair[1].offset - pair[0].offset < 4) {
            return Err(unexpected("overlap of relocations"));
        }
        code.frames = unwind::parse(frames, &frame_targets)?;
        let text = code.text.len() as u64;
        if code.frames.functions.iter().any(|f| u64::from(f.offset) + u64::from(f.size) > text) {
            return Err(unexpected("range of unwind information"));
        }
        Ok(code)
    }

    fn fixup(&self, at: u64, kind: u32, addend: i64, target: Target) -> Result<Fixup, ObjectError> {
        let end = at.saturating_add(4);
        if end > self.text.len() as u64 || at < 2 || addend != -4 {
            return Err(unexpected("place of a relocation"));
        }
        let opcode = &self.text[at as usize - 2..at as usize];
        let kind = match (kind, opcode) {
            (elf::R_X86_64_PLT32 | elf::R_X86_64_PC32, _) => FixupKind::Direct,
            (elf::R_X86_64_GOTPCREL, [0x8b, _]) => FixupKind::Load,
            (elf::R_X86_64_GOTPCREL, [0xff, 0x25]) => FixupKind::Jump,
            _ => return Err(unexpected(format!("kind of relocation ({kind})"))),
        };
        Ok(Fixup { offset: at as u32, kind, target })
    }

    /// The externals that are called or referred to through slots, ascending.
    pub fn used_externals(&self) -> Vec<u32> {
        let ext = |fixup: &Fixup| match fixup.target {
            Target::Ext(n) => Some(n),
            _ => None,
        };
        let mut used: Vec<u32> = self.fixups.iter().filter_map(ext).collect();
        used.sort_unstable();
        used.dedup();
        used
    }

    /// The helpers that are called, ascending.
    pub fn used_helpers(&self) -> Vec<&str> {
        let mut used: Vec<&str> = self
            .fixups
            .iter()
            .filter_map(|fixup| match &fixup.target {
                Target::Helper(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        used.sort_unstable();
        used.dedup();
        used
    }
}

/// The external that stands for a helper in tables of slots.
pub fn helper_external(name: &str) -> External {
    External::Runtime(name.to_owned())
}

fn append(to: &mut Vec<u8>, data: &[u8], align: u64) -> u64 {
    let base = (to.len() as u64).next_multiple_of(align);
    to.resize(base as usize, 0);
    to.extend_from_slice(data);
    base
}

/// Writes a distance into the text.
///
/// # Errors
/// If it does not fit into 32 bits.
pub fn patch(
    text: &mut [u8],
    fixup: &Fixup,
    kind: FixupKind,
    place: u64,
    target: u64,
) -> Result<(), ObjectError> {
    let distance = target.wrapping_sub(place.wrapping_add(4)) as i64;
    let distance = i32::try_from(distance).map_err(|_| unexpected("distance"))?;
    let at = fixup.offset as usize;
    let bytes = text.get_mut(at - 2..at + 4).ok_or_else(|| unexpected("place"))?;
    if fixup.kind == FixupKind::Load && kind == FixupKind::Direct {
        // mov slot(%rip), reg -> lea target(%rip), reg
        bytes[0] = 0x8d;
    }
    bytes[2..].copy_from_slice(&distance.to_le_bytes());
    Ok(())
}
