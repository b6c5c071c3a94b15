//! Applying functions.

use std::cell::{Cell, RefCell};

use super::frame::{Activation, constructible, run};
use super::{COUNTERS, count, generated, trace};
use crate::builtins;
use crate::code::cache;
use crate::dispatch;
use crate::error::{self, Result};
use crate::fields;
use crate::gc;
use crate::hooks::hooks;
use crate::known::known;
use crate::object::{Method, MethodInstance, Module};
use crate::types;
use crate::value::{Gc, Value};
use crate::world;

/// The generic entry of native code: function, arguments without it, their number; zero says that
/// an exception is pending.
pub type NativeEntry = unsafe extern "C" fn(usize, *const Value, u32) -> usize;

/// Applies `arguments[0]` to the rest in the task's world. The arguments are rooted by the caller.
pub fn apply(arguments: &[Value]) -> Result<Value> {
    apply_from(arguments, false)
}

/// Applies, from an `@inbounds` region if so said.
pub(super) fn apply_from(arguments: &[Value], inbounds: bool) -> Result<Value> {
    let f = arguments[0];
    let ty = f.datatype();
    if let Some(builtin) = builtins::of_type(ty) {
        return builtin(f, &arguments[1..]);
    }
    let world = world::of_task();
    match dispatch::lookup(arguments, world) {
        Some(instance) => {
            crate::hooks::dispatched(instance);
            call_instance_from(instance, arguments, inbounds)
        }
        None => Err(error::method_error(f, &arguments[1..], world)),
    }
}

/// Applies in another world: `Base.invokelatest`, `Core._call_in_world`.
pub fn apply_in_world(arguments: &[Value], world: u64) -> Result<Value> {
    let before = world::set_of_task(world);
    let result = apply(arguments);
    world::set_of_task(before);
    result
}

/// How many statements of a specialization are interpreted before it is compiled: about as many as
/// take a few times as long as its compilation.
const WORK_BEFORE_COMPILATION: u32 = 50_000;

