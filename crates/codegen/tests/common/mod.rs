//! Runs typed IR in this process: compiles a unit, loads it, and calls its functions through a
//! driver function that is itself typed IR, so that every signature can be called.

#![allow(dead_code, reason = "each test uses a part")]

use pkgimage_codegen::{Options, compile_unit};
use pkgimage_image::code::{CodeSpace, LoadedUnit};
use pkgimage_ir::{
    BlockCall, Callee, External, FunctionKind, MemFlags, OptLevel, Ret, Signature, Target, Type,
    Unit, UnitBuilder,
};
use std::sync::atomic::{AtomicU64, Ordering};

pub fn options(opt_level: OptLevel, target: Target) -> Options {
    Options { target, opt_level }
}

/// A unit in memory, and its drivers.
pub struct Loaded {
    pub space: CodeSpace,
    pub unit: Unit,
    pub loaded: LoadedUnit,
    functions: usize,
}

/// What a call came to: the result's bytes, or an exception.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum Outcome {
    Value(Vec<u8>),
    Throws,
}

/// Compiles and loads a unit with a driver for each of its functions.
pub fn load(mut unit: Unit, options: &Options) -> Result<Loaded, String> {
    unit.canonicalize();
    let functions = unit.functions.len();
    add_drivers(&mut unit);
    unit.canonicalize();
    let object = compile_unit(&unit, options).map_err(|e| e.to_string())?;
    let mut space = CodeSpace::new().map_err(|e| e.to_string())?;
    let loaded =
        space.load(7, &object, &unit, &mut |_, ext| resolve(ext)).map_err(|e| e.to_string())?;
    Ok(Loaded { space, unit, loaded, functions })
}

/// `driver(args, out) -> status`: loads the arguments from 16-byte cells, calls, stores the result.
fn add_drivers(unit: &mut Unit) {
    let mut builder = UnitBuilder::new("drivers");
    let count = unit.functions.len();
    // Numbers of tables in `builder` are its own: they are appended behind those of the unit.
    let base = unit.signatures.len() as u32;
    for index in 0..count {
        let sig = unit.functions[index].sig;
        let signature = unit.signatures[sig.index()].clone();
        let driver = Signature::c(&[Type::I64, Type::I64], Ret::None).throwing();
        let name = format!("driver {index}");
        let mut b =
            pkgimage_ir::FunctionBuilder::new(&mut builder, name, FunctionKind::Local, driver);
        let (args, out) = (b.params(b.entry())[0], b.params(b.entry())[1]);
        let mut values = vec![];
        if signature.has_result_pointer() {
            values.push(out);
        }
        for (at, ty) in signature.params.iter().enumerate() {
            values.push(b.load(*ty, args, 16 * at as i32, MemFlags::TRUSTED));
        }
        let throw = b.cold_block();
        let unwind = signature.throws.then(|| BlockCall::from(throw));
        let func = pkgimage_ir::FuncRef(index as u32);
        let results = b.call(Callee::Func(func), signature.clone(), &values, unwind);
        for (at, result) in results.iter().enumerate() {
            let offset = if matches!(signature.ret, Ret::Union { .. }) { 64 } else { 16 * at };
            b.store(*result, out, offset as i32, MemFlags::TRUSTED);
        }
        b.ret(&[]);
        b.switch_to(throw);
        b.throw_return();
        b.finish();
    }
    let drivers = builder.finish();
    unit.signatures.extend(drivers.signatures);
    for mut function in drivers.functions {
        function.sig.0 += base;
        for inst in function.blocks.iter_mut().flat_map(|b| &mut b.insts) {
            if let pkgimage_ir::Op::Call { sig, .. } = &mut inst.op {
                sig.0 += base;
            }
        }
        unit.functions.push(function);
    }
}

