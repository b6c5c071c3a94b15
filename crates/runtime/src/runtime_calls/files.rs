//! The file system and processes. What fails is told by a negated `errno`.

use std::ffi::{CStr, CString, OsStr, c_char};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::runtime_calls;
use crate::known::known;
use crate::object::{Array, JuliaString, box_int32};
use crate::surroundings;
use crate::value::Value;

/// # Safety
/// `p` is a NUL-terminated text.
unsafe fn path<'a>(p: *const c_char) -> &'a Path {
    // SAFETY: by the caller's promise.
    Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(p) }.to_bytes()))
}

fn errno(e: &std::io::Error) -> i32 {
    -e.raw_os_error().unwrap_or(libc::EIO)
}
fn status(result: std::io::Result<()>) -> i32 {
    result.map_or_else(|e| errno(&e), |()| 0)
}
/// Status of a C call that answers -1 where it failed.
fn c_status(result: i32) -> i32 {
    if result == -1 { errno(&std::io::Error::last_os_error()) } else { result }
}
fn text_or_status(result: std::io::Result<std::path::PathBuf>) -> Value {
    match result {
        Ok(path) => JuliaString::new(path.as_os_str().as_bytes()).value(),
        Err(e) => box_int32(errno(&e)),
    }
}

/// Device, inode, mode, links, user, group, device kind, size, block size, blocks, and the times
/// of modification and change as seconds and nanoseconds.
fn write_metadata(result: std::io::Result<std::fs::Metadata>, out: *mut u64) -> i32 {
    let m = match result {
        Ok(m) => m,
        Err(e) => return errno(&e),
    };
    let words = [
        m.dev(),
        m.ino(),
        m.mode() as u64,
        m.nlink(),
        m.uid() as u64,
        m.gid() as u64,
        m.rdev(),
        m.size(),
        m.blksize(),
        m.blocks(),
        m.mtime() as u64,
        m.mtime_nsec() as u64,
        m.ctime() as u64,
        m.ctime_nsec() as u64,
    ];
    // SAFETY: the caller passes room for fourteen words.
    unsafe { std::ptr::copy_nonoverlapping(words.as_ptr(), out, words.len()) };
    0
}

fn string_list(list: Value) -> Vec<CString> {
    let Some(array) = list.cast::<Array>() else { return Vec::new() };
    (0..array.len())
        .filter_map(|i| crate::arrays::get(array, i))
        .filter_map(|v| v.cast::<JuliaString>())
        .filter_map(|s| CString::new(s.text().as_bytes()).ok())
        .collect()
}

/// What [`jl_spawn`] has to do in the child, prepared before the fork: after it nothing may allocate.
struct Start {
    arguments: Vec<CString>,
    environment: Option<Vec<CString>>,
    folder: CString,
    descriptors: [i32; 3],
    detach: bool,
}

impl Start {
    fn run(&self) -> i32 {
        let pointers = |list: &[CString]| -> Vec<*const c_char> {
            list.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
        };
        let arguments = pointers(&self.arguments);
        let environment = self.environment.as_deref().map(pointers);
        let mut channel = [0i32; 2];
        // SAFETY: plain system calls; between fork and exec only async-signal-safe ones are used.
        unsafe {
            if libc::pipe2(channel.as_mut_ptr(), libc::O_CLOEXEC) == -1 {
                return errno(&std::io::Error::last_os_error());
            }
            let pid = libc::fork();
            if pid == -1 {
                return errno(&std::io::Error::last_os_error());
            }
            if pid == 0 {
                // Copies above 2 first, so that no target overwrites a source.
                let mut copies = [0i32; 3];
                for (copy, &fd) in copies.iter_mut().zip(&self.descriptors) {
                    *copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3);
                }
                for (target, &copy) in copies.iter().enumerate() {
                    libc::dup2(copy, target as i32);
                }
                if self.detach {
                    libc::setsid();
                }
                if self.folder.as_bytes().is_empty() || libc::chdir(self.folder.as_ptr()) == 0 {
                    match &environment {
                        Some(list) => {
                            libc::execvpe(arguments[0], arguments.as_ptr(), list.as_ptr());
                        }
                        None => {
                            libc::execvp(arguments[0], arguments.as_ptr());
                        }
                    }
                }
                let code: i32 = *libc::__errno_location();
                libc::write(channel[1], (&raw const code).cast(), 4);
                libc::_exit(127);
            }
            libc::close(channel[1]);
            // Nothing comes where the program was started.
            let mut code = 0i32;
            let n = libc::read(channel[0], (&raw mut code).cast(), 4);
            libc::close(channel[0]);
            if n == 4 {
                libc::waitpid(pid, std::ptr::null_mut(), 0);
                return -code;
            }
            pid
        }
    }
}

