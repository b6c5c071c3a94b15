//! Commands that are killed at any moment, several at once on one workspace and one store. Afterwards a plain
//! `build` and `run` do what they always do, and the store is whole.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Project, store};
use crate::{FIRST, printed, project, random, set_number, setting};

/// What is killed.
const COMMANDS: [&[&str]; 10] = [
    &["record", "--workspace"],
    &["record", "-p", "Beta", "--keep-going"],
    &["build"],
    &["build", "-p", "Alpha"],
    &["build", "-j", "2"],
    &["run", "workloads/script.jl"],
    &["run", "--save-work", "workloads/script.jl"],
    &["gc", "--keep", "1"],
    &["gc"],
    &["verify"],
];
/// This removes nearly everything that is not in use, Base's image, too, which takes a while to make again.
const SELDOM: &[&str] = &["gc", "--keep", "0"];
/// What is counted.
const KINDS: [&str; 5] = ["record", "build", "run", "gc", "verify"];

/// How long a process that was left alone may go on.
const PATIENCE: Duration = Duration::from_secs(240);

/// Most commands of a kind are over by then.
fn longest(kind: &str) -> Duration {
    Duration::from_millis(match kind {
        "gc" => 16,
        "run" | "verify" => 125,
        _ => 1000,
    })
}

/// A process group.
struct Victim {
    kind: usize,
    child: Child,
    /// When it is killed.
    at: Instant,
    /// Whether what it started is killed with it, as in a terminal that goes away, or goes on alone.
    whole_group: bool,
}

impl Victim {
    fn start(project: &Project, arguments: &[&str], after: Duration, whole_group: bool) -> Self {
        let mut command = project.process(arguments);
        command.arg("--offline").process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let kind = KINDS.iter().position(|kind| *kind == arguments[0]).expect("a known kind");
        let child = command.spawn().expect("it starts");
        Victim { kind, child, at: Instant::now() + after, whole_group }
    }

    fn group(&self) -> i32 {
        -i32::try_from(self.child.id()).expect("a process number")
    }

    /// Kills it; whether it was still running.
    fn kill(&mut self) -> bool {
        let target = if self.whole_group { self.group() } else { -self.group() };
        // SAFETY: a signal to a process of ours that has not been waited for, or to its group.
        unsafe { libc::kill(target, libc::SIGKILL) };
        let status = self.child.wait().expect("it ends");
        status.signal() == Some(libc::SIGKILL)
    }

    /// Waits for what it started and what goes on without it.
    fn wait_for_group(&self) {
        let begun = Instant::now();
        // SAFETY: signal 0 only asks whether there is anyone.
        while unsafe { libc::kill(self.group(), 0) } == 0 {
            assert!(begun.elapsed() < PATIENCE, "what {} started hangs", KINDS[self.kind]);
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Files that only somebody who is killed leaves.
fn leftovers(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let in_tmp = folder.ends_with("store/tmp");
        if path.is_dir() {
            leftovers(&path, found);
        } else if in_tmp || name.starts_with(".new") || name.ends_with(".tmp") {
            found.push(path);
        }
    }
}

fn counter(stderr: &str, name: &str) -> u64 {
    let line = stderr.lines().last().unwrap_or_default();
    let stats: serde_json::Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    stats[name].as_u64().unwrap_or_else(|| panic!("no counter {name}: {line}"))
}

/// What holds after everyone is gone.
fn check(project: &Project, number: u64, hint: &str) {
    let script = ["run", "--offline", "--stats=json", "workloads/script.jl"];
    // First as things stand: whatever is there of images, the result is right.
    let ran = project.run(&script).code(0);
    assert_eq!(ran.stdout, printed(number), "{hint}: {}", ran.stderr);
    project.run(&["verify"]).code(0).says("; 0 damaged");
    project.run(&["build", "--offline"]).code(0);
    let warm = project.run(&script).code(0);
    assert_eq!(warm.stdout, printed(number), "{hint}: {}", warm.stderr);
    for name in
        ["inferred", "compiled", "compilers_started", "interpreted_package_calls", "sources_read"]
    {
        assert_eq!(counter(&warm.stderr, name), 0, "{hint}: {name} in {}", warm.stderr);
    }
    project.run(&["build", "--offline"]).code(0).says(" 0 images built");
    project.run(&["gc"]).code(0);
    let mut left = Vec::new();
    for folder in ["store", "work/target/pkgimage", "work/alpha", "work/beta", "work/workloads"] {
        leftovers(&project.root().join(folder), &mut left);
    }
    assert_eq!(left, Vec::<PathBuf>::new(), "{hint}");
    project.run(&["verify"]).code(0).says("; 0 damaged");
}

/// How many were killed of each kind, while they ran.
#[derive(Default)]
struct Counts {
    killed: [usize; KINDS.len()],
    too_late: usize,
    rounds: usize,
}

#[test]
fn commands_that_are_killed_break_nothing() {
    let wanted = setting("FAULT_KILLS", 24);
    let mut chance = random(1);
    let project = project();
    project.run(&["record", "--workspace", "--offline"]).code(0);
    project.run(&["build", "--offline"]).code(0);
    check(&project, FIRST, "before anything is killed");
    let roots = project.read("beta/pkgimage.yaml");

    let mut counts = Counts::default();
    let mut number = FIRST;
    while counts.killed.iter().sum::<usize>() < wanted {
        counts.rounds += 1;
        number += 1;
        let hint = format!("round {}, FAULT_SEED={}", counts.rounds, setting("FAULT_SEED", 1));
        // So that there is something to build.
        set_number(&project, number);
        let count = 2 + chance.below(7);
        // Short commands are over soon: half of the moments are early ones.
        let mut victims: Vec<Victim> = (0..count)
            .map(|_| {
                let seldom = wanted > 100 && chance.one_in(100);
                let command = if seldom { SELDOM } else { COMMANDS[chance.below(COMMANDS.len())] };
                let longest = longest(command[0]) / if chance.one_in(2) { 1 } else { 4 };
                let after = longest * chance.below(1000) as u32 / 1000;
                Victim::start(&project, command, after, chance.one_in(2))
            })
            .collect();
        victims.sort_by_key(|victim| victim.at);
        for victim in &mut victims {
            std::thread::sleep(victim.at.saturating_duration_since(Instant::now()));
            match victim.kill() {
                true => counts.killed[victim.kind] += 1,
                false => counts.too_late += 1,
            }
        }
        victims.iter().for_each(Victim::wait_for_group);
        // Another one, which is quicker.
        if !has_base(&project) {
            store::add_base(&project.store());
        }
        check(&project, number, &hint);
        assert_eq!(project.read("beta/pkgimage.yaml"), roots, "{hint}");
    }
    let each: Vec<String> =
        KINDS.iter().zip(counts.killed).map(|(kind, killed)| format!("{killed} {kind}")).collect();
    println!(
        "{} processes killed ({}), {} had ended before, in {} rounds; store and results are whole",
        counts.killed.iter().sum::<usize>(),
        each.join(", "),
        counts.too_late,
        counts.rounds
    );
}

fn has_base(project: &Project) -> bool {
    let entries = std::fs::read_dir(project.store().join("images/Base"));
    entries.into_iter().flatten().flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.ends_with(".so") && !name.starts_with('.')
    })
}
