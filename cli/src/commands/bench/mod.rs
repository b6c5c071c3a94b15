//! `bench`: time to first execution of the workloads, interpreted, compiled on demand, and from images; and of
//! other programs beside them.
//!
//! Each measurement is a process of its own that loads the workload's script and then evaluates
//! its `call` three times: the first is what a user waits for, the fastest of the others is what
//! the code can do. What is interpreted gets no faster and is called once. The ways take turns, so that what else the machine does falls on all of them alike.

mod times;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use pkgimage_package::Workload;
use pkgimage_package::job::{Compile, Images, Program, Task};
use serde::Serialize;

use crate::args::{Engine, Global, MessageFormat};
use crate::commands::run;
use crate::exit;
use crate::invoke::{self, Request, Workspace};
use crate::plan;
use crate::session::{Session, milliseconds};
use crate::ui::Ui;
use times::{Measure, Once, Times};

/// Time the workloads: interpreted, compiled on demand, from images, and beside other programs
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The workloads [default: all that have a `call`]
    #[arg(value_name = "WORKLOAD")]
    workloads: Vec<String>,
    /// How often each is measured; medians are shown, and half of the distance between the quartiles
    #[arg(long, value_name = "N", default_value_t = 5)]
    runs: usize,
    /// Another program to time beside each workload, with the workload's arguments: {} stands for the
    /// script, {name} for the workload's name (repeatable)
    #[arg(long, value_name = "COMMAND")]
    versus: Vec<String>,
    /// How it is written: a table, or a line of JSON for each workload
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
    #[command(flatten)]
    engine: Engine,
}

/// The times of a workload.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    workload: String,
    runs: usize,
    interpreted: Times,
    on_demand: Times,
    images: Times,
    versus: Vec<Versus>,
}

/// The times of another program.
#[derive(Debug, Serialize)]
struct Versus {
    command: String,
    /// The whole process; none if there is no program for this workload.
    process: Option<Measure>,
    /// How many times as long as from images, of the runs in turn.
    ratio: Option<Measure>,
}

/// What the line of a measurement on stderr begins with.
const MARK: &str = "pkgimage-bench ";

/// What runs, in one of the ways.
struct Subject<'a> {
    name: &'a str,
    /// The script that is measured; the same with a single call; and the one that other programs are told.
    driver: &'a Path,
    single: &'a Path,
    script: &'a Path,
    args: &'a [String],
}

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
    let bench = Bench {
        session: &session,
        runs: arguments.runs.max(1),
        versus: &arguments.versus,
        files: Workspace::new()?,
    };

    let mut rows = vec![bench.empty(&images, &bare)?];
    for workload in &chosen {
        ui.status("Timing", &workload.name);
        rows.push(bench.workload(workload, &images, &bare)?);
    }
    let mut stdout = std::io::stdout().lock();
    match arguments.message_format {
        MessageFormat::Human => write!(stdout, "{}", table(&rows))?,
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
    versus: &'a [String],
    files: Workspace,
}

impl Bench<'_, '_> {
    /// What it costs to start.
    fn empty(&self, images: &Images, bare: &Images) -> Result<Row> {
        let script = self.files.file("empty.jl");
        std::fs::write(&script, "")?;
        let subject =
            Subject { name: "empty", driver: &script, single: &script, script: &script, args: &[] };
        self.row(&subject, images, bare)
    }

    fn workload(&self, workload: &Workload, images: &Images, bare: &Images) -> Result<Row> {
        let call = workload.call.as_deref().unwrap_or("nothing");
        let path = self.files.file(&format!("{}.jl", workload.name));
        std::fs::write(&path, driver(workload, call, CALLS)?)?;
        let single = self.files.file(&format!("{}-once.jl", workload.name));
        std::fs::write(&single, driver(workload, call, 1)?)?;
        // The first run leaves the code of the script itself in a session image.
        let task = Task::Run { program: Program::File(path.clone()), args: workload.args.clone() };
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
        let script = workload.script_path();
        let subject = Subject {
            name: &workload.name,
            driver: &path,
            single: &single,
            script: &script,
            args: &workload.args,
        };
        self.row(&subject, &images, bare)
    }

    /// All ways in turn, again and again.
    fn row(&self, subject: &Subject<'_>, images: &Images, bare: &Images) -> Result<Row> {
        let (mut interpreted, mut on_demand, mut with) = (Vec::new(), Vec::new(), Vec::new());
        let mut others: Vec<Vec<f64>> = vec![Vec::new(); self.versus.len()];
        for _ in 0..self.runs {
            interpreted.push(self.once(subject, subject.single, bare, Some(Compile::No), true)?);
            on_demand.push(self.once(subject, subject.driver, bare, None, true)?);
            with.push(self.once(subject, subject.driver, images, None, false)?);
            for (command, times) in self.versus.iter().zip(&mut others) {
                times.extend(other(command, subject)?);
            }
        }
        let versus = self.versus.iter().zip(others).map(|(command, times)| {
            let pairs = times.iter().zip(&with);
            let ratios = pairs.map(|(time, with)| time / with.process).collect();
            let command = command.replace("{name}", subject.name);
            Versus { command, ratio: Measure::of(ratios), process: Measure::of(times) }
        });
        Ok(Row {
            workload: subject.name.to_owned(),
            runs: self.runs,
            versus: versus.collect(),
            interpreted: Times::of(&interpreted),
            on_demand: Times::of(&on_demand),
            images: Times::of(&with),
        })
    }

