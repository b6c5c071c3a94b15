//! What machine code is made for, and how hard the compiler tries.
//!
//! Both travel in every request and enter the store's key: code for another target is other code.

use crate::named::named_enum;
use serde::{Deserialize, Serialize};

/// A machine: the triple and the CPU features beyond the triple's own baseline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// For example `x86_64-unknown-linux-gnu`.
    pub triple: String,
    /// Names as in `/proc/cpuinfo` and rustc (`sse4.2`, `avx2`, `fma`), sorted, without duplicates.
    pub features: Vec<String>,
}

/// The features that the compiler makes use of, by name.
pub const FEATURES: [&str; 11] =
    ["avx", "avx2", "bmi1", "bmi2", "fma", "lzcnt", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3"];

impl Target {
    /// The machine on which images run everywhere: x86-64-v2, which every CPU since 2009 is.
    pub fn baseline() -> Target {
        Target::with_features(["popcnt", "sse3", "sse4.1", "sse4.2", "ssse3"])
    }

    /// The machine that this process runs on.
    pub fn host() -> Target {
        Target::with_features(FEATURES.into_iter().filter(|f| has_feature(f)))
    }

    fn with_features<'a>(features: impl IntoIterator<Item = &'a str>) -> Target {
        let mut features: Vec<String> = features.into_iter().map(str::to_owned).collect();
        features.sort();
        Target { triple: "x86_64-unknown-linux-gnu".to_owned(), features }
    }

    /// The first feature that this process' CPU lacks, if there is one.
    pub fn missing_feature(&self) -> Option<&str> {
        self.features.iter().map(String::as_str).find(|f| !has_feature(f))
    }
}

#[cfg(target_arch = "x86_64")]
fn has_feature(name: &str) -> bool {
    use std::arch::is_x86_feature_detected as detected;
    match name {
        "avx" => detected!("avx"),
        "avx2" => detected!("avx2"),
        "bmi1" => detected!("bmi1"),
        "bmi2" => detected!("bmi2"),
        "fma" => detected!("fma"),
        "lzcnt" => detected!("lzcnt"),
        "popcnt" => detected!("popcnt"),
        "sse3" => detected!("sse3"),
        "sse4.1" => detected!("sse4.1"),
        "sse4.2" => detected!("sse4.2"),
        "ssse3" => detected!("ssse3"),
        _ => false,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn has_feature(_name: &str) -> bool {
    false
}

named_enum! {
    /// How hard the compiler tries.
    pub enum OptLevel {
        /// Quick to compile.
        None = "none",
        /// For images.
        Speed = "speed",
    }
}
