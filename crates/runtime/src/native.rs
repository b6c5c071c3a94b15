//! What native code and its emitter need to know of the runtime: addresses of variables, offsets in
//! objects, bytes of constants. The functions that native code calls are in
//! `runtime_calls::native`.

use crate::interpreter::limits;
use crate::object::Binding;
use crate::value::Value;
use crate::{error, gc, runtime_calls, world};

/// Byte offset of the value in a binding.
pub const BINDING_VALUE: usize = std::mem::offset_of!(Binding, value);
/// Byte offset of an array's element address.
pub const ARRAY_DATA: usize = 0;
/// Byte offset of an array's owner.
pub const ARRAY_OWNER: usize = 8;
/// Byte offset of an array's length.
pub const ARRAY_LENGTH: usize = 16;
/// Byte offset of an array's first dimension.
pub const ARRAY_DIMENSIONS: usize = 24;

const _: () = {
    assert!(std::mem::offset_of!(crate::object::Array, data) == ARRAY_DATA);
    assert!(std::mem::offset_of!(crate::object::Array, owner) == ARRAY_OWNER);
    assert!(std::mem::offset_of!(crate::object::Array, length) == ARRAY_LENGTH);
    assert!(size_of::<crate::object::Array>() == ARRAY_DIMENSIONS);
};

/// One byte of an object's payload, which has that many.
pub fn payload_byte(value: Value, index: usize) -> u8 {
    // SAFETY: the caller asks for bytes below the size of the object's type.
    unsafe { value.read::<u8>(index) }
}

/// The reference at a byte offset of the payload of an object whose layout has one there.
pub fn payload_reference(value: Value, offset: usize) -> Option<Value> {
    // SAFETY: the caller took the offset from the layout of the object's type.
    unsafe { value.read_pointer(offset) }
}

/// The low bytes of a scalar at a byte offset of an object's payload; zero above.
pub fn payload_scalar(value: Value, offset: usize, bytes: usize) -> u128 {
    let mut out = [0u8; 16];
    for (i, byte) in out.iter_mut().enumerate().take(bytes) {
        *byte = payload_byte(value, offset + i);
    }
    u128::from_le_bytes(out)
}

/// Writes the low bytes of a scalar, or a reference, into the payload of a new object of the heap.
pub fn set_payload_scalar(value: Value, offset: usize, bytes: usize, bits: u64) {
    for (i, &byte) in bits.to_le_bytes().iter().enumerate().take(bytes) {
        // SAFETY: the caller took offset and size from the layout of the object's type.
        unsafe { value.write::<u8>(offset + i, byte) };
    }
}

/// The object that native code holds a reference to.
pub fn object_at(address: u64) -> Option<Value> {
    // SAFETY: native code holds addresses of objects, and zero for none.
    unsafe { Value::from_raw_nullable(address as usize) }
}

/// The address of a variable of the runtime, by the name that typed IR uses.
pub fn data_address(name: &str) -> Option<usize> {
    Some(match name {
        "stack_limit" => limits::address(),
        "safepoint_flag" => gc::WANTED.address(),
        "pending_exception" => error::pending_address(),
        "task_world" => world::task_world_address(),
        "heap_base" => gc::heap_base_address(),
        _ => return None,
    })
}

/// The address of a function of the runtime, by name.
pub fn function_address(name: &str) -> Option<usize> {
    runtime_calls::address_of(name)
}
