//! What running a piece of code may do, besides returning its result.

/// What is known not to happen. All `true` is a function that only computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effects {
    /// The same arguments (up to `===`) give the same result (up to `===`).
    pub consistent: bool,
    /// Nothing changes that could be seen from outside.
    pub effect_free: bool,
    /// It never throws.
    pub nothrow: bool,
    /// It always ends.
    pub terminates: bool,
}

impl Effects {
    /// Only computes.
    pub const TOTAL: Effects =
        Effects { consistent: true, effect_free: true, nothrow: true, terminates: true };
    /// Only computes, or throws.
    pub const THROWS: Effects = Effects { nothrow: false, ..Effects::TOTAL };
    /// Anything may happen.
    pub const UNKNOWN: Effects =
        Effects { consistent: false, effect_free: false, nothrow: false, terminates: false };

    /// Of both, one after the other.
    pub fn and(self, other: Effects) -> Effects {
        Effects {
            consistent: self.consistent && other.consistent,
            effect_free: self.effect_free && other.effect_free,
            nothrow: self.nothrow && other.nothrow,
            terminates: self.terminates && other.terminates,
        }
    }

    /// Whether a call with constant arguments may be made while inferring.
    pub fn is_foldable(self) -> bool {
        self.consistent && self.effect_free && self.terminates
    }

    /// Whether a call whose result is not used may be left out.
    pub fn is_removable(self) -> bool {
        self.effect_free && self.nothrow && self.terminates
    }

    /// As bits, for code instances.
    pub fn bits(self) -> u32 {
        u32::from(self.consistent)
            | u32::from(self.effect_free) << 1
            | u32::from(self.nothrow) << 2
            | u32::from(self.terminates) << 3
    }

    /// From bits.
    pub fn from_bits(bits: u32) -> Effects {
        Effects {
            consistent: bits & 1 != 0,
            effect_free: bits & 2 != 0,
            nothrow: bits & 4 != 0,
            terminates: bits & 8 != 0,
        }
    }
}
