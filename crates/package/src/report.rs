//! Reports: what a runner answers to a job, and the counters of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use pkgimage_image::stamp::{Kind, TopLevel};
use serde::{Deserialize, Serialize};

use crate::{Error, form, job, read_text};

/// The answer to a job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Report {
    /// [`job::VERSION`] of the writer.
    pub version: u32,
    /// The counters.
    pub stats: Stats,
    /// Lines for the user, such as images that were not used and why. Not printed by the runner.
    pub warnings: Vec<String>,
    /// The tests, for the tasks that run some.
    pub tests: Option<Tests>,
    /// What was recorded.
    pub recorded: Option<Roots>,
    /// What was built.
    pub built: Option<Built>,
    /// Where the code of recorded specializations stands, in the order of their signatures.
    pub located: Vec<Located>,
    /// What made code invalid, in the order in which it happened; none if nobody asked.
    pub invalidations: Option<Vec<Invalidation>>,
    /// What is known of the specializations that somebody asked about.
    pub explained: Vec<Explained>,
}

/// A change of a running program, and the code that it made invalid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Invalidation {
    /// What kind of change.
    pub cause: Cause,
    /// What was changed, as Julia writes it: `f(::Int64)`, `Module.NAME`.
    pub what: String,
    /// The module that did it; for a constant the one that it is in.
    pub module: String,
    /// Where the method stands: `file:line`.
    pub place: Option<String>,
    /// What became invalid, each behind the one whose code it relied on.
    pub specializations: Vec<Invalidated>,
}

/// A method, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MethodAt {
    /// Its signature as Julia writes it: `f(::Integer)`.
    pub signature: String,
    /// Its module.
    pub module: String,
    /// `file:line`.
    pub place: String,
}

/// What is known of a specialization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Explained {
    /// The call as Julia writes it.
    pub call: String,
    /// Its signature as in recordings; none if it names what no recording can.
    pub signature: Option<String>,
    /// Its method.
    pub method: MethodAt,
    /// The names of the packages that it involves; none is Base alone.
    pub involves: Vec<String>,
    /// Whether it involves what belongs to no package.
    pub homeless: bool,
    /// The package that keeps its code: the one of those that it involves that depends on all others.
    pub owner: Option<String>,
    /// The code that images hold for it; what is used first.
    pub code: Vec<CodeAt>,
    /// The type of its result, as far as its code says.
    pub returns: Option<String>,
    /// What the first code relies on.
    pub relies_on: Vec<Reliance>,
    /// How many specializations rely on its code, in all images.
    pub relied_on_by: usize,
}

/// Code of a specialization in an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CodeAt {
    /// The image.
    pub image: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// Whether it holds when everything is loaded.
    pub valid: bool,
    /// Why not, if that is known.
    pub because: Option<Invalidation>,
}

/// What code relies on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Reliance {
    /// What a call with these types reaches.
    #[serde(rename_all = "kebab-case")]
    Lookup {
        /// The call as Julia writes it.
        call: String,
        /// The methods that were found; none if it has none.
        finds: Vec<MethodAt>,
        /// What it finds now, where that is something else.
        now: Option<Vec<MethodAt>>,
    },
    /// The value of a constant.
    #[serde(rename_all = "kebab-case")]
    Constant {
        /// Its name, with its module.
        name: String,
    },
    /// The body or the result of another specialization.
    #[serde(rename_all = "kebab-case")]
    Code {
        /// The call as Julia writes it.
        call: String,
        /// The module of its method.
        module: String,
    },
}

/// A kind of change that makes code invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A method that a call may reach now.
    MethodDefined,
    /// A method with the signature of an earlier one.
    MethodReplaced,
    /// A method that is gone.
    MethodDeleted,
    /// A constant with another value.
    ConstantRedefined,
    /// Code that had become invalid before anybody asked.
    CodeOutdated,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::MethodDefined => "method defined",
            Cause::MethodReplaced => "method replaced",
            Cause::MethodDeleted => "method deleted",
            Cause::ConstantRedefined => "constant redefined",
            Cause::CodeOutdated => "code outdated",
        })
    }
}

/// A specialization whose code became invalid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Invalidated {
    /// The call that it is for, as Julia writes it: `f(::Int64)`.
    pub signature: String,
    /// The module of its method.
    pub module: String,
    /// The one whose code it relied on, by its place in the list; none if the change itself concerns it.
    pub because_of: Option<usize>,
    /// How many code instances with native code ended: 0 if only what inference knew of it was lost.
    pub native: usize,
}

