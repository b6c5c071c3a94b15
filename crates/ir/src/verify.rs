//! The rules that every unit obeys before it is translated.
//!
//! The compiler reads units from a pipe and trusts nothing: whatever decodes is checked here, so that
//! the translation after it cannot fail on malformed input. All indices, types, arities, the single
//! definition of each value, dominance of uses, and the shape of signatures are checked.

use crate::op::{BinaryOp, BlockCall, Callee, ConvertOp, Inst, Op, Terminator, UnaryOp};
use crate::signature::{Conv, Ret, Signature, Type};
use crate::unit::{BlockId, Ext, External, Function, FunctionKind, Loc, Sig, Unit, Value};
use std::collections::HashSet;

/// The most parameters that a function has.
pub const MAX_PARAMS: usize = 1024;
/// The largest frame, in bytes: less than the reserve below the stack limit.
pub const MAX_FRAME: u64 = 64 << 10;
/// The largest alignment of stack slots and aggregates.
pub const MAX_ALIGN: u32 = 64;
/// The largest `Cell`.
pub const MAX_CELL: u32 = 1 << 20;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {rule}")]
pub struct VerifyError {
    /// The place in the unit.
    pub place: Place,
    /// The rule that is broken.
    pub rule: Rule,
}

/// A place in a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Place {
    /// The unit as a whole.
    #[error("unit")]
    Unit,
    /// An entry of the externals table.
    #[error("{0}")]
    External(Ext),
    /// An entry of the signatures table.
    #[error("{0}")]
    Signature(Sig),
    /// An entry of the table of locations.
    #[error("{0}")]
    Loc(Loc),
    /// A function as a whole.
    #[error("fn{0}")]
    Function(u32),
    /// A block.
    #[error("fn{0} {1}")]
    Block(u32, BlockId),
    /// An instruction of a block.
    #[error("fn{0} {1} instruction {2}")]
    Inst(u32, BlockId, u32),
    /// The end of a block.
    #[error("fn{0} {1} terminator")]
    Terminator(u32, BlockId),
}

