//! The libraries GMP and MPFR, which the crate `gmp-mpfr-sys` builds from their sources.
//!
//! Base's `BigInt` is GMP's `mpz_t` and `BigFloat` is MPFR's `mpfr_t`, so that the functions ([`functions`]) work on the
//! objects themselves. What they want besides is here: memory that the collector knows of ([`memory`]), exceptions in
//! place of signals ([`guards`]), and numbers in images ([`image`]).

mod functions;
mod guards;
pub(crate) mod image;
mod memory;

use super::linked::{Functions, Library};

pub(super) use memory::init;

/// GMP.
pub(super) const GMP: Library =
    Library { name: "libgmp", functions: Functions::Table(functions::GMP) };
/// MPFR.
pub(super) const MPFR: Library =
    Library { name: "libmpfr", functions: Functions::Table(functions::MPFR) };

/// Whether a finalizer is GMP's own that frees the memory of a number: it runs no Julia code and looks at nothing but its
/// object, so that the collector may call it.
pub(crate) fn is_clear(function: usize) -> bool {
    function == gmp_mpfr_sys::gmp::mpz_clear as *const () as usize
}
