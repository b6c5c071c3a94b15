//! Statements, slots, blocks and exceptions of a body.
//!
//! A slot is a set of block parameters wherever blocks join; in between it is just the value that
//! was assigned last. The value of a statement is used directly.

use std::rc::Rc;

use pkgimage_ir::{
    BinaryOp, BlockCall, BlockId, External, IntCc, LocData, MemFlags, Type, Value as Ir,
};
use pkgimage_runtime::code::{Operand, Operation, Root, Statement};
use pkgimage_runtime::known::known;
use pkgimage_runtime::native::BINDING_VALUE;
use pkgimage_runtime::object::{BindingFlags, GlobalRef, Method, Symbol};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use super::branches::{Branch, Follows};
use super::flow::Flow;
use super::names;
use super::shape::{Held, Shape, memory_layout, shape_of};
use super::{Emitter, Referent, Result, refuse};
use crate::lattice::Lattice;
use crate::typed::InferredCode;

/// A value and what is known of it.
#[derive(Clone, Debug)]
pub struct Arg {
    /// The value.
    pub held: Held,
    /// What is known.
    pub lattice: Lattice,
}

/// What a slot holds at the current place.
#[derive(Clone, Debug)]
pub enum SlotValue {
    /// Nothing.
    Undefined,
    /// A value.
    Defined(Held),
    /// A value if the flag is not 0.
    Maybe(Ir, Held),
}

/// Where the result of a body goes.
#[derive(Clone, Debug)]
pub enum Exit {
    /// It is returned from the function.
    Return(Shape),
    /// To a block with parameters of a shape: the body is inlined.
    Block(BlockId, Shape),
    /// Where the statements behind the call would branch to for it, if that is known; else as before.
    Branch(Branch, BlockId, Shape),
}

/// A body being emitted.
pub struct Frame {
    /// What inference says.
    pub inferred: Rc<InferredCode>,
    pub flow: Rc<Flow>,
    /// The statement at hand.
    pub at: usize,
    pub slots: Vec<SlotValue>,
    ssa: Vec<Option<Held>>,
    blocks: Vec<Option<BlockId>>,
    reached: Vec<bool>,
    pub exit: Exit,
    /// What the statements behind the call at hand do with its result.
    pub follows: Option<Follows>,
    /// Whether the body was called from an `@inbounds` region.
    pub caller_inbounds: bool,
    call_loc: Option<pkgimage_ir::Loc>,
}

impl Frame {
    /// Whether calls at the current statement are in an `@inbounds` region.
    pub fn is_inbounds(&self) -> bool {
        self.flow.inbounds[self.at]
            || (self.inferred.code.propagate_inbounds && self.caller_inbounds)
    }
}

