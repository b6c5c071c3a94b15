//! The runner's side of the conversation: a pool of compiler processes.
//!
//! Processes are started when there is work, get the next request before they have answered the
//! last, and are replaced when they die or take too long. A request that was with a process when it
//! died is tried once more, since it may not be the culprit; then it fails, and the caller goes on
//! without native code for it. Where none gives an answer, no more are started.

use crate::protocol::{
    Answer, ErrorKind, FrameError, Hello, Output, Request, decode, encode, read_frame, write_frame,
};
use crate::target::{OptLevel, Target};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How many requests a process has at most.
const PIPELINE: usize = 3;
/// How long a process may take to say hello.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a worker waits before it looks whether the pool has been closed.
const SLICE: Duration = Duration::from_millis(50);
/// How often a request is given to a process at most.
const ATTEMPTS: u32 = 2;
/// How many processes in a row may die without an answer.
const FRUITLESS: u32 = 6;
/// For how many dead ones one counts that does not answer in time.
const HANGING: u32 = 3;

/// The name of the compiler's executable.
pub const COMPILER: &str =
    if cfg!(windows) { "pkgimage-compiler.exe" } else { "pkgimage-compiler" };

/// The compiler that was installed with this executable.
pub fn compiler_beside(executable: &Path) -> PathBuf {
    executable.with_file_name(COMPILER)
}

/// How to run compilers.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// The compiler's executable.
    pub program: PathBuf,
    /// How many processes at most.
    pub processes: usize,
    /// How long one unit may take.
    pub timeout: Duration,
}

/// Why there is no object code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileFailure {
    /// The compiler says no.
    #[error("the compiler refused ({kind}): {text}")]
    Refused {
        /// The kind that it names.
        kind: ErrorKind,
        /// What it says.
        text: String,
    },
    /// It died on this unit, twice.
    #[error("the compiler died")]
    Died,
    /// It took too long.
    #[error("the compiler did not answer in time")]
    Timeout,
    /// It cannot be started, or is of another build: nothing will ever be compiled.
    #[error("{0}")]
    Unusable(String),
}

/// The answer to come.
#[derive(Debug)]
pub struct Ticket(Receiver<Result<Vec<u8>, CompileFailure>>);

impl Ticket {
    /// Waits for it.
    ///
    /// # Errors
    /// See [`CompileFailure`].
    pub fn wait(self) -> Result<Vec<u8>, CompileFailure> {
        self.0.recv().unwrap_or(Err(CompileFailure::Died))
    }

    /// The answer, if it is there.
    pub fn poll(&self) -> Option<Result<Vec<u8>, CompileFailure>> {
        match self.0.try_recv() {
            Ok(answer) => Some(answer),
            Err(mpsc::TryRecvError::Empty) => None,
            Err(mpsc::TryRecvError::Disconnected) => Some(Err(CompileFailure::Died)),
        }
    }
}

struct Job {
    request: Request,
    attempts: u32,
    reply: Sender<Result<Vec<u8>, CompileFailure>>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// Workers that wait for a job.
    idle: usize,
    workers: Vec<JoinHandle<()>>,
    closed: bool,
    /// Processes that were of no use since the last answer.
    fruitless: u32,
    unusable: Option<String>,
}

struct Shared {
    config: PoolConfig,
    queue: Mutex<Queue>,
    work: Condvar,
    started: AtomicU64,
    compiled: AtomicU64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing panics while it holds the lock, and the queue is whole at every point.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pool of compiler processes.
pub struct CompilerPool {
    shared: Arc<Shared>,
    next: AtomicU64,
}

impl CompilerPool {
    /// A pool without processes as yet.
    pub fn new(config: PoolConfig) -> CompilerPool {
        CompilerPool {
            shared: Arc::new(Shared {
                config,
                queue: Mutex::default(),
                work: Condvar::new(),
                started: AtomicU64::new(0),
                compiled: AtomicU64::new(0),
            }),
            next: AtomicU64::new(0),
        }
    }

    /// How many processes were started so far.
    pub fn started(&self) -> u64 {
        self.shared.started.load(Ordering::Relaxed)
    }

    /// How many units were compiled so far.
    pub fn compiled(&self) -> u64 {
        self.shared.compiled.load(Ordering::Relaxed)
    }

