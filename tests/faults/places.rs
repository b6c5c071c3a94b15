//! Places that cannot be written to or trusted: full disks, read-only stores, stores of others, no home. Nothing
//! is written there, one line says why, and the result is right.
//!
//! Disks are small file systems in memory, in a mount namespace of their own. Where the system allows none, this
//! is said, and the tests that need them show nothing.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::Project;
use crate::{FIRST, printed, printed_more, project, set_number};

/// What is in images, if there are any.
const RUN: &str = "run --offline workloads/script.jl";
/// This compiles something in any case.
const RUN_MORE: &str = "run --offline more.jl";

/// Whether file systems can be mounted; says if not.
fn can_mount() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let mount = format!("mount -t tmpfs -o size=64k tmpfs '{}'", folder.path().display());
    let done = Command::new("unshare").args(["-rm", "sh", "-c", &mount]).output();
    let can = done.is_ok_and(|output| output.status.success());
    if !can {
        println!("SKIPPED: `unshare -rm` with a mount is not possible here");
    }
    can
}

/// Mounts what `mounts` says and runs a script there, in which `pkgimage` is the program.
fn in_namespace(project: &Project, mounts: &str, script: &str) -> Output {
    let template = project.process(&[]);
    let program = template.get_program().to_owned();
    let text = format!("set -e\n{mounts}\nset +e\npkgimage() {{ \"$0\" \"$@\"; }}\n{script}\n");
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &text]).arg(program);
    command.env_clear().current_dir(project.path(""));
    for (name, value) in template.get_envs() {
        command.envs(value.map(|value| (name, value)));
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The right result, and one line that says this.
#[track_caller]
fn one_line(output: &Output, result: &str, says: &str) {
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!((output.status.code(), &*stdout), (Some(0), result), "{stderr}");
    assert!(
        stderr.lines().count() == 1 && stderr.contains(says),
        "not one line with {says:?}:\n{stderr}"
    );
}

/// Names and contents of all files.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(content(&path)),
            false => drop(found.insert(path.clone(), std::fs::read(&path).unwrap())),
        }
    }
    found
}

/// The project with images.
fn built() -> Project {
    let project = project();
    project.run(&["record", "--workspace", "--offline"]).code(0);
    project.run(&["build", "--offline"]).code(0);
    project
}

/// The sum of the sizes of files, in KiB, each in whole pages.
fn size(folder: &Path) -> usize {
    content(folder).values().map(|bytes| bytes.len().div_ceil(4096) * 4).sum()
}

