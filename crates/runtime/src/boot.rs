//! Making the first objects: the core types, singletons and modules, before any Julia code.

use crate::gc;
use crate::known::{Known, known, update};
use crate::layout::{Kind, Layout};
use crate::module::new_module;
use crate::object::{
    Argument, Array, Binding, CodeInfo, CodeInstance, CoreBox, DataType, DataTypeFlags, Declared,
    Expr, GlobalRef, GotoIfNot, GotoNode, LineNumberNode, Method, MethodInstance, MethodTable,
    Module, NewvarNode, PhiNode, QuoteNode, ReturnNode, SSAValue, SimpleVector, SlotNumber, Symbol,
    Task, TypeName, TypeVar, Union, UnionAll, Vararg, WeakRef,
};
use crate::symbol::{self, symbol};
use crate::types::{self, NewType, apply_type, finish_type, init_type, new_type};
use crate::value::{Gc, Value};

fn shell() -> Gc<DataType> {
    gc::allocate(known().datatype, size_of::<DataType>()).cast_unchecked()
}

/// Makes everything that exists before `boot.jl` is evaluated.
pub(crate) fn boot() {
    make_shells();
    make_core_module();
    make_first_types();
    make_numbers();
    make_parametric();
    finish_structs();
    make_singletons();
    make_exceptions();
    make_modules();
}

fn make_shells() {
    // The type of types is its own type.
    let datatype: Gc<DataType> =
        gc::allocate(Gc::dangling(), size_of::<DataType>()).cast_unchecked();
    // SAFETY: the word before the payload is the object's header.
    unsafe { *(datatype.address() as *mut Gc<DataType>).sub(1) = datatype };
    update(|k| k.datatype = datatype);
    macro_rules! shells {
        ($($name:ident)*) => { $( let ty = shell(); update(|k| k.$name = ty); )* };
    }
    shells! {
        any union union_all type_var typeof_vararg typeof_bottom type_name symbol simple_vector
        layout module binding method_table method method_instance code_instance code_info expr
        quote_node line_number_node global_ref ssa_value slot_number argument goto_node goto_if_not
        return_node newvar_node phi_node core_box weak_ref task tuple
        bool int32 int64 uint8 uint16 uint32 uint64 string
    }
    let empty = gc::allocate(known().simple_vector, 8).cast_unchecked();
    update(|k| k.empty_svec = empty);
    symbol::init();
    let none = symbol("");
    update(|k| k.empty_symbol = none);
}

fn make_core_module() {
    // As `new_module`, except that arrays do not exist yet.
    let module = gc::allocate_struct::<Module>();
    module.name.set(module, symbol("Core"));
    module.parent.set(module, Some(module));
    module.bindings.set(module, SimpleVector::undefined(1024));
    module.file.set(module, known().empty_symbol);
    update(|k| k.core_module = module);
}

fn define(name: &str, value: impl Into<Value>) {
    let core = known().core_module;
    core.set_const(name, value);
}

/// Fills in a shell and binds its name in Core.
fn init(
    ty: Gc<DataType>,
    name: &str,
    super_type: Gc<DataType>,
    is_abstract: bool,
    is_mutable: bool,
    fields: &[&str],
) {
    let names: Vec<Value> = fields.iter().map(|f| symbol(f).value()).collect();
    init_type(
        ty,
        NewType {
            name: symbol(name),
            module: known().core_module,
            parameters: &[],
            super_type: Some(super_type),
            field_names: &names,
            is_abstract,
            is_mutable,
            uninitialized: 0,
        },
    );
    define(name, ty);
}

fn abstract_type(name: &str, super_type: Gc<DataType>) -> Gc<DataType> {
    let ty = shell();
    init(ty, name, super_type, true, false, &[]);
    finish_type(ty, &[]);
    ty
}

fn init_declared<T: Declared>(ty: Gc<DataType>) {
    let names: Vec<&str> = T::FIELDS.iter().map(|f| f.name).collect();
    init(ty, T::NAME, known().any, false, T::MUTABLE, &names);
    // Fields that may be undefined, and all behind the first of them.
    if let Some(first) = T::FIELDS.iter().position(|f| f.optional) {
        ty.name.get().uninitialized_count.set((names.len() - first) as u32);
    }
}

fn primitive(ty: Gc<DataType>, name: &str, super_type: Gc<DataType>, bytes: usize) {
    init(ty, name, super_type, false, false, &[]);
    finish_primitive(ty, bytes);
}

