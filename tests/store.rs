//! Looking after the store from the command line, with a fake runner: what `gc`, `verify` and `status` say
//! and do. How files are judged is tested beside `crates/package/src/care.rs`.

use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Two packages with images, and an entry of object code.
fn built() -> Project {
    let project = Project::two_packages();
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    let object = project.store().join("objects/ab/cdef");
    std::fs::create_dir_all(object.parent().unwrap()).unwrap();
    std::fs::write(object, [1; 2048]).unwrap();
    project
}

/// All images, sorted.
fn images(project: &Project) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(project.store().join("images")).unwrap();
    let mut paths: Vec<PathBuf> = folders
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "so"))
        .collect();
    paths.sort();
    paths
}

fn image(project: &Project, stem: &str) -> PathBuf {
    let found = images(project).into_iter().find(|path| path.to_string_lossy().contains(stem));
    found.unwrap_or_else(|| panic!("no image of {stem}"))
}

/// As if it had been used last so many days ago.
fn age(path: &Path, days: u32) {
    let time = SystemTime::now() - DAY * days;
    let times = FileTimes::new().set_accessed(time).set_modified(time);
    File::options().write(true).open(path).unwrap().set_times(times).unwrap();
}

#[test]
fn gc_removes_what_is_old_and_says_so() {
    let project = built();
    let count = images(&project).len();
    project
        .run(&["gc"])
        .code(0)
        .says("Finished 0 files, 0 B removed; ")
        .says(&format!(" {count} images, 1 entr"));

    age(&image(&project, "Beta"), 31);
    age(&project.store().join("objects/ab/cdef"), 31);
    let before = images(&project);
    let planned = project.run(&["gc", "--dry-run", "--message-format", "json"]).code(0);
    let planned =
        planned.says("Would remove Beta-").says("Would remove object code: 1 files, 2.0 KiB");
    let json: serde_json::Value = serde_json::from_str(&planned.stdout).unwrap();
    assert_eq!(json["removed"]["object code"]["bytes"], 2048);
    assert_eq!(json["left"]["images"]["files"], count - 1);
    assert_eq!(images(&project), before);
    project.run(&["gc", "--max-age", "60"]).code(0).says(" 0 files, 0 B removed");
    project
        .run(&["gc"])
        .code(0)
        .says("Removed Beta-")
        .says(": 1 files, ")
        .says(&format!(" left: {} images, 0 entries of object code", count - 1));
    assert!(
        !before.iter().filter(|path| path.to_string_lossy().contains("Beta")).any(|p| p.exists())
    );
    assert_eq!(project.run(&["status"]).code(0).stdout.matches("missing").count(), 1);
    project.run(&["build"]).code(0).says("Built Beta");

    // Being looked at is no use.
    age(&image(&project, "Beta"), 40);
    project.run(&["verify"]).code(0);
    project.run(&["gc", "--dry-run"]).code(0).says("Would remove Beta-");
    // What is used stays: the run notes it.
    let alpha = image(&project, "Alpha");
    age(&alpha, 50);
    project.run(&["build"]).code(0).says(" 0 images built");
    project.run(&["gc"]).code(0).says(" 0 files, 0 B removed");
    assert!(alpha.exists());
}

#[test]
fn gc_keeps_a_number_of_images_of_each_package_and_a_size() {
    let project = built();
    for version in 2..6 {
        images(&project).iter().for_each(|path| age(path, 7));
        project.write("beta/src/more.jl", &format!("f(x) = x + {version}\n"));
        project.run(&["build"]).code(0).says("Built Beta");
    }
    let count = |stem: &str| {
        images(&project).iter().filter(|path| path.to_string_lossy().contains(stem)).count()
    };
    assert_eq!(count("Beta"), 5);
    // In use are the last one and, since only a method changed, the code of the one that it replaced.
    let used = |path: &Path| {
        let used = pkgimage_package::images::last_use(&path.metadata().unwrap());
        used.elapsed().unwrap_or_default() < DAY
    };
    let beta = images(&project).into_iter().filter(|path| path.to_string_lossy().contains("Beta"));
    assert_eq!(beta.filter(|path| used(path)).count(), 2);
    project.run(&["gc", "--keep", "2"]).code(0).says("Removed Beta-").says(": 3 files, ");
    assert_eq!((count("Beta"), count("Alpha")), (2, 1));
    // The one in use is the last to go.
    project.run(&["gc", "--keep", "1"]).code(0).says("Removed Beta-").says(": 1 files, ");
    project.run(&["build"]).code(0).says(" 0 images built");

    project.run(&["gc", "--max-size", "0"]).code(0).says("; 0 B left: 0 images, 0 entries");
    assert!(images(&project).is_empty());
    project.run(&["build"]).code(0).says("Built Beta");
    project.run(&["gc", "--max-age", "0", "--keep", "0"]).code(0);
    project.run(&["run", "-e", "1"]).code(0);
}

