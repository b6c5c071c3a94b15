//! Memory for code that is compiled while the program runs.
//!
//! One region is reserved at the start: code first, then slots, then data, so that everything is
//! within two gigabytes of everything else. The code's pages exist twice, once to be executed and
//! once (elsewhere) to be written, and no page is both. Code is never freed: frames on the stack may
//! still return into it.

use super::helpers;
use super::object_code::{FixupKind, ObjectCode, ObjectError, Target, patch};
use pkgimage_ir::object::FunctionLines;
use pkgimage_ir::{Ext, External, Loc, Unit};
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

const CODE: usize = 256 << 20;
const SLOTS: usize = 128 << 20;
const DATA: usize = 256 << 20;

/// A unit could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The object code is broken.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// The system gives no memory.
    #[error("no memory for code: {0}")]
    Memory(#[from] io::Error),
    /// The region is full.
    #[error("the memory for code is full")]
    Full,
    /// Something that the code refers to does not exist.
    #[error("{name} cannot be resolved: {reason}")]
    Unresolved {
        /// The external, in the text form of the typed IR.
        name: String,
        /// Why.
        reason: String,
    },
}

/// A unit in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedUnit {
    /// Addresses of the unit's functions, in its order.
    pub functions: Vec<u64>,
    /// The address of the slot of each external; 0 where the code uses none.
    pub slots: Vec<u64>,
    /// All of its code.
    pub code: Range<u64>,
}

/// What stands at an address of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number that the unit was loaded under.
    pub unit: u64,
    /// The function in the unit.
    pub function: u32,
    /// Where the function's code begins.
    pub start: u64,
    /// The place in the source, if it is known.
    pub loc: Option<Loc>,
}

struct PlacedFunction {
    unit: u64,
    function: u32,
    lines: FunctionLines,
}

/// The region, and what is in it.
pub struct CodeSpace {
    base: usize,
    writable: usize,
    code_used: usize,
    slots_used: usize,
    data_used: usize,
    functions: BTreeMap<u64, PlacedFunction>,
}

