//! Which code a call runs: a body in place, a specialization, one of a few, or what dispatch finds.

use std::rc::Rc;

use pkgimage_ir::{
    BinaryOp, BlockCall, Callee, ConvertOp, External, IntCc, MemFlags, Ret, StackSlot, Type,
    Value as Ir,
};
use pkgimage_runtime::code::Operand;
use pkgimage_runtime::dispatch;
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{DataType, Method, MethodInstance, Vararg};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use super::body::Arg;
use super::shape::{Held, Shape, memory_layout, shape_of};
use super::{Emitter, Referent, Refused, Result, abi, flow, names};
use crate::cost;
use crate::lattice::{Lattice, members};
use crate::typed::{CallKind, CallSite, InferredCode, Spread, Target};

/// How deep bodies are put into each other.
const INLINE_DEPTH: usize = 16;
/// Among how many methods a call is decided in place.
const SPLIT_LIMIT: usize = 4;

impl Emitter<'_, '_> {
    /// A call statement; none if it does not return.
    pub(super) fn call(&mut self, operands: &[Operand], lattice: &Lattice) -> Result<Option<Held>> {
        let Some(args) = self.operands(operands)? else { return Ok(None) };
        let at = self.frame().at;
        let site = self.frame().inferred.call_sites.get(at).cloned().flatten();
        if let Lattice::Const(v) = lattice
            && site.as_ref().is_some_and(|s| s.effects.is_removable())
        {
            return Ok(Some(Held::ghost(*v)));
        }
        let Some(site) = site else { return self.dynamic_call(&args).map(Some) };
        match site.kind {
            CallKind::Builtin(index) => self.builtin(index, &args, lattice),
            CallKind::Intrinsic(index) => self.intrinsic(index, &args, lattice),
            CallKind::Generic => self.call_targets(&site, &args, &args, lattice),
            CallKind::Invoke if args.len() >= 3 && site.covers && site.targets.len() == 1 => {
                let mut inner = vec![args[1].clone()];
                inner.extend_from_slice(&args[3..]);
                self.call_targets(&site, &inner, &args, lattice)
            }
            CallKind::ApplyIterate => match self.spread(&site, &args)? {
                Some(inner) => match inner[0].held.constant() {
                    Some(f) if is_builtin(f) => self.call_constant(f, &inner, lattice),
                    _ => self.call_targets(&site, &inner, &inner, lattice),
                },
                None => self.leave_to_dispatch(&site, &args).map(Some),
            },
            CallKind::Invoke | CallKind::Unknown => self.leave_to_dispatch(&site, &args).map(Some),
        }
    }

    /// Calls a builtin or intrinsic function object.
    fn call_constant(&mut self, f: Value, args: &[Arg], lattice: &Lattice) -> Result<Option<Held>> {
        if let Some(index) = pkgimage_runtime::builtins::index_of_type(f.datatype()) {
            return self.builtin(index, args, lattice);
        }
        if f.datatype() == known().intrinsic_function {
            let index = pkgimage_runtime::intrinsics::index_of(f);
            return self.intrinsic(index, args, lattice);
        }
        self.dynamic_call(args).map(Some)
    }

    /// Function and arguments of an `f(containers...)` whose containers are known in length.
    fn spread(&mut self, site: &CallSite, args: &[Arg]) -> Result<Option<Vec<Arg>>> {
        let Some(spread) = &site.spread else { return Ok(None) };
        let mut out = vec![args[2].clone()];
        for (container, spread) in args[3..].iter().zip(spread) {
            match spread {
                Spread::Fields(list) => {
                    for (i, lattice) in list.iter().enumerate() {
                        let Some(held) = self.field(container, i)? else { return Ok(None) };
                        let arg = Arg { held, lattice: lattice.clone() };
                        out.push(self.refined(arg));
                    }
                }
                Spread::Constants(list) => out.extend(
                    list.iter().map(|&v| Arg { held: Held::ghost(v), lattice: Lattice::Const(v) }),
                ),
                Spread::Iterated(_) | Spread::Any(_) => return Ok(None),
            }
        }
        Ok(Some(out))
    }

    /// A slot in the frame for so many arguments.
    fn argument_slot(&mut self, count: u32) -> StackSlot {
        if let Some(&slot) = self.argument_slots.get(&count) {
            return slot;
        }
        let slot = self.b.stack_slot(8 * count.max(1), 8);
        self.argument_slots.insert(count, slot);
        slot
    }

