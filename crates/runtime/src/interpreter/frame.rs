//! One activation of lowered code.

use std::cell::Cell;

use super::{call, definition, exceptions, limits, trace};
use crate::code::{Code, ForeignTarget, Operand, Operation, Root, Statement, StaticExpression};
use crate::error::{self, Result, Thrown};
use crate::fields;
use crate::gc;
use crate::interrupts;
use crate::known::known;
use crate::object::{
    DataType, GlobalRef, Method, MethodInstance, Module, QuoteNode, SimpleVector, box_bool,
    box_int64, unbox_int64,
};
use crate::types;
use crate::value::{Gc, Value};
use crate::world;

/// What an activation runs with.
pub struct Activation<'a> {
    /// The code.
    pub code: &'a Code,
    /// Its roots.
    pub roots: &'a [Value],
    /// Values of the static parameters.
    pub static_parameters: Gc<SimpleVector>,
    /// The module of the code, for definitions.
    pub module: Gc<Module>,
    /// The method, unless this is top-level code.
    pub method: Option<Gc<Method>>,
    /// The specialization whose work is counted, to be compiled when it is worth that.
    pub instance: Option<Gc<MethodInstance>>,
    /// Whether it was called from an `@inbounds` region that counts in it.
    pub inbounds: bool,
}

struct Frame<'a> {
    activation: &'a Activation<'a>,
    /// Slots, then SSA values.
    cells: &'static [Cell<Option<Value>>],
    slot_count: usize,
    /// Statements of the handlers in force.
    handlers: Vec<u32>,
    bounds_checks_off: u32,
    /// Statements run, and after how many a loop is to go on in native code.
    work: u32,
    patience: u32,
}

/// Runs code with these arguments (the function itself first; empty for a thunk).
pub fn run(activation: &Activation, arguments: &[Value]) -> Result<Value> {
    limits::check()?;
    let code = activation.code;
    let count = code.slots.len() + code.statements.len();
    let stack = gc::value_stack();
    let Some(cells) = stack.push_frame(count) else { return Err(error::stack_overflow()) };
    let mark = stack.mark();
    let mut frame = Frame {
        activation,
        cells,
        slot_count: code.slots.len(),
        handlers: Vec::new(),
        bounds_checks_off: 0,
        work: 0,
        patience: activation.instance.map_or(u32::MAX, call::patience_with).max(1),
    };
    let link = trace::Link::new(activation, cells);
    link.enter();
    let result = frame.bind(arguments).and_then(|()| frame.execute(&link.at));
    link.leave();
    if let Some(instance) = activation.instance {
        instance.work.set(instance.work.get().saturating_add(frame.work));
    }
    debug_assert_eq!(stack.mark(), mark, "the value stack is balanced");
    stack.pop_frame(count);
    result
}

