//! What builtins return, and what their results say of the slots that they were given.
//!
//! Constants are folded by the builtins' own implementations. `invoke`, `_apply_iterate` and the
//! like, which call, are interpreted elsewhere ([`crate::calls`], [`crate::spread`]).

use std::rc::Rc;

use pkgimage_runtime::builtins::{self, BUILTINS};
use pkgimage_runtime::error;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    self, DataType, Module, SimpleVector, Symbol, TypeVar, UnionAll, Vararg, unbox_int64,
};
use pkgimage_runtime::symbol::symbol;
use pkgimage_runtime::types::{
    self, apply_type, make_tuple_type, rewrap, subtype, unwrap_unionall, vararg_of,
};
use pkgimage_runtime::value::Value;

use crate::arguments::{Arguments, Called};
use crate::effects::Effects;
use crate::field_access;
use crate::globals;
use crate::intrinsics::{instance_type, type_operand};
use crate::lattice::{Lattice, concrete, members};
use crate::typed::CallKind;

/// The name of a builtin.
pub fn name_of(index: usize) -> &'static str {
    BUILTINS.get(index).map_or("", |b| b.0)
}

/// Interprets a call of a builtin that calls nothing.
pub fn call(function: Value, index: usize, arguments: &Arguments) -> Called {
    let mut called = interpret(function, index, arguments);
    called.kind = CallKind::Builtin(index);
    if !called.result.is_bottom()
        && let Some(condition) = condition(name_of(index), arguments, &called.result)
    {
        called.result = condition;
    }
    called
}

/// Runs a builtin on constants.
fn fold(function: Value, constants: &[Value]) -> Called {
    let Some(implementation) = builtins::of_type(function.datatype()) else {
        return Called::unknown();
    };
    match implementation(function, &constants[1..]) {
        Ok(v) => Called::returning(Lattice::Const(v), Effects::TOTAL),
        Err(thrown) => {
            error::take(thrown);
            Called::throwing()
        }
    }
}

fn is_foldable(name: &str) -> bool {
    matches!(
        name,
        "==="
            | "typeof"
            | "nfields"
            | "tuple"
            | "svec"
            | "_svec_ref"
            | "ifelse"
            | "isa"
            | "typeassert"
            | "<:"
            | "fieldtype"
            | "apply_type"
            | "UnionAll_"
    )
}

fn total(result: Lattice) -> Called {
    Called::returning(result, Effects::TOTAL)
}

fn throws(result: Lattice) -> Called {
    Called::returning(result, Effects::THROWS)
}

fn with_nothrow(result: Lattice, nothrow: bool) -> Called {
    Called::returning(result, Effects { nothrow, ..Effects::TOTAL })
}

fn of_type(ty: impl Into<Value>) -> Lattice {
    Lattice::of_type(ty.into())
}

