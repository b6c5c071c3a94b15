//! The stamp: what an image claims to be valid for, and the one judgement of that claim.
//!
//! The writer of an image (the runner) fills in a [`Stamp`]; it stands in the section
//! [`SECTION`] of the ELF file, in the form that [`crate::seal`] describes. Whoever wants to use
//! the image (the loader, and the commands `status`, `build`, `run`) describes the present in
//! an [`Expected`] and asks [`judge`]. There is no second judgement anywhere: what makes an
//! image stale is a [`Reason`], and every command prints that same reason.
//!
//! [`Stamp`] and [`Settings`] are taken apart exhaustively in [`judge`]: a field added to them
//! does not compile until somebody has decided what a difference in it means.

use std::collections::BTreeMap;
use std::fmt;

use pkgimage_ir::Cpu;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::inputs::{Inputs, World};

/// The version of the image format: counts up with every change of any section.
pub const FORMAT: u32 = 2;

/// The ELF section that holds the stamp: written by the runner when it links an image, read
/// first by everybody; 8-byte aligned, at most [`crate::seal::LIMIT`] bytes.
pub const SECTION: &str = ".pkgimage.stamp";

/// What an image was made from and made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Build id of the runner that made the image (layouts, intrinsics, Base's sources).
    pub runtime: Digest,
    /// Build id of the compiler whose object code is linked in.
    pub compiler: Digest,
    /// The machine that the code is for.
    pub target: Target,
    /// The settings of the build.
    pub settings: Settings,
    /// Whose image this is.
    pub subject: Subject,
    /// What top level was evaluated from.
    pub inputs: Inputs,
    /// Digest of the recording; `None` if there was none.
    pub recording: Option<Digest>,
    /// The images that this one refers to, in load order.
    pub dependencies: Vec<Dependency>,
    /// Whether the heap holds what top level made, or top level runs again at each load.
    pub top_level: TopLevel,
}

/// The machine that code was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The target triple, such as `x86_64-unknown-linux-gnu`.
    pub triple: String,
    /// The CPU features that the code needs beyond the triple's baseline, sorted.
    pub features: Vec<String>,
}

/// The settings that change what is built. Few, named, and all of them in `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// `--check-bounds`: whether `@inbounds` is followed.
    pub check_bounds: CheckBounds,
    /// `--target-cpu`: the CPU that the build was asked for ([`pkgimage_ir::Cpu`]).
    pub cpu: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { check_bounds: CheckBounds::Auto, cpu: Cpu::default().to_string() }
    }
}

/// Whether bounds are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckBounds {
    /// As the code says (`@inbounds`).
    #[default]
    Auto,
    /// Everywhere.
    Yes,
    /// Nowhere.
    No,
}

impl fmt::Display for CheckBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CheckBounds::Auto => "auto",
            CheckBounds::Yes => "yes",
            CheckBounds::No => "no",
        })
    }
}

/// Whose image it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What kind of image.
    pub kind: Kind,
    /// The Julia name of the package (`Base` for the base image).
    pub name: String,
    /// The package's uuid; all zeros where there is none.
    pub uuid: [u8; 16],
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Base | Kind::Package => f.write_str(&self.name),
            Kind::Commons => f.write_str("the commons image"),
            Kind::Session => write!(f, "the session image of {}", self.name),
        }
    }
}

/// The kinds of images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Base: package zero.
    Base,
    /// A package, a standard library package, or an extension.
    Package,
    /// What an environment recorded and no package owns.
    Commons,
    /// What a script defined.
    Session,
}

/// An image that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The package's name.
    pub name: String,
    /// The package's uuid (zeros for Base).
    pub uuid: [u8; 16],
    /// The id of its image.
    pub image: Digest,
}

/// What a load does with the package's top level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TopLevel {
    /// Its results are in the heap.
    Snapshot,
    /// It runs again at each load, for the reason given.
    Again(String),
}

/// The present, as far as it decides about an image.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Build id of the runner.
    pub runtime: Digest,
    /// Build id of the compiler.
    pub compiler: Digest,
    /// The triple of this machine.
    pub triple: String,
    /// All CPU features of this machine, sorted.
    pub features: Vec<&'static str>,
    /// The settings in force.
    pub settings: Settings,
    /// The package.
    pub subject: Subject,
    /// Digest of its preferences.
    pub preferences: Digest,
    /// Digest of its recording, if it has one.
    pub recording: Option<Digest>,
    /// The ids of the images of its dependencies, by uuid, with their names; `None` for a
    /// dependency that has no valid image at present.
    pub dependencies: BTreeMap<[u8; 16], (String, Option<Digest>)>,
}

