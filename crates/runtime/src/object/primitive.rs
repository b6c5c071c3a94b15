//! Boxes of plain data, and the small mutable cells `Core.Box` and `WeakRef`.

use super::{DataType, heap_struct};
use crate::gc;
use crate::known::known;
use crate::value::{Field, Gc, Value};

/// A new object of a plain-data type with these payload bytes.
pub fn new_bits<T: Copy>(ty: Gc<DataType>, data: T) -> Value {
    let object = gc::allocate(ty, size_of::<T>());
    // SAFETY: the payload has the size of the data.
    unsafe { object.write(0, data) };
    object
}

macro_rules! boxes {
    ($($name:ident($ty:ty) $known:ident;)*) => {$(
        /// A box of this value.
        pub fn $name(data: $ty) -> Value {
            new_bits(known().$known, data)
        }
    )*};
}
boxes! {
    box_int32(i32) int32;
    box_uint8(u8) uint8;
    box_uint32(u32) uint32;
    box_uint64(u64) uint64;
    box_float32(f32) float32;
    box_float64(f64) float64;
    box_char(u32) char;
}

/// A box of this value; small ones are shared.
pub fn box_int64(data: i64) -> Value {
    match crate::known::small_int(data) {
        Some(shared) => shared,
        None => new_bits(known().int64, data),
    }
}

/// `true` or `false`.
pub fn box_bool(data: bool) -> Value {
    if data { known().true_ } else { known().false_ }
}

/// A `Ptr{Cvoid}`.
pub fn box_pointer(address: usize) -> Value {
    new_bits(known().void_pointer, address)
}

/// The number in an `Int64` box.
pub fn unbox_int64(value: Value) -> Option<i64> {
    // SAFETY: an `Int64` has eight bytes of payload.
    (value.datatype() == known().int64).then(|| unsafe { value.read(0) })
}

heap_struct! {
    /// `Core.Box`: a captured variable that is assigned after its capture.
    pub struct CoreBox = "Box", known core_box, mutable true {
        /// What it holds; undefined before the first assignment.
        contents: Field<Option<Value>> => "contents": any,
    }
}

heap_struct! {
    /// A reference that does not keep its target alive.
    pub struct WeakRef = "WeakRef", known weak_ref, mutable true {
        /// The target, or `nothing` once it was collected.
        target: Field<Option<Value>> => "value": any,
    }
}

impl WeakRef {
    /// Forgets the target if `dead` says so.
    pub(crate) fn clear_if(&self, dead: impl FnOnce(Value) -> bool) {
        if let Some(target) = self.target.get()
            && dead(target)
        {
            let nothing = known().nothing;
            self.target.set(nothing, Some(nothing));
        }
    }
}