fn interpret(function: Value, index: usize, arguments: &Arguments) -> Called {
    let k = known();
    let name = name_of(index);
    let Some(&(_, least, most, _)) = BUILTINS.get(index) else { return Called::unknown() };
    let operands = &arguments.list[1..];
    if operands.len() > most || (operands.len() < least && arguments.rest.is_none()) {
        return Called::throwing();
    }
    if is_foldable(name)
        && let Some(constants) = arguments.constants()
    {
        return fold(function, &constants);
    }
    if arguments.rest.is_some() {
        return open(name, arguments);
    }
    let writes = Effects { consistent: false, effect_free: false, ..Effects::THROWS };
    let reads = Effects { consistent: false, ..Effects::THROWS };
    match (name, operands) {
        ("===", [a, b]) => total(identical(a, b)),
        ("typeof", [x]) => total(type_of(x)),
        ("sizeof", [x]) => match x.constant() {
            Some(v) if object::is_type(v) || !v.datatype().is_mutable() => {
                fold(function, &[function, v])
            }
            // Plain data is as large as its type.
            _ => match concrete(x).filter(|d| d.is_bits()) {
                Some(d) => total(Lattice::Const(object::box_int64(d.size() as i64))),
                None => throws(of_type(k.int64)),
            },
        },
        ("getfield", [x, f, ..]) => field_access::getfield(x, f),
        ("setfield!", [x, f, v, ..]) => {
            let effects = Effects { nothrow: field_access::setfield_is_safe(x, f, v), ..writes };
            let result = field_access::assigned(x, f, v);
            Called::returning(result, effects)
        }
        ("swapfield!", [x, f, ..]) => {
            let old = field_access::getfield(x, f).result;
            Called::returning(old.widened(), writes)
        }
        ("modifyfield!", _) => Called::returning(Lattice::any(), Effects::UNKNOWN),
        ("replacefield!", [x, f, ..]) => {
            let old = field_access::getfield(x, f).result.widen();
            Called::returning(replace_result(old), writes)
        }
        ("isdefined", [x, f, ..]) => field_access::isdefined(x, f),
        ("nfields", [x]) => match concrete(x) {
            Some(d) if !d.is_mutable() || d.layout.get().is_some() => {
                let count = d.layout.get().map_or(0, |l| l.field_count as i64);
                total(Lattice::Const(object::box_int64(count)))
            }
            _ => total(of_type(k.int64)),
        },
        ("tuple", _) => total(tuple(operands)),
        ("svec", _) => total(of_type(k.simple_vector)),
        ("_svec_ref", _) => throws(Lattice::any()),
        ("ifelse", [c, a, b]) => ifelse(arguments, c, a, b),
        ("throw", _) => Called::throwing(),
        ("getglobal", [m, n, ..]) => match (m.constant(), n.constant()) {
            (Some(m), Some(n)) => match (m.cast::<Module>(), n.cast::<Symbol>()) {
                (Some(m), Some(n)) => globals::read(m, n),
                _ => Called::throwing(),
            },
            _ => Called::returning(Lattice::any(), reads),
        },
        ("setglobal!", [_, _, v, ..]) => Called::returning(v.widened(), writes),
        ("get_binding_type", [m, n]) => match (m.constant(), n.constant()) {
            (Some(m), Some(n)) => match (m.cast::<Module>(), n.cast::<Symbol>()) {
                (Some(m), Some(n)) => globals::declared_type(m, n),
                _ => Called::throwing(),
            },
            _ => throws(Lattice::Type(k.type_.value())),
        },
        ("set_binding_type!", _) => Called::returning(Lattice::Const(k.nothing), writes),
        ("compilerbarrier", [setting, x]) => total(barrier(setting, x)),
        ("donotdelete", _) => Called::returning(
            Lattice::Const(k.nothing),
            Effects { effect_free: false, ..Effects::TOTAL },
        ),
        ("finalizer", _) => Called::returning(Lattice::Const(k.nothing), writes),
        ("_expr", _) => {
            Called::returning(of_type(k.expr), Effects { consistent: false, ..Effects::THROWS })
        }
        ("isa", [x, t]) => isa(x, t),
        ("typeassert", [x, t]) => typeassert(x, t),
        ("<:", [a, b]) => is_subtype(a, b),
        ("fieldtype", [t, f, ..]) => fieldtype(t, f),
        ("apply_type", _) => apply_partly(operands),
        ("_typevar", _) => {
            Called::returning(of_type(k.type_var), Effects { consistent: false, ..Effects::THROWS })
        }
        ("UnionAll_", _) => throws(Lattice::any()),
        ("_structtype" | "_abstracttype" | "_primitivetype", _) => {
            Called::returning(of_type(k.datatype), writes)
        }
        ("_setsuper!" | "_typebody!", _) => Called::returning(Lattice::any(), writes),
        ("_equiv_typedef", _) => Called::returning(Lattice::bool(), reads),
        ("arrayref" | "const_arrayref", [_, a, indices @ ..]) => {
            let element = element_type(a);
            let ok = indices.iter().all(|i| subtype(i.widen(), k.int64.value()));
            if !ok && indices.iter().any(|i| i.meet(k.int64.value()).is_bottom()) {
                return Called::throwing();
            }
            Called::returning(of_type(element), reads)
        }
        ("arrayset", [_, a, v, ..]) => {
            let element = element_type(a);
            if v.meet(element).is_bottom() {
                return Called::throwing();
            }
            Called::returning(a.widened(), writes)
        }
        ("arraysize", [_, d]) => {
            let nothrow = d.constant().and_then(unbox_int64).is_some_and(|d| d >= 1);
            Called::returning(of_type(k.int64), Effects { nothrow, ..reads })
        }
        ("arraysize", [a]) => {
            let n = array_parameter(a.widen(), 1).and_then(unbox_int64);
            let dims = match n {
                Some(n) if n >= 0 => make_tuple_type(&vec![k.int64.value(); n as usize]),
                _ => make_tuple_type(&[vararg_of(Some(k.int64.value()), None)]),
            };
            Called::returning(of_type(dims), reads)
        }
        ("applicable", _) => Called::returning(Lattice::bool(), reads),
        _ => Called::unknown(),
    }
}

