//! The runner end to end, with the three real binaries: scripts, Base's image, packages' images and
//! test files.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

fn store() -> &'static Path {
    static STORE: OnceLock<TempDir> = OnceLock::new();
    STORE.get_or_init(support::store::with_base).path()
}

fn command(program: &str, store: &Path) -> Command {
    let mut command = Command::new(program);
    command.env("PKGIMAGE_STORE", store).env("NO_COLOR", "1");
    for name in ["PKGIMAGE_RUNNER", "PKGIMAGE_COMPILER", "PKGIMAGE_JULIA_SOURCES"] {
        command.env_remove(name);
    }
    command
}

fn runner(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_pkgimage-runner");
    command(program, store()).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The counters that `--stats=json` printed last.
fn stats(output: &Output) -> serde_json::Value {
    let said = stderr(output);
    let line = said.lines().rev().find(|line| line.starts_with('{'));
    serde_json::from_str(line.unwrap_or_else(|| panic!("no counters in {said}"))).unwrap()
}

#[test]
fn a_script_runs_from_the_image_of_base() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("script.jl");
    let text = "struct P; x::Int; end\nf(p::P) = p.x + length(ARGS)\nprintln(f(P(40)), \" \", ARGS)\n\
                println(basename(PROGRAM_FILE), ' ', basename(@__FILE__))\n";
    std::fs::write(&script, text).unwrap();
    let ran = runner(&["--stats=json", script.to_str().unwrap(), "a", "--b"]);
    assert_eq!(stdout(&ran), "42 [\"a\", \"--b\"]\nscript.jl script.jl\n", "{}", stderr(&ran));
    let stats = stats(&ran);
    assert_eq!(stats["images_loaded"], 1);
    assert_eq!(stats["relocations"], 0);
    assert_eq!(stats["sources_read"], 0);
    assert!(stats["base_image_bytes"].as_u64() > Some(1 << 20), "{stats}");
}

#[test]
fn exit_codes() {
    let table = [
        ("exit(7)", 7),
        ("exit()", 0),
        ("atexit(() -> println(1)); nothing", 0),
        ("error(\"no\")", 1),
        ("f() = f(); f()", 1),
    ];
    for (program, code) in table {
        let ran = runner(&["-e", program]);
        assert_eq!(ran.status.code(), Some(code), "{program}: {}", stderr(&ran));
    }
    assert_eq!(runner(&["--no-such-option"]).status.code(), Some(2));
    assert_eq!(runner(&["/nonexistent.jl"]).status.code(), Some(2));
}

#[test]
fn what_nothing_caught_is_shown_as_julia_does() {
    let ran = runner(&["-e", "println(1); error(\"no\")"]);
    assert_eq!(stdout(&ran), "1\n");
    assert!(stderr(&ran).starts_with("ERROR: no\n"), "{}", stderr(&ran));
}

