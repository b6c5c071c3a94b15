//! The type system.
//!
//! - [`cache`]: the unique instantiations of each parametric type.
//! - [`instantiate`]: applying types to parameters, substitution, field types and layouts.
//! - [`subtype`]: subtyping and type equality (Zappa Nardelli et al., *Julia Subtyping: A Rational
//!   Reconstruction*, OOPSLA 2018), with [`bounds`]: what it asks of single types and bounds.
//! - [`intersect`]: intersection; [`disjoint`]: a quick look at whether it is empty.
//! - [`specificity`]: which of two signatures is more specific.

mod bounds;
mod cache;
mod define;
mod disjoint;
mod equality;
mod instantiate;
mod intersect;
mod specificity;
mod subtype;
mod unions;

pub use cache::{hash_of, insert_type, lookup_type, make_room};
pub(crate) use define::init_type;
pub use define::{NewType, compute_layout, finish_type, new_type, primitive_layout};
pub use disjoint::{tuple_disjoint, types_disjoint};
pub use equality::types_egal;
pub use instantiate::{
    TypeError, apply_type, buffer_type, free_typevars, has_free_typevars, instantiate,
    make_tuple_type, new_datatype_instance, occurs, rewrap, substitute, tuple_type,
    unwrap_unionall, vararg_of,
};
pub use intersect::{
    Intersection, has_intersection, instantiate_in, intersect, intersect_with_env,
};
pub use specificity::more_specific;
pub use subtype::{isa, subtype, subtype_with_env, type_equal};
pub use unions::union_of;

use crate::known::known;
use crate::object::DataType;
use crate::value::Value;

/// Whether values of this type are stored inline in fields and arrays: concrete plain data.
pub fn is_stored_inline(ty: Value) -> bool {
    ty.datatype() == known().datatype && ty.cast_unchecked::<DataType>().is_bits()
}

/// The concrete type, if this is one.
pub fn as_concrete(ty: Value) -> Option<crate::value::Gc<DataType>> {
    ty.cast::<DataType>().filter(|t| t.is_concrete())
}

/// `Type{t}`.
pub fn type_of_type(t: Value) -> Value {
    let k = known();
    apply_type(k.type_.value(), &[t]).unwrap_or(k.datatype.value())
}

/// `T` if the type is `Type{T}`.
pub fn type_parameter(ty: Value) -> Option<Value> {
    let dt = ty.cast::<DataType>()?;
    (dt.name.get() == known().type_typename).then(|| dt.parameters.get().get(0)).flatten()
}