/// Why an image is not valid as it stands.
///
/// The texts say what was found beside what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// There is none.
    Missing,
    /// The file is truncated, changed, or not ours.
    Corrupted {
        /// What is wrong with it.
        what: String,
    },
    /// Somebody else may have written the file.
    Untrusted {
        /// Why.
        why: String,
    },
    /// It was written in another version of the format.
    Format {
        /// The image's.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// Another build of the runner made it.
    Runtime {
        /// The image's.
        found: Digest,
        /// The present one.
        expected: Digest,
    },
    /// Another build of the compiler made its code.
    Compiler {
        /// The image's.
        found: Digest,
        /// The present one.
        expected: Digest,
    },
    /// It is for another kind of machine.
    Target {
        /// The image's triple.
        found: String,
        /// This machine's.
        expected: String,
    },
    /// Its code wants CPU features that this machine does not have.
    CpuFeatures {
        /// Those that are absent here.
        absent: Vec<String>,
    },
    /// It was built with another setting.
    Flag {
        /// The setting's name, as on the command line.
        name: String,
        /// The image's value.
        found: String,
        /// The value in force.
        expected: String,
    },
    /// It is another package's.
    Package {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        expected: String,
    },
    /// A file that top level reads has other content.
    Source {
        /// The file.
        path: String,
        /// What the image was made from; `None` where there was no file.
        found: Option<Digest>,
        /// What the file holds now; `None` where there is none.
        expected: Option<Digest>,
    },
    /// An environment variable that top level reads has another value.
    Variable {
        /// Its name.
        name: String,
        /// The digest of the value that it had; `None` where it was not set.
        found: Option<Digest>,
        /// That of its present value; `None` where it is not set.
        expected: Option<Digest>,
    },
    /// The package's preferences are others.
    Preferences,
    /// The recording is another one.
    Recording {
        /// The image's.
        found: Option<Digest>,
        /// The present one.
        expected: Option<Digest>,
    },
    /// A dependency has another image now, or none.
    Dependency {
        /// The dependency's name.
        name: String,
        /// The id of the image that it had; `None` if it is a new dependency.
        found: Option<Digest>,
        /// The id of its present image.
        expected: Option<Digest>,
    },
}

impl Reason {
    /// Whether the image's code instances may still be used where their edges hold. If not, the
    /// image is as good as absent.
    #[must_use]
    pub fn keeps_code(&self) -> bool {
        match self {
            Reason::Missing
            | Reason::Corrupted { .. }
            | Reason::Untrusted { .. }
            | Reason::Format { .. }
            | Reason::Runtime { .. }
            | Reason::Compiler { .. }
            | Reason::Target { .. }
            | Reason::CpuFeatures { .. }
            | Reason::Flag { .. }
            | Reason::Package { .. } => false,
            Reason::Source { .. }
            | Reason::Variable { .. }
            | Reason::Preferences
            | Reason::Recording { .. }
            | Reason::Dependency { .. } => true,
        }
    }

    /// Whether the objects in the image's heap may still be used: only a recording has no part
    /// in them.
    #[must_use]
    pub fn keeps_heap(&self) -> bool {
        matches!(self, Reason::Recording { .. })
    }
}

fn short(digest: &Option<Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), |digest| digest.short())
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Missing => f.write_str("no image yet"),
            Reason::Corrupted { what } => write!(f, "image damaged: {what}"),
            Reason::Untrusted { why } => write!(f, "image not trusted: {why}"),
            Reason::Format { found, expected } => {
                write!(f, "image format {found}, this program reads {expected}")
            }
            Reason::Runtime { found, expected } => {
                write!(f, "made by runner build {}, this is {}", found.short(), expected.short())
            }
            Reason::Compiler { found, expected } => {
                write!(f, "made by compiler build {}, this is {}", found.short(), expected.short())
            }
            Reason::Target { found, expected } => {
                write!(f, "made for {found}, this machine is {expected}")
            }
            Reason::CpuFeatures { absent } => {
                write!(f, "needs CPU features that are absent here: {}", absent.join(", "))
            }
            Reason::Flag { name, found, expected } => {
                write!(f, "built with --{name}={found}, asked for --{name}={expected}")
            }
            Reason::Package { found, expected } => {
                write!(f, "image of {found}, expected {expected}")
            }
            Reason::Source { path, found, expected } => match (found, expected) {
                (Some(_), None) => write!(f, "source removed: {path}"),
                (None, Some(_)) => write!(f, "source added: {path}"),
                _ => write!(
                    f,
                    "source changed: {path} (image has {}, file is {})",
                    short(found),
                    short(expected)
                ),
            },
            Reason::Variable { name, found, expected } => match (found, expected) {
                (Some(_), None) => write!(f, "environment variable removed: {name}"),
                (None, Some(_)) => write!(f, "environment variable set: {name}"),
                _ => write!(f, "environment variable changed: {name}"),
            },
            Reason::Preferences => f.write_str("preferences changed"),
            Reason::Recording { found, expected } => match (found, expected) {
                (Some(_), None) => f.write_str("recording removed"),
                (None, Some(_)) => f.write_str("recording added"),
                _ => write!(
                    f,
                    "recording changed (image has {}, file is {})",
                    short(found),
                    short(expected)
                ),
            },
            Reason::Dependency { name, found, expected } => match (found, expected) {
                (None, _) => write!(f, "dependency added: {name}"),
                (Some(_), None) => write!(f, "dependency changed: {name} (no valid image)"),
                _ => write!(
                    f,
                    "dependency changed: {name} (linked with {}, now {})",
                    short(found),
                    short(expected)
                ),
            },
        }
    }
}

