//! CPUs and their features: what `--target-cpu` may say, and what this machine has.
//!
//! The names of features are rustc's, those of CPUs are Cranelift's (and LLVM's). Only features count that the code
//! generator makes use of; what it calls them stands in `crates/codegen`, where a test compares the two lists.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The features, by name, each with those that it takes for granted.
pub const FEATURES: [(&str, &[&str]); 19] = [
    ("avx", &["sse4.2"]),
    ("avx2", &["avx"]),
    ("avx512bitalg", &["avx512f"]),
    ("avx512dq", &["avx512f"]),
    ("avx512f", &["avx2", "fma"]),
    ("avx512vbmi", &["avx512f"]),
    ("avx512vl", &["avx512f"]),
    ("avx512vnni", &["avx512f"]),
    ("avxvnni", &["avx2"]),
    ("bmi1", &[]),
    ("bmi2", &[]),
    ("cmpxchg16b", &[]),
    ("fma", &["avx"]),
    ("lzcnt", &[]),
    ("popcnt", &[]),
    ("sse3", &[]),
    ("sse4.1", &["ssse3"]),
    ("sse4.2", &["sse4.1"]),
    ("ssse3", &["sse3"]),
];

/// What runs everywhere: x86-64-v2, which every CPU since 2009 is.
const GENERIC: &str = "generic";
/// What this machine has.
const NATIVE: &str = "native";

/// CPUs: their names, one that they have all the features of, and what they have besides.
const CPUS: [(&[&str], &str, &[&str]); 26] = [
    (&["x86-64", "baseline", "opteron", "k8", "athlon64", "athlon-fx"], "", &[]),
    (
        &["nocona", "core2", "opteron-sse3", "k8-sse3", "athlon64-sse3"],
        "x86-64",
        &["cmpxchg16b", "sse3"],
    ),
    (&["penryn"], "nocona", &["sse4.1"]),
    (&["atom", "bonnell"], "nocona", &["ssse3"]),
    (&["x86-64-v2", GENERIC, "nehalem", "corei7", "westmere"], "penryn", &["popcnt", "sse4.2"]),
    (&["silvermont", "slm", "goldmont", "goldmont-plus", "tremont"], "nehalem", &[]),
    (&["sandybridge", "corei7-avx", "ivybridge", "core-avx-i"], "nehalem", &["avx"]),
    (
        &["x86-64-v3", "haswell", "core-avx2", "broadwell", "skylake"],
        "sandybridge",
        &["avx2", "bmi1", "bmi2", "fma", "lzcnt"],
    ),
    (
        &["alderlake", "sierraforest", "grandridge", "raptorlake", "meteorlake"],
        "haswell",
        &["avxvnni"],
    ),
    (&["knl", "knm"], "haswell", &["avx512f"]),
    (&["x86-64-v4", "skylake-avx512", "skx"], "skylake", &["avx512dq", "avx512f", "avx512vl"]),
    (&["cascadelake", "cooperlake"], "skylake-avx512", &["avx512vnni"]),
    (&["cannonlake"], "skylake-avx512", &["avx512vbmi"]),
    (
        &["icelake", "icelake-client", "icelake-server", "tigerlake"],
        "cannonlake",
        &["avx512bitalg", "avx512vnni"],
    ),
    (&["sapphirerapids", "graniterapids"], "icelake", &["avxvnni"]),
    (&["barcelona", "amdfam10"], "nocona", &["lzcnt", "popcnt"]),
    (&["btver1"], "barcelona", &["ssse3"]),
    (&["btver2"], "btver1", &["avx", "bmi1"]),
    (&["bdver1"], "btver1", &["avx"]),
    (&["bdver2"], "bdver1", &["bmi1", "fma"]),
    (&["bdver3"], "bdver2", &[]),
    (&["bdver4"], "bdver3", &["avx2", "bmi2"]),
    (&["znver1"], "haswell", &[]),
    (&["znver2"], "znver1", &[]),
    (&["znver3"], "znver2", &[]),
    (
        &["znver4"],
        "znver3",
        &["avx512bitalg", "avx512dq", "avx512f", "avx512vbmi", "avx512vl", "avx512vnni"],
    ),
];

/// A CPU, as `--target-cpu` names it: `generic`, `native`, or a name, and features that it has besides
/// (`+avx2`) or not (`-fma`), separated by commas. Features alone are meant to be added to `generic`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    name: &'static str,
    /// What was added (true) or taken away, by name: the last word on each.
    changes: Vec<(&'static str, bool)>,
    features: BTreeSet<&'static str>,
}