    /// Writes references to the arguments into the frame; address and number.
    pub(super) fn argument_list(&mut self, args: &[Arg]) -> Result<(Ir, Ir)> {
        let mut boxed = Vec::with_capacity(args.len());
        for arg in args {
            boxed.push(self.boxed(&arg.held)?);
        }
        let slot = self.argument_slot(args.len() as u32);
        let address = self.b.stack_addr(slot, 0);
        for (i, value) in boxed.into_iter().enumerate() {
            self.b.store(value, address, 8 * i as i32, MemFlags::TRUSTED);
        }
        let count = self.b.iconst(Type::I32, args.len() as i128);
        Ok((address, count))
    }

    /// Leaves a call to the runtime; the function stands first.
    pub(super) fn dynamic_call(&mut self, args: &[Arg]) -> Result<Held> {
        let (address, count) = self.argument_list(args)?;
        self.runtime_boxed("jl_apply_generic", &[address, count])
    }

    fn call_targets(
        &mut self,
        site: &Rc<CallSite>,
        args: &[Arg],
        dynamic: &[Arg],
        lattice: &Lattice,
    ) -> Result<Option<Held>> {
        match site.targets.as_slice() {
            [] => self.dynamic_call(dynamic).map(Some),
            [one] if site.covers => self.call_target(one, args, dynamic),
            list if list.len() <= SPLIT_LIMIT => self.split(site, args, dynamic, lattice),
            _ => self.leave_to_dispatch(site, dynamic).map(Some),
        }
    }

    /// Leaves a call of known methods to dispatch.
    fn leave_to_dispatch(&mut self, site: &CallSite, args: &[Arg]) -> Result<Held> {
        self.left.extend(site.targets.iter().map(|target| target.instance));
        self.dynamic_call(args)
    }

    /// Decides among a few methods by the types of the arguments.
    fn split(
        &mut self,
        site: &Rc<CallSite>,
        args: &[Arg],
        dynamic: &[Arg],
        lattice: &Lattice,
    ) -> Result<Option<Held>> {
        // Intersection may say too much: then the types do not decide.
        let decidable = |t: &Target| {
            types::subtype(t.spec_types, t.method.signature.get())
                && spec_list(t.spec_types, args.len()).is_some()
        };
        if !site.targets.iter().all(decidable) {
            let held = self.leave_to_dispatch(site, dynamic)?;
            return self.finish(held, lattice);
        }
        let shape = shape_of(lattice);
        let join = self.b.block();
        let params: Vec<Ir> =
            shape.machine_types().iter().map(|&t| self.b.block_param(join, t)).collect();
        let mut joined = false;
        let last = site.targets.len() - 1;
        for (n, target) in site.targets.iter().enumerate() {
            let next = self.b.block();
            let decided = site.covers && n == last;
            let Some(types) = spec_list(target.spec_types, args.len()) else {
                let held = self.dynamic_call(dynamic)?;
                return Ok(Some(held));
            };
            let mut narrowed = Vec::with_capacity(args.len());
            for (arg, &ty) in args.iter().zip(&types) {
                if !decided && let Some(test) = self.type_test(arg, ty)? {
                    let here = self.b.block();
                    self.b.br_if(test, here, next);
                    self.b.switch_to(here);
                }
                let arg = Arg { held: arg.held.clone(), lattice: arg.lattice.meet(ty) };
                narrowed.push(self.refined(arg));
            }
            if let Some(held) = self.call_target(target, &narrowed, dynamic)? {
                let result = target.return_type.without_condition();
                if let Some(held) = self.finish(held, &result)? {
                    let held = self.convert(&held, &shape)?;
                    self.b.jump(BlockCall { block: join, args: held.values });
                    joined = true;
                }
            }
            self.b.switch_to(next);
        }
        if !site.covers {
            let held = self.dynamic_call(dynamic)?;
            if let Some(held) = self.finish(held, lattice)? {
                let held = self.convert(&held, &shape)?;
                self.b.jump(BlockCall { block: join, args: held.values });
                joined = true;
            }
        }
        if !joined {
            // No way leads there.
            self.b.switch_to(join);
            self.unreachable();
            return Ok(None);
        }
        self.b.switch_to(join);
        Ok(Some(Held { shape, values: params }))
    }