impl Frame<'_> {
    fn bind(&mut self, arguments: &[Value]) -> Result<()> {
        let code = self.activation.code;
        let count = code.argument_count as usize;
        if code.is_vararg && count > 0 {
            let fixed = count - 1;
            for (cell, &value) in self.cells.iter().zip(arguments.iter().take(fixed)) {
                cell.set(Some(value));
            }
            let rest = arguments.get(fixed..).unwrap_or(&[]);
            self.cells[fixed].set(Some(fields::new_tuple(rest)));
        } else {
            for (cell, &value) in self.cells.iter().zip(arguments.iter().take(count)) {
                cell.set(Some(value));
            }
        }
        Ok(())
    }

    fn execute(&mut self, position: &Cell<usize>) -> Result<Value> {
        let mut at = 0usize;
        // Each statement at top level sees what those before it defined, within a loop, too.
        let advances = self.activation.method.is_none();
        loop {
            position.set(at);
            self.work = self.work.saturating_add(1);
            if advances {
                world::set_of_task(world::current());
            }
            match self.step(at) {
                Ok(Next::Go(next)) => at = next,
                Ok(Next::Return(value)) => return Ok(value),
                Err(thrown) => {
                    let Some(&handler) = self.handlers.last() else { return Err(thrown) };
                    exceptions::take(thrown);
                    at = handler as usize;
                }
            }
        }
    }

    /// Whether calls from here are in an `@inbounds` region.
    fn is_inbounds(&self) -> bool {
        let activation = self.activation;
        self.bounds_checks_off > 0 || activation.inbounds && activation.code.propagate_inbounds
    }

    fn root(&self, root: Root) -> Value {
        self.activation.roots[root.0 as usize]
    }

    fn slot_name(&self, slot: u32) -> Value {
        self.root(self.activation.code.slots[slot as usize].name)
    }

    fn set_ssa(&self, at: usize, value: Value) {
        self.cells[self.slot_count + at].set(Some(value));
    }

    #[inline]
    fn value(&self, operand: Operand) -> Result<Value> {
        match operand {
            Operand::Ssa(n) => match self.cells[self.slot_count + n as usize].get() {
                Some(value) => Ok(value),
                None => Err(error::error("use of an SSA value before its definition")),
            },
            Operand::Slot(n) => match self.cells[n as usize].get() {
                Some(value) => Ok(value),
                None => Err(error::undef_var(self.slot_name(n).cast_unchecked())),
            },
            Operand::Constant(root) => Ok(self.root(root)),
            Operand::Global(root) => global_value(self.root(root).cast_unchecked()),
            Operand::StaticParameter(n) => self.static_parameter(n),
        }
    }

    fn static_parameter(&self, n: u32) -> Result<Value> {
        match self.activation.static_parameters.get(n as usize) {
            Some(value) if !value.is::<crate::object::TypeVar>() => Ok(value),
            _ => {
                let name = self.activation.code.static_parameters[n as usize];
                Err(error::undef_var(self.root(name).cast_unchecked()))
            }
        }
    }

    /// Puts operands on the value stack and calls `f` with them.
    fn with_values<R>(
        &self,
        operands: &[Operand],
        f: impl FnOnce(&[Value]) -> Result<R>,
    ) -> Result<R> {
        let stack = gc::value_stack();
        let Some(cells) = stack.push_frame(operands.len()) else {
            return Err(error::stack_overflow());
        };
        let mut result = Ok(());
        for (cell, &operand) in cells.iter().zip(operands) {
            match self.value(operand) {
                Ok(value) => cell.set(Some(value)),
                Err(thrown) => {
                    result = Err(thrown);
                    break;
                }
            }
        }
        let result = match result {
            Ok(()) => {
                // SAFETY: every cell holds `Some(value)`, which has the representation of the
                // value; the callee does not write to the frames below its own.
                let values = unsafe {
                    std::slice::from_raw_parts(cells.as_ptr().cast::<Value>(), cells.len())
                };
                f(values)
            }
            Err(thrown) => Err(thrown),
        };
        stack.pop_frame(operands.len());
        result
    }

    fn static_expression(&self, e: &StaticExpression) -> Result<Value> {
        match e {
            StaticExpression::Operand(o) => self.value(*o),
            StaticExpression::Call(parts) => {
                let mut values = gc::RootVec::new();
                for part in parts {
                    values.push(self.static_expression(part)?);
                }
                call::apply(values.as_slice())
            }
        }
    }

    fn operation(&mut self, operation: &Operation) -> Result<Value> {
        match operation {
            Operation::Use(operand) => self.value(*operand),
            Operation::Call(operands) => {
                interrupts::safepoint()?;
                let inbounds = self.is_inbounds();
                self.with_values(operands, |values| call::apply_from(values, inbounds))
            }
            Operation::New(operands) => self.with_values(operands, call::new_object),
            Operation::SplatNew(ty, tuple) => {
                let ty = self.value(*ty)?;
                let tuple = self.value(*tuple)?;
                let count = tuple.datatype().field_count();
                let mut values = gc::RootVec::of(&[ty]);
                for i in 0..count {
                    match fields::get_nth(tuple, i) {
                        Some(value) => values.push(value),
                        None => return Err(error::undef_ref()),
                    };
                }
                call::new_object(values.as_slice())
            }
            Operation::ForeignCall(foreign) => {
                let target = match &foreign.target {
                    ForeignTarget::Operand(o) => self.value(*o)?,
                    ForeignTarget::Library(name, library) => {
                        let name = self.static_expression(name)?;
                        let library = self.static_expression(library)?;
                        fields::new_tuple(&[name, library])
                    }
                };
                let return_type = self.static_expression(&foreign.return_type)?;
                let mut types = gc::RootVec::of(&[target, return_type]);
                for ty in &foreign.argument_types {
                    types.push(self.static_expression(ty)?);
                }
                self.with_values(&foreign.arguments, |values| {
                    crate::foreign::call(
                        target,
                        return_type,
                        &types.as_slice()[2..],
                        foreign.required as usize,
                        values,
                    )
                })
            }
            Operation::CFunction(c) => {
                let kind = self.static_expression(&c.kind)?;
                let function = self.value(c.function)?;
                let return_type = self.static_expression(&c.return_type)?;
                let argument_types = self.static_expression(&c.argument_types)?;
                crate::foreign::c_function(
                    self.activation.module,
                    kind,
                    function,
                    return_type,
                    argument_types,
                )
            }
            Operation::TheException => {
                Ok(exceptions::current().map_or(known().nothing, |(exception, _)| exception))
            }
            Operation::IsDefined(operand) => Ok(box_bool(match *operand {
                Operand::Slot(n) => self.cells[n as usize].get().is_some(),
                Operand::Global(root) => {
                    let g: Gc<GlobalRef> = self.root(root).cast_unchecked();
                    g.module.get().get_global(g.name.get()).is_some()
                }
                Operand::StaticParameter(n) => self.static_parameter(n).is_ok(),
                _ => true,
            })),
            Operation::BoundsCheck(outside) => {
                let off = self.activation.inbounds || self.bounds_checks_off > 0;
                Ok(box_bool(outside.unwrap_or(true) && !off))
            }
            Operation::CopyAst(root) => Ok(copy_tree(self.root(*root))),
            Operation::GcPreserveBegin(operands) => {
                self.with_values(operands, |_| Ok(known().nothing))
            }
        }
    }

    fn step(&mut self, at: usize) -> Result<Next> {
        let code = self.activation.code;
        let next = Next::Go(at + 1);
        match &code.statements[at] {
            Statement::Nothing | Statement::LoopInfo | Statement::GcPreserveEnd => {}
            Statement::Eval(operation) => {
                let value = self.operation(operation)?;
                self.set_ssa(at, value);
            }
            Statement::AssignSlot(slot, operation) => {
                let value = self.operation(operation)?;
                self.cells[*slot as usize].set(Some(value));
                self.set_ssa(at, value);
            }
            Statement::AssignGlobal(root, operand) => {
                let value = self.value(*operand)?;
                let g: Gc<GlobalRef> = self.root(*root).cast_unchecked();
                g.module.get().binding_for_write(g.name.get())?.assign(value)?;
                self.set_ssa(at, value);
            }
            Statement::NewVar(slot) => self.cells[*slot as usize].set(None),
            Statement::Goto(to) => {
                if *to as usize <= at {
                    interrupts::safepoint()?;
                    if self.work >= self.patience
                        && let Some(result) = self.go_on_native(*to)
                    {
                        return result.map(Next::Return);
                    }
                }
                return Ok(Next::Go(*to as usize));
            }
            Statement::GotoIfNot(condition, to) => {
                let value = self.value(*condition)?;
                if value == known().false_ {
                    if *to as usize <= at {
                        interrupts::safepoint()?;
                    }
                    return Ok(Next::Go(*to as usize));
                }
                if value != known().true_ {
                    return Err(error::type_error("if", known().bool, value));
                }
            }
            Statement::Return(operand) => return Ok(Next::Return(self.value(*operand)?)),
            Statement::Enter(handler) => {
                self.handlers.push(*handler);
                self.set_ssa(at, box_int64(exceptions::depth() as i64));
            }
            Statement::Leave(count) => {
                let keep = self.handlers.len().saturating_sub(*count as usize);
                self.handlers.truncate(keep);
            }
            Statement::PopException(enter) => {
                let depth = self.value(Operand::Ssa(*enter))?;
                exceptions::truncate(unbox_int64(depth).unwrap_or(0) as usize);
            }
            Statement::GlobalDecl(root) => {
                let g: Gc<GlobalRef> = self.root(*root).cast_unchecked();
                let entry = g.module.get().entry(g.name.get());
                if entry.owner.get().is_none() {
                    entry.owner.set(entry, Some(entry));
                }
            }
            Statement::ConstDecl(root) => {
                let g: Gc<GlobalRef> = self.root(*root).cast_unchecked();
                g.module.get().binding_for_write(g.name.get())?.declare_const()?;
                crate::definitions::name(g.module.get(), g.name.get());
            }
            Statement::DeclareFunction(root) => {
                let g: Gc<GlobalRef> = self.root(*root).cast_unchecked();
                let f = definition::generic_function(g.module.get(), g.name.get())?;
                self.set_ssa(at, f);
            }
            Statement::Method(def) => {
                let method = self.define(def)?;
                self.set_ssa(at, method);
            }
            Statement::Inbounds(on) => match on {
                Some(true) => self.bounds_checks_off += 1,
                Some(false) => {}
                None => self.bounds_checks_off = self.bounds_checks_off.saturating_sub(1),
            },
            Statement::TopLevel(root) => {
                let value = crate::eval::eval_toplevel(self.activation.module, self.root(*root))?;
                self.set_ssa(at, value);
            }
        }
        Ok(next)
    }

    /// Leaves the rest of a long loop to native code that begins at its head; none if there can be no
    /// such code.
    #[cold]
    fn go_on_native(&mut self, head: u32) -> Option<Result<Value>> {
        if !self.handlers.is_empty() || self.bounds_checks_off > 0 || self.activation.inbounds {
            return None;
        }
        // Another attempt only after as long again: it may have been an inner loop.
        self.patience = self.work.saturating_mul(2);
        let instance = self.activation.instance?;
        let values: Vec<Option<Value>> = self.cells.iter().map(Cell::get).collect();
        let (entry, wanted) = crate::hooks::hooks().compile_loop(instance, head, &values)?;
        let mut arguments = gc::RootVec::new();
        arguments.extend(wanted.into_iter().filter_map(|at| values[at]));
        Some(call::call_native(entry, arguments.as_slice()))
    }

    fn define(&mut self, def: &crate::code::MethodDefinition) -> Result<Value> {
        if let Some(name) = def.name {
            let g: Gc<GlobalRef> = self.root(name).cast_unchecked();
            definition::generic_function(g.module.get(), g.name.get())?;
        }
        let signature = self.value(def.signature)?;
        let mut captures = gc::RootVec::new();
        for &operand in &def.captures {
            captures.push(self.value(operand)?);
        }
        definition::define_method(
            self.activation.module,
            signature,
            self.root(def.body),
            self.root(def.body_roots).cast_unchecked(),
            captures.as_slice(),
        )
    }
}

