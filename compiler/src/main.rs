//! `pkgimage-compiler`: typed IR on stdin, object code on stdout.
//!
//! Started by the runner. Reads no files and no environment, and keeps nothing between requests; the
//! conversation is described in `pkgimage_ir::protocol`.

mod serve;

use std::process::ExitCode;

fn main() -> ExitCode {
    // A panic of the code generator is caught and becomes the answer.
    std::panic::set_hook(Box::new(|_| {}));
    let input = std::io::stdin().lock();
    let output = std::io::stdout().lock();
    match serve::serve(input, output) {
        Ok(()) => ExitCode::SUCCESS,
        // The runner is gone: there is nobody to tell.
        Err(_) => ExitCode::FAILURE,
    }
}
