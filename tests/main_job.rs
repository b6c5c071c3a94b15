//! The main job with the three real binaries on three of the example packages: record, build, run; what a
//! change costs; and that images are a function of their sources.

use std::path::{Path, PathBuf};

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::{Project, setting};

/// A project with FixedPoint, Json and Matrices, and the workloads that need no other.
fn project() -> Project {
    let project = Project::real();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for folder in ["fixed-point", "json", "matrices", "shapes"] {
        let from = root.join("example-packages").join(folder);
        copy(&from, &project, folder);
    }
    project.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"fixed-point\", \"json\", \"matrices\", \"shapes\"]\nresolver = \"3\"\n\
         [workspace.package]\nversion = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\n\
         publish = false\n",
    );
    for name in ["json", "shapes", "strangers"] {
        for ending in ["jl", "yaml"] {
            let file = format!("workloads/{name}.{ending}");
            project.write(&file, &std::fs::read_to_string(root.join(&file)).unwrap());
        }
    }
    project
}

fn copy(from: &Path, project: &Project, to: &str) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let to = format!("{to}/{name}");
        if path.is_dir() {
            copy(&path, project, &to);
        } else if name != "pkgimage.yaml" {
            project.write(&to, &std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The image of a subject, of which there is one.
fn image(project: &Project, stem: &str) -> PathBuf {
    let folder = std::fs::read_dir(project.store().join("images"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with(stem))
        .unwrap_or_else(|| panic!("no folder of {stem}"));
    let mut images: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "so"))
        .collect();
    images.sort_by_key(|path| std::fs::metadata(path).unwrap().modified().unwrap());
    images.pop().unwrap()
}

/// The counter of that name, in the line of JSON that `--stats=json` prints last.
fn counter(stderr: &str, name: &str) -> u64 {
    let line = stderr.lines().last().unwrap_or_default();
    let stats: serde_json::Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    stats[name].as_u64().unwrap_or_else(|| panic!("no counter {name}: {line}"))
}

#[test]
fn recorded_code_comes_from_images_and_only_what_changed_is_compiled() {
    let project = project();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);

    for (script, arguments) in [("json", "5"), ("shapes", "3"), ("strangers", "4")] {
        let file = format!("workloads/{script}.jl");
        let plain = project.run(&["run", &file, "--compile=no", "--", arguments]).code(0).stdout;
        assert!(plain.lines().count() > 3, "{plain}");
        let warm = project.run(&["run", &file, "--stats=json", "--", arguments]).code(0);
        assert_eq!(warm.stdout, plain, "{script}");
        // Recordings are made with a file as standard output, and hold for a pipe, too.
        let into_file = run_into_file(&project, &["run", &file, "--stats=json", "--", arguments]);
        for stderr in [&warm.stderr, &into_file] {
            for name in [
                "inferred",
                "from_store",
                "compiled",
                "interpreted_calls",
                "compilers_started",
                "sources_read",
                "cargo_metadata",
            ] {
                assert_eq!(counter(stderr, name), 0, "{script}: {name}");
            }
            assert!(counter(stderr, "from_image") > 100, "{script}: {stderr}");
            // The script itself, and nothing of a package.
            assert!(counter(stderr, "files_judged") <= 1, "{script}: {stderr}");
        }
    }
    // What is recorded does not depend on what was built of it.
    let again = project.run(&["record", "-p", "Shapes"]).code(0);
    assert!(again.stderr.contains("Unchanged Shapes: "), "{}", again.stderr);

    // Methods for types of one's own make nothing wrong in other packages, in whatever order they are loaded.
    let text =
        "using Matrices, Shapes, Json, FixedPoint; print(fit([1, 2, 3], [1.0, 2.0, 3.0], 1))";
    let all = project.run(&["run", "--stats=json", "-e", text]).code(0);
    for name in ["invalidated", "interpreted_package_calls"] {
        assert_eq!(counter(&all.stderr, name), 0, "{name}");
    }

    // Each recorded specialization has one home: the package's own image, or a named one.
    let shown = project.run(&["inspect", "Matrices"]).code(0).stdout;
    let here = shown.split("\nrecorded, here: ").nth(1).expect("a list of what is here");
    let (here, elsewhere) = here.split_once("\nrecorded, in ").expect("a list of what is not");
    assert!(here.contains("  Tuple{typeof(Matrices.lu), "), "{shown}");
    assert!(elsewhere.contains("Base: "), "{shown}");
    assert!(!elsewhere.contains("  Tuple{typeof(Matrices.lu), "), "{shown}");
    assert!(!shown.contains("nowhere"), "{shown}");

    let strangers = ["run", "workloads/strangers.jl", "--stats=json", "--", "4"];
    let warm = project.run(&strangers).code(0);

    // A comment changes what is read, and no code.
    let source = "fixed-point/src/arithmetic.jl";
    let text = project.read(source);
    project.write(source, &format!("# A remark.\n{text}"));
    let built = project.run(&["build", "--stats=json"]).code(0);
    assert_eq!(counter(&built.stderr, "compiled"), 0, "{}", built.stderr);

    // One body: itself and what it was put into.
    let changed = text.replace("nearest(product, one(product) << fraction_bits(X)))\nend\n\nfunction Base.:/", "nearest(product, one(product) << fraction_bits(X)) + zero(product))\nend\n\nfunction Base.:/");
    assert_ne!(changed, text);
    project.write(source, &changed);
    let built = project.run(&["build", "--stats=json"]).code(0);
    let compiled = counter(&built.stderr, "compiled");
    let from_store = counter(&built.stderr, "from_store");
    assert!(compiled > 0 && compiled < from_store / 4, "{compiled} compiled, {from_store} kept");
    let again = project.run(&strangers).code(0);
    assert_eq!(again.stdout, warm.stdout);

    // A damaged image costs speed and a line.
    for damage in [truncate as fn(&Path), flip] {
        let path = image(&project, "Matrices");
        damage(&path);
        let ran = project.run(&strangers).code(0);
        assert_eq!(ran.stdout, warm.stdout);
        assert!(ran.stderr.contains("Matrices: "), "{}", ran.stderr);
        project.run(&["build"]).code(0);
    }
}