    /// One process. `alone`: with an empty store, so that everything is compiled.
    fn once(
        &self,
        subject: &Subject<'_>,
        script: &Path,
        images: &Images,
        compile: Option<Compile>,
        alone: bool,
    ) -> Result<Once> {
        let store = alone.then(tempfile::tempdir).transpose()?;
        let capture = self.files.file("stderr");
        let program = Program::File(script.into());
        let request = Request {
            task: Task::Run { program, args: subject.args.to_vec() },
            environment: run::environment(self.session, None)?,
            images: images.clone(),
            compile,
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
                format!("{} failed:\n{said}", subject.script.display()),
            ));
        }
        let marked = said.lines().find_map(|line| line.strip_prefix(MARK)).unwrap_or_default();
        let mut times = marked
            .split_whitespace()
            .filter_map(|number| number.parse::<f64>().ok())
            .map(|nanoseconds| nanoseconds / 1e6);
        let (loading, first) = (times.next(), times.next());
        let others: Vec<f64> = times.collect();
        let warm = others.iter().copied().reduce(f64::min);
        let process = process - others.iter().sum::<f64>();
        let cpu = answer.report.and_then(|report| report.stats.milliseconds.get("cpu").copied());
        Ok(Once { process, loading, first, warm, cpu })
    }
}

/// Another command, as a whole process; none if it names a program for this workload that is not there.
fn other(command: &str, subject: &Subject<'_>) -> Result<Option<f64>> {
    let mut words = Vec::new();
    for word in command.split_whitespace() {
        let named = word.replace("{name}", subject.name);
        if named != word && !Path::new(&named).exists() {
            return Ok(None);
        }
        words.push(named.replace("{}", &subject.script.to_string_lossy()));
    }
    words.extend(subject.args.iter().cloned());
    let Some((program, rest)) = words.split_first() else { return Ok(None) };
    let started = Instant::now();
    duct::cmd(program, rest)
        .stdout_null()
        .stderr_null()
        .run()
        .with_context(|| format!("cannot time `{}`", words.join(" ")))?;
    Ok(Some(milliseconds(started)))
}

/// How often the call is timed.
const CALLS: usize = 3;

/// A script that loads the workload's and times that and its calls.
fn driver(workload: &Workload, call: &str, calls: usize) -> Result<String> {
    let script: PathBuf = std::path::absolute(workload.script_path())?;
    let script = serde_json::to_string(&script.to_string_lossy())?.replace('$', "\\$");
    let mut text = format!("__bench_times = [time_ns()]\ninclude({script})\n");
    text += "let times = push!(__bench_times, time_ns())\n";
    for _ in 0..calls {
        text += &format!("    {call}\n    push!(times, time_ns())\n");
    }
    text += &format!("    println(stderr, \"{MARK}\", join(diff(times), ' '))\nend\n");
    Ok(text)
}

/// The rows for people.
fn table(rows: &[Row]) -> String {
    let commands =
        rows.iter().flat_map(|row| &row.versus).map(|other| other.command.chars().count());
    let wide = commands.max().unwrap_or(0).max(20) + 2;
    let mut text = format!(
        "{:<wide$}  {:>18}{:>18}{:>18}{:>18}{:>18}\n",
        "milliseconds", "process", "loading", "first call", "warm call", "cpu"
    );
    for row in rows {
        text += &format!("{}\n", row.workload);
        for (way, times) in [
            ("  interpreted", &row.interpreted),
            ("  compiled on demand", &row.on_demand),
            ("  from images", &row.images),
        ] {
            let cell = |measure: &Option<Measure>, digits| {
                measure.as_ref().map(|measure| measure.text(digits)).unwrap_or_default()
            };
            let line = format!(
                "{way:<wide$}  {:>18}{:>18}{:>18}{:>18}{:>18}",
                cell(&times.process, 1),
                cell(&times.loading, 2),
                cell(&times.first, 2),
                cell(&times.warm, 3),
                cell(&times.cpu, 1)
            );
            text += line.trim_end();
            text.push('\n');
        }
        for other in &row.versus {
            let (Some(process), Some(ratio)) = (&other.process, &other.ratio) else { continue };
            let command = format!("  {}", other.command);
            text += &format!(
                "{command:<wide$}  {:>18}  {} times as long as from images\n",
                process.text(1),
                ratio.text(2)
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let text = driver(&workload, "main(ARGS)", CALLS).unwrap();
        assert!(text.contains("\ninclude(\"/a \\\"\\$b\\\".jl\")\n"), "{text}");
        assert_eq!(text.matches("main(ARGS)").count(), 3);
    }
}
