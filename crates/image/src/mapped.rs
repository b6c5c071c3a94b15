//! Images in memory.
//!
//! An image is mapped at its preferred base if that is free, and then there is nothing to relocate;
//! else the words that hold its own addresses are corrected. Writable segments are private copies of
//! the file's pages, made when they are first written to. Then somebody who knows what externals
//! stand for fills the slots: at once, or for each unit before its code runs first.
//!
//! Whether the file is what it claims to be has been judged before (`seal` and `stamp`). Here it is
//! only made sure that a wrong file gives an error or wrong tables, but no access outside of it.

use crate::debugger;
use crate::link::tables::{Externals, FunctionRecord, Units, read_lines};
use crate::link::{EXTERNALS, LINES, MAX_IMAGE, PAGE, SLOTS, TEXT, UNITS, relr};
use object::elf;
use object::read::elf::{FileHeader, ProgramHeader, SectionHeader};
use object::{Endianness, pod};
use pkgimage_ir::{External, FunctionKind, LocData};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// An image could not be mapped.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// The file cannot be read or mapped.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is not one of our images.
    #[error("not an image: {0}")]
    Malformed(&'static str),
}

/// A unit of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitInfo {
    /// Addresses of its functions, in its order.
    pub functions: Vec<(FunctionKind, u64)>,
    /// Numbers of the slots that have to be filled before its code runs.
    pub slots: Vec<u32>,
    /// The units of the image that it calls directly: their slots have to be filled too.
    pub callees: Vec<u32>,
}

impl UnitInfo {
    /// The address of the function of that kind.
    pub fn entry(&self, kind: FunctionKind) -> Option<u64> {
        self.functions.iter().find(|(k, _)| *k == kind).map(|(_, address)| *address)
    }
}

/// What stands at an address of an image's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagePlace {
    /// The unit.
    pub unit: u32,
    /// The function in the unit.
    pub function: u32,
    /// Where the function's code begins.
    pub start: u64,
    /// The place in the source, innermost first, with the callers that it was inlined into.
    pub locs: Vec<LocData>,
}

/// An image in memory; it stays there for as long as the process lives, since code and objects refer
/// to it.
#[derive(Debug)]
pub struct MappedImage {
    base: u64,
    preferred_base: u64,
    size: u64,
    sections: BTreeMap<String, Mapped>,
    relocated: usize,
    bytes_mapped: u64,
}

#[derive(Debug)]
struct Mapped {
    range: Range<u64>,
    writable: bool,
}

/// A segment to be mapped.
struct Segment {
    flags: u32,
    offset: u64,
    address: u64,
    file_size: u64,
    size: u64,
}

type Header = elf::FileHeader64<Endianness>;
type Program = elf::ProgramHeader64<Endianness>;
type SectionEntry = elf::SectionHeader64<Endianness>;

impl MappedImage {
    /// Maps the image in this file.
    ///
    /// # Errors
    /// If it cannot be read or is not an image.
    pub fn open(path: &Path) -> Result<MappedImage, MapError> {
        let file = File::open(path)?;
        let image = MappedImage::map(&file)?;
        // The addresses in its symbol table hold where it got the place that it wanted.
        if image.base == image.preferred_base {
            debugger::announce(&file, file.metadata()?.len());
        }
        Ok(image)
    }

