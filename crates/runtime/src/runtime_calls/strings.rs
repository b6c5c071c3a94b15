//! Strings and symbols.

use std::cell::Cell;

use super::runtime_calls;
use crate::object::{JuliaString, Symbol};
use crate::symbol::symbol_of_bytes;
use crate::value::{Gc, Value};

thread_local! {
    static GENSYMS: Cell<u64> = const { Cell::new(0) };
}

/// # Safety
/// `n` bytes are readable at `p`.
unsafe fn bytes<'a>(p: *const u8, n: usize) -> &'a [u8] {
    if n == 0 {
        return &[];
    }
    // SAFETY: by the caller's promise.
    unsafe { std::slice::from_raw_parts(p, n) }
}

fn gensym(tag: &[u8]) -> Value {
    let n = GENSYMS.get() + 1;
    GENSYMS.set(n);
    let mut text = b"##".to_vec();
    if !tag.is_empty() {
        text.extend_from_slice(tag);
        text.push(b'#');
    }
    text.extend_from_slice(n.to_string().as_bytes());
    symbol_of_bytes(&text).value()
}

runtime_calls! {
    [throws] fn jl_alloc_string(n: usize) -> Value {
        if !crate::gc::has_room(n) {
            return Err(crate::error::out_of_memory());
        }
        Ok(JuliaString::zeroed(n).value())
    }
    fn jl_string_ptr(s: Gc<JuliaString>) -> usize { s.data() as usize }
    fn jl_symbol_n(p: *const u8, n: usize) -> Value {
        // SAFETY: the caller passes the bytes of a string or array.
        symbol_of_bytes(unsafe { bytes(p, n) }).value()
    }
    fn jl_symbol_name(s: Gc<Symbol>) -> usize { s.bytes().as_ptr() as usize }
    fn jl_pchar_to_string(p: *const u8, n: usize) -> Value {
        // SAFETY: the caller says how many bytes there are.
        JuliaString::new(unsafe { bytes(p, n) }).value()
    }
    fn jl_cstr_to_string(p: *const libc::c_char) -> Value {
        // SAFETY: the caller passes a NUL-terminated text.
        let text = unsafe { std::ffi::CStr::from_ptr(p) };
        JuliaString::new(text.to_bytes()).value()
    }
    fn jl_gensym() -> Value { gensym(b"") }
    fn jl_tagged_gensym(p: *const u8, n: usize) -> Value {
        // SAFETY: the caller passes the bytes of a string or symbol.
        gensym(unsafe { bytes(p, n) })
    }
    /// Bytes of a string or symbol to a file descriptor, unbuffered; for use before IO exists.
    fn jl_raw_write(fd: i64, x: Value) {
        let text: &[u8] = match (x.cast::<JuliaString>(), x.cast::<Symbol>()) {
            // SAFETY: the slice is used while `x` is alive.
            (Some(s), _) => unsafe { bytes(s.data(), s.len()) },
            // SAFETY: as above.
            (_, Some(s)) => unsafe { bytes(s.bytes().as_ptr(), s.bytes().len()) },
            _ => b"",
        };
        // SAFETY: the bytes are readable.
        unsafe { libc::write(fd as i32, text.as_ptr().cast(), text.len()) };
    }
    fn jl_safe_printf_str(text: *const libc::c_char) {
        // SAFETY: the caller passes a NUL-terminated text.
        let text = unsafe { std::ffi::CStr::from_ptr(text) };
        eprint!("{}", text.to_string_lossy());
    }
    fn jl_raw_show(fd: i64, x: Value) {
        let text = crate::debug::describe(x);
        // SAFETY: the bytes are readable.
        unsafe { libc::write(fd as i32, text.as_ptr().cast(), text.len()) };
    }
    /// MurmurHash3 (x64, 128 bits, second half), as Julia hashes bytes.
    fn memhash_seed(p: *const u8, n: usize, seed: u32) -> u64 {
        // SAFETY: the caller passes the bytes of a string or array.
        murmur3(unsafe { bytes(p, n) }, seed).1
    }
}

/// `objectid` of a symbol: Julia's own number, which the order of a `Dict{Symbol}` follows.
pub(crate) fn symbol_id(text: &[u8]) -> u64 {
    let h = murmur3(text, 0xcafe_8881).1 ^ 0xaaaa_aaaa_aaaa_aaaa;
    // Thomas Wang's mix of 64 bits, as `hash_64_64` in Base.
    let mut a = h.wrapping_neg();
    a = (!a).wrapping_add(a << 21);
    a ^= a >> 24;
    a = a.wrapping_add(a << 3).wrapping_add(a << 8);
    a ^= a >> 14;
    a = a.wrapping_add(a << 2).wrapping_add(a << 4);
    a ^= a >> 28;
    a.wrapping_add(a << 31)
}

/// MurmurHash3_x64_128 by Austin Appleby (public domain algorithm).
fn murmur3(data: &[u8], seed: u32) -> (u64, u64) {
    const C1: u64 = 0x87c3_7b91_1142_53d5;
    const C2: u64 = 0x4cf5_ad43_2745_937f;
    let fmix = |mut k: u64| {
        k ^= k >> 33;
        k = k.wrapping_mul(0xff51_afd7_ed55_8ccd);
        k ^= k >> 33;
        k = k.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        k ^ (k >> 33)
    };
    let word = |chunk: &[u8]| {
        let mut w = [0u8; 8];
        w[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(w)
    };
    let mix1 = |k: u64| k.wrapping_mul(C1).rotate_left(31).wrapping_mul(C2);
    let mix2 = |k: u64| k.wrapping_mul(C2).rotate_left(33).wrapping_mul(C1);
    let (mut h1, mut h2) = (seed as u64, seed as u64);
    let mut blocks = data.chunks_exact(16);
    for block in &mut blocks {
        h1 ^= mix1(word(&block[..8]));
        h1 = h1.rotate_left(27).wrapping_add(h2).wrapping_mul(5).wrapping_add(0x52dc_e729);
        h2 ^= mix2(word(&block[8..]));
        h2 = h2.rotate_left(31).wrapping_add(h1).wrapping_mul(5).wrapping_add(0x3849_5ab5);
    }
    let tail = blocks.remainder();
    if tail.len() > 8 {
        h2 ^= mix2(word(&tail[8..]));
    }
    if !tail.is_empty() {
        h1 ^= mix1(word(&tail[..tail.len().min(8)]));
    }
    h1 ^= data.len() as u64;
    h2 ^= data.len() as u64;
    h1 = h1.wrapping_add(h2);
    h2 = h2.wrapping_add(h1);
    h1 = fmix(h1);
    h2 = fmix(h2);
    h1 = h1.wrapping_add(h2);
    (h1, h2.wrapping_add(h1))
}