#[test]
fn gc_leaves_what_others_use_and_sweeps_what_the_killed_left() {
    let project = built();
    let alpha = image(&project, "Alpha");
    let held = pkgimage_package::images::hold(&alpha).unwrap();
    let folder = image(&project, "Beta").parent().unwrap().to_path_buf();
    std::fs::write(folder.join(".new-4194305.so"), "half").unwrap();
    let tmp = project.store().join("tmp");
    std::fs::create_dir_all(&tmp).unwrap();
    std::fs::write(tmp.join("0123-4194305-1"), "half").unwrap();
    let lock = pkgimage_package::images::try_lock(&folder).unwrap().unwrap();
    let all = ["gc", "--max-size", "0"];
    project.run(&all).code(0).says("; 2 images in use stay, ").says("Removed leftovers: 1 files");
    assert!(alpha.exists() && folder.join(".new-4194305.so").exists());
    drop((held, lock));
    project.run(&all).code(0).says("Removed leftovers: 1 files, 4 B").says(" 0 images, ");
    assert!(!folder.exists() && std::fs::read_dir(tmp).unwrap().next().is_none());
}

#[test]
fn verify_finds_names_and_removes_damage() {
    let project = built();
    let count = images(&project).len();
    // The entry of object code is none.
    let found = project.run(&["verify", "--dry-run"]).code(102);
    found
        .says("objects/ab/cdef: object code damaged\n")
        .says(&format!("Verified {count} images, "))
        .says("; 1 damaged");
    project.run(&["verify"]).code(102).says("objects/ab/cdef: object code damaged; removed\n");
    project.run(&["verify"]).code(0).says("; 0 entries of object code, 0 B; 0 damaged");

    let (alpha, beta) = (image(&project, "Alpha"), image(&project, "Beta"));
    let mut bytes = std::fs::read(&alpha).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&alpha, &bytes).unwrap();
    // One under another's name is whole in itself.
    std::fs::copy(&beta, beta.with_file_name("0123456789abcdef.so")).unwrap();
    let found = project.run(&["verify", "--message-format", "json"]).code(102);
    let json: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(json["damaged"].as_array().map(Vec::len), Some(2), "{json}");
    assert_eq!(json["whole"]["images"]["files"], count - 1);
    found
        .says(
            "image damaged: its content does not have the digest that it was sealed with; removed",
        )
        .says("0123456789abcdef.so: it does not have the name of its id; removed");
    assert!(!alpha.exists() && beta.exists());
    project.run(&["verify", "-q"]).code(0);
    project.run(&["build"]).code(0).says("Built Alpha");
}

#[cfg(unix)]
#[test]
fn files_that_others_can_write_are_not_trusted() {
    use std::os::unix::fs::PermissionsExt;
    let project = built();
    let alpha = image(&project, "Alpha");
    std::fs::set_permissions(&alpha, PermissionsExt::from_mode(0o666)).unwrap();
    project.run(&["status"]).code(0).prints("image not trusted: it can be written by others");
    project.run(&["run", "-v", "-e", "1"]).code(0).says("Stale Alpha: image not trusted: ");
    project.run(&["verify"]).code(102).says("it can be written by others; removed");
    project.run(&["build"]).code(0).says("Built Alpha");
}

#[test]
fn status_says_how_much_there_is() {
    let project = built();
    let store = project.store();
    let count = images(&project).len();
    let expected = format!("\nstore {}: {count} images, ", store.display());
    project
        .run(&["status"])
        .code(0)
        .prints(&expected)
        .prints("; 1 entries of object code, 2.0 KiB\n");
    let json = project.run(&["status", "--message-format", "json"]).code(0).stdout;
    let last: serde_json::Value = serde_json::from_str(json.lines().last().unwrap()).unwrap();
    assert_eq!(last["store"]["images"]["files"], count);
    assert_eq!(last["store"]["objects"]["bytes"], 2048);
}

#[test]
fn commands_on_a_store_that_cannot_be_used_say_why() {
    let project = built();
    for command in ["gc", "verify"] {
        let mut call = project.process(&[command]);
        call.env_remove("PKGIMAGE_STORE").env_remove("HOME").env_remove("XDG_CACHE_HOME");
        let output = call.output().unwrap();
        assert_eq!(output.status.code(), Some(102));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, "error: no place for the store: set PKGIMAGE_STORE or HOME\n");
    }
}

#[test]
fn what_killed_commands_left_among_the_temporary_files_goes() {
    let project = built();
    let folder = |name: &str| project.root().join(format!("pkgimage-job-{name}"));
    let make = |name: &str, old: bool| {
        std::fs::create_dir(folder(name)).unwrap();
        let lock = File::create(folder(name).join("lock")).unwrap();
        std::fs::write(folder(name).join("job.json"), "{}").unwrap();
        if old {
            std::fs::remove_file(folder(name).join("lock")).unwrap();
            let time = SystemTime::now() - DAY;
            File::open(folder(name))
                .unwrap()
                .set_times(FileTimes::new().set_modified(time))
                .unwrap();
        }
        lock
    };
    let living = make("living", false);
    living.lock().unwrap();
    let _ = (make("dead", false), make("old", true));
    // One that has just been made has no lock yet.
    std::fs::create_dir(folder("new")).unwrap();
    std::fs::write(project.root().join("pkgimage-job-file"), "").unwrap();

    project.run(&["gc", "--dry-run"]).code(0);
    assert!(folder("dead").exists());
    project.run(&["gc"]).code(0).says("Removed 2 temporary folders of commands that were killed");
    let left = |name: &str| folder(name).exists();
    assert_eq!(
        ["living", "dead", "old", "new", "file"].map(left),
        [true, false, false, true, true]
    );
    drop(living);
    project.run(&["build"]).code(0);
    assert!(!left("living"));
}
