//! The heap's memory: one reserved address range cut into blocks.
//!
//! A block holds cells of one size class, or a part of one large object. A cell is a header word
//! (the type; zero while the cell is free) and a payload, aligned to 16 bytes. What is known of a
//! block (size class, mark bits) lies in a table beside the heap.

use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::{COLLECTION, WANTED};
use crate::object::DataType;
use crate::value::{Gc, Value};

/// Bytes of address space reserved for the heap.
pub const HEAP_BYTES: usize = 1 << 36;
/// Bytes of a block.
const BLOCK: usize = 1 << 16;
/// Bytes of a new block that become free cells at a time.
const AT_A_TIME: usize = 1 << 12;
const NONE_UNTOUCHED: [Range<usize>; CLASSES.len()] = [const { 0..0 }; CLASSES.len()];
const BLOCKS: usize = HEAP_BYTES / BLOCK;
/// Cells start this far into a block, so that payloads are 16-byte aligned.
const FIRST_CELL: usize = 8;
/// Largest cell; what is larger gets blocks of its own.
const LARGEST_CELL: usize = 8192;

/// Cell sizes (header included), each a multiple of 16.
const CLASSES: [u32; 27] = [
    16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024,
    1280, 1536, 2048, 2720, 4080, 5456, 8176,
];

/// What a block is used for.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Nothing (fresh memory is zero, so this must be zero).
    Free = 0,
    /// Cells of one class.
    Cells,
    /// The first block of a large object.
    Large,
    /// A further block of a large object.
    LargeRest,
}

/// What is known of a block. Zeroed memory is a free block.
#[repr(C)]
pub(super) struct Block {
    pub(super) usage: Use,
    pub(super) cell_size: u32,
    /// `Large`: number of blocks. `LargeRest`: distance to the first block.
    pub(super) extent: u32,
    marks: [u64; BLOCK / 16 / 64],
}

pub(super) struct Heap {
    pub(super) base: usize,
    pub(super) table: *mut Block,
    /// Blocks ever used are `0..top`.
    pub(super) top: usize,
    /// Single free blocks below `top`.
    free_blocks: Vec<u32>,
    /// Runs of free blocks (start, length) left by large objects.
    free_runs: Vec<(u32, u32)>,
    /// First free cell's payload address per class; the payload's first word links to the next.
    free_cells: [usize; CLASSES.len()],
    /// By class: cells of its newest block that are in no list yet.
    untouched: [Range<usize>; CLASSES.len()],
    pub(super) allocated_since: usize,
    pub(super) live: usize,
    pub(super) threshold: usize,
    pub(super) enabled: bool,
    /// How much may live: known once much does.
    limit: Option<usize>,
    totals: Totals,
    /// What of `allocated_since` and before no object asked for: the rest of the last blocks of large objects.
    unused: u64,
}

/// What was counted since the process began.
#[derive(Clone, Copy, Default)]
pub struct Totals {
    /// Bytes of objects.
    pub bytes: u64,
    /// Objects.
    pub objects: u64,
    /// Collections.
    pub collections: u64,
    /// Nanoseconds that these took.
    pub nanoseconds: u64,
}

struct Cells {
    base: Cell<usize>,
    heap: RefCell<Option<Heap>>,
}
// SAFETY: the one thread that runs Julia code owns the heap.
unsafe impl Sync for Cells {}
static HEAP: Cells = Cells { base: Cell::new(0), heap: RefCell::new(None) };

/// Lowest threshold of allocation between two collections.
const LEAST_THRESHOLD: usize = 64 << 20;

/// What may live in any case.
const MUCH: usize = 1 << 30;

