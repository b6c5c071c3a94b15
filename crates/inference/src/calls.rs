//! Calls: which methods are reached, and what each returns for these operands.

use std::rc::Rc;

use pkgimage_runtime::builtins as runtime_builtins;
use pkgimage_runtime::code::cache::code_of;
use pkgimage_runtime::dispatch::{self, MethodMatch};
use pkgimage_runtime::error;
use pkgimage_runtime::interpreter;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    self, DataType, DataTypeFlags, Method, MethodInstance, Module, SimpleVector, Symbol, Union,
};
use pkgimage_runtime::types::{self, intersect_with_env, subtype, unwrap_unionall};
use pkgimage_runtime::value::{Gc, Value};
use pkgimage_runtime::world;

use crate::arguments::{Arguments, Called};
use crate::builtins;
use crate::cost;
use crate::effects::Effects;
use crate::engine::{Answer, FrameId, Inference, collected};
use crate::globals;
use crate::intrinsics;
use crate::lattice::{Lattice, members};
use crate::limit;
use crate::typed::{CallKind, Edge, Target};

/// Combinations of union members that are looked up one by one.
const SPLITS: usize = 4;
/// Methods that a call may reach and still be interpreted.
const METHODS: i32 = 3;

impl Inference {
    /// Interprets a call.
    pub(crate) fn call(&mut self, frame: Option<FrameId>, arguments: &Arguments) -> Called {
        let k = known();
        let function = &arguments.list[0];
        if let Some(f) = function.constant() {
            let ty = f.datatype();
            if ty == k.intrinsic_function {
                return intrinsics::call(f, arguments);
            }
            if let Some(index) = runtime_builtins::index_of_type(ty) {
                return self.builtin(frame, f, index, arguments);
            }
            if let Some(called) = self.special(frame, f, arguments) {
                return called;
            }
            return self.generic(frame, arguments);
        }
        let ty = function.widen();
        let may_be_builtin = types::has_intersection(ty, k.builtin.value())
            || types::has_intersection(ty, k.intrinsic_function.value());
        if may_be_builtin && !ty.is::<Union>() {
            return Called::unknown();
        }
        self.generic(frame, arguments)
    }

    fn builtin(
        &mut self,
        frame: Option<FrameId>,
        f: Value,
        index: usize,
        arguments: &Arguments,
    ) -> Called {
        match builtins::name_of(index) {
            "_apply_iterate" => self.apply_iterate(frame, arguments),
            "invoke" => self.invoke(frame, arguments),
            "_call_latest" | "_call_in_world" | "_call_in_world_total" => {
                Called { kind: CallKind::Builtin(index), ..Called::unknown() }
            }
            "applicable" => self.applicable(index, arguments),
            _ => builtins::call(f, index, arguments),
        }
    }

    /// Functions of Base that say more than their bodies do.
    fn special(
        &mut self,
        frame: Option<FrameId>,
        f: Value,
        arguments: &Arguments,
    ) -> Option<Called> {
        let k = known();
        if is_global(f, k.base_module, "!")
            && arguments.count_is(1)
            && let Lattice::Conditional { slot, then, otherwise } = &arguments.list[1]
        {
            let turned = Lattice::Conditional {
                slot: *slot,
                then: otherwise.clone(),
                otherwise: then.clone(),
            };
            let mut called = self.generic(frame, arguments);
            called.result = turned;
            return Some(called);
        }
        if is_return_type(f) {
            return self.asked_return_type(frame, arguments);
        }
        None
    }

