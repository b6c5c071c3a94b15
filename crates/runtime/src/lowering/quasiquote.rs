//! Quoted code: `quote ... end` becomes code that builds the tree, with what `$` interpolates.
//!
//! Code without interpolation becomes `copyast` of the quoted tree; else each level becomes a call
//! of `Core._expr`. Interpolation of nested quotes follows the depth: only the `$` that belongs to
//! the outermost quote is evaluated.

use pkgimage_syntax::ast::{Node, Sym};

use super::tree::{call, contains, core, expr, has_head, is_splat};

/// The code that builds the quoted tree.
pub(super) fn expand_quote(quoted: &Node) -> Node {
    match build(quoted, 0) {
        Built::One(node) => node,
        Built::Many(_) => expr(
            "error",
            [Node::Literal(pkgimage_syntax::ast::Literal::String(
                b"\"...\" expression outside call".as_slice().into(),
            ))],
        ),
    }
}

enum Built {
    One(Node),
    /// Arguments that belong into the enclosing expression.
    Many(Vec<Node>),
}

fn has_interpolation(node: &Node) -> bool {
    contains(node, &mut |n| match n {
        Node::Quote(inner) => has_interpolation(inner),
        other => has_head(other, "$"),
    })
}

fn build(node: &Node, depth: usize) -> Built {
    let e = match node {
        Node::Literal(_) | Node::Value(_) => return Built::One(node.clone()),
        Node::Symbol(_) | Node::GlobalRef(..) | Node::Line { .. } => {
            return Built::One(Node::Quote(Box::new(node.clone())));
        }
        Node::Quote(inner) => {
            if !has_interpolation(inner) {
                return Built::One(Node::Quote(Box::new(node.clone())));
            }
            let args = match build(inner, depth) {
                Built::One(one) => vec![one],
                Built::Many(many) => many,
            };
            return Built::One(call(core("QuoteNode"), args));
        }
        Node::Expr(e) => e,
    };
    if depth == 0 && e.head == "$" {
        return match e.args.as_slice() {
            [one] if is_splat(one) => Built::One(one.clone()),
            [one] => Built::One(one.clone()),
            many => Built::Many(many.to_vec()),
        };
    }
    if !has_interpolation(node) {
        return Built::One(expr("copyast", [Node::Quote(Box::new(node.clone()))]));
    }
    let depth = match e.head.as_str() {
        "quote" => depth + 1,
        "$" => depth - 1,
        _ => depth,
    };
    let mut args = vec![Node::Quote(Box::new(Node::Symbol(Sym::new(e.head.as_str()))))];
    for arg in &e.args {
        match build(arg, depth) {
            Built::One(one) => args.push(one),
            Built::Many(many) => args.extend(many),
        }
    }
    Built::One(call(core("_expr"), args))
}
