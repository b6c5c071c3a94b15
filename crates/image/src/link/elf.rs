//! The ELF file itself: headers, segments, sections and symbols, from sections given in order.
//!
//! Addresses are handed out as sections are added; contents may follow later, so that sections can
//! refer to each other.

use super::{HEAP_OFFSET, PAGE};
use object::elf;
use object::pod::bytes_of;
use object::{LittleEndian as LE, U16, U32, U64};

/// The segments, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    /// ELF header, program headers, dynamic symbols.
    Headers,
    /// The heap and other writable blobs.
    Heap,
    /// Read-only.
    Data,
    /// Executable.
    Code,
    /// Slots and zeroed data.
    Slots,
    /// Not mapped.
    File,
}

/// What a section is to a loader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Data,
    Text,
    Writable,
    Slots,
    Zeroed,
    Relr,
    File,
    Hash,
    DynamicSymbols,
    DynamicStrings,
    Dynamic,
}

/// A section; `bytes` may be filled in later, up to `size`.
pub(super) struct Section {
    pub name: String,
    pub kind: Kind,
    pub align: u64,
    pub size: u64,
    pub bytes: Vec<u8>,
}

/// A symbol of the text.
pub(super) struct Symbol {
    pub name: String,
    pub address: u64,
    pub size: u64,
    pub local: bool,
}

struct Placed {
    section: Section,
    segment: Segment,
    address: u64,
}

/// A section that has been added.
#[derive(Clone, Copy)]
pub(super) struct Id(usize);

pub(super) struct Output {
    base: u64,
    segment: Segment,
    /// The next free address; for `File`, the next free distance.
    next: u64,
    sections: Vec<Placed>,
    symbols: Vec<Symbol>,
}

const HEADER: u64 = size_of::<elf::FileHeader64<LE>>() as u64;
const PROGRAM_HEADER: u64 = size_of::<elf::ProgramHeader64<LE>>() as u64;
/// Five loaded segments, dynamic, unwind information, stack.
const PROGRAM_HEADERS: u64 = 8;
const DYNAMIC_ENTRIES: u64 = 9;

impl Output {
    pub fn new(base: u64) -> Output {
        let next = base + HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;
        Output { base, segment: Segment::Headers, next, sections: vec![], symbols: vec![] }
    }

    /// Goes on in another segment, on a new page.
    pub fn segment(&mut self, segment: Segment) {
        self.next = match segment {
            Segment::Headers => self.next,
            Segment::Heap => self.base + HEAP_OFFSET,
            _ => self.next.next_multiple_of(PAGE),
        };
        self.segment = segment;
    }

    /// Adds a section to the segment.
    pub fn section(&mut self, section: Section) -> Id {
        let address = self.next.next_multiple_of(section.align.max(1));
        self.next = address + section.size;
        self.sections.push(Placed { section, segment: self.segment, address });
        Id(self.sections.len() - 1)
    }

    pub fn address(&self, id: Id) -> u64 {
        self.sections[id.0].address
    }

    /// The end of what has been added.
    pub fn end(&self) -> u64 {
        self.next
    }

    /// The content of a section that was added without.
    pub fn fill(&mut self, id: Id, bytes: Vec<u8>) {
        let section = &mut self.sections[id.0].section;
        debug_assert_eq!(section.size, bytes.len() as u64, "{}", section.name);
        section.bytes = bytes;
    }

    pub fn symbol(&mut self, symbol: Symbol) {
        self.symbols.push(symbol);
    }

    fn add(&mut self, name: &str, kind: Kind, bytes: Vec<u8>, align: u64) -> Id {
        let size = bytes.len() as u64;
        self.section(Section { name: name.to_owned(), kind, align, size, bytes })
    }

    /// The symbol table that dynamic linkers want to see, without symbols: code is found by the
    /// linker's own tables, and tools read `.symtab`.
    pub fn dynamic_symbols(&mut self) {
        // One bucket, one chain, both ending at once.
        let hash = [1u32, 1, 0, 0].iter().flat_map(|n| n.to_le_bytes()).collect();
        self.add(".hash", Kind::Hash, hash, 8);
        self.add(".dynsym", Kind::DynamicSymbols, vec![0; size_of::<elf::Sym64<LE>>()], 8);
        self.add(".dynstr", Kind::DynamicStrings, vec![0], 1);
    }