    /// `Core.Compiler.return_type(f, types)` with everything known.
    fn asked_return_type(
        &mut self,
        frame: Option<FrameId>,
        arguments: &Arguments,
    ) -> Option<Called> {
        let k = known();
        if arguments.rest.is_some() {
            return None;
        }
        let (signature, f) = match &arguments.list[1..] {
            [f, types] => {
                let types = types.constant()?;
                let d = types.cast::<DataType>().filter(|d| d.is_tuple())?;
                let mut parameters = vec![f.widen()];
                parameters.extend_from_slice(d.parameters.get().items());
                (types::make_tuple_type(&parameters), f.clone())
            }
            [types] => {
                let types = types.constant()?;
                types.cast::<DataType>().filter(|d| d.is_tuple())?;
                (types, Lattice::any())
            }
            _ => return None,
        };
        let parameters: Vec<Value> =
            signature.cast::<DataType>()?.parameters.get().items().to_vec();
        if parameters.iter().any(|p| p.is::<object::Vararg>()) {
            return None;
        }
        let mut list: Vec<Lattice> = parameters.iter().map(|&p| Lattice::of_type(p)).collect();
        if f.constant().is_some() && arguments.list.len() == 3 {
            list[0] = f;
        }
        let inner = Arguments::of(list);
        let found = if inner.is_bottom() { Called::throwing() } else { self.call(frame, &inner) };
        let result = found.result.widen();
        let exact = result == k.bottom || types::as_concrete(result).is_some();
        let value = if exact {
            Lattice::Const(result)
        } else {
            // What inference says now it may say better another time.
            let var = object::TypeVar::new(pkgimage_runtime::symbol::symbol("T"), k.bottom, result);
            Lattice::Type(object::UnionAll::new(var, types::type_of_type(var.value())).value())
        };
        let mut called = Called::returning(value, Effects::TOTAL);
        called.kind = CallKind::Generic;
        called.covers = false;
        called.edges = found.edges;
        Some(called)
    }

    fn applicable(&mut self, index: usize, arguments: &Arguments) -> Called {
        let reads = Effects { consistent: false, ..Effects::THROWS };
        let mut called = Called::returning(Lattice::bool(), reads);
        called.kind = CallKind::Builtin(index);
        if arguments.list.len() < 2 {
            return called;
        }
        let inner = Arguments { list: arguments.list[1..].to_vec(), ..arguments.clone() };
        if inner.list[0]
            .constant()
            .is_some_and(|f| runtime_builtins::of_type(f.datatype()).is_some())
        {
            return called;
        }
        let signature = inner.signature();
        let Some(found) = self.matches(signature, METHODS) else { return called };
        let covers = found.matches.iter().any(|m| m.fully_covers);
        if found.matches.is_empty() || (covers && !found.ambiguous) {
            called.result = Lattice::constant_bool(covers);
            called.effects = Effects::TOTAL;
            called.edges.push(Edge::Lookup {
                signature,
                methods: found.matches.iter().map(|m| m.method).collect(),
                instances: Vec::new(),
                covers: false,
            });
        }
        called
    }

    /// A call of a generic function, or of a type.
    pub(crate) fn generic(&mut self, frame: Option<FrameId>, arguments: &Arguments) -> Called {
        let splits = split(arguments);
        let mut called = Called::throwing();
        called.kind = CallKind::Generic;
        let mut effects = Effects::TOTAL;
        let mut ambiguous = false;
        let count = arguments.list.len();
        let mut conditions: Vec<(Lattice, Lattice)> =
            vec![(Lattice::Bottom, Lattice::Bottom); count];
        for split in &splits {
            let signature = split.signature();
            let Some(found) = self.matches(signature, METHODS) else {
                return Called { kind: CallKind::Generic, ..Called::unknown() };
            };
            self.note_worlds(frame, found.min_world, found.max_world);
            let covers = covers_all(&found.matches, signature) && !found.ambiguous;
            called.covers &= covers;
            ambiguous |= found.ambiguous;
            effects.nothrow &= covers;
            let mut edge_instances = Vec::new();
            for matched in &found.matches {
                let Some((target, instance)) = self.method(frame, matched, split) else {
                    return Called { kind: CallKind::Generic, ..Called::unknown() };
                };
                edge_instances.push(instance.0);
                called.edges.extend(instance.1);
                effects = effects.and(target.effects);
                let result = in_slots(&target.return_type, arguments, matched.method);
                note_conditions(&mut conditions, &result, &target, split, arguments);
                called.result = called.result.join(&result);
                called.targets.push(target);
                let last = called.targets.len() == found.matches.len() && splits.len() == 1;
                if is_any(&called.result) && !last {
                    // Nothing more to be learned.
                    return Called { kind: CallKind::Generic, ..Called::unknown() };
                }
            }
            called.edges.push(Edge::Lookup {
                signature,
                methods: found.matches.iter().map(|m| m.method).collect(),
                instances: edge_instances,
                covers,
            });
        }
        called.effects = effects;
        if called.targets.is_empty() {
            called.effects = Effects::THROWS;
        }
        if ambiguous {
            // Which of them is reached is not for the types to say: some calls reach none.
            called.targets.clear();
        }
        if let Some(condition) = joined_condition(conditions, &called.result, arguments) {
            called.result = condition;
        }
        called
    }

