//! Method tables: which table a function has, and adding and deleting methods.

use std::cell::RefCell;

use super::foreseen::Foreseen;
use super::invalidation_log::{Cause, because};
use super::{cache, index, invalidation};
use crate::gc::RootVec;
use crate::hooks::hooks;
use crate::known::known;
use crate::new_method_table;
use crate::object::{
    Array, DataType, Method, MethodTable, Symbol, TypeVar, Union, UnionAll, Vararg,
};
use crate::symbol::symbol;
use crate::types::{type_equal, types_disjoint, unwrap_unionall};
use crate::value::{Gc, Value};

/// The table of the calls of instances of a type. None for `Any`, `Function` and `Builtin`, whose
/// instances have tables of their own.
pub fn table_of_type(ty: Gc<DataType>) -> Option<Gc<MethodTable>> {
    let k = known();
    let name = ty.name.get();
    if let Some(table) = name.method_table.get() {
        return Some(table);
    }
    if ty == k.any || ty == k.function || ty == k.builtin {
        return None;
    }
    let above = ty.super_type.get().unwrap_or(k.any);
    let own =
        above == k.function || above == k.builtin || name.name.get().as_str().starts_with('#');
    let table = if own {
        new_method_table(called(name.name.get()), name.module.get())
    } else if above == k.any {
        k.nonfunction_method_table
    } else {
        table_of_type(above)?
    };
    name.method_table.set(name, Some(table));
    Some(table)
}

/// What a function is called, by the name of its type: `f` for `#f` and `#f#1`, `#1` for `#1#2`.
fn called(type_name: Gc<Symbol>) -> Gc<Symbol> {
    let Some(rest) = type_name.as_str().strip_prefix('#').filter(|rest| !rest.is_empty()) else {
        return type_name;
    };
    // A name may have `##` in it.
    let end = rest.find('#').and_then(|at| match rest[at + 1..].starts_with('#') {
        true => rest[at + 2..].find('#').map(|more| at + 2 + more),
        false => Some(at),
    });
    let name = &rest[..end.filter(|end| *end > 0).unwrap_or(rest.len())];
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => symbol(&format!("#{name}")),
        false => symbol(name),
    }
}

/// The table of the calls of a function, type or other object.
pub fn table_of_function(f: Value) -> Gc<MethodTable> {
    let ty = f.datatype();
    match ty.name.get().method_table.get().or_else(|| table_of_type(ty)) {
        Some(table) => table,
        None => known().nonfunction_method_table,
    }
}

/// The table that a signature's methods stand in, by its first parameter; none if there is no
/// such table (`Any`, unions of different functions).
pub fn method_table_for_signature(signature: Value) -> Option<Gc<MethodTable>> {
    let tuple = unwrap_unionall(signature).cast::<DataType>().filter(|t| t.is_tuple())?;
    table_for(tuple.parameters.get().get(0)?)
}

fn table_for(ty: Value) -> Option<Gc<MethodTable>> {
    if let Some(d) = ty.cast::<DataType>() {
        return table_of_type(d);
    }
    if let Some(v) = ty.cast::<TypeVar>() {
        return table_for(v.upper.get());
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        return table_for(u.body.get());
    }
    if let Some(u) = ty.cast::<Union>() {
        let (a, b) = (table_for(u.a.get())?, table_for(u.b.get())?);
        return (a == b).then_some(a);
    }
    if let Some(v) = ty.cast::<Vararg>() {
        return table_for(v.element.get()?);
    }
    (ty == known().bottom).then(|| known().type_method_table)
}

/// The methods of a table that are visible in a world, in order of definition.
pub fn methods_of(table: Gc<MethodTable>, world: u64) -> Vec<Gc<Method>> {
    all_methods(table)
        .filter(|m| m.primary_world.get() <= world && world <= m.deleted_world.get())
        .collect()
}

pub(super) fn all_methods(table: Gc<MethodTable>) -> impl Iterator<Item = Gc<Method>> {
    table.defs.get().references().iter().flatten().map(|m| m.cast_unchecked::<Method>())
}

/// Adds a method in a new world. One of equal signature ends; code that relied on what the new one
/// supersedes is invalidated.
pub fn add_method(table: Gc<MethodTable>, method: Gc<Method>) {
    add_method_of_image(table, method, &Foreseen::nothing());
}

