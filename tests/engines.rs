//! The interpreter and native code agree: each program in `tests/engines` is run by the one, by the
//! other, and by both in turns as the default mode has it, and prints the same. What it prints stands
//! beside it (`BLESS=1` writes that anew, from the interpreter).

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

fn runner() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_pkgimage-runner"))
}

fn store() -> &'static Path {
    static STORE: OnceLock<TempDir> = OnceLock::new();
    STORE.get_or_init(support::store::with_base).path()
}

fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines");
    let entries = std::fs::read_dir(folder).expect("the programs");
    let mut programs: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a program").path())
        .filter(|path| path.extension().is_some_and(|e| e == "jl"))
        .collect();
    programs.sort();
    assert!(!programs.is_empty());
    programs
}

/// What a program prints.
fn output(runner: &Path, program: &Path, compile: &str) -> String {
    let ran = Command::new(runner)
        .env("PKGIMAGE_STORE", store())
        .env_remove("PKGIMAGE_JULIA_SOURCES")
        .arg(format!("--compile={compile}"))
        .arg(program)
        .output()
        .expect("a runner");
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{}, --compile={compile}\n{errors}", program.display());
    String::from_utf8(ran.stdout).expect("text")
}

fn agree(runner: &Path, program: &Path, modes: &[&str]) {
    let expected = std::fs::read_to_string(program.with_extension("out")).expect("an output");
    for mode in modes {
        let printed = output(runner, program, mode);
        let name = program.file_name().unwrap_or_default().display();
        pretty_assert(&expected, &printed, &format!("{name}, --compile={mode}"));
    }
}

/// Says which line differs first.
fn pretty_assert(expected: &str, printed: &str, what: &str) {
    if expected == printed {
        return;
    }
    let (mut wanted, mut got) = (expected.lines(), printed.lines());
    for line in 1.. {
        let (e, p) = (wanted.next(), got.next());
        assert!(e == p, "{what}: line {line}\nexpected {e:?}\n printed {p:?}");
        assert!(e.is_some(), "{what}: the ends of lines differ");
    }
}

#[test]
fn interpreted() {
    for program in programs() {
        if std::env::var_os("BLESS").is_some() {
            let printed = output(runner(), &program, "no");
            std::fs::write(program.with_extension("out"), printed).expect("the output is written");
        }
        agree(runner(), &program, &["no"]);
    }
}

#[test]
fn native() {
    for program in programs() {
        agree(runner(), &program, &["all", "yes"]);
    }
}

/// Without a compiler everything is interpreted, also what natively compiled code from the store calls.
#[test]
fn without_a_compiler() {
    let folder = TempDir::new().expect("a folder");
    let alone = folder.path().join("pkgimage-runner");
    std::fs::copy(runner(), &alone).expect("a copy of the runner");
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engines/dispatch.jl");
    agree(&alone, &program, &["yes", "all"]);
}
