//! What a user sees of each kind of bad input, and the test that shows it:
//!
//! | what | tests |
//! | --- | --- |
//! | syntax error | here |
//! | unsupported construct | `supported.rs` |
//! | no test file, no recording | `cli.rs` (`what_is_not_there_is_said`), here |
//! | a top level with what cannot outlive its process | `runner.rs` (`what_cannot_outlive_…`, `a_top_level_that_…`) |
//! | image truncated, changed, of another CPU, not ours | `cli.rs`, `main_job.rs`, `staleness.rs`, `store.rs`, `faults.rs` |
//! | image of another build of the runner | here |
//! | store that others can write to, or of another user | `cli.rs`, `faults.rs` |
//! | two builds at once, killed builds, full disk, read-only store | `cli.rs`, `faults.rs` |
//! | the compiler dies, hangs or talks nonsense | `trouble.rs`, `compiler.rs`, `faults.rs` |
//! | a compiler of another build | `trouble.rs`, `compiler.rs` |
//! | endless recursion, too much memory | here, `backtraces.rs` |
//! | Ctrl-C | `repl.rs` |

use std::os::unix::fs::PermissionsExt;

use object::Object;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

#[test]
fn a_syntax_error_says_where_and_what() {
    let project = Project::real();
    project.write("bad.jl", "x = 1\ny = (x + 2\nz = 3\n");
    let ran = project.run(&["run", "bad.jl"]).code(1);
    assert_eq!(ran.stdout, "", "what stands after it is not run, and nothing before it prints");
    let path = project.path("bad.jl");
    let expected = format!("ERROR: LoadError: ParseError:\n# Error @ {}:2:", path.display());
    assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
    ran.says("\ny = (x + 2\n#").says("Expected `)` or `,`");
}

#[test]
fn what_was_not_recorded_is_named() {
    let project = Project::two_packages();
    project
        .run(&["build"])
        .code(0)
        .says("no recording yet for Alpha, Beta; `cargo pkgimage record` makes one");
}

#[test]
fn images_of_another_build_are_named() {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    let process = project.process(&[]);
    let mut variables = process.get_envs();
    let runner = variables.find_map(|(name, value)| (name == "PKGIMAGE_RUNNER").then_some(value?));
    let mut bytes = std::fs::read(runner.unwrap()).unwrap();
    let file = object::read::elf::ElfFile64::<object::Endianness>::parse(&*bytes).unwrap();
    let at = match file.build_id().unwrap().map(<[u8]>::to_vec) {
        Some(id) => bytes.windows(id.len()).position(|window| window == id).unwrap(),
        // Then it is told from others by all that it is.
        None => bytes.len() - 1,
    };
    bytes[at] ^= 1;
    let other = project.root().join("other-runner");
    std::fs::write(&other, bytes).unwrap();
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = project.command(&["run", "-v", "-e", "1"]);
    let ran = command.env("PKGIMAGE_RUNNER", &other).output().unwrap();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(0), "{stderr}");
    let lines = stderr.lines().filter(|line| line.contains("Stale Alpha: made by runner build "));
    assert_eq!(lines.count(), 1, "{stderr}");
}

#[test]
fn recursion_and_memory_without_end_are_exceptions() {
    let project = Project::real();
    let table = [
        ("f(x) = f(x) + 1; f(1)", "ERROR: StackOverflowError:\n"),
        ("zeros(10^13)", "ERROR: OutOfMemoryError()\n"),
        ("try; zeros(10^13); catch e; print(e); end", ""),
        // As much as there is, a little at a time; what was caught has been let go of.
        (
            "f() = (v = []; while true; push!(v, Vector{UInt8}(undef, 10^8)); end)\n\
             try; f(); catch e; print(e); end; Vector{UInt8}(undef, 10^8)",
            "",
        ),
    ];
    for compile in ["no", "all"] {
        for (program, says) in table {
            let ran = project.run(&["run", "--compile", compile, "-e", program]);
            match says {
                "" => assert_eq!((ran.code, &*ran.stdout), (0, "OutOfMemoryError()"), "{compile}"),
                _ => assert!(ran.stderr.starts_with(says), "{compile}: {}", ran.stderr),
            }
        }
    }
}