    /// `invoke(f, types, arguments...)`.
    fn invoke(&mut self, frame: Option<FrameId>, arguments: &Arguments) -> Called {
        let unknown = Called { kind: CallKind::Invoke, ..Called::unknown() };
        if arguments.list.len() < 3 || arguments.rest.is_some() {
            return unknown;
        }
        let Some(types) = arguments.list[2].constant() else { return unknown };
        let f = &arguments.list[1];
        let Some(body) = unwrap_unionall(types).cast::<DataType>().filter(|d| d.is_tuple()) else {
            return Called { kind: CallKind::Invoke, ..Called::throwing() };
        };
        if f.constant().is_some_and(|f| runtime_builtins::of_type(f.datatype()).is_some()) {
            return unknown;
        }
        let mut parameters = vec![f.widen()];
        parameters.extend_from_slice(body.parameters.get().items());
        let wanted = types::rewrap(types::make_tuple_type(&parameters), types);
        let Some(found) = self.matches(wanted, -1) else { return unknown };
        self.note_worlds(frame, found.min_world, found.max_world);
        let Some(best) = found.matches.iter().find(|m| m.fully_covers).copied() else {
            let mut called = Called { kind: CallKind::Invoke, ..Called::throwing() };
            called.edges.push(Edge::Lookup {
                signature: wanted,
                methods: found.matches.iter().map(|m| m.method).collect(),
                instances: Vec::new(),
                covers: false,
            });
            return called;
        };
        let mut list = vec![f.clone()];
        list.extend_from_slice(&arguments.list[3..]);
        let mut inner = Arguments::of(list);
        inner.slots = (0..inner.list.len())
            .map(|i| if i == 0 { arguments.slot(1) } else { arguments.slot(i + 2) })
            .collect();
        let signature = inner.signature();
        let accepted = types::intersect(signature, wanted);
        if accepted == known().bottom {
            return Called { kind: CallKind::Invoke, ..Called::throwing() };
        }
        let Some(env) = intersect_with_env(accepted, best.method.signature.get()) else {
            return Called { kind: CallKind::Invoke, ..Called::throwing() };
        };
        let matched = MethodMatch {
            spec_types: env.ty,
            sparams: SimpleVector::new(&env.sparams),
            method: best.method,
            fully_covers: env.covers,
        };
        let Some((target, (instance, edges))) = self.method(frame, &matched, &inner) else {
            return unknown;
        };
        let mut called = Called::returning(
            in_slots(&target.return_type, &inner, matched.method),
            target.effects,
        );
        called.kind = CallKind::Invoke;
        called.covers = subtype(signature, wanted) && env.covers;
        called.effects.nothrow &= called.covers;
        called.targets.push(target);
        called.edges = edges;
        called.edges.push(Edge::Invoke { signature: wanted, instance });
        called
    }

