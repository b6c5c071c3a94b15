//! The command line side end to end, with a fake runner in place of the real one: what is
//! planned, judged, printed and returned.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::{Project, uuid};

#[test]
fn record_build_run_status() {
    let project = Project::two_packages();
    project
        .run(&["record", "--workspace"])
        .code(0)
        .says("Recorded Alpha: 1 roots; tests: 1 passed")
        .says("`cargo pkgimage build` compiles what was recorded");
    assert!(project.read("alpha/pkgimage.yaml").ends_with(&format!(
        "version: 1\nname: Alpha\nuuid: {}\nroots:\n- Alpha.f(::Int64)\n",
        uuid(1)
    )));
    project
        .run(&["record", "--workspace"])
        .code(0)
        .says("Unchanged Alpha: 1 roots; tests: 1 passed");

    project
        .run(&["build"])
        .code(0)
        .says("Compiling Alpha (no image yet)")
        .says("Built Beta: 1 recorded, 1 unique")
        .says("Compiling commons");
    project.run(&["build"]).code(0).says(" 0 images built");

    let status = project.run(&["status"]).code(0);
    for line in status.stdout.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if ["Base", "Alpha", "Beta", "commons"].contains(&name) {
            assert!(line.contains("fresh"), "{}", status.stdout);
        }
    }

    project.write("x.jl", "# print hello\n# exit 7\n");
    let run = project.run(&["run", "x.jl", "--stats=json", "--", "one", "--two"]).code(7);
    assert_eq!(run.stdout, "args one --two\nhello\n");
    assert_eq!(run.stats()["sources_read"], 0);
}

/// Invariant 5: nothing is read or asked again in a warm run.
#[test]
fn a_warm_run_reads_nothing_and_asks_nobody() {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    // Until the time of the new images is old enough to be trusted.
    std::thread::sleep(std::time::Duration::from_millis(80));
    project.run(&["run", "-e", "1"]).code(0);
    let stats = project.run(&["run", "--stats=json", "-e", "1"]).code(0).stats();
    assert_eq!((&stats["cargo_metadata"], &stats["files_judged"]), (&0.into(), &0.into()));
    // From a folder below, and by the manifest's path, the same is known.
    let stats = project
        .run(&["run", "--manifest-path", "Cargo.toml", "--stats=json", "-e", "1"])
        .code(0)
        .stats();
    assert_eq!(stats["cargo_metadata"], 0);

    // A manifest with other content: Cargo is asked.
    let manifest = project.read("beta/Cargo.toml");
    project.write("beta/Cargo.toml", &manifest.replace("0.1.0", "0.1.1"));
    let stats = project.run(&["run", "--stats=json", "-e", "1"]).code(0).stats();
    assert_eq!(stats["cargo_metadata"], 1);
    // The same content at another time: read, and Cargo is not asked.
    project.write("beta/Cargo.toml", &manifest.replace("0.1.0", "0.1.1"));
    let stats = project.run(&["run", "--stats=json", "-e", "1"]).code(0).stats();
    assert_eq!(stats["cargo_metadata"], 0);
    assert!(stats["files_judged"].as_u64() >= Some(1), "{stats:?}");
}

/// One change, the line of `status` that it gives, and the images that `build` makes anew.
#[test]
fn staleness_has_one_reason_everywhere() {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    type Change = fn(&Project);
    let table: &[(Change, &str, &str)] = &[
        (
            |project| project.write("alpha/src/more.jl", "f(x) = x + 1\n"),
            "source changed: src/more.jl (image has ",
            "Compiling Beta (dependency changed: Alpha (linked with ",
        ),
        (
            |project| {
                let recording = project.read("alpha/pkgimage.yaml");
                project.write("alpha/pkgimage.yaml", &(recording + "- Alpha.f(::UInt8)\n"));
            },
            "recording changed (image has ",
            "Compiling Alpha (recording changed (image has ",
        ),
        (
            |project| std::fs::remove_file(project.path("alpha/pkgimage.yaml")).unwrap(),
            "recording removed",
            "Compiling Alpha (recording removed)",
        ),
    ];
    for (change, reason, rebuilt) in table {
        change(&project);
        project.run(&["status"]).code(0).prints(&format!("stale    {reason}"));
        project.run(&["run", "-v", "-e", "1"]).code(0).says(&format!("Stale Alpha: {reason}"));
        project.run(&["build"]).code(0).says(&format!("Compiling Alpha ({reason}")).says(rebuilt);
        project.run(&["build"]).code(0).says(" 0 images built");
    }
    project
        .run(&["build", "--check-bounds=yes"])
        .code(0)
        .says("Compiling Alpha (built with --check-bounds=auto, asked for --check-bounds=yes; ");
    // Both stay side by side.
    project.run(&["build"]).code(0).says(" 0 images built");
}

