//! Integer operations. Those of more than 128 bits are in [`wide`].

use super::bits::{WIDEST, make, primitive, read, read_signed};
use super::wide;
use crate::error::{self, Result, divide_error};
use crate::fields::new_tuple;
use crate::object::{DataType, box_bool};
use crate::value::{Gc, Value};

fn operands(what: &str, a: &[Value]) -> Result<(Gc<DataType>, usize)> {
    let (t, size) = primitive(what, a[0])?;
    let (u, other) = primitive(what, a[1])?;
    if t != u && size != other {
        return Err(error::error(&format!("{what}: types of a and b must match")));
    }
    Ok((t, size))
}

macro_rules! binary {
    ($($name:ident = $f:expr;)*) => {$(
        pub(super) fn $name(a: &[Value]) -> Result<Value> {
            let (t, size) = operands(stringify!($name), a)?;
            if size > WIDEST {
                return wide::binary(stringify!($name), t, a);
            }
            let f: fn(u128, u128) -> u128 = $f;
            Ok(make(t, f(read(a[0], size), read(a[1], size))))
        }
    )*};
}
binary! {
    add = |a, b| a.wrapping_add(b);
    sub = |a, b| a.wrapping_sub(b);
    mul = |a, b| a.wrapping_mul(b);
    and = |a, b| a & b;
    or = |a, b| a | b;
    xor = |a, b| a ^ b;
}

macro_rules! compare {
    ($($name:ident($read:ident) = $f:expr;)*) => {$(
        pub(super) fn $name(a: &[Value]) -> Result<Value> {
            let (_, size) = operands(stringify!($name), a)?;
            if size > WIDEST {
                return wide::compare(stringify!($name), a);
            }
            let (x, y) = ($read(a[0], size), $read(a[1], size));
            Ok(box_bool($f(x, y)))
        }
    )*};
}
compare! {
    eq(read) = |x, y| x == y;
    ne(read) = |x, y| x != y;
    slt(read_signed) = |x, y| x < y;
    ult(read) = |x, y| x < y;
    sle(read_signed) = |x, y| x <= y;
    ule(read) = |x, y| x <= y;
}

pub(super) fn neg(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("neg_int", a[0])?;
    if size > WIDEST {
        return wide::unary("neg", t, a[0]);
    }
    Ok(make(t, read(a[0], size).wrapping_neg()))
}

pub(super) fn not(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("not_int", a[0])?;
    if size > WIDEST {
        return wide::unary("not", t, a[0]);
    }
    Ok(make(t, !read(a[0], size)))
}

/// The least value of a signed integer of `size` bytes.
fn least(size: usize) -> i128 {
    i128::MIN >> (128 - size * 8)
}

fn divide(
    what: &str,
    a: &[Value],
    f: fn(i128, i128) -> i128,
    overflow_throws: bool,
) -> Result<Value> {
    let (t, size) = operands(what, a)?;
    if size > WIDEST {
        return wide::divide(what, t, a);
    }
    let (x, y) = (read_signed(a[0], size), read_signed(a[1], size));
    if y == 0 || (overflow_throws && y == -1 && x == least(size)) {
        return Err(divide_error());
    }
    Ok(make(t, f(x, y) as u128))
}

pub(super) fn sdiv(a: &[Value]) -> Result<Value> {
    divide("sdiv_int", a, i128::wrapping_div, false)
}
pub(super) fn srem(a: &[Value]) -> Result<Value> {
    divide("srem_int", a, i128::wrapping_rem, false)
}
pub(super) fn checked_sdiv(a: &[Value]) -> Result<Value> {
    divide("checked_sdiv_int", a, i128::wrapping_div, true)
}
pub(super) fn checked_srem(a: &[Value]) -> Result<Value> {
    divide("checked_srem_int", a, i128::wrapping_rem, false)
}

fn divide_unsigned(what: &str, a: &[Value], f: fn(u128, u128) -> u128) -> Result<Value> {
    let (t, size) = operands(what, a)?;
    if size > WIDEST {
        return wide::divide(what, t, a);
    }
    let (x, y) = (read(a[0], size), read(a[1], size));
    if y == 0 {
        return Err(divide_error());
    }
    Ok(make(t, f(x, y)))
}
pub(super) fn udiv(a: &[Value]) -> Result<Value> {
    divide_unsigned("udiv_int", a, |x, y| x / y)
}
pub(super) fn urem(a: &[Value]) -> Result<Value> {
    divide_unsigned("urem_int", a, |x, y| x % y)
}

/// `(result, overflowed)`.
fn with_flag(t: Gc<DataType>, bits: u128, overflowed: bool) -> Result<Value> {
    Ok(new_tuple(&[make(t, bits), box_bool(overflowed)]))
}