impl Emitter<'_, '_> {
    pub(super) fn frame(&mut self) -> &mut Frame {
        // A frame is pushed before any statement is emitted.
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// The method of the body at hand.
    pub(super) fn method(&mut self) -> Option<Gc<Method>> {
        self.frame().inferred.instance.def.get().cast::<Method>()
    }

    /// Emits a body with these arguments from the current block on. The function goes on at the
    /// exit.
    pub(super) fn body(
        &mut self,
        inferred: Rc<InferredCode>,
        arguments: Vec<Held>,
        exit: Exit,
        caller_inbounds: bool,
    ) -> Result<()> {
        let slots = arguments.into_iter().map(SlotValue::Defined).collect();
        self.body_from(inferred, None, slots, exit, caller_inbounds)
    }

    /// The same from a statement at the head of a loop on, with these values of the first slots.
    pub(super) fn body_from(
        &mut self,
        inferred: Rc<InferredCode>,
        head: Option<usize>,
        mut slots: Vec<SlotValue>,
        exit: Exit,
        caller_inbounds: bool,
    ) -> Result<()> {
        let flow = Rc::new(Flow::of(&inferred)?);
        let code = inferred.code.clone();
        let count = code.statements.len();
        slots.resize(code.slots.len(), SlotValue::Undefined);
        let call_loc = match self.frames.last() {
            Some(_) => self.location(),
            None => None,
        };
        self.frames.push(Frame {
            inferred: inferred.clone(),
            flow: flow.clone(),
            at: 0,
            slots,
            ssa: vec![None; count],
            blocks: vec![None; count],
            reached: vec![false; count],
            exit,
            follows: None,
            caller_inbounds,
            call_loc,
        });
        self.make_blocks(&inferred, &flow);
        let mut open = true;
        if let Some(head) = head {
            self.go_to(head)?;
            open = false;
        }
        for at in 0..count {
            let block = self.frame().blocks[at];
            if let Some(block) = block {
                if open {
                    self.go_to(at)?;
                }
                let come =
                    self.frame().reached[at] || flow.loop_head[at] && (open || head.is_some());
                if !come {
                    open = false;
                    continue;
                }
                self.b.switch_to(block);
                self.bind_slots(at, block);
                open = true;
            } else if open && (flow.leader[at] || !inferred.is_reached(at)) {
                // Inference says that control does not come here.
                self.b.terminate(pkgimage_ir::Terminator::Unreachable);
                open = false;
            }
            if !open {
                continue;
            }
            self.frame().at = at;
            let loc = self.location();
            self.b.set_loc(loc);
            open = self.statement(at)?;
        }
        self.frames.pop();
        if !self.frames.is_empty() {
            let loc = self.location();
            self.b.set_loc(loc);
        }
        Ok(())
    }

    fn make_blocks(&mut self, inferred: &InferredCode, flow: &Flow) {
        for (at, &leader) in flow.leader.iter().enumerate() {
            let Some(states) = inferred.slot_states[at].as_ref().filter(|_| leader) else {
                continue;
            };
            let block = self.b.block();
            for (slot, state) in states.iter().enumerate() {
                if !flow.assigned[slot] || !flow.live[at][slot] || state.lattice.is_bottom() {
                    continue;
                }
                if state.maybe_undefined {
                    self.b.block_param(block, Type::I8);
                }
                for ty in shape_of(&state.lattice).machine_types() {
                    self.b.block_param(block, ty);
                }
            }
            self.frame().blocks[at] = Some(block);
        }
    }

    /// Takes the slots from the parameters of a block.
    fn bind_slots(&mut self, at: usize, block: BlockId) {
        let (inferred, flow) = (self.frame().inferred.clone(), self.frame().flow.clone());
        let Some(states) = &inferred.slot_states[at] else { return };
        let params = self.b.params(block).to_vec();
        let mut params = params.into_iter();
        for (slot, state) in states.iter().enumerate() {
            if !flow.assigned[slot] {
                continue;
            }
            let value = if !flow.live[at][slot] || state.lattice.is_bottom() {
                SlotValue::Undefined
            } else {
                let flag = if state.maybe_undefined { params.next() } else { None };
                let shape = shape_of(&state.lattice);
                let values = params.by_ref().take(shape.machine_types().len()).collect();
                match flag {
                    Some(flag) => SlotValue::Maybe(flag, Held { shape, values }),
                    None => SlotValue::Defined(Held { shape, values }),
                }
            };
            self.frame().slots[slot] = value;
        }
    }

    /// Ends the current block with a jump to the block of a statement.
    fn go_to(&mut self, to: usize) -> Result<()> {
        let frame = self.frames.len() - 1;
        self.go_to_in(frame, to)
    }

    pub(super) fn go_to_in(&mut self, frame: usize, to: usize) -> Result<()> {
        let Some(block) = self.frames[frame].blocks.get(to).copied().flatten() else {
            // Inference says that control does not come there.
            self.b.terminate(pkgimage_ir::Terminator::Unreachable);
            return Ok(());
        };
        let (inferred, flow) =
            (self.frames[frame].inferred.clone(), self.frames[frame].flow.clone());
        self.frames[frame].reached[to] = true;
        let mut args = Vec::new();
        let Some(states) = &inferred.slot_states[to] else { return Ok(()) };
        for (slot, state) in states.iter().enumerate() {
            if !flow.assigned[slot] || !flow.live[to][slot] || state.lattice.is_bottom() {
                continue;
            }
            let shape = shape_of(&state.lattice);
            let value = self.frames[frame].slots[slot].clone();
            match (value, state.maybe_undefined) {
                (SlotValue::Undefined, false) => return refuse("a slot without a value at a jump"),
                (SlotValue::Undefined, true) => {
                    args.push(self.b.iconst(Type::I8, 0));
                    args.extend(self.dummies(&shape));
                }
                (SlotValue::Defined(held), maybe) => {
                    let converted = self.convert(&held, &shape)?;
                    if maybe {
                        args.push(self.b.iconst(Type::I8, 1));
                    }
                    args.extend(converted.values);
                }
                (SlotValue::Maybe(_, held), false) => {
                    args.extend(self.convert(&held, &shape)?.values);
                }
                (SlotValue::Maybe(flag, held), true) => {
                    args.push(flag);
                    args.extend(self.convert_maybe(flag, &held, &shape)?);
                }
            }
        }
        self.b.jump(BlockCall { block, args });
        Ok(())
    }

    /// Converts a value that is there only if the flag is not 0.
    fn convert_maybe(&mut self, flag: Ir, held: &Held, shape: &Shape) -> Result<Vec<Ir>> {
        if held.shape.same_as(shape) {
            return Ok(held.values.clone());
        }
        let (there, not, join) = (self.b.block(), self.b.block(), self.b.block());
        let params: Vec<Ir> =
            shape.machine_types().iter().map(|&t| self.b.block_param(join, t)).collect();
        self.b.br_if(flag, there, not);
        self.b.switch_to(there);
        let converted = self.convert(held, shape)?;
        self.b.jump(BlockCall { block: join, args: converted.values });
        self.b.switch_to(not);
        let args = self.dummies(shape);
        self.b.jump(BlockCall { block: join, args });
        self.b.switch_to(join);
        Ok(params)
    }

    /// The place in the source of the current statement.
    fn location(&mut self) -> Option<pkgimage_ir::Loc> {
        let method = self.method()?;
        let frame = self.frame();
        let at = frame.at;
        let inlined_at = frame.call_loc;
        let code = frame.inferred.code.clone();
        let (file, line) = code.location(at, frame.inferred.roots)?;
        let file = file.cast::<Symbol>()?;
        let name = file.as_str().rsplit('/').next().unwrap_or("").to_owned();
        let data = LocData {
            method: format!("{}.{}", names::module_text(method.module.get()), method.name.get()),
            signature: pkgimage_runtime::types::hash_of(method.signature.get()),
            file: name,
            line: line.saturating_sub(method.line.get().max(0) as u32),
            inlined_at,
        };
        Some(self.b.unit.loc(data))
    }

    /// Where a call goes that comes back with an exception pending.
    pub(super) fn unwind(&mut self) -> Result<BlockCall> {
        if !self.landing {
            for frame in (0..self.frames.len()).rev() {
                let f = &self.frames[frame];
                let Some(&handler) = f.flow.handlers[f.at].last() else { continue };
                let handler = handler as usize;
                if f.blocks.get(handler).copied().flatten().is_none() {
                    continue;
                }
                let (before, block) = (self.b.current(), self.b.cold_block());
                self.landing = true;
                self.b.switch_to(block);
                self.runtime("jl_exc_caught", &[], None);
                let result = self.go_to_in(frame, handler);
                self.landing = false;
                self.b.switch_to(before);
                result?;
                return Ok(block.into());
            }
        }
        if let Some(block) = self.throw_block {
            return Ok(block.into());
        }
        let (before, block) = (self.b.current(), self.b.cold_block());
        self.b.switch_to(block);
        self.b.throw_return();
        self.b.switch_to(before);
        self.throw_block = Some(block);
        Ok(block.into())
    }

    /// Ends the block: control does not come here.
    pub(super) fn unreachable(&mut self) {
        self.b.terminate(pkgimage_ir::Terminator::Unreachable);
    }

    pub(super) fn root(&mut self, root: Root) -> Value {
        self.frame().inferred.roots[root.0 as usize]
    }

    /// The value of an operand; none if reading it throws for certain.
    pub(super) fn operand(&mut self, operand: Operand) -> Result<Option<Arg>> {
        let at = self.frame().at;
        let arg = match operand {
            Operand::Ssa(n) => {
                let Some(held) = self.frame().ssa[n as usize].clone() else {
                    return refuse("a value that is used before it is computed");
                };
                let lattice = self.frame().inferred.ssa_types[n as usize].without_condition();
                Arg { held, lattice }
            }
            Operand::Slot(n) => {
                let inferred = self.frame().inferred.clone();
                let state = inferred.slot_states[at].as_ref().and_then(|s| s.get(n as usize));
                let lattice = match state {
                    Some(state) => state.lattice.without_condition(),
                    None => Lattice::any(),
                };
                match self.frame().slots[n as usize].clone() {
                    SlotValue::Defined(held) => Arg { held, lattice },
                    SlotValue::Undefined => {
                        self.throw_undefined_slot(n)?;
                        return Ok(None);
                    }
                    SlotValue::Maybe(flag, held) => {
                        let (bad, good) = (self.b.cold_block(), self.b.block());
                        self.b.br_if(flag, good, bad);
                        self.b.switch_to(bad);
                        self.throw_undefined_slot(n)?;
                        self.b.switch_to(good);
                        Arg { held, lattice }
                    }
                }
            }
            Operand::Constant(root) => {
                let value = self.root(root);
                let hint = self.literal(root);
                Arg {
                    held: Held { shape: Shape::Ghost(value, hint), values: vec![] },
                    lattice: Lattice::Const(value),
                }
            }
            Operand::Global(root) => {
                let reference: Gc<GlobalRef> = self.root(root).cast_unchecked();
                return self.global(reference).map(Some);
            }
            Operand::StaticParameter(n) => {
                let values = self.frame().inferred.static_parameters;
                match values.get(n as usize) {
                    Some(value) if !types::has_free_typevars(value) => {
                        Arg { held: Held::ghost(value), lattice: Lattice::Const(value) }
                    }
                    _ => return refuse("a static parameter without a value"),
                }
            }
        };
        Ok(Some(self.refined(arg)))
    }

    /// The value in the shape that what is known of it allows, where that costs nothing.
    pub(super) fn refined(&mut self, mut arg: Arg) -> Arg {
        if let Lattice::Const(v) = arg.lattice
            && arg.held.constant().is_none()
        {
            arg.held = Held::ghost(v);
        }
        if matches!(arg.held.shape, Shape::Union(_)) {
            let shape = shape_of(&arg.lattice);
            if !matches!(shape, Shape::Boxed)
                && let Ok(held) = self.convert(&arg.held, &shape)
            {
                arg.held = held;
            }
        }
        arg
    }

    fn literal(&mut self, root: Root) -> Option<External> {
        let value = self.root(root);
        if names::external_of(value).is_some() {
            return None;
        }
        let method = self.method()?;
        if method.generator.get().is_some()
            || self.frame().inferred.instance.uninferred.get().is_some()
        {
            return None;
        }
        let external = External::Literal { method: names::method_text(method), index: root.0 };
        self.named.entry(value).or_insert_with(|| external.clone());
        Some(external)
    }

    fn throw_undefined_slot(&mut self, slot: u32) -> Result<()> {
        let name = self.frame().inferred.code.slots[slot as usize].name;
        let name = self.root(name);
        let name = self.constant(name, None);
        self.runtime_status("jl_throw_undef_var", &[name])?;
        self.unreachable();
        Ok(())
    }

    /// The value of a global.
    fn global(&mut self, reference: Gc<GlobalRef>) -> Result<Arg> {
        let (module, name) = (reference.module.get(), reference.name.get());
        let binding = module.lookup(name);
        if let Some(binding) = binding {
            let external_name = External::Global {
                module: names::module_text(binding.module.get()),
                name: binding.name.get().to_string(),
            };
            if binding.has(BindingFlags::CONST)
                && let Some(value) = binding.value.get()
            {
                self.named.entry(value).or_insert_with(|| external_name.clone());
                let held = Held { shape: Shape::Ghost(value, Some(external_name)), values: vec![] };
                return Ok(Arg { held, lattice: Lattice::Const(value) });
            }
            let lattice = match binding.declared_type.get() {
                Some(ty) => Lattice::of_type(ty),
                None => Lattice::any(),
            };
            let external = External::Binding {
                module: names::module_text(binding.module.get()),
                name: binding.name.get().to_string(),
            };
            self.referents.insert(external.clone(), Referent::Object(binding.value()));
            let at = self.b.reference(external);
            let flags = MemFlags::TRUSTED;
            let value = self.b.load(Type::I64, at, BINDING_VALUE as i32, flags);
            let zero = self.b.iconst(Type::I64, 0);
            let there = self.b.icmp(IntCc::Ne, value, zero);
            let (bad, good) = (self.b.cold_block(), self.b.block());
            self.b.br_if(there, good, bad);
            self.b.switch_to(bad);
            let symbol = self.constant(name.value(), None);
            self.runtime_status("jl_throw_undef_var", &[symbol])?;
            self.unreachable();
            self.b.switch_to(good);
            return Ok(Arg { held: Held::boxed(value), lattice });
        }
        let m = self.constant(module.value(), None);
        let n = self.constant(name.value(), None);
        let held = self.runtime_boxed("jl_global_value", &[m, n])?;
        Ok(Arg { held, lattice: Lattice::any() })
    }

    /// Emits a statement; whether control goes on behind it.
    fn statement(&mut self, at: usize) -> Result<bool> {
        let code = self.frame().inferred.code.clone();
        match &code.statements[at] {
            Statement::Nothing
            | Statement::LoopInfo
            | Statement::GcPreserveEnd
            | Statement::Inbounds(_)
            | Statement::Leave(_) => {}
            Statement::Eval(operation) => {
                let Some(held) = self.result_of(operation, at)? else { return Ok(false) };
                self.frame().ssa[at] = Some(held);
            }
            Statement::AssignSlot(slot, operation) => {
                let Some(held) = self.result_of(operation, at)? else { return Ok(false) };
                self.frame().slots[*slot as usize] = SlotValue::Defined(held.clone());
                self.frame().ssa[at] = Some(held);
            }
            Statement::AssignGlobal(root, operand) => {
                let Some(arg) = self.operand(*operand)? else { return Ok(false) };
                let reference: Gc<GlobalRef> = self.root(*root).cast_unchecked();
                let module = self.constant(reference.module.get().value(), None);
                let name = self.constant(reference.name.get().value(), None);
                let value = self.boxed(&arg.held)?;
                self.runtime_status("jl_assign_global", &[module, name, value])?;
                self.frame().ssa[at] = Some(arg.held);
            }
            Statement::NewVar(slot) => self.frame().slots[*slot as usize] = SlotValue::Undefined,
            Statement::Goto(to) => {
                if *to as usize <= at {
                    self.safepoint()?;
                }
                self.go_to(*to as usize)?;
                return Ok(false);
            }
            Statement::GotoIfNot(condition, to) => {
                return self.go_to_if_not(*condition, *to as usize, at);
            }
            Statement::Return(operand) => {
                let Some(arg) = self.operand(*operand)? else { return Ok(false) };
                self.leave(&arg.held)?;
                return Ok(false);
            }
            Statement::Enter(_) => {
                if let Some(depth) = self.runtime("jl_exc_depth", &[], Some(Type::I64)) {
                    self.frame().ssa[at] = Some(Held::scalar(known().int64, depth));
                }
            }
            Statement::PopException(enter) => {
                let Some(held) = self.frame().ssa[*enter as usize].clone() else {
                    return refuse("the end of a handler without its beginning");
                };
                self.runtime("jl_exc_pop", &held.values, None);
            }
            Statement::GlobalDecl(_)
            | Statement::ConstDecl(_)
            | Statement::DeclareFunction(_)
            | Statement::Method(_)
            | Statement::TopLevel(_) => return refuse("a definition"),
        }
        Ok(true)
    }

    fn safepoint(&mut self) -> Result<()> {
        let unwind = self.unwind()?;
        let flag = self.b.unit.ext(External::RuntimeData("safepoint_flag".to_owned()));
        let slow = self.b.unit.ext(External::Runtime("jl_safepoint".to_owned()));
        self.b.safepoint(flag, slow, unwind);
        Ok(())
    }

    fn leave(&mut self, held: &Held) -> Result<()> {
        match self.frame().exit.clone() {
            Exit::Return(shape) => {
                let held = self.convert(held, &shape)?;
                self.return_held(&held);
            }
            Exit::Block(block, shape) => self.leave_to(held, block, &shape)?,
            Exit::Branch(branch, block, shape) => {
                if !self.take(&branch, held)? {
                    self.leave_to(held, block, &shape)?;
                }
            }
        }
        Ok(())
    }

    fn leave_to(&mut self, held: &Held, block: BlockId, shape: &Shape) -> Result<()> {
        let held = self.convert(held, shape)?;
        self.left_to.insert(block);
        self.b.jump(BlockCall { block, args: held.values });
        Ok(())
    }

    /// Returns a value by the function's convention.
    pub(super) fn return_held(&mut self, held: &Held) {
        if held.values.len() <= 1 {
            self.b.ret(&held.values);
            return;
        }
        let pointer = self.b.params(self.b.entry())[0];
        let (offsets, _) = memory_layout(&held.shape);
        for (&value, offset) in held.values.iter().zip(offsets) {
            self.b.store(value, pointer, offset as i32, MemFlags::TRUSTED);
        }
        self.b.ret(&[]);
    }

    fn go_to_if_not(&mut self, condition: Operand, to: usize, at: usize) -> Result<bool> {
        let Some(arg) = self.operand(condition)? else { return Ok(false) };
        let k = known();
        if let Some(v) = arg.held.constant() {
            if v == k.true_ {
                return Ok(true);
            }
            if v == k.false_ {
                if to <= at {
                    self.safepoint()?;
                }
                self.go_to(to)?;
                return Ok(false);
            }
        }
        let flag = if arg.lattice.widen() == k.bool.value() {
            self.convert(&arg.held, &Shape::Flat(k.bool))?.values[0]
        } else {
            let object = self.boxed(&arg.held)?;
            let (t, f) = (self.constant(k.true_, None), self.constant(k.false_, None));
            let is_true = self.b.icmp(IntCc::Eq, object, t);
            let is_false = self.b.icmp(IntCc::Eq, object, f);
            let is_bool = self.b.binary(BinaryOp::Or, is_true, is_false);
            let (bad, good) = (self.b.cold_block(), self.b.block());
            self.b.br_if(is_bool, good, bad);
            self.b.switch_to(bad);
            self.runtime_status("jl_throw_not_bool", &[object])?;
            self.unreachable();
            self.b.switch_to(good);
            is_true
        };
        let (then, otherwise) = (self.b.block(), self.b.block());
        self.b.br_if(flag, then, otherwise);
        self.b.switch_to(otherwise);
        if to <= at {
            self.safepoint()?;
        }
        self.go_to(to)?;
        self.b.switch_to(then);
        Ok(true)
    }

    /// The result of an operation in the shape that is known of it; none if it does not return.
    fn result_of(&mut self, operation: &Operation, at: usize) -> Result<Option<Held>> {
        let lattice = self.frame().inferred.ssa_types[at].without_condition();
        if matches!(operation, Operation::Call(_)) {
            let follows = self.what_follows(at);
            self.frame().follows = follows;
        }
        let held = self.operation(operation, &lattice)?;
        self.frame().follows = None;
        let Some(held) = held else { return Ok(None) };
        self.finish(held, &lattice)
    }

    /// A result with what is known of it applied.
    pub(super) fn finish(&mut self, held: Held, lattice: &Lattice) -> Result<Option<Held>> {
        match lattice {
            Lattice::Bottom => {
                self.unreachable();
                return Ok(None);
            }
            Lattice::Const(v) if held.constant().is_none() => return Ok(Some(Held::ghost(*v))),
            _ => {}
        }
        let shape = shape_of(lattice);
        let better = matches!(
            (&held.shape, &shape),
            (Shape::Boxed, Shape::Flat(_) | Shape::Union(_)) | (Shape::Union(_), Shape::Flat(_))
        );
        if better { self.convert(&held, &shape).map(Some) } else { Ok(Some(held)) }
    }

    fn operation(&mut self, operation: &Operation, lattice: &Lattice) -> Result<Option<Held>> {
        Ok(Some(match operation {
            Operation::Use(operand) => {
                let Some(arg) = self.operand(*operand)? else { return Ok(None) };
                arg.held
            }
            Operation::Call(operands) => return self.call(operands, lattice),
            Operation::New(operands) => {
                let Some(args) = self.operands(operands)? else { return Ok(None) };
                self.new_object(&args)?
            }
            Operation::SplatNew(ty, tuple) => {
                let Some(args) = self.operands(&[*ty, *tuple])? else { return Ok(None) };
                self.splat_new(&args)?
            }
            Operation::ForeignCall(foreign) => return self.foreign_call(foreign),
            Operation::CFunction(_) => return refuse("@cfunction"),
            Operation::TheException => {
                match self.runtime("jl_current_exception", &[], Some(Type::I64)) {
                    Some(v) => Held::boxed(v),
                    None => Held::ghost(known().nothing),
                }
            }
            Operation::IsDefined(operand) => self.is_defined(*operand)?,
            Operation::BoundsCheck(outside) => {
                let at = self.frame().at;
                let frame = self.frame();
                let off = frame.flow.inbounds[at] || frame.caller_inbounds;
                let check = outside.unwrap_or(true) && !off;
                Held::ghost(if check { known().true_ } else { known().false_ })
            }
            Operation::CopyAst(root) => {
                let tree = self.root(*root);
                let hint = self.literal(*root);
                let tree = self.constant(tree, hint.as_ref());
                match self.runtime("jl_copy_tree", &[tree], Some(Type::I64)) {
                    Some(v) => Held::boxed(v),
                    None => return refuse("a tree without a copy"),
                }
            }
            Operation::GcPreserveBegin(_) => Held::ghost(known().nothing),
        }))
    }

    /// The values of operands; none if reading one throws for certain.
    pub(super) fn operands(&mut self, operands: &[Operand]) -> Result<Option<Vec<Arg>>> {
        let mut out = Vec::with_capacity(operands.len());
        for &operand in operands {
            let Some(arg) = self.operand(operand)? else { return Ok(None) };
            out.push(arg);
        }
        Ok(Some(out))
    }

    fn is_defined(&mut self, operand: Operand) -> Result<Held> {
        let k = known();
        Ok(match operand {
            Operand::Slot(n) => match self.frame().slots[n as usize].clone() {
                SlotValue::Undefined => Held::ghost(k.false_),
                SlotValue::Defined(_) => Held::ghost(k.true_),
                SlotValue::Maybe(flag, _) => self.boolean(flag),
            },
            Operand::Global(root) => {
                let g: Gc<GlobalRef> = self.root(root).cast_unchecked();
                let module = self.constant(g.module.get().value(), None);
                let name = self.constant(g.name.get().value(), None);
                match self.runtime("jl_global_is_defined", &[module, name], Some(Type::I64)) {
                    Some(flag) => {
                        let flag = self.b.convert(pkgimage_ir::ConvertOp::Trunc, Type::I8, flag);
                        self.boolean(flag)
                    }
                    None => Held::ghost(k.false_),
                }
            }
            Operand::StaticParameter(n) => {
                let value = self.frame().inferred.static_parameters.get(n as usize);
                let there = value.is_some_and(|v| !types::has_free_typevars(v));
                Held::ghost(if there { k.true_ } else { k.false_ })
            }
            Operand::Ssa(_) | Operand::Constant(_) => Held::ghost(k.true_),
        })
    }
}
