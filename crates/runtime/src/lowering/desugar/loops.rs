//! `for`, `while`, `if`, `&&` and `||`, `try`.

use pkgimage_syntax::ast::{Literal, Node, Sym};

use super::{Desugar, Result};
use crate::lowering::ir::{BreakTarget, Ir, is_underscore};
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_while(&mut self, node: &Node, args: &[Node]) -> Result {
        let [condition, body] = args else { return self.invalid(node) };
        let condition = self.expand_condition(condition)?;
        let body = self.expand(body)?;
        Ok(Ir::BreakBlock(
            BreakTarget::LoopExit,
            Box::new(Ir::While(Box::new([
                condition,
                Ir::BreakBlock(BreakTarget::LoopContinue, Box::new(Ir::Scope(Box::new(body)))),
            ]))),
        ))
    }

    pub(super) fn expand_for(&mut self, node: &Node, args: &[Node]) -> Result {
        let [ranges, body] = args else { return self.invalid(node) };
        let mut pairs = Vec::new();
        for range in statements(ranges) {
            match range {
                Node::Expr(e) if e.head == "=" && e.args.len() == 2 => {
                    pairs.push((&e.args[0], &e.args[1]));
                }
                _ => return self.error("invalid iteration specification"),
            }
        }
        self.for_loops(&pairs, body)
    }

    /// `body` for each combination of values. A `break` leaves all loops.
    pub(super) fn for_loops(&mut self, ranges: &[(&Node, &Node)], body: &Node) -> Result {
        // Assigning an outer loop's variable does not change what the next iteration sees.
        let mut copied: Vec<Sym> = Vec::new();
        if let Some((_, outer)) = ranges.split_last() {
            for (left, _) in outer {
                if !has_head(left, "outer") {
                    for name in lhs_vars(left) {
                        if !is_underscore(name) && !copied.contains(&name) {
                            copied.push(name);
                        }
                    }
                }
            }
        }
        let nest = self.nest_loops(ranges, body, &copied)?;
        Ok(Ir::BreakBlock(BreakTarget::LoopExit, Box::new(nest)))
    }

    fn nest_loops(&mut self, ranges: &[(&Node, &Node)], body: &Node, copied: &[Sym]) -> Result {
        let Some(((left, range), rest)) = ranges.split_first() else { return self.expand(body) };
        let collection = self.cx.tmp();
        let state = self.cx.tmp();
        let next = self.internal();
        let next_name = || Ir::Name(next);
        let range = self.expand(range)?;
        let (outer, left) = match as_head(left, "outer") {
            Some(o) if o.args.len() == 1 => (true, &o.args[0]),
            _ => (false, *left),
        };
        let mut out = vec![
            Ir::assign_tmp(collection, range),
            Ir::local_def(next),
            Ir::assign(next_name(), Ir::base_call("iterate", [Ir::Tmp(collection)])),
        ];
        if outer {
            match left {
                Node::Symbol(s) => out.push(Ir::RequireExistingLocal(*s)),
                _ => return self.error("invalid iteration specification"),
            }
        }
        let mut iteration = Vec::new();
        if !outer {
            for name in lhs_vars(left) {
                if !is_underscore(name) {
                    iteration.push(Ir::local(name));
                }
            }
        }
        let value = self.embed(Ir::core_call("getfield", [next_name(), Ir::int(1)]));
        iteration.push(self.assign(left, &value)?);
        iteration.push(Ir::assign_tmp(state, Ir::core_call("getfield", [next_name(), Ir::int(2)])));
        let inner = if rest.is_empty() {
            let body = self.expand(body)?;
            iteration.push(body);
            let mut before = Vec::new();
            let mut statements = Vec::new();
            for name in copied {
                let tmp = self.cx.tmp();
                before.push(Ir::assign_tmp(tmp, Ir::Name(*name)));
                statements.push(Ir::local_def(*name));
                statements.push(Ir::assign(Ir::Name(*name), Ir::Tmp(tmp)));
            }
            let block = if copied.is_empty() {
                Ir::scope(iteration)
            } else {
                statements.push(Ir::scope(iteration));
                before.push(Ir::scope(statements));
                Ir::Block(before)
            };
            Ir::BreakBlock(BreakTarget::LoopContinue, Box::new(block))
        } else {
            iteration.push(self.nest_loops(rest, body, copied)?);
            Ir::scope(iteration)
        };
        let going_on =
            || Ir::base_call("not_int", [Ir::core_call("===", [Ir::Name(next), Ir::nothing()])]);
        let advance = Ir::assign(
            next_name(),
            Ir::base_call("iterate", [Ir::Tmp(collection), Ir::Tmp(state)]),
        );
        out.push(Ir::if_else(
            going_on(),
            Ir::DoWhile(Box::new([Ir::Block(vec![inner, advance]), going_on()])),
            Ir::nothing(),
        ));
        Ok(Ir::Block(out))
    }

    pub(super) fn expand_if(&mut self, node: &Node, args: &[Node]) -> Result {
        match args {
            [condition, then] => {
                let condition = self.expand_condition(condition)?;
                let then = self.expand(then)?;
                Ok(Ir::if_else(condition, then, Ir::nothing()))
            }
            [condition, then, otherwise] => {
                let condition = self.expand_condition(condition)?;
                let then = self.expand(then)?;
                let otherwise = self.expand(otherwise)?;
                Ok(Ir::if_else(condition, then, otherwise))
            }
            _ => self.invalid(node),
        }
    }

    /// A condition may be a chain of `&&` or of `||`, which then need no value of their own.
    fn expand_condition(&mut self, node: &Node) -> Result {
        match node {
            Node::Expr(e) if e.head == "block" && !e.args.is_empty() => {
                let (test, before) = match e.args.split_last() {
                    Some(split) => split,
                    None => return self.expand(node),
                };
                let mut out = self.expand_all(before)?;
                out.push(self.expand_condition(test)?);
                Ok(Ir::Block(out))
            }
            Node::Expr(e) if matches!(e.head.as_str(), "&&" | "||") => {
                let mut clauses = Vec::new();
                flatten(e.head, &e.args, &mut clauses);
                let mut out = Vec::new();
                for clause in clauses {
                    out.push(self.expand_condition(clause)?);
                }
                Ok(match (e.head == "&&", out.is_empty()) {
                    (true, true) => Ir::bool(true),
                    (false, true) => Ir::bool(false),
                    (true, false) => Ir::And(out),
                    (false, false) => Ir::Or(out),
                })
            }
            other => self.expand(other),
        }
    }

    /// `&&` for its value.
    pub(super) fn expand_and(&mut self, args: &[Node]) -> Result {
        let mut clauses = Vec::new();
        flatten(Sym::new("&&"), args, &mut clauses);
        let Some((last, before)) = clauses.split_last() else { return Ok(Ir::bool(true)) };
        let mut conditions = Vec::new();
        for clause in before {
            conditions.push(self.expand(clause)?);
        }
        let mut result = self.expand(last)?;
        for condition in conditions.into_iter().rev() {
            result = Ir::if_else(condition, result, Ir::bool(false));
        }
        Ok(result)
    }

    /// `||` for its value.
    pub(super) fn expand_or(&mut self, args: &[Node]) -> Result {
        let mut clauses = Vec::new();
        flatten(Sym::new("||"), args, &mut clauses);
        let Some((last, before)) = clauses.split_last() else { return Ok(Ir::bool(false)) };
        let mut conditions = Vec::new();
        for clause in before {
            conditions.push(self.expand(clause)?);
        }
        let mut result = self.expand(last)?;
        for condition in conditions.into_iter().rev() {
            result = if condition.is_simple() || matches!(condition, Ir::Name(_)) {
                Ir::if_else(condition.clone(), condition, result)
            } else {
                let tmp = self.cx.tmp();
                Ir::Block(vec![
                    Ir::assign_tmp(tmp, condition),
                    Ir::if_else(Ir::Tmp(tmp), Ir::Tmp(tmp), result),
                ])
            };
        }
        Ok(result)
    }

    /// `Expr(:try, body, variable, catch, finally, else)`; parts that are missing are `false`.
    pub(super) fn expand_try(&mut self, node: &Node, args: &[Node]) -> Result {
        if args.len() < 3 || args.len() > 5 {
            return self.error("invalid \"try\" form");
        }
        let is_false =
            |n: Option<&Node>| matches!(n, None | Some(Node::Literal(Literal::Bool(false))));
        let [body, variable, handler] = &args[..3] else { return self.invalid(node) };
        let else_part = args.get(4);
        let finally = args.get(3).filter(|f| !is_false(Some(f)));
        if finally.is_some() && has_unmatched_goto(body) {
            return self.error("goto from a try/finally block is not permitted");
        }
        let inner = if is_false(Some(handler)) && finally.is_some() && is_false(else_part) {
            let body = self.expand(body)?;
            Ir::Scope(Box::new(body))
        } else {
            let body = self.expand(body)?;
            let body = Ir::Scope(Box::new(body));
            let handler = if is_false(Some(handler)) && handler_is_missing(handler) {
                // A bare `try` without `catch`: the exception is dropped.
                Ir::bool(false)
            } else {
                self.expand(handler)?
            };
            let handler = match variable {
                Node::Symbol(s) => {
                    Ir::scope(vec![Ir::assign(Ir::Name(*s), Ir::TheException), handler])
                }
                _ => Ir::Scope(Box::new(handler)),
            };
            let handler = Ir::Scope(Box::new(handler));
            match else_part.filter(|e| !is_false(Some(e))) {
                Some(else_part) => {
                    let else_part = self.expand(else_part)?;
                    let else_part = Ir::Scope(Box::new(else_part));
                    Ir::TryCatchElse(Box::new([body, handler, else_part]))
                }
                None => Ir::TryCatch(Box::new([body, handler])),
            }
        };
        match finally {
            Some(finally) => {
                let finally = self.expand(finally)?;
                Ok(Ir::TryFinally(Box::new([inner, Ir::Scope(Box::new(finally))])))
            }
            None => Ok(inner),
        }
    }
}

fn handler_is_missing(handler: &Node) -> bool {
    matches!(handler, Node::Literal(Literal::Bool(false)))
}

fn flatten<'a>(head: Sym, args: &'a [Node], out: &mut Vec<&'a Node>) {
    for arg in args {
        match arg {
            Node::Expr(e) if e.head == head => flatten(head, &e.args, out),
            other => out.push(other),
        }
    }
}

/// Whether there is a `@goto` to a label that is not within the tree.
fn has_unmatched_goto(node: &Node) -> bool {
    fn collect(node: &Node, head: &str, out: &mut Vec<Sym>) {
        if is_quoted(node) {
            return;
        }
        if let Node::Expr(e) = node {
            match e.args.first() {
                Some(Node::Symbol(s)) if e.head == head => out.push(*s),
                _ => e.args.iter().for_each(|a| collect(a, head, out)),
            }
        }
    }
    let (mut labels, mut gotos) = (Vec::new(), Vec::new());
    collect(node, "symboliclabel", &mut labels);
    collect(node, "symbolicgoto", &mut gotos);
    gotos.iter().any(|g| !labels.contains(g))
}
