//! Conformance: the programs of `tests/conformance/*.jl`, each with what Julia 1.10 printed, run by the real
//! runner in a fresh process, in both engines.
//!
//! A file covers an area. A case goes from its `## name` to the next; `#> ` begins a line of its output and
//! `#! ` the type and first line of the exception that escapes it. Three outcomes are told apart: right;
//! refused, by an error that names an unsupported construct; wrong, which is everything else.
//!
//! In no case may the engines print something else. `known.txt` lists the cases that are not right: one that is
//! missing there, or no longer belongs there, fails the test. `BLESS=1 cargo test --test conformance` writes it anew. With `CONFORMANCE=AREA` or
//! `CONFORMANCE=AREA/CASE` only those cases run, and what differs is printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

/// Values of `--compile`.
const ENGINES: [&str; 2] = ["no", "all"];

/// What a case may take. One that takes longer is wrong.
const TIME_LIMIT: Duration = Duration::from_secs(120);

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");

/// How the message of an exception begins that refuses an unsupported construct.
const REFUSAL: &str = "#! ErrorException: unsupported: ";

struct Case {
    area: String,
    name: String,
    program: String,
    expected: Outcome,
}

/// What a case printed, without the newlines at its end, and the exception that escaped it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    output: String,
    exception: Option<String>,
}

/// What became of a case in an engine.
struct Ran {
    verdict: Verdict,
    got: Outcome,
    /// How that differs from what was expected.
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Right,
    Refused,
    Wrong,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::Refused => "refused",
            Verdict::Wrong => "wrong",
        }
    }
}

/// The cases of all areas that `selection` (an area, or an area and a case) admits.
fn cases(selection: Option<&str>) -> Vec<Case> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jl"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "driver"))
        .collect();
    paths.sort();
    let mut cases: Vec<Case> = paths.iter().flat_map(|path| read_area(path)).collect();
    if let Some(selection) = selection {
        cases.retain(|case| selection == case.area || selection == case.id());
    }
    cases
}

fn read_area(path: &Path) -> Vec<Case> {
    let area = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            let (area, name) = (area.clone(), name.trim().to_owned());
            cases.push(Case { area, name, program: String::new(), expected: Outcome::default() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(output) = line.strip_prefix("#>") {
            let output = output.strip_prefix(' ').unwrap_or(output);
            writeln!(case.expected.output, "{output}").unwrap();
        } else if line.starts_with("#! ") {
            case.expected.exception = Some(line.to_owned());
        } else {
            writeln!(case.program, "{line}").unwrap();
        }
    }
    for case in &mut cases {
        case.expected.output.truncate(case.expected.output.trim_end_matches('\n').len());
    }
    cases
}

impl Case {
    fn id(&self) -> String {
        format!("{}/{}", self.area, self.name)
    }

    /// Runs the case.
    fn run(&self, engine: &str, store: &Path) -> Ran {
        let folder = TempDir::new().unwrap();
        let script = folder.path().join(format!("{}.jl", self.name));
        std::fs::write(&script, &self.program).unwrap();
        let driver = Path::new(FOLDER).join("driver.jl");
        let started =
            runner(store, &[&format!("--compile={engine}"), path(&driver), path(&script)])
                .dir(folder.path())
                .start()
                .unwrap();
        let Some(ran) = started.wait_timeout(TIME_LIMIT).unwrap() else {
            started.kill().unwrap();
            let text = format!("not done after {} s\n", TIME_LIMIT.as_secs());
            return Ran { verdict: Verdict::Wrong, got: Outcome::default(), text };
        };
        let got = Outcome::of_run(&String::from_utf8_lossy(&ran.stdout));
        if ran.status.success() && got == self.expected {
            return Ran { verdict: Verdict::Right, got, text: String::new() };
        }
        let refused = got.exception.as_deref().is_some_and(|line| line.starts_with(REFUSAL));
        let verdict = if refused { Verdict::Refused } else { Verdict::Wrong };
        let text = format!(
            "expected: {:#?}\ngot: {got:#?}\n{}\n{}",
            self.expected,
            ran.status,
            String::from_utf8_lossy(&ran.stderr)
        );
        Ran { verdict, got, text }
    }
}

impl Outcome {
    /// Takes apart what the driver printed.
    fn of_run(stdout: &str) -> Outcome {
        let (output, exception) = match stdout.rfind("\n#! ") {
            Some(at) => (&stdout[..at], Some(stdout[at..].trim_matches('\n').to_owned())),
            None => (stdout, None),
        };
        Outcome { output: output.trim_end_matches('\n').to_owned(), exception }
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The runner in an environment of its own, with what it prints kept.
fn runner(store: &Path, arguments: &[&str]) -> duct::Expression {
    duct::cmd(env!("CARGO_BIN_EXE_pkgimage-runner"), arguments)
        .env("PKGIMAGE_STORE", store)
        .env("NO_COLOR", "1")
        .env_remove("PKGIMAGE_RUNNER")
        .env_remove("PKGIMAGE_COMPILER")
        .env_remove("PKGIMAGE_JULIA_SOURCES")
        .stdin_null()
        .stdout_capture()
        .stderr_capture()
        .unchecked()
}

/// Runs all cases in an engine, on all cores.
fn run_all(cases: &[Case], engine: &str, store: &Path, verbose: bool) -> Vec<Ran> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((at, case)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    cases.get(at).map(|case| (at, case))
                } {
                    let ran = case.run(engine, store);
                    if verbose && ran.verdict != Verdict::Right {
                        println!(
                            "== {} ({engine}): {}\n{}",
                            case.id(),
                            ran.verdict.word(),
                            ran.text
                        );
                    }
                    done.lock().unwrap().insert(at, ran);
                }
            });
        }
    });
    done.into_inner().unwrap().into_values().collect()
}

