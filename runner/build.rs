//! Collects the Julia sources of Base and the standard library, and their recordings, into the runner's
//! binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn collect(folder: &Path, kinds: &[&str], out: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<_>>()?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, kinds, out)?;
        } else if kinds.iter().any(|kind| path.to_string_lossy().ends_with(kind)) {
            out.push(path);
        }
    }
    Ok(())
}

/// Links the runner to a fixed address: it holds large tables of addresses (the kernels of dense linear algebra), which
/// each start would adjust.
fn link_without_relocations() {
    let target = |key: &str| env::var(key).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bin=pkgimage-runner=-no-pie");
    }
}

fn main() -> io::Result<()> {
    link_without_relocations();
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let julia = root.join("julia");
    let mut files = Vec::new();
    let sources: &[&str] = &[".jl", ".toml"];
    let recordings: &[&str] = &[".pkgimage.yaml"];
    for (folder, kinds) in [("base", sources), ("stdlib", sources), ("workloads", recordings)] {
        collect(&julia.join(folder), kinds, &mut files)?;
        println!("cargo::rerun-if-changed={}", julia.join(folder).display());
    }
    // By the names as texts, for binary search: `a.jl` stands before `a/b.jl`.
    files.sort_by_key(|file| file.display().to_string());
    let mut table = String::from("pub static SOURCES: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&julia).unwrap_or(file).display().to_string();
        let _ = writeln!(table, "    ({name:?}, include_str!({:?})),", file.display().to_string());
    }
    table.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("julia_sources.rs"), table)
}
