//! Reading and making primitive values of any width, and conversions that keep or extend bits.

use super::wide;
use crate::debug::describe;
use crate::error::{self, Result};
use crate::fields;
use crate::known::known;
use crate::object::{DataType, DataTypeFlags};
use crate::unsupported;
use crate::value::{Gc, Value};

/// The type argument of a conversion.
pub(super) fn target(t: Value) -> Result<Gc<DataType>> {
    match t.cast::<DataType>() {
        Some(d) if d.has(DataTypeFlags::IS_PRIMITIVE) && d.is_concrete() => Ok(d),
        _ => Err(error::error(&format!(
            "intrinsic conversion: target type {} is not a primitive type",
            describe(t)
        ))),
    }
}

/// The type and size in bytes of a primitive value.
pub(super) fn primitive(what: &str, v: Value) -> Result<(Gc<DataType>, usize)> {
    let t = v.datatype();
    if !t.has(DataTypeFlags::IS_PRIMITIVE) {
        return Err(error::error(&format!("{what}: value is not a primitive type")));
    }
    Ok((t, t.size()))
}

/// Bytes of the widest integers that a register pair holds.
pub(super) const WIDEST: usize = 16;

/// Refuses an operation on a type of wider values.
pub(super) fn not_wide(what: &str, t: Gc<DataType>) -> Result<()> {
    match t.size() > WIDEST {
        true => Err(unsupported::refuse(&format!("{what} of {} bits", 8 * t.size()), &[what])),
        false => Ok(()),
    }
}

/// The bits of a primitive value of up to 16 bytes, zero-extended.
pub(super) fn read(v: Value, size: usize) -> u128 {
    let mut bytes = [0u8; 16];
    // SAFETY: the value's payload has `size` bytes.
    unsafe {
        std::ptr::copy_nonoverlapping(v.payload(), bytes.as_mut_ptr(), size.min(16));
    }
    u128::from_le_bytes(bytes)
}

/// The bits, sign-extended.
pub(super) fn read_signed(v: Value, size: usize) -> i128 {
    let shift = 128 - size.min(16) * 8;
    ((read(v, size) << shift) as i128) >> shift
}

/// A value of this type, which is not wide, with the low bits of `bits`.
pub(super) fn make(t: Gc<DataType>, bits: u128) -> Value {
    let bytes = if t == known().bool { (bits & 1).to_le_bytes() } else { bits.to_le_bytes() };
    assert!(t.size() <= WIDEST, "a wide value");
    // SAFETY: the type has at most 16 bytes of plain data.
    unsafe { fields::load_bits(t, bytes.as_ptr()) }
}

/// `bitcast(T, x)`.
pub(super) fn bitcast(a: &[Value]) -> Result<Value> {
    let t = target(a[0])?;
    let (from, size) = primitive("bitcast", a[1])?;
    if size != t.size() {
        return Err(error::error("bitcast: argument size does not match size of target type"));
    }
    if from == t {
        return Ok(a[1]);
    }
    // SAFETY: both types are plain data of the same size.
    Ok(unsafe { fields::load_bits(t, a[1].payload()) })
}

fn resize(a: &[Value], what: &str, signed: bool, wider: bool) -> Result<Value> {
    let t = target(a[0])?;
    let (_, size) = primitive(what, a[1])?;
    let fits = if wider { t.size() >= size } else { t.size() <= size };
    if !fits {
        return Err(error::error(&format!(
            "{what}: output bitsize must be {} input bitsize",
            if wider { ">=" } else { "<=" }
        )));
    }
    if size.max(t.size()) > WIDEST {
        return Ok(wide::resized(t, a[1], signed));
    }
    let bits = if signed { read_signed(a[1], size) as u128 } else { read(a[1], size) };
    Ok(make(t, bits))
}

pub(super) fn sext(a: &[Value]) -> Result<Value> {
    resize(a, "sext_int", true, true)
}
pub(super) fn zext(a: &[Value]) -> Result<Value> {
    resize(a, "zext_int", false, true)
}
pub(super) fn trunc(a: &[Value]) -> Result<Value> {
    resize(a, "trunc_int", false, false)
}
