//! BLAS, second and third level: products and solves, on faer's products and substitutions.
//!
//! A matrix of which a triangle is stored (symmetric, Hermitian) is copied whole before a product.

use faer::linalg::matmul::matmul_with_conj;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::linalg::triangular_solve as solve;
use faer::prelude::{Reborrow, ReborrowMut};
use faer::{Accum, Conj, Mat, MatMut, MatRef, Par};

use crate::call::{
    Checked, Int, Op, Side, Uplo, Vector, applied, blas, leading, matrix, matrix_mut, op, side,
    size, unit, uplo,
};
use crate::scalar::Scalar;

/// The part of a matrix that a triangle is.
pub fn structure(uplo: Uplo, unit: bool) -> BlockStructure {
    match (uplo, unit) {
        (Uplo::Upper, false) => BlockStructure::TriangularUpper,
        (Uplo::Upper, true) => BlockStructure::UnitTriangularUpper,
        (Uplo::Lower, false) => BlockStructure::TriangularLower,
        (Uplo::Lower, true) => BlockStructure::UnitTriangularLower,
    }
}
fn flipped(uplo: Uplo) -> Uplo {
    if uplo == Uplo::Upper { Uplo::Lower } else { Uplo::Upper }
}
/// The triangle of a matrix as `op` has it used.
fn seen(uplo: Uplo, op: Op) -> Uplo {
    if op == Op::None { uplo } else { flipped(uplo) }
}

/// `c := beta c`; zero also where there was a NaN.
fn scale<T: Scalar>(mut c: MatMut<'_, T>, beta: T) {
    if beta == T::one() {
        return;
    }
    for j in 0..c.ncols() {
        for i in 0..c.nrows() {
            c[(i, j)] = if beta.is_zero() { T::zero() } else { beta * c[(i, j)] };
        }
    }
}
fn scale_triangle<T: Scalar>(mut c: MatMut<'_, T>, uplo: Uplo, beta: T) {
    for j in 0..c.ncols() {
        let rows = if uplo == Uplo::Upper { 0..j + 1 } else { j..c.nrows() };
        scale(c.rb_mut().subcols_mut(j, 1).subrows_mut(rows.start, rows.len()), beta);
    }
}