/// How much may live: most of the machine's memory, or of what a control group grants; a part of the address range.
fn limit() -> usize {
    // SAFETY: asks for numbers.
    let (pages, page) =
        unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    let machine = usize::try_from(pages).ok().zip(usize::try_from(page).ok());
    let machine = machine.and_then(|(pages, page)| pages.checked_mul(page));
    let granted = ["memory.max", "memory/memory.limit_in_bytes"].into_iter().filter_map(|name| {
        let text = std::fs::read_to_string(Path::new("/sys/fs/cgroup").join(name)).ok()?;
        text.trim().parse::<usize>().ok()
    });
    let memory = granted.chain(machine).chain([HEAP_BYTES]).min().unwrap_or(HEAP_BYTES);
    (memory / 8 * 7).max(MUCH)
}

/// Whether so many bytes more can be in the heap at all.
pub fn has_room(bytes: usize) -> bool {
    with(|h| bytes < HEAP_BYTES / 2 && h.live + h.allocated_since + bytes < HEAP_BYTES / 16 * 15)
}

/// Start of the heap's address range.
pub fn heap_base() -> usize {
    HEAP.base.get()
}

/// Where the start of the heap's address range is kept, for native code.
pub fn heap_base_address() -> usize {
    HEAP.base.as_ptr() as usize
}

/// Whether this address lies in the heap's range.
#[inline]
pub fn is_in_heap(address: usize) -> bool {
    address.wrapping_sub(HEAP.base.get()) < HEAP_BYTES
}

/// Bytes found live by the last collection plus those allocated since.
pub fn live_bytes() -> usize {
    with(|h| h.live + h.allocated_since)
}

/// What the program allocated and collected until now; without what was allocated in [`uncounted`].
pub fn totals() -> Totals {
    with(|h| {
        let bytes = h.totals.bytes.wrapping_add(h.allocated_since as u64).wrapping_sub(h.unused);
        Totals { bytes, ..h.totals }
    })
}

/// Bytes outside of the heap that objects own, such as the limbs of numbers.
static OUTSIDE: AtomicUsize = AtomicUsize::new(0);

/// So many bytes were allocated outside of the heap for an object: they count as the heap's.
pub fn outside_allocated(bytes: usize) {
    OUTSIDE.fetch_add(bytes, Ordering::Relaxed);
    with(|h| h.allocated(bytes));
}

/// So many bytes outside of the heap were freed.
pub fn outside_freed(bytes: usize) {
    OUTSIDE.fetch_sub(bytes, Ordering::Relaxed);
}

/// Bytes outside of the heap that objects own.
pub fn outside_bytes() -> usize {
    OUTSIDE.load(Ordering::Relaxed)
}

/// Whether there is memory for so many bytes more, outside of the heap.
pub fn has_memory_for(bytes: usize) -> bool {
    with(|h| {
        let limit = *h.limit.get_or_insert_with(limit);
        (h.live + h.allocated_since).saturating_add(bytes) < limit
    })
}

/// Runs something whose objects are not the program's, such as compilation: they are not counted.
pub fn uncounted<R>(f: impl FnOnce() -> R) -> R {
    let before = totals();
    let result = f();
    let after = totals();
    with(|h| {
        // Both may lie before the process's beginning, so to speak: they only matter as differences.
        h.totals.bytes = h.totals.bytes.wrapping_sub(after.bytes.wrapping_sub(before.bytes));
        h.totals.objects =
            h.totals.objects.wrapping_sub(after.objects.wrapping_sub(before.objects));
    });
    result
}

pub(super) fn with<R>(f: impl FnOnce(&mut Heap) -> R) -> R {
    let mut heap = HEAP.heap.borrow_mut();
    match heap.as_mut() {
        Some(heap) => f(heap),
        None => panic!("the heap is used before init"),
    }
}

fn reserve(bytes: usize) -> usize {
    // SAFETY: an anonymous private mapping at an address of the kernel's choice.
    let at = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if at == libc::MAP_FAILED {
        eprintln!("error: cannot reserve {} GiB of address space for the heap", bytes >> 30);
        std::process::exit(1);
    }
    at as usize
}

