//! The programs of `workloads/versus`, which do in Python what the example workloads do: that they print the
//! same, and that `bench --versus` times them beside the workloads. Without a `python3` there is nothing to see.

use std::path::PathBuf;
use std::process::{Command, Output};

use pkgimage_package::Workload;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn workloads() -> Vec<Workload> {
    Workload::read_folder(&root().join("workloads")).expect("the workloads")
}

fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("no python3 here");
    }
    found
}

/// A call in the root of the repository, with the example packages as its workspace.
fn pkgimage(project: &Project, command: &str, arguments: &[&str]) -> Output {
    let target = project.root().join("target");
    let mut process = project.process(&[command, "--manifest-path=example-packages/Cargo.toml"]);
    process.env("PYTHONDONTWRITEBYTECODE", "1").arg("--target-dir").arg(target);
    let output = process.args(arguments).current_dir(root()).output().expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn they_print_what_the_workloads_print() {
    if !has_python() {
        return;
    }
    let project = Project::real();
    for workload in workloads() {
        let script = workload.script_path().display().to_string();
        let mut arguments = vec![script.as_str(), "--"];
        arguments.extend(workload.args.iter().map(String::as_str));
        let ours = pkgimage(&project, "run", &arguments);
        let program = root().join(format!("workloads/versus/{}.py", workload.name));
        let theirs =
            Command::new("python3").arg("-B").arg(program).args(&workload.args).output().unwrap();
        assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
        assert_eq!(
            String::from_utf8_lossy(&ours.stdout),
            String::from_utf8_lossy(&theirs.stdout),
            "{}",
            workload.name
        );
        assert!(!ours.stdout.is_empty());
    }
}

#[test]
fn bench_times_them_beside_the_workloads() {
    if !has_python() {
        return;
    }
    let project = Project::real();
    let versus = "--versus=python3 workloads/versus/{name}.py";
    let arguments = ["--runs=1", "--message-format=json", versus, "strangers"];
    let bench = pkgimage(&project, "bench", &arguments);
    let stdout = String::from_utf8_lossy(&bench.stdout).into_owned();
    let rows: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.len(), 2, "{stdout}");
    for row in &rows {
        let versus = &row["versus"][0];
        let name = row["workload"].as_str().expect("a name");
        assert_eq!(versus["command"], format!("python3 workloads/versus/{name}.py"));
        for measure in [&versus["process"], &versus["ratio"], &row["images"]["process"]] {
            assert!(measure["median"].as_f64().is_some_and(|time| time > 0.0), "{row}");
        }
    }
    for way in ["interpreted", "on-demand", "images"] {
        for measure in ["process", "loading", "first"] {
            assert!(rows[1][way][measure]["median"].is_f64(), "{way} {measure}: {stdout}");
        }
    }
}