/// A call with an unknown number of operands.
fn open(name: &str, arguments: &Arguments) -> Called {
    let k = known();
    match name {
        "tuple" => {
            let operands = &arguments.list[1..];
            let mut list: Vec<Value> = operands.iter().map(field_parameter).collect();
            if let Some(rest) = arguments.rest {
                let element = if instance_type(rest).is_some() { k.type_.value() } else { rest };
                list.push(vararg_of(Some(element), None));
            }
            total(of_type(make_tuple_type(&list)))
        }
        "svec" => total(of_type(k.simple_vector)),
        "apply_type" => throws(match arguments.get(1).and_then(Lattice::constant) {
            Some(head) if object::is_type(head) && head != k.union.value() => {
                let wrapper = unwrap_unionall(head)
                    .cast::<DataType>()
                    .map_or(k.any.value(), |d| d.name.get().wrapper_type());
                Lattice::Type(type_below(wrapper))
            }
            _ => Lattice::any(),
        }),
        "===" | "isa" | "<:" => throws(Lattice::bool()),
        "throw" => Called::throwing(),
        "arrayref" | "const_arrayref" if arguments.list.len() > 2 => {
            let element = element_type(&arguments.list[2]);
            Called::returning(of_type(element), Effects { consistent: false, ..Effects::THROWS })
        }
        "arrayset" if arguments.list.len() > 2 => {
            let effects = Effects { consistent: false, effect_free: false, ..Effects::THROWS };
            Called::returning(arguments.list[2].widened(), effects)
        }
        _ => Called::unknown(),
    }
}

/// `Type{<:ty}`.
fn type_below(ty: Value) -> Value {
    let var = TypeVar::new(symbol("T"), known().bottom, ty);
    UnionAll::new(var, types::type_of_type(var.value())).value()
}

fn identical(a: &Lattice, b: &Lattice) -> Lattice {
    if let (Some(x), Some(y)) = (a.constant(), b.constant()) {
        return Lattice::constant_bool(pkgimage_runtime::egal::egal(x, y));
    }
    if !types::has_intersection(a.widen(), b.widen()) {
        return Lattice::constant_bool(false);
    }
    for (constant, other) in [(a, b), (b, a)] {
        if let Some(v) = constant.constant()
            && let Lattice::Partial(_, fields) = other
            && let Some(known) = constant.partial_fields()
            && known
                .iter()
                .zip(fields.iter())
                .any(|(x, y)| identical(x, y).constant() == Some(self::known().false_))
        {
            let _ = v;
            return Lattice::constant_bool(false);
        }
    }
    Lattice::bool()
}

fn type_of(x: &Lattice) -> Lattice {
    if let Some(v) = x.constant() {
        return Lattice::Const(v.datatype().value());
    }
    let parts: Vec<Value> = members(x.widen()).into_iter().map(type_of_member).collect();
    Lattice::of_type(types::union_of(&parts))
}

