//! The functions by their definitions: products entry by entry, factors multiplied again, for all four kinds of number and
//! sizes around those of blocks.

use faer::{Mat, MatRef};
use num_complex::Complex;
use num_traits::{Float, One, Zero};

use crate::call::Int;
use crate::scalar::Scalar;
use crate::{cholesky, eigen, find, level1, level23, lu, qr, svd, symmetric_eigen};

/// Numbers that look random, the same ones in each run.
fn entry<T: Scalar>(seed: usize) -> T {
    let mut bits = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5bd1_e995;
    let mut part = || {
        bits ^= bits >> 29;
        bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits ^= bits >> 32;
        let of = T::number(bits % 2001) - T::number(1000);
        of / T::number(500)
    };
    let (re, im) = (part(), part());
    T::from_parts(re, im)
}
fn filled<T: Scalar>(m: usize, n: usize, seed: usize) -> Mat<T> {
    Mat::from_fn(m, n, |i, j| entry(seed + i + 1000 * j))
}
fn times<T: Scalar>(a: MatRef<'_, T>, b: MatRef<'_, T>) -> Mat<T> {
    assert_eq!(a.ncols(), b.nrows());
    Mat::from_fn(a.nrows(), b.ncols(), |i, j| {
        (0..a.ncols()).fold(T::zero(), |sum, k| sum + a[(i, k)] * b[(k, j)])
    })
}
fn adjoint<T: Scalar>(a: &Mat<T>) -> Mat<T> {
    Mat::from_fn(a.ncols(), a.nrows(), |i, j| a[(j, i)].conjugate())
}
#[track_caller]
fn same<T: Scalar>(a: &Mat<T>, b: &Mat<T>) {
    assert_eq!((a.nrows(), a.ncols()), (b.nrows(), b.ncols()));
    let scale = T::number(100 * (1 + a.nrows().max(a.ncols())));
    for j in 0..a.ncols() {
        for i in 0..a.nrows() {
            let off = (a[(i, j)] - b[(i, j)]).modulus();
            assert!(
                off <= T::Part::epsilon() * scale,
                "{i}, {j}: {:?}, {:?}",
                a[(i, j)],
                b[(i, j)]
            );
        }
    }
}
fn ld<T>(a: &Mat<T>) -> Int {
    // That of a matrix without elements is 0.
    (a.col_stride() as Int).max(a.nrows().max(1) as Int)
}

const SIZES: [usize; 7] = [0, 1, 2, 5, 16, 33, 70];

macro_rules! for_all {
    ($($test:ident)*) => {$(
        mod $test {
            use super::*;
            #[test]
            fn f32() { super::$test::<f32>(); }
            #[test]
            fn f64() { super::$test::<f64>(); }
            #[test]
            fn c32() { super::$test::<Complex<f32>>(); }
            #[test]
            fn c64() { super::$test::<Complex<f64>>(); }
        }
    )*};
}
for_all! { products triangles equations positive_definite reflections singular_values hermitian vectors }

fn as_used<T: Scalar>(a: &Mat<T>, op: u8) -> Mat<T> {
    match op {
        b'N' => a.clone(),
        b'T' => a.transpose().to_owned(),
        _ => adjoint(a),
    }
}

