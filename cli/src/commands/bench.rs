//! `bench`: time to first execution of the workloads, without images and with them.
//!
//! Each measurement is a process of its own that loads the workload's script and then evaluates
//! its `call` three times: the first is what a user waits for, the fastest of the others is what
//! the code can do.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result};
use pkgimage_package::Workload;
use pkgimage_package::job::{Images, Program, Task};
use serde::Serialize;

use crate::args::{Engine, Global, MessageFormat};
use crate::commands::run;
use crate::exit;
use crate::invoke::{self, Request, Workspace};
use crate::plan;
use crate::session::{Session, milliseconds};
use crate::ui::Ui;

/// Time the workloads: without images, with images, and warm
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The workloads [default: all that have a `call`]
    #[arg(value_name = "WORKLOAD")]
    workloads: Vec<String>,
    /// How often each is measured; the medians are shown
    #[arg(long, value_name = "N", default_value_t = 5)]
    runs: usize,
    /// Another command to time as a whole; {} stands for the script (repeatable)
    #[arg(long, value_name = "COMMAND")]
    against: Vec<String>,
    /// How it is written: a table, or a line of JSON for each workload
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
    #[command(flatten)]
    engine: Engine,
}

/// The times of a workload, medians in milliseconds.
#[derive(Debug, Serialize)]
struct Row {
    workload: String,
    without: Times,
    with: Times,
    against: Vec<f64>,
}

/// The times of one way to run it.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct Times {
    /// The whole process.
    process: f64,
    /// The first call.
    first: f64,
    /// A call when everything is warm.
    warm: f64,
    /// Processor time of the runner, and of compilers that it started.
    cpu: f64,
}

/// What the line of a measurement on stderr begins with.
const MARK: &str = "pkgimage-bench ";

/// Measures and prints a table on stdout.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &arguments.engine, ui)?;
    let environment = run::environment(&session, None)?;
    let chosen: Vec<Workload> = if arguments.workloads.is_empty() {
        session.workloads.iter().filter(|workload| workload.call.is_some()).cloned().collect()
    } else {
        let named = arguments.workloads.iter().map(|name| session.workload(name).cloned());
        named.collect::<Result<_>>()?
    };
    let images = plan::usable(&session, &environment)?;
    let bare = Images { base: images.base.clone(), ..Images::default() };
    let bench = Bench { session: &session, runs: arguments.runs.max(1), files: Workspace::new()? };

    let mut rows = vec![bench.empty(&images, &bare, &arguments.against)?];
    for workload in &chosen {
        ui.status("Timing", &workload.name);
        rows.push(bench.workload(workload, &images, &bare, &arguments.against)?);
    }
    let mut stdout = std::io::stdout().lock();
    match arguments.message_format {
        MessageFormat::Human => write!(stdout, "{}", table(&rows, &arguments.against))?,
        MessageFormat::Json => {
            for row in &rows {
                serde_json::to_writer(&mut stdout, row)?;
                writeln!(stdout)?;
            }
        }
    }
    drop(stdout);
    drop(bench);
    session.close();
    Ok(exit::OK)
}

struct Bench<'a, 'b> {
    session: &'a Session<'b>,
    runs: usize,
    files: Workspace,
}

impl Bench<'_, '_> {
    fn empty(&self, images: &Images, bare: &Images, against: &[String]) -> Result<Row> {
        let script = self.files.file("empty.jl");
        std::fs::write(&script, "")?;
        Ok(Row {
            workload: "(empty script)".to_owned(),
            without: self.median(|| self.once(&script, &[], bare, true))?,
            with: self.median(|| self.once(&script, &[], images, false))?,
            against: self.others(against, &script, &[])?,
        })
    }

    fn workload(
        &self,
        workload: &Workload,
        images: &Images,
        bare: &Images,
        against: &[String],
    ) -> Result<Row> {
        let call = workload.call.as_deref().unwrap_or("nothing");
        let path = self.files.file(&format!("{}.jl", workload.name));
        std::fs::write(&path, driver(workload, call)?)?;
        Ok(Row {
            workload: workload.name.clone(),
            without: self.median(|| self.once(&path, &workload.args, bare, true))?,
            with: {
                // The first run leaves the code of the script itself in a session image.
                let task =
                    Task::Run { program: Program::File(path.clone()), args: workload.args.clone() };
                let run = plan::ScriptRun {
                    environment: run::environment(self.session, None)?,
                    script: Some(&path),
                    save_work: true,
                    session: None,
                    time_limit: workload.time_limit,
                    quiet: true,
                };
                plan::run_script(self.session, &self.files, task, run)?;
                let mut images = images.clone();
                images.sessions.extend(plan::session_image(self.session, &path, &images));
                self.median(|| self.once(&path, &workload.args, &images, false))?
            },
            against: self.others(against, &workload.script_path(), &workload.args)?,
        })
    }

