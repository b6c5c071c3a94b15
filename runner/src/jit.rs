//! Compilation while the program runs.
//!
//! The runtime asks for native code of a specialization ([`runtime::hooks::Hooks::compile`]); it is inferred,
//! emitted as typed IR, turned into object code by a compiler process, and loaded. Calls of
//! specializations that have no code yet, from the code of images, too, go to a stub, which comes back
//! here at the first call.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::Duration;

use pkgimage_image::Digest;
use pkgimage_image::code::{CodeSpace, LazyStubs, Registers, helpers};
use pkgimage_image::store::{ObjectKey, Store};
use pkgimage_inference::emit::{self, Emitted, Referent};
use pkgimage_inference::{Inference, InferenceHooks, Lattice, Others};
use pkgimage_ir::client::PoolConfig;
use pkgimage_ir::protocol::Output;
use pkgimage_ir::{
    CompileFailure, CompilerPool, Cpu, External, FunctionKind, LocData, OptLevel, Ret, Signature,
    Target, binary,
};
use pkgimage_package::job::{Compile, Job, Task};
use pkgimage_runtime as runtime;
use runtime::gc::{self, RootVec};
use runtime::interpreter::call::NativeEntry;
use runtime::object::{CodeInstance, JuliaString, MethodInstance};
use runtime::value::{Gc, Value};
use runtime::{dispatch, error, foreign, native, world};

use crate::bridge::{Bridged, has_wide_integers};
use crate::session_image::load;
use crate::{code_places, images, report, stages};

/// How long one unit may take to compile.
const TIMEOUT: Duration = Duration::from_secs(60);