/// The type of the `typeof` of instances of this type.
fn type_of_member(ty: Value) -> Value {
    let k = known();
    if let Some(inner) = types::type_parameter(ty) {
        return match inner.cast::<TypeVar>() {
            // A kind, which is not known.
            Some(_) => k.datatype.value(),
            None => types::type_of_type(inner.datatype().value()),
        };
    }
    if types::as_concrete(ty).is_some() {
        return types::type_of_type(ty);
    }
    if subtype(ty, k.type_.value()) || ty == k.any.value() {
        return if ty == k.any.value() { type_below(ty) } else { k.datatype.value() };
    }
    type_below(ty)
}

/// The type of a tuple's field for a value: no value has the type `Tuple{Type{T}}`.
pub fn field_parameter(x: &Lattice) -> Value {
    let k = known();
    match x {
        Lattice::Const(v) => v.datatype().value(),
        other => {
            let ty = other.widen();
            match types::type_parameter(ty) {
                Some(t) if object::is_type(t) => {
                    if crate::lattice::is_unique_type(t) {
                        t.datatype().value()
                    } else {
                        k.type_.value()
                    }
                }
                Some(_) => k.type_.value(),
                None => ty,
            }
        }
    }
}

/// A tuple of these.
pub fn tuple(fields: &[Lattice]) -> Lattice {
    if fields.iter().any(Lattice::is_bottom) {
        return Lattice::Bottom;
    }
    let constants: Option<Vec<Value>> = fields.iter().map(Lattice::constant).collect();
    if let Some(constants) = constants {
        return Lattice::Const(pkgimage_runtime::fields::new_tuple(&constants));
    }
    let parameters: Vec<Value> = fields.iter().map(field_parameter).collect();
    Lattice::partial(make_tuple_type(&parameters), fields.to_vec())
}

fn replace_result(old: Value) -> Lattice {
    let k = known();
    let names =
        pkgimage_runtime::fields::new_tuple(&[symbol("old").value(), symbol("success").value()]);
    if types::as_concrete(old).is_none() {
        return Lattice::of_type(k.named_tuple.value());
    }
    let types = make_tuple_type(&[old, k.bool.value()]);
    match apply_type(k.named_tuple.value(), &[names, types]) {
        Ok(t) => Lattice::of_type(t),
        Err(_) => Lattice::of_type(k.named_tuple.value()),
    }
}

fn ifelse(arguments: &Arguments, c: &Lattice, a: &Lattice, b: &Lattice) -> Called {
    let k = known();
    match c.constant() {
        Some(v) if v == k.true_ => return total(a.clone()),
        Some(v) if v == k.false_ => return total(b.clone()),
        Some(_) => return Called::throwing(),
        None => {}
    }
    let (mut a, mut b) = (a.clone(), b.clone());
    if let Lattice::Conditional { slot, then, otherwise } = c {
        if arguments.slot(2) == Some(*slot) {
            a = a.refine(then);
        }
        if arguments.slot(3) == Some(*slot) {
            b = b.refine(otherwise);
        }
    }
    let c = c.meet(k.bool.value());
    if c.is_bottom() {
        return Called::throwing();
    }
    with_nothrow(a.join(&b), subtype(arguments.list[1].widen(), k.bool.value()))
}

fn barrier(setting: &Lattice, x: &Lattice) -> Lattice {
    match setting.constant().and_then(|s| s.cast::<Symbol>()).map(|s| s.to_string()).as_deref() {
        Some("const") => Lattice::Type(x.widen()),
        Some("conditional") => x.without_condition(),
        _ => Lattice::any(),
    }
}

fn isa(x: &Lattice, t: &Lattice) -> Called {
    let Some(ty) = type_operand(t) else {
        return if t.meet(known().type_.value()).is_bottom() {
            Called::throwing()
        } else {
            throws(Lattice::bool())
        };
    };
    let exact = t.constant().is_some();
    match x {
        Lattice::Const(v) if exact => return total(Lattice::constant_bool(types::isa(*v, ty))),
        x => {
            let from = x.widen();
            if exact && subtype(from, ty) {
                return total(Lattice::constant_bool(true));
            }
            if !types::has_intersection(from, ty) && !is_kind_question(from, ty) {
                return with_nothrow(Lattice::constant_bool(false), exact);
            }
        }
    }
    with_nothrow(Lattice::bool(), exact)
}