    /// Maps the image in this open file.
    ///
    /// # Errors
    /// If it cannot be read or is not an image.
    pub fn map(file: &File) -> Result<MappedImage, MapError> {
        let length = file.metadata()?.len();
        let mut start = [0u8; 1024];
        let got = file.read_at(&mut start, 0)?;
        let start = &start[..got];
        let malformed = |what| MapError::Malformed(what);
        let header = Header::parse(start).map_err(|_| malformed("no ELF header"))?;
        let endian = header.endian().map_err(|_| malformed("byte order"))?;
        if header.e_type(endian) != elf::ET_DYN || header.e_machine(endian) != elf::EM_X86_64 {
            return Err(malformed("kind of ELF file"));
        }
        let programs =
            header.program_headers(endian, start).map_err(|_| malformed("program headers"))?;
        let segments = segments(programs, endian, length)?;
        let sections = sections(header, endian, file, length)?;

        let preferred_base = segments[0].address;
        let end = segments.iter().map(|s| s.address + s.size).max().unwrap_or(preferred_base);
        let size = (end - preferred_base).next_multiple_of(PAGE);
        let base = map_segments(file, &segments, preferred_base, size)?;
        let delta = base.wrapping_sub(preferred_base);
        let mut ranges = BTreeMap::new();
        for (name, address, section_size) in sections {
            let end = address.checked_add(section_size);
            let home = segments
                .iter()
                .find(|s| address >= s.address && end.is_some_and(|end| end <= s.address + s.size));
            if let Some(home) = home {
                let address = address.wrapping_add(delta);
                let range = address..address + section_size;
                ranges.insert(name, Mapped { range, writable: home.flags & elf::PF_W != 0 });
            }
        }
        // Slots are words that are written to.
        if let Some(Mapped { range, writable }) = ranges.get(SLOTS)
            && !(*writable && range.start.is_multiple_of(8))
        {
            unmap(base, size);
            return Err(malformed("slots"));
        }
        let bytes_mapped = segments.iter().map(|s| s.size).sum();
        let mut image = MappedImage {
            base,
            preferred_base,
            size,
            sections: ranges,
            relocated: 0,
            bytes_mapped,
        };
        if delta != 0 {
            image.relocate(&segments, delta).inspect_err(|_| unmap(base, size))?;
        }
        Ok(image)
    }

    /// Corrects the words that hold addresses within the image. Read-only segments are made
    /// writable for that long.
    fn relocate(&mut self, segments: &[Segment], delta: u64) -> Result<(), MapError> {
        let protect = |segment: &Segment, protection: i32| {
            let at = segment.address.wrapping_add(delta);
            let size = segment.size.next_multiple_of(PAGE);
            // SAFETY: the range is one of our own segments.
            let result = unsafe { libc::mprotect(at as *mut _, size as usize, protection) };
            if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
        };
        let words: Vec<u64> = relr::decode(self.section(".relr.dyn").unwrap_or_default()).collect();
        let data: Vec<&Segment> = segments.iter().filter(|s| s.flags & elf::PF_X == 0).collect();
        let home = |word: u64| {
            let fits = |s: &&&Segment| word >= s.address && word - s.address + 8 <= s.size;
            word.is_multiple_of(8).then(|| data.iter().find(fits).copied()).flatten()
        };
        let mut opened: Vec<u64> = vec![];
        for word in words {
            let segment = home(word).ok_or(MapError::Malformed("relocation"))?;
            if segment.flags & elf::PF_W == 0 && !opened.contains(&segment.address) {
                opened.push(segment.address);
                protect(segment, libc::PROT_READ | libc::PROT_WRITE)?;
            }
            let at = word.wrapping_add(delta) as *mut u64;
            // SAFETY: an aligned word of a writable segment of ours, which nobody else knows of
            // yet.
            unsafe { *at = (*at).wrapping_add(delta) };
            self.relocated += 1;
        }
        for segment in data.iter().filter(|s| opened.contains(&s.address)) {
            protect(segment, libc::PROT_READ)?;
        }
        Ok(())
    }

    /// Where the image is.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Where it would have liked to be.
    pub fn preferred_base(&self) -> u64 {
        self.preferred_base
    }

    /// All addresses of the image.
    pub fn range(&self) -> Range<u64> {
        self.base..self.base + self.size
    }

    /// How many words had to be corrected.
    pub fn relocations(&self) -> usize {
        self.relocated
    }

    /// How many bytes were mapped.
    pub fn bytes_mapped(&self) -> u64 {
        self.bytes_mapped
    }

    /// Where a mapped section is.
    pub fn section_range(&self, name: &str) -> Option<Range<u64>> {
        self.sections.get(name).map(|section| section.range.clone())
    }

