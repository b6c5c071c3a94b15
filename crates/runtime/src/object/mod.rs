//! The heap structs: Julia's own objects as Rust sees them.
//!
//! Each struct here is the payload of one Julia type. [`heap_struct!`] declares both at once: the
//! Rust struct and the list of Julia fields from which the type, and its layout descriptor, are
//! made while the runtime boots (which checks that the two agree in size).

mod array;
mod code;
mod method;
mod module;
mod primitive;
mod string;
mod svec;
mod syntax;
mod task;
mod types;

pub use array::{Array, Buffer};
pub use code::{
    Argument, CodeInfo, GotoIfNot, GotoNode, NewvarNode, PhiNode, ReturnNode, SSAValue, SlotNumber,
};
pub use method::{CodeInstance, Method, MethodInstance, MethodTable};
pub use module::{Binding, BindingFlags, Module};
pub use primitive::{
    CoreBox, WeakRef, box_bool, box_char, box_float32, box_float64, box_int32, box_int64,
    box_pointer, box_uint8, box_uint32, box_uint64, new_bits, unbox_int64,
};
pub use string::{JuliaString, Symbol};
pub use svec::SimpleVector;
pub use syntax::{Expr, GlobalRef, LineNumberNode, QuoteNode};
pub use task::Task;
pub use types::{
    DataType, DataTypeFlags, TypeName, TypeNameFlags, TypeVar, Union, UnionAll, Vararg,
};

use crate::value::{Gc, Value};

/// How one Julia field of a heap struct is declared.
pub struct FieldDeclaration {
    /// Julia's name of the field.
    pub name: &'static str,
    /// Whether it may be undefined.
    pub optional: bool,
    /// The field's type, looked up once the core types exist.
    pub ty: fn() -> Value,
}

/// A heap struct's declaration, from which booting makes the Julia type.
pub trait Declared {
    /// Julia's name of the type.
    const NAME: &'static str;
    /// Whether the type is mutable.
    const MUTABLE: bool;
    /// Its fields.
    const FIELDS: &'static [FieldDeclaration];
}

/// Declares a heap struct together with its Julia type.
///
/// `known` is the name of the type in [`crate::known::Known`]; each field is
/// `rust_name: RustType => "julia_name": julia_type_in_known`.
macro_rules! heap_struct {
    ($(#[$doc:meta])* $vis:vis struct $name:ident = $julia:literal, known $known:ident, mutable $mutable:literal {
        $($(#[$fdoc:meta])* $field:ident: $ty:ty => $jfield:literal: $jty:ident,)*
    }) => {
        $(#[$doc])*
        #[repr(C)]
        $vis struct $name { $($(#[$fdoc])* pub $field: $ty,)* }
        impl $crate::value::HeapType for $name {
            fn datatype() -> $crate::value::Gc<$crate::object::DataType> {
                $crate::known::known().$known
            }
        }
        impl $crate::object::Declared for $name {
            const NAME: &'static str = $julia;
            const MUTABLE: bool = $mutable;
            const FIELDS: &'static [$crate::object::FieldDeclaration] = &[
                $($crate::object::FieldDeclaration {
                    name: $jfield,
                    optional: $crate::object::is_optional(stringify!($ty)),
                    ty: || $crate::known::known().$jty.into(),
                },)*
            ];
        }
    };
}
pub(crate) use heap_struct;

/// Whether a field of a heap struct that is declared so in Rust may be undefined.
pub(crate) const fn is_optional(declared: &str) -> bool {
    let (text, word) = (declared.as_bytes(), b"Option");
    let mut at = 0;
    while at + word.len() <= text.len() {
        let mut same = 0;
        while same < word.len() && text[at + same] == word[same] {
            same += 1;
        }
        if same == word.len() {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether this is a type (a `DataType`, `Union`, `UnionAll` or `Union{}`).
pub fn is_type(value: Value) -> bool {
    let k = crate::known::known();
    let ty = value.datatype();
    ty == k.datatype || ty == k.union || ty == k.union_all || ty == k.typeof_bottom
}

/// The name of the function or type that a value is an instance of, for messages.
pub fn type_name_of(value: Value) -> Gc<Symbol> {
    value.datatype().name.get().name.get()
}
