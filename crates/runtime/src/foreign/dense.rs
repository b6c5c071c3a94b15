//! BLAS and LAPACK, which the crate `pkgimage-dense` has.

use super::linked::{Functions, Library};
use crate::error;

/// The library by the name that Julia knows it by.
pub(super) const DENSE: Library =
    Library { name: "libblastrampoline", functions: Functions::Found(find) };

fn find(name: &str) -> Option<usize> {
    // What fails inside is thrown after the `ccall`.
    pkgimage_dense::on_failure(|text| drop(error::error(text)));
    pkgimage_dense::find(name)
}