    /// What a method returns for these operands; with the specialization that was inferred and the
    /// edges of what was inferred for the constants among them. None if nothing is known.
    #[allow(clippy::type_complexity)]
    fn method(
        &mut self,
        frame: Option<FrameId>,
        matched: &MethodMatch,
        arguments: &Arguments,
    ) -> Option<(Target, (Gc<MethodInstance>, Vec<Edge>))> {
        let method = matched.method;
        let code = code_of(method)?;
        let (mut spec_types, mut sparams) = (matched.spec_types, matched.sparams);
        let mut widened = false;
        if let Some((wider, params, floor)) = self.limit(frame, method, spec_types) {
            (spec_types, sparams) = (wider, params);
            self.note_floor(frame, floor);
            widened = true;
        } else if code.nospecializeinfer {
            (spec_types, sparams) = dispatch::compilation_signature(method, spec_types, sparams);
        }
        let instance = dispatch::specialize(method, spec_types, sparams);
        let called = called_instance(matched, instance);
        let answer = self.answer(instance, None, frame);
        let Some(answer) = answer else {
            // No body, or none for types that are not exact.
            let target = Target {
                instance: called,
                body: called,
                spec_types: matched.spec_types,
                method,
                return_type: Lattice::any(),
                instance_return: Lattice::any(),
                constant_result: None,
                effects: Effects::UNKNOWN,
                specialized: None,
                inlined_cost: None,
            };
            return Some((target, (instance, Vec::new())));
        };
        let summary = &answer.summary;
        let mut target = Target {
            instance: called,
            body: if widened { called } else { instance },
            spec_types: matched.spec_types,
            method,
            return_type: summary.result.clone(),
            instance_return: Lattice::any(),
            constant_result: None,
            effects: summary.effects,
            specialized: None,
            inlined_cost: summary.inlined_cost,
        };
        let mut edges = Vec::new();
        if !widened {
            self.with_constants(frame, instance, &answer, arguments, &mut target, &mut edges);
        }
        if let Some(v) = target.return_type.constant()
            && target.effects.is_removable()
        {
            target.constant_result = Some(v);
        }
        Some((target, (instance, edges)))
    }

    /// The types of a recursive call, made no more complex than those of the call that it comes from.
    fn limit(
        &mut self,
        frame: Option<FrameId>,
        method: Gc<Method>,
        spec_types: Value,
    ) -> Option<(Value, Gc<SimpleVector>, FrameId)> {
        let method_of = |i: Gc<MethodInstance>| i.def.get().cast::<Method>();
        let current = self.callers(frame).next().and_then(|(_, i, _)| method_of(i));
        let mut before: Option<(FrameId, Gc<MethodInstance>)> = None;
        let mut found = None;
        // The same method called from the same method, further up.
        for (id, instance, _) in self.callers(frame) {
            if let Some((callee, callee_instance)) = before
                && method_of(callee_instance) == Some(method)
                && method_of(instance) == current
            {
                found = Some((callee, callee_instance));
                break;
            }
            before = Some((id, instance));
        }
        let (floor, earlier) = found?;
        if types::types_egal(earlier.spec_types.get(), spec_types) {
            return None;
        }
        let wider = limit::limited(spec_types, earlier.spec_types.get())?;
        let env = intersect_with_env(wider, method.signature.get())?;
        // Not wider than what the method accepts.
        let wider = if env.covers { wider } else { env.ty };
        Some((wider, SimpleVector::new(&env.sparams), floor))
    }

