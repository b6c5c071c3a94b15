//! The example packages and the workloads: that they are whole, and (with the real runner) that
//! they do what they say.

use std::path::{Path, PathBuf};

use pkgimage_package::Workload;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files with this ending below a folder, sorted.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

#[test]
fn their_julia_files_parse() {
    let mut found = Vec::new();
    files(&root().join("example-packages"), ".jl", &mut found);
    files(&root().join("workloads"), ".jl", &mut found);
    assert!(found.len() >= 30, "{found:?}");
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        if let Err(error) = pkgimage_syntax::parse_all(&text, &path.to_string_lossy()) {
            panic!("{}: {error:?}", path.display());
        }
    }
}

#[test]
fn each_package_has_its_workload() {
    let workloads = Workload::read_folder(&root().join("workloads")).unwrap();
    for workload in &workloads {
        assert!(workload.script_path().is_file(), "{}", workload.name);
        assert!(!workload.description.is_empty(), "{}", workload.name);
    }
    for name in ["FixedPoint", "Json", "Matrices", "Orbits", "Physics", "Shapes"] {
        assert!(
            workloads.iter().any(|workload| workload.packages == [name]),
            "no workload for {name} alone"
        );
    }
}
