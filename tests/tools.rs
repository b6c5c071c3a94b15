//! Images are ordinary ELF files: what the usual tools say of one, and what a debugger sees of its code while
//! it runs. A tool that is not installed is said to be missing, and its part skipped.

use std::path::PathBuf;
use std::process::{Command, Output};

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::{Project, store};

/// Runs a tool; none if it is not there.
fn tool(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).env("LC_ALL", "C").output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("skipped, {program} cannot be started: {error}");
            None
        }
    }
}

/// What a tool printed; it ended well and complained of nothing.
#[track_caller]
fn without_complaint(output: &Output) -> String {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{:?}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The image of a package with a method that is called by dispatch alone.
fn image(project: &Project) -> PathBuf {
    project.write("Cargo.toml", "[workspace]\nmembers = [\"dynamic\"]\nresolver = \"3\"\n");
    project.package("dynamic", "Dynamic", 1, "");
    project.write(
        "dynamic/src/Dynamic.jl",
        "module Dynamic\nbar(x::Int) = x + 1\nfoo(x) = (temp = Any[x]; bar(temp[1]))\nend\n",
    );
    project.write("dynamic/test/runtests.jl", "using Dynamic, Test\n@test Dynamic.foo(1) == 2\n");
    project.run(&["record", "-p", "Dynamic"]).code(0);
    project.run(&["build", "-p", "Dynamic"]).code(0);
    let folders = std::fs::read_dir(project.store().join("images")).unwrap();
    let folder = folders
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("Dynamic-"));
    let files = std::fs::read_dir(folder.unwrap()).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| path.extension().is_some_and(|e| e == "so")).unwrap()
}

#[test]
fn the_usual_tools_read_an_image() {
    let project = Project::real();
    let image = image(&project);
    let path = image.to_str().unwrap();
    let symbol = "Dynamic.bar(Dynamic.#bar, Core.Int64)";
    if let Some(output) = tool("nm", &[path]) {
        let said = without_complaint(&output);
        assert!(said.lines().any(|line| line.contains(&format!(" T {symbol}"))), "{said}");
    }
    if let Some(output) = tool("objdump", &["-d", path]) {
        let said = without_complaint(&output);
        assert!(said.contains(&format!("<{symbol}")), "{said}");
        assert!(!said.contains("(bad)"), "{said}");
    }
    if let Some(output) = tool("readelf", &["--all", "--wide", path]) {
        let said = without_complaint(&output);
        assert!(!said.contains("TEXTREL"), "{said}");
        assert!(said.contains(symbol), "{said}");
    }
    if let Some(output) = tool("readelf", &["--debug-dump=frames", path]) {
        // Unwind information of both entries of both methods.
        let said = without_complaint(&output);
        assert!(said.matches(" FDE ").count() >= 4, "{said}");
    }
    let bytes = std::fs::read(&image).unwrap();
    let root = project.root().to_str().unwrap().as_bytes();
    assert!(!bytes.windows(root.len()).any(|window| window == root), "it holds where it was built");
}

#[test]
fn a_debugger_stops_in_an_image_and_sees_who_called() {
    let store = store::with_base();
    let symbol = "Base.println(Base.#println, Core.Int64) of \
                  Core.Tuple{Base.#println, Vararg{Core.Any}}";
    let commands = [
        "set debuginfod enabled off".to_owned(),
        "set breakpoint pending on".to_owned(),
        format!("set environment PKGIMAGE_STORE={}", store.path().display()),
        format!("break -function \"{symbol}\""),
        "run".to_owned(),
        "backtrace".to_owned(),
    ];
    let mut arguments = vec!["-batch", "-nx"];
    arguments.extend(commands.iter().flat_map(|command| ["-ex", command]));
    arguments.extend(["--args", env!("CARGO_BIN_EXE_pkgimage-runner"), "-e", "println(41 + 1)"]);
    let Some(output) = tool("gdb", &arguments) else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    if complaints.contains("ptrace") {
        eprintln!("skipped, gdb may not debug here: {complaints}");
        return;
    }
    let frames: Vec<&str> = said.lines().filter(|line| line.starts_with('#')).collect();
    let at = |what: &str| frames.iter().position(|frame| frame.contains(what));
    let callers = [symbol, "Base._run_program(", "runner/src/tasks/run.rs", "runner/src/main.rs"];
    let found: Vec<Option<usize>> = callers.into_iter().map(at).collect();
    assert_eq!(found[0], Some(0), "{said}\n{complaints}");
    assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{said}\n{complaints}");
}
