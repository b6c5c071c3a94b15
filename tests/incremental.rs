//! What a change costs, in a generated workspace: which specializations are compiled anew (exactly those that the
//! program's own structure says), how many images are made anew, and how long that takes against a full build; what
//! a build costs when nothing changed; what it costs to load everything.
//!
//! `INCREMENTAL_PACKAGES` says how many packages (a few if it does not); the times are printed, and judged only
//! where there are many:
//!
//!     INCREMENTAL_PACKAGES=200 cargo nextest run --test incremental --no-capture

use std::collections::BTreeSet;
use std::time::Instant;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use serde_json::Value;
use support::{Outcome, Project, setting};

/// From how many packages on times are judged.
const MANY: usize = 100;
/// The types that each function is recorded for.
const TYPES: [&str; 5] = ["Int64", "Float64", "Int32", "Float32", "UInt16"];
/// Functions of each kind in a package.
const FUNCTIONS: usize = 10;

fn packages() -> usize {
    setting("INCREMENTAL_PACKAGES", 10)
}

/// What a package depends on: a tree, with some that depend on two.
fn dependencies(package: usize) -> BTreeSet<usize> {
    let parent = package.checked_sub(1).map(|before| before / 3);
    let other =
        package.checked_sub(1).map(|before| before / 2).filter(|_| package.is_multiple_of(5));
    parent.into_iter().chain(other).collect()
}

/// All that depend on a package, and itself.
fn dependents(of: usize, count: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([of]);
    for package in of + 1..count {
        if !dependencies(package).is_disjoint(&found) {
            found.insert(package);
        }
    }
    found
}

fn name(package: usize) -> String {
    format!("P{package:03}")
}

/// A package's source. Its functions call one another and those of the packages that it depends on, by calls that
/// stay calls (`f`) and by ones that are put in place (`s`).
fn source(package: usize, change: &str) -> String {
    let deps = dependencies(package);
    let mut text = format!("module {}\n", name(package));
    for dep in &deps {
        text += &format!("using {}\n", name(*dep));
    }
    for k in 0..FUNCTIONS {
        let (of_s, of_f) = match change {
            "s" if k == 0 => (" + x", ""),
            "f" if k == 3 => ("", " + x"),
            _ => ("", ""),
        };
        text += &format!("@inline s{k}(x) = x * x + x % typeof(x)({}){of_s}\n", k + 2);
        let mut body = format!("s{k}(x)");
        if k > 0 {
            body += &format!(" + f{}(x)", k - 1);
        }
        if k + 1 == FUNCTIONS {
            for dep in &deps {
                let dep = name(*dep);
                body += &format!(" + {dep}.s0(x) + {dep}.f0(x)");
            }
        }
        text += &format!("@noinline f{k}(x) = {body}{of_f}\n");
    }
    text + "end\n"
}

/// Which specializations a change of a package makes different: of `f3` itself alone, which is only called; of `s0`
/// itself, and all in which it was put in place.
fn changed(package: usize, change: &str, count: usize) -> usize {
    let users = (package + 1..count).filter(|user| dependencies(*user).contains(&package));
    TYPES.len() * if change == "f" { 1 } else { 2 + users.count() }
}

fn workspace(count: usize) -> Project {
    let project = Project::real();
    let folders: Vec<String> = (0..count).map(|package| name(package).to_lowercase()).collect();
    let write_members = |members: &[String]| {
        let text = format!("[workspace]\nmembers = {members:?}\nresolver = \"3\"\n");
        project.write("Cargo.toml", &text);
    };
    // What comes with the runner, Test for one, is no part of what is measured.
    project.package("empty", "Empty", 0xffff, "");
    write_members(&["empty".to_owned()]);
    project.run(&["build"]).code(0);
    write_members(&folders);
    for package in 0..count {
        let (name, folder) = (name(package), &folders[package]);
        let deps = dependencies(package).into_iter().map(|dep| {
            let folder = &folders[dep];
            format!("{folder} = {{ path = \"../{folder}\" }}\n")
        });
        project.package(folder, &name, package as u128 + 1, &deps.collect::<String>());
        project.write(&format!("{folder}/src/{name}.jl"), &source(package, ""));
        let uuid = support::uuid(package as u128 + 1);
        let mut recording = format!("version: 1\nname: {name}\nuuid: {uuid}\nroots:\n");
        for k in 0..FUNCTIONS {
            for ty in TYPES {
                recording += &format!("- Tuple{{typeof({name}.f{k}), {ty}}}\n");
            }
        }
        project.write(&format!("{folder}/pkgimage.yaml"), &recording);
    }
    project
}

