//! Unit -> text.

use crate::op::{BlockCall, Callee, Inst, MemFlags, Op, Terminator};
use crate::signature::{Ret, Signature, Type};
use crate::unit::{External, Function, Unit, Value};
use std::fmt::{self, Display, Formatter, Write};

/// The unit's text.
pub fn print(unit: &Unit) -> String {
    unit.to_string()
}

impl Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "unit {}", Quoted(&self.name))?;
        for (index, signature) in self.signatures.iter().enumerate() {
            writeln!(f, "sig{index} = {signature}")?;
        }
        for (index, external) in self.externals.iter().enumerate() {
            writeln!(f, "ext{index} = {external}")?;
        }
        for (index, loc) in self.locs.iter().enumerate() {
            let (method, file) = (Quoted(&loc.method), Quoted(&loc.file));
            write!(f, "loc{index} = {method} {} {file} {}", loc.signature, loc.line)?;
            match loc.inlined_at {
                Some(at) => writeln!(f, " at {at}")?,
                None => writeln!(f)?,
            }
        }
        for function in &self.functions {
            write!(f, "\n{function}")?;
        }
        Ok(())
    }
}

impl Display for Signature {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.conv, Commas(&self.params))?;
        match self.ret {
            Ret::None => f.write_str(" -> none")?,
            Ret::Value(ty) => write!(f, " -> {ty}")?,
            Ret::Boxed => f.write_str(" -> boxed")?,
            Ret::Aggregate { size, align } => write!(f, " -> aggregate {size} {align}")?,
            Ret::Union { size, align } => write!(f, " -> union {size} {align}")?,
            Ret::Pair(a, b) => write!(f, " -> pair {a} {b}")?,
        }
        if self.throws { f.write_str(" throws") } else { Ok(()) }
    }
}

impl Display for External {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.kind();
        match self {
            External::Type(text)
            | External::Symbol(text)
            | External::Module(text)
            | External::Instance(text)
            | External::Generic(text)
            | External::MethodInstance(text)
            | External::Runtime(text)
            | External::RuntimeData(text) => write!(f, "{name} {}", Quoted(text)),
            External::Binding { module, name: global }
            | External::Global { module, name: global } => {
                write!(f, "{name} {} {}", Quoted(module), Quoted(global))
            }
            External::Box { ty, bytes } => write!(f, "{name} {} {}", Quoted(ty), Hex(bytes)),
            External::Literal { method, index } => write!(f, "{name} {} {index}", Quoted(method)),
            External::Bytes { align, bytes } => write!(f, "{name} {align} {}", Hex(bytes)),
            External::Cell { ordinal, size } => write!(f, "{name} {ordinal} {size}"),
            External::Specialization { signature, abi } => {
                write!(f, "{name} {} {abi}", Quoted(signature))
            }
            External::Foreign { library: Some(library), symbol } => {
                write!(f, "{name} {} {}", Quoted(library), Quoted(symbol))
            }
            External::Foreign { library: None, symbol } => write!(f, "{name} {}", Quoted(symbol)),
        }
    }
}

impl External {
    /// The keyword of the text form.
    pub fn kind(&self) -> &'static str {
        match self {
            External::Type(_) => "type",
            External::Symbol(_) => "symbol",
            External::Module(_) => "module",
            External::Binding { .. } => "binding",
            External::Global { .. } => "global",
            External::Instance(_) => "instance",
            External::Box { .. } => "box",
            External::Literal { .. } => "literal",
            External::Bytes { .. } => "bytes",
            External::Cell { .. } => "cell",
            External::Specialization { .. } => "specialization",
            External::Generic(_) => "generic",
            External::MethodInstance(_) => "methodinstance",
            External::Runtime(_) => "runtime",
            External::RuntimeData(_) => "runtime_data",
            External::Foreign { .. } => "foreign",
        }
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "function {} {} {}", self.kind, Quoted(&self.name), self.sig)?;
        if let Some(check) = self.stack_check {
            write!(f, " stack_check({}, {})", check.limit, check.overflow)?;
        }
        f.write_str(" {\n")?;
        for (index, slot) in self.stack_slots.iter().enumerate() {
            writeln!(f, "  ss{index} = stack {} {}", slot.size, slot.align)?;
        }
        for (index, block) in self.blocks.iter().enumerate() {
            write!(f, "b{index}")?;
            if !block.params.is_empty() {
                write!(f, "({})", Commas(&self.typed(&block.params)))?;
            }
            f.write_str(if block.cold { " cold:\n" } else { ":\n" })?;
            for inst in &block.insts {
                self.print_inst(inst, f)?;
            }
            writeln!(f, "  {}", block.term)?;
        }
        f.write_str("}\n")
    }
}

impl Function {
    fn type_of(&self, value: Value) -> Option<Type> {
        self.values.get(value.index()).copied()
    }

