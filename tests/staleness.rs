//! What makes an image stale, with the three real binaries: what is computed anew, what is said, and that
//! the results are those of the sources whatever the images hold.

use std::path::{Path, PathBuf};

use pkgimage_image::seal;
use pkgimage_image::stamp::{SECTION, Stamp};

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::{Outcome, Project};

/// `Curves` computes constants with methods of `Weights` at top level.
fn project() -> Project {
    let project = Project::real();
    project.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"weights\", \"curves\"]\nresolver = \"3\"\n",
    );
    project.package("weights", "Weights", 1, "");
    project.package("curves", "Curves", 2, "weights = { path = \"../weights\" }\n");
    project.write(
        "weights/src/Weights.jl",
        "module Weights\nweight(i) = 10i\nother(x) = x - 1\nend\n",
    );
    project.write(
        "curves/src/Curves.jl",
        "module Curves\nusing Weights\nconst TABLE = [Weights.weight(i) for i in 1:4]\n\
         const TOTAL = sum(TABLE)\nat(i) = TABLE[i] + TOTAL\nother(x) = Weights.other(x)\nend\n",
    );
    project.write("weights/test/runtests.jl", "using Weights, Test\n@test Weights.other(1) == 0\n");
    project.write(
        "curves/test/runtests.jl",
        "using Curves, Test\n@test Curves.at(1) == Curves.TABLE[1] + Curves.TOTAL\n\
         @test Curves.other(1) == 0\n",
    );
    project
        .write("show.jl", "using Curves\nprintln(Curves.TABLE, Curves.at(2), Curves.other(3))\n");
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    project
}

const BEFORE: &str = "[10, 20, 30, 40]1202\n";
const AFTER: &str = "[11, 21, 31, 41]1252\n";

/// Runs the script, warm or not.
#[track_caller]
fn shows(project: &Project, expected: &str, warm: bool) -> Outcome {
    let ran = project.run(&["run", "--stats=json", "show.jl"]).code(0);
    assert_eq!(ran.stdout, expected, "{}", ran.stderr);
    if warm {
        for counter in ["sources_read", "inferred", "compiled", "interpreted_package_calls"] {
            assert_eq!(ran.stats()[counter], 0, "{counter}: {}", ran.stderr);
        }
    }
    ran
}

/// The line of `status` for a package.
#[track_caller]
fn status(project: &Project, name: &str) -> String {
    let said = project.run(&["status"]).code(0).stdout;
    let line = said.lines().find(|line| line.starts_with(name));
    line.unwrap_or_else(|| panic!("no line of {name}: {said}")).to_owned()
}

#[test]
fn what_top_level_computed_by_a_changed_method_is_computed_anew() {
    let project = project();
    shows(&project, BEFORE, true);
    for name in ["Weights", "Curves"] {
        assert!(status(&project, name).contains("  fresh "), "{}", status(&project, name));
    }

    let source = project.read("weights/src/Weights.jl");
    project.write("weights/src/Weights.jl", &source.replace("10i", "10i + 1"));
    let line = status(&project, "Weights");
    assert!(line.contains("  stale ") && line.contains("source changed: src/Weights.jl"), "{line}");
    let line = status(&project, "Curves");
    assert!(line.contains("  stale ") && line.contains("dependency changed: Weights"), "{line}");

    // Before the build, from the sources; each package whose image is left alone is named once.
    let ran = shows(&project, AFTER, false);
    for name in ["Weights: ", "Curves: "] {
        let lines = ran.stderr.lines().filter(|line| line.starts_with(name)).count();
        assert_eq!(lines, 1, "{name}: {}", ran.stderr);
    }
    let built =
        project.run(&["build", "--stats=json"]).code(0).says("source changed: src/Weights.jl");
    // `at`, into which the sum was folded; not `other`, nor what calls it.
    let stats = built.stats();
    assert_eq!(stats["compiled"], 1, "{}", built.stderr);
    assert!(stats["from_store"].as_u64() > Some(1), "{}", built.stderr);
    shows(&project, AFTER, true);
    assert!(status(&project, "Curves").contains("  fresh "));

    // And back: the images of before are still there.
    project.write("weights/src/Weights.jl", &source);
    let built = project.run(&["build"]).code(0);
    assert!(!built.stderr.contains("Compiling"), "{}", built.stderr);
    shows(&project, BEFORE, true);
}

