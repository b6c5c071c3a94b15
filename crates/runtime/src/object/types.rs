//! Types as objects: `DataType`, `Union`, `UnionAll`, `TypeVar`, `Vararg`, and `TypeName`.

use std::cell::Cell;

use super::{MethodTable, Module, SimpleVector, Symbol, heap_struct};
use crate::layout::Layout;
use crate::value::{Field, Gc, Value};

heap_struct! {
    /// A nominal type with its parameters. Concrete ones are unique in the process.
    pub struct DataType = "DataType", known datatype, mutable true {
        /// What is common to all instances of the parametric type.
        name: Field<Gc<TypeName>> => "name": type_name,
        /// The supertype; of `Any`, itself. Undefined while a definition is being evaluated.
        super_type: Field<Option<Gc<DataType>>> => "super": datatype,
        /// The type's parameters.
        parameters: Field<Gc<SimpleVector>> => "parameters": simple_vector,
        /// Types of the fields; undefined until the body is evaluated.
        types: Field<Option<Gc<SimpleVector>>> => "types": simple_vector,
        /// The one instance of a type without data.
        instance: Field<Option<Value>> => "instance": any,
        /// How objects are laid out; undefined for abstract and unfinished types.
        layout: Field<Option<Gc<Layout>>> => "layout": layout,
        /// Hash of name and parameters; equal types have equal hashes in every process.
        hash: Cell<u32> => "hash": uint32,
        /// [`DataTypeFlags`].
        flags: Cell<u32> => "flags": uint32,
    }
}

/// Facts about a `DataType` that are computed when it is made.
pub struct DataTypeFlags;
impl DataTypeFlags {
    /// Some type variable occurs free.
    pub const HAS_FREE_TYPEVARS: u32 = 1;
    /// Has instances: not abstract, no free variables.
    pub const IS_CONCRETE: u32 = 2;
    /// A tuple type of concrete types (or `Type{T}`s): what calls are dispatched on.
    pub const IS_DISPATCH_TUPLE: u32 = 4;
    /// Immutable plain data: stored inline.
    pub const IS_BITS: u32 = 8;
    /// The field types are known (the definition's body was evaluated).
    pub const COMPLETE: u32 = 16;
    /// A primitive type.
    pub const IS_PRIMITIVE: u32 = 32;
    /// In the cache of its type name.
    pub const CACHED: u32 = 64;
}

impl DataType {
    /// Whether a flag of [`DataTypeFlags`] is set.
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// Sets a flag of [`DataTypeFlags`].
    pub fn set(&self, flag: u32) {
        self.flags.set(self.flags.get() | flag);
    }
    /// Whether it can have instances.
    pub fn is_concrete(&self) -> bool {
        self.has(DataTypeFlags::IS_CONCRETE)
    }
    /// Whether its instances are plain data, stored inline.
    pub fn is_bits(&self) -> bool {
        self.has(DataTypeFlags::IS_BITS)
    }
    /// Whether some type variable occurs free.
    pub fn has_free_typevars(&self) -> bool {
        self.has(DataTypeFlags::HAS_FREE_TYPEVARS)
    }
    /// Whether it is declared abstract.
    pub fn is_abstract(&self) -> bool {
        self.name.get().has(TypeNameFlags::ABSTRACT)
    }
    /// Whether instances have an identity and fields that can be set.
    pub fn is_mutable(&self) -> bool {
        self.name.get().has(TypeNameFlags::MUTABLE)
    }
    /// Whether it is an instance of `Tuple`.
    pub fn is_tuple(&self) -> bool {
        self.name.get() == crate::known::known().tuple.name.get()
    }
    /// Whether it is a `NamedTuple`.
    pub fn is_named_tuple(&self) -> bool {
        self.name.get() == crate::known::known().named_tuple_name
    }
    /// Number of declared fields (of a tuple type: of its parameters).
    pub fn field_count(&self) -> usize {
        match self.types.get() {
            Some(types) => types.len(),
            None => self.name.get().names.get().len(),
        }
    }
    /// Size of an instance in bytes; zero if it has no layout.
    pub fn size(&self) -> usize {
        self.layout.get().map_or(0, |l| l.size as usize)
    }
    /// Names of the fields.
    pub fn field_names(&self) -> Gc<SimpleVector> {
        if self.is_named_tuple()
            && let Some(names) = self.parameters.get().get(0)
            && names.datatype().is_tuple()
        {
            let count = names.datatype().field_count();
            let items: Vec<Value> =
                (0..count).filter_map(|i| crate::fields::get_nth(names, i)).collect();
            return SimpleVector::new(&items);
        }
        self.name.get().names.get()
    }
}

