//! The operating system, clocks and the process; source texts and names of syntax.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::runtime_calls;
use crate::error;
use crate::known::known;
use crate::object::{Array, DataType, JuliaString, SimpleVector, Symbol, box_int64};
use crate::symbol::symbol;
use crate::trees::Trees;
use crate::value::{Gc, Value};
use crate::{fields, sources, surroundings};

thread_local! {
    static START: Cell<Option<Instant>> = const { Cell::new(None) };
    static RANDOM: Cell<u64> = const { Cell::new(0) };
    /// The environment as `jl_environ` walks it, taken when it is asked for its first entry.
    static ENVIRONMENT: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

fn start() -> Instant {
    START.get().unwrap_or_else(|| {
        let now = Instant::now();
        START.set(Some(now));
        now
    })
}

fn text(s: &str) -> Value {
    JuliaString::new(s.as_bytes()).value()
}

/// A line of `/proc/meminfo` in bytes.
fn meminfo(name: &str) -> u64 {
    let Ok(text) = std::fs::read_to_string("/proc/meminfo") else { return 0 };
    text.lines()
        .find_map(|l| l.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok())
        .map_or(0, |kib| kib << 10)
}

/// # Safety
/// Null, or a C string that stays as it is.
unsafe fn bytes_of<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: by the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn uname(field: fn(&libc::utsname) -> &[libc::c_char]) -> String {
    // SAFETY: `uname` fills the structure, whose fields end with NUL.
    unsafe {
        let mut data: libc::utsname = std::mem::zeroed();
        if libc::uname(&mut data) != 0 {
            return String::new();
        }
        let bytes: Vec<u8> =
            field(&data).iter().take_while(|&&c| c != 0).map(|&c| c as u8).collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

runtime_calls! {
    #[allow(non_snake_case)]
    fn jl_get_ARCH() -> Value { symbol(std::env::consts::ARCH).value() }
    #[allow(non_snake_case)]
    fn jl_get_UNAME() -> Value {
        symbol(if cfg!(target_os = "macos") { "Darwin" } else { "Linux" }).value()
    }
    fn jl_hrtime() -> u64 { start().elapsed().as_nanos() as u64 + 1 }
    fn jl_clock_now() -> f64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
    }
    fn jl_uptime() -> f64 {
        std::fs::read_to_string("/proc/uptime")
            .ok()
            .and_then(|t| t.split(' ').next().and_then(|s| s.parse().ok()))
            .unwrap_or(0.0)
    }
    fn jl_sleep_seconds(seconds: f64) {
        if let Ok(time) = Duration::try_from_secs_f64(seconds) {
            sleep(time);
        }
    }
    fn jl_total_memory() -> u64 { meminfo("MemTotal") }
    fn jl_free_memory() -> u64 { meminfo("MemAvailable") }
    fn jl_maxrss() -> u64 {
        // SAFETY: `getrusage` fills the structure.
        unsafe {
            let mut usage: libc::rusage = std::mem::zeroed();
            libc::getrusage(libc::RUSAGE_SELF, &mut usage);
            (usage.ru_maxrss as u64) << 10
        }
    }
    // SAFETY: asks the system for a constant.
    fn jl_getpagesize() -> i64 { unsafe { libc::sysconf(libc::_SC_PAGESIZE) } }
    fn jl_cpu_threads() -> i32 { std::thread::available_parallelism().map_or(1, |n| n.get() as i32) }
    fn jl_gethostname() -> Value { text(&uname(|u| &u.nodename)) }
    /// The folder of the program that runs.
    fn jl_get_julia_bindir() -> Value {
        let program = std::env::current_exe().unwrap_or_default();
        text(&program.parent().map(|p| p.display().to_string()).unwrap_or_default())
    }
    /// Random bits (SplitMix64, seeded by the system); for what needs some before `Random` is there.
    fn jl_rand() -> u64 {
        let mut state = RANDOM.get();
        if state == 0 {
            let mut seed = [0u8; 8];
            // SAFETY: the buffer has eight bytes.
            unsafe { libc::getrandom(seed.as_mut_ptr().cast(), 8, 0) };
            state = u64::from_ne_bytes(seed) | 1;
        }
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        RANDOM.set(state);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// Entry `index` of the environment, `NAME=value`, or `nothing` after the last.
    fn jl_environ(index: i32) -> Value {
        use std::os::unix::ffi::OsStringExt as _;
        ENVIRONMENT.with_borrow_mut(|list| {
            if index == 0 {
                let all: Vec<(Vec<u8>, Vec<u8>)> =
                    std::env::vars_os().map(|(k, v)| (k.into_vec(), v.into_vec())).collect();
                surroundings::variables_walked(&all);
                *list = all.into_iter().map(|(k, v)| [k, b"=".to_vec(), v].concat()).collect();
            }
            list.get(index.max(0) as usize)
                .map_or(known().nothing, |e| JuliaString::new(e).value())
        })
    }
    /// The value of a variable, a C string; null if it is not set.
    fn jl_getenv(name: *const c_char) -> usize {
        // SAFETY: a Cstring. What is found stays as long as nobody changes the environment, which this thread alone does.
        unsafe {
            let value = libc::getenv(name);
            surroundings::variable_read(CStr::from_ptr(name).to_bytes(), bytes_of(value));
            value as usize
        }
    }
    fn jl_setenv(name: *const c_char, value: *const c_char, overwrite: i32) -> i32 {
        // SAFETY: Cstrings; no other thread reads the environment.
        unsafe {
            let before = bytes_of(libc::getenv(name));
            surroundings::variable_changed(CStr::from_ptr(name).to_bytes(), before);
            libc::setenv(name, value, overwrite)
        }
    }
    fn jl_unsetenv(name: *const c_char) -> i32 {
        // SAFETY: a Cstring; no other thread reads the environment.
        unsafe {
            let before = bytes_of(libc::getenv(name));
            surroundings::variable_changed(CStr::from_ptr(name).to_bytes(), before);
            libc::unsetenv(name)
        }
    }
    fn jl_errno() -> i32 { std::io::Error::last_os_error().raw_os_error().unwrap_or(0) }
    fn jl_set_errno(code: i32) {
        // SAFETY: the address of this thread's number.
        unsafe { *libc::__errno_location() = code };
    }
    fn jl_exit_on_sigint(on: i32) { crate::interrupts::catch(on == 0); }
    fn jl_sigatomic_begin() { crate::interrupts::hold(true); }
    fn jl_sigatomic_end() { crate::interrupts::hold(false); }
    fn jl_gc_collections() -> i64 { crate::gc::totals().collections as i64 }
    fn jl_gc_total_hrtime() -> u64 { crate::gc::totals().nanoseconds }
    fn jl_gc_total_bytes() -> i64 { crate::gc::totals().bytes as i64 }
    fn jl_gc_total_objects() -> i64 { crate::gc::totals().objects as i64 }
    /// Whether code is compiled before its first call from here on; what it was before.
    fn jl_compile_at_first_call(on: i32) -> i32 { crate::interpreter::compile_at_first_call(on != 0) as i32 }
    /// Whether Base itself is being loaded.
    fn jl_booting() -> i32 {
        crate::eval::place().0.as_str().starts_with(sources::BUILT_IN_PREFIX) as i32
    }
    /// The text of a source file, counted and remembered as one; `nothing` if it cannot be read.
    fn jl_read_source(path: Gc<JuliaString>) -> Value {
        match sources::read(&path.text()) {
            Ok(source) => text(&source),
            Err(_) => known().nothing,
        }
    }
    /// A struct whose first fields have these values; the others stay undefined.
    fn jl_new_struct_partial(ty: Gc<DataType>, values: Gc<Array>) -> Value {
        let values: Vec<Value> = values.references().iter().filter_map(|v| *v).collect();
        fields::new_struct(ty, &values)
    }
    /// Sets a field by its index (from 0), also of an immutable struct that is being made.
    fn jl_set_nth_field(object: Value, index: usize, value: Value) {
        fields::set_nth(object, index, value);
    }
    fn jl_has_typevar(ty: Value, var: Value) -> i32 {
        match var.cast::<crate::object::TypeVar>() {
            Some(var) => crate::types::occurs(var, ty) as i32,
            None => 0,
        }
    }
    fn jl_types_egal(a: Value, b: Value) -> i32 { crate::types::types_egal(a, b) as i32 }
    /// `Meta.parse` and its kin: `svec(expression, offset after it)`.
    [throws] fn jl_parse_text(source: Gc<JuliaString>, file: Gc<JuliaString>, line: i64, offset: i64, rule: Gc<Symbol>) -> Value {
        parse_text(source, file, line, offset, rule)
    }
}

/// Sleeps; Ctrl-C ends the sleep.
fn sleep(time: Duration) {
    let end = Instant::now() + time;
    while let Some(rest) = end.checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero())
        && !crate::interrupts::is_pending()
    {
        let rest = libc::timespec {
            tv_sec: rest.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: rest.subsec_nanos().into(),
        };
        // SAFETY: plain system call; a signal ends it early.
        unsafe { libc::nanosleep(&raw const rest, std::ptr::null_mut()) };
    }
}

fn parse_text(
    source: Gc<JuliaString>,
    file: Gc<JuliaString>,
    line: i64,
    offset: i64,
    rule: Gc<Symbol>,
) -> error::Result<Value> {
    let bytes = source.bytes();
    let file = file.text().into_owned();
    let offset = offset.max(0) as usize;
    let trees = Trees::new();
    let failed = |message: String, incomplete: bool| {
        let head = if incomplete { "incomplete" } else { "error" };
        let argument = if incomplete { text(&message) } else { crate::eval::parse_error(&message) };
        let tree = crate::object::Expr::new(symbol(head), &[argument]);
        SimpleVector::new(&[tree.value(), box_int64(bytes.len() as i64)]).value()
    };
    let Ok(source) = pkgimage_syntax::source_text(bytes) else {
        return Ok(failed("invalid UTF-8 sequence".to_owned(), false));
    };
    let first_line = line.max(1) as u32;
    let parsed = match rule.as_str() {
        "all" => {
            if first_line == 1 && offset == 0 {
                crate::unsupported::remember(&file, source);
            }
            let (tree, problem) = pkgimage_syntax::parse_until_error(source, &file, first_line);
            if let Some(e) = problem {
                // The statements before it are evaluated first.
                let message =
                    pkgimage_syntax::julia_message(&e, source, &file, 0, first_line as usize);
                let value = trees.to_value(&tree);
                // What is missing, if something is.
                let detail = e.tag.map_or(known().nothing, |tag| symbol(tag.name()).value());
                let argument = crate::eval::parse_error_with(&message, detail);
                let head = if e.incomplete { "incomplete" } else { "error" };
                let bad = crate::object::Expr::new(symbol(head), &[argument]);
                if let Some(list) = value.cast::<crate::object::Expr>() {
                    list.args.get().push_reference(bad.value());
                }
                return Ok(SimpleVector::new(&[value, box_int64(source.len() as i64)]).value());
            }
            Ok((Some(tree), source.len()))
        }
        "atom" => pkgimage_syntax::parse_atom(source, offset, &file),
        _ => pkgimage_syntax::parse_statement_from_line(source, offset, &file, first_line),
    };
    Ok(match parsed {
        Ok((tree, next)) => {
            let value = tree.map_or(known().nothing, |t| trees.to_value(&t));
            SimpleVector::new(&[value, box_int64(next as i64)]).value()
        }
        Err(e) if e.incomplete => failed(e.message, true),
        Err(e) => failed(
            pkgimage_syntax::julia_message(&e, source, &file, offset, first_line as usize),
            false,
        ),
    })
}
