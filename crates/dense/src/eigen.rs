//! LAPACK: eigenvalues of general matrices, by faer.
//!
//! The vectors have length one, and the largest entry of a complex one is real, as LAPACK has it; the signs are what
//! faer's Schur form makes them. Nothing is balanced.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{self, ComputeEigenvectors};
use faer::{Mat, MatRef, Par};
use num_complex::Complex;
use num_traits::Float;

use crate::call::{Checked, Int, job, lapack, leading, matrix, matrix_mut, size};
use crate::level1::{largest, norm};
use crate::scalar::Scalar;

/// Eigenvalues and vectors: left ones, right ones.
struct General<P> {
    values: Vec<Complex<P>>,
    left: Option<Mat<Complex<P>>>,
    right: Option<Mat<Complex<P>>>,
}

/// A number type with its complex numbers.
pub trait Real: Scalar<Part = Self> + Float {
    type Complex: Scalar<Part = Self>;
    fn of_real(a: MatRef<'_, Self>, left: bool, right: bool) -> Option<Parts<Self>>;
    fn of_complex(a: MatRef<'_, Complex<Self>>, left: bool, right: bool) -> Option<Parts<Self>>;
}
/// What the two entries have in common.
pub struct Parts<P>(General<P>);

/// Turns each vector so that it has length one, and its largest entry is real if the vector is complex.
fn normalize<P: Real>(mut vectors: Mat<Complex<P>>) -> Mat<Complex<P>>
where
    Complex<P>: Scalar<Part = P>,
{
    let n = vectors.nrows();
    for j in 0..vectors.ncols() {
        let length = norm(vectors.as_ref().subcols(j, 1));
        if length.is_zero() {
            continue;
        }
        let mut turn = Complex::from_part(Float::recip(length));
        let is_real = (0..n).all(|i| vectors[(i, j)].im.is_zero());
        let most = largest(n, |i| {
            let entry = vectors[(i, j)];
            entry.re * entry.re + entry.im * entry.im
        });
        if !is_real {
            let entry = vectors[(most, j)];
            // The sign of the real part stays.
            let sign = if entry.re.is_sign_negative() { -P::one() } else { P::one() };
            turn *= entry.conjugate().scaled(sign / entry.modulus());
        }
        for i in 0..n {
            vectors[(i, j)] *= turn;
        }
        if !is_real {
            vectors[(most, j)] = Complex::from_part(vectors[(most, j)].re);
        }
    }
    vectors
}

/// The vectors of a real matrix: a pair of complex ones stands as real and imaginary part.
fn unpacked<P: Real>(u: Mat<P>, values: &[Complex<P>]) -> Mat<Complex<P>>
where
    Complex<P>: Scalar<Part = P>,
{
    let n = u.nrows();
    let mut vectors = Mat::<Complex<P>>::zeros(n, n);
    let mut j = 0;
    while j < n {
        if values[j].im.is_zero() || j + 1 == n {
            for i in 0..n {
                vectors[(i, j)] = Complex::from_part(u[(i, j)]);
            }
            j += 1;
            continue;
        }
        for i in 0..n {
            let entry = Complex::from_parts(u[(i, j)], u[(i, j + 1)]);
            vectors[(i, j)] = entry;
            vectors[(i, j + 1)] = entry.conjugate();
        }
        j += 2;
    }
    vectors
}

fn asked(vectors: bool) -> ComputeEigenvectors {
    if vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No }
}

macro_rules! reals {
    ($($part:ty),*) => {$(
        impl Real for $part {
            type Complex = Complex<$part>;
            fn of_real(a: MatRef<'_, $part>, left: bool, right: bool) -> Option<Parts<$part>> {
                let n = a.nrows();
                let (of_left, of_right) = (asked(left), asked(right));
                let wanted =
                    evd::evd_scratch::<$part>(n, of_left, of_right, Par::Seq, Default::default());
                let mut memory = MemBuffer::new(wanted);
                let stack = MemStack::new(&mut memory);
                let (mut re, mut im) = (Diag::<$part>::zeros(n), Diag::<$part>::zeros(n));
                let mut u_left = left.then(|| Mat::<$part>::zeros(n, n));
                let mut u_right = right.then(|| Mat::<$part>::zeros(n, n));
                evd::evd_real(
                    a,
                    re.as_mut(),
                    im.as_mut(),
                    u_left.as_mut().map(|u| u.as_mut()),
                    u_right.as_mut().map(|u| u.as_mut()),
                    Par::Seq,
                    stack,
                    Default::default(),
                )
                .ok()?;
                let values: Vec<_> = (0..n).map(|i| Complex::new(re[i], im[i])).collect();
                let made = |u| normalize(unpacked(u, &values));
                let (left, right) = (u_left.map(made), u_right.map(made));
                Some(Parts(General { values, left, right }))
            }
            fn of_complex(
                a: MatRef<'_, Complex<$part>>,
                left: bool,
                right: bool,
            ) -> Option<Parts<$part>> {
                let n = a.nrows();
                let (of_left, of_right) = (asked(left), asked(right));
                let wanted = evd::evd_scratch::<Complex<$part>>(
                    n, of_left, of_right, Par::Seq, Default::default(),
                );
                let mut memory = MemBuffer::new(wanted);
                let stack = MemStack::new(&mut memory);
                let mut s = Diag::<Complex<$part>>::zeros(n);
                let mut u_left = left.then(|| Mat::<Complex<$part>>::zeros(n, n));
                let mut u_right = right.then(|| Mat::<Complex<$part>>::zeros(n, n));
                evd::evd_cplx(
                    a,
                    s.as_mut(),
                    u_left.as_mut().map(|u| u.as_mut()),
                    u_right.as_mut().map(|u| u.as_mut()),
                    Par::Seq,
                    stack,
                    Default::default(),
                )
                .ok()?;
                let values = (0..n).map(|i| s[i]).collect();
                let (left, right) = (u_left.map(normalize), u_right.map(normalize));
                Some(Parts(General { values, left, right }))
            }
        }
    )*};
}
reals!(f32, f64);

fn has_only_numbers<T: Scalar>(a: MatRef<'_, T>) -> bool {
    (0..a.ncols()).all(|j| (0..a.nrows()).all(|i| Float::is_finite(a[(i, j)].taxicab())))
}

/// Where the vectors of a real matrix go: a pair of complex ones as real and imaginary part.
unsafe fn store_packed<P: Real>(
    vectors: &Mat<Complex<P>>,
    values: &[Complex<P>],
    to: *mut P,
    ld: usize,
) where
    Complex<P>: Scalar<Part = P>,
{
    let n = vectors.nrows();
    // SAFETY: the caller has a place for so many vectors.
    let mut to = unsafe { matrix_mut(to, n, n, ld) };
    for j in 0..n {
        // The second of a pair has the first one's imaginary part.
        let is_second = values[j].im < P::zero();
        for i in 0..n {
            to[(i, j)] = if is_second { -vectors[(i, j)].im } else { vectors[(i, j)].re };
        }
    }
}

unsafe fn real<P: Real>(
    (vectors_left, vectors_right): (bool, bool),
    (n, a, lda): (usize, *mut P, usize),
    (wr, wi): (*mut P, *mut P),
    (vl, ldvl): (*mut P, usize),
    (vr, ldvr): (*mut P, usize),
) -> Int
where
    Complex<P>: Scalar<Part = P>,
{
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        let a = matrix(a, n, n, lda);
        if n == 0 {
            return 0;
        }
        if !has_only_numbers(a) {
            return n as Int;
        }
        let Some(Parts(made)) = P::of_real(a, vectors_left, vectors_right) else {
            return n as Int;
        };
        for (i, value) in made.values.iter().enumerate() {
            *wr.add(i) = value.re;
            *wi.add(i) = value.im;
        }
        if let Some(left) = &made.left {
            store_packed(left, &made.values, vl, ldvl);
        }
        if let Some(right) = &made.right {
            store_packed(right, &made.values, vr, ldvr);
        }
    }
    0
}