    /// The dynamic section; its content needs addresses and is made at the end.
    pub fn dynamic(&mut self) {
        let size = DYNAMIC_ENTRIES * size_of::<elf::Dyn64<LE>>() as u64;
        let name = ".dynamic".to_owned();
        self.section(Section { name, kind: Kind::Dynamic, align: 8, size, bytes: vec![] });
    }

    fn find(&self, kind: Kind) -> Option<&Placed> {
        self.sections.iter().find(|placed| placed.section.kind == kind)
    }

    fn named(&self, name: &str) -> Option<&Placed> {
        self.sections.iter().find(|placed| placed.section.name == name)
    }

    fn dynamic_entries(&self) -> Vec<u8> {
        let address = |kind| self.find(kind).map_or(0, |placed| placed.address);
        let size = |kind| self.find(kind).map_or(0, |placed| placed.section.size);
        let entries = [
            (elf::DT_HASH, address(Kind::Hash)),
            (elf::DT_SYMTAB, address(Kind::DynamicSymbols)),
            (elf::DT_SYMENT, size_of::<elf::Sym64<LE>>() as u64),
            (elf::DT_STRTAB, address(Kind::DynamicStrings)),
            (elf::DT_STRSZ, size(Kind::DynamicStrings)),
            (elf::DT_RELR, address(Kind::Relr)),
            (elf::DT_RELRSZ, size(Kind::Relr)),
            (elf::DT_RELRENT, 8),
            (elf::DT_NULL, 0),
        ];
        entries
            .iter()
            .flat_map(|(tag, value)| [*tag as u64, *value])
            .flat_map(u64::to_le_bytes)
            .collect()
    }

