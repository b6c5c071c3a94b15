//! Broadcasting: nested dotted calls become one lazy `broadcasted` tree, materialized once.

use pkgimage_syntax::ast::Node;

use super::calls::literal_val;
use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::ir::Ir;
use crate::lowering::tree::*;

impl Desugar<'_> {
    /// A dotted call, operator, comparison or `.&&`.
    pub(super) fn expand_broadcast(&mut self, node: &Node) -> Result {
        match self.fuse(node)? {
            Fused::Lazy(lazy) => self.expand(&call(base("materialize"), [lazy])),
            Fused::Other(other) => self.expand(&other),
        }
    }

    /// `left .= right`.
    pub(super) fn expand_broadcast_assignment(&mut self, left: &Node, right: &Node) -> Result {
        let mut out = Vec::new();
        let target = match left {
            Node::Expr(e) if e.head == "ref" && !e.args.is_empty() => {
                if has_parameters(&e.args[1..]) {
                    return self.error("unexpected semicolon in array expression");
                }
                let (array, indices) = self.prepare_indices(&e.args[0], &e.args[1..], &mut out)?;
                let mut args = vec![array];
                args.extend(indices);
                call(base("dotview"), args)
            }
            Node::Expr(e)
                if e.head == "." && e.args.len() == 2 && !has_head(&e.args[1], "tuple") =>
            {
                call(base("dotgetproperty"), e.args.iter().cloned())
            }
            other => other.clone(),
        };
        let lazy = match self.fuse(right)? {
            Fused::Lazy(lazy) => lazy,
            Fused::Other(other) => call(base("broadcasted"), [base("identity"), other]),
        };
        let result = self.expand(&call(base("materialize!"), [target, lazy]))?;
        out.push(result);
        Ok(Ir::Block(out))
    }

    fn fuse(&mut self, node: &Node) -> Result<Fused> {
        let Node::Expr(e) = node else { return Ok(Fused::Other(node.clone())) };
        match (e.head.as_str(), e.args.as_slice()) {
            (".", [function, Node::Expr(t)]) if t.head == "tuple" => {
                self.fuse_call(function.clone(), &t.args).map(Fused::Lazy)
            }
            (".", [_, name]) => match name {
                Node::Expr(x)
                    if !matches!(x.head.as_str(), "quote" | "inert" | "$" | "#tmp" | "#ir") =>
                {
                    self.error(format!("invalid syntax \"{}\"", deparse(node)))
                }
                _ => Ok(Fused::Other(node.clone())),
            },
            ("call", [function, args @ ..]) => {
                if let Some(plain) = undotted_function(function) {
                    return self.fuse_call(plain, args).map(Fused::Lazy);
                }
                match as_head(function, ".").filter(|f| f.args.len() == 1) {
                    Some(f) => self.fuse_call(f.args[0].clone(), args).map(Fused::Lazy),
                    None => Ok(Fused::Other(node.clone())),
                }
            }
            ("comparison", operands) => {
                let dotted =
                    operands.iter().skip(1).step_by(2).any(|o| undotted_function(o).is_some());
                if !dotted {
                    return Ok(Fused::Other(node.clone()));
                }
                let chain = self.comparison_chain(operands)?;
                self.fuse(&chain)
            }
            (".&&", args) => self.fuse_call(base("andand"), args).map(Fused::Lazy),
            (".||", args) => self.fuse_call(base("oror"), args).map(Fused::Lazy),
            _ => Ok(Fused::Other(node.clone())),
        }
    }

    fn fuse_call(&mut self, function: Node, args: &[Node]) -> Result<Node> {
        if let ([_, exponent], Some(name)) = (args, identifier_name(&function))
            && name == "^"
            && is_integer_literal(exponent)
        {
            let value = literal_val(exponent);
            let base_arg = self.fuse_argument(&args[0])?;
            let args = [base("literal_pow"), function, base_arg, value];
            return Ok(call(base("broadcasted"), args));
        }
        let mut keywords: Vec<Node> = Vec::new();
        let mut positional = Vec::new();
        let args = match args.first().and_then(|a| as_head(a, "parameters")) {
            Some(p) => {
                keywords.extend(p.args.iter().cloned());
                &args[1..]
            }
            None => args,
        };
        let mut at = 0;
        for arg in args {
            if is_kw(arg) {
                keywords.insert(at, arg.clone());
                at += 1;
            } else {
                positional.push(self.fuse_argument(arg)?);
            }
        }
        let mut all = Vec::new();
        let name = if keywords.is_empty() { "broadcasted" } else { "broadcasted_kwsyntax" };
        if !keywords.is_empty() {
            all.push(expr("parameters", keywords));
        }
        all.push(function);
        all.extend(positional);
        Ok(call(base(name), all))
    }

    fn fuse_argument(&mut self, arg: &Node) -> Result<Node> {
        if let Some(splat) = as_head(arg, "...").filter(|s| s.args.len() == 1) {
            return Ok(expr("...", [splat.args[0].clone()]));
        }
        match self.fuse(arg)? {
            Fused::Lazy(node) | Fused::Other(node) => Ok(node),
        }
    }
}

/// An argument of a broadcast.
enum Fused {
    /// A dotted call: not materialized.
    Lazy(Node),
    /// Anything else.
    Other(Node),
}
