//! Small questions about surface trees that several passes ask.

use pkgimage_syntax::ast::{Expr, Literal, ModuleRef, Node, Sym};

/// `Expr(head, args...)`.
pub(super) fn expr(head: &str, args: impl IntoIterator<Item = Node>) -> Node {
    Node::expr(head, args.into_iter().collect())
}

/// `Expr(:call, function, args...)`.
pub(super) fn call(function: Node, args: impl IntoIterator<Item = Node>) -> Node {
    let mut all = vec![function];
    all.extend(args);
    Node::expr("call", all)
}

/// `Core.name`.
pub(super) fn core(name: &str) -> Node {
    Node::GlobalRef(ModuleRef::Core, Sym::new(name))
}

/// `Base.name`.
pub(super) fn base(name: &str) -> Node {
    Node::GlobalRef(ModuleRef::Base, Sym::new(name))
}

/// The symbol as a value.
pub(super) fn quoted(name: Sym) -> Node {
    Node::Quote(Box::new(Node::Symbol(name)))
}

pub(super) fn int(value: i64) -> Node {
    Node::Literal(Literal::Int64(value))
}

pub(super) fn bool(value: bool) -> Node {
    Node::Literal(Literal::Bool(value))
}

/// The expression, if the node is one with this head.
pub(super) fn as_head<'a>(node: &'a Node, head: &str) -> Option<&'a Expr> {
    node.as_expr_of(head)
}

pub(super) fn has_head(node: &Node, head: &str) -> bool {
    as_head(node, head).is_some()
}

pub(super) fn is_line(node: &Node) -> bool {
    matches!(node, Node::Line { .. }) || has_head(node, "line")
}

