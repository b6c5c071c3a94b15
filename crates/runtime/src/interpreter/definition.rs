//! Definitions: generic functions and methods.

use crate::boot::new_method_table;
use crate::code::cache;
use crate::code::{Code, SlotFlags};
use crate::dispatch;
use crate::error::{self, Result};
use crate::gc;
use crate::known::known;
use crate::object::{
    Array, DataType, LineNumberNode, Method, MethodTable, Module, SimpleVector, Symbol, TypeVar,
    UnionAll,
};
use crate::symbol::symbol;
use crate::types::{self, NewType, finish_type, new_type};
use crate::value::{Gc, Value};
use crate::world;

/// The function that a global names, made if the global has no value.
pub fn generic_function(module: Gc<Module>, name: Gc<Symbol>) -> Result<Value> {
    let entry = module.entry(name);
    if let Some(owner) = entry.owner.get()
        && owner != entry
        && let Some(value) = owner.value.get()
    {
        let may_extend = entry.has(crate::object::BindingFlags::IMPORTED)
            || crate::object::is_type(value)
            || owner.module.get() == known().core_module;
        if !may_extend {
            return Err(error::error(&format!(
                "error in method definition: function {}.{} must be explicitly imported to be extended",
                owner.module.get().name.get(),
                owner.name.get()
            )));
        }
        return Ok(value);
    }
    let binding = match entry.owner.get() {
        // Imported before its module defined it: the first method makes the function there.
        Some(owner) if owner != entry && entry.has(crate::object::BindingFlags::IMPORTED) => owner,
        _ => module.binding_for_write(name)?,
    };
    if let Some(value) = binding.value.get() {
        let callable = crate::object::is_type(value)
            || types::isa(value, known().function.value())
            || binding.has(crate::object::BindingFlags::CONST);
        if !callable {
            return Err(error::error(&format!(
                "cannot define function {name}; it already has a value"
            )));
        }
        return Ok(value);
    }
    let function = new_function(binding.module.get(), binding.name.get());
    crate::definitions::method(binding.module.get(), binding.name.get());
    binding.value.set(binding, Some(function));
    binding.set(crate::object::BindingFlags::CONST);
    Ok(function)
}

/// A new generic function of this name without methods.
pub fn new_function(module: Gc<Module>, name: Gc<Symbol>) -> Value {
    let ty = new_type(NewType {
        name: symbol(&format!("#{name}")),
        module,
        parameters: &[],
        super_type: Some(known().function),
        field_names: &[],
        is_abstract: false,
        is_mutable: false,
        uninitialized: 0,
    });
    finish_type(ty, &[]);
    let table = new_method_table(name, module);
    let type_name = ty.name.get();
    type_name.method_table.set(type_name, Some(table));
    ty.instance.get().unwrap_or(ty.value())
}

/// Name of the function whose method has this signature. Where many types share a table, it is that of the
/// called object's type; a method that sorts keywords is called as the function that takes them.
fn function_name(table: Gc<MethodTable>, signature: Value) -> Gc<Symbol> {
    let k = known();
    let parameters =
        types::unwrap_unionall(signature).cast::<DataType>().map(|d| d.parameters.get());
    let argument = |at| {
        let ty = parameters?.get(at).map(types::unwrap_unionall)?;
        let ty = ty.cast::<TypeVar>().map_or(ty, |v| types::unwrap_unionall(v.upper.get()));
        ty.cast::<DataType>()
    };
    let sorts = table.name.get().as_str() == "kwcall";
    let called = argument(if sorts { 2 } else { 0 });
    let shared = |t: &Gc<MethodTable>| {
        *t == k.nonfunction_method_table || called.is_some_and(|c| c.name.get() == k.type_typename)
    };
    let own = if sorts { called.and_then(dispatch::table_of_type) } else { Some(table) };
    match (own.filter(|t| !shared(t)), called) {
        (Some(own), _) => own.name.get(),
        (None, None) => table.name.get(),
        (None, Some(called)) if called.name.get() == k.type_typename => {
            let ty = called.parameters.get().get(0).map(types::unwrap_unionall);
            let named = ty.and_then(|t| t.cast::<DataType>());
            named.map_or(symbol("Type"), |t| t.name.get().name.get())
        }
        (None, Some(called)) => called.name.get().name.get(),
    }
}

