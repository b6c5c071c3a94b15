//! The command line, as clap reads it: what all commands share. Each command's own arguments
//! stand in its file under `commands/`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pkgimage_image::stamp::{CheckBounds, Settings};
use pkgimage_ir::Cpu;
use pkgimage_package::job;

use crate::commands;
use crate::{exit, memory};

/// Cached, relocatable native images for Julia packages
#[derive(Debug, Parser)]
#[command(
    name = "cargo-pkgimage",
    bin_name = "cargo pkgimage",
    version,
    max_term_width = 100,
    after_help = exit::HELP,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Record(commands::record::Arguments),
    Build(commands::build::Arguments),
    Run(commands::run::Arguments),
    Repl(commands::repl::Arguments),
    Session(commands::session::Arguments),
    Test(commands::test::Arguments),
    Status(commands::status::Arguments),
    Inspect(commands::inspect::Arguments),
    Explain(commands::explain::Arguments),
    Invalidations(commands::invalidations::Arguments),
    Bench(commands::bench::Arguments),
    Verify(commands::verify::Arguments),
    Gc(commands::gc::Arguments),
    Clean(commands::clean::Arguments),
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", global = true, help_heading = "Environment")]
    pub manifest_path: Option<PathBuf>,
    /// A plain Julia package or environment: a folder with a Project.toml
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help_heading = "Environment",
        conflicts_with = "manifest_path"
    )]
    pub project: Option<PathBuf>,
    /// Directory for what is kept between runs
    #[arg(long, value_name = "DIR", global = true, help_heading = "Environment")]
    pub target_dir: Option<PathBuf>,
    /// Require that Cargo.lock stays as it is
    #[arg(long, global = true, help_heading = "Environment")]
    pub locked: bool,
    /// Work without the network
    #[arg(long, global = true, help_heading = "Environment")]
    pub offline: bool,
    /// Say only what went wrong
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Coloring
    #[arg(long, value_enum, value_name = "WHEN", global = true, default_value_t)]
    pub color: Color,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Which packages.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// A package, by its Julia or Cargo name (repeatable)
    #[arg(long = "package", short, value_name = "NAME", help_heading = "Packages")]
    pub package: Vec<String>,
    /// All packages of the workspace
    #[arg(long, help_heading = "Packages", conflicts_with = "package")]
    pub workspace: bool,
    /// All but this one (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "Packages", requires = "workspace")]
    pub exclude: Vec<String>,
}

/// How code is run and built.
#[derive(Debug, Clone, Args)]
pub struct Engine {
    /// Compiler processes at once, as far as memory allows [default: number of CPUs]
    #[arg(long, short, value_name = "N", help_heading = "Compilation")]
    pub jobs: Option<NonZeroUsize>,
    /// Whether to compile: not at all, what is worth it, everything before its first call
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, help_heading = "Compilation")]
    pub compile: Compile,
    #[command(flatten)]
    pub code: Code,
    /// Print the counters of the run: for people, or as one line of JSON
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub stats: Option<StatsFormat>,
}

/// What code is for: images of other settings are other images.
#[derive(Debug, Clone, Args)]
pub struct Code {
    /// Whether array bounds are checked: as the code says, always, never
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, help_heading = "Compilation")]
    pub check_bounds: Bounds,
    /// The CPU that code is for: generic (any since 2009), native (this one) or a name, with features added or taken
    /// away (haswell,-fma)
    #[arg(
        long,
        value_name = "CPU",
        default_value_t,
        value_parser = Cpu::to_run_here,
        env = "PKGIMAGE_TARGET_CPU",
        hide_env_values = true,
        help_heading = "Compilation"
    )]
    pub target_cpu: Cpu,
}

/// `--compile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Compile {
    No,
    #[default]
    Yes,
    All,
}

/// `--check-bounds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Bounds {
    #[default]
    Auto,
    Yes,
    No,
}

/// `--stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    Text,
    Json,
}

/// `--message-format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum MessageFormat {
    #[default]
    Human,
    Json,
}

impl Code {
    /// The settings of builds.
    pub fn settings(&self) -> Settings {
        let check_bounds = match self.check_bounds {
            Bounds::Auto => CheckBounds::Auto,
            Bounds::Yes => CheckBounds::Yes,
            Bounds::No => CheckBounds::No,
        };
        Settings { check_bounds, cpu: self.target_cpu.to_string() }
    }
}

impl Default for Code {
    fn default() -> Self {
        Code { check_bounds: Bounds::Auto, target_cpu: Cpu::default() }
    }
}

impl Engine {
    /// The usual one for this code, for commands that run nothing.
    pub fn usual(code: &Code) -> Engine {
        Engine { jobs: None, compile: Compile::Yes, code: code.clone(), stats: None }
    }

    /// As jobs say it.
    pub fn compile(&self) -> job::Compile {
        match self.compile {
            Compile::No => job::Compile::No,
            Compile::Yes => job::Compile::Yes,
            Compile::All => job::Compile::All,
        }
    }

    /// How many compilers may run at once now.
    pub fn jobs(&self) -> usize {
        let cpus = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        memory::compilers(self.jobs.map_or_else(cpus, NonZeroUsize::get))
    }
}

impl Global {
    /// 0 with `-q`, 1, or 2 with `-v`.
    pub fn verbosity(&self) -> u8 {
        if self.quiet { 0 } else { 1 + self.verbose.min(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