    /// Calls one method, which accepts the arguments. `dynamic` is the same call as dispatch takes it.
    fn call_target(
        &mut self,
        target: &Target,
        args: &[Arg],
        dynamic: &[Arg],
    ) -> Result<Option<Held>> {
        if let Some(v) = target.constant_result {
            return Ok(Some(Held::ghost(v)));
        }
        if let Some(body) = self.body_to_inline(target) {
            return self.inline(body, target, args);
        }
        if !dispatch::is_compilable(target.instance) {
            // Dispatch finds a specialization for the types that the arguments have in the end.
            self.left.push(target.instance);
            let held = self.dynamic_call(dynamic)?;
            return self.finish(held, &target.return_type.without_condition());
        }
        let held = self.call_instance(target.instance, &target.instance_return, args)?;
        if target.return_type.is_bottom() || target.instance_return.is_bottom() {
            self.unreachable();
            return Ok(None);
        }
        self.finish(held, &target.return_type.without_condition())
    }

    fn body_to_inline(&mut self, target: &Target) -> Option<Rc<InferredCode>> {
        let instance = target.body;
        if self.frames.len() > INLINE_DEPTH
            || self.never_inline.contains(&instance)
            || self.frames.iter().any(|f| f.inferred.instance == instance)
            || target.return_type.is_bottom()
        {
            return None;
        }
        target.inlined_cost?;
        let body = match &target.specialized {
            Some(body) => body.clone(),
            None => self.inference.infer(instance)?,
        };
        let count = body.code.statements.len();
        if !cost::is_inlined(&body.code, body.cost)
            || count > self.budget
            || !flow::may_inline(&body.code)
        {
            return None;
        }
        if body.static_parameters.items().iter().any(|&p| types::has_free_typevars(p)) {
            return None;
        }
        self.budget -= count;
        Some(body)
    }

    fn inline(
        &mut self,
        body: Rc<InferredCode>,
        target: &Target,
        args: &[Arg],
    ) -> Result<Option<Held>> {
        let instance = target.body;
        let code = body.code.clone();
        let count = code.argument_count as usize;
        let fixed = if code.is_vararg { count - 1 } else { count };
        let mut held: Vec<Held> = args.iter().take(fixed).map(|a| a.held.clone()).collect();
        if code.is_vararg {
            let rest = args.get(fixed..).unwrap_or(&[]);
            held.push(self.tuple(rest)?);
        }
        let result = body.return_type.without_condition();
        let shape = shape_of(&result);
        let exit = self.b.block();
        let params: Vec<Ir> =
            shape.machine_types().iter().map(|&t| self.b.block_param(exit, t)).collect();
        let inbounds = self.frame().is_inbounds();
        for instance in [target.instance, instance] {
            if !self.inlined.contains(&instance) {
                self.inlined.push(instance);
            }
        }
        let after = self.exit_of_call(exit, &shape);
        self.body(body, held, after, inbounds)
            .map_err(|e| Refused { inlined: e.inlined.or(Some(instance)), ..e })?;
        self.b.switch_to(exit);
        if result.is_bottom() || !self.left_to.contains(&exit) {
            self.unreachable();
            return Ok(None);
        }
        self.finish(Held { shape, values: params }, &target.return_type.without_condition())
    }

    /// Calls a specialization by its convention.
    fn call_instance(
        &mut self,
        instance: Gc<MethodInstance>,
        result: &Lattice,
        args: &[Arg],
    ) -> Result<Held> {
        let abi = abi::abi_of(instance, result);
        let Some(method) = instance.def.get().cast::<Method>() else {
            return super::refuse("a call of top-level code");
        };
        let fixed = abi.parameters.len() - usize::from(method.is_vararg.get());
        let mut values = Vec::new();
        let mut space = None;
        if let Ret::Aggregate { size, align } = abi.signature.ret {
            let slot = self.b.stack_slot(size, align);
            let address = self.b.stack_addr(slot, 0);
            values.push(address);
            space = Some(address);
        }
        for (i, shape) in abi.parameters.iter().enumerate() {
            let held = if i < fixed {
                args[i].held.clone()
            } else {
                self.tuple(args.get(fixed..).unwrap_or(&[]))?
            };
            values.extend(self.convert(&held, shape)?.values);
        }
        let external = External::Specialization {
            signature: names::instance_text(instance),
            abi: abi.signature.clone(),
        };
        self.referents
            .insert(external.clone(), Referent::Callee { instance, result: result.clone() });
        let unwind = self.unwind()?;
        let ext = self.b.unit.ext(external);
        let results = self.b.call(Callee::Ext(ext), abi.signature.clone(), &values, Some(unwind));
        let values = match space {
            None => results,
            Some(address) => {
                let (offsets, _) = memory_layout(&abi.result);
                let types = abi.result.machine_types();
                let load = |(&ty, offset): (&Type, u32)| {
                    self.b.load(ty, address, offset as i32, MemFlags::TRUSTED)
                };
                types.iter().zip(offsets).map(load).collect()
            }
        };
        Ok(Held { shape: abi.result, values })
    }