/// The rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    /// Names are not empty and hold no NUL.
    #[error("a name is empty or holds a NUL")]
    Name,
    /// Two functions of one name.
    #[error("the name of the function is taken")]
    DuplicateName,
    /// A unit holds at least one function.
    #[error("there is no function")]
    NoFunction,
    /// Alignments.
    #[error("the alignment {0} is not a power of two within the limit")]
    Align(u32),
    /// Sizes.
    #[error("the size {0} is above the limit")]
    Size(u64),
    /// C functions take integers of 32 bits and more.
    #[error("a C function has a parameter of type {0}")]
    NarrowParam(Type),
    /// Results of a signature.
    #[error("the convention does not allow this result")]
    Result,
    /// Variadic functions do not throw.
    #[error("a variadic function cannot throw")]
    VariadicThrows,
    /// Too many parameters.
    #[error("more than {MAX_PARAMS} parameters")]
    ManyParams,
    /// A location's caller comes earlier in the table.
    #[error("a location is inlined at a later one")]
    LocOrder,
    /// A number that names nothing.
    #[error("there is no {0}")]
    Missing(String),
    /// The signature of a generic entry, or of a variadic function that is defined here.
    #[error("a function of this kind cannot have this signature")]
    Kind,
    /// What only throwing functions may have.
    #[error("only a function that throws can do this")]
    NotThrowing,
    /// An external of another kind than needed.
    #[error("{0} is not {1}")]
    ExternalKind(Ext, &'static str),
    /// The entry block's parameters are the arguments.
    #[error("the parameters of the entry block are not those of the signature")]
    EntryParams,
    /// The entry is entered once.
    #[error("a jump leads to the entry block")]
    JumpToEntry,
    /// Every block is reached.
    #[error("the block cannot be reached")]
    UnreachableBlock,
    /// Every value is defined once.
    #[error("{0} is defined more than once")]
    Redefined(Value),
    /// Every value of the table is defined.
    #[error("{0} is not defined")]
    Undefined(Value),
    /// Definitions come before uses.
    #[error("{0} is used where it need not be defined")]
    Dominance(Value),
    /// Number of results, operands or arguments.
    #[error("expected {expected} of {what}, found {found}")]
    Count { what: &'static str, expected: usize, found: usize },
    /// Types of operands.
    #[error("{value} has type {found}, expected {expected}")]
    TypeOf { value: Value, found: Type, expected: String },
    /// A constant has bits that its type has not.
    #[error("the constant does not fit into its type")]
    ConstantFits,
    /// Conversions go from some types to some types.
    #[error("{op} does not convert {from} to {to}")]
    Conversion { op: ConvertOp, from: Type, to: Type },
    /// `unwind` goes with `throws`.
    #[error("a call has `unwind` if and only if its signature throws")]
    Unwind,
    /// Caller and callee agree.
    #[error("the signature of the call is not that of the callee")]
    CallSignature,
    /// Cases of a switch.
    #[error("the case {0} is there twice or does not fit the type")]
    Case(u64),
}

type Result<T> = std::result::Result<T, VerifyError>;

/// Checks a unit.
pub fn verify(unit: &Unit) -> Result<()> {
    let at_unit = |rule| VerifyError { place: Place::Unit, rule };
    check_name(&unit.name).map_err(at_unit)?;
    if unit.functions.is_empty() {
        return Err(at_unit(Rule::NoFunction));
    }
    for (index, signature) in unit.signatures.iter().enumerate() {
        let place = Place::Signature(Sig(index as u32));
        check_signature(signature).map_err(|rule| VerifyError { place, rule })?;
    }
    for (index, external) in unit.externals.iter().enumerate() {
        let place = Place::External(Ext(index as u32));
        check_external(external).map_err(|rule| VerifyError { place, rule })?;
    }
    for (index, loc) in unit.locs.iter().enumerate() {
        if loc.inlined_at.is_some_and(|at| at.index() >= index) {
            return Err(VerifyError { place: Place::Loc(Loc(index as u32)), rule: Rule::LocOrder });
        }
    }
    let mut names = HashSet::new();
    for (index, function) in unit.functions.iter().enumerate() {
        let index = index as u32;
        let fail = |rule| VerifyError { place: Place::Function(index), rule };
        check_name(&function.name).map_err(fail)?;
        if !names.insert(function.name.as_str()) {
            return Err(fail(Rule::DuplicateName));
        }
        FunctionVerifier::new(unit, function, index)?.run()?;
    }
    Ok(())
}

fn check_name(name: &str) -> std::result::Result<(), Rule> {
    if name.is_empty() || name.contains('\0') { Err(Rule::Name) } else { Ok(()) }
}

fn check_align(align: u32, limit: u32) -> std::result::Result<(), Rule> {
    if align.is_power_of_two() && align <= limit { Ok(()) } else { Err(Rule::Align(align)) }
}

fn check_signature(signature: &Signature) -> std::result::Result<(), Rule> {
    if signature.params.len() > MAX_PARAMS {
        return Err(Rule::ManyParams);
    }
    let julia = signature.conv == Conv::Julia;
    if !julia && let Some(ty) = signature.params.iter().find(|t| t.is_int() && t.bits() < 32) {
        return Err(Rule::NarrowParam(*ty));
    }
    if signature.conv == Conv::CVariadic && signature.throws {
        return Err(Rule::VariadicThrows);
    }
    match signature.ret {
        Ret::None | Ret::Value(_) | Ret::Boxed => Ok(()),
        Ret::Aggregate { align, .. } => check_align(align, MAX_ALIGN),
        Ret::Union { align, .. } if julia => check_align(align, MAX_ALIGN),
        // Two integers and a status would not fit into the registers for results.
        Ret::Pair(a, b) if !julia && !signature.throws => {
            if a == Type::I128 || b == Type::I128 {
                Err(Rule::Result)
            } else {
                Ok(())
            }
        }
        Ret::Union { .. } | Ret::Pair(..) => Err(Rule::Result),
    }
}

fn check_external(external: &External) -> std::result::Result<(), Rule> {
    match external {
        External::Bytes { align, .. } => check_align(*align, 4096),
        External::Cell { size, .. } if *size > MAX_CELL => Err(Rule::Size((*size).into())),
        External::Specialization { signature, abi } => {
            check_name(signature)?;
            if abi.conv == Conv::CVariadic {
                return Err(Rule::Kind);
            }
            check_signature(abi)
        }
        External::Runtime(name) | External::RuntimeData(name) => check_name(name),
        External::Foreign { library, symbol } => {
            check_name(symbol)?;
            library.as_deref().map_or(Ok(()), check_name)
        }
        _ => Ok(()),
    }
}

/// Blocks are split after each instruction that may leave them: what is defined behind such an
/// instruction is not defined where it leads to. A segment is one such piece.
struct Segment {
    predecessors: Vec<u32>,
    /// Place in reverse postorder; `u32::MAX` if not reached.
    order: u32,
    dominator: u32,
    /// Interval of the dominator tree's depth-first walk: what lies within is dominated.
    interval: (u32, u32),
}

#[derive(Clone, Copy)]
struct Definition {
    segment: u32,
    /// Position in the block; 0 for parameters.
    position: u32,
}

struct FunctionVerifier<'a> {
    unit: &'a Unit,
    function: &'a Function,
    index: u32,
    signature: &'a Signature,
    /// First segment of each block.
    first_segment: Vec<u32>,
    segments: Vec<Segment>,
    definitions: Vec<Option<Definition>>,
}

