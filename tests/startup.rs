//! A user's start-up list: calls that are native in every environment that has their packages, whatever becomes of
//! these.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

const LIST: &str = ".config/cargo-pkgimage/startup.yaml";

const SETS: &str = "- packages: [Ropes, Scales]
  calls:
    - Scales.total(Any[Ropes.rope(3), 1.5])
- packages: [Elsewhere]
  calls: [Elsewhere.call()]
";

const CALL: &str = "using Ropes, Scales; print(Scales.total(Any[Ropes.rope(3), 1.5]))";

fn project() -> Project {
    let project = Project::real();
    let folders = ["ropes", "scales"];
    project.write("Cargo.toml", &format!("[workspace]\nmembers = {folders:?}\nresolver = \"3\"\n"));
    let sources = [
        ("Ropes", "struct Rope; knots::Vector{Int}; end\nrope(n) = Rope(collect(1:n))"),
        (
            "Scales",
            "total(things::Vector{Any}) = sum(weight(thing) for thing in things)\nweight(x) = x",
        ),
    ];
    for ((name, source), (number, folder)) in sources.iter().zip(folders.iter().enumerate()) {
        let deps = if number == 1 { "ropes = { path = \"../ropes\" }\n" } else { "" };
        project.package(folder, name, number as u128 + 1, deps);
        project
            .write(&format!("{folder}/src/{name}.jl"), &format!("module {name}\n{source}\nend\n"));
    }
    weigh(&project, "sum(r.knots)");
    project
}

/// Gives the scales another way to weigh ropes.
fn weigh(project: &Project, body: &str) {
    let text = format!(
        "module Scales\nusing Ropes\ntotal(things::Vector{{Any}}) = sum(weight(thing) for thing in things)\n\
         weight(x) = x\nweight(r::Ropes.Rope) = {body}\nend\n"
    );
    project.write("scales/src/Scales.jl", &text);
}

fn list(project: &Project, text: &str) {
    let path = project.root().join("home").join(LIST);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder");
    std::fs::write(path, text).expect("the list");
}

/// A fresh process that makes the call; whether it needed nothing but images.
#[track_caller]
fn is_warm(project: &Project, printed: &str) -> bool {
    let ran = project.run(&["run", "--stats=json", "-e", CALL]).code(0);
    assert_eq!(ran.stdout, printed);
    let stats = ran.stats();
    ["inferred", "compiled", "interpreted_package_calls"].iter().all(|name| stats[*name] == 0)
}

#[test]
fn its_calls_are_native_as_packages_change() {
    let project = project();
    project.run(&["build"]).code(0);
    assert!(!is_warm(&project, "7.5"));

    list(&project, SETS);
    project.run(&["status"]).code(0).prints("commons");
    project.run(&["build"]).code(0);
    assert!(is_warm(&project, "7.5"));

    // A package takes another way: what was called before is not what is called now.
    weigh(&project, "parse(Float64, string(length(r.knots)))");
    project.run(&["build"]).code(0);
    assert!(is_warm(&project, "4.5"));
    project.run(&["build"]).code(0).says("0 images built");

    // A call that fails is one line, and what it reached is kept; a list that is none is said.
    list(&project, &format!("{SETS}- packages: [Scales]\n  calls: [Scales.gone(1)]\n"));
    let built = project.run(&["build"]).code(0).says("start-up list: `Scales.gone(1)` failed: ");
    assert!(!built.stderr.contains("Elsewhere"), "{}", built.stderr);
    assert!(is_warm(&project, "4.5"));
    list(&project, "packages: []\n");
    project.run(&["build"]).code(102).says("startup.yaml");

    // Without it there is nothing that a commons image could hold.
    std::fs::remove_file(project.root().join("home").join(LIST)).expect("the list");
    let built = project.run(&["build"]).code(0);
    assert!(!built.stderr.contains("commons"), "{}", built.stderr);
}
