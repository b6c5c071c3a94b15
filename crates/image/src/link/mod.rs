//! The linker: object code of many units, and blobs of the caller's, into one ELF shared object.
//!
//! Addresses, counted from the image's preferred base:
//!
//! | segment | sections | mapped |
//! | --- | --- | --- |
//! | headers | ELF header, `.hash`, `.dynsym`, `.dynstr` | r |
//! | heap, at [`HEAP_OFFSET`] | the blob that asks for it, other writable blobs | rw, copy on write |
//! | data | read-only blobs, [`tables`], `.relr.dyn`, unwind information, `.rodata` | r |
//! | code | `.text`, `.plt` | rx |
//! | slots | `.dynamic`, `.got`, `.bss` | rw |
//!
//! Each segment starts on a page of its own in memory and in the file. Calls between units of the
//! image are bound, as are references to what lies in the image; everything else goes through a word
//! of `.got`, one for each distinct external, which the loader ([`crate::mapped`]) fills. Words that
//! hold addresses within the image (`.relr.dyn` lists them) are right for the preferred base.
//!
//! The result depends on the set of units and blobs alone, not on the order in which units were
//! added: they stand sorted by name.

mod elf;
pub mod relr;
pub mod tables;

use crate::code::object_code::{
    FixupKind, ObjectCode, ObjectError, Target, helper_external, patch,
};
use crate::code::unwind::{self, PlacedFrame};
use elf::{Kind, Output, Section, Segment, Symbol};
use pkgimage_ir::{External, FunctionKind, Unit};
use std::collections::{BTreeMap, BTreeSet};
use tables::{FunctionRecord, Lines, UnitEntry, UnitRecord};

/// Where the heap starts, counted from the preferred base. The headers fit in front.
pub const HEAP_OFFSET: u64 = 0x1_0000;

/// Size of pages, in memory and in the file.
pub const PAGE: u64 = 4096;

/// The largest image: everything in it is within reach of everything else.
pub const MAX_IMAGE: u64 = 1 << 30;

/// The code of the units. Written here, run by everybody.
pub const TEXT: &str = ".text";
/// The slots: a word for each external. Zero in the file, filled by the loader.
pub const SLOTS: &str = ".got";
/// The externals that the slots stand for; see [`tables`].
pub const EXTERNALS: &str = ".pkgimage.externals";
/// The units by name; see [`tables`].
pub const UNITS: &str = ".pkgimage.units";
/// The units' source locations; see [`tables`].
pub const LINES: &str = ".pkgimage.lines";

/// An image could not be linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// A unit's object code is broken.
    #[error("{unit}: {error}")]
    Object {
        /// The unit's name.
        unit: String,
        /// What is wrong.
        error: ObjectError,
    },
    /// Two units of one name.
    #[error("two units are called {0}")]
    Duplicate(String),
    /// A blob breaks a rule.
    #[error("section {name}: {reason}")]
    Blob {
        /// The blob's name.
        name: String,
        /// The rule.
        reason: &'static str,
    },
    /// Above [`MAX_IMAGE`].
    #[error("the image is larger than {MAX_IMAGE} bytes")]
    TooLarge,
    /// The preferred base is not page-aligned.
    #[error("the preferred base is not aligned to pages")]
    Base,
}

/// Where a blob goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At [`HEAP_OFFSET`], writable, in a segment of its own. One blob at most.
    Heap,
    /// Mapped read-only.
    ReadOnly,
    /// Mapped writable.
    Writable,
    /// In the file only.
    File,
}

/// Bytes of the caller's, which become a section.
#[derive(Clone, Debug)]
pub struct Blob {
    /// Name of the section.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// A power of two, at most a page.
    pub align: u64,
    /// The content. Words listed in `words` hold addresses for the preferred base.
    pub bytes: Vec<u8>,
    /// Offsets, ascending and multiples of eight, of words that hold addresses within this image:
    /// the loader corrects them if it gets another address. Not for `File`.
    pub words: Vec<u32>,
}