enum Next {
    Go(usize),
    Return(Value),
}

/// The value of a global, its binding found once per reference.
pub(super) fn global_value(reference: Gc<GlobalRef>) -> Result<Value> {
    if let Some(binding) = reference.binding.get()
        && let Some(value) = binding.value.get()
    {
        return Ok(value);
    }
    let module = reference.module.get();
    if let Some(binding) = module.lookup(reference.name.get())
        && let Some(value) = binding.value.get()
    {
        reference.binding.set(reference, Some(binding));
        return Ok(value);
    }
    Err(undefined_global(reference))
}

fn undefined_global(reference: Gc<GlobalRef>) -> Thrown {
    error::undef_var(reference.name.get())
}

/// A copy of a tree: `Expr`s are copied, everything else is shared.
pub fn copy_tree(tree: Value) -> Value {
    let Some(e) = tree.cast::<crate::object::Expr>() else {
        if let Some(q) = tree.cast::<QuoteNode>()
            && q.value.get().is::<crate::object::Expr>()
        {
            return QuoteNode::new(copy_tree(q.value.get())).value();
        }
        return tree;
    };
    let args: Vec<Value> =
        e.args.get().references().iter().map(|a| copy_tree(a.unwrap_or(known().nothing))).collect();
    crate::object::Expr::new(e.head.get(), &args).value()
}

/// Whether a type is one that `new` can make.
pub(super) fn constructible(ty: Value) -> Option<Gc<DataType>> {
    types::as_concrete(ty)
}
