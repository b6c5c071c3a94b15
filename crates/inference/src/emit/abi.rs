//! The calling convention of a specialization: from its types and the inferred result.

use pkgimage_ir::{Conv, Ret, Signature, Type};
use pkgimage_runtime::object::{DataType, Method, MethodInstance, Vararg};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use super::shape::{Shape, memory_layout, shape_of, shape_of_parameter};
use crate::lattice::Lattice;

/// How a specialization is called.
#[derive(Clone, Debug)]
pub struct Abi {
    /// Shape of each argument, the function itself first; varargs are one boxed tuple.
    pub parameters: Vec<Shape>,
    /// Shape of the result.
    pub result: Shape,
    /// The same as machine types.
    pub signature: Signature,
}

/// The convention for a specialization with this inferred result.
pub fn abi_of(instance: Gc<MethodInstance>, result: &Lattice) -> Abi {
    let parameters = parameter_shapes(instance);
    let result = shape_of(&result.without_condition());
    let machine: Vec<Type> = parameters.iter().flat_map(Shape::machine_types).collect();
    let ret = match &result {
        Shape::Boxed => Ret::Boxed,
        other => match other.machine_types().as_slice() {
            [] => Ret::None,
            [one] => Ret::Value(*one),
            _ => Ret::Aggregate { size: memory_layout(other).1, align: 16 },
        },
    };
    let signature = Signature { conv: Conv::Julia, params: machine, ret, throws: true };
    Abi { parameters, result, signature }
}

fn parameter_shapes(instance: Gc<MethodInstance>) -> Vec<Shape> {
    let Some(method) = instance.def.get().cast::<Method>() else { return Vec::new() };
    let count = method.argument_count.get() as usize;
    let types = types::unwrap_unionall(instance.spec_types.get());
    let list: Vec<Value> = match types.cast::<DataType>() {
        Some(d) => d.parameters.get().items().to_vec(),
        None => Vec::new(),
    };
    let fixed = if method.is_vararg.get() { count - 1 } else { count };
    let mut shapes = Vec::with_capacity(count);
    for i in 0..fixed {
        shapes.push(match list.get(i) {
            Some(&t) if !t.is::<Vararg>() && !types::has_free_typevars(t) => shape_of_parameter(t),
            _ => Shape::Boxed,
        });
    }
    if method.is_vararg.get() {
        let rest = list.get(fixed..).unwrap_or(&[]);
        let open = rest.iter().any(|t| t.is::<Vararg>() || types::has_free_typevars(*t));
        shapes.push(if open { Shape::Boxed } else { shape_of_parameter(rest_type(rest)) });
    }
    shapes
}

/// The type of the tuple that collects these arguments.
pub fn rest_type(rest: &[Value]) -> Value {
    // A `Type{T}` argument is a field of its kind's type in the tuple.
    let fields: Vec<Value> = rest
        .iter()
        .map(|&t| match types::type_parameter(t) {
            Some(p) if pkgimage_runtime::object::is_type(p) => p.datatype().value(),
            _ => t,
        })
        .collect();
    types::make_tuple_type(&fields)
}