    /// Improves on what a specialization returns by what is known of these operands.
    fn with_constants(
        &mut self,
        frame: Option<FrameId>,
        instance: Gc<MethodInstance>,
        answer: &Answer,
        arguments: &Arguments,
        target: &mut Target,
        edges: &mut Vec<Edge>,
    ) {
        let summary = &answer.summary;
        let method = target.method;
        let Some(code) = code_of(method) else { return };
        if summary.result.is_bottom() || code.constprop == 2 {
            return;
        }
        if let Some(constants) = arguments.constants()
            && summary.effects.is_foldable()
            && code.generator.is_none()
        {
            if summary.result.constant().is_some() && summary.effects.nothrow {
                return;
            }
            if let Some(result) = self.evaluate(instance, &constants) {
                if result.is_bottom() {
                    target.effects = Effects::THROWS;
                } else {
                    target.effects = Effects::TOTAL;
                }
                target.return_type = result;
                return;
            }
        }
        if summary.result.constant().is_some() && summary.effects.is_removable() {
            return;
        }
        if !is_profitable(arguments, method, code.constprop == 1, summary.inlined_cost) {
            return;
        }
        // Not again with other constants inside itself.
        let repeated = self
            .callers(frame)
            .take_while(|(_, _, has_constants)| *has_constants)
            .find(|(_, i, _)| *i == instance)
            .map(|(id, ..)| id);
        if let Some(floor) = repeated {
            self.note_floor(frame, floor);
            return;
        }
        let Some(list) = constant_arguments(instance, method, arguments) else { return };
        let Some(with) = self.answer(instance, Some(Rc::new(list)), frame) else { return };
        let better = with.summary.result.less_or_equal(&summary.result)
            && (!summary.result.less_or_equal(&with.summary.result)
                || with.summary.effects != summary.effects
                || with.summary.inlined_cost != summary.inlined_cost);
        if !better {
            return;
        }
        target.return_type = with.summary.result;
        target.effects = with.summary.effects;
        if let Some(typed) = with.typed {
            edges.extend(typed.edges.iter().cloned());
            let inlined = cost::is_inlined(&typed.code, typed.cost);
            target.inlined_cost = inlined.then_some(typed.cost);
            target.specialized = inlined.then_some(typed);
        }
    }

    /// Makes a call with constants; `Bottom` if it throws, none if it cannot be made.
    fn evaluate(&mut self, instance: Gc<MethodInstance>, constants: &[Value]) -> Option<Lattice> {
        use pkgimage_runtime::egal::egal;
        let list = self.session.evaluated(instance);
        let same = |c: &[Value]| {
            c.len() == constants.len() && c.iter().zip(constants).all(|(&x, &y)| egal(x, y))
        };
        if let Some((_, result)) = list.iter().find(|(c, _)| same(c)) {
            return result.clone();
        }
        let world = self.world;
        let result = crate::quietly(|| {
            let before = world::set_of_task(world);
            let result = interpreter::call_instance(instance, constants);
            world::set_of_task(before);
            result
        });
        let result = match result {
            Ok(v) if globals::holds_address(v) => None,
            Ok(v) => Some(Lattice::Const(v)),
            Err(thrown) => {
                let exception = error::take(thrown).datatype();
                let k = known();
                // Of the machine, not of the function.
                let of_machine = exception == k.stack_overflow_error
                    || exception == k.out_of_memory_error
                    || exception == k.interrupt_exception;
                // In an `@inbounds` region it may not throw.
                let method = instance.def.get().cast::<Method>();
                let of_place = exception == k.bounds_error
                    && method.and_then(code_of).is_some_and(|code| code.is_inline());
                (!of_machine && !of_place).then_some(Lattice::Bottom)
            }
        };
        self.session.add_evaluated(instance, constants, result.clone());
        result
    }
}

/// Whether `f` is this global of a module.
fn is_global(f: Value, module: Value, name: &str) -> bool {
    module.cast::<Module>().is_some_and(|m| m.global(name) == Some(f))
}

/// Whether this is `Core.Compiler.return_type`.
fn is_return_type(f: Value) -> bool {
    let name = f.datatype().name.get();
    name.name.get().as_str() == "#return_type"
        && known()
            .core_module
            .global("Compiler")
            .and_then(|m| m.cast::<Module>())
            .and_then(|m| m.global("return_type"))
            == Some(f)
}

fn is_any(l: &Lattice) -> bool {
    matches!(l, Lattice::Type(t) if *t == known().any.value())
}