fn stats(outcome: &Outcome) -> Value {
    serde_json::to_value(outcome.stats()).expect("JSON")
}

/// What a build did, and how long it took.
struct Build {
    stats: Value,
    seconds: f64,
    images: u64,
}

impl Build {
    fn count(&self, name: &str) -> usize {
        self.stats[name].as_u64().unwrap_or_else(|| panic!("{name} in {}", self.stats)) as usize
    }
}

fn build(project: &Project) -> Build {
    let started = Instant::now();
    let outcome = project.run(&["build", "--stats=json"]).code(0);
    let seconds = started.elapsed().as_secs_f64();
    let line = outcome.stderr.lines().find(|line| line.contains("images built"));
    let images = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    Build { stats: stats(&outcome), seconds, images: images.unwrap_or(0) }
}

/// The counters of an empty program.
fn stats_of_nothing(project: &Project) -> Value {
    project.write("empty.jl", "");
    stats(&project.run(&["run", "--stats=json", "empty.jl"]).code(0))
}

/// A program that calls everything.
fn program(count: usize) -> String {
    let mut text = String::new();
    for package in 0..count {
        text += &format!("using {}\n", name(package));
    }
    for package in 0..count {
        let name = name(package);
        for ty in TYPES {
            text += &format!("print({name}.f{}({ty}(3)), ' ')\n", FUNCTIONS - 1);
        }
    }
    text
}

#[test]
fn a_change_costs_what_depends_on_it() {
    let count = packages();
    let project = workspace(count);
    let full = build(&project);
    println!(
        "full build of {count} packages: {} specializations compiled, {} images, {:.2} s",
        full.count("compiled"),
        full.images,
        full.seconds
    );
    assert_eq!(full.count("compiled"), 2 * FUNCTIONS * TYPES.len() * count);

    let again = build(&project);
    println!("nothing changed: {} images, {:.2} s", again.images, again.seconds);
    assert_eq!((again.images, again.count("compiled"), again.count("inferred")), (0, 0, 0));
    if count >= MANY {
        // Of which processor time is a part.
        assert!(again.seconds < 1.0, "{} s for nothing", again.seconds);
    }

    project.write("all.jl", &program(count));
    let interpreted = project.run(&["run", "--compile=no", "all.jl"]).code(0).stdout;
    let loaded = project.run(&["run", "--stats=json", "all.jl"]).code(0);
    let stats = stats(&loaded);
    assert_eq!(loaded.stdout, interpreted);
    assert_eq!(stats["interpreted_package_calls"], 0, "{stats}");
    let empty = stats_of_nothing(&project);
    let more = |name: &str| stats[name].as_u64().unwrap_or(0) - empty[name].as_u64().unwrap_or(0);
    let cpu = |stats: &Value| stats["milliseconds"]["cpu"].as_f64().unwrap_or(0.0);
    println!(
        "a program that loads all and calls {} of {} specializations: {:.1} ms of CPU and {:.1} MB of \
         memory more than an empty one, of {:.1} MB mapped",
        TYPES.len() * count,
        more("from_image"),
        cpu(&stats) - cpu(&empty),
        more("peak_memory") as f64 / 1e6,
        more("bytes_mapped") as f64 / 1e6
    );

    // A leaf, one in the middle, and the one that all depend on.
    let middle = (0..count).find(|package| dependents(*package, count).len() <= count / 3);
    for (what, package) in [("leaf", count - 1), ("middle", middle.unwrap_or(1)), ("root", 0)] {
        for change in ["f", "s"] {
            let path = format!("{}/src/{}.jl", name(package).to_lowercase(), name(package));
            project.write(&path, &source(package, change));
            let done = build(&project);
            let concerned = dependents(package, count).len();
            println!(
                "{what}, {change} changed: {} specializations compiled, {} images ({concerned} packages \
                 depend on it), {:.2} s, {:.1} % of a full build",
                done.count("compiled"),
                done.images,
                done.seconds,
                100.0 * done.seconds / full.seconds
            );
            assert_eq!(done.count("compiled"), changed(package, change, count), "{what} {change}");
            // The commons image besides.
            assert!(done.images as usize <= concerned + 1, "{what}: {} images", done.images);
            if what == "leaf" && count >= MANY {
                assert!(done.seconds <= 0.05 * full.seconds, "{} s for a leaf", done.seconds);
            }
            let interpreted = project.run(&["run", "--compile=no", "all.jl"]).code(0).stdout;
            let loaded = project.run(&["run", "--stats=json", "all.jl"]).code(0);
            assert_eq!(loaded.stdout, interpreted, "{what} {change}");
            assert_eq!(loaded.stats()["interpreted_package_calls"], 0, "{what} {change}");
        }
    }
}
