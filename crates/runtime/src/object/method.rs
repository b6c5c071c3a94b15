//! Methods, their tables, their specializations and the code of those.

use std::cell::Cell;

use super::{Array, Module, SimpleVector, Symbol, heap_struct};
use crate::value::{Field, Gc, Value};

heap_struct! {
    /// The methods of one function (or, for constructors, of all types).
    pub struct MethodTable = "MethodTable", known method_table, mutable true {
        /// Name of the function.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// All methods ever added, in order (`Vector{Any}` of `Method`).
        defs: Field<Gc<Array>> => "defs": vector_any,
        /// Hash table from the exact types of a call to its method instance; see `dispatch`.
        cache: Field<Gc<SimpleVector>> => "cache": simple_vector,
        /// Number of entries in `cache`.
        cache_count: Cell<u64> => "cache_count": uint64,
        /// What narrows a lookup in `defs`; see `dispatch::index`. Undefined if there are none.
        index: Field<Option<Value>> => "index": any,
        /// Where the function was defined.
        module: Field<Gc<Module>> => "module": module,
        /// Lookups that found nothing or rely on completeness: pairs of signature and method
        /// instance (`Vector{Any}`); undefined for none.
        backedges: Field<Option<Value>> => "backedges": any,
        /// Largest number of parameters of a method.
        max_args: Cell<u64> => "max_args": uint64,
    }
}

heap_struct! {
    /// One method.
    pub struct Method = "Method", known method, mutable true {
        /// Name of the function.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// The module whose globals its code sees.
        module: Field<Gc<Module>> => "module": module,
        /// File of the definition.
        file: Field<Gc<Symbol>> => "file": symbol,
        /// Line of the definition.
        line: Cell<i32> => "line": int32,
        /// Number of arguments, the function itself included.
        argument_count: Cell<i32> => "nargs": int32,
        /// First world in which it is visible.
        primary_world: Cell<u64> => "primary_world": uint64,
        /// Last world in which it is visible.
        deleted_world: Cell<u64> => "deleted_world": uint64,
        /// The signature: a tuple type, perhaps in `UnionAll`s.
        signature: Field<Value> => "sig": any,
        /// Names of the static parameters.
        sparam_names: Field<Gc<SimpleVector>> => "sparam_syms": simple_vector,
        /// Hash table of method instances by their types; see `dispatch`.
        specializations: Field<Gc<SimpleVector>> => "specializations": simple_vector,
        /// Number of specializations.
        specialization_count: Cell<u64> => "nspecializations": uint64,
        /// Names of the slots, joined by NULs.
        slot_names: Field<Option<Value>> => "slot_syms": any,
        /// The lowered code (`CodeInfo`); undefined for a function of which only the name is known.
        source: Field<Option<Value>> => "source": any,
        /// The generator of a `@generated` function: the global that names it.
        generator: Field<Option<Value>> => "generator": any,
        /// Objects that native code refers to by index (`Vector{Any}`).
        roots: Field<Option<Gc<Array>>> => "roots": any,
        /// Arguments on which it is not specialized, a bit each.
        nospecialize: Cell<u32> => "nospecialize": uint32,
        /// Number of keyword arguments of a keyword body.
        keyword_count: Cell<i32> => "nkw": int32,
        /// Whether the last argument collects the rest.
        is_vararg: Cell<bool> => "isva": bool,
        /// `Base.@constprop`: 0 default, 1 aggressive, 2 none.
        constprop: Cell<u8> => "constprop": uint8,
        /// `Base.@assume_effects` bits.
        purity: Cell<u16> => "purity": uint16,
        /// Ordinal of the definition in its file, for symbolic references.
        ordinal: Cell<u32> => "ordinal": uint32,
        /// Names of the keyword arguments, for `kwarg_decl`; undefined for none.
        keyword_names: Field<Option<Value>> => "kwnames": any,
    }
}

heap_struct! {
    /// A specialization: a method with concrete argument types.
    pub struct MethodInstance = "MethodInstance", known method_instance, mutable true {
        /// Its method; a module for top-level code.
        def: Field<Value> => "def": any,
        /// The types, a tuple type with the function's type first.
        spec_types: Field<Value> => "specTypes": any,
        /// Values of the static parameters.
        sparam_values: Field<Gc<SimpleVector>> => "sparam_vals": simple_vector,
        /// Top-level code, or what a generator made.
        uninferred: Field<Option<Value>> => "uninferred": any,
        /// Specializations whose code relies on this one's (`Vector{Any}`); undefined for none.
        backedges: Field<Option<Gc<Array>>> => "backedges": any,
        /// Newest code instance; they are linked.
        cache: Field<Option<Gc<CodeInstance>>> => "cache": any,
        /// Statements that the interpreter ran of it, for tiering.
        work: Cell<u32> => "work": uint32,
        /// Bits: 4 something that its code relied on has changed in this process, 8 a session that may be
        /// saved has called it.
        flags: Cell<u32> => "flags": uint32,
    }
}

heap_struct! {
    /// Inferred and perhaps native code of a specialization, valid in a range of worlds.
    pub struct CodeInstance = "CodeInstance", known code_instance, mutable true {
        /// Its specialization.
        def: Field<Gc<MethodInstance>> => "def": method_instance,
        /// The next older one.
        next: Field<Option<Gc<CodeInstance>>> => "next": code_instance,
        /// First world in which it is valid.
        min_world: Cell<u64> => "min_world": uint64,
        /// Last world in which it is valid.
        max_world: Cell<u64> => "max_world": uint64,
        /// The inferred return type.
        return_type: Field<Value> => "rettype": any,
        /// The inferred return value, where it is constant (or partly known).
        return_const: Field<Option<Value>> => "rettype_const": any,
        /// The optimized code where it may be inlined; undefined otherwise.
        inferred: Field<Option<Value>> => "inferred": any,
        /// What it relies on (`SimpleVector`); see `inference`.
        edges: Field<Gc<SimpleVector>> => "edges": simple_vector,
        /// How the specialized entry is called: the signature's bytes, a string; see the runner's
        /// `jit`. Undefined for none.
        abi: Field<Option<Value>> => "abi": any,
        /// Inferred effects, bits.
        effects: Cell<u32> => "purity_bits": uint32,
        /// Bits: 1 comes from an image, 2 from a session image.
        flags: Cell<u32> => "flags": uint32,
        /// Address of the generic entry; zero for none. Not written to images.
        invoke: Cell<usize> => "invoke": void_pointer,
        /// Address of the specialized entry; zero for none. Not written to images.
        specialized: Cell<usize> => "specptr": void_pointer,
    }
}