/// `c := alpha op(a) op(b) + beta c`.
pub fn product<T: Scalar>(
    mut c: MatMut<'_, T>,
    beta: T,
    alpha: T,
    (a, conj_a): (MatRef<'_, T>, Conj),
    (b, conj_b): (MatRef<'_, T>, Conj),
) {
    scale(c.rb_mut(), beta);
    if alpha.is_zero() || a.ncols() == 0 || c.nrows() == 0 || c.ncols() == 0 {
        return;
    }
    matmul_with_conj(c, Accum::Add, a, conj_a, b, conj_b, alpha, Par::Seq);
}

pub unsafe extern "C" fn gemm<T: Scalar>(
    transa: *const u8,
    transb: *const u8,
    m: *const Int,
    n: *const Int,
    k: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    b: *const T,
    ldb: *const Int,
    beta: *const T,
    c: *mut T,
    ldc: *const Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    blas::<T>("GEMM", || unsafe {
        let (op_a, op_b) = (op(transa, 1)?, op(transb, 2)?);
        let (m, n, k) = (size(m, 3)?, size(n, 4)?, size(k, 5)?);
        let (rows_a, cols_a) = if op_a == Op::None { (m, k) } else { (k, m) };
        let (rows_b, cols_b) = if op_b == Op::None { (k, n) } else { (n, k) };
        let a = matrix(a, rows_a, cols_a, leading(lda, rows_a, 8)?);
        let b = matrix(b, rows_b, cols_b, leading(ldb, rows_b, 10)?);
        let c = matrix_mut(c, m, n, leading(ldc, m, 13)?);
        product(c, *beta, *alpha, applied(op_a, a), applied(op_b, b));
        Ok(())
    });
}

pub unsafe extern "C" fn gemv<T: Scalar>(
    trans: *const u8,
    m: *const Int,
    n: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    x: *const T,
    incx: *const Int,
    beta: *const T,
    y: *mut T,
    incy: *const Int,
) {
    // SAFETY: the caller's matrix and vectors are as large as it says.
    blas::<T>("GEMV", || unsafe {
        let op = op(trans, 1)?;
        let (m, n) = (size(m, 2)?, size(n, 3)?);
        let a = matrix(a, m, n, leading(lda, m, 6)?);
        let (from, to) = if op == Op::None { (n, m) } else { (m, n) };
        let x = Vector::stepped(x, from, incx, 8)?;
        let y = Vector::stepped(y, to, incy, 11)?;
        product(y.column_mut(), *beta, *alpha, applied(op, a), (x.column(), Conj::No));
        Ok(())
    });
}

/// `a := alpha x y^T + a`, or with `y` conjugated.
unsafe fn rank_one<T: Scalar>(
    (m, n): (*const Int, *const Int),
    alpha: *const T,
    (x, incx): (*const T, *const Int),
    (y, incy): (*const T, *const Int),
    (a, lda): (*mut T, *const Int),
    conj: Conj,
) {
    // SAFETY: the caller's matrix and vectors are as large as it says.
    blas::<T>("GER", || unsafe {
        let (m, n) = (size(m, 1)?, size(n, 2)?);
        let x = Vector::stepped(x, m, incx, 5)?;
        let y = Vector::stepped(y, n, incy, 7)?;
        let a = matrix_mut(a, m, n, leading(lda, m, 9)?);
        product(a, T::one(), *alpha, (x.column(), Conj::No), (y.column().transpose(), conj));
        Ok(())
    });
}
pub unsafe extern "C" fn geru<T: Scalar>(
    m: *const Int,
    n: *const Int,
    alpha: *const T,
    x: *const T,
    incx: *const Int,
    y: *const T,
    incy: *const Int,
    a: *mut T,
    lda: *const Int,
) {
    // SAFETY: the same promises.
    unsafe { rank_one((m, n), alpha, (x, incx), (y, incy), (a, lda), Conj::No) }
}
pub unsafe extern "C" fn gerc<T: Scalar>(
    m: *const Int,
    n: *const Int,
    alpha: *const T,
    x: *const T,
    incx: *const Int,
    y: *const T,
    incy: *const Int,
    a: *mut T,
    lda: *const Int,
) {
    // SAFETY: the same promises.
    unsafe { rank_one((m, n), alpha, (x, incx), (y, incy), (a, lda), Conj::Yes) }
}

/// The whole matrix of which a triangle is stored.
fn whole<T: Scalar>(a: MatRef<'_, T>, uplo: Uplo, hermitian: bool) -> Mat<T> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| {
        let stored = if uplo == Uplo::Upper { i <= j } else { i >= j };
        match (hermitian, stored) {
            (true, _) if i == j => T::from_part(a[(i, i)].re()),
            (_, true) => a[(i, j)],
            (true, false) => a[(j, i)].conjugate(),
            (false, false) => a[(j, i)],
        }
    })
}

pub unsafe extern "C" fn symm<T: Scalar, const HERMITIAN: bool>(
    left_or_right: *const u8,
    triangle: *const u8,
    m: *const Int,
    n: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    b: *const T,
    ldb: *const Int,
    beta: *const T,
    c: *mut T,
    ldc: *const Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    blas::<T>(if HERMITIAN { "HEMM" } else { "SYMM" }, || unsafe {
        let (side, uplo) = (side(left_or_right, 1)?, uplo(triangle, 2)?);
        let (m, n) = (size(m, 3)?, size(n, 4)?);
        let order = if side == Side::Left { m } else { n };
        let a = whole(matrix(a, order, order, leading(lda, order, 7)?), uplo, HERMITIAN);
        let b = (matrix(b, m, n, leading(ldb, m, 9)?), Conj::No);
        let c = matrix_mut(c, m, n, leading(ldc, m, 12)?);
        let a = (a.as_ref(), Conj::No);
        match side {
            Side::Left => product(c, *beta, *alpha, a, b),
            Side::Right => product(c, *beta, *alpha, b, a),
        }
        Ok(())
    });
}

pub unsafe extern "C" fn symv<T: Scalar, const HERMITIAN: bool>(
    triangle: *const u8,
    n: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    x: *const T,
    incx: *const Int,
    beta: *const T,
    y: *mut T,
    incy: *const Int,
) {
    // SAFETY: the caller's matrix and vectors are as large as it says.
    blas::<T>(if HERMITIAN { "HEMV" } else { "SYMV" }, || unsafe {
        let uplo = uplo(triangle, 1)?;
        let n = size(n, 2)?;
        let a = whole(matrix(a, n, n, leading(lda, n, 5)?), uplo, HERMITIAN);
        let x = Vector::stepped(x, n, incx, 7)?;
        let y = Vector::stepped(y, n, incy, 10)?;
        product(y.column_mut(), *beta, *alpha, (a.as_ref(), Conj::No), (x.column(), Conj::No));
        Ok(())
    });
}