#[test]
fn an_image_for_another_cpu_is_left_alone() {
    let project = project();
    let path = image(&project, "Weights-");
    rewrite_stamp(&path, |stamp| stamp.target.features = vec!["flux-capacitor".to_owned()]);

    let said = "CPU features";
    let line = status(&project, "Weights");
    assert!(line.contains(said) && line.contains("flux-capacitor"), "{line}");
    let ran = shows(&project, BEFORE, false);
    let lines: Vec<&str> =
        ran.stderr.lines().filter(|line| line.starts_with("Weights: ")).collect();
    assert!(lines.len() == 1 && lines[0].contains("flux-capacitor"), "{}", ran.stderr);
    let built = project.run(&["build", "--stats=json"]).code(0).says("flux-capacitor");
    assert_eq!(built.stats()["compiled"], 0);
    shows(&project, BEFORE, true);
}

/// The one image in a folder of the store.
fn image(project: &Project, stem: &str) -> PathBuf {
    let folders = std::fs::read_dir(project.store().join("images")).unwrap();
    let folder = folders
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with(stem));
    let files = std::fs::read_dir(folder.unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let mut images = files.filter(|path| path.extension().is_some_and(|ending| ending == "so"));
    let image = images.next().unwrap();
    assert_eq!(images.next(), None);
    image
}

/// Gives an image another stamp: as a section at the end of the file, sealed anew.
fn rewrite_stamp(path: &Path, change: impl FnOnce(&mut Stamp)) {
    use object::{Object, ObjectSection};
    let mut stamp = seal::read(path).unwrap().stamp;
    change(&mut stamp);
    let mut bytes = std::fs::read(path).unwrap();
    let file = object::read::elf::ElfFile64::<object::Endianness>::parse(bytes.as_slice()).unwrap();
    let index = file.section_by_name(SECTION).unwrap().index().0;
    let word = |bytes: &[u8], at: usize| {
        usize::try_from(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).unwrap()
    };
    // The header of the section in the table of section headers, of 64 bytes each.
    let header = word(&bytes, 40) + 64 * index;
    let section = seal::placeholder(&stamp).unwrap();
    bytes.resize(bytes.len().next_multiple_of(16), 0);
    let (offset, size) = (bytes.len() as u64, section.len() as u64);
    bytes.extend(section);
    bytes[header + 24..header + 32].copy_from_slice(&offset.to_le_bytes());
    bytes[header + 32..header + 40].copy_from_slice(&size.to_le_bytes());
    seal::seal(&mut bytes).unwrap();
    std::fs::remove_file(path).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// A package whose top level reads variables and files.
fn curious() -> Project {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"curious\"]\nresolver = \"3\"\n");
    project.package_of(
        "curious",
        "Curious",
        1,
        "",
        "const LEVEL = get(ENV, \"CURIOUS_LEVEL\", \"low\")\n\
         const LOUD = haskey(ENV, \"CURIOUS_LOUD\")\n\
         ENV[\"CURIOUS_OWN\"] = \"1\"\n\
         const OWN = ENV[\"CURIOUS_OWN\"]\n\
         const TABLE = read(joinpath(@__DIR__, \"table.txt\"), String)\n\
         const LOCAL = isfile(joinpath(@__DIR__, \"local.txt\"))\n\
         const COUNT = mktempdir(dir -> (write(joinpath(dir, \"x\"), \"abc\"); filesize(joinpath(dir, \"x\"))))\n\
         later() = get(ENV, \"CURIOUS_LATER\", \"none\")\n\
         __init__() = (global STARTED = get(ENV, \"CURIOUS_STARTED\", \"no\"); nothing)",
        "@test Curious.later() == \"none\"",
    );
    project.write("curious/src/table.txt", "one");
    project.write(
        "show.jl",
        "using Curious\nprintln(Curious.LEVEL, ' ', Curious.LOUD, ' ', Curious.TABLE, ' ', Curious.LOCAL, ' ', \
         Curious.COUNT, ' ', Curious.later(), ' ', Curious.STARTED)\n",
    );
    project
}

