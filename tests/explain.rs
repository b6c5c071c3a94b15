//! `explain`: whose a specialization is, who recorded it, where its code stands, what it relies on, and what made
//! it invalid.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use serde_json::Value;
use support::Project;

/// `Gamma` depends on `Alpha`; `Beta` defines a method that changes what `Alpha.shift` does.
fn packages() -> Project {
    let project = Project::real();
    let members = "[workspace]\nmembers = [\"alpha\", \"beta\", \"gamma\"]\nresolver = \"3\"\n";
    project.write("Cargo.toml", members);
    for (folder, name, number, deps, source, test) in [
        (
            "alpha",
            "Alpha",
            1,
            "",
            "const STEP = Int8[2]\nstep() = STEP[1]\nshift(a::Vector{Float64}) = a .+ 2\n\
             struct Box{T}\n    value::T\nend\nopen(b::Box) = b.value\nlift(b) = open(b) + step()\nidle() = 1",
            "@test Alpha.shift([1.0]) == [3.0]\n@test Alpha.lift(Alpha.Box(1)) == 3",
        ),
        (
            "beta",
            "Beta",
            2,
            "",
            "\nBase.:+(x::Float64, y::Int) = 100x - y",
            "@test 1.0 + 2 == 98.0",
        ),
        (
            "gamma",
            "Gamma",
            3,
            "alpha = { path = \"../alpha\" }\n",
            "using Alpha\nstruct G end\nBase.:+(::G, ::Int8) = 7\nrun() = Alpha.lift(Alpha.Box(G()))",
            "@test Gamma.run() == 7",
        ),
    ] {
        project.package_of(folder, name, number, deps, source, test);
    }
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    project
}

/// What a line of the text says.
#[track_caller]
fn line<'a>(text: &'a str, name: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.strip_prefix("  ")?.strip_prefix(name));
    found.unwrap_or_else(|| panic!("no line {name}:\n{text}")).trim()
}

#[test]
fn explains() {
    let project = packages();
    let explain = |what: &str| project.run(&["explain", "-v", what]).code(0).stdout;

    // A package's own, by its call and as recorded.
    let lift = explain("Alpha.lift(::Alpha.Box{Int64})");
    assert!(lift.starts_with("lift(::Alpha.Box{Int64})\n"), "{lift}");
    let signature = line(&lift, "recorded as").to_owned();
    assert_eq!(signature, "Tuple{typeof(Alpha.lift), Alpha.Box{Int64}}");
    assert_eq!(explain(&signature), lift);
    assert!(line(&lift, "method").starts_with("lift(::Any) in Alpha at "), "{lift}");
    assert!(line(&lift, "method").ends_with("alpha/src/Alpha.jl:9"), "{lift}");
    assert_eq!(line(&lift, "returns"), "Int64");
    assert_eq!(line(&lift, "kept by"), "Alpha: it involves no other package");
    assert_eq!(line(&lift, "recorded by"), "Alpha's tests");
    let code = line(&lift, "code");
    assert!(code.starts_with("in Alpha, ") && code.contains("; valid with all "), "{lift}");
    // What bodies rely on that were put in place counts.
    assert!(
        lift.contains("open(::Alpha.Box{Int64}) calls open(::Alpha.Box) in Alpha at "),
        "{lift}"
    );

    // One that two packages are involved in, and that depends on the other.
    let of_gamma = explain("Alpha.lift(::Alpha.Box{Gamma.G})");
    assert_eq!(line(&of_gamma, "kept by"), "Gamma: of Alpha, Gamma it depends on all others");
    assert_eq!(line(&of_gamma, "code").split(',').next(), Some("in Gamma"));

    // Made invalid by a package that is loaded, too: by which method, and what a call means now.
    let shift = explain("Alpha.shift(::Vector{Float64})");
    assert_eq!(line(&shift, "kept by"), "Alpha: it involves no other package");
    // The commons image, which is made with all packages, has code for that.
    let code = line(&shift, "code");
    assert!(code.starts_with("in the commons, ") && code.contains("; valid with all "), "{shift}");
    let other = shift.lines().find(|line| line.trim().starts_with("in Alpha, "));
    let other = other.unwrap_or_else(|| panic!("{shift}"));
    let change = "; not valid: method defined: +(::Float64, ::Int64) in Beta at ";
    assert!(other.contains(change) && other.ends_with("beta/src/Beta.jl:3"), "{other}");
    let relies = line(&shift, "relies on");
    assert!(
        relies.starts_with("+(::Float64, ::Int64) calls +(::Float64, ::Int64) in Beta"),
        "{shift}"
    );

    // All that images hold of a function; what nobody recorded has no code.
    let all = explain("Alpha.lift");
    assert_eq!(all.matches("\n  kept by").count(), 2, "{all}");
    let other = explain("Alpha.lift(::Alpha.Box{Float64})");
    assert_eq!(line(&other, "code"), "none: it is compiled when it is called");
    assert_eq!(line(&other, "recorded by"), "nobody");
    assert_eq!(
        line(&explain("Base.:(+)(::Int8, ::Float16)"), "kept by"),
        "Base, or the commons: it involves no package"
    );

    // For programs.
    let json = project.run(&["explain", "--message-format=json", "Alpha.shift"]).code(0).stdout;
    let row: Value = serde_json::from_str(&json).expect("a line of JSON");
    assert_eq!(row["homes"], serde_json::json!(["the commons", "Alpha"]), "{json}");
    assert_eq!(row["owner"], "Alpha");
    assert_eq!(row["code"][1]["because"]["cause"], "method-defined", "{json}");

    // What names nothing is said in a line.
    for (what, said) in [
        ("Alpha.none", "error: Alpha.none: UndefVarError: `none` not defined\n"),
        ("Alpha.open(::Int)", "error: no method is called by Alpha.open(::Int)\n"),
        ("Alpha.lift(3)", "the arguments of a call are written by their types: ::3\n"),
        ("Alpha.idle", "error: no image has code for Alpha.idle; name a call by its types"),
        ("Alpha.lift(", "error: Alpha.lift(: "),
    ] {
        project.run(&["explain", what]).code(102).says(said);
    }
}