/// Counts of right, refused and wrong cases.
type Counts = [usize; 3];

/// A line per area and one for all, with the counts of each engine.
fn table(cases: &[Case], runs: &[Vec<Ran>]) -> String {
    let mut areas: BTreeMap<&str, (usize, Vec<Counts>)> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        for area in [case.area.as_str(), "~ all areas"] {
            let (all, engines) = areas.entry(area).or_insert_with(|| (0, vec![[0; 3]; runs.len()]));
            *all += 1;
            for (counts, runs) in engines.iter_mut().zip(runs) {
                counts[runs[at].verdict as usize] += 1;
            }
        }
    }
    let mut text = format!("{:36}{:>6}", "area", "cases");
    for engine in ENGINES {
        write!(text, "   {:>28}", format!("--compile={engine}: right refused wrong")).unwrap();
    }
    for (area, (all, engines)) in areas {
        write!(text, "\n{area:36}{all:6}").unwrap();
        for [right, refused, wrong] in engines {
            write!(text, "   {right:20}{refused:8}{wrong:6}").unwrap();
        }
    }
    text
}

/// The lines of `known.txt` for the cases that ran.
fn not_right(cases: &[Case], runs: &[Vec<Ran>]) -> Vec<String> {
    let mut lines: Vec<String> = ENGINES
        .iter()
        .zip(runs)
        .flat_map(|(engine, runs)| cases.iter().zip(runs).map(move |pair| (engine, pair)))
        .filter(|(_, (_, ran))| ran.verdict != Verdict::Right)
        .map(|(engine, (case, ran))| format!("{} {engine} {}", case.id(), ran.verdict.word()))
        .collect();
    lines.sort();
    lines
}

/// The cases in which an engine printed something else than the first one.
fn differing(cases: &[Case], runs: &[Vec<Ran>]) -> Vec<String> {
    let same = |at: usize| runs.iter().all(|runs_of| runs_of[at].got == runs[0][at].got);
    cases.iter().enumerate().filter(|(at, _)| !same(*at)).map(|(_, case)| case.id()).collect()
}

#[test]
fn programs_print_what_julia_prints() {
    let selection = std::env::var("CONFORMANCE").ok();
    let cases = cases(selection.as_deref());
    assert!(!cases.is_empty(), "no such area or case: {selection:?}");

    let store = support::store::with_base();
    let verbose = selection.is_some();
    let runs = ENGINES.map(|engine| run_all(&cases, engine, store.path(), verbose));

    println!("{}", table(&cases, &runs));
    let differing = differing(&cases, &runs);
    println!("{} cases in which the engines differ", differing.len());
    assert!(differing.is_empty(), "the engines differ in {differing:#?}");
    let found = not_right(&cases, &runs);
    let list = Path::new(FOLDER).join("known.txt");
    if std::env::var_os("BLESS").is_some() && selection.is_none() {
        std::fs::write(&list, found.join("\n") + "\n").unwrap();
        return;
    }
    let known = std::fs::read_to_string(&list).unwrap_or_default();
    let ran = |line: &&str| {
        let id = line.split(' ').next().unwrap_or_default();
        cases.iter().any(|case| case.id() == id) || selection.is_none()
    };
    let known: Vec<&str> = known.lines().filter(ran).collect();
    let new: Vec<&String> = found.iter().filter(|line| !known.contains(&line.as_str())).collect();
    let gone: Vec<&&str> = known.iter().filter(|line| !found.iter().any(|f| f == *line)).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "not right, and not in known.txt: {new:#?}\nin known.txt, but otherwise now: {gone:#?}\n\
         (BLESS=1 cargo test --test conformance writes the list anew)"
    );
}
