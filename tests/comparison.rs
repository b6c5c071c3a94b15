//! What there was before to start fast with a few packages, and what there is here, as `docs/comparison.md` has it:
//! load time, inferred code, native code, and updates of packages, all at once. What is asserted are counters.

use std::path::PathBuf;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

/// What somebody does each day: two packages that know nothing of each other, and a call that needs both.
const CALL: &str = "using Ropes, Scales; print(Scales.total(Any[Ropes.rope(3), Ropes.rope(4)]))";

const ROPES: &str = "module Ropes
struct Rope{T}
    knots::Vector{T}
end
rope(n) = Rope(collect(1:n))
Base.length(r::Rope) = length(r.knots)
knotted(r::Rope) = sum(r.knots)
weight(r::Rope) = 10 * knotted(r)
Base.convert(::Type{Int}, r::Rope) = weight(r)
end
";

const SCALES: &str = "module Scales
total(things::Vector{Any}) = sum(convert(Int, thing) for thing in things)
heaviest(things::Vector{Any}) = maximum(convert(Int, thing) for thing in things)
end
";

fn project() -> Project {
    let project = Project::real();
    project
        .write("Cargo.toml", "[workspace]\nmembers = [\"ropes\", \"scales\"]\nresolver = \"3\"\n");
    for (number, (folder, name, source)) in
        [("ropes", "Ropes", ROPES), ("scales", "Scales", SCALES)].into_iter().enumerate()
    {
        project.package(folder, name, number as u128 + 1, "");
        project.write(&format!("{folder}/src/{name}.jl"), source);
        project.write(&format!("{folder}/test/runtests.jl"), &format!("using {name}, Test\n"));
    }
    // The list of what is done each day is a workload like any other.
    let call = CALL.replace("using Ropes, Scales; ", "");
    project.write("workloads/daily.jl", &format!("using Ropes, Scales\n{call}\n"));
    project.write(
        "workloads/daily.yaml",
        "name: daily\npackages: [Ropes, Scales]\nscript: daily.jl\n",
    );
    project.run(&["record", "--workload", "daily"]).code(0);
    project.run(&["build"]).code(0);
    project
}

/// A fresh process: what it prints, and its counters.
#[track_caller]
fn evaluate(project: &Project, text: &str) -> (String, impl Fn(&str) -> u64) {
    let ran = project.run(&["run", "--stats=json", "-e", text]).code(0);
    let stats = ran.stats();
    (ran.stdout, move |name: &str| stats[name].as_u64().expect("a counter"))
}

#[test]
fn all_four_at_once() {
    let project = project();

    // Load time: no source is opened, no top level runs, nothing is asked of Cargo or of a compiler.
    let (_, nothing) = evaluate(&project, "1");
    let (_, loaded) = evaluate(&project, "using Ropes, Scales");
    for name in ["sources_read", "cargo_metadata", "compilers_started", "interpreted_package_calls"]
    {
        assert_eq!(loaded(name), 0, "{name}");
    }
    assert!(loaded("interpreted_calls") <= nothing("interpreted_calls") + 4);

    // Inferred code: the calls of every day need no inference, a new caller only its own and that of what is put
    // in place in it.
    let (printed, daily) = evaluate(&project, CALL);
    assert_eq!(printed, "160");
    assert_eq!(daily("inferred"), 0);
    let text = CALL.replace("print(Scales.total(", "day(list) = Scales.total(list); print(day(");
    let own = project.run(&["run", "--stats=json", "--compile=all", "-e", &text]).code(0);
    assert_eq!(own.stdout, "160");
    let own = own.stats();
    assert!((1..=3).contains(&own["inferred"].as_u64().expect("a counter")), "{own:?}");
    assert_eq!(own["compiled"], 1);

    // Native code: nothing is compiled, and everything that is called is native.
    for name in ["compiled", "from_store", "interpreted_package_calls"] {
        assert_eq!(daily(name), 0, "{name}");
    }
    assert!(daily("from_image") > 0);

    // Updates: another version of a package, of which one method has another body. Nothing is to be recorded,
    // made anew or started anew: the result is right at once, what does not depend on the change stays in use.
    let manifest = project.read("ropes/Cargo.toml");
    project.write("ropes/Cargo.toml", &manifest.replace("0.1.0", "0.2.0"));
    project.write("ropes/src/Ropes.jl", &ROPES.replace("10 * knotted(r)", "20 * knotted(r)"));
    let (printed, updated) = evaluate(&project, CALL);
    assert_eq!(printed, "320");
    // Of the images, only that of the changed package and what depends on it is left out.
    assert_eq!(updated("images_loaded"), daily("images_loaded") - 1);
    assert!(updated("from_image") > nothing("from_image"));

    // With the image of the updated package everything is as before; that of the other one is untouched.
    let built = project.run(&["build", "--stats=json"]).code(0);
    assert!(!built.stderr.contains("Compiling Scales"), "{}", built.stderr);
    assert!(built.stderr.contains("Compiling Ropes (source changed: "), "{}", built.stderr);
    let count = |name: &str| built.stats()[name].as_u64().expect("a counter");
    let (compiled, kept) = (count("compiled"), count("from_store"));
    assert!(compiled > 0 && 4 * compiled < kept, "{compiled} compiled, {kept} kept");
    let (printed, again) = evaluate(&project, CALL);
    assert_eq!(printed, "320");
    for name in ["inferred", "compiled", "from_store", "interpreted_package_calls", "sources_read"]
    {
        assert_eq!(again(name), 0, "{name}");
    }
}

/// The table says so.
#[test]
fn the_table_has_four_rows() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/comparison.md");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| "))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .skip(2)
        .collect();
    let names: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let four = [
        "load time good",
        "inferred code saved",
        "native code saved",
        "works with package updates",
    ];
    assert_eq!(names, four);
    let yes = |column: usize| rows.iter().filter(|row| row[column].starts_with("yes")).count();
    assert_eq!((yes(1), yes(2), yes(3)), (2, 3, 4));
}
