//! Libraries of C whose numbers are laid out in another way here: libgmp and libmpfr.
//!
//! A `BigInt` is no `mpz_t`, so the system's library could not be given one. Base has functions of its own
//! for the C functions that packages call. They stand in `Base.LIBRARY_FUNCTIONS`, a simple vector with one of
//! library, name, function, return type and argument types for each.

use super::callback;
use crate::error::Result;
use crate::known::known;
use crate::object::{Module, SimpleVector};
use crate::symbol::symbol;
use crate::unsupported;
use crate::value::Value;

/// The name of a library that Base provides, from what a `ccall` names.
pub(super) fn library(named: &str) -> Option<&'static str> {
    let file = named.rsplit('/').next()?;
    match file.split('.').next()? {
        "libgmp" => Some("libgmp"),
        "libmpfr" => Some("libmpfr"),
        _ => None,
    }
}

/// The address of one of its functions.
pub(super) fn address(library: &str, name: &str) -> Result<usize> {
    match entry(library, name) {
        Some([function, return_type, argument_types]) => {
            let types = argument_types.cast::<SimpleVector>();
            callback::pointer_to(function, return_type, types.as_ref().map_or(&[], |t| t.items()))
        }
        None => {
            let construct = format!("ccall of {name} in {library}, for which Base has no function");
            Err(unsupported::refuse(&construct, &["ccall", "@ccall", "cglobal"]))
        }
    }
}

/// Function, return type and argument types.
fn entry(library: &str, name: &str) -> Option<[Value; 3]> {
    let base = known().base_module.cast::<Module>()?;
    let table = base.get_global(symbol("LIBRARY_FUNCTIONS"))?.cast::<SimpleVector>()?;
    table.items().iter().find_map(|entry| {
        let entry = entry.cast::<SimpleVector>()?;
        let [in_library, called, function, return_type, argument_types] = *entry.items() else {
            return None;
        };
        (in_library == symbol(library).value() && called == symbol(name).value()).then_some([
            function,
            return_type,
            argument_types,
        ])
    })
}