impl CodeSpace {
    /// Reserves the region; memory is used as code arrives.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn new() -> Result<CodeSpace, LoadError> {
        // SAFETY: new mappings at addresses that the kernel chooses, except where the region
        // just reserved is replaced piece by piece; nothing else can lie there.
        unsafe {
            let base = map(0, CODE + SLOTS + DATA, libc::PROT_NONE, ANONYMOUS, -1)?;
            let file = libc::memfd_create(c"pkgimage-code".as_ptr(), libc::MFD_CLOEXEC);
            if file < 0 {
                return Err(io::Error::last_os_error().into());
            }
            let mapped = (|| {
                if libc::ftruncate(file, CODE as libc::off_t) != 0 {
                    return Err(io::Error::last_os_error());
                }
                let shared = libc::MAP_SHARED | libc::MAP_NORESERVE;
                let execute = libc::PROT_READ | libc::PROT_EXEC;
                map(base, CODE, execute, shared | libc::MAP_FIXED, file)?;
                let write = libc::PROT_READ | libc::PROT_WRITE;
                map(base + CODE, SLOTS + DATA, write, ANONYMOUS | libc::MAP_FIXED, -1)?;
                map(0, CODE, write, shared, file)
            })();
            libc::close(file);
            Ok(CodeSpace {
                base,
                writable: mapped?,
                code_used: 0,
                slots_used: 0,
                data_used: 0,
                functions: BTreeMap::new(),
            })
        }
    }

    /// Loads the object code of a unit, with `resolve` giving the address that each external
    /// stands for. `number` is what [`CodeSpace::place`] will call the unit.
    ///
    /// # Errors
    /// If the object code is broken, the region is full, or something is not resolved.
    pub fn load(
        &mut self,
        number: u64,
        object: &[u8],
        unit: &Unit,
        resolve: &mut dyn FnMut(Ext, &External) -> Result<u64, String>,
    ) -> Result<LoadedUnit, LoadError> {
        let mut code = ObjectCode::parse(object, unit)?;
        let used = code.used_externals();
        let mut addresses = vec![];
        for ext in &used {
            let external = &unit.externals[*ext as usize];
            let address = resolve(Ext(*ext), external)
                .map_err(|reason| LoadError::Unresolved { name: external.to_string(), reason })?;
            addresses.push(address);
        }
        let helpers: Vec<String> = code.used_helpers().into_iter().map(str::to_owned).collect();
        for name in &helpers {
            let address = helpers::address(name).ok_or_else(|| LoadError::Unresolved {
                name: name.clone(),
                reason: "there is no such helper".into(),
            })?;
            addresses.push(address);
        }

        // A stub of eight bytes behind the text for each slot: `jmp *slot(%rip)`.
        let stubs_at = code.text.len().next_multiple_of(16);
        code.text.resize(stubs_at + 8 * addresses.len(), 0xcc);
        let text_at = reserve(&mut self.code_used, code.text.len(), 16, CODE)?;
        let slots_at = reserve(&mut self.slots_used, 8 * addresses.len(), 8, SLOTS)?;
        let rodata_align = code.rodata_align as usize;
        let rodata_at = reserve(&mut self.data_used, code.rodata.len(), rodata_align, DATA)?;
        let cells_at = reserve(&mut self.data_used, code.cells as usize, 16, DATA)?;

        let text = (self.base + text_at) as u64;
        let slots = (self.base + CODE + slots_at) as u64;
        let rodata = (self.base + CODE + SLOTS + rodata_at) as u64;
        let cells = (self.base + CODE + SLOTS + cells_at) as u64;
        let slot = |target: &Target| match target {
            Target::Ext(n) => used.binary_search(n).ok(),
            Target::Helper(name) => helpers.binary_search(name).ok().map(|at| used.len() + at),
            _ => None,
        };
        for index in 0..addresses.len() {
            let at = stubs_at + 8 * index;
            let distance = (slots + 8 * index as u64).wrapping_sub(text + at as u64 + 6) as u32;
            code.text[at..at + 2].copy_from_slice(&[0xff, 0x25]);
            code.text[at + 2..at + 6].copy_from_slice(&distance.to_le_bytes());
        }
        for fixup in std::mem::take(&mut code.fixups) {
            let place = text + u64::from(fixup.offset);
            let local = match &fixup.target {
                Target::Text(at) => Some(text + u64::from(*at)),
                Target::Rodata(at) => Some(rodata + u64::from(*at)),
                Target::Cells(at) => Some(cells + u64::from(*at)),
                Target::Ext(_) | Target::Helper(_) => None,
            };
            let (kind, target) = match (local, slot(&fixup.target)) {
                (Some(address), _) => (FixupKind::Direct, address),
                (None, Some(index)) if fixup.kind == FixupKind::Direct => {
                    (FixupKind::Direct, text + (stubs_at + 8 * index) as u64)
                }
                (None, Some(index)) => (fixup.kind, slots + 8 * index as u64),
                (None, None) => return Err(LoadError::Full),
            };
            patch(&mut code.text, &fixup, kind, place, target)?;
        }

        // SAFETY: the three ranges were reserved just now, lie within their mappings, and nobody
        // else knows of them yet.
        unsafe {
            write(self.writable + text_at, &code.text);
            write(rodata as usize, &code.rodata);
            for (index, address) in addresses.iter().enumerate() {
                write(slots as usize + 8 * index, &address.to_ne_bytes());
            }
        }

        let mut slot_addresses = vec![0; unit.externals.len()];
        for (index, ext) in used.iter().enumerate() {
            slot_addresses[*ext as usize] = slots + 8 * index as u64;
        }
        let functions: Vec<u64> =
            code.functions.iter().map(|f| text + u64::from(f.offset)).collect();
        for (index, (address, lines)) in functions.iter().zip(code.lines).enumerate() {
            let function = PlacedFunction { unit: number, function: index as u32, lines };
            self.functions.insert(*address, function);
        }
        let code = text..text + code.text.len() as u64;
        Ok(LoadedUnit { functions, slots: slot_addresses, code })
    }

    /// What stands at an address of code; a return address is asked for minus 1.
    pub fn place(&self, pc: u64) -> Option<Place> {
        let (start, function) = self.functions.range(..=pc).next_back()?;
        let offset = u32::try_from(pc - start).ok().filter(|at| *at < function.lines.size)?;
        let loc = function.lines.loc_at(offset);
        Some(Place { unit: function.unit, function: function.function, start: *start, loc })
    }

    /// The region of code, for "is this address ours".
    pub fn code_range(&self) -> Range<u64> {
        self.base as u64..(self.base + self.code_used) as u64
    }

    /// The words that hold the addresses of externals: roots for the collector.
    pub fn slot_words(&self) -> Range<u64> {
        let start = (self.base + CODE) as u64;
        start..start + self.slots_used as u64
    }

    /// The data of units (`Cell` and `Bytes`): whoever puts references into cells scans it.
    pub fn data_words(&self) -> Range<u64> {
        let start = (self.base + CODE + SLOTS) as u64;
        start..start + (self.data_used & !7) as u64
    }

    /// Changes what a slot of a loaded unit holds: code that has become available, for example.
    /// Addresses that are not slots are left alone, and `false` says so.
    pub fn set_slot(&mut self, slot: u64, address: u64) -> bool {
        if !self.slot_words().contains(&slot) || !slot.is_multiple_of(8) {
            return false;
        }
        // SAFETY: it is an aligned word of the slots' mapping. Native code reads it with one
        // load and sees the old or the new address.
        unsafe { (*(slot as *const std::sync::atomic::AtomicU64)).store(address, ORDERING) };
        true
    }
}

const ORDERING: std::sync::atomic::Ordering = std::sync::atomic::Ordering::Release;
const ANONYMOUS: i32 = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;

impl Drop for CodeSpace {
    fn drop(&mut self) {
        // SAFETY: both mappings are ours alone, and whoever drops the space no longer runs its code.
        unsafe {
            libc::munmap(self.base as *mut _, CODE + SLOTS + DATA);
            libc::munmap(self.writable as *mut _, CODE);
        }
    }
}

/// Takes `size` bytes from an area.
fn reserve(
    used: &mut usize,
    size: usize,
    align: usize,
    capacity: usize,
) -> Result<usize, LoadError> {
    let at = used.next_multiple_of(align.max(1));
    let end = at.checked_add(size).filter(|end| *end <= capacity).ok_or(LoadError::Full)?;
    *used = end;
    Ok(at)
}

/// `mmap`, with 0 for "anywhere".
///
/// # Safety
/// With `MAP_FIXED`, the range belongs to the caller.
unsafe fn map(at: usize, size: usize, protection: i32, flags: i32, file: i32) -> io::Result<usize> {
    // SAFETY: as promised by the caller; the kernel checks the rest.
    let address = unsafe { libc::mmap(at as *mut _, size, protection, flags, file, 0) };
    if address == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(address as usize) }
}

/// # Safety
/// The range is mapped writable and nobody else uses it.
unsafe fn write(at: usize, bytes: &[u8]) {
    // SAFETY: as promised by the caller; `bytes` is elsewhere, being borrowed.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), at as *mut u8, bytes.len()) };
}
