//! The runtime's own C functions: what Base reaches by `ccall(:jl_…)`.
//!
//! They carry Julia's names and signatures where Julia has such a function. Native code calls the
//! same addresses. A function that throws leaves the exception pending (see [`crate::error`]) and
//! returns zero. Each file has a table; [`address_of`] searches all of them.

mod arrays;
mod control;
mod files;
mod modules;
mod names;
mod native;
mod numbers;
mod objects;
mod prompt;
mod reflection;
mod regex;
mod strings;
mod system;
mod tables;
mod tasks;
mod types;
mod unicode;

use std::collections::HashMap;
use std::sync::LazyLock;

/// Name and address of a runtime function.
pub struct Entry {
    /// The C name.
    pub name: &'static str,
    /// Its address.
    pub address: *const (),
}
// SAFETY: an entry is a constant address of code.
unsafe impl Sync for Entry {}
// SAFETY: as above.
unsafe impl Send for Entry {}

/// Defines runtime functions and the table of them. A body after `[throws]` is of type
/// `Result`; `[throws_scalar]` is for functions that return a number.
macro_rules! runtime_calls {
    ($($(#[$doc:meta])* $([$throws:ident])? fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? $body:block)*) => {
        $( runtime_calls!(@one $(#[$doc])* [$($throws)?] $name ($($arg: $ty),*) [$($ret)?] $body); )*
        /// The functions of this file.
        pub(super) static TABLE: &[$crate::runtime_calls::Entry] = &[
            $($crate::runtime_calls::Entry { name: stringify!($name), address: $name as *const () },)*
        ];
    };
    (@one $(#[$doc:meta])* [] $name:ident ($($arg:ident: $ty:ty),*) [$($ret:ty)?] $body:block) => {
        $(#[$doc])*
        pub(super) extern "C" fn $name($($arg: $ty),*) $(-> $ret)? $body
    };
    (@one $(#[$doc:meta])* [throws] $name:ident ($($arg:ident: $ty:ty),*) [$ret:ty] $body:block) => {
        $(#[$doc])*
        pub(super) extern "C" fn $name($($arg: $ty),*) -> Option<$ret> {
            // What was thrown stays pending for the caller.
            let body = || -> $crate::error::Result<$ret> { $body };
            body().ok()
        }
    };
    (@one $(#[$doc:meta])* [throws_scalar] $name:ident ($($arg:ident: $ty:ty),*) [$ret:ty] $body:block) => {
        $(#[$doc])*
        pub(super) extern "C" fn $name($($arg: $ty),*) -> $ret {
            let body = || -> $crate::error::Result<$ret> { $body };
            // What was thrown stays pending for the caller, which ignores the number.
            body().unwrap_or_default()
        }
    };
    (@one $(#[$doc:meta])* [throws] $name:ident ($($arg:ident: $ty:ty),*) [] $body:block) => {
        $(#[$doc])*
        pub(super) extern "C" fn $name($($arg: $ty),*) {
            let body = || -> $crate::error::Result<()> { $body };
            // What was thrown stays pending for the caller.
            let _pending = body().is_err();
        }
    };
}
pub(crate) use runtime_calls;
pub(crate) use strings::symbol_id;

static TABLES: &[&[Entry]] = &[
    arrays::TABLE,
    control::TABLE,
    files::TABLE,
    modules::TABLE,
    names::TABLE,
    native::TABLE,
    numbers::TABLE,
    objects::TABLE,
    prompt::TABLE,
    reflection::TABLE,
    regex::TABLE,
    strings::TABLE,
    system::TABLE,
    tables::TABLE,
    tasks::TABLE,
    types::TABLE,
    unicode::TABLE,
];

static BY_NAME: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    TABLES.iter().flat_map(|t| t.iter()).map(|e| (e.name, e.address as usize)).collect()
});

/// Address of a runtime function.
pub fn address_of(name: &str) -> Option<usize> {
    BY_NAME.get(name).copied()
}
