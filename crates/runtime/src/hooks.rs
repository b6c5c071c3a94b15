//! What the runtime asks of the crates above it: inference and compilation.
//!
//! The runtime works without either (then everything is interpreted and return types are `Any`);
//! the runner installs them at start.

use std::cell::Cell;

use crate::backtrace::CodeFrame;
use crate::interpreter::call::NativeEntry;
use crate::object::{Binding, CodeInfo, Method, MethodInstance};
use crate::value::{Gc, Value};

/// The services of the layers above.
pub trait Hooks {
    /// The inferred return type of a call with these types (a tuple type, the function's type
    /// first) in a world.
    fn return_type(&self, signature: Value, world: u64) -> Value;
    /// Makes native code for a specialization, if it can; whether there is some now.
    fn compile(&self, instance: Gc<MethodInstance>, world: u64) -> bool;
    /// Native code that goes on with a loop of a specialization that is being interpreted, from the
    /// statement at its head; none if it cannot be made. Also which of the activation's values (of
    /// the slots, then the statements) it takes.
    fn compile_loop(
        &self,
        instance: Gc<MethodInstance>,
        head: u32,
        values: &[Option<Value>],
    ) -> Option<(NativeEntry, Vec<usize>)>;
    /// Looks for native code that was saved for a specialization, which is called for the first time or only
    /// asked for its result; whether there is some now.
    fn saved(&self, instance: Gc<MethodInstance>, is_called: bool) -> bool;
    /// A method is defined, or comes with an image; the last world without it.
    fn method_added(&self, method: Gc<Method>, last_world: u64);
    /// A method is deleted; the last world with it.
    fn method_deleted(&self, method: Gc<Method>, last_world: u64);
    /// A constant is about to get another value.
    fn binding_redefined(&self, binding: Gc<Binding>);
    /// The code of a specialization has been invalidated: those whose code relies on it and has no edges in
    /// this process.
    fn relying_on(&self, instance: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>>;
    /// The calls that stand at an address of native code, innermost first.
    fn frames_at(&self, address: usize) -> Vec<CodeFrame>;
    /// What inference says of a specialization's lowered code; none if it cannot be inferred.
    fn typed(&self, instance: Gc<MethodInstance>, world: u64) -> Option<Typed>;
    /// A later stage of a specialization's code, as text; else why there is none.
    fn stage(
        &self,
        instance: Gc<MethodInstance>,
        world: u64,
        stage: Stage,
    ) -> Result<String, String>;
}

/// What inference says of lowered code. A type is given as such, a constant as a vector of its type and its
/// value.
pub struct Typed {
    /// The lowered code.
    pub code: Gc<CodeInfo>,
    /// Of each statement.
    pub statements: Vec<Value>,
    /// Of each slot.
    pub slots: Vec<Value>,
    /// Of what is returned.
    pub returned: Value,
}

/// The stages of code after inference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Typed IR, as the compiler gets it.
    Ir,
    /// Cranelift's IR.
    Clif,
    /// Instructions, in Intel's syntax.
    Intel,
    /// Instructions, in AT&T's syntax.
    Att,
}

struct Nothing;
impl Hooks for Nothing {
    fn return_type(&self, _: Value, _: u64) -> Value {
        crate::known::known().any.value()
    }
    fn compile(&self, _: Gc<MethodInstance>, _: u64) -> bool {
        false
    }
    fn compile_loop(
        &self,
        _: Gc<MethodInstance>,
        _: u32,
        _: &[Option<Value>],
    ) -> Option<(NativeEntry, Vec<usize>)> {
        None
    }
    fn saved(&self, _: Gc<MethodInstance>, _: bool) -> bool {
        false
    }
    fn method_added(&self, _: Gc<Method>, _: u64) {}
    fn method_deleted(&self, _: Gc<Method>, _: u64) {}
    fn binding_redefined(&self, _: Gc<Binding>) {}
    fn relying_on(&self, _: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>> {
        Vec::new()
    }
    fn frames_at(&self, _: usize) -> Vec<CodeFrame> {
        Vec::new()
    }
    fn typed(&self, _: Gc<MethodInstance>, _: u64) -> Option<Typed> {
        None
    }
    fn stage(&self, _: Gc<MethodInstance>, _: u64, _: Stage) -> Result<String, String> {
        Err("there is no compiler".to_owned())
    }
}

struct Installed(Cell<&'static dyn Hooks>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Installed {}
static HOOKS: Installed = Installed(Cell::new(&Nothing));

/// The installed services.
pub fn hooks() -> &'static dyn Hooks {
    HOOKS.0.get()
}

/// Installs services.
pub fn install(hooks: &'static dyn Hooks) {
    HOOKS.0.set(hooks);
}

/// Is told of a dispatch: the specialization that was interpreted there, none if it was native code or
/// code at top level, and the one that is called.
pub type Dispatched = fn(Option<Gc<MethodInstance>>, Gc<MethodInstance>);

/// What a package's source says of its workloads.
#[derive(Clone, Copy)]
pub struct Workloads {
    /// What is called from here on is wanted.
    pub begins: fn(),
    /// No longer.
    pub ends: fn(),
    /// The roots of all that was called.
    pub roots: fn() -> Vec<Gc<MethodInstance>>,
}

/// Is told of a specialization.
pub type Told = fn(Gc<MethodInstance>);

thread_local! {
    static DISPATCHED: Cell<Option<Dispatched>> = const { Cell::new(None) };
    static PRECOMPILE: Cell<Option<Told>> = const { Cell::new(None) };
    static WORKLOADS: Cell<Option<Workloads>> = const { Cell::new(None) };
}

/// Installs what is told of each call that is dispatched; gives what was told before.
pub fn on_dispatch(told: Option<Dispatched>) -> Option<Dispatched> {
    DISPATCHED.replace(told)
}

/// Tells of a call that was dispatched.
pub(crate) fn dispatched(instance: Gc<MethodInstance>) {
    if let Some(told) = DISPATCHED.get()
        && !crate::interpreter::is_quiet()
    {
        told(crate::interpreter::caller(), instance);
    }
}

/// Installs what is told of each specialization that `precompile` names.
pub fn on_precompile(told: Told) {
    PRECOMPILE.set(Some(told));
}

/// Tells of what `precompile` names.
pub(crate) fn precompile(instance: Gc<MethodInstance>) {
    if let Some(told) = PRECOMPILE.get() {
        told(instance);
    }
}

/// Installs what is told of workloads.
pub fn on_workload(told: Workloads) {
    WORKLOADS.set(Some(told));
}

/// What is told of workloads.
pub(crate) fn workloads() -> Option<Workloads> {
    WORKLOADS.get()
}
