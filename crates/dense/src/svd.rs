//! LAPACK: singular values, by faer. The signs of the singular vectors are faer's.

use std::cmp::Ordering;

use faer::diag::{Diag, DiagMut};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{self, ComputeSvdVectors};
use faer::prelude::Reborrow;
use faer::{Mat, MatMut, MatRef, Par};
use num_traits::{Float, Zero};

use crate::call::{Checked, Illegal, Int, job, lapack, leading, matrix_mut, size};
use crate::scalar::Scalar;

/// Where vectors go: nowhere, as many as there are singular values, as many as the matrix has rows or columns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    None,
    Thin,
    Full,
}
impl Wanted {
    fn count(self, thin: usize, full: usize) -> usize {
        match self {
            Wanted::None => 0,
            Wanted::Thin => thin,
            Wanted::Full => full,
        }
    }
    fn for_faer(self) -> ComputeSvdVectors {
        match self {
            Wanted::None => ComputeSvdVectors::No,
            Wanted::Thin => ComputeSvdVectors::Thin,
            Wanted::Full => ComputeSvdVectors::Full,
        }
    }
}

/// Of a diagonal matrix: the entries themselves, which faer scales and so rounds.
fn of_diagonal<T: Scalar>(
    a: MatRef<'_, T>,
    values: &mut [T::Part],
    left: Wanted,
    right: Wanted,
) -> Option<(Mat<T>, Mat<T>)> {
    let (m, n) = (a.nrows(), a.ncols());
    let thin = m.min(n);
    if (0..n).any(|j| (0..m).any(|i| i != j && !a[(i, j)].is_zero())) {
        return None;
    }
    let size = |i: usize| a[(i, i)].modulus();
    let mut order: Vec<usize> = (0..thin).collect();
    order.sort_by(|&i, &j| size(j).partial_cmp(&size(i)).unwrap_or(Ordering::Equal));
    let mut u = Mat::<T>::zeros(m, left.count(thin, m));
    let mut v = Mat::<T>::zeros(n, right.count(thin, n));
    for (j, &i) in order.iter().enumerate() {
        values[j] = size(i);
        if left != Wanted::None {
            let phase = a[(i, i)].scaled(size(i).recip());
            u[(i, j)] = if size(i).is_zero() { T::one() } else { phase };
        }
        if right != Wanted::None {
            v[(i, j)] = T::one();
        }
    }
    for vectors in [&mut u, &mut v] {
        for j in thin..vectors.ncols() {
            vectors[(j, j)] = T::one();
        }
    }
    Some((u, v))
}

/// Left vectors, right vectors (as columns); none if the iteration does not end.
fn decompose<T: Scalar>(
    a: MatRef<'_, T>,
    values: &mut [T::Part],
    left: Wanted,
    right: Wanted,
) -> Option<(Mat<T>, Mat<T>)> {
    let (m, n) = (a.nrows(), a.ncols());
    let thin = m.min(n);
    let mut u = Mat::<T>::zeros(m, left.count(thin, m));
    let mut v = Mat::<T>::zeros(n, right.count(thin, n));
    let is_finite = (0..n).all(|j| (0..m).all(|i| Float::is_finite(a[(i, j)].taxicab())));
    if !is_finite {
        return None;
    }
    if thin == 0 {
        for (vectors, count) in [(&mut u, m), (&mut v, n)] {
            for i in 0..vectors.ncols().min(count) {
                vectors[(i, i)] = T::one();
            }
        }
        return Some((u, v));
    }
    if let Some(vectors) = of_diagonal(a, values, left, right) {
        return Some(vectors);
    }
    let mut s = Diag::<T>::zeros(thin);
    let (of_u, of_v) = (left.for_faer(), right.for_faer());
    let wanted = svd::svd_scratch::<T>(m, n, of_u, of_v, Par::Seq, Default::default());
    let mut memory = MemBuffer::new(wanted);
    let s_mut: DiagMut<'_, T> = s.as_mut();
    let u_mut = (left != Wanted::None).then(|| u.as_mut());
    let v_mut = (right != Wanted::None).then(|| v.as_mut());
    let stack = MemStack::new(&mut memory);
    svd::svd(a, s_mut, u_mut, v_mut, Par::Seq, stack, Default::default()).ok()?;
    for (i, value) in values.iter_mut().enumerate() {
        *value = s[i].re();
    }
    Some((u, v))
}

fn store<T: Scalar>(from: MatRef<'_, T>, mut to: MatMut<'_, T>) {
    for j in 0..from.ncols() {
        for i in 0..from.nrows() {
            to[(i, j)] = from[(i, j)];
        }
    }
}
/// Vectors that are columns, as conjugated rows.
fn store_adjoint<T: Scalar>(from: MatRef<'_, T>, mut to: MatMut<'_, T>) {
    for j in 0..from.ncols() {
        for i in 0..from.nrows() {
            to[(j, i)] = from[(i, j)].conjugate();
        }
    }
}

/// A matrix in memory with the distance of its columns.
type Place<T> = (*mut T, *const Int);

