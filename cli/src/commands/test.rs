//! `test`: the same test files as `record`, without recording.

use anyhow::Result;
use pkgimage_package::Package;
use pkgimage_package::job::Task;

use crate::args::{Engine, Global, Selection};
use crate::commands::record::has_test;
use crate::exit;
use crate::invoke::{Answer, Workspace};
use crate::plan::{self, ScriptRun};
use crate::session::Session;
use crate::ui::Ui;

/// Seconds that a test file may take.
pub const TIME_LIMIT: u64 = 1800;

/// Run test files without recording
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Arguments of the test files, after --
    #[arg(value_name = "ARGS", last = true)]
    args: Vec<String>,
    /// Go on with the other packages after a failure
    #[arg(long)]
    keep_going: bool,
    /// End a test file after this time; 0: never
    #[arg(long, value_name = "SECONDS", default_value_t = TIME_LIMIT)]
    time_limit: u64,
    #[command(flatten)]
    engine: Engine,
}

/// Tests; 101 if a test file did not pass.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open_to_run(global, &arguments.engine, ui)?;
    let mut failed = Vec::new();
    for package in with_tests(&session, &arguments.selection)? {
        ui.status("Testing", &package.id.name);
        let environment = session.environment.closure(&package.id, true);
        let script = package.test_path();
        let files = Workspace::new()?;
        let task = Task::Test { package: package.id.clone(), args: arguments.args.clone() };
        let run = ScriptRun {
            environment,
            script: script.as_deref(),
            save_work: false,
            session: None,
            time_limit: (arguments.time_limit > 0).then_some(arguments.time_limit),
            quiet: false,
        };
        let answer = plan::run_script(&session, &files, task, run)?;
        let verdict = verdict(&answer);
        let line = format!("{}: {}", package.id.name, verdict.text);
        if verdict.ok {
            ui.status("Passed", &line);
            continue;
        }
        ui.failed("Failed", &line);
        failed.push(package.id.name.clone());
        if !arguments.keep_going {
            break;
        }
    }
    let code = if failed.is_empty() {
        exit::OK
    } else {
        ui.error(&format!("not everything passed: {}", failed.join(", ")));
        exit::TESTS_FAILED
    };
    session.close();
    Ok(code)
}

/// The selected packages that have a test file. Those without are named; none at all is an
/// error.
pub fn with_tests<'a>(session: &'a Session<'_>, selection: &Selection) -> Result<Vec<&'a Package>> {
    let (with, without): (Vec<&Package>, Vec<&Package>) =
        session.selected(selection)?.into_iter().partition(|package| has_test(package));
    for package in &without {
        let line = format!(
            "{} has no test file; `record` and `test` run {}",
            package.id.name,
            package.root.join("test/runtests.jl").display()
        );
        if with.is_empty() {
            return Err(exit::failure(exit::SETUP, line));
        }
        session.ui.warn(&line);
    }
    Ok(with)
}

/// What came of a test file.
pub struct Verdict {
    /// Whether all is well.
    pub ok: bool,
    /// Whether it ran to its end.
    pub complete: bool,
    /// In a few words.
    pub text: String,
}

impl Verdict {
    /// Of a script, which has no tests.
    pub fn of_script(answer: &Answer) -> Self {
        let ok = answer.ended.code() == 0;
        Verdict { ok, complete: ok, text: format!("the script {}", answer.ended) }
    }
}

/// What came of a test file, by the runner's report and exit code.
pub fn verdict(answer: &Answer) -> Verdict {
    let tests = answer.report.as_ref().and_then(|report| report.tests);
    let counts = tests.map(|tests| {
        let parts = [
            (tests.passed, "passed"),
            (tests.failed, "failed"),
            (tests.errored, "errored"),
            (tests.broken, "broken"),
        ];
        let shown: Vec<String> = parts
            .iter()
            .enumerate()
            .filter(|(at, (count, _))| *at == 0 || *count > 0)
            .map(|(_, (count, word))| format!("{count} {word}"))
            .collect();
        format!("tests: {}", shown.join(", "))
    });
    let end = match answer.ended.trouble() {
        Some(trouble) => Some(format!("the test file {trouble}")),
        None if tests.is_none_or(|tests| !tests.complete) && answer.ended.code() != 0 => {
            Some(format!("the test file {}", answer.ended))
        }
        None if tests.is_some_and(|tests| !tests.complete) => {
            Some("the test file ended the process before its end".to_owned())
        }
        None => None,
    };
    let complete = tests.is_some_and(|tests| tests.complete) && end.is_none();
    let ok = answer.ended.code() == 0 && tests.is_none_or(|tests| tests.ok());
    let text: Vec<String> = counts.into_iter().chain(end).collect();
    let text = if text.is_empty() { "it ended well".to_owned() } else { text.join("; ") };
    Verdict { ok, complete: complete || ok, text }
}