/// Runs a call with variables set.
#[track_caller]
fn with(project: &Project, variables: &[(&str, &str)], arguments: &[&str]) -> (String, String) {
    let output = project.command(arguments).envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn variables_and_files_that_top_level_read_count() {
    let project = curious();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    let shown = project.run(&["inspect", "Curious"]).code(0).stdout;
    // Neither what the package set or wrote itself, nor what functions read when they are called.
    let variables = shown.lines().filter(|line| line.starts_with("variable"));
    let variables: Vec<&str> =
        variables.filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert!(variables.contains(&"CURIOUS_LEVEL") && variables.contains(&"CURIOUS_LOUD"), "{shown}");
    for other in ["CURIOUS_OWN", "CURIOUS_LATER", "CURIOUS_STARTED"] {
        assert!(!variables.contains(&other), "{shown}");
    }
    let files = shown.lines().filter(|line| line.starts_with("file"));
    let files: Vec<&str> = files.filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(files, ["src/Curious.jl", "src/local.txt", "src/table.txt"], "{shown}");

    let line = |variables: &[(&str, &str)]| {
        let (said, _) = with(&project, variables, &["status"]);
        said.lines().find(|line| line.starts_with("Curious")).unwrap().to_owned()
    };
    let run = |variables: &[(&str, &str)]| with(&project, variables, &["run", "-v", "show.jl"]);
    assert!(line(&[]).contains(" fresh "), "{}", line(&[]));
    let (stdout, stderr) = run(&[("CURIOUS_LATER", "now"), ("CURIOUS_STARTED", "yes")]);
    assert_eq!(stdout, "low false one false 3 now yes\n");
    assert!(!stderr.contains("Curious"), "{stderr}");

    // Each by itself: the line of `status`, and the right result whatever the image holds.
    let table = [
        (
            ("CURIOUS_LEVEL", "high"),
            "environment variable set: CURIOUS_LEVEL",
            "high false one false",
        ),
        (("CURIOUS_LOUD", ""), "environment variable set: CURIOUS_LOUD", "low true one false"),
    ];
    for (variable, said, shown) in table {
        let variables = &[variable];
        let line = line(variables);
        assert!(line.contains(" stale ") && line.contains(said), "{line}");
        let (stdout, stderr) = run(variables);
        assert!(stdout.starts_with(shown) && stderr.contains(said), "{stdout}{stderr}");
    }
    // Images for both values stand side by side.
    let high = [("CURIOUS_LEVEL", "high")];
    let (_, stderr) = with(&project, &high, &["build", "--stats=json"]);
    assert!(stderr.contains("environment variable set: CURIOUS_LEVEL"), "{stderr}");
    assert!(stderr.contains("\"compiled\":0,"), "{stderr}");
    for (variables, shown) in [(&high[..], "high"), (&[], "low")] {
        assert!(line(variables).contains(" fresh "), "{}", line(variables));
        let (stdout, stderr) = run(variables);
        assert!(stdout.starts_with(shown) && !stderr.contains("Curious"), "{stdout}{stderr}");
    }
    let higher = line(&[("CURIOUS_LEVEL", "higher")]);
    assert!(higher.contains(" stale ") && higher.contains(": CURIOUS_LEVEL"), "{higher}");

    project.write("curious/src/table.txt", "two");
    assert!(line(&[]).contains("source changed: src/table.txt"), "{}", line(&[]));
    project.write("curious/src/local.txt", "");
    assert!(line(&[]).contains("source added: src/local.txt"), "{}", line(&[]));
    assert_eq!(run(&[]).0, "low false two true 3 none no\n");
    project.run(&["build"]).code(0);
    assert!(line(&[]).contains(" fresh "), "{}", line(&[]));
}

#[test]
fn who_walks_through_all_variables_depends_on_each() {
    let project = curious();
    let source = "module Curious\nconst NAMES = sort!(filter(startswith(\"CURIOUS\"), collect(keys(ENV))))\nend\n";
    project.write("curious/src/Curious.jl", source);
    project.write("show.jl", "using Curious\nprintln(Curious.NAMES)\n");
    let outside = project.root().join("outside.txt").display().to_string();
    std::fs::write(&outside, "1").unwrap();
    project.run(&["build"]).code(0);
    let line = |variables: &[(&str, &str)]| {
        let (said, _) = with(&project, variables, &["status"]);
        said.lines().find(|line| line.starts_with("Curious")).unwrap().to_owned()
    };
    assert!(line(&[]).contains(" fresh "), "{}", line(&[]));
    let one = [("CURIOUS_ONE", "1")];
    assert!(line(&one).contains("environment variable set: CURIOUS_ONE"), "{}", line(&one));
    assert_eq!(with(&project, &one, &["run", "show.jl"]).0, "[\"CURIOUS_ONE\"]\n");
    let elsewhere = [("HOME", "/nowhere")];
    let said = "environment variable changed: HOME";
    assert!(line(&elsewhere).contains(said), "{}", line(&elsewhere));

    // A file that lies elsewhere counts by its whole path, unless it is among the temporary ones.
    let source = format!("module Curious\nconst TEXT = read({outside:?}, String)\nend\n");
    project.write("curious/src/Curious.jl", &source);
    project.write("show.jl", "using Curious\nprintln(Curious.TEXT)\n");
    let home = project.root().join("home").display().to_string();
    let variables = [("TMPDIR", home.as_str())];
    with(&project, &variables, &["build"]);
    assert_eq!(with(&project, &variables, &["run", "show.jl"]).0, "1\n");
    std::fs::write(&outside, "22").unwrap();
    let said = format!("source changed: {outside} ");
    assert!(line(&variables).contains(&said), "{}", line(&variables));
    assert_eq!(with(&project, &variables, &["run", "show.jl"]).0, "22\n");
}
