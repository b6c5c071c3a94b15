//! LAPACK: general systems of equations.
//!
//! The elimination is ours, in the recursive form, so that a column without a pivot is left as LAPACK leaves it:
//! faer's would divide by zero. Its products and substitutions do the work.

use faer::prelude::{Reborrow, ReborrowMut};
use faer::{Conj, MatMut, MatRef};

use crate::call::{
    Checked, Illegal, Int, Op, Uplo, lapack, leading, matrix, matrix_mut, op, size, unit, uplo,
};
use crate::level1::largest;
use crate::level23::{product, substitute};
use crate::scalar::Scalar;

fn swap_rows<T: Scalar>(mut a: MatMut<'_, T>, i: usize, k: usize) {
    if i == k {
        return;
    }
    for j in 0..a.ncols() {
        let kept = a[(i, j)];
        a[(i, j)] = a[(k, j)];
        a[(k, j)] = kept;
    }
}
/// Row `i` goes with row `pivots[i] - 1`, one after the other.
fn exchange<T: Scalar>(mut a: MatMut<'_, T>, pivots: &[Int], backwards: bool) {
    let count = pivots.len();
    for step in 0..count {
        let i = if backwards { count - 1 - step } else { step };
        swap_rows(a.rb_mut(), i, pivots[i] as usize - 1);
    }
}

/// One column.
fn eliminate<T: Scalar>(mut a: MatMut<'_, T>, pivots: &mut [Int]) -> Option<usize> {
    let rows = a.nrows();
    let pivot = largest(rows, |i| a[(i, 0)]);
    pivots[0] = pivot as Int + 1;
    if a[(pivot, 0)].is_zero() {
        return Some(0);
    }
    swap_rows(a.rb_mut(), 0, pivot);
    let inverse = T::one() / a[(0, 0)];
    for i in 1..rows {
        a[(i, 0)] *= inverse;
    }
    None
}

/// `a` becomes L and U, with as many pivots as it has rows or columns; gives the first column without a pivot.
fn factor<T: Scalar>(mut a: MatMut<'_, T>, pivots: &mut [Int]) -> Option<usize> {
    let (m, n) = (a.nrows(), a.ncols());
    let count = m.min(n);
    if count == 0 {
        return None;
    }
    if n == 1 {
        return eliminate(a, pivots);
    }
    let half = (count / 2).max(1);
    let (first, second) = pivots.split_at_mut(half);
    let (mut left, mut right) = a.rb_mut().split_at_col_mut(half);
    let mut none = factor(left.rb_mut(), first);
    exchange(right.rb_mut(), first, false);
    let (mut top, mut bottom) = right.split_at_row_mut(half);
    let (diagonal, below) = left.rb().split_at_row(half);
    substitute((diagonal, Uplo::Lower, true), Op::None, top.rb_mut());
    product(bottom.rb_mut(), T::one(), -T::one(), (below, Conj::No), (top.rb(), Conj::No));
    if let Some(column) = factor(bottom, second) {
        none = none.or(Some(column + half));
    }
    exchange(left.split_at_row_mut(half).1, second, false);
    for pivot in second {
        *pivot += half as Int;
    }
    none
}

/// The columns without a pivot are counted from 1 in `info`.
fn info(column: Option<usize>) -> Int {
    column.map_or(0, |column| column as Int + 1)
}

pub unsafe extern "C" fn getrf<T: Scalar>(
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    ipiv: *mut Int,
    info_out: *mut Int,
) {
    // SAFETY: the caller's matrix and pivots are as large as it says.
    unsafe {
        lapack("getrf", info_out, || {
            let (m, n) = (size(m, 1)?, size(n, 2)?);
            let a = matrix_mut(a, m, n, leading(lda, m, 4)?);
            Ok(info(factor(a, std::slice::from_raw_parts_mut(ipiv, m.min(n)))))
        });
    }
}

/// The pivots of a square matrix, of which each is a row.
///
/// # Safety
/// `ipiv` has `n` elements.
unsafe fn pivots<'a>(ipiv: *const Int, n: usize, position: Int) -> Checked<&'a [Int]> {
    // SAFETY: as the caller promises.
    let pivots = unsafe { std::slice::from_raw_parts(ipiv, n) };
    let are_rows = pivots.iter().all(|&row| (1..=n as Int).contains(&row));
    if are_rows { Ok(pivots) } else { Err(Illegal(position)) }
}

fn solve<T: Scalar>(op: Op, factors: MatRef<'_, T>, pivots: &[Int], mut b: MatMut<'_, T>) {
    if op == Op::None {
        exchange(b.rb_mut(), pivots, false);
        substitute((factors, Uplo::Lower, true), op, b.rb_mut());
        substitute((factors, Uplo::Upper, false), op, b);
    } else {
        substitute((factors, Uplo::Upper, false), op, b.rb_mut());
        substitute((factors, Uplo::Lower, true), op, b.rb_mut());
        exchange(b, pivots, true);
    }
}