fn products<T: Scalar>() {
    for (m, n, k) in [(0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (5, 7, 3), (40, 33, 65)] {
        for op_a in *b"NTC" {
            for op_b in *b"NTC" {
                let a = if op_a == b'N' { filled::<T>(m, k, 1) } else { filled::<T>(k, m, 1) };
                let b = if op_b == b'N' { filled::<T>(k, n, 2) } else { filled::<T>(n, k, 2) };
                let (alpha, beta) = (entry::<T>(7), entry::<T>(8));
                let before = filled::<T>(m, n, 3);
                let mut c = before.clone();
                let ldc = ld(&c);
                // SAFETY: the sizes are the matrices'.
                unsafe {
                    level23::gemm(
                        &op_a,
                        &op_b,
                        &(m as Int),
                        &(n as Int),
                        &(k as Int),
                        &alpha,
                        a.as_ptr(),
                        &ld(&a),
                        b.as_ptr(),
                        &ld(&b),
                        &beta,
                        c.as_ptr_mut(),
                        &ldc,
                    );
                }
                let product = times(as_used(&a, op_a).as_ref(), as_used(&b, op_b).as_ref());
                let wanted =
                    Mat::from_fn(m, n, |i, j| alpha * product[(i, j)] + beta * before[(i, j)]);
                same(&c, &wanted);
            }
        }
    }
    // With a factor of zero a NaN in the result does not matter.
    let a = filled::<T>(4, 4, 1);
    let mut c = Mat::from_fn(4, 4, |_, _| T::from_part(T::Part::nan()));
    let (n, ldc) = (4, ld(&c));
    // SAFETY: the sizes are the matrices'.
    unsafe {
        level23::gemm(
            &b'N',
            &b'N',
            &n,
            &n,
            &n,
            &T::one(),
            a.as_ptr(),
            &ld(&a),
            a.as_ptr(),
            &ld(&a),
            &T::zero(),
            c.as_ptr_mut(),
            &ldc,
        );
    }
    same(&c, &times(a.as_ref(), a.as_ref()));
}

fn triangle_of<T: Scalar>(a: &Mat<T>, uplo: u8, unit: u8) -> Mat<T> {
    Mat::from_fn(a.nrows(), a.ncols(), |i, j| match i.cmp(&j) {
        std::cmp::Ordering::Equal if unit == b'U' => T::one(),
        std::cmp::Ordering::Less if uplo == b'L' => T::zero(),
        std::cmp::Ordering::Greater if uplo == b'U' => T::zero(),
        _ => a[(i, j)],
    })
}

/// A matrix on whose diagonal large numbers stand, the other entries being small.
fn dominant<T: Scalar>(n: usize, seed: usize) -> Mat<T> {
    let small = T::number(4 * (n + 1)).recip();
    Mat::from_fn(n, n, |i, j| {
        let small = entry::<T>(seed + i + 1000 * j).scaled(small);
        if i == j { T::one() + T::one() + small } else { small }
    })
}

fn triangles<T: Scalar>() {
    for n in SIZES {
        for uplo in *b"UL" {
            for op in *b"NTC" {
                for unit in *b"NU" {
                    let a = dominant::<T>(n, 3);
                    let used = as_used(&triangle_of(&a, uplo, unit), op);
                    for side in *b"LR" {
                        let (m, k) = if side == b'L' { (n, 3) } else { (3, n) };
                        let b = filled::<T>(m, k, 5);
                        let mut x = b.clone();
                        let ldx = ld(&x);
                        let alpha = entry::<T>(9);
                        let inverse = T::one() / alpha;
                        // SAFETY: the sizes are the matrices'.
                        unsafe {
                            level23::trmm::<T, false>(
                                &side,
                                &uplo,
                                &op,
                                &unit,
                                &(m as Int),
                                &(k as Int),
                                &alpha,
                                a.as_ptr(),
                                &ld(&a),
                                x.as_ptr_mut(),
                                &ldx,
                            );
                        }
                        let product = match side {
                            b'L' => times(used.as_ref(), b.as_ref()),
                            _ => times(b.as_ref(), used.as_ref()),
                        };
                        same(&x, &Mat::from_fn(m, k, |i, j| alpha * product[(i, j)]));
                        // SAFETY: the sizes are the matrices'.
                        unsafe {
                            level23::trmm::<T, true>(
                                &side,
                                &uplo,
                                &op,
                                &unit,
                                &(m as Int),
                                &(k as Int),
                                &inverse,
                                a.as_ptr(),
                                &ld(&a),
                                x.as_ptr_mut(),
                                &ldx,
                            );
                        }
                        same(&x, &b);
                    }
                    let mut x: Vec<T> = (0..n).map(entry).collect();
                    let before = x.clone();
                    let (size, step) = (n as Int, -1);
                    // SAFETY: the sizes are the matrix' and the vector's.
                    unsafe {
                        level23::trmv::<T, false>(
                            &uplo,
                            &op,
                            &unit,
                            &size,
                            a.as_ptr(),
                            &ld(&a),
                            x.as_mut_ptr(),
                            &step,
                        );
                        level23::trmv::<T, true>(
                            &uplo,
                            &op,
                            &unit,
                            &size,
                            a.as_ptr(),
                            &ld(&a),
                            x.as_mut_ptr(),
                            &step,
                        );
                    }
                    same(&Mat::from_fn(n, 1, |i, _| x[i]), &Mat::from_fn(n, 1, |i, _| before[i]));
                }
            }
        }
    }
}

fn equations<T: Scalar>() {
    for (m, n) in [(0, 0), (1, 1), (4, 4), (5, 3), (3, 5), (33, 33), (70, 40), (40, 70)] {
        let a = filled::<T>(m, n, 11);
        let mut f = a.clone();
        let lda = ld(&f);
        let mut pivots = vec![0; m.min(n)];
        let mut info = 7;
        // SAFETY: the sizes are the matrix'.
        unsafe {
            lu::getrf(
                &(m as Int),
                &(n as Int),
                f.as_ptr_mut(),
                &lda,
                pivots.as_mut_ptr(),
                &mut info,
            );
        }
        assert_eq!(info, 0);
        let k = m.min(n);
        let lower = triangle_of(&f, b'L', b'U');
        let upper = triangle_of(&f, b'U', b'N');
        let product = times(lower.as_ref().subcols(0, k), upper.as_ref().subrows(0, k));
        let mut exchanged = a.clone();
        for (i, &pivot) in pivots.iter().enumerate() {
            let pivot = pivot as usize - 1;
            assert!(pivot >= i);
            for j in 0..n {
                let kept = exchanged[(i, j)];
                exchanged[(i, j)] = exchanged[(pivot, j)];
                exchanged[(pivot, j)] = kept;
            }
        }
        same(&product, &exchanged);
        for j in 0..k {
            for i in j + 1..m {
                assert!(f[(i, j)].taxicab() <= T::number(3));
            }
        }
        if m == n {
            for op in *b"NTC" {
                let x = filled::<T>(n, 2, 5);
                let a = dominant::<T>(n, 12);
                let mut b = times(as_used(&a, op).as_ref(), x.as_ref());
                let (mut f, ldb) = (a.clone(), ld(&b));
                // SAFETY: the sizes are the matrices'.
                unsafe {
                    let n = n as Int;
                    lu::getrf(&n, &n, f.as_ptr_mut(), &lda, pivots.as_mut_ptr(), &mut info);
                    lu::getrs(
                        &op,
                        &n,
                        &2,
                        f.as_ptr(),
                        &lda,
                        pivots.as_ptr(),
                        b.as_ptr_mut(),
                        &ldb,
                        &mut info,
                    );
                    assert_eq!(info, 0);
                    same(&b, &x);
                    let mut work = T::zero();
                    lu::getri(&n, f.as_ptr_mut(), &lda, pivots.as_ptr(), &mut work, &1, &mut info);
                }
                assert_eq!(info, 0);
                same(&times(f.as_ref(), a.as_ref()), &Mat::identity(n, n));
            }
        }
    }
    // A column without a pivot is left alone, and the first one is told.
    let mut a =
        Mat::from_fn(
            3,
            3,
            |i, j| {
                if j == 1 { T::zero() } else { T::from_part(T::number(i + j + 1)) }
            },
        );
    let (n, lda, mut info) = (3, ld(&a), 0);
    let mut pivots = [0; 3];
    // SAFETY: the sizes are the matrix'.
    unsafe { lu::getrf(&n, &n, a.as_ptr_mut(), &lda, pivots.as_mut_ptr(), &mut info) };
    assert_eq!(info, 2);
    assert!((0..3).all(|i| a[(i, 1)].is_zero() && a[(i, 2)].taxicab().is_finite()));
}

fn positive_definite<T: Scalar>() {
    for n in SIZES {
        for uplo in *b"UL" {
            let half = filled::<T>(n, n + 2, 21);
            let mut a = times(half.as_ref(), adjoint(&half).as_ref());
            for i in 0..n {
                a[(i, i)] += T::one();
            }
            let mut f = a.clone();
            let (size, lda, mut info) = (n as Int, ld(&f), 7);
            // SAFETY: the sizes are the matrix'.
            unsafe { cholesky::potrf(&uplo, &size, f.as_ptr_mut(), &lda, &mut info) };
            assert_eq!(info, 0);
            let triangle = triangle_of(&f, uplo, b'N');
            let product = match uplo {
                b'U' => times(adjoint(&triangle).as_ref(), triangle.as_ref()),
                _ => times(triangle.as_ref(), adjoint(&triangle).as_ref()),
            };
            let scale = T::number(n + 1).recip();
            let scaled = |m: &Mat<T>| Mat::from_fn(n, n, |i, j| m[(i, j)].scaled(scale));
            same(&scaled(&product), &scaled(&a));
            // The other triangle is not touched.
            for j in 0..n {
                for i in 0..n {
                    if (uplo == b'U' && i > j) || (uplo == b'L' && i < j) {
                        assert_eq!(f[(i, j)], a[(i, j)]);
                    }
                }
            }
        }
    }
    for (n, bad) in [(1, 0), (3, 1), (50, 40)] {
        for value in [T::Part::zero() - T::Part::one(), T::Part::zero(), T::Part::nan()] {
            let mut a = Mat::<T>::identity(n, n);
            a[(bad, bad)] = T::from_part(value);
            let (size, lda, mut info) = (n as Int, ld(&a), 0);
            // SAFETY: the sizes are the matrix'.
            unsafe { cholesky::potrf(&b'L', &size, a.as_ptr_mut(), &lda, &mut info) };
            assert_eq!(info, bad as Int + 1);
        }
    }
}

fn reflections<T: Scalar>() {
    for (m, n) in [(1, 1), (4, 4), (7, 3), (3, 7), (70, 40), (40, 70), (90, 90)] {
        let k = m.min(n);
        let a = filled::<T>(m, n, 31);
        let block = k.min(36);
        let mut f = a.clone();
        let mut t = Mat::<T>::zeros(block, k);
        let (lda, ldt, mut info) = (ld(&f), ld(&t), 7);
        let mut work = T::zero();
        // SAFETY: the sizes are the matrices'.
        unsafe {
            qr::geqrt(
                &(m as Int),
                &(n as Int),
                &(block as Int),
                f.as_ptr_mut(),
                &lda,
                t.as_ptr_mut(),
                &ldt,
                &mut work,
                &mut info,
            );
        }
        assert_eq!(info, 0);
        let r = triangle_of(&f, b'U', b'N');
        for i in 0..k {
            assert!(r[(i, i)].im().is_zero());
        }
        // Q R from the left; with the adjoint R again; and from the right.
        let mut c = r.clone();
        let ldc = ld(&c);
        let (rows, cols, count, nb) = (m as Int, n as Int, k as Int, block as Int);
        let turn = if T::COMPLEX { b'C' } else { b'T' };
        // SAFETY: the sizes are the matrices'.
        unsafe {
            qr::gemqrt(
                &b'L',
                &b'N',
                &rows,
                &cols,
                &count,
                &nb,
                f.as_ptr(),
                &lda,
                t.as_ptr(),
                &ldt,
                c.as_ptr_mut(),
                &ldc,
                &mut work,
                &mut info,
            );
            assert_eq!(info, 0);
            same(&c, &a);
            qr::gemqrt(
                &b'L',
                &turn,
                &rows,
                &cols,
                &count,
                &nb,
                f.as_ptr(),
                &lda,
                t.as_ptr(),
                &ldt,
                c.as_ptr_mut(),
                &ldc,
                &mut work,
                &mut info,
            );
            same(&c, &r);
            let mut d = adjoint(&r);
            let ldd = ld(&d);
            qr::gemqrt(
                &b'R',
                &turn,
                &cols,
                &rows,
                &count,
                &nb,
                f.as_ptr(),
                &lda,
                t.as_ptr(),
                &ldt,
                d.as_ptr_mut(),
                &ldd,
                &mut work,
                &mut info,
            );
            same(&adjoint(&d), &a);
        }
        // The same without triangles, and the factor itself.
        let mut g = a.clone();
        let mut taus = vec![T::zero(); k];
        // SAFETY: the sizes are the matrices'.
        unsafe {
            qr::geqrf(
                &rows,
                &cols,
                g.as_ptr_mut(),
                &lda,
                taus.as_mut_ptr(),
                &mut work,
                &1,
                &mut info,
            );
            same(&g, &f);
            let mut c = r.clone();
            qr::ormqr(
                &b'L',
                &b'N',
                &rows,
                &cols,
                &count,
                g.as_ptr(),
                &lda,
                taus.as_ptr(),
                c.as_ptr_mut(),
                &ldc,
                &mut work,
                &1,
                &mut info,
            );
            same(&c, &a);
            qr::orgqr(
                &rows,
                &count,
                &count,
                g.as_ptr_mut(),
                &lda,
                taus.as_ptr(),
                &mut work,
                &1,
                &mut info,
            );
        }
        let q = g.as_ref().subcols(0, k).to_owned();
        same(&times(adjoint(&q).as_ref(), q.as_ref()), &Mat::identity(k, k));
        same(&times(q.as_ref(), r.as_ref().subrows(0, k)), &a);
        // With exchanged columns the diagonal does not grow.
        let mut g = a.clone();
        let mut places = vec![0; n];
        // SAFETY: the sizes are the matrix'.
        unsafe {
            qr::geqp3(
                &rows,
                &cols,
                g.as_ptr_mut(),
                &lda,
                places.as_mut_ptr(),
                taus.as_mut_ptr(),
                &mut work,
                &1,
                &mut info,
            );
        }
        let mut c = triangle_of(&g, b'U', b'N');
        for i in 1..k {
            let slack = T::Part::one() + T::Part::epsilon() * T::number(100);
            assert!(c[(i, i)].modulus() <= c[(i - 1, i - 1)].modulus() * slack);
        }
        // SAFETY: the sizes are the matrices'.
        unsafe {
            qr::ormqr(
                &b'L',
                &b'N',
                &rows,
                &cols,
                &count,
                g.as_ptr(),
                &lda,
                taus.as_ptr(),
                c.as_ptr_mut(),
                &ldc,
                &mut work,
                &1,
                &mut info,
            );
        }
        same(&c, &Mat::from_fn(m, n, |i, j| a[(i, places[j] as usize - 1)]));
    }
}

fn singular_values<T: Scalar>() {
    for (m, n) in [(1, 1), (4, 4), (7, 3), (3, 7), (60, 20), (20, 60), (50, 50)] {
        for job in *b"ASON" {
            let k = m.min(n);
            let a = filled::<T>(m, n, 41);
            let mut f = a.clone();
            let mut s = vec![T::Part::zero(); k];
            let (wide, tall) = if job == b'A' { (m, n) } else { (k, k) };
            let (mut u, mut vt) =
                (Mat::<T>::zeros(m, wide.max(m)), Mat::<T>::zeros(n.max(tall), n));
            let (lda, ldu, ldvt, mut info) = (ld(&f), ld(&u), ld(&vt), 7);
            let (mut work, mut iwork) = (T::zero(), 0);
            // SAFETY: the sizes are the matrices'.
            unsafe {
                svd::gesdd(
                    &job,
                    &(m as Int),
                    &(n as Int),
                    f.as_ptr_mut(),
                    &lda,
                    s.as_mut_ptr(),
                    u.as_ptr_mut(),
                    &ldu,
                    vt.as_ptr_mut(),
                    &ldvt,
                    &mut work,
                    &1,
                    &mut iwork,
                    &mut info,
                );
            }
            assert_eq!(info, 0);
            assert!(s.windows(2).all(|two| two[0] >= two[1]));
            if job == b'N' {
                continue;
            }
            if job == b'O' {
                if m >= n {
                    u = f.clone()
                } else {
                    vt = f.clone()
                };
            }
            let us = Mat::from_fn(m, k, |i, j| u[(i, j)].scaled(s[j]));
            same(&times(us.as_ref(), vt.as_ref().subrows(0, k)), &a);
            let (wide, tall) = if job == b'A' { (m, n) } else { (k, k) };
            let u = u.as_ref().subcols(0, wide).to_owned();
            let vt = vt.as_ref().subrows(0, tall).to_owned();
            same(&times(adjoint(&u).as_ref(), u.as_ref()), &Mat::identity(wide, wide));
            same(&times(vt.as_ref(), adjoint(&vt).as_ref()), &Mat::identity(tall, tall));
        }
    }
    let mut a = Mat::from_fn(2, 2, |_, _| T::from_part(T::Part::nan()));
    let (lda, mut info, mut work, mut iwork) = (ld(&a), 0, T::zero(), 0);
    let (mut s, mut u) = ([T::Part::zero(); 2], [T::zero(); 4]);
    // SAFETY: the sizes are the matrices'.
    unsafe {
        svd::gesdd(
            &b'N',
            &2,
            &2,
            a.as_ptr_mut(),
            &lda,
            s.as_mut_ptr(),
            u.as_mut_ptr(),
            &2,
            u.as_mut_ptr(),
            &2,
            &mut work,
            &1,
            &mut iwork,
            &mut info,
        );
    }
    assert_eq!(info, -4);
}

fn hermitian<T: Scalar>() {
    for n in SIZES {
        for uplo in *b"UL" {
            let b = filled::<T>(n, n, 51);
            let a = Mat::from_fn(n, n, |i, j| b[(i, j)] + b[(j, i)].conjugate());
            let mut f = a.clone();
            let mut w = vec![T::Part::zero(); n];
            let (size, lda, mut info, mut work) = (n as Int, ld(&f), 7, T::zero());
            // SAFETY: the sizes are the matrix'.
            unsafe {
                symmetric_eigen::syev(
                    &b'V',
                    &uplo,
                    &size,
                    f.as_ptr_mut(),
                    &lda,
                    w.as_mut_ptr(),
                    &mut work,
                    &1,
                    &mut info,
                );
            }
            assert_eq!(info, 0);
            assert!(w.windows(2).all(|two| two[0] <= two[1]));
            same(&times(adjoint(&f).as_ref(), f.as_ref()), &Mat::identity(n, n));
            let scaled = Mat::from_fn(n, n, |i, j| f[(i, j)].scaled(w[j]));
            same(&times(a.as_ref(), f.as_ref()), &scaled);
        }
    }
}

fn vectors<T: Scalar>() {
    for n in [0, 1, 7, 8, 31, 32, 100] {
        let x: Vec<T> = (0..2 * n).map(entry).collect();
        let size = n as Int;
        let sum = |step: usize| {
            (0..n).fold(T::Part::zero(), |sum, i| {
                let entry = x[i * step];
                sum + entry.re() * entry.re() + entry.im() * entry.im()
            })
        };
        for step in [1, 2] {
            // SAFETY: the vector has so many elements.
            let (norm, largest) = unsafe {
                let step = step as Int;
                (level1::nrm2(&size, x.as_ptr(), &step), level1::iamax(&size, x.as_ptr(), &step))
            };
            let slack = T::Part::epsilon() * T::number(100);
            assert!(Float::abs(norm * norm - sum(step)) <= slack * (T::Part::one() + sum(step)));
            if n > 0 {
                let at = |i: usize| x[i * step].taxicab();
                assert!((0..n).all(|i| at(i) <= at(largest as usize - 1)));
            }
        }
    }
    let large = [T::from_part(T::Part::max_value() / T::number(4)); 3];
    // SAFETY: the vector has three elements.
    let norm = unsafe { level1::nrm2(&3, large.as_ptr(), &1) };
    assert!(norm.is_finite() && norm > large[0].re());
}

fn general_eigenvalues<P: eigen::Real>()
where
    Complex<P>: Scalar<Part = P>,
{
    for n in [1, 2, 3, 10, 40] {
        // A real matrix: pairs of vectors are real and imaginary parts.
        let a = filled::<P>(n, n, 61);
        let mut f = a.clone();
        let (mut re, mut im) = (vec![P::zero(); n], vec![P::zero(); n]);
        let (mut left, mut right) = (Mat::<P>::zeros(n, n), Mat::<P>::zeros(n, n));
        let (lda, ldv, mut info, mut work) = (ld(&f), ld(&right), 7, P::zero());
        // SAFETY: the sizes are the matrices'.
        unsafe {
            eigen::geev(
                &b'V',
                &b'V',
                &(n as Int),
                f.as_ptr_mut(),
                &lda,
                re.as_mut_ptr(),
                im.as_mut_ptr(),
                left.as_ptr_mut(),
                &ldv,
                right.as_ptr_mut(),
                &ldv,
                &mut work,
                &1,
                &mut info,
            );
        }
        assert_eq!(info, 0);
        let whole = |packed: &Mat<P>| {
            Mat::from_fn(n, n, |i, j| {
                if im[j].is_zero() {
                    Complex::from_part(packed[(i, j)])
                } else if im[j] > P::zero() {
                    Complex::from_parts(packed[(i, j)], packed[(i, j + 1)])
                } else {
                    Complex::from_parts(packed[(i, j - 1)], -packed[(i, j)])
                }
            })
        };
        let complex = Mat::from_fn(n, n, |i, j| Complex::from_part(a[(i, j)]));
        let value = |j: usize| Complex::from_parts(re[j], im[j]);
        let right = whole(&right);
        let scaled = Mat::from_fn(n, n, |i, j| right[(i, j)] * value(j));
        same(&times(complex.as_ref(), right.as_ref()), &scaled);
        let left = whole(&left);
        let scaled = Mat::from_fn(n, n, |i, j| left[(i, j)] * value(j).conjugate());
        same(&times(adjoint(&complex).as_ref(), left.as_ref()), &scaled);

        let a = filled::<Complex<P>>(n, n, 62);
        let mut f = a.clone();
        let mut w = vec![Complex::from_part(P::zero()); n];
        let mut right = Mat::<Complex<P>>::zeros(n, n);
        let (mut work, mut unused) = (w[0], P::zero());
        let (lda, ldv) = (ld(&f), ld(&right));
        // SAFETY: the sizes are the matrices'.
        unsafe {
            eigen::geev_complex(
                &b'N',
                &b'V',
                &(n as Int),
                f.as_ptr_mut(),
                &lda,
                w.as_mut_ptr(),
                f.as_ptr_mut(),
                &1,
                right.as_ptr_mut(),
                &ldv,
                &mut work,
                &1,
                &mut unused,
                &mut info,
            );
        }
        assert_eq!(info, 0);
        let scaled = Mat::from_fn(n, n, |i, j| right[(i, j)] * w[j]);
        same(&times(a.as_ref(), right.as_ref()), &scaled);
        for j in 0..n {
            let length = (0..n).fold(P::zero(), |sum, i| sum + right[(i, j)].norm_sqr());
            assert!(Float::abs(length - P::one()) <= P::epsilon() * P::number(100));
        }
    }
}
#[test]
fn general_eigenvalues_f32() {
    general_eigenvalues::<f32>();
}
#[test]
fn general_eigenvalues_f64() {
    general_eigenvalues::<f64>();
}

#[test]
fn illegal_arguments_do_nothing() {
    let a = [1.0f64; 4];
    let (n, mut info, mut pivots) = (2, 0, [0; 2]);
    let mut b = a;
    // SAFETY: the sizes are the matrices', where a function looks at them.
    unsafe {
        lu::getrf(&-1, &n, b.as_mut_ptr(), &2, pivots.as_mut_ptr(), &mut info);
        assert_eq!(info, -1);
        lu::getrf(&n, &n, b.as_mut_ptr(), &1, pivots.as_mut_ptr(), &mut info);
        assert_eq!(info, -4);
        lu::getrs(&b'N', &n, &1, a.as_ptr(), &2, [1, 3].as_ptr(), b.as_mut_ptr(), &2, &mut info);
        assert_eq!(info, -6);
        cholesky::potrf(&b'X', &n, b.as_mut_ptr(), &2, &mut info);
        assert_eq!(info, -1);
        level23::gemm(
            &b'N',
            &b'X',
            &n,
            &n,
            &n,
            &1.0,
            a.as_ptr(),
            &2,
            a.as_ptr(),
            &2,
            &0.0,
            b.as_mut_ptr(),
            &2,
        );
    }
    assert_eq!(a, b);
}

#[test]
fn functions_are_found_by_their_names() {
    let names = [
        "dgemm_64_",
        "sgemv_64_",
        "zherk_64_",
        "dznrm2_64_",
        "idamax_64_",
        "cblas_zdotc_sub64_",
        "dormqr_64_",
        "zunmqr_64_",
        "dsyevr_64_",
        "cheevr_64_",
        "dgeevx_64_",
        "zgesdd_64_",
    ];
    for name in names {
        assert!(find(name).is_some(), "{name}");
    }
    for name in ["", "d", "dgemm_", "dgemm", "zormqr_64_", "dherk_64_", "xgemm_64_", "é_64_"] {
        assert!(find(name).is_none(), "{name}");
    }
}
