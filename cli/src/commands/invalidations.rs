//! `invalidations`: which code loading a package, or a program's definitions, made invalid, and why.
//!
//! Each program is a process of its own that runs with the images that there are; what it prints goes to stderr.
//! The runner reports changes with what each made invalid; here that becomes trees, worst first.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use pkgimage_package::job::{Program, Task};
use pkgimage_package::report::{Invalidation, Stats};
use pkgimage_package::{Environment, Report};
use serde::Serialize;

use crate::args::{Engine, Global, MessageFormat, Selection};
use crate::commands::run;
use crate::exit;
use crate::invoke::{self, Request, Workspace};
use crate::plan;
use crate::session::Session;
use crate::ui::Ui;

/// Lines for one change, unless all are asked for.
const LINES: usize = 20;

/// Show which code loading packages or running a program makes invalid, and why
#[derive(Debug, clap::Args)]
#[command(override_usage = "cargo pkgimage invalidations [OPTIONS]\n       \
                            cargo pkgimage invalidations [OPTIONS] FILE [-- ARGS]...\n       \
                            cargo pkgimage invalidations [OPTIONS] -e EXPR [-- ARGS]...")]
pub struct Arguments {
    /// A script to run [default: each selected package is loaded]
    #[arg(value_name = "FILE", conflicts_with_all = ["package", "workspace", "exclude"])]
    file: Option<PathBuf>,
    /// An expression instead of a script
    #[arg(
        long = "eval",
        short = 'e',
        value_name = "EXPR",
        conflicts_with_all = ["file", "package", "workspace", "exclude"]
    )]
    expression: Option<String>,
    /// Arguments of the script, after --
    #[arg(value_name = "ARGS", last = true)]
    args: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Show all lines, however many
    #[arg(long)]
    all: bool,
    /// How it is written: trees, or a line of JSON for each program
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
    #[command(flatten)]
    engine: Engine,
}

/// What came of a program.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Found {
    program: String,
    /// How many specializations had native code.
    loaded: u64,
    /// How many of them became invalid.
    invalidated: usize,
    /// What made them so, worst first.
    causes: Vec<Invalidation>,
}

/// Prints on stdout; the exit code of the first program that did not end well.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &arguments.engine, ui)?;
    let mut programs: Vec<(String, Program, Environment)> = Vec::new();
    if let Some(file) = &arguments.file {
        if !file.is_file() {
            return Err(exit::failure(exit::SETUP, format!("no script {}", file.display())));
        }
        let name = file.display().to_string();
        programs.push((name, Program::File(file.clone()), run::environment(&session, None)?));
    } else if let Some(expression) = &arguments.expression {
        let environment = run::environment(&session, None)?;
        programs.push((expression.clone(), Program::Expression(expression.clone()), environment));
    } else {
        for package in session.selected(&arguments.selection)? {
            let load = format!("import {}", package.id.name);
            let environment = session.environment.closure(&package.id, false);
            programs.push((load.clone(), Program::Expression(load), environment));
        }
    }
    let mut code = exit::OK;
    for (name, program, environment) in programs {
        let task = Task::Invalidations { program, args: arguments.args.clone() };
        let images = plan::usable(&session, &environment)?;
        let request = Request::aside(task, environment, images);
        let answer = invoke::run(&session, &Workspace::new()?, request)?;
        if answer.ended.code() != exit::OK {
            ui.error(&format!("{name}: the program {}", answer.ended));
            code = if code == exit::OK { answer.ended.code() } else { code };
        }
        let Some(report) = answer.report else { continue };
        let found = found(name, report);
        let mut stdout = std::io::stdout().lock();
        match arguments.message_format {
            MessageFormat::Human => {
                let lines = if arguments.all { usize::MAX } else { LINES };
                write!(stdout, "{}", text(&found, lines))?;
            }
            MessageFormat::Json => {
                serde_json::to_writer(&mut stdout, &found)?;
                writeln!(stdout)?;
            }
        }
    }
    session.close();
    Ok(code)
}