/// Line and file of a line node.
pub(super) fn line_of(node: &Node) -> Option<(u32, Option<Sym>)> {
    match node {
        Node::Line { line, file } => Some((*line, *file)),
        Node::Expr(e) if e.head == "line" => match e.args.as_slice() {
            [Node::Literal(Literal::Int64(n)), rest @ ..] => {
                let file = match rest {
                    [Node::Symbol(s), ..] => Some(*s),
                    _ => None,
                };
                Some((u32::try_from(*n).unwrap_or(0), file))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Code that is data: nothing in it is looked up.
pub(super) fn is_quoted(node: &Node) -> bool {
    match node {
        Node::Quote(_) | Node::Line { .. } => true,
        Node::Expr(e) => matches!(e.head.as_str(), "quote" | "inert" | "copyast" | "line" | "meta"),
        _ => false,
    }
}

/// A `name::T` declaration with both parts, or a lone symbol.
pub(super) fn is_symdecl(node: &Node) -> bool {
    match node {
        Node::Symbol(_) => true,
        _ => is_decl(node),
    }
}

/// `x::T`.
pub(super) fn is_decl(node: &Node) -> bool {
    as_head(node, "::").is_some_and(|e| e.args.len() == 2)
}

pub(super) fn is_splat(node: &Node) -> bool {
    as_head(node, "...").is_some_and(|e| e.args.len() == 1)
}

/// `x = y` as a tree.
pub(super) fn is_assignment(node: &Node) -> bool {
    as_head(node, "=").is_some_and(|e| e.args.len() == 2)
}

pub(super) fn is_kw(node: &Node) -> bool {
    as_head(node, "kw").is_some_and(|e| e.args.len() == 2)
}

pub(super) fn has_parameters(args: &[Node]) -> bool {
    args.first().is_some_and(|a| has_head(a, "parameters"))
}

pub(super) fn is_where(node: &Node) -> bool {
    has_head(node, "where")
}

/// A call, with `where` and `::T` around it: the left side of a short function definition.
pub(super) fn is_eventually_call(node: &Node) -> bool {
    match node {
        Node::Expr(e) => match e.head.as_str() {
            "call" => true,
            "where" | "::" => e.args.first().is_some_and(is_eventually_call),
            _ => false,
        },
        _ => false,
    }
}

/// A definition of a function in any form.
pub(super) fn is_function_def(node: &Node) -> bool {
    match node {
        Node::Expr(e) => match e.head.as_str() {
            "function" | "->" => true,
            "=" => e.args.len() == 2 && is_eventually_call(&e.args[0]),
            _ => false,
        },
        _ => false,
    }
}

/// The statements of a block, or the one statement.
pub(super) fn statements(node: &Node) -> &[Node] {
    match node {
        Node::Expr(e) if e.head == "block" => &e.args,
        other => std::slice::from_ref(other),
    }
}

/// The variable of a declaration, an optional argument or a splat.
pub(super) fn decl_var(node: &Node) -> &Node {
    match node {
        Node::Expr(e) if e.head == "::" && e.args.len() == 2 => decl_var(&e.args[0]),
        other => other,
    }
}

/// All variables declared by an assignment's left side: symbols and declarations in tuples.
pub(super) fn lhs_decls<'a>(node: &'a Node, out: &mut Vec<&'a Node>) {
    match node {
        _ if is_symdecl(node) => out.push(node),
        Node::Expr(e) if matches!(e.head.as_str(), "tuple" | "parameters" | "...") => {
            e.args.iter().for_each(|a| lhs_decls(a, out));
        }
        _ => {}
    }
}

/// The names that an assignment to this left side assigns.
pub(super) fn lhs_vars(node: &Node) -> Vec<Sym> {
    let mut decls = Vec::new();
    lhs_decls(node, &mut decls);
    decls
        .into_iter()
        .filter_map(|d| match decl_var(d) {
            Node::Symbol(s) => Some(*s),
            _ => None,
        })
        .collect()
}

/// Whether the symbol occurs anywhere in the tree.
pub(super) fn contains_symbol(node: &Node, name: Sym) -> bool {
    contains(node, &mut |n| matches!(n, Node::Symbol(s) if *s == name))
}

/// Whether `f` holds for the tree or any tree within, quoted code included.
pub(super) fn contains(node: &Node, f: &mut dyn FnMut(&Node) -> bool) -> bool {
    if f(node) {
        return true;
    }
    match node {
        Node::Expr(e) => e.args.iter().any(|a| contains(a, f)),
        _ => false,
    }
}

/// Like [`contains`], but does not look into trees that `skip` holds for.
pub(super) fn contains_except(
    node: &Node,
    f: &mut dyn FnMut(&Node) -> bool,
    skip: &dyn Fn(&Node) -> bool,
) -> bool {
    if f(node) {
        return true;
    }
    if skip(node) {
        return false;
    }
    match node {
        Node::Expr(e) => e.args.iter().any(|a| contains_except(a, f, skip)),
        _ => false,
    }
}

/// The name of a plain or qualified function: `f` of `f`, `M.f` and a global reference.
pub(super) fn identifier_name(node: &Node) -> Option<Sym> {
    match node {
        Node::Symbol(s) | Node::GlobalRef(_, s) => Some(*s),
        _ => None,
    }
}

/// For `.op` the operator without its dot.
pub(super) fn undotted(name: Sym) -> Option<Sym> {
    let text = name.as_str();
    let rest = text.strip_prefix('.')?;
    if rest.is_empty() || rest.starts_with('.') {
        return None;
    }
    Some(Sym::new(rest))
}

/// For a dotted operator, plain or as a global reference, the operator without its dot.
pub(super) fn undotted_function(node: &Node) -> Option<Node> {
    match node {
        Node::Symbol(s) => undotted(*s).map(Node::Symbol),
        Node::GlobalRef(m, s) => undotted(*s).map(|s| Node::GlobalRef(*m, s)),
        _ => None,
    }
}

/// An integer literal that a power may have: what `literal_pow` is made for.
pub(super) fn is_integer_literal(node: &Node) -> bool {
    use Literal::*;
    matches!(
        node,
        Node::Literal(
            Int8(_) | Int16(_) | Int32(_) | Int64(_) | UInt8(_) | UInt16(_) | UInt32(_) | UInt64(_)
        )
    )
}

/// The symbol that a quote holds, of `:x`.
pub(super) fn quoted_symbol(node: &Node) -> Option<Sym> {
    match node {
        Node::Quote(inner) => match **inner {
            Node::Symbol(s) => Some(s),
            _ => None,
        },
        Node::Expr(e) if matches!(e.head.as_str(), "quote" | "inert") => match e.args.as_slice() {
            [Node::Symbol(s)] => Some(*s),
            _ => None,
        },
        _ => None,
    }
}

/// Whether evaluating it twice is the same as once: symbols, literals, quoted code.
pub(super) fn is_effect_free(node: &Node) -> bool {
    match node {
        Node::Expr(e) => is_quoted(node) || matches!(e.head.as_str(), "#tmp" | "ssavalue"),
        _ => true,
    }
}

/// Whether the symbol can name a variable.
pub(super) fn is_valid_name(name: Sym) -> bool {
    !matches!(
        name.as_str(),
        "ccall"
            | "cglobal"
            | "="
            | ":="
            | "."
            | "..."
            | "&&"
            | "||"
            | "->"
            | "+="
            | "-="
            | "*="
            | "/="
            | "//="
            | "\\="
            | "^="
            | "÷="
            | "%="
            | "<<="
            | ">>="
            | ">>>="
            | "|="
            | "&="
            | "⊻="
            | "$="
    )
}
