//! The report: counters while the job is done, and the answer at its end, however that comes: the
//! task is through, the program calls `exit`, or the time limit is reached.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use pkgimage_package::Report;
use pkgimage_package::job::{self, Job};
use pkgimage_runtime as runtime;

use crate::args::StatsFormat;

struct State {
    report: Report,
    path: PathBuf,
    verbosity: u8,
    stats: Option<StatsFormat>,
    started: Option<Instant>,
    /// Set once the report is written: whoever comes second leaves it alone.
    written: bool,
}

/// Shared with the watchdog.
static STATE: Mutex<Option<State>> = Mutex::new(None);

/// What the task adds to its report in the end.
pub type Ending = Box<dyn FnOnce(i32, &mut Report)>;

thread_local! {
    static ENDINGS: RefCell<Vec<Ending>> = const { RefCell::new(Vec::new()) };
    static LAST_ENDINGS: RefCell<Vec<Ending>> = const { RefCell::new(Vec::new()) };
}

fn with<R>(f: impl FnOnce(&mut State) -> R) -> Option<R> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(f)
}

/// Begins the report of a job, and its time limit.
pub fn begin(job: &Job, stats: Option<StatsFormat>) {
    let state = State {
        report: Report::new(),
        path: job.report.clone(),
        verbosity: job.verbosity,
        stats,
        started: Some(Instant::now()),
        written: false,
    };
    *STATE.lock().unwrap_or_else(PoisonError::into_inner) = Some(state);
    if let Some(seconds) = job.time_limit {
        // Without the thread there is no limit; whoever started us has one, too.
        let _ = std::thread::Builder::new().spawn(move || {
            std::thread::sleep(Duration::from_secs(seconds));
            eprintln!("error: the time limit of {seconds} s is reached");
            write_once();
            // SAFETY: ends the process at once; the other thread is running Julia code, and
            // finalizers or flushing would run beside it.
            unsafe { libc::_exit(job::exit::TIME_LIMIT) }
        });
    }
}

/// Changes the report.
pub fn change(f: impl FnOnce(&mut Report)) {
    let _ = with(|state| f(&mut state.report));
}

/// Adds a line for the user: to the report of a job, else to stderr.
pub fn warn(line: String) {
    let _ = with(|state| {
        if !state.path.as_os_str().is_empty() {
            state.report.warnings.push(line);
        } else if state.verbosity > 0 {
            eprintln!("warning: {line}");
        }
    });
}

/// Adds the time since `started` to a phase.
pub fn time(phase: &str, started: Instant) {
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    change(|report| {
        *report.stats.milliseconds.entry(phase.to_owned()).or_default() += milliseconds
    });
}

/// Says what is added to the report in the end, given the exit code.
pub fn at_end(ending: impl FnOnce(i32, &mut Report) + 'static) {
    ENDINGS.with_borrow_mut(|endings| endings.push(Box::new(ending)));
}

/// The same, after all that [`at_end`] was told: what infers, say, where what was seen is judged before.
pub fn at_last(ending: impl FnOnce(i32, &mut Report) + 'static) {
    LAST_ENDINGS.with_borrow_mut(|endings| endings.push(Box::new(ending)));
}

/// Ends the report and writes it. Called on the thread that runs Julia code.
pub fn finish(code: i32) {
    for ending in ENDINGS.take().into_iter().chain(LAST_ENDINGS.take()) {
        let mut report = with(|state| std::mem::take(&mut state.report)).unwrap_or_default();
        // Unlocked: it may run Julia code, which may warn.
        ending(code, &mut report);
        let _ = with(|state| {
            let said = std::mem::replace(&mut state.report, report);
            state.report.warnings.extend(said.warnings);
        });
    }
    let counters = &runtime::interpreter::COUNTERS;
    change(|report| {
        let stats = &mut report.stats;
        stats.inferred = pkgimage_inference::inferred_count();
        stats.interpreted_calls = counters.interpreted_calls.get();
        stats.interpreted_package_calls = counters.interpreted_package_calls.get();
        stats.invalidated = runtime::dispatch::invalidation_count();
        stats.sources_read = runtime::sources::count();
        stats.peak_memory = usage().peak_memory;
    });
    write_once();
}

fn write_once() {
    let _ = with(|state| {
        if std::mem::replace(&mut state.written, true) {
            return;
        }
        if let Some(started) = state.started {
            let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
            let times = &mut state.report.stats.milliseconds;
            times.insert("runner".to_owned(), milliseconds);
            times.insert("cpu".to_owned(), usage().cpu_milliseconds);
        }
        if !state.path.as_os_str().is_empty()
            && let Err(error) = state.report.write(&state.path)
        {
            eprintln!("warning: {error}");
        }
        match state.stats {
            Some(StatsFormat::Text) => eprint!("{}", state.report.stats),
            Some(StatsFormat::Json) => eprintln!("{}", state.report.stats.to_json()),
            None => {}
        }
    });
}

/// What this process has used so far, and the compilers that it started and that have ended.
struct Usage {
    /// The largest resident size of one of them, in bytes.
    peak_memory: u64,
    cpu_milliseconds: f64,
}

fn usage() -> Usage {
    let mut sum = Usage { peak_memory: 0, cpu_milliseconds: 0.0 };
    for who in [libc::RUSAGE_SELF, libc::RUSAGE_CHILDREN] {
        // SAFETY: an all-zero `rusage` is valid, and the call fills it in.
        let usage = unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            libc::getrusage(who, &raw mut usage);
            usage
        };
        let largest = u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024;
        sum.peak_memory = sum.peak_memory.max(largest);
        for time in [usage.ru_utime, usage.ru_stime] {
            sum.cpu_milliseconds += time.tv_sec as f64 * 1000.0 + time.tv_usec as f64 / 1000.0;
        }
    }
    sum
}
