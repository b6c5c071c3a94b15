//! `@cfunction`: C functions that call Julia functions, through closures of libffi.
//!
//! A pointer that C code got may be called at any later time, so what is made here is kept for good; a
//! second `@cfunction` of the same function and types gives the same pointer. An exception does not
//! unwind C code: it stays pending, further calls do nothing until the C function has returned, and the
//! `ccall` throws it then.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::c_void;

use libffi::low;
use libffi::middle::Closure;

use super::{CType, c_type, signature_of};
use crate::error::{self, Result};
use crate::eval;
use crate::fields;
use crate::gc::RootVec;
use crate::interpreter;
use crate::known::known;
use crate::object::{DataType, Expr, Module, SimpleVector, Symbol, new_bits};
use crate::types;
use crate::value::{Gc, Value};
use crate::world;

/// What a C function calls and how.
struct Target {
    /// The function, the return type and the argument types; roots.
    values: RootVec,
    result: CType,
    arguments: Vec<CType>,
}

/// Function, return type and argument types, by address: the roots of the target keep them.
type Key = (usize, usize, Vec<usize>);

thread_local! {
    static MADE: RefCell<HashMap<Key, usize>> = RefCell::new(HashMap::new());
}

/// Evaluates `Expr(:cfunction, kind, function, return_type, argument_types)`. A function that is given by
/// name is looked up in `module`.
pub fn c_function(
    module: Gc<Module>,
    kind: Value,
    function: Value,
    return_type: Value,
    argument_types: Value,
) -> Result<Value> {
    let is_named = function.is::<Symbol>() || function.is::<Expr>();
    let function = if is_named { eval::eval(module, function)? } else { function };
    let Some(argument_types) = argument_types.cast::<SimpleVector>() else {
        return Err(error::type_error("cfunction", known().simple_vector, argument_types));
    };
    let address = pointer_to(function, return_type, argument_types.items())?;
    let pointer = new_bits(known().void_pointer, address);
    let Some(kind) = kind.cast::<DataType>() else {
        return Err(error::type_error("cfunction", known().datatype, kind));
    };
    if kind.name.get() == known().pointer_name {
        return Ok(pointer);
    }
    // `Base.CFunction`: the pointer, the function, and two words for the closure's own data.
    let null = new_bits(known().void_pointer, 0usize);
    Ok(fields::new_struct(kind, &[pointer, function, null, null]))
}

/// The address of a C function that calls `function`.
fn pointer_to(function: Value, return_type: Value, argument_types: &[Value]) -> Result<usize> {
    let key = (
        function.address(),
        return_type.address(),
        argument_types.iter().map(|t| t.address()).collect::<Vec<_>>(),
    );
    if let Some(made) = MADE.with_borrow(|made| made.get(&key).copied()) {
        return Ok(made);
    }
    let result = c_type(return_type)?;
    let mut arguments = Vec::with_capacity(argument_types.len());
    for &ty in argument_types {
        arguments.push(c_type(ty)?);
    }
    let mut values = RootVec::of(&[function, return_type]);
    values.extend(argument_types.iter().copied());
    let cif = signature_of(&arguments, result, 0);
    let target: &'static Target = Box::leak(Box::new(Target { values, result, arguments }));
    let closure = Closure::try_new(cif, enter, target)
        .map_err(|_| error::error("cfunction: no memory for code can be had here"))?;
    let address = *closure.code_ptr() as usize;
    std::mem::forget(closure);
    MADE.with_borrow_mut(|made| made.insert(key, address));
    Ok(address)
}

/// What every such C function runs.
///
/// # Safety
/// libffi calls it, with arguments of the types of the call interface.
unsafe extern "C" fn enter(
    _: &low::ffi_cif,
    result: &mut u64,
    arguments: *const *const c_void,
    target: &Target,
) {
    *result = 0;
    // The C function goes on after a callback that threw; nothing more is run for it.
    if error::pending().is_some() {
        return;
    }
    // SAFETY: libffi gives one pointer for each argument of the interface.
    let given = unsafe { std::slice::from_raw_parts(arguments, target.arguments.len()) };
    // What was thrown stays pending for the `ccall` that called C.
    if let Ok(word) = call(target, given) {
        *result = word;
    }
}

fn call(target: &Target, given: &[*const c_void]) -> Result<u64> {
    let values = target.values.as_slice();
    let (function, return_type, declared) = (values[0], values[1], &values[2..]);
    let mut list = RootVec::of(&[function]);
    for ((&at, &kind), &ty) in given.iter().zip(&target.arguments).zip(declared) {
        list.push(argument(at, kind, ty)?);
    }
    let value = interpreter::apply_in_world(list.as_slice(), world::current())?;
    if target.result == CType::Void {
        return Ok(0);
    }
    if !types::isa(value, return_type) {
        return Err(error::type_error("cfunction", return_type, value));
    }
    Ok(match target.result {
        CType::Object => value.address() as u64,
        kind => super::word(value, kind),
    })
}

/// The Julia value of an argument, which lies at `at`.
fn argument(at: *const c_void, kind: CType, declared: Value) -> Result<Value> {
    if kind == CType::Void {
        return Ok(known().nothing);
    }
    if kind != CType::Object {
        // SAFETY: an argument of the interface's type lies here, as large as the declared type.
        return Ok(unsafe { fields::load_bits(declared.cast_unchecked(), at.cast()) });
    }
    // SAFETY: an argument of the pointer type lies here.
    let address = unsafe { *at.cast::<usize>() };
    // `Ref{T}`: a pointer to a `T`, which is the object itself unless the type is plain data.
    let element = declared
        .cast::<DataType>()
        .filter(|d| d.name.get().wrapper_type() == known().ref_.value())
        .and_then(|d| d.parameters.get().get(0))
        .and_then(|t| t.cast::<DataType>());
    if let Some(element) = element.filter(|e| e.is_bits()) {
        if address == 0 {
            return Err(error::undef_ref());
        }
        // SAFETY: the C code's pointer is to such data, as the program says.
        return Ok(unsafe { fields::load_bits(element, address as *const u8) });
    }
    // SAFETY: the C code passes on a reference that Julia code gave it, or null.
    unsafe { Value::from_raw_nullable(address) }.ok_or_else(error::undef_ref)
}
