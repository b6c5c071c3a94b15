//! The command line: a job's file, or a script with a few options, from which a job is made.

use std::ffi::OsString;
use std::path::PathBuf;

use pkgimage_image::stamp::Settings;
use pkgimage_image::{Digest, build_id, machine, place};
use pkgimage_ir::Cpu;
use pkgimage_package::Environment;
use pkgimage_package::job::{Color, Compile, Images, Job, Program, Task, VERSION};

/// What the command line asks for.
pub struct Command {
    /// The job.
    pub job: Job,
    /// Whether and how to print the counters at the end.
    pub stats: Option<StatsFormat>,
}

/// Forms of `--stats`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatsFormat {
    /// For people.
    Text,
    /// A line of JSON.
    Json,
}

const USAGE: &str = "\
usage: pkgimage-runner [OPTIONS] FILE.jl [ARGUMENTS]
       pkgimage-runner [OPTIONS] -e EXPR [ARGUMENTS]
       pkgimage-runner --job JOB.json

options:
  --compile=no|yes|all   whether code is compiled
  --target-cpu=CPU       which CPU code is for: generic, native, or a name, and +FEATURE,-FEATURE
  --stats[=json]         print counters at the end
  --color=auto|always|never";

/// Reads the command line.
pub fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut options = Options::default();
    let program = loop {
        let Some(argument) = arguments.next() else { return Err(USAGE.to_owned()) };
        match argument.to_str() {
            Some("--job") => {
                let path = arguments.next().ok_or_else(|| format!("--job: no file\n{USAGE}"))?;
                let job = Job::read(&PathBuf::from(path)).map_err(|error| error.to_string())?;
                return Ok(Command { job, stats: None });
            }
            Some("-e") => {
                let text = arguments.next().ok_or_else(|| format!("-e: no expression\n{USAGE}"))?;
                break Program::Expression(text.to_string_lossy().into_owned());
            }
            Some("-h" | "--help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            Some("-V" | "--version") => {
                println!("pkgimage-runner {}", env!("CARGO_PKG_VERSION"));
                std::process::exit(0);
            }
            Some(option) if option.starts_with("--") && option.len() > 2 => options.set(option)?,
            _ => break Program::File(argument.into()),
        }
    };
    let args = arguments
        .skip_while(|argument| argument == "--" && matches!(program, Program::Expression(_)))
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let job = own_job(Task::Run { program, args }, &options)?;
    Ok(Command { job, stats: options.stats })
}

#[derive(Default)]
struct Options {
    compile: Compile,
    color: Color,
    stats: Option<StatsFormat>,
    settings: Settings,
}

impl Options {
    fn set(&mut self, option: &str) -> Result<(), String> {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (option, None),
        };
        match (name, value) {
            ("--stats", None | Some("text")) => self.stats = Some(StatsFormat::Text),
            ("--stats", Some("json")) => self.stats = Some(StatsFormat::Json),
            ("--compile", Some("no")) => self.compile = Compile::No,
            ("--compile", Some("yes")) => self.compile = Compile::Yes,
            ("--compile", Some("all")) => self.compile = Compile::All,
            ("--target-cpu", Some(cpu)) => {
                let cpu =
                    Cpu::to_run_here(cpu).map_err(|error| format!("--target-cpu: {error}"))?;
                self.settings.cpu = cpu.to_string();
            }
            ("--color", Some("auto")) => self.color = Color::Auto,
            ("--color", Some("always" | "yes")) => self.color = Color::Always,
            ("--color", Some("never" | "no")) => self.color = Color::Never,
            _ => return Err(format!("unknown option {option}\n{USAGE}")),
        }
        Ok(())
    }
}

/// The job of a runner that was started without one: no packages but the standard library, and
/// the store's image of Base. The report goes nowhere.
fn own_job(task: Task, options: &Options) -> Result<Job, String> {
    let own =
        std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let compiler_path =
        own.with_file_name(format!("pkgimage-compiler{}", std::env::consts::EXE_SUFFIX));
    let runtime =
        build_id::of(&own).map_err(|error| format!("cannot read this program: {error}"))?;
    Ok(Job {
        version: VERSION,
        task,
        environment: Environment::default(),
        images: Images::default(),
        compile: options.compile,
        save_work: None,
        sessions: None,
        runtime,
        compiler: build_id::of(&compiler_path).unwrap_or(Digest::ZERO),
        compiler_path,
        triple: machine::triple(),
        settings: options.settings.clone(),
        jobs: 1,
        store: place::folder().unwrap_or_default(),
        color: options.color,
        verbosity: 1,
        time_limit: None,
        report: PathBuf::new(),
        progress: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(list: &[&str]) -> Result<Command, String> {
        parse(list.iter().map(OsString::from))
    }

    #[test]
    fn options_stand_before_the_program_and_arguments_after_it() {
        let command = parsed(&["--stats=json", "--compile=no", "x.jl", "--stats", "-e"]).unwrap();
        assert_eq!(command.stats, Some(StatsFormat::Json));
        assert_eq!(command.job.compile, Compile::No);
        assert_eq!(command.job.settings.cpu, "generic");
        let args = vec!["--stats".to_owned(), "-e".to_owned()];
        assert_eq!(command.job.task, Task::Run { program: Program::File("x.jl".into()), args });
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert!(parsed(&["--compile=maybe", "x.jl"]).err().unwrap().starts_with("unknown option"));
        let cpu = parsed(&["--target-cpu=abacus", "x.jl"]).err().unwrap();
        assert!(cpu.starts_with("--target-cpu: no CPU or feature is called abacus; "), "{cpu}");
        assert!(parsed(&[]).err().unwrap().starts_with("usage"));
    }
}
