//! `ccall`: calls of C functions from the interpreter, through libffi.
//!
//! A function named `jl_…` (and a few of the libraries that Julia bundles) is one of the runtime's
//! own, from the tables of [`crate::runtime_calls`]; those of libraries that are [`linked`] stand in
//! tables, too; everything else is looked up in the process and in the named library. A function that throws (one of the runtime, or a [`callback`]) leaves the
//! exception pending.

mod callback;
mod dense;
pub(crate) mod gmp;
mod linked;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CString, c_void};

use libffi::middle::{Arg, Cif, CodePtr, Type};

use crate::debug::describe;
use crate::error::{self, Result};
use crate::fields;
use crate::known::known;
use crate::object::{self, DataType, JuliaString, Symbol};
use crate::runtime_calls;
use crate::types;
use crate::unsupported;
use crate::value::Value;

pub use callback::c_function;

/// How C sees a value of a Julia type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum CType {
    Void,
    /// An integer of this many bytes; signed if so said.
    Int(u8, bool),
    F32,
    F64,
    /// A reference to the object.
    Object,
}

fn c_type(ty: Value) -> Result<CType> {
    let k = known();
    if ty == k.nothing_type.value() || ty == k.bottom {
        return Ok(CType::Void);
    }
    if ty == k.any.value() {
        return Ok(CType::Object);
    }
    let body = types::unwrap_unionall(ty);
    if let Some(d) = body.cast::<DataType>() {
        if d == k.float32 {
            return Ok(CType::F32);
        }
        if d == k.float64 {
            return Ok(CType::F64);
        }
        let wrapper = d.name.get().wrapper_type();
        if wrapper == k.ref_.value() {
            return Ok(CType::Object);
        }
        if d.has(object::DataTypeFlags::IS_PRIMITIVE) && matches!(d.size(), 1 | 2 | 4 | 8) {
            let signed = types::subtype(d.value(), k.signed.value());
            return Ok(CType::Int(d.size() as u8, signed));
        }
        if d.is_bits() && d.size() == 0 {
            return Ok(CType::Void);
        }
        if !d.is_bits() {
            return Ok(CType::Object);
        }
    }
    let ty = describe(ty);
    let construct =
        format!("C argument or result of type {ty}, as structs are passed by reference");
    Err(unsupported::refuse(&construct, &["ccall", "@ccall", "@cfunction"]))
}

fn ffi_type(t: CType) -> Type {
    match t {
        CType::Void => Type::void(),
        CType::Int(1, true) => Type::i8(),
        CType::Int(1, false) => Type::u8(),
        CType::Int(2, true) => Type::i16(),
        CType::Int(2, false) => Type::u16(),
        CType::Int(4, true) => Type::i32(),
        CType::Int(4, false) => Type::u32(),
        CType::Int(_, true) => Type::i64(),
        CType::Int(..) => Type::u64(),
        CType::F32 => Type::f32(),
        CType::F64 => Type::f64(),
        CType::Object => Type::pointer(),
    }
}

/// Arguments, result, and how many arguments are fixed.
type SignatureKey = (Vec<CType>, CType, usize);

thread_local! {
    static SIGNATURES: RefCell<HashMap<SignatureKey, std::rc::Rc<Cif>>> =
        RefCell::new(HashMap::new());
    static SYMBOLS: RefCell<HashMap<(String, String), usize>> = RefCell::new(HashMap::new());
}

fn signature(arguments: &[CType], result: CType, required: usize) -> std::rc::Rc<Cif> {
    let key = (arguments.to_vec(), result, required);
    SIGNATURES.with_borrow_mut(|table| {
        table
            .entry(key)
            .or_insert_with(|| std::rc::Rc::new(signature_of(arguments, result, required)))
            .clone()
    })
}

fn signature_of(arguments: &[CType], result: CType, required: usize) -> Cif {
    let list: Vec<Type> = arguments.iter().map(|&t| ffi_type(t)).collect();
    if required > 0 && required < list.len() {
        Cif::new_variadic(list, required, ffi_type(result))
    } else {
        Cif::new(list, ffi_type(result))
    }
}

/// Readies the libraries that are linked, for the thread that calls this.
pub(crate) fn init() {
    gmp::init();
}

/// Calls a C function. `target` is a pointer, a symbol, a string, or a tuple of name and library;
/// the values have been converted (`cconvert`, `unsafe_convert`) to the argument types.
pub fn call(
    target: Value,
    return_type: Value,
    argument_types: &[Value],
    required: usize,
    values: &[Value],
) -> Result<Value> {
    let address = symbol_address(target)?;
    call_address(address, return_type, argument_types, required, values)
}

