//! The prompt: reads, has Julia's package REPL (`julia/stdlib/REPL`) evaluate and print, and reads on.
//!
//! - [`editor`]: the line editor, with its modes, history and completions.
//!
//! What a line means is decided in Julia code. Where the standard input is no terminal, that code reads it
//! itself.

mod editor;

use std::io::{IsTerminal, Write};

use pkgimage_package::job::{Job, Repl, Sessions, exit};
use pkgimage_package::stdlib;
use pkgimage_runtime as runtime;
use runtime::error::{self, Result};
use runtime::object::{self, Module};
use runtime::value::{Gc, Value};

use crate::session_image::main_text;
use crate::{julia, packages};
use editor::{Editor, Input, Mode};

/// Runs a REPL to its end; gives the exit code.
pub fn repl(job: &Job, repl: &Repl) -> i32 {
    let session = job.sessions.as_ref().filter(|sessions| sessions.load);
    let ended = match package() {
        Ok(module) if std::io::stdin().is_terminal() => at_terminal(repl, session, module),
        Ok(module) => {
            begin(session);
            julia::call_in(module, "run_piped", &[]).map(|_| ())
        }
        Err(thrown) => Err(thrown),
    };
    let code = match ended {
        Ok(()) => exit::OK,
        Err(thrown) => {
            julia::show_uncaught(error::take(thrown));
            exit::EXCEPTION
        }
    };
    let status = object::new_bits(runtime::known::known().int32, code);
    if let Err(thrown) = julia::call_base("_atexit", &[status]) {
        julia::show_uncaught(error::take(thrown));
    }
    code
}

/// The package REPL.
fn package() -> Result<Gc<Module>> {
    match stdlib::package("REPL") {
        Some(package) => packages::load(&package),
        None => Err(error::error("there is no package REPL")),
    }
}

/// Evaluates what was saved of a session.
fn begin(session: Option<&Sessions>) {
    match session {
        Some(session) => main_text::restore(session),
        None => main_text::begin(),
    }
}

fn at_terminal(repl: &Repl, session: Option<&Sessions>, module: Gc<Module>) -> Result<()> {
    julia::call_in(module, "start", &[])?;
    begin(session);
    let colored = julia::base().and_then(|base| base.global("have_color"));
    let colored = colored == Some(runtime::known::known().true_);
    let mut editor = match Editor::new(module, repl.history.as_deref(), colored) {
        Ok(editor) => editor,
        Err(problem) => {
            return Err(error::error(&format!("the terminal cannot be used: {problem}")));
        }
    };
    let mut number = 0;
    loop {
        match editor.read() {
            Input::Text(mode, text) => {
                if text.trim().is_empty() {
                    continue;
                }
                runtime::interrupts::forget();
                let typed = julia::string(&text);
                match mode {
                    Mode::Julia => {
                        number += 1;
                        let arguments = [typed, object::box_int64(number)];
                        in_package(module, "evaluate", &arguments);
                    }
                    Mode::Help => in_package(module, "help", &[typed]),
                    Mode::Shell => in_package(module, "shell", &[typed]),
                }
                in_package(module, "finish", &[]);
            }
            Input::Interrupted => {
                // If the terminal is gone, the next read says so.
                let _ = writeln!(std::io::stdout(), "^C\n");
            }
            Input::End => return Ok(()),
        }
    }
}

/// Calls a function of the package. What it does not handle itself (an interruption between its own
/// handlers) is shown, and the prompt comes back.
fn in_package(module: Gc<Module>, name: &str, arguments: &[Value]) {
    if let Err(thrown) = julia::call_in(module, name, arguments) {
        julia::show_uncaught(error::take(thrown));
    }
}