/// Offsets of externals in the heap.
type HeapObjects<'a> = dyn Fn(&External) -> Option<u32> + 'a;

/// What is to be linked.
pub struct ImageBuilder<'a> {
    preferred_base: u64,
    blobs: Vec<Blob>,
    units: Vec<(Unit, ObjectCode)>,
    heap_object: Box<HeapObjects<'a>>,
}

/// A linked image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedImage {
    /// The file's content.
    pub bytes: Vec<u8>,
    /// How much is what.
    pub stats: LinkStats,
}

/// How much an image holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LinkStats {
    /// Units.
    pub units: usize,
    /// Bytes of code.
    pub text: usize,
    /// Slots: externals that the loader has to find.
    pub slots: usize,
    /// References that were bound within the image.
    pub bound: usize,
    /// Words that hold addresses within the image.
    pub relative_words: usize,
}

impl<'a> ImageBuilder<'a> {
    /// An empty image that would like to be mapped at `preferred_base`.
    pub fn new(preferred_base: u64) -> Self {
        ImageBuilder {
            preferred_base,
            blobs: vec![],
            units: vec![],
            heap_object: Box::new(|_| None),
        }
    }

    /// Adds a section.
    pub fn blob(&mut self, blob: Blob) {
        self.blobs.push(blob);
    }

    /// Adds a unit (in canonical form) and its object code.
    ///
    /// # Errors
    /// If the object code is broken or not of this unit.
    pub fn unit(&mut self, unit: Unit, object: &[u8]) -> Result<(), LinkError> {
        let code = ObjectCode::parse(object, &unit)
            .map_err(|error| LinkError::Object { unit: unit.name.clone(), error })?;
        self.units.push((unit, code));
        Ok(())
    }

    /// Tells which externals are objects of the heap blob, and at which offsets: references to
    /// them need neither a slot nor a load.
    pub fn heap_objects(&mut self, find: impl Fn(&External) -> Option<u32> + 'a) {
        self.heap_object = Box::new(find);
    }

    /// Links.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn link(self) -> Result<LinkedImage, LinkError> {
        self.bind()?.link()
    }

    /// Places and binds the units: what remains to be found at load is known then, so that blobs
    /// about it can still be added.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn bind(mut self) -> Result<BoundImage<'a>, LinkError> {
        if !self.preferred_base.is_multiple_of(PAGE) {
            return Err(LinkError::Base);
        }
        self.units.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        if let Some(pair) = self.units.windows(2).find(|pair| pair[0].0.name == pair[1].0.name) {
            return Err(LinkError::Duplicate(pair[0].0.name.clone()));
        }
        Ok(BoundImage { linker: Linker::new(self)? })
    }
}

/// An image whose units are placed.
pub struct BoundImage<'a> {
    linker: Linker<'a>,
}

impl BoundImage<'_> {
    /// The externals that have slots, in the order of the slots.
    pub fn slots(&self) -> &[External] {
        &self.linker.slots
    }

    /// The units by their numbers, which are those that the loader uses.
    pub fn units(&self) -> impl ExactSizeIterator<Item = &Unit> {
        self.linker.builder.units.iter().map(|(unit, _)| unit)
    }

    /// The CPU features that the code of any unit needs.
    pub fn features(&self) -> BTreeSet<String> {
        let units = self.linker.builder.units.iter();
        units.flat_map(|(_, code)| code.features.iter().cloned()).collect()
    }

    /// Where a function of a unit is, counted from the start of [`TEXT`].
    pub fn entry(&self, unit: u32, kind: FunctionKind) -> Option<u32> {
        let (known, code) = self.linker.builder.units.get(unit as usize)?;
        let at = known.functions.iter().position(|function| function.kind == kind)?;
        let start = self.linker.placed.get(unit as usize)?.text as u32;
        Some(start + code.functions.get(at)?.offset)
    }

    /// Numbers of the slots that the code of a unit reads, ascending.
    pub fn slots_of(&self, unit: u32) -> Vec<u32> {
        self.linker.slots_of(unit as usize).into_iter().collect()
    }

    /// Numbers of the units that a unit calls directly, ascending.
    pub fn callees_of(&self, unit: u32) -> Vec<u32> {
        let callees = self.linker.callees.get(unit as usize);
        callees.iter().flat_map(|list| list.iter().copied()).collect()
    }

    /// Adds a section.
    pub fn blob(&mut self, blob: Blob) {
        self.linker.builder.blobs.push(blob);
    }

    /// Links.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn link(self) -> Result<LinkedImage, LinkError> {
        check_blobs(&self.linker.builder.blobs)?;
        self.linker.check_size()?;
        self.linker.run()
    }
}

