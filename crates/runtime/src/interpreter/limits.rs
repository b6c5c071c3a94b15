//! The limit of the native stack, checked where Rust code or native code recurses.

use std::cell::Cell;

use crate::error::{Result, stack_overflow};

struct Limit(Cell<usize>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Limit {}
static LIMIT: Limit = Limit(Cell::new(0));

/// Kept free below the limit, for Rust code that does not check.
const RESERVE: usize = 512 << 10;

/// Sets the lowest address that the stack may grow to, from its base and size.
pub fn set_stack(base: usize, size: usize) {
    LIMIT.0.set(above(base.saturating_sub(size)));
}

/// The lowest address that a stack may grow to whose mapping begins here.
pub fn above(end: usize) -> usize {
    end + RESERVE
}

/// The lowest address that the stack may grow to, to be put back when a task goes on.
pub fn limit() -> usize {
    LIMIT.0.get()
}

/// Puts back a [`limit`] of this stack.
pub fn set_limit(limit: usize) {
    LIMIT.0.set(limit);
}

/// Where the limit is kept, for the prologues of native code.
pub fn address() -> usize {
    LIMIT.0.as_ptr() as usize
}

/// Throws `StackOverflowError` where the stack is nearly used up.
#[inline]
pub fn check() -> Result<()> {
    let here = 0u8;
    if (&raw const here as usize) < LIMIT.0.get() {
        return Err(overflow());
    }
    Ok(())
}

#[cold]
fn overflow() -> crate::error::Thrown {
    // For whoever looks for an endless recursion.
    if std::env::var_os("PKGIMAGE_TRACE_OVERFLOW").is_some() {
        eprintln!("stack overflow:\n{}", super::trace::describe(40));
    }
    stack_overflow()
}
