//! What intrinsics return.
//!
//! Constants are folded by the intrinsics' own implementations, so that inference and the
//! interpreter cannot disagree.

use pkgimage_runtime::error;
use pkgimage_runtime::intrinsics::{self, INTRINSICS};
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{DataType, DataTypeFlags};
use pkgimage_runtime::types::{self, apply_type, make_tuple_type};
use pkgimage_runtime::value::Value;

use crate::arguments::{Arguments, Called};
use crate::effects::Effects;
use crate::lattice::Lattice;
use crate::typed::CallKind;

/// What an intrinsic does with its operands.
enum Form {
    /// The result has the type of the first operand.
    Same,
    /// As `Same`; throws for some operands.
    SameOrThrow,
    /// A `Bool`.
    Bool,
    /// The result has the type that is the first operand.
    Convert,
    /// A tuple of the first operand's type and a `Bool`.
    Checked,
    /// Reads or writes memory.
    Memory,
}

fn form(name: &str) -> Form {
    match name {
        "bitcast" | "sext_int" | "zext_int" | "trunc_int" | "sitofp" | "uitofp" | "fptosi"
        | "fptoui" | "fpext" | "fptrunc" => Form::Convert,
        "eq_int" | "ne_int" | "slt_int" | "ult_int" | "sle_int" | "ule_int" | "eq_float"
        | "ne_float" | "lt_float" | "le_float" | "eq_float_fast" | "ne_float_fast"
        | "lt_float_fast" | "le_float_fast" | "fpiseq" | "have_fma" => Form::Bool,
        "checked_sadd_int" | "checked_uadd_int" | "checked_ssub_int" | "checked_usub_int"
        | "checked_smul_int" | "checked_umul_int" => Form::Checked,
        "sdiv_int" | "udiv_int" | "srem_int" | "urem_int" | "checked_sdiv_int"
        | "checked_udiv_int" | "checked_srem_int" | "checked_urem_int" => Form::SameOrThrow,
        "pointerref"
        | "pointerset"
        | "atomic_fence"
        | "atomic_pointerref"
        | "atomic_pointerset"
        | "atomic_pointerswap"
        | "atomic_pointermodify"
        | "atomic_pointerreplace"
        | "arraylen"
        | "cglobal"
        | "llvmcall" => Form::Memory,
        _ => Form::Same,
    }
}

/// The concrete primitive type of an operand.
fn primitive(l: &Lattice) -> Option<Value> {
    let d = match l {
        Lattice::Const(v) => v.datatype(),
        other => types::as_concrete(other.widen())?,
    };
    d.has(DataTypeFlags::IS_PRIMITIVE).then(|| d.value())
}

/// The type that an operand is an instance of, which need not be concrete.
fn value_type(l: &Lattice) -> Value {
    match l {
        Lattice::Const(v) => v.datatype().value(),
        other => other.widen(),
    }
}

/// Interprets a call of an intrinsic.
pub fn call(function: Value, arguments: &Arguments) -> Called {
    let index = intrinsics::index_of(function);
    let mut called = interpret(function, index, arguments);
    called.kind = CallKind::Intrinsic(index);
    called
}

fn interpret(function: Value, index: usize, arguments: &Arguments) -> Called {
    let Some(&(name, count, _)) = INTRINSICS.get(index) else { return Called::unknown() };
    if arguments.rest.is_some() {
        return Called::returning(Lattice::any(), Effects::UNKNOWN);
    }
    let operands = &arguments.list[1..];
    let flexible = name == "cglobal" || name == "llvmcall";
    if operands.len() != count && !flexible {
        return Called::throwing();
    }
    let form = form(name);
    if let Form::Memory = form {
        return memory(name, operands);
    }
    // `!condition`: what it says of the slot is turned around.
    if name == "not_int"
        && let [Lattice::Conditional { slot, then, otherwise }] = operands
    {
        let turned =
            Lattice::Conditional { slot: *slot, then: otherwise.clone(), otherwise: then.clone() };
        return Called::returning(turned, Effects::TOTAL);
    }
    // Whether there is a fused instruction is a question to the machine that runs the code.
    if name != "have_fma"
        && let Some(constants) = arguments.constants()
    {
        return match intrinsics::call(function, &constants[1..]) {
            Ok(v) => Called::returning(Lattice::Const(v), Effects::TOTAL),
            Err(thrown) => {
                error::take(thrown);
                Called::throwing()
            }
        };
    }
    let first = operands.first();
    let sure = |list: &[Lattice]| list.iter().all(|l| primitive(l).is_some());
    let effects = |nothrow: bool| if nothrow { Effects::TOTAL } else { Effects::THROWS };
    match form {
        Form::Bool => {
            let effects = Effects { consistent: name != "have_fma", ..effects(sure(operands)) };
            Called::returning(Lattice::bool(), effects)
        }
        Form::Same | Form::SameOrThrow => {
            let Some(first) = first else { return Called::unknown() };
            let ty = value_type(first);
            // The second operand of shifts and of pointer arithmetic may be of another type; all
            // others are of one type.
            let nothrow = sure(operands) && !matches!(form, Form::SameOrThrow);
            Called::returning(Lattice::of_type(ty), effects(nothrow))
        }
        Form::Checked => {
            let Some(first) = first else { return Called::unknown() };
            let ty = make_tuple_type(&[value_type(first), known().bool.value()]);
            Called::returning(Lattice::of_type(ty), effects(sure(operands)))
        }
        Form::Convert => {
            let [to, from] = operands else { return Called::throwing() };
            let Some(ty) = type_operand(to) else {
                return Called::returning(Lattice::any(), Effects::THROWS);
            };
            let nothrow = to.constant().is_some() && primitive(from).is_some();
            Called::returning(Lattice::of_type(ty), effects(nothrow))
        }
        Form::Memory => Called::unknown(),
    }
}