    /// Whether a value is an instance of a type: none if it always is. The result is a flag.
    pub(super) fn type_test(&mut self, arg: &Arg, ty: Value) -> Result<Option<Ir>> {
        let known_type = arg.lattice.widen();
        if ty == known().any.value() || types::subtype(known_type, ty) {
            return Ok(None);
        }
        match &arg.held.shape {
            Shape::Ghost(v, _) => {
                if types::isa(*v, ty) {
                    return Ok(None);
                }
                return Ok(Some(self.b.iconst(Type::I8, 0)));
            }
            Shape::Flat(d) => {
                if types::subtype(d.value(), ty) {
                    return Ok(None);
                }
                return Ok(Some(self.b.iconst(Type::I8, 0)));
            }
            Shape::Union(list) => {
                let mut flag = self.b.iconst(Type::I8, 0);
                for (i, member) in list.clone().iter().enumerate() {
                    let fits = match member {
                        Shape::Ghost(v, _) => types::isa(*v, ty),
                        other => other.concrete().is_some_and(|d| types::subtype(d.value(), ty)),
                    };
                    if fits {
                        let n = self.b.iconst(Type::I8, i as i128);
                        let is = self.b.icmp(IntCc::Eq, arg.held.values[0], n);
                        flag = self.b.binary(BinaryOp::Or, flag, is);
                    }
                }
                return Ok(Some(flag));
            }
            Shape::Boxed => {}
        }
        let object = arg.held.values[0];
        let list = members(ty);
        let simple = |t: &Value| {
            t.cast::<DataType>()
                .is_some_and(|d| d.is_concrete() && types::type_parameter(*t).is_none())
        };
        if list.len() <= 4 && list.iter().all(simple) {
            let header = self.header(object);
            let mut flag = None;
            for t in list {
                let reference = self.constant(t, None);
                let is = self.b.icmp(IntCc::Eq, header, reference);
                flag = Some(match flag {
                    None => is,
                    Some(other) => self.b.binary(BinaryOp::Or, other, is),
                });
            }
            return Ok(flag);
        }
        if let Some(t) = types::type_parameter(ty)
            && t.is::<DataType>()
            && crate::lattice::is_unique_type(t)
        {
            let reference = self.constant(t, None);
            return Ok(Some(self.b.icmp(IntCc::Eq, object, reference)));
        }
        let ty = self.constant(ty, None);
        let flag = self.runtime("jl_value_isa", &[object, ty], Some(Type::I64));
        Ok(flag.map(|f| self.b.convert(ConvertOp::Trunc, Type::I8, f)))
    }

    /// Field `index` of a tuple or struct whose type is known; none if that is not possible here.
    pub(super) fn field(&mut self, object: &Arg, index: usize) -> Result<Option<Held>> {
        if let Some(v) = object.held.constant() {
            let ty = v.datatype();
            if !ty.is_mutable() {
                return Ok(fields::get_nth(v, index).map(Held::ghost));
            }
            // The fields of a constant object may change.
            let object = self.boxed(&object.held)?;
            return self.field_of(&Held::boxed(object), ty, index);
        }
        // What a tuple was made of here may be known when the types of its fields are not.
        let known = object.held.shape.concrete();
        let Some(ty) = known.or_else(|| types::as_concrete(object.lattice.widen())) else {
            return Ok(None);
        };
        self.field_of(&object.held, ty, index)
    }
}

/// Types of the arguments, the function first, with a `Vararg` spread.
fn spec_list(types: Value, count: usize) -> Option<Vec<Value>> {
    let tuple = types::unwrap_unionall(types).cast::<DataType>()?;
    let mut list = tuple.parameters.get().items().to_vec();
    if let Some(rest) = list.last().and_then(|l| l.cast::<Vararg>()) {
        let element = rest.element.get().unwrap_or(known().any.value());
        list.pop();
        list.resize(count.max(list.len()), element);
    }
    (list.len() == count && list.iter().all(|&t| !types::has_free_typevars(t))).then_some(list)
}

fn is_builtin(f: Value) -> bool {
    pkgimage_runtime::builtins::of_type(f.datatype()).is_some()
}
