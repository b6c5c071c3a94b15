//! `invalidations`: what made code invalid is named with its place, and what relied on what as a tree.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use serde_json::Value;
use support::Project;

/// `Beta` redefines a method of Base that `Alpha` uses, and one that `Alpha` asks whether it is there.
fn packages() -> Project {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"alpha\", \"beta\"]\nresolver = \"3\"\n");
    for (folder, name, number, source, test) in [
        (
            "alpha",
            "Alpha",
            1,
            "foo(a::Vector{Float64}) = a .+ 2\nbar(a) = sum(foo(a))",
            "@test Alpha.bar([1.0]) == 3.0",
        ),
        ("beta", "Beta", 2, "\nBase.:+(x::Float64, y::Int) = 100x - y", "@test 1.0 + 2 == 98.0"),
    ] {
        project.package_of(folder, name, number, "", source, test);
    }
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    project
}

/// Lines of the tree below a change, without the numbers before them.
fn tree(text: &str, change: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| !line.starts_with(change)).skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    lines.map(|line| line.get(8..).unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_loading_a_package_made_invalid() {
    let project = packages();
    // What packages of a workspace do to code of Base, each alone.
    let alone = project.run(&["invalidations", "--workspace", "--all"]).code(0).stdout;
    assert!(alone.contains("import Alpha: 0 of "), "{alone}");
    assert!(!alone.contains("import Beta: 0 of "), "{alone}");

    // Together: Beta's method, where it stands, and first of all what Alpha has.
    let both = project.run(&["invalidations", "--all", "-e", "import Alpha, Beta"]).code(0).stdout;
    let change = "method defined: +(::Float64, ::Int64) in Beta at ";
    let head =
        both.lines().find(|line| line.starts_with(change)).unwrap_or_else(|| panic!("{both}"));
    assert!(head.contains("beta/src/Beta.jl:3: "), "{head}");
    let tree = tree(&both, change);
    let depth = |name: &str| {
        let line = tree.iter().find(|line| line.trim_start().starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name} is not in {tree:#?}"));
        line.len() - line.trim_start().len()
    };
    // bar's code relied on foo's.
    let inner = "bar(::Vector{Float64}) in Alpha";
    assert!(depth(inner) > depth("foo(::Vector{Float64}) in Alpha"), "{tree:#?}");

    // The same for programs.
    let arguments = ["invalidations", "--message-format=json", "-e", "import Alpha, Beta"];
    let line = project.run(&arguments).code(0).stdout;
    let found: Value = serde_json::from_str(&line).expect("a line of JSON");
    assert_eq!(found["program"], "import Alpha, Beta");
    let cause = &found["causes"][0];
    assert_eq!((&cause["cause"], &cause["module"]), (&"method-defined".into(), &"Beta".into()));
    let list = cause["specializations"].as_array().expect("a list");
    assert_eq!(list.len(), tree.len());
    let bar = list.iter().find(|one| one["signature"] == "bar(::Vector{Float64})").expect("bar");
    let on = bar["because-of"].as_u64().expect("what it relied on") as usize;
    assert!(on < list.len() && list[on]["native"].is_u64(), "{line}");

    // The counter of a run says the same.
    let stats = project.run(&["run", "--stats=json", "-e", "import Alpha, Beta"]).code(0).stats();
    let sum: u64 = found["causes"].as_array().expect("a list").iter().fold(0, |sum, cause| {
        let list = cause["specializations"].as_array().expect("a list");
        sum + list.iter().filter_map(|one| one["native"].as_u64()).sum::<u64>()
    });
    assert_eq!(found["invalidated"], sum);
    assert!(stats["invalidated"].as_u64().expect("a counter") >= sum && sum > 0, "{line}");
}

#[test]
fn what_a_script_made_invalid() {
    let project = Project::real();
    project.write("Project.toml", "");
    let script = "f(::Integer) = 1\ng(x) = f(x)\nh(x) = g(x) + 1\nconst LIMIT = 3\n\
                  k() = LIMIT + 1\nprintln(h(1), k())\nf(::Int) = 2\nconst LIMIT = 4\n\
                  println(h(1), k())\n";
    project.write("change.jl", script);
    let ran = project.run(&["invalidations", "--project", ".", "--compile=all", "change.jl"]);
    let ran = ran.code(0);
    // Results are on stdout, what the program says is not.
    assert!(ran.stderr.contains("24\n35\n"), "{}", ran.stderr);
    let defined = tree(&ran.stdout, "method defined: f(::Int64) in Main at ");
    assert_eq!(defined, ["g(::Int64) in Main", "  h(::Int64) in Main"], "{}", ran.stdout);
    let redefined = tree(&ran.stdout, "constant redefined: LIMIT in Main");
    assert_eq!(redefined, ["k() in Main"], "{}", ran.stdout);
    assert!(ran.stdout.contains("change.jl:7: 1\n"), "{}", ran.stdout);

    // A program that fails says what it did until then, and its exit code is passed on.
    project.write(
        "fails.jl",
        &script.replace("println(h(1), k())\n", "h(1)\n").replace("const", "error(); const"),
    );
    project.run(&["invalidations", "--project", ".", "--compile=all", "fails.jl"]).code(1);
    project
        .run(&["invalidations", "--project", ".", "none.jl"])
        .code(102)
        .says("no script none.jl");
    project.run(&["invalidations", "--project", ".", "-p", "X", "change.jl"]).code(2);
}