pub(super) fn init() {
    let raw = reserve(HEAP_BYTES + BLOCK);
    let base = raw.next_multiple_of(BLOCK);
    let table = reserve(BLOCKS * size_of::<Block>()) as *mut Block;
    HEAP.base.set(base);
    *HEAP.heap.borrow_mut() = Some(Heap {
        base,
        table,
        top: 0,
        free_blocks: Vec::new(),
        free_runs: Vec::new(),
        free_cells: [0; CLASSES.len()],
        untouched: NONE_UNTOUCHED,
        allocated_since: 0,
        live: 0,
        threshold: LEAST_THRESHOLD,
        enabled: true,
        limit: None,
        totals: Totals::default(),
        unused: 0,
    });
}

pub(super) fn enable(on: bool) -> bool {
    with(|h| std::mem::replace(&mut h.enabled, on))
}

/// The class of a cell of `bytes` (header included).
fn class_of(bytes: usize) -> usize {
    if bytes <= 128 {
        return bytes.div_ceil(16).max(1) - 1;
    }
    CLASSES.partition_point(|&c| (c as usize) < bytes)
}

pub(super) fn allocate(ty: Gc<DataType>, size: usize) -> Value {
    with(|h| {
        let bytes = size + 8;
        let payload = if bytes <= LARGEST_CELL - 16 {
            let class = class_of(bytes);
            let cell = CLASSES[class] as usize;
            let mut at = h.free_cells[class];
            if at == 0 {
                at = h.refill(class);
            }
            // SAFETY: `at` is the payload of a free cell of this class, whose first word links to
            // the next free cell; the cell is large enough for `size` bytes.
            unsafe {
                h.free_cells[class] = *(at as *const usize);
                std::ptr::write_bytes(at as *mut u8, 0, cell - 8);
            }
            h.allocated_since += cell;
            at
        } else {
            h.allocate_large(bytes)
        };
        h.totals.objects = h.totals.objects.wrapping_add(1);
        // SAFETY: the header word before the payload belongs to the cell.
        unsafe { *(payload as *mut Gc<DataType>).sub(1) = ty };
        h.allocated(0);
        // SAFETY: this is now a live object.
        unsafe { Value::from_raw(payload) }
    })
}

impl Heap {
    /// Counts bytes; whether a collection is due follows from their sum.
    fn allocated(&mut self, bytes: usize) {
        self.allocated_since += bytes;
        if self.allocated_since > self.threshold && self.enabled {
            WANTED.set(COLLECTION);
        }
    }

    #[expect(clippy::mut_from_ref, reason = "the table is no part of the borrowed struct")]
    pub(super) fn block(&self, index: usize) -> &mut Block {
        debug_assert!(index < BLOCKS);
        // SAFETY: the table has an entry for every block of the range, and callers hold the heap's
        // only borrow.
        unsafe { &mut *self.table.add(index) }
    }

    fn out_of_memory(&self) -> ! {
        eprintln!("error: out of memory: the heap of {} GiB is full", HEAP_BYTES >> 30);
        std::process::exit(1);
    }

    /// A block, and whether it was never used: such a one is zero.
    fn take_block(&mut self) -> (usize, bool) {
        if let Some(index) = self.free_blocks.pop() {
            return (index as usize, false);
        }
        if let Some((start, length)) = self.free_runs.pop() {
            if length > 1 {
                self.free_runs.push((start + 1, length - 1));
            }
            return (start as usize, false);
        }
        if self.top == BLOCKS {
            self.out_of_memory();
        }
        self.top += 1;
        (self.top - 1, true)
    }

