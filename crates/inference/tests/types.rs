//! Inferred types of programs, as golden files.
//!
//! Each file under `tests/types/` is Julia code in which a line `#? call => type` asks for the type
//! that a call returns: `#? f(Int64, Vector{Int64}) => Int64`, arguments as types. What is known
//! beyond the type is shown before it (`1::Int64`), effects behind it where a line says `#! call =>`.
//! `BLESS=1` writes what is inferred into the files.
//!
//! The programs of `core.jl` are evaluated over Core alone, those of `base.jl` over Base.

use std::path::PathBuf;

use pkgimage_inference::print::lattice_text;
use pkgimage_inference::{Inference, InferenceHooks};
use pkgimage_runtime as runtime;
use runtime::object::{self, Module};
use runtime::value::{Gc, Value};
use runtime::{debug, dispatch, error, eval, fields, known};

const STACK_BYTES: usize = 1 << 30;

fn julia(name: &str) -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../julia/").to_owned() + name
}

fn find(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(runtime::sources::BUILT_IN_PREFIX)?;
    std::fs::read_to_string(julia(name)).ok().map(|text| &*text.leak())
}

fn describe(thrown: error::Thrown) -> String {
    let mut exception = error::take(thrown);
    let mut lines = String::new();
    while exception.datatype() == known::known().load_error {
        let line = fields::get_nth(exception, 1).and_then(object::unbox_int64).unwrap_or(0);
        lines.push_str(&format!(" in line {line}"));
        match fields::get_nth(exception, 2) {
            Some(inner) => exception = inner,
            None => break,
        }
    }
    let ty = exception.datatype();
    let parts: Vec<String> = (0..ty.field_count())
        .map(|i| fields::get_nth(exception, i).map_or("#undef".into(), debug::describe))
        .collect();
    format!("{}({}){lines}", ty.name.get().name.get(), parts.join(", "))
}

fn evaluate(module: Gc<Module>, text: &str) -> Result<Value, String> {
    eval::eval_source(module, text, "query").map_err(describe)
}

/// The answer to `f(types...)`.
fn answer(module: Gc<Module>, call: &str, with_effects: bool) -> String {
    let Some((function, arguments)) = call.split_once('(') else { return "no call".to_owned() };
    let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
    let signature =
        match evaluate(module, &format!("Tuple{{Core.Typeof({function}), {arguments}}}")) {
            Ok(signature) => signature,
            Err(message) => return format!("error: {message}"),
        };
    let world = runtime::world::current();
    let mut inference = Inference::new(world);
    let ty = debug::describe(inference.return_type(signature));
    let matches = dispatch::matching_methods(signature, -1, world);
    let Some([matched]) = matches.as_ref().map(|m| m.matches.as_slice()) else { return ty };
    let instance = dispatch::specialize(matched.method, matched.spec_types, matched.sparams);
    let Some(typed) = inference.infer(instance) else { return ty };
    let mut out = lattice_text(&typed.return_type);
    if with_effects {
        let e = typed.effects;
        let flag = |on: bool, c: &str| if on { format!("+{c}") } else { format!("-{c}") };
        out.push_str(&format!(
            " ({}{}{}{})",
            flag(e.consistent, "c"),
            flag(e.effect_free, "e"),
            flag(e.nothrow, "n"),
            flag(e.terminates, "t")
        ));
    }
    out
}

/// Runs one file; what differs.
fn check(module: Gc<Module>, name: &str, failed: &mut Vec<String>) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/types")).join(name);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) => return failed.push(format!("{}: {e}", path.display())),
    };
    let mut out = String::new();
    let mut code = String::new();
    let mut count = 0;
    for (number, line) in text.lines().enumerate() {
        let query = line.strip_prefix("#? ").map(|q| (q, false));
        let Some((query, effects)) = query.or_else(|| line.strip_prefix("#! ").map(|q| (q, true)))
        else {
            code.push_str(line);
            code.push('\n');
            out.push_str(line);
            out.push('\n');
            continue;
        };
        if !code.trim().is_empty()
            && let Err(message) = eval::eval_source(module, &code, name).map_err(describe)
        {
            failed.push(format!("{name}, code before line {}: {message}", number + 1));
        }
        code.clear();
        let (call, expected) = query.split_once(" => ").unwrap_or((query, ""));
        let actual = answer(module, call.trim(), effects);
        let mark = if effects { '!' } else { '?' };
        out.push_str(&format!("#{mark} {} => {actual}\n", call.trim()));
        count += 1;
        if actual != expected {
            failed.push(format!("{name}:{}: {call} => {actual}, not {expected}", number + 1));
        }
    }
    if count == 0 {
        failed.push(format!("{name} asks nothing"));
    }
    if std::env::var_os("BLESS").is_some() {
        if let Err(e) = std::fs::write(&path, out) {
            failed.push(format!("{}: {e}", path.display()));
        } else {
            failed.clear();
        }
    }
}

static HOOKS: InferenceHooks = InferenceHooks::new();

/// Runs files on a runtime of its own.
fn on_runtime(files: &'static [&'static str], with_base: bool) {
    let run = move || {
        let here = 0usize;
        let base = &raw const here as usize;
        runtime::interpreter::limits::set_stack(base, STACK_BYTES);
        runtime::sources::install_built_in(find);
        runtime::init(base);
        let main = known::known().main_module;
        let started = if with_base { runtime::bootstrap() } else { runtime::bootstrap_core() };
        let mut failed = Vec::new();
        if let Err(thrown) = started {
            failed.push(format!("start: {}", describe(thrown)));
        }
        runtime::hooks::install(&HOOKS);
        for file in files {
            check(main, file, &mut failed);
        }
        failed
    };
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("thread");
    let failed = worker.join().expect("the runtime's thread");
    assert!(
        failed.is_empty(),
        "{} differ (BLESS=1 accepts them):\n{}",
        failed.len(),
        failed.join("\n")
    );
}

#[test]
fn core() {
    on_runtime(&["core.jl"], false);
}

#[test]
fn base() {
    on_runtime(&["base.jl"], true);
}
