//! Ending the process: what a program left unhandled is shown, its last functions run, buffers are
//! flushed, finalizers run.

use std::cell::Cell;

use crate::error::{self, Result, Thrown};
use crate::interpreter::apply_in_world;
use crate::known::known;
use crate::object::{Module, box_int32};
use crate::value::Value;
use crate::world;

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

/// Calls a function of Base, if Base has it; none also where it throws.
fn call_base(name: &str, arguments: &[Value]) -> Option<Value> {
    let function = known().base_module.cast::<Module>()?.global(name)?;
    let mut all = vec![function];
    all.extend_from_slice(arguments);
    match apply_in_world(&all, world::current()) {
        Ok(value) => Some(value),
        Err(thrown) => {
            error::take(thrown);
            None
        }
    }
}

/// The short form of an exception and where it came from, without running Julia code.
fn plain_text(exception: Value) -> String {
    let mut at = exception;
    let mut places = String::new();
    while at.datatype() == known().load_error {
        let field = |i| crate::fields::get_nth(at, i).map(crate::debug::describe);
        let (file, line) = (field(0).unwrap_or_default(), field(1).unwrap_or_default());
        places.push_str(&format!("\n  in {file}:{line}"));
        match crate::fields::get_nth(at, 2) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    let ty = at.datatype();
    let fields: Vec<String> = (0..ty.field_count())
        .map(|i| crate::fields::get_nth(at, i).map_or("#undef".into(), crate::debug::describe))
        .collect();
    format!("{}({}){places}", ty.name.get().name.get(), fields.join(", "))
}

/// Shows an exception that nothing caught on the standard error.
pub fn report(thrown: Thrown) {
    let exception = error::take(thrown);
    let roots = crate::gc::RootVec::of(&[exception]);
    if call_base("display_error", roots.as_slice()).is_none() {
        eprintln!("ERROR: {}", plain_text(exception));
    }
}

/// Ends a program that ran to its end or threw: the exit code.
pub fn leave(result: Result<Value>) -> i32 {
    let code = match result {
        Ok(_) => 0,
        Err(thrown) => {
            report(thrown);
            1
        }
    };
    call_base("_atexit", &[box_int32(code)]);
    code
}
