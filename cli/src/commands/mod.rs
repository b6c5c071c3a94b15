//! The commands, one file each: its arguments and what it does with a session.

pub mod bench;
pub mod build;
pub mod clean;
pub mod explain;
pub mod gc;
pub mod inspect;
pub mod invalidations;
pub mod record;
pub mod repl;
pub mod run;
pub mod session;
pub mod status;
pub mod test;
pub mod verify;

use anyhow::Result;

use crate::args::{Cli, Command};
use crate::ui::Ui;

/// Executes the command and returns the exit code.
pub fn execute(cli: Cli, ui: &Ui) -> Result<i32> {
    let Cli { global, command } = cli;
    match command {
        Command::Record(arguments) => record::execute(&arguments, &global, ui),
        Command::Build(arguments) => build::execute(&arguments, &global, ui),
        Command::Run(arguments) => run::execute(&arguments, &global, ui),
        Command::Repl(arguments) => repl::execute(&arguments, &global, ui),
        Command::Session(arguments) => session::execute(&arguments, &global, ui),
        Command::Test(arguments) => test::execute(&arguments, &global, ui),
        Command::Status(arguments) => status::execute(&arguments, &global, ui),
        Command::Inspect(arguments) => inspect::execute(&arguments, &global, ui),
        Command::Explain(arguments) => explain::execute(&arguments, &global, ui),
        Command::Invalidations(arguments) => invalidations::execute(&arguments, &global, ui),
        Command::Bench(arguments) => bench::execute(&arguments, &global, ui),
        Command::Verify(arguments) => verify::execute(&arguments, ui),
        Command::Gc(arguments) => gc::execute(&arguments, ui),
        Command::Clean(arguments) => clean::execute(&arguments, &global, ui),
    }
}