struct Patience(Cell<u32>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Patience {}
static PATIENCE: Patience = Patience(Cell::new(WORK_BEFORE_COMPILATION));

/// Whether specializations are compiled before their first call (`--compile=all`, `@allocated`); returns whether
/// they were until now.
pub fn compile_at_first_call(on: bool) -> bool {
    PATIENCE.0.replace(if on { 0 } else { WORK_BEFORE_COMPILATION }) == 0
}

/// How many more statements of a specialization are interpreted before it is worth compiling.
pub(super) fn patience_with(instance: Gc<MethodInstance>) -> u32 {
    PATIENCE.0.get().saturating_sub(instance.work.get())
}

/// Calls a specialization with arguments of its types (the function itself first).
pub fn call_instance(instance: Gc<MethodInstance>, arguments: &[Value]) -> Result<Value> {
    call_instance_from(instance, arguments, false)
}

fn is_inline(instance: Gc<MethodInstance>) -> bool {
    let method = instance.def.get().cast::<Method>();
    method.and_then(cache::code_of).is_some_and(|code| code.is_inline())
}

fn call_instance_from(
    instance: Gc<MethodInstance>,
    arguments: &[Value],
    inbounds: bool,
) -> Result<Value> {
    let world = world::of_task();
    let quiet = super::is_quiet();
    // What native code would put in place is not called: its own code checks bounds.
    if !(inbounds && is_inline(instance))
        && let Some(entry) = native_entry(instance, world)
    {
        return call_native(entry, arguments);
    }
    let Some(method) = instance.def.get().cast::<Method>() else {
        return Err(error::error("a top-level thunk cannot be called"));
    };
    let code = match generated::code_for(instance, method)? {
        Some(code) => code,
        None => {
            return Err(error::method_error(arguments[0], &arguments[1..], world));
        }
    };
    let inbounds = inbounds && code.code.is_inline();
    if !inbounds && let Some(entry) = obtain(instance, world) {
        return call_native(entry, arguments);
    }
    if !quiet {
        count(&COUNTERS.interpreted_calls);
        let of_package = is_package_module(method.module.get());
        if of_package {
            count(&COUNTERS.interpreted_package_calls);
        }
        #[cfg(debug_assertions)]
        if let Some(traced) = std::env::var_os("PKGIMAGE_TRACE_INTERPRETED")
            && (of_package || traced == "all")
        {
            eprintln!("interpreted: {}", crate::debug::describe(instance.spec_types.get()));
        }
    }
    run(
        &Activation {
            code: &code.code,
            roots: code.roots,
            static_parameters: instance.sparam_values.get(),
            module: method.module.get(),
            method: Some(method),
            instance: (!quiet).then_some(instance),
            // As where it is put in place: only then does the caller's region count.
            inbounds,
        },
        arguments,
    )
}

/// Native code of a specialization that is about to be called and has none: what was saved, or what is compiled now
/// because that is worth it.
pub fn obtain(instance: Gc<MethodInstance>, world: u64) -> Option<NativeEntry> {
    if super::is_quiet() {
        return None;
    }
    // Asked once: what was not saved, or does not hold yet, is compiled when it is worth it.
    let unknown = instance.work.get() == 0;
    if unknown && gc::uncounted(|| hooks().saved(instance, true)) {
        let entry = native_entry(instance, world);
        if entry.is_some() {
            return entry;
        }
    }
    if patience_with(instance) == 0 && gc::uncounted(|| hooks().compile(instance, world)) {
        return native_entry(instance, world);
    }
    None
}

thread_local! {
    /// Root modules of packages that Base's image brings along: they count as Base.
    static WITH_BASE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Says that a root module comes with Base: its calls are not counted as those of a package.
pub fn comes_with_base(module: Gc<Module>) {
    WITH_BASE.with_borrow_mut(|list| list.push(module.address()));
}

/// Whether a module belongs to a package: neither Core, Base nor Main is its root.
pub fn is_package_module(module: Gc<Module>) -> bool {
    let k = known();
    let mut at = module;
    while let Some(parent) = at.parent.get()
        && parent != at
    {
        if at.value() == k.base_module {
            return false;
        }
        at = parent;
    }
    at != k.core_module
        && at != k.main_module
        && at.value() != k.base_module
        && !WITH_BASE.with_borrow(|list| list.contains(&at.address()))
}

/// The generic entry of the native code that is valid in a world.
pub fn native_entry(instance: Gc<MethodInstance>, world: u64) -> Option<NativeEntry> {
    let mut at = instance.cache.get();
    while let Some(code) = at {
        if code.invoke.get() != 0 && code.min_world.get() <= world && world <= code.max_world.get()
        {
            // SAFETY: the loader stored the address of a function of this signature.
            return Some(unsafe { std::mem::transmute::<usize, NativeEntry>(code.invoke.get()) });
        }
        at = code.next.get();
    }
    None
}

pub(super) fn call_native(entry: NativeEntry, arguments: &[Value]) -> Result<Value> {
    super::limits::check()?;
    count(&COUNTERS.native_calls);
    let before = trace::enter_native();
    // SAFETY: the arguments are of the specialization's types; the callee roots what it keeps.
    let result = unsafe {
        entry(arguments[0].address(), arguments[1..].as_ptr(), arguments.len() as u32 - 1)
    };
    trace::leave_native(before);
    // SAFETY: native code returns an object, or zero with an exception pending.
    match unsafe { Value::from_raw_nullable(result) } {
        Some(value) => Ok(value),
        None => Err(error::propagate_pending()),
    }
}

/// `%new(type, fields...)`: fields are checked against their types, not converted.
pub fn new_object(values: &[Value]) -> Result<Value> {
    let (ty, fields) = (values[0], &values[1..]);
    let Some(dt) = constructible(ty) else {
        return Err(if types::unwrap_unionall(ty).datatype() == known().datatype {
            error::error(&format!("cannot instantiate type {}", crate::debug::describe(ty)))
        } else {
            error::type_error("new", known().datatype, ty)
        });
    };
    let count = dt.field_count();
    if fields.len() > count {
        return Err(error::error("invalid struct allocation"));
    }
    for (i, &value) in fields.iter().enumerate() {
        if let Some(ft) = fields::field_type(dt, i)
            && !types::isa(value, ft)
        {
            return Err(error::type_error("new", ft, value));
        }
    }
    Ok(fields::new_struct(dt, fields))
}
