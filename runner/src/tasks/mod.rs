//! What jobs ask for.

mod build;
mod explain;
mod invalidations;
mod locate;
pub mod record;
mod run;
mod test;
mod usage;

use pkgimage_package::job::{self, Job, Recorded, Task};

/// Does the task of a job; gives the exit code.
pub fn perform(job: &Job) -> i32 {
    match &job.task {
        Task::Run { program, .. } => run::run(program),
        Task::Invalidations { program, .. } => invalidations::run(program),
        Task::Usage { program, .. } => usage::run(program),
        Task::Test { package, .. } => test::test(job, package),
        Task::Record { subject, log } => {
            record::begin(job, subject, log);
            match subject {
                Recorded::Package(package) => test::test(job, package),
                Recorded::Workload { script, .. } => run::run(&job::Program::File(script.clone())),
            }
        }
        Task::Build(build) => build::build(job, build),
        Task::Locate { recordings } => locate::locate(job, recordings),
        Task::Explain { what } => explain::explain(job, what),
        Task::Repl(repl) => crate::repl::repl(job, repl),
    }
}