fn check_blobs(blobs: &[Blob]) -> Result<(), LinkError> {
    let mut names = BTreeSet::new();
    let mut heaps = 0;
    for blob in blobs {
        let fail = |reason| Err(LinkError::Blob { name: blob.name.clone(), reason });
        if blob.name.is_empty() || blob.name.contains('\0') || !names.insert(blob.name.as_str()) {
            return fail("the name is empty or taken");
        }
        if [TEXT, SLOTS, EXTERNALS, UNITS, LINES].contains(&blob.name.as_str()) {
            return fail("the name is the linker's own");
        }
        if !blob.align.is_power_of_two() || blob.align > PAGE {
            return fail("the alignment is not a power of two up to a page");
        }
        let fits = |word: &u32| word.is_multiple_of(8) && *word as usize + 8 <= blob.bytes.len();
        if !blob.words.is_sorted_by(|a, b| a < b) || !blob.words.iter().all(fits) {
            return fail("the words are not ascending, aligned and within");
        }
        if !blob.words.is_empty() && (blob.place == Place::File || blob.align < 8) {
            return fail("it has no address that words could be relative to");
        }
        heaps += u32::from(blob.place == Place::Heap);
        if heaps > 1 {
            return fail("there is a heap already");
        }
    }
    Ok(())
}

/// What a unit's reference to an external comes to.
#[derive(Clone, Copy)]
enum Bound {
    /// A place in the text, counted from its start.
    Text(u64),
    /// A place in the heap.
    Heap(u64),
    /// A slot.
    Slot(u32),
}

/// Where the parts of a unit lie, counted from the start of their sections.
struct Placed {
    text: u64,
    rodata: u64,
    cells: u64,
}

struct Linker<'a> {
    builder: ImageBuilder<'a>,
    placed: Vec<Placed>,
    text_size: u64,
    rodata_size: u64,
    rodata_align: u64,
    cells_size: u64,
    /// For each unit, what its externals are bound to.
    bound: Vec<BTreeMap<u32, Bound>>,
    helpers: BTreeMap<String, u32>,
    /// The externals of the slots, in order.
    slots: Vec<External>,
    /// The slots that are called: number of the stub by number of the slot.
    stubs: BTreeMap<u32, u64>,
    callees: Vec<BTreeSet<u32>>,
    stats: LinkStats,
}

impl<'a> Linker<'a> {
    fn new(builder: ImageBuilder<'a>) -> Result<Self, LinkError> {
        let mut linker = Linker {
            placed: vec![],
            text_size: 0,
            rodata_size: 0,
            rodata_align: 16,
            cells_size: 0,
            bound: vec![],
            helpers: BTreeMap::new(),
            slots: vec![],
            stubs: BTreeMap::new(),
            callees: vec![BTreeSet::new(); builder.units.len()],
            stats: LinkStats { units: builder.units.len(), ..LinkStats::default() },
            builder,
        };
        linker.place_units()?;
        linker.bind();
        Ok(linker)
    }

