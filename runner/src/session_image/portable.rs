//! Objects in a form that another process can make them from.

use pkgimage_runtime as runtime;
use runtime::error::Result;
use runtime::fields;
use runtime::known::known;
use runtime::object::{self, DataType, JuliaString, MethodInstance, SimpleVector, Symbol};
use runtime::value::{Gc, Value};
use serde::{Deserialize, Serialize};

use crate::signature::{self, Reader};

/// How deep objects nest that are written by their fields.
const DEPTH: u32 = 8;

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Portable {
    /// What this text evaluates to: types, modules, the only instances of types.
    Text(String),
    /// A symbol.
    Symbol(String),
    /// A string.
    String(Vec<u8>),
    /// An object of plain data: its type and its bytes.
    Bits(String, Vec<u8>),
    /// An immutable object: its type and its fields.
    Immutable(String, Vec<Portable>),
    /// A simple vector.
    Vector(Vec<Portable>),
    /// The binding of a global of a module.
    Binding(String, String),
    /// The value of such a binding.
    Global(String, String),
    /// A specialization, by its types.
    Specialization(String),
    /// Some mutable object of this type, of which no code knows more.
    Mutable(String),
}

impl Portable {
    /// An object by what it is; none if it is one of its own.
    pub fn of_value(value: Value) -> Option<Portable> {
        Self::nested(value, DEPTH)
    }

    fn nested(value: Value, depth: u32) -> Option<Portable> {
        let depth = depth.checked_sub(1)?;
        if let Some(name) = value.cast::<Symbol>() {
            return Some(Portable::Symbol(std::str::from_utf8(name.bytes()).ok()?.to_owned()));
        }
        if let Some(text) = value.cast::<JuliaString>() {
            return Some(Portable::String(text.bytes().to_vec()));
        }
        if let Some(list) = value.cast::<SimpleVector>() {
            let items = list.items().iter().map(|&item| Self::nested(item, depth));
            return items.collect::<Option<_>>().map(Portable::Vector);
        }
        let ty = value.datatype();
        // Of these there is one each: truth values among them.
        let is_one = ty == known().module || ty == known().bool || ty.instance.get() == Some(value);
        if object::is_type(value) || is_one {
            return signature::local_text(value).map(Portable::Text);
        }
        let name = signature::local_text(ty.value())?;
        if ty.is_bits() {
            // SAFETY: an object of plain data has that many bytes.
            let bytes = unsafe { std::slice::from_raw_parts(value.payload(), ty.size()) };
            // An address means nothing to another process.
            return (!holds_pointer(ty)).then(|| Portable::Bits(name, bytes.to_vec()));
        }
        if ty.is_mutable() || ty == known().method_instance {
            return None;
        }
        let of_field = |i| fields::get_nth(value, i).and_then(|field| Self::nested(field, depth));
        (0..ty.field_count())
            .map(of_field)
            .collect::<Option<_>>()
            .map(|all| Portable::Immutable(name, all))
    }

    /// What code knows of the value of a constant.
    pub fn of_constant(value: Value) -> Option<Portable> {
        let ty = value.datatype();
        if ty.is_mutable()
            && !value.is::<Symbol>()
            && !value.is::<JuliaString>()
            && !object::is_type(value)
            && ty != known().module
            && ty.instance.get() != Some(value)
            && !value.is::<SimpleVector>()
        {
            return signature::local_text(ty.value()).map(Portable::Mutable);
        }
        Self::of_value(value)
    }

    /// A specialization, if its types lead to it.
    pub fn of_instance(instance: Gc<MethodInstance>, reader: &Reader) -> Option<Portable> {
        let text = signature::local_text(instance.spec_types.get())?;
        let found = match reader.resolve(&text) {
            Ok(found) => found?,
            Err(thrown) => {
                // It has no name that leads back to it: that is all that counts.
                let _ = runtime::error::take(thrown);
                return None;
            }
        };
        (found == instance).then_some(Portable::Specialization(text))
    }

    /// The object; none if it is not there.
    pub fn resolve(&self, reader: &Reader) -> Result<Option<Value>> {
        Ok(match self {
            Portable::Text(text) => Some(reader.evaluate(text)?),
            Portable::Symbol(text) => Some(runtime::symbol::symbol(text).value()),
            Portable::String(bytes) => Some(JuliaString::new(bytes).value()),
            Portable::Bits(ty, bytes) => {
                let Some(ty) = reader.evaluate(ty)?.cast::<DataType>() else { return Ok(None) };
                if ty.size() != bytes.len() || !ty.is_bits() {
                    return Ok(None);
                }
                let object = runtime::gc::allocate(ty, bytes.len());
                // SAFETY: the object has room for these bytes, which are plain data.
                unsafe {
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), object.payload(), bytes.len());
                }
                Some(object)
            }
            Portable::Immutable(ty, list) => {
                let ty = reader.evaluate(ty)?;
                let mut values = runtime::gc::RootVec::of(&[ty]);
                for field in list {
                    let Some(value) = field.resolve(reader)? else { return Ok(None) };
                    values.push(value);
                }
                Some(runtime::interpreter::call::new_object(values.as_slice())?)
            }
            Portable::Vector(list) => {
                let mut values = runtime::gc::RootVec::new();
                for item in list {
                    let Some(value) = item.resolve(reader)? else { return Ok(None) };
                    values.push(value);
                }
                Some(SimpleVector::new(values.as_slice()).value())
            }
            Portable::Binding(module, name) => {
                let module = reader.module(module)?;
                let name = runtime::symbol::symbol(name);
                module.and_then(|module| module.own_entry(name)).map(|binding| binding.value())
            }
            Portable::Global(module, name) => {
                reader.module(module)?.and_then(|module| module.global(name))
            }
            Portable::Specialization(text) => {
                reader.resolve(text)?.map(|instance| instance.value())
            }
            Portable::Mutable(_) => None,
        })
    }
}

fn holds_pointer(ty: Gc<DataType>) -> bool {
    ty.name.get() == known().pointer_name
        || ty.types.get().is_some_and(|types| {
            types.items().iter().filter_map(|field| field.cast::<DataType>()).any(holds_pointer)
        })
}