impl Loaded {
    /// Calls function `index` with arguments given as bits.
    pub fn call(&self, index: usize, args: &[u128]) -> Outcome {
        let signature = &self.unit.signatures[self.unit.functions[index].sig.index()];
        assert_eq!(args.len(), signature.params.len(), "number of arguments");
        let mut out = [0u128; 8];
        let driver = self.loaded.functions[self.functions + index];
        // SAFETY: the driver has this signature, and its cells are large enough for all results
        // that the tests use.
        let status = unsafe {
            let driver: extern "C" fn(*const u128, *mut u128) -> u64 = std::mem::transmute(driver);
            driver(args.as_ptr(), out.as_mut_ptr())
        };
        if status != 0 {
            return Outcome::Throws;
        }
        let bytes: Vec<u8> = out.iter().flat_map(|word| word.to_le_bytes()).collect();
        let size = match signature.ret {
            Ret::None => 0,
            Ret::Value(ty) => ty.bytes() as usize,
            Ret::Boxed => 8,
            Ret::Aggregate { size, .. } => size as usize,
            Ret::Union { .. } => return Outcome::Value([&bytes[64..72], &bytes[..16]].concat()),
            Ret::Pair(..) => 32,
        };
        Outcome::Value(bytes[..size].to_vec())
    }
}

static STACK_LIMIT: AtomicU64 = AtomicU64::new(0);
static SAFEPOINT: AtomicU64 = AtomicU64::new(0);
static POLLS: AtomicU64 = AtomicU64::new(0);

extern "C" fn nothing() {}

extern "C" fn throw() -> u64 {
    1
}

extern "C" fn throw_if_negative(x: i64) -> u64 {
    u64::from(x < 0)
}

extern "C" fn boxed_or_null(x: i64) -> i64 {
    x
}

extern "C" fn allocate(size: i64, ty: i64) -> i64 {
    size + ty
}

#[repr(C)]
struct FloatOutcome {
    value: f64,
    status: u64,
}

extern "C" fn checked_sqrt(x: f64) -> FloatOutcome {
    FloatOutcome { value: x.sqrt(), status: u64::from(x < 0.0) }
}

/// Writes its arguments down in order, to see where they arrive.
extern "C" fn weigh(a: i32, b: f64, c: i64, d: f32, e: i128) -> f64 {
    f64::from(a) + 10.0 * b + 100.0 * c as f64 + 1000.0 * f64::from(d) + 10000.0 * e as f64
}

extern "C" fn polled() -> u64 {
    POLLS.fetch_add(1, Ordering::SeqCst);
    SAFEPOINT.store(0, Ordering::SeqCst);
    0
}

/// What the tests' externals stand for.
pub fn resolve(external: &External) -> Result<u64, String> {
    let code = match external {
        External::Runtime(name) => match name.as_str() {
            "nothing" => nothing as *const () as u64,
            "throw" => throw as *const () as u64,
            "throw_if_negative" => throw_if_negative as *const () as u64,
            "boxed_or_null" => boxed_or_null as *const () as u64,
            "allocate" => allocate as *const () as u64,
            "checked_sqrt" => checked_sqrt as *const () as u64,
            "weigh" => weigh as *const () as u64,
            "polled" => polled as *const () as u64,
            other => return Err(format!("no runtime function {other}")),
        },
        External::RuntimeData(name) => match name.as_str() {
            "stack_limit" => std::ptr::from_ref(&STACK_LIMIT) as u64,
            // High enough that every stack pointer is below it.
            "stack_limit_hit" => {
                static HIT: AtomicU64 = AtomicU64::new(u64::MAX);
                std::ptr::from_ref(&HIT) as u64
            }
            "safepoint" => std::ptr::from_ref(&SAFEPOINT) as u64,
            "polls" => std::ptr::from_ref(&POLLS) as u64,
            other => return Err(format!("no runtime variable {other}")),
        },
        External::Foreign { library, symbol } => {
            let text = |s: &str| std::ffi::CString::new(s).map_err(|e| e.to_string());
            let name = text(symbol)?;
            // SAFETY: libc's own libraries have no effect when loaded, nor has looking up a symbol.
            let address = unsafe {
                let handle = match library {
                    Some(library) => libc::dlopen(text(library)?.as_ptr(), libc::RTLD_NOW),
                    None => libc::RTLD_DEFAULT,
                };
                libc::dlsym(handle, name.as_ptr()) as u64
            };
            if address == 0 {
                return Err("no such symbol".into());
            }
            address
        }
        // Objects are numbers here.
        External::Type(text) | External::Symbol(text) => text.len() as u64,
        other => return Err(format!("not part of the tests: {other}")),
    };
    Ok(code)
}
