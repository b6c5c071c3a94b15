//! The code behind `helper:` symbols: arithmetic that the machine has no instruction for.
//!
//! Called by native code with System V's convention. What they compute is what the interpreter
//! computes: the operators and `as` of Rust.

use std::ffi::c_void;

/// The address of a helper, by the name of its `External::Runtime` (`helper:…`).
pub fn address(name: &str) -> Option<u64> {
    let code: *const c_void = match name.strip_prefix("helper:")? {
        "sdiv128" => sdiv128 as *const c_void,
        "udiv128" => udiv128 as *const c_void,
        "srem128" => srem128 as *const c_void,
        "urem128" => urem128 as *const c_void,
        "smul128_overflow" => smul128_overflow as *const c_void,
        "umul128_overflow" => umul128_overflow as *const c_void,
        "s128_to_f32" => s128_to_f32 as *const c_void,
        "s128_to_f64" => s128_to_f64 as *const c_void,
        "u128_to_f32" => u128_to_f32 as *const c_void,
        "u128_to_f64" => u128_to_f64 as *const c_void,
        "f32_to_s128" => f32_to_s128 as *const c_void,
        "f64_to_s128" => f64_to_s128 as *const c_void,
        "f32_to_u128" => f32_to_u128 as *const c_void,
        "f64_to_u128" => f64_to_u128 as *const c_void,
        "half_to_f32" => half_to_f32 as *const c_void,
        "half_to_f64" => half_to_f64 as *const c_void,
        "f32_to_half" => f32_to_half as *const c_void,
        "f64_to_half" => f64_to_half as *const c_void,
        "ceil_f32" => ceil_f32 as *const c_void,
        "ceil_f64" => ceil_f64 as *const c_void,
        "floor_f32" => floor_f32 as *const c_void,
        "floor_f64" => floor_f64 as *const c_void,
        "trunc_f32" => trunc_f32 as *const c_void,
        "trunc_f64" => trunc_f64 as *const c_void,
        "rint_f32" => rint_f32 as *const c_void,
        "rint_f64" => rint_f64 as *const c_void,
        "fma_f32" => fma_f32 as *const c_void,
        "fma_f64" => fma_f64 as *const c_void,
        "memcpy" => libc::memcpy as *const c_void,
        "memset" => libc::memset as *const c_void,
        "memmove" => libc::memmove as *const c_void,
        "memcmp" => libc::memcmp as *const c_void,
        _ => return None,
    };
    Some(code as u64)
}

macro_rules! helpers {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $ret:ty { $body:expr })*) => {
        $(extern "C" fn $name($($arg: $ty),*) -> $ret { $body })*
    };
}

// Divisors are not 0: the emitter's guards see to it. Should one be, the result is 0 or the
// operand rather than a panic that would have to pass through native code.
helpers! {
    sdiv128(a: i128, b: i128) -> i128 { if b == 0 { 0 } else { a.wrapping_div(b) } }
    udiv128(a: u128, b: u128) -> u128 { a.checked_div(b).unwrap_or(0) }
    srem128(a: i128, b: i128) -> i128 { if b == 0 { a } else { a.wrapping_rem(b) } }
    urem128(a: u128, b: u128) -> u128 { a.checked_rem(b).unwrap_or(a) }
    s128_to_f32(a: i128) -> f32 { a as f32 }
    s128_to_f64(a: i128) -> f64 { a as f64 }
    u128_to_f32(a: u128) -> f32 { a as f32 }
    u128_to_f64(a: u128) -> f64 { a as f64 }
    f32_to_s128(a: f32) -> i128 { a as i128 }
    f64_to_s128(a: f64) -> i128 { a as i128 }
    f32_to_u128(a: f32) -> u128 { a as u128 }
    f64_to_u128(a: f64) -> u128 { a as u128 }
    half_to_f32(a: u32) -> f32 { half::f16::from_bits(a as u16).to_f32() }
    half_to_f64(a: u32) -> f64 { half::f16::from_bits(a as u16).to_f64() }
    f32_to_half(a: f32) -> u32 { half::f16::from_f32(a).to_bits().into() }
    f64_to_half(a: f64) -> u32 { half::f16::from_f64(a).to_bits().into() }
    ceil_f32(a: f32) -> f32 { a.ceil() }
    ceil_f64(a: f64) -> f64 { a.ceil() }
    floor_f32(a: f32) -> f32 { a.floor() }
    floor_f64(a: f64) -> f64 { a.floor() }
    trunc_f32(a: f32) -> f32 { a.trunc() }
    trunc_f64(a: f64) -> f64 { a.trunc() }
    rint_f32(a: f32) -> f32 { a.round_ties_even() }
    rint_f64(a: f64) -> f64 { a.round_ties_even() }
    fma_f32(a: f32, b: f32, c: f32) -> f32 { a.mul_add(b, c) }
    fma_f64(a: f64, b: f64, c: f64) -> f64 { a.mul_add(b, c) }
}

extern "C" fn smul128_overflow(a: i128, b: i128, out: *mut i128) -> u8 {
    let (value, overflow) = a.overflowing_mul(b);
    // SAFETY: the compiler passes the address of a stack slot of 16 aligned bytes.
    unsafe { out.write(value) };
    overflow.into()
}

extern "C" fn umul128_overflow(a: u128, b: u128, out: *mut u128) -> u8 {
    let (value, overflow) = a.overflowing_mul(b);
    // SAFETY: the compiler passes the address of a stack slot of 16 aligned bytes.
    unsafe { out.write(value) };
    overflow.into()
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_helper_has_code() {
        for name in pkgimage_ir::object::HELPERS {
            assert!(super::address(&format!("helper:{name}")).is_some(), "{name}");
        }
    }
}
