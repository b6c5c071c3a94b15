//! What machine code is made for, and how hard the compiler tries.
//!
//! Both travel in every request and enter the store's key: code for another target is other code.

use crate::cpu::{self, Cpu};
use crate::named::named_enum;
use serde::{Deserialize, Serialize};

/// A machine: the triple and the CPU features beyond the triple's own baseline.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// For example `x86_64-unknown-linux-gnu`.
    pub triple: String,
    /// Names of [`cpu::FEATURES`], sorted, without duplicates.
    pub features: Vec<String>,
}

impl Target {
    /// A machine like this one, with the features of a CPU.
    pub fn of(cpu: &Cpu) -> Target {
        Target { triple: "x86_64-unknown-linux-gnu".to_owned(), features: cpu.features() }
    }

    /// The machine on which images run everywhere: x86-64-v2, which every CPU since 2009 is.
    pub fn baseline() -> Target {
        Target::of(&Cpu::default())
    }

    /// The machine that this process runs on.
    pub fn host() -> Target {
        let features = cpu::of_this_machine().into_iter().map(str::to_owned).collect();
        Target { features, ..Target::baseline() }
    }
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
