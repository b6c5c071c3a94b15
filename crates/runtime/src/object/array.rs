//! `Array{T,N}` and the buffers that hold the elements.
//!
//! An array refers to an owner (its buffer, or a `String` whose bytes it shares; none when it wraps
//! foreign memory) and holds the address of its first element inside it. Elements are stored inline
//! when their type is plain data, else as references.

use std::cell::Cell;

use super::{DataType, JuliaString};
use crate::gc;
use crate::known::known;
use crate::types;
use crate::value::{Field, Gc, HeapType, Value};

/// The fixed part of an array; its dimensions (one word each) follow.
#[repr(C)]
pub struct Array {
    /// Address of the first element.
    pub data: Cell<usize>,
    /// The object in which the elements lie; none for foreign memory.
    pub owner: Field<Option<Value>>,
    /// Number of elements: the product of the dimensions.
    pub length: Cell<usize>,
}

/// Byte offset of the first dimension in an array's payload.
pub const ARRAY_DIMS: usize = size_of::<Array>();

/// The storage of an array: its length in elements, then (16-byte aligned) the elements.
#[repr(C)]
pub struct Buffer {
    length: usize,
    reserved: usize,
}

impl HeapType for Array {
    fn datatype() -> Gc<DataType> {
        known().vector_any
    }
    fn matches(ty: Gc<DataType>) -> bool {
        ty.name.get() == known().array_name
    }
}

impl HeapType for Buffer {
    fn datatype() -> Gc<DataType> {
        known().buffer_any
    }
    fn matches(ty: Gc<DataType>) -> bool {
        ty.name.get() == known().buffer_name
    }
}

impl Buffer {
    /// A buffer type's element type.
    pub fn type_of(element: Value) -> Gc<DataType> {
        types::buffer_type(element)
    }

    /// A zeroed buffer for `length` elements.
    pub fn new(ty: Gc<DataType>, length: usize) -> Gc<Buffer> {
        let size = ty.layout.get().map_or(8, |l| l.element_size as usize);
        let object = gc::allocate(ty, size_of::<Buffer>() + size * length);
        // SAFETY: the first word of the payload is the length.
        unsafe { object.write(0, length) };
        object.cast_unchecked()
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The elements of a buffer of references.
    pub fn references(&self) -> &[Option<Value>] {
        // SAFETY: only called where the layout says that the elements are references.
        unsafe { std::slice::from_raw_parts((self as *const Buffer).add(1).cast(), self.length) }
    }
}

impl Gc<Buffer> {
    /// Address of the first element.
    pub fn data(self) -> usize {
        self.address() + size_of::<Buffer>()
    }
}

impl Array {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.length.get()
    }
    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.length.get() == 0
    }
}

impl Gc<Array> {
    /// The type of the elements.
    pub fn element_type(self) -> Value {
        self.value().datatype().parameters.get().items()[0]
    }

    /// Number of dimensions.
    pub fn dimensions(self) -> usize {
        (self.value().datatype().size() - ARRAY_DIMS) / 8
    }

    /// Size along a dimension, counted from zero; 1 beyond the last.
    pub fn dim(self, index: usize) -> usize {
        if index >= self.dimensions() {
            return 1;
        }
        // SAFETY: the dimensions follow the fixed part.
        unsafe { self.value().read(ARRAY_DIMS + index * 8) }
    }

    /// Sets the size along a dimension; the caller keeps `length` in step.
    pub fn set_dim(self, index: usize, size: usize) {
        debug_assert!(index < self.dimensions());
        // SAFETY: the dimensions follow the fixed part.
        unsafe { self.value().write(ARRAY_DIMS + index * 8, size) }
    }

    /// Whether elements are references.
    pub fn has_references(self) -> bool {
        !types::is_stored_inline(self.element_type())
    }

    /// Bytes per element.
    pub fn element_size(self) -> usize {
        let element = self.element_type();
        if types::is_stored_inline(element) {
            element.cast_unchecked::<DataType>().size()
        } else {
            8
        }
    }

    /// A new array of this type and these dimensions with zeroed elements.
    pub fn new(ty: Gc<DataType>, dims: &[usize]) -> Gc<Array> {
        let array: Gc<Array> = gc::allocate(ty, ARRAY_DIMS + dims.len() * 8).cast_unchecked();
        let length: usize = dims.iter().product();
        let buffer = Buffer::new(Buffer::type_of(array.element_type()), length);
        array.owner.set(array, Some(buffer.value()));
        array.data.set(buffer.data());
        array.length.set(length);
        for (i, &d) in dims.iter().enumerate() {
            array.set_dim(i, d);
        }
        array
    }

    /// A `Vector{Any}` of these references.
    pub fn vector_of_any(items: &[Value]) -> Gc<Array> {
        let array = Gc::<Array>::new(known().vector_any, &[items.len()]);
        for (i, &item) in items.iter().enumerate() {
            array.set_reference(i, Some(item));
        }
        array
    }

    /// The elements of an array of references.
    pub fn references(self) -> &'static [Option<Value>] {
        debug_assert!(self.has_references());
        // SAFETY: `length` references stand at `data`; the caller uses the slice before anything
        // can grow or free the array.
        unsafe { std::slice::from_raw_parts(self.data.get() as *const _, self.length.get()) }
    }

    /// The reference at an index of an array of references; none if undefined.
    pub fn reference(self, index: usize) -> Option<Value> {
        self.references().get(index).copied().flatten()
    }

    /// Stores a reference in an array of references. The index is in bounds.
    pub fn set_reference(self, index: usize, item: Option<Value>) {
        assert!(index < self.length.get(), "array index out of bounds");
        // SAFETY: the index is in bounds and the elements are references.
        unsafe { *(self.data.get() as *mut Option<Value>).add(index) = item };
        gc::barrier(self.owner.get().unwrap_or(self.value()));
    }

    /// Number of elements that fit between `data` and the end of the owner.
    pub fn capacity(self) -> usize {
        let Some(owner) = self.owner.get() else { return self.length.get() };
        let size = self.element_size().max(1);
        if let Some(buffer) = owner.cast::<Buffer>() {
            let end = buffer.data() + buffer.len() * self.element_size();
            return if self.element_size() == 0 {
                usize::MAX
            } else {
                (end - self.data.get()) / size
            };
        }
        match owner.cast::<JuliaString>() {
            Some(s) => (s.data() as usize + s.len() - self.data.get()) / size,
            None => self.length.get(),
        }
    }

    /// Number of elements that fit between the start of the owner and `data`.
    pub fn front_capacity(self) -> usize {
        match self.owner.get().and_then(|o| o.cast::<Buffer>()) {
            Some(b) if self.element_size() > 0 => {
                (self.data.get() - b.data()) / self.element_size()
            }
            _ => 0,
        }
    }

    /// Appends a reference to a one-dimensional array of references.
    pub fn push_reference(self, item: Value) {
        crate::arrays::grow_end(self, 1);
        self.set_reference(self.length.get() - 1, Some(item));
    }
}
