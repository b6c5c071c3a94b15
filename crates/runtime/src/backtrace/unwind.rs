//! Walking the stack.
//!
//! The runtime's own frames, and those of C libraries, are passed by their `.eh_frame`; native code of
//! Julia keeps frame pointers, which the unwinder follows where it knows no module.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub(super) use linux::walk;

/// Calls `visit` with the address of each native call of Julia code, innermost first, and the stack pointer
/// of its frame, until that returns false. The stack ends at `base`.
#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub(super) fn walk(_base: usize, _visit: impl FnMut(usize, usize) -> bool) {}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod linux {
    use std::cell::RefCell;
    use std::ffi::{c_int, c_void};
    use std::ops::Range;

    use framehop::x86_64::{CacheX86_64, UnwindRegsX86_64, UnwinderX86_64};
    use framehop::{ExplicitModuleSectionInfo, FrameAddress, Module, Unwinder};

    /// More frames than this are of a stack that cannot be walked.
    const MOST: usize = 1 << 20;

    struct Walker {
        unwinder: UnwinderX86_64<&'static [u8]>,
        cache: CacheX86_64,
        /// Where the code of the runtime and of libraries lies.
        modules: Vec<Range<u64>>,
    }

    thread_local! {
        static WALKER: RefCell<Option<Walker>> = const { RefCell::new(None) };
    }

    /// See the module's other `walk`.
    #[inline(never)]
    pub fn walk(base: usize, mut visit: impl FnMut(usize, usize) -> bool) {
        let (pc, sp, bp): (u64, u64, u64);
        // SAFETY: three registers are read.
        unsafe {
            std::arch::asm!(
                "lea {pc}, [rip]",
                "mov {sp}, rsp",
                "mov {bp}, rbp",
                pc = out(reg) pc,
                sp = out(reg) sp,
                bp = out(reg) bp,
                options(nomem, nostack, preserves_flags)
            );
        }
        let stack = sp..base as u64;
        let mut read = |address: u64| {
            if !stack.contains(&address) || !address.is_multiple_of(8) {
                return Err(());
            }
            // SAFETY: the word lies on this thread's stack, above the stack pointer.
            Ok(unsafe { (address as *const u64).read() })
        };
        WALKER.with_borrow_mut(|walker| {
            let Walker { unwinder, cache, modules } = walker.get_or_insert_with(Walker::new);
            let mut registers = UnwindRegsX86_64::new(pc, sp, bp);
            let mut at = FrameAddress::from_instruction_pointer(pc);
            for _ in 0..MOST {
                let Ok(Some(return_address)) =
                    unwinder.unwind_frame(at, &mut registers, cache, &mut read)
                else {
                    return;
                };
                let Some(next) = FrameAddress::from_return_address(return_address) else { return };
                at = next;
                // The call stands before the address that it returns to.
                let call = return_address - 1;
                let is_julia = !modules.iter().any(|module| module.contains(&call));
                if is_julia && !visit(call as usize, registers.sp() as usize) {
                    return;
                }
            }
        });
    }

    impl Walker {
        fn new() -> Walker {
            let mut walker = Walker {
                unwinder: UnwinderX86_64::new(),
                cache: CacheX86_64::new(),
                modules: Vec::new(),
            };
            // SAFETY: the callback has this type, and gets the walker back.
            unsafe { libc::dl_iterate_phdr(Some(add), (&raw mut walker).cast()) };
            walker
        }
    }

    /// Adds a loaded object.
    unsafe extern "C" fn add(
        info: *mut libc::dl_phdr_info,
        _: usize,
        walker: *mut c_void,
    ) -> c_int {
        // SAFETY: `dl_iterate_phdr` passes a description, and the pointer that it was given.
        let (info, walker) = unsafe { (&*info, &mut *walker.cast::<Walker>()) };
        if info.dlpi_phdr.is_null() {
            return 0;
        }
        // SAFETY: the description names that many headers.
        let headers =
            unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
        let at = |header: &libc::Elf64_Phdr| {
            let start = info.dlpi_addr + header.p_vaddr;
            start..start + header.p_memsz
        };
        let loaded = || headers.iter().filter(|header| header.p_type == libc::PT_LOAD).map(at);
        let (Some(start), Some(end)) =
            (loaded().map(|range| range.start).min(), loaded().map(|range| range.end).max())
        else {
            return 0;
        };
        let header = headers.iter().find(|header| header.p_type == libc::PT_GNU_EH_FRAME).map(at);
        let Some(header) = header else { return 0 };
        // What lies before and after it in its segment is mapped, too; the frames' section is there.
        let Some(segment) = loaded().find(|range| range.contains(&header.start)) else { return 0 };
        let bytes = |range: &Range<u64>| -> &'static [u8] {
            // SAFETY: the range is mapped for as long as the object is loaded; the runtime and the
            // libraries that it starts with are never unloaded.
            unsafe {
                let length = (range.end - range.start) as usize;
                std::slice::from_raw_parts(range.start as *const u8, length)
            }
        };
        // Version 1, the frames' address relative to this field in four bytes: what linkers write.
        let head = bytes(&header);
        let &[1, 0x1b, _, _, a, b, c, d, ..] = head else { return 0 };
        let distance = i64::from(i32::from_le_bytes([a, b, c, d]));
        let frames = (header.start + 4).wrapping_add_signed(distance);
        if !segment.contains(&frames) {
            return 0;
        }
        let frames = frames..segment.end;
        let sections = ExplicitModuleSectionInfo {
            base_svma: info.dlpi_addr,
            eh_frame_svma: Some(frames.clone()),
            eh_frame: Some(bytes(&frames)),
            eh_frame_hdr_svma: Some(header.clone()),
            eh_frame_hdr: Some(bytes(&header)),
            ..Default::default()
        };
        walker.modules.push(start..end);
        walker.unwinder.add_module(Module::new(
            String::new(),
            start..end,
            info.dlpi_addr,
            sections,
        ));
        0
    }
}
