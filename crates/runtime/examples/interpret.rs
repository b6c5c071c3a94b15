//! Runs a Julia file with the interpreter alone: `cargo run -p pkgimage-runtime --example interpret
//! -- FILE.jl`. Base is read from the `julia/` folder of the workspace.

use pkgimage_runtime as runtime;

const STACK_BYTES: usize = 512 << 20;

fn find(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(runtime::sources::BUILT_IN_PREFIX)?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../julia/").to_owned() + name;
    std::fs::read_to_string(file).ok().map(|text| &*text.leak())
}

fn run() -> i32 {
    let here = 0usize;
    let base = &raw const here as usize;
    runtime::interpreter::limits::set_stack(base, STACK_BYTES);
    runtime::sources::install_built_in(find);
    runtime::init(base);
    let file = std::env::args().nth(1).unwrap_or_default();
    let result = runtime::bootstrap().and_then(|()| {
        let text =
            runtime::sources::read(&file).map_err(|e| runtime::error::error(&e.to_string()))?;
        runtime::eval::eval_source(runtime::known::known().main_module, &text, &file)
    });
    runtime::exit::leave(result)
}

fn main() {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    let code = worker.map_or(1, |w| w.join().unwrap_or(134));
    std::process::exit(code);
}
