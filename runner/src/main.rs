//! `pkgimage-runner`: runs Julia code.
//!
//! `pkgimage-runner FILE.jl [ARGUMENTS]` runs a script, `-e EXPR` an expression. `cargo pkgimage`
//! starts it with a job (see `pkgimage_package::job`).

mod sources;

use pkgimage_runtime as runtime;
use runtime::{error, eval, known, object};

/// Address space of the stack that Julia code runs on.
const STACK_BYTES: usize = 512 << 20;

fn main() {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    let code = match worker.map(|w| w.join()) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => 134,
        Err(e) => {
            eprintln!("error: cannot start: {e}");
            1
        }
    };
    std::process::exit(code);
}

fn run() -> i32 {
    let here = 0usize;
    let base = &raw const here as usize;
    runtime::interpreter::limits::set_stack(base, STACK_BYTES);
    runtime::sources::install_built_in(sources::find);
    runtime::init(base);
    if let Err(thrown) = runtime::bootstrap() {
        report(thrown);
        return 1;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let main = known::known().main_module;
    let result = match arguments.as_slice() {
        [flag, expression, ..] if flag == "-e" => eval::eval_source(main, expression, "none"),
        [file, ..] => match runtime::sources::read(file) {
            Ok(text) => eval::eval_source(main, &text, file),
            Err(e) => {
                eprintln!("error: cannot read {file}: {e}");
                return 1;
            }
        },
        [] => {
            eprintln!("usage: pkgimage-runner FILE.jl [ARGUMENTS]");
            return 2;
        }
    };
    match result {
        Ok(_) => 0,
        Err(thrown) => {
            report(thrown);
            1
        }
    }
}

/// Shows an exception that nothing caught.
fn report(thrown: error::Thrown) {
    let exception = error::take(thrown);
    let mut at = exception;
    let mut prefix = String::new();
    while at.datatype() == known::known().load_error {
        let file = runtime::fields::get_nth(at, 0).and_then(|f| f.cast::<object::JuliaString>());
        let line = runtime::fields::get_nth(at, 1).and_then(object::unbox_int64).unwrap_or(0);
        if let Some(file) = file {
            prefix.push_str(&format!("\n  in {}:{line}", file.text()));
        }
        match runtime::fields::get_nth(at, 2) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    let ty = at.datatype();
    let fields: Vec<String> = (0..ty.field_count())
        .map(|i| runtime::fields::get_nth(at, i).map_or("#undef".into(), runtime::debug::describe))
        .collect();
    eprintln!("ERROR: {}({}){prefix}", ty.name.get().name.get(), fields.join(", "));
}
