//! What GMP would end the process for is an exception of Julia: numbers for which there is no memory, division by zero,
//! even roots of negative numbers.
//!
//! GMP answers these with a signal. So the table of its functions has one of these for each function that comes to that
//! in a call that can happen; it looks at the arguments, and leaves an exception pending (as functions of the runtime do)
//! instead of calling GMP's.

use std::ffi::{c_int, c_long, c_ulong};

use gmp_mpfr_sys::gmp::{self, bitcnt_t, mpz_ptr, mpz_srcptr};

use crate::error::{self, Result};
use crate::gc;

/// The greatest number of bits: GMP counts limbs in an `int`.
const MOST_BITS: f64 = i32::MAX as f64 * 64.0;
/// What is not worth a question.
const FEW_BITS: f64 = (32u64 << 23) as f64;

/// Whether a result of so many bits, or a few more, can be had.
fn fits(bits: f64) -> Result<()> {
    if bits < FEW_BITS || bits < MOST_BITS && gc::has_memory_for((bits / 8.0) as usize) {
        return Ok(());
    }
    Err(error::out_of_memory())
}

fn size(x: mpz_srcptr) -> c_int {
    // SAFETY: whoever calls a function of GMP passes numbers.
    unsafe { (*x).size }
}

/// How many bits a number has, at least.
fn bits(x: mpz_srcptr) -> f64 {
    if size(x) == 0 {
        return 0.0;
    }
    // SAFETY: as above.
    unsafe { gmp::mpz_sizeinbase(x, 2) as f64 - 1.0 }
}

fn by(divisor: mpz_srcptr) -> Result<()> {
    if size(divisor) == 0 { Err(error::divide_error()) } else { Ok(()) }
}

fn by_ui(divisor: c_ulong) -> Result<()> {
    if divisor == 0 { Err(error::divide_error()) } else { Ok(()) }
}

/// A root of a number.
fn has_root(x: mpz_srcptr, degree: c_ulong) -> Result<()> {
    let is_missing = degree == 0 || degree.is_multiple_of(2) && size(x) < 0;
    if is_missing { Err(error::divide_error()) } else { Ok(()) }
}

fn has_power(base: mpz_srcptr, exponent: mpz_srcptr, modulus: mpz_srcptr) -> Result<()> {
    by(modulus)?;
    if size(exponent) >= 0 {
        return Ok(());
    }
    // SAFETY: as above; the number that is made here is cleared.
    let is_invertible = unsafe {
        let mut inverse = std::mem::MaybeUninit::uninit();
        gmp::mpz_init(inverse.as_mut_ptr());
        let is_invertible = gmp::mpz_invert(inverse.as_mut_ptr(), base, modulus) != 0;
        gmp::mpz_clear(inverse.as_mut_ptr());
        is_invertible
    };
    if is_invertible { Ok(()) } else { Err(error::divide_error()) }
}

fn log2(n: c_ulong) -> f64 {
    (n.max(1) as f64).log2()
}

/// Bits of a factorial by Stirling's formula; of every `step`th factor only.
fn factorial_bits(n: c_ulong, step: c_ulong) -> f64 {
    n as f64 / step.max(1) as f64 * (log2(n) - 1.45).max(0.0)
}

/// Bits of a binomial coefficient, where `n` has so many.
fn binomial_bits(n_bits: f64, k: c_ulong) -> f64 {
    k as f64 * (n_bits - log2(k)).max(0.0)
}

fn binomial_fits(n: mpz_srcptr, k: c_ulong) -> Result<()> {
    // SAFETY: as above.
    let fewer = unsafe {
        match size(n) > 0 && gmp::mpz_fits_ulong_p(n) != 0 {
            true => k.min(gmp::mpz_get_ui(n).saturating_sub(k)),
            false => k,
        }
    };
    fits(binomial_bits(bits(n), fewer))
}

/// As many bits as an index says, or as there are.
fn reaches(x: mpz_srcptr, index: bitcnt_t) -> Result<()> {
    fits(bits(x).max(index as f64))
}

macro_rules! guards {
    ($(fn $name:ident($($arg:ident: $ty:ty),*) $(-> $ret:ty)? { $check:expr })*) => {
        $(
            pub(super) extern "C" fn $name($($arg: $ty),*) $(-> $ret)? {
                // What was thrown stays pending for the caller.
                if $check.is_err() {
                    return Default::default();
                }
                // SAFETY: whoever calls a function of GMP passes what it wants.
                unsafe { gmp::$name($($arg),*) }
            }
        )*
    };
}