#[test]
fn damaged_images_are_named_and_replaced() {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    let image = || {
        let text = project.run(&["status", "--message-format", "json"]).code(0).stdout;
        let row = text.lines().find(|line| line.contains("\"name\":\"Alpha\"")).unwrap().to_owned();
        let row: serde_json::Value = serde_json::from_str(&row).unwrap();
        row["image"].as_str().map(str::to_owned)
    };
    let path = image().expect("an image");
    let whole = std::fs::read(&path).unwrap();
    let mut flipped = whole.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    for damaged in [&whole[..whole.len() / 2], &flipped[..], b"", b"\x7fELF"] {
        std::fs::write(&path, damaged).unwrap();
        project.run(&["status"]).code(0).prints("stale    image damaged: ");
        project
            .run(&["run", "-e", "1"])
            .code(0)
            .says("note: Alpha: image not wholly used: image damaged: ")
            .prints("1");
        project.run(&["build"]).code(0).says("Compiling Alpha (image damaged: ");
        assert!(std::fs::read(&path).unwrap() == whole, "the same build gives the same image");
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(image(), None);
    project.run(&["status"]).code(0).prints("missing");
}

#[test]
fn failing_tests_lose_nothing() {
    let project = Project::two_packages();
    project.write("alpha/test/runtests.jl", "@test 1\n# root Alpha.g()\n# fail\n");
    // Without --keep-going, Beta is not reached.
    let outcome = project.run(&["record", "--workspace"]).code(101);
    assert!(!outcome.stderr.contains("Beta"), "{}", outcome.stderr);
    outcome.says("Failed Alpha: 1 roots; tests: 1 passed, 1 failed");
    project
        .run(&["record", "--workspace", "--keep-going"])
        .code(101)
        .says("Recorded Beta: 1 roots")
        .says("not everything passed: Alpha");
    assert!(project.read("alpha/pkgimage.yaml").contains("- Alpha.g()\n"));

    // What ended early adds to what is known; what ended well replaces it.
    for (text, code, says) in [
        ("# log Alpha.h()\n# abort\n", 101, "the test file was ended by signal 6"),
        ("# root Alpha.h()\n# exit 3\n", 101, "the test file ended with exit code 3"),
    ] {
        project.write("alpha/test/runtests.jl", text);
        project.run(&["record", "-p", "Alpha"]).code(code).says(says);
        let recording = project.read("alpha/pkgimage.yaml");
        assert!(recording.contains("- Alpha.g()\n- Alpha.h()\n"), "{recording}");
    }
    project.write("alpha/test/runtests.jl", "@test 1\n# root Alpha.h()\n");
    project.run(&["record", "-p", "alpha"]).code(0).says("(+0 -1)");
    project.run(&["test", "--workspace"]).code(0).says("Passed Alpha: tests: 1 passed");
}

#[test]
fn a_script_that_hangs_is_ended() {
    let project = Project::two_packages();
    project.write("x.jl", "# hang\n");
    project
        .run(&["run", "x.jl", "--time-limit", "0"])
        .code(124)
        .says("the script reached its time limit");
}

#[test]
fn two_builds_at_once_do_the_work_once() {
    let project = Project::two_packages();
    project.write("alpha/src/more.jl", "# slow\n");
    project.run(&["status"]).code(0);
    let (one, two) = std::thread::scope(|scope| {
        let one = scope.spawn(|| project.run(&["build"]).code(0));
        let two = scope.spawn(|| project.run(&["build"]).code(0));
        (one.join().unwrap(), two.join().unwrap())
    });
    let said = one.stderr + &two.stderr;
    assert_eq!(said.matches("Built Alpha").count(), 1, "{said}");
    assert!(said.contains("Waiting for process "), "{said}");
    assert!(said.contains(", which builds "), "{said}");
}

/// Killed at any moment, a build leaves nothing that the next one stumbles over.
#[test]
fn killed_builds_are_continued() {
    let project = Project::two_packages();
    project.write("alpha/src/more.jl", "# slow\n");
    for wait in [20, 150, 400] {
        let mut command = project.command(&["build"]);
        command.timeout(std::time::Duration::from_millis(wait));
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), None, "it was killed after {wait} ms");
    }
    project.run(&["build"]).code(0).says("Built Alpha").says("Built Beta");
    project.run(&["build"]).code(0).says(" 0 images built");
    let folder = project.store().join("images");
    for entry in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(entry.unwrap().path()).unwrap() {
            let name = file.unwrap().file_name().into_string().unwrap();
            assert!(name == ".lock" || name.ends_with(".so"), "{name}");
        }
    }
}

