//! The libraries GMP and MPFR, which the crate `gmp-mpfr-sys` builds from their sources.

mod functions;

use super::linked::Library;

// Brings the libraries to the linker.
use gmp_mpfr_sys as _;

/// GMP.
pub(super) const GMP: Library = Library { name: "libgmp", functions: functions::GMP };
