//! Generated functions: `if @generated` and the function that makes the code.

use pkgimage_syntax::ast::{Node, Sym};

use super::functions::{ArgSpec, split_body};
use super::types::TypeVar;
use super::{Desugar, Result};
use crate::lowering::code_info::Generator;
use crate::lowering::ir::{Ir, is_internal_name};
use crate::lowering::tree::*;

impl Desugar<'_> {
    /// The function that makes the code of a generated function.
    pub(super) fn generator_function(
        &mut self,
        type_vars: &[TypeVar],
        args: &[ArgSpec],
        body: &Node,
        only: bool,
    ) -> Result<(Ir, Generator)> {
        let shown = self.enclosing.map_or("anonymous".to_owned(), |n| n.as_str().replace('#', "%"));
        let n = self.host.next_ordinal(self.cx.module, &format!("#s#{shown}"));
        let name = Sym::new(&format!("#s{n}#{shown}"));
        let mut statements: Vec<Node> = vec![expr("meta", [Node::symbol("nospecialize")])];
        let (location, prologue, rest) = split_body(body);
        statements.extend(location.clone());
        statements.extend(prologue.into_iter().filter(is_line));
        // The code that is made names the arguments, so those that are destructured need a name that
        // outlives this lowering.
        let mut renamed: Vec<(Sym, Sym)> = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            if is_internal_name(arg.name) && contains_symbol(body, arg.name) {
                renamed.push((arg.name, Sym::new(&format!("#arg{at}#"))));
            }
        }
        let rest: Vec<Node> = rest.iter().map(|s| with_names(s, &renamed)).collect();
        let quoted = expr("block", rest.iter().map(|s| generated_part(s, true)));
        statements.push(crate::lowering::quasiquote::expand_quote(&quoted));
        let mut parameters: Vec<Node> = Vec::new();
        let mut names: Vec<Sym> = Vec::new();
        for var in type_vars {
            parameters.push(Node::Symbol(var.name));
        }
        for arg in args {
            let known = renamed.iter().find(|(from, _)| *from == arg.name).map(|(_, to)| *to);
            names.push(known.unwrap_or(arg.name));
            let name =
                if arg.name == "#self#" || arg.is_unused() { self.internal() } else { arg.name };
            parameters.push(Node::Symbol(name));
        }
        let mut signature = vec![Node::Symbol(name)];
        signature.extend(parameters);
        let definition = expr(
            "block",
            [
                expr("global", [Node::Symbol(name)]),
                expr("function", [expr("call", signature), expr("block", statements)]),
            ],
        );
        let definition = self.expand(&definition)?;
        let info = Generator {
            function: (self.cx.module, name),
            arg_names: names,
            sparams: type_vars.iter().map(|v| v.name).collect(),
            only,
        };
        Ok((definition, info))
    }
}

/// The tree with other names for some.
fn with_names(node: &Node, renamed: &[(Sym, Sym)]) -> Node {
    match node {
        Node::Symbol(s) => {
            let known = renamed.iter().find(|(from, _)| from == s).map(|(_, to)| *to);
            Node::Symbol(known.unwrap_or(*s))
        }
        Node::Expr(e) if !renamed.is_empty() => {
            let args = e.args.iter().map(|a| with_names(a, renamed)).collect();
            Node::expr_at(e.head.as_str(), args, e.span)
        }
        other => other.clone(),
    }
}

pub(super) fn is_if_generated(node: &Node) -> bool {
    as_head(node, "if").is_some_and(|e| e.args.len() == 3 && has_head(&e.args[0], "generated"))
}

/// One side of each `if @generated`; the generator's side is interpolated into the quoted rest.
pub(super) fn generated_part(node: &Node, generator: bool) -> Node {
    match node {
        Node::Expr(e) if is_if_generated(node) => {
            if generator {
                expr("$", [e.args[1].clone()])
            } else {
                e.args[2].clone()
            }
        }
        Node::Expr(e) if !is_function_def(node) && !is_quoted(node) => {
            let args = e.args.iter().map(|a| generated_part(a, generator)).collect();
            Node::expr_at(e.head.as_str(), args, e.span)
        }
        other => other.clone(),
    }
}