impl<'a> FunctionVerifier<'a> {
    fn new(unit: &'a Unit, function: &'a Function, index: u32) -> Result<Self> {
        let fail = |rule| VerifyError { place: Place::Function(index), rule };
        let signature = unit
            .signatures
            .get(function.sig.index())
            .ok_or_else(|| fail(Rule::Missing(function.sig.to_string())))?;
        Ok(FunctionVerifier {
            unit,
            function,
            index,
            signature,
            first_segment: vec![],
            segments: vec![],
            definitions: vec![None; function.values.len()],
        })
    }

    fn run(mut self) -> Result<()> {
        self.header().map_err(|rule| VerifyError { place: Place::Function(self.index), rule })?;
        self.build_segments()?;
        self.define_values()?;
        for (index, block) in self.function.blocks.iter().enumerate() {
            let id = BlockId(index as u32);
            let mut segment = self.first_segment[index];
            for (number, inst) in block.insts.iter().enumerate() {
                let place = || Place::Inst(self.index, id, number as u32);
                let fail = |rule| VerifyError { place: place(), rule };
                self.check_uses(segment, number as u32 + 1, |f| inst.op.visit_values(f))
                    .map_err(fail)?;
                self.check_inst(inst).map_err(fail)?;
                segment += u32::from(inst.op.unwind().is_some());
            }
            let fail = |rule| VerifyError { place: Place::Terminator(self.index, id), rule };
            self.check_uses(segment, u32::MAX, |f| block.term.visit_values(f)).map_err(fail)?;
            self.check_terminator(&block.term).map_err(fail)?;
        }
        Ok(())
    }

    fn header(&self) -> std::result::Result<(), Rule> {
        let function = self.function;
        let jlcall = || *self.signature == Signature::jlcall();
        if self.signature.conv == Conv::CVariadic
            || function.kind == FunctionKind::Generic && !jlcall()
        {
            return Err(Rule::Kind);
        }
        if let Some(check) = function.stack_check {
            if !self.signature.throws {
                return Err(Rule::NotThrowing);
            }
            self.runtime_data(check.limit)?;
            self.runtime(check.overflow)?;
        }
        let mut frame = 0u64;
        for slot in &function.stack_slots {
            check_align(slot.align, MAX_ALIGN)?;
            frame += u64::from(slot.size) + u64::from(slot.align);
        }
        if frame > MAX_FRAME {
            return Err(Rule::Size(frame));
        }
        let Some(entry) = function.blocks.first() else {
            return Err(Rule::Missing("b0".into()));
        };
        let params: Option<Vec<Type>> =
            entry.params.iter().map(|v| function.values.get(v.index()).copied()).collect();
        if params != Some(self.signature.argument_types()) {
            return Err(Rule::EntryParams);
        }
        Ok(())
    }

