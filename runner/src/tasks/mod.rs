//! What jobs ask for.

mod build;
mod explain;
mod invalidations;
mod locate;
mod record;
mod run;
mod test;

use pkgimage_package::job::{self, Job, Recorded, Task};

/// Does the task of a job; gives the exit code.
pub fn perform(job: &Job) -> i32 {
    match &job.task {
        Task::Run { program, .. } => run::run(program),
        Task::Invalidations { program, .. } => invalidations::run(program),
        Task::Test { package, .. } => test::test(job, package),
        Task::Record { subject: Recorded::Package(package), log } => {
            record::begin(job, Some(package), log);
            test::test(job, package)
        }
        Task::Record { subject: Recorded::Workload { script, .. }, log } => {
            record::begin(job, None, log);
            run::run(&job::Program::File(script.clone()))
        }
        Task::Build(build) => build::build(job, build),
        Task::Locate { recordings } => locate::locate(job, recordings),
        Task::Explain { what } => explain::explain(job, what),
        Task::Repl(repl) => crate::repl::repl(job, repl),
    }
}