    fn place_units(&mut self) -> Result<(), LinkError> {
        for (_, code) in &self.builder.units {
            let text = self.text_size.next_multiple_of(16);
            let rodata = self.rodata_size.next_multiple_of(code.rodata_align);
            let cells = self.cells_size.next_multiple_of(16);
            self.text_size = text + code.text.len() as u64;
            self.rodata_size = rodata + code.rodata.len() as u64;
            self.rodata_align = self.rodata_align.max(code.rodata_align);
            self.cells_size = cells + code.cells;
            self.placed.push(Placed { text, rodata, cells });
            // Offsets are 32 bits wide; the rest is checked when the blobs are known.
            if self.text_size + self.rodata_size + self.cells_size > MAX_IMAGE {
                return Err(LinkError::TooLarge);
            }
        }
        Ok(())
    }

    fn check_size(&self) -> Result<(), LinkError> {
        let blobs: u64 = self.builder.blobs.iter().map(|b| b.bytes.len() as u64 + PAGE).sum();
        // Tables and unwind information are smaller than the code that they describe, but for
        // tiny functions.
        let size = 2 * self.text_size + self.rodata_size + self.cells_size + blobs;
        if size > MAX_IMAGE { Err(LinkError::TooLarge) } else { Ok(()) }
    }

    /// Finds code of this image for externals; the rest get slots, sorted.
    fn bind(&mut self) {
        let mut entries: BTreeMap<(&str, FunctionKind), (u32, usize)> = BTreeMap::new();
        for (index, (unit, _)) in self.builder.units.iter().enumerate() {
            for (at, function) in unit.functions.iter().enumerate() {
                let key = (unit.name.as_str(), function.kind);
                entries.entry(key).or_insert((index as u32, at));
            }
        }
        let code_of = |external: &External| -> Option<(u32, usize)> {
            match external {
                External::Specialization { signature, abi } => {
                    let found = *entries.get(&(signature.as_str(), FunctionKind::Specialized))?;
                    let (unit, _) = &self.builder.units[found.0 as usize];
                    let sig = unit.functions[found.1].sig;
                    (unit.signatures.get(sig.index()) == Some(abi)).then_some(found)
                }
                External::Generic(signature) => {
                    entries.get(&(signature.as_str(), FunctionKind::Generic)).copied()
                }
                _ => None,
            }
        };
        let mut wanted: BTreeMap<External, u32> = BTreeMap::new();
        let mut uses: Vec<Vec<(u32, Option<Bound>)>> = vec![];
        for (index, (unit, code)) in self.builder.units.iter().enumerate() {
            let mut list = vec![];
            for ext in code.used_externals() {
                let external = &unit.externals[ext as usize];
                let bound = if let Some((callee, function)) = code_of(external) {
                    self.callees[index].insert(callee);
                    let offset = self.builder.units[callee as usize].1.functions[function].offset;
                    Some(Bound::Text(self.placed[callee as usize].text + u64::from(offset)))
                } else {
                    (self.builder.heap_object)(external).map(|at| Bound::Heap(at.into()))
                };
                if bound.is_none() {
                    wanted.insert(external.clone(), 0);
                }
                self.stats.bound += usize::from(bound.is_some());
                list.push((ext, bound));
            }
            for helper in code.used_helpers() {
                wanted.insert(helper_external(helper), 0);
            }
            uses.push(list);
        }
        for (number, (external, slot)) in wanted.iter_mut().enumerate() {
            *slot = number as u32;
            self.slots.push(external.clone());
            if let External::Runtime(name) = external {
                self.helpers.insert(name.clone(), *slot);
            }
        }
        for ((unit, code), list) in self.builder.units.iter().zip(uses) {
            let mut map = BTreeMap::new();
            for (ext, bound) in list {
                let slot = || wanted.get(&unit.externals[ext as usize]).copied().unwrap_or(0);
                map.insert(ext, bound.unwrap_or_else(|| Bound::Slot(slot())));
            }
            for fixup in code.fixups.iter().filter(|f| f.kind == FixupKind::Direct) {
                let slot = match &fixup.target {
                    Target::Ext(n) => match map.get(n) {
                        Some(Bound::Slot(slot)) => *slot,
                        _ => continue,
                    },
                    Target::Helper(name) => self.helpers.get(name).copied().unwrap_or(0),
                    _ => continue,
                };
                let next = self.stubs.len() as u64;
                self.stubs.entry(slot).or_insert(next);
            }
            self.bound.push(map);
        }
        self.stats.slots = self.slots.len();
        self.stats.text = self.text_size as usize;
    }

