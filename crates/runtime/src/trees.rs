//! Between the Rust trees of parser and lowering and heap `Expr` objects.

use std::cell::RefCell;

use pkgimage_syntax::ast::{Literal, ModuleRef, Node, OpaqueId, Sym};

use crate::gc::RootVec;
use crate::known::known;
use crate::object::{
    self, Expr, GlobalRef, JuliaString, LineNumberNode, Module, QuoteNode, Symbol, box_bool,
    box_char, box_float32, box_float64, box_int32, box_int64, box_uint8, box_uint32, box_uint64,
    new_bits,
};
use crate::symbol::symbol;
use crate::value::{Gc, Value};

/// The heap objects that a Rust tree refers to while it is in use.
pub struct Trees {
    opaque: RefCell<RootVec>,
}

impl Default for Trees {
    fn default() -> Self {
        Trees::new()
    }
}

/// The object of a literal.
pub fn literal(literal: &Literal) -> Value {
    let k = known();
    match literal {
        Literal::Nothing => k.nothing,
        Literal::Bool(b) => box_bool(*b),
        Literal::Int8(n) => new_bits(k.int8, *n),
        Literal::Int16(n) => new_bits(k.int16, *n),
        Literal::Int32(n) => box_int32(*n),
        Literal::Int64(n) => box_int64(*n),
        Literal::UInt8(n) => box_uint8(*n),
        Literal::UInt16(n) => new_bits(k.uint16, *n),
        Literal::UInt32(n) => box_uint32(*n),
        Literal::UInt64(n) => box_uint64(*n),
        Literal::UInt128(n) => new_bits(k.uint128, *n),
        Literal::Float16(n) => new_bits(k.float16, *n),
        Literal::Float32(x) => box_float32(*x),
        Literal::Float64(x) => box_float64(*x),
        Literal::Char(c) => box_char(*c),
        Literal::String(bytes) => JuliaString::new(bytes).value(),
    }
}

impl Trees {
    /// An empty table.
    pub fn new() -> Trees {
        Trees { opaque: RefCell::new(RootVec::new()) }
    }

    /// Puts an object into the table.
    pub fn add(&self, value: Value) -> OpaqueId {
        OpaqueId(self.opaque.borrow_mut().push(value) as u32)
    }

    /// The object with this number.
    pub fn opaque(&self, id: OpaqueId) -> Value {
        let table = self.opaque.borrow();
        table.as_slice().get(id.0 as usize).copied().unwrap_or(known().nothing)
    }

    /// A reference to a module: equal modules get equal references.
    pub fn module_ref(&self, module: Gc<Module>) -> ModuleRef {
        let k = known();
        if module == k.core_module {
            return ModuleRef::Core;
        }
        if module.value() == k.base_module && module.is_top.get() != 0 {
            return ModuleRef::Base;
        }
        let at = self.opaque.borrow().as_slice().iter().position(|&v| v == module.value());
        ModuleRef::Value(match at {
            Some(index) => OpaqueId(index as u32),
            None => self.add(module.value()),
        })
    }

    /// The module of a reference. Until Base says that it is the top module, Core stands for it.
    pub fn module(&self, module: ModuleRef) -> Gc<Module> {
        let k = known();
        match module {
            ModuleRef::Core => k.core_module,
            ModuleRef::Base => match k.base_module.cast::<Module>() {
                Some(base) if base.is_top.get() != 0 => base,
                _ => k.core_module,
            },
            ModuleRef::Value(id) => self.opaque(id).cast::<Module>().unwrap_or(k.main_module),
        }
    }

    /// The heap form of a tree.
    pub fn to_value(&self, node: &Node) -> Value {
        match node {
            Node::Symbol(name) => symbol(name.as_str()).value(),
            Node::Literal(l) => literal(l),
            Node::Expr(e) => {
                let args: Vec<Value> = e.args.iter().map(|a| self.to_value(a)).collect();
                Expr::new(symbol(e.head.as_str()), &args).value()
            }
            Node::Quote(inner) => QuoteNode::new(self.to_value(inner)).value(),
            Node::Line { line, file } => {
                let file = file.map_or(known().nothing, |f| symbol(f.as_str()).value());
                LineNumberNode::new(*line as i64, file).value()
            }
            Node::GlobalRef(module, name) => {
                GlobalRef::new(self.module(*module), symbol(name.as_str())).value()
            }
            Node::Value(id) => self.opaque(*id),
        }
    }

    /// The Rust form of a heap tree; what is no syntax becomes an opaque value.
    pub fn from_value(&self, value: Value) -> Node {
        let k = known();
        if let Some(s) = value.cast::<Symbol>() {
            return Node::Symbol(Sym::new(s.as_str()));
        }
        if let Some(e) = value.cast::<Expr>() {
            let args = e
                .args
                .get()
                .references()
                .iter()
                .map(|a| a.map_or(Node::nothing(), |a| self.from_value(a)))
                .collect();
            return Node::expr(e.head.get().as_str(), args);
        }
        if let Some(q) = value.cast::<QuoteNode>() {
            return Node::Quote(Box::new(self.from_value(q.value.get())));
        }
        if let Some(l) = value.cast::<LineNumberNode>() {
            let file = l.file.get().cast::<Symbol>().map(|s| Sym::new(s.as_str()));
            return Node::Line { line: l.line.get().clamp(0, u32::MAX as i64) as u32, file };
        }
        if let Some(g) = value.cast::<GlobalRef>() {
            return Node::GlobalRef(
                self.module_ref(g.module.get()),
                Sym::new(g.name.get().as_str()),
            );
        }
        if let Some(n) = object::unbox_int64(value) {
            return Node::Literal(Literal::Int64(n));
        }
        if value == k.nothing {
            return Node::nothing();
        }
        let ty = value.datatype();
        if ty == k.bool {
            return Node::Literal(Literal::Bool(value == k.true_));
        }
        if ty == k.string {
            let bytes = value.cast_unchecked::<JuliaString>().bytes().into();
            return Node::Literal(Literal::String(bytes));
        }
        if ty == k.float64 {
            // SAFETY: a Float64 has eight bytes of payload.
            return Node::Literal(Literal::Float64(unsafe { value.read(0) }));
        }
        Node::Value(self.add(value))
    }
}
