//! References to heap objects.
//!
//! A [`Value`] is Julia's `jl_value_t*`: the address of an object's payload. The word before the
//! payload is the header, the object's type (a [`DataType`]) and nothing else: mark bits lie beside
//! the heap. A [`Gc<T>`] is a `Value` whose type is known to be the one that `T` describes.
//!
//! Pointer fields of heap structs are [`Field`]s. Every store passes [`Field::set`], and so the one
//! write barrier; plain data fields are [`Cell`]s.
//!
//! A reference stays valid while the object is reachable from a root at every safepoint. Rust code
//! that runs no Julia code meets no safepoint, so it may keep references wherever it likes; code
//! that does run Julia code keeps them on the stack (scanned conservatively) or in a
//! [`crate::gc::RootVec`].

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::gc;
use crate::object::DataType;

/// A reference to any heap object.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Value(NonNull<u8>);

/// A reference to a heap object of the type that `T` describes.
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>);

impl<T> Clone for Gc<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Gc<T> {}
impl<T> PartialEq for Gc<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Gc<T> {}
impl<T> std::hash::Hash for Gc<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::debug::write_value(f, self.value())
    }
}
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::debug::write_value(f, *self)
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: a `Gc<T>` is only made from an object of the type that `T` describes, which is
        // alive by the rule of this module; its mutable fields are cells.
        unsafe { self.0.as_ref() }
    }
}

/// A heap struct: a Rust type with the layout of one Julia type.
pub trait HeapType {
    /// The Julia type of such objects.
    fn datatype() -> Gc<DataType>;
    /// Whether an object with this type (header) is one. Overridden by parametric types.
    fn matches(ty: Gc<DataType>) -> bool {
        ty == Self::datatype()
    }
}

impl Value {
    /// The reference with this address.
    ///
    /// # Safety
    /// The address is that of the payload of a live heap object.
    pub unsafe fn from_raw(address: usize) -> Value {
        // SAFETY: payload addresses are never null, by the caller's promise.
        Value(unsafe { NonNull::new_unchecked(address as *mut u8) })
    }

    /// The reference with this address, or none for zero.
    ///
    /// # Safety
    /// The address is zero or that of the payload of a live heap object.
    pub unsafe fn from_raw_nullable(address: usize) -> Option<Value> {
        NonNull::new(address as *mut u8).map(Value)
    }

    /// The address of the payload.
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The payload.
    pub fn payload(self) -> *mut u8 {
        self.0.as_ptr()
    }

    /// The object's type, from its header.
    pub fn datatype(self) -> Gc<DataType> {
        // SAFETY: every object has a header word before its payload that holds its type.
        unsafe { *self.0.as_ptr().cast::<Gc<DataType>>().sub(1) }
    }

    /// This object as a `T`, if it is one.
    pub fn cast<T: HeapType>(self) -> Option<Gc<T>> {
        T::matches(self.datatype()).then(|| self.cast_unchecked())
    }

    /// Whether this object is a `T`.
    pub fn is<T: HeapType>(self) -> bool {
        T::matches(self.datatype())
    }

    /// This object as a `T`, which the caller knows it to be.
    pub fn cast_unchecked<T>(self) -> Gc<T> {
        Gc(self.0.cast())
    }

    /// Reads plain data at a byte offset of the payload.
    ///
    /// # Safety
    /// The object's payload holds an initialized `T` there.
    pub unsafe fn read<T: Copy>(self, offset: usize) -> T {
        // SAFETY: by the caller's promise.
        unsafe { self.0.as_ptr().add(offset).cast::<T>().read_unaligned() }
    }

    /// Writes plain data (no references) at a byte offset of the payload.
    ///
    /// # Safety
    /// The object's payload has room for a `T` there.
    pub unsafe fn write<T: Copy>(self, offset: usize, data: T) {
        // SAFETY: by the caller's promise.
        unsafe { self.0.as_ptr().add(offset).cast::<T>().write_unaligned(data) }
    }

    /// The reference at a byte offset of the payload; none if undefined.
    ///
    /// # Safety
    /// The object's layout has a pointer there.
    pub unsafe fn read_pointer(self, offset: usize) -> Option<Value> {
        // SAFETY: by the caller's promise; an undefined field is a null word.
        unsafe { *self.0.as_ptr().add(offset).cast::<Option<Value>>() }
    }

    /// Stores a reference at a byte offset of the payload, through the barrier.
    ///
    /// # Safety
    /// The object's layout has a pointer there.
    pub unsafe fn write_pointer(self, offset: usize, value: Option<Value>) {
        // SAFETY: by the caller's promise.
        unsafe { *self.0.as_ptr().add(offset).cast::<Option<Value>>() = value };
        gc::barrier(self);
    }
}

impl<T> Gc<T> {
    /// The untyped reference.
    pub fn value(self) -> Value {
        Value(self.0.cast())
    }

    /// The address of the payload.
    pub fn address(self) -> usize {
        self.0.as_ptr() as usize
    }

    /// The payload.
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// A reference for tables that are filled while the runtime boots; never dereferenced.
    pub const fn dangling() -> Gc<T> {
        Gc(NonNull::dangling())
    }
}

impl<T> From<Gc<T>> for Value {
    fn from(object: Gc<T>) -> Value {
        object.value()
    }
}

/// What a pointer field may hold: a `Value`, a `Gc<T>`, or an option of one.
pub trait Reference: Copy {}
impl Reference for Value {}
impl<T> Reference for Gc<T> {}
impl Reference for Option<Value> {}
impl<T> Reference for Option<Gc<T>> {}

/// A pointer field of a heap struct. `Field<Option<_>>` may be undefined.
#[repr(transparent)]
pub struct Field<R: Reference>(Cell<R>, PhantomData<*mut u8>);

impl<R: Reference> Field<R> {
    /// What the field refers to.
    pub fn get(&self) -> R {
        self.0.get()
    }

    /// Makes the field of `owner` refer to `reference`.
    pub fn set(&self, owner: impl Into<Value>, reference: R) {
        self.0.set(reference);
        gc::barrier(owner.into());
    }
}

impl fmt::Display for Gc<crate::object::Symbol> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