    fn run(mut self) -> Result<LinkedImage, LinkError> {
        let base = self.builder.preferred_base;
        let mut output = Output::new(base);
        let heap = self.builder.blobs.iter().position(|blob| blob.place == Place::Heap);

        output.segment(Segment::Headers);
        output.dynamic_symbols();
        let mut relative_words: Vec<u64> = vec![];
        let mut heap_address = 0;
        output.segment(Segment::Heap);
        if let Some(at) = heap {
            heap_address = self.add_blob(&mut output, at, &mut relative_words);
        }
        self.add_blobs(&mut output, Place::Writable, &mut relative_words);
        output.segment(Segment::Data);
        self.add_blobs(&mut output, Place::ReadOnly, &mut relative_words);
        let read_only = |name: &str, bytes: Vec<u8>, align: u64| Section {
            name: name.to_owned(),
            kind: Kind::Data,
            align,
            size: bytes.len() as u64,
            bytes,
        };
        output.section(read_only(EXTERNALS, tables::write_externals(&self.slots), 8));
        let (units, lines) = self.unit_tables();
        output.section(read_only(UNITS, units, 8));
        output.section(read_only(LINES, lines, 8));

        relative_words.sort_unstable();
        self.stats.relative_words = relative_words.len();
        let relr = Section {
            kind: Kind::Relr,
            ..read_only(".relr.dyn", relr::encode(&relative_words), 8)
        };
        output.section(relr);

        // From here on addresses depend on sizes only: text and slots are placed before the
        // sections that refer to them are filled.
        let frames = self.frames(0);
        let (frame_size, header_size) = unwind::sizes(&frames);
        let hole = |name: &str, kind, size, align| Section {
            name: name.to_owned(),
            kind,
            align,
            size,
            bytes: vec![],
        };
        let frame_header = output.section(hole(".eh_frame_hdr", Kind::Data, header_size as u64, 8));
        let frame = output.section(hole(".eh_frame", Kind::Data, frame_size as u64, 8));
        let rodata =
            output.section(hole(".rodata", Kind::Data, self.rodata_size, self.rodata_align));
        output.segment(Segment::Code);
        let text = output.section(hole(TEXT, Kind::Text, self.text_size, 16));
        let stubs = output.section(hole(".plt", Kind::Text, 8 * self.stubs.len() as u64, 16));
        output.segment(Segment::Slots);
        output.dynamic();
        let slots = output.section(hole(SLOTS, Kind::Slots, 8 * self.slots.len() as u64, 8));
        let cells = output.section(hole(".bss", Kind::Zeroed, self.cells_size, 16));
        output.segment(Segment::File);
        self.add_blobs(&mut output, Place::File, &mut relative_words);
        if output.end() - base > MAX_IMAGE {
            return Err(LinkError::TooLarge);
        }

        let addresses = Addresses {
            heap: heap_address,
            rodata: output.address(rodata),
            text: output.address(text),
            stubs: output.address(stubs),
            slots: output.address(slots),
            cells: output.address(cells),
        };
        let (text_bytes, rodata_bytes) = self.relocated(&addresses)?;
        output.fill(text, text_bytes);
        output.fill(rodata, rodata_bytes);
        output.fill(stubs, self.stub_code(&addresses));
        output.fill(slots, vec![0; 8 * self.slots.len()]);
        let frames = self.frames(addresses.text);
        let (frame_bytes, header_bytes) =
            unwind::write(&frames, output.address(frame), output.address(frame_header));
        output.fill(frame, frame_bytes);
        output.fill(frame_header, header_bytes);
        for symbol in self.symbols(&addresses) {
            output.symbol(symbol);
        }
        let bytes = output.finish();
        Ok(LinkedImage { bytes, stats: self.stats })
    }

