//! `SimpleVector`: a fixed number of references, used for all of the runtime's own tables.

use crate::gc;
use crate::known::known;
use crate::value::{Gc, HeapType, Value};

/// The length word; the references follow it.
#[repr(C)]
pub struct SimpleVector {
    length: usize,
}

impl HeapType for SimpleVector {
    fn datatype() -> Gc<super::DataType> {
        known().simple_vector
    }
}

impl SimpleVector {
    /// A vector of these references.
    pub fn new(items: &[Value]) -> Gc<SimpleVector> {
        let vector = SimpleVector::undefined(items.len());
        for (i, &item) in items.iter().enumerate() {
            vector.set(i, Some(item));
        }
        vector
    }

    /// A vector of `length` undefined references.
    pub fn undefined(length: usize) -> Gc<SimpleVector> {
        if length == 0
            && let Some(empty) = crate::known::empty_svec()
        {
            return empty;
        }
        let object = gc::allocate(known().simple_vector, 8 + length * 8);
        // SAFETY: the first word of the payload is the length.
        unsafe { object.write(0, length) };
        object.cast_unchecked()
    }

    /// Number of references.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The references, undefined ones included.
    pub fn raw_items(&self) -> &[Option<Value>] {
        // SAFETY: `length` references follow the length word.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const SimpleVector).add(1).cast::<Option<Value>>(),
                self.length,
            )
        }
    }

    /// The references of a vector in which all are defined, as type parameters are.
    pub fn items(&self) -> &[Value] {
        debug_assert!(self.raw_items().iter().all(Option::is_some));
        // SAFETY: as above; `Some(value)` has the representation of the value.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const SimpleVector).add(1).cast::<Value>(),
                self.length,
            )
        }
    }

    /// The reference at an index; none if undefined or out of bounds.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.raw_items().get(index).copied().flatten()
    }
}

impl Gc<SimpleVector> {
    /// Stores a reference. The index is in bounds.
    pub fn set(self, index: usize, item: Option<Value>) {
        assert!(index < self.length, "svec index out of bounds");
        // SAFETY: the index is in bounds.
        unsafe { self.value().write_pointer(8 + index * 8, item) };
    }
}
