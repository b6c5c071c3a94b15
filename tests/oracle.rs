//! Random programs over a few packages, with the interpreter as the oracle: each runs interpreted, compiled
//! on demand, with images that were built at an earlier point, and with its session saved; the output is always
//! the same.
//!
//! And that the checks which see to it are all needed: without any one of them, some output differs
//! (in debug builds, where `PKGIMAGE_WITHOUT` leaves one out).
//!
//! `ORACLE_PROGRAMS` says how many programs (a few hundred if it does not), `ORACLE_SEED` where to begin,
//! `ORACLE_PER_ROUND` how many share a workspace; `ORACLE_CHECKS=0` leaves the checks alone, and `ORACLE_CHECK` names
//! one check to be shown, without anything else. What differs is made small and printed with its seed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pkgimage_checks::Check;

#[path = "oracle/generate.rs"]
mod generate;
#[path = "oracle/program.rs"]
mod program;
#[path = "oracle/shrink.rs"]
mod shrink;
#[expect(dead_code, reason = "other tests use the rest")]
mod support;
#[path = "oracle/trial.rs"]
mod trial;

use support::setting;
use trial::{Counters, Difference, Round, Way};

/// Rounds that are about one check, and their programs: few, since what one of them changes can keep others from
/// using an image at all.
const DIRECTED: usize = 20;
const DIRECTED_PROGRAMS: usize = 5;

/// What came of all rounds.
struct Summary {
    rounds: usize,
    programs: usize,
    counters: Counters,
    /// The checks that no difference has shown to be needed yet.
    unshown: Vec<Check>,
    failures: Vec<String>,
}

#[test]
fn programs_print_what_the_interpreter_prints() {
    let total = setting("ORACLE_PROGRAMS", 200);
    let seed = setting("ORACLE_SEED", 1);
    let per_round = setting("ORACLE_PER_ROUND", 25);
    let rounds = total.div_ceil(per_round);
    let shows = cfg!(debug_assertions) && setting("ORACLE_CHECKS", 1) > 0;
    let mut unshown = if shows { Check::ALL.to_vec() } else { Vec::new() };
    unshown.retain(|check| Way::ALL.iter().any(|way| way.shows(*check)));
    let one = std::env::var("ORACLE_CHECK").unwrap_or_default();
    let rounds = if one.is_empty() { rounds } else { 0 };
    unshown.retain(|check| one.is_empty() || check.name() == one);
    let summary = Mutex::new(Summary {
        rounds: 0,
        programs: 0,
        counters: Counters::default(),
        unshown,
        failures: Vec::new(),
    });
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(rounds) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= rounds || summary.lock().unwrap().failures.len() >= 3 {
                        break;
                    }
                    round((seed + number) as u64, per_round, None, &summary);
                }
            });
        }
    });
    // What chance has not shown, programs that are about it do.
    let unshown = summary.lock().unwrap().unshown.clone();
    for check in unshown {
        println!("directed: {}", check.name());
        for number in 0..DIRECTED {
            let is_open = |all: &Summary| all.unshown.contains(&check) && all.failures.is_empty();
            if is_open(&summary.lock().unwrap()) {
                round((seed + number) as u64, DIRECTED_PROGRAMS, Some(check), &summary);
            }
        }
    }
    let Summary { rounds, programs, counters, unshown, failures } = summary.into_inner().unwrap();
    println!(
        "{programs} programs in {rounds} rounds, {} processes; {} specializations from images, {} compiled, {} \
         invalidated",
        counters.processes, counters.from_images, counters.compiled, counters.invalidated
    );
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    let names: Vec<&str> = unshown.iter().map(|check| check.name()).collect();
    assert!(names.is_empty(), "nothing differs without these checks: {names:?}");
}

/// Runs a round, in all ways, or in those that can show that a check is needed.
fn round(seed: u64, per_round: usize, toward: Option<Check>, all: &Mutex<Summary>) {
    let programs = trial::programs(seed, per_round, toward);
    let mut ways = Way::ALL.to_vec();
    ways.retain(|way| toward.is_none_or(|check| way.shows(check)));
    let before = match toward {
        Some(check) => vec![check],
        None => all.lock().unwrap().unshown.clone(),
    };
    let mut unshown = before.clone();
    let mut round = Round::new(&programs);
    let result = round.run_all(&ways, &mut unshown);
    if std::env::var_os("ORACLE_KEEP").is_some() {
        println!("round {seed} is kept in {}", round.folder().display());
    }
    let mut summary = all.lock().unwrap();
    summary.rounds += 1;
    summary.programs += per_round;
    summary.counters.add(&round.counters);
    if std::env::var_os("ORACLE_KEEP").is_some() {
        std::mem::forget(round);
    }
    let shown: Vec<Check> = before.into_iter().filter(|check| !unshown.contains(check)).collect();
    for check in &shown {
        println!("round {seed}: without {} something differs", check.name());
    }
    summary.unshown.retain(|check| !shown.contains(check));
    drop(summary);
    if let Err(difference) = result {
        println!("round {seed}: {difference:?}");
        all.lock().unwrap().failures.push(failure(seed, &programs, &difference));
    }
}

/// Makes a failing program small, and says what is wrong with it.
fn failure(seed: u64, programs: &[program::Program], difference: &Difference) -> String {
    let Difference { way, argument, what, .. } = difference;
    let head = format!("round {seed}, {way:?}, argument {argument}: {what}");
    let small = difference.program.and_then(|number| programs.get(number)).and_then(|program| {
        let alone = shrink::alone(program, *way)?;
        println!("alone: {alone:?}");
        let small = shrink::shrink(program.clone(), *way);
        let what = shrink::alone(&small, *way).map_or(String::new(), |found| found.what);
        Some(format!("{what}\n{}", trial::show(&small)))
    });
    let text = small.unwrap_or_else(|| "(not with a program alone)".to_owned());
    format!("{head}\n{text}")
}
