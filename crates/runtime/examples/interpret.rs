//! Runs Julia files with the interpreter alone: `cargo run -p pkgimage-runtime --example interpret
//! -- FILE.jl`. Base is read from the `julia/` folder of the workspace.
//!
//! `interpret --each SECONDS FILE.jl...` loads Base once and runs every file in a process of its
//! own (a fork), in the folder of the file; its output goes to `FILE.jl.out` and `FILE.jl.err`.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use pkgimage_runtime as runtime;

const STACK_BYTES: usize = 512 << 20;

fn find(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(runtime::sources::BUILT_IN_PREFIX)?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../julia/").to_owned() + name;
    std::fs::read_to_string(file).ok().map(|text| &*text.leak())
}

fn run_file(file: &str) -> i32 {
    let main = runtime::known::known().main_module;
    let result = runtime::sources::read(file)
        .map_err(|e| runtime::error::error(&e.to_string()))
        .and_then(|text| runtime::eval::eval_source(main, &text, file));
    runtime::exit::leave(result)
}

/// Sends a standard stream of this process to a file.
fn redirect(descriptor: i32, path: &Path) {
    let Ok(path) = CString::new(path.as_os_str().as_bytes()) else { return };
    let flags = libc::O_CREAT | libc::O_TRUNC | libc::O_WRONLY;
    // SAFETY: plain system calls.
    unsafe {
        let fd = libc::open(path.as_ptr(), flags, 0o644);
        if fd >= 0 {
            libc::dup2(fd, descriptor);
            libc::close(fd);
        }
    }
}

/// Runs a file in a fork of this process.
fn run_apart(file: &str, seconds: u32) {
    // SAFETY: this thread is the only one that does anything; the child goes on with it alone.
    let pid = unsafe { libc::fork() };
    if pid != 0 {
        // SAFETY: plain system call.
        unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) };
        return;
    }
    let path = std::fs::canonicalize(file).unwrap_or_else(|_| file.into());
    redirect(1, &path.with_extension("jl.out"));
    redirect(2, &path.with_extension("jl.err"));
    if let Some(folder) = path.parent() {
        let _ = std::env::set_current_dir(folder);
    }
    // SAFETY: plain system call.
    unsafe { libc::alarm(seconds) };
    let code = run_file(&path.display().to_string());
    // SAFETY: plain system call; buffers were flushed.
    unsafe { libc::_exit(code) }
}

fn run() -> i32 {
    let here = 0usize;
    let base = &raw const here as usize;
    runtime::interpreter::limits::set_stack(base, STACK_BYTES);
    runtime::sources::install_built_in(find);
    runtime::init(base);
    if let Err(thrown) = runtime::bootstrap() {
        runtime::exit::report(thrown);
        return 1;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag, seconds, files @ ..] if flag == "--each" => {
            let seconds = seconds.parse().unwrap_or(60);
            for file in files {
                run_apart(file, seconds);
            }
            0
        }
        [file, ..] => run_file(file),
        [] => 2,
    }
}

fn main() {
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    let code = worker.map_or(1, |w| w.join().unwrap_or(134));
    std::process::exit(code);
}