/// Completes a primitive type.
pub fn finish_primitive(ty: Gc<DataType>, bytes: usize) {
    ty.set(DataTypeFlags::COMPLETE | DataTypeFlags::IS_PRIMITIVE);
    ty.types.set(ty, Some(known().empty_svec));
    ty.layout.set(ty, Some(types::primitive_layout(bytes)));
    if !ty.has_free_typevars() {
        ty.set(DataTypeFlags::IS_CONCRETE | DataTypeFlags::IS_BITS);
    }
}

fn make_first_types() {
    let k = known();
    init(k.any, "Any", k.any, true, false, &[]);
    finish_type(k.any, &[]);
    // Layouts come first: every other layout is an object of this type.
    init(k.layout, "Layout", k.any, false, true, &[]);
    k.layout.set(DataTypeFlags::COMPLETE | DataTypeFlags::IS_CONCRETE);
    k.layout.types.set(k.layout, Some(k.empty_svec));
    special(k.layout, Kind::Layout, size_of::<Layout>());
    let abstract_string = abstract_type("AbstractString", k.any);
    update(|k| k.abstract_string = abstract_string);
    init(k.symbol, "Symbol", k.any, false, true, &[]);
    special(k.symbol, Kind::Symbol, 16);
    init(k.simple_vector, "SimpleVector", k.any, false, true, &[]);
    special(k.simple_vector, Kind::SimpleVector, 8);
    init(k.string, "String", abstract_string, false, true, &[]);
    special(k.string, Kind::String, 8);
    macro_rules! declared {
        ($($name:ident: $ty:ty,)*) => { $( init_declared::<$ty>(known().$name); )* };
    }
    declared! {
        datatype: DataType, union: Union, union_all: UnionAll, type_var: TypeVar,
        typeof_vararg: Vararg, type_name: TypeName, module: Module, binding: Binding,
        method_table: MethodTable, method: Method, method_instance: MethodInstance,
        code_instance: CodeInstance, code_info: CodeInfo, expr: Expr, quote_node: QuoteNode,
        line_number_node: LineNumberNode, global_ref: GlobalRef, ssa_value: SSAValue,
        slot_number: SlotNumber, argument: Argument, goto_node: GotoNode, goto_if_not: GotoIfNot,
        return_node: ReturnNode, newvar_node: NewvarNode, phi_node: PhiNode, core_box: CoreBox,
        weak_ref: WeakRef, task: Task,
    }
    init(k.typeof_bottom, "TypeofBottom", k.any, false, false, &[]);
    finish_type(k.typeof_bottom, &[]);
    let bottom = k.typeof_bottom.instance.get().unwrap_or(k.typeof_bottom.value());
    update(|k| k.bottom = bottom);
}

fn special(ty: Gc<DataType>, kind: Kind, size: usize) {
    let layout = Layout::allocate(Layout::head(kind, size, 8), &[], &[]);
    ty.layout.set(ty, Some(layout));
    ty.types.set(ty, Some(known().empty_svec));
    ty.set(DataTypeFlags::COMPLETE | DataTypeFlags::IS_CONCRETE);
}

fn make_numbers() {
    let k = known();
    let number = abstract_type("Number", k.any);
    let real = abstract_type("Real", number);
    let abstract_float = abstract_type("AbstractFloat", real);
    let integer = abstract_type("Integer", real);
    let signed = abstract_type("Signed", integer);
    let unsigned = abstract_type("Unsigned", integer);
    let abstract_char = abstract_type("AbstractChar", k.any);
    let function = abstract_type("Function", k.any);
    let builtin = abstract_type("Builtin", function);
    let exception = abstract_type("Exception", k.any);
    update(|k| {
        k.number = number;
        k.real = real;
        k.abstract_float = abstract_float;
        k.integer = integer;
        k.signed = signed;
        k.unsigned = unsigned;
        k.abstract_char = abstract_char;
        k.function = function;
        k.builtin = builtin;
        k.exception = exception;
    });
    macro_rules! more_shells {
        ($($name:ident)*) => { $( let ty = shell(); update(|k| k.$name = ty); )* };
    }
    more_shells! { int8 int16 int128 uint128 float16 float32 float64 char intrinsic_function }
    let k = known();
    primitive(k.bool, "Bool", integer, 1);
    primitive(k.int8, "Int8", signed, 1);
    primitive(k.int16, "Int16", signed, 2);
    primitive(k.int32, "Int32", signed, 4);
    primitive(k.int64, "Int64", signed, 8);
    primitive(k.int128, "Int128", signed, 16);
    primitive(k.uint8, "UInt8", unsigned, 1);
    primitive(k.uint16, "UInt16", unsigned, 2);
    primitive(k.uint32, "UInt32", unsigned, 4);
    primitive(k.uint64, "UInt64", unsigned, 8);
    primitive(k.uint128, "UInt128", unsigned, 16);
    primitive(k.float16, "Float16", abstract_float, 2);
    primitive(k.float32, "Float32", abstract_float, 4);
    primitive(k.float64, "Float64", abstract_float, 8);
    primitive(k.char, "Char", abstract_char, 4);
    primitive(k.intrinsic_function, "IntrinsicFunction", builtin, 4);
    define("Int", k.int64);
    define("UInt", k.uint64);
}