guards! {
    fn mpz_init2(x: mpz_ptr, n: bitcnt_t) { fits(n as f64) }
    fn mpz_realloc2(x: mpz_ptr, n: bitcnt_t) { fits(n as f64) }
    fn mpz_mul(z: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) {
        fits((f64::from(size(x)).abs() + f64::from(size(y)).abs()) * 64.0)
    }
    fn mpz_mul_2exp(z: mpz_ptr, x: mpz_srcptr, n: bitcnt_t) {
        if size(x) == 0 { Ok(()) } else { fits(bits(x) + n as f64) }
    }
    fn mpz_pow_ui(z: mpz_ptr, x: mpz_srcptr, n: c_ulong) { fits(bits(x) * n as f64) }
    fn mpz_ui_pow_ui(z: mpz_ptr, x: c_ulong, n: c_ulong) { fits(log2(x) * n as f64) }
    fn mpz_fac_ui(z: mpz_ptr, n: c_ulong) { fits(factorial_bits(n, 1)) }
    fn mpz_2fac_ui(z: mpz_ptr, n: c_ulong) { fits(factorial_bits(n, 2)) }
    fn mpz_mfac_uiui(z: mpz_ptr, n: c_ulong, m: c_ulong) { by_ui(m).and_then(|()| fits(factorial_bits(n, m))) }
    // The sum of the logarithms of the primes up to n is about n.
    fn mpz_primorial_ui(z: mpz_ptr, n: c_ulong) { fits(n as f64 * 1.4) }
    // The golden ratio has 0.69 bits.
    fn mpz_fib_ui(z: mpz_ptr, n: c_ulong) { fits(n as f64 * 0.69) }
    fn mpz_fib2_ui(z: mpz_ptr, before: mpz_ptr, n: c_ulong) { fits(n as f64 * 1.38) }
    fn mpz_lucnum_ui(z: mpz_ptr, n: c_ulong) { fits(n as f64 * 0.69) }
    fn mpz_lucnum2_ui(z: mpz_ptr, before: mpz_ptr, n: c_ulong) { fits(n as f64 * 1.38) }
    fn mpz_bin_ui(z: mpz_ptr, n: mpz_srcptr, k: c_ulong) { binomial_fits(n, k) }
    fn mpz_bin_uiui(z: mpz_ptr, n: c_ulong, k: c_ulong) {
        fits(binomial_bits(log2(n), k.min(n.saturating_sub(k))))
    }
    fn mpz_setbit(z: mpz_ptr, i: bitcnt_t) { reaches(z, i) }
    fn mpz_clrbit(z: mpz_ptr, i: bitcnt_t) { if size(z) < 0 { reaches(z, i) } else { Ok(()) } }
    fn mpz_combit(z: mpz_ptr, i: bitcnt_t) { reaches(z, i) }
    fn mpz_urandomb(z: mpz_ptr, state: gmp::randstate_ptr, n: bitcnt_t) { fits(n as f64) }
    fn mpz_rrandomb(z: mpz_ptr, state: gmp::randstate_ptr, n: bitcnt_t) { fits(n as f64) }
    fn mpz_urandomm(z: mpz_ptr, state: gmp::randstate_ptr, n: mpz_srcptr) { by(n) }

    fn mpz_tdiv_q(q: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_tdiv_r(r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_tdiv_qr(q: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_tdiv_q_ui(q: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_tdiv_r_ui(r: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_tdiv_qr_ui(q: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_tdiv_ui(x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_fdiv_q(q: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_fdiv_r(r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_fdiv_qr(q: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_fdiv_q_ui(q: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_fdiv_r_ui(r: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_fdiv_qr_ui(q: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_fdiv_ui(x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_cdiv_q(q: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_cdiv_r(r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_cdiv_qr(q: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_cdiv_q_ui(q: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_cdiv_r_ui(r: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_cdiv_qr_ui(q: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_cdiv_ui(x: mpz_srcptr, y: c_ulong) -> c_ulong { by_ui(y) }
    fn mpz_mod(r: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_divexact(q: mpz_ptr, x: mpz_srcptr, y: mpz_srcptr) { by(y) }
    fn mpz_divexact_ui(q: mpz_ptr, x: mpz_srcptr, y: c_ulong) { by_ui(y) }
    fn mpz_invert(z: mpz_ptr, x: mpz_srcptr, m: mpz_srcptr) -> c_int { by(m) }
    fn mpz_powm(z: mpz_ptr, x: mpz_srcptr, n: mpz_srcptr, m: mpz_srcptr) { has_power(x, n, m) }
    fn mpz_powm_ui(z: mpz_ptr, x: mpz_srcptr, n: c_ulong, m: mpz_srcptr) { by(m) }
    fn mpz_remove(z: mpz_ptr, x: mpz_srcptr, f: mpz_srcptr) -> bitcnt_t { by(f) }

    fn mpz_sqrt(z: mpz_ptr, x: mpz_srcptr) { has_root(x, 2) }
    fn mpz_sqrtrem(z: mpz_ptr, r: mpz_ptr, x: mpz_srcptr) { has_root(x, 2) }
    fn mpz_root(z: mpz_ptr, x: mpz_srcptr, n: c_ulong) -> c_int { has_root(x, n) }
    fn mpz_rootrem(z: mpz_ptr, r: mpz_ptr, x: mpz_srcptr, n: c_ulong) { has_root(x, n) }
    fn mpz_mul_si(z: mpz_ptr, x: mpz_srcptr, y: c_long) { fits((f64::from(size(x)).abs() + 1.0) * 64.0) }
    fn mpz_mul_ui(z: mpz_ptr, x: mpz_srcptr, y: c_ulong) { fits((f64::from(size(x)).abs() + 1.0) * 64.0) }
}
