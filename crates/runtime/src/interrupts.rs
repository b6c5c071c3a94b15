//! Ctrl-C: the signal is noted by a handler, and becomes an `InterruptException` at the next safepoint of
//! Julia code.
//!
//! As in Julia, a script is simply ended by the signal; it is caught from the moment when
//! `exit_on_sigint(false)` is called, as the REPL does. The handler raises the flag that native code polls
//! ([`gc::WANTED`]). It only touches atomics, and hands the signal on to the thread that runs Julia code, whose
//! blocking system calls then return early (`EINTR`).

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crate::error::{self, Result};
use crate::fields::new_struct;
use crate::finalizers;
use crate::gc;
use crate::known::known;

/// Whether the signal has come and nothing was thrown for it yet.
static PENDING: AtomicBool = AtomicBool::new(false);
/// How many `disable_sigint` are in force.
static HELD: AtomicU32 = AtomicU32::new(0);
/// The thread that runs Julia code (`pthread_t`).
static JULIA: AtomicU64 = AtomicU64::new(0);

extern "C" fn arrived(signal: libc::c_int) {
    PENDING.store(true, Ordering::Relaxed);
    gc::WANTED.set(gc::INTERRUPT);
    let julia = JULIA.load(Ordering::Relaxed) as libc::pthread_t;
    // SAFETY: both are safe in a signal handler; the thread lives as long as the process.
    unsafe {
        if libc::pthread_self() != julia {
            libc::pthread_kill(julia, signal);
        }
    }
}

/// Ctrl-C throws an exception (`true`), or ends the process (`false`). Called on the thread that runs Julia
/// code.
pub fn catch(on: bool) {
    // SAFETY: the handler is a function that may run at any time, on any thread; the structure is filled in.
    unsafe {
        JULIA.store(libc::pthread_self() as u64, Ordering::Relaxed);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction =
            if on { arrived as extern "C" fn(libc::c_int) as usize } else { libc::SIG_DFL };
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGINT, &raw const action, std::ptr::null_mut());
    }
}

/// While held (`true`), Ctrl-C waits.
pub fn hold(on: bool) {
    let before = HELD.load(Ordering::Relaxed);
    HELD.store(if on { before + 1 } else { before.saturating_sub(1) }, Ordering::Relaxed);
    if !on && is_pending() {
        gc::WANTED.set(gc::INTERRUPT);
    }
}

/// Whether Ctrl-C was pressed and nothing was thrown for it yet.
pub fn is_pending() -> bool {
    PENDING.load(Ordering::Relaxed)
}

/// Forgets a Ctrl-C that came when nothing was left to interrupt.
pub fn forget() {
    PENDING.store(false, Ordering::Relaxed);
}

/// A point of Julia code at which a collection may run, and at which Ctrl-C takes effect. A collection that leaves more
/// alive than there is memory for is an exception.
#[inline]
pub fn safepoint() -> Result<()> {
    if gc::WANTED.get() { wanted() } else { Ok(()) }
}

#[cold]
fn wanted() -> Result<()> {
    if gc::safepoint() {
        finalizers::run();
        if gc::is_full() {
            return Err(error::out_of_memory());
        }
    }
    gc::WANTED.clear(gc::INTERRUPT);
    if HELD.load(Ordering::Relaxed) == 0 && PENDING.swap(false, Ordering::Relaxed) {
        return Err(error::throw(new_struct(known().interrupt_exception, &[])));
    }
    Ok(())
}
