//! The standard library: each file of `tests/stdlib` is a Julia program with `@test`s, run by the
//! interpreter and compiled. What they expect of numbers comes from the real Julia.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

fn store() -> &'static Path {
    static STORE: OnceLock<TempDir> = OnceLock::new();
    STORE.get_or_init(support::store::with_base).path()
}

fn run(name: &str, compile: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/stdlib/{name}.jl"));
    let ran = Command::new(env!("CARGO_BIN_EXE_pkgimage-runner"))
        .env("PKGIMAGE_STORE", store())
        .env_remove("PKGIMAGE_JULIA_SOURCES")
        .arg(format!("--compile={compile}"))
        .arg(file)
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{name}, --compile={compile}\n{}{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn run_all(compile: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stdlib");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for name in names {
        run(&name, compile);
    }
}

#[test]
fn interpreted() {
    run_all("no");
}

#[test]
fn compiled() {
    run_all("all");
}
