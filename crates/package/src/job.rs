//! Jobs: what the command line side asks of a runner.
//!
//! A job is a JSON file, written by `cargo-pkgimage`, named to the runner by `--job`, and deleted
//! afterwards. The runner's stdout and stderr are those of the program that it runs; its answer
//! goes to the file [`Job::report`], as a [`crate::Report`]. A runner asks nothing of Cargo and
//! judges no freshness: it is told which images to use and how far.
//!
//! The runner writes what a task calls an *output* through a temporary file in the same folder
//! and a rename, so that no half-written file is ever seen under that name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pkgimage_image::Digest;
use pkgimage_image::inputs::Inputs;
use pkgimage_image::stamp::{Dependency, Kind, Settings, Stamp, Subject, Target, TopLevel};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::startup::Startup;
use crate::{Environment, Error, PackageId, form, preferences, read_text};

/// The version of the messages. Both sides come from one build; the number catches a runner of
/// another installation.
pub const VERSION: u32 = 1;

/// Exit codes of the runner, besides those that a script gives to `exit`.
pub mod exit {
    /// All went well.
    pub const OK: i32 = 0;
    /// A Julia exception reached top level.
    pub const EXCEPTION: i32 = 1;
    /// The command line or the job was not understood.
    pub const USAGE: i32 = 2;
    /// Tests failed.
    pub const TESTS_FAILED: i32 = 101;
    /// The time limit was reached; what had been recorded is in the report.
    pub const TIME_LIMIT: i32 = 124;
    /// Interrupted from the keyboard.
    pub const INTERRUPTED: i32 = 130;
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Job {
    /// [`VERSION`] of the writer.
    pub version: u32,
    /// What to do.
    pub task: Task,
    /// The packages that may be loaded.
    pub environment: Environment,
    /// The images that may be used.
    pub images: Images,
    /// Whether to compile.
    pub compile: Compile,
    /// The session image to write at the end of a run, a test or a recording: the code that this
    /// session compiled for what the script itself defines (a script is an anonymous package).
    pub save_work: Option<Build>,
    /// Where sessions of the prompt are saved, and which one this is.
    pub sessions: Option<Sessions>,
    /// Build id of the runner, for stamps.
    pub runtime: Digest,
    /// Build id of the compiler, for stamps and for the store's keys.
    pub compiler: Digest,
    /// The compiler's binary.
    pub compiler_path: PathBuf,
    /// The target triple.
    pub triple: String,
    /// The settings of builds.
    pub settings: Settings,
    /// How many compiler processes may run at once.
    pub jobs: usize,
    /// The folder of the store.
    pub store: PathBuf,
    /// Whether output is coloured; `auto` asks whether the stream is a terminal.
    pub color: Color,
    /// 0: only errors; 1: as usual; 2: with details.
    pub verbosity: u8,
    /// Seconds after which the runner ends the task by itself and reports.
    pub time_limit: Option<u64>,
    /// Where the answer goes.
    pub report: PathBuf,
    /// A file to which the runner may append [`crate::report::Progress`] lines.
    pub progress: Option<PathBuf>,
}

/// The saved sessions of an environment; see [`crate::sessions`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sessions {
    /// Their folder.
    pub folder: PathBuf,
    /// The environment's key.
    pub environment: String,
    /// The session that is loaded before anything else, and saved by `saveWork()`.
    pub name: String,
    /// Whether it is loaded.
    pub load: bool,
    /// Whether it is saved at the end.
    pub save: bool,
}

/// What a runner is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Run a script.
    Run {
        /// What to run.
        program: Program,
        /// Its `ARGS`.
        args: Vec<String>,
    },
    /// Run a script, and report what made code invalid meanwhile.
    Invalidations {
        /// What to run.
        program: Program,
        /// Its `ARGS`.
        args: Vec<String>,
    },
    /// Run a script, and report which specializations it called and where their code came from.
    Usage {
        /// What to run.
        program: Program,
        /// Its `ARGS`.
        args: Vec<String>,
    },
    /// Run a package's test file.
    Test {
        /// The package.
        package: PackageId,
        /// `ARGS` of the test file.
        args: Vec<String>,
    },
    /// Run a package's test file or a workload, and report the roots.
    Record {
        /// What to run.
        subject: Recorded,
        /// A file to which the signature of each specialization is appended, a line each, when it
        /// is first called: what is left if the process dies.
        log: PathBuf,
    },
    /// Build an image.
    Build(Build),
    /// Find out where the code of what these recordings name stands, in the images that are given.
    Locate {
        /// The recordings.
        recordings: Vec<PathBuf>,
    },
    /// Say what is known of specializations, with all packages loaded from the images that are given.
    Explain {
        /// A call by its types, or a function or type: all its specializations that images have code for.
        what: String,
    },
    /// Read, evaluate, print.
    Repl(Repl),
}