/// Compares a stamp with the present. Empty: the image is valid as it stands. The reasons come
/// in the order of the stamp's fields, what rules out the whole image first.
#[must_use]
pub fn judge(stamp: &Stamp, expected: &Expected, world: &dyn World) -> Vec<Reason> {
    let Stamp {
        runtime,
        compiler,
        target: Target { triple, features },
        settings: Settings { check_bounds, cpu },
        subject,
        inputs,
        recording,
        dependencies,
        // How top level is treated follows from the sources; it is no claim of its own.
        top_level: _,
    } = stamp;
    let mut reasons = Vec::new();

    if *subject != expected.subject {
        reasons.push(Reason::Package {
            found: subject.to_string(),
            expected: expected.subject.to_string(),
        });
        // Everything else would be said of the wrong package.
        return reasons;
    }
    if *runtime != expected.runtime {
        reasons.push(Reason::Runtime { found: *runtime, expected: expected.runtime });
    }
    if *compiler != expected.compiler {
        reasons.push(Reason::Compiler { found: *compiler, expected: expected.compiler });
    }
    if *triple != expected.triple {
        reasons.push(Reason::Target { found: triple.clone(), expected: expected.triple.clone() });
    }
    let absent: Vec<String> = features
        .iter()
        .filter(|feature| expected.features.binary_search(&feature.as_str()).is_err())
        .cloned()
        .collect();
    if !absent.is_empty() {
        reasons.push(Reason::CpuFeatures { absent });
    }
    let flag = |name: &str, found: String, expected: String| {
        (found != expected).then(|| Reason::Flag { name: name.to_owned(), found, expected })
    };
    reasons.extend(flag(
        "check-bounds",
        check_bounds.to_string(),
        expected.settings.check_bounds.to_string(),
    ));
    reasons.extend(flag("target-cpu", cpu.clone(), expected.settings.cpu.clone()));

    reasons.extend(inputs.changed(expected.preferences, world));
    if *recording != expected.recording {
        reasons.push(Reason::Recording { found: *recording, expected: expected.recording });
    }
    let mut linked = BTreeMap::new();
    for Dependency { name, uuid, image } in dependencies {
        linked.insert(*uuid, ());
        let now = expected.dependencies.get(uuid).and_then(|(_, id)| *id);
        if now != Some(*image) {
            reasons.push(Reason::Dependency {
                name: name.clone(),
                found: Some(*image),
                expected: now,
            });
        }
    }
    for (uuid, (name, id)) in &expected.dependencies {
        if !linked.contains_key(uuid) {
            reasons.push(Reason::Dependency { name: name.clone(), found: None, expected: *id });
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::{FileStamp, Place};

    struct Disk(BTreeMap<String, Digest>);

    impl World for Disk {
        fn file(&self, _: Place, path: &str) -> Option<Digest> {
            self.0.get(path).copied()
        }
        fn variable(&self, name: &str) -> Option<Digest> {
            (name == "SHELL").then(|| digest("/bin/sh"))
        }
        fn variables(&self) -> Vec<String> {
            vec!["SHELL".into()]
        }
    }

    fn digest(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    fn sample() -> (Stamp, Expected, Disk) {
        let subject = Subject { kind: Kind::Package, name: "Shapes".into(), uuid: [7; 16] };
        let stamp = Stamp {
            runtime: digest("runtime"),
            compiler: digest("compiler"),
            target: Target {
                triple: "x86_64-unknown-linux-gnu".into(),
                features: vec!["sse4.2".into()],
            },
            settings: Settings::default(),
            subject: subject.clone(),
            inputs: Inputs {
                files: vec![FileStamp {
                    place: Place::Package,
                    path: "src/Shapes.jl".into(),
                    digest: Some(digest("source")),
                }],
                variables: vec![("HOME".into(), None)],
                every_variable: false,
                preferences: Digest::ZERO,
            },
            recording: Some(digest("recording")),
            dependencies: vec![Dependency {
                name: "Base".into(),
                uuid: [0; 16],
                image: digest("base"),
            }],
            top_level: TopLevel::Snapshot,
        };
        let expected = Expected {
            runtime: digest("runtime"),
            compiler: digest("compiler"),
            triple: "x86_64-unknown-linux-gnu".into(),
            features: vec!["avx", "sse4.2"],
            settings: Settings::default(),
            subject,
            preferences: Digest::ZERO,
            recording: Some(digest("recording")),
            dependencies: BTreeMap::from([([0; 16], ("Base".into(), Some(digest("base"))))]),
        };
        let disk = Disk(BTreeMap::from([("src/Shapes.jl".into(), digest("source"))]));
        (stamp, expected, disk)
    }

    /// One difference, the sentence that it gives, and what of the image stays usable.
    #[test]
    fn each_difference_has_its_sentence() {
        type Change = fn(&mut Stamp, &mut Expected, &mut Disk);
        let table: &[(Change, &str, bool, bool)] = &[
            (|stamp, _, _| stamp.runtime = digest("other"), "made by runner build ", false, false),
            (
                |_, expected, _| expected.compiler = digest("other"),
                "made by compiler build ",
                false,
                false,
            ),
            (
                |_, expected, _| expected.triple = "aarch64-apple-darwin".into(),
                "made for x86_64-unknown-linux-gnu, this machine is aarch64-apple-darwin",
                false,
                false,
            ),
            (
                |stamp, _, _| stamp.target.features.push("avx1024".into()),
                "needs CPU features that are absent here: avx1024",
                false,
                false,
            ),
            (
                |_, expected, _| expected.settings.check_bounds = CheckBounds::Yes,
                "built with --check-bounds=auto, asked for --check-bounds=yes",
                false,
                false,
            ),
            (
                |_, expected, _| expected.settings.cpu = "native".into(),
                "built with --target-cpu=generic, asked for --target-cpu=native",
                false,
                false,
            ),
            (
                |_, expected, _| expected.subject.name = "Json".into(),
                "image of Shapes, expected Json",
                false,
                false,
            ),
            (|_, _, disk| disk.0.clear(), "source removed: src/Shapes.jl", true, false),
            (
                |_, _, disk| {
                    disk.0.insert("src/Shapes.jl".into(), digest("x"));
                },
                "source changed: src/Shapes.jl (image has ",
                true,
                false,
            ),
            (
                |stamp, _, _| stamp.inputs.variables[0].1 = Some(digest("/home")),
                "environment variable removed: HOME",
                true,
                false,
            ),
            (
                |stamp, _, _| {
                    stamp.inputs.variables.push(("SHELL".into(), Some(digest("/bin/csh"))))
                },
                "environment variable changed: SHELL",
                true,
                false,
            ),
            (
                |stamp, _, _| stamp.inputs.every_variable = true,
                "environment variable set: SHELL",
                true,
                false,
            ),
            (
                |_, expected, _| expected.preferences = digest("p"),
                "preferences changed",
                true,
                false,
            ),
            (|_, expected, _| expected.recording = None, "recording removed", true, true),
            (|stamp, _, _| stamp.recording = None, "recording added", true, true),
            (
                |_, expected, _| expected.recording = Some(digest("r")),
                "recording changed (image has ",
                true,
                true,
            ),
            (
                |_, expected, _| {
                    expected.dependencies.insert([0; 16], ("Base".into(), None));
                },
                "dependency changed: Base (no valid image)",
                true,
                false,
            ),
            (
                |_, expected, _| {
                    expected.dependencies.insert([1; 16], ("Json".into(), None));
                },
                "dependency added: Json",
                true,
                false,
            ),
        ];
        let (stamp, expected, disk) = sample();
        assert_eq!(judge(&stamp, &expected, &disk), []);
        for (change, sentence, code, heap) in table {
            let (mut stamp, mut expected, mut disk) = sample();
            change(&mut stamp, &mut expected, &mut disk);
            let reasons = judge(&stamp, &expected, &disk);
            assert_eq!(reasons.len(), 1, "{sentence}: {reasons:?}");
            let said = reasons[0].to_string();
            assert!(said.starts_with(sentence), "{said:?} for {sentence:?}");
            assert_eq!(
                (reasons[0].keeps_code(), reasons[0].keeps_heap()),
                (*code, *heap),
                "{said}"
            );
        }
    }
}
