//! Core's builtin functions: what Julia code calls and Rust implements.
//!
//! A builtin is a singleton of its own type (`typeof(getfield)`), a subtype of `Core.Builtin`, whose
//! type name carries the index into [`BUILTINS`] in the upper half of its flags; an index is stable
//! in one build of the runtime, which images are stamped with.

mod arrays;
mod calls;
mod objects;
mod type_definitions;
mod types;

pub(crate) use types::field_types;

use crate::error::{Result, argument_count};
use crate::intrinsics;
use crate::known::known;
use crate::object::DataType;
use crate::symbol::symbol;
use crate::types::{NewType, finish_type, new_type};
use crate::value::{Gc, Value};

/// A builtin: the function object and the arguments without it.
pub type Builtin = fn(Value, &[Value]) -> Result<Value>;

/// Name, least and largest number of arguments, implementation.
type Entry = (&'static str, usize, usize, fn(&[Value]) -> Result<Value>);

/// Any number of arguments.
const ANY: usize = usize::MAX;

/// All builtins; those marked internal in Julia (a leading underscore) are not exported.
pub static BUILTINS: &[Entry] = &[
    ("===", 2, 2, objects::egal),
    ("typeof", 1, 1, objects::type_of),
    ("sizeof", 1, 1, objects::size_of),
    ("getfield", 2, 4, objects::getfield),
    ("setfield!", 3, 4, objects::setfield),
    ("swapfield!", 3, 4, objects::swapfield),
    ("modifyfield!", 4, 5, objects::modifyfield),
    ("replacefield!", 4, 6, objects::replacefield),
    ("isdefined", 2, 3, objects::isdefined),
    ("nfields", 1, 1, objects::nfields),
    ("tuple", 0, ANY, objects::tuple),
    ("svec", 0, ANY, objects::svec),
    ("_svec_ref", 2, 3, objects::svec_ref),
    ("ifelse", 3, 3, objects::ifelse),
    ("throw", 1, 1, objects::throw),
    ("getglobal", 2, 3, objects::getglobal),
    ("setglobal!", 3, 4, objects::setglobal),
    ("get_binding_type", 2, 2, objects::get_binding_type),
    ("set_binding_type!", 2, 3, objects::set_binding_type),
    ("compilerbarrier", 2, 2, objects::compilerbarrier),
    ("donotdelete", 0, ANY, objects::donotdelete),
    ("finalizer", 2, 4, objects::finalizer),
    ("_expr", 1, ANY, objects::expr),
    ("isa", 2, 2, types::isa),
    ("typeassert", 2, 2, types::typeassert),
    ("<:", 2, 2, types::subtype),
    ("fieldtype", 2, 3, types::fieldtype),
    ("apply_type", 1, ANY, types::apply_type),
    ("_typevar", 3, 3, types::typevar),
    ("UnionAll_", 2, 2, types::union_all),
    ("_structtype", 7, 7, type_definitions::struct_type),
    ("_abstracttype", 3, 3, type_definitions::abstract_type),
    ("_primitivetype", 4, 4, type_definitions::primitive_type),
    ("_setsuper!", 2, 2, type_definitions::set_super),
    ("_typebody!", 1, 2, type_definitions::type_body),
    ("_equiv_typedef", 2, 2, type_definitions::equivalent),
    ("arrayref", 2, ANY, arrays::arrayref),
    ("const_arrayref", 2, ANY, arrays::arrayref),
    ("arrayset", 3, ANY, arrays::arrayset),
    ("arraysize", 1, 2, arrays::arraysize),
    ("applicable", 1, ANY, calls::applicable),
    ("invoke", 2, ANY, calls::invoke),
    ("_apply_iterate", 2, ANY, calls::apply_iterate),
    ("_call_latest", 1, ANY, calls::call_latest),
    ("_call_in_world", 2, ANY, calls::call_in_world),
    ("_call_in_world_total", 2, ANY, calls::call_in_world),
];

/// Builtins that Core does not export, besides those with a leading underscore.
const INTERNAL: &[&str] = &[
    "sizeof",
    "svec",
    // Base exports its own names for these.
    "sizeof",
    "ifelse",
    "compilerbarrier",
    "donotdelete",
    "finalizer",
    "get_binding_type",
    "set_binding_type!",
    "const_arrayref",
    "arrayref",
    "arrayset",
    "arraysize",
    "apply_type",
];

/// Index of a builtin in [`BUILTINS`], from the type of the function object.
pub fn index_of_type(ty: Gc<DataType>) -> Option<usize> {
    let tag = ty.name.get().flags.get() >> 16;
    (tag != 0).then(|| tag as usize - 1)
}

/// The implementation behind functions of a type, if they are builtins or intrinsics.
#[inline]
pub fn of_type(ty: Gc<DataType>) -> Option<Builtin> {
    if ty.name.get().flags.get() >> 16 != 0 {
        return Some(call_builtin);
    }
    (ty == known().intrinsic_function).then_some(intrinsics::call as Builtin)
}

fn call_builtin(f: Value, arguments: &[Value]) -> Result<Value> {
    let index = (f.datatype().name.get().flags.get() >> 16) as usize - 1;
    let &(name, least, most, implementation) = &BUILTINS[index];
    if arguments.len() < least {
        return Err(argument_count(name, least, true));
    }
    if arguments.len() > most {
        return Err(argument_count(name, most, false));
    }
    implementation(arguments)
}

/// Binds the builtins in Core and the intrinsics in `Core.Intrinsics`.
pub(crate) fn boot() {
    let core = known().core_module;
    for (index, &(name, ..)) in BUILTINS.iter().enumerate() {
        let ty = new_type(NewType {
            name: symbol(&format!("#{name}")),
            module: core,
            parameters: &[],
            super_type: Some(known().builtin),
            field_names: &[],
            is_abstract: false,
            is_mutable: false,
            uninitialized: 0,
        });
        finish_type(ty, &[]);
        let type_name = ty.name.get();
        type_name.flags.set(type_name.flags.get() | ((index as u32 + 1) << 16));
        let table = crate::boot::new_method_table(symbol(name), core);
        type_name.method_table.set(type_name, Some(table));
        core.set_const(name, ty.instance.get().unwrap_or(ty.value()));
        if !name.starts_with('_') && !INTERNAL.contains(&name) && name != "UnionAll_" {
            core.export(symbol(name));
        }
    }
    intrinsics::boot();
}
