//! What goes wrong beside the code itself, with the real binaries: compilers that die, test files that
//! fail, exit or hang. It costs speed and a line; results stay what they are.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use pkgimage_image::stamp::{Kind, Settings};
use pkgimage_image::{build_id, machine, seal};
use pkgimage_ir::protocol::{Hello, write_frame};
use pkgimage_package::job::{Color, Compile, Image, Images, Job, Program, Task, VERSION, Valid};
use pkgimage_package::{Environment, PackageId, Report, images};

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

const COMPILER: &str = env!("CARGO_BIN_EXE_pkgimage-compiler");
const RUNNER: &str = env!("CARGO_BIN_EXE_pkgimage-runner");

/// A program that makes the compiler compile a good part of Base, and what it prints.
const PROGRAM: &str = r#"
struct V
    x::Float64
    y::Float64
end
Base.:+(a::V, b::V) = V(a.x + b.x, a.y + b.y)
println(reduce(+, [V(i, 2i) for i in 1:10]))
println(sort(unique(split("a b c a d b"))))
println(sort(collect(Dict(i => string(i) for i in 1:5))))
println(try; div(1, 0); catch e; e; end)
"#;
const PRINTED: &str = r#"V(55.0, 110.0)
SubString{String}["a", "b", "c", "d"]
[1 => "1", 2 => "2", 3 => "3", 4 => "4", 5 => "5"]
DivideError()
"#;

/// A job that runs the program with a shell script in place of the compiler. Base's image is that of the
/// real one.
fn job(project: &Project, number: usize, script: &str) -> Job {
    let compiler_path = project.root().join("compiler");
    std::fs::write(&compiler_path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&compiler_path, std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = images::folder(&project.store(), &images::stem(Kind::Base, &PackageId::base()));
    let [path] = images::candidates(&folder).try_into().unwrap();
    let id = seal::read(&path).unwrap().id;
    let base = Some(Image { path, id, valid: Valid::Whole });
    Job {
        version: VERSION,
        task: Task::Run { program: Program::File(project.path("program.jl")), args: Vec::new() },
        environment: Environment::default(),
        images: Images { base, ..Images::default() },
        compile: Compile::All,
        save_work: None,
        sessions: None,
        runtime: build_id::of(Path::new(RUNNER)).unwrap(),
        compiler: build_id::of(Path::new(COMPILER)).unwrap(),
        compiler_path,
        triple: machine::triple(),
        settings: Settings::default(),
        jobs: 1,
        // One of its own, so that nothing comes from it.
        store: project.root().join(format!("store {number}")),
        color: Color::Never,
        verbosity: 1,
        time_limit: None,
        report: project.root().join("report.json"),
        progress: None,
    }
}

#[test]
fn compilers_that_die_or_talk_nonsense_change_no_result() {
    let project = Project::real();
    project.write("program.jl", PROGRAM);
    let part = "/bin/dd bs=1 count=30000 2>/dev/null";
    let cases = [
        // Each dies while it reads a request, after some that it has answered.
        (format!("{part} | {COMPILER}"), true),
        // Gets garbage in the middle of a request, and says so in a frame of its own.
        (format!("({part}; printf 'garbage garbage garbage'; /bin/cat) | {COMPILER}"), true),
        // Answers with garbage.
        (format!("({part} | {COMPILER}); printf 'garbage garbage garbage'; /bin/cat"), true),
        // Dies at once.
        ("exit 3".to_owned(), false),
        // Is something else.
        ("exec /bin/cat".to_owned(), false),
    ];
    for (number, (script, compiles)) in cases.into_iter().enumerate() {
        let job = job(&project, number, &script);
        let path = project.root().join("job.json");
        job.write(&path).unwrap();
        let ran = Command::new(RUNNER).arg("--job").arg(&path).output().unwrap();
        let (stdout, stderr) =
            (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        assert_eq!(stdout, PRINTED, "{script}: {stderr}");
        assert_eq!((ran.status.code(), &*stderr), (Some(0), ""), "{script}");
        let report = Report::read(&job.report).unwrap();
        assert_eq!(report.stats.compiled > 5, compiles, "{script}: {report:?}");
        assert!(!compiles || report.stats.compilers_started > 1, "{script}: {report:?}");
        // What stays interpreted is named; where everything does, that is said once.
        assert!(report.warnings.len() <= 8, "{script}: {:?}", report.warnings);
        let given_up = "going on in the interpreter: cannot use the compiler";
        let said = report.warnings.iter().filter(|line| line.starts_with(given_up)).count();
        assert_eq!(said, usize::from(!compiles), "{script}: {:?}", report.warnings);
    }
}

#[test]
fn a_compiler_of_another_build_is_named_once() {
    let project = Project::real();
    project.write("program.jl", PROGRAM);
    let other = Hello { protocol: 99, build: "0.0.0-other".into() };
    let mut hello = Vec::new();
    write_frame(&mut hello, &other.encode()).unwrap();
    let file = project.root().join("hello");
    std::fs::write(&file, hello).unwrap();
    let job =
        job(&project, 0, &format!("/bin/cat '{}'; exec /bin/cat > /dev/null", file.display()));
    let path = project.root().join("job.json");
    job.write(&path).unwrap();
    let ran = Command::new(RUNNER).arg("--job").arg(&path).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), PRINTED);
    let report = Report::read(&job.report).unwrap();
    let [line] = report.warnings.as_slice() else { panic!("{:?}", report.warnings) };
    let head = "going on in the interpreter: the compiler is another build: this is ";
    assert!(line.starts_with(head) && line.contains(pkgimage_ir::BUILD_ID), "{line}");
    assert!(line.contains("0.0.0-other (protocol 99)"), "{line}");
}

