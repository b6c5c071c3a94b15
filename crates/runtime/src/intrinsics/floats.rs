//! Floating point operations. `Float16` computes in `Float32` and rounds, which is exact for the
//! basic operations.

use half::f16;

use super::bits::{make, not_wide, primitive, read, read_signed, target};
use crate::error::{self, Result};
use crate::known::known;
use crate::object::{DataType, box_bool, box_float32, box_float64, new_bits};
use crate::value::{Gc, Value};

/// A floating point value.
#[derive(Clone, Copy)]
enum Float {
    F16(f16),
    F32(f32),
    F64(f64),
}
use Float::{F16, F32, F64};

fn float(what: &str, v: Value) -> Result<Float> {
    let (_, size) = primitive(what, v)?;
    let bits = read(v, size);
    match size {
        2 => Ok(F16(f16::from_bits(bits as u16))),
        4 => Ok(F32(f32::from_bits(bits as u32))),
        8 => Ok(F64(f64::from_bits(bits as u64))),
        _ => Err(error::error(&format!(
            "{what}: runtime floating point intrinsics require both arguments to be Float16, Float32, or Float64"
        ))),
    }
}

/// A value of the operand's own type (which may be a user's primitive type).
fn like(v: Value, x: Float) -> Value {
    let t = v.datatype();
    let k = known();
    match x {
        F64(x) if t == k.float64 => box_float64(x),
        F32(x) if t == k.float32 => box_float32(x),
        F16(x) if t == k.float16 => new_bits(t, x.to_bits()),
        F64(x) => make(t, x.to_bits() as u128),
        F32(x) => make(t, x.to_bits() as u128),
        F16(x) => make(t, x.to_bits() as u128),
    }
}

macro_rules! unary {
    ($($name:ident = $single:expr, $double:expr;)*) => {$(
        pub(super) fn $name(a: &[Value]) -> Result<Value> {
            let (single, double): (fn(f32) -> f32, fn(f64) -> f64) = ($single, $double);
            Ok(like(a[0], match float(stringify!($name), a[0])? {
                F16(x) => F16(f16::from_f32(single(x.to_f32()))),
                F32(x) => F32(single(x)),
                F64(x) => F64(double(x)),
            }))
        }
    )*};
}
unary! {
    ceil = f32::ceil, f64::ceil;
    floor = f32::floor, f64::floor;
    trunc = f32::trunc, f64::trunc;
    rint = f32::round_ties_even, f64::round_ties_even;
    sqrt = f32::sqrt, f64::sqrt;
}

/// Sign operations work on the bits, so that a NaN's payload stays.
fn sign_bits(what: &str, v: Value) -> Result<(Gc<DataType>, usize, u128)> {
    let (t, size) = primitive(what, v)?;
    not_wide(what, t)?;
    Ok((t, size, 1u128 << (size * 8 - 1)))
}
pub(super) fn neg(a: &[Value]) -> Result<Value> {
    let (t, size, sign) = sign_bits("neg_float", a[0])?;
    Ok(make(t, read(a[0], size) ^ sign))
}
pub(super) fn abs(a: &[Value]) -> Result<Value> {
    let (t, size, sign) = sign_bits("abs_float", a[0])?;
    Ok(make(t, read(a[0], size) & !sign))
}
pub(super) fn copysign(a: &[Value]) -> Result<Value> {
    let (t, size, sign) = sign_bits("copysign_float", a[0])?;
    let (_, other) = primitive("copysign_float", a[1])?;
    let negative = read_signed(a[1], other) < 0;
    let bits = read(a[0], size) & !sign;
    Ok(make(t, if negative { bits | sign } else { bits }))
}

macro_rules! binary {
    ($($name:ident = $single:expr, $double:expr;)*) => {$(
        pub(super) fn $name(a: &[Value]) -> Result<Value> {
            let (single, double): (fn(f32, f32) -> f32, fn(f64, f64) -> f64) = ($single, $double);
            let what = stringify!($name);
            Ok(like(a[0], match (float(what, a[0])?, float(what, a[1])?) {
                (F16(x), F16(y)) => F16(f16::from_f32(single(x.to_f32(), y.to_f32()))),
                (F32(x), F32(y)) => F32(single(x, y)),
                (F64(x), F64(y)) => F64(double(x, y)),
                _ => return Err(error::error(&format!("{what}: types of a and b must match"))),
            }))
        }
    )*};
}
binary! {
    add = |x, y| x + y, |x, y| x + y;
    sub = |x, y| x - y, |x, y| x - y;
    mul = |x, y| x * y, |x, y| x * y;
    div = |x, y| x / y, |x, y| x / y;
    rem = |x, y| x % y, |x, y| x % y;
}