/// Whether types may be instances of `ty` although the types as such have nothing in common, which
/// intersection does not see of `Type{...}` and the kinds.
fn is_kind_question(from: Value, ty: Value) -> bool {
    let k = known();
    let kinds = [k.datatype.value(), k.union_all.value(), k.union.value(), k.typeof_bottom.value()];
    let is_kind = |t: Value| kinds.contains(&t);
    (instance_type(from).is_some() && members(ty).into_iter().any(is_kind))
        || (instance_type(ty).is_some() && members(from).into_iter().any(is_kind))
}

fn typeassert(x: &Lattice, t: &Lattice) -> Called {
    let Some(ty) = type_operand(t) else {
        return if t.meet(known().type_.value()).is_bottom() {
            Called::throwing()
        } else {
            throws(x.clone())
        };
    };
    let result = x.meet(ty);
    if result.is_bottom() && is_kind_question(x.widen(), ty) {
        return throws(x.clone());
    }
    let nothrow = t.constant().is_some()
        && match x {
            Lattice::Const(v) => types::isa(*v, ty),
            x => subtype(x.widen(), ty),
        };
    with_nothrow(result, nothrow)
}

fn is_subtype(a: &Lattice, b: &Lattice) -> Called {
    let (Some(x), Some(y)) = (type_operand(a), type_operand(b)) else {
        return throws(Lattice::bool());
    };
    // What `a` is below is known; `b` must be known exactly to be sure that it is above.
    if b.constant().is_some() && subtype(x, y) {
        return total(Lattice::constant_bool(true));
    }
    if a.constant().is_some()
        && b.constant().is_none()
        && x != known().bottom
        && !types::has_intersection(x, y)
    {
        return total(Lattice::constant_bool(false));
    }
    total(Lattice::bool())
}

fn fieldtype(t: &Lattice, f: &Lattice) -> Called {
    let k = known();
    let Some(ty) = type_operand(t) else { return throws(Lattice::Type(k.type_.value())) };
    if let Some(field) = f.constant()
        && let Some(declared) = field_access::declared_type(ty, field)
    {
        if t.constant().is_some() {
            return total(Lattice::Const(declared));
        }
        return throws(Lattice::Type(type_below(declared)));
    }
    throws(Lattice::Type(k.type_.value()))
}

/// `apply_type` with parameters that are not all known.
fn apply_partly(operands: &[Lattice]) -> Called {
    let k = known();
    let Some(head) = operands.first().and_then(Lattice::constant) else {
        return throws(Lattice::any());
    };
    if head == k.union.value() {
        let bounds: Option<Vec<Value>> = operands[1..].iter().map(type_operand).collect();
        return throws(match bounds {
            Some(list) => Lattice::Type(type_below(types::union_of(&list))),
            None => Lattice::any(),
        });
    }
    if head == k.typeof_vararg.value() || head.is::<Vararg>() {
        return throws(Lattice::any());
    }
    let mut variables = Vec::new();
    let mut parameters = Vec::new();
    let mut declared = head;
    for operand in &operands[1..] {
        // The variable's bound as declared, to be no wider than what can be.
        let bound = declared.cast::<UnionAll>().map(|u| u.var.get());
        if let Some(u) = declared.cast::<UnionAll>() {
            declared = u.body.get();
        }
        if let Some(v) = operand.constant() {
            parameters.push(v);
            continue;
        }
        let mut upper = type_operand(operand).unwrap_or(k.any.value());
        if let Some(b) = bound.map(|v| v.upper.get()).filter(|b| !types::has_free_typevars(*b))
            && subtype(b, upper)
        {
            upper = b;
        }
        let name = bound.map_or_else(|| symbol("T"), |b| b.name.get());
        let var = TypeVar::new(name, k.bottom, upper);
        variables.push(var);
        parameters.push(var.value());
    }
    let applied = match apply_type(head, &parameters) {
        Ok(t) => t,
        Err(_) => {
            let wrapper = unwrap_unionall(head)
                .cast::<DataType>()
                .map_or(k.any.value(), |d| d.name.get().wrapper_type());
            return throws(Lattice::Type(type_below(wrapper)));
        }
    };
    let mut result = types::type_of_type(applied);
    for var in variables.into_iter().rev() {
        if types::has_free_typevars(result) {
            result = rewrap(result, UnionAll::new(var, result).value());
        }
    }
    throws(Lattice::of_type(result))
}

