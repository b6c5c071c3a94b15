//! Libraries of C functions that are linked into the runner, by the names that programs call them by.
//!
//! `ccall((:__gmpz_add, :libgmp), …)` finds its function here, in the interpreter as in native code ([`super::lookup`]
//! serves both). A library that stands in [`LIBRARIES`] is never looked for in the system: what its table does not
//! have is refused by name. Where a table would be long (a function for each of four kinds of number), a function of
//! the library finds the address.

use crate::error::Result;
use crate::unsupported;

use super::{dense, gmp};

/// A library: what its file is called up to the first dot, and its functions.
pub(super) struct Library {
    pub(super) name: &'static str,
    pub(super) functions: Functions,
}

/// How a library's functions are found by their names.
pub(super) enum Functions {
    /// In a table that is sorted by name.
    Table(&'static [Linked]),
    /// By a function of the library.
    Found(fn(&str) -> Option<usize>),
}

/// A function, or a variable for `cglobal`.
pub(super) struct Linked {
    pub(super) name: &'static str,
    pub(super) address: *const (),
}
// SAFETY: an entry is a constant address of code or data.
unsafe impl Sync for Linked {}

/// All libraries that are linked.
static LIBRARIES: &[Library] = &[gmp::GMP, gmp::MPFR, dense::DENSE];

/// Declares C functions and makes the table of them, which [`Library`] wants sorted. `name => function` enters a
/// function of ours under a name.
macro_rules! linked {
    ($(#[$doc:meta])* $table:ident: $($name:ident $(=> $function:path)?),* $(,)?) => {
        $(#[$doc])*
        pub(in crate::foreign) static $table: &[$crate::foreign::linked::Linked] = &[
            $($crate::foreign::linked::Linked {
                name: stringify!($name),
                address: linked!(@address $name $($function)?),
            },)*
        ];
    };
    (@address $name:ident) => {{
        unsafe extern "C" {
            // Only its address is taken: whoever calls it says what its signature is.
            fn $name();
        }
        $name as *const ()
    }};
    (@address $name:ident $function:path) => { $function as *const () };
}
pub(super) use linked;

/// The library that a `ccall` names, by its name or its file.
pub(super) fn library(named: &str) -> Option<&'static Library> {
    let file = named.rsplit('/').next()?;
    let name = file.split('.').next()?;
    LIBRARIES.iter().find(|library| library.name == name)
}

impl Library {
    /// The address of one of its functions, if it has it.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        match self.functions {
            Functions::Table(table) => {
                let found = table.binary_search_by_key(&name, |function| function.name);
                found.ok().map(|at| table[at].address as usize)
            }
            Functions::Found(find) => find(name),
        }
    }

    /// The address of one of its functions.
    pub(super) fn address(&self, name: &str) -> Result<usize> {
        self.find(name).ok_or_else(|| {
            let construct = format!("ccall of {name} in {}, which has no such function", self.name);
            unsupported::refuse(&construct, &["ccall", "@ccall", "cglobal"])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_found_by_file_names() {
        for library in LIBRARIES {
            if let Functions::Table(table) = library.functions {
                assert!(table.is_sorted_by(|a, b| a.name < b.name), "{}", library.name);
            }
        }
        for name in ["libgmp", "libgmp.so.10", "/usr/lib/libgmp.so"] {
            assert_eq!(super::library(name).map(|l| l.name), Some("libgmp"), "{name}");
        }
        for name in ["", "libc", "gmp", "libgmpxx.so"] {
            assert!(super::library(name).is_none(), "{name}");
        }
    }
}