fn checked_signed(what: &str, a: &[Value], f: fn(i128, i128) -> (i128, bool)) -> Result<Value> {
    let (t, size) = operands(what, a)?;
    if size > WIDEST {
        return wide::checked(what, t, a);
    }
    let (result, wide) = f(read_signed(a[0], size), read_signed(a[1], size));
    let shift = 128 - size * 8;
    let narrow = (result << shift) >> shift != result;
    with_flag(t, result as u128, wide || narrow)
}
pub(super) fn checked_sadd(a: &[Value]) -> Result<Value> {
    checked_signed("checked_sadd_int", a, i128::overflowing_add)
}
pub(super) fn checked_ssub(a: &[Value]) -> Result<Value> {
    checked_signed("checked_ssub_int", a, i128::overflowing_sub)
}
pub(super) fn checked_smul(a: &[Value]) -> Result<Value> {
    checked_signed("checked_smul_int", a, i128::overflowing_mul)
}

fn checked_unsigned(what: &str, a: &[Value], f: fn(u128, u128) -> (u128, bool)) -> Result<Value> {
    let (t, size) = operands(what, a)?;
    if size > WIDEST {
        return wide::checked(what, t, a);
    }
    let (result, wide) = f(read(a[0], size), read(a[1], size));
    let narrow = size < 16 && result >> (size * 8) != 0;
    with_flag(t, result, wide || narrow)
}
pub(super) fn checked_uadd(a: &[Value]) -> Result<Value> {
    checked_unsigned("checked_uadd_int", a, u128::overflowing_add)
}
pub(super) fn checked_usub(a: &[Value]) -> Result<Value> {
    checked_unsigned("checked_usub_int", a, u128::overflowing_sub)
}
pub(super) fn checked_umul(a: &[Value]) -> Result<Value> {
    checked_unsigned("checked_umul_int", a, u128::overflowing_mul)
}

/// Shifts by at least the width give zero (or the sign).
fn amount(v: Value) -> Result<u128> {
    let (_, size) = primitive("shift", v)?;
    Ok(read(v, size))
}

pub(super) fn shl(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("shl_int", a[0])?;
    if size > WIDEST {
        return wide::shift("shl", t, a);
    }
    let n = amount(a[1])?;
    let bits = if n >= (size * 8) as u128 { 0 } else { read(a[0], size) << n };
    Ok(make(t, bits))
}
pub(super) fn lshr(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("lshr_int", a[0])?;
    if size > WIDEST {
        return wide::shift("lshr", t, a);
    }
    let n = amount(a[1])?;
    let bits = if n >= (size * 8) as u128 { 0 } else { read(a[0], size) >> n };
    Ok(make(t, bits))
}
pub(super) fn ashr(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("ashr_int", a[0])?;
    if size > WIDEST {
        return wide::shift("ashr", t, a);
    }
    let n = amount(a[1])?.min((size * 8 - 1) as u128);
    Ok(make(t, (read_signed(a[0], size) >> n) as u128))
}

pub(super) fn bswap(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("bswap_int", a[0])?;
    if size > WIDEST {
        return wide::unary("bswap", t, a[0]);
    }
    let bits = read(a[0], size).swap_bytes() >> (128 - size * 8);
    Ok(make(t, bits))
}
pub(super) fn ctpop(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("ctpop_int", a[0])?;
    if size > WIDEST {
        return wide::unary("ctpop", t, a[0]);
    }
    Ok(make(t, read(a[0], size).count_ones() as u128))
}
pub(super) fn ctlz(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("ctlz_int", a[0])?;
    if size > WIDEST {
        return wide::unary("ctlz", t, a[0]);
    }
    let zeros = read(a[0], size).leading_zeros() as usize - (128 - size * 8);
    Ok(make(t, zeros as u128))
}
pub(super) fn cttz(a: &[Value]) -> Result<Value> {
    let (t, size) = primitive("cttz_int", a[0])?;
    if size > WIDEST {
        return wide::unary("cttz", t, a[0]);
    }
    let zeros = (read(a[0], size).trailing_zeros() as usize).min(size * 8);
    Ok(make(t, zeros as u128))
}
pub(super) fn flipsign(a: &[Value]) -> Result<Value> {
    let (t, size) = operands("flipsign_int", a)?;
    if size > WIDEST {
        return wide::binary("flipsign", t, a);
    }
    let x = read(a[0], size);
    let bits = if read_signed(a[1], size) < 0 { x.wrapping_neg() } else { x };
    Ok(make(t, bits))
}