/// Tasks that overflow their stack, that wait while the heap is collected, and that nothing waits for.
#[test]
fn tasks_have_stacks_of_their_own() {
    let program = "deep(n) = n == 0 ? 0 : 1 + deep(n - 1)
        failed = @async deep(10^7)
        try wait(failed) catch e; println(typeof(e), ' ', typeof(e.task.result)) end
        for i in 1:1500
            channel = Channel{Vector{Int}}(0)
            @async put!(channel, [i])
            yield()
        end
        waiting = [Task(() -> (kept = [i]; yield(); kept[1])) for i in 1:200]
        foreach(schedule, waiting)
        yield()
        GC.gc()
        println(sum(fetch, waiting))
        handles() = (try error(\"a\") catch; yield(); length(current_exceptions()) end)
        println(fetch.([@async(handles()), @async(handles())]), ' ', length(current_exceptions()))";
    for engine in ["--compile=no", "--compile=all"] {
        let ran = runner(&[engine, "-e", program]);
        let expected = "TaskFailedException StackOverflowError\n20100\n[1, 1] 0\n";
        assert_eq!(stdout(&ran), expected, "{engine}: {}", stderr(&ran));
    }
}

/// A package with a dependency inside of the standard library, and its tests.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(tests: &str) -> Project {
        let folder = TempDir::new().unwrap();
        for (path, text) in [
            (
                "Project.toml",
                "name = \"Greet\"\nuuid = \"6b2b6a5e-52b5-4c4e-9d0e-0d2f1f7c9a11\"\n\n[extras]\n\
                 Test = \"8dfed614-e22c-5e08-85e1-65c5234f0b40\"\n\n[targets]\ntest = [\"Test\"]\n",
            ),
            (
                "src/Greet.jl",
                "module Greet\nexport greet, Person\ninclude(\"person.jl\")\nconst LOADED = Ref(0)\n\
                 const KNOWN = Dict{String,Int}(\"Ada\" => 1)\n__init__() = (LOADED[] += 1; nothing)\n\
                 end\n",
            ),
            (
                "src/person.jl",
                "struct Person{T}\n    name::T\nend\ngreet(p::Person) = \"Hello, \" * p.name\n\
                 Base.length(p::Person) = length(p.name)\n\
                 Base.:(==)(p::Person, q::Person) = p.name == q.name\n",
            ),
            ("test/runtests.jl", tests),
            (
                "run.jl",
                "using Greet\nprintln(greet(Person(\"Ada\")), ' ', length(Person(\"Bob\")), ' ', \
                 Greet.LOADED[], ' ', Greet.KNOWN[\"Ada\"], ' ', Person(\"a\") == Person(\"a\"))\n",
            ),
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Project { folder }
    }

    fn pkgimage(&self, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_cargo-pkgimage");
        command(program, store())
            .arg("pkgimage")
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

#[test]
fn a_package_comes_from_its_image_without_its_sources() {
    let project = Project::new("");
    let expected = "Hello, Ada 3 1 1 true\n";
    let cold = project.pkgimage(&["run", "--stats=json", "run.jl"]);
    assert_eq!(stdout(&cold), expected, "{}", stderr(&cold));
    assert_eq!(stats(&cold)["sources_read"], 2);

    let built = project.pkgimage(&["build"]);
    assert!(built.status.success(), "{}", stderr(&built));
    let warm = project.pkgimage(&["run", "--stats=json", "run.jl"]);
    assert_eq!(stdout(&warm), expected, "{}", stderr(&warm));
    let stats = stats(&warm);
    assert_eq!(stats["sources_read"], 0);
    assert_eq!(stats["images_loaded"], 2);
}

#[test]
fn a_top_level_that_cannot_be_kept_runs_at_each_load() {
    let project = Project::new("");
    let source = project.folder.path().join("src/Greet.jl");
    let text = std::fs::read_to_string(&source).unwrap();
    std::fs::write(&source, text.replace("export", "__precompile__(false)\nexport")).unwrap();
    let built = project.pkgimage(&["build"]);
    assert!(built.status.success(), "{}", stderr(&built));
    assert!(stderr(&built).contains("it says __precompile__(false)"), "{}", stderr(&built));
    let ran = project.pkgimage(&["run", "--stats=json", "run.jl"]);
    assert_eq!(stdout(&ran), "Hello, Ada 3 1 1 true\n", "{}", stderr(&ran));
    assert_eq!(stats(&ran)["sources_read"], 2);
}

#[test]
fn what_cannot_outlive_the_process_is_named() {
    let file = "open(joinpath(@__DIR__, \"Greet.jl\"))";
    let waiting = "Task(() -> wait(Condition()))";
    for (held, says) in [
        (
            "const HELD = open",
            "an open IOStream, which Greet.HELD refers to, cannot be kept in an image",
        ),
        (
            "const HELD = Dict(1 => Any[open])",
            "an open IOStream, which Greet.HELD refers to through Dict, Array, Array, cannot be kept in an image",
        ),
        (
            "const HELD = schedule(task); yield()",
            "a task that has not ended, which Greet.HELD refers to, cannot be kept in an image",
        ),
        (
            "const HELD = Pipe(); Base.link_pipe!(HELD)",
            "an open IOStream, which Greet.HELD refers to through Pipe, PipeEndpoint, cannot be kept in an image",
        ),
        (
            "const HELD = open(`cat`, \"r+\")",
            "Process, which Greet.HELD refers to, cannot be kept in an image",
        ),
        (
            "const HELD = (Timer(60),)",
            "an open Timer, which Greet.HELD refers to through Tuple, cannot be kept in an image",
        ),
        (
            "const HELD = fdio(1, true)",
            "an open IOStream, which Greet.HELD refers to, cannot be kept in an image",
        ),
        // What is closed, or has ended, can; and the standard streams are there anyway.
        ("const HELD = Timer(60); close(HELD)", ""),
        ("const HELD = stdout", ""),
        ("const HELD = Pipe()", ""),
        ("const HELD = open; close(HELD)", ""),
        ("const HELD = schedule(Task(() -> 3)); wait(HELD)", ""),
        // Expressions are compiled when they are needed.
        ("const HELD = r\"a+\"; occursin(HELD, \"baa\")", ""),
    ] {
        let held = held.replace("(task)", &format!("({waiting})"));
        let held = match held.contains("open(") {
            true => held,
            false => held.replace("open", file),
        };
        let project = Project::new("");
        let source = project.folder.path().join("src/Greet.jl");
        let text = std::fs::read_to_string(&source).unwrap();
        std::fs::write(&source, text.replace("export", &format!("{held}\nexport"))).unwrap();
        let built = project.pkgimage(&["build"]);
        assert!(built.status.success(), "{}", stderr(&built));
        let said = stderr(&built);
        match says {
            "" => assert!(!said.contains("top level runs at each load"), "{held}: {said}"),
            _ => assert!(said.contains(says), "{held}: {said}"),
        }
        let ran = project.pkgimage(&["run", "run.jl"]);
        assert_eq!(stdout(&ran), "Hello, Ada 3 1 1 true\n", "{held}: {}", stderr(&ran));
    }
}

#[test]
fn a_test_file_that_hangs_is_ended() {
    let project = Project::new("using Greet\nwhile true end\n");
    let ended = project.pkgimage(&["test", "--time-limit", "1"]);
    assert_eq!(ended.status.code(), Some(101), "{}", stderr(&ended));
    assert!(stderr(&ended).contains("reached its time limit"), "{}", stderr(&ended));
}

#[test]
fn test_files_are_counted() {
    let good = Project::new(
        "using Greet, Test\n@testset \"all\" begin\n@test greet(Person(\"A\")) == \"Hello, A\"\nend\n",
    );
    let passed = good.pkgimage(&["test"]);
    assert!(passed.status.success(), "{}", stderr(&passed));
    assert!(stderr(&passed).contains("Greet: tests: 1 passed"), "{}", stderr(&passed));

    let bad = Project::new(
        "using Greet, Test\n@testset \"all\" begin\n@test true\n@test greet(Person(\"A\")) == \"\"\nend\n",
    );
    let failed = bad.pkgimage(&["test"]);
    assert_eq!(failed.status.code(), Some(101), "{}", stderr(&failed));
    assert!(stderr(&failed).contains("tests: 1 passed, 1 failed"), "{}", stderr(&failed));
}

#[test]
fn recordings_name_what_the_tests_called() {
    let tests = "using Greet, Test\n@test greet(Person(\"A\")) == \"Hello, A\"\n\
                 @test length(Person(\"abc\")) == 3\n@test Person(\"a\") == Person(\"a\")\n";
    let project = Project::new(tests);
    let recorded = project.pkgimage(&["record"]);
    assert!(recorded.status.success(), "{}", stderr(&recorded));
    let text = std::fs::read_to_string(project.folder.path().join("pkgimage.yaml")).unwrap();
    for root in [
        "Tuple{typeof(Greet.greet), Greet.Person{String}}",
        "Tuple{typeof(length), Greet.Person{String}}",
        "Tuple{typeof(Base.:(==)), Greet.Person{String}, Greet.Person{String}}",
    ] {
        assert!(text.contains(root), "{text}");
    }
    let built = project.pkgimage(&["build"]);
    assert!(built.status.success(), "{}", stderr(&built));
    assert!(!stderr(&built).contains("no longer"), "{}", stderr(&built));
}
