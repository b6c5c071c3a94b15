//! Running a runner: writing the job, starting the process, waiting, reading the report.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use pkgimage_image::machine;
use pkgimage_package::job::{self, Build, Compile, Images, Job, Sessions, Task};
use pkgimage_package::report::Progress;
use pkgimage_package::{Environment, Report};

use crate::exit;
use crate::session::{Session, milliseconds};
use crate::ui;

/// How long a runner may take, beyond its time limit, to report by itself.
const GRACE: Duration = Duration::from_secs(5);
/// How often the progress file is looked at.
const GLANCE: Duration = Duration::from_millis(100);

/// What a runner is asked for.
pub struct Request<'a> {
    /// What to do.
    pub task: Task,
    /// The packages that may be loaded.
    pub environment: Environment,
    /// The images that may be used.
    pub images: Images,
    /// Whether to compile, if not as the session says.
    pub compile: Option<Compile>,
    /// The session image to write at the end.
    pub save_work: Option<Build>,
    /// Where sessions of the prompt are saved.
    pub sessions: Option<Sessions>,
    /// Another store than the session's.
    pub store: Option<PathBuf>,
    /// Seconds that it may take.
    pub time_limit: Option<u64>,
    /// Where progress is shown.
    pub progress: Option<&'a ui::Progress>,
    /// Where the program's own output goes.
    pub output: Output,
}

impl Request<'_> {
    /// One that keeps nothing and whose output goes to stderr: stdout is for our results.
    pub fn aside(task: Task, environment: Environment, images: Images) -> Self {
        Request {
            task,
            environment,
            images,
            compile: None,
            save_work: None,
            sessions: None,
            store: None,
            time_limit: None,
            progress: None,
            output: Output::Aside,
        }
    }
}

/// Where a program's output goes.
pub enum Output {
    /// Where ours goes.
    Passed,
    /// All to stderr: stdout is for our results.
    Aside,
    /// Its stdout nowhere, its stderr into a file.
    Captured(PathBuf),
}

/// How a runner ended, and what it said.
pub struct Answer {
    /// How it ended.
    pub ended: Ended,
    /// Its report, if it got to write one.
    pub report: Option<Report>,
}

/// How a runner ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// With this exit code.
    Code(i32),
    /// By this signal.
    Signal(i32),
    /// By us, because it went on beyond its time limit.
    Killed,
}

impl Ended {
    /// The exit code to pass on.
    pub fn code(self) -> i32 {
        match self {
            Ended::Code(code) => code,
            Ended::Signal(signal) => 128 + signal,
            Ended::Killed => exit::TIME_LIMIT,
        }
    }

    /// What happened, where it was no usual end.
    pub fn trouble(self) -> Option<String> {
        match self {
            Ended::Code(job::exit::TIME_LIMIT) | Ended::Killed => {
                Some("reached its time limit".to_owned())
            }
            Ended::Signal(signal) => Some(format!("was ended by signal {signal}")),
            Ended::Code(_) => None,
        }
    }
}

/// How it ended, in words.
impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.trouble(), self.code()) {
            (Some(trouble), _) => f.write_str(&trouble),
            (None, 0) => f.write_str("ended well"),
            (None, code) => write!(f, "ended with exit code {code}"),
        }
    }
}

/// What the folders of jobs are called.
const PREFIX: &str = "pkgimage-job-";
/// The file in each that is locked as long as its command lives.
const LOCK: &str = "lock";
/// How long a new folder may be without that file.
const NEW: Duration = Duration::from_secs(60);

/// The folder of a job's files, removed when dropped.
pub struct Workspace {
    folder: tempfile::TempDir,
    _lock: Option<File>,
}

impl Workspace {
    /// A new one.
    pub fn new() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir();
        let folder = folder.context("cannot make a temporary folder")?;
        // Where there are no locks, it is never taken for a leftover.
        let lock = File::create_new(folder.path().join(LOCK)).ok();
        let lock = lock.filter(|file| file.try_lock().is_ok());
        Ok(Workspace { folder, _lock: lock })
    }

    /// Removes the folders that killed commands left; how many. Those of other users stay.
    pub fn remove_leftovers() -> usize {
        let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
        let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
        let left = ours.filter(|entry| {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            is_folder && is_abandoned(&entry.path())
        });
        left.filter(|entry| std::fs::remove_dir_all(entry.path()).is_ok()).count()
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Whether the command that made this folder is gone.
fn is_abandoned(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let made = folder.metadata().and_then(|metadata| metadata.modified());
            made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age > NEW))
        }
        Err(_) => false,
    }
}