    /// The file.
    pub fn finish(mut self) -> Vec<u8> {
        let entries = self.dynamic_entries();
        let dynamic = self.sections.iter_mut().find(|p| p.section.kind == Kind::Dynamic);
        if let Some(dynamic) = dynamic {
            dynamic.section.bytes = entries;
        }

        // The mapped segments stand in the file in their order, each from a new page on.
        let mut file = vec![0; (HEADER + PROGRAM_HEADERS * PROGRAM_HEADER) as usize];
        let mut offsets = vec![0; self.sections.len()];
        let mut headers = vec![];
        let segments =
            [Segment::Headers, Segment::Heap, Segment::Data, Segment::Code, Segment::Slots];
        for segment in segments {
            let indexes: Vec<usize> =
                (0..self.sections.len()).filter(|i| self.sections[*i].segment == segment).collect();
            let Some(first) = indexes.first() else { continue };
            let (start, file_start) = match segment {
                Segment::Headers => (self.base, 0),
                _ => {
                    file.resize(file.len().next_multiple_of(PAGE as usize), 0);
                    (self.sections[*first].address & !(PAGE - 1), file.len() as u64)
                }
            };
            let mut end = start;
            for index in indexes {
                let placed = &self.sections[index];
                let offset = file_start + (placed.address - start);
                offsets[index] = offset;
                if placed.section.kind != Kind::Zeroed {
                    file.resize(offset as usize, 0);
                    file.extend_from_slice(&placed.section.bytes);
                }
                end = placed.address + placed.section.size;
            }
            let flags = match segment {
                Segment::Heap | Segment::Slots => elf::PF_R | elf::PF_W,
                Segment::Code => elf::PF_R | elf::PF_X,
                Segment::Headers | Segment::Data | Segment::File => elf::PF_R,
            };
            let in_file = file.len() as u64 - file_start;
            headers.push(program_header(
                elf::PT_LOAD,
                flags,
                file_start,
                start,
                in_file,
                end - start,
                PAGE,
            ));
        }
        for (index, placed) in self.sections.iter().enumerate() {
            if placed.segment == Segment::File {
                let align = placed.section.align.max(1) as usize;
                file.resize(file.len().next_multiple_of(align), 0);
                offsets[index] = file.len() as u64;
                file.extend_from_slice(&placed.section.bytes);
            }
        }
        let offset_of = |placed: &Placed| {
            let at = self.sections.iter().position(|p| p.section.name == placed.section.name);
            at.map_or(0, |at| offsets[at])
        };
        let mut describe = |kind, flags, placed: Option<&Placed>, align| {
            let (offset, address, size) =
                placed.map_or((0, 0, 0), |p| (offset_of(p), p.address, p.section.size));
            headers.push(program_header(kind, flags, offset, address, size, size, align));
        };
        describe(elf::PT_DYNAMIC, elf::PF_R | elf::PF_W, self.find(Kind::Dynamic), 8);
        describe(elf::PT_GNU_EH_FRAME, elf::PF_R, self.named(".eh_frame_hdr"), 8);
        describe(elf::PT_GNU_STACK, elf::PF_R | elf::PF_W, None, 16);

        let mut strings = vec![0];
        let symbols_offset;
        let symbols_count;
        let first_global;
        {
            let mut table = vec![symbol(0, 0, 0, 0, 0)];
            let text = self.sections.iter().enumerate().rev();
            let index_at = |address: u64| {
                let found = text
                    .clone()
                    .find(|(_, p)| p.section.kind == Kind::Text && p.address <= address);
                found.map_or(0, |(index, _)| index as u16 + 1)
            };
            self.symbols.sort_by(|a, b| {
                let key = |s: &Symbol| (!s.local, s.address);
                key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
            });
            first_global = 1 + self.symbols.iter().filter(|symbol| symbol.local).count() as u32;
            for entry in &self.symbols {
                let name = add_string(&mut strings, &entry.name);
                let binding = if entry.local { elf::STB_LOCAL } else { elf::STB_GLOBAL };
                let info = binding << 4 | elf::STT_FUNC;
                let section = index_at(entry.address);
                table.push(symbol(name, info, section, entry.address, entry.size));
            }
            file.resize(file.len().next_multiple_of(8), 0);
            symbols_offset = file.len() as u64;
            symbols_count = table.len() as u64;
            for entry in &table {
                file.extend_from_slice(bytes_of(entry));
            }
        }
        let strings_offset = file.len() as u64;
        file.extend_from_slice(&strings);

        let mut names = vec![0];
        let mut table = vec![section_header(SectionHeader::default())];
        let dynamic_strings = self
            .sections
            .iter()
            .position(|p| p.section.kind == Kind::DynamicStrings)
            .map_or(0, |at| at as u32 + 1);
        let dynamic_symbols = dynamic_strings.saturating_sub(1);
        for (placed, offset) in self.sections.iter().zip(&offsets) {
            let alloc = u64::from(elf::SHF_ALLOC);
            let write = u64::from(elf::SHF_WRITE) | alloc;
            let execute = u64::from(elf::SHF_EXECINSTR) | alloc;
            let word = 8;
            let (kind, flags, link, entry_size) = match placed.section.kind {
                Kind::Data => (elf::SHT_PROGBITS, alloc, 0, 0),
                Kind::Text => (elf::SHT_PROGBITS, execute, 0, 0),
                Kind::Writable => (elf::SHT_PROGBITS, write, 0, 0),
                Kind::Slots => (elf::SHT_PROGBITS, write, 0, word),
                Kind::Zeroed => (elf::SHT_NOBITS, write, 0, 0),
                Kind::Relr => (elf::SHT_RELR, alloc, 0, word),
                Kind::File => (elf::SHT_PROGBITS, 0, 0, 0),
                Kind::Hash => (elf::SHT_HASH, alloc, dynamic_symbols, 4),
                Kind::DynamicSymbols => (elf::SHT_DYNSYM, alloc, dynamic_strings, 24),
                Kind::DynamicStrings => (elf::SHT_STRTAB, alloc, 0, 0),
                Kind::Dynamic => (elf::SHT_DYNAMIC, write, dynamic_strings, 16),
            };
            table.push(section_header(SectionHeader {
                name: add_string(&mut names, &placed.section.name),
                kind,
                flags,
                address: if placed.segment == Segment::File { 0 } else { placed.address },
                offset: *offset,
                size: placed.section.size,
                link,
                info: u32::from(placed.section.kind == Kind::DynamicSymbols),
                align: placed.section.align.max(1),
                entry_size,
            }));
        }
        let string_index = table.len() as u32 + 1;
        table.push(section_header(SectionHeader {
            name: add_string(&mut names, ".symtab"),
            kind: elf::SHT_SYMTAB,
            offset: symbols_offset,
            size: symbols_count * 24,
            link: string_index,
            info: first_global,
            align: 8,
            entry_size: 24,
            ..SectionHeader::default()
        }));
        table.push(section_header(SectionHeader {
            name: add_string(&mut names, ".strtab"),
            kind: elf::SHT_STRTAB,
            offset: strings_offset,
            size: strings.len() as u64,
            align: 1,
            ..SectionHeader::default()
        }));
        let name = add_string(&mut names, ".shstrtab");
        let names_offset = file.len() as u64;
        table.push(section_header(SectionHeader {
            name,
            kind: elf::SHT_STRTAB,
            offset: names_offset,
            size: names.len() as u64,
            align: 1,
            ..SectionHeader::default()
        }));
        file.extend_from_slice(&names);
        file.resize(file.len().next_multiple_of(8), 0);
        let table_offset = file.len() as u64;
        for header in &table {
            file.extend_from_slice(bytes_of(header));
        }

        let header = file_header(table_offset, table.len() as u16, headers.len() as u16);
        file[..HEADER as usize].copy_from_slice(bytes_of(&header));
        for (index, header) in headers.iter().enumerate() {
            let at = (HEADER + PROGRAM_HEADER * index as u64) as usize;
            file[at..at + PROGRAM_HEADER as usize].copy_from_slice(bytes_of(header));
        }
        file
    }
}

