//! The start: a runtime with Base in it, from Base's image where there is one, else from its sources.

use std::io::IsTerminal;
use std::time::Instant;

use anyhow::Result;
use pkgimage_image::stamp::Kind;
use pkgimage_package::job::{Color, Compile, Job, Program, Recorded, Task};
use pkgimage_runtime as runtime;

use crate::{
    base_image, images, jit, julia, packages, precompile, preferences, report, session_image,
    sources,
};

/// Starts the runtime for a job, on the thread whose stack begins at `stack`.
pub fn start(job: &Job, stack: usize) -> Result<()> {
    let started = Instant::now();
    runtime::sources::install_built_in(sources::find);
    runtime::loading::install(packages::require);
    runtime::exit::at_exit(report::finish);
    let compile_enabled = match job.compile {
        Compile::No => 0,
        Compile::Yes => 1,
        Compile::All => 2,
    };
    runtime::options::set("compile_enabled", compile_enabled);
    runtime::loading::install_preferences(preferences::of);
    packages::begin(job);
    precompile::install();
    if matches!(job.task, Task::Build(_)) {
        precompile::begin();
    }
    runtime::init_heap(stack);
    jit::install(job)?;
    if !from_image(job) {
        runtime::boot_core();
        runtime::bootstrap().map_err(julia::to_error)?;
        packages::load_with_base().map_err(julia::to_error)?;
    }
    report::time("start", started);
    if builds_base(job) {
        return Ok(());
    }
    packages::adopt_with_base().map_err(julia::to_error)?;
    packages::init_with_base().map_err(julia::to_error)?;
    if let Some(image) = &job.images.commons
        && jit::uses_code()
        && !matches!(job.task, Task::Build(_))
    {
        images::take_commons(image);
    }
    if !matches!(job.task, Task::Build(_)) {
        session_image::load::begin(job);
    }
    let (program, args) = program(job);
    let color = match job.color {
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        Color::Always => true,
        Color::Never => false,
    };
    let color = if color { runtime::known::known().true_ } else { runtime::known::known().false_ };
    let begins = [julia::string(&program), julia::strings(&args), color];
    julia::call_base("_process_begins", &begins).map_err(julia::to_error)?;
    // The prompt does so when it stands.
    if let Some(sessions) = job.sessions.as_ref().filter(|sessions| sessions.load)
        && !matches!(job.task, Task::Repl(_))
    {
        session_image::main_text::restore(sessions);
    }
    Ok(())
}

/// Whether Base came from an image. One that cannot be used costs time and a line.
fn from_image(job: &Job) -> bool {
    if builds_base(job) {
        return false;
    }
    let own = is_own(job).then(|| base_image::ensure(job)).flatten();
    let Some(image) = own.as_ref().or(job.images.base.as_ref()) else { return false };
    match images::load_base(image) {
        Ok(()) => {
            let bytes = std::fs::metadata(&image.path).map_or(0, |metadata| metadata.len());
            report::change(|report| report.stats.base_image_bytes = bytes);
            true
        }
        Err(error) => {
            report::warn(format!("going on without the image of Base: {error}"));
            false
        }
    }
}

/// Whether the runner was started without a job's file: it then looks after Base's image itself.
pub fn is_own(job: &Job) -> bool {
    job.report.as_os_str().is_empty()
}

fn builds_base(job: &Job) -> bool {
    matches!(&job.task, Task::Build(build) if build.subject == Kind::Base)
}

/// `PROGRAM_FILE` and `ARGS`.
fn program(job: &Job) -> (String, Vec<String>) {
    let shown = |path: &std::path::Path| path.display().to_string();
    match &job.task {
        Task::Run { program, args }
        | Task::Invalidations { program, args }
        | Task::Usage { program, args } => match program {
            Program::File(path) => (shown(path), args.clone()),
            Program::Expression(_) => (String::new(), args.clone()),
        },
        Task::Test { package, args } => (test_file(job, &package.uuid), args.clone()),
        Task::Record { subject: Recorded::Package(package), .. } => {
            (test_file(job, &package.uuid), Vec::new())
        }
        Task::Record { subject: Recorded::Workload { script, args, .. }, .. } => {
            (shown(script), args.clone())
        }
        Task::Repl(repl) => (String::new(), repl.args.clone()),
        Task::Build(_) | Task::Locate { .. } | Task::Explain { .. } => (String::new(), Vec::new()),
    }
}

fn test_file(job: &Job, uuid: &pkgimage_package::Uuid) -> String {
    let path = job.environment.package(uuid).and_then(|package| package.test_path());
    path.map(|path| path.display().to_string()).unwrap_or_default()
}
