//! Inference as a service of the runtime.

use std::cell::Cell;

use pkgimage_runtime::hooks::Hooks;
use pkgimage_runtime::interpreter::call::NativeEntry;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{Binding, MethodInstance};
use pkgimage_runtime::value::{Gc, Value};

use crate::cache;
use crate::engine::Inference;

/// Inferences that may be begun inside one another: a generator may ask what something returns.
const NESTED: u32 = 6;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Answers what inference can. It compiles by a function that is given to it.
pub struct InferenceHooks {
    compile: fn(Gc<MethodInstance>, u64) -> bool,
    compile_loop: CompileLoop,
}

/// See [`Hooks::compile_loop`].
pub type CompileLoop =
    fn(Gc<MethodInstance>, u32, &[Option<Value>]) -> Option<(NativeEntry, Vec<usize>)>;

impl InferenceHooks {
    /// Hooks that compile nothing.
    pub const fn new() -> InferenceHooks {
        InferenceHooks { compile: |_, _| false, compile_loop: |_, _, _| None }
    }

    /// Hooks that compile by these functions; see [`Hooks::compile`] and [`Hooks::compile_loop`].
    pub const fn with_compiler(
        compile: fn(Gc<MethodInstance>, u64) -> bool,
        compile_loop: CompileLoop,
    ) -> InferenceHooks {
        InferenceHooks { compile, compile_loop }
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
    let result = Inference::new(world).return_type(signature);
    DEPTH.set(DEPTH.get() - 1);
    result
}

impl Hooks for InferenceHooks {
    fn return_type(&self, signature: Value, world: u64) -> Value {
        return_type(signature, world)
    }
    fn compile(&self, instance: Gc<MethodInstance>, world: u64) -> bool {
        (self.compile)(instance, world)
    }
    fn compile_loop(
        &self,
        instance: Gc<MethodInstance>,
        head: u32,
        values: &[Option<Value>],
    ) -> Option<(NativeEntry, Vec<usize>)> {
        (self.compile_loop)(instance, head, values)
    }
    fn binding_redefined(&self, binding: Gc<Binding>) {
        cache::binding_redefined(binding);
    }
}
