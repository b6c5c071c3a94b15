//! `cargo-pkgimage`: the command line side.
//!
//! It reads arguments, finds the packages (asking Cargo only when a manifest has changed), judges
//! which images are fresh, and plans; everything that needs Julia's types or runs Julia code is
//! a [`pkgimage_package::Job`] for a `pkgimage-runner` process. It never links the runtime.
//!
//! People read stderr, programs read stdout; the exit codes are those of [`exit`].

mod args;
mod commands;
mod discover;
mod exit;
mod invoke;
mod ledger;
mod locate;
mod memory;
mod plan;
mod session;
mod survey;
mod tools;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = match args::Cli::try_parse_from(arguments(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { exit::USAGE } else { exit::OK };
            // A closed terminal is no reason for another exit code.
            let _ = error.print();
            return exit::code(code);
        }
    };
    let ui = ui::Ui::new(&cli.global);
    let code = match commands::execute(cli, &ui) {
        Ok(code) => code,
        // Who reads our results has seen enough.
        Err(error) if is_closed_pipe(&error) => exit::OK,
        Err(error) => {
            ui.error(&format!("{error:#}"));
            exit::of_error(&error)
        }
    };
    exit::code(code)
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let closed = std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        let json = cause.downcast_ref::<serde_json::Error>();
        io.is_some_and(|io| io.kind() == closed)
            || json.is_some_and(|json| json.io_error_kind() == Some(closed))
    })
}

/// The arguments without the `pkgimage` that Cargo passes to its subcommands.
fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = given.collect();
    if arguments.get(1).is_some_and(|first| first == "pkgimage") {
        arguments.remove(1);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_direct_calls_are_the_same() {
        let list = |words: &[&str]| arguments(words.iter().map(OsString::from));
        assert_eq!(
            list(&["cargo-pkgimage", "pkgimage", "run", "a.jl"]),
            ["cargo-pkgimage", "run", "a.jl"]
        );
        assert_eq!(
            list(&["cargo-pkgimage", "run", "pkgimage"]),
            ["cargo-pkgimage", "run", "pkgimage"]
        );
        assert_eq!(list(&["cargo-pkgimage"]), ["cargo-pkgimage"]);
    }
}
