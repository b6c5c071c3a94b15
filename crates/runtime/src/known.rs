//! The objects that the runtime itself names: types, singletons and modules.
//!
//! The table is filled once, while the runtime boots or when Base's image is mapped, and is a root
//! of the collector. [`Known::words`] gives it as a list for images, in order of declaration.

use std::cell::UnsafeCell;

use crate::object::{DataType, MethodTable, Module, SimpleVector, Symbol, TypeName, UnionAll};
use crate::value::{Gc, Value};

macro_rules! known_table {
    ($($(#[$doc:meta])* $name:ident: $ty:ty,)*) => {
        /// The table; see the module.
        #[repr(C)]
        pub struct Known { $($(#[$doc])* pub $name: $ty,)* }
        const DANGLING: Known = Known { $($name: <$ty as Slot>::DANGLING,)* };
        /// Names of the entries, in order.
        pub const NAMES: &[&str] = &[$(stringify!($name),)*];
    };
}

trait Slot {
    const DANGLING: Self;
}
impl<T> Slot for Gc<T> {
    const DANGLING: Self = Gc::dangling();
}
impl Slot for Value {
    // SAFETY: never dereferenced: booting fills the table before anything reads it.
    const DANGLING: Self = unsafe { std::mem::transmute::<usize, Value>(16) };
}

known_table! {
    any: Gc<DataType>, type_: Gc<UnionAll>, type_typename: Gc<TypeName>,
    datatype: Gc<DataType>, union: Gc<DataType>, union_all: Gc<DataType>, type_var: Gc<DataType>,
    typeof_vararg: Gc<DataType>, typeof_bottom: Gc<DataType>, bottom: Value,
    type_name: Gc<DataType>, symbol: Gc<DataType>, simple_vector: Gc<DataType>,
    layout: Gc<DataType>, module: Gc<DataType>, binding: Gc<DataType>,
    method_table: Gc<DataType>, method: Gc<DataType>, method_instance: Gc<DataType>,
    code_instance: Gc<DataType>, code_info: Gc<DataType>,
    expr: Gc<DataType>, quote_node: Gc<DataType>, line_number_node: Gc<DataType>,
    global_ref: Gc<DataType>, ssa_value: Gc<DataType>, slot_number: Gc<DataType>,
    argument: Gc<DataType>, goto_node: Gc<DataType>, goto_if_not: Gc<DataType>,
    return_node: Gc<DataType>, newvar_node: Gc<DataType>, phi_node: Gc<DataType>,
    core_box: Gc<DataType>, weak_ref: Gc<DataType>,
    /// `Tuple`, that is `Tuple{Vararg{Any}}`.
    tuple: Gc<DataType>, empty_tuple_type: Gc<DataType>, empty_tuple: Value,
    named_tuple: Gc<UnionAll>, named_tuple_name: Gc<TypeName>,
    function: Gc<DataType>, builtin: Gc<DataType>, intrinsic_function: Gc<DataType>,
    nothing_type: Gc<DataType>, nothing: Value,
    number: Gc<DataType>, real: Gc<DataType>, integer: Gc<DataType>, signed: Gc<DataType>,
    unsigned: Gc<DataType>, abstract_float: Gc<DataType>,
    bool: Gc<DataType>, true_: Value, false_: Value,
    abstract_char: Gc<DataType>, char: Gc<DataType>,
    int8: Gc<DataType>, int16: Gc<DataType>, int32: Gc<DataType>, int64: Gc<DataType>,
    int128: Gc<DataType>, uint8: Gc<DataType>, uint16: Gc<DataType>, uint32: Gc<DataType>,
    uint64: Gc<DataType>, uint128: Gc<DataType>,
    float16: Gc<DataType>, float32: Gc<DataType>, float64: Gc<DataType>,
    abstract_string: Gc<DataType>, string: Gc<DataType>,
    abstract_array: Gc<UnionAll>, dense_array: Gc<UnionAll>, array: Gc<UnionAll>,
    array_name: Gc<TypeName>, vector_any: Gc<DataType>, vector_uint8: Gc<DataType>,
    vector_int32: Gc<DataType>, vector_symbol: Gc<DataType>,
    buffer: Gc<UnionAll>, buffer_name: Gc<TypeName>, buffer_any: Gc<DataType>,
    ref_: Gc<UnionAll>, pointer: Gc<UnionAll>, pointer_name: Gc<TypeName>, void_pointer: Gc<DataType>,
    task: Gc<DataType>, exception: Gc<DataType>,
    error_exception: Gc<DataType>, bounds_error: Gc<DataType>, divide_error: Gc<DataType>,
    overflow_error: Gc<DataType>, domain_error: Gc<DataType>, inexact_error: Gc<DataType>,
    type_error: Gc<DataType>, undef_ref_error: Gc<DataType>, undef_var_error: Gc<DataType>,
    undef_keyword_error: Gc<DataType>, stack_overflow_error: Gc<DataType>,
    out_of_memory_error: Gc<DataType>, interrupt_exception: Gc<DataType>,
    argument_error: Gc<DataType>, method_error: Gc<DataType>, load_error: Gc<DataType>,
    init_error: Gc<DataType>, assertion_error: Gc<DataType>, read_only_memory_error: Gc<DataType>,
    concurrency_violation_error: Gc<DataType>,
    core_module: Gc<Module>, main_module: Gc<Module>, base_module: Value,
    empty_svec: Gc<SimpleVector>, empty_symbol: Gc<Symbol>,
    /// Methods of types: all constructors stand in one table.
    type_method_table: Gc<MethodTable>,
    /// Methods of functions without a table of their own.
    nonfunction_method_table: Gc<MethodTable>,
    /// The symbol table, an open-addressed hash table; see `symbol`.
    symbol_table: Gc<SimpleVector>,
    /// Boxes of the `Int64`s from -512 to 1023.
    small_ints: Gc<SimpleVector>,
    /// `Base.iterate`-like functions that builtins call, by name, once Base defined them; a
    /// `Module` (Core) until then.
    kwcall: Value,
    llvm_pointer: Gc<UnionAll>,
    typeof_opaque: Value,
}

struct Table(UnsafeCell<Known>);
// SAFETY: written while booting by the one thread that runs Julia code, read only by it.
unsafe impl Sync for Table {}
static TABLE: Table = Table(UnsafeCell::new(DANGLING));

/// The table.
#[inline]
pub fn known() -> &'static Known {
    // SAFETY: the table is written only by `update`, whose callers hold no reference into it.
    unsafe { &*TABLE.0.get() }
}

/// Changes the table while booting.
pub(crate) fn update(change: impl FnOnce(&mut Known)) {
    // SAFETY: only booting calls this, on the one thread that runs Julia code.
    change(unsafe { &mut *TABLE.0.get() });
}

/// Number of entries.
pub const WORDS: usize = size_of::<Known>() / 8;

/// Address of the table, for the collector's roots.
pub(crate) fn address() -> usize {
    TABLE.0.get() as usize
}

/// The entries as words, in order; for images.
pub fn words() -> [usize; WORDS] {
    // SAFETY: the table is a struct of `WORDS` references.
    unsafe { *(TABLE.0.get() as *const [usize; WORDS]) }
}

/// Sets all entries from an image.
///
/// # Safety
/// The words are the addresses of the objects that the table's types say.
pub unsafe fn restore(words: &[usize; WORDS]) {
    // SAFETY: by the caller's promise.
    unsafe { *(TABLE.0.get() as *mut [usize; WORDS]) = *words };
}

/// The empty vector, once it exists.
pub fn empty_svec() -> Option<Gc<SimpleVector>> {
    let v = known().empty_svec;
    (v != Gc::dangling()).then_some(v)
}

const SMALL_MIN: i64 = -512;
const SMALL_MAX: i64 = 1023;

/// The shared box of a small integer, once there is one.
pub fn small_int(n: i64) -> Option<Value> {
    if !(SMALL_MIN..=SMALL_MAX).contains(&n) || known().small_ints == Gc::dangling() {
        return None;
    }
    known().small_ints.get((n - SMALL_MIN) as usize)
}

/// Makes the shared boxes.
pub(crate) fn make_small_ints() {
    let all: Vec<Value> =
        (SMALL_MIN..=SMALL_MAX).map(|n| crate::object::new_bits(known().int64, n)).collect();
    let table = SimpleVector::new(&all);
    update(|k| k.small_ints = table);
}
