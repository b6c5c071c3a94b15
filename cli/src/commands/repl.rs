//! `repl`: the prompt, with the images that are there.

use std::path::PathBuf;

use anyhow::Result;
use pkgimage_package::job::{self, Task};
use pkgimage_package::sessions;

use super::run;
use crate::args::{Engine, Global};
use crate::invoke::Workspace;
use crate::locate;
use crate::plan::{self, ScriptRun};
use crate::session::Session;
use crate::ui::Ui;

/// Read, evaluate, print: the prompt
#[derive(Debug, clap::Args)]
#[command(override_usage = "cargo pkgimage repl [OPTIONS] [-- ARGS]...")]
pub struct Arguments {
    /// Arguments (`ARGS`), after --
    #[arg(value_name = "ARGS", last = true)]
    args: Vec<String>,
    /// Keep no history of what is typed
    #[arg(long)]
    no_history: bool,
    /// The session that is loaded and that `saveWork()` saves [default: default]
    #[arg(long, value_name = "NAME")]
    session: Option<String>,
    /// Load no session
    #[arg(long, conflicts_with = "session")]
    no_session: bool,
    /// Save the session at the end
    #[arg(long)]
    save_work: bool,
    /// Only this package and what it depends on can be loaded
    #[arg(long = "package", short, value_name = "NAME", help_heading = "Packages")]
    package: Option<String>,
    #[command(flatten)]
    engine: Engine,
}

/// Runs it; the exit code is what the session gave to `exit`.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open_to_run(global, &arguments.engine, ui)?;
    let environment = run::environment(&session, arguments.package.as_deref())?;
    let history = if arguments.no_history { None } else { history() };
    let task = Task::Repl(job::Repl { args: arguments.args.clone(), history });
    let files = Workspace::new()?;
    let name = arguments.session.as_deref().unwrap_or(sessions::DEFAULT);
    let mut named = super::session::named(&session, name)?;
    named.load = !arguments.no_session;
    named.save = arguments.save_work;
    let run = ScriptRun {
        environment,
        script: None,
        save_work: false,
        session: Some(named),
        time_limit: None,
        quiet: false,
    };
    let answer = plan::run_script(&session, &files, task, run)?;
    if let Some(trouble) = answer.ended.trouble() {
        ui.error(&format!("the session {trouble}"));
    }
    session.close();
    Ok(answer.ended.code())
}

/// Where what was typed is kept.
fn history() -> Option<PathBuf> {
    Some(locate::state()?.join("history"))
}
