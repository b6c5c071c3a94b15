//! Exit codes. `docs/exit-codes.md` and the help text show this same table.

use std::process::ExitCode;

/// Success.
pub const OK: i32 = 0;
/// The command line was not understood.
pub const USAGE: i32 = 2;
/// Tests failed, or a test file did not run to its end.
pub const TESTS_FAILED: i32 = 101;
/// Packages, manifests, recordings or the store are not as they should be.
pub const SETUP: i32 = 102;
/// An image could not be built.
pub const BUILD_FAILED: i32 = 103;
/// A runner could not be started, died, or gave no answer.
pub const RUNNER: i32 = 104;
/// The time limit of a script was reached.
pub const TIME_LIMIT: i32 = 124;

/// The table, for `--help`.
pub const HELP: &str = "\
Exit codes:
    0    success; `run`: the script ended well
    1    `run`: a Julia exception was not caught
    2    the command line was not understood
    101  tests failed, or a test file did not run to its end
    102  packages, manifests, recordings or the store are not as they should be
    103  an image could not be built
    104  a runner could not be started or gave no answer
    124  the time limit of a script was reached
    128+N  the script's process was ended by signal N
`run` passes on whatever a script gives to `exit`.";

/// An error that has an exit code of its own.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The exit code.
    pub code: i32,
    /// What is said.
    pub message: String,
}

/// An error with this exit code.
pub fn failure(code: i32, message: impl Into<String>) -> anyhow::Error {
    Failure { code, message: message.into() }.into()
}

/// The exit code of an error that ended a command.
pub fn of_error(error: &anyhow::Error) -> i32 {
    error.chain().find_map(|cause| cause.downcast_ref::<Failure>()).map_or(SETUP, |own| own.code)
}

/// As the operating system wants it.
pub fn code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code).unwrap_or(u8::MAX))
}
