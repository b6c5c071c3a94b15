//! Runs lowered code in the interpreter, over a Base of its own that is small enough to start at
//! once: every program in `tests/lowered/cases.jl` has to end with the value `true`.

use pkgimage_runtime::{self as runtime, debug, error, eval, fields, known, object};

const STACK_BYTES: usize = 256 << 20;

fn find(path: &str) -> Option<&'static str> {
    let root = env!("CARGO_MANIFEST_DIR");
    let file = match path.strip_prefix(runtime::sources::BUILT_IN_PREFIX)? {
        "base/Base.jl" => format!("{root}/tests/lowered/base.jl"),
        name => format!("{root}/../../julia/{name}"),
    };
    std::fs::read_to_string(file).ok().map(|text| &*text.leak())
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

fn run() -> Vec<String> {
    let here = 0usize;
    let base = &raw const here as usize;
    runtime::interpreter::limits::set_stack(base, STACK_BYTES);
    runtime::sources::install_built_in(find);
    runtime::init(base);
    if let Err(thrown) = runtime::bootstrap() {
        return vec![format!("Base: {}", describe(thrown))];
    }
    let main = known::known().main_module;
    let text = include_str!("lowered/cases.jl");
    let mut failed = Vec::new();
    let mut count = 0;
    for case in text.split("\n## ").skip(1) {
        let Some((name, program)) = case.split_once('\n') else { continue };
        count += 1;
        match eval::eval_source(main, program, name).map(debug::describe) {
            Ok(value) if value == "true" => {}
            Ok(value) => failed.push(format!("{name}: {value}")),
            Err(thrown) => failed.push(format!("{name}: {}", describe(thrown))),
        }
    }
    if count == 0 {
        failed.push("no programs".to_owned());
    }
    failed
}

#[test]
fn programs() {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("thread");
    let failed = worker.join().expect("the runtime's thread");
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}
