//! Generators and comprehensions.

use pkgimage_syntax::ast::{Expr, Node, Sym};

use super::{Desugar, Result};
use crate::lowering::ir::{Ir, is_underscore};
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_comprehension(&mut self, args: &[Node]) -> Result {
        match args {
            [generator] => self.expand(&call(base("collect"), [generator.clone()])),
            many => {
                let generator = expr("generator", many.iter().cloned());
                self.expand(&call(base("collect"), [generator]))
            }
        }
    }

    pub(super) fn expand_typed_comprehension(&mut self, node: &Node, args: &[Node]) -> Result {
        let [ty, generator] = args else { return self.invalid(node) };
        if let Some(g) = as_head(generator, "generator")
            && g.args.len() >= 2
            && g.args[1..].iter().all(is_assignment)
        {
            return self.comprehension_loops(ty, g);
        }
        self.expand(&call(base("collect"), [ty.clone(), generator.clone()]))
    }

    pub(super) fn check_no_return(&mut self, node: &Node) -> Result<()> {
        let found = contains_except(node, &mut |n| has_head(n, "return"), &|n| {
            is_function_def(n) || is_quoted(n)
        });
        if found {
            return self.error("\"return\" not allowed inside comprehension or generator");
        }
        Ok(())
    }

    /// A typed comprehension without filters is a nest of loops, and no function is made for it.
    fn comprehension_loops(&mut self, ty: &Node, generator: &Expr) -> Result {
        let body = &generator.args[0];
        self.check_no_return(body)?;
        let breaks =
            contains_except(body, &mut |n| has_head(n, "break") || has_head(n, "continue"), &|n| {
                has_head(n, "for") || has_head(n, "while") || is_function_def(n) || is_quoted(n)
            });
        if breaks {
            return self.error("break or continue outside loop");
        }
        let index = self.internal();
        let mut out = vec![Ir::local_def(index)];
        let mut iterators = Vec::new();
        let mut lefts = Vec::new();
        for range in &generator.args[1..] {
            let Node::Expr(r) = range else { continue };
            let tmp = self.cx.tmp();
            let value = self.expand(&r.args[1])?;
            out.push(Ir::assign_tmp(tmp, value));
            iterators.push(Self::tmp_node(tmp));
            lefts.push(r.args[0].clone());
        }
        let overall = match iterators.as_slice() {
            [one] => self.expand(one)?,
            many => {
                let product = self.cx.tmp();
                let many = self.expand_all(many)?;
                out.push(Ir::assign_tmp(product, Ir::base_call("product", many)));
                Ir::Tmp(product)
            }
        };
        let size = self.cx.tmp();
        let unknown = self.cx.tmp();
        let result = self.cx.tmp();
        let one = self.cx.tmp();
        let ty = self.expand(ty)?;
        out.push(Ir::assign_tmp(size, Ir::base_call("IteratorSize", [overall.clone()])));
        out.push(Ir::assign_tmp(
            unknown,
            Ir::core_call("isa", [Ir::Tmp(size), Ir::base("SizeUnknown")]),
        ));
        out.push(Ir::assign_tmp(result, Ir::base_call("_array_for", [ty, overall, Ir::Tmp(size)])));
        let first = Ir::base_call("first", [Ir::base_call("LinearIndices", [Ir::Tmp(result)])]);
        out.push(Ir::assign(Ir::Name(index), first));
        let value = self.expand(body)?;
        let store = Ir::Block(vec![
            Ir::assign_tmp(one, value),
            Ir::Inbounds(Some(true)),
            Ir::if_else(
                Ir::Tmp(unknown),
                Ir::base_call("push!", [Ir::Tmp(result), Ir::Tmp(one)]),
                Ir::base_call("setindex!", [Ir::Tmp(result), Ir::Tmp(one), Ir::Name(index)]),
            ),
            Ir::Inbounds(None),
            Ir::assign(Ir::Name(index), Ir::base_call("add_int", [Ir::Name(index), Ir::int(1)])),
        ]);
        // The first range varies fastest: it is the innermost loop.
        let mut nest = self.embed(store);
        for (left, iterator) in lefts.iter().zip(&iterators) {
            let looped = self.for_loops(&[(left, iterator)], &nest)?;
            nest = self.embed(looped);
        }
        out.push(self.expand(&nest)?);
        out.push(Ir::Tmp(result));
        Ok(Ir::scope(out))
    }

    /// `(body for x in range if condition)`. For a flattened one, `outer` holds the variables of
    /// the generators around.
    pub(super) fn expand_generator(
        &mut self,
        generator: &Expr,
        flat: bool,
        outer: &[Sym],
    ) -> Result {
        let node = self.generator_node(generator, flat, outer)?;
        self.expand(&node)
    }

    fn generator_node(&mut self, generator: &Expr, flat: bool, outer: &[Sym]) -> Result<Node> {
        let Some((body, specs)) = generator.args.split_first() else {
            return self.error("invalid generator");
        };
        let (condition, ranges) = match specs {
            [Node::Expr(f)] if f.head == "filter" && f.args.len() >= 2 => {
                (Some(&f.args[0]), &f.args[1..])
            }
            ranges => (None, ranges),
        };
        let mut lefts = Vec::new();
        let mut iterators = Vec::new();
        for range in ranges {
            match range {
                Node::Expr(r) if r.head == "=" && r.args.len() == 2 => {
                    lefts.push(&r.args[0]);
                    iterators.push(r.args[1].clone());
                }
                _ => return self.error("invalid iteration specification"),
            }
        }
        let mut iterator = match iterators.len() {
            1 => iterators.remove(0),
            _ => call(base("product"), iterators),
        };
        if let Some(condition) = condition {
            let test = self.range_function(condition, &lefts, false, &[])?;
            iterator = call(base("Filter"), [test, iterator]);
        }
        let function = self.range_function(body, &lefts, flat, outer)?;
        let made = call(base("Generator"), [function, iterator]);
        Ok(if flat { call(base("Flatten"), [made]) } else { made })
    }

    /// The function of the loop variables that computes the body.
    fn range_function(
        &mut self,
        body: &Node,
        lefts: &[&Node],
        flat: bool,
        outer: &[Sym],
    ) -> Result<Node> {
        let mut names: Vec<Sym> = Vec::new();
        for left in lefts {
            for name in lhs_vars(left) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let (argument, splat) = match lefts {
            [one @ Node::Symbol(_)] => ((*one).clone(), Vec::new()),
            _ => {
                let argument = Node::Symbol(self.internal());
                let mut splat: Vec<Node> = names
                    .iter()
                    .filter(|n| !is_underscore(**n))
                    .map(|n| expr("local", [Node::Symbol(*n)]))
                    .collect();
                let target = match lefts {
                    [one] => (*one).clone(),
                    many => expr("tuple", many.iter().map(|l| (*l).clone())),
                };
                splat.push(expr("=", [target, argument.clone()]));
                (argument, splat)
            }
        };
        if *body == argument {
            return Ok(base("identity"));
        }
        if let (Node::Symbol(name), Some(c)) = (&argument, as_head(body, "call"))
            && is_underscore(*name)
            && c.args.len() == 2
            && c.args[1] == argument
            && undotted_function(&c.args[0]).is_none()
            && !contains_symbol(&c.args[0], *name)
        {
            // `f(_) for _ in xs` has always meant `f`.
            return Ok(c.args[0].clone());
        }
        let mut inner_outer: Vec<Sym> = outer.to_vec();
        for name in &names {
            if !inner_outer.contains(name) {
                inner_outer.push(*name);
            }
        }
        let body = match body {
            Node::Expr(g) if flat && g.head == "generator" => {
                self.generator_node(g, false, &inner_outer)?
            }
            Node::Expr(f) if flat && f.head == "flatten" => match f.args.first() {
                Some(Node::Expr(g)) => self.generator_node(g, true, &inner_outer)?,
                _ => return self.invalid(body),
            },
            _ => {
                let copies: Vec<Node> = outer
                    .iter()
                    .filter(|n| !is_underscore(**n))
                    .map(|n| expr("=", [Node::Symbol(*n), Node::Symbol(*n)]))
                    .collect();
                if copies.is_empty() {
                    body.clone()
                } else {
                    expr("let", [expr("block", copies), body.clone()])
                }
            }
        };
        let mut statements = splat;
        statements.push(body);
        Ok(expr("->", [argument, expr("block", statements)]))
    }
}