/// A parameter of the array type that a value is an instance of.
fn array_parameter(ty: Value, at: usize) -> Option<Value> {
    let d = unwrap_unionall(ty).cast::<DataType>()?;
    if d.name.get() != known().array_name {
        return None;
    }
    d.parameters.get().get(at)
}

/// The type of the elements of an array.
pub fn element_type(array: &Lattice) -> Value {
    let k = known();
    let any = k.any.value();
    let ty = match array {
        Lattice::Const(v) => v.datatype().value(),
        other => other.widen(),
    };
    let parts: Option<Vec<Value>> = members(ty)
        .into_iter()
        .map(|m| {
            let element = array_parameter(m, 0)?;
            if let Some(v) = element.cast::<TypeVar>() {
                let upper = v.upper.get();
                return Some(if types::has_free_typevars(upper) { any } else { upper });
            }
            Some(rewrap(element, m))
        })
        .collect();
    parts.map_or(any, |p| types::union_of(&p))
}

/// What the `Bool` that a builtin returns says of a slot that it was given.
fn condition(name: &str, arguments: &Arguments, result: &Lattice) -> Option<Lattice> {
    if arguments.rest.is_some() || arguments.list.len() != 3 {
        return None;
    }
    let certain = result.constant();
    let (a, b) = (&arguments.list[1], &arguments.list[2]);
    let make = |slot: u32, then: Lattice, otherwise: Lattice| {
        let then = if certain == Some(known().false_) { Lattice::Bottom } else { then };
        let otherwise = if certain == Some(known().true_) { Lattice::Bottom } else { otherwise };
        Some(Lattice::Conditional { slot, then: Rc::new(then), otherwise: Rc::new(otherwise) })
    };
    match name {
        "isa" => {
            let slot = arguments.slot(1)?;
            let x = a.without_condition();
            let ty = type_operand(b)?;
            let then = x.meet(ty);
            if then.is_bottom() && certain.is_none() {
                return None;
            }
            let otherwise = if b.constant().is_some() { x.without_type(ty) } else { x };
            make(slot, then, otherwise)
        }
        "===" => {
            let ((slot, x), v) = match (arguments.slot(1), arguments.slot(2)) {
                (Some(s), _) if b.constant().is_some() => ((s, a), b.constant()?),
                (_, Some(s)) if a.constant().is_some() => ((s, b), a.constant()?),
                (Some(s), None) => {
                    // Identical to something of a type.
                    return make(s, a.without_condition().meet(b.widen()), a.without_condition());
                }
                _ => return None,
            };
            // Also of a constant: what is certain now may not be in a later round of a loop.
            let x = x.without_condition();
            let then = Lattice::Const(v);
            let one = v.datatype().instance.get() == Some(v);
            let otherwise = if one {
                x.without_type(v.datatype().value())
            } else if v == known().true_ && x.widen() == known().bool.value() {
                Lattice::constant_bool(false)
            } else if v == known().false_ && x.widen() == known().bool.value() {
                Lattice::constant_bool(true)
            } else {
                x
            };
            make(slot, then, otherwise)
        }
        _ => None,
    }
}

/// The items of a constant `SimpleVector`.
pub fn constant_svec(l: &Lattice) -> Option<Vec<Value>> {
    let v = l.constant()?.cast::<SimpleVector>()?;
    v.raw_items().iter().copied().collect()
}
