//! BLAS, first level: vectors.

use faer::MatRef;
use num_traits::{Float, Zero};

use crate::call::{Int, Vector};
use crate::scalar::Scalar;

/// The length of a vector: a negative one is as good as none.
///
/// # Safety
/// `n` can be read.
unsafe fn length(n: *const Int) -> usize {
    // SAFETY: as the caller promises.
    usize::try_from(unsafe { *n }).unwrap_or(0)
}

pub unsafe extern "C" fn axpy<T: Scalar>(
    n: *const Int,
    alpha: *const T,
    x: *const T,
    incx: *const Int,
    y: *mut T,
    incy: *const Int,
) {
    // SAFETY: the caller's vectors are as long as it says.
    let (alpha, x, y) = unsafe {
        let n = length(n);
        (*alpha, Vector::new(x, n, *incx), Vector::new(y, n, *incy))
    };
    for i in 0..x.len {
        y.set(i, y.get(i) + alpha * x.get(i));
    }
}

/// `y := alpha x + beta y`, which BLAS itself does not have.
pub unsafe extern "C" fn axpby<T: Scalar>(
    n: *const Int,
    alpha: *const T,
    x: *const T,
    incx: *const Int,
    beta: *const T,
    y: *mut T,
    incy: *const Int,
) {
    // SAFETY: the caller's vectors are as long as it says.
    let (alpha, x, beta, y) = unsafe {
        let n = length(n);
        (*alpha, Vector::new(x, n, *incx), *beta, Vector::new(y, n, *incy))
    };
    for i in 0..x.len {
        let old = if beta.is_zero() { T::zero() } else { beta * y.get(i) };
        y.set(i, alpha * x.get(i) + old);
    }
}

pub unsafe extern "C" fn scal<T: Scalar>(
    n: *const Int,
    alpha: *const T,
    x: *mut T,
    incx: *const Int,
) {
    // SAFETY: the caller's vector is as long as it says.
    let (alpha, x) = unsafe { (*alpha, Vector::new(x, length(n), *incx)) };
    for i in 0..x.len {
        x.set(i, alpha * x.get(i));
    }
}

pub unsafe extern "C" fn copy<T: Scalar>(
    n: *const Int,
    x: *const T,
    incx: *const Int,
    y: *mut T,
    incy: *const Int,
) {
    // SAFETY: the caller's vectors are as long as it says.
    let (x, y) = unsafe {
        let n = length(n);
        (Vector::new(x, n, *incx), Vector::new(y, n, *incy))
    };
    for i in 0..x.len {
        y.set(i, x.get(i));
    }
}

pub unsafe extern "C" fn swap<T: Scalar>(
    n: *const Int,
    x: *mut T,
    incx: *const Int,
    y: *mut T,
    incy: *const Int,
) {
    // SAFETY: the caller's vectors are as long as it says.
    let (x, y) = unsafe {
        let n = length(n);
        (Vector::new(x, n, *incx), Vector::new(y, n, *incy))
    };
    for i in 0..x.len {
        let kept = x.get(i);
        x.set(i, y.get(i));
        y.set(i, kept);
    }
}

/// The sum of products, the first factors conjugated if so asked. Several sums run side by side where the
/// elements do and are more than a few.
fn product<T: Scalar>(x: Vector<T>, y: Vector<T>, conjugate: bool) -> T {
    let factor = |x: T| if conjugate { x.conjugate() } else { x };
    const LANES: usize = 8;
    const FEW: usize = 32;
    if let (Some(x), Some(y)) = (x.slice(), y.slice())
        && x.len() >= FEW
    {
        let mut sums = [T::zero(); LANES];
        let (xs, x_rest) = x.as_chunks::<LANES>();
        let (ys, y_rest) = y.as_chunks::<LANES>();
        for (x, y) in xs.iter().zip(ys) {
            for lane in 0..LANES {
                sums[lane] += factor(x[lane]) * y[lane];
            }
        }
        let rest = x_rest.iter().zip(y_rest).fold(T::zero(), |sum, (&x, &y)| sum + factor(x) * y);
        return sums.iter().fold(rest, |sum, &lane| sum + lane);
    }
    (0..x.len).fold(T::zero(), |sum, i| sum + factor(x.get(i)) * y.get(i))
}

/// Of real numbers: a complex result has no portable convention.
pub unsafe extern "C" fn dot<T: Scalar>(
    n: *const Int,
    x: *const T,
    incx: *const Int,
    y: *const T,
    incy: *const Int,
) -> T {
    // SAFETY: the caller's vectors are as long as it says.
    unsafe {
        let n = length(n);
        product(Vector::new(x, n, *incx), Vector::new(y, n, *incy), false)
    }
}