/// Why that is no CPU.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpuError {
    /// No CPU is called so, nor a feature.
    #[error("no CPU or feature is called {found}; CPUs: {cpus}; features: {features}", cpus = cpu_names(), features = feature_names())]
    Unknown {
        /// What was found.
        found: String,
    },
    /// This machine is no such CPU.
    #[error("this machine has no {}", .features.join(", "))]
    Absent {
        /// What it lacks.
        features: Vec<&'static str>,
    },
    /// A CPU's name after the beginning.
    #[error("{found} is a CPU, which stands first; + or - is for features: {features}", features = feature_names())]
    Later {
        /// What was found.
        found: String,
    },
}

/// The known names of CPUs, for people.
fn cpu_names() -> String {
    let named = CPUS.iter().flat_map(|(names, ..)| names.iter().copied());
    let mut named: Vec<&str> = named.filter(|name| *name != GENERIC).collect();
    named.sort_unstable();
    format!("{GENERIC}, {NATIVE}, {}", named.join(", "))
}

/// The names of the features, for people.
fn feature_names() -> String {
    let names: Vec<&str> = FEATURES.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

fn feature(name: &str) -> Option<(&'static str, &'static [&'static str])> {
    FEATURES.into_iter().find(|(known, _)| *known == name)
}

/// A CPU's own name, and its features.
fn cpu(name: &str) -> Option<(&'static str, BTreeSet<&'static str>)> {
    if name == NATIVE {
        return Some((NATIVE, of_this_machine().into_iter().collect()));
    }
    let (names, base, more) = CPUS.iter().find(|(names, ..)| names.contains(&name))?;
    let own = names.iter().find(|known| **known == name)?;
    let mut features = cpu(base).map(|(_, features)| features).unwrap_or_default();
    for name in *more {
        add(&mut features, name);
    }
    Some((own, features))
}

/// Adds a feature, and what it takes for granted.
fn add(features: &mut BTreeSet<&'static str>, name: &str) {
    if let Some((name, needs)) = feature(name)
        && features.insert(name)
    {
        needs.iter().for_each(|needed| add(features, needed));
    }
}

/// Takes a feature away, and what takes it for granted.
fn remove(features: &mut BTreeSet<&'static str>, name: &str) {
    if features.remove(name) {
        let relying = FEATURES.iter().filter(|(_, needs)| needs.contains(&name));
        relying.for_each(|(other, _)| remove(features, other));
    }
}

impl Cpu {
    /// Its features beyond what every CPU of its architecture has, sorted.
    #[must_use]
    pub fn features(&self) -> Vec<String> {
        self.features.iter().map(|name| (*name).to_owned()).collect()
    }

    /// A CPU whose code can run on this machine.
    ///
    /// # Errors
    /// If there is no such CPU, or this machine lacks what it has.
    pub fn to_run_here(text: &str) -> Result<Cpu, CpuError> {
        let cpu: Cpu = text.parse()?;
        let features = cpu.features.iter().copied().filter(|name| !is_here(name));
        match features.collect::<Vec<_>>() {
            absent if absent.is_empty() => Ok(cpu),
            features => Err(CpuError::Absent { features }),
        }
    }
}

impl Default for Cpu {
    fn default() -> Self {
        let (name, features) = cpu(GENERIC).unwrap_or((GENERIC, BTreeSet::new()));
        Cpu { name, changes: Vec::new(), features }
    }
}

impl FromStr for Cpu {
    type Err = CpuError;

    fn from_str(text: &str) -> Result<Self, CpuError> {
        let mut found = Cpu::default();
        for (at, part) in text.split(',').map(str::trim).enumerate() {
            if let (0, Some((name, features))) = (at, cpu(part)) {
                (found.name, found.features) = (name, features);
                continue;
            }
            let (bare, wanted) = match part.strip_prefix('-') {
                Some(bare) => (bare, false),
                None => (part.strip_prefix('+').unwrap_or(part), true),
            };
            let Some((name, _)) = feature(bare) else {
                let part = part.to_owned();
                return Err(match cpu(bare) {
                    Some(_) => CpuError::Later { found: part },
                    None => CpuError::Unknown { found: part },
                });
            };
            let change = if wanted { add } else { remove };
            change(&mut found.features, name);
            found.changes.retain(|(known, _)| *known != name);
            found.changes.push((name, wanted));
        }
        Ok(found)
    }
}

/// As it is written in stamps and read again.
impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        for (name, wanted) in &self.changes {
            write!(f, ",{}{name}", if *wanted { '+' } else { '-' })?;
        }
        Ok(())
    }
}