/// Adds the method that a definition states. `signature` is
/// `svec(svec(types...), svec(variables...), LineNumberNode)`.
pub fn define_method(
    module: Gc<Module>,
    signature: Value,
    body: Value,
    body_roots: Gc<SimpleVector>,
    captures: &[Value],
) -> Result<Value> {
    let Some(parts) = signature.cast::<SimpleVector>() else {
        return Err(error::type_error("method definition", known().simple_vector, signature));
    };
    let (Some(argument_types), Some(variables)) = (
        parts.get(0).and_then(|v| v.cast::<SimpleVector>()),
        parts.get(1).and_then(|v| v.cast::<SimpleVector>()),
    ) else {
        return Err(error::error("malformed method signature"));
    };
    let Some(code) = cache::decoded(body) else {
        return Err(error::error("malformed method body"));
    };
    for (i, &ty) in argument_types.items().iter().enumerate() {
        let last = i + 1 == argument_types.len();
        let fits = crate::object::is_type(ty)
            || ty.is::<TypeVar>()
            || (last && ty.is::<crate::object::Vararg>());
        if !fits {
            return Err(error::type_error("method definition", known().type_, ty));
        }
    }
    // A last argument whose type is a `Vararg` collects the rest, however that was written.
    let collects = argument_types.items().last().is_some_and(|t| t.is::<crate::object::Vararg>());
    let (body, code) = if collects && !code.is_vararg {
        let changed = Code { is_vararg: true, ..(*code).clone() };
        let bytes = crate::object::JuliaString::new(&changed.to_bytes()).value();
        (bytes, std::rc::Rc::new(changed))
    } else {
        (body, code)
    };
    let mut sig = types::make_tuple_type(argument_types.items());
    for &variable in variables.items().iter().rev() {
        if let Some(v) = variable.cast::<TypeVar>() {
            sig = UnionAll::new(v, sig).value();
        }
    }
    let Some(table) = dispatch::method_table_for_signature(sig) else {
        return Err(error::error(
            "cannot add methods to an abstract type or to a union of functions",
        ));
    };
    let method = gc::allocate_struct::<Method>();
    let (file, line) = match parts.get(2).and_then(|l| l.cast::<LineNumberNode>()) {
        Some(l) => (l.file.get().cast::<Symbol>().unwrap_or(known().empty_symbol), l.line.get()),
        None => (known().empty_symbol, 0),
    };
    method.name.set(method, function_name(table, sig));
    method.module.set(method, module);
    method.file.set(method, file);
    method.line.set(line as i32);
    method.signature.set(method, sig);
    let names: Vec<Value> = variables
        .items()
        .iter()
        .filter_map(|v| v.cast::<TypeVar>())
        .map(|v| v.name.get().value())
        .collect();
    method.sparam_names.set(method, SimpleVector::new(&names));
    method.specializations.set(method, SimpleVector::undefined(0));
    method.source.set(method, Some(body));
    describe_code(method, &code, body_roots, captures);
    method.deleted_world.set(u64::MAX);
    dispatch::add_method(table, method);
    crate::definitions::method(module, method.name.get());
    // What follows in the same top-level expression sees the method.
    world::set_of_task(world::current());
    Ok(method.value())
}

/// Copies what the method object repeats of its code, and makes its roots.
fn describe_code(
    method: Gc<Method>,
    code: &Code,
    body_roots: Gc<SimpleVector>,
    captures: &[Value],
) {
    let mut roots: Vec<Value> = body_roots.items().to_vec();
    roots.extend_from_slice(captures);
    method.roots.set(method, Some(Gc::<Array>::vector_of_any(&roots)));
    method.argument_count.set(code.argument_count as i32);
    method.is_vararg.set(code.is_vararg);
    method.keyword_count.set(code.keyword_count as i32);
    method.constprop.set(code.constprop);
    if let Some(generator) = &code.generator {
        method.generator.set(method, body_roots.get(generator.function.0 as usize));
    }
    method.purity.set(code.purity);
    let mut nospecialize = 0u32;
    for (i, slot) in code.slots.iter().take(code.argument_count as usize).enumerate().skip(1) {
        if slot.flags & SlotFlags::NOSPECIALIZE != 0 && i <= 32 {
            nospecialize |= 1 << (i - 1);
        }
    }
    method.nospecialize.set(nospecialize);
    let names: Vec<u8> = code
        .slots
        .iter()
        .flat_map(|s| {
            let name = body_roots.get(s.name.0 as usize).and_then(|n| n.cast::<Symbol>());
            let mut bytes = name.map(|n| n.bytes().to_vec()).unwrap_or_default();
            bytes.push(0);
            bytes
        })
        .collect();
    let names = crate::object::JuliaString::new(&names);
    method.slot_names.set(method, Some(names.value()));
}