#[test]
fn builds_that_fail() {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.write("alpha/src/more.jl", "# broken\n");
    project
        .run(&["build"])
        .code(103)
        .says("Failed Alpha: the runner ended with exit code 1")
        .says("could not build: Alpha");
    project.package("gamma", "Gamma", 3, "");
    project.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"alpha\", \"beta\", \"gamma\"]\nresolver = \"3\"\n",
    );
    project
        .run(&["build", "--keep-going"])
        .code(103)
        .says("Skipped Beta: Alpha has no image")
        .says("Built Gamma")
        .says("could not build: Alpha");
}

#[test]
fn workloads_are_recorded_beside_themselves() {
    let project = Project::two_packages();
    project.write("workloads/one.yaml", "name: one\nscript: one.jl\npackages: [Beta]\n");
    project.write("workloads/one.jl", "# root Beta.f(::Float64)\n");
    project.run(&["record", "--workload", "one"]).code(0).says("Recorded one: 1 roots");
    assert!(project.read("workloads/one.pkgimage.yaml").ends_with("- Beta.f(::Float64)\n"));
    project.run(&["build"]).code(0).says("Built commons: 1 recorded");
    project
        .run(&["record", "--workload", "two"])
        .code(102)
        .says("no workload two here; there is one");
}

/// What a script itself defines is kept by `--save-work`, for this script, and any with the same text.
#[test]
fn session_images_belong_to_a_script() {
    let project = Project::two_packages();
    project.write("x.jl", "# print hello\n");
    let loaded = |arguments: &[&str]| {
        let stats =
            project.run(&[&["run", "x.jl", "--stats=json"], arguments].concat()).code(0).stats();
        stats["images_loaded"].as_u64().unwrap()
    };
    let before = loaded(&[]);
    assert_eq!(loaded(&["--save-work"]), before);
    assert_eq!(loaded(&[]), before + 1);
    // Of another text's image, the runner uses what still holds; a script elsewhere has none.
    project.write("x.jl", "# print bye\n");
    assert_eq!(loaded(&[]), before + 1);
    project.write("y.jl", "# print bye\n");
    let other = project.run(&["run", "y.jl", "--stats=json"]).code(0).stats();
    assert_eq!(other["images_loaded"], before);
    project.write("x.jl", "# print hello\n");
    assert_eq!(loaded(&[]), before + 1);
}

