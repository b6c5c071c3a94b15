//! `Module` and `Core.Binding`.

use std::cell::Cell;

use super::{Array, SimpleVector, Symbol, heap_struct};
use crate::value::{Field, Gc, Value};

heap_struct! {
    /// A module: a table of bindings and the modules that it uses.
    pub struct Module = "Module", known module, mutable true {
        /// Its name.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// The module that it was defined in; of a root module, itself.
        parent: Field<Option<Gc<Module>>> => "parent": module,
        /// Hash table of [`Binding`]s by name; see `crate::module`.
        bindings: Field<Gc<SimpleVector>> => "bindings": simple_vector,
        /// Number of bindings.
        binding_count: Cell<u64> => "nbindings": uint64,
        /// Number of names that it exports.
        export_count: Cell<u64> => "nexports": uint64,
        /// Modules brought in by `using`, in order (`Vector{Any}`).
        usings: Field<Gc<Array>> => "usings": vector_any,
        /// The package's uuid, low and high half; zero for submodules and scripts.
        uuid_low: Cell<u64> => "uuid_lo": uint64,
        /// High half of the uuid.
        uuid_high: Cell<u64> => "uuid_hi": uint64,
        /// Ordinals of the names that lowering made up here.
        counter: Cell<u64> => "counter": uint64,
        /// Whether it is a top module like `Base` (`Expr(:top)` resolves there).
        is_top: Cell<u64> => "istopmod": uint64,
        /// Where it was defined.
        file: Field<Gc<Symbol>> => "file": symbol,
        /// The line of its definition.
        line: Cell<u64> => "line": uint64,
    }
}

heap_struct! {
    /// What a name of a module stands for.
    pub struct Binding = "Binding", known binding, mutable true {
        /// The module whose table this stands in.
        module: Field<Gc<Module>> => "mod": module,
        /// The name there.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// The value, in the owner's binding; undefined before assignment.
        value: Field<Option<Value>> => "value": any,
        /// The declared type of a typed global; undefined for none.
        declared_type: Field<Option<Value>> => "ty": any,
        /// The binding that holds the value: itself, or the one imported; undefined while
        /// nothing has decided it.
        owner: Field<Option<Gc<Binding>>> => "owner": binding,
        /// Code that relies on this constant (`Vector{Any}` of method instances).
        backedges: Field<Option<Value>> => "backedges": any,
        /// [`BindingFlags`].
        flags: Cell<u64> => "flags": uint64,
    }
}

/// Facts about a binding.
pub struct BindingFlags;
impl BindingFlags {
    /// Declared `const`.
    pub const CONST: u64 = 1;
    /// Exported.
    pub const EXPORTED: u64 = 2;
    /// Brought in by `import`, so that methods may be added unqualified.
    pub const IMPORTED: u64 = 4;
    /// Deprecated.
    pub const DEPRECATED: u64 = 8;
    /// Lookup through `using` was ambiguous once and was reported.
    pub const AMBIGUOUS: u64 = 16;
}

impl Binding {
    /// Whether a flag of [`BindingFlags`] is set.
    pub fn has(&self, flag: u64) -> bool {
        self.flags.get() & flag != 0
    }
    /// Sets a flag of [`BindingFlags`].
    pub fn set(&self, flag: u64) {
        self.flags.set(self.flags.get() | flag);
    }
}