/// Where the code of a recorded specialization stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Located {
    /// The signature, as recorded.
    pub signature: String,
    /// Whether it names a specialization here.
    pub resolves: bool,
    /// The image that holds its code.
    pub image: Option<PathBuf>,
    /// The bytes of its code there.
    pub code_bytes: u64,
}

/// The counts of a test run, as in the summary of `Test`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tests {
    /// Those that passed.
    pub passed: u64,
    /// Those that did not.
    pub failed: u64,
    /// Those that threw, and exceptions outside of tests.
    pub errored: u64,
    /// Those marked as broken.
    pub broken: u64,
    /// Whether the test file ran to its end.
    pub complete: bool,
}

impl Tests {
    /// Whether all is well.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.failed == 0 && self.errored == 0 && self.complete
    }
}

/// The roots of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Roots {
    /// Those that any user of the package can resolve.
    pub roots: BTreeSet<String>,
    /// Those that name packages which only the tests load.
    pub test_roots: BTreeSet<String>,
    /// How many specializations were called in all.
    pub called: u64,
}

/// What a build did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Built {
    /// What kind of image it is.
    pub kind: Kind,
    /// Roots in the recordings.
    pub recorded: u64,
    /// Different specializations that they need.
    pub unique: u64,
    /// Of these, those that another image holds.
    pub from_dependency: u64,
    /// Of these, those that are another image's to hold, most of them the commons'.
    pub for_others: u64,
    /// Of these, those whose object code was in the store.
    pub from_store: u64,
    /// Of these, those that were compiled.
    pub compiled: u64,
    /// Those that were left to the interpreter, because the compiler refused them or died.
    pub interpreted: u64,
    /// Roots that no longer resolve.
    pub unresolved: Vec<String>,
    /// Bytes of the file, of its code, and of its heap.
    pub bytes: u64,
    /// Bytes of native code.
    pub code_bytes: u64,
    /// Bytes of heap.
    pub heap_bytes: u64,
    /// Whether the top level was snapshotted.
    pub top_level: TopLevel,
    /// Bindings whose values are from this machine or moment: the image is not to be shared.
    pub local: Vec<String>,
}

/// A line of progress: JSON, appended to [`crate::Job::progress`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done, in a word: `infer`, `compile`, `link`.
    pub phase: String,
    /// How many are done.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

/// The counters of a run: what `--stats` prints. Every command adds those of all its runners.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Stats {
    /// Specializations that were inferred.
    pub inferred: u64,
    /// Specializations that the compiler compiled.
    pub compiled: u64,
    /// Specializations whose object code came from the store.
    pub from_store: u64,
    /// Specializations whose code came from an image.
    pub from_image: u64,
    /// Code instances that were invalidated.
    pub invalidated: u64,
    /// Calls of methods of packages that were interpreted.
    pub interpreted_package_calls: u64,
    /// All calls that were interpreted.
    pub interpreted_calls: u64,
    /// Images that were mapped.
    pub images_loaded: u64,
    /// Bytes of images that were mapped.
    pub bytes_mapped: u64,
    /// Relocations that were made at load.
    pub relocations: u64,
    /// Source files that were opened.
    pub sources_read: u64,
    /// Compiler processes that were started.
    pub compilers_started: u64,
    /// Runs of `cargo metadata`.
    pub cargo_metadata: u64,
    /// Manifests, lock files, recordings and sources that were read to judge freshness.
    pub files_judged: u64,
    /// The largest resident size of one runner, in bytes.
    pub peak_memory: u64,
    /// The size of Base's image, in bytes.
    pub base_image_bytes: u64,
    /// Milliseconds per phase.
    pub milliseconds: BTreeMap<String, f64>,
}

