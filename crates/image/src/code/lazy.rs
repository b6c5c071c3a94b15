//! Stubs for callees that are not compiled yet.
//!
//! A call goes through a slot. Until the callee exists, the slot holds a stub, which knows the
//! callee's number: it saves all argument registers, asks the resolver for the address, and jumps
//! there with the registers restored. The resolver also puts the address into the slots.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Gives the address of the callee with a number.
pub type Resolver = extern "C" fn(u64) -> u64;

static RESOLVER: AtomicUsize = AtomicUsize::new(0);

const STUB: usize = 16;
const CHUNK: usize = 64 << 10;
/// The first stub's place holds the address of the common entry.
const FIRST: usize = 1;

/// Makes stubs, a chunk at a time; they are never freed.
pub struct LazyStubs {
    chunk: usize,
    /// Number of the chunk's first stub.
    first: u64,
    next: u64,
}

impl LazyStubs {
    /// Stubs that ask this resolver; there is one in a process.
    pub fn new(resolver: Resolver) -> LazyStubs {
        RESOLVER.store(resolver as usize, Ordering::Release);
        LazyStubs { chunk: 0, first: 0, next: 0 }
    }

    /// The number and the address of a new stub.
    ///
    /// # Errors
    /// If the system gives no memory.
    pub fn make(&mut self) -> io::Result<(u64, u64)> {
        let per_chunk = (CHUNK / STUB - FIRST) as u64;
        if self.chunk == 0 || self.next == self.first + per_chunk {
            self.first = self.next;
            self.chunk = new_chunk(self.first, per_chunk)?;
        }
        let number = self.next;
        self.next += 1;
        let place = FIRST + (number - self.first) as usize;
        Ok((number, (self.chunk + place * STUB) as u64))
    }
}

/// Maps and fills a chunk; it is executable afterwards, and no longer writable.
fn new_chunk(first: u64, count: u64) -> io::Result<usize> {
    let mut code = vec![0xccu8; CHUNK];
    code[..8].copy_from_slice(&(lazy_entry as *const () as usize).to_le_bytes());
    for i in 0..count {
        let at = (FIRST + i as usize) * STUB;
        // push number; jmp *entry(%rip)
        code[at] = 0x68;
        code[at + 1..at + 5].copy_from_slice(&((first + i) as u32).to_le_bytes());
        code[at + 5..at + 7].copy_from_slice(&[0xff, 0x25]);
        let distance = -((at + 11) as i32);
        code[at + 7..at + 11].copy_from_slice(&distance.to_le_bytes());
    }
    // SAFETY: a new mapping at an address of the kernel's choice, filled before it is executable.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let write = libc::PROT_READ | libc::PROT_WRITE;
        let at = libc::mmap(std::ptr::null_mut(), CHUNK, write, flags, -1, 0);
        if at == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        std::ptr::copy_nonoverlapping(code.as_ptr(), at.cast(), CHUNK);
        if libc::mprotect(at, CHUNK, libc::PROT_READ | libc::PROT_EXEC) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(at as usize)
    }
}

/// The number is on the stack above the return address; no argument register may change.
#[unsafe(naked)]
extern "C" fn lazy_entry() {
    std::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rdi",
        "push rsi",
        "push rdx",
        "push rcx",
        "push r8",
        "push r9",
        "push rax",
        "push r10",
        "sub rsp, 136",
        "movups [rsp], xmm0",
        "movups [rsp + 16], xmm1",
        "movups [rsp + 32], xmm2",
        "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4",
        "movups [rsp + 80], xmm5",
        "movups [rsp + 96], xmm6",
        "movups [rsp + 112], xmm7",
        "mov rdi, [rbp + 8]",
        "call qword ptr [rip + {resolver}]",
        "mov r11, rax",
        "movups xmm0, [rsp]",
        "movups xmm1, [rsp + 16]",
        "movups xmm2, [rsp + 32]",
        "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]",
        "movups xmm5, [rsp + 80]",
        "movups xmm6, [rsp + 96]",
        "movups xmm7, [rsp + 112]",
        "add rsp, 136",
        "pop r10",
        "pop rax",
        "pop r9",
        "pop r8",
        "pop rcx",
        "pop rdx",
        "pop rsi",
        "pop rdi",
        "pop rbp",
        "add rsp, 8",
        "jmp r11",
        resolver = sym RESOLVER,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn sum(a: u64, b: u64, c: f64) -> u64 {
        a * 100 + b * 10 + c as u64
    }

    extern "C" fn resolve(number: u64) -> u64 {
        assert!(number < 5000);
        sum as *const () as u64
    }

    #[test]
    fn arguments_survive_the_resolver() {
        let mut stubs = LazyStubs::new(resolve);
        for expected in 0..5000u64 {
            let (number, address) = stubs.make().unwrap();
            assert_eq!(number, expected);
            // SAFETY: the stub jumps to `sum`, which has this type.
            let f: extern "C" fn(u64, u64, f64) -> u64 =
                unsafe { std::mem::transmute(address as usize) };
            assert_eq!(f(1, 2, 3.0), 123);
        }
    }
}
