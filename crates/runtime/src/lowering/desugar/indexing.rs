//! Indexing: `begin` and `end`, splats among indices, properties.

use pkgimage_syntax::ast::{Expr, Node};

use super::{Desugar, Result};
use crate::lowering::ir::Ir;
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_ref(&mut self, args: &[Node]) -> Result {
        let Some((array, indices)) = args.split_first() else {
            return self.error("invalid indexing");
        };
        if has_parameters(indices) {
            return self.error("unexpected semicolon in array expression");
        }
        let mut out = Vec::new();
        let (array, indices) = self.prepare_indices(array, indices, &mut out)?;
        let mut all = vec![array];
        all.extend(indices);
        let value = self.expand(&call(base("getindex"), all))?;
        if out.is_empty() {
            return Ok(value);
        }
        out.push(value);
        Ok(Ir::Block(out))
    }

    /// The array and its indices with `begin` and `end` replaced. The array is computed once if an
    /// index refers to it.
    pub(super) fn prepare_indices(
        &mut self,
        array: &Node,
        indices: &[Node],
        out: &mut Vec<Ir>,
    ) -> Result<(Node, Vec<Node>)> {
        let refers = indices.iter().any(|i| {
            contains(i, &mut |n| matches!(n, Node::Symbol(s) if *s == "end" || *s == "begin"))
        });
        let array = if refers && matches!(array, Node::Expr(_)) {
            self.stable(array, out)?
        } else {
            array.clone()
        };
        if !refers && !indices.iter().any(is_splat) {
            return Ok((array, indices.to_vec()));
        }
        let mut result = Vec::with_capacity(indices.len());
        let mut splats: Vec<Node> = Vec::new();
        for (at, index) in indices.iter().enumerate() {
            let last = at + 1 == indices.len();
            // Each splat before counts as many dimensions as it has values.
            let plain_before = at - splats.len();
            let dimension =
                Dimension { array: &array, number: plain_before + 1, splats: &splats, last };
            match as_head(index, "...").filter(|s| s.args.len() == 1) {
                Some(splat) => {
                    let inner = replace_ends(&splat.args[0], &dimension);
                    if last || !refers {
                        result.push(expr("...", [inner]));
                    } else {
                        let tmp = self.cx.tmp();
                        let value = self.expand(&inner)?;
                        out.push(Ir::assign_tmp(tmp, value));
                        splats.push(Self::tmp_node(tmp));
                        result.push(expr("...", [Self::tmp_node(tmp)]));
                    }
                }
                None => result.push(replace_ends(index, &dimension)),
            }
        }
        Ok((array, result))
    }

    pub(super) fn expand_dot(&mut self, node: &Node, args: &[Node]) -> Result {
        match args {
            [operator] => self.expand(&call(base("BroadcastFunction"), [operator.clone()])),
            [_, Node::Expr(t)] if t.head == "tuple" => self.expand_broadcast(node),
            [object, name @ Node::Expr(e)]
                if !matches!(e.head.as_str(), "quote" | "inert" | "$" | "#tmp" | "#ir") =>
            {
                let _ = (object, name);
                self.error(format!("invalid syntax \"{}\"", crate::lowering::deparse(node)))
            }
            [object, Node::Symbol(name)] => {
                // `Expr(:., a, :b)` as some macros write it.
                self.expand(&call(base("getproperty"), [object.clone(), Node::Symbol(*name)]))
            }
            [object, name] => {
                self.expand(&call(base("getproperty"), [object.clone(), name.clone()]))
            }
            _ => self.invalid(node),
        }
    }
}

/// Which dimension of which array an index stands in.
struct Dimension<'a> {
    array: &'a Node,
    /// Counted from 1, splats before it left out.
    number: usize,
    splats: &'a [Node],
    last: bool,
}

impl Dimension<'_> {
    fn bound(&self, function: &str) -> Node {
        if self.splats.is_empty() {
            if self.last && self.number == 1 {
                return call(base(function), [self.array.clone()]);
            }
            return call(base(function), [self.array.clone(), int(self.number as i64)]);
        }
        let mut number = vec![int(self.number as i64)];
        number.extend(self.splats.iter().map(|s| call(base("length"), [s.clone()])));
        call(base(function), [self.array.clone(), call(base("+"), number)])
    }
}

fn replace_ends(node: &Node, dimension: &Dimension) -> Node {
    match node {
        Node::Symbol(s) if *s == "end" => dimension.bound("lastindex"),
        Node::Symbol(s) if *s == "begin" => dimension.bound("firstindex"),
        Node::Expr(_) if is_quoted(node) => node.clone(),
        // Within the indices of another array, `end` is that array's.
        Node::Expr(e) if e.head == "ref" && !e.args.is_empty() => {
            let mut args = vec![replace_ends(&e.args[0], dimension)];
            args.extend_from_slice(&e.args[1..]);
            Node::expr_at("ref", args, e.span)
        }
        Node::Expr(e) => replace_in(e, dimension),
        other => other.clone(),
    }
}

fn replace_in(e: &Expr, dimension: &Dimension) -> Node {
    let args = e.args.iter().map(|a| replace_ends(a, dimension)).collect();
    Node::expr_at(e.head.as_str(), args, e.span)
}
