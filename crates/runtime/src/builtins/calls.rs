//! Builtins that call.

use crate::builtins;
use crate::dispatch;
use crate::error::{self, Result};
use crate::fields;
use crate::gc::RootVec;
use crate::interpreter::call;
use crate::known::known;
use crate::object::{Array, DataType, SimpleVector, box_bool, unbox_int64};
use crate::types;
use crate::value::Value;
use crate::world;

/// `applicable(f, arguments...)`.
pub(super) fn applicable(a: &[Value]) -> Result<Value> {
    if builtins::of_type(a[0].datatype()).is_some() {
        return Ok(known().true_);
    }
    Ok(box_bool(dispatch::lookup(a, world::of_task()).is_some()))
}

/// `invoke(f, types, arguments...)`.
pub(super) fn invoke(a: &[Value]) -> Result<Value> {
    let (f, types) = (a[0], a[1]);
    let body = types::unwrap_unionall(types);
    if !body.cast::<DataType>().is_some_and(|d| d.is_tuple()) {
        return Err(error::type_error("invoke", known().tuple, types));
    }
    let mut arguments = RootVec::of(&[f]);
    arguments.extend(a[2..].iter().copied());
    let tuple = fields::new_tuple(&a[2..]);
    if !types::isa(tuple, types) {
        return Err(error::error("invoke: argument type error"));
    }
    let method = dispatch::invoke_lookup(f, types, world::of_task()).found();
    match method.and_then(|m| dispatch::specialize_call(m, arguments.as_slice())) {
        Some(instance) => {
            crate::hooks::dispatched(instance);
            call::call_instance(instance, arguments.as_slice())
        }
        None => Err(error::method_error(f, &a[2..], world::of_task())),
    }
}

/// `_apply_iterate(iterate, f, containers...)`: `f` applied to all elements.
pub(super) fn apply_iterate(a: &[Value]) -> Result<Value> {
    let mut arguments = RootVec::of(&[a[1]]);
    for &container in &a[2..] {
        spread(a[0], container, &mut arguments)?;
    }
    call::apply(arguments.as_slice())
}

fn spread(iterate: Value, container: Value, out: &mut RootVec) -> Result<()> {
    let ty = container.datatype();
    if ty.is_tuple() || ty.is_named_tuple() {
        for i in 0..ty.field_count() {
            out.push(fields::get_nth(container, i).ok_or_else(error::undef_ref)?);
        }
        return Ok(());
    }
    if let Some(vector) = container.cast::<SimpleVector>() {
        for item in vector.raw_items() {
            out.push(item.ok_or_else(error::undef_ref)?);
        }
        return Ok(());
    }
    if let Some(array) = container.cast::<Array>() {
        for i in 0..array.len() {
            out.push(crate::arrays::get(array, i).ok_or_else(error::undef_ref)?);
        }
        return Ok(());
    }
    let mut step = RootVec::of(&[call::apply(&[iterate, container])?]);
    loop {
        let next = step.as_slice()[step.as_slice().len() - 1];
        if next == known().nothing {
            return Ok(());
        }
        let (Some(item), Some(state)) = (fields::get_nth(next, 0), fields::get_nth(next, 1)) else {
            return Err(error::bounds_error(next, 1));
        };
        out.push(item);
        let following = call::apply(&[iterate, container, state])?;
        step.truncate(0);
        step.push(following);
    }
}

/// `_call_latest(f, arguments...)`: in the newest world.
pub(super) fn call_latest(a: &[Value]) -> Result<Value> {
    call::apply_in_world(a, world::current())
}

/// `_call_in_world(world, f, arguments...)`.
pub(super) fn call_in_world(a: &[Value]) -> Result<Value> {
    let ty = a[0].datatype();
    let world = if ty == known().uint64 {
        // SAFETY: a UInt64 has eight bytes of payload.
        unsafe { a[0].read::<u64>(0) }
    } else {
        unbox_int64(a[0]).unwrap_or(0) as u64
    };
    call::apply_in_world(&a[1..], world.min(world::current()))
}
