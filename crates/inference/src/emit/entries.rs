//! The functions of a unit: the specialized entry, the generic one, and the adapter that takes the
//! place of code that cannot be emitted.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pkgimage_ir::{
    BinaryOp, Callee, Conv, External, FuncRef, FunctionBuilder, FunctionKind, MemFlags, Ret,
    Signature, Type, UnitBuilder, Value as Ir,
};
use pkgimage_runtime::object::{Method, MethodInstance};
use pkgimage_runtime::types::has_free_typevars;
use pkgimage_runtime::value::Gc;

use super::abi::{Abi, abi_of};
use super::body::{Exit, SlotValue};
use super::shape::{Held, Shape, memory_layout, shape_of_parameter};
use super::{Emitted, Emitter, Referent, Refused, Result, names, refuse};
use crate::engine::Inference;
use crate::lattice::Lattice;
use crate::typed::InferredCode;

/// Statements that are inlined into one function at most.
const BUDGET: usize = 3000;
/// How often a unit is emitted anew without an inlined body that was refused.
const ATTEMPTS: usize = 8;

/// What fills a function: its arguments as they come in.
type Fill<'f> = &'f mut dyn FnMut(&mut Emitter<'_, '_>, Vec<Held>) -> Result<()>;

/// The code of a specialization.
pub fn emit(inferred: &Rc<InferredCode>, inference: &mut Inference) -> Result<Emitted> {
    let instance = inferred.instance;
    if inferred.static_parameters.items().iter().any(|&p| has_free_typevars(p)) {
        return refuse("a static parameter without a value");
    }
    let abi = abi_of(instance, &inferred.return_type);
    let mut never_inline: Vec<Gc<MethodInstance>> = Vec::new();
    let mut attempt = 0;
    loop {
        attempt += 1;
        let entry = Entry::of(instance, &abi);
        let result = unit(&entry, inference, &never_inline, &mut |e, arguments| {
            let exit = Exit::Return(abi.result.clone());
            e.body(inferred.clone(), arguments, exit, false)
        });
        match result {
            Err(Refused { inlined: Some(culprit), .. })
                if attempt < ATTEMPTS && !never_inline.contains(&culprit) =>
            {
                never_inline.push(culprit);
            }
            other => return other,
        }
    }
}

/// Code of the same convention that leaves the call to the runtime.
pub fn adapter(
    instance: Gc<MethodInstance>,
    result: &Lattice,
    inference: &mut Inference,
) -> Result<Emitted> {
    let abi = abi_of(instance, result);
    unit(&Entry::of(instance, &abi), inference, &[], &mut |e, arguments| {
        let mut boxed = Vec::new();
        for argument in &arguments {
            boxed.push(super::body::Arg { held: argument.clone(), lattice: Lattice::any() });
        }
        let vararg = instance.def.get().cast::<Method>().is_some_and(|m| m.is_vararg.get());
        let external = External::MethodInstance(names::instance_text(instance));
        e.referents.insert(external.clone(), Referent::Object(instance.value()));
        let (address, count) = e.argument_list(&boxed)?;
        let instance = e.b.reference(external);
        // The last of a function with varargs is the tuple of them.
        let name = if vararg { "jl_invoke_instance_spread" } else { "jl_invoke_instance" };
        let held = e.runtime_boxed(name, &[instance, address, count])?;
        let held = e.convert(&held, &abi.result)?;
        e.return_held(&held);
        Ok(())
    })
}

/// The code of a specialization from the head of a loop on. Its generic entry takes the values of the
/// slots that have one at first, which `defined` says; the result is a reference.
pub fn emit_loop(
    inferred: &Rc<InferredCode>,
    head: usize,
    defined: &[bool],
    inference: &mut Inference,
) -> Result<Emitted> {
    let states = inferred.slot_states.get(head).cloned().flatten();
    let Some(states) = states else { return refuse("a loop that is never reached") };
    let shapes: Vec<Option<Shape>> = states
        .iter()
        .zip(defined)
        .map(|(state, &defined)| defined.then(|| shape_of_parameter(state.lattice.widen())))
        .collect();
    let parameters: Vec<Shape> = shapes.iter().flatten().cloned().collect();
    let abi = Abi {
        signature: Signature {
            conv: Conv::Julia,
            params: parameters.iter().flat_map(Shape::machine_types).collect(),
            ret: Ret::Boxed,
            throws: true,
        },
        parameters,
        result: Shape::Boxed,
    };
    let name = format!("{} from {head}", names::instance_text(inferred.instance));
    let entry = Entry { name, abi: &abi, vararg: false };
    unit(&entry, inference, &[], &mut |e, arguments| {
        let mut arguments = arguments.into_iter();
        let slots =
            shapes.iter().map(|shape| match shape.as_ref().and_then(|_| arguments.next()) {
                Some(held) => SlotValue::Defined(held),
                None => SlotValue::Undefined,
            });
        let slots = slots.collect();
        e.body_from(inferred.clone(), Some(head), slots, Exit::Return(Shape::Boxed), false)
    })
}