fn add_string(strings: &mut Vec<u8>, text: &str) -> u32 {
    let at = strings.len() as u32;
    strings.extend_from_slice(text.as_bytes());
    strings.push(0);
    at
}

fn symbol(name: u32, info: u8, section: u16, address: u64, size: u64) -> elf::Sym64<LE> {
    elf::Sym64 {
        st_name: U32::new(LE, name),
        st_info: info,
        st_other: elf::STV_DEFAULT,
        st_shndx: U16::new(LE, section),
        st_value: U64::new(LE, address),
        st_size: U64::new(LE, size),
    }
}

fn program_header(
    kind: u32,
    flags: u32,
    offset: u64,
    address: u64,
    file_size: u64,
    size: u64,
    align: u64,
) -> elf::ProgramHeader64<LE> {
    elf::ProgramHeader64 {
        p_type: U32::new(LE, kind),
        p_flags: U32::new(LE, flags),
        p_offset: U64::new(LE, offset),
        p_vaddr: U64::new(LE, address),
        p_paddr: U64::new(LE, address),
        p_filesz: U64::new(LE, file_size),
        p_memsz: U64::new(LE, size),
        p_align: U64::new(LE, align),
    }
}

#[derive(Default)]
struct SectionHeader {
    name: u32,
    kind: u32,
    flags: u64,
    address: u64,
    offset: u64,
    size: u64,
    link: u32,
    info: u32,
    align: u64,
    entry_size: u64,
}

fn section_header(header: SectionHeader) -> elf::SectionHeader64<LE> {
    elf::SectionHeader64 {
        sh_name: U32::new(LE, header.name),
        sh_type: U32::new(LE, header.kind),
        sh_flags: U64::new(LE, header.flags),
        sh_addr: U64::new(LE, header.address),
        sh_offset: U64::new(LE, header.offset),
        sh_size: U64::new(LE, header.size),
        sh_link: U32::new(LE, header.link),
        sh_info: U32::new(LE, header.info),
        sh_addralign: U64::new(LE, header.align),
        sh_entsize: U64::new(LE, header.entry_size),
    }
}

fn file_header(sections_at: u64, sections: u16, program_headers: u16) -> elf::FileHeader64<LE> {
    elf::FileHeader64 {
        e_ident: elf::Ident {
            magic: elf::ELFMAG,
            class: elf::ELFCLASS64,
            data: elf::ELFDATA2LSB,
            version: elf::EV_CURRENT,
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            padding: [0; 7],
        },
        e_type: U16::new(LE, elf::ET_DYN),
        e_machine: U16::new(LE, elf::EM_X86_64),
        e_version: U32::new(LE, elf::EV_CURRENT.into()),
        e_entry: U64::new(LE, 0),
        e_phoff: U64::new(LE, HEADER),
        e_shoff: U64::new(LE, sections_at),
        e_flags: U32::new(LE, 0),
        e_ehsize: U16::new(LE, HEADER as u16),
        e_phentsize: U16::new(LE, PROGRAM_HEADER as u16),
        e_phnum: U16::new(LE, program_headers),
        e_shentsize: U16::new(LE, size_of::<elf::SectionHeader64<LE>>() as u16),
        e_shnum: U16::new(LE, sections),
        e_shstrndx: U16::new(LE, sections - 1),
    }
}
