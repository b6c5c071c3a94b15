//! `pkgimage-runner`: runs Julia code.
//!
//! `pkgimage-runner FILE.jl [ARGUMENTS]` runs a script, `-e EXPR` an expression; `cargo pkgimage`
//! starts it with `--job FILE` (see `pkgimage_package::job`). Either way there is one [`Job`], one
//! session in which it is done, and one report at the end.
//!
//! - [`args`]: the command line, as a job.
//! - [`session`]: the start of the runtime, with Base from its image or from its sources.
//! - [`base_image`]: where Base's image is found outside of jobs.
//! - [`packages`]: what `using` finds, and how it is loaded.
//! - [`package_files`]: what a package was evaluated from.
//! - [`images`]: mapping images and bringing them to life; [`image_parts`]: what they consist of.
//! - [`image_writer`]: writing them; [`units`]: the code for them; [`owner`]: which package keeps it.
//! - [`precompile`]: what packages ask to have code for; [`roots`] chooses among calls that were seen.
//! - [`session_image`]: native code for what a script itself defines.
//! - [`jit`]: compilation while the program runs.
//! - [`julia`]: calls of Base's functions.
//! - [`signature`]: signatures as text, for recordings.
//! - [`repl`]: the prompt.
//! - [`tasks`]: what jobs ask for.
//! - [`report`]: counters and the answer, however the process ends.

mod args;
mod base_image;
mod bridge;
mod code_places;
mod image_parts;
mod image_writer;
mod images;
mod jit;
mod julia;
mod owner;
mod package_files;
mod packages;
mod precompile;
mod preferences;
mod repl;
mod report;
mod roots;
mod session;
mod session_image;
mod signature;
mod sources;
mod stages;
mod tasks;
mod units;

use pkgimage_package::job::{self, Job};
use pkgimage_runtime as runtime;

/// Address space of the stack that Julia code runs on.
const STACK_BYTES: usize = 512 << 20;

/// Exit code for a panic of the runner itself.
const PANICKED: i32 = 134;

fn main() {
    let command = match args::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprintln!("error: {message}");
            std::process::exit(job::exit::USAGE);
        }
    };
    let worker = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || run(command.job, command.stats));
    let code = match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => PANICKED,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            job::exit::EXCEPTION
        }
    };
    std::process::exit(code);
}

/// Does a job, on the thread that runs Julia code. The process ends as Julia's do: with finalizers,
/// flushed streams and the report.
fn run(job: Job, stats: Option<args::StatsFormat>) -> i32 {
    let here = 0usize;
    let stack = &raw const here as usize;
    runtime::interpreter::limits::set_stack(stack, STACK_BYTES);
    report::begin(&job, stats);
    if let Err(error) = session::start(&job, stack) {
        eprintln!("error: {error:#}");
        report::finish(job::exit::EXCEPTION);
        return job::exit::EXCEPTION;
    }
    let code = tasks::perform(&job);
    runtime::exit::exit(code)
}
