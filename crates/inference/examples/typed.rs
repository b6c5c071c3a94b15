//! Shows the typed code of calls: `cargo run -p pkgimage-inference --example typed -- FILE.jl 'f(Int)'…`
//! evaluates the file over Base (from the `julia/` folder of the workspace) and prints what is inferred
//! for calls with these types.

use pkgimage_inference::{Inference, InferenceHooks};
use pkgimage_runtime as runtime;
use runtime::{debug, dispatch, error, eval, known};

const STACK_BYTES: usize = 1 << 30;
static HOOKS: InferenceHooks = InferenceHooks::new();

fn find(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(runtime::sources::BUILT_IN_PREFIX)?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../julia/").to_owned() + name;
    std::fs::read_to_string(file).ok().map(|text| &*text.leak())
}

fn show(call: &str) -> error::Result<()> {
    let Some((function, arguments)) = call.split_once('(') else { return Ok(()) };
    let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
    let main = known::known().main_module;
    let text = format!("Tuple{{Core.Typeof({function}), {arguments}}}");
    let signature = eval::eval_source(main, &text, "call")?;
    let world = runtime::world::current();
    let mut inference = Inference::new(world);
    println!("{call} => {}", debug::describe(inference.return_type(signature)));
    let Some(matches) = dispatch::matching_methods(signature, -1, world) else { return Ok(()) };
    for m in &matches.matches {
        println!("# {}", debug::describe(m.method.signature.get()));
        let instance = dispatch::specialize(m.method, m.spec_types, m.sparams);
        match inference.infer(instance) {
            Some(typed) => println!("{typed}"),
            None => println!("no code"),
        }
    }
    Ok(())
}

fn run() -> error::Result<()> {
    let here = 0usize;
    let base = &raw const here as usize;
    runtime::interpreter::limits::set_stack(base, STACK_BYTES);
    runtime::sources::install_built_in(find);
    runtime::init(base);
    runtime::bootstrap()?;
    runtime::hooks::install(&HOOKS);
    let mut arguments = std::env::args().skip(1);
    if let Some(file) = arguments.next().filter(|f| f != "-") {
        let text = runtime::sources::read(&file).map_err(|e| error::error(&e.to_string()))?;
        eval::eval_source(known::known().main_module, &text, &file)?;
    }
    for call in arguments {
        show(&call)?;
    }
    Ok(())
}

fn main() {
    let work = || run().map_err(|thrown| debug::describe(error::take(thrown)));
    match std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work).map(|w| w.join()) {
        Ok(Ok(Ok(()))) => {}
        other => {
            eprintln!("ERROR: {other:?}");
            std::process::exit(1);
        }
    }
}