    /// Makes a list of free cells of this class and returns the first. Of a block that was never used, it
    /// takes a few at a time: a program that needs few touches few pages.
    fn refill(&mut self, class: usize) -> usize {
        let cell = CLASSES[class] as usize;
        let mut most = (AT_A_TIME / cell).max(1);
        if self.untouched[class].is_empty() {
            let (index, is_new) = self.take_block();
            let block = self.block(index);
            block.usage = Use::Cells;
            block.cell_size = cell as u32;
            let start = self.base + index * BLOCK + FIRST_CELL;
            let count = (BLOCK - FIRST_CELL) / cell;
            self.untouched[class] = start..start + count * cell;
            if !is_new {
                most = count;
            }
        }
        let untouched = &mut self.untouched[class];
        let start = untouched.start;
        let count = most.min(untouched.len() / cell);
        untouched.start += count * cell;
        let mut next = 0usize;
        for i in (0..count).rev() {
            let header = start + i * cell;
            // SAFETY: the cell lies in a block of this class, and in no list yet.
            unsafe {
                *(header as *mut usize) = 0;
                *((header + 8) as *mut usize) = next;
            }
            next = header + 8;
        }
        self.free_cells[class] = next;
        next
    }

    fn allocate_large(&mut self, bytes: usize) -> usize {
        let count = (bytes + FIRST_CELL).div_ceil(BLOCK);
        let fit = self.free_runs.iter().position(|&(_, n)| n as usize >= count);
        let first = match fit {
            Some(i) => {
                let (start, n) = self.free_runs[i];
                if n as usize == count {
                    self.free_runs.swap_remove(i);
                } else {
                    self.free_runs[i] = (start + count as u32, n - count as u32);
                }
                let at = self.base + start as usize * BLOCK;
                // SAFETY: these blocks are free; dropping their pages makes them zero again.
                unsafe {
                    libc::madvise(at as *mut libc::c_void, count * BLOCK, libc::MADV_DONTNEED);
                }
                start as usize
            }
            None => {
                if self.top + count > BLOCKS {
                    self.out_of_memory();
                }
                self.top += count;
                self.top - count
            }
        };
        for i in 0..count {
            let block = self.block(first + i);
            block.usage = if i == 0 { Use::Large } else { Use::LargeRest };
            block.extent = if i == 0 { count as u32 } else { i as u32 };
        }
        self.allocated_since += count * BLOCK;
        self.unused += (count * BLOCK - bytes) as u64;
        self.base + first * BLOCK + FIRST_CELL + 8
    }

    /// The object that this address points to or into, if it is one of the heap's.
    pub(super) fn find(&self, address: usize) -> Option<Value> {
        let offset = address.wrapping_sub(self.base);
        if offset >= self.top * BLOCK {
            return None;
        }
        let index = offset / BLOCK;
        let block = self.block(index);
        let payload = match block.usage {
            Use::Free => return None,
            Use::Cells => {
                let within = (offset % BLOCK).checked_sub(FIRST_CELL)?;
                let cell = block.cell_size as usize;
                let start = within / cell * cell;
                if FIRST_CELL + start + cell > BLOCK {
                    return None;
                }
                self.base + index * BLOCK + FIRST_CELL + start + 8
            }
            Use::Large => self.base + index * BLOCK + FIRST_CELL + 8,
            Use::LargeRest => self.base + (index - block.extent as usize) * BLOCK + FIRST_CELL + 8,
        };
        // SAFETY: `payload` is the payload of a cell or large object; a zero header is a free one.
        unsafe { (*(payload as *const usize).sub(1) != 0).then(|| Value::from_raw(payload)) }
    }

    /// Marks an object of the heap; whether it was unmarked.
    #[inline]
    pub(super) fn mark(&mut self, object: Value) -> bool {
        let offset = object.address() - self.base;
        let block = self.block(offset / BLOCK);
        let bit = offset % BLOCK / 16;
        let word = &mut block.marks[bit / 64];
        let mask = 1u64 << (bit % 64);
        let fresh = *word & mask == 0;
        *word |= mask;
        fresh
    }

