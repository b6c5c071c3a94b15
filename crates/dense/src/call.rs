//! How a call comes in: Fortran's convention, where every argument is a pointer, and letters are options.
//!
//! What a caller can get wrong is looked at as the reference implementation does: a BLAS function says so on the
//! standard error stream and does nothing, a LAPACK function sets `info` to minus the argument's position. Sizes
//! that memory does not have cannot be seen, here as there.

use std::panic::{self, AssertUnwindSafe};
use std::sync::OnceLock;

use faer::{Conj, MatMut, MatRef};

use crate::scalar::Scalar;

/// An integer of the interface.
pub type Int = i64;

/// The position of an argument that has an illegal value, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Illegal(pub Int);

pub type Checked<T> = Result<T, Illegal>;

/// Told of a failure inside of the library, which the function's caller has to learn of.
static FAILED: OnceLock<fn(&str)> = OnceLock::new();

/// Says what is called when a function fails where it never should. Only the first call counts.
pub fn on_failure(hook: fn(&str)) {
    let _ = FAILED.set(hook);
}

/// Runs `body`, out of which no panic gets.
fn guarded<R>(name: &str, body: impl FnOnce() -> R) -> Option<R> {
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    if result.is_err() {
        match FAILED.get() {
            Some(hook) => hook(&format!("{name}: failure inside of the library")),
            // Nobody would know that the result is none.
            None => std::process::abort(),
        }
    }
    result.ok()
}

/// The letter that a function's name begins with.
pub fn letter<T: Scalar>() -> char {
    match (T::COMPLEX, size_of::<T::Part>()) {
        (false, 4) => 'S',
        (false, _) => 'D',
        (true, 4) => 'C',
        (true, _) => 'Z',
    }
}

/// Runs a function of BLAS.
pub fn blas<T: Scalar>(name: &str, body: impl FnOnce() -> Checked<()>) {
    if let Some(Err(Illegal(position))) = guarded(name, body) {
        let letter = letter::<T>();
        eprintln!(
            " ** On entry to {letter}{name:<5} parameter number {position:>2} had an illegal value"
        );
    }
}

/// Runs a function of LAPACK, which gives its `info`.
///
/// # Safety
/// `info` can be written.
pub unsafe fn lapack(name: &str, info: *mut Int, body: impl FnOnce() -> Checked<Int>) {
    let value = match guarded(name, body) {
        Some(Ok(value)) => value,
        Some(Err(Illegal(position))) => -position,
        None => Int::MIN,
    };
    // SAFETY: as the caller promises.
    unsafe { *info = value };
}

/// A size.
///
/// # Safety
/// `at` can be read.
pub unsafe fn size(at: *const Int, position: Int) -> Checked<usize> {
    // SAFETY: as the caller promises.
    usize::try_from(unsafe { *at }).map_err(|_| Illegal(position))
}

/// The distance of two columns, of which each has `rows` elements.
///
/// # Safety
/// `at` can be read.
pub unsafe fn leading(at: *const Int, rows: usize, position: Int) -> Checked<usize> {
    // SAFETY: as the caller promises.
    let ld = unsafe { size(at, position) }?;
    if ld >= rows.max(1) { Ok(ld) } else { Err(Illegal(position)) }
}