#[test]
fn a_full_disk_costs_a_line() {
    if !can_mount() {
        return;
    }
    let project = built();
    let store = project.store();
    let full = store.with_file_name("full");
    std::fs::create_dir(&full).unwrap();
    let mounts = format!(
        "mount -t tmpfs -o mode=700,size={size}k tmpfs '{full}'\ncp -a '{store}'/. '{full}'\n\
         cat /dev/zero > '{full}/fill' 2>/dev/null || true\n\
         PKGIMAGE_STORE='{full}'; export PKGIMAGE_STORE",
        size = size(&store) + 64,
        full = full.display(),
        store = store.display(),
    );
    let ran = in_namespace(&project, &mounts, &format!("pkgimage {RUN_MORE}"));
    one_line(&ran, &printed_more(FIRST), "is not written to: No space left on device");

    // A build says which images could not be written, and leaves nothing half-written.
    set_number(&project, FIRST + 1);
    let script = format!(
        "pkgimage build --offline; echo code $? >&2; pkgimage verify; echo code $? >&2; \
         find '{full}' -name '.new*' -o -name '*.tmp' -o -path '{full}/tmp/*'; pkgimage {RUN}",
        full = full.display()
    );
    let ran = in_namespace(&project, &mounts, &script);
    let stderr = text(&ran.stderr);
    assert_eq!((ran.status.code(), text(&ran.stdout)), (Some(0), printed(FIRST + 1)), "{stderr}");
    assert!(stderr.contains("No space left on device"), "{stderr}");
    assert!(stderr.contains("code 103") && stderr.contains("; 0 damaged\ncode 0\n"), "{stderr}");
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn a_recording_survives_a_full_disk() {
    if !can_mount() {
        return;
    }
    let project = project();
    project.run(&["record", "-p", "Alpha", "--offline"]).code(0);
    let before = project.read("alpha/pkgimage.yaml");
    let tests = project.read("alpha/test/runtests.jl");
    project.write("alpha/test/runtests.jl", &format!("{tests}@test Alpha.scale(2.5) > 0\n"));
    let folder = project.path("alpha");
    let saved = folder.with_file_name("saved");
    let mounts = format!(
        "cp -a '{folder}' '{saved}'\nmount -t tmpfs -o size=64k tmpfs '{folder}'\n\
         cp -a '{saved}'/. '{folder}'\ncat /dev/zero > '{folder}/fill' 2>/dev/null || true",
        folder = folder.display(),
        saved = saved.display(),
    );
    let script =
        "cd alpha; pkgimage record -p Alpha --offline; echo code $? >&2; cat pkgimage.yaml; ls -a";
    let ran = in_namespace(&project, &mounts, script);
    let (stdout, stderr) = (text(&ran.stdout), text(&ran.stderr));
    assert!(stderr.contains("cannot write ") && stderr.contains("No space left"), "{stderr}");
    assert!(stderr.contains("code 102"), "{stderr}");
    let rest = stdout.strip_prefix(&before).unwrap_or_else(|| panic!("it has changed: {stdout}"));
    assert!(!rest.contains(".tmp"), "{rest}");
}

#[test]
fn a_read_only_store_is_used_and_not_added_to() {
    if !can_mount() {
        return;
    }
    let project = built();
    let folder = |name: &str| {
        let path = project.root().join(name);
        format!("mount --bind '{0}' '{0}'\nmount -o remount,bind,ro '{0}'", path.display())
    };
    let before = (content(&project.store()), content(&project.path("target")));
    let store = folder("store");
    // Nowhere to write the ledger, either, and nothing to be said.
    let mounts = [&*store, &folder("work"), &folder("home")].join("\n");
    let ran = in_namespace(&project, &mounts, &format!("pkgimage {RUN}"));
    assert_eq!((text(&ran.stdout), text(&ran.stderr)), (printed(FIRST), String::new()));
    let ran = in_namespace(&project, &mounts, &format!("pkgimage {RUN_MORE}"));
    one_line(&ran, &printed_more(FIRST), "is not written to: Read-only file system");
    let swept = in_namespace(&project, &store, "pkgimage gc --max-size 0");
    assert_eq!(swept.status.code(), Some(102), "{}", text(&swept.stderr));
    assert!(text(&swept.stderr).contains("Read-only file system"), "{}", text(&swept.stderr));
    assert_eq!((content(&project.store()), content(&project.path("target"))), before);

    set_number(&project, FIRST + 1);
    let built = in_namespace(&project, &store, "pkgimage build --offline");
    assert_eq!(built.status.code(), Some(103));
    assert!(text(&built.stderr).contains("Read-only file system"), "{}", text(&built.stderr));
    assert_eq!(content(&project.store()), before.0);
}

#[test]
fn stores_that_others_can_write_are_not_used() {
    let project = project();
    let set = |mode| {
        std::fs::set_permissions(project.store(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o777);
    let before = content(&project.store());
    let run: Vec<&str> = RUN.split(' ').collect();
    let ran = project.process(&run).output().unwrap();
    one_line(&ran, &printed(FIRST), "can be written by others; run `chmod go-w ");
    assert!(text(&ran.stderr).ends_with("; going on without images\n"), "{}", text(&ran.stderr));
    project.run(&["build"]).code(102).says("can be written by others; run `chmod go-w ");
    assert_eq!(content(&project.store()), before);
    set(0o755);
    assert_eq!(project.run(&run).code(0).stdout, printed(FIRST));
}

#[test]
fn stores_of_others_are_not_used() {
    let project = project();
    let run: Vec<&str> = RUN.split(' ').collect();
    let nobody = Some(65534);
    match std::os::unix::fs::chown(project.store(), nobody, nobody) {
        Ok(()) => {
            let before = content(&project.store());
            let ran = project.process(&run).output().unwrap();
            one_line(&ran, &printed(FIRST), "belongs to user 65534, not to you (");
            project.run(&["build"]).code(102).says("set PKGIMAGE_STORE to a folder of your own");
            assert_eq!(content(&project.store()), before);
        }
        // In a namespace, what is the superuser's is somebody else's.
        Err(_) if can_mount() => {
            let script = format!("PKGIMAGE_STORE=/usr pkgimage {RUN}");
            one_line(&in_namespace(&project, "", &script), &printed(FIRST), "belongs to user ");
        }
        Err(error) => println!("SKIPPED: no store of another user can be made: {error}"),
    }
}

#[test]
fn without_a_home_nothing_is_kept() {
    let project = project();
    let run: Vec<&str> = RUN.split(' ').collect();
    let mut command = project.process(&run);
    for name in ["HOME", "PKGIMAGE_STORE", "XDG_CACHE_HOME"] {
        command.env_remove(name);
    }
    one_line(
        &command.output().unwrap(),
        &printed(FIRST),
        "no place for the store: set PKGIMAGE_STORE or HOME; going on",
    );
    assert!(!project.path("images").exists() && !project.path(".cache").exists());
}