pub unsafe extern "C" fn getrs<T: Scalar>(
    trans: *const u8,
    n: *const Int,
    nrhs: *const Int,
    a: *const T,
    lda: *const Int,
    ipiv: *const Int,
    b: *mut T,
    ldb: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices and pivots are as large as it says.
    unsafe {
        lapack("getrs", info, || {
            let op = op(trans, 1)?;
            let (n, nrhs) = (size(n, 2)?, size(nrhs, 3)?);
            let a = matrix(a, n, n, leading(lda, n, 5)?);
            let pivots = pivots(ipiv, n, 6)?;
            solve(op, a, pivots, matrix_mut(b, n, nrhs, leading(ldb, n, 8)?));
            Ok(0)
        });
    }
}

pub unsafe extern "C" fn gesv<T: Scalar>(
    n: *const Int,
    nrhs: *const Int,
    a: *mut T,
    lda: *const Int,
    ipiv: *mut Int,
    b: *mut T,
    ldb: *const Int,
    info_out: *mut Int,
) {
    // SAFETY: the caller's matrices and pivots are as large as it says.
    unsafe {
        lapack("gesv", info_out, || {
            let (n, nrhs) = (size(n, 1)?, size(nrhs, 2)?);
            let mut a = matrix_mut(a, n, n, leading(lda, n, 4)?);
            let b = matrix_mut(b, n, nrhs, leading(ldb, n, 7)?);
            let pivots = std::slice::from_raw_parts_mut(ipiv, n);
            let none = factor(a.rb_mut(), pivots);
            if none.is_none() {
                solve(Op::None, a.rb(), pivots, b);
            }
            Ok(info(none))
        });
    }
}

/// The first zero on the diagonal, counted from 1; 0 without one.
fn zero_on_diagonal<T: Scalar>(a: MatRef<'_, T>) -> Int {
    info((0..a.nrows()).find(|&i| a[(i, i)].is_zero()))
}

/// A triangle becomes its inverse; the other triangle is left alone.
fn invert_triangle<T: Scalar>(mut a: MatMut<'_, T>, uplo: Uplo, unit: bool) {
    let n = a.nrows();
    let mut inverse = faer::Mat::<T>::identity(n, n);
    substitute((a.rb(), uplo, unit), Op::None, inverse.as_mut());
    for j in 0..n {
        let rows = if uplo == Uplo::Upper { 0..j + 1 } else { j..n };
        for i in rows.filter(|&i| !(unit && i == j)) {
            a[(i, j)] = inverse[(i, j)];
        }
    }
}

pub unsafe extern "C" fn getri<T: Scalar>(
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    ipiv: *const Int,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix and pivots are as large as it says.
    unsafe {
        lapack("getri", info, || {
            let n = size(n, 1)?;
            let mut a = matrix_mut(a, n, n, leading(lda, n, 3)?);
            *work = T::one();
            if *lwork == -1 {
                return Ok(0);
            }
            let pivots = pivots(ipiv, n, 4)?;
            let zero = zero_on_diagonal(a.rb());
            if zero != 0 {
                return Ok(zero);
            }
            // The inverse of U, divided by L from the right, with its columns exchanged back.
            let factors = a.rb().to_owned();
            invert_triangle(a.rb_mut(), Uplo::Upper, false);
            for j in 0..n {
                a.rb_mut().subcols_mut(j, 1).subrows_mut(j + 1, n - j - 1).fill(T::zero());
            }
            let mut rows = a.transpose_mut();
            substitute((factors.as_ref(), Uplo::Lower, true), Op::Transpose, rows.rb_mut());
            exchange(rows, pivots, true);
            Ok(0)
        });
    }
}

pub unsafe extern "C" fn trtrs<T: Scalar>(
    triangle: *const u8,
    trans: *const u8,
    diag: *const u8,
    n: *const Int,
    nrhs: *const Int,
    a: *const T,
    lda: *const Int,
    b: *mut T,
    ldb: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        lapack("trtrs", info, || {
            let (uplo, op, unit) = (uplo(triangle, 1)?, op(trans, 2)?, unit(diag, 3)?);
            let (n, nrhs) = (size(n, 4)?, size(nrhs, 5)?);
            let a = matrix(a, n, n, leading(lda, n, 7)?);
            let b = matrix_mut(b, n, nrhs, leading(ldb, n, 9)?);
            let zero = if unit { 0 } else { zero_on_diagonal(a) };
            if zero == 0 {
                substitute((a, uplo, unit), op, b);
            }
            Ok(zero)
        });
    }
}

pub unsafe extern "C" fn trtri<T: Scalar>(
    triangle: *const u8,
    diag: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix is as large as it says.
    unsafe {
        lapack("trtri", info, || {
            let (uplo, unit) = (uplo(triangle, 1)?, unit(diag, 2)?);
            let n = size(n, 3)?;
            let a = matrix_mut(a, n, n, leading(lda, n, 5)?);
            let zero = if unit { 0 } else { zero_on_diagonal(a.rb()) };
            if zero == 0 {
                invert_triangle(a, uplo, unit);
            }
            Ok(zero)
        });
    }
}