runtime_calls! {
    fn jl_fs_open(p: *const c_char, flags: i32, mode: i32) -> i32 {
        // SAFETY: a Cstring.
        let opened = c_status(unsafe { libc::open(p, flags, mode) });
        // SAFETY: a Cstring.
        let path = unsafe { path(p) };
        if flags & libc::O_ACCMODE != libc::O_RDONLY || flags & (libc::O_CREAT | libc::O_TRUNC) != 0 {
            surroundings::file_changed(path);
        } else if opened >= 0 || opened == -libc::ENOENT {
            surroundings::file_read(path);
        }
        opened
    }
    fn jl_fs_stat(p: *const c_char, out: *mut u64, follow: i32) -> i32 {
        // SAFETY: a Cstring.
        let path = unsafe { path(p) };
        let result = if follow != 0 { path.metadata() } else { path.symlink_metadata() };
        if result.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            surroundings::file_read(path);
        }
        write_metadata(result, out)
    }
    fn jl_fs_fstat(fd: i32, out: *mut u64) -> i32 {
        use std::os::fd::{BorrowedFd, AsFd};
        if fd < 0 {
            return -libc::EBADF;
        }
        // SAFETY: the descriptor is used during the call only; a closed one gives an error.
        let owned = match unsafe { BorrowedFd::borrow_raw(fd) }.as_fd().try_clone_to_owned() {
            Ok(owned) => owned,
            Err(e) => return errno(&e),
        };
        write_metadata(std::fs::File::from(owned).metadata(), out)
    }
    fn jl_fs_getcwd() -> Value { text_or_status(std::env::current_dir()) }
    fn jl_fs_chdir(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        c_status(unsafe { libc::chdir(p) })
    }
    fn jl_fs_mkdir(p: *const c_char, mode: i32) -> i32 {
        // SAFETY: a Cstring.
        let made = c_status(unsafe { libc::mkdir(p, mode as libc::mode_t) });
        if made == 0 {
            // SAFETY: a Cstring.
            surroundings::file_changed(unsafe { path(p) });
        }
        made
    }
    fn jl_fs_rmdir(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        c_status(unsafe { libc::rmdir(p) })
    }
    fn jl_fs_unlink(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        c_status(unsafe { libc::unlink(p) })
    }
    fn jl_fs_rename(from: *const c_char, to: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        surroundings::file_changed(unsafe { path(to) });
        // SAFETY: Cstrings.
        c_status(unsafe { libc::rename(from, to) })
    }
    fn jl_fs_chmod(p: *const c_char, mode: i32) -> i32 {
        // SAFETY: a Cstring.
        c_status(unsafe { libc::chmod(p, mode as libc::mode_t) })
    }
    fn jl_fs_symlink(target: *const c_char, link: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        surroundings::file_changed(unsafe { path(link) });
        // SAFETY: Cstrings.
        c_status(unsafe { libc::symlink(target, link) })
    }
    /// Makes the file, or sets its times to now.
    fn jl_fs_touch(p: *const c_char) -> i32 {
        // SAFETY: a Cstring.
        let path = unsafe { path(p) };
        surroundings::file_changed(path);
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let now = std::time::SystemTime::now();
        let times = std::fs::FileTimes::new().set_accessed(now).set_modified(now);
        status(file.and_then(|f| f.set_times(times)))
    }
    fn jl_fs_realpath(p: *const c_char) -> Value {
        // SAFETY: a Cstring.
        text_or_status(std::fs::canonicalize(unsafe { path(p) }))
    }
    fn jl_fs_readlink(p: *const c_char) -> Value {
        // SAFETY: a Cstring.
        text_or_status(std::fs::read_link(unsafe { path(p) }))
    }
    fn jl_fs_homedir() -> Value {
        match std::env::home_dir() {
            Some(dir) => JuliaString::new(dir.as_os_str().as_bytes()).value(),
            None => known().nothing,
        }
    }
    /// The names in a folder, one to a NUL; or an error.
    fn jl_fs_readdir(p: *const c_char) -> Value {
        // SAFETY: a Cstring.
        let entries = match std::fs::read_dir(unsafe { path(p) }) {
            Ok(entries) => entries,
            Err(e) => return box_int32(errno(&e)),
        };
        let mut names: Vec<u8> = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => {
                    names.extend_from_slice(entry.file_name().as_bytes());
                    names.push(0);
                }
                Err(e) => return box_int32(errno(&e)),
            }
        }
        JuliaString::new(&names).value()
    }
    /// The name of an error number, `ENOENT`.
    fn jl_errno_name(code: i32) -> usize {
        let name: &'static CStr = match code {
            libc::EPERM => c"EPERM",
            libc::ENOENT => c"ENOENT",
            libc::EINTR => c"EINTR",
            libc::EIO => c"EIO",
            libc::E2BIG => c"E2BIG",
            libc::EBADF => c"EBADF",
            libc::EAGAIN => c"EAGAIN",
            libc::ENOMEM => c"ENOMEM",
            libc::EACCES => c"EACCES",
            libc::EBUSY => c"EBUSY",
            libc::EEXIST => c"EEXIST",
            libc::EXDEV => c"EXDEV",
            libc::ENODEV => c"ENODEV",
            libc::ENOTDIR => c"ENOTDIR",
            libc::EISDIR => c"EISDIR",
            libc::EINVAL => c"EINVAL",
            libc::ENFILE => c"ENFILE",
            libc::EMFILE => c"EMFILE",
            libc::ETXTBSY => c"ETXTBSY",
            libc::EFBIG => c"EFBIG",
            libc::ENOSPC => c"ENOSPC",
            libc::ESPIPE => c"ESPIPE",
            libc::EROFS => c"EROFS",
            libc::EMLINK => c"EMLINK",
            libc::EPIPE => c"EPIPE",
            libc::ENAMETOOLONG => c"ENAMETOOLONG",
            libc::ENOTEMPTY => c"ENOTEMPTY",
            libc::ELOOP => c"ELOOP",
            libc::ENOTSUP => c"ENOTSUP",
            libc::ENOEXEC => c"ENOEXEC",
            libc::ESRCH => c"ESRCH",
            libc::ECHILD => c"ECHILD",
            _ => c"UNKNOWN",
        };
        name.as_ptr() as usize
    }
    /// Starts a program; the process's number, or an error.
    fn jl_spawn(arguments: Value, environment: Value, folder: *const c_char, input: i32, output: i32, error: i32, flags: i32) -> i32 {
        let arguments = string_list(arguments);
        if arguments.is_empty() {
            return -libc::EINVAL;
        }
        let environment = (environment != known().nothing).then(|| string_list(environment));
        // SAFETY: a Cstring.
        let folder = unsafe { CStr::from_ptr(folder) }.to_owned();
        let descriptors = [input, output, error];
        Start { arguments, environment, folder, descriptors, detach: flags & 8 != 0 }.run()
    }
    /// Waits for a process, or asks: 0 while it runs.
    fn jl_waitpid(pid: i32, nohang: i32, code: *mut i64, signal: *mut i32) -> i32 {
        let mut status = 0i32;
        let options = if nohang != 0 { libc::WNOHANG } else { 0 };
        loop {
            // SAFETY: plain system call.
            let r = unsafe { libc::waitpid(pid, &raw mut status, options) };
            if r == -1 && std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted {
                continue;
            }
            if r == 0 {
                return 0;
            }
            // SAFETY: the caller passes references for the results.
            unsafe {
                *code = if r > 0 && libc::WIFEXITED(status) { libc::WEXITSTATUS(status) as i64 } else { 0 };
                *signal = if r > 0 && libc::WIFSIGNALED(status) { libc::WTERMSIG(status) } else { 0 };
            }
            return if r > 0 { r } else { errno(&std::io::Error::last_os_error()) };
        }
    }
}