/// A REPL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Repl {
    /// Its `ARGS`.
    pub args: Vec<String>,
    /// The file that keeps what was typed.
    pub history: Option<PathBuf>,
}

/// A program to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Program {
    /// A file.
    File(PathBuf),
    /// An expression; its value is not printed.
    Expression(String),
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recorded {
    /// A package's test file.
    Package(PackageId),
    /// A workload.
    Workload {
        /// Its name.
        name: String,
        /// Its script.
        script: PathBuf,
        /// Its arguments.
        args: Vec<String>,
    },
}

/// An image to build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Build {
    /// Whose.
    pub subject: Kind,
    /// The package; [`PackageId::base`] for Base and for the commons image, [`script_id`] for a
    /// session image.
    pub package: PackageId,
    /// The recordings whose roots are wanted: for a package its own; for the commons image those
    /// of all packages of the environment and of the workloads.
    pub recordings: Vec<PathBuf>,
    /// What the stamp says of them.
    pub recording: Option<Digest>,
    /// For the commons image: what of the user's start-up list the environment has the packages for.
    #[serde(default)]
    pub startup: Vec<Startup>,
    /// The image to write.
    pub output: PathBuf,
}

/// The images that a runner may use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Images {
    /// Base's. Without it, the runner loads Base from its own sources.
    pub base: Option<Image>,
    /// The packages', by uuid.
    pub packages: BTreeMap<Uuid, Image>,
    /// The environment's commons image.
    pub commons: Option<Image>,
    /// The session images of the script or test file that is run, and of the session that is loaded:
    /// code alone, whose top level runs again.
    pub sessions: Vec<Image>,
    /// A line for each package whose image is not wholly valid: the runner prints it to stderr
    /// when the package is loaded, unless it is to be quiet.
    pub notes: BTreeMap<Uuid, String>,
}

/// An image that may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Image {
    /// The file.
    pub path: PathBuf,
    /// Its id.
    pub id: Digest,
    /// What of it is valid.
    pub valid: Valid,
}

/// How far an image is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Valid {
    /// Heap and code.
    Whole,
    /// Code instances where their edges hold; top level has to run again.
    CodeOnly,
}

/// `--compile`: whether code is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compile {
    /// Nothing is compiled and no image's code is used: the interpreter alone.
    No,
    /// What is worth it.
    #[default]
    Yes,
    /// Everything before its first call.
    All,
}

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// Where the stream is a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Job {
    /// Reads a job.
    ///
    /// # Errors
    /// If the file cannot be read, is not a job, or is one of another version.
    pub fn read(path: &Path) -> Result<Self, Error> {
        /// The part that every version has.
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let text = read_text(path)?;
        let head: Head = serde_json::from_str(&text).map_err(|error| form(path, error))?;
        if head.version != VERSION {
            return Err(form(
                path,
                format!(
                    "job of version {} for a runner of version {VERSION}: cargo-pkgimage and \
                     pkgimage-runner come from different builds",
                    head.version
                ),
            ));
        }
        serde_json::from_str(&text).map_err(|error| form(path, error))
    }

    /// Writes the job.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string(self).map_err(|error| form(path, error))?;
        std::fs::write(path, text)
            .map_err(|source| Error::Write { path: path.to_path_buf(), source })
    }

    /// The stamp of the image that `build` asks for, as far as it is known before: the runner
    /// adds what its code needs of the CPU, what top level read, and whether it was snapshotted.
    #[must_use]
    pub fn stamp(&self, build: &Build) -> Stamp {
        Stamp {
            runtime: self.runtime,
            compiler: self.compiler,
            target: Target { triple: self.triple.clone(), features: Vec::new() },
            settings: self.settings.clone(),
            subject: subject(build.subject, &build.package),
            inputs: Inputs::before(
                self.environment
                    .package(&build.package.uuid)
                    .map_or(Digest::ZERO, |package| preferences::digest(&package.preferences)),
            ),
            recording: build.recording,
            dependencies: self.dependencies(build),
            top_level: TopLevel::Snapshot,
        }
    }

    /// The images that the one to be built refers to: Base's and those of the packages that the
    /// job loads, in load order.
    #[must_use]
    pub fn dependencies(&self, build: &Build) -> Vec<Dependency> {
        let mut list = Vec::new();
        if let (Some(base), false) = (&self.images.base, build.subject == Kind::Base) {
            list.push(Dependency { name: "Base".into(), uuid: [0; 16], image: base.id });
        }
        // A session's image itself knows which packages it was written with.
        let packages = self.environment.packages.iter();
        for package in packages.filter(|_| build.subject != Kind::Session) {
            if package.id != build.package
                && let Some(image) = self.images.packages.get(&package.id.uuid)
            {
                list.push(Dependency {
                    name: package.id.name.clone(),
                    uuid: *package.id.uuid.as_bytes(),
                    image: image.id,
                });
            }
        }
        list
    }
}