/// Runs a call whose standard output is a file; gives its stderr.
fn run_into_file(project: &Project, arguments: &[&str]) -> String {
    let file = std::fs::File::create(project.root().join("output")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-pkgimage"))
        .current_dir(project.path(""))
        .args(arguments)
        .env("HOME", project.root().join("home"))
        .env("PKGIMAGE_STORE", project.store())
        .stdout(file)
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn truncate(path: &Path) {
    let length = std::fs::metadata(path).unwrap().len();
    std::fs::File::options().write(true).open(path).unwrap().set_len(length / 2).unwrap();
}

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

/// Wherever the packages are, whatever the store, the number of compilers, and what was built before. No
/// image says where it was built.
#[test]
fn images_are_the_same_bytes_wherever_they_are_built() {
    let builds = setting("DETERMINISM_BUILDS", 2);
    let first = project();
    first.run(&["record", "-p", "FixedPoint", "-p", "Matrices"]).code(0);
    let stems = ["Base", "FixedPoint", "Matrices", "commons"];
    let built_in = |project: &Project, jobs: usize| -> Vec<Vec<u8>> {
        std::fs::remove_dir_all(project.store()).unwrap();
        let mut command = project.command(&["build", "-j", &jobs.to_string()]);
        command.env("USER", format!("user{jobs}")).env("TZ", format!("UTC-{jobs}"));
        command.assert().success();
        let images: Vec<Vec<u8>> =
            stems.iter().map(|stem| std::fs::read(image(project, stem)).unwrap()).collect();
        let folder = project.root().to_str().unwrap().as_bytes();
        for (stem, image) in stems.iter().zip(&images) {
            let says = image.windows(folder.len()).any(|bytes| bytes == folder);
            assert!(!says, "{stem} says where it was built");
        }
        images
    };
    let images = built_in(&first, 1);
    for jobs in 2..=builds {
        let other = project();
        for folder in ["fixed-point", "matrices"] {
            let recording = format!("{folder}/pkgimage.yaml");
            other.write(&recording, &first.read(&recording));
        }
        let others = built_in(&other, jobs);
        for (at, stem) in stems.iter().enumerate() {
            assert!(images[at] == others[at], "{stem} differs, build {jobs}");
        }
    }
    println!("{builds} builds with the same bytes");
}

/// Whoever builds them. Only root can be somebody else.
#[test]
#[cfg(unix)]
fn images_are_the_same_bytes_whichever_user_builds_them() {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// Of nobody in particular.
    const OTHER: u32 = 61_234;

    if std::fs::metadata("/proc/self").map_or(1, |metadata| metadata.uid()) != 0 {
        println!("SKIPPED: only root can be another user");
        return;
    }
    // In a container there may be no such user, and folders for temporary files may be closed to others.
    let probe = Project::real();
    let owner = format!("{OTHER}:{OTHER}");
    let is_given = Command::new("chown").arg("-R").arg(&owner).arg(probe.root()).status();
    let reaches = Command::new("ls").arg(probe.path("")).uid(OTHER).gid(OTHER).output();
    if !is_given.is_ok_and(|status| status.success())
        || !reaches.is_ok_and(|output| output.status.success())
    {
        println!("SKIPPED: nothing can be given to another user here");
        return;
    }
    let built_by = |user: u32| -> Vec<Vec<u8>> {
        let project = Project::real();
        let uuid = support::uuid(5);
        project.write("Project.toml", &format!("name = \"Sums\"\nuuid = \"{uuid}\"\n"));
        project.write("src/Sums.jl", "module Sums\ntotal(list) = sum(x -> 2x + 1, list)\nend\n");
        let roots = "- 'Tuple{typeof(Sums.total), Array{Int64, 1}}'\n\
                     - 'Tuple{typeof(Base.sort), Array{UInt16, 1}}'\n";
        project.write(
            "pkgimage.yaml",
            &format!("version: 1\nname: Sums\nuuid: {uuid}\nroots:\n{roots}"),
        );
        // Where the others stand that user may not look.
        let call = project.process(&["build", "--project", ".", "-j", "2"]);
        let own = Path::new(call.get_program()).parent().unwrap().to_path_buf();
        for name in ["cargo-pkgimage", "pkgimage-runner", "pkgimage-compiler"] {
            let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
            std::fs::copy(own.join(&name), project.root().join(&name)).unwrap();
        }
        let owner = format!("{user}:{user}");
        let given = Command::new("chown").arg("-R").arg(&owner).arg(project.root()).status();
        assert!(given.unwrap().success());
        let mut command = Command::new(project.root().join("cargo-pkgimage"));
        command.args(call.get_args()).env_clear().current_dir(project.path("")).uid(user).gid(user);
        for (name, value) in call.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let images = ["Base", "Sums", "commons"].map(|stem| image(&project, stem));
        let owned = images.iter().all(|path| std::fs::metadata(path).unwrap().uid() == user);
        assert!(owned, "{images:?}");
        images.iter().map(|path| std::fs::read(path).unwrap()).collect()
    };
    assert!(built_by(0) == built_by(OTHER), "another user's images differ");
}