fn call_address(
    address: usize,
    return_type: Value,
    argument_types: &[Value],
    required: usize,
    values: &[Value],
) -> Result<Value> {
    let mut kinds = Vec::with_capacity(values.len());
    // A variadic tail declares one type for all its arguments.
    for (i, &value) in values.iter().enumerate() {
        let declared = argument_types.get(i).or(argument_types.last());
        let declared = match declared.and_then(|t| t.cast::<object::Vararg>()) {
            Some(rest) => rest.element.get(),
            None => declared.copied(),
        };
        match declared {
            Some(t) => kinds.push(argument_type(t, value)?),
            None => return Err(error::error("ccall: more arguments than types")),
        }
    }
    let result = c_type(return_type)?;
    let cif = signature(&kinds, result, required);
    let mut words = vec![0u64; values.len()];
    for ((at, &value), &kind) in words.iter_mut().zip(values).zip(&kinds) {
        *at = word(value, kind);
    }
    let arguments: Vec<Arg> = words.iter().map(Arg::new).collect();
    let code = CodePtr::from_ptr(address as *const c_void);
    // SAFETY: the program states the C function's signature, as in any ccall; the argument words
    // have the types of the call interface.
    let value = unsafe {
        match result {
            CType::Void => {
                cif.call::<()>(code, &arguments);
                known().nothing
            }
            CType::F32 => object::box_float32(cif.call::<f32>(code, &arguments)),
            CType::F64 => object::box_float64(cif.call::<f64>(code, &arguments)),
            CType::Object => {
                let address = cif.call::<usize>(code, &arguments);
                match Value::from_raw_nullable(address) {
                    Some(value) => value,
                    None if error::pending().is_some() => known().nothing,
                    None => return Err(error::undef_ref()),
                }
            }
            CType::Int(..) => {
                let bits = cif.call::<u64>(code, &arguments);
                let ty = return_type.cast_unchecked::<DataType>();
                fields::load_bits(ty, (&raw const bits).cast())
            }
        }
    };
    if error::pending().is_some() {
        return Err(error::propagate_pending());
    }
    Ok(value)
}

/// A value as the word that C is given for it.
fn word(value: Value, kind: CType) -> u64 {
    match kind {
        CType::Object => value.address() as u64,
        CType::Void => 0,
        CType::Int(size, signed) => {
            let mut bytes = [0u8; 8];
            // SAFETY: the value is of a primitive type of this size.
            unsafe {
                std::ptr::copy_nonoverlapping(value.payload(), bytes.as_mut_ptr(), size as usize);
            }
            let bits = u64::from_le_bytes(bytes);
            let unused = 64 - 8 * u32::from(size.min(8));
            // libffi wants results of callbacks extended to a word, and takes arguments so too.
            if signed { ((bits << unused) as i64 >> unused) as u64 } else { bits }
        }
        // SAFETY: the value is a Float32.
        CType::F32 => unsafe { u64::from(value.read::<u32>(0)) },
        // SAFETY: the value is a Float64.
        CType::F64 => unsafe { value.read::<u64>(0) },
    }
}

/// How an argument of a declared type is passed: what `Ref{T}` and `Ptr{T}` convert to is a
/// pointer already.
fn argument_type(declared: Value, value: Value) -> Result<CType> {
    let kind = c_type(declared)?;
    if kind == CType::Object && declared != known().any.value() {
        let is_pointer = value.datatype().name.get() == known().pointer_name;
        if is_pointer {
            return Ok(CType::Int(8, false));
        }
    }
    Ok(kind)
}

fn name_text(v: Value) -> Option<String> {
    if let Some(s) = v.cast::<Symbol>() {
        return Some(s.as_str().to_owned());
    }
    v.cast::<JuliaString>().map(|s| s.text().into_owned())
}

/// The address that a `ccall` target names.
pub fn symbol_address(target: Value) -> Result<usize> {
    let ty = target.datatype();
    if ty.name.get() == known().pointer_name {
        // SAFETY: a Ptr has eight bytes of payload.
        let address = unsafe { target.read::<usize>(0) };
        if address == 0 {
            return Err(error::error("ccall: null function pointer"));
        }
        return Ok(address);
    }
    if let Some(name) = name_text(target) {
        return lookup(&name, "");
    }
    if ty.is_tuple()
        && let Some(name) = fields::get_nth(target, 0).and_then(name_text)
    {
        let library = fields::get_nth(target, 1).and_then(name_text).unwrap_or_default();
        return lookup(&name, &library);
    }
    Err(error::type_error("ccall", known().pointer, target))
}

/// Address of a C symbol: the runtime's own, the process's, or a library's.
pub fn lookup(name: &str, library: &str) -> Result<usize> {
    if let Some(address) = runtime_calls::address_of(name) {
        return Ok(address);
    }
    if let Some(linked) = linked::library(library) {
        return linked.address(name);
    }
    let key = (name.to_owned(), library.to_owned());
    if let Some(known) = SYMBOLS.with_borrow(|table| table.get(&key).copied()) {
        return Ok(known);
    }
    let address = find(name, library)?;
    SYMBOLS.with_borrow_mut(|table| table.insert(key, address));
    Ok(address)
}

fn find(name: &str, library: &str) -> Result<usize> {
    let Ok(c_name) = CString::new(name) else {
        return Err(error::error("ccall: a symbol name contains a NUL"));
    };
    let mut handles = vec![libc::RTLD_DEFAULT];
    if !library.is_empty() {
        let candidates = [library.to_owned(), format!("{library}.so"), format!("{library}.so.6")];
        for candidate in candidates {
            let Ok(c_library) = CString::new(candidate) else { continue };
            // SAFETY: loading a library runs its initializers, as the program asked for.
            let handle = unsafe { libc::dlopen(c_library.as_ptr(), libc::RTLD_LAZY) };
            if !handle.is_null() {
                handles.insert(0, handle);
                break;
            }
        }
    } else {
        // SAFETY: the C library's mathematical functions, present on every system.
        let handle = unsafe { libc::dlopen(c"libm.so.6".as_ptr(), libc::RTLD_LAZY) };
        if !handle.is_null() {
            handles.push(handle);
        }
    }
    for handle in handles {
        // SAFETY: the handle is one of the process's and the name ends with a NUL.
        let address = unsafe { libc::dlsym(handle, c_name.as_ptr()) };
        if !address.is_null() {
            return Ok(address as usize);
        }
    }
    let place = if library.is_empty() { String::new() } else { format!(" in library {library}") };
    Err(error::error(&format!("could not load symbol \"{name}\"{place}")))
}