/// What a script is called by, as an anonymous package: the stem of its file, and a uuid that
/// follows from its text.
#[must_use]
pub fn script_id(path: &Path, digest: Digest) -> PackageId {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    PackageId::new(stem, Uuid::new_v5(&Uuid::NAMESPACE_OID, &digest.0))
}

/// What stamps call a package by.
#[must_use]
pub fn subject(kind: Kind, id: &PackageId) -> Subject {
    Subject { kind, name: id.name.clone(), uuid: *id.uuid.as_bytes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::tests::package;

    fn sample() -> Job {
        let fixed = package("FixedPoint", &["Printf"]);
        let id = fixed.id.clone();
        let environment = Environment::new(vec![fixed], vec![id.clone()]).unwrap();
        let image = |name: &str| Image {
            path: format!("/store/{name}.so").into(),
            id: Digest::of(name.as_bytes()),
            valid: Valid::Whole,
        };
        let packages = environment
            .packages
            .iter()
            .map(|package| (package.id.uuid, image(&package.id.name)))
            .collect();
        Job {
            version: VERSION,
            task: Task::Build(Build {
                subject: Kind::Package,
                package: id.clone(),
                recordings: vec!["/FixedPoint/pkgimage.yaml".into()],
                recording: Some(Digest::of(b"recording")),
                startup: Vec::new(),
                output: "/store/new.so".into(),
            }),
            environment: environment.closure(&id, false),
            images: Images { base: Some(image("Base")), packages, ..Images::default() },
            compile: Compile::Yes,
            save_work: None,
            sessions: None,
            runtime: Digest::of(b"runner"),
            compiler: Digest::of(b"compiler"),
            compiler_path: "/bin/pkgimage-compiler".into(),
            triple: "x86_64-unknown-linux-gnu".into(),
            settings: Settings::default(),
            jobs: 2,
            store: "/store".into(),
            color: Color::Auto,
            verbosity: 1,
            time_limit: None,
            report: "/tmp/report.json".into(),
            progress: None,
        }
    }

    #[test]
    fn jobs_survive_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("job.json");
        sample().write(&path).unwrap();
        assert_eq!(Job::read(&path).unwrap(), sample());
    }

    #[test]
    fn another_version_is_named_before_anything_else_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("job.json");
        std::fs::write(&path, r#"{"version": 99, "other": []}"#).unwrap();
        let said = Job::read(&path).unwrap_err().to_string();
        assert!(said.contains("job of version 99 for a runner of version 1"), "{said}");
    }

    #[test]
    fn a_stamp_lists_the_images_in_load_order() {
        let job = sample();
        let Task::Build(build) = &job.task else { panic!("a build") };
        let stamp = job.stamp(build);
        let names: Vec<&str> = stamp.dependencies.iter().map(|dep| dep.name.as_str()).collect();
        assert_eq!(names, ["Base", "Unicode", "Printf"]);
        assert_eq!(stamp.recording, Some(Digest::of(b"recording")));
    }
}
