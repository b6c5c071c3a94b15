//! LAPACK: orthogonal factors as products of reflections `I - tau v v^H`.
//!
//! faer's own factorization scales and signs the reflections in another way, and leaves some out where a matrix lacks
//! rank; what LAPACK stores is read by programs (`F.factors`, `F.T`, `F.τ`), so it is made here. Its products apply
//! blocks of reflections.

use faer::prelude::{Reborrow, ReborrowMut};
use faer::{Conj, Mat, MatMut, MatRef};
use num_traits::{Float, One, Zero};

use crate::call::{
    Checked, Illegal, Int, Op, Side, lapack, leading, matrix, matrix_mut, op, side, size,
};
use crate::level1::norm;
use crate::level23::product;
use crate::scalar::Scalar;

/// How many reflections are applied at once where the caller does not say it.
const BLOCK: usize = 32;

/// Makes the reflection of column 0 of `x` onto its first entry: what that becomes is left there, the vector (without its
/// first entry, which is 1) below. Gives tau.
fn reflector<T: Scalar>(x: MatMut<'_, T>) -> T {
    if x.nrows() == 0 {
        return T::zero();
    }
    let (mut head, mut tail) = x.split_at_row_mut(1);
    let mut alpha = head[(0, 0)];
    let mut below = norm(tail.rb());
    if below.is_zero() && alpha.im().is_zero() {
        return T::zero();
    }
    let beta_of = |alpha: T, below: T::Part| {
        let size = alpha.modulus().hypot(below);
        if alpha.re().is_sign_negative() { size } else { -size }
    };
    let mut beta = beta_of(alpha, below);
    // A tiny vector is made larger first.
    let least = T::Part::min_positive_value() / (T::Part::epsilon() / T::number(2));
    let mut scaled = 0;
    while Float::abs(beta) < least && scaled < 20 {
        let grow = least.recip();
        for i in 0..tail.nrows() {
            tail[(i, 0)] = tail[(i, 0)].scaled(grow);
        }
        alpha = alpha.scaled(grow);
        below = norm(tail.rb());
        beta = beta_of(alpha, below);
        scaled += 1;
    }
    let tau = T::from_parts((beta - alpha.re()) / beta, -alpha.im() / beta);
    let factor = T::one() / (alpha - T::from_part(beta));
    for i in 0..tail.nrows() {
        tail[(i, 0)] *= factor;
    }
    for _ in 0..scaled {
        beta *= least;
    }
    head[(0, 0)] = T::from_part(beta);
    tau
}

/// The vectors of the reflections that are stored below the diagonal of `a`.
fn vectors<T: Scalar>(a: MatRef<'_, T>) -> Mat<T> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Less => T::zero(),
        std::cmp::Ordering::Equal => T::one(),
        std::cmp::Ordering::Greater => a[(i, j)],
    })
}

/// The triangle with which a block of reflections is `I - V T V^H`.
fn triangle<T: Scalar>(v: MatRef<'_, T>, taus: &[T], mut t: MatMut<'_, T>) {
    let k = taus.len();
    let mut inner = Mat::<T>::zeros(k, k);
    product(inner.as_mut(), T::zero(), T::one(), (v.transpose(), Conj::Yes), (v, Conj::No));
    for (j, &tau) in taus.iter().enumerate() {
        for i in 0..j {
            let mut sum = T::zero();
            for l in i..j {
                sum += t[(i, l)] * inner[(l, j)];
            }
            t[(i, j)] = -tau * sum;
        }
        t[(j, j)] = tau;
    }
}

/// `T` without what lies below its diagonal, which is not ours.
fn upper<T: Scalar>(t: MatRef<'_, T>) -> Mat<T> {
    Mat::from_fn(t.nrows(), t.ncols(), |i, j| if i <= j { t[(i, j)] } else { T::zero() })
}

/// Applies a block of reflections, or its adjoint, from the left.
fn apply<T: Scalar>(v: MatRef<'_, T>, t: MatRef<'_, T>, adjoint: bool, c: MatMut<'_, T>) {
    let (k, n) = (v.ncols(), c.ncols());
    let mut seen = Mat::<T>::zeros(k, n);
    product(seen.as_mut(), T::zero(), T::one(), (v.transpose(), Conj::Yes), (c.rb(), Conj::No));
    let mut turned = Mat::<T>::zeros(k, n);
    let t = if adjoint { (t.transpose(), Conj::Yes) } else { (t, Conj::No) };
    product(turned.as_mut(), T::zero(), T::one(), t, (seen.as_ref(), Conj::No));
    product(c, T::one(), -T::one(), (v, Conj::No), (turned.as_ref(), Conj::No));
}