/// A triangle of `c += alpha op(a) op(b)`.
pub fn triangle_product<T: Scalar>(
    c: MatMut<'_, T>,
    triangle: Uplo,
    alpha: T,
    (a, conj_a): (MatRef<'_, T>, Conj),
    (b, conj_b): (MatRef<'_, T>, Conj),
) {
    if alpha.is_zero() || a.ncols() == 0 || c.nrows() == 0 {
        return;
    }
    let all = BlockStructure::Rectangular;
    let part = structure(triangle, false);
    triangular::matmul_with_conj(
        c,
        part,
        Accum::Add,
        a,
        all,
        conj_a,
        b,
        all,
        conj_b,
        alpha,
        Par::Seq,
    );
}
/// The diagonal of a Hermitian matrix is real.
fn make_diagonal_real<T: Scalar>(mut c: MatMut<'_, T>) {
    for i in 0..c.nrows() {
        c[(i, i)] = T::from_part(c[(i, i)].re());
    }
}

/// `c := alpha a op(a) + beta c` or `alpha op(a) a + beta c`, of which a triangle is stored. `F` are the factors'
/// type, real for Hermitian matrices.
unsafe fn rank_k<T: Scalar, F: Scalar<Part = T::Part>>(
    (triangle, trans): (*const u8, *const u8),
    (n, k): (*const Int, *const Int),
    alpha: *const F,
    (a, lda): (*const T, *const Int),
    beta: *const F,
    (c, ldc): (*mut T, *const Int),
    hermitian: bool,
) -> Checked<()> {
    // SAFETY: the caller's matrices are as large as it says.
    let (uplo, trans, n, k, alpha, beta) =
        unsafe { (uplo(triangle, 1)?, op(trans, 2)?, size(n, 3)?, size(k, 4)?, *alpha, *beta) };
    let (alpha, beta) =
        (T::from_parts(alpha.re(), alpha.im()), T::from_parts(beta.re(), beta.im()));
    let (rows, cols) = if trans == Op::None { (n, k) } else { (k, n) };
    // SAFETY: as above.
    let (a, mut c) = unsafe {
        (matrix(a, rows, cols, leading(lda, rows, 7)?), matrix_mut(c, n, n, leading(ldc, n, 10)?))
    };
    scale_triangle(c.rb_mut(), uplo, beta);
    let conj = if hermitian { Conj::Yes } else { Conj::No };
    let (first, second) = match trans {
        Op::None => ((a, Conj::No), (a.transpose(), conj)),
        _ => ((a.transpose(), conj), (a, Conj::No)),
    };
    triangle_product(c.rb_mut(), uplo, alpha, first, second);
    if hermitian {
        make_diagonal_real(c);
    }
    Ok(())
}
pub unsafe extern "C" fn syrk<T: Scalar>(
    triangle: *const u8,
    trans: *const u8,
    n: *const Int,
    k: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    beta: *const T,
    c: *mut T,
    ldc: *const Int,
) {
    // SAFETY: the same promises.
    blas::<T>("SYRK", || unsafe {
        rank_k((triangle, trans), (n, k), alpha, (a, lda), beta, (c, ldc), false)
    });
}
pub unsafe extern "C" fn herk<T: Scalar>(
    triangle: *const u8,
    trans: *const u8,
    n: *const Int,
    k: *const Int,
    alpha: *const T::Part,
    a: *const T,
    lda: *const Int,
    beta: *const T::Part,
    c: *mut T,
    ldc: *const Int,
) {
    // SAFETY: the same promises.
    blas::<T>("HERK", || unsafe {
        rank_k((triangle, trans), (n, k), alpha, (a, lda), beta, (c, ldc), true)
    });
}

/// `c := alpha a op(b) + alpha' b op(a) + beta c`, of which a triangle is stored.
unsafe fn rank_2k<T: Scalar, F: Scalar<Part = T::Part>>(
    (triangle, trans): (*const u8, *const u8),
    (n, k): (*const Int, *const Int),
    alpha: *const T,
    (a, lda): (*const T, *const Int),
    (b, ldb): (*const T, *const Int),
    beta: *const F,
    (c, ldc): (*mut T, *const Int),
    hermitian: bool,
) -> Checked<()> {
    // SAFETY: the caller's matrices are as large as it says.
    let (uplo, trans, n, k, alpha, beta) =
        unsafe { (uplo(triangle, 1)?, op(trans, 2)?, size(n, 3)?, size(k, 4)?, *alpha, *beta) };
    let beta = T::from_parts(beta.re(), beta.im());
    let (rows, cols) = if trans == Op::None { (n, k) } else { (k, n) };
    // SAFETY: as above.
    let (a, b, mut c) = unsafe {
        (
            matrix(a, rows, cols, leading(lda, rows, 7)?),
            matrix(b, rows, cols, leading(ldb, rows, 9)?),
            matrix_mut(c, n, n, leading(ldc, n, 12)?),
        )
    };
    scale_triangle(c.rb_mut(), uplo, beta);
    let conj = if hermitian { Conj::Yes } else { Conj::No };
    let other = if hermitian { alpha.conjugate() } else { alpha };
    for (alpha, a, b) in [(alpha, a, b), (other, b, a)] {
        let (first, second) = match trans {
            Op::None => ((a, Conj::No), (b.transpose(), conj)),
            _ => ((a.transpose(), conj), (b, Conj::No)),
        };
        triangle_product(c.rb_mut(), uplo, alpha, first, second);
    }
    if hermitian {
        make_diagonal_real(c);
    }
    Ok(())
}
pub unsafe extern "C" fn syr2k<T: Scalar>(
    triangle: *const u8,
    trans: *const u8,
    n: *const Int,
    k: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    b: *const T,
    ldb: *const Int,
    beta: *const T,
    c: *mut T,
    ldc: *const Int,
) {
    // SAFETY: the same promises.
    blas::<T>("SYR2K", || unsafe {
        rank_2k((triangle, trans), (n, k), alpha, (a, lda), (b, ldb), beta, (c, ldc), false)
    });
}
pub unsafe extern "C" fn her2k<T: Scalar>(
    triangle: *const u8,
    trans: *const u8,
    n: *const Int,
    k: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    b: *const T,
    ldb: *const Int,
    beta: *const T::Part,
    c: *mut T,
    ldc: *const Int,
) {
    // SAFETY: the same promises.
    blas::<T>("HER2K", || unsafe {
        rank_2k((triangle, trans), (n, k), alpha, (a, lda), (b, ldb), beta, (c, ldc), true)
    });
}

/// `a := alpha x x^T + a`, of which a triangle is stored.
pub unsafe extern "C" fn syr<T: Scalar>(
    triangle: *const u8,
    n: *const Int,
    alpha: *const T,
    x: *const T,
    incx: *const Int,
    a: *mut T,
    lda: *const Int,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    blas::<T>("SYR", || unsafe {
        let uplo = uplo(triangle, 1)?;
        let n = size(n, 2)?;
        let x = Vector::stepped(x, n, incx, 5)?.column();
        let a = matrix_mut(a, n, n, leading(lda, n, 7)?);
        triangle_product(a, uplo, *alpha, (x, Conj::No), (x.transpose(), Conj::No));
        Ok(())
    });
}
/// `a := alpha x x^H + a`, of which a triangle is stored.
pub unsafe extern "C" fn her<T: Scalar>(
    triangle: *const u8,
    n: *const Int,
    alpha: *const T::Part,
    x: *const T,
    incx: *const Int,
    a: *mut T,
    lda: *const Int,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    blas::<T>("HER", || unsafe {
        let uplo = uplo(triangle, 1)?;
        let n = size(n, 2)?;
        let x = Vector::stepped(x, n, incx, 5)?.column();
        let mut a = matrix_mut(a, n, n, leading(lda, n, 7)?);
        let alpha = T::from_part(*alpha);
        triangle_product(a.rb_mut(), uplo, alpha, (x, Conj::No), (x.transpose(), Conj::Yes));
        make_diagonal_real(a);
        Ok(())
    });
}

/// `b := alpha op(a) b` with a triangle `a`.
pub fn triangle_times<T: Scalar>(
    (a, uplo, unit): (MatRef<'_, T>, Uplo, bool),
    op: Op,
    alpha: T,
    b: MatMut<'_, T>,
) {
    if b.nrows() == 0 || b.ncols() == 0 {
        return;
    }
    let before = b.rb().to_owned();
    let part = structure(seen(uplo, op), unit);
    let (a, conj) = applied(op, a);
    let all = BlockStructure::Rectangular;
    triangular::matmul_with_conj(
        b,
        all,
        Accum::Replace,
        a,
        part,
        conj,
        before.as_ref(),
        all,
        Conj::No,
        alpha,
        Par::Seq,
    );
}

/// `b := op(a)^-1 b` with a triangle `a`.
pub fn substitute<T: Scalar>(
    (a, uplo, unit): (MatRef<'_, T>, Uplo, bool),
    op: Op,
    b: MatMut<'_, T>,
) {
    if b.nrows() == 0 || b.ncols() == 0 {
        return;
    }
    let uplo = seen(uplo, op);
    let (a, conj) = applied(op, a);
    match (uplo, unit) {
        (Uplo::Lower, false) => {
            solve::solve_lower_triangular_in_place_with_conj(a, conj, b, Par::Seq);
        }
        (Uplo::Lower, true) => {
            solve::solve_unit_lower_triangular_in_place_with_conj(a, conj, b, Par::Seq);
        }
        (Uplo::Upper, false) => {
            solve::solve_upper_triangular_in_place_with_conj(a, conj, b, Par::Seq);
        }
        (Uplo::Upper, true) => {
            solve::solve_unit_upper_triangular_in_place_with_conj(a, conj, b, Par::Seq);
        }
    }
}

/// What comes from the right comes from the left of the transposed: the same triangle, used in the other way.
fn from_the_left<'a, T: Scalar>(
    side: Side,
    op: Op,
    a: MatRef<'a, T>,
    uplo: Uplo,
    b: MatMut<'a, T>,
) -> (MatRef<'a, T>, Uplo, Op, MatMut<'a, T>, bool) {
    match (side, op) {
        (Side::Left, _) => (a, uplo, op, b, false),
        (Side::Right, Op::None) => (a, uplo, Op::Transpose, b.transpose_mut(), false),
        (Side::Right, Op::Transpose) => (a, uplo, Op::None, b.transpose_mut(), false),
        (Side::Right, Op::Adjoint) => (a, uplo, Op::None, b.transpose_mut(), true),
    }
}
fn conjugate<T: Scalar>(mut b: MatMut<'_, T>) {
    for j in 0..b.ncols() {
        for i in 0..b.nrows() {
            b[(i, j)] = b[(i, j)].conjugate();
        }
    }
}

pub unsafe extern "C" fn trmm<T: Scalar, const SOLVE: bool>(
    left_or_right: *const u8,
    triangle: *const u8,
    trans: *const u8,
    diag: *const u8,
    m: *const Int,
    n: *const Int,
    alpha: *const T,
    a: *const T,
    lda: *const Int,
    b: *mut T,
    ldb: *const Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    blas::<T>(if SOLVE { "TRSM" } else { "TRMM" }, || unsafe {
        let (side, uplo) = (side(left_or_right, 1)?, uplo(triangle, 2)?);
        let (op, unit) = (op(trans, 3)?, unit(diag, 4)?);
        let (m, n) = (size(m, 5)?, size(n, 6)?);
        let order = if side == Side::Left { m } else { n };
        let a = matrix(a, order, order, leading(lda, order, 9)?);
        let b = matrix_mut(b, m, n, leading(ldb, m, 11)?);
        let (a, uplo, op, mut b, twice_conjugated) = from_the_left(side, op, a, uplo, b);
        // `x conj(a)` is `conj(conj(x) a)`.
        if twice_conjugated {
            conjugate(b.rb_mut());
        }
        let alpha = if twice_conjugated { (*alpha).conjugate() } else { *alpha };
        if SOLVE {
            scale(b.rb_mut(), alpha);
            if !alpha.is_zero() {
                substitute((a, uplo, unit), op, b.rb_mut());
            }
        } else if alpha.is_zero() {
            scale(b.rb_mut(), alpha);
        } else {
            triangle_times((a, uplo, unit), op, alpha, b.rb_mut());
        }
        if twice_conjugated {
            conjugate(b);
        }
        Ok(())
    });
}

pub unsafe extern "C" fn trmv<T: Scalar, const SOLVE: bool>(
    triangle: *const u8,
    trans: *const u8,
    diag: *const u8,
    n: *const Int,
    a: *const T,
    lda: *const Int,
    x: *mut T,
    incx: *const Int,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    blas::<T>(if SOLVE { "TRSV" } else { "TRMV" }, || unsafe {
        let (uplo, op, unit) = (uplo(triangle, 1)?, op(trans, 2)?, unit(diag, 3)?);
        let n = size(n, 4)?;
        let a = matrix(a, n, n, leading(lda, n, 6)?);
        let x = Vector::stepped(x, n, incx, 8)?.column_mut();
        if SOLVE {
            substitute((a, uplo, unit), op, x);
        } else {
            triangle_times((a, uplo, unit), op, T::one(), x);
        }
        Ok(())
    });
}
