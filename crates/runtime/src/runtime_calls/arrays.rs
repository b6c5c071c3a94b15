//! Making, growing and copying arrays.

use super::runtime_calls;
use crate::arrays;
use crate::error::{argument_error, bounds_error};
use crate::known::known;
use crate::object::{Array, DataType, JuliaString, unbox_int64};
use crate::value::{Gc, Value};

fn dimensions(dims: Value) -> Vec<i64> {
    (0..dims.datatype().field_count())
        .filter_map(|i| crate::fields::get_nth(dims, i).and_then(unbox_int64))
        .collect()
}

fn new_array(ty: Gc<DataType>, dims: &[i64]) -> crate::error::Result<Value> {
    let invalid = || argument_error("invalid Array dimensions");
    let mut total = 1i64;
    for &d in dims {
        if d < 0 {
            return Err(invalid());
        }
        total = total.checked_mul(d).ok_or_else(invalid)?;
    }
    let size = crate::types::as_concrete(ty.parameters.get().items()[0])
        .map_or(8, |t| (t.size() as i64).max(1));
    match total.checked_mul(size) {
        Some(bytes) if crate::gc::has_room(bytes as usize) => {}
        Some(_) => return Err(crate::error::out_of_memory()),
        None => return Err(invalid()),
    }
    let sizes: Vec<usize> = dims.iter().map(|&d| d as usize).collect();
    Ok(Gc::<Array>::new(ty, &sizes).value())
}