fn variable(name: &str) -> Gc<TypeVar> {
    TypeVar::new(symbol(name), known().bottom, known().any.value())
}

/// A parametric type; `super_of` gives its supertype from its variables.
fn parametric(
    name: &str,
    parameters: &[Gc<TypeVar>],
    super_type: Gc<DataType>,
    is_abstract: bool,
    is_mutable: bool,
) -> Gc<DataType> {
    let parameters: Vec<Value> = parameters.iter().map(|p| p.value()).collect();
    let ty = new_type(NewType {
        name: symbol(name),
        module: known().core_module,
        parameters: &parameters,
        super_type: Some(super_type),
        field_names: &[],
        is_abstract,
        is_mutable,
        uninitialized: 0,
    });
    let wrapper = ty.name.get().wrapper_type();
    define(name, wrapper);
    ty
}

/// A type expression that booting itself writes, and that is therefore well formed.
fn applied(tc: impl Into<Value>, parameters: &[Value]) -> Gc<DataType> {
    match apply_type(tc.into(), parameters) {
        Ok(ty) => ty.cast_unchecked(),
        Err(e) => panic!("cannot make a core type: {e:?}"),
    }
}

fn make_parametric() {
    let k = known();
    // Tuple is Tuple{Vararg{Any}}, covariant in its parameters.
    let rest = Vararg::new(Some(k.any.value()), None);
    init_type(
        k.tuple,
        NewType {
            name: symbol("Tuple"),
            module: k.core_module,
            parameters: &[rest.value()],
            super_type: Some(k.any),
            field_names: &[],
            is_abstract: false,
            is_mutable: false,
            uninitialized: 0,
        },
    );
    let name = k.tuple.name.get();
    name.wrapper.set(name, Some(k.tuple.value()));
    k.tuple.set(DataTypeFlags::COMPLETE);
    k.tuple.types.set(k.tuple, Some(k.tuple.parameters.get()));
    types::insert_type(k.tuple);
    define("Tuple", k.tuple);
    let empty: Gc<DataType> = types::make_tuple_type(&[]).cast_unchecked();
    update(|k| {
        k.empty_tuple_type = empty;
        k.empty_tuple = empty.instance.get().unwrap_or(empty.value());
    });

    let type_ = parametric("Type", &[variable("T")], k.any, true, false);
    finish_type(type_, &[]);
    update(|k| {
        k.type_ = type_.name.get().wrapper_type().cast_unchecked();
        k.type_typename = type_.name.get();
    });
    for kind in [k.datatype, k.union, k.union_all, k.typeof_bottom] {
        // The kinds of types are themselves subtypes of `Type`.
        kind.super_type.set(
            kind,
            known()
                .type_
                .body
                .get()
                .cast::<DataType>()
                .map(|_| applied(known().type_.value(), &[variable("T").value()])),
        );
    }
    for kind in [k.datatype, k.union, k.union_all, k.typeof_bottom] {
        kind.super_type.set(kind, Some(type_));
    }

    let (t, n) = (variable("T"), variable("N"));
    let abstract_array = parametric("AbstractArray", &[t, n], k.any, true, false);
    finish_type(abstract_array, &[]);
    let (t, n) = (variable("T"), variable("N"));
    let above = applied(abstract_array.name.get().wrapper_type(), &[t.value(), n.value()]);
    let dense_array = parametric("DenseArray", &[t, n], above, true, false);
    finish_type(dense_array, &[]);
    let (t, n) = (variable("T"), variable("N"));
    let above = applied(dense_array.name.get().wrapper_type(), &[t.value(), n.value()]);
    let array = parametric("Array", &[t, n], above, false, true);
    let buffer = parametric("Buffer", &[variable("T")], k.any, false, true);
    let t = variable("T");
    let ref_ = parametric("Ref", &[t], k.any, true, false);
    finish_type(ref_, &[]);
    let t = variable("T");
    let above = applied(ref_.name.get().wrapper_type(), &[t.value()]);
    let pointer = parametric("Ptr", &[t], above, false, false);
    finish_primitive(pointer, 8);
    let (t, a) = (variable("T"), variable("AS"));
    let above = applied(ref_.name.get().wrapper_type(), &[t.value()]);
    let llvm_pointer = parametric("LLVMPtr", &[t, a], above, false, false);
    finish_primitive(llvm_pointer, 8);
    let names = variable("names");
    let body = TypeVar::new(symbol("T"), k.bottom, k.tuple.value());
    let named_tuple = parametric("NamedTuple", &[names, body], k.any, false, false);
    named_tuple.set(DataTypeFlags::COMPLETE);
    update(|k| {
        k.abstract_array = abstract_array.name.get().wrapper_type().cast_unchecked();
        k.dense_array = dense_array.name.get().wrapper_type().cast_unchecked();
        k.array = array.name.get().wrapper_type().cast_unchecked();
        k.array_name = array.name.get();
        k.buffer = buffer.name.get().wrapper_type().cast_unchecked();
        k.buffer_name = buffer.name.get();
        k.ref_ = ref_.name.get().wrapper_type().cast_unchecked();
        k.pointer = pointer.name.get().wrapper_type().cast_unchecked();
        k.pointer_name = pointer.name.get();
        k.llvm_pointer = llvm_pointer.name.get().wrapper_type().cast_unchecked();
        k.named_tuple = named_tuple.name.get().wrapper_type().cast_unchecked();
        k.named_tuple_name = named_tuple.name.get();
    });
    finish_type(array, &[]);
    finish_type(buffer, &[]);
    let one = crate::object::new_bits(k.int64, 1i64);
    let vector = |element: Gc<DataType>| applied(known().array.value(), &[element.value(), one]);
    update(|k| {
        k.vector_any = vector(k.any);
        k.vector_uint8 = vector(k.uint8);
        k.vector_int32 = vector(k.int32);
        k.vector_symbol = vector(k.symbol);
        k.buffer_any = applied(k.buffer.value(), &[k.any.value()]);
    });
    define("Vararg", Vararg::new(None, None));
}