    fn build_segments(&mut self) -> Result<()> {
        let blocks = &self.function.blocks;
        let mut count = 0u32;
        for block in blocks {
            self.first_segment.push(count);
            count += 1 + block.insts.iter().filter(|i| i.op.unwind().is_some()).count() as u32;
        }
        let mut successors: Vec<Vec<u32>> = vec![vec![]; count as usize];
        for (index, block) in blocks.iter().enumerate() {
            let id = BlockId(index as u32);
            let mut segment = self.first_segment[index] as usize;
            for (number, inst) in block.insts.iter().enumerate() {
                if let Some(target) = inst.op.unwind() {
                    let place = Place::Inst(self.index, id, number as u32);
                    let first = self.target_segment(target, place)?;
                    successors[segment] = vec![segment as u32 + 1, first];
                    segment += 1;
                }
            }
            for target in block.term.targets() {
                let first = self.target_segment(target, Place::Terminator(self.index, id))?;
                successors[segment].push(first);
            }
        }
        self.dominators(&successors);
        for (index, first) in self.first_segment.iter().enumerate() {
            if self.segments[*first as usize].order == u32::MAX {
                let place = Place::Block(self.index, BlockId(index as u32));
                return Err(VerifyError { place, rule: Rule::UnreachableBlock });
            }
        }
        Ok(())
    }

    fn target_segment(&self, target: &BlockCall, place: Place) -> Result<u32> {
        if target.block.0 == 0 {
            return Err(VerifyError { place, rule: Rule::JumpToEntry });
        }
        match self.first_segment.get(target.block.index()) {
            Some(first) => Ok(*first),
            None => Err(VerifyError { place, rule: Rule::Missing(target.block.to_string()) }),
        }
    }

    /// Immediate dominators by iteration in reverse postorder (Cooper, Harvey, Kennedy).
    fn dominators(&mut self, successors: &[Vec<u32>]) {
        self.segments = successors
            .iter()
            .map(|_| Segment {
                predecessors: vec![],
                order: u32::MAX,
                dominator: u32::MAX,
                interval: (0, 0),
            })
            .collect();
        let mut postorder = vec![];
        let mut seen = vec![false; successors.len()];
        let mut stack = vec![(0u32, 0usize)];
        seen[0] = true;
        while let Some((segment, next)) = stack.last_mut() {
            match successors[*segment as usize].get(*next) {
                Some(successor) => {
                    *next += 1;
                    if !std::mem::replace(&mut seen[*successor as usize], true) {
                        stack.push((*successor, 0));
                    }
                }
                None => {
                    postorder.push(*segment);
                    stack.pop();
                }
            }
        }
        postorder.reverse();
        for (order, segment) in postorder.iter().enumerate() {
            self.segments[*segment as usize].order = order as u32;
            for successor in &successors[*segment as usize] {
                self.segments[*successor as usize].predecessors.push(*segment);
            }
        }
        self.segments[0].dominator = 0;
        let mut changed = true;
        while changed {
            changed = false;
            for segment in &postorder[1..] {
                let known = self.segments[*segment as usize].predecessors.iter().copied();
                let common = known
                    .filter(|p| self.segments[*p as usize].dominator != u32::MAX)
                    .reduce(|a, b| self.common_dominator(a, b));
                let common = common.unwrap_or(0);
                let entry = &mut self.segments[*segment as usize];
                if entry.dominator != common {
                    entry.dominator = common;
                    changed = true;
                }
            }
        }
        self.number_dominator_tree(&postorder);
    }

    /// A dominator comes before what it dominates in reverse postorder: sizes of subtrees add up
    /// from the back, and from the front each child gets the next part of its parent's interval.
    fn number_dominator_tree(&mut self, order: &[u32]) {
        let mut sizes = vec![1u32; self.segments.len()];
        for segment in order[1..].iter().rev() {
            sizes[self.segments[*segment as usize].dominator as usize] += sizes[*segment as usize];
        }
        let mut next = vec![0u32; self.segments.len()];
        for segment in order {
            let index = *segment as usize;
            let parent = self.segments[index].dominator as usize;
            let start = next[parent];
            next[parent] += sizes[index];
            // The root is its own parent; its children come after itself as well.
            next[index] = start + 1;
            self.segments[index].interval = (start, start + sizes[index]);
        }
    }

