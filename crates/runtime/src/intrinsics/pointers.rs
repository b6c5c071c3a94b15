//! Memory behind `Ptr`s, and the few intrinsics on arrays and symbols of the C world.

use super::bits::read;
use crate::error::{self, Result};
use crate::fields;
use crate::interpreter::call;
use crate::known::known;
use crate::object::{Array, DataType, box_bool, box_int64, unbox_int64};
use crate::types;
use crate::unsupported;
use crate::value::{Gc, Value};

fn address(what: &str, v: Value) -> Result<(usize, Value)> {
    let t = v.datatype();
    if t.name.get() != known().pointer_name {
        return Err(error::type_error(what, known().pointer, v));
    }
    Ok((read(v, 8) as usize, t.parameters.get().items()[0]))
}

fn element(what: &str, pointer: Value, index: Value, align: Value) -> Result<(usize, Value)> {
    let (base, ty) = address(what, pointer)?;
    let (Some(i), Some(_)) = (unbox_int64(index), unbox_int64(align)) else {
        return Err(error::type_error(what, known().int64, index));
    };
    let size = match ty.cast::<DataType>() {
        Some(d) if d.is_bits() => {
            d.size().next_multiple_of(d.layout.get().map_or(1, |l| (l.alignment as usize).max(1)))
        }
        _ => 8,
    };
    Ok((base.wrapping_add(((i - 1) as usize).wrapping_mul(size)), ty))
}

fn load(at: usize, ty: Value) -> Result<Value> {
    if types::is_stored_inline(ty) {
        // SAFETY: the program says that an object of this type is there, as in C.
        return Ok(unsafe { fields::load_bits(ty.cast_unchecked::<DataType>(), at as *const u8) });
    }
    // SAFETY: the program says that a reference is there.
    match unsafe { *(at as *const Option<Value>) } {
        Some(value) => Ok(value),
        None => Err(error::undef_ref()),
    }
}

fn store(what: &str, at: usize, ty: Value, value: Value) -> Result<()> {
    if !types::isa(value, ty) {
        return Err(error::type_error(what, ty, value));
    }
    if types::is_stored_inline(ty) {
        let size = ty.cast_unchecked::<DataType>().size();
        // SAFETY: the program says that an object of this type is there.
        unsafe { std::ptr::copy_nonoverlapping(value.payload(), at as *mut u8, size) };
    } else {
        // SAFETY: the program says that a reference is there.
        unsafe { *(at as *mut Option<Value>) = Some(value) };
    }
    Ok(())
}

/// `pointerref(pointer, index, alignment)`.
pub(super) fn pointerref(a: &[Value]) -> Result<Value> {
    let (at, ty) = element("pointerref", a[0], a[1], a[2])?;
    load(at, ty)
}

/// `pointerset(pointer, value, index, alignment)`.
pub(super) fn pointerset(a: &[Value]) -> Result<Value> {
    let (at, ty) = element("pointerset", a[0], a[2], a[3])?;
    store("pointerset", at, ty, a[1])?;
    Ok(a[0])
}

pub(super) fn fence(_: &[Value]) -> Result<Value> {
    Ok(known().nothing)
}

// One thread runs Julia code, so atomic accesses are plain ones.
pub(super) fn atomic_ref(a: &[Value]) -> Result<Value> {
    let (at, ty) = address("atomic_pointerref", a[0])?;
    load(at, ty)
}
pub(super) fn atomic_set(a: &[Value]) -> Result<Value> {
    let (at, ty) = address("atomic_pointerset", a[0])?;
    store("atomic_pointerset", at, ty, a[1])?;
    Ok(a[0])
}
pub(super) fn atomic_swap(a: &[Value]) -> Result<Value> {
    let (at, ty) = address("atomic_pointerswap", a[0])?;
    let old = load(at, ty)?;
    store("atomic_pointerswap", at, ty, a[1])?;
    Ok(old)
}
pub(super) fn atomic_modify(a: &[Value]) -> Result<Value> {
    let (at, ty) = address("atomic_pointermodify", a[0])?;
    let old = load(at, ty)?;
    let new = call::apply(&[a[1], old, a[2]])?;
    store("atomic_pointermodify", at, ty, new)?;
    Ok(fields::new_tuple(&[old, new]))
}
pub(super) fn atomic_replace(a: &[Value]) -> Result<Value> {
    let (at, ty) = address("atomic_pointerreplace", a[0])?;
    let old = load(at, ty)?;
    let success = crate::egal::egal(old, a[1]);
    if success {
        store("atomic_pointerreplace", at, ty, a[2])?;
    }
    Ok(fields::new_tuple(&[old, box_bool(success)]))
}

pub(super) fn arraylen(a: &[Value]) -> Result<Value> {
    let array: Gc<Array> =
        a[0].cast().ok_or_else(|| error::type_error("arraylen", known().array, a[0]))?;
    Ok(box_int64(array.len() as i64))
}

/// `cglobal(name, type)`: the address of a C symbol.
pub(super) fn cglobal(a: &[Value]) -> Result<Value> {
    let ty = a.get(1).copied().unwrap_or(known().nothing_type.value());
    let at = crate::foreign::symbol_address(a[0])?;
    let pointer = types::apply_type(known().pointer.value(), &[ty])?;
    Ok(crate::object::new_bits(pointer.cast_unchecked(), at))
}

pub(super) fn llvmcall(_: &[Value]) -> Result<Value> {
    Err(unsupported::refuse("llvmcall, as there is no LLVM", &["llvmcall"]))
}
