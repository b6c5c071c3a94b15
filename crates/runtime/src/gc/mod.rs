//! The collector: a non-moving mark-sweep behind this narrow interface.
//!
//! Objects are found precisely in the heap (by layout descriptors) and conservatively on the stack
//! and in registers, interior pointers included. A collection runs at safepoints only
//! ([`safepoint`]), and only Julia code, interpreted or native, has safepoints: Rust code of the
//! runtime that runs no Julia code may hold references in any place.
//!
//! Objects of images lie outside the heap's address range and are never collected; a store into
//! one is remembered by [`barrier`], and remembered objects are roots.

mod heap;
mod mark;
mod roots;

pub use heap::{
    HEAP_BYTES, Totals, has_memory_for, has_room, heap_base, heap_base_address, is_in_heap,
    live_bytes, outside_allocated, outside_bytes, outside_freed, totals, uncounted,
};
pub use mark::{Marker, set_stack_base, stack_base, with_registers_on_stack};
pub use roots::{RootVec, Stack, ValueStack, register_root_range, remembered, value_stack};

use std::sync::atomic::{AtomicU64, Ordering};

use crate::object::DataType;
use crate::value::{Gc, HeapType, Value};

/// What is to be done at the next safepoint ([`COLLECTION`], [`INTERRUPT`]); native code polls it by address.
pub static WANTED: Flags = Flags(AtomicU64::new(0));

/// A collection should run.
pub const COLLECTION: u64 = 1;
/// Ctrl-C was pressed; see [`crate::interrupts`].
pub const INTERRUPT: u64 = 2;

/// A word of flags that native code polls. A signal handler may set some, too.
pub struct Flags(AtomicU64);

impl Flags {
    /// Whether any is set.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed) != 0
    }
    /// Sets some.
    pub fn set(&self, flags: u64) {
        self.0.fetch_or(flags, Ordering::Relaxed);
    }
    /// Clears some.
    pub fn clear(&self, flags: u64) {
        self.0.fetch_and(!flags, Ordering::Relaxed);
    }
    /// Where they are, for native code.
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }
}

/// A new object of this type with a zeroed payload of `size` bytes.
pub fn allocate(ty: Gc<DataType>, size: usize) -> Value {
    heap::allocate(ty, size)
}

/// A new object of the type that `T` describes, zeroed.
pub fn allocate_struct<T: HeapType>() -> Gc<T> {
    heap::allocate(T::datatype(), size_of::<T>()).cast_unchecked()
}

/// To be called after every store of a reference into `owner`.
#[inline]
pub fn barrier(owner: Value) {
    if !is_in_heap(owner.address()) {
        roots::remember(owner);
    }
}

/// Whether more lives than the memory has room for, as the last collection found.
pub fn is_full() -> bool {
    heap::with(heap::Heap::is_full)
}

/// A point at which a collection may run; whether one did. Called by code that runs Julia code.
#[inline]
pub fn safepoint() -> bool {
    let wanted = WANTED.0.load(Ordering::Relaxed) & COLLECTION != 0;
    if wanted {
        collect();
    }
    wanted
}

/// Collects now, as the program asks: what the interpreter's frames no longer want is dropped first.
pub fn collect_fully() {
    crate::interpreter::trace::clear_unwanted();
    collect();
}

/// Collects now. The caller holds no reference outside the stack and the registered roots. Finalizers of what died
/// wait for [`crate::finalizers::run`].
#[inline(never)]
pub fn collect() {
    WANTED.clear(COLLECTION);
    mark::collect();
}

/// Switches collections off (`false`) or on; returns what it was. Julia's `GC.enable`.
pub fn enable(on: bool) -> bool {
    heap::enable(on)
}

/// Reserves the heap. Called once by [`crate::init`].
pub(crate) fn init() {
    heap::init();
}