unsafe fn complex<P: Real>(
    (vectors_left, vectors_right): (bool, bool),
    (n, a, lda): (usize, *mut Complex<P>, usize),
    w: *mut Complex<P>,
    (vl, ldvl): (*mut Complex<P>, usize),
    (vr, ldvr): (*mut Complex<P>, usize),
) -> Int
where
    Complex<P>: Scalar<Part = P>,
{
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        let a = matrix(a, n, n, lda);
        if n == 0 {
            return 0;
        }
        if !has_only_numbers(a) {
            return n as Int;
        }
        let Some(Parts(made)) = P::of_complex(a, vectors_left, vectors_right) else {
            return n as Int;
        };
        for (i, value) in made.values.iter().enumerate() {
            *w.add(i) = *value;
        }
        for (from, (to, ld)) in [(&made.left, (vl, ldvl)), (&made.right, (vr, ldvr))] {
            if let Some(from) = from {
                matrix_mut(to, n, n, ld).copy_from(from);
            }
        }
    }
    0
}

/// Which vectors are asked for (left ones, right ones), the matrix' size, and the distances of columns of the matrix, the left
/// and the right vectors.
type Options = ((bool, bool), usize, usize, usize, usize);

/// The options of both functions.
unsafe fn options<T>(
    (jobvl, jobvr, first): (*const u8, *const u8, Int),
    n: *const Int,
    (_, lda): (*mut T, *const Int),
    (ldvl, at_left): (*const Int, Int),
    ldvr: *const Int,
    after: Int,
) -> Checked<Options> {
    // SAFETY: the caller's options can be read.
    unsafe {
        let left = job(jobvl, b"NV", first)? == b'V';
        let right = job(jobvr, b"NV", first + 1)? == b'V';
        let n = size(n, after)?;
        let lda = leading(lda, n, after + 2)?;
        let ldvl = leading(ldvl, if left { n } else { 1 }, at_left)?;
        let ldvr = leading(ldvr, if right { n } else { 1 }, at_left + 2)?;
        Ok(((left, right), n, lda, ldvl, ldvr))
    }
}