/// The interface of C, where sizes are values and the result goes to memory.
unsafe fn sub<T: Scalar>(
    n: Int,
    x: *const T,
    incx: Int,
    y: *const T,
    incy: Int,
    out: *mut T,
    conjugate: bool,
) {
    let n = usize::try_from(n).unwrap_or(0);
    // SAFETY: the caller's vectors are as long as it says, and `out` can be written.
    unsafe { *out = product(Vector::new(x, n, incx), Vector::new(y, n, incy), conjugate) };
}
pub unsafe extern "C" fn dotu_sub<T: Scalar>(
    n: Int,
    x: *const T,
    incx: Int,
    y: *const T,
    incy: Int,
    out: *mut T,
) {
    // SAFETY: the same promises.
    unsafe { sub(n, x, incx, y, incy, out, false) }
}
pub unsafe extern "C" fn dotc_sub<T: Scalar>(
    n: Int,
    x: *const T,
    incx: Int,
    y: *const T,
    incy: Int,
    out: *mut T,
) {
    // SAFETY: the same promises.
    unsafe { sub(n, x, incx, y, incy, out, true) }
}

pub unsafe extern "C" fn nrm2<T: Scalar>(n: *const Int, x: *const T, incx: *const Int) -> T::Part {
    // SAFETY: the caller's vector is as long as it says.
    unsafe { length_of(Vector::new(x, length(n), *incx)) }
}

/// The length of a column.
pub fn norm<T: Scalar>(x: MatRef<'_, T>) -> T::Part {
    debug_assert!(x.ncols() == 1);
    // SAFETY: the elements are the column's, which are only read.
    length_of(unsafe { Vector::new(x.as_ptr(), x.nrows(), x.row_stride() as Int) })
}

/// The root of the sum of squares.
fn length_of<T: Scalar>(x: Vector<T>) -> T::Part {
    let sum = product(x, x, true).re();
    // Neither did squares overflow, nor did they vanish.
    let (least, most) = (T::Part::min_positive_value() / T::Part::epsilon(), T::Part::max_value());
    if sum >= least && sum <= most {
        return sum.sqrt();
    }
    let largest = (0..x.len).fold(T::Part::zero(), |most, i| {
        let (re, im) = (Float::abs(x.get(i).re()), Float::abs(x.get(i).im()));
        if re.is_nan() || im.is_nan() || most.is_nan() {
            T::Part::nan()
        } else {
            most.max(re).max(im)
        }
    });
    if largest.is_zero() || !largest.is_finite() {
        return largest;
    }
    let sum = (0..x.len).fold(T::Part::zero(), |sum, i| {
        let (re, im) = (x.get(i).re() / largest, x.get(i).im() / largest);
        sum + re * re + im * im
    });
    largest * sum.sqrt()
}

pub unsafe extern "C" fn asum<T: Scalar>(n: *const Int, x: *const T, incx: *const Int) -> T::Part {
    // SAFETY: the caller's vector is as long as it says.
    let x = unsafe { Vector::new(x, length(n), *incx) };
    (0..x.len).fold(T::Part::zero(), |sum, i| sum + x.get(i).taxicab())
}

/// The place of the element of the largest parts, from 1.
pub unsafe extern "C" fn iamax<T: Scalar>(n: *const Int, x: *const T, incx: *const Int) -> Int {
    // SAFETY: the caller's vector is as long as it says.
    let (x, step) = unsafe { (Vector::new(x, length(n), *incx), *incx) };
    if x.len == 0 || step <= 0 {
        return 0;
    }
    largest(x.len, |i| x.get(i)) as Int + 1
}

/// The index of the first of the largest; a NaN is larger than all that come after it.
pub fn largest<T: Scalar>(n: usize, at: impl Fn(usize) -> T) -> usize {
    let mut best = 0;
    for i in 1..n {
        if at(i).taxicab() > at(best).taxicab() {
            best = i;
        }
    }
    best
}

pub unsafe extern "C" fn rot<T: Scalar>(
    n: *const Int,
    x: *mut T,
    incx: *const Int,
    y: *mut T,
    incy: *const Int,
    c: *const T::Part,
    s: *const T,
) {
    // SAFETY: the caller's vectors are as long as it says.
    let (x, y, c, s) = unsafe {
        let n = length(n);
        (Vector::new(x, n, *incx), Vector::new(y, n, *incy), *c, *s)
    };
    for i in 0..x.len {
        let (a, b) = (x.get(i), y.get(i));
        x.set(i, a.scaled(c) + s * b);
        y.set(i, b.scaled(c) - s.conjugate() * a);
    }
}
