//! Running a script or an expression.

use std::path::Path;
use std::time::Instant;

use pkgimage_package::job::{Program, exit};
use pkgimage_runtime as runtime;
use runtime::error;
use runtime::value::Value;

use crate::{julia, report};

/// How a program ended.
pub enum Ended {
    /// It ran to its end.
    Well,
    /// With this exception, which has been shown.
    Exception(Value),
    /// It was not there.
    Unread,
}

/// Runs a program; gives the exit code.
pub fn run(program: &Program) -> i32 {
    let ended = match program {
        Program::File(path) => file(path),
        Program::Expression(text) => text_of(None, text),
    };
    match ended {
        Ended::Well => exit::OK,
        Ended::Exception(_) => exit::EXCEPTION,
        Ended::Unread => exit::USAGE,
    }
}

/// Runs a file.
pub fn file(path: &Path) -> Ended {
    // Not through `sources`: the program is no source of a package.
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("error: cannot read {}: {error}", path.display());
            return Ended::Unread;
        }
    };
    // As Julia names it: `abspath(PROGRAM_FILE) == @__FILE__` holds in the program.
    let path = julia::string(&path.display().to_string());
    let path = julia::call_base("abspath", &[path]).ok().and_then(julia::text);
    match path {
        Some(path) => text_of(Some(&path), &text),
        None => text_of(None, &text),
    }
}

/// Runs the text of a file, or an expression of the command line.
fn text_of(path: Option<&str>, text: &str) -> Ended {
    let started = Instant::now();
    let place = julia::string(path.unwrap_or("none"));
    let result = julia::call_base("_run_program", &[place, julia::string(text)]);
    let mut ended = match result {
        Ok(_) => Ended::Well,
        Err(thrown) => {
            let exception = error::take(thrown);
            // As in Julia, an expression is not loaded from anywhere.
            let shown = if path.is_none() { julia::loaded(exception) } else { exception };
            julia::show_uncaught(shown);
            Ended::Exception(exception)
        }
    };
    let code = i32::from(!matches!(ended, Ended::Well));
    // Hooks may throw, too, and buffers may not be flushed.
    let code = runtime::object::new_bits(runtime::known::known().int32, code);
    if let Err(thrown) = julia::call_base("_atexit", &[code]) {
        let exception = error::take(thrown);
        julia::show_uncaught(exception);
        if matches!(ended, Ended::Well) {
            ended = Ended::Exception(exception);
        }
    }
    report::time("run", started);
    ended
}