/// The type that an operand is, or a supertype of it.
pub fn type_operand(l: &Lattice) -> Option<Value> {
    if let Some(t) = l.constant() {
        return pkgimage_runtime::object::is_type(t).then_some(t);
    }
    instance_type(l.widen())
}

/// The type of the instances of what is a `Type{...}`.
pub fn instance_type(ty: Value) -> Option<Value> {
    use pkgimage_runtime::object::{TypeVar, UnionAll};
    if let Some(t) = types::type_parameter(ty) {
        return match t.cast::<TypeVar>() {
            Some(v) => Some(v.upper.get()),
            None => Some(t),
        };
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        let inner = instance_type(u.body.get())?;
        let inner = types::rewrap(inner, UnionAll::new(u.var.get(), inner).value());
        return (!types::has_free_typevars(inner)).then_some(inner);
    }
    if let Some(u) = ty.cast::<pkgimage_runtime::object::Union>() {
        let (a, b) = (instance_type(u.a.get())?, instance_type(u.b.get())?);
        return Some(types::union_of(&[a, b]));
    }
    None
}

/// The element type of a pointer type.
fn pointee(l: &Lattice) -> Option<Value> {
    let ty = value_type(l);
    let d = types::unwrap_unionall(ty).cast::<DataType>()?;
    if d.name.get() != known().pointer_name {
        return None;
    }
    let element = d.parameters.get().get(0)?;
    (!types::has_free_typevars(element) && ty.is::<DataType>()).then_some(element)
}

fn memory(name: &str, operands: &[Lattice]) -> Called {
    let k = known();
    let reads = Effects { consistent: false, ..Effects::THROWS };
    let writes = Effects { consistent: false, effect_free: false, ..Effects::THROWS };
    let element = operands.first().and_then(pointee);
    let any = Lattice::any;
    let of_element = || element.map_or_else(any, Lattice::of_type);
    match (name, operands) {
        ("pointerref", _) => {
            Called::returning(of_element(), Effects { nothrow: element.is_some(), ..reads })
        }
        ("pointerset", [p, ..]) => Called::returning(p.widened(), writes),
        ("atomic_fence", _) => Called::returning(Lattice::Const(k.nothing), writes),
        ("atomic_pointerref", _) => Called::returning(of_element(), writes),
        ("atomic_pointerset", [p, ..]) => Called::returning(p.widened(), writes),
        ("atomic_pointerswap", _) => Called::returning(of_element(), writes),
        ("arraylen", [a]) => {
            let sure = pkgimage_runtime::types::subtype(value_type(a), k.array.value());
            let effects = Effects { consistent: false, nothrow: sure, ..Effects::TOTAL };
            Called::returning(Lattice::of_type(k.int64.value()), effects)
        }
        ("cglobal", [_]) => Called::returning(Lattice::of_type(k.void_pointer.value()), reads),
        ("cglobal", [_, t]) => {
            let ty = type_operand(t).filter(|_| t.constant().is_some());
            let pointer = ty.and_then(|t| apply_type(k.pointer.value(), &[t]).ok());
            Called::returning(Lattice::of_type(pointer.unwrap_or(k.pointer.value())), reads)
        }
        ("llvmcall", [_, t, ..]) => {
            let ty = type_operand(t).unwrap_or(k.any.value());
            Called::returning(Lattice::of_type(ty), Effects::UNKNOWN)
        }
        _ => Called::unknown(),
    }
}
