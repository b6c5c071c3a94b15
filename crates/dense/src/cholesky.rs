//! LAPACK: positive definite matrices.
//!
//! The factorization is ours, by faer's products and substitutions: faer's own multiplies the diagonal by the rounded
//! reciprocals of the roots, and so has other last digits than the roots.

use std::cmp::Ordering;

use faer::prelude::{Reborrow, ReborrowMut};
use faer::{Conj, Mat, MatMut, MatRef};
use num_traits::{Float, Zero};

use crate::call::{Int, Op, Uplo, lapack, leading, matrix, matrix_mut, size, uplo};
use crate::level23::{substitute, triangle_product};
use crate::scalar::Scalar;

/// How large a matrix is that is not worth a product.
const SMALL: usize = 32;

/// The upper triangle becomes U, of which `U^H U` is the matrix; gives the first minor that is not positive.
fn factor_upper<T: Scalar>(mut a: MatMut<'_, T>) -> Option<usize> {
    let n = a.nrows();
    if n > SMALL {
        let half = n / 2;
        let (mut first, mut beside, _, mut second) = a.split_at_mut(half, half);
        if let Some(minor) = factor_upper(first.rb_mut()) {
            return Some(minor);
        }
        substitute((first.rb(), Uplo::Upper, false), Op::Adjoint, beside.rb_mut());
        let (below, beside) = ((beside.rb().transpose(), Conj::Yes), (beside.rb(), Conj::No));
        triangle_product(second.rb_mut(), Uplo::Upper, -T::one(), below, beside);
        return factor_upper(second).map(|minor| minor + half);
    }
    for j in 0..n {
        let mut diagonal = a[(j, j)].re();
        for k in 0..j {
            let entry = a[(k, j)];
            diagonal = diagonal - entry.re() * entry.re() - entry.im() * entry.im();
        }
        // Also for a NaN.
        if diagonal.partial_cmp(&T::Part::zero()) != Some(Ordering::Greater) {
            a[(j, j)] = T::from_part(diagonal);
            return Some(j);
        }
        let root = diagonal.sqrt();
        a[(j, j)] = T::from_part(root);
        let inverse = root.recip();
        for i in j + 1..n {
            let mut entry = a[(j, i)];
            for k in 0..j {
                entry -= a[(k, j)].conjugate() * a[(k, i)];
            }
            a[(j, i)] = entry.scaled(inverse);
        }
    }
    None
}

/// A triangle becomes its factor; gives the first minor that is not positive, or 0.
fn factor<T: Scalar>(a: MatMut<'_, T>, uplo: Uplo) -> Int {
    // The lower factor is what the upper one of the transposed is.
    let a = if uplo == Uplo::Upper { a } else { a.transpose_mut() };
    factor_upper(a).map_or(0, |minor| minor as Int + 1)
}

fn solve<T: Scalar>(factor: MatRef<'_, T>, uplo: Uplo, mut b: MatMut<'_, T>) {
    let (first, second) = match uplo {
        Uplo::Upper => (Op::Adjoint, Op::None),
        Uplo::Lower => (Op::None, Op::Adjoint),
    };
    substitute((factor, uplo, false), first, b.rb_mut());
    substitute((factor, uplo, false), second, b);
}

pub unsafe extern "C" fn potrf<T: Scalar>(
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix is as large as it says.
    unsafe {
        lapack("potrf", info, || {
            let uplo = uplo(triangle, 1)?;
            let n = size(n, 2)?;
            Ok(factor(matrix_mut(a, n, n, leading(lda, n, 4)?), uplo))
        });
    }
}

pub unsafe extern "C" fn potrs<T: Scalar>(
    triangle: *const u8,
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
        lapack("potrs", info, || {
            let uplo = uplo(triangle, 1)?;
            let (n, nrhs) = (size(n, 2)?, size(nrhs, 3)?);
            let a = matrix(a, n, n, leading(lda, n, 5)?);
            solve(a, uplo, matrix_mut(b, n, nrhs, leading(ldb, n, 7)?));
            Ok(0)
        });
    }
}

pub unsafe extern "C" fn posv<T: Scalar>(
    triangle: *const u8,
    n: *const Int,
    nrhs: *const Int,
    a: *mut T,
    lda: *const Int,
    b: *mut T,
    ldb: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        lapack("posv", info, || {
            let uplo = uplo(triangle, 1)?;
            let (n, nrhs) = (size(n, 2)?, size(nrhs, 3)?);
            let mut a = matrix_mut(a, n, n, leading(lda, n, 5)?);
            let b = matrix_mut(b, n, nrhs, leading(ldb, n, 7)?);
            let minor = factor(a.rb_mut(), uplo);
            if minor == 0 {
                solve(a.rb(), uplo, b);
            }
            Ok(minor)
        });
    }
}

/// The inverse from the factor; only the triangle is written.
pub unsafe extern "C" fn potri<T: Scalar>(
    triangle: *const u8,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix is as large as it says.
    unsafe {
        lapack("potri", info, || {
            let uplo = uplo(triangle, 1)?;
            let n = size(n, 2)?;
            let mut a = matrix_mut(a, n, n, leading(lda, n, 4)?);
            if let Some(zero) = (0..n).find(|&i| a[(i, i)].is_zero()) {
                return Ok(zero as Int + 1);
            }
            let mut inverse = Mat::<T>::identity(n, n);
            solve(a.rb(), uplo, inverse.as_mut());
            for j in 0..n {
                for i in if uplo == Uplo::Upper { 0..j + 1 } else { j..n } {
                    a[(i, j)] = inverse[(i, j)];
                }
            }
            Ok(0)
        });
    }
}
