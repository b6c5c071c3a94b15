//! Abstract interpretation of one body: forward data flow over its blocks.
//!
//! The state at a point is what is known of every slot; values of statements are known once for the
//! whole body. A block is interpreted again when its state at entry, or the value of a statement of
//! another block that it uses, becomes less known. What is recorded by statement (types, call sites,
//! edges, effects) is that of the last visit, which saw the final state.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use pkgimage_runtime::code::{
    Code, ForeignCall, ForeignTarget, Operand, Operation, Root, SlotFlags, Statement,
    StaticExpression,
};
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    DataType, GlobalRef, MethodInstance, SimpleVector, Symbol, TypeVar, UnionAll,
};
use pkgimage_runtime::symbol::symbol;
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use crate::arguments::{Arguments, Called};
use crate::control_flow::ControlFlow;
use crate::cost;
use crate::effects::Effects;
use crate::engine::{FrameId, Inference};
use crate::foreign;
use crate::globals;
use crate::intrinsics::type_operand;
use crate::lattice::Lattice;
use crate::typed::{CallSite, Edge, InferredCode, SlotState};

/// A body to interpret, and what it is interpreted with.
#[derive(Clone)]
pub struct Body {
    /// The specialization.
    pub instance: Gc<MethodInstance>,
    /// The code.
    pub code: Rc<Code>,
    /// Its roots.
    pub roots: &'static [Value],
    /// Its control flow.
    pub flow: Rc<ControlFlow>,
    /// The static parameters.
    pub static_parameters: Gc<SimpleVector>,
    /// The arguments, as many as the code has argument slots.
    pub arguments: Vec<Lattice>,
    /// Edges that having the body at all relies on.
    pub edges: Vec<Edge>,
    /// Where to begin, if not at the first statement, and with what in all slots.
    pub entry: Option<(usize, State)>,
}

/// What is known of every slot.
pub type State = Rc<Vec<SlotState>>;

struct Interpretation<'a> {
    inference: &'a mut Inference,
    frame: FrameId,
    body: &'a Body,
    entry: Vec<Option<State>>,
    pending: BTreeSet<usize>,
    ssa: Vec<Lattice>,
    states: Vec<Option<State>>,
    sites: Vec<Option<Rc<CallSite>>>,
    effects: Vec<Effects>,
    edges: Vec<Vec<Edge>>,
    returned: Vec<Lattice>,
    /// In the block being visited: the statement that last assigned each slot.
    assigned: HashMap<u32, usize>,
}

/// What one statement did.
struct Step {
    value: Lattice,
    effects: Effects,
}

impl Step {
    fn total(value: Lattice) -> Step {
        Step { value, effects: Effects::TOTAL }
    }
}

/// Interprets a body.
pub fn interpret(inference: &mut Inference, frame: FrameId, body: &Body) -> InferredCode {
    let n = body.code.statements.len();
    let mut this = Interpretation {
        inference,
        frame,
        body,
        entry: vec![None; body.flow.blocks.len()],
        pending: BTreeSet::new(),
        ssa: vec![Lattice::Bottom; n],
        states: vec![None; n],
        sites: vec![None; n],
        effects: vec![Effects::TOTAL; n],
        edges: vec![Vec::new(); n],
        returned: vec![Lattice::Bottom; n],
        assigned: HashMap::new(),
    };
    this.run();
    this.finish()
}

