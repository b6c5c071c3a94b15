//! BLAS and LAPACK functions, by the names and with the conventions that programs call them by: Fortran's, with integers
//! of 64 bits (`dgemm_64_`), for `Float32`, `Float64` and complex numbers of them.
//!
//! The work is done by faer, on one thread; the runner links this crate, and the table of its linked libraries finds the
//! functions by [`find`]. What an argument can be seen to have wrong is said as the reference implementation says it
//! ([`call`]), and no panic gets out.

// Each function is called from C with pointers, about which its manual promises everything.
#![allow(clippy::missing_safety_doc, clippy::too_many_arguments)]

mod call;
mod cholesky;
mod eigen;
mod level1;
mod level23;
mod lu;
mod qr;
mod scalar;
mod svd;
mod symmetric_eigen;

#[cfg(test)]
mod tests;

use num_complex::Complex;

pub use call::on_failure;
use eigen::Real;
use scalar::Scalar;

/// The address of a function.
pub fn find(name: &str) -> Option<usize> {
    // The interface of C, for results that Fortran's has no portable convention for.
    match name {
        "cblas_cdotu_sub64_" => {
            return Some(level1::dotu_sub::<Complex<f32>> as *const () as usize);
        }
        "cblas_zdotu_sub64_" => {
            return Some(level1::dotu_sub::<Complex<f64>> as *const () as usize);
        }
        "cblas_cdotc_sub64_" => {
            return Some(level1::dotc_sub::<Complex<f32>> as *const () as usize);
        }
        "cblas_zdotc_sub64_" => {
            return Some(level1::dotc_sub::<Complex<f64>> as *const () as usize);
        }
        _ => {}
    }
    let name = name.strip_suffix("_64_")?;
    // The letter of the type stands behind that of the result in some.
    match name {
        "scnrm2" => return Some(level1::nrm2::<Complex<f32>> as *const () as usize),
        "dznrm2" => return Some(level1::nrm2::<Complex<f64>> as *const () as usize),
        "scasum" => return Some(level1::asum::<Complex<f32>> as *const () as usize),
        "dzasum" => return Some(level1::asum::<Complex<f64>> as *const () as usize),
        "isamax" => return Some(level1::iamax::<f32> as *const () as usize),
        "idamax" => return Some(level1::iamax::<f64> as *const () as usize),
        "icamax" => return Some(level1::iamax::<Complex<f32>> as *const () as usize),
        "izamax" => return Some(level1::iamax::<Complex<f64>> as *const () as usize),
        _ => {}
    }
    let (letter, rest) = name.split_at_checked(1)?;
    match letter {
        "s" => of_all::<f32>(rest).or_else(|| of_reals::<f32>(rest)),
        "d" => of_all::<f64>(rest).or_else(|| of_reals::<f64>(rest)),
        "c" => of_all::<Complex<f32>>(rest).or_else(|| of_complexes::<f32>(rest)),
        "z" => of_all::<Complex<f64>>(rest).or_else(|| of_complexes::<f64>(rest)),
        _ => None,
    }
}

