//! Marking: from the roots through layout descriptors.

use std::collections::HashSet;
use std::time::Instant;

use super::heap::{self, Heap, is_in_heap};
use super::roots;
use crate::finalizers;
use crate::layout::Kind;
use crate::object::{Array, Buffer, SimpleVector, WeakRef};
use crate::tasks;
use crate::value::Value;

/// Highest address of the stack of the thread that runs Julia code.
static STACK_BASE: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// Tells the collector where the stack of the thread that runs Julia code begins.
pub fn set_stack_base(address: usize) {
    STACK_BASE.store(address, std::sync::atomic::Ordering::Relaxed);
}

/// Where the stack of the running task begins.
pub fn stack_base() -> usize {
    STACK_BASE.load(std::sync::atomic::Ordering::Relaxed)
}

/// Puts the callee-saved registers on the stack while `f` runs, which gets the address from which the
/// stack then holds every reference of this function's callers.
#[inline(never)]
pub fn with_registers_on_stack<R>(f: impl FnOnce(usize) -> R) -> R {
    let mut registers = [0usize; 16];
    // SAFETY: stores the callee-saved registers into an array that is large enough.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        std::arch::asm!(
            "mov [{r}], rbx", "mov [{r} + 8], rbp", "mov [{r} + 16], r12",
            "mov [{r} + 24], r13", "mov [{r} + 32], r14", "mov [{r} + 40], r15",
            r = in(reg) registers.as_mut_ptr(),
        );
        #[cfg(target_arch = "aarch64")]
        std::arch::asm!(
            "stp x19, x20, [{r}]", "stp x21, x22, [{r}, #16]", "stp x23, x24, [{r}, #32]",
            "stp x25, x26, [{r}, #48]", "stp x27, x28, [{r}, #64]", "str x29, [{r}, #80]",
            r = in(reg) registers.as_mut_ptr(),
        );
    }
    let registers = std::hint::black_box(registers);
    let result = f(registers.as_ptr() as usize & !7);
    // They stay where they are until here.
    std::hint::black_box(&registers);
    result
}

/// Calls `visit` with every word of a stack from an address to its base.
///
/// # Safety
/// The words are mapped and readable.
unsafe fn for_each_word(from: usize, base: usize, visit: &mut dyn FnMut(usize)) {
    for at in (from & !7..base).step_by(8) {
        // SAFETY: by the caller's promise.
        visit(unsafe { std::ptr::read_volatile(at as *const usize) });
    }
}

pub(super) fn collect() {
    heap::with(|h| {
        if !h.enabled {
            return;
        }
        let began = Instant::now();
        let mut marker = Marker { heap: h, pending: Vec::new(), weak: Vec::new(), revived: None };
        roots::mark_all(&mut marker);
        with_registers_on_stack(|from| {
            // SAFETY: between this frame and its base the running task's stack is mapped.
            unsafe { for_each_word(from, stack_base(), &mut |word| marker.visit(word)) };
        });
        marker.drain();
        // A task that waits keeps what its stack refers to, if the task itself is kept.
        while tasks::mark_waiting(&mut marker) {
            marker.drain();
        }
        // As in Julia, weak references end before finalizers make their objects reachable again.
        let weak = std::mem::take(&mut marker.weak);
        for reference in weak {
            reference.clear_if(|target| !marker.is_kept(target));
        }
        finalizers::part(|object| marker.is_kept(object));
        marker.revived = Some(HashSet::new());
        finalizers::mark(&mut marker);
        marker.drain();
        while tasks::mark_waiting(&mut marker) {
            marker.drain();
        }
        tasks::forget(|task| !marker.is_kept(task));
        let (weak, revived) = (std::mem::take(&mut marker.weak), marker.revived.take());
        for reference in weak {
            reference.clear_if(|target| {
                let revived = revived.as_ref().is_some_and(|r| r.contains(&target.address()));
                revived || !marker.is_kept(target)
            });
        }
        finalizers::clear_numbers(|object| marker.is_kept(object));
        crate::egal::forget_identities(|address| {
            // SAFETY: a number was given to an object, whose cell is still there, dead or alive.
            is_in_heap(address) && !h.is_marked(unsafe { Value::from_raw(address) })
        });
        h.sweep(began);
    });
}

/// The state of marking.
pub struct Marker<'h> {
    heap: &'h mut Heap,
    pending: Vec<Value>,
    weak: Vec<crate::value::Gc<WeakRef>>,
    /// Where only finalizers reach: what they made reachable again.
    revived: Option<HashSet<usize>>,
}

impl Marker<'_> {
    /// Marks the object that a word points to or into, if any.
    pub fn visit(&mut self, word: usize) {
        if let Some(object) = self.heap.find(word)
            && self.heap.mark(object)
        {
            self.marked(object);
        }
    }

    /// Marks what the words of a stack from an address to its base point to.
    ///
    /// # Safety
    /// The words are mapped and readable.
    pub unsafe fn visit_stack(&mut self, from: usize, base: usize) {
        // SAFETY: by the caller's promise.
        unsafe { for_each_word(from, base, &mut |word| self.visit(word)) };
    }

    /// Whether an object was marked, or belongs to an image.
    pub fn is_kept(&self, object: Value) -> bool {
        !is_in_heap(object.address()) || self.heap.is_marked(object)
    }

    /// Marks an object.
    pub fn reference(&mut self, object: Value) {
        if is_in_heap(object.address()) && self.heap.mark(object) {
            self.marked(object);
        }
    }

    fn marked(&mut self, object: Value) {
        if let Some(revived) = &mut self.revived {
            revived.insert(object.address());
        }
        self.pending.push(object);
    }

    fn drain(&mut self) {
        while let Some(object) = self.pending.pop() {
            self.scan(object);
        }
    }

    /// Marks what an object refers to.
    pub(super) fn scan(&mut self, object: Value) {
        let ty = object.datatype();
        self.reference(ty.value());
        // While the runtime boots, a type may not have its layout yet; its objects are then
        // reachable from nothing that a collection would free.
        let Some(layout) = ty.layout.get() else { return };
        match layout.kind {
            Kind::Fields => {
                for &word in layout.pointers() {
                    // SAFETY: the descriptor says that a reference or null stands there.
                    if let Some(value) = unsafe { object.read_pointer(word as usize * 8) } {
                        self.reference(value);
                    }
                }
            }
            Kind::SimpleVector => {
                for value in object.cast_unchecked::<SimpleVector>().raw_items().iter().flatten() {
                    self.reference(*value);
                }
            }
            Kind::Array => {
                let array = object.cast_unchecked::<Array>();
                if let Some(owner) = array.owner.get() {
                    self.reference(owner);
                }
            }
            Kind::Buffer => {
                if layout.element_is_pointer {
                    for value in object.cast_unchecked::<Buffer>().references().iter().flatten() {
                        self.reference(*value);
                    }
                }
            }
            Kind::WeakRef => self.weak.push(object.cast_unchecked()),
            Kind::String | Kind::Symbol | Kind::Layout => {}
        }
    }
}