runtime_calls! {
    [throws] fn jl_alloc_array_1d(ty: Gc<DataType>, n: i64) -> Value { new_array(ty, &[n]) }
    [throws] fn jl_alloc_array_2d(ty: Gc<DataType>, m: i64, n: i64) -> Value { new_array(ty, &[m, n]) }
    [throws] fn jl_alloc_array_3d(ty: Gc<DataType>, m: i64, n: i64, o: i64) -> Value {
        new_array(ty, &[m, n, o])
    }
    [throws] fn jl_new_array(ty: Gc<DataType>, dims: Value) -> Value {
        new_array(ty, &dimensions(dims))
    }
    fn jl_array_grow_end(a: Gc<Array>, n: usize) { arrays::grow_end(a, n); }
    [throws] fn jl_array_del_end(a: Gc<Array>, n: usize) {
        if n > a.len() {
            return Err(bounds_error(a.value(), 0));
        }
        arrays::delete_end(a, n);
        Ok(())
    }
    fn jl_array_grow_beg(a: Gc<Array>, n: usize) { arrays::grow_front(a, n); }
    [throws] fn jl_array_del_beg(a: Gc<Array>, n: usize) {
        if n > a.len() {
            return Err(bounds_error(a.value(), n as i64));
        }
        arrays::delete_front(a, n);
        Ok(())
    }
    [throws] fn jl_array_grow_at(a: Gc<Array>, at: i64, n: usize) {
        if at < 0 || at as usize > a.len() {
            return Err(bounds_error(a.value(), at + 1));
        }
        arrays::grow_at(a, at as usize, n);
        Ok(())
    }
    [throws] fn jl_array_del_at(a: Gc<Array>, at: i64, n: usize) {
        if at < 0 || at as usize + n > a.len() {
            return Err(bounds_error(a.value(), at + 1));
        }
        arrays::delete_at(a, at as usize, n);
        Ok(())
    }
    /// Makes an element undefined, at an index from zero.
    [throws] fn jl_arrayunset(a: Gc<Array>, at: usize) {
        if at >= a.len() {
            return Err(bounds_error(a.value(), at as i64 + 1));
        }
        arrays::unset(a, at);
        Ok(())
    }
    fn jl_array_sizehint(a: Gc<Array>, n: usize) { arrays::size_hint(a, n); }
    fn jl_array_copy(a: Gc<Array>) -> Value {
        let dims: Vec<usize> = (0..a.dimensions()).map(|d| a.dim(d)).collect();
        let copy = Gc::<Array>::new(a.value().datatype(), &dims);
        // SAFETY: both arrays have the same type and dimensions.
        unsafe {
            std::ptr::copy_nonoverlapping(
                a.data.get() as *const u8,
                copy.data.get() as *mut u8,
                a.len() * a.element_size(),
            );
        }
        copy.value()
    }
    /// Copies elements between arrays of one element type; offsets count from 1 and were checked.
    fn jl_array_copy_range(to: Gc<Array>, to_at: i64, from: Gc<Array>, from_at: i64, n: i64) {
        let size = to.element_size();
        if n > 0 {
            // SAFETY: the caller checked that both ranges are in bounds.
            unsafe {
                std::ptr::copy(
                    (from.data.get() + (from_at as usize - 1) * size) as *const u8,
                    (to.data.get() + (to_at as usize - 1) * size) as *mut u8,
                    n as usize * size,
                );
            }
            crate::gc::barrier(to.owner.get().unwrap_or(to.value()));
        }
    }
    fn jl_array_ptr(a: Gc<Array>) -> usize { a.data.get() }
    [throws] fn jl_array_unset(a: Gc<Array>, index: usize) {
        if index >= a.len() {
            return Err(bounds_error(a.value(), index as i64 + 1));
        }
        if a.has_references() {
            a.set_reference(index, None);
        }
        Ok(())
    }
    fn jl_array_isassigned(a: Gc<Array>, index: usize) -> i32 {
        let assigned = index < a.len() && (!a.has_references() || a.reference(index).is_some());
        assigned as i32
    }
    /// An array of other dimensions over the same elements.
    [throws] fn jl_reshape_array(ty: Gc<DataType>, a: Gc<Array>, dims: Value) -> Value {
        let dims = dimensions(dims);
        let array: Gc<Array> = crate::gc::allocate(ty, ty.size()).cast_unchecked();
        array.owner.set(array, a.owner.get());
        array.data.set(a.data.get());
        array.length.set(a.len());
        for (i, &d) in dims.iter().enumerate() {
            array.set_dim(i, d as usize);
        }
        Ok(array.value())
    }
    fn jl_ptr_to_array_1d(ty: Gc<DataType>, data: usize, n: usize, _own: i32) -> Value {
        let array: Gc<Array> = crate::gc::allocate(ty, ty.size()).cast_unchecked();
        array.data.set(data);
        array.length.set(n);
        array.set_dim(0, n);
        array.value()
    }
    fn jl_ptr_to_array(ty: Gc<DataType>, data: usize, dims: Value, _own: i32) -> Value {
        let dims = dimensions(dims);
        let array: Gc<Array> = crate::gc::allocate(ty, ty.size()).cast_unchecked();
        array.data.set(data);
        array.length.set(dims.iter().product::<i64>() as usize);
        for (i, &d) in dims.iter().enumerate() {
            array.set_dim(i, d as usize);
        }
        array.value()
    }
    /// `unsafe_wrap(Vector{UInt8}, s)`: the array shares the string's bytes.
    fn jl_string_to_array(s: Gc<JuliaString>) -> Value {
        let ty = known().vector_uint8;
        let array: Gc<Array> = crate::gc::allocate(ty, ty.size()).cast_unchecked();
        array.owner.set(array, Some(s.value()));
        array.data.set(s.data() as usize);
        array.length.set(s.len());
        array.set_dim(0, s.len());
        array.value()
    }
    /// `String(v)`: takes the bytes; the array is left empty.
    fn jl_array_to_string(a: Gc<Array>) -> Value {
        if let Some(owner) = a.owner.get().and_then(|o| o.cast::<JuliaString>())
            && owner.data() as usize == a.data.get()
            && owner.len() == a.len()
        {
            detach(a);
            return owner.value();
        }
        let string = arrays::to_string(a);
        detach(a);
        string
    }
}

fn detach(a: Gc<Array>) {
    let fresh = Gc::<Array>::new(a.value().datatype(), &[0]);
    a.owner.set(a, fresh.owner.get());
    a.data.set(fresh.data.get());
    a.length.set(0);
    a.set_dim(0, 0);
}