/// Whether matches accept every call of a signature.
fn covers_all(matches: &[MethodMatch], signature: Value) -> bool {
    if matches.iter().any(|m| m.fully_covers) {
        return true;
    }
    if matches.len() < 2 {
        return false;
    }
    let parts: Vec<Value> = matches.iter().map(|m| m.spec_types).collect();
    subtype(signature, types::union_of(&parts))
}

/// The calls for each combination of members of the unions among the operands, if those are few.
fn split(arguments: &Arguments) -> Vec<Arguments> {
    let whole = vec![arguments.clone()];
    let mut count = 1usize;
    for l in &arguments.list {
        count = count.saturating_mul(union_members(l).map_or(1, |m| m.len()));
    }
    if !(2..=SPLITS).contains(&count) {
        return whole;
    }
    let mut out = vec![Vec::new()];
    for l in &arguments.list {
        let choices = match union_members(l) {
            Some(list) => list.into_iter().map(Lattice::of_type).collect(),
            None => vec![l.clone()],
        };
        out = out
            .into_iter()
            .flat_map(|before: Vec<Lattice>| {
                choices.iter().map(move |c| {
                    let mut list = before.clone();
                    list.push(c.clone());
                    list
                })
            })
            .collect();
    }
    out.into_iter().map(|list| Arguments { list, ..arguments.clone() }).collect()
}

fn union_members(l: &Lattice) -> Option<Vec<Value>> {
    match l {
        Lattice::Type(t) if t.is::<Union>() => Some(members(*t)),
        _ => None,
    }
}

/// The specialization that dispatch would choose.
fn called_instance(matched: &MethodMatch, inferred: Gc<MethodInstance>) -> Gc<MethodInstance> {
    let exact = matched
        .spec_types
        .cast::<DataType>()
        .is_some_and(|d| d.has(DataTypeFlags::IS_DISPATCH_TUPLE));
    if exact { dispatch::specialize_match(matched, matched.spec_types) } else { inferred }
}

/// A result of a method, with what it says of its arguments said of the caller's slots.
fn in_slots(result: &Lattice, arguments: &Arguments, method: Gc<Method>) -> Lattice {
    let Lattice::Conditional { slot, then, otherwise } = result else { return result.clone() };
    let at = *slot as usize;
    let count = method.argument_count.get() as usize;
    let collected = method.is_vararg.get() && at + 1 >= count;
    match arguments.slot(at) {
        Some(slot) if !collected => {
            Lattice::Conditional { slot, then: then.clone(), otherwise: otherwise.clone() }
        }
        _ => result.without_condition(),
    }
}

/// Collects what a `true` and a `false` of this target say of each operand.
fn note_conditions(
    conditions: &mut [(Lattice, Lattice)],
    result: &Lattice,
    target: &Target,
    split: &Arguments,
    arguments: &Arguments,
) {
    let k = known();
    let plain = result.without_condition();
    if !subtype(plain.widen(), k.bool.value()) {
        return;
    }
    let parameters = unwrap_unionall(target.spec_types)
        .cast::<DataType>()
        .map(|d| d.parameters.get().items().to_vec())
        .unwrap_or_default();
    for (at, (then, otherwise)) in conditions.iter_mut().enumerate() {
        let (Some(slot), Some(operand)) = (arguments.slot(at), split.get(at)) else { continue };
        let mut operand = operand.without_condition();
        if let Some(&p) = parameters.get(at)
            && !p.is::<object::Vararg>()
            && !types::has_free_typevars(p)
        {
            operand = operand.meet(p);
        }
        if let Lattice::Conditional { slot: s, then: t, otherwise: o } = result
            && *s == slot
        {
            *then = then.join(&operand.refine(t));
            *otherwise = otherwise.join(&operand.refine(o));
            continue;
        }
        let constant = plain.constant();
        if constant != Some(k.false_) {
            *then = then.join(&operand);
        }
        if constant != Some(k.true_) {
            *otherwise = otherwise.join(&operand);
        }
    }
}

