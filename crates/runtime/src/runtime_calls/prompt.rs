//! What the package REPL reaches.

use super::runtime_calls;
use crate::error;
use crate::object::{Array, JuliaString, Method, SimpleVector, box_int64};
use crate::prompt::services;
use crate::value::{Gc, Value};

runtime_calls! {
    /// The statements of an input: line, text, line, text, … (`Vector{Any}`). Those that consist of a name or a
    /// literal have no text.
    fn jl_statements(text: Gc<JuliaString>) -> Value {
        let text = text.text();
        let list = Gc::<Array>::vector_of_any(&[]);
        for span in pkgimage_syntax::statement_spans(&text) {
            let (start, end) = (span.start as usize, span.end as usize);
            let part = text.get(start..end).unwrap_or_default();
            let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count();
            list.push_reference(box_int64(line as i64 + 1));
            list.push_reference(JuliaString::new(part.as_bytes()).value());
        }
        list.value()
    }
    /// A statement was evaluated.
    fn jl_evaluated(file: Gc<JuliaString>, line: i64, text: Gc<JuliaString>) {
        if let Some(services) = services() {
            let line = u32::try_from(line).unwrap_or(1);
            (services.evaluated)(&file.text(), line, &text.text());
        }
    }
    /// The packages that are loaded and have files: for each its module, the file that defines it, and all of its
    /// files with their texts (`Vector{Any}` of vectors).
    fn jl_loaded_sources() -> Value {
        let list = Gc::<Array>::vector_of_any(&[]);
        for of in services().map_or(Vec::new(), |services| (services.sources)()) {
            let text = |text: &str| JuliaString::new(text.as_bytes()).value();
            let mut parts = vec![of.module.value(), text(&of.entry)];
            parts.extend(of.texts.iter().flat_map(|(path, content)| [text(path), text(content)]));
            list.push_reference(SimpleVector::new(&parts).value());
        }
        list.value()
    }
    /// The methods that were defined in a file (`Vector{Any}`).
    fn jl_methods_of_file(path: Gc<JuliaString>) -> Value {
        let found = services().map_or(Vec::new(), |services| (services.methods_of_file)(&path.text()));
        let found: Vec<Value> = found.into_iter().map(|method| method.value()).collect();
        Gc::<Array>::vector_of_any(&found).value()
    }
    /// A method stands in another line now.
    fn jl_move_method(method: Gc<Method>, line: i64) {
        method.line.set(line.try_into().unwrap_or(i32::MAX));
    }
    /// `saveWork`: under a name, or the session's own if that is empty; what involves packages of these names
    /// (`Vector{Any}`), or everything. What there is to say.
    [throws] fn jl_save_work(name: Gc<JuliaString>, packages: Gc<Array>) -> Value {
        let Some(services) = services() else {
            return Err(error::error("only the prompt saves its session"));
        };
        let packages: Vec<String> = packages
            .references()
            .iter()
            .flatten()
            .filter_map(|name| name.cast::<JuliaString>())
            .map(|name| name.text().into_owned())
            .collect();
        let name = name.text().into_owned();
        let said = (services.save)((!name.is_empty()).then_some(&*name), &packages)?;
        Ok(JuliaString::new(said.as_bytes()).value())
    }
}
