//! The tree that the parser makes, in the shape of Julia's own `Expr`.
//!
//! [`Node`] is what the parser returns, what the macro expander rewrites and what lowering reads.
//! The runtime turns it into heap `Expr` objects (for macros, `quote` and `eval`) and back; nothing
//! here knows the heap. A heap object inside a tree is an [`OpaqueId`]: an index into a table of
//! rooted values that the runtime keeps while the tree is in use.

use std::collections::HashSet;
use std::fmt;
use std::sync::{LazyLock, Mutex};

/// An interned name: an identifier, an operator or the head of an expression.
///
/// Two symbols are equal if and only if they are the same interned string, so comparison is one
/// pointer comparison. The text lives until the process ends.
#[derive(Clone, Copy)]
pub struct Sym(&'static str);

static INTERNED: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Default::default);

impl Sym {
    /// The symbol with this text.
    pub fn new(text: &str) -> Sym {
        let mut table = INTERNED.lock().unwrap_or_else(|e| e.into_inner());
        if let Some(known) = table.get(text) {
            return Sym(known);
        }
        let leaked: &'static str = Box::leak(text.to_owned().into_boxed_str());
        table.insert(leaked);
        Sym(leaked)
    }

    /// The text.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl PartialEq for Sym {
    fn eq(&self, other: &Sym) -> bool {
        std::ptr::eq(self.0.as_ptr(), other.0.as_ptr()) && self.0.len() == other.0.len()
    }
}
impl Eq for Sym {}
impl std::hash::Hash for Sym {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.0.as_ptr() as usize).hash(state);
    }
}
impl PartialEq<str> for Sym {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}
impl PartialEq<&str> for Sym {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}
impl From<&str> for Sym {
    fn from(text: &str) -> Sym {
        Sym::new(text)
    }
}
impl fmt::Debug for Sym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, ":{}", self.0)
    }
}
impl fmt::Display for Sym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A range of bytes of the source text. `Span::NONE` where a node comes from no text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of a node that comes from no text.
    pub const NONE: Span = Span { start: u32::MAX, end: u32::MAX };
}

/// Index of a heap object in the runtime's table of values that trees refer to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OpaqueId(pub u32);

/// Which module a global name is looked up in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ModuleRef {
    /// `Core`.
    Core,
    /// `Base` (the top module: `Expr(:top, name)` in Julia's own lowering).
    Base,
    /// A module object of the runtime.
    Value(OpaqueId),
}

/// A literal value. Floating point numbers compare by their bits.
#[derive(Clone, Debug)]
pub enum Literal {
    Nothing,
    Bool(bool),
    Int8(i8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    UInt8(u8),
    UInt16(u16),
    UInt32(u32),
    UInt64(u64),
    UInt128(u128),
    Float16(u16),
    Float32(f32),
    Float64(f64),
    /// A `Char` as Julia stores it: its UTF-8 bytes, left-aligned in 32 bits.
    Char(u32),
    /// The bytes of a `String`; Julia's strings need not be valid UTF-8.
    String(Box<[u8]>),
}

impl PartialEq for Literal {
    fn eq(&self, other: &Literal) -> bool {
        use Literal::*;
        match (self, other) {
            (Nothing, Nothing) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int8(a), Int8(b)) => a == b,
            (Int16(a), Int16(b)) => a == b,
            (Int32(a), Int32(b)) => a == b,
            (Int64(a), Int64(b)) => a == b,
            (UInt8(a), UInt8(b)) => a == b,
            (UInt16(a), UInt16(b)) => a == b,
            (UInt32(a), UInt32(b)) => a == b,
            (UInt64(a), UInt64(b)) => a == b,
            (UInt128(a), UInt128(b)) => a == b,
            (Float16(a), Float16(b)) => a == b,
            (Float32(a), Float32(b)) => a.to_bits() == b.to_bits(),
            (Float64(a), Float64(b)) => a.to_bits() == b.to_bits(),
            (Char(a), Char(b)) => a == b,
            (String(a), String(b)) => a == b,
            _ => false,
        }
    }
}
impl Eq for Literal {}

/// One node of the tree: what may stand as an argument of a Julia `Expr`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Node {
    /// An identifier or operator: a Julia `Symbol` in expression position.
    Symbol(Sym),
    /// A literal.
    Literal(Literal),
    /// `Expr(head, args...)`.
    Expr(Box<Expr>),
    /// `QuoteNode(value)`.
    Quote(Box<Node>),
    /// `LineNumberNode(line, file)`; lines count from 1.
    Line { line: u32, file: Option<Sym> },
    /// `GlobalRef(module, name)`.
    GlobalRef(ModuleRef, Sym),
    /// Any other heap object, spliced in by a macro.
    Value(OpaqueId),
}

/// `Expr(head, args...)` with the text it came from.
#[derive(Clone, Debug)]
pub struct Expr {
    pub head: Sym,
    pub args: Vec<Node>,
    /// Where it stands in the source; no part of equality.
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        self.head == other.head && self.args == other.args
    }
}
impl Eq for Expr {}

impl Node {
    /// `Expr(head, args...)` that comes from no text.
    pub fn expr(head: &str, args: Vec<Node>) -> Node {
        Node::expr_at(head, args, Span::NONE)
    }

    /// `Expr(head, args...)` from this place of the text.
    pub fn expr_at(head: &str, args: Vec<Node>, span: Span) -> Node {
        Node::Expr(Box::new(Expr { head: Sym::new(head), args, span }))
    }

    /// The symbol with this text.
    pub fn symbol(text: &str) -> Node {
        Node::Symbol(Sym::new(text))
    }

    /// The literal `nothing`.
    pub fn nothing() -> Node {
        Node::Literal(Literal::Nothing)
    }

    /// The expression, if this node is one.
    pub fn as_expr(&self) -> Option<&Expr> {
        match self {
            Node::Expr(e) => Some(e),
            _ => None,
        }
    }

    /// The expression, if this node is one with this head.
    pub fn as_expr_of(&self, head: &str) -> Option<&Expr> {
        self.as_expr().filter(|e| e.head == head)
    }
}