/// The same for a method of an image that is being loaded, of which something is known.
pub fn add_method_of_image(table: Gc<MethodTable>, method: Gc<Method>, foreseen: &Foreseen) {
    let signature = method.signature.get();
    let last = crate::world::current();
    // What takes arguments of new types is no method that is there already.
    let is_new = foreseen.is_of_new_types(signature) && !invalidation::has_backedges();
    let overlapping = if is_new { Vec::new() } else { index::candidates(table, signature) };
    let replaced = overlapping.iter().copied().find(|m| {
        m.primary_world.get() <= last
            && last <= m.deleted_world.get()
            && type_equal(m.signature.get(), signature)
    });
    let cause = if replaced.is_some() { Cause::Replaced(method) } else { Cause::Defined(method) };
    because(cause, || {
        invalidation::before_insertion(table, method, &overlapping, replaced, last, foreseen);
        hooks().method_added(method, last);
    });
    let world = crate::world::advance();
    method.primary_world.set(world);
    method.deleted_world.set(u64::MAX);
    if let Some(old) = replaced {
        old.deleted_world.set(last);
        if !crate::gc::is_in_heap(old.address()) {
            REPLACED.with_borrow_mut(|list| {
                list.get_or_insert_with(RootVec::new).push(old.value());
            });
        }
    }
    let fixed = fixed_argument_count(signature);
    table.max_args.set(table.max_args.get().max(fixed as u64));
    let of_image = !crate::gc::is_in_heap(table.address());
    if of_image {
        note_vectors(table);
    }
    table.defs.get().push_reference(method.value());
    index::push(table, signature);
    if of_image {
        ADDED.with_borrow_mut(|list| {
            list.get_or_insert_with(RootVec::new).push(method.value());
        });
    }
}

thread_local! {
    static ADDED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    static VECTORS: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    static DELETED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    static REPLACED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// The methods that were deleted in this process and not replaced.
pub fn deleted_methods() -> Vec<Gc<Method>> {
    DELETED.with_borrow(|list| {
        list.iter().flat_map(|l| l.as_slice()).map(|m| m.cast_unchecked()).collect()
    })
}

/// Those, and the methods of images that were replaced: what took their places may be deleted, too.
pub(super) fn gone() -> Vec<Gc<Method>> {
    let replaced = REPLACED.with_borrow(|list| {
        let list = list.iter().flat_map(|l| l.as_slice());
        list.map(|m| m.cast_unchecked()).collect::<Vec<Gc<Method>>>()
    });
    deleted_methods().into_iter().chain(replaced).collect()
}

/// The methods that were added in this process to tables of images, in order: what the image of a
/// package adds to others.
pub fn added_to_images() -> Vec<Gc<Method>> {
    ADDED.with_borrow(|list| {
        list.iter().flat_map(|l| l.as_slice()).map(|m| m.cast_unchecked()).collect()
    })
}

/// The objects of images that were changed in this process because a method was added to a table.
pub fn vectors_of_tables() -> Vec<Value> {
    VECTORS.with_borrow(|list| list.iter().flat_map(|l| l.as_slice()).copied().collect())
}

/// Notes those of a table to which a method is about to be added.
fn note_vectors(table: Gc<MethodTable>) {
    let index = table.index.get().and_then(|index| index.cast::<Array>());
    for array in [Some(table.defs.get()), index].into_iter().flatten() {
        let objects = [Some(array.value()), array.owner.get()].into_iter().flatten();
        for object in objects.filter(|object| !crate::gc::is_in_heap(object.address())) {
            VECTORS.with_borrow_mut(|list| {
                list.get_or_insert_with(RootVec::new).push(object);
            });
        }
    }
}

/// Number of arguments before a trailing `Vararg`.
fn fixed_argument_count(signature: Value) -> usize {
    let Some(tuple) = unwrap_unionall(signature).cast::<DataType>() else { return 0 };
    let parameters = tuple.parameters.get();
    let rest = parameters.items().last().is_some_and(|p| p.is::<Vararg>());
    parameters.len() - usize::from(rest)
}

/// Ends a method in a new world: `Base.delete_method`.
pub fn delete_method(table: Gc<MethodTable>, method: Gc<Method>) {
    let last = crate::world::current();
    if method.deleted_world.get() <= last {
        return;
    }
    because(Cause::Deleted(method), || {
        invalidation::before_deletion(table, method, last);
        hooks().method_deleted(method, last);
    });
    cache::invalidate(table, last, |key, _| !types_disjoint(key.value(), method.signature.get()));
    crate::world::advance();
    method.deleted_world.set(last);
    crate::definitions::change(method.module.get());
    DELETED.with_borrow_mut(|list| {
        list.get_or_insert_with(RootVec::new).push(method.value());
    });
}
