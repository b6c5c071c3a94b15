//! Texts of types, signatures and constants: the same for equal meaning in every process.
//!
//! A name is the path of modules and the name there; type variables are numbered by their binder, so
//! that renaming a variable changes nothing. Closures' types carry the names that lowering gave
//! them, which count within their definition.

use std::fmt::Write;

use pkgimage_ir::External;
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    self, DataType, JuliaString, Method, MethodInstance, Module, Symbol, TypeName, TypeVar, Union,
    UnionAll, Vararg,
};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

/// The path of a module: `Base.Broadcast`.
pub fn module_text(module: Gc<Module>) -> String {
    let names: Vec<String> = module.path().iter().map(|s| s.to_string()).collect();
    names.join(".")
}

fn type_name_text(name: Gc<TypeName>) -> String {
    format!("{}.{}", module_text(name.module.get()), name.name.get())
}

/// The text of a type or type parameter.
pub fn type_text(ty: Value) -> String {
    let mut out = String::new();
    write_type(&mut out, ty, &mut Vec::new());
    out
}

fn write_list(out: &mut String, items: &[Value], bound: &mut Vec<Gc<TypeVar>>) {
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_type(out, item, bound);
    }
}

fn write_type(out: &mut String, ty: Value, bound: &mut Vec<Gc<TypeVar>>) {
    if let Some(d) = ty.cast::<DataType>() {
        out.push_str(&type_name_text(d.name.get()));
        let parameters = d.parameters.get();
        if !parameters.is_empty() || d.is_tuple() {
            out.push('{');
            write_list(out, parameters.items(), bound);
            out.push('}');
        }
    } else if let Some(u) = ty.cast::<Union>() {
        out.push_str("Union{");
        write_type(out, u.a.get(), bound);
        out.push_str(", ");
        write_type(out, u.b.get(), bound);
        out.push('}');
    } else if let Some(u) = ty.cast::<UnionAll>() {
        let var = u.var.get();
        let number = bound.len();
        out.push('(');
        bound.push(var);
        write_type(out, u.body.get(), bound);
        bound.pop();
        let _ = write!(out, " where ");
        if var.lower.get() != known().bottom {
            write_type(out, var.lower.get(), bound);
            out.push_str("<:");
        }
        let _ = write!(out, "T{number}");
        if var.upper.get() != known().any.value() {
            out.push_str("<:");
            write_type(out, var.upper.get(), bound);
        }
        out.push(')');
    } else if let Some(v) = ty.cast::<TypeVar>() {
        match bound.iter().rposition(|&b| b == v) {
            Some(number) => {
                let _ = write!(out, "T{number}");
            }
            None => {
                let _ = write!(out, "?{}", v.name.get());
            }
        }
    } else if let Some(v) = ty.cast::<Vararg>() {
        out.push_str("Vararg{");
        if let Some(e) = v.element.get() {
            write_type(out, e, bound);
        }
        if let Some(n) = v.count.get() {
            out.push_str(", ");
            write_type(out, n, bound);
        }
        out.push('}');
    } else if ty == known().bottom {
        out.push_str("Union{}");
    } else {
        write_parameter(out, ty, bound);
    }
}

/// A type parameter that is no type: a number, a symbol, a tuple of those, or plain data.
fn write_parameter(out: &mut String, value: Value, bound: &mut Vec<Gc<TypeVar>>) {
    if let Some(s) = value.cast::<Symbol>() {
        let _ = write!(out, ":{:?}", s.as_str());
    } else if let Some(n) = object::unbox_int64(value) {
        let _ = write!(out, "{n}");
    } else if value == known().true_ || value == known().false_ {
        let _ = write!(out, "{}", value == known().true_);
    } else if let Some(m) = value.cast::<Module>() {
        let _ = write!(out, "module {}", module_text(m));
    } else if value.datatype().is_tuple() {
        out.push('(');
        for i in 0..value.datatype().field_count() {
            if let Some(item) = fields::get_nth(value, i) {
                write_type(out, item, bound);
                out.push(',');
            }
        }
        out.push(')');
    } else {
        write_type(out, value.datatype().value(), bound);
        out.push('(');
        if value.datatype().is_bits() {
            for byte in payload(value) {
                let _ = write!(out, "{byte:02x}");
            }
        }
        out.push(')');
    }
}

/// The payload bytes of a plain-data value.
pub fn payload(value: Value) -> Vec<u8> {
    let size = value.datatype().size();
    // SAFETY is the runtime's: plain data of that size is read byte by byte through `read`.
    (0..size).map(|i| pkgimage_runtime::native::payload_byte(value, i)).collect()
}

/// The signature of a method, which names it.
pub fn method_text(method: Gc<Method>) -> String {
    format!(
        "{}.{} {}",
        module_text(method.module.get()),
        method.name.get(),
        type_text(method.signature.get())
    )
}

/// The readable signature of a specialization: `Base.foo(Int64, Vector{Float64})`. Unambiguous: the
/// function's type stands first where it is more than the name says.
pub fn instance_text(instance: Gc<MethodInstance>) -> String {
    let Some(method) = instance.def.get().cast::<Method>() else {
        return "top-level scope".to_owned();
    };
    let mut out = format!("{}.{}(", module_text(method.module.get()), method.name.get());
    let types = instance.spec_types.get();
    match types::unwrap_unionall(types).cast::<DataType>() {
        Some(d) if !types.is::<UnionAll>() => {
            write_list(&mut out, d.parameters.get().items(), &mut Vec::new());
        }
        _ => out.push_str(&type_text(types)),
    }
    let _ = write!(out, ") of {}", type_text(method.signature.get()));
    out
}

/// The external that names an object wherever it comes from; none if only its place names it.
pub fn external_of(value: Value) -> Option<External> {
    if object::is_type(value) {
        return (!types::has_free_typevars(value)).then(|| External::Type(type_text(value)));
    }
    if let Some(s) = value.cast::<Symbol>() {
        return Some(External::Symbol(s.to_string()));
    }
    if let Some(m) = value.cast::<Module>() {
        return Some(External::Module(module_text(m)));
    }
    let ty = value.datatype();
    if ty.instance.get() == Some(value) {
        return Some(External::Instance(type_text(ty.value())));
    }
    if let Some(s) = value.cast::<JuliaString>() {
        return Some(External::Box { ty: "Core.String".to_owned(), bytes: s.bytes().to_vec() });
    }
    if ty.is_bits() {
        return Some(External::Box { ty: type_text(ty.value()), bytes: payload(value) });
    }
    None
}