/// The columns of `a` one after the other.
fn factor_columns<T: Scalar>(mut a: MatMut<'_, T>, taus: &mut [T]) {
    for (i, tau) in taus.iter_mut().enumerate() {
        *tau = reflect_column(a.rb_mut(), i);
    }
}
/// Column `i` is reflected, and those behind it with it. Gives tau.
fn reflect_column<T: Scalar>(mut a: MatMut<'_, T>, i: usize) -> T {
    let rows = a.nrows() - i;
    let (left, right) = a.rb_mut().subrows_mut(i, rows).split_at_col_mut(i + 1);
    let mut column = left.subcols_mut(i, 1);
    let tau = reflector(column.rb_mut());
    let v = column.rb();
    let mut right = right;
    for j in 0..right.ncols() {
        let mut sum = right[(0, j)];
        for l in 1..rows {
            sum += v[(l, 0)].conjugate() * right[(l, j)];
        }
        sum *= tau.conjugate();
        right[(0, j)] -= sum;
        for l in 1..rows {
            right[(l, j)] -= v[(l, 0)] * sum;
        }
    }
    tau
}

/// Blocks of `block` columns; each one's triangle is given to `keep`, with its first column.
fn factor<T: Scalar>(
    mut a: MatMut<'_, T>,
    block: usize,
    taus: &mut [T],
    mut keep: impl FnMut(usize, MatRef<'_, T>),
) {
    let (m, n) = (a.nrows(), a.ncols());
    for (at, taus) in taus.chunks_mut(block).enumerate() {
        let first = at * block;
        let width = taus.len();
        let (mut panel, rest) =
            a.rb_mut().submatrix_mut(first, first, m - first, n - first).split_at_col_mut(width);
        factor_columns(panel.rb_mut(), taus);
        let v = vectors(panel.rb());
        let mut t = Mat::<T>::zeros(width, width);
        triangle(v.as_ref(), taus, t.as_mut());
        apply(v.as_ref(), t.as_ref(), true, rest);
        keep(first, t.as_ref());
    }
}

pub unsafe extern "C" fn geqrf<T: Scalar>(
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    tau: *mut T,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    unsafe {
        lapack("geqrf", info, || {
            let (m, n) = (size(m, 1)?, size(n, 2)?);
            let a = matrix_mut(a, m, n, leading(lda, m, 4)?);
            *work = T::one();
            if *lwork != -1 {
                factor(a, BLOCK, std::slice::from_raw_parts_mut(tau, m.min(n)), |_, _| ());
            }
            Ok(0)
        });
    }
}

pub unsafe extern "C" fn geqrt<T: Scalar>(
    m: *const Int,
    n: *const Int,
    nb: *const Int,
    a: *mut T,
    lda: *const Int,
    t: *mut T,
    ldt: *const Int,
    _work: *mut T,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        lapack("geqrt", info, || {
            let (m, n, block) = (size(m, 1)?, size(n, 2)?, size(nb, 3)?);
            let count = m.min(n);
            if block == 0 || (block > count && count > 0) {
                return Err(Illegal(3));
            }
            let a = matrix_mut(a, m, n, leading(lda, m, 5)?);
            let mut t = matrix_mut(t, block, count, leading(ldt, block, 7)?);
            let mut taus = vec![T::zero(); count];
            factor(a, block, &mut taus, |first, made| {
                for j in 0..made.ncols() {
                    for i in 0..=j {
                        t[(i, first + j)] = made[(i, j)];
                    }
                }
            });
            Ok(0)
        });
    }
}

