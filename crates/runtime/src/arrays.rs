//! Growing, shrinking and indexing arrays.

use crate::fields;
use crate::known::known;
use crate::object::{Array, Buffer, DataType, JuliaString};
use crate::value::{Gc, Value};

/// Moves the elements into a buffer with room for `capacity` elements, `front` of them before the
/// first.
fn reallocate(array: Gc<Array>, front: usize, capacity: usize) {
    let size = array.element_size();
    let buffer = Buffer::new(Buffer::type_of(array.element_type()), capacity);
    let data = buffer.data() + front * size;
    // SAFETY: the new buffer has room for `front` and all present elements.
    unsafe {
        std::ptr::copy_nonoverlapping(
            array.data.get() as *const u8,
            data as *mut u8,
            array.len() * size,
        );
    }
    array.owner.set(array, Some(buffer.value()));
    array.data.set(data);
}

fn set_length(array: Gc<Array>, length: usize) {
    array.length.set(length);
    if array.dimensions() == 1 {
        array.set_dim(0, length);
    }
}

fn zero(array: Gc<Array>, start: usize, count: usize) {
    let size = array.element_size();
    // SAFETY: the elements lie within the array's storage.
    unsafe {
        std::ptr::write_bytes((array.data.get() + start * size) as *mut u8, 0, count * size);
    }
}

/// Appends `count` zeroed (undefined) elements.
pub fn grow_end(array: Gc<Array>, count: usize) {
    let length = array.len();
    let needed = length + count;
    let is_string = array.owner.get().is_some_and(|o| o.is::<JuliaString>());
    if needed > array.capacity() || is_string {
        let grown = if length < 4 { 4 } else { length + length / 2 };
        let front = array.front_capacity().min(length);
        reallocate(array, front, front + needed.max(grown));
    } else {
        zero(array, length, count);
    }
    set_length(array, needed);
}

/// Removes the last `count` elements.
pub fn delete_end(array: Gc<Array>, count: usize) {
    let length = array.len() - count;
    zero(array, length, count);
    set_length(array, length);
}

/// Inserts `count` undefined elements at the front.
pub fn grow_front(array: Gc<Array>, count: usize) {
    let length = array.len();
    let size = array.element_size();
    if array.front_capacity() < count {
        let front = count + length / 2 + 4;
        reallocate(array, front, front + length + length / 4 + 4);
    }
    array.data.set(array.data.get() - count * size);
    set_length(array, length + count);
    zero(array, 0, count);
}

/// Removes the first `count` elements.
pub fn delete_front(array: Gc<Array>, count: usize) {
    zero(array, 0, count);
    array.data.set(array.data.get() + count * array.element_size());
    set_length(array, array.len() - count);
}

/// Inserts `count` undefined elements before index `at` (from 0).
pub fn grow_at(array: Gc<Array>, at: usize, count: usize) {
    let length = array.len();
    if at == 0 && length > 0 {
        return grow_front(array, count);
    }
    grow_end(array, count);
    move_elements(array, at, at + count, length - at);
    zero(array, at, count);
}

/// Removes `count` elements from index `at` (from 0) on.
pub fn delete_at(array: Gc<Array>, at: usize, count: usize) {
    let length = array.len();
    if at == 0 && count < length {
        return delete_front(array, count);
    }
    move_elements(array, at + count, at, length - at - count);
    delete_end(array, count);
}

/// Makes the element at an index (from 0), which is in bounds, undefined, or zero if it is plain data.
pub fn unset(array: Gc<Array>, index: usize) {
    zero(array, index, 1);
}

fn move_elements(array: Gc<Array>, from: usize, to: usize, count: usize) {
    let size = array.element_size();
    let data = array.data.get();
    // SAFETY: both ranges lie within the array's elements.
    unsafe {
        std::ptr::copy(
            (data + from * size) as *const u8,
            (data + to * size) as *mut u8,
            count * size,
        );
    }
}

/// Makes room for `capacity` elements.
pub fn size_hint(array: Gc<Array>, capacity: usize) {
    if capacity > array.capacity() {
        let front = array.front_capacity();
        reallocate(array, front, front + capacity);
    }
}

/// The element at an index (from 0), which is in bounds; none if it is undefined.
pub fn get(array: Gc<Array>, index: usize) -> Option<Value> {
    let element = array.element_type();
    if !crate::types::is_stored_inline(element) {
        return array.reference(index);
    }
    let ty: Gc<DataType> = element.cast_unchecked();
    // SAFETY: the index is in bounds and elements of this type are stored inline.
    Some(unsafe { fields::load_bits(ty, (array.data.get() + index * ty.size()) as *const u8) })
}

/// Stores an element of the right type at an index (from 0), which is in bounds.
pub fn set(array: Gc<Array>, index: usize, value: Value) {
    let element = array.element_type();
    if !crate::types::is_stored_inline(element) {
        array.set_reference(index, Some(value));
        return;
    }
    let size = element.cast_unchecked::<DataType>().size();
    // SAFETY: the index is in bounds and the value is of the element type.
    unsafe {
        std::ptr::copy_nonoverlapping(
            value.payload(),
            (array.data.get() + index * size) as *mut u8,
            size,
        );
    }
}

/// A `Vector{UInt8}` of these bytes.
pub fn byte_vector(bytes: &[u8]) -> Gc<Array> {
    let array = Gc::<Array>::new(known().vector_uint8, &[bytes.len()]);
    // SAFETY: the array has room for these bytes.
    unsafe {
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), array.data.get() as *mut u8, bytes.len());
    }
    array
}

/// A `Vector{Int32}` of these numbers.
pub fn int32_vector(numbers: &[i32]) -> Gc<Array> {
    let array = Gc::<Array>::new(known().vector_int32, &[numbers.len()]);
    // SAFETY: the array has room for these numbers.
    unsafe {
        std::ptr::copy_nonoverlapping(
            numbers.as_ptr(),
            array.data.get() as *mut i32,
            numbers.len(),
        );
    }
    array
}

/// The elements of an array of plain data as a slice.
///
/// # Safety
/// `T` is the Rust type of the array's element type.
pub unsafe fn as_slice<T: Copy>(array: Gc<Array>) -> &'static [T] {
    // SAFETY: by the caller's promise; the slice is used before the array can grow.
    unsafe { std::slice::from_raw_parts(array.data.get() as *const T, array.len()) }
}

/// The string that a byte array holds, copied.
pub fn to_string(array: Gc<Array>) -> Value {
    // SAFETY: the caller passes an array of bytes.
    JuliaString::new(unsafe { as_slice::<u8>(array) }).value()
}