/// What both functions do: `u` and `vt` are where the vectors go, which may be the matrix itself.
unsafe fn into<T: Scalar>(
    (m, n): (usize, usize),
    (a, lda): (*mut T, usize),
    s: *mut T::Part,
    (left, u): (Wanted, (*mut T, usize)),
    (right, vt): (Wanted, (*mut T, usize)),
    nan_is: Int,
) -> Checked<Int> {
    let thin = m.min(n);
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        let a = matrix_mut(a, m, n, lda);
        if (0..n).any(|j| (0..m).any(|i| Float::is_nan(a[(i, j)].taxicab()))) {
            return Err(Illegal(nan_is));
        }
        let values = std::slice::from_raw_parts_mut(s, thin);
        let Some((of_u, of_v)) = decompose(a.rb(), values, left, right) else {
            return Ok(1);
        };
        if left != Wanted::None {
            store(of_u.as_ref(), matrix_mut(u.0, m, of_u.ncols(), u.1));
        }
        if right != Wanted::None {
            store_adjoint(of_v.as_ref(), matrix_mut(vt.0, of_v.ncols(), n, vt.1));
        }
    }
    Ok(0)
}

/// The arguments that both kinds of number have.
unsafe fn divide<T: Scalar>(
    jobz: *const u8,
    (m, n): (*const Int, *const Int),
    (a, lda): Place<T>,
    s: *mut T::Part,
    (u, ldu): Place<T>,
    (vt, ldvt): Place<T>,
    (work, lwork): Place<T>,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        lapack("gesdd", info, || {
            let job = job(jobz, b"ASON", 1)?;
            let (m, n) = (size(m, 2)?, size(n, 3)?);
            let lda = leading(lda, m, 5)?;
            let here = (a, lda);
            let (left, right, u, vt) = match job {
                b'N' => (Wanted::None, Wanted::None, here, here),
                b'O' if m >= n => (Wanted::Thin, Wanted::Full, here, (vt, leading(ldvt, n, 10)?)),
                b'O' => (Wanted::Full, Wanted::Thin, (u, leading(ldu, m, 8)?), here),
                _ => {
                    let wanted = if job == b'A' { Wanted::Full } else { Wanted::Thin };
                    let rows = wanted.count(m.min(n), n);
                    (wanted, wanted, (u, leading(ldu, m, 8)?), (vt, leading(ldvt, rows, 10)?))
                }
            };
            *work = T::one();
            if *lwork == -1 {
                return Ok(0);
            }
            into((m, n), (a, lda), s, (left, u), (right, vt), 4)
        });
    }
}
pub unsafe extern "C" fn gesdd<T: Scalar>(
    jobz: *const u8,
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    s: *mut T::Part,
    u: *mut T,
    ldu: *const Int,
    vt: *mut T,
    ldvt: *const Int,
    work: *mut T,
    lwork: *const Int,
    _iwork: *mut Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe { divide(jobz, (m, n), (a, lda), s, (u, ldu), (vt, ldvt), (work, lwork), info) }
}
pub unsafe extern "C" fn gesdd_complex<T: Scalar>(
    jobz: *const u8,
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    s: *mut T::Part,
    u: *mut T,
    ldu: *const Int,
    vt: *mut T,
    ldvt: *const Int,
    work: *mut T,
    lwork: *const Int,
    _rwork: *mut T::Part,
    _iwork: *mut Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe { divide(jobz, (m, n), (a, lda), s, (u, ldu), (vt, ldvt), (work, lwork), info) }
}

/// The arguments that both kinds of number have.
unsafe fn iterate<T: Scalar>(
    (jobu, jobvt): (*const u8, *const u8),
    (m, n): (*const Int, *const Int),
    (a, lda): Place<T>,
    s: *mut T::Part,
    (u, ldu): Place<T>,
    (vt, ldvt): Place<T>,
    (work, lwork): Place<T>,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        lapack("gesvd", info, || {
            let jobs = (job(jobu, b"ASON", 1)?, job(jobvt, b"ASON", 2)?);
            if jobs == (b'O', b'O') {
                return Err(Illegal(2));
            }
            let (m, n) = (size(m, 3)?, size(n, 4)?);
            let lda = leading(lda, m, 6)?;
            let wanted = |job| match job {
                b'N' => Wanted::None,
                b'A' => Wanted::Full,
                _ => Wanted::Thin,
            };
            let (left, right) = (wanted(jobs.0), wanted(jobs.1));
            let u = match jobs.0 {
                b'A' | b'S' => (u, leading(ldu, m, 9)?),
                _ => (a, lda),
            };
            let vt = match jobs.1 {
                b'A' | b'S' => (vt, leading(ldvt, right.count(m.min(n), n), 11)?),
                _ => (a, lda),
            };
            *work = T::one();
            if *lwork == -1 {
                return Ok(0);
            }
            into((m, n), (a, lda), s, (left, u), (right, vt), 6)
        });
    }
}
pub unsafe extern "C" fn gesvd<T: Scalar>(
    jobu: *const u8,
    jobvt: *const u8,
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    s: *mut T::Part,
    u: *mut T,
    ldu: *const Int,
    vt: *mut T,
    ldvt: *const Int,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe {
        iterate((jobu, jobvt), (m, n), (a, lda), s, (u, ldu), (vt, ldvt), (work, lwork), info);
    }
}
pub unsafe extern "C" fn gesvd_complex<T: Scalar>(
    jobu: *const u8,
    jobvt: *const u8,
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    s: *mut T::Part,
    u: *mut T,
    ldu: *const Int,
    vt: *mut T,
    ldvt: *const Int,
    work: *mut T,
    lwork: *const Int,
    _rwork: *mut T::Part,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe {
        iterate((jobu, jobvt), (m, n), (a, lda), s, (u, ldu), (vt, ldvt), (work, lwork), info);
    }
}