/// Applies the product of all reflections, or its adjoint, from the left. `made` gives the triangle of the block from a
/// column on.
fn apply_all<T: Scalar>(
    a: MatRef<'_, T>,
    block: usize,
    adjoint: bool,
    mut c: MatMut<'_, T>,
    made: impl Fn(usize, MatRef<'_, T>) -> Mat<T>,
) {
    let (m, k) = (a.nrows(), a.ncols());
    let blocks = k.div_ceil(block.max(1));
    for step in 0..blocks {
        let first = if adjoint { step } else { blocks - 1 - step } * block;
        let width = block.min(k - first);
        let v = vectors(a.submatrix(first, first, m - first, width));
        let t = made(first, v.as_ref());
        apply(v.as_ref(), t.as_ref(), adjoint, c.rb_mut().subrows_mut(first, m - first));
    }
}

/// `c := op(Q) c` or `c op(Q)`; `Q` is as large as the side of `c` that it is multiplied to.
fn multiply<T: Scalar>(
    side: Side,
    adjoint: bool,
    a: MatRef<'_, T>,
    block: usize,
    mut c: MatMut<'_, T>,
    made: impl Fn(usize, MatRef<'_, T>) -> Mat<T>,
) {
    match side {
        Side::Left => apply_all(a, block, adjoint, c, made),
        Side::Right => {
            // The adjoint of `c Q` is `Q^H c^H`.
            let mut turned = c.rb().adjoint().to_owned();
            apply_all(a, block, !adjoint, turned.as_mut(), made);
            for j in 0..c.ncols() {
                for i in 0..c.nrows() {
                    c[(i, j)] = turned[(j, i)].conjugate();
                }
            }
        }
    }
}

/// How the adjoint is named: `T` for real numbers, `C` for complex ones.
unsafe fn adjoint<T: Scalar>(trans: *const u8, position: Int) -> Checked<bool> {
    // SAFETY: the caller's option can be read.
    match unsafe { op(trans, position) }? {
        Op::None => Ok(false),
        Op::Transpose if T::COMPLEX => Err(Illegal(position)),
        Op::Transpose | Op::Adjoint => Ok(true),
    }
}

pub unsafe extern "C" fn gemqrt<T: Scalar>(
    left_or_right: *const u8,
    trans: *const u8,
    m: *const Int,
    n: *const Int,
    k: *const Int,
    nb: *const Int,
    v: *const T,
    ldv: *const Int,
    t: *const T,
    ldt: *const Int,
    c: *mut T,
    ldc: *const Int,
    _work: *mut T,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices are as large as it says.
    unsafe {
        lapack("gemqrt", info, || {
            let side = side(left_or_right, 1)?;
            let adjoint = adjoint::<T>(trans, 2)?;
            let (m, n, k, block) = (size(m, 3)?, size(n, 4)?, size(k, 5)?, size(nb, 6)?);
            let order = if side == Side::Left { m } else { n };
            if k > order {
                return Err(Illegal(5));
            }
            if block == 0 || (block > k && k > 0) {
                return Err(Illegal(6));
            }
            let v = matrix(v, order, k, leading(ldv, order, 8)?);
            let t = matrix(t, block, k, leading(ldt, block, 10)?);
            let c = matrix_mut(c, m, n, leading(ldc, m, 12)?);
            multiply(side, adjoint, v, block, c, |first, v| {
                upper(t.submatrix(0, first, v.ncols(), v.ncols()))
            });
            Ok(0)
        });
    }
}

/// The triangle of a block, from its factors.
fn from_taus<T: Scalar>(taus: &[T]) -> impl Fn(usize, MatRef<'_, T>) -> Mat<T> {
    move |first, v| {
        let mut t = Mat::<T>::zeros(v.ncols(), v.ncols());
        triangle(v, &taus[first..first + v.ncols()], t.as_mut());
        t
    }
}

pub unsafe extern "C" fn ormqr<T: Scalar>(
    left_or_right: *const u8,
    trans: *const u8,
    m: *const Int,
    n: *const Int,
    k: *const Int,
    a: *const T,
    lda: *const Int,
    tau: *const T,
    c: *mut T,
    ldc: *const Int,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrices and vector are as large as it says.
    unsafe {
        lapack("ormqr", info, || {
            let side = side(left_or_right, 1)?;
            let adjoint = adjoint::<T>(trans, 2)?;
            let (m, n, k) = (size(m, 3)?, size(n, 4)?, size(k, 5)?);
            let order = if side == Side::Left { m } else { n };
            if k > order {
                return Err(Illegal(5));
            }
            let a = matrix(a, order, k, leading(lda, order, 7)?);
            let c = matrix_mut(c, m, n, leading(ldc, m, 10)?);
            *work = T::one();
            if *lwork != -1 {
                let taus = std::slice::from_raw_parts(tau, k);
                multiply(side, adjoint, a, BLOCK, c, from_taus(taus));
            }
            Ok(0)
        });
    }
}

/// The first columns of the orthogonal factor itself, in place of the reflections.
pub unsafe extern "C" fn orgqr<T: Scalar>(
    m: *const Int,
    n: *const Int,
    k: *const Int,
    a: *mut T,
    lda: *const Int,
    tau: *const T,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    unsafe {
        lapack("orgqr", info, || {
            let (m, n, k) = (size(m, 1)?, size(n, 2)?, size(k, 3)?);
            if n > m {
                return Err(Illegal(2));
            }
            if k > n {
                return Err(Illegal(3));
            }
            let mut a = matrix_mut(a, m, n, leading(lda, m, 5)?);
            *work = T::one();
            if *lwork != -1 {
                let reflections = a.rb().subcols(0, k).to_owned();
                for j in 0..n {
                    for i in 0..m {
                        a[(i, j)] = if i == j { T::one() } else { T::zero() };
                    }
                }
                let taus = std::slice::from_raw_parts(tau, k);
                apply_all(reflections.as_ref(), BLOCK, false, a, from_taus(taus));
            }
            Ok(0)
        });
    }
}

/// The column of the largest norm of what remains goes first. Columns whose place is not 0 stand before all others.
fn factor_pivoted<T: Scalar>(mut a: MatMut<'_, T>, places: &mut [Int], taus: &mut [T]) {
    let (m, n) = (a.nrows(), a.ncols());
    let swap = |a: &mut MatMut<'_, T>, i: usize, j: usize| {
        for row in 0..m {
            let kept = a[(row, i)];
            a[(row, i)] = a[(row, j)];
            a[(row, j)] = kept;
        }
    };
    let mut fixed = 0;
    for j in 0..n {
        let is_fixed = places[j] != 0;
        places[j] = j as Int + 1;
        if is_fixed {
            if j != fixed {
                swap(&mut a, j, fixed);
                places.swap(j, fixed);
            }
            fixed += 1;
        }
    }
    let mut now: Vec<T::Part> = (0..n).map(|j| norm(a.rb().subcols(j, 1))).collect();
    let mut exact = now.clone();
    let worn = T::Part::epsilon().sqrt();
    for i in 0..taus.len() {
        if i >= fixed {
            let mut best = i;
            for j in i + 1..n {
                if now[j] > now[best] {
                    best = j;
                }
            }
            if best != i {
                swap(&mut a, i, best);
                places.swap(i, best);
                now[best] = now[i];
                exact[best] = exact[i];
            }
        }
        taus[i] = reflect_column(a.rb_mut(), i);
        // What is left of the norms, computed anew where too little is.
        for j in i + 1..n {
            if now[j].is_zero() {
                continue;
            }
            let gone = a[(i, j)].modulus() / now[j];
            let left = (T::Part::one() - gone * gone).max(T::Part::zero());
            let of_exact = now[j] / exact[j];
            if left * of_exact * of_exact <= worn {
                now[j] = norm(a.rb().submatrix(i + 1, j, m - i - 1, 1));
                exact[j] = now[j];
            } else {
                now[j] *= left.sqrt();
            }
        }
    }
}

/// Of real numbers.
pub unsafe extern "C" fn geqp3<T: Scalar>(
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    jpvt: *mut Int,
    tau: *mut T,
    work: *mut T,
    lwork: *const Int,
    info: *mut Int,
) {
    // SAFETY: the caller's matrix and vectors are as large as it says.
    unsafe {
        lapack("geqp3", info, || {
            let (m, n) = (size(m, 1)?, size(n, 2)?);
            let a = matrix_mut(a, m, n, leading(lda, m, 4)?);
            *work = T::one();
            if *lwork != -1 {
                let places = std::slice::from_raw_parts_mut(jpvt, n);
                factor_pivoted(a, places, std::slice::from_raw_parts_mut(tau, m.min(n)));
            }
            Ok(0)
        });
    }
}
pub unsafe extern "C" fn geqp3_complex<T: Scalar>(
    m: *const Int,
    n: *const Int,
    a: *mut T,
    lda: *const Int,
    jpvt: *mut Int,
    tau: *mut T,
    work: *mut T,
    lwork: *const Int,
    _rwork: *mut T::Part,
    info: *mut Int,
) {
    // SAFETY: the same promises.
    unsafe { geqp3(m, n, a, lda, jpvt, tau, work, lwork, info) }
}
