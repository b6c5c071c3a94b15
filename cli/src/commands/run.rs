//! `run`: a script or an expression, with the images that are there.

use std::path::PathBuf;

use anyhow::Result;
use pkgimage_package::Environment;
use pkgimage_package::job::{Program, Task};

use crate::args::{Engine, Global};
use crate::commands::session;
use crate::exit;
use crate::invoke::Workspace;
use crate::plan::{self, ScriptRun};
use crate::session::Session;
use crate::ui::Ui;

/// Run a script or an expression with images
#[derive(Debug, clap::Args)]
#[command(override_usage = "cargo pkgimage run [OPTIONS] FILE [-- ARGS]...\n       \
                            cargo pkgimage run [OPTIONS] -e EXPR [-- ARGS]...")]
pub struct Arguments {
    /// The script
    #[arg(value_name = "FILE", required_unless_present = "expression")]
    file: Option<PathBuf>,
    /// An expression instead of a script
    #[arg(long = "eval", short = 'e', value_name = "EXPR", conflicts_with = "file")]
    expression: Option<String>,
    /// Arguments of the script, after --
    #[arg(value_name = "ARGS", last = true)]
    args: Vec<String>,
    /// Only this package and what it depends on can be loaded
    #[arg(long = "package", short, value_name = "NAME", help_heading = "Packages")]
    package: Option<String>,
    /// Keep what the script itself makes compile, for its next run
    #[arg(long)]
    save_work: bool,
    /// Begin with what was saved of a session of the prompt
    #[arg(long, value_name = "NAME")]
    session: Option<String>,
    /// End the script after this time
    #[arg(long, value_name = "SECONDS")]
    time_limit: Option<u64>,
    #[command(flatten)]
    engine: Engine,
}

/// Runs it; the exit code is the script's.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let program = match (&arguments.file, &arguments.expression) {
        (_, Some(expression)) => Program::Expression(expression.clone()),
        (Some(file), None) if file.is_file() => Program::File(file.clone()),
        (Some(file), None) => {
            return Err(exit::failure(exit::SETUP, format!("no script {}", file.display())));
        }
        // clap requires one of them.
        (None, None) => return Ok(exit::USAGE),
    };
    let session = Session::open_to_run(global, &arguments.engine, ui)?;
    let environment = environment(&session, arguments.package.as_deref())?;
    let script = match &program {
        Program::File(path) => Some(path.clone()),
        Program::Expression(_) => None,
    };
    let task = Task::Run { program, args: arguments.args.clone() };
    let named = arguments.session.as_deref();
    let named = named.map(|name| session::existing(&session, name, false)).transpose()?;
    let files = Workspace::new()?;
    let run = ScriptRun {
        environment,
        script: script.as_deref(),
        save_work: arguments.save_work,
        session: named,
        time_limit: arguments.time_limit,
        quiet: false,
    };
    let answer = plan::run_script(&session, &files, task, run)?;
    if let Some(trouble) = answer.ended.trouble() {
        ui.error(&format!("the script {trouble}"));
    }
    session.close();
    Ok(answer.ended.code())
}

/// What a script may load: everything but what only tests need, or one package's part of it.
pub fn environment(session: &Session<'_>, package: Option<&str>) -> Result<Environment> {
    Ok(match package {
        Some(name) => session.environment.closure(&session.named(name)?.id, false),
        None => session.environment.without_tests(),
    })
}
