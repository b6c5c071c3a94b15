//! LAPACK: eigenvalues of symmetric and Hermitian matrices, by faer.
//!
//! The last entry of a vector is real and not negative, where it is not nothing but rounding: LAPACK promises no sign.

use std::cmp::Ordering;

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, ComputeEigenvectors};
use faer::prelude::Reborrow;
use faer::{Mat, MatMut, MatRef, Par};
use num_traits::{Float, One};

use crate::call::{Illegal, Int, Uplo, job, lapack, leading, matrix_mut, size, uplo};
use crate::scalar::Scalar;

fn asked(vectors: bool) -> ComputeEigenvectors {
    if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No }
}
fn has_only_numbers<T: Scalar>(a: MatRef<'_, T>) -> bool {
    (0..a.ncols()).all(|j| (0..a.nrows()).all(|i| Float::is_finite(a[(i, j)].taxicab())))
}

/// Of a diagonal matrix: the entries themselves, which faer scales and so rounds.
fn of_diagonal<T: Scalar>(lower: MatRef<'_, T>, vectors: bool) -> Option<(Vec<T::Part>, Mat<T>)> {
    let n = lower.nrows();
    if (0..n).any(|j| (j + 1..n).any(|i| !lower[(i, j)].is_zero())) {
        return None;
    }
    let entry = |i: usize| lower[(i, i)].re();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| entry(i).partial_cmp(&entry(j)).unwrap_or(Ordering::Equal));
    let mut u = Mat::<T>::zeros(n, if vectors { n } else { 0 });
    if vectors {
        for (j, &i) in order.iter().enumerate() {
            u[(i, j)] = T::one();
        }
    }
    Some((order.into_iter().map(entry).collect(), u))
}

/// The eigenvalues of the Hermitian matrix of which a triangle is stored, in ascending order, and the vectors.
fn hermitian<T: Scalar>(
    a: MatRef<'_, T>,
    uplo: Uplo,
    vectors: bool,
) -> Option<(Vec<T::Part>, Mat<T>)> {
    let n = a.nrows();
    if n == 0 {
        return Some((Vec::new(), Mat::zeros(0, 0)));
    }
    // faer reads the lower triangle.
    let lower = Mat::<T>::from_fn(n, n, |i, j| match uplo {
        Uplo::Lower if i >= j => a[(i, j)],
        Uplo::Upper if i >= j => a[(j, i)].conjugate(),
        _ => T::zero(),
    });
    if !has_only_numbers(lower.as_ref()) {
        return None;
    }
    if let Some(sorted) = of_diagonal(lower.as_ref(), vectors) {
        return Some(sorted);
    }
    let wanted =
        evd::self_adjoint_evd_scratch::<T>(n, asked(vectors), Par::Seq, Default::default());
    let mut memory = MemBuffer::new(wanted);
    let stack = MemStack::new(&mut memory);
    let mut values = Diag::<T>::zeros(n);
    let mut u = Mat::<T>::zeros(n, if vectors { n } else { 0 });
    let u_mut = vectors.then(|| u.as_mut());
    let (lower, values_mut) = (lower.as_ref(), values.as_mut());
    evd::self_adjoint_evd(lower, values_mut, u_mut, Par::Seq, stack, Default::default()).ok()?;
    for j in 0..u.ncols() {
        let last = u[(n - 1, j)];
        let size = last.modulus();
        // A last entry that is none but for rounding says nothing.
        if size > T::Part::epsilon() * T::number(n) {
            let turn = last.conjugate().scaled(size.recip());
            for i in 0..n {
                u[(i, j)] *= turn;
            }
            u[(n - 1, j)] = T::from_part(size);
        }
    }
    Some(((0..n).map(|i| values[i].re()).collect(), u))
}

fn store<T: Scalar>(from: MatRef<'_, T>, mut to: MatMut<'_, T>) {
    for j in 0..from.ncols() {
        for i in 0..from.nrows() {
            to[(i, j)] = from[(i, j)];
        }
    }
}