/// What all four kinds of number have.
fn of_all<T: Scalar>(name: &str) -> Option<usize> {
    Some(match name {
        "axpy" => level1::axpy::<T> as *const () as usize,
        "axpby" => level1::axpby::<T> as *const () as usize,
        "scal" => level1::scal::<T> as *const () as usize,
        "copy" => level1::copy::<T> as *const () as usize,
        "swap" => level1::swap::<T> as *const () as usize,
        "rot" => level1::rot::<T> as *const () as usize,
        "gemv" => level23::gemv::<T> as *const () as usize,
        "symv" => level23::symv::<T, false> as *const () as usize,
        "syr" => level23::syr::<T> as *const () as usize,
        "trmv" => level23::trmv::<T, false> as *const () as usize,
        "trsv" => level23::trmv::<T, true> as *const () as usize,
        "gemm" => level23::gemm::<T> as *const () as usize,
        "symm" => level23::symm::<T, false> as *const () as usize,
        "syrk" => level23::syrk::<T> as *const () as usize,
        "syr2k" => level23::syr2k::<T> as *const () as usize,
        "trmm" => level23::trmm::<T, false> as *const () as usize,
        "trsm" => level23::trmm::<T, true> as *const () as usize,
        "getrf" => lu::getrf::<T> as *const () as usize,
        "getrs" => lu::getrs::<T> as *const () as usize,
        "getri" => lu::getri::<T> as *const () as usize,
        "gesv" => lu::gesv::<T> as *const () as usize,
        "trtrs" => lu::trtrs::<T> as *const () as usize,
        "trtri" => lu::trtri::<T> as *const () as usize,
        "potrf" => cholesky::potrf::<T> as *const () as usize,
        "potrs" => cholesky::potrs::<T> as *const () as usize,
        "potri" => cholesky::potri::<T> as *const () as usize,
        "posv" => cholesky::posv::<T> as *const () as usize,
        "geqrf" => qr::geqrf::<T> as *const () as usize,
        "geqrt" => qr::geqrt::<T> as *const () as usize,
        "gemqrt" => qr::gemqrt::<T> as *const () as usize,
        _ => return None,
    })
}

fn of_reals<P: Real>(name: &str) -> Option<usize>
where
    Complex<P>: Scalar<Part = P>,
{
    Some(match name {
        "dot" => level1::dot::<P> as *const () as usize,
        "nrm2" => level1::nrm2::<P> as *const () as usize,
        "asum" => level1::asum::<P> as *const () as usize,
        "ger" => level23::geru::<P> as *const () as usize,
        "geqp3" => qr::geqp3::<P> as *const () as usize,
        "ormqr" => qr::ormqr::<P> as *const () as usize,
        "orgqr" => qr::orgqr::<P> as *const () as usize,
        "gesdd" => svd::gesdd::<P> as *const () as usize,
        "gesvd" => svd::gesvd::<P> as *const () as usize,
        "syev" => symmetric_eigen::syev::<P> as *const () as usize,
        "syevd" => symmetric_eigen::syevd::<P> as *const () as usize,
        "syevr" => symmetric_eigen::syevr::<P> as *const () as usize,
        "geev" => eigen::geev::<P> as *const () as usize,
        "geevx" => eigen::geevx::<P> as *const () as usize,
        _ => return None,
    })
}

fn of_complexes<P: Real>(name: &str) -> Option<usize>
where
    Complex<P>: Scalar<Part = P>,
{
    type C<P> = Complex<P>;
    Some(match name {
        "geru" => level23::geru::<C<P>> as *const () as usize,
        "gerc" => level23::gerc::<C<P>> as *const () as usize,
        "her" => level23::her::<C<P>> as *const () as usize,
        "hemv" => level23::symv::<C<P>, true> as *const () as usize,
        "hemm" => level23::symm::<C<P>, true> as *const () as usize,
        "herk" => level23::herk::<C<P>> as *const () as usize,
        "her2k" => level23::her2k::<C<P>> as *const () as usize,
        "geqp3" => qr::geqp3_complex::<C<P>> as *const () as usize,
        "unmqr" => qr::ormqr::<C<P>> as *const () as usize,
        "ungqr" => qr::orgqr::<C<P>> as *const () as usize,
        "gesdd" => svd::gesdd_complex::<C<P>> as *const () as usize,
        "gesvd" => svd::gesvd_complex::<C<P>> as *const () as usize,
        "heev" => symmetric_eigen::heev::<C<P>> as *const () as usize,
        "heevd" => symmetric_eigen::heevd::<C<P>> as *const () as usize,
        "heevr" => symmetric_eigen::heevr::<C<P>> as *const () as usize,
        "geev" => eigen::geev_complex::<P> as *const () as usize,
        "geevx" => eigen::geevx_complex::<P> as *const () as usize,
        _ => return None,
    })
}
