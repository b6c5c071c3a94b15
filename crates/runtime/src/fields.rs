//! Reading, writing and making structs through their layout descriptors.

use crate::gc;
use crate::known::known;
use crate::layout::{FieldLayout, Kind};
use crate::object::{DataType, box_bool, box_int64};
use crate::types;
use crate::value::{Gc, Value};

/// A value of plain-data type `ty` copied from memory. Singletons and Bools are not copied.
///
/// # Safety
/// The memory holds an object of that type.
pub unsafe fn load_bits(ty: Gc<DataType>, from: *const u8) -> Value {
    if let Some(instance) = ty.instance.get() {
        return instance;
    }
    let k = known();
    // SAFETY: the memory holds an object of this type, by the caller's promise.
    unsafe {
        if ty == k.bool {
            return box_bool(*from != 0);
        }
        if ty == k.int64 {
            return box_int64(from.cast::<i64>().read_unaligned());
        }
        let size = ty.size();
        let object = gc::allocate(ty, size);
        std::ptr::copy_nonoverlapping(from, object.payload(), size);
        object
    }
}

/// The layout of a field, if the type has a layout and the index is in bounds.
pub fn field_layout(ty: Gc<DataType>, index: usize) -> Option<FieldLayout> {
    let layout = ty.layout.get()?;
    (layout.kind == Kind::Fields || layout.kind == Kind::WeakRef)
        .then(|| layout.fields().get(index).copied())
        .flatten()
}

/// The type of a field.
pub fn field_type(ty: Gc<DataType>, index: usize) -> Option<Value> {
    ty.types.get()?.get(index)
}

/// The value of field `index` (from 0); none if it is undefined or out of bounds.
pub fn get_nth(object: Value, index: usize) -> Option<Value> {
    let ty = object.datatype();
    let field = field_layout(ty, index)?;
    let at = field.offset as usize;
    // SAFETY: the descriptor says what stands there.
    unsafe {
        if field.is_pointer {
            object.read_pointer(at)
        } else {
            let ft = field_type(ty, index)?.cast::<DataType>()?;
            Some(load_bits(ft, object.payload().add(at)))
        }
    }
}

/// Stores a value of the right type into field `index` (from 0), which is in bounds.
pub fn set_nth(object: Value, index: usize, value: Value) {
    let ty = object.datatype();
    let Some(field) = field_layout(ty, index) else { return };
    store(object, field, value);
}

fn store(object: Value, field: FieldLayout, value: Value) {
    let at = field.offset as usize;
    // SAFETY: the descriptor says what stands there, and the value is of the field's type.
    unsafe {
        if field.is_pointer {
            object.write_pointer(at, Some(value));
        } else {
            std::ptr::copy_nonoverlapping(
                value.payload(),
                object.payload().add(at),
                field.size as usize,
            );
        }
    }
}

/// A new instance of a concrete type with these leading fields; the others are undefined (zero).
/// The values are of the fields' types.
pub fn new_struct(ty: Gc<DataType>, values: &[Value]) -> Value {
    if let Some(instance) = ty.instance.get() {
        return instance;
    }
    let object = gc::allocate(ty, ty.size());
    if let Some(layout) = ty.layout.get() {
        for (field, &value) in layout.fields().iter().zip(values) {
            store(object, *field, value);
        }
    }
    object
}

/// Index (from 0) of a field by name.
pub fn field_index(ty: Gc<DataType>, name: Value) -> Option<usize> {
    ty.field_names().raw_items().iter().position(|&n| n == Some(name))
}

/// A tuple of these values.
pub fn new_tuple(values: &[Value]) -> Value {
    if values.is_empty() {
        return known().empty_tuple;
    }
    let types: Vec<Value> = values.iter().map(|v| v.datatype().value()).collect();
    new_struct(types::tuple_type(&types), values)
}

/// A copy of an immutable object of plain data, or the object itself.
pub fn copy_bits(value: Value) -> Value {
    let ty = value.datatype();
    if ty.is_bits() && ty.instance.get().is_none() {
        // SAFETY: the payload holds an object of its own type.
        return unsafe { load_bits(ty, value.payload()) };
    }
    value
}
