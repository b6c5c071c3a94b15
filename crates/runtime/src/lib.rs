//! Julia's runtime: objects, types, dispatch, lowering and the interpreter.
//!
//! One runtime per process, used by one thread; see [`init`].

pub mod arrays;
pub mod backtrace;
mod boot;
pub mod builtins;
pub mod code;
mod core_constructors;
pub mod debug;
pub mod definitions;
pub mod dispatch;
pub mod egal;
pub mod error;
pub mod eval;
pub mod exit;
pub mod fields;
pub mod finalizers;
pub mod foreign;
pub mod gc;
pub mod hooks;
pub mod interpreter;
pub mod interrupts;
pub mod intrinsics;
pub mod known;
pub mod layout;
pub mod loading;
pub mod lowering;
pub mod module;
pub mod native;
pub mod object;
pub mod options;
pub mod prompt;
pub mod runtime_calls;
pub mod snapshot;
pub mod sources;
pub mod surroundings;
pub mod symbol;
pub mod tasks;
pub mod trees;
pub mod types;
pub mod unsupported;
pub mod value;
pub mod world;

pub use boot::{finish_primitive, new_method_table};

/// Makes the runtime's first objects. Called once per process, on the thread that runs Julia code,
/// with the address where that thread's stack begins.
pub fn init(stack_base: usize) {
    init_heap(stack_base);
    boot_core();
}

/// The part of [`init`] that every process needs: the heap and the roots. The first objects are
/// then made by [`boot_core`] or come with an image of Base ([`snapshot::restore`]).
pub fn init_heap(stack_base: usize) {
    gc::init();
    foreign::init();
    gc::set_stack_base(stack_base);
    gc::register_root_range(known::address(), known::WORDS);
    gc::register_root_range(error::pending_address(), 2);
    for root in tasks::roots() {
        gc::register_root_range(root, 1);
    }
}

/// Makes the runtime's first objects.
pub fn boot_core() {
    boot::boot();
    builtins::boot();
    let core = known::known().core_module;
    let kwcall = interpreter::definition::new_function(core, symbol::symbol("kwcall"));
    core.set_const("kwcall", kwcall);
    known::update(|k| k.kwcall = kwcall);
}

/// Evaluates Core's own code and Base, from the sources that the runner has installed.
pub fn bootstrap() -> error::Result<()> {
    loading::set_booting(true);
    let result = bootstrap_from_sources();
    loading::set_booting(false);
    result
}

fn bootstrap_from_sources() -> error::Result<()> {
    bootstrap_core()?;
    evaluate_built_in(&["Base.jl"])?;
    let main = known::known().main_module;
    if let Some(base) = known::known().base_module.cast::<object::Module>() {
        main.use_module(base);
        eval::define_eval(main, &trees::Trees::new())?;
    }
    Ok(())
}

/// Evaluates Core's own code alone, without Base.
pub fn bootstrap_core() -> error::Result<()> {
    core_constructors::define()?;
    evaluate_built_in(&["prelude.jl", "boot.jl"])
}

fn evaluate_built_in(files: &[&str]) -> error::Result<()> {
    let core = known::known().core_module;
    for file in files {
        let path = format!("{}base/{file}", sources::BUILT_IN_PREFIX);
        let text = sources::read(&path).map_err(|e| error::error(&format!("{path}: {e}")))?;
        eval::eval_source(core, &text, &path)?;
    }
    Ok(())
}

/// Runs `f` with a runtime, for tests: on one thread with a large stack, one test at a time.
pub fn with_test_runtime<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    use std::sync::{Mutex, mpsc};
    type Job = Box<dyn FnOnce() + Send>;
    static WORKER: Mutex<Option<mpsc::Sender<Job>>> = Mutex::new(None);
    let (done, result) = mpsc::channel();
    {
        let mut worker = WORKER.lock().unwrap_or_else(|e| e.into_inner());
        let sender = worker.get_or_insert_with(|| {
            let (sender, jobs) = mpsc::channel::<Job>();
            let work = move || {
                let here = 0usize;
                init(&raw const here as usize);
                for job in jobs {
                    // A failing test must not take the worker with it.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
                }
            };
            if let Err(e) = std::thread::Builder::new().stack_size(256 << 20).spawn(work) {
                panic!("cannot start the test runtime: {e}");
            }
            sender
        });
        let job: Job = Box::new(move || {
            let _ = done.send(f());
        });
        if sender.send(job).is_err() {
            panic!("the test runtime is gone");
        }
    }
    match result.recv() {
        Ok(value) => value,
        Err(_) => panic!("the test panicked on the runtime's thread (see above)"),
    }
}
