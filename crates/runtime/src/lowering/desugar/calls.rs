//! Calls: splats, keywords, powers with literal exponents, `do` blocks, named tuples, chains of
//! comparisons.

use pkgimage_syntax::ast::{Node, Sym};

use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::ir::Ir;
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_call(&mut self, node: &Node, args: &[Node]) -> Result {
        let Some((function, rest)) = args.split_first() else { return self.invalid(node) };
        if rest.is_empty() {
            let function = self.expand(function)?;
            return Ok(Ir::call(function, []));
        }
        if undotted_function(function).is_some()
            || as_head(function, ".").is_some_and(|f| f.args.len() == 1)
        {
            return self.expand_broadcast(node);
        }
        if matches!(function, Node::Symbol(s) if *s == "ccall") {
            return self.expand_ccall(node, rest);
        }
        if rest.iter().any(is_kw) {
            return self.expand_keyword_call(function, rest);
        }
        if let Some(parameters) = as_head(&rest[0], "parameters") {
            if parameters.args.is_empty() {
                return self.expand(&call(function.clone(), rest[1..].iter().cloned()));
            }
            return self.expand_keyword_call(function, rest);
        }
        if rest.iter().any(is_splat) {
            return self.expand_splat_call(function, rest);
        }
        if let ([_, exponent], Some(name)) = (rest, identifier_name(function))
            && name == "^"
            && is_integer_literal(exponent)
        {
            let value = literal_val(exponent);
            let args = [function.clone(), rest[0].clone(), value];
            return self.expand(&call(base("literal_pow"), args));
        }
        let function = self.expand(function)?;
        let args = self.expand_all(rest)?;
        Ok(Ir::call(function, args))
    }

    /// `f(a, b..., c)`.
    fn expand_splat_call(&mut self, function: &Node, args: &[Node]) -> Result {
        let mut all = vec![base("iterate"), function.clone()];
        let mut run = Vec::new();
        let flush = |run: &mut Vec<Node>, all: &mut Vec<Node>| {
            if !run.is_empty() {
                all.push(call(core("tuple"), run.drain(..)));
            }
        };
        for arg in args {
            match as_head(arg, "...").filter(|s| s.args.len() == 1) {
                Some(splat) => {
                    flush(&mut run, &mut all);
                    all.push(splat.args[0].clone());
                }
                None => run.push(arg.clone()),
            }
        }
        flush(&mut run, &mut all);
        self.expand(&call(core("_apply_iterate"), all))
    }

    pub(super) fn expand_do(&mut self, node: &Node, args: &[Node]) -> Result {
        let [Node::Expr(called), function] = args else { return self.invalid(node) };
        let mut all = called.args.clone();
        if all.is_empty() {
            return self.invalid(node);
        }
        let at = if has_parameters(&all[1..]) { 2 } else { 1 };
        all.insert(at, function.clone());
        self.expand(&Node::expr_at(called.head.as_str(), all, called.span))
    }

    /// A call with keywords: function and positional arguments are evaluated first.
    fn expand_keyword_call(&mut self, function: &Node, args: &[Node]) -> Result {
        let (parameters, args) = match as_head(&args[0], "parameters") {
            Some(p) => (p.args.as_slice(), &args[1..]),
            None => (&[][..], args),
        };
        let mut out = Vec::new();
        let function_text = deparse(function);
        let function = self.argument_to_tmp(function, &mut out)?;
        let mut keywords = Vec::new();
        let mut positional = Vec::new();
        for arg in args {
            let stable = self.argument_to_tmp(arg, &mut out)?;
            if is_kw(arg) { keywords.push(stable) } else { positional.push(stable) }
        }
        keywords.extend(parameters.iter().cloned());
        let function = match &function {
            // A property could be another one after the keywords were evaluated.
            Node::Symbol(_) | Node::GlobalRef(..) => function,
            _ => self.stable(&function, &mut out)?,
        };
        let tuple = self.named_tuple(&keywords, NamedTupleFor::Call(&function_text))?;
        let container = self.cx.tmp();
        out.push(Ir::assign_tmp(container, tuple));
        let container = Self::tmp_node(container);
        let mut kw_args = vec![container.clone(), function.clone()];
        kw_args.extend(positional.iter().cloned());
        let with_keywords = self.expand(&call(core("kwcall"), kw_args))?;
        if keywords.iter().all(is_splat) {
            let test = self.expand(&call(base("isempty"), [container]))?;
            let plain = self.expand(&call(function, positional))?;
            out.push(Ir::if_else(test, plain, with_keywords));
        } else {
            out.push(with_keywords);
        }
        Ok(Ir::Block(out))
    }

    pub(super) fn expand_tuple(&mut self, args: &[Node]) -> Result {
        if let Some(parameters) = args.first().and_then(|a| as_head(a, "parameters")) {
            if args.len() > 1 {
                return self.error("unexpected semicolon in tuple");
            }
            return self.named_tuple(&parameters.args, NamedTupleFor::Literal);
        }
        if args.iter().any(is_assignment) {
            return self.named_tuple(args, NamedTupleFor::Literal);
        }
        self.expand(&call(core("tuple"), args.iter().cloned()))
    }

    /// The named tuple of these elements: `name=value`, `name`, `a.name`, `name => value`, `x...`.
    pub(super) fn named_tuple(&mut self, elements: &[Node], purpose: NamedTupleFor) -> Result {
        let mut names: Vec<Sym> = Vec::new();
        for element in elements {
            let name = match element {
                Node::Symbol(s) => Some(*s),
                Node::Expr(e) if (is_kw(element) || is_assignment(element)) => match &e.args[0] {
                    Node::Symbol(s) => Some(*s),
                    _ => None,
                },
                Node::Expr(e) if e.head == "." && e.args.len() == 2 => quoted_symbol(&e.args[1]),
                _ => None,
            };
            if let Some(name) = name {
                if names.contains(&name) {
                    return self.error(match purpose {
                        NamedTupleFor::Literal => {
                            format!("field name \"{name}\" repeated in named tuple")
                        }
                        NamedTupleFor::Call(function) => format!(
                            "keyword argument \"{name}\" repeated in call to \"{function}\""
                        ),
                    });
                }
                names.push(name);
            }
        }
        let (what, syntax) = match purpose {
            NamedTupleFor::Literal => ("named tuple field", "named tuple element"),
            NamedTupleFor::Call(_) => ("keyword argument", "keyword argument syntax"),
        };
        let mut whole: Option<Node> = None;
        let mut run: Vec<(Node, Node)> = Vec::new();
        for element in elements {
            match element {
                Node::Symbol(s) => run.push((quoted(*s), element.clone())),
                Node::Expr(e) if is_kw(element) || is_assignment(element) => {
                    let Node::Symbol(name) = &e.args[0] else {
                        let name = deparse(&e.args[0]);
                        return self.error(format!("invalid {what} name \"{name}\""));
                    };
                    self.check_no_splat_value(&e.args[1], what)?;
                    run.push((quoted(*name), e.args[1].clone()));
                }
                Node::Expr(e)
                    if e.head == "."
                        && e.args.len() == 2
                        && quoted_symbol(&e.args[1]).is_some() =>
                {
                    let name = quoted_symbol(&e.args[1]).unwrap_or(e.head);
                    run.push((quoted(name), element.clone()));
                }
                Node::Expr(e)
                    if e.head == "call"
                        && e.args.len() == 3
                        && matches!(&e.args[0], Node::Symbol(s) if *s == "=>") =>
                {
                    self.check_no_splat_value(&e.args[2], what)?;
                    whole = merge(whole, take_run(&mut run));
                    let one = (e.args[1].clone(), e.args[2].clone());
                    whole = merge(whole, Some(named_tuple_of(vec![one])));
                }
                Node::Expr(e) if is_splat(element) => {
                    whole = merge(whole, take_run(&mut run));
                    let before = whole.unwrap_or_else(|| call(core("NamedTuple"), []));
                    whole = Some(call(base("merge"), [before, e.args[0].clone()]));
                }
                Node::Expr(e) if e.head == "parameters" => {
                    return self.error("more than one semicolon in argument list");
                }
                other => {
                    return self.error(format!("invalid {syntax} \"{}\"", deparse(other)));
                }
            }
        }
        let whole = merge(whole, take_run(&mut run));
        self.expand(&whole.unwrap_or_else(|| call(core("NamedTuple"), [])))
    }

    fn check_no_splat_value(&mut self, value: &Node, what: &str) -> Result<()> {
        if is_splat(value) {
            return self.error(format!("\"...\" expression cannot be used as {what} value"));
        }
        Ok(())
    }

    /// `a < b < c`: each operand is evaluated once.
    pub(super) fn expand_comparison(&mut self, args: &[Node]) -> Result {
        let node = self.comparison_chain(args)?;
        self.expand(&node)
    }

    /// The chain as a tree of `&&` (or of `.&` for dotted operators).
    pub(super) fn comparison_chain(&mut self, args: &[Node]) -> Result<Node> {
        if args.len() < 3 || args.len().is_multiple_of(2) {
            return self.error("invalid comparison");
        }
        self.chain(args)
    }

    /// One comparison, and the rest of the chain behind it. The right operand is needed twice: it
    /// is stored before the comparison, hence evaluated before the left one, as Julia does.
    fn chain(&mut self, args: &[Node]) -> Result<Node> {
        let dotted = |op: &Node| undotted_function(op).is_some();
        let mut conjuncts: Vec<Node> = Vec::new();
        let mut any_dotted = false;
        let mut left = args[0].clone();
        let mut at = 1;
        while at + 1 < args.len() {
            let op = &args[at];
            let right = &args[at + 1];
            let last = at + 2 >= args.len();
            any_dotted |= dotted(op);
            if last || is_effect_free(right) {
                conjuncts.push(call(op.clone(), [left, right.clone()]));
                left = right.clone();
            } else if dotted(op) {
                // Broadcasting is lazy, so the operand has to be a value before.
                let tmp = self.cx.tmp();
                let stored = expr(
                    "block",
                    [expr("=", [Self::tmp_node(tmp), right.clone()]), Self::tmp_node(tmp)],
                );
                let value = self.expand(&stored)?;
                let value = self.embed(value);
                conjuncts.push(call(op.clone(), [left, value]));
                left = Self::tmp_node(tmp);
            } else {
                let tmp = self.cx.tmp();
                let stored = expr("=", [Self::tmp_node(tmp), right.clone()]);
                let compared = call(op.clone(), [left, Self::tmp_node(tmp)]);
                conjuncts.push(expr("block", [stored, compared]));
                left = Self::tmp_node(tmp);
            }
            at += 2;
        }
        if any_dotted {
            // Runs of plain comparisons are joined by `&&`, those by elementwise `&`.
            let mut groups: Vec<Node> = Vec::new();
            let mut run: Vec<Node> = Vec::new();
            for (n, conjunct) in conjuncts.into_iter().enumerate() {
                if dotted(&args[2 * n + 1]) {
                    if !run.is_empty() {
                        groups.push(expr("&&", run.drain(..)));
                    }
                    groups.push(conjunct);
                } else {
                    run.push(conjunct);
                }
            }
            if !run.is_empty() {
                groups.push(expr("&&", run));
            }
            let mut groups = groups.into_iter();
            let Some(first) = groups.next() else { return self.error("invalid comparison") };
            return Ok(groups.fold(first, |a, b| call(Node::symbol(".&"), [a, b])));
        }
        match conjuncts.len() {
            1 => Ok(conjuncts.remove(0)),
            _ => Ok(expr("&&", conjuncts)),
        }
    }
}

/// What a named tuple is made for: the wording of errors.
#[derive(Clone, Copy)]
pub(super) enum NamedTupleFor<'a> {
    Literal,
    Call(&'a str),
}

fn take_run(run: &mut Vec<(Node, Node)>) -> Option<Node> {
    if run.is_empty() { None } else { Some(named_tuple_of(std::mem::take(run))) }
}

/// `NamedTuple{(names...,)}((values...,))`.
fn named_tuple_of(elements: Vec<(Node, Node)>) -> Node {
    let (names, values): (Vec<Node>, Vec<Node>) = elements.into_iter().unzip();
    let ty = call(core("apply_type"), [core("NamedTuple"), call(core("tuple"), names)]);
    call(ty, [call(core("tuple"), values)])
}

fn merge(before: Option<Node>, more: Option<Node>) -> Option<Node> {
    match (before, more) {
        (Some(a), Some(b)) => Some(call(base("merge"), [a, b])),
        (a, b) => a.or(b),
    }
}

/// `Val(exponent)` for `literal_pow`.
pub(super) fn literal_val(exponent: &Node) -> Node {
    call(call(core("apply_type"), [base("Val"), exponent.clone()]), [])
}
