//! The four kinds of number that the functions are for.

use std::ops::{AddAssign, MulAssign, Neg, SubAssign};

use faer::traits::ComplexField;
use num_complex::Complex;
use num_traits::{Float, Num};

/// `f32`, `f64`, or a complex number of them.
pub trait Scalar:
    ComplexField
    + Num
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Copy
    + Send
    + Sync
    + 'static
{
    /// The type of the real and the imaginary part.
    type Part: Scalar<Part = Self::Part> + Float;

    const COMPLEX: bool;
    fn from_part(re: Self::Part) -> Self;
    /// The imaginary part is left out where there is none.
    fn from_parts(re: Self::Part, im: Self::Part) -> Self;
    fn re(self) -> Self::Part;
    fn im(self) -> Self::Part;
    fn conjugate(self) -> Self;

    fn modulus(self) -> Self::Part {
        if Self::COMPLEX { self.re().hypot(self.im()) } else { Float::abs(self.re()) }
    }
    /// The sum of the parts' absolute values, by which BLAS compares.
    fn taxicab(self) -> Self::Part {
        Float::abs(self.re()) + Float::abs(self.im())
    }
    fn scaled(self, by: Self::Part) -> Self {
        Self::from_parts(self.re() * by, self.im() * by)
    }
    fn number(n: usize) -> Self::Part {
        <Self::Part as num_traits::NumCast>::from(n).unwrap_or_else(Self::Part::infinity)
    }
}

macro_rules! scalars {
    ($($part:ty),*) => {$(
        impl Scalar for $part {
            type Part = $part;
            const COMPLEX: bool = false;
            fn from_part(re: $part) -> Self {
                re
            }
            fn from_parts(re: $part, _: $part) -> Self {
                re
            }
            fn re(self) -> $part {
                self
            }
            fn im(self) -> $part {
                0.0
            }
            fn conjugate(self) -> Self {
                self
            }
        }
        impl Scalar for Complex<$part> {
            type Part = $part;
            const COMPLEX: bool = true;
            fn from_part(re: $part) -> Self {
                Complex::new(re, 0.0)
            }
            fn from_parts(re: $part, im: $part) -> Self {
                Complex::new(re, im)
            }
            fn re(self) -> $part {
                self.re
            }
            fn im(self) -> $part {
                self.im
            }
            fn conjugate(self) -> Self {
                self.conj()
            }
        }
    )*};
}
scalars!(f32, f64);