/// Three packages, of which the second is changed by [`set_tests`].
fn three_packages() -> Project {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\nresolver = \"3\"\n");
    for (number, (folder, name)) in [("a", "A"), ("b", "B"), ("c", "C")].into_iter().enumerate() {
        project.package(folder, name, number as u128 + 1, "");
        project.write(
            &format!("{folder}/src/{name}.jl"),
            &format!("module {name}\nearly(x) = x + 1\nlate(x) = x + 2\nend\n"),
        );
        set_tests(&project, folder, name, "");
    }
    project
}

/// Writes a test file that calls `early`, does something, and calls `late`.
fn set_tests(project: &Project, folder: &str, name: &str, between: &str) {
    project.write(
        &format!("{folder}/test/runtests.jl"),
        &format!(
            "using {name}, Test\n@test {name}.early(1) == 2\n{between}@test {name}.late(1) == 3\n"
        ),
    );
}

fn records(project: &Project, folder: &str, root: &str) -> bool {
    let path = project.path(&format!("{folder}/pkgimage.yaml"));
    std::fs::read_to_string(path)
        .is_ok_and(|text| text.contains(&format!("- Tuple{{typeof({root}), Int64}}\n")))
}

#[test]
fn test_files_that_fail_exit_or_hang_are_recorded_as_far_as_they_came() {
    let project = three_packages();
    let fails = "@testset \"sums\" begin\n@test B.early(1) == 3\n@test B.late(2) == 4\nend\n";
    let cases = [
        // What the file does, what is said of it, whether the test set is gone through.
        (fails, "tests: 2 passed, 1 failed", true),
        ("error(\"no\")\n", "1 errored", false),
        ("exit(3)\n", "the test file ended with exit code 3", false),
        ("while true end\n", "reached its time limit", false),
        ("ccall(:abort, Cvoid, ())\n", "signal 6", false),
    ];
    for (between, said, reaches_late) in cases {
        set_tests(&project, "b", "B", between);
        for folder in ["a", "b", "c"] {
            let _ = std::fs::remove_file(project.path(&format!("{folder}/pkgimage.yaml")));
        }
        let limit = if between.starts_with("while") { "20" } else { "0" };
        let call = ["record", "--workspace", "--keep-going", "--time-limit", limit];
        let recorded = project.run(&call).code(101).says("not everything passed: B\n");
        let line = recorded.stderr.lines().find(|line| line.trim().starts_with("Failed B: "));
        assert!(line.is_some_and(|line| line.contains(said)), "{between}: {}", recorded.stderr);
        assert!(records(&project, "b", "B.early"), "{between}");
        assert_eq!(records(&project, "b", "B.late"), reaches_late, "{between}");
        assert!(records(&project, "a", "A.late") && records(&project, "c", "C.late"), "{between}");
    }

    // Without --keep-going the first failure is the last thing that is done, and what was known is kept.
    set_tests(&project, "b", "B", "");
    project.run(&["record", "-p", "B"]).code(0);
    std::fs::remove_file(project.path("c/pkgimage.yaml")).unwrap();
    set_tests(&project, "b", "B", "exit(0)\n");
    project.run(&["record", "--workspace"]).code(101).says("ended the process before its end");
    assert!(records(&project, "b", "B.late"));
    assert!(!project.path("c/pkgimage.yaml").exists());
}