    /// One process. `alone`: with an empty store, so that everything is compiled.
    fn once(
        &self,
        script: &std::path::Path,
        args: &[String],
        images: &Images,
        alone: bool,
    ) -> Result<Times> {
        let store = alone.then(tempfile::tempdir).transpose()?;
        let capture = self.files.file("stderr");
        let request = Request {
            task: Task::Run { program: Program::File(script.into()), args: args.to_vec() },
            environment: run::environment(self.session, None)?,
            images: images.clone(),
            save_work: None,
            sessions: None,
            store: store.as_ref().map(|folder| folder.path().to_path_buf()),
            time_limit: None,
            progress: None,
            output: invoke::Output::Captured(capture.clone()),
        };
        let started = Instant::now();
        let answer = invoke::run(self.session, &self.files, request)?;
        let process = milliseconds(started);
        let said = std::fs::read_to_string(&capture).unwrap_or_default();
        if answer.ended.code() != 0 {
            return Err(exit::failure(
                exit::RUNNER,
                format!("{} failed:\n{said}", script.display()),
            ));
        }
        let mut times = said
            .lines()
            .filter_map(|line| line.strip_prefix(MARK))
            .flat_map(|line| line.split_whitespace())
            .filter_map(|number| number.parse::<f64>().ok())
            .map(|nanoseconds| nanoseconds / 1e6);
        let first = times.next().unwrap_or_default();
        let warm = times.next().unwrap_or_default();
        let spent = answer.report.and_then(|report| report.stats.milliseconds.get("cpu").copied());
        Ok(Times { process, first, warm, cpu: spent.unwrap_or_default() })
    }

    fn median(&self, once: impl Fn() -> Result<Times>) -> Result<Times> {
        let all: Vec<Times> = (0..self.runs).map(|_| once()).collect::<Result<_>>()?;
        let of = |field: fn(&Times) -> f64| median(all.iter().map(field).collect());
        Ok(Times {
            process: of(|times| times.process),
            first: of(|times| times.first),
            warm: of(|times| times.warm),
            cpu: of(|times| times.cpu),
        })
    }

    /// Other commands, as whole processes.
    fn others(
        &self,
        commands: &[String],
        script: &std::path::Path,
        args: &[String],
    ) -> Result<Vec<f64>> {
        let mut times = Vec::new();
        for command in commands {
            let mut words: Vec<String> = command
                .split_whitespace()
                .map(|word| word.replace("{}", &script.to_string_lossy()))
                .collect();
            words.extend(args.iter().cloned());
            let Some((program, rest)) = words.split_first() else { continue };
            let mut all = Vec::new();
            for _ in 0..self.runs {
                let started = Instant::now();
                duct::cmd(program, rest)
                    .stdout_null()
                    .stderr_null()
                    .run()
                    .with_context(|| format!("cannot time `{command}`"))?;
                all.push(milliseconds(started));
            }
            times.push(median(all));
        }
        Ok(times)
    }
}

/// A script that loads the workload's and times its call.
fn driver(workload: &Workload, call: &str) -> Result<String> {
    let script: PathBuf = std::path::absolute(workload.script_path())?;
    let script = serde_json::to_string(&script.to_string_lossy())?.replace('$', "\\$");
    Ok(format!(
        "include({script})\n\
         let a = time_ns()\n    {call}\n    b = time_ns()\n    {call}\n    c = time_ns()\n    \
         {call}\n    d = time_ns()\n    \
         println(stderr, \"{MARK}\", b - a, \" \", min(c - b, d - c))\nend\n"
    ))
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn table(rows: &[Row], against: &[String]) -> String {
    let mut text = format!(
        "{:<16}{:>12}{:>12}{:>12}{:>12}{:>10}{:>12}{:>10}",
        "milliseconds",
        "no image",
        "first call",
        "image",
        "first call",
        "warm",
        "first/warm",
        "image cpu"
    );
    for command in against {
        text += &format!("  {command}");
    }
    text.push('\n');
    for row in rows {
        let ratio = if row.with.warm > 0.0 {
            format!("{:.2}", row.with.first / row.with.warm)
        } else {
            String::new()
        };
        text += &format!(
            "{:<16}{:>12.2}{:>12.2}{:>12.2}{:>12.3}{:>10.3}{:>12}{:>10.2}",
            row.workload,
            row.without.process,
            row.without.first,
            row.with.process,
            row.with.first,
            row.with.warm,
            ratio,
            row.with.cpu
        );
        for (command, time) in against.iter().zip(&row.against) {
            text += &format!("  {time:>width$.2}", width = command.len());
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![]), 0.0);
    }

    #[test]
    fn the_driver_times_the_call_three_times() {
        let workload = Workload {
            name: "w".into(),
            description: String::new(),
            packages: Vec::new(),
            script: "/a \"$b\".jl".into(),
            args: Vec::new(),
            call: None,
            time_limit: None,
            path: "/w.yaml".into(),
        };
        let text = driver(&workload, "main(ARGS)").unwrap();
        assert!(text.starts_with("include(\"/a \\\"\\$b\\\".jl\")\n"), "{text}");
        assert_eq!(text.matches("main(ARGS)").count(), 3);
    }
}