    fn common_dominator(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.segments[a as usize].order > self.segments[b as usize].order {
                a = self.segments[a as usize].dominator;
            } else {
                b = self.segments[b as usize].dominator;
            }
        }
        a
    }

    fn define_values(&mut self) -> Result<()> {
        for (index, block) in self.function.blocks.iter().enumerate() {
            let id = BlockId(index as u32);
            let mut segment = self.first_segment[index];
            let place = Place::Block(self.index, id);
            for value in &block.params {
                self.define(*value, Definition { segment, position: 0 }, &place)?;
            }
            for (number, inst) in block.insts.iter().enumerate() {
                segment += u32::from(inst.op.unwind().is_some());
                let place = Place::Inst(self.index, id, number as u32);
                for value in &inst.results {
                    let position = number as u32 + 1;
                    self.define(*value, Definition { segment, position }, &place)?;
                }
            }
        }
        match self.definitions.iter().position(Option::is_none) {
            Some(value) => Err(VerifyError {
                place: Place::Function(self.index),
                rule: Rule::Undefined(Value(value as u32)),
            }),
            None => Ok(()),
        }
    }

    fn define(&mut self, value: Value, definition: Definition, place: &Place) -> Result<()> {
        let rule = match self.definitions.get_mut(value.index()) {
            Some(slot @ None) => {
                *slot = Some(definition);
                return Ok(());
            }
            Some(_) => Rule::Redefined(value),
            None => Rule::Missing(value.to_string()),
        };
        Err(VerifyError { place: place.clone(), rule })
    }

    /// Every value that `visit` shows is defined at this position of this segment.
    fn check_uses(
        &self,
        segment: u32,
        position: u32,
        visit: impl FnOnce(&mut dyn FnMut(Value)),
    ) -> std::result::Result<(), Rule> {
        let mut broken = None;
        visit(&mut |value| {
            let rule = match self.definitions.get(value.index()).copied().flatten() {
                None => Rule::Missing(value.to_string()),
                Some(at) if at.segment == segment && at.position < position => return,
                Some(at) if at.segment != segment && self.dominates(at.segment, segment) => return,
                Some(_) => Rule::Dominance(value),
            };
            broken.get_or_insert(rule);
        });
        broken.map_or(Ok(()), Err)
    }

    fn dominates(&self, above: u32, below: u32) -> bool {
        let interval = |segment: u32| self.segments[segment as usize].interval;
        let (start, end) = interval(above);
        (start..end).contains(&interval(below).0)
    }

    fn type_of(&self, value: Value) -> std::result::Result<Type, Rule> {
        let ty = self.function.values.get(value.index()).copied();
        ty.ok_or_else(|| Rule::Missing(value.to_string()))
    }

    fn expect(
        &self,
        value: Value,
        ok: impl FnOnce(Type) -> bool,
        expected: &str,
    ) -> std::result::Result<Type, Rule> {
        let found = self.type_of(value)?;
        if ok(found) {
            Ok(found)
        } else {
            Err(Rule::TypeOf { value, found, expected: expected.to_owned() })
        }
    }

    fn expect_type(&self, value: Value, ty: Type) -> std::result::Result<(), Rule> {
        self.expect(value, |found| found == ty, ty.name()).map(|_| ())
    }

    fn expect_types(
        &self,
        what: &'static str,
        values: &[Value],
        types: &[Type],
    ) -> std::result::Result<(), Rule> {
        check_count(what, types.len(), values.len())?;
        values.iter().zip(types).try_for_each(|(v, ty)| self.expect_type(*v, *ty))
    }

    fn expect_numeric(&self, value: Value, float: bool) -> std::result::Result<Type, Rule> {
        let expected = if float { "a float" } else { "an integer" };
        self.expect(value, |ty| ty.is_float() == float, expected)
    }

    fn external(&self, ext: Ext) -> std::result::Result<&'a External, Rule> {
        self.unit.externals.get(ext.index()).ok_or_else(|| Rule::Missing(ext.to_string()))
    }

    fn runtime(&self, ext: Ext) -> std::result::Result<(), Rule> {
        match self.external(ext)? {
            External::Runtime(_) => Ok(()),
            _ => Err(Rule::ExternalKind(ext, "a runtime function")),
        }
    }

    fn runtime_data(&self, ext: Ext) -> std::result::Result<(), Rule> {
        match self.external(ext)? {
            External::RuntimeData(_) => Ok(()),
            _ => Err(Rule::ExternalKind(ext, "a runtime variable")),
        }
    }

    fn check_target(&self, target: &BlockCall) -> std::result::Result<(), Rule> {
        let Some(block) = self.function.blocks.get(target.block.index()) else {
            return Err(Rule::Missing(target.block.to_string()));
        };
        check_count("arguments of the jump", block.params.len(), target.args.len())?;
        for (param, arg) in block.params.iter().zip(&target.args) {
            self.expect_type(*arg, self.type_of(*param)?)?;
        }
        Ok(())
    }

    fn check_inst(&self, inst: &Inst) -> std::result::Result<(), Rule> {
        if let Some(loc) = inst.loc
            && loc.index() >= self.unit.locs.len()
        {
            return Err(Rule::Missing(loc.to_string()));
        }
        let types = self.result_types(inst)?;
        self.expect_types("results", &inst.results, &types)?;
        inst.op.unwind().map_or(Ok(()), |target| self.check_target(target))
    }

    /// Checks the operands, and tells the types of the results.
    fn result_types(&self, inst: &Inst) -> std::result::Result<Vec<Type>, Rule> {
        let declared = || match inst.results.first() {
            Some(value) => self.type_of(*value),
            None => Err(Rule::Count { what: "results", expected: 1, found: 0 }),
        };
        let one = |ty| Ok(vec![ty]);
        let pair = |args: &[Value; 2], float| {
            let ty = self.expect_numeric(args[0], float)?;
            self.expect_type(args[1], ty)?;
            Ok(ty)
        };
        match &inst.op {
            Op::Iconst(bits) => {
                let ty = declared()?;
                if !ty.is_int() || *bits > u128::MAX >> (128 - ty.bits()) {
                    return Err(Rule::ConstantFits);
                }
                one(ty)
            }
            Op::Fconst(bits) => {
                let ty = declared()?;
                if !ty.is_float() || ty == Type::F32 && *bits > u32::MAX.into() {
                    return Err(Rule::ConstantFits);
                }
                one(ty)
            }
            Op::Unary { op, arg } => {
                let ty = self.expect_numeric(*arg, UnaryOp::is_float(*op))?;
                one(ty)
            }
            Op::Binary { op, args } if BinaryOp::is_shift(*op) => {
                self.expect_numeric(args[1], false)?;
                one(self.expect_numeric(args[0], false)?)
            }
            Op::Binary { op, args } => one(pair(args, BinaryOp::is_float(*op))?),
            Op::Overflow { args, .. } => Ok(vec![pair(args, false)?, Type::I8]),
            Op::Fma { args } => {
                let ty = self.expect_numeric(args[0], true)?;
                self.expect_types("operands", args, &[ty; 3])?;
                one(ty)
            }
            Op::Icmp { args, .. } => pair(args, false).and_then(|_| one(Type::I8)),
            Op::Fcmp { args, .. } => pair(args, true).and_then(|_| one(Type::I8)),
            Op::Select { cond, args } => {
                self.expect_type(*cond, Type::I8)?;
                let ty = self.type_of(args[0])?;
                self.expect_type(args[1], ty)?;
                one(ty)
            }
            Op::Convert { op, arg } => {
                let (from, to) = (self.type_of(*arg)?, declared()?);
                if !converts(*op, from, to) {
                    return Err(Rule::Conversion { op: *op, from, to });
                }
                one(to)
            }
            Op::Load { base, .. } => {
                self.expect_type(*base, Type::I64)?;
                one(declared()?)
            }
            Op::Store { value, base, .. } => {
                self.type_of(*value)?;
                self.expect_type(*base, Type::I64)?;
                Ok(vec![])
            }
            Op::StackAddr { slot, offset } => {
                let Some(data) = self.function.stack_slots.get(slot.index()) else {
                    return Err(Rule::Missing(slot.to_string()));
                };
                if *offset > data.size {
                    return Err(Rule::Size((*offset).into()));
                }
                one(Type::I64)
            }
            Op::Ref { ext } => self.external(*ext).and_then(|_| one(Type::I64)),
            Op::FuncAddr { func } => match self.unit.functions.get(func.index()) {
                Some(_) => one(Type::I64),
                None => Err(Rule::Missing(func.to_string())),
            },
            Op::MemCopy { dst, src, len, align } => {
                check_align(*align, MAX_ALIGN)?;
                self.expect_types("operands", &[*dst, *src, *len], &[Type::I64; 3])?;
                Ok(vec![])
            }
            Op::MemMove { dst, src, len } => {
                self.expect_types("operands", &[*dst, *src, *len], &[Type::I64; 3])?;
                Ok(vec![])
            }
            Op::MemSet { dst, byte, len } => {
                let types = [Type::I64, Type::I8, Type::I64];
                self.expect_types("operands", &[*dst, *byte, *len], &types)?;
                Ok(vec![])
            }
            Op::Call { callee, sig, args, unwind } => {
                self.check_call(*callee, *sig, args, unwind.as_ref())
            }
            Op::Safepoint { flag, slow, .. } => {
                self.runtime_data(*flag)?;
                self.runtime(*slow)?;
                Ok(vec![])
            }
            Op::Alloc { ty, slow, .. } => {
                self.expect_type(*ty, Type::I64)?;
                self.runtime(*slow)?;
                one(Type::I64)
            }
        }
    }

    fn check_call(
        &self,
        callee: Callee,
        sig: Sig,
        args: &[Value],
        unwind: Option<&BlockCall>,
    ) -> std::result::Result<Vec<Type>, Rule> {
        let Some(signature) = self.unit.signatures.get(sig.index()) else {
            return Err(Rule::Missing(sig.to_string()));
        };
        if signature.throws != unwind.is_some() {
            return Err(Rule::Unwind);
        }
        let agrees = match callee {
            Callee::Ext(ext) => match self.external(ext)? {
                External::Specialization { abi, .. } => abi == signature,
                External::Generic(_) => *signature == Signature::jlcall(),
                External::Runtime(_) | External::Foreign { .. } => signature.conv != Conv::Julia,
                _ => return Err(Rule::ExternalKind(ext, "a function")),
            },
            Callee::Func(func) => match self.unit.functions.get(func.index()) {
                Some(function) => self.unit.signatures.get(function.sig.index()) == Some(signature),
                None => return Err(Rule::Missing(func.to_string())),
            },
            Callee::Value(value) => {
                self.expect_type(value, Type::I64)?;
                true
            }
        };
        if !agrees {
            return Err(Rule::CallSignature);
        }
        self.expect_types("arguments", args, &signature.argument_types())?;
        Ok(signature.result_types())
    }

    fn check_terminator(&self, term: &Terminator) -> std::result::Result<(), Rule> {
        match term {
            Terminator::BrIf { cond, .. } => self.expect_type(*cond, Type::I8)?,
            Terminator::Switch { value, cases, .. } => {
                let ok = |ty: Type| ty.is_int() && ty != Type::I128;
                let ty = self.expect(*value, ok, "i8 to i64")?;
                let mut seen = HashSet::new();
                for (bits, _) in cases {
                    if *bits > u64::MAX >> (64 - ty.bits()) || !seen.insert(*bits) {
                        return Err(Rule::Case(*bits));
                    }
                }
            }
            Terminator::Return(values) => {
                self.expect_types("results", values, &self.signature.result_types())?;
            }
            Terminator::ThrowReturn if !self.signature.throws => return Err(Rule::NotThrowing),
            Terminator::Jump(_) | Terminator::ThrowReturn | Terminator::Unreachable => {}
        }
        term.targets().into_iter().try_for_each(|target| self.check_target(target))
    }
}

fn check_count(what: &'static str, expected: usize, found: usize) -> std::result::Result<(), Rule> {
    if expected == found { Ok(()) } else { Err(Rule::Count { what, expected, found }) }
}

/// Whether `op` goes from `from` to `to`.
pub fn converts(op: ConvertOp, from: Type, to: Type) -> bool {
    match op {
        ConvertOp::Sext | ConvertOp::Zext => {
            from.is_int() && to.is_int() && from.bits() < to.bits()
        }
        ConvertOp::Trunc => from.is_int() && to.is_int() && from.bits() > to.bits(),
        ConvertOp::Bitcast => from.bits() == to.bits() && from.is_int() != to.is_int(),
        ConvertOp::Sitofp | ConvertOp::Uitofp => from.is_int() && to.is_float(),
        ConvertOp::Fptosi | ConvertOp::Fptoui => from.is_float() && to.is_int(),
        ConvertOp::Fpext => from == Type::F32 && to == Type::F64,
        ConvertOp::Fptrunc => from == Type::F64 && to == Type::F32,
        ConvertOp::HalfToFloat => from == Type::I16 && to.is_float(),
        ConvertOp::FloatToHalf => from.is_float() && to == Type::I16,
    }
}