fn finish_declared<T: Declared>(ty: Gc<DataType>) {
    let types: Vec<Value> = T::FIELDS.iter().map(|f| (f.ty)()).collect();
    finish_type(ty, &types);
    assert_eq!(ty.size(), size_of::<T>(), "layout of {}", T::NAME);
}

fn finish_structs() {
    // `Nothing` and `Ptr{Cvoid}` are field types of some of them.
    let k = known();
    let nothing_type = shell();
    init(nothing_type, "Nothing", k.any, false, false, &[]);
    finish_type(nothing_type, &[]);
    update(|k| {
        k.nothing_type = nothing_type;
        k.nothing = nothing_type.instance.get().unwrap_or(nothing_type.value());
        k.void_pointer = applied(k.pointer.value(), &[nothing_type.value()]);
    });
    define("Cvoid", nothing_type);
    define("nothing", known().nothing);
    macro_rules! finish {
        ($($name:ident: $ty:ty,)*) => { $( finish_declared::<$ty>(known().$name); )* };
    }
    finish! {
        datatype: DataType, union: Union, union_all: UnionAll, type_var: TypeVar,
        typeof_vararg: Vararg, type_name: TypeName, module: Module, binding: Binding,
        method_table: MethodTable, method: Method, method_instance: MethodInstance,
        code_instance: CodeInstance, code_info: CodeInfo, expr: Expr, quote_node: QuoteNode,
        line_number_node: LineNumberNode, global_ref: GlobalRef, ssa_value: SSAValue,
        slot_number: SlotNumber, argument: Argument, goto_node: GotoNode, goto_if_not: GotoIfNot,
        return_node: ReturnNode, newvar_node: NewvarNode, phi_node: PhiNode, core_box: CoreBox,
        task: Task,
    }
    let weak = known().weak_ref;
    finish_type(weak, &[known().any.value()]);
    let mut head = Layout::head(Kind::WeakRef, size_of::<WeakRef>(), 8);
    head.has_padding = false;
    let fields: Vec<_> = weak.layout.get().map(|l| l.fields().to_vec()).unwrap_or_default();
    weak.layout.set(weak, Some(Layout::allocate(head, &fields, &[])));
}

fn make_singletons() {
    let k = known();
    let false_ = crate::object::new_bits(k.bool, 0u8);
    let true_ = crate::object::new_bits(k.bool, 1u8);
    update(|k| {
        k.false_ = false_;
        k.true_ = true_;
    });
    define("false", false_);
    define("true", true_);
    crate::known::make_small_ints();
    let core = known().core_module;
    core.usings.set(core, Gc::<Array>::vector_of_any(&[]));
}