#[test]
fn bench_prints_medians_and_spread() {
    let project = Project::two_packages();
    project.write(
        "workloads/one.yaml",
        "name: one\nscript: one.jl\ncall: '# say pkgimage-bench 7000000 3000000 1000 2000'\n",
    );
    project.write("workloads/one.jl", "");
    project.write("one.sh", "case \"$1\" in */workloads/one.jl) ;; *) exit 1 ;; esac\n");
    let mut arguments =
        vec!["bench", "--runs", "3", "--versus", "true {}", "--versus", "sh {name}.sh {}"];
    let bench = project.run(&arguments).code(0);
    let rows = bench.stdout.split_once("\none\n").expect("the workload").1;
    let rows: Vec<Vec<&str>> = rows.lines().map(|row| row.split_whitespace().collect()).collect();
    for (row, way) in rows.iter().zip(["interpreted", "compiled on demand", "from images"]) {
        assert_eq!(row[..row.len() - 8].join(" "), way);
        assert_eq!(row[row.len() - 6..], ["7.00", "±0.00", "3.00", "±0.00", "0.001", "±0.000"]);
    }
    assert_eq!(rows[3][0], "true");
    assert_eq!(rows[4][..2], ["sh", "one.sh"]);
    assert_eq!(rows.len(), 5);

    arguments.push("--message-format=json");
    let bench = project.run(&arguments).code(0);
    let lines: Vec<serde_json::Value> =
        bench.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["workload"], "empty");
    // There is no such program for it.
    assert!(lines[0]["versus"][1]["process"].is_null());
    let one = &lines[1];
    assert_eq!((&one["workload"], &one["runs"]), (&"one".into(), &3.into()));
    for way in ["interpreted", "on-demand", "images"] {
        let first = serde_json::json!({"median": 3.0, "low": 3.0, "high": 3.0});
        assert_eq!(one[way]["first"], first, "{way}");
        assert!(one[way]["process"]["median"].as_f64().is_some_and(|time| time > 0.0));
    }
    assert!(one["versus"][1]["ratio"]["median"].as_f64().is_some_and(|ratio| ratio > 0.0));
    project.run(&["bench", "--versus", "false"]).code(102).says("cannot time `false`");
    project.write("workloads/one.jl", "# exit 1\n");
    project.run(&["bench", "two"]).code(102).says("no workload two here; there is one");
}

#[test]
fn who_reads_results_may_have_seen_enough() {
    let project = Project::two_packages();
    for format in ["human", "json"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut status = project.process(&["status", "--message-format", format]);
        let output = status.stdout(writer).output().expect("the program starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{format}");
    }
}

#[test]
fn what_is_not_there_is_said() {
    let project = Project::fake();
    project
        .run(&["record"])
        .code(102)
        .says("no Cargo.toml and no Project.toml here or above; name one with --manifest-path");
    project.run(&["run", "x.jl"]).code(102).says("no script x.jl");
    project.run(&["run"]).code(2);
    project.run(&["run", "-e", "1 + 1"]).code(0).prints("1 + 1");
    project.run(&["inspect", "/nonexistent"]).code(102).says("no Julia package /nonexistent here");

    let project = Project::two_packages();
    project
        .run(&["record", "-p", "Gamma"])
        .code(102)
        .says("no Julia package Gamma here; there is Alpha, Beta");
    std::fs::remove_file(project.path("alpha/test/runtests.jl")).unwrap();
    project.run(&["record", "-p", "Alpha"]).code(102).says("Alpha has no test file");
    project.run(&["record", "--workspace"]).code(0).says("warning: Alpha has no test file");
    project.run(&["inspect", "Alpha"]).code(102).says("`cargo pkgimage build` makes it");
    let manifest = project.read("alpha/Cargo.toml").replace("uuid", "#");
    project.write("alpha/Cargo.toml", &manifest);
    project.run(&["status"]).code(102).says("the Julia package Alpha has no uuid; add `uuid = \"");
    project.write("Cargo.toml", "[workspace\n");
    project.run(&["status"]).code(102).says("cargo metadata: ");
}

#[test]
fn plain_julia_projects() {
    let project = Project::fake();
    project.write("App/Project.toml", &format!("name = \"App\"\nuuid = \"{}\"\n", uuid(9)));
    project.write("App/src/App.jl", "module App end\n");
    project.write("App/test/runtests.jl", "@test 1\n# root App.main()\n");
    project.run(&["record", "--project", "App"]).code(0).says("Recorded App: 1 roots");
    project.run(&["build", "--project", "App"]).code(0).says("Built App: 1 recorded");
    project.run(&["status", "--project", "App"]).code(0).prints("fresh    1 roots; 1 recorded");
    assert!(!project.path("App/target").exists(), "a Julia package's folder stays clean");
    let stats =
        project.run(&["run", "--project", "App", "--stats=json", "-e", "1"]).code(0).stats();
    assert_eq!(stats["cargo_metadata"], 0);
}