    /// The content of a mapped read-only section; of others use [`MappedImage::section_range`].
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        let Mapped { range, writable: false } = self.sections.get(name)? else { return None };
        let size = (range.end - range.start) as usize;
        // SAFETY: the range lies in one of our segments, which stay mapped. The file is private
        // to us once in the store: nobody writes to it in place.
        Some(unsafe { std::slice::from_raw_parts(range.start as *const u8, size) })
    }

    fn units(&self) -> Units<'_> {
        Units(self.section(UNITS).unwrap_or_default())
    }

    fn externals(&self) -> Externals<'_> {
        Externals(self.section(EXTERNALS).unwrap_or_default())
    }

    /// How many units there are.
    pub fn unit_count(&self) -> u32 {
        self.units().len()
    }

    /// The name of a unit.
    pub fn unit_name(&self, unit: u32) -> Option<&str> {
        self.units().name(unit)
    }

    /// The unit of that name.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.units().find(name)
    }

    /// The code of a unit.
    pub fn unit(&self, unit: u32) -> Option<UnitInfo> {
        let units = self.units();
        let record = units.record(unit)?;
        let text = self.section_range(TEXT)?;
        let start = text.start + u64::from(units.code(unit)?.0);
        let address = |function: &FunctionRecord| {
            let address = start + u64::from(function.offset);
            text.contains(&address).then_some((function.kind, address))
        };
        let functions = record.functions.iter().map(address).collect::<Option<Vec<_>>>()?;
        Some(UnitInfo { functions, slots: record.slots, callees: record.callees })
    }

    /// A function of a unit: its address and its code, with what fills it up to the next one.
    pub fn code(&self, unit: u32, kind: FunctionKind) -> Option<(u64, &[u8])> {
        let text = self.section_range(TEXT)?;
        let (offset, size) = self.units().code(unit)?;
        let functions = self.unit(unit)?.functions;
        let start = functions.iter().find(|(known, _)| *known == kind)?.1;
        let end = text.start + u64::from(offset) + u64::from(size);
        let next = functions.iter().map(|(_, address)| *address).filter(|address| *address > start);
        let end = next.min().unwrap_or(end).min(text.end);
        let range = (start - text.start) as usize..(end.checked_sub(text.start)?) as usize;
        Some((start, self.section(TEXT)?.get(range)?))
    }

    /// The unit whose function begins at an address.
    pub fn unit_at(&self, address: u64) -> Option<u32> {
        let text = self.section_range(TEXT)?;
        let unit = self.units().at(address.checked_sub(text.start)?.try_into().ok()?)?;
        let functions = self.unit(unit)?.functions;
        functions.iter().any(|(_, start)| *start == address).then_some(unit)
    }

    /// How many slots there are.
    pub fn slot_count(&self) -> u32 {
        let words = self.section_range(SLOTS).map_or(0, |range| (range.end - range.start) / 8);
        self.externals().len().min(words as u32)
    }

    /// What a slot stands for.
    pub fn external(&self, slot: u32) -> Option<External> {
        self.externals().get(slot)
    }

    /// All slots: words that native code reads, and roots for the collector.
    pub fn slot_words(&self) -> Range<u64> {
        let start = self.section_range(SLOTS).map_or(self.base, |range| range.start);
        start..start + 8 * u64::from(self.slot_count())
    }

    /// The zeroed data of units (`Cell`).
    pub fn cell_words(&self) -> Range<u64> {
        self.section_range(".bss").unwrap_or(self.base..self.base)
    }

    fn slot_word(&self, slot: u32) -> Option<&AtomicU64> {
        if slot >= self.slot_count() {
            return None;
        }
        let at = self.section_range(SLOTS)?.start + 8 * u64::from(slot);
        // SAFETY: an aligned word of our writable segment, which stays mapped. It is only ever
        // read and written as a whole.
        Some(unsafe { &*(at as *const AtomicU64) })
    }

    /// What a slot holds; 0 if it has not been filled.
    pub fn slot(&self, slot: u32) -> Option<u64> {
        Some(self.slot_word(slot)?.load(Ordering::Acquire))
    }

    /// Fills a slot; false if there is no such slot.
    pub fn set_slot(&self, slot: u32, address: u64) -> bool {
        match self.slot_word(slot) {
            Some(word) => {
                word.store(address, Ordering::Release);
                true
            }
            None => false,
        }
    }

    /// Fills the slots that are still empty of this unit and of all units that it calls directly
    /// or indirectly within the image. Gives the number of slots filled.
    ///
    /// # Errors
    /// The first external that `resolve` finds nothing for, with the reason.
    pub fn fill_slots(
        &self,
        unit: u32,
        resolve: &mut dyn FnMut(&External) -> Result<u64, String>,
    ) -> Result<usize, (External, String)> {
        let mut filled = 0;
        let mut seen = std::collections::BTreeSet::from([unit]);
        let mut stack = vec![unit];
        while let Some(unit) = stack.pop() {
            let Some(record) = self.units().record(unit) else { continue };
            for slot in record.slots {
                if self.slot(slot) != Some(0) {
                    continue;
                }
                let Some(external) = self.external(slot) else { continue };
                let address = match &external {
                    External::Runtime(name) => crate::code::helpers::address(name),
                    _ => None,
                };
                let address = match address {
                    Some(address) => address,
                    None => resolve(&external).map_err(|reason| (external.clone(), reason))?,
                };
                filled += usize::from(self.set_slot(slot, address));
            }
            stack.extend(record.callees.into_iter().filter(|callee| seen.insert(*callee)));
        }
        Ok(filled)
    }

    /// The bytes of the code of the unit at an address of code.
    pub fn unit_size(&self, pc: u64) -> Option<u32> {
        let text = self.section_range(TEXT).filter(|text| text.contains(&pc))?;
        let units = self.units();
        units.code(units.at((pc - text.start) as u32)?).map(|(_, size)| size)
    }

    /// What stands at an address of code; a return address is asked for minus 1.
    pub fn place(&self, pc: u64) -> Option<ImagePlace> {
        let text = self.section_range(TEXT)?;
        if !text.contains(&pc) {
            return None;
        }
        let units = self.units();
        let offset = (pc - text.start) as u32;
        let unit = units.at(offset)?;
        let within = offset - units.code(unit)?.0;
        let record = units.record(unit)?;
        let function =
            record.functions.iter().position(|f| within.wrapping_sub(f.offset) < f.size)?;
        let lines = read_lines(self.section(LINES)?, unit)?;
        let start = record.functions.get(function)?.offset;
        let mut locs = vec![];
        let mut next = lines.functions.get(function).and_then(|l| l.loc_at(within - start));
        while let Some(loc) = next {
            let Some(data) = lines.locs.get(loc.index()) else { break };
            next = data.inlined_at.filter(|at| *at < loc);
            locs.push(data.clone());
        }
        let start = pc - u64::from(within - start);
        Some(ImagePlace { unit, function: function as u32, start, locs })
    }
}

