//! What a package's source itself wants code for: the workloads of PrecompileTools and SnoopPrecompile, and
//! `precompile(f, types)`. No test is recorded here; images hold what the sources name.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::{Outcome, Project};

const PRECOMPILE_TOOLS: &str = "PrecompileTools = \"aea7be01-6a6a-4083-8856-8a6e6704d82a\"";
const SNOOP_PRECOMPILE: &str = "SnoopPrecompile = \"66db9d55-30c0-4569-8b51-7e840670fc0c\"";

/// A package that dispatches on what it finds in a `Vector{Any}`, so that no specialization of `shown` and `add!`
/// is known from its types, and keeps what it finds in tables of Base's that no package owns.
fn words(workload: &str) -> String {
    format!(
        "module Words
struct Tally{{T}}
    counts::Dict{{T,Int}}
end
Tally{{T}}() where {{T}} = Tally{{T}}(Dict{{T,Int}}())
add!(tally::Tally, word) = (tally.counts[word] = get(tally.counts, word, 0) + 1; tally)
shown(word::AbstractString) = uppercase(word)
shown(number::Integer) = string(number)
function report(words::Vector{{Any}})
    tally = Tally{{Any}}()
    foreach(word -> add!(tally, shown(word)), words)
    lines = sort!([string(word, ' ', count) for (word, count) in tally.counts])
    return join(lines, \"\\n\")
end
runs = 0
{workload}
end
"
    )
}

const COMPILE_WORKLOAD: &str = "using PrecompileTools
@setup_workload begin
    words = Any[\"a\", 1, \"a\"]
    @compile_workload begin
        global runs += 1
        println(report(words))
    end
end";

const CALL: &str = "using Words; println(Words.report(Any[\"x\", 3, \"x\"])); println(Words.runs)";

/// A plain Julia package, as any registry has it, and what it depends on.
fn plain(dependency: &str, workload: &str) -> Project {
    let project = Project::real();
    project.write(
        "Project.toml",
        &format!(
            "name = \"Words\"\nuuid = \"00000000-0000-0000-0000-000000000001\"\n[deps]\n{dependency}\n"
        ),
    );
    project.write("src/Words.jl", &words(workload));
    project
}

/// A fresh process that makes the call.
#[track_caller]
fn call(project: &Project) -> (Outcome, impl Fn(&str) -> u64) {
    let ran = project.run(&["run", "--stats=json", "-e", CALL]).code(0);
    let stats = ran.stats();
    (ran, move |name: &str| stats[name].as_u64().expect("a counter"))
}

/// Builds, and says how many specializations the image of Words holds.
#[track_caller]
fn build(project: &Project) -> u64 {
    let built = project.run(&["build", "--message-format=json"]).code(0);
    let lines = built.stdout.lines().map(serde_json::from_str::<serde_json::Value>);
    let words = lines
        .map(|line| line.expect("a line of JSON"))
        .find(|line| line["name"] == "Words")
        .expect("the image of Words");
    let count = |name: &str| words["built"][name].as_u64().expect("a count");
    count("compiled") + count("from-store")
}

#[test]
fn a_package_is_built_from_its_workload() {
    let project = plain(PRECOMPILE_TOOLS, COMPILE_WORKLOAD);
    // From its source, without an image of it: the workload is not run.
    let (cold, counter) = call(&project);
    assert_eq!(cold.stdout, "3 1\nX 2\n0\n");
    assert_ne!(counter("interpreted_package_calls"), 0);

    assert_ne!(build(&project), 0);
    assert!(!project.path("pkgimage.yaml").exists());
    let (warm, counter) = call(&project);
    assert_eq!(warm.stdout, "3 1\nX 2\n1\n", "the workload ran once, when the image was built");
    for name in ["inferred", "compiled", "interpreted_package_calls", "sources_read"] {
        assert_eq!(counter(name), 0, "{name}");
    }

    // With the preference set to false it is not.
    for preferences in [
        "[PrecompileTools]\nprecompile_workloads = false\n",
        "[Words]\nprecompile_workload = false\n",
    ] {
        project.write("LocalPreferences.toml", preferences);
        project.run(&["status"]).code(0).prints(if preferences.starts_with("[Words]") {
            "preferences changed"
        } else {
            "dependency changed: PrecompileTools"
        });
        assert_eq!(build(&project), 0, "{preferences}");
        let (without, counter) = call(&project);
        assert_eq!(without.stdout, "3 1\nX 2\n0\n", "{preferences}");
        assert_ne!(counter("interpreted_package_calls"), 0, "{preferences}");
    }
    project.write("LocalPreferences.toml", "[Words]\nprecompile_workload = true\n");
    assert_ne!(build(&project), 0);
    let (again, counter) = call(&project);
    assert_eq!(again.stdout, warm.stdout);
    assert_eq!(counter("inferred") + counter("compiled"), 0);
}

#[test]
fn snoop_precompile_is_the_same_under_its_own_names() {
    let workload = COMPILE_WORKLOAD
        .replace("using PrecompileTools", "import SnoopPrecompile")
        .replace("@setup_workload", "SnoopPrecompile.@precompile_setup")
        .replace("@compile_workload", "SnoopPrecompile.@precompile_all_calls");
    let project = plain(SNOOP_PRECOMPILE, &workload);
    assert_ne!(build(&project), 0);
    let (warm, counter) = call(&project);
    assert_eq!(warm.stdout, "3 1\nX 2\n1\n");
    for name in ["inferred", "compiled", "interpreted_package_calls"] {
        assert_eq!(counter(name), 0, "{name}");
    }
    project.write("LocalPreferences.toml", "[SnoopPrecompile]\nskip_precompile = [\"Words\"]\n");
    assert_eq!(build(&project), 0);
}

#[test]
fn precompile_names_specializations() {
    let workload = "precompile(report, (Vector{Any},))
precompile(shown, (String,))
precompile(shown, (Int,))
precompile(add!, (Tally{Any}, String))
precompile(Tuple{typeof(add!),Tally{Any},Int})";
    let project = plain("", workload);
    assert_ne!(build(&project), 0);
    let (warm, counter) = call(&project);
    assert_eq!(warm.stdout, "3 1\nX 2\n0\n");
    assert_eq!(counter("interpreted_package_calls"), 0);
}

/// A workload of a Cargo package: `stdlib` names PrecompileTools, and the images are the same wherever the output
/// of their build goes.
#[test]
fn a_workload_of_a_cargo_package_writes_the_same_image_anywhere() {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"words\"]\nresolver = \"3\"\n");
    project.package("words", "Words", 1, "");
    let manifest = project.read("words/Cargo.toml");
    project.write("words/Cargo.toml", &format!("{manifest}stdlib = [\"PrecompileTools\"]\n"));
    project.write("words/src/Words.jl", &words(COMPILE_WORKLOAD));
    let id = || {
        let built = project.run(&["build", "--message-format=json"]).code(0);
        let line = built.stdout.lines().find(|line| line.contains("\"Words\""));
        let line: serde_json::Value = serde_json::from_str(line.expect("Words")).expect("JSON");
        line["id"].clone()
    };
    let first = id();
    assert!(first.is_string());
    let (warm, counter) = call(&project);
    assert_eq!(warm.stdout, "3 1\nX 2\n1\n");
    assert_eq!(counter("inferred") + counter("compiled"), 0);

    project.run(&["clean"]).code(0);
    let log = std::fs::File::create(project.root().join("log")).expect("a file");
    let status = project.process(&["build"]).stderr(log).status().expect("the program starts");
    assert!(status.success());
    assert_eq!(id(), first);
}
