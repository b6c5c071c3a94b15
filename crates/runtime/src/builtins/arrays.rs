//! Builtins on arrays.

use crate::arrays;
use crate::error::{self, Result};
use crate::known::known;
use crate::object::{Array, box_int64, unbox_int64};
use crate::types as ty;
use crate::value::{Gc, Value};

fn array_of(what: &str, v: Value) -> Result<Gc<Array>> {
    v.cast().ok_or_else(|| error::type_error(what, known().array, v))
}

/// The linear index (from 0) of these indices, checked.
fn linear(what: &str, array: Gc<Array>, indices: &[Value]) -> Result<usize> {
    let out_of_bounds = || error::bounds_error_at(array.value(), indices);
    let mut index = 0usize;
    let mut stride = 1usize;
    for (d, &i) in indices.iter().enumerate() {
        let Some(i) = unbox_int64(i) else { return Err(error::type_error(what, known().int64, i)) };
        let last = d + 1 == indices.len();
        if i < 1 {
            return Err(out_of_bounds());
        }
        let i = i as usize - 1;
        if !last {
            let size = array.dim(d);
            if i >= size {
                return Err(out_of_bounds());
            }
            index += i * stride;
            stride *= size;
        } else {
            // The last index runs over all remaining dimensions.
            let rest: usize = (d..array.dimensions().max(d + 1)).map(|e| array.dim(e)).product();
            if i >= rest {
                return Err(out_of_bounds());
            }
            index += i * stride;
        }
    }
    if index >= array.len() {
        return Err(out_of_bounds());
    }
    Ok(index)
}

/// `arrayref(boundscheck, array, indices...)`.
pub(super) fn arrayref(a: &[Value]) -> Result<Value> {
    let array = array_of("arrayref", a[1])?;
    let index = linear("arrayref", array, &a[2..])?;
    arrays::get(array, index).ok_or_else(error::undef_ref)
}

/// `arrayset(boundscheck, array, value, indices...)`.
pub(super) fn arrayset(a: &[Value]) -> Result<Value> {
    let array = array_of("arrayset", a[1])?;
    let element = array.element_type();
    if element != known().any.value() && !ty::isa(a[2], element) {
        return Err(error::type_error("arrayset", element, a[2]));
    }
    let index = linear("arrayset", array, &a[3..])?;
    arrays::set(array, index, a[2]);
    Ok(a[1])
}

/// `arraysize(array, dimension)`.
pub(super) fn arraysize(a: &[Value]) -> Result<Value> {
    let array = array_of("arraysize", a[0])?;
    let Some(&dimension) = a.get(1) else {
        let sizes: Vec<Value> =
            (0..array.dimensions()).map(|d| box_int64(array.dim(d) as i64)).collect();
        return Ok(crate::fields::new_tuple(&sizes));
    };
    match unbox_int64(dimension) {
        Some(d) if d >= 1 => Ok(box_int64(array.dim(d as usize - 1) as i64)),
        Some(_) => Err(error::error("arraysize: dimension out of range")),
        None => Err(error::type_error("arraysize", known().int64, dimension)),
    }
}
