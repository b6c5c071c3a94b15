//! Inference as a service of the runtime.

use std::cell::Cell;

use pkgimage_runtime::backtrace::CodeFrame;
use pkgimage_runtime::code::code_info::code_info;
use pkgimage_runtime::hooks::{Hooks, Stage, Typed};
use pkgimage_runtime::interpreter::call::NativeEntry;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{Binding, Method, MethodInstance, SimpleVector};
use pkgimage_runtime::value::{Gc, Value};
use pkgimage_runtime::world;

use crate::cache;
use crate::engine::Inference;
use crate::lattice::Lattice;
use crate::typed::InferredCode;

/// Inferences that may be begun inside one another: a generator may ask what something returns.
const NESTED: u32 = 6;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Answers what inference can, and leaves the rest to functions that are given to it.
pub struct InferenceHooks {
    others: Others,
}

/// What inference alone cannot do.
pub struct Others {
    /// See [`Hooks::compile`].
    pub compile: fn(Gc<MethodInstance>, u64) -> bool,
    /// See [`Hooks::compile_loop`].
    pub compile_loop: CompileLoop,
    /// See [`Hooks::saved`].
    pub saved: fn(Gc<MethodInstance>, bool) -> bool,
    /// See [`Hooks::method_added`].
    pub method_added: fn(Gc<Method>, u64),
    /// See [`Hooks::method_deleted`].
    pub method_deleted: fn(Gc<Method>, u64),
    /// See [`Hooks::binding_redefined`].
    pub binding_redefined: fn(Gc<Binding>),
    /// See [`Hooks::relying_on`].
    pub relying_on: fn(Gc<MethodInstance>) -> Vec<Gc<MethodInstance>>,
    /// See [`Hooks::frames_at`].
    pub frames_at: fn(usize) -> Vec<CodeFrame>,
    /// See [`Hooks::stage`].
    pub stage: fn(Gc<MethodInstance>, u64, Stage) -> Result<String, String>,
}

/// See [`Hooks::compile_loop`].
pub type CompileLoop =
    fn(Gc<MethodInstance>, u32, &[Option<Value>]) -> Option<(NativeEntry, Vec<usize>)>;

impl InferenceHooks {
    /// Hooks that compile nothing.
    pub const fn new() -> InferenceHooks {
        InferenceHooks::with(Others {
            compile: |_, _| false,
            compile_loop: |_, _, _| None,
            saved: |_, _| false,
            method_added: |_, _| (),
            method_deleted: |_, _| (),
            binding_redefined: |_| (),
            relying_on: |_| Vec::new(),
            frames_at: |_| Vec::new(),
            stage: |_, _, _| Err("there is no compiler".to_owned()),
        })
    }

    /// Hooks that leave the rest to these functions.
    pub const fn with(others: Others) -> InferenceHooks {
        InferenceHooks { others }
    }
}

impl Default for InferenceHooks {
    fn default() -> Self {
        InferenceHooks::new()
    }
}

/// The inferred return type of calls with these types (a tuple type, the function's type first).
pub fn return_type(signature: Value, world: u64) -> Value {
    if DEPTH.get() >= NESTED {
        return known().any.value();
    }
    DEPTH.set(DEPTH.get() + 1);
    #[cfg(debug_assertions)]
    if std::env::var_os("PKGIMAGE_TRACE_INFERRED").is_some() {
        eprintln!("asked: {}", pkgimage_runtime::debug::describe(signature));
    }
    let result = Inference::new(world).return_type(signature);
    DEPTH.set(DEPTH.get() - 1);
    result
}

/// Inferred code for whoever looks at it.
fn typed(inferred: &InferredCode) -> Typed {
    let shown = |l: &Lattice| match l {
        Lattice::Const(value) => SimpleVector::new(&[l.widen(), *value]).value(),
        other => other.widen(),
    };
    let mut slots: Vec<Lattice> = inferred.argument_types.clone();
    for at in slots.len()..inferred.code.slots.len() {
        let states = inferred.slot_states.iter().flatten().filter_map(|slots| slots.get(at));
        slots.push(states.fold(Lattice::Bottom, |all, state| all.join(&state.lattice)));
    }
    Typed {
        code: code_info(&inferred.code, inferred.roots),
        statements: inferred.ssa_types.iter().map(shown).collect(),
        slots: slots.iter().map(shown).collect(),
        returned: shown(&inferred.return_type),
    }
}

impl Hooks for InferenceHooks {
    fn return_type(&self, signature: Value, world: u64) -> Value {
        return_type(signature, world)
    }
    fn compile(&self, instance: Gc<MethodInstance>, world: u64) -> bool {
        (self.others.compile)(instance, world)
    }
    fn compile_loop(
        &self,
        instance: Gc<MethodInstance>,
        head: u32,
        values: &[Option<Value>],
    ) -> Option<(NativeEntry, Vec<usize>)> {
        (self.others.compile_loop)(instance, head, values)
    }
    fn frames_at(&self, address: usize) -> Vec<CodeFrame> {
        (self.others.frames_at)(address)
    }
    fn typed(&self, instance: Gc<MethodInstance>, world: u64) -> Option<Typed> {
        Some(typed(&*Inference::new(world).infer(instance)?))
    }
    fn stage(
        &self,
        instance: Gc<MethodInstance>,
        world: u64,
        stage: Stage,
    ) -> Result<String, String> {
        (self.others.stage)(instance, world, stage)
    }
    fn saved(&self, instance: Gc<MethodInstance>, is_called: bool) -> bool {
        (self.others.saved)(instance, is_called)
    }
    fn method_added(&self, method: Gc<Method>, last_world: u64) {
        (self.others.method_added)(method, last_world);
    }
    fn method_deleted(&self, method: Gc<Method>, last_world: u64) {
        (self.others.method_deleted)(method, last_world);
    }
    fn binding_redefined(&self, binding: Gc<Binding>) {
        (self.others.binding_redefined)(binding);
        // All code that is dropped held in this world.
        let last = world::current();
        cache::binding_redefined(binding, last);
        world::advance();
    }
    fn relying_on(&self, instance: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>> {
        (self.others.relying_on)(instance)
    }
}