/// The features of this machine, sorted.
#[must_use]
pub fn of_this_machine() -> Vec<&'static str> {
    FEATURES.into_iter().map(|(name, _)| name).filter(|name| is_here(name)).collect()
}

#[cfg(target_arch = "x86_64")]
fn is_here(name: &str) -> bool {
    macro_rules! detect {
        ($($name:tt),*) => {
            match name {
                $($name => std::arch::is_x86_feature_detected!($name),)*
                _ => false,
            }
        };
    }
    detect!(
        "avx",
        "avx2",
        "avx512bitalg",
        "avx512dq",
        "avx512f",
        "avx512vbmi",
        "avx512vl",
        "avx512vnni",
        "avxvnni",
        "bmi1",
        "bmi2",
        "cmpxchg16b",
        "fma",
        "lzcnt",
        "popcnt",
        "sse3",
        "sse4.1",
        "sse4.2",
        "ssse3"
    )
}

#[cfg(not(target_arch = "x86_64"))]
fn is_here(_name: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(text: &str) -> String {
        text.parse::<Cpu>().unwrap().features().join(" ")
    }

    #[test]
    fn lists_are_sorted_and_complete() {
        assert!(FEATURES.is_sorted_by(|(a, _), (b, _)| a < b));
        for (name, needs) in FEATURES {
            assert!(needs.iter().all(|needed| feature(needed).is_some()), "{name}");
        }
        for (names, base, more) in CPUS {
            assert!(base.is_empty() || cpu(base).is_some(), "{names:?}");
            assert!(more.iter().all(|name| feature(name).is_some()), "{names:?}");
        }
        assert!(of_this_machine().is_sorted());
    }

    #[test]
    fn what_a_cpu_has() {
        let table = [
            ("generic", "cmpxchg16b popcnt sse3 sse4.1 sse4.2 ssse3"),
            ("x86-64", ""),
            ("x86-64,+fma", "avx fma sse3 sse4.1 sse4.2 ssse3"),
            ("lzcnt", "cmpxchg16b lzcnt popcnt sse3 sse4.1 sse4.2 ssse3"),
            ("haswell,-avx", "bmi1 bmi2 cmpxchg16b lzcnt popcnt sse3 sse4.1 sse4.2 ssse3"),
            ("nehalem, -sse3, +ssse3", "cmpxchg16b popcnt sse3 ssse3"),
        ];
        for (text, expected) in table {
            assert_eq!(features(text), expected, "{text}");
        }
        assert_eq!(features("native"), of_this_machine().join(" "));
    }

    #[test]
    fn what_is_written_is_read() {
        let table = [
            ("generic", "generic"),
            ("+bmi2", "generic,+bmi2"),
            ("bmi2,-bmi2,fma", "generic,-bmi2,+fma"),
            ("haswell,-fma", "haswell,-fma"),
            ("native", "native"),
        ];
        for (text, expected) in table {
            let cpu: Cpu = text.parse().unwrap();
            assert_eq!(cpu.to_string(), expected);
            assert_eq!(cpu.to_string().parse(), Ok(cpu));
        }
    }

    #[test]
    fn what_is_unknown_is_named_with_what_is_known() {
        let error = |text: &str| text.parse::<Cpu>().unwrap_err().to_string();
        let said = error("haswel");
        assert!(said.starts_with("no CPU or feature is called haswel; CPUs: generic, native, "));
        assert!(said.contains("haswell, ") && said.contains("features: avx, avx2, "), "{said}");
        assert!(error("generic,+quantum").starts_with("no CPU or feature is called +quantum;"));
        assert!(error("generic,haswell").starts_with("haswell is a CPU, which stands first;"));
        assert_eq!(Cpu::to_run_here("native").map(|cpu| cpu.to_string()), Ok("native".to_owned()));
        let absent = CpuError::Absent { features: vec!["avx", "fma"] };
        assert_eq!(absent.to_string(), "this machine has no avx, fma");
        assert!(error("").starts_with("no CPU or feature is called ;"));
    }
}