#[test]
fn a_workload_says_what_it_used() {
    let project = packages();
    project.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"alpha\", \"beta\", \"gamma\"]\nresolver = \"3\"\n\
         [workspace.metadata.pkgimage]\nworkloads = \"loads\"\n",
    );
    project.write("loads/lift.yaml", "name: lift\nscript: lift.jl\n");
    let script = "using Alpha\ntwice(x) = 2 * Alpha.lift(x)\nprintln(twice(Alpha.Box(Int16(1))))\n";
    project.write("loads/lift.jl", script);
    let status = || project.run(&["status", "--workload", "lift", "-v"]).code(0);
    // Before anything is recorded, that is said, and what would run how.
    status()
        .says("lift: no recording; `cargo pkgimage record --workload lift` makes one")
        .prints("lift(::Alpha.Box{Int16})")
        .prints("`cargo pkgimage record --workload lift` keeps what it defines");

    project.run(&["record", "--workload", "lift"]).code(0);
    project.run(&["build"]).code(0);
    let used = status().stdout;
    assert_eq!(line(&used, "compiled now"), "0", "{used}");
    assert_eq!(line(&used, "interpreted"), "0", "{used}");
    assert!(line(&used, "its own image").parse::<u32>().expect("a number") >= 1, "{used}");
    assert!(line(&used, "from images").contains("the commons "), "{used}");

    // Another script than the one that was recorded.
    project.write("loads/lift.jl", &script.replace("Int16", "Float32"));
    let used = status().stdout;
    assert!(used.contains("                lift(::Alpha.Box{Float32})\n"), "{used}");
    let never = used.split("never called").nth(1).expect("a list");
    assert!(never.contains("Tuple{typeof(Alpha.lift), Alpha.Box{Int16}}"), "{used}");
    let arguments = ["status", "--workload", "lift", "--message-format=json"];
    let row: Value = serde_json::from_str(&project.run(&arguments).code(0).stdout).expect("JSON");
    assert_eq!(row["workload"], "lift");
    assert!(row["recorded"].as_u64() > row["recorded-and-called"].as_u64(), "{row}");

    // A script that fails: its exit code, and what it said.
    project.write("loads/lift.jl", "error(\"no luck\")\n");
    let failed = project.run(&["status", "--workload", "lift"]).code(1);
    failed.says("lift: the script ended with exit code 1").says("no luck");
    project.run(&["status", "--workload", "none"]).code(102);
}