    fn add_blob(&mut self, output: &mut Output, at: usize, words: &mut Vec<u64>) -> u64 {
        let blob = &mut self.builder.blobs[at];
        let kind = match blob.place {
            Place::Heap | Place::Writable => Kind::Writable,
            Place::ReadOnly => Kind::Data,
            Place::File => Kind::File,
        };
        let bytes = std::mem::take(&mut blob.bytes);
        let section = Section {
            name: blob.name.clone(),
            kind,
            align: blob.align,
            size: bytes.len() as u64,
            bytes,
        };
        let section = output.section(section);
        let address = output.address(section);
        words.extend(blob.words.iter().map(|word| address + u64::from(*word)));
        address
    }

    fn add_blobs(&mut self, output: &mut Output, place: Place, words: &mut Vec<u64>) {
        for at in 0..self.builder.blobs.len() {
            if self.builder.blobs[at].place == place {
                self.add_blob(output, at, words);
            }
        }
    }

    /// Unwind information of all functions, for a text that starts at this address.
    fn frames(&self, text: u64) -> Vec<PlacedFrame<'_>> {
        let mut frames = vec![];
        for ((_, code), placed) in self.builder.units.iter().zip(&self.placed) {
            for frame in &code.frames.functions {
                let address = text + placed.text + u64::from(frame.offset);
                frames.push(PlacedFrame { address, frame });
            }
        }
        frames.sort_by_key(|frame| frame.address);
        frames
    }

    fn relocated(&self, at: &Addresses) -> Result<(Vec<u8>, Vec<u8>), LinkError> {
        // `int3` between the functions.
        let mut text = vec![0xcc; self.text_size as usize];
        let mut rodata = vec![0; self.rodata_size as usize];
        let units = self.builder.units.iter().zip(&self.placed).zip(&self.bound);
        for (((unit, code), placed), bound) in units {
            let place = |offset: u64| offset as usize;
            rodata[place(placed.rodata)..][..code.rodata.len()].copy_from_slice(&code.rodata);
            let text = &mut text[place(placed.text)..][..code.text.len()];
            text.copy_from_slice(&code.text);
            for fixup in &code.fixups {
                let slot = |slot: u32| match fixup.kind {
                    FixupKind::Direct => {
                        let stub = self.stubs.get(&slot).copied().unwrap_or(0);
                        (FixupKind::Direct, at.stubs + 8 * stub)
                    }
                    kind => (kind, at.slots + 8 * u64::from(slot)),
                };
                let direct = |address: u64| (FixupKind::Direct, address);
                let (kind, target) = match &fixup.target {
                    Target::Text(offset) => direct(at.text + placed.text + u64::from(*offset)),
                    Target::Rodata(offset) => {
                        direct(at.rodata + placed.rodata + u64::from(*offset))
                    }
                    Target::Cells(offset) => direct(at.cells + placed.cells + u64::from(*offset)),
                    Target::Helper(name) => slot(self.helpers.get(name).copied().unwrap_or(0)),
                    Target::Ext(n) => match bound.get(n) {
                        Some(Bound::Text(offset)) => direct(at.text + offset),
                        Some(Bound::Heap(offset)) => direct(at.heap + offset),
                        Some(Bound::Slot(number)) => slot(*number),
                        None => slot(0),
                    },
                };
                let here = at.text + placed.text + u64::from(fixup.offset);
                patch(text, fixup, kind, here, target)
                    .map_err(|error| LinkError::Object { unit: unit.name.clone(), error })?;
            }
        }
        Ok((text, rodata))
    }

    /// `jmp *slot(%rip)`, eight bytes each.
    fn stub_code(&self, at: &Addresses) -> Vec<u8> {
        let mut code = vec![0xcc; 8 * self.stubs.len()];
        for (slot, number) in &self.stubs {
            let here = at.stubs + 8 * number;
            let target = at.slots + 8 * u64::from(*slot);
            let distance = target.wrapping_sub(here + 6) as u32;
            let stub = &mut code[8 * *number as usize..][..6];
            stub[..2].copy_from_slice(&[0xff, 0x25]);
            stub[2..].copy_from_slice(&distance.to_le_bytes());
        }
        code
    }

    fn slots_of(&self, index: usize) -> BTreeSet<u32> {
        let (Some(bound), Some((_, code))) = (self.bound.get(index), self.builder.units.get(index))
        else {
            return BTreeSet::new();
        };
        let mut slots: BTreeSet<u32> = bound
            .values()
            .filter_map(|bound| match bound {
                Bound::Slot(slot) => Some(*slot),
                _ => None,
            })
            .collect();
        slots.extend(code.used_helpers().iter().filter_map(|name| self.helpers.get(*name)));
        slots
    }

    fn unit_tables(&self) -> (Vec<u8>, Vec<u8>) {
        let mut entries = vec![];
        for (index, (unit, code)) in self.builder.units.iter().enumerate() {
            let functions = unit.functions.iter().zip(&code.functions).map(|(function, code)| {
                FunctionRecord { kind: function.kind, offset: code.offset, size: code.size }
            });
            let slots = self.slots_of(index);
            entries.push(UnitEntry {
                name: &unit.name,
                text: self.placed[index].text as u32,
                size: code.text.len() as u32,
                record: UnitRecord {
                    functions: functions.collect(),
                    slots: slots.into_iter().collect(),
                    callees: self.callees[index].iter().copied().collect(),
                },
                lines: Lines { functions: code.lines.clone(), locs: unit.locs.clone() },
            });
        }
        tables::write_units(&entries)
    }

    fn symbols(&self, at: &Addresses) -> Vec<Symbol> {
        let mut symbols = vec![];
        for ((unit, code), placed) in self.builder.units.iter().zip(&self.placed) {
            let local = unit.functions.iter().map(|f| f.kind == FunctionKind::Local);
            let functions = code.functions.iter().zip(local);
            for (function, local) in functions.chain(code.stubs.iter().map(|stub| (stub, true))) {
                let offset = placed.text + u64::from(function.offset);
                // The way to a variadic function is called by what it leads to.
                let variadic = function.name.strip_prefix("variadic:").and_then(|n| n.parse().ok());
                let foreign = variadic.and_then(|n: usize| unit.externals.get(n));
                let name = match foreign {
                    Some(External::Foreign { symbol, .. }) => format!("{symbol}@variadic"),
                    _ => function.name.clone(),
                };
                symbols.push(Symbol {
                    name,
                    address: at.text + offset,
                    size: function.size.into(),
                    local,
                });
            }
        }
        for (slot, number) in &self.stubs {
            let name = match &self.slots[*slot as usize] {
                External::Runtime(name) | External::Generic(name) => name.clone(),
                External::Foreign { symbol, .. } => symbol.clone(),
                External::Specialization { signature, .. } => signature.clone(),
                other => other.to_string(),
            };
            let address = at.stubs + 8 * number;
            symbols.push(Symbol { name: format!("{name}@plt"), address, size: 8, local: true });
        }
        symbols
    }
}

/// Where the sections lie.
struct Addresses {
    heap: u64,
    rodata: u64,
    text: u64,
    stubs: u64,
    slots: u64,
    cells: u64,
}
