//! `String` and `Symbol`.

use crate::gc;
use crate::known::known;
use crate::value::{Gc, HeapType};

/// A `String`: its length in bytes, then the bytes, then a NUL.
#[repr(C)]
pub struct JuliaString {
    length: usize,
}

impl HeapType for JuliaString {
    fn datatype() -> Gc<super::DataType> {
        known().string
    }
}

impl JuliaString {
    /// A string of these bytes.
    pub fn new(bytes: &[u8]) -> Gc<JuliaString> {
        let string = JuliaString::zeroed(bytes.len());
        // SAFETY: the string has room for these bytes.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), string.data(), bytes.len());
        }
        string
    }

    /// A string of `length` NULs, to be filled.
    pub fn zeroed(length: usize) -> Gc<JuliaString> {
        let object = gc::allocate(known().string, 8 + length + 1);
        // SAFETY: the first word of the payload is the length.
        unsafe { object.write(0, length) };
        object.cast_unchecked()
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `length` bytes follow the length word.
        unsafe {
            std::slice::from_raw_parts((self as *const JuliaString).add(1).cast(), self.length)
        }
    }

    /// The text, with what is no UTF-8 replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
    }
}

impl Gc<JuliaString> {
    /// Where the bytes begin.
    pub fn data(self) -> *mut u8 {
        // SAFETY: the bytes follow the length word.
        unsafe { self.as_ptr().add(1).cast() }
    }
}

/// A `Symbol`: the hash of its text, its length in bytes, then the bytes, then a NUL.
///
/// Symbols are unique: equal texts are one object (see [`crate::symbol`]).
#[repr(C)]
pub struct Symbol {
    /// Hash of the text: the same in every process.
    pub hash: u64,
    length: usize,
}

impl HeapType for Symbol {
    fn datatype() -> Gc<super::DataType> {
        known().symbol
    }
}

impl Symbol {
    /// Makes the object; only the symbol table calls this.
    pub(crate) fn allocate(text: &[u8], hash: u64) -> Gc<Symbol> {
        let object = gc::allocate(known().symbol, 16 + text.len() + 1);
        // SAFETY: the payload has two words, the bytes, and a NUL.
        unsafe {
            object.write(0, hash);
            object.write(8, text.len());
            std::ptr::copy_nonoverlapping(text.as_ptr(), object.payload().add(16), text.len());
        }
        object.cast_unchecked()
    }

    /// The text's bytes.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `length` bytes follow the two words.
        unsafe { std::slice::from_raw_parts((self as *const Symbol).add(1).cast(), self.length) }
    }

    /// The text. Symbols made from invalid UTF-8 read as the empty text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or("")
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