thread_local! {
    static JIT: RefCell<Option<Jit>> = const { RefCell::new(None) };
    /// How many inferences are under way.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Flag of code instances that come from an image.
pub const FROM_IMAGE: u32 = 1;

/// Flag of code instances that come from a session image: their edges are in its table.
pub const FROM_SESSION: u32 = 2;

/// A callee that code was compiled to call.
struct Callee {
    instance: Gc<MethodInstance>,
    /// Its result; none if it has to be inferred.
    result: Option<Lattice>,
    abi: Signature,
    stub: u64,
    /// Its code, once there is some, and the last world in which that holds.
    code: Option<(u64, Gc<CodeInstance>)>,
    /// Slots that hold the stub.
    slots: Vec<u64>,
    /// Code of its convention that leaves a call to the runtime, once that was wanted.
    adapter: Option<u64>,
    /// How it is called without code, once that was wanted.
    bridged: Option<Rc<Bridged>>,
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
    /// The places in the sources of the units, by their numbers.
    locs: Vec<Vec<LocData>>,
    /// Whether code is compiled while the program runs.
    compiles: bool,
    /// Whether it has been said that there is no compiler.
    unusable: bool,
    verbose: bool,
}

/// The runtime's way here.
static HOOKS: InferenceHooks = InferenceHooks::with(Others {
    compile: compile_now,
    compile_loop,
    saved: load::provide,
    method_added: load::method_added,
    method_deleted: load::method_deleted,
    binding_redefined: load::binding_redefined,
    relying_on: load::relying_on,
    frames_at: code_places::frames_at,
    stage: stages::text,
});

fn compile_now(instance: Gc<MethodInstance>, world: u64) -> bool {
    if DEPTH.get() > 0 {
        return false;
    }
    if with(|jit| !jit.compiles || jit.refused.contains(&instance)).unwrap_or(true) {
        return false;
    }
    if let Ok(only) = std::env::var("PKGIMAGE_JIT_ONLY")
        && !emit::names::instance_text(instance).contains(&only)
    {
        return false;
    }
    compile(instance, world).is_some()
}

/// Native code of a loop that is being interpreted; see [`runtime::hooks::Hooks::compile_loop`].
fn compile_loop(
    instance: Gc<MethodInstance>,
    head: u32,
    values: &[Option<Value>],
) -> Option<(NativeEntry, Vec<usize>)> {
    if DEPTH.get() > 0 || !with(|jit| jit.compiles).unwrap_or(false) {
        return None;
    }
    let types: Vec<Option<Value>> =
        values.iter().map(|value| value.map(dispatch::argument_type)).collect();
    let head = head as usize;
    let mut inference = Inference::new(world::of_task());
    DEPTH.set(DEPTH.get() + 1);
    let emitted = inference.infer_loop(instance, head, &types).and_then(|(inferred, places)| {
        let defined: Vec<bool> = places.iter().map(Option::is_some).collect();
        let emitted = emit::emit_loop(&inferred, head, &defined, &mut inference).ok()?;
        Some((emitted, places.into_iter().flatten().collect()))
    });
    DEPTH.set(DEPTH.get() - 1);
    let (emitted, wanted) = emitted?;
    let loaded = with(|jit| jit.load(emitted).ok())??;
    // SAFETY: the generic entry of a unit is a function of this type.
    let entry = unsafe { std::mem::transmute::<usize, NativeEntry>(loaded.generic as usize) };
    Some((entry, wanted))
}

/// Starts inference and compilation for a job.
///
/// # Errors
/// If the system gives no memory for code, or nobody knows the CPU that it is to be for.
pub fn install(job: &Job) -> anyhow::Result<()> {
    runtime::hooks::install(&HOOKS);
    if job.compile == Compile::No {
        return Ok(());
    }
    runtime::interpreter::compile_at_first_call(job.compile == Compile::All);
    let cpu: Cpu = job.settings.cpu.parse()?;
    let program = job.compiler_path.clone();
    let processes = job.jobs.max(1);
    let jit = Jit {
        pool: CompilerPool::new(PoolConfig { program, processes, timeout: TIMEOUT }),
        target: Target::of(&cpu),
        compiler: job.compiler,
        store: Store::open(&job.store).ok(),
        space: CodeSpace::new()?,
        stubs: LazyStubs::new(resolve, bridge),
        callees: Vec::new(),
        by_key: HashMap::new(),
        refused: HashSet::new(),
        roots: RootVec::new(),
        units: 0,
        locs: Vec::new(),
        // What a build evaluates is interpreted: its heap is then a function of the sources.
        compiles: !matches!(job.task, Task::Build(_)),
        unusable: false,
        verbose: std::env::var_os("PKGIMAGE_JIT_LOG").is_some(),
    };
    JIT.set(Some(jit));
    report::at_end(|_, _| {
        let warning = with(|jit| jit.store.as_ref().and_then(Store::take_warning));
        if let Some(line) = warning.flatten() {
            report::warn(line);
        }
    });
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
        let emitted = emit::emit(&inferred, &mut inference);
        (inferred, emitted)
    });
    DEPTH.set(DEPTH.get() - 1);
    let done = match emitted {
        None => Err("it cannot be inferred".to_owned()),
        Some((_, Err(refused))) => Err(refused.reason),
        Some((inferred, Ok(emitted))) => {
            let abi = emit::abi_of(instance, &inferred.return_type).signature;
            // Inlined bodies, and callees whose convention this relies on.
            let mut relied_on = emitted.inlined.clone();
            relied_on.extend(emitted.unit.externals.iter().filter_map(|external| {
                match emitted.referents.get(external)? {
                    Referent::Callee { instance, .. } => Some(*instance),
                    Referent::Object(_) => None,
                }
            }));
            match with(|jit| jit.load(emitted)).unwrap_or(Err("busy".into())) {
                Ok(loaded) => {
                    let code = code_instance(instance, &inferred, world);
                    set_convention(code, &abi);
                    code.invoke.set(loaded.generic as usize);
                    code.specialized.set(loaded.specialized as usize);
                    for callee in relied_on {
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
        let target = self.target.clone();
        let key = ObjectKey {
            unit: binary::digest(&bytes),
            compiler: self.compiler,
            target: &target,
            opt_level: OptLevel::Speed,
        };
        let store = self.store.as_ref();
        if let Some(object) = store.and_then(|store| store.get(&key)) {
            report::change(|report| report.stats.from_store += 1);
            return Ok(object);
        }
        let answer = self.pool.compile(bytes, &self.target, OptLevel::Speed);
        self.compiled(&key, &emitted.unit.name, answer)
    }

    /// Takes a compiler's answer.
    fn compiled(
        &mut self,
        key: &ObjectKey<'_>,
        name: &str,
        answer: Result<Vec<u8>, CompileFailure>,
    ) -> Result<Vec<u8>, String> {
        let started = self.pool.started();
        report::change(|report| report.stats.compilers_started = started);
        match answer {
            Ok(object) => {
                report::change(|report| report.stats.compiled += 1);
                if let Some(store) = &self.store {
                    store.put(key, &object);
                }
                Ok(object)
            }
            Err(failure) => {
                match failure {
                    CompileFailure::Died | CompileFailure::Timeout => {
                        report::warn(format!("{name} stays interpreted: {failure}"));
                    }
                    CompileFailure::Unusable(_) if !std::mem::replace(&mut self.unusable, true) => {
                        report::warn(format!("going on in the interpreter: {failure}"));
                        self.compiles = false;
                    }
                    CompileFailure::Unusable(_) | CompileFailure::Refused { .. } => {}
                }
                Err(failure.to_string())
            }
        }
    }

    /// The object code of many units; whether a compiler made it.
    fn objects<'a>(
        &mut self,
        units: impl Iterator<Item = &'a mut Emitted>,
    ) -> Vec<Result<(Vec<u8>, bool), String>> {
        let target = self.target.clone();
        let compiler = self.compiler;
        let key = |unit| ObjectKey { unit, compiler, target: &target, opt_level: OptLevel::Speed };
        let mut waiting = Vec::new();
        for emitted in units {
            let bytes = binary::encode(&mut emitted.unit);
            let digest = binary::digest(&bytes);
            let stored = self.store.as_ref().and_then(|store| store.get(&key(digest)));
            let ticket = match stored {
                Some(object) => {
                    report::change(|report| report.stats.from_store += 1);
                    Ok(object)
                }
                None => Err(self.pool.submit(bytes, &target, OptLevel::Speed)),
            };
            waiting.push((emitted.unit.name.clone(), digest, ticket));
        }
        waiting
            .into_iter()
            .map(|(name, digest, ticket)| match ticket {
                Ok(object) => Ok((object, false)),
                Err(ticket) => {
                    let object = self.compiled(&key(digest), &name, ticket.wait())?;
                    Ok((object, true))
                }
            })
            .collect()
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
                (
                    External::Specialization { abi, .. },
                    Some(Referent::Callee { instance, result }),
                ) => {
                    let result = Some(result);
                    let world = world::of_task();
                    let index = callee(
                        stubs,
                        callees,
                        by_key,
                        roots,
                        (*instance, abi.clone()),
                        result,
                        world,
                    )?;
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
                _ => named(external),
            }
        });
        let loaded = loaded.map_err(|e| e.to_string())?;
        self.units += 1;
        self.locs.push(std::mem::take(&mut emitted.unit.locs));
        let unit = &emitted.unit;
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

/// Where the function begins that has code at an address, and the places in the source there, innermost
/// first; none if it was not compiled in this process.
pub fn place(address: u64) -> Option<(u64, Vec<LocData>)> {
    with(|jit| {
        let place = jit.space.place(address)?;
        let locs = usize::try_from(place.unit).ok().and_then(|unit| jit.locs.get(unit))?;
        let mut chain = Vec::new();
        let mut next = place.loc;
        while let Some(loc) = next {
            let data = locs.get(loc.index())?;
            next = data.inlined_at.filter(|at| *at < loc);
            chain.push(data.clone());
        }
        Some((place.start, chain))
    })
    .flatten()
}

/// The record of a callee, by what it is and how it is called, made if there is none that holds in a world.
fn callee(
    stubs: &mut LazyStubs,
    callees: &mut Vec<Callee>,
    by_key: &mut HashMap<(Gc<MethodInstance>, Signature), usize>,
    roots: &mut RootVec,
    key: (Gc<MethodInstance>, Signature),
    result: Option<&Lattice>,
    world: u64,
) -> Result<usize, String> {
    if let Some(&index) = by_key.get(&key)
        && callees[index].code.is_none_or(|(_, code)| is_valid(code, world))
    {
        return Ok(index);
    }
    let (number, stub) = stubs.make().map_err(|e| e.to_string())?;
    let (instance, abi) = key.clone();
    roots.push(instance.value());
    if let Some(Lattice::Const(v)) = result {
        roots.push(*v);
    }
    callees.push(Callee {
        instance,
        result: result.cloned(),
        abi: abi.clone(),
        stub,
        code: None,
        slots: Vec::new(),
        adapter: None,
        bridged: None,
    });
    let index = callees.len() - 1;
    debug_assert_eq!(number as usize, index, "stubs are numbered like callees");
    by_key.insert(key, index);
    // Code that was compiled before serves at once.
    if let Some(code) = existing(instance, world)
        && code_has_convention(code, &abi)
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

/// Notes how the specialized entry of a code instance is called.
pub fn set_convention(code: Gc<CodeInstance>, abi: &Signature) {
    let text = JuliaString::new(&convention_bytes(abi));
    code.abi.set(code, Some(text.value()));
}

fn convention_bytes(abi: &Signature) -> Vec<u8> {
    // Plain data into a growing buffer: there is nothing that could fail.
    postcard::to_stdvec(abi).unwrap_or_default()
}

fn code_has_convention(code: Gc<CodeInstance>, abi: &Signature) -> bool {
    let noted = code.abi.get().and_then(|noted| noted.cast::<JuliaString>());
    noted.is_some_and(|noted| noted.bytes() == convention_bytes(abi))
}

/// What an external that names no object stands for: functions and variables of the runtime and of C.
pub fn named(external: &External) -> Result<u64, String> {
    match external {
        External::Runtime(name) => helpers::address(name)
            .or_else(|| native::function_address(name).map(|a| a as u64))
            .ok_or_else(|| "no such function of the runtime".to_owned()),
        External::RuntimeData(name) => native::data_address(name)
            .map(|a| a as u64)
            .ok_or_else(|| "no such variable of the runtime".to_owned()),
        External::Foreign { library, symbol } => {
            let library = library.as_deref().unwrap_or("");
            foreign::lookup(symbol, library).map(|a| a as u64).map_err(|thrown| {
                error::take(thrown);
                "there is no such symbol".to_owned()
            })
        }
        _ => Err("nothing says what it stands for".to_owned()),
    }
}

/// Whether code of images is used at all.
pub fn uses_code() -> bool {
    with(|_| ()).is_some()
}

/// The object code of many units, from the store or from compilers, several at a time; whether a compiler
/// made it.
pub fn objects<'a>(
    units: impl Iterator<Item = &'a mut Emitted>,
) -> Vec<Result<(Vec<u8>, bool), String>> {
    with(|jit| jit.objects(units)).unwrap_or_default()
}

/// The object code of one unit, whose canonical bytes these are.
pub fn object(emitted: &Emitted, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    with(|jit| jit.object(emitted, bytes)).unwrap_or_else(|| Err("nothing is compiled".to_owned()))
}

/// What Cranelift makes of a unit, by its canonical bytes.
pub fn clif(bytes: Vec<u8>) -> Result<String, String> {
    let text = with(|jit| {
        let ticket = jit.pool.request(bytes, &jit.target, OptLevel::Speed, Output::Clif);
        ticket.wait().map_err(|failure| failure.to_string())
    });
    let text = text.unwrap_or_else(|| Err("nothing is compiled".to_owned()))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Where a call from an image's code goes, and the number of the callee. `slot` is the word through which it
/// goes, for when there is code later.
pub fn image_callee(
    instance: Gc<MethodInstance>,
    abi: &Signature,
    slot: u64,
) -> Result<(u64, usize), String> {
    // The image's code holds from now on. The world of the task that loads it may be one before.
    let world = world::current();
    let found = with(|jit| {
        let Jit { stubs, callees, by_key, roots, .. } = jit;
        let index = callee(stubs, callees, by_key, roots, (instance, abi.clone()), None, world)?;
        let callee = &mut callees[index];
        if let Some((address, _)) = callee.code {
            return Ok((address, index));
        }
        callee.slots.push(slot);
        Ok((callee.stub, index))
    });
    found.unwrap_or_else(|| Err("busy".to_owned()))
}

/// Whether a callee has no code yet, or some that holds.
pub fn callee_holds(number: usize) -> bool {
    let world = world::current();
    let code = with(|jit| jit.callees.get(number).map(|callee| callee.code)).flatten();
    code.is_some_and(|code| code.is_none_or(|(_, code)| is_valid(code, world)))
}

/// Called by a stub: the address of the callee to go on at, 0 if it has no code that fits. Whether it
/// is to have some is decided where all calls of specializations are made.
extern "C" fn resolve(number: u64) -> u64 {
    let world = world::of_task();
    let found = with(|jit| {
        let callee = jit.callees.get(number as usize)?;
        Some((callee.instance, callee.abi.clone(), callee.code))
    });
    let Some(Some((instance, abi, code))) = found else { return 0 };
    let code = code
        .map(|(_, code)| code)
        .filter(|code| is_valid(*code, world))
        .or_else(|| existing(instance, world).filter(|code| code_has_convention(*code, &abi)));
    // What is worth code now has it before its arguments are boxed.
    let code = code.or_else(|| {
        runtime::interpreter::call::obtain(instance, world)?;
        existing(instance, world).filter(|code| code_has_convention(*code, &abi))
    });
    let Some(code) = code else {
        return if has_wide_integers(&abi) { gc::uncounted(|| adapter(number)) } else { 0 };
    };
    let address = code.specialized.get() as u64;
    // What holds only in the task's own world is not for other callers.
    if is_valid(code, world::current()) {
        go_to(number, address, code);
    }
    address
}

/// A callee has code from now on.
fn go_to(number: u64, address: u64, code: Gc<CodeInstance>) {
    with(|jit| {
        let Jit { space, callees, .. } = jit;
        let callee = &mut callees[number as usize];
        callee.code = Some((address, code));
        for slot in std::mem::take(&mut callee.slots) {
            if !space.set_slot(slot, address) {
                images::set_slot(slot, address);
            }
        }
    });
}

/// Code of a callee's convention that leaves the call to the runtime; 0 if there can be none. The stub goes there as long
/// as the callee has no code.
fn adapter(number: u64) -> u64 {
    let callee = with(|jit| {
        let callee = jit.callees.get(number as usize)?;
        Some((callee.instance, callee.result.clone(), callee.adapter))
    });
    let Some(Some((instance, result, made))) = callee else { return 0 };
    if let Some(address) = made {
        return address;
    }
    let mut inference = Inference::new(world::of_task());
    let result = result.unwrap_or_else(|| inference.result_of(instance));
    let Ok(emitted) = emit::adapter(instance, &result, &mut inference) else { return 0 };
    let loaded = with(|jit| jit.load(emitted)).and_then(Result::ok);
    let Some(loaded) = loaded else { return 0 };
    with(|jit| jit.callees[number as usize].adapter = Some(loaded.specialized));
    loaded.specialized
}

/// Called by a stub for a callee without code.
extern "C" fn bridge(number: u64, registers: &mut Registers) {
    let unknown = with(|jit| {
        let callee = jit.callees.get(number as usize)?;
        callee.result.is_none().then_some(callee.instance)
    });
    if let Some(Some(instance)) = unknown {
        let result = gc::uncounted(|| Inference::new(world::of_task()).result_of(instance));
        with(|jit| {
            if let Lattice::Const(v) = result {
                jit.roots.push(v);
            }
            jit.callees[number as usize].result = Some(result);
        });
    }
    let bridged = with(|jit| {
        let callee = jit.callees.get_mut(number as usize)?;
        if callee.bridged.is_none() {
            let result = callee.result.as_ref()?;
            callee.bridged = Bridged::new(callee.instance, result).map(Rc::new);
        }
        callee.bridged.clone()
    });
    match bridged {
        Some(Some(bridged)) => bridged.call(registers),
        _ => {
            // The exception is pending; so the result says, whichever way the convention has it.
            let _thrown = error::error("native code calls what cannot be called: no compiler runs");
            registers.set_first(u64::from(!returns_object(number)));
            registers.set_second(1);
        }
    }
}

/// Whether 0 as the result of a callee says that an exception is pending.
fn returns_object(number: u64) -> bool {
    let ret = with(|jit| jit.callees.get(number as usize).map(|callee| callee.abi.ret));
    matches!(ret, Some(Some(Ret::Boxed | Ret::Union { .. })))
}
