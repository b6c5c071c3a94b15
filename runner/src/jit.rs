//! Compilation while the program runs.
//!
//! The runtime asks for native code of a specialization ([`runtime::hooks::Hooks::compile`]); it is inferred,
//! emitted as typed IR, turned into object code by a compiler process, and loaded. Calls of
//! specializations that have no code yet go to a stub, which comes back here at the first call.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

use pkgimage_image::Digest;
use pkgimage_image::code::{CodeSpace, LazyStubs};
use pkgimage_image::store::{ObjectKey, Store};
use pkgimage_inference::emit::{self, Emitted, Referent};
use pkgimage_inference::{Inference, InferenceHooks, Lattice};
use pkgimage_ir::client::PoolConfig;
use pkgimage_ir::{
    CompileFailure, CompilerPool, External, FunctionKind, OptLevel, Ret, Signature, Target, binary,
};
use pkgimage_package::job::{Compile, Job};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::{CodeInstance, MethodInstance};
use runtime::value::Gc;
use runtime::{dispatch, error, foreign, native, world};

use crate::report;

/// How long one unit may take to compile.
const TIMEOUT: Duration = Duration::from_secs(60);

thread_local! {
    static JIT: RefCell<Option<Jit>> = const { RefCell::new(None) };
    /// How many inferences are under way.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// A callee that code was compiled to call.
struct Callee {
    instance: Gc<MethodInstance>,
    result: Lattice,
    abi: Signature,
    stub: u64,
    /// Its code, once there is some, and the last world in which that holds.
    code: Option<(u64, Gc<CodeInstance>)>,
    /// Slots that hold the stub.
    slots: Vec<u64>,
}

struct Jit {
    pool: CompilerPool,
    target: Target,
    compiler: Digest,
    store: Option<Store>,
    space: CodeSpace,
    stubs: LazyStubs,
    /// By the number of their stub.
    callees: Vec<Callee>,
    by_key: HashMap<(Gc<MethodInstance>, Signature), usize>,
    /// Specializations for which there is no code.
    refused: HashSet<Gc<MethodInstance>>,
    /// All that code refers to.
    roots: RootVec,
    units: u64,
    verbose: bool,
}

/// The runtime's way here.
static HOOKS: InferenceHooks = InferenceHooks::with_compiler(compile_now);

fn compile_now(instance: Gc<MethodInstance>, world: u64) -> bool {
    if DEPTH.get() > 0 {
        return false;
    }
    if with(|jit| jit.refused.contains(&instance)).unwrap_or(true) {
        return false;
    }
    if let Ok(only) = std::env::var("PKGIMAGE_JIT_ONLY")
        && !emit::names::instance_text(instance).contains(&only)
    {
        return false;
    }
    compile(instance, world).is_some()
}

/// Starts inference and compilation for a job.
///
/// # Errors
/// If the system gives no memory for code.
pub fn install(job: &Job) -> anyhow::Result<()> {
    runtime::hooks::install(&HOOKS);
    let wanted = match job.compile {
        Compile::No => false,
        Compile::Yes => std::env::var_os("PKGIMAGE_JIT").is_some(),
        Compile::All => true,
    };
    if !wanted {
        return Ok(());
    }
    runtime::interpreter::compile_at_first_call(job.compile == Compile::All);
    let program = job.compiler_path.clone();
    let processes = job.jobs.max(1);
    let jit = Jit {
        pool: CompilerPool::new(PoolConfig { program, processes, timeout: TIMEOUT }),
        target: Target::host(),
        compiler: job.compiler,
        store: Store::open(&job.store).ok(),
        space: CodeSpace::new()?,
        stubs: LazyStubs::new(resolve),
        callees: Vec::new(),
        by_key: HashMap::new(),
        refused: HashSet::new(),
        roots: RootVec::new(),
        units: 0,
        verbose: std::env::var_os("PKGIMAGE_JIT_LOG").is_some(),
    };
    JIT.set(Some(jit));
    Ok(())
}

/// None if compilation is not installed or busy.
fn with<R>(f: impl FnOnce(&mut Jit) -> R) -> Option<R> {
    JIT.with(|jit| jit.try_borrow_mut().ok()?.as_mut().map(f))
}

/// Addresses of what was loaded.
struct Loaded {
    specialized: u64,
    generic: u64,
}

/// Native code of a specialization: infers, emits, compiles, loads. Its code instance.
fn compile(instance: Gc<MethodInstance>, world: u64) -> Option<(Gc<CodeInstance>, Signature)> {
    let mut inference = Inference::new(world);
    DEPTH.set(DEPTH.get() + 1);
    let emitted = inference.infer(instance).map(|inferred| {
        report::change(|report| report.stats.inferred += 1);
        let emitted = emit::emit(&inferred, &mut inference);
        (inferred, emitted)
    });
    DEPTH.set(DEPTH.get() - 1);
    let done = match emitted {
        None => Err("it cannot be inferred".to_owned()),
        Some((_, Err(refused))) => Err(refused.reason),
        Some((inferred, Ok(emitted))) => {
            let abi = emit::abi_of(instance, &inferred.return_type).signature;
            let inlined = emitted.inlined.clone();
            match with(|jit| jit.load(emitted)).unwrap_or(Err("busy".into())) {
                Ok(loaded) => {
                    let code = code_instance(instance, &inferred, world);
                    code.invoke.set(loaded.generic as usize);
                    code.specialized.set(loaded.specialized as usize);
                    for callee in inlined {
                        dispatch::add_backedge(callee, instance);
                    }
                    Ok((code, abi))
                }
                Err(reason) => Err(reason),
            }
        }
    };
    match done {
        Ok(done) => Some(done),
        Err(reason) => {
            with(|jit| {
                jit.refused.insert(instance);
                jit.roots.push(instance.value());
                if jit.verbose {
                    let name = emit::names::instance_text(instance);
                    eprintln!("jit: {name} stays interpreted: {reason}");
                }
            });
            None
        }
    }
}

/// The code instance that inference left for these worlds, or a new one.
fn code_instance(
    instance: Gc<MethodInstance>,
    inferred: &pkgimage_inference::InferredCode,
    world: u64,
) -> Gc<CodeInstance> {
    let mut at = instance.cache.get();
    while let Some(code) = at {
        if is_valid(code, world) && code.invoke.get() == 0 {
            return code;
        }
        at = code.next.get();
    }
    let code = runtime::gc::allocate_struct::<CodeInstance>();
    code.def.set(code, instance);
    code.next.set(code, instance.cache.get());
    code.min_world.set(inferred.min_world);
    code.max_world.set(inferred.max_world);
    code.return_type.set(code, inferred.return_type.widen());
    code.edges.set(code, runtime::known::known().empty_svec);
    instance.cache.set(instance, Some(code));
    code
}

impl Jit {
    /// The object code of a unit, from the store or from a compiler.
    fn object(&mut self, emitted: &Emitted, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        let key = ObjectKey {
            unit: binary::digest(&bytes),
            compiler: self.compiler,
            target: &self.target,
            opt_level: OptLevel::Speed,
        };
        let store = self.store.as_ref().filter(|_| emitted.storable);
        if let Some(object) = store.and_then(|store| store.get(&key)) {
            report::change(|report| report.stats.from_store += 1);
            return Ok(object);
        }
        match self.pool.compile(bytes, &self.target, OptLevel::Speed) {
            Ok(object) => {
                let started = self.pool.started();
                report::change(|report| {
                    report.stats.compiled += 1;
                    report.stats.compilers_started = started;
                });
                if let Some(store) = store {
                    store.put(&key, &object);
                }
                Ok(object)
            }
            Err(failure) => {
                if matches!(failure, CompileFailure::Died | CompileFailure::Timeout) {
                    let name = &emitted.unit.name;
                    report::warn(format!("{name} stays interpreted: {failure}"));
                }
                Err(failure.to_string())
            }
        }
    }

    /// Compiles a unit and loads it.
    fn load(&mut self, mut emitted: Emitted) -> Result<Loaded, String> {
        let bytes = binary::encode(&mut emitted.unit);
        if std::env::var_os("PKGIMAGE_JIT_DUMP").is_some() {
            eprintln!("{}", pkgimage_ir::text::print(&emitted.unit));
        }
        if self.verbose {
            eprintln!("jit: compiles {}", emitted.unit.name);
        }
        let object = self.object(&emitted, bytes)?;
        let unit = &emitted.unit;
        let Jit { space, stubs, callees, by_key, roots, .. } = self;
        let mut waiting = Vec::new();
        let number = self.units;
        let loaded = space.load(number, &object, unit, &mut |ext, external| {
            let referent = emitted.referents.get(external);
            match (external, referent) {
                (External::Runtime(name), _) => native::function_address(name)
                    .map(|a| a as u64)
                    .ok_or_else(|| "no such function of the runtime".to_owned()),
                (External::RuntimeData(name), _) => native::data_address(name)
                    .map(|a| a as u64)
                    .ok_or_else(|| "no such variable of the runtime".to_owned()),
                (External::Foreign { library, symbol }, _) => {
                    let library = library.as_deref().unwrap_or("");
                    foreign::lookup(symbol, library).map(|a| a as u64).map_err(|thrown| {
                        error::take(thrown);
                        "there is no such symbol".to_owned()
                    })
                }
                (
                    External::Specialization { abi, .. },
                    Some(Referent::Callee { instance, result }),
                ) => {
                    let index = callee(stubs, callees, by_key, roots, *instance, result, abi)?;
                    let callee = &callees[index];
                    if let Some((address, _)) = callee.code {
                        return Ok(address);
                    }
                    waiting.push((ext, index));
                    Ok(callee.stub)
                }
                (_, Some(Referent::Object(object))) => {
                    roots.push(*object);
                    Ok(object.address() as u64)
                }
                _ => Err("nothing says what it stands for".to_owned()),
            }
        });
        let loaded = loaded.map_err(|e| e.to_string())?;
        self.units += 1;
        for (ext, index) in waiting {
            if let Some(&slot) = loaded.slots.get(ext.index()).filter(|s| **s != 0) {
                self.callees[index].slots.push(slot);
            }
        }
        let address = |kind| {
            let (index, _) = unit.function(kind)?;
            loaded.functions.get(index.index()).copied()
        };
        match (address(FunctionKind::Specialized), address(FunctionKind::Generic)) {
            (Some(specialized), Some(generic)) => Ok(Loaded { specialized, generic }),
            _ => Err("the unit has no entries".to_owned()),
        }
    }
}

/// The record of a callee, made if there is none that still holds.
fn callee(
    stubs: &mut LazyStubs,
    callees: &mut Vec<Callee>,
    by_key: &mut HashMap<(Gc<MethodInstance>, Signature), usize>,
    roots: &mut RootVec,
    instance: Gc<MethodInstance>,
    result: &Lattice,
    abi: &Signature,
) -> Result<usize, String> {
    let world = world::of_task();
    let key = (instance, abi.clone());
    if let Some(&index) = by_key.get(&key)
        && callees[index].code.is_none_or(|(_, code)| is_valid(code, world))
    {
        return Ok(index);
    }
    let (number, stub) = stubs.make().map_err(|e| e.to_string())?;
    roots.push(instance.value());
    if let Lattice::Const(v) = result {
        roots.push(*v);
    }
    callees.push(Callee {
        instance,
        result: result.clone(),
        abi: abi.clone(),
        stub,
        code: None,
        slots: Vec::new(),
    });
    let index = callees.len() - 1;
    debug_assert_eq!(number as usize, index, "stubs are numbered like callees");
    by_key.insert(key, index);
    // Code that was compiled before serves at once.
    if let Some(code) = existing(instance, world)
        && code_has_convention(code, abi)
    {
        callees[index].code = Some((code.specialized.get() as u64, code));
    }
    Ok(index)
}

fn is_valid(code: Gc<CodeInstance>, world: u64) -> bool {
    code.min_world.get() <= world && world <= code.max_world.get()
}

fn existing(instance: Gc<MethodInstance>, world: u64) -> Option<Gc<CodeInstance>> {
    let mut at = instance.cache.get();
    while let Some(code) = at {
        if code.specialized.get() != 0 && is_valid(code, world) {
            return Some(code);
        }
        at = code.next.get();
    }
    None
}

thread_local! {
    /// Conventions of the code that was compiled here, by the address of the specialized entry.
    static CONVENTIONS: RefCell<HashMap<usize, Signature>> = RefCell::new(HashMap::new());
}

fn code_has_convention(code: Gc<CodeInstance>, abi: &Signature) -> bool {
    CONVENTIONS.with_borrow(|table| table.get(&code.specialized.get()) == Some(abi))
}

/// Called by a stub at the first call of a callee: the address to go on at.
extern "C" fn resolve(number: u64) -> u64 {
    let found = with(|jit| {
        let callee = jit.callees.get(number as usize)?;
        let address = callee.code.map(|(address, _)| address);
        Some((callee.instance, callee.result.clone(), callee.abi.clone(), address))
    });
    let Some(Some((instance, result, abi, address))) = found else {
        let _thrown = error::error("a call of code that does not exist");
        return fail_with_status as *const () as u64;
    };
    if let Some(address) = address {
        return address;
    }
    let world = world::of_task();
    let mut address = None;
    if DEPTH.get() == 0 {
        let code = existing(instance, world).filter(|code| code_has_convention(*code, &abi));
        let refused = with(|jit| jit.refused.contains(&instance)).unwrap_or(true);
        let code = match code {
            Some(code) => Some(code),
            None if refused => None,
            None => compile(instance, world).and_then(|(code, convention)| {
                let entry = code.specialized.get();
                CONVENTIONS.with_borrow_mut(|t| t.insert(entry, convention.clone()));
                (convention == abi).then_some(code)
            }),
        };
        if let Some(code) = code {
            address = Some(code.specialized.get() as u64);
            with(|jit| {
                jit.callees[number as usize].code = Some((code.specialized.get() as u64, code))
            });
        }
    }
    let address = match address {
        Some(address) => Some(address),
        None => {
            let mut inference = Inference::new(world);
            match emit::adapter(instance, &result, &mut inference) {
                Ok(emitted) => with(|jit| jit.load(emitted))
                    .and_then(Result::ok)
                    .map(|loaded| loaded.specialized),
                Err(_) => None,
            }
        }
    };
    let Some(address) = address else {
        let name = emit::names::instance_text(instance);
        // The exception is pending; the callee's place is taken by one that says so.
        let _thrown = error::error(&format!("no code for {name}: the compiler cannot be used"));
        return match abi.ret {
            Ret::Boxed | Ret::Union { .. } => fail_with_zero as *const () as u64,
            _ => fail_with_status as *const () as u64,
        };
    };
    with(|jit| {
        let Jit { space, callees, .. } = jit;
        for slot in std::mem::take(&mut callees[number as usize].slots) {
            space.set_slot(slot, address);
        }
    });
    address
}

/// Two registers.
#[repr(C)]
struct Pair(u64, u64);

/// Comes back with an exception pending, for conventions that say so by a status.
extern "C" fn fail_with_status() -> Pair {
    Pair(1, 1)
}

/// The same for conventions that say so by 0.
extern "C" fn fail_with_zero() -> u64 {
    0
}