    /// Whether an object of the heap is marked.
    pub(super) fn is_marked(&self, object: Value) -> bool {
        let offset = object.address() - self.base;
        let bit = offset % BLOCK / 16;
        self.block(offset / BLOCK).marks[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// Frees every unmarked object, clears the marks and sets the next threshold. The collection began then.
    pub(super) fn sweep(&mut self, began: Instant) {
        self.free_cells = [0; CLASSES.len()];
        // What was never touched is swept as free.
        self.untouched = NONE_UNTOUCHED;
        self.free_blocks.clear();
        self.free_runs.clear();
        let mut live = outside_bytes();
        let mut index = 0;
        let mut run: Option<(u32, u32)> = None;
        while index < self.top {
            let base = self.base + index * BLOCK;
            let block = self.block(index);
            let step = match block.usage {
                Use::Large => block.extent as usize,
                _ => 1,
            };
            let freed = match block.usage {
                Use::Free => true,
                Use::Large => {
                    let marked = block.marks[0] & (1 << ((FIRST_CELL + 8) / 16)) != 0;
                    block.marks[0] = 0;
                    if marked {
                        live += step * BLOCK;
                    } else {
                        for i in 0..step {
                            self.block(index + i).usage = Use::Free;
                        }
                        // SAFETY: the object is dead; its pages go back to the system.
                        unsafe {
                            libc::madvise(
                                base as *mut libc::c_void,
                                step * BLOCK,
                                libc::MADV_DONTNEED,
                            );
                        }
                    }
                    !marked
                }
                Use::LargeRest => true,
                Use::Cells => {
                    let used = self.sweep_cells(index);
                    live += used;
                    used == 0
                }
            };
            if freed {
                run = match run {
                    Some((start, n)) if start + n == index as u32 => Some((start, n + step as u32)),
                    other => {
                        self.keep_run(other);
                        Some((index as u32, step as u32))
                    }
                };
            }
            index += step;
        }
        self.keep_run(run);
        self.live = live;
        self.totals.bytes = self.totals.bytes.wrapping_add(self.allocated_since as u64);
        self.allocated_since = 0;
        // The next collection comes before the limit is passed by much.
        self.threshold = LEAST_THRESHOLD.max(live.min(self.room()));
        self.totals.collections += 1;
        self.totals.nanoseconds += began.elapsed().as_nanos() as u64;
    }

    /// How much may live besides what does.
    fn room(&mut self) -> usize {
        if self.live < MUCH {
            return MUCH;
        }
        let limit = *self.limit.get_or_insert_with(limit);
        limit.saturating_sub(self.live)
    }

    /// Whether more lives than may.
    pub(super) fn is_full(&mut self) -> bool {
        self.room() == 0
    }

    fn keep_run(&mut self, run: Option<(u32, u32)>) {
        match run {
            Some((start, 1)) => self.free_blocks.push(start),
            Some(run) => self.free_runs.push(run),
            None => {}
        }
    }

    /// Sweeps a block of cells; bytes still in use. A block without any is freed.
    fn sweep_cells(&mut self, index: usize) -> usize {
        let start = self.base + index * BLOCK + FIRST_CELL;
        let block = self.block(index);
        let cell = block.cell_size as usize;
        let class = class_of(cell);
        let count = (BLOCK - FIRST_CELL) / cell;
        let before = self.free_cells[class];
        let mut next = before;
        let mut used = 0;
        for i in (0..count).rev() {
            let header = start + i * cell;
            let bit = (FIRST_CELL + i * cell + 8) / 16;
            if block.marks[bit / 64] & (1 << (bit % 64)) != 0 {
                used += cell;
                continue;
            }
            // SAFETY: an unmarked cell is dead or free: it becomes the head of the free list.
            unsafe {
                *(header as *mut usize) = 0;
                *((header + 8) as *mut usize) = next;
            }
            next = header + 8;
        }
        block.marks = [0; BLOCK / 16 / 64];
        if used == 0 {
            block.usage = Use::Free;
            self.free_cells[class] = before;
        } else {
            self.free_cells[class] = next;
        }
        used
    }
}
