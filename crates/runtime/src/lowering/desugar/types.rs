//! Types as expressions: application, `where`, aliases, type variables and their bounds.

use pkgimage_syntax::ast::{Node, Sym};

use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::ir::Ir;
use crate::lowering::tree::*;

/// A type variable with its bounds.
#[derive(Clone, Debug)]
pub(super) struct TypeVar {
    pub name: Sym,
    pub lower: Option<Node>,
    pub upper: Option<Node>,
}

impl TypeVar {
    /// Whether a bound mentions the name.
    pub(super) fn mentions(&self, name: Sym) -> bool {
        self.lower.iter().chain(&self.upper).any(|b| contains_symbol(b, name))
    }
}

impl Desugar<'_> {
    /// `T`, `T<:U`, `T>:L`, `L<:T<:U`.
    pub(super) fn type_var(&mut self, node: &Node) -> Result<TypeVar> {
        let (name, lower, upper) = match node {
            Node::Symbol(s) => (Node::Symbol(*s), None, None),
            Node::Expr(e) => match (e.head.as_str(), e.args.as_slice()) {
                ("<:", [name, upper]) => (name.clone(), None, Some(upper.clone())),
                (">:", [name, lower]) => (name.clone(), Some(lower.clone()), None),
                ("comparison", [a, Node::Symbol(o1), name, Node::Symbol(o2), b]) => {
                    match (o1.as_str(), o2.as_str()) {
                        ("<:", "<:") => (name.clone(), Some(a.clone()), Some(b.clone())),
                        (">:", ">:") => (name.clone(), Some(b.clone()), Some(a.clone())),
                        _ => return self.error("invalid bounds in \"where\""),
                    }
                }
                ("escape", [inner]) => return self.type_var(inner),
                _ => return self.error("invalid variable expression in \"where\""),
            },
            _ => return self.error("invalid variable expression in \"where\""),
        };
        match name {
            Node::Symbol(name) => Ok(TypeVar { name, lower, upper }),
            other => self.error(format!("invalid type parameter name \"{}\"", deparse(&other))),
        }
    }

    pub(super) fn type_vars(&mut self, nodes: &[Node]) -> Result<Vec<TypeVar>> {
        nodes.iter().map(|n| self.type_var(n)).collect()
    }

    /// `TypeVar(:T, lower, upper)`.
    pub(super) fn make_type_var(&mut self, var: &TypeVar) -> Result {
        let mut args = vec![Ir::quoted(var.name)];
        match (&var.lower, &var.upper) {
            (None, None) => {}
            (None, Some(upper)) => args.push(self.expand(upper)?),
            (Some(lower), None) => {
                args.push(self.expand(lower)?);
                args.push(Ir::core("Any"));
            }
            (Some(lower), Some(upper)) => {
                args.push(self.expand(lower)?);
                args.push(self.expand(upper)?);
            }
        }
        Ok(Ir::core_call("TypeVar", args))
    }

    pub(super) fn expand_where(&mut self, node: &Node, args: &[Node]) -> Result {
        let Some((body, vars)) = args.split_first() else { return self.invalid(node) };
        self.where_type(body, vars)
    }

    fn where_type(&mut self, body: &Node, vars: &[Node]) -> Result {
        let Some((var, rest)) = vars.split_first() else { return self.expand(body) };
        let var = self.type_var(var)?;
        let value = self.cx.tmp();
        let made = self.make_type_var(&var)?;
        let body = self.where_type(body, rest)?;
        Ok(Ir::Block(vec![
            Ir::assign_tmp(value, made),
            Ir::scope(vec![
                Ir::HardScope,
                Ir::local_def(var.name),
                Ir::assign(Ir::Name(var.name), Ir::Tmp(value)),
                Ir::core_call("UnionAll", [Ir::Name(var.name), body]),
            ]),
        ]))
    }

    pub(super) fn expand_curly(&mut self, node: &Node, args: &[Node]) -> Result {
        let Some((head, parameters)) = args.split_first() else { return self.invalid(node) };
        if has_parameters(parameters) {
            return self.error(format!("unexpected semicolon in \"{}\"", deparse(node)));
        }
        if parameters.iter().any(is_assignment) {
            return self.error(format!("misplaced assignment statement in \"{}\"", deparse(node)));
        }
        // `A{<:B}` is `A{T} where T<:B`.
        let mut plain = Vec::new();
        let mut vars = Vec::new();
        for parameter in parameters {
            match parameter {
                Node::Expr(e) if matches!(e.head.as_str(), "<:" | ">:") && e.args.len() == 1 => {
                    let name = Sym::new(&format!("#s{}", vars.len() + 1));
                    plain.push(Node::Symbol(name));
                    vars.push(expr(e.head.as_str(), [Node::Symbol(name), e.args[0].clone()]));
                }
                other => plain.push(other.clone()),
            }
        }
        if vars.is_empty() {
            return self.expand(&call(core("apply_type"), args.iter().cloned()));
        }
        let mut applied = vec![head.clone()];
        applied.extend(plain);
        let mut all = vec![expr("curly", applied)];
        all.extend(vars);
        self.expand(&expr("where", all))
    }

    /// `A{T} = B{T}`.
    pub(super) fn expand_type_alias(&mut self, left: &Node, right: &Node) -> Result {
        let Some(curly) = as_head(left, "curly") else { return self.invalid(left) };
        let Some((name, vars)) = curly.args.split_first() else { return self.invalid(left) };
        if vars.is_empty() {
            let text = deparse(&expr("=", [left.clone(), right.clone()]));
            return self.error(format!("empty type parameter list in \"{text}\""));
        }
        let value = self.cx.tmp();
        let ty = self.where_type(right, vars)?;
        let name = match name {
            Node::Symbol(_) | Node::GlobalRef(..) => self.expand(name)?,
            other => {
                let text = deparse(other);
                return self.error(format!("invalid assignment location \"{text}\""));
            }
        };
        Ok(Ir::Block(vec![
            Ir::assign_tmp(value, ty),
            Ir::ConstIfGlobal(Box::new(name.clone())),
            Ir::assign(name, Ir::Tmp(value)),
            Ir::unnecessary(Ir::Tmp(value)),
        ]))
    }
}
