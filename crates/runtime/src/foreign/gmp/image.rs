//! A `BigInt` in an image: the object, and its limbs behind it.
//!
//! What is written is the value: sign, number of limbs and limbs, never an address or spare memory. The limbs lie eight
//! bytes off a multiple of 16, where no block of the C library's memory begins, so that GMP's memory functions tell them
//! from those ([`super::memory`]) by their address alone: whichever number holds them (`mpz_swap` exchanges them), however
//! many images there are, and wherever these are mapped.

use crate::known::known;
use crate::object::{DataType, Module};
use crate::value::{Gc, Value};

/// Where the limbs begin in what is written.
pub const LIMBS_AT: usize = 24;
/// Where the address of the limbs stands in the object.
pub const ADDRESS_AT: usize = 8;

/// Whether limbs at this address lie in an image.
pub(super) fn holds(address: usize) -> bool {
    address % 16 == 8
}

/// Base's type of integers of any size, once it is there.
pub fn big_int() -> Option<Gc<DataType>> {
    let base = known().base_module.cast::<Module>()?;
    base.global("BigInt")?.cast::<DataType>()
}

/// What the object of a number holds: GMP's `mpz_t`.
struct Number {
    size: i32,
    limbs: *const u64,
}

impl Number {
    fn of(object: Value) -> Number {
        // SAFETY: the object of a `BigInt` has these words.
        unsafe {
            Number { size: object.read(4), limbs: object.read::<usize>(ADDRESS_AT) as *const u64 }
        }
    }

    fn limbs(&self) -> &[u64] {
        let count = self.size.unsigned_abs() as usize;
        if count == 0 || self.limbs.is_null() {
            // GMP looks at a limb of zero, too.
            return &[0];
        }
        // SAFETY: a number has as many limbs as its size says.
        unsafe { std::slice::from_raw_parts(self.limbs, count) }
    }
}

/// How many bytes a number takes.
pub fn size(object: Value) -> usize {
    LIMBS_AT + Number::of(object).limbs().len() * 8
}

/// A number as it is written, but for the address of its limbs.
pub fn bytes(object: Value) -> Vec<u8> {
    let number = Number::of(object);
    let limbs = number.limbs();
    let mut bytes = Vec::with_capacity(LIMBS_AT + limbs.len() * 8);
    let size = if number.limbs.is_null() { 0 } else { number.size };
    bytes.extend((limbs.len() as i32).to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.resize(LIMBS_AT, 0);
    for limb in limbs {
        bytes.extend(limb.to_le_bytes());
    }
    bytes
}
