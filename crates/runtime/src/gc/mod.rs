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

pub use heap::{HEAP_BYTES, heap_base, heap_base_address, is_in_heap, live_bytes};
pub use mark::{Marker, set_stack_base, stack_base, with_registers_on_stack};
pub use roots::{RootVec, Stack, ValueStack, register_root_range, remembered, value_stack};

use std::cell::Cell;

use crate::object::DataType;
use crate::value::{Gc, HeapType, Value};

/// Set when a collection should run at the next safepoint; native code polls it by address.
pub static WANTED: Flag = Flag(Cell::new(0));

/// A flag that the one thread that runs Julia code reads and writes; native code polls the word.
pub struct Flag(Cell<u64>);
// SAFETY: only the thread that runs Julia code touches it (one runtime, one thread).
unsafe impl Sync for Flag {}

impl Flag {
    /// Reads the flag.
    pub fn get(&self) -> bool {
        self.0.get() != 0
    }
    /// Writes the flag.
    pub fn set(&self, on: bool) {
        self.0.set(u64::from(on));
    }
    /// Where the flag is, for native code.
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

/// A point at which a collection may run. Called by code that runs Julia code.
#[inline]
pub fn safepoint() {
    if WANTED.get() {
        collect();
    }
}

/// Collects now. The caller holds no reference outside the stack and the registered roots.
#[inline(never)]
pub fn collect() {
    WANTED.set(false);
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