macro_rules! compare {
    ($($name:ident = $op:tt;)*) => {$(
        pub(super) fn $name(a: &[Value]) -> Result<Value> {
            let what = stringify!($name);
            Ok(box_bool(match (float(what, a[0])?, float(what, a[1])?) {
                (F16(x), F16(y)) => x $op y,
                (F32(x), F32(y)) => x $op y,
                (F64(x), F64(y)) => x $op y,
                _ => return Err(error::error(&format!("{what}: types of a and b must match"))),
            }))
        }
    )*};
}
compare! { eq = ==; ne = !=; lt = <; le = <=; }

/// `fpiseq`: equal bits, or both NaN.
pub(super) fn is_equal(a: &[Value]) -> Result<Value> {
    let same = match (float("fpiseq", a[0])?, float("fpiseq", a[1])?) {
        (F16(x), F16(y)) => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
        (F32(x), F32(y)) => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
        (F64(x), F64(y)) => x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()),
        _ => return Err(error::error("fpiseq: types of a and b must match")),
    };
    Ok(box_bool(same))
}

pub(super) fn fma(a: &[Value]) -> Result<Value> {
    let what = "fma_float";
    Ok(like(
        a[0],
        match (float(what, a[0])?, float(what, a[1])?, float(what, a[2])?) {
            (F16(x), F16(y), F16(z)) => {
                // Exact in Float64, so that there is one rounding.
                F16(f16::from_f64(x.to_f64().mul_add(y.to_f64(), z.to_f64())))
            }
            (F32(x), F32(y), F32(z)) => F32(x.mul_add(y, z)),
            (F64(x), F64(y), F64(z)) => F64(x.mul_add(y, z)),
            _ => return Err(error::error("fma_float: types of a, b and c must match")),
        },
    ))
}

/// Unfused, always: interpreter and native code agree.
pub(super) fn muladd(a: &[Value]) -> Result<Value> {
    let product = mul(&a[..2])?;
    add(&[product, a[2]])
}

pub(super) fn have_fma(_: &[Value]) -> Result<Value> {
    Ok(known().false_)
}

fn from_float(t: Gc<DataType>, x: f64, single: f32) -> Result<Value> {
    match t.size() {
        2 => Ok(make(t, f16::from_f64(x).to_bits() as u128)),
        4 => Ok(make(t, single.to_bits() as u128)),
        8 => Ok(make(t, x.to_bits() as u128)),
        _ => Err(error::error("conversion to a floating point type of unsupported size")),
    }
}

pub(super) fn sitofp(a: &[Value]) -> Result<Value> {
    let t = target(a[0])?;
    let (from, size) = primitive("sitofp", a[1])?;
    not_wide("sitofp", from)?;
    let n = read_signed(a[1], size);
    from_float(t, n as f64, n as f32)
}
pub(super) fn uitofp(a: &[Value]) -> Result<Value> {
    let t = target(a[0])?;
    let (from, size) = primitive("uitofp", a[1])?;
    not_wide("uitofp", from)?;
    let n = read(a[1], size);
    from_float(t, n as f64, n as f32)
}

/// `fpext` and `fptrunc`.
pub(super) fn convert(a: &[Value]) -> Result<Value> {
    let t = target(a[0])?;
    match float("fpext", a[1])? {
        F16(x) => from_float(t, x.to_f64(), x.to_f32()),
        F32(x) => match t.size() {
            2 => Ok(make(t, f16::from_f32(x).to_bits() as u128)),
            _ => from_float(t, x as f64, x),
        },
        F64(x) => from_float(t, x, x as f32),
    }
}

fn as_f64(what: &str, v: Value) -> Result<f64> {
    Ok(match float(what, v)? {
        F16(x) => x.to_f64(),
        F32(x) => x as f64,
        F64(x) => x,
    })
}

/// Saturating: the Julia callers have checked the range, and saturation is what native code does.
pub(super) fn fptosi(a: &[Value]) -> Result<Value> {
    let t = target(a[0])?;
    not_wide("fptosi", t)?;
    let x = as_f64("fptosi", a[1])?;
    Ok(make(
        t,
        match t.size() {
            1 => x as i8 as u128,
            2 => x as i16 as u128,
            4 => x as i32 as u128,
            8 => x as i64 as u128,
            _ => x as i128 as u128,
        },
    ))
}
pub(super) fn fptoui(a: &[Value]) -> Result<Value> {
    let t = target(a[0])?;
    not_wide("fptoui", t)?;
    let x = as_f64("fptoui", a[1])?;
    Ok(make(
        t,
        match t.size() {
            1 => x as u8 as u128,
            2 => x as u16 as u128,
            4 => x as u32 as u128,
            8 => x as u64 as u128,
            _ => x as u128,
        },
    ))
}
