//! `record`: run test files (or workloads), each in its own runner, and write down the roots.

use std::path::{Path, PathBuf};

use anyhow::Result;
use pkgimage_package::job::{Recorded, Task};
use pkgimage_package::report::Roots;
use pkgimage_package::{Environment, Package, Recording};

use crate::args::{Engine, Global, Selection};
use crate::commands::run;
use crate::commands::test::{self, Verdict};
use crate::exit;
use crate::invoke::{self, Answer, Workspace};
use crate::plan::{self, ScriptRun};
use crate::session::Session;
use crate::ui::Ui;

/// Run test files and note every specialization that they use
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Record a workload instead of test files (repeatable)
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Packages",
        conflicts_with_all = ["package", "workspace"]
    )]
    workload: Vec<String>,
    /// Go on with the other packages after a failure
    #[arg(long)]
    keep_going: bool,
    /// End a test file after this time; 0: never
    #[arg(long, value_name = "SECONDS", default_value_t = test::TIME_LIMIT)]
    time_limit: u64,
    #[command(flatten)]
    engine: Engine,
}

/// What is recorded: a test file, or a workload.
struct Item {
    name: String,
    subject: Recorded,
    script: PathBuf,
    environment: Environment,
    /// The recording so far, and where it is.
    recording: Recording,
    path: PathBuf,
    time_limit: Option<u64>,
    is_test: bool,
}

/// Records; 101 if a test file did not pass.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &arguments.engine, ui)?;
    let limit = (arguments.time_limit > 0).then_some(arguments.time_limit);
    let mut items = if arguments.workload.is_empty() {
        packages(&session, &arguments.selection, limit)?
    } else {
        workloads(&session, &arguments.workload, limit)?
    };
    if arguments.workload.is_empty() && arguments.selection.workspace {
        let names: Vec<String> = session.workloads.iter().map(|one| one.name.clone()).collect();
        items.extend(workloads(&session, &names, limit)?);
    }
    let mut failed = Vec::new();
    for item in items {
        let name = item.name.clone();
        if !record(&session, item)? {
            failed.push(name);
            if !arguments.keep_going {
                break;
            }
        }
    }
    let code = if failed.is_empty() {
        ui.note("`cargo pkgimage build` compiles what was recorded");
        exit::OK
    } else {
        ui.error(&format!("not everything passed: {}", failed.join(", ")));
        exit::TESTS_FAILED
    };
    session.close();
    Ok(code)
}

fn packages(session: &Session<'_>, selection: &Selection, limit: Option<u64>) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for package in test::with_tests(session, selection)? {
        let (Some(path), Some(script)) = (package.recording_path(), package.test_path()) else {
            continue;
        };
        items.push(Item {
            name: package.id.name.clone(),
            script,
            subject: Recorded::Package(package.id.clone()),
            environment: session.environment.closure(&package.id, true),
            recording: Recording::of_package(&package.id),
            path,
            time_limit: limit,
            is_test: true,
        });
    }
    Ok(items)
}

fn workloads(session: &Session<'_>, names: &[String], limit: Option<u64>) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for name in names {
        let workload = session.workload(name)?;
        for package in &workload.packages {
            session.named(package)?;
        }
        items.push(Item {
            name: workload.name.clone(),
            script: workload.script_path(),
            subject: Recorded::Workload {
                name: workload.name.clone(),
                script: workload.script_path(),
                args: workload.args.clone(),
            },
            environment: run::environment(session, None)?,
            recording: Recording::of_workload(&workload.name),
            path: workload.recording_path(),
            time_limit: workload.time_limit.or(limit),
            is_test: false,
        });
    }
    Ok(items)
}

/// Records one item and says what came of it; whether it went well.
fn record(session: &Session<'_>, item: Item) -> Result<bool> {
    let Item { name, subject, script, environment, mut recording, path, time_limit, is_test } =
        item;
    session.ui.status("Recording", &name);
    let files = Workspace::new()?;
    let log = files.file("log");
    let task = Task::Record { subject, log: log.clone() };
    // What the script itself defines stands in no recording, so its code is kept right here.
    let run = ScriptRun {
        environment,
        script: Some(&script),
        save_work: true,
        session: None,
        time_limit,
        quiet: false,
    };
    let answer = plan::run_script(session, &files, task, run)?;
    let verdict = if is_test { test::verdict(&answer) } else { Verdict::of_script(&answer) };

    // An old recording that cannot be read is replaced.
    let old = Recording::read(&path).ok().flatten();
    let roots = roots(&answer, &log);
    recording.roots = roots.roots;
    recording.test_roots = roots.test_roots;
    if let (false, Some(old)) = (verdict.complete, &old) {
        // What the rest of the file would have reached is known from an earlier run.
        recording.extend(old.clone());
    }
    if recording.is_empty() && !verdict.ok {
        session.ui.failed("Failed", &format!("{name}: {}; nothing recorded", verdict.text));
        return Ok(false);
    }
    let written = recording.write(&path)?;
    let line = summary(&name, &recording, old.as_ref(), &verdict.text);
    if verdict.ok {
        session.ui.status(if written { "Recorded" } else { "Unchanged" }, &line);
    } else {
        session.ui.failed("Failed", &line);
    }
    session.ui.detail("Wrote", &path.display().to_string());
    Ok(verdict.ok)
}

/// The roots of the report; of a runner that died, what it had called until then.
fn roots(answer: &Answer, log: &Path) -> Roots {
    match answer.report.as_ref().and_then(|report| report.recorded.clone()) {
        Some(roots) => roots,
        None => Roots { roots: invoke::log_lines(log).into_iter().collect(), ..Roots::default() },
    }
}

fn summary(name: &str, new: &Recording, old: Option<&Recording>, verdict: &str) -> String {
    let change = match old {
        Some(old) => {
            let added = new.roots.difference(&old.roots).count();
            let removed = old.roots.difference(&new.roots).count();
            if added + removed == 0 { String::new() } else { format!(" (+{added} -{removed})") }
        }
        None => String::new(),
    };
    let tests = match new.test_roots.len() {
        0 => String::new(),
        some => format!(" and {some} of its tests"),
    };
    format!("{name}: {} roots{change}{tests}; {verdict}", new.roots.len())
}

/// Whether a package has what `record` and `test` need.
pub fn has_test(package: &Package) -> bool {
    package.test_path().is_some_and(|path| path.is_file())
}
