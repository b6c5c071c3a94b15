//! Identifiers and operators, as the parser sees them.

use std::ffi::{CStr, c_char};

use pkgimage_syntax::{is_id_continue, is_id_start, is_op_suffix, operators};

use super::runtime_calls;

/// # Safety
/// `p` is a NUL-terminated text.
unsafe fn name<'a>(p: *const c_char) -> &'a str {
    // SAFETY: by the caller's promise.
    unsafe { CStr::from_ptr(p) }.to_str().unwrap_or("")
}

fn holds(code: u32, test: impl Fn(char) -> bool) -> i32 {
    char::from_u32(code).is_some_and(test) as i32
}

runtime_calls! {
    fn jl_id_start_char(code: u32) -> i32 { holds(code, is_id_start) }
    fn jl_id_char(code: u32) -> i32 { holds(code, is_id_continue) }
    fn jl_op_suffix_char(code: u32) -> i32 { holds(code, is_op_suffix) }
    fn jl_is_operator(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        operators::is_operator(unsafe { name(p) }) as i32
    }
    fn jl_is_unary_operator(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        operators::is_unary(unsafe { name(p) }) as i32
    }
    fn jl_is_unary_and_binary_operator(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        operators::is_unary_and_binary(unsafe { name(p) }) as i32
    }
    fn jl_is_syntactic_operator(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        operators::is_syntactic(unsafe { name(p) }) as i32
    }
    fn jl_operator_precedence(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        operators::precedence(unsafe { name(p) })
    }
}