pub unsafe extern "C" fn geev<P: Real>(
    jobvl: *const u8,
    jobvr: *const u8,
    n: *const Int,
    a: *mut P,
    lda: *const Int,
    wr: *mut P,
    wi: *mut P,
    vl: *mut P,
    ldvl: *const Int,
    vr: *mut P,
    ldvr: *const Int,
    work: *mut P,
    lwork: *const Int,
    info: *mut Int,
) where
    Complex<P>: Scalar<Part = P>,
{
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        lapack("geev", info, || {
            let (asked, n, lda, ldvl, ldvr) =
                options((jobvl, jobvr, 1), n, (a, lda), (ldvl, 9), ldvr, 3)?;
            *work = P::one();
            if *lwork == -1 {
                return Ok(0);
            }
            Ok(real(asked, (n, a, lda), (wr, wi), (vl, ldvl), (vr, ldvr)))
        });
    }
}
pub unsafe extern "C" fn geev_complex<P: Real>(
    jobvl: *const u8,
    jobvr: *const u8,
    n: *const Int,
    a: *mut Complex<P>,
    lda: *const Int,
    w: *mut Complex<P>,
    vl: *mut Complex<P>,
    ldvl: *const Int,
    vr: *mut Complex<P>,
    ldvr: *const Int,
    work: *mut Complex<P>,
    lwork: *const Int,
    _rwork: *mut P,
    info: *mut Int,
) where
    Complex<P>: Scalar<Part = P>,
{
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        lapack("geev", info, || {
            let (asked, n, lda, ldvl, ldvr) =
                options((jobvl, jobvr, 1), n, (a, lda), (ldvl, 8), ldvr, 3)?;
            *work = Complex::from_part(P::one());
            if *lwork == -1 {
                return Ok(0);
            }
            Ok(complex(asked, (n, a, lda), w, (vl, ldvl), (vr, ldvr)))
        });
    }
}