/// All eigenvalues to `w`, the vectors in place of the matrix.
unsafe fn all<T: Scalar>(
    name: &str,
    jobz: *const u8,
    triangle: *const u8,
    n: *const Int,
    (a, lda): (*mut T, *const Int),
    w: *mut T::Part,
    is_query: bool,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    unsafe {
        lapack(name, info, || {
            let vectors = job(jobz, b"NV", 1)? == b'V';
            let uplo = uplo(triangle, 2)?;
            let n = size(n, 3)?;
            let a = matrix_mut(a, n, n, leading(lda, n, 5)?);
            if is_query {
                return Ok(0);
            }
            let Some((values, u)) = hermitian(a.rb(), uplo, vectors) else { return Ok(1) };
            std::slice::from_raw_parts_mut(w, n).copy_from_slice(&values);
            store(u.as_ref(), a);
            Ok(0)
        });
    }
}
pub unsafe extern "C" fn syev<T: Scalar>(
    jobz: *const u8,
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    w: *mut T::Part,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe {
        *work = T::one();
        all("syev", jobz, triangle, n, (a, lda), w, *lwork == -1, info);
    }
}
pub unsafe extern "C" fn heev<T: Scalar>(
    jobz: *const u8,
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    w: *mut T::Part,
    work: *mut T,
    lwork: *const Int,
    _rwork: *mut T::Part,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe { syev(jobz, triangle, n, a, lda, w, work, lwork, info) }
}
pub unsafe extern "C" fn syevd<T: Scalar>(
    jobz: *const u8,
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    w: *mut T::Part,
    work: *mut T,
    lwork: *const Int,
    iwork: *mut Int,
    liwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe {
        *work = T::one();
        *iwork = 1;
        all("syevd", jobz, triangle, n, (a, lda), w, *lwork == -1 || *liwork == -1, info);
    }
}
pub unsafe extern "C" fn heevd<T: Scalar>(
    jobz: *const u8,
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    w: *mut T::Part,
    work: *mut T,
    lwork: *const Int,
    rwork: *mut T::Part,
    lrwork: *const Int,
    iwork: *mut Int,
    liwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe {
        *work = T::one();
        *rwork = T::Part::one();
        *iwork = 1;
        let is_query = *lwork == -1 || *lrwork == -1 || *liwork == -1;
        all("heevd", jobz, triangle, n, (a, lda), w, is_query, info);
    }
}

pub unsafe extern "C" fn syevr<T: Scalar>(
    jobz: *const u8,
    range: *const u8,
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    vl: *const T::Part,
    vu: *const T::Part,
    il: *const Int,
    iu: *const Int,
    _abstol: *const T::Part,
    m: *mut Int,
    w: *mut T::Part,
    z: *mut T,
    ldz: *const Int,
    isuppz: *mut Int,
    work: *mut T,
    lwork: *const Int,
    iwork: *mut Int,
    liwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        lapack("syevr", info, || {
            let vectors = job(jobz, b"NV", 1)? == b'V';
            let range = job(range, b"AVI", 2)?;
            let uplo = uplo(triangle, 3)?;
            let n = size(n, 4)?;
            let a = matrix_mut(a, n, n, leading(lda, n, 6)?);
            let of_value = |value: T::Part| *vl < value && value <= *vu;
            if range == b'V' && n > 0 && (*vu).partial_cmp(&*vl) != Some(Ordering::Greater) {
                return Err(Illegal(8));
            }
            let places = if range == b'I' {
                if *il < 1 || *il > (n as Int).max(1) {
                    return Err(Illegal(9));
                }
                if *iu < (n as Int).min(*il) || *iu > n as Int {
                    return Err(Illegal(10));
                }
                *il as usize - 1..*iu as usize
            } else {
                0..n
            };
            let ldz = leading(ldz, if vectors { n } else { 1 }, 15)?;
            *work = T::one();
            *iwork = 1;
            if *lwork == -1 || *liwork == -1 {
                return Ok(0);
            }
            let Some((values, u)) = hermitian(a.rb(), uplo, vectors) else { return Ok(1) };
            let chosen: Vec<usize> =
                places.filter(|&i| range != b'V' || of_value(values[i])).collect();
            *m = chosen.len() as Int;
            for (at, &i) in chosen.iter().enumerate() {
                *w.add(at) = values[i];
                if vectors {
                    let mut to = matrix_mut(z, n, chosen.len(), ldz);
                    for row in 0..n {
                        to[(row, at)] = u[(row, i)];
                    }
                    // No entry is known to be zero.
                    *isuppz.add(2 * at) = 1;
                    *isuppz.add(2 * at + 1) = n as Int;
                }
            }
            Ok(0)
        });
    }
}
pub unsafe extern "C" fn heevr<T: Scalar>(
    jobz: *const u8,
    range: *const u8,
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    vl: *const T::Part,
    vu: *const T::Part,
    il: *const Int,
    iu: *const Int,
    abstol: *const T::Part,
    m: *mut Int,
    w: *mut T::Part,
    z: *mut T,
    ldz: *const Int,
    isuppz: *mut Int,
    work: *mut T,
    lwork: *const Int,
    rwork: *mut T::Part,
    lrwork: *const Int,
    iwork: *mut Int,
    liwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe {
        *rwork = T::Part::one();
        let lwork = if *lrwork == -1 { lrwork } else { lwork };
        syevr(
            jobz, range, triangle, n, a, lda, vl, vu, il, iu, abstol, m, w, z, ldz, isuppz, work,
            lwork, iwork, liwork, info,
        );
    }
}