/// What is done to a matrix before it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    None,
    Transpose,
    Adjoint,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uplo {
    Upper,
    Lower,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// # Safety
/// `at` can be read.
unsafe fn option<R: Copy>(at: *const u8, among: &[(u8, R)], position: Int) -> Checked<R> {
    // SAFETY: as the caller promises.
    let letter = unsafe { *at }.to_ascii_uppercase();
    among.iter().find(|(l, _)| *l == letter).map(|(_, r)| *r).ok_or(Illegal(position))
}
/// # Safety
/// `at` can be read.
pub unsafe fn op(at: *const u8, position: Int) -> Checked<Op> {
    // SAFETY: as the caller promises.
    unsafe { option(at, &[(b'N', Op::None), (b'T', Op::Transpose), (b'C', Op::Adjoint)], position) }
}
/// # Safety
/// `at` can be read.
pub unsafe fn uplo(at: *const u8, position: Int) -> Checked<Uplo> {
    // SAFETY: as the caller promises.
    unsafe { option(at, &[(b'U', Uplo::Upper), (b'L', Uplo::Lower)], position) }
}
/// # Safety
/// `at` can be read.
pub unsafe fn side(at: *const u8, position: Int) -> Checked<Side> {
    // SAFETY: as the caller promises.
    unsafe { option(at, &[(b'L', Side::Left), (b'R', Side::Right)], position) }
}
/// Whether the diagonal is one.
///
/// # Safety
/// `at` can be read.
pub unsafe fn unit(at: *const u8, position: Int) -> Checked<bool> {
    // SAFETY: as the caller promises.
    unsafe { option(at, &[(b'N', false), (b'U', true)], position) }
}
/// One of the letters of `among`.
///
/// # Safety
/// `at` can be read.
pub unsafe fn job(at: *const u8, among: &[u8], position: Int) -> Checked<u8> {
    // SAFETY: as the caller promises.
    let letter = unsafe { *at }.to_ascii_uppercase();
    if among.contains(&letter) { Ok(letter) } else { Err(Illegal(position)) }
}

/// # Safety
/// A matrix of this size lies at `at`, with `ld` elements from column to column, for as long as the result lives.
pub unsafe fn matrix<'a, T>(at: *const T, rows: usize, cols: usize, ld: usize) -> MatRef<'a, T> {
    // SAFETY: as the caller promises.
    unsafe { MatRef::from_raw_parts(at, rows, cols, 1, ld as isize) }
}
/// # Safety
/// As for [`matrix`], and nothing else uses it in the meantime.
pub unsafe fn matrix_mut<'a, T>(at: *mut T, rows: usize, cols: usize, ld: usize) -> MatMut<'a, T> {
    // SAFETY: as the caller promises.
    unsafe { MatMut::from_raw_parts_mut(at, rows, cols, 1, ld as isize) }
}

/// The matrix as `op` has it used, and whether it has to be conjugated.
pub fn applied<T>(op: Op, a: MatRef<'_, T>) -> (MatRef<'_, T>, Conj) {
    match op {
        Op::None => (a, Conj::No),
        Op::Transpose => (a.transpose(), Conj::No),
        Op::Adjoint => (a.transpose(), Conj::Yes),
    }
}

/// A vector, with a distance of its elements. With a negative one the last element comes first in memory.
#[derive(Clone, Copy)]
pub struct Vector<T> {
    first: *mut T,
    pub len: usize,
    step: isize,
}

impl<T: Scalar> Vector<T> {
    /// # Safety
    /// `len` elements lie from `at` on, `|step|` apart, for as long as the vector is used.
    pub unsafe fn new(at: *const T, len: usize, step: Int) -> Self {
        let step = step as isize;
        let at = at.cast_mut();
        let first = if step < 0 && len > 0 {
            at.wrapping_offset((1 - len as isize).wrapping_mul(step))
        } else {
            at
        };
        Vector { first, len, step }
    }
    /// # Safety
    /// As for [`Vector::new`], and `step` can be read.
    pub unsafe fn stepped(
        at: *const T,
        len: usize,
        step: *const Int,
        position: Int,
    ) -> Checked<Self> {
        // SAFETY: as the caller promises.
        let step = unsafe { *step };
        if step == 0 {
            return Err(Illegal(position));
        }
        // SAFETY: as the caller promises.
        Ok(unsafe { Self::new(at, len, step) })
    }
    pub fn get(&self, i: usize) -> T {
        debug_assert!(i < self.len);
        // SAFETY: the constructor's caller promised that the elements are there.
        unsafe { *self.first.offset(i as isize * self.step) }
    }
    pub fn set(&self, i: usize, value: T) {
        debug_assert!(i < self.len);
        // SAFETY: as above.
        unsafe { *self.first.offset(i as isize * self.step) = value }
    }
    /// As a matrix of one column.
    pub fn column<'a>(self) -> MatRef<'a, T> {
        // SAFETY: as above.
        unsafe { MatRef::from_raw_parts(self.first, self.len, 1, self.step, 0) }
    }
    /// As a matrix of one column.
    pub fn column_mut<'a>(self) -> MatMut<'a, T> {
        // SAFETY: as above.
        unsafe { MatMut::from_raw_parts_mut(self.first, self.len, 1, self.step, 0) }
    }
    /// Where the elements lie side by side.
    pub fn slice<'a>(self) -> Option<&'a [T]> {
        // SAFETY: as above.
        (self.step == 1).then(|| unsafe { std::slice::from_raw_parts(self.first, self.len) })
    }
}