fn found(program: String, report: Report) -> Found {
    let Stats { from_image, from_store, compiled, .. } = report.stats;
    let mut causes = report.invalidations.unwrap_or_default();
    // Stable: equal ones stay in the order in which they happened.
    causes.sort_by_key(|cause| std::cmp::Reverse(total(cause)));
    Found {
        program,
        loaded: from_image + from_store + compiled,
        invalidated: causes.iter().map(total).sum(),
        causes,
    }
}

fn total(cause: &Invalidation) -> usize {
    cause.specializations.iter().map(|one| one.native).sum()
}

/// A program's trees for people.
fn text(found: &Found, lines: usize) -> String {
    let Found { program, loaded, invalidated, causes } = found;
    #[allow(clippy::cast_precision_loss)] // three digits are shown
    let percent = *invalidated as f64 * 100.0 / (*loaded).max(1) as f64;
    let mut text = format!(
        "{program}: {invalidated} of {loaded} specializations with native code became invalid ({percent:.2} %)\n"
    );
    for cause in causes {
        let Invalidation { cause: kind, what, module, place, specializations } = cause;
        let place = place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
        text += &format!("\n{kind}: {what} in {module}{place}: {}\n", total(cause));
        let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let mut sums: Vec<usize> = specializations.iter().map(|one| one.native).collect();
        for (at, one) in specializations.iter().enumerate().rev() {
            children.entry(one.because_of).or_default().push(at);
            // Whose code it relied on stands before it.
            if let Some(before) = one.because_of.filter(|before| *before < at) {
                sums[before] += sums[at];
            }
        }
        for list in children.values_mut() {
            list.sort_by_key(|at| (std::cmp::Reverse(sums[*at]), *at));
        }
        let mut pending: Vec<(usize, usize)> = Vec::new();
        let push = |pending: &mut Vec<(usize, usize)>, of: Option<usize>, depth: usize| {
            let list = children.get(&of).map_or(&[][..], Vec::as_slice);
            pending.extend(list.iter().rev().map(|at| (*at, depth)));
        };
        push(&mut pending, None, 0);
        let mut shown = 0;
        while let Some((at, depth)) = pending.pop() {
            if shown == lines {
                let left = specializations.len() - shown;
                text += &format!("{:>6}  and {left} more (--all shows them)\n", "");
                break;
            }
            shown += 1;
            let one = &specializations[at];
            let indent = 2 * depth;
            text +=
                &format!("{:>6}  {:indent$}{} in {}\n", sums[at], "", one.signature, one.module);
            push(&mut pending, Some(at), depth + 1);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use pkgimage_package::report::{Cause, Invalidated};

    fn specialization(name: &str, because_of: Option<usize>, native: usize) -> Invalidated {
        Invalidated { signature: name.into(), module: "M".into(), because_of, native }
    }

    #[test]
    fn the_worst_stands_first_and_what_relied_on_something_below_it() {
        let cause = |what: &str, specializations| Invalidation {
            cause: Cause::MethodDefined,
            what: what.into(),
            module: "M".into(),
            place: Some("m.jl:3".into()),
            specializations,
        };
        let report = Report {
            stats: Stats { from_image: 50, compiled: 10, ..Stats::default() },
            invalidations: Some(vec![
                cause("f(::Int64)", vec![specialization("a()", None, 1)]),
                cause(
                    "g(::Int64)",
                    vec![
                        specialization("b()", None, 1),
                        specialization("c()", None, 0),
                        specialization("d()", Some(1), 1),
                        specialization("e()", Some(2), 1),
                    ],
                ),
            ]),
            ..Report::default()
        };
        let found = found("import M".into(), report);
        let whole = "import M: 4 of 60 specializations with native code became invalid (6.67 %)\n\
                     \nmethod defined: g(::Int64) in M at m.jl:3: 3\n\
                     \x20    2  c() in M\n\
                     \x20    2    d() in M\n\
                     \x20    1      e() in M\n\
                     \x20    1  b() in M\n\
                     \nmethod defined: f(::Int64) in M at m.jl:3: 1\n\
                     \x20    1  a() in M\n";
        assert_eq!(text(&found, 20), whole);
        assert!(text(&found, 2).contains("d() in M\n        and 2 more (--all shows them)\n"));
    }
}
