//! Telling a debugger about images.
//!
//! Images are mapped without the system's dynamic linker, so a debugger does not see them. GDB and
//! LLDB look for code that appears while a program runs through two symbols with fixed names and
//! layouts (GDB's manual, "JIT Compilation Interface"): a list of symbol files in memory, and a function
//! in which they keep a breakpoint, called after each change of the list. The symbol file of an image is
//! the image: its file is mapped once more, and no page of that is read unless a debugger does.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::ptr;
use std::sync::{Mutex, PoisonError};

/// An entry of the list.
#[repr(C)]
struct Entry {
    next: *mut Entry,
    previous: *mut Entry,
    file: *const u8,
    size: u64,
}

/// The list, as debuggers read it.
#[repr(C)]
struct Descriptor {
    version: u32,
    /// What `relevant` is about.
    action: u32,
    relevant: *mut Entry,
    first: *mut Entry,
}

/// `action`: an entry was added.
const REGISTER: u32 = 1;

/// Where debuggers find the list.
// SAFETY: the name is reserved for this purpose.
#[unsafe(no_mangle)]
static mut __jit_debug_descriptor: Descriptor =
    Descriptor { version: 1, action: 0, relevant: ptr::null_mut(), first: ptr::null_mut() };

/// Where debuggers stop to read it.
// SAFETY: as above.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn __jit_debug_register_code() {
    // A function without any effect would be left out.
    std::hint::black_box(&raw const __jit_debug_descriptor);
}

/// Only one thread at a time changes the list.
static CHANGE: Mutex<()> = Mutex::new(());

/// Tells of an image whose file is this one, and which is mapped where the file says. Without success
/// there is nothing to debug, and nothing else is different.
pub fn announce(file: &File, length: u64) {
    let Ok(size) = usize::try_from(length) else { return };
    // SAFETY: a new mapping of a file that stays as it is (images are replaced by renaming), at an
    // address that the kernel chooses.
    let mapped = unsafe {
        libc::mmap(ptr::null_mut(), size, libc::PROT_READ, libc::MAP_PRIVATE, file.as_raw_fd(), 0)
    };
    if mapped == libc::MAP_FAILED {
        return;
    }
    let _held = CHANGE.lock().unwrap_or_else(PoisonError::into_inner);
    let list = &raw mut __jit_debug_descriptor;
    // SAFETY: the lock is held, and nobody else in this process touches the list; its entries are
    // leaked, as the images are.
    unsafe {
        let entry = Box::leak(Box::new(Entry {
            next: (*list).first,
            previous: ptr::null_mut(),
            file: mapped.cast_const().cast(),
            size: length,
        }));
        if let Some(next) = (*list).first.as_mut() {
            next.previous = entry;
        }
        (*list).first = entry;
        (*list).relevant = entry;
        (*list).action = REGISTER;
    }
    __jit_debug_register_code();
}
