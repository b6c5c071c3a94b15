//! Syntax as objects: `Expr`, `QuoteNode`, `LineNumberNode`, `GlobalRef`.

use std::cell::Cell;

use super::{Array, Binding, Module, Symbol, heap_struct};
use crate::value::{Field, Gc, Value};

heap_struct! {
    /// `Expr(head, args...)`.
    pub struct Expr = "Expr", known expr, mutable true {
        /// The kind of expression.
        head: Field<Gc<Symbol>> => "head": symbol,
        /// Its arguments (`Vector{Any}`).
        args: Field<Gc<Array>> => "args": vector_any,
    }
}
heap_struct! {
    /// A value that is itself, not evaluated.
    pub struct QuoteNode = "QuoteNode", known quote_node, mutable false {
        /// The value.
        value: Field<Value> => "value": any,
    }
}
heap_struct! {
    /// Where the following expressions stand.
    pub struct LineNumberNode = "LineNumberNode", known line_number_node, mutable false {
        /// The line, from 1.
        line: Cell<i64> => "line": int64,
        /// The file, a `Symbol`, or `nothing`.
        file: Field<Value> => "file": any,
    }
}
heap_struct! {
    /// A global variable of a given module.
    pub struct GlobalRef = "GlobalRef", known global_ref, mutable false {
        /// The module.
        module: Field<Gc<Module>> => "mod": module,
        /// The name.
        name: Field<Gc<Symbol>> => "name": symbol,
        /// The module's binding.
        binding: Field<Option<Gc<Binding>>> => "binding": binding,
    }
}

impl Expr {
    /// `Expr(head, args...)`.
    pub fn new(head: Gc<Symbol>, args: &[Value]) -> Gc<Expr> {
        let list = Gc::<Array>::vector_of_any(args);
        let object = crate::gc::allocate_struct::<Expr>();
        object.head.set(object, head);
        object.args.set(object, list);
        object
    }
    /// The argument at an index.
    pub fn arg(&self, index: usize) -> Option<Value> {
        self.args.get().reference(index)
    }
}
impl QuoteNode {
    /// A quoted value.
    pub fn new(value: Value) -> Gc<QuoteNode> {
        let object = crate::gc::allocate_struct::<QuoteNode>();
        object.value.set(object, value);
        object
    }
}
impl LineNumberNode {
    /// A place in a file.
    pub fn new(line: i64, file: Value) -> Gc<LineNumberNode> {
        let object = crate::gc::allocate_struct::<LineNumberNode>();
        object.line.set(line);
        object.file.set(object, file);
        object
    }
}
impl GlobalRef {
    /// A global of a module; its binding is looked up on first use.
    pub fn new(module: Gc<Module>, name: Gc<Symbol>) -> Gc<GlobalRef> {
        let object = crate::gc::allocate_struct::<GlobalRef>();
        object.module.set(object, module);
        object.name.set(object, name);
        object
    }
}