fn structure(
    name: &str,
    super_type: Gc<DataType>,
    mutable: bool,
    fields: &[(&str, Value)],
) -> Gc<DataType> {
    let ty = shell();
    let names: Vec<&str> = fields.iter().map(|f| f.0).collect();
    init(ty, name, super_type, false, mutable, &names);
    let types: Vec<Value> = fields.iter().map(|f| f.1).collect();
    finish_type(ty, &types);
    ty
}

fn make_exceptions() {
    let k = known();
    let any = k.any.value();
    let text = k.abstract_string.value();
    let sym = k.symbol.value();
    let exception =
        |name: &str, fields: &[(&str, Value)]| structure(name, k.exception, false, fields);
    let context = types::union_of(&[text, sym]);
    type Entry = fn(&mut Known) -> &mut Gc<DataType>;
    let made: Vec<(Entry, Gc<DataType>)> = vec![
        (|k| &mut k.error_exception, exception("ErrorException", &[("msg", text)])),
        (|k| &mut k.divide_error, exception("DivideError", &[])),
        (|k| &mut k.overflow_error, exception("OverflowError", &[("msg", text)])),
        (|k| &mut k.domain_error, exception("DomainError", &[("val", any), ("msg", any)])),
        (
            |k| &mut k.inexact_error,
            exception("InexactError", &[("func", sym), ("T", any), ("val", any)]),
        ),
        (
            |k| &mut k.type_error,
            exception(
                "TypeError",
                &[("func", sym), ("context", context), ("expected", any), ("got", any)],
            ),
        ),
        (|k| &mut k.undef_ref_error, exception("UndefRefError", &[])),
        (|k| &mut k.undef_var_error, exception("UndefVarError", &[("var", sym)])),
        (|k| &mut k.undef_keyword_error, exception("UndefKeywordError", &[("var", sym)])),
        (|k| &mut k.stack_overflow_error, exception("StackOverflowError", &[])),
        (|k| &mut k.out_of_memory_error, exception("OutOfMemoryError", &[])),
        (|k| &mut k.interrupt_exception, exception("InterruptException", &[])),
        (|k| &mut k.argument_error, exception("ArgumentError", &[("msg", any)])),
        (
            |k| &mut k.method_error,
            exception("MethodError", &[("f", any), ("args", any), ("world", k.uint64.value())]),
        ),
        (
            |k| &mut k.load_error,
            exception("LoadError", &[("file", text), ("line", k.int64.value()), ("error", any)]),
        ),
        (|k| &mut k.init_error, exception("InitError", &[("mod", sym), ("error", any)])),
        (|k| &mut k.assertion_error, exception("AssertionError", &[("msg", text)])),
        (|k| &mut k.read_only_memory_error, exception("ReadOnlyMemoryError", &[])),
        (
            |k| &mut k.concurrency_violation_error,
            exception("ConcurrencyViolationError", &[("msg", text)]),
        ),
    ];
    update(|k| {
        for (entry, ty) in &made {
            *entry(k) = *ty;
        }
    });
    // Its fields may be undefined, so that `BoundsError()` can be made.
    let bounds = structure("BoundsError", known().exception, false, &[("a", any), ("i", any)]);
    bounds.name.get().uninitialized_count.set(2);
    update(|k| k.bounds_error = bounds);
}

/// A method table for a function of this name.
pub fn new_method_table(name: Gc<Symbol>, module: Gc<Module>) -> Gc<MethodTable> {
    let table = gc::allocate_struct::<MethodTable>();
    table.name.set(table, name);
    table.module.set(table, module);
    table.defs.set(table, Gc::<Array>::vector_of_any(&[]));
    table.cache.set(table, SimpleVector::undefined(0));
    table
}

fn make_modules() {
    let core = known().core_module;
    define("Core", core);
    let main = new_module(symbol("Main"), None);
    let types = new_method_table(symbol("Type"), core);
    let others = new_method_table(symbol("nonfunction"), core);
    update(|k| {
        k.main_module = main;
        k.base_module = k.nothing;
        k.kwcall = k.nothing;
        k.typeof_opaque = k.nothing;
        k.type_method_table = types;
        k.nonfunction_method_table = others;
    });
    for name in [
        known().type_typename,
        known().datatype.name.get(),
        known().union.name.get(),
        known().union_all.name.get(),
        known().typeof_bottom.name.get(),
    ] {
        name.method_table.set(name, Some(types));
    }
    main.set_const("Main", main);
    main.set_const("Core", core);
    main.use_module(core);
    define("Main", main);
}