/// What is said of the balancing, which is none: all rows, each as it is.
unsafe fn unbalanced<T: Scalar<Part = P>, P: Real>(
    (n, a, lda): (usize, *const T, usize),
    (ilo, ihi): (*mut Int, *mut Int),
    scale: *mut P,
    abnrm: *mut P,
) {
    // SAFETY: the caller's matrix and vector are as large as it says.
    unsafe {
        let a = matrix(a, n, n, lda);
        *ilo = 1;
        *ihi = n as Int;
        for i in 0..n {
            *scale.add(i) = P::one();
        }
        *abnrm = (0..n)
            .map(|j| (0..n).fold(P::zero(), |sum, i| sum + a[(i, j)].modulus()))
            .fold(P::zero(), Float::max);
    }
}
/// Condition numbers are not computed.
unsafe fn expert(balanc: *const u8, sense: *const u8) -> Checked<()> {
    // SAFETY: the caller's options can be read.
    unsafe {
        job(balanc, b"NPSB", 1)?;
        job(sense, b"N", 4)?;
    }
    Ok(())
}

pub unsafe extern "C" fn geevx<P: Real>(
    balanc: *const u8,
    jobvl: *const u8,
    jobvr: *const u8,
    sense: *const u8,
    n: *const Int,
    a: *mut P,
    lda: *const Int,
    wr: *mut P,
    wi: *mut P,
    vl: *mut P,
    ldvl: *const Int,
    vr: *mut P,
    ldvr: *const Int,
    ilo: *mut Int,
    ihi: *mut Int,
    scale: *mut P,
    abnrm: *mut P,
    _rconde: *mut P,
    _rcondv: *mut P,
    work: *mut P,
    lwork: *const Int,
    _iwork: *mut Int,
    info: *mut Int,
) where
    Complex<P>: Scalar<Part = P>,
{
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        lapack("geevx", info, || {
            expert(balanc, sense)?;
            let (asked, n, lda, ldvl, ldvr) =
                options((jobvl, jobvr, 2), n, (a, lda), (ldvl, 11), ldvr, 5)?;
            *work = P::one();
            if *lwork == -1 {
                return Ok(0);
            }
            unbalanced((n, a, lda), (ilo, ihi), scale, abnrm);
            Ok(real(asked, (n, a, lda), (wr, wi), (vl, ldvl), (vr, ldvr)))
        });
    }
}
pub unsafe extern "C" fn geevx_complex<P: Real>(
    balanc: *const u8,
    jobvl: *const u8,
    jobvr: *const u8,
    sense: *const u8,
    n: *const Int,
    a: *mut Complex<P>,
    lda: *const Int,
    w: *mut Complex<P>,
    vl: *mut Complex<P>,
    ldvl: *const Int,
    vr: *mut Complex<P>,
    ldvr: *const Int,
    ilo: *mut Int,
    ihi: *mut Int,
    scale: *mut P,
    abnrm: *mut P,
    _rconde: *mut P,
    _rcondv: *mut P,
    work: *mut Complex<P>,
    lwork: *const Int,
    _rwork: *mut P,
    info: *mut Int,
) where
    Complex<P>: Scalar<Part = P>,
{
    // SAFETY: the caller's matrices and vectors are as large as it says.
    unsafe {
        lapack("geevx", info, || {
            expert(balanc, sense)?;
            let (asked, n, lda, ldvl, ldvr) =
                options((jobvl, jobvr, 2), n, (a, lda), (ldvl, 10), ldvr, 5)?;
            *work = Complex::from_part(P::one());
            if *lwork == -1 {
                return Ok(0);
            }
            unbalanced((n, a, lda), (ilo, ihi), scale, abnrm);
            Ok(complex(asked, (n, a, lda), w, (vl, ldvl), (vr, ldvr)))
        });
    }
}
