//! Calls of Base's functions from the runner, and exceptions that nothing caught.

use pkgimage_runtime as runtime;
use runtime::error::{self, Result, Thrown};
use runtime::known::known;
use runtime::object::{self, Array, JuliaString, Module};
use runtime::value::{Gc, Value};
use runtime::{backtrace, debug, fields, interpreter, world};

/// Base, once it is there.
pub fn base() -> Option<Gc<Module>> {
    known().base_module.cast::<Module>()
}

/// Calls a function of a module in the newest world.
pub fn call_in(module: Gc<Module>, name: &str, arguments: &[Value]) -> Result<Value> {
    let Some(function) = module.global(name) else {
        return Err(error::error(&format!("{} has no {name}", module.name.get())));
    };
    let mut all = vec![function];
    all.extend_from_slice(arguments);
    interpreter::apply_in_world(&all, world::current())
}

/// Calls a function of Base in the newest world.
pub fn call_base(name: &str, arguments: &[Value]) -> Result<Value> {
    match base() {
        Some(base) => call_in(base, name, arguments),
        None => Err(error::error("Base is not loaded")),
    }
}

/// A `String`.
pub fn string(text: &str) -> Value {
    JuliaString::new(text.as_bytes()).value()
}

/// The text of a string.
pub fn text(value: Value) -> Option<String> {
    value.cast::<JuliaString>().map(|string| string.text().into_owned())
}

/// A `UInt64`.
pub fn uint64(number: u64) -> Value {
    object::new_bits(known().uint64, number)
}

/// A `Vector{Any}` of strings.
pub fn strings(list: &[String]) -> Value {
    let vector = Gc::<Array>::vector_of_any(&[]);
    for text in list {
        vector.push_reference(string(text));
    }
    vector.value()
}

/// The exception inside of `LoadError`s and `InitError`s, which say where it came up.
pub fn innermost(exception: Value) -> Value {
    let mut at = exception;
    loop {
        let inner = match at.datatype() {
            ty if ty == known().load_error => fields::get_nth(at, 2),
            ty if ty == known().init_error => fields::get_nth(at, 1),
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
}

/// The exception inside of the outermost `LoadError`.
pub fn loaded(exception: Value) -> Value {
    let outer = exception.datatype() == known().load_error;
    fields::get_nth(exception, 2).filter(|_| outer).unwrap_or(exception)
}

/// The name of a value's type.
pub fn type_name(value: Value) -> String {
    value.datatype().name.get().name.get().to_string()
}

/// Shows an exception that nothing caught and that was just taken, as Julia does; without Base's help if that fails.
pub fn show_uncaught(exception: Value) {
    let trace = backtrace::entries(error::trace()).value();
    if let Err(second) = call_base("_show_uncaught", &[exception, trace]) {
        eprintln!("ERROR: {}", plainly(exception));
        let second = error::take(second);
        eprintln!("(showing it failed: {})", plainly(second));
    }
}

/// An exception without Base's help: its type and fields, and where it came up.
pub fn plainly(exception: Value) -> String {
    let mut places = String::new();
    let mut at = exception;
    while at.datatype() == known().load_error {
        let field = |i| fields::get_nth(at, i).map(debug::describe).unwrap_or_default();
        places.push_str(&format!("\n  in {}:{}", field(0), field(1)));
        match fields::get_nth(at, 2) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    let list: Vec<String> = (0..at.datatype().field_count())
        .map(|i| fields::get_nth(at, i).map_or("#undef".into(), debug::describe))
        .collect();
    format!("{}({}){places}", type_name(at), list.join(", "))
}

/// An exception as an error of the runner, for what runs before Julia code can show it.
pub fn to_error(thrown: Thrown) -> anyhow::Error {
    anyhow::anyhow!("{}", plainly(error::take(thrown)))
}