/// The segments to be mapped, checked: ascending, apart, on pages, and within the file.
fn segments(
    programs: &[Program],
    endian: Endianness,
    length: u64,
) -> Result<Vec<Segment>, MapError> {
    let mut segments: Vec<Segment> = vec![];
    for program in programs {
        if program.p_type(endian) != elf::PT_LOAD {
            continue;
        }
        let segment = Segment {
            flags: program.p_flags(endian),
            offset: program.p_offset(endian),
            address: program.p_vaddr(endian),
            file_size: program.p_filesz(endian),
            size: program.p_memsz(endian),
        };
        let after = segments.last().map_or(0, |s| (s.address + s.size).next_multiple_of(PAGE));
        let first = segments.first().map_or(segment.address, |s| s.address);
        let in_file = segment.offset.checked_add(segment.file_size).is_some_and(|e| e <= length);
        let in_reach = segment.address >= after
            && segment.size <= MAX_IMAGE
            && segment.address - first <= MAX_IMAGE
            && segment.address < 1 << 47;
        let on_pages = segment.address.is_multiple_of(PAGE) && segment.offset.is_multiple_of(PAGE);
        let both = elf::PF_W | elf::PF_X;
        if !in_file
            || !in_reach
            || !on_pages
            || segment.file_size > segment.size
            || segment.flags & both == both
        {
            return Err(MapError::Malformed("segments"));
        }
        segments.push(segment);
    }
    if segments.is_empty() { Err(MapError::Malformed("no segments")) } else { Ok(segments) }
}