/// The result as a condition on an operand, if it says something of one.
fn joined_condition(
    conditions: Vec<(Lattice, Lattice)>,
    result: &Lattice,
    arguments: &Arguments,
) -> Option<Lattice> {
    let k = known();
    if result.is_bottom() || !subtype(result.without_condition().widen(), k.bool.value()) {
        return None;
    }
    if result.constant().is_some() {
        return None;
    }
    for (at, (then, otherwise)) in conditions.into_iter().enumerate().skip(1) {
        let Some(slot) = arguments.slot(at) else { continue };
        let Some(before) = arguments.get(at).map(Lattice::without_condition) else { continue };
        let says = |l: &Lattice| !before.less_or_equal(l);
        if says(&then) || says(&otherwise) {
            let (then, otherwise) = (Rc::new(then), Rc::new(otherwise));
            return Some(Lattice::Conditional { slot, then, otherwise });
        }
    }
    None
}

/// Whether what is known of the operands, beyond their types, may make a difference that is worth an
/// interpretation of its own.
fn is_profitable(
    arguments: &Arguments,
    method: Gc<Method>,
    aggressive: bool,
    inlined_cost: Option<u32>,
) -> bool {
    if arguments.rest.is_some() {
        return false;
    }
    let name = method.name.get();
    let name = name.as_str();
    let says_more = |l: &Lattice| match l {
        Lattice::Partial(..) | Lattice::Conditional { .. } => true,
        Lattice::Const(v) => {
            // Functions, types and other singletons are known from their types.
            let from_type = Lattice::of_type(l.widen()).constant().is_some();
            !from_type && (v.is::<Symbol>() || object::is_type(*v) || !v.datatype().is_mutable())
        }
        _ => false,
    };
    if !arguments.list.iter().any(says_more) {
        return false;
    }
    let all = arguments.list[1..].iter().all(|l| l.constant().is_some());
    let force = aggressive || all || matches!(name, "getproperty" | "setproperty!");
    if !force && !is_worth_it(name, arguments) {
        return false;
    }
    force || inlined_cost.is_some()
}

/// Functions for which constants among other operands change little.
fn is_worth_it(name: &str, arguments: &Arguments) -> bool {
    let types: Vec<Value> = arguments.list.iter().map(Lattice::widen).collect();
    match name {
        "getindex" | "setindex!" | "iterate" => {
            let k = known();
            !types.get(1).is_some_and(|&t| {
                subtype(t, k.array.value())
                    || (name != "iterate" && subtype(t, k.abstract_array.value()))
            })
        }
        "+" | "-" | "*" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "<<" | ">>" => {
            // Only to get rid of a promotion.
            match types.get(1) {
                Some(first) => types[2..].iter().any(|t| t != first),
                None => false,
            }
        }
        _ => true,
    }
}

/// The argument slots with what is known of these operands.
fn constant_arguments(
    instance: Gc<MethodInstance>,
    method: Gc<Method>,
    arguments: &Arguments,
) -> Option<Vec<Lattice>> {
    let count = method.argument_count.get() as usize;
    let is_vararg = method.is_vararg.get();
    let fixed = if is_vararg { count.checked_sub(1)? } else { count };
    if arguments.list.len() < fixed || (!is_vararg && arguments.list.len() != fixed) {
        return None;
    }
    let types = instance.spec_types.get();
    let parameters = unwrap_unionall(types).cast::<DataType>()?.parameters.get();
    let mut list = Vec::with_capacity(count);
    for (i, l) in arguments.list.iter().enumerate() {
        let l = l.without_condition();
        let l = match parameters.get(i) {
            Some(p) if !p.is::<object::Vararg>() && !types::has_free_typevars(p) => l.meet(p),
            _ => l,
        };
        if l.is_bottom() {
            return None;
        }
        list.push(l);
    }
    if is_vararg {
        let rest = list.split_off(fixed);
        list.push(collected(&rest, None));
    }
    Some(list)
}