    fn typed(&self, values: &[Value]) -> Vec<String> {
        let text = |v: &Value| match self.type_of(*v) {
            Some(ty) => format!("{v}: {ty}"),
            None => format!("{v}: ?"),
        };
        values.iter().map(text).collect()
    }

    fn print_inst(&self, inst: &Inst, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("  ")?;
        if !inst.results.is_empty() {
            write!(f, "{} = ", Commas(&self.typed(&inst.results)))?;
        }
        match (&inst.op, inst.results.first().and_then(|v| self.type_of(*v))) {
            (Op::Iconst(bits), Some(ty)) if ty.is_int() => {
                let unused = 128 - ty.bits();
                write!(f, "iconst {}", ((*bits as i128) << unused) >> unused)?;
            }
            (op, _) => write!(f, "{op}")?,
        }
        match inst.loc {
            Some(loc) => writeln!(f, " @{loc}"),
            None => writeln!(f),
        }
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Op::Iconst(bits) => write!(f, "iconst {bits}"),
            Op::Fconst(bits) => write!(f, "fconst {bits:#x}"),
            Op::Unary { op, arg } => write!(f, "{op} {arg}"),
            Op::Binary { op, args } => write!(f, "{op} {}", Commas(args)),
            Op::Overflow { op, args } => write!(f, "{op} {}", Commas(args)),
            Op::Fma { args } => write!(f, "fma {}", Commas(args)),
            Op::Icmp { cc, args } => write!(f, "icmp {cc} {}", Commas(args)),
            Op::Fcmp { cc, args } => write!(f, "fcmp {cc} {}", Commas(args)),
            Op::Select { cond, args } => write!(f, "select {cond}, {}", Commas(args)),
            Op::Convert { op, arg } => write!(f, "{op} {arg}"),
            Op::Load { base, offset, flags } => write!(f, "load {flags}{base} + {offset}"),
            Op::Store { value, base, offset, flags } => {
                write!(f, "store {flags}{value}, {base} + {offset}")
            }
            Op::StackAddr { slot, offset } => write!(f, "stack_addr {slot} + {offset}"),
            Op::Ref { ext } => write!(f, "ref {ext}"),
            Op::FuncAddr { func } => write!(f, "func_addr {func}"),
            Op::MemCopy { dst, src, len, align } => {
                write!(f, "mem_copy {dst}, {src}, {len} align {align}")
            }
            Op::MemMove { dst, src, len } => write!(f, "mem_move {dst}, {src}, {len}"),
            Op::MemSet { dst, byte, len } => write!(f, "mem_set {dst}, {byte}, {len}"),
            Op::Call { callee, sig, args, unwind } => {
                match callee {
                    Callee::Ext(ext) => write!(f, "call {ext}")?,
                    Callee::Func(func) => write!(f, "call {func}")?,
                    Callee::Value(value) => write!(f, "call {value}")?,
                }
                write!(f, "({}) {sig}", Commas(args))?;
                match unwind {
                    Some(target) => write!(f, " unwind {target}"),
                    None => Ok(()),
                }
            }
            Op::Safepoint { flag, slow, unwind } => {
                write!(f, "safepoint {flag}, {slow} unwind {unwind}")
            }
            Op::Alloc { size, ty, slow, unwind } => {
                write!(f, "alloc {size}, {ty}, {slow} unwind {unwind}")
            }
        }
    }
}

impl Display for MemFlags {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names =
            [("aligned ", self.aligned), ("notrap ", self.notrap), ("readonly ", self.readonly)];
        names.iter().filter(|(_, set)| *set).try_for_each(|(name, _)| f.write_str(name))
    }
}

impl Display for BlockCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.block)?;
        if self.args.is_empty() { Ok(()) } else { write!(f, "({})", Commas(&self.args)) }
    }
}

impl Display for Terminator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Terminator::Jump(target) => write!(f, "jump {target}"),
            Terminator::BrIf { cond, then, els } => write!(f, "br_if {cond}, {then}, {els}"),
            Terminator::Switch { value, cases, default } => {
                write!(f, "switch {value}, {default}")?;
                cases.iter().try_for_each(|(bits, target)| write!(f, ", {bits}: {target}"))
            }
            Terminator::Return(values) if values.is_empty() => f.write_str("return"),
            Terminator::Return(values) => write!(f, "return {}", Commas(values)),
            Terminator::ThrowReturn => f.write_str("throw_return"),
            Terminator::Unreachable => f.write_str("unreachable"),
        }
    }
}

/// A list with commas.
struct Commas<'a, T>(&'a [T]);

impl<T: Display> Display for Commas<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

/// A string between quotes, on one line.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                c if c.is_control() => write!(f, "\\u{{{:x}}}", c as u32)?,
                c => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

/// Bytes as `x"…"`.
struct Hex<'a>(&'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("x\"")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_char('"')
    }
}