#[test]
fn clean_removes_images_and_keeps_recordings() {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    project.run(&["clean", "-p", "Beta"]).code(0).says("Removed");
    let status = project.run(&["status"]).code(0).prints("missing");
    assert_eq!(status.stdout.matches("missing").count(), 1, "{}", status.stdout);
    project.run(&["clean"]).code(0);
    project.run(&["status"]).code(0).prints("Alpha 0.1.0  ");
    project.run(&["clean", "--store"]).code(0);
    assert!(!project.store().join("images").exists());
    assert!(project.path("alpha/pkgimage.yaml").exists());
}

/// A store that someone else could put code into.
#[cfg(unix)]
#[test]
fn open_stores_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::two_packages();
    std::fs::create_dir(project.store()).unwrap();
    std::fs::set_permissions(project.store(), PermissionsExt::from_mode(0o777)).unwrap();
    project.run(&["build"]).code(102).says("can be written by others; run `chmod go-w ");
}

#[test]
fn a_missing_runner_is_named() {
    let project = Project::two_packages();
    let output =
        project.command(&["build"]).env("PKGIMAGE_RUNNER", "/nonexistent").output().unwrap();
    assert_eq!(output.status.code(), Some(104));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("`cargo install cargo-pkgimage` brings it"), "{said}");
}

/// The help texts are files, and the guide shows them: `BLESS=1` writes both.
#[test]
fn help_texts() {
    let project = Project::fake();
    let root = env!("CARGO_MANIFEST_DIR");
    let bless = std::env::var_os("BLESS").is_some();
    let guide_path = format!("{root}/docs/commands.md");
    let guide = std::fs::read_to_string(&guide_path).unwrap();
    let head = guide.split_inclusive("-->\n").next().unwrap();
    let mut expected = head.to_owned();
    let commands = [
        "",
        "record",
        "build",
        "run",
        "repl",
        "session",
        "session list",
        "session remove",
        "test",
        "status",
        "explain",
        "inspect",
        "invalidations",
        "bench",
        "verify",
        "gc",
        "clean",
    ];
    for command in commands {
        let arguments: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let output = project.command(&arguments).env("COLUMNS", "100").output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let name = if command.is_empty() { "cargo-pkgimage" } else { command };
        let path = format!("{root}/tests/help/{}.txt", name.replace(' ', "-"));
        if bless {
            std::fs::write(&path, text.as_bytes()).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(golden == text, "{path} differs; BLESS=1 writes it:\n{text}");
        expected += &format!("\n## {name}\n\n```text\n{text}```\n");
    }
    if bless {
        std::fs::write(&guide_path, &expected).unwrap();
    }
    let guide = std::fs::read_to_string(&guide_path).unwrap();
    assert!(guide == expected, "docs/commands.md differs; BLESS=1 writes it");
}

/// Every counter of `--stats=json` has its line in the guide.
#[test]
fn counters_are_documented() {
    let path = format!("{}/docs/statistics.md", env!("CARGO_MANIFEST_DIR"));
    let guide = std::fs::read_to_string(path).unwrap();
    for (name, _) in Project::fake().run(&["run", "--stats=json", "-e", "1"]).code(0).stats() {
        assert!(guide.contains(&format!("| `{name}` |")), "docs/statistics.md lacks {name}");
    }
}

/// The table of exit codes in the guide is that of the help text.
#[test]
fn exit_codes_are_documented() {
    let root = env!("CARGO_MANIFEST_DIR");
    let help = std::fs::read_to_string(format!("{root}/tests/help/cargo-pkgimage.txt")).unwrap();
    let guide = std::fs::read_to_string(format!("{root}/docs/exit-codes.md")).unwrap();
    let table = help.split("Exit codes:\n").nth(1).unwrap();
    let mut rows = 0;
    for line in table.lines().filter(|line| line.starts_with("  ")) {
        let (code, what) = line.trim().split_once("  ").unwrap();
        let row = format!("| {code} | {} |", what.trim());
        assert!(guide.contains(&row), "docs/exit-codes.md lacks {row}");
        rows += 1;
    }
    assert_eq!(rows, guide.lines().filter(|line| line.starts_with("| ")).count() - 2);
}