    /// Asks for the object code of a unit.
    pub fn submit(&self, unit: Vec<u8>, target: &Target, opt_level: OptLevel) -> Ticket {
        self.request(unit, target, opt_level, Output::Object)
    }

    /// Asks for something about a unit.
    pub fn request(
        &self,
        unit: Vec<u8>,
        target: &Target,
        opt_level: OptLevel,
        output: Output,
    ) -> Ticket {
        let (reply, receiver) = mpsc::channel();
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let request = Request { id, output, target: target.clone(), opt_level, unit };
        let mut queue = self.shared.lock();
        if let Some(reason) = &queue.unusable {
            let _ = reply.send(Err(CompileFailure::Unusable(reason.clone())));
            return Ticket(receiver);
        }
        queue.jobs.push_back(Job { request, attempts: 0, reply });
        let wanted = queue.idle < queue.jobs.len();
        if wanted && queue.workers.len() < self.shared.config.processes.max(1) {
            let shared = Arc::clone(&self.shared);
            queue.workers.push(std::thread::spawn(move || Worker { shared }.run()));
        }
        drop(queue);
        self.shared.work.notify_one();
        Ticket(receiver)
    }

    /// Asks for the object code of a unit and waits for it.
    ///
    /// # Errors
    /// See [`CompileFailure`].
    pub fn compile(
        &self,
        unit: Vec<u8>,
        target: &Target,
        opt_level: OptLevel,
    ) -> Result<Vec<u8>, CompileFailure> {
        self.submit(unit, target, opt_level).wait()
    }
}

impl Drop for CompilerPool {
    fn drop(&mut self) {
        let mut queue = self.shared.lock();
        queue.closed = true;
        queue.jobs.clear();
        let workers = std::mem::take(&mut queue.workers);
        drop(queue);
        self.shared.work.notify_all();
        for worker in workers {
            let _ = worker.join();
        }
    }
}

/// A running compiler. Reading and writing have threads of their own, so that neither a full pipe
/// nor a silent process can block the worker.
struct Process {
    child: Child,
    requests: Sender<Vec<u8>>,
    answers: Receiver<Vec<u8>>,
}

impl Process {
    fn start(program: &Path) -> Result<Process, CompileFailure> {
        let unusable = |why: String| {
            CompileFailure::Unusable(format!(
                "cannot use the compiler {}: {why}",
                program.display()
            ))
        };
        let mut child = Command::new(program)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| unusable(e.to_string()))?;
        let (Some(mut stdin), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(unusable("no pipes".into()));
        };
        let (requests, to_write) = mpsc::channel::<Vec<u8>>();
        std::thread::spawn(move || {
            while let Ok(payload) = to_write.recv() {
                if write_frame(&mut stdin, &payload).is_err() {
                    break;
                }
            }
        });
        let (was_read, answers) = mpsc::channel();
        std::thread::spawn(move || {
            loop {
                let payload = match read_frame(&mut stdout) {
                    Ok(payload) => payload,
                    // Stands for nonsense, which it is.
                    Err(FrameError::TooLarge(_) | FrameError::Damaged(_) | FrameError::Lost) => {
                        vec![]
                    }
                    Err(_) => break,
                };
                if was_read.send(payload).is_err() {
                    break;
                }
            }
        });
        let process = Process { child, requests, answers };
        let own = Hello::own();
        let _ = process.requests.send(own.encode());
        let payload = process.answers.recv_timeout(HELLO_TIMEOUT);
        let payload = payload.map_err(|_| unusable("it does not say hello".into()))?;
        let hello = Hello::decode(&payload).ok_or_else(|| unusable("it is not ours".into()))?;
        match own.mismatch(&hello) {
            Some(line) => Err(CompileFailure::Unusable(line)),
            None => Ok(process),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes jobs from the queue and has one process do them.
struct Worker {
    shared: Arc<Shared>,
}

impl Worker {
    fn run(self) {
        let mut process: Option<Process> = None;
        // In the order in which the process will answer.
        let mut flight: VecDeque<Job> = VecDeque::new();
        let mut head_since = Instant::now();
        loop {
            while flight.len() < PIPELINE {
                let Some(job) = self.take(flight.is_empty()) else { break };
                if process.is_none() {
                    match Process::start(&self.shared.config.program) {
                        Ok(started) => {
                            self.shared.started.fetch_add(1, Ordering::Relaxed);
                            process = Some(started);
                        }
                        Err(failure) => {
                            let mut queue = self.shared.lock();
                            self.give_up(&mut queue, &mut VecDeque::from([job]), &failure);
                            break;
                        }
                    }
                }
                if flight.is_empty() {
                    head_since = Instant::now();
                }
                if let Some(process) = &process {
                    // A failure shows as the end of the answers.
                    let _ = process.requests.send(encode(&job.request));
                }
                flight.push_back(job);
            }
            if flight.is_empty() {
                if self.shared.lock().closed {
                    return;
                }
                continue;
            }
            let Some(running) = &process else { continue };
            let rest = self.shared.config.timeout.saturating_sub(head_since.elapsed());
            match running.answers.recv_timeout(rest.min(SLICE)) {
                Ok(payload) => {
                    let answer = decode::<Answer>(&payload);
                    if answer.is_some_and(|answer| self.deliver(&mut flight, answer)) {
                        head_since = Instant::now();
                    } else {
                        // Nonsense: it cannot be told whom it concerns.
                        self.replace(&mut process, &mut flight, &CompileFailure::Died);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.replace(&mut process, &mut flight, &CompileFailure::Died);
                }
                Err(RecvTimeoutError::Timeout) if rest > SLICE => {
                    if self.shared.lock().closed {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(job) = flight.pop_front() {
                        let _ = job.reply.send(Err(CompileFailure::Timeout));
                    }
                    self.replace(&mut process, &mut flight, &CompileFailure::Timeout);
                }
            }
        }
    }

    /// The next job; waits for one if `wait`. `None` if there is none or the pool closes.
    fn take(&self, wait: bool) -> Option<Job> {
        let mut queue = self.shared.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            if !wait || queue.closed {
                return None;
            }
            queue.idle += 1;
            queue = self.shared.work.wait(queue).unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    /// Hands an answer to the job at the head; false if it is not for that one.
    fn deliver(&self, flight: &mut VecDeque<Job>, answer: Answer) -> bool {
        let (id, result) = match answer {
            Answer::Done { id, bytes } => (Some(id), Ok(bytes)),
            Answer::Failed { id, kind, text } => (id, Err(CompileFailure::Refused { kind, text })),
        };
        // Without an id: what we sent has not arrived as we sent it.
        if flight.front().is_none_or(|job| id != Some(job.request.id)) {
            return false;
        }
        if result.is_ok() {
            self.shared.compiled.fetch_add(1, Ordering::Relaxed);
        }
        self.shared.lock().fruitless = 0;
        if let Some(job) = flight.pop_front() {
            let _ = job.reply.send(result);
        }
        true
    }

    /// Puts an end to the process; what it had goes back, in order, unless it has been tried enough.
    fn replace(
        &self,
        process: &mut Option<Process>,
        flight: &mut VecDeque<Job>,
        failure: &CompileFailure,
    ) {
        *process = None;
        let mut queue = self.shared.lock();
        if *failure == CompileFailure::Died {
            queue.fruitless += 1;
            if let Some(job) = flight.front_mut() {
                // The one at the head was being worked on.
                job.attempts += 1;
            }
        } else {
            queue.fruitless += HANGING;
        }
        if queue.fruitless >= FRUITLESS {
            let program = self.shared.config.program.display();
            let failure = CompileFailure::Unusable(format!(
                "cannot use the compiler {program}: it gives no answers"
            ));
            self.give_up(&mut queue, flight, &failure);
        }
        while let Some(job) = flight.pop_back() {
            if job.attempts >= ATTEMPTS || queue.closed {
                let _ = job.reply.send(Err(failure.clone()));
            } else {
                queue.jobs.push_front(job);
            }
        }
    }

    /// No compiler is of use: every job fails, now and later.
    fn give_up(&self, queue: &mut Queue, jobs: &mut VecDeque<Job>, failure: &CompileFailure) {
        queue.unusable = Some(failure.to_string());
        for job in jobs.drain(..).chain(queue.jobs.drain(..)) {
            let _ = job.reply.send(Err(failure.clone()));
        }
    }
}
