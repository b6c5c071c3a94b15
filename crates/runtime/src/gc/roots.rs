//! Where marking starts: registered root vectors, the interpreter's value stack, remembered
//! objects of images, and address ranges of static tables.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::mark::Marker;
use crate::value::Value;

struct Roots {
    vectors: RefCell<Vec<*const Vec<Option<Value>>>>,
    ranges: RefCell<Vec<(usize, usize)>>,
    remembered: RefCell<BTreeSet<usize>>,
    stack: Stack,
}
// SAFETY: the one thread that runs Julia code owns the roots.
unsafe impl Sync for Roots {}
static ROOTS: Roots = Roots {
    vectors: RefCell::new(Vec::new()),
    ranges: RefCell::new(Vec::new()),
    remembered: RefCell::new(BTreeSet::new()),
    stack: Stack { base: Cell::new(0), top: Cell::new(0), limit: Cell::new(0) },
};

/// A growable list of references that are roots as long as it lives.
pub struct RootVec {
    #[expect(clippy::box_collection, reason = "its address is registered")]
    items: Box<Vec<Option<Value>>>,
}

impl RootVec {
    /// An empty list.
    pub fn new() -> RootVec {
        let items = Box::new(Vec::new());
        ROOTS.vectors.borrow_mut().push(&*items);
        RootVec { items }
    }

    /// A list of these references.
    pub fn of(values: &[Value]) -> RootVec {
        let mut list = RootVec::new();
        list.extend(values.iter().copied());
        list
    }

    /// Appends; returns the index.
    pub fn push(&mut self, value: Value) -> usize {
        self.items.push(Some(value));
        self.items.len() - 1
    }

    /// Appends all.
    pub fn extend(&mut self, values: impl IntoIterator<Item = Value>) {
        self.items.extend(values.into_iter().map(Some));
    }

    /// The references.
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: every item is `Some`, which has the representation of the reference itself.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr().cast(), self.items.len()) }
    }

    /// Keeps the first `n` only.
    pub fn truncate(&mut self, n: usize) {
        self.items.truncate(n);
    }
}

impl Default for RootVec {
    fn default() -> Self {
        RootVec::new()
    }
}

impl Drop for RootVec {
    fn drop(&mut self) {
        let mut vectors = ROOTS.vectors.borrow_mut();
        let this: *const Vec<Option<Value>> = &*self.items;
        if let Some(at) = vectors.iter().rposition(|&v| std::ptr::eq(v, this)) {
            vectors.swap_remove(at);
        }
    }
}

/// The stack of the interpreter's slots and SSA values: a root as a whole.
pub struct Stack {
    base: Cell<usize>,
    top: Cell<usize>,
    limit: Cell<usize>,
}

/// A mapping that slots lie in, and how much of it is in use. Each task has one of its own.
#[derive(Debug)]
pub struct ValueStack {
    base: usize,
    top: usize,
    limit: usize,
}

/// Bytes of address space for the interpreter's value stack.
const STACK_BYTES: usize = 256 << 20;

impl ValueStack {
    /// Maps one of that many bytes; none where the system gives no more.
    pub fn map(bytes: usize) -> Option<ValueStack> {
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
        let base = at as usize;
        (at != libc::MAP_FAILED).then_some(ValueStack { base, top: base, limit: base + bytes })
    }

    /// Empties it, for another task.
    pub fn clear(&mut self) {
        self.top = self.base;
    }

    /// Gives the mapping back.
    pub fn unmap(self) {
        // SAFETY: `map` made it, and nothing runs on it.
        unsafe { libc::munmap(self.base as *mut libc::c_void, self.limit - self.base) };
    }

    /// Marks what its slots in use refer to.
    pub fn mark(&self, marker: &mut Marker<'_>) {
        // SAFETY: the words between base and top are slots of frames in use.
        unsafe { marker.visit_stack(self.base, self.top) };
    }
}

/// The interpreter's value stack.
pub fn value_stack() -> &'static Stack {
    &ROOTS.stack
}

impl Stack {
    /// Pushes `n` undefined slots; none when the stack is full.
    pub fn push_frame(&self, n: usize) -> Option<&'static [Cell<Option<Value>>]> {
        if self.base.get() == 0 {
            self.exchange(ValueStack::map(STACK_BYTES)?);
        }
        let at = self.top.get();
        let end = at + n * 8;
        if end > self.limit.get() {
            return None;
        }
        self.top.set(end);
        // SAFETY: the slots lie in the mapping, above every frame in use.
        unsafe {
            std::ptr::write_bytes(at as *mut u8, 0, n * 8);
            Some(std::slice::from_raw_parts(at as *const Cell<Option<Value>>, n))
        }
    }

    /// Pops the frame that has `n` slots.
    pub fn pop_frame(&self, n: usize) {
        self.top.set(self.top.get() - n * 8);
    }

    /// Puts another task's in place; returns what was there.
    pub fn exchange(&self, other: ValueStack) -> ValueStack {
        ValueStack {
            base: self.base.replace(other.base),
            top: self.top.replace(other.top),
            limit: self.limit.replace(other.limit),
        }
    }

    /// Where the next frame will start; for unwinding.
    pub fn mark(&self) -> usize {
        self.top.get()
    }
}

/// Makes every word of a static table a root. The table holds references or null words.
pub fn register_root_range(start: usize, words: usize) {
    ROOTS.ranges.borrow_mut().push((start, words));
}

/// Remembers an object outside the heap into which a reference was stored.
pub(super) fn remember(owner: Value) {
    ROOTS.remembered.borrow_mut().insert(owner.address());
}

/// The objects of images into which a reference was stored in this process.
pub fn remembered() -> Vec<Value> {
    // SAFETY: remembered objects belong to images, which stay mapped.
    ROOTS.remembered.borrow().iter().map(|&a| unsafe { Value::from_raw(a) }).collect()
}

/// Marks from every registered root.
pub(super) fn mark_all(marker: &mut Marker<'_>) {
    for &vector in ROOTS.vectors.borrow().iter() {
        // SAFETY: a registered vector is alive: dropping it takes it off the list.
        for value in unsafe { &*vector }.iter().flatten() {
            marker.visit(value.address());
        }
    }
    for &(start, words) in ROOTS.ranges.borrow().iter() {
        for i in 0..words {
            // SAFETY: the range was registered as a static table of words.
            marker.visit(unsafe { *(start as *const usize).add(i) });
        }
    }
    let stack = &ROOTS.stack;
    for at in (stack.base.get()..stack.top.get()).step_by(8) {
        // SAFETY: the words between base and top are slots of frames in use.
        marker.visit(unsafe { *(at as *const usize) });
    }
    for &address in ROOTS.remembered.borrow().iter() {
        // SAFETY: remembered objects belong to images, which stay mapped.
        marker.scan(unsafe { Value::from_raw(address) });
    }
}
