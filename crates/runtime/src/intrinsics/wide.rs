//! Integers of more than 128 bits, which packages declare (`primitive type String31 256 end`). They are rare, so
//! their operations are those of a library of big integers, cut to the width of the type.

use num_bigint::{BigInt, BigUint, Sign};

use super::bits::primitive;
use crate::error::{self, Result, divide_error};
use crate::fields::{self, new_tuple};
use crate::object::{DataType, box_bool};
use crate::value::{Gc, Value};

fn bytes(v: Value) -> Vec<u8> {
    let size = v.datatype().size();
    // SAFETY: the payload of a primitive value has the size of its type.
    unsafe { std::slice::from_raw_parts(v.payload(), size) }.to_vec()
}

fn unsigned(v: Value) -> BigUint {
    BigUint::from_bytes_le(&bytes(v))
}

fn signed(v: Value) -> BigInt {
    BigInt::from_signed_bytes_le(&bytes(v))
}

/// A value of a primitive type with the low bits of an integer in two's complement.
fn make(t: Gc<DataType>, value: &BigInt) -> Value {
    let fill = if value.sign() == Sign::Minus { 0xff } else { 0 };
    let mut bytes = value.to_signed_bytes_le();
    bytes.resize(t.size(), fill);
    // SAFETY: there are as many bytes as the type has.
    unsafe { fields::load_bits(t, bytes.as_ptr()) }
}

/// The value in another type, of which one is wide.
pub(super) fn resized(t: Gc<DataType>, v: Value, sign_extends: bool) -> Value {
    make(t, &if sign_extends { signed(v) } else { unsigned(v).into() })
}

fn unknown(what: &str) -> error::Thrown {
    error::error(&format!("{what}: no operation on integers of this width"))
}

pub(super) fn binary(what: &str, t: Gc<DataType>, a: &[Value]) -> Result<Value> {
    let (x, y) = (signed(a[0]), signed(a[1]));
    let result = match what {
        "add" => x + y,
        "sub" => x - y,
        "mul" => x * y,
        "and" => x & y,
        "or" => x | y,
        "xor" => x ^ y,
        "flipsign" => match y.sign() {
            Sign::Minus => -x,
            _ => x,
        },
        _ => return Err(unknown(what)),
    };
    Ok(make(t, &result))
}

pub(super) fn compare(what: &str, a: &[Value]) -> Result<Value> {
    let ordering = match what {
        "eq" | "ne" | "ult" | "ule" => unsigned(a[0]).cmp(&unsigned(a[1])),
        _ => signed(a[0]).cmp(&signed(a[1])),
    };
    Ok(box_bool(match what {
        "eq" => ordering.is_eq(),
        "ne" => ordering.is_ne(),
        "ult" | "slt" => ordering.is_lt(),
        "ule" | "sle" => ordering.is_le(),
        _ => return Err(unknown(what)),
    }))
}

pub(super) fn unary(what: &str, t: Gc<DataType>, v: Value) -> Result<Value> {
    let bits = 8 * t.size() as u64;
    let x = unsigned(v);
    Ok(make(
        t,
        &match what {
            "neg" => -signed(v),
            "not" => !signed(v),
            "bswap" => BigUint::from_bytes_be(&bytes(v)).into(),
            "ctpop" => x.count_ones().into(),
            "ctlz" => (bits - x.bits()).into(),
            "cttz" => x.trailing_zeros().unwrap_or(bits).into(),
            _ => return Err(unknown(what)),
        },
    ))
}

/// Shifts by at least the width give zero (or the sign).
pub(super) fn shift(what: &str, t: Gc<DataType>, a: &[Value]) -> Result<Value> {
    primitive(what, a[1])?;
    let bits = 8 * t.size() as u64;
    let by = u64::try_from(unsigned(a[1])).map_or(bits, |by| by.min(bits));
    Ok(make(
        t,
        &match what {
            "shl" => signed(a[0]) << by,
            "lshr" => (unsigned(a[0]) >> by).into(),
            "ashr" => signed(a[0]) >> by,
            _ => return Err(unknown(what)),
        },
    ))
}

/// Division toward zero.
pub(super) fn divide(what: &str, t: Gc<DataType>, a: &[Value]) -> Result<Value> {
    let (x, y): (BigInt, BigInt) = match what {
        "udiv_int" | "urem_int" => (unsigned(a[0]).into(), unsigned(a[1]).into()),
        _ => (signed(a[0]), signed(a[1])),
    };
    let least = -(BigInt::from(1) << (8 * t.size() - 1));
    let overflows = what.starts_with("checked") && x == least && y == BigInt::from(-1);
    if y.sign() == Sign::NoSign || overflows {
        return Err(divide_error());
    }
    Ok(make(t, &if what.contains("rem") { x % y } else { x / y }))
}

/// `(result, overflowed)`.
pub(super) fn checked(what: &str, t: Gc<DataType>, a: &[Value]) -> Result<Value> {
    let is_signed = what.starts_with("checked_s");
    let read = |v| if is_signed { signed(v) } else { unsigned(v).into() };
    let (x, y) = (read(a[0]), read(a[1]));
    let exact = match what {
        "checked_sadd_int" | "checked_uadd_int" => x + y,
        "checked_ssub_int" | "checked_usub_int" => x - y,
        "checked_smul_int" | "checked_umul_int" => x * y,
        _ => return Err(unknown(what)),
    };
    let result = make(t, &exact);
    Ok(new_tuple(&[result, box_bool(read(result) != exact)]))
}
