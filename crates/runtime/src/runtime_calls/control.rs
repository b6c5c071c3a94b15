//! Evaluation, macro expansion, exceptions, tasks.

use super::runtime_calls;
use crate::backtrace;
use crate::error::{self, Result};
use crate::eval;
use crate::interpreter::exceptions;
use crate::known::known;
use crate::lowering;
use crate::object::{Array, JuliaString, Module, Task, box_int64};
use crate::trees::Trees;
use crate::value::{Gc, Value};

fn expand(module: Gc<Module>, expression: Value, recursive: bool) -> Result<Value> {
    let trees = Trees::new();
    let node = trees.from_value(expression);
    let mut host = eval::EvalHost::for_macroexpand(&trees);
    let (file, line) = eval::place();
    let module = trees.module_ref(module);
    let expanded = lowering::macroexpand(
        &node,
        module,
        lowering::Location { file, line },
        &mut host,
        recursive,
    );
    Ok(trees.to_value(&eval::lowered_or_throw(expanded, &trees)?))
}

/// # Safety
/// `n` bytes are readable at `p`.
unsafe fn text(p: *const u8, n: usize) -> Result<String> {
    // SAFETY: by the caller's promise.
    let bytes = unsafe { std::slice::from_raw_parts(p, n) };
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(e) => Err(error::throw(eval::parse_error(&format!(
            "invalid UTF-8 in source at byte {}",
            e.valid_up_to() + 1
        )))),
    }
}

runtime_calls! {
    [throws] fn jl_toplevel_eval(m: Gc<Module>, e: Value) -> Value { eval::eval_toplevel(m, e) }
    [throws] fn jl_toplevel_eval_in(m: Gc<Module>, e: Value) -> Value { eval::eval(m, e) }
    [throws] fn jl_macroexpand(e: Value, m: Gc<Module>) -> Value { expand(m, e, true) }
    [throws] fn jl_macroexpand1(e: Value, m: Gc<Module>) -> Value { expand(m, e, false) }
    /// `include`: reads, parses and evaluates a file.
    [throws] fn jl_load_(m: Gc<Module>, path: Gc<JuliaString>) -> Value {
        let name = crate::sources::resolve(&path.text(), eval::place().0.as_str());
        let source = crate::sources::read(&name).map_err(|e| {
            error::error(&format!("could not open file {name}: {e}"))
        })?;
        eval::eval_source(m, &source, &name)
    }
    /// As `jl_load_`, for a whole path.
    [throws] fn jl_load_file(m: Gc<Module>, path: Gc<JuliaString>) -> Value {
        let name = path.text();
        let source = crate::sources::read(&name).map_err(|e| {
            error::error(&format!("could not open file {name}: {e}"))
        })?;
        eval::eval_source(m, &source, &name)
    }
    /// `include_string`.
    [throws] fn jl_load_string(m: Gc<Module>, source: Gc<JuliaString>, name: Gc<JuliaString>) -> Value {
        eval::eval_source(m, &source.text(), &name.text())
    }
    /// `Meta.parse`: `svec(expression, next offset)`; offsets count bytes from 0. `rule` 0 parses a
    /// statement, 1 an atom, 2 everything.
    [throws] fn jl_parse(p: *const u8, n: usize, file: Gc<JuliaString>, offset: usize, rule: i32) -> Value {
        // SAFETY: the caller passes the bytes of a string.
        let source = unsafe { text(p, n) }?;
        let file = file.text().into_owned();
        let trees = Trees::new();
        let parsed = match rule {
            0 => pkgimage_syntax::parse_statement(&source, offset, &file),
            1 => pkgimage_syntax::parse_atom(&source, offset, &file),
            _ => pkgimage_syntax::parse_all(&source[offset.min(source.len())..], &file)
                .map(|tree| (Some(tree), source.len())),
        };
        let (value, next) = match parsed {
            Ok((tree, next)) => {
                (tree.map_or(known().nothing, |t| trees.to_value(&t)), next)
            }
            Err(e) => {
                // As in Julia, the error is an expression; the caller decides whether to throw.
                let head = if e.incomplete { "incomplete" } else { "error" };
                let rendered = pkgimage_syntax::render(&e, &source, &file);
                let message = JuliaString::new(rendered.as_bytes()).value();
                let tree = crate::object::Expr::new(crate::symbol::symbol(head), &[message]);
                (tree.value(), source.len())
            }
        };
        Ok(crate::object::SimpleVector::new(&[value, box_int64(next as i64)]).value())
    }
    /// `Meta.lower`: macros expanded. The lowered code itself is no object.
    [throws] fn jl_expand(e: Value, m: Gc<Module>) -> Value { expand(m, e, true) }
    /// Refuses what a function of Base or of the standard library does not support.
    [throws] fn jl_unsupported(construct: Gc<JuliaString>) -> Value {
        Err(crate::unsupported::refuse(&construct.text(), &[]))
    }
    [throws] fn jl_rethrow() -> Value {
        match exceptions::pop() {
            Some((exception, trace)) => Err(error::throw_again(exception, trace)),
            None => Err(error::error("rethrow() not allowed outside a catch block")),
        }
    }
    /// The exception takes the place of the one that is being handled.
    [throws] fn jl_rethrow_other(e: Value) -> Value {
        match exceptions::pop() {
            Some((_, trace)) => Err(error::throw_again(e, trace)),
            None => Err(error::error("rethrow(exc) not allowed outside a catch block")),
        }
    }
    [throws] fn jl_throw(e: Value) -> Value { Err(error::throw(e)) }
    fn jl_current_exception() -> Value {
        exceptions::current().map_or(known().nothing, |(exception, _)| exception)
    }
    /// The exceptions that a task handles, each followed by its backtrace.
    fn jl_get_excstack(task: Gc<Task>) -> Value {
        let list = Gc::<Array>::vector_of_any(&[]);
        for pair in crate::tasks::exceptions_of(task).chunks_exact(2) {
            list.push_reference(pair[0]);
            list.push_reference(backtrace::entries(pair[1]).value());
        }
        list.value()
    }
    fn jl_catch_backtrace() -> Value {
        let trace = exceptions::current().map_or(known().nothing, |(_, trace)| trace);
        backtrace::entries(trace).value()
    }
    fn jl_backtrace_frames() -> Value { backtrace::entries(backtrace::capture()).value() }
    fn jl_lookup_code_address(address: usize) -> Value { backtrace::lookup(address).value() }
    fn jl_current_line() -> i64 { eval::place().1 as i64 }
    fn jl_current_file() -> Value { JuliaString::new(eval::place().0.as_str().as_bytes()).value() }
    fn jl_exit(code: i32) {
        crate::exit::exit(code);
    }
}