impl Stats {
    /// Adds the counters of another process.
    pub fn add(&mut self, other: &Stats) {
        let Stats {
            inferred,
            compiled,
            from_store,
            from_image,
            invalidated,
            interpreted_package_calls,
            interpreted_calls,
            images_loaded,
            bytes_mapped,
            relocations,
            sources_read,
            compilers_started,
            cargo_metadata,
            files_judged,
            peak_memory,
            base_image_bytes,
            milliseconds,
        } = other;
        self.inferred += inferred;
        self.compiled += compiled;
        self.from_store += from_store;
        self.from_image += from_image;
        self.invalidated += invalidated;
        self.interpreted_package_calls += interpreted_package_calls;
        self.interpreted_calls += interpreted_calls;
        self.images_loaded += images_loaded;
        self.bytes_mapped += bytes_mapped;
        self.relocations += relocations;
        self.sources_read += sources_read;
        self.compilers_started += compilers_started;
        self.cargo_metadata += cargo_metadata;
        self.files_judged += files_judged;
        self.peak_memory = self.peak_memory.max(*peak_memory);
        self.base_image_bytes = self.base_image_bytes.max(*base_image_bytes);
        for (phase, time) in milliseconds {
            *self.milliseconds.entry(phase.clone()).or_default() += time;
        }
    }

    /// One line of JSON: `--stats=json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Numbers under fixed names always have a text.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Stats {
    /// `--stats`, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("inferred", self.inferred.to_string()),
            ("compiled", self.compiled.to_string()),
            ("from store", self.from_store.to_string()),
            ("from image", self.from_image.to_string()),
            ("invalidated", self.invalidated.to_string()),
            (
                "interpreted calls",
                format!(
                    "{} ({} of packages)",
                    self.interpreted_calls, self.interpreted_package_calls
                ),
            ),
            (
                "images loaded",
                format!(
                    "{} ({} mapped, {} relocations)",
                    self.images_loaded,
                    bytes(self.bytes_mapped),
                    self.relocations
                ),
            ),
            (
                "files read",
                format!("{} sources, {} to judge freshness", self.sources_read, self.files_judged),
            ),
            (
                "started",
                format!(
                    "{} compilers, {} cargo metadata",
                    self.compilers_started, self.cargo_metadata
                ),
            ),
            ("peak memory", bytes(self.peak_memory)),
            ("Base's image", bytes(self.base_image_bytes)),
        ];
        for (name, value) in rows {
            writeln!(f, "{name:>18}: {value}")?;
        }
        for (phase, time) in &self.milliseconds {
            writeln!(f, "{phase:>18}: {time:.2} ms")?;
        }
        Ok(())
    }
}

/// A size for people.
#[must_use]
pub fn bytes(size: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // three digits are shown
    let float = size as f64;
    match size {
        0..1024 => format!("{size} B"),
        1024..1_048_576 => format!("{:.1} KiB", float / 1024.0),
        _ => format!("{:.1} MiB", float / 1_048_576.0),
    }
}

impl Report {
    /// An empty report of this version.
    #[must_use]
    pub fn new() -> Self {
        Report { version: job::VERSION, ..Report::default() }
    }

    /// Reads a report.
    ///
    /// # Errors
    /// If the file cannot be read or is not a report.
    pub fn read(path: &Path) -> Result<Self, Error> {
        serde_json::from_str(&read_text(path)?).map_err(|error| form(path, error))
    }

    /// Writes the report, through a temporary file beside it.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let text = serde_json::to_string(self).map_err(|error| form(path, error))?;
        let temporary = path.with_extension("tmp");
        std::fs::write(&temporary, text)
            .and_then(|()| std::fs::rename(&temporary, path))
            .map_err(|source| Error::Write { path: path.to_path_buf(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_add_up() {
        let one = Stats {
            inferred: 2,
            peak_memory: 10,
            milliseconds: BTreeMap::from([("run".into(), 1.5)]),
            ..Stats::default()
        };
        let mut sum = Stats { inferred: 1, peak_memory: 30, ..Stats::default() };
        sum.add(&one);
        sum.add(&one);
        assert_eq!((sum.inferred, sum.peak_memory), (5, 30));
        assert_eq!(sum.milliseconds["run"], 3.0);
        let line = sum.to_json();
        assert!(!line.contains('\n') && line.contains("\"interpreted_package_calls\":0"), "{line}");
        assert!(sum.to_string().contains("inferred: 5\n"));
    }

    #[test]
    fn sizes() {
        for (size, text) in [(0, "0 B"), (1536, "1.5 KiB"), (3 << 20, "3.0 MiB")] {
            assert_eq!(bytes(size), text);
        }
    }

    #[test]
    fn a_report_with_fields_left_out_is_read() {
        let report: Report =
            serde_json::from_str(r#"{"version":1,"stats":{"inferred":3}}"#).unwrap();
        assert_eq!(report.stats.inferred, 3);
        assert!(report.tests.is_none());
    }
}
