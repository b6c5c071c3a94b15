//! The harness of the end-to-end tests: a temporary project and a scrubbed environment. The
//! project's folder is kept, and its path printed, when a test fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use assert_cmd::Command;
use tempfile::TempDir;

pub mod random;
pub mod store;
pub mod terminal;

/// A number from the environment.
pub fn setting(name: &str, usual: usize) -> usize {
    let text = std::env::var(name).unwrap_or_default();
    if text.is_empty() { usual } else { text.parse().unwrap_or_else(|_| panic!("{name}={text}")) }
}

/// A temporary project.
pub struct Project {
    folder: Option<TempDir>,
    runner: Option<PathBuf>,
}

impl Project {
    /// An empty one that uses the real runner, with Base's image in its store.
    pub fn real() -> Self {
        let project = Project::empty();
        store::add_base(&project.store());
        project
    }

    /// An empty one that uses the real runner, and without a store.
    pub fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("pkgimage-test-").tempdir();
        let folder = folder.expect("a temporary folder");
        let project = Project { folder: Some(folder), runner: None };
        for name in ["home", "work"] {
            std::fs::create_dir(project.root().join(name)).expect("a folder");
        }
        project
    }

    /// An empty one with the fake runner.
    pub fn fake() -> Self {
        let mut project = Project::empty();
        project.runner = Some(fake_runner());
        project
    }

    /// A workspace of two Cargo packages, `Beta` depending on `Alpha`, with the fake runner.
    pub fn two_packages() -> Self {
        let project = Project::fake();
        project.write(
            "Cargo.toml",
            "[workspace]\nmembers = [\"alpha\", \"beta\"]\nresolver = \"3\"\n",
        );
        project.package("alpha", "Alpha", 1, "");
        project.package("beta", "Beta", 2, "alpha = { path = \"../alpha\" }\n");
        project
    }

    /// Adds a Cargo package that carries Julia sources.
    pub fn package(&self, folder: &str, name: &str, number: u128, deps: &str) {
        self.write(
            &format!("{folder}/Cargo.toml"),
            &format!(
                "[package]\nname = \"{folder}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
                 [dependencies]\n{deps}\n[package.metadata.pkgimage]\nuuid = \"{}\"\n",
                uuid(number)
            ),
        );
        self.write(&format!("{folder}/src/lib.rs"), "//! Julia sources.\n");
        self.write(
            &format!("{folder}/src/{name}.jl"),
            &format!("module {name}\ninclude(\"more.jl\")\nend\n"),
        );
        self.write(&format!("{folder}/src/more.jl"), "f(x) = x\n");
        self.write(
            &format!("{folder}/test/runtests.jl"),
            &format!("using {name}, Test\n@test true\n# root {name}.f(::Int64)\n"),
        );
    }

    /// Adds one whose module and test file have these texts in them.
    pub fn package_of(
        &self,
        folder: &str,
        name: &str,
        number: u128,
        deps: &str,
        source: &str,
        tests: &str,
    ) {
        self.package(folder, name, number, deps);
        let source = format!("module {name}\n{source}\nend\n");
        self.write(&format!("{folder}/src/{name}.jl"), &source);
        let tests = format!("using {name}, Test\n{tests}\n");
        self.write(&format!("{folder}/test/runtests.jl"), &tests);
    }

    /// The folder of everything: `home`, `store`, and `work` with the project itself.
    pub fn root(&self) -> &Path {
        self.folder.as_ref().expect("the folder").path()
    }

    /// A path in the project.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join("work").join(name)
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.root().join("store")
    }

    /// Writes a file of the project, dated back so that its time says something.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, text).expect("a file");
        let file = std::fs::File::options().write(true).open(&path).expect("the file");
        file.set_modified(SystemTime::now() - Duration::from_secs(5)).expect("a time");
    }

    /// Reads a file of the project.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A call of `cargo-pkgimage` in the project's folder, with nothing of this environment but
    /// what Cargo needs.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::from_std(self.process(arguments));
        command.timeout(Duration::from_secs(600));
        command
    }

    /// The same, as the standard library has it.
    pub fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-pkgimage"));
        command.env_clear().current_dir(self.path("")).args(arguments);
        for name in ["PATH", "CARGO", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(home) = std::env::var_os("HOME") {
            // Where the toolchain is found by its usual place.
            for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                if std::env::var_os(name).is_none() {
                    command.env(name, Path::new(&home).join(folder));
                }
            }
        }
        command.env("HOME", self.root().join("home"));
        command.env("TMPDIR", self.root());
        command.env("PKGIMAGE_STORE", self.store());
        if let Some(runner) = &self.runner {
            command.env("PKGIMAGE_RUNNER", runner);
        }
        command
    }

    /// Runs a call and returns what came of it.
    pub fn run(&self, arguments: &[&str]) -> Outcome {
        let output = self.command(arguments).output().expect("the program starts");
        Outcome {
            call: arguments.join(" "),
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(folder) = self.folder.take()
        {
            eprintln!("the project is kept in {}", folder.keep().display());
        }
    }
}

/// What a call did.
#[derive(Debug)]
pub struct Outcome {
    call: String,
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Outcome {
    /// Expects this exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "exit code of `{}`\n--- stdout\n{}--- stderr\n{}",
            self.call, self.stdout, self.stderr
        );
        self
    }

    /// Expects this text on stderr.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(
            self.stderr.contains(text),
            "`{}` does not say {text:?}\n--- stderr\n{}",
            self.call,
            self.stderr
        );
        self
    }

    /// Expects this text on stdout.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(
            self.stdout.contains(text),
            "`{}` does not print {text:?}\n--- stdout\n{}",
            self.call,
            self.stdout
        );
        self
    }

    /// The counters of `--stats=json`: the last line on stderr.
    #[track_caller]
    pub fn stats(&self) -> BTreeMap<String, serde_json::Value> {
        let line = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"))
    }
}

/// The uuid with this number.
pub fn uuid(number: u128) -> String {
    pkgimage_package::Uuid::from_u128(number).to_string()
}

/// The example `fake-runner`. A run of all tests builds it beforehand; one of a single test file
/// does not, so it is built here.
fn fake_runner() -> PathBuf {
    let own = std::env::current_exe().expect("this program's path");
    let profile = own.ancestors().nth(2).expect("target/<profile>/deps");
    let name = format!("fake-runner{}", std::env::consts::EXE_SUFFIX);
    let path = profile.join("examples").join(name);
    if !path.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = std::process::Command::new(cargo)
            .args(["build", "--quiet", "--example", "fake-runner"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo starts");
        assert!(status.success() && path.is_file(), "cargo build --example fake-runner");
    }
    path
}
