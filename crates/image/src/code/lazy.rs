//! Stubs for callees that are not compiled yet.
//!
//! A call goes through a slot. Until the callee exists, the slot holds a stub, which knows the
//! callee's number: it saves all argument registers, asks the resolver for the address, and jumps
//! there with the registers restored. The resolver also puts the address into the slots. Where it
//! gives none, the call is handed to the bridge, which finds the arguments in the saved registers
//! and puts the result there.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Gives the address of the callee with a number; 0 if the call is to be bridged.
pub type Resolver = extern "C" fn(u64) -> u64;

/// Makes the call of the callee with a number without native code of it.
pub type Bridge = extern "C" fn(u64, &mut Registers);

static RESOLVER: AtomicUsize = AtomicUsize::new(0);
static BRIDGE: AtomicUsize = AtomicUsize::new(0);

/// What a call left in the registers, in the order in which the common entry saves them.
#[repr(C)]
pub struct Registers {
    floats: [[u64; 2]; 8],
    unused: [u64; 2],
    rax: u64,
    r9: u64,
    r8: u64,
    rcx: u64,
    rdx: u64,
    rsi: u64,
    rdi: u64,
    rbp: u64,
    number: u64,
    return_address: u64,
}

impl Registers {
    /// The integer argument that is passed in the register with a number.
    pub fn integer(&self, number: usize) -> Option<u64> {
        let registers = [self.rdi, self.rsi, self.rdx, self.rcx, self.r8, self.r9];
        registers.get(number).copied()
    }

    /// The floating-point argument that is passed in the register with a number.
    pub fn float(&self, number: usize) -> Option<u64> {
        self.floats.get(number).map(|f| f[0])
    }

    /// The argument with a number among those on the stack.
    ///
    /// # Safety
    /// The call has that many.
    pub unsafe fn on_stack(&self, number: usize) -> u64 {
        // SAFETY: the first one lies above the return address, each in eight bytes.
        unsafe { (&raw const self.return_address).add(1 + number).read() }
    }

    /// Sets the first integer result.
    pub fn set_first(&mut self, value: u64) {
        self.rax = value;
    }

    /// Sets the second integer result.
    pub fn set_second(&mut self, value: u64) {
        self.rdx = value;
    }

    /// Sets the floating-point result.
    pub fn set_float(&mut self, bits: u64) {
        self.floats[0] = [bits, 0];
    }
}

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
    /// Stubs that ask this resolver and fall back on this bridge; there is one of each in a process.
    pub fn new(resolver: Resolver, bridge: Bridge) -> LazyStubs {
        RESOLVER.store(resolver as usize, Ordering::Release);
        BRIDGE.store(bridge as usize, Ordering::Release);
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

/// The number is on the stack above the return address; no argument register may change. What a bridged call
/// throws has a backtrace, so the frame is described for unwinders.
#[unsafe(naked)]
extern "C" fn lazy_entry() {
    std::arch::naked_asm!(
        ".cfi_startproc",
        ".cfi_def_cfa rsp, 16",
        "push rbp",
        ".cfi_def_cfa rsp, 24",
        ".cfi_offset rbp, -24",
        "mov rbp, rsp",
        ".cfi_def_cfa_register rbp",
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
        "test rax, rax",
        "jz 2f",
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
        ".cfi_remember_state",
        "pop rbp",
        ".cfi_def_cfa rsp, 16",
        "add rsp, 8",
        ".cfi_def_cfa rsp, 8",
        "jmp r11",
        "2:",
        ".cfi_restore_state",
        "mov rdi, [rbp + 8]",
        "mov rsi, rsp",
        "call qword ptr [rip + {bridge}]",
        "movups xmm0, [rsp]",
        "mov rax, [rsp + 144]",
        "mov rdx, [rsp + 176]",
        "mov rsp, rbp",
        "pop rbp",
        ".cfi_def_cfa rsp, 16",
        "add rsp, 8",
        ".cfi_def_cfa rsp, 8",
        "ret",
        ".cfi_endproc",
        resolver = sym RESOLVER,
        bridge = sym BRIDGE,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn sum(a: u64, b: u64, c: f64) -> u64 {
        a * 100 + b * 10 + c as u64
    }

    extern "C" fn resolve(number: u64) -> u64 {
        assert!(number < 10_000);
        if number < 5000 { sum as *const () as u64 } else { 0 }
    }

    extern "C" fn bridge(number: u64, registers: &mut Registers) {
        assert!(number >= 5000);
        let (a, b) = (registers.integer(0).unwrap(), registers.integer(5).unwrap());
        let c = f64::from_bits(registers.float(0).unwrap());
        // SAFETY: the call has two such arguments.
        let (d, e) = unsafe { (registers.on_stack(0), registers.on_stack(1)) };
        registers.set_first(a + 10 * b + 100 * d + 1000 * e + 10_000 * c as u64);
    }

    #[test]
    fn arguments_survive_the_resolver() {
        let mut stubs = LazyStubs::new(resolve, bridge);
        for expected in 0..5000u64 {
            let (number, address) = stubs.make().unwrap();
            assert_eq!(number, expected);
            // SAFETY: the stub jumps to `sum`, which has this type.
            let f: extern "C" fn(u64, u64, f64) -> u64 =
                unsafe { std::mem::transmute(address as usize) };
            assert_eq!(f(1, 2, 3.0), 123);
        }
        let (_, address) = stubs.make().unwrap();
        // SAFETY: the bridge gives an integer, and takes what it finds.
        let f: extern "C" fn(u64, u64, u64, u64, u64, u64, f64, u64, u64) -> u64 =
            unsafe { std::mem::transmute(address as usize) };
        assert_eq!(f(1, 0, 0, 0, 0, 2, 5.0, 3, 4), 54_321);
    }
}