/// Names, addresses and sizes of the mapped sections.
fn sections(
    header: &Header,
    endian: Endianness,
    file: &File,
    length: u64,
) -> Result<Vec<(String, u64, u64)>, MapError> {
    let malformed = || MapError::Malformed("section headers");
    let count = usize::from(header.e_shnum(endian));
    let at = header.e_shoff(endian);
    let size = count * size_of::<SectionEntry>();
    let read = |at: u64, size: usize| -> Result<Vec<u8>, MapError> {
        if at.checked_add(size as u64).is_none_or(|end| end > length) || size > 1 << 20 {
            return Err(malformed());
        }
        let mut bytes = vec![0; size];
        file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    };
    let table = read(at, size)?;
    let entry = |index: usize| -> Option<&SectionEntry> {
        let bytes = table.get(index * size_of::<SectionEntry>()..)?;
        pod::from_bytes::<SectionEntry>(bytes).ok().map(|(entry, _)| entry)
    };
    let names = entry(usize::from(header.e_shstrndx(endian))).ok_or_else(malformed)?;
    let names = read(names.sh_offset(endian), names.sh_size(endian) as usize)?;
    let mut sections = vec![];
    for index in 1..count {
        let section = entry(index).ok_or_else(malformed)?;
        if section.sh_flags(endian) & u64::from(elf::SHF_ALLOC) == 0 {
            continue;
        }
        let name = names.get(section.sh_name(endian) as usize..).ok_or_else(malformed)?;
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        let name = std::str::from_utf8(name).map_err(|_| malformed())?;
        sections.push((name.to_owned(), section.sh_addr(endian), section.sh_size(endian)));
    }
    Ok(sections)
}

/// Maps the segments side by side, at the preferred base if it is free.
fn map_segments(file: &File, segments: &[Segment], base: u64, size: u64) -> io::Result<u64> {
    let reserve = |at: u64, extra: i32| {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | extra;
        // SAFETY: a new mapping that replaces none: the address is a wish, or must be free.
        let got = unsafe { libc::mmap(at as *mut _, size as usize, libc::PROT_NONE, flags, -1, 0) };
        if got == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(got as u64) }
    };
    let at = match reserve(base, libc::MAP_FIXED_NOREPLACE) {
        Ok(at) => at,
        Err(_) => reserve(0, 0)?,
    };
    let map_all = || {
        for segment in segments {
            map_segment(file, segment, at.wrapping_add(segment.address - base))?;
        }
        Ok(())
    };
    map_all().map(|()| at).inspect_err(|_: &io::Error| unmap(at, size))
}

/// Gives up a range that was mapped for an image which turns out to be none.
fn unmap(at: u64, size: u64) {
    // SAFETY: the range was reserved for this image, and nobody else knows of it.
    unsafe { libc::munmap(at as *mut _, size as usize) };
}

fn map_segment(file: &File, segment: &Segment, at: u64) -> io::Result<()> {
    let mut protection = libc::PROT_READ;
    if segment.flags & elf::PF_W != 0 {
        protection |= libc::PROT_WRITE;
    }
    if segment.flags & elf::PF_X != 0 {
        protection |= libc::PROT_EXEC;
    }
    let fixed = libc::MAP_PRIVATE | libc::MAP_FIXED;
    let map = |at: u64, size: u64, flags: i32, file: i32, offset: u64| {
        if size == 0 {
            return Ok(());
        }
        // SAFETY: the range lies in the reservation made for this image.
        let got = unsafe {
            libc::mmap(at as *mut _, size as usize, protection, flags, file, offset as i64)
        };
        if got == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(()) }
    };
    map(at, segment.file_size, fixed, file.as_raw_fd(), segment.offset)?;
    let mapped = segment.file_size.next_multiple_of(PAGE);
    let anonymous = fixed | libc::MAP_ANONYMOUS;
    map(at + mapped, segment.size.saturating_sub(mapped), anonymous, -1, 0)?;
    // What follows the file's part on its last page belongs to whatever stands next in the file.
    let tail = segment.size.min(mapped) - segment.file_size;
    if segment.flags & elf::PF_W != 0 && tail > 0 {
        // SAFETY: the bytes lie on a writable page that was mapped just now.
        unsafe { std::ptr::write_bytes((at + segment.file_size) as *mut u8, 0, tail as usize) };
    }
    Ok(())
}
