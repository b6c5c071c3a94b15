//! Ending the process: finalizers run, buffers are flushed.

use std::cell::Cell;

thread_local! {
    static AT_EXIT: Cell<Option<fn(i32)>> = const { Cell::new(None) };
}

/// Installs what the runner does last (statistics, the session's image).
pub fn at_exit(f: fn(i32)) {
    AT_EXIT.set(Some(f));
}

/// Runs finalizers and the runner's last work, and ends the process.
pub fn exit(code: i32) -> ! {
    crate::finalizers::run_all();
    if let Some(f) = AT_EXIT.take() {
        f(code);
    }
    std::process::exit(code)
}