impl Interpretation<'_> {
    fn run(&mut self) {
        let slots: Vec<SlotState> = (0..self.body.code.slots.len())
            .map(|i| match self.body.arguments.get(i) {
                Some(l) => SlotState::defined(l.clone()),
                None => SlotState::undefined(),
            })
            .collect();
        if self.entry.is_empty() {
            return;
        }
        let (first, state) = match &self.body.entry {
            Some((at, state)) => (self.body.flow.block_of[*at], state.clone()),
            None => (0, Rc::new(slots)),
        };
        self.entry[first] = Some(state);
        self.pending.insert(first);
        while let Some(block) = self.pending.pop_first() {
            self.visit(block);
        }
    }

    /// Lets a state flow into a block.
    fn flow_into(&mut self, block: usize, state: &State) {
        let joined = match &self.entry[block] {
            None => state.clone(),
            Some(old) => {
                if Rc::ptr_eq(old, state) {
                    return;
                }
                let mut changed = false;
                let slots: Vec<SlotState> = old
                    .iter()
                    .zip(state.iter())
                    .map(|(a, b)| {
                        if b.lattice.less_or_equal(&a.lattice)
                            && (a.maybe_undefined || !b.maybe_undefined)
                        {
                            return a.clone();
                        }
                        changed = true;
                        SlotState {
                            lattice: a.lattice.join(&b.lattice),
                            maybe_undefined: a.maybe_undefined || b.maybe_undefined,
                        }
                    })
                    .collect();
                if !changed {
                    return;
                }
                Rc::new(slots)
            }
        };
        self.entry[block] = Some(joined);
        self.pending.insert(block);
    }

    fn visit(&mut self, b: usize) {
        let Some(mut state) = self.entry[b].clone() else { return };
        let body = self.body;
        let block = &body.flow.blocks[b];
        self.assigned.clear();
        if let Some(handler) = block.handler {
            self.flow_into(handler, &state);
        }
        for at in block.start..block.end {
            self.states[at] = Some(state.clone());
            self.edges[at].clear();
            self.sites[at] = None;
            self.effects[at] = Effects::TOTAL;
            match &body.code.statements[at] {
                Statement::Goto(to) => {
                    if *to as usize <= at {
                        self.effects[at].terminates = false;
                    }
                    return self.leave_to(*to, &state);
                }
                Statement::GotoIfNot(condition, to) => {
                    return self.branch(at, *condition, *to, &state);
                }
                Statement::Return(operand) => {
                    let step = self.operand(at, *operand, &state);
                    self.effects[at] = step.effects;
                    self.returned[at] = self.result(&step.value, &state);
                    return;
                }
                Statement::AssignSlot(slot, operation) => {
                    let step = self.operation(at, operation, &state);
                    self.effects[at] = self.effects[at].and(step.effects);
                    self.set_ssa(at, step.value.clone());
                    if step.value.is_bottom() {
                        return;
                    }
                    self.assign(at, *slot, SlotState::defined(step.value), &mut state);
                    if let Some(handler) = block.handler {
                        self.flow_into(handler, &state);
                    }
                }
                Statement::NewVar(slot) => {
                    self.assign(at, *slot, SlotState::undefined(), &mut state);
                    if let Some(handler) = block.handler {
                        self.flow_into(handler, &state);
                    }
                }
                other => {
                    let step = self.statement(at, other, &state);
                    self.effects[at] = self.effects[at].and(step.effects);
                    let bottom = step.value.is_bottom();
                    self.set_ssa(at, step.value);
                    if bottom {
                        return;
                    }
                    if let Statement::Enter(handler) = other {
                        // What the handler sees if the first protected statement throws.
                        self.leave_to(*handler, &state);
                    }
                }
            }
        }
        for &next in &block.successors {
            self.flow_into(next, &state);
        }
    }

    fn leave_to(&mut self, statement: u32, state: &State) {
        if let Some(&block) = self.body.flow.block_of.get(statement as usize) {
            self.flow_into(block, state);
        }
    }

    fn set_ssa(&mut self, at: usize, value: Lattice) {
        // Values only grow, so that the visits end.
        if value.less_or_equal(&self.ssa[at]) {
            return;
        }
        self.ssa[at] = self.ssa[at].join(&value);
        for &user in &self.body.flow.users[at] {
            if self.entry[user].is_some() {
                self.pending.insert(user);
            }
        }
    }

    /// Assigns a slot. What conditions say of its old value no longer holds.
    fn assign(&mut self, at: usize, slot: u32, new: SlotState, state: &mut State) {
        let slots = Rc::make_mut(state);
        let mut new = new;
        if matches!(&new.lattice, Lattice::Conditional { slot: s, .. } if *s == slot) {
            new.lattice = new.lattice.without_condition();
        }
        for other in slots.iter_mut() {
            if matches!(&other.lattice, Lattice::Conditional { slot: s, .. } if *s == slot) {
                other.lattice = other.lattice.without_condition();
            }
        }
        if let Some(place) = slots.get_mut(slot as usize) {
            *place = new;
        }
        self.assigned.insert(slot, at);
    }

    fn branch(&mut self, at: usize, condition: Operand, to: u32, state: &State) {
        let step = self.operand(at, condition, state);
        self.effects[at] = step.effects;
        if to as usize <= at {
            self.effects[at].terminates = false;
        }
        let bool_type = known().bool.value();
        let value = self.usable_condition(at, condition, step.value);
        let value = match value {
            c @ Lattice::Conditional { .. } => c,
            other => {
                if !types::subtype(other.widen(), bool_type) {
                    self.effects[at].nothrow = false;
                }
                other.meet(bool_type)
            }
        };
        let constant = value.constant();
        let slot = self.slot_of(at, condition);
        if !value.is_bottom() && constant != Some(known().false_) {
            let state = self.refined(state, &value, slot, true);
            self.leave_to(at as u32 + 1, &state);
        }
        if !value.is_bottom() && constant != Some(known().true_) {
            let state = self.refined(state, &value, slot, false);
            self.leave_to(to, &state);
        }
    }

    /// A condition, if what it says of its slot still holds.
    fn usable_condition(&self, at: usize, operand: Operand, value: Lattice) -> Lattice {
        let Lattice::Conditional { slot, .. } = &value else { return value };
        // The state of a slot keeps its conditions right.
        let Operand::Ssa(n) = operand else { return value };
        let n = n as usize;
        let here = self.body.flow.block_of[n] == self.body.flow.block_of[at];
        let unchanged = self.assigned.get(slot).is_none_or(|&a| a < n);
        if (here && unchanged) || self.is_never_assigned(*slot) {
            value
        } else {
            value.without_condition()
        }
    }

    /// Whether a slot is an argument that keeps its value throughout.
    fn is_never_assigned(&self, slot: u32) -> bool {
        let code = &self.body.code;
        slot < code.argument_count
            && code.slots.get(slot as usize).is_some_and(|s| s.flags & SlotFlags::ASSIGNED == 0)
    }

    /// The state where a condition is known to hold, or not to.
    fn refined(&self, state: &State, value: &Lattice, itself: Option<u32>, holds: bool) -> State {
        let mut state = state.clone();
        if let Lattice::Conditional { slot, then, otherwise } = value {
            let what = if holds { then } else { otherwise };
            if let Some(old) = state.get(*slot as usize) {
                let new = SlotState::defined(old.lattice.refine(what));
                if let Some(place) = Rc::make_mut(&mut state).get_mut(*slot as usize) {
                    *place = new;
                }
            }
        }
        if let Some(slot) = itself
            && let Some(place) = Rc::make_mut(&mut state).get_mut(slot as usize)
        {
            *place = SlotState::defined(Lattice::constant_bool(holds));
        }
        state
    }

    /// The slot that an operand reads and that still holds that value.
    fn slot_of(&self, at: usize, operand: Operand) -> Option<u32> {
        match operand {
            Operand::Slot(n) => Some(n),
            Operand::Ssa(n) => {
                let n = n as usize;
                if self.body.flow.block_of[n] != self.body.flow.block_of[at] {
                    return None;
                }
                let slot = match &self.body.code.statements[n] {
                    Statement::Eval(Operation::Use(Operand::Slot(s))) => *s,
                    Statement::AssignSlot(s, _) => *s,
                    _ => return None,
                };
                self.assigned.get(&slot).is_none_or(|&a| a <= n).then_some(slot)
            }
            _ => None,
        }
    }

    fn root(&self, root: Root) -> Option<Value> {
        self.body.roots.get(root.0 as usize).copied()
    }

    fn operand(&mut self, at: usize, operand: Operand, state: &State) -> Step {
        match operand {
            Operand::Ssa(n) => {
                Step::total(self.ssa.get(n as usize).cloned().unwrap_or(Lattice::Bottom))
            }
            Operand::Slot(n) => match state.get(n as usize) {
                Some(s) => Step {
                    value: s.lattice.clone(),
                    effects: if s.maybe_undefined { Effects::THROWS } else { Effects::TOTAL },
                },
                None => Step { value: Lattice::Bottom, effects: Effects::THROWS },
            },
            Operand::Constant(root) => {
                Step::total(self.root(root).map_or_else(Lattice::any, Lattice::Const))
            }
            Operand::StaticParameter(n) => self.static_parameter(n),
            Operand::Global(root) => {
                let Some(g) = self.root(root).and_then(|g| g.cast::<GlobalRef>()) else {
                    return Step { value: Lattice::any(), effects: Effects::UNKNOWN };
                };
                let called = globals::read(g.module.get(), g.name.get());
                self.edges[at].extend(called.edges);
                Step { value: called.result, effects: called.effects }
            }
        }
    }

    fn static_parameter(&self, n: u32) -> Step {
        let throws = Effects::THROWS;
        let Some(v) = self.body.static_parameters.get(n as usize) else {
            return Step { value: Lattice::any(), effects: throws };
        };
        if !types::has_free_typevars(v) {
            return Step::total(Lattice::Const(v));
        }
        // A type of variables (`Vector{T}` for a call with a `Type{Vector{T}} where T`) is not known either.
        let Some(var) = v.cast::<TypeVar>() else {
            return Step { value: Lattice::any(), effects: throws };
        };
        let upper = var.upper.get();
        if upper == known().any.value() || types::has_free_typevars(upper) {
            return Step { value: Lattice::any(), effects: throws };
        }
        let below = TypeVar::new(symbol("T"), known().bottom, upper);
        let ty = UnionAll::new(below, types::type_of_type(below.value())).value();
        Step { value: Lattice::Type(ty), effects: throws }
    }

    /// Interprets operands; none if control does not get past them.
    fn operands(&mut self, at: usize, list: &[Operand], state: &State) -> (Arguments, Effects) {
        let mut effects = Effects::TOTAL;
        let mut values = Vec::with_capacity(list.len());
        let mut slots = Vec::with_capacity(list.len());
        for &operand in list {
            let step = self.operand(at, operand, state);
            effects = effects.and(step.effects);
            let value = self.usable_condition(at, operand, step.value);
            values.push(value);
            slots.push(self.slot_of(at, operand));
        }
        (Arguments { list: values, rest: None, slots }, effects)
    }

    fn call(&mut self, at: usize, list: &[Operand], state: &State) -> Step {
        let (arguments, effects) = self.operands(at, list, state);
        if arguments.is_bottom() || arguments.list.is_empty() {
            return Step { value: Lattice::Bottom, effects };
        }
        let called = self.inference.call(Some(self.frame), &arguments);
        self.keep(at, &arguments, &called);
        Step { value: called.result, effects: effects.and(called.effects) }
    }

    fn keep(&mut self, at: usize, arguments: &Arguments, called: &Called) {
        self.sites[at] = Some(called.site(arguments));
        self.edges[at].extend(called.edges.iter().cloned());
    }

    fn operation(&mut self, at: usize, operation: &Operation, state: &State) -> Step {
        let k = known();
        match operation {
            Operation::Use(o) => {
                let step = self.operand(at, *o, state);
                let value = self.usable_condition(at, *o, step.value);
                Step { value, effects: step.effects }
            }
            Operation::Call(list) => self.call(at, list, state),
            Operation::New(list) => {
                let (arguments, effects) = self.operands(at, list, state);
                if arguments.is_bottom() {
                    return Step { value: Lattice::Bottom, effects };
                }
                let (value, its) = new_object(&arguments.list);
                Step { value, effects: effects.and(its) }
            }
            Operation::SplatNew(ty, tuple) => {
                let (arguments, effects) = self.operands(at, &[*ty, *tuple], state);
                if arguments.is_bottom() {
                    return Step { value: Lattice::Bottom, effects };
                }
                let mut list = vec![arguments.list[0].clone()];
                match crate::spread::fields_of(&arguments.list[1]) {
                    Some(fields) => list.extend(fields),
                    None => {
                        let value = instance_of(&list[0]);
                        return Step {
                            value,
                            effects: Effects { consistent: false, ..Effects::THROWS },
                        };
                    }
                }
                let (value, its) = new_object(&list);
                Step { value, effects: effects.and(its) }
            }
            Operation::ForeignCall(call) => self.foreign_call(at, call, state),
            Operation::CFunction(c) => {
                let kind = self.static_expression(at, &c.kind, state);
                let value = match kind.constant() {
                    Some(t) => Lattice::of_type(t),
                    None => Lattice::any(),
                };
                Step { value, effects: Effects::UNKNOWN }
            }
            Operation::TheException => Step {
                value: Lattice::any(),
                effects: Effects { consistent: false, ..Effects::TOTAL },
            },
            Operation::IsDefined(o) => self.is_defined(at, *o, state),
            Operation::BoundsCheck(_) => Step::total(Lattice::bool()),
            Operation::CopyAst(_) => Step {
                value: Lattice::any(),
                effects: Effects { consistent: false, ..Effects::TOTAL },
            },
            Operation::GcPreserveBegin(list) => {
                let (arguments, effects) = self.operands(at, list, state);
                let value =
                    if arguments.is_bottom() { Lattice::Bottom } else { Lattice::Const(k.nothing) };
                Step { value, effects }
            }
        }
    }

    fn is_defined(&mut self, at: usize, operand: Operand, state: &State) -> Step {
        match operand {
            Operand::Slot(n) => Step::total(match state.get(n as usize) {
                Some(s) if !s.maybe_undefined => Lattice::constant_bool(true),
                Some(s) if s.lattice.is_bottom() => Lattice::constant_bool(false),
                _ => Lattice::bool(),
            }),
            Operand::Global(root) => {
                let Some(g) = self.root(root).and_then(|g| g.cast::<GlobalRef>()) else {
                    return Step::total(Lattice::bool());
                };
                let called = globals::is_defined(g.module.get(), g.name.get());
                self.edges[at].extend(called.edges);
                Step { value: called.result, effects: called.effects }
            }
            Operand::StaticParameter(n) => match self.body.static_parameters.get(n as usize) {
                Some(v) if !types::has_free_typevars(v) => {
                    Step::total(Lattice::constant_bool(true))
                }
                _ => Step::total(Lattice::bool()),
            },
            _ => Step::total(Lattice::constant_bool(true)),
        }
    }

    fn static_expression(&mut self, at: usize, e: &StaticExpression, state: &State) -> Lattice {
        match e {
            StaticExpression::Operand(o) => self.operand(at, *o, state).value,
            StaticExpression::Call(parts) => {
                let list: Vec<Lattice> =
                    parts.iter().map(|p| self.static_expression(at, p, state)).collect();
                let arguments = Arguments::of(list);
                if arguments.is_bottom() || arguments.list.is_empty() {
                    return Lattice::Bottom;
                }
                let called = self.inference.call(Some(self.frame), &arguments);
                self.edges[at].extend(called.edges);
                called.result
            }
        }
    }

    fn foreign_call(&mut self, at: usize, call: &ForeignCall, state: &State) -> Step {
        let return_type = self.static_expression(at, &call.return_type, state);
        let (arguments, _) = self.operands(at, &call.arguments, state);
        let mut effects = Effects { terminates: true, ..Effects::UNKNOWN };
        if let ForeignTarget::Operand(target) = &call.target
            && let Some(name) = self.operand(at, *target, state).value.constant()
            && let Some(name) = name.cast::<Symbol>()
        {
            effects = foreign::effects(name.as_str());
        }
        if arguments.is_bottom() || return_type.is_bottom() {
            return Step { value: Lattice::Bottom, effects };
        }
        let value = match type_operand(&return_type) {
            Some(t) => Lattice::of_type(returned_object(t)),
            None => Lattice::any(),
        };
        Step { value, effects }
    }

    fn statement(&mut self, at: usize, statement: &Statement, state: &State) -> Step {
        let k = known();
        let nothing = || Lattice::Const(k.nothing);
        match statement {
            Statement::Eval(operation) => self.operation(at, operation, state),
            Statement::AssignGlobal(_, operand) => {
                let step = self.operand(at, *operand, state);
                let effects = Effects { consistent: false, effect_free: false, ..Effects::THROWS };
                Step { value: step.value.without_condition(), effects }
            }
            Statement::Enter(_) => Step::total(Lattice::of_type(k.int64.value())),
            Statement::Nothing
            | Statement::LoopInfo
            | Statement::GcPreserveEnd
            | Statement::Leave(_)
            | Statement::Inbounds(_)
            | Statement::PopException(_) => Step::total(nothing()),
            Statement::GlobalDecl(_) | Statement::ConstDecl(_) => {
                Step { value: nothing(), effects: Effects::UNKNOWN }
            }
            Statement::DeclareFunction(_) | Statement::Method(_) | Statement::TopLevel(_) => {
                Step { value: Lattice::any(), effects: Effects::UNKNOWN }
            }
            // Handled by `visit`.
            Statement::Goto(_)
            | Statement::GotoIfNot(..)
            | Statement::Return(_)
            | Statement::AssignSlot(..)
            | Statement::NewVar(_) => Step::total(nothing()),
        }
    }

    /// A returned value, with what it says of the arguments.
    fn result(&self, value: &Lattice, state: &State) -> Lattice {
        let code = &self.body.code;
        let untouched = |slot: u32| {
            self.is_never_assigned(slot) && !(code.is_vararg && slot + 1 == code.argument_count)
        };
        if let Lattice::Conditional { slot, .. } = value {
            return if untouched(*slot) { value.clone() } else { value.without_condition() };
        }
        // `if x isa T; return true; ...`: says as much as the condition itself.
        if let Lattice::Const(v) = value
            && v.datatype() == known().bool
        {
            for slot in 1..code.argument_count {
                let (Some(now), Some(before)) =
                    (state.get(slot as usize), self.body.arguments.get(slot as usize))
                else {
                    continue;
                };
                if untouched(slot) && !before.less_or_equal(&now.lattice) {
                    let then = Rc::new(now.lattice.clone());
                    let none = Rc::new(Lattice::Bottom);
                    return if *v == known().true_ {
                        Lattice::Conditional { slot, then, otherwise: none }
                    } else {
                        Lattice::Conditional { slot, then: none, otherwise: then }
                    };
                }
            }
        }
        value.clone()
    }

    /// The statements from which a return can be reached: what the others do is never part of a
    /// result.
    fn returning(&self) -> Vec<bool> {
        let flow = &self.body.flow;
        let mut returns = vec![false; flow.blocks.len()];
        loop {
            let mut changed = false;
            for (b, block) in flow.blocks.iter().enumerate().rev() {
                if returns[b] || self.entry[b].is_none() {
                    continue;
                }
                let last = block.end - 1;
                let here = match &self.body.code.statements[last] {
                    Statement::Return(_) => self.states[last].is_some(),
                    _ => false,
                };
                // A block that always throws before its end returns through its handler only.
                let passes = self.states[last].is_some()
                    && !(self.ssa[last].is_bottom()
                        && matches!(
                            self.body.code.statements[last],
                            Statement::Eval(_) | Statement::AssignSlot(..)
                        ));
                let next = passes && block.successors.iter().any(|&s| returns[s]);
                let handled = block.handler.is_some_and(|h| returns[h]);
                if here || next || handled {
                    returns[b] = true;
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        flow.block_of.iter().map(|&b| returns[b]).collect()
    }

    fn finish(self) -> InferredCode {
        let body = self.body;
        let code = &body.code;
        let returning = self.returning();
        let mut effects = Effects::TOTAL;
        let mut result = Lattice::Bottom;
        for (at, &returning) in returning.iter().enumerate() {
            if self.states[at].is_none() {
                continue;
            }
            let mut its = self.effects[at];
            its.consistent |= !returning;
            effects = effects.and(its);
            result = result.join(&self.returned[at]);
        }
        let throws = result.is_bottom();
        if throws {
            effects.nothrow = false;
        }
        let bits = code.purity;
        effects.consistent |= bits & 1 != 0;
        effects.effect_free |= bits & 2 != 0;
        effects.nothrow |= bits & 4 != 0 && !throws;
        // `:terminates_globally` speaks of calls too, `:terminates_locally` of the loops here.
        effects.terminates |= bits & 8 != 0;
        if bits & 16 != 0 && !effects.terminates {
            effects.terminates = (0..code.statements.len()).all(|at| {
                self.states[at].is_none()
                    || self.effects[at].terminates
                    || matches!(code.statements[at], Statement::Goto(_) | Statement::GotoIfNot(..))
            });
        }
        let mut edges = body.edges.clone();
        for (at, list) in self.edges.into_iter().enumerate() {
            if self.states[at].is_some() {
                edges.extend(list);
            }
        }
        let mut sites = self.sites;
        let mut ssa = self.ssa;
        for at in 0..code.statements.len() {
            if self.states[at].is_none() {
                sites[at] = None;
                ssa[at] = Lattice::Bottom;
            }
        }
        let (min_world, max_world) = self.inference.worlds_of(self.frame);
        let mut inferred = InferredCode {
            instance: body.instance,
            code: code.clone(),
            roots: body.roots,
            static_parameters: body.static_parameters,
            argument_types: body.arguments.clone(),
            ssa_types: ssa,
            slot_states: self.states,
            call_sites: sites,
            return_type: result,
            effects,
            edges: crate::edges::without_repeats(edges),
            min_world,
            max_world,
            cost: 0,
        };
        inferred.cost = cost::of(&inferred);
        inferred
    }
}

/// An instance of the type that an operand is.
fn instance_of(ty: &Lattice) -> Lattice {
    type_operand(ty).map_or_else(Lattice::any, Lattice::of_type)
}

/// The type of the object that a foreign call of this return type yields.
fn returned_object(ty: Value) -> Value {
    let k = known();
    if let Some(d) = ty.cast::<DataType>()
        && let Some(r) = types::unwrap_unionall(k.ref_.value()).cast::<DataType>()
        && d.name.get() == r.name.get()
        && let Some(inner) = d.parameters.get().get(0)
        && pkgimage_runtime::object::is_type(inner)
    {
        return inner;
    }
    ty
}

/// `new(type, fields...)`.
fn new_object(list: &[Lattice]) -> (Lattice, Effects) {
    let (ty, fields) = (&list[0], &list[1..]);
    let throws = Effects { consistent: false, ..Effects::THROWS };
    let Some(exact) = ty.constant() else { return (instance_of(ty), throws) };
    let Some(d) = types::as_concrete(exact) else { return (Lattice::Bottom, Effects::THROWS) };
    let count = d.field_count();
    if fields.len() > count {
        return (Lattice::Bottom, Effects::THROWS);
    }
    let mut nothrow = true;
    let mut met = Vec::with_capacity(fields.len());
    for (i, field) in fields.iter().enumerate() {
        let declared = fields::field_type(d, i).unwrap_or(known().any.value());
        let field = field.without_condition();
        nothrow &= field.less_or_equal(&Lattice::Type(declared));
        let value = field.meet(declared);
        if value.is_bottom() {
            return (Lattice::Bottom, Effects::THROWS);
        }
        met.push(value);
    }
    let consistent = !d.is_mutable()
        && (fields.len() == count
            // What is left out of an immutable struct of plain data is whatever was there.
            || (fields.len()..count).all(|i| {
                fields::field_type(d, i).is_some_and(|t| !types::is_stored_inline(t))
            }));
    let effects = Effects { nothrow, consistent, ..Effects::TOTAL };
    if d.is_mutable() {
        return (Lattice::of_type(d.value()), effects);
    }
    if let Some(instance) = d.instance.get() {
        return (Lattice::Const(instance), effects);
    }
    let constants: Option<Vec<Value>> = met.iter().map(Lattice::constant).collect();
    if let Some(constants) = constants
        && met.len() == count
    {
        return (Lattice::Const(fields::new_struct(d, &constants)), effects);
    }
    (Lattice::partial(d.value(), met), effects)
}