/// Runs a runner to its end.
pub fn run(session: &Session<'_>, files: &Workspace, request: Request<'_>) -> Result<Answer> {
    let Request {
        task,
        environment,
        images,
        compile,
        save_work,
        sessions,
        store,
        time_limit,
        progress,
        output,
    } = request;
    let (job_path, report_path) = (files.file("job.json"), files.file("report.json"));
    let progress_path = progress.is_some().then(|| files.file("progress"));
    // A script's own end is passed on; everything else stops here.
    let passes_on = matches!(task, Task::Run { .. } | Task::Invalidations { .. } | Task::Repl(_));
    let job = Job {
        version: job::VERSION,
        task,
        environment,
        images,
        compile: compile.unwrap_or_else(|| session.engine.compile()),
        save_work,
        sessions,
        runtime: session.tools.runner.build,
        compiler: session.tools.compiler.build,
        compiler_path: session.tools.compiler.path.clone(),
        triple: machine::triple(),
        settings: session.engine.code.settings(),
        jobs: session.engine.jobs(),
        // Empty without one.
        store: store.or_else(|| session.store.clone()).unwrap_or_default(),
        color: session.ui.job_color(),
        verbosity: session.ui.verbosity(),
        time_limit,
        report: report_path.clone(),
        progress: progress_path.clone(),
    };
    job.write(&job_path)?;
    await_interrupts();
    if INTERRUPTED.load(Ordering::Relaxed) {
        return Err(interrupted());
    }

    let started = Instant::now();
    let command = duct::cmd!(&session.tools.runner.path, "--job", &job_path).unchecked();
    let command = match output {
        Output::Passed => command,
        Output::Aside => command.stdout_to_stderr(),
        Output::Captured(path) => command.stdout_null().stderr_path(path),
    };
    let child = command.start().map_err(|error| {
        let path = session.tools.runner.path.display();
        exit::failure(exit::RUNNER, format!("cannot start {path}: {error}"))
    })?;
    let status = match (time_limit, progress.zip(progress_path)) {
        (None, None) => Some(child.wait()?.status),
        (limit, shown) => {
            let deadline = limit.map(|seconds| started + Duration::from_secs(seconds) + GRACE);
            let mut follower = shown.map(|(shown, path)| Follower { shown, path, at: 0 });
            loop {
                if let Some(output) = child.wait_timeout(GLANCE)? {
                    break Some(output.status);
                }
                if let Some(follower) = &mut follower {
                    follower.look();
                }
                if deadline.is_some_and(|deadline| Instant::now() > deadline) {
                    child.kill()?;
                    break None;
                }
            }
        }
    };
    let ended = status.map_or(Ended::Killed, ended);
    if !passes_on && INTERRUPTED.load(Ordering::Relaxed) {
        return Err(interrupted());
    }
    let report = Report::read(&report_path).ok();
    {
        let mut stats = session.stats.borrow_mut();
        *stats.milliseconds.entry("runners".into()).or_default() += milliseconds(started);
        if let Some(report) = &report {
            stats.add(&report.stats);
        }
    }
    for warning in report.iter().flat_map(|report| &report.warnings) {
        session.ui.warn(warning);
    }
    Ok(Answer { ended, report })
}

fn ended(status: std::process::ExitStatus) -> Ended {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Ended::Signal(signal);
    }
    Ended::Code(status.code().unwrap_or(exit::RUNNER))
}

/// Ctrl-C goes to the runner as well, which makes an exception of it; we wait for what it does.
fn await_interrupts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Without the handler an interrupt ends us first, and the runner right after.
        let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    });
}

/// Whether Ctrl-C was pressed since the first runner was started.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

fn interrupted() -> anyhow::Error {
    exit::failure(job::exit::INTERRUPTED, "interrupted")
}

/// Reads the progress file as it grows.
struct Follower<'a> {
    shown: &'a ui::Progress,
    path: PathBuf,
    at: u64,
}

impl Follower<'_> {
    fn look(&mut self) {
        let Some(line) = self.last_line() else { return };
        if let Ok(Progress { phase, done, total }) = serde_json::from_str(&line) {
            self.shown.set(&phase, done, total);
        }
    }

    fn last_line(&mut self) -> Option<String> {
        let mut reader = BufReader::new(std::fs::File::open(&self.path).ok()?);
        reader.seek(std::io::SeekFrom::Start(self.at)).ok()?;
        let mut last = None;
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 0 && line.ends_with('\n') {
            self.at += line.len() as u64;
            last = Some(std::mem::take(&mut line));
        }
        last
    }
}

/// The lines of a log that a runner appended to, without one that was cut off.
pub fn log_lines(path: &Path) -> Vec<String> {
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