impl Gc<DataType> {
    /// This type or the supertype of it that has the type name of `above`, if there is one.
    pub fn lift(self, above: Gc<DataType>) -> Option<Gc<DataType>> {
        let mut at = self;
        while at.name.get() != above.name.get() {
            match at.super_type.get() {
                Some(next) if next != at => at = next,
                _ => return None,
            }
        }
        Some(at)
    }
}

heap_struct! {
    /// What all instances of one (parametric) type have in common.
    pub struct TypeName = "TypeName", known type_name, mutable true {
        /// The name.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// Where it was defined.
        module: Field<Gc<Module>> => "module": module,
        /// Names of the fields.
        names: Field<Gc<SimpleVector>> => "names": simple_vector,
        /// For each field of a mutable type whether it is `const` (`Bool`s); undefined if none is.
        const_fields: Field<Option<Gc<SimpleVector>>> => "constfields": simple_vector,
        /// For each field whether it is `@atomic` (`Bool`s); undefined if none is.
        atomic_fields: Field<Option<Gc<SimpleVector>>> => "atomicfields": simple_vector,
        /// The type with all its parameters free: a `UnionAll`, or the `DataType` itself.
        wrapper: Field<Option<Value>> => "wrapper": any,
        /// Hash table of the instantiations without free variables; see `types::cache`.
        cache: Field<Gc<SimpleVector>> => "cache": simple_vector,
        /// Number of entries in `cache`.
        cache_count: Cell<u64> => "cache_count": uint64,
        /// Methods of the instances, when they are functions.
        method_table: Field<Option<Gc<MethodTable>>> => "mt": method_table,
        /// Documentation of fields that may be undefined: how many trailing ones.
        uninitialized_count: Cell<u32> => "n_uninitialized": uint32,
        /// [`TypeNameFlags`].
        flags: Cell<u32> => "flags": uint32,
        /// Hash of the name and of the module's path: the same in every process.
        hash: Cell<u64> => "hash": uint64,
    }
}

/// Facts about a type that its definition states.
pub struct TypeNameFlags;
impl TypeNameFlags {
    /// `abstract type`.
    pub const ABSTRACT: u32 = 1;
    /// `mutable struct`.
    pub const MUTABLE: u32 = 2;
}

impl TypeName {
    /// Whether a flag of [`TypeNameFlags`] is set.
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// The wrapper, which every finished type has.
    pub fn wrapper_type(&self) -> Value {
        match self.wrapper.get() {
            Some(wrapper) => wrapper,
            None => crate::known::known().any.into(),
        }
    }
}

heap_struct! {
    /// `Union{a, b}`; more than two are nested to the right.
    pub struct Union = "Union", known union, mutable false {
        /// First alternative.
        a: Field<Value> => "a": any,
        /// Second alternative, possibly a `Union` itself.
        b: Field<Value> => "b": any,
    }
}

heap_struct! {
    /// `body where var`.
    pub struct UnionAll = "UnionAll", known union_all, mutable false {
        /// The variable that is bound.
        var: Field<Gc<TypeVar>> => "var": type_var,
        /// The type in which it is free.
        body: Field<Value> => "body": any,
    }
}

heap_struct! {
    /// A type variable with its bounds. Identity matters, so it is mutable to Julia.
    pub struct TypeVar = "TypeVar", known type_var, mutable true {
        /// Its name, for printing.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// Lower bound.
        lower: Field<Value> => "lb": any,
        /// Upper bound.
        upper: Field<Value> => "ub": any,
    }
}

heap_struct! {
    /// `Vararg{T,N}`: not a type, but what may stand last in a tuple type.
    pub struct Vararg = "TypeofVararg", known typeof_vararg, mutable false {
        /// Type of the elements; undefined stands for `Any`.
        element: Field<Option<Value>> => "T": any,
        /// Their number: an `Int`, a `TypeVar`, or undefined for any number.
        count: Field<Option<Value>> => "N": any,
    }
}

macro_rules! constructors {
    ($($name:ident($($field:ident: $ty:ty),*);)*) => {$(
        impl $name {
            /// A new object with these fields.
            pub fn new($($field: $ty),*) -> Gc<$name> {
                let object = crate::gc::allocate_struct::<$name>();
                $(object.$field.set(object, $field);)*
                object
            }
        }
    )*};
}
constructors! {
    UnionAll(var: Gc<TypeVar>, body: Value);
    TypeVar(name: Gc<Symbol>, lower: Value, upper: Value);
    Vararg(element: Option<Value>, count: Option<Value>);
}

impl Union {
    /// A union object of exactly these two, without normalization (see `types::union_of`).
    pub fn new_raw(a: Value, b: Value) -> Gc<Union> {
        let object = crate::gc::allocate_struct::<Union>();
        object.a.set(object, a);
        object.b.set(object, b);
        object
    }
}
