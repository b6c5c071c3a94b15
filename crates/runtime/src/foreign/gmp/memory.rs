//! Where GMP and MPFR keep their numbers: memory of the C library, counted for the collector.
//!
//! A number's object is small and its limbs may be many, so what GMP allocates counts as if the heap had it: it brings
//! the next collection nearer, and that clears the numbers that died.
//!
//! Limbs may lie in an image, too, behind their object (see [`super::image`]); such memory is left alone: what grows
//! beyond it moves, and nothing of it is freed. A number of an image is never collected, so that what it moved to lives
//! as long as the process: one block for each such number at most.

use std::ffi::c_void;

use gmp_mpfr_sys::{gmp, mpfr};

use super::image;
use crate::gc;

/// Says whose memory GMP uses. On the thread that runs Julia code.
pub(in crate::foreign) fn init() {
    // SAFETY: no number was made yet; MPFR's exponents have their full range from here on, as Julia has it.
    unsafe {
        gmp::set_memory_functions(Some(allocate), Some(reallocate), Some(free));
        mpfr::set_emin(mpfr::get_emin_min());
        mpfr::set_emax(mpfr::get_emax_max());
    }
}

extern "C" fn allocate(bytes: usize) -> *mut c_void {
    // SAFETY: what it gives is looked at.
    let at = unsafe { libc::malloc(bytes) };
    count(at, bytes)
}

extern "C" fn reallocate(at: *mut c_void, before: usize, bytes: usize) -> *mut c_void {
    if image::holds(at as usize) {
        let moved = allocate(bytes);
        // SAFETY: GMP says how large the block at `at` is; the other one is new.
        unsafe { std::ptr::copy_nonoverlapping(at.cast::<u8>(), moved.cast(), before.min(bytes)) };
        return moved;
    }
    // SAFETY: GMP gives back what it got from here.
    let moved = unsafe { libc::realloc(at, bytes) };
    gc::outside_freed(before);
    count(moved, bytes)
}

extern "C" fn free(at: *mut c_void, bytes: usize) {
    if image::holds(at as usize) {
        return;
    }
    gc::outside_freed(bytes);
    // SAFETY: as above.
    unsafe { libc::free(at) };
}

/// A block that was got. GMP cannot do without, and nothing may unwind through it.
fn count(at: *mut c_void, bytes: usize) -> *mut c_void {
    if at.is_null() {
        eprintln!("error: out of memory: there are no {bytes} bytes for a number");
        std::process::exit(1);
    }
    debug_assert!(!image::holds(at as usize), "malloc aligns to 16 bytes");
    gc::outside_allocated(bytes);
    at
}