/// What a unit is called and how.
struct Entry<'a> {
    name: String,
    abi: &'a Abi,
    /// Whether the last parameter is the tuple of further arguments.
    vararg: bool,
}

impl<'a> Entry<'a> {
    fn of(instance: Gc<MethodInstance>, abi: &'a Abi) -> Entry<'a> {
        let vararg = instance.def.get().cast::<Method>().is_some_and(|m| m.is_vararg.get());
        Entry { name: names::instance_text(instance), abi, vararg }
    }
}

fn unit(
    entry: &Entry<'_>,
    inference: &mut Inference,
    never_inline: &[Gc<MethodInstance>],
    fill: Fill<'_>,
) -> Result<Emitted> {
    let Entry { name, abi, .. } = entry;
    let mut unit = UnitBuilder::new(name.clone());
    let mut referents = HashMap::new();
    let limit = unit.ext(External::RuntimeData("stack_limit".to_owned()));
    let overflow = unit.ext(External::Runtime("jl_stack_overflow".to_owned()));
    let signature = abi.signature.clone();
    let kind = FunctionKind::Specialized;
    let mut b = FunctionBuilder::new(&mut unit, name.clone(), kind, signature);
    b.stack_check(limit, overflow);
    let mut e = emitter(b, inference, &mut referents, never_inline);
    let params = e.b.params(e.b.entry()).to_vec();
    let hidden = usize::from(abi.signature.has_result_pointer());
    let mut params = params.into_iter().skip(hidden);
    let mut arguments = Vec::new();
    for shape in &abi.parameters {
        let values: Vec<Ir> = params.by_ref().take(shape.machine_types().len()).collect();
        arguments.push(Held { shape: shape.clone(), values });
    }
    fill(&mut e, arguments)?;
    let Emitter { b, inlined, left, .. } = e;
    let specialized = b.finish();

    let signature = Signature::jlcall();
    let kind = FunctionKind::Generic;
    let b = FunctionBuilder::new(&mut unit, format!("jlcall {name}"), kind, signature);
    let mut e = emitter(b, inference, &mut referents, never_inline);
    generic_entry(&mut e, entry, specialized)?;
    e.b.finish();
    let unit = unit.finish();
    Ok(Emitted { unit, referents, inlined, left })
}

fn emitter<'u, 's>(
    b: FunctionBuilder<'u>,
    inference: &'s mut Inference,
    referents: &'s mut HashMap<External, Referent>,
    never_inline: &'s [Gc<MethodInstance>],
) -> Emitter<'u, 's> {
    Emitter {
        b,
        inference,
        inlined: Vec::new(),
        left_to: HashSet::new(),
        left: Vec::new(),
        referents,
        named: HashMap::new(),
        frames: Vec::new(),
        throw_block: None,
        landing: false,
        argument_slots: HashMap::new(),
        budget: BUDGET,
        never_inline,
    }
}

/// Takes the arguments from an array, calls the specialized entry and boxes its result.
fn generic_entry(e: &mut Emitter<'_, '_>, entry: &Entry<'_>, specialized: FuncRef) -> Result<()> {
    let abi = entry.abi;
    let params = e.b.params(e.b.entry()).to_vec();
    let (function, list, count) = (params[0], params[1], params[2]);
    let fixed = abi.parameters.len() - usize::from(entry.vararg);
    let mut values = Vec::new();
    let mut space = None;
    if let Ret::Aggregate { size, align } = abi.signature.ret {
        let slot = e.b.stack_slot(size, align);
        let address = e.b.stack_addr(slot, 0);
        values.push(address);
        space = Some(address);
    }
    for (i, shape) in abi.parameters.iter().enumerate() {
        if matches!(shape, Shape::Ghost(..)) {
            continue;
        }
        let held = if i >= fixed {
            // The rest, as a tuple. The function itself is not in the array.
            let skip = e.b.iconst(Type::I64, 8 * (fixed as i128 - 1));
            let at = e.b.binary(BinaryOp::Iadd, list, skip);
            let before = e.b.iconst(Type::I32, fixed as i128 - 1);
            let number = e.b.binary(BinaryOp::Isub, count, before);
            match e.runtime("jl_make_tuple", &[at, number], Some(Type::I64)) {
                Some(v) => Held::boxed(v),
                None => return refuse("a tuple"),
            }
        } else if i == 0 {
            Held::boxed(function)
        } else {
            let offset = 8 * (i as i32 - 1);
            Held::boxed(e.b.load(Type::I64, list, offset, MemFlags::TRUSTED))
        };
        values.extend(e.convert(&held, shape)?.values);
    }
    let unwind = e.unwind()?;
    let results = e.b.call(Callee::Func(specialized), abi.signature.clone(), &values, Some(unwind));
    let values = match space {
        None => results,
        Some(address) => {
            let (offsets, _) = memory_layout(&abi.result);
            let types = abi.result.machine_types();
            types
                .iter()
                .zip(offsets)
                .map(|(&ty, at)| e.b.load(ty, address, at as i32, MemFlags::TRUSTED))
                .collect()
        }
    };
    let held = Held { shape: abi.result.clone(), values };
    let object = e.boxed(&held)?;
    e.b.ret(&[object]);
    Ok(())
}
