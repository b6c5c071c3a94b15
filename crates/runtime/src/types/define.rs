//! Defining types, and computing the layouts of concrete ones.

use super::cache::hash_type;
use super::instantiate::{complete_instance, unwrap_unionall};
use crate::egal::combine;
use crate::gc;
use crate::known::known;
use crate::layout::{Kind, Layout};
use crate::object::{
    DataType, DataTypeFlags, Module, SimpleVector, Symbol, TypeName, TypeNameFlags, TypeVar,
    UnionAll,
};
use crate::value::{Gc, Value};

/// What a type definition states before its body is evaluated.
pub struct NewType<'a> {
    /// The name.
    pub name: Gc<Symbol>,
    /// The module of the definition.
    pub module: Gc<Module>,
    /// The variables.
    pub parameters: &'a [Value],
    /// The supertype, if known already.
    pub super_type: Option<Gc<DataType>>,
    /// Names of the fields.
    pub field_names: &'a [Value],
    /// `abstract type`.
    pub is_abstract: bool,
    /// `mutable struct`.
    pub is_mutable: bool,
    /// How many of the last fields `new` may leave undefined.
    pub uninitialized: usize,
}

/// Makes a type without field types; [`finish_type`] completes it.
pub fn new_type(definition: NewType) -> Gc<DataType> {
    init_type(gc::allocate_struct::<DataType>(), definition)
}

/// Fills in a type object that booting has allocated before.
pub(crate) fn init_type(ty: Gc<DataType>, definition: NewType) -> Gc<DataType> {
    let NewType {
        name,
        module,
        parameters,
        super_type,
        field_names,
        is_abstract,
        is_mutable,
        uninitialized,
    } = definition;
    let type_name = gc::allocate_struct::<TypeName>();
    type_name.name.set(type_name, name);
    type_name.module.set(type_name, module);
    type_name.names.set(type_name, SimpleVector::new(field_names));
    type_name.cache.set(type_name, SimpleVector::undefined(0));
    type_name.uninitialized_count.set(uninitialized as u32);
    type_name.flags.set(
        if is_abstract { TypeNameFlags::ABSTRACT } else { 0 }
            | if is_mutable { TypeNameFlags::MUTABLE } else { 0 },
    );
    let hash = module.path().iter().fold(name.hash, |h, n| combine(h, n.hash));
    type_name.hash.set(hash);
    ty.name.set(ty, type_name);
    ty.super_type.set(ty, super_type);
    ty.parameters.set(ty, SimpleVector::new(parameters));
    ty.hash.set(hash_type(type_name, parameters));
    if parameters.iter().any(|p| p.is::<TypeVar>()) {
        ty.set(DataTypeFlags::HAS_FREE_TYPEVARS);
    }
    let wrapper = parameters
        .iter()
        .rev()
        .fold(ty.value(), |body, &p| UnionAll::new(p.cast_unchecked(), body).value());
    type_name.wrapper.set(type_name, Some(wrapper));
    ty
}

/// Gives a type its field types, and lays out every instance that was made meanwhile.
pub fn finish_type(ty: Gc<DataType>, field_types: &[Value]) {
    ty.types.set(ty, Some(SimpleVector::new(field_types)));
    ty.set(DataTypeFlags::COMPLETE);
    if !ty.has_free_typevars() {
        compute_layout(ty);
    }
    for item in ty.name.get().cache.get().raw_items().iter().flatten() {
        let instance: Gc<DataType> = item.cast_unchecked();
        if instance != ty {
            complete_instance(instance);
        }
    }
}

fn is_concrete(ty: Gc<DataType>) -> bool {
    if ty.has_free_typevars() || ty.is_abstract() {
        return false;
    }
    if ty.is_tuple() {
        return ty
            .parameters
            .get()
            .items()
            .iter()
            .all(|p| p.cast::<DataType>().is_some_and(|d| d.is_concrete()));
    }
    if ty.is_named_tuple() {
        let parameters = ty.parameters.get();
        return parameters.get(0).is_some_and(|n| n.datatype().is_tuple())
            && parameters
                .get(1)
                .and_then(|t| t.cast::<DataType>())
                .is_some_and(|t| t.is_tuple() && t.is_concrete());
    }
    true
}

fn is_dispatch_tuple(ty: Gc<DataType>) -> bool {
    ty.is_tuple()
        && !ty.has_free_typevars()
        && ty.parameters.get().items().iter().all(|p| match p.cast::<DataType>() {
            Some(d) => d.is_concrete() || d.name.get() == known().type_typename,
            None => *p == known().bottom,
        })
}

/// Computes flags, layout and the singleton instance of a type whose field types are known.
pub fn compute_layout(ty: Gc<DataType>) {
    if ty.layout.get().is_some() {
        return;
    }
    if is_dispatch_tuple(ty) {
        ty.set(DataTypeFlags::IS_DISPATCH_TUPLE);
    }
    if !is_concrete(ty) {
        return;
    }
    ty.set(DataTypeFlags::IS_CONCRETE);
    let k = known();
    let name = ty.name.get();
    if let Some(layout) = special_layout(ty, name) {
        ty.layout.set(ty, Some(layout));
        return;
    }
    let body = unwrap_unionall(name.wrapper_type()).cast::<DataType>();
    if let Some(body) = body
        && body.has(DataTypeFlags::IS_PRIMITIVE)
    {
        // All instances of a primitive type have the size that its definition states.
        if body != ty {
            ty.set(DataTypeFlags::IS_PRIMITIVE | DataTypeFlags::IS_BITS);
            ty.layout.set(ty, body.layout.get().or_else(|| Some(primitive_layout(8))));
        }
        return;
    }
    let Some(types) = ty.types.get() else { return };
    let mutable = ty.is_mutable();
    let mut fields = Vec::with_capacity(types.len());
    for &ft in types.items() {
        let inline = ft.cast::<DataType>().filter(|d| d.is_bits()).and_then(|d| d.layout.get());
        fields.push(inline.map(|l| (l.size as usize, l.alignment as usize)));
    }
    let all_inline = fields.iter().all(Option::is_some);
    let layout = Layout::of_fields(&fields);
    ty.layout.set(ty, Some(layout));
    if !mutable && all_inline && ty != k.symbol {
        ty.set(DataTypeFlags::IS_BITS);
        if layout.size == 0 {
            let instance = gc::allocate(ty, 0);
            ty.instance.set(ty, Some(instance));
        }
    }
}

/// The layout of a primitive type of this many bytes.
pub fn primitive_layout(bytes: usize) -> Gc<Layout> {
    let alignment = bytes.next_power_of_two().min(16);
    Layout::allocate(Layout::head(Kind::Fields, bytes, alignment), &[], &[])
}

/// Layouts of the types whose objects vary in length.
fn special_layout(ty: Gc<DataType>, name: Gc<TypeName>) -> Option<Gc<Layout>> {
    let k = known();
    if name == k.array_name {
        let dims = crate::object::unbox_int64(ty.parameters.get().get(1)?)?;
        let size = size_of::<crate::object::Array>() + dims.max(0) as usize * 8;
        return Some(Layout::allocate(Layout::head(Kind::Array, size, 8), &[], &[]));
    }
    if name == k.buffer_name {
        let element = ty.parameters.get().get(0)?;
        let inline = element.cast::<DataType>().filter(|d| d.is_bits());
        let mut head = Layout::head(Kind::Buffer, size_of::<crate::object::Buffer>(), 16);
        head.element_size = inline.map_or(8, |d| d.size() as u32);
        head.element_is_pointer = inline.is_none();
        return Some(Layout::allocate(head, &[], &[]));
    }
    None
}
