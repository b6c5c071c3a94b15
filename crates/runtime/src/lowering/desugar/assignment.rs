//! Assignments in all their forms: variables, properties, elements, destructuring, updates.

use pkgimage_syntax::ast::{Expr, Literal, Node, Sym};

use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::ir::{Ir, Tmp};
use crate::lowering::tree::*;

/// What is done with each assignment to a variable that a destructuring makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrap {
    Plain,
    /// `const (a, b) = ...`.
    Const,
}

impl Desugar<'_> {
    pub(super) fn expand_assignment(&mut self, node: &Node, args: &[Node]) -> Result {
        let [left, right] = args else { return self.invalid(node) };
        if is_function_lhs(left) {
            return self.expand_function(node, args);
        }
        if has_head(left, "curly") {
            return self.expand_type_alias(left, right);
        }
        if is_assignment(right) && !as_head(right, "=").is_some_and(|r| is_function_lhs(&r.args[0]))
        {
            return self.expand_assignment_chain(left, right);
        }
        self.assign(left, right)
    }

    /// `a = b = c`: one value for all.
    fn expand_assignment_chain(&mut self, left: &Node, right: &Node) -> Result {
        let mut targets = vec![left];
        let mut value = right;
        while let Some(inner) = as_head(value, "=").filter(|e| e.args.len() == 2) {
            if is_function_lhs(&inner.args[0]) || has_head(&inner.args[0], "curly") {
                break;
            }
            targets.push(&inner.args[0]);
            value = &inner.args[1];
        }
        let mut out = Vec::new();
        let shared = if matches!(value, Node::Symbol(_)) || is_tmp(value) {
            value.clone()
        } else {
            let tmp = self.cx.tmp();
            let value = self.expand(value)?;
            out.push(Ir::assign_tmp(tmp, value));
            Self::tmp_node(tmp)
        };
        for target in targets.into_iter().rev() {
            out.push(self.assign(target, &shared)?);
        }
        let value = self.expand(&shared)?;
        out.push(Ir::unnecessary(value));
        Ok(Ir::Block(out))
    }

    /// An assignment that is neither a definition nor a chain.
    pub(super) fn assign(&mut self, left: &Node, right: &Node) -> Result {
        match left {
            Node::Symbol(s) if is_valid_name(*s) => {
                let value = self.expand(right)?;
                Ok(sink_assignment(Ir::Name(*s), value))
            }
            Node::GlobalRef(m, s) => {
                let value = self.expand(right)?;
                Ok(sink_assignment(Ir::Global(*m, *s), value))
            }
            Node::Expr(e) => self.assign_expr(left, e, right),
            _ => self.error(format!("invalid assignment location \"{}\"", deparse(left))),
        }
    }

    fn assign_expr(&mut self, left: &Node, e: &Expr, right: &Node) -> Result {
        match (e.head.as_str(), e.args.as_slice()) {
            ("#tmp", _) => {
                let target = self.expand(left)?;
                let value = self.expand(right)?;
                Ok(sink_assignment(target, value))
            }
            ("call" | "where", _) if is_function_lhs(left) => {
                let node = expr("function", [left.clone(), right.clone()]);
                self.expand(&node)
            }
            (".", [object, name]) => self.assign_property(object, name, right),
            ("tuple", parts) => {
                if has_parameters(parts) {
                    self.destructure_properties(left, parts, right)
                } else {
                    self.destructure(parts, right, Wrap::Plain)
                }
            }
            ("typed_hcat", _) => self.error("invalid spacing in left side of indexed assignment"),
            ("typed_vcat" | "typed_ncat", _) => {
                self.error("unexpected \";\" in left side of indexed assignment")
            }
            ("ref", [array, indices @ ..]) => self.assign_element(array, indices, right),
            ("::", [variable, ty]) => {
                let (target, mut out) = self.without_side_effects(variable)?;
                if has_head(&target, "::") {
                    return self
                        .error(format!("invalid assignment location \"{}\"", deparse(left)));
                }
                let var = match &target {
                    Node::Symbol(_) | Node::GlobalRef(..) => Some(self.expand(&target)?),
                    _ => None,
                };
                match var {
                    Some(var) => {
                        let ty = self.expand(ty)?;
                        out.push(Ir::Decl(Box::new([var, ty])));
                        out.push(self.assign(&target, right)?);
                    }
                    None => {
                        // `a.b::T = x` and `a[i]::T = x` assert the type of what was there.
                        let before = self.expand(&target)?;
                        let ty = self.expand(ty)?;
                        out.push(Ir::core_call("typeassert", [before, ty]));
                        out.push(self.assign(&target, right)?);
                    }
                }
                Ok(Ir::Block(out))
            }
            ("vcat" | "ncat", _) => self.error("use \"(a, b) = ...\" to assign multiple values"),
            _ => self.error(format!("invalid assignment location \"{}\"", deparse(left))),
        }
    }

    fn assign_property(&mut self, object: &Node, name: &Node, right: &Node) -> Result {
        if let Some(t) = as_head(name, "tuple").filter(|t| t.args.len() == 1) {
            return self.error(format!(
                "invalid syntax \"{}.({}) = ...\"",
                deparse(object),
                deparse(&t.args[0])
            ));
        }
        let mut out = Vec::new();
        let object = self.stable(object, &mut out)?;
        let name = self.stable(name, &mut out)?;
        let value = self.stable(right, &mut out)?;
        let (object, name) = (self.expand(&object)?, self.expand(&name)?);
        let result = self.expand(&value)?;
        out.push(Ir::base_call("setproperty!", [object, name, result.clone()]));
        out.push(Ir::unnecessary(result));
        Ok(Ir::Block(out))
    }

    fn assign_element(&mut self, array: &Node, indices: &[Node], right: &Node) -> Result {
        if has_parameters(indices) {
            return self.error("unexpected semicolon in array expression");
        }
        let mut out = Vec::new();
        let (array, indices) = self.prepare_indices(array, indices, &mut out)?;
        let value = match right {
            Node::Expr(_) if !is_effect_free(right) => {
                let tmp = self.cx.tmp();
                let value = self.expand(right)?;
                out.push(sink_assignment(Ir::Tmp(tmp), value));
                Self::tmp_node(tmp)
            }
            other => other.clone(),
        };
        let mut args = vec![array, value.clone()];
        args.extend(indices);
        out.push(self.expand(&call(base("setindex!"), args))?);
        let value = self.expand(&value)?;
        out.push(Ir::unnecessary(value));
        Ok(Ir::Block(out))
    }

    /// The node itself if evaluating it twice does no harm, else a temporary that holds its value.
    pub(super) fn stable(&mut self, node: &Node, out: &mut Vec<Ir>) -> Result<Node> {
        if is_effect_free(node) {
            return Ok(node.clone());
        }
        let tmp = self.cx.tmp();
        let value = self.expand(node)?;
        out.push(sink_assignment(Ir::Tmp(tmp), value));
        Ok(Self::tmp_node(tmp))
    }

    /// The expression with its arguments replaced by temporaries where that makes a difference,
    /// so that it can be evaluated twice.
    pub(super) fn without_side_effects(&mut self, node: &Node) -> Result<(Node, Vec<Ir>)> {
        let mut out = Vec::new();
        let Node::Expr(e) = node else { return Ok((node.clone(), out)) };
        if is_effect_free(node) {
            return Ok((node.clone(), out));
        }
        if e.head == "let" {
            let stable = self.stable(node, &mut out)?;
            return Ok((stable, out));
        }
        let mut args = Vec::with_capacity(e.args.len());
        for arg in &e.args {
            args.push(self.argument_to_tmp(arg, &mut out)?);
        }
        Ok((Node::expr_at(e.head.as_str(), args, e.span), out))
    }

    pub(super) fn argument_to_tmp(&mut self, arg: &Node, out: &mut Vec<Ir>) -> Result<Node> {
        match arg {
            Node::Expr(e) if e.head == "..." && e.args.len() == 1 => {
                let inner = self.argument_to_tmp(&e.args[0], out)?;
                Ok(expr("...", [inner]))
            }
            Node::Expr(e) if e.head == "kw" && e.args.len() == 2 => {
                let inner = self.argument_to_tmp(&e.args[1], out)?;
                Ok(expr("kw", [e.args[0].clone(), inner]))
            }
            Node::Expr(e) if e.head == "parameters" => Ok(arg.clone()),
            other => self.stable(other, out),
        }
    }

    // ---- updates ----

    /// `a += b` and its like.
    pub(super) fn expand_update(&mut self, node: &Node, e: &Expr) -> Result {
        let [left, right] = e.args.as_slice() else { return self.invalid(node) };
        let head = e.head.as_str();
        let operator = &head[..head.len() - 1];
        let assign = if head.starts_with('.') && head != ".=" { ".=" } else { "=" };
        self.update(&Node::symbol(operator), assign, left, right, None)
    }

    fn update(
        &mut self,
        operator: &Node,
        assign: &str,
        left: &Node,
        right: &Node,
        ty: Option<&Node>,
    ) -> Result {
        match left {
            Node::Expr(e) if e.head == "ref" && !e.args.is_empty() => {
                let mut out = Vec::new();
                if has_parameters(&e.args[1..]) {
                    return self.error("unexpected semicolon in array expression");
                }
                let (array, indices) = self.prepare_indices(&e.args[0], &e.args[1..], &mut out)?;
                let mut args = vec![array];
                args.extend(indices);
                let plain = expr("ref", args);
                out.push(self.update_stable(operator, assign, &plain, right, ty)?);
                Ok(Ir::Block(out))
            }
            Node::Expr(e) if e.head == "::" && e.args.len() == 2 => {
                let (target, mut out) = self.without_side_effects(&e.args[0])?;
                out.push(self.update(operator, assign, &target, right, Some(&e.args[1]))?);
                Ok(Ir::Block(out))
            }
            Node::Expr(e)
                if assign == "="
                    && !matches!(
                        e.head.as_str(),
                        "." | "tuple"
                            | "vcat"
                            | "ncat"
                            | "typed_hcat"
                            | "typed_vcat"
                            | "typed_ncat"
                            | "#tmp"
                    ) =>
            {
                self.error(format!("invalid assignment location \"{}\"", deparse(left)))
            }
            _ => self.update_stable(operator, assign, left, right, ty),
        }
    }

    fn update_stable(
        &mut self,
        operator: &Node,
        assign: &str,
        left: &Node,
        right: &Node,
        ty: Option<&Node>,
    ) -> Result {
        let (mut target, mut out) = self.without_side_effects(left)?;
        if assign == ".=" {
            // The value of any other expression is computed once and updated in place.
            let in_place = match &target {
                Node::Expr(e) => e.head == "ref" || (e.head == "." && e.args.len() == 2),
                _ => true,
            };
            if !in_place {
                target = self.stable(&target, &mut out)?;
            }
        }
        if let (Some(new), Some(old)) = (as_head(&target, "tuple"), as_head(left, "tuple")) {
            for (new, old) in new.args.iter().zip(&old.args) {
                if is_tmp(new) && !is_tmp(old) {
                    return self.error(format!(
                        "invalid multiple assignment location \"{}\"",
                        deparse(old)
                    ));
                }
            }
        }
        let before = match ty {
            Some(ty) => expr("::", [target.clone(), ty.clone()]),
            None => target.clone(),
        };
        let value = call(operator.clone(), [before, right.clone()]);
        out.push(self.expand(&expr(assign, [target, value]))?);
        Ok(Ir::Block(out))
    }

    // ---- destructuring ----

    /// `(; a, b) = x`.
    fn destructure_properties(&mut self, left: &Node, parts: &[Node], right: &Node) -> Result {
        let ([Node::Expr(parameters)], _) = (parts, ()) else {
            return self.error(format!("invalid assignment location \"{}\"", deparse(left)));
        };
        let mut out = Vec::new();
        let names = lhs_vars(left);
        let source = self.destructured_value(right, &names, false, &mut out)?;
        for field in &parameters.args {
            // A macro's `(; x) = ...` names the property and the variable that it is renamed to.
            if let Some(kw) = as_head(field, "kw").filter(|k| k.args.len() == 2)
                && let Node::Symbol(name) = &kw.args[0]
            {
                let value = call(base("getproperty"), [source.clone(), quoted(*name)]);
                out.push(self.assign(&kw.args[1], &value)?);
                continue;
            }
            let Node::Symbol(name) = decl_var(field) else {
                return self.error(format!("invalid assignment location \"{}\"", deparse(left)));
            };
            let value = call(base("getproperty"), [source.clone(), quoted(*name)]);
            out.push(self.assign(field, &value)?);
        }
        let value = self.expand(&source)?;
        out.push(Ir::unnecessary(value));
        Ok(Ir::Block(out))
    }

    /// What is destructured: a variable that is not assigned by it stays, anything else is
    /// computed into a temporary.
    fn destructured_value(
        &mut self,
        right: &Node,
        assigned: &[Sym],
        needs_variable: bool,
        out: &mut Vec<Ir>,
    ) -> Result<Node> {
        match right {
            Node::Symbol(s) if !assigned.contains(s) => Ok(right.clone()),
            _ if is_tmp(right) => Ok(right.clone()),
            _ => {
                let value = self.expand(right)?;
                if needs_variable {
                    let var = self.internal();
                    out.push(Ir::local_def(var));
                    out.push(sink_assignment(Ir::Name(var), value));
                    Ok(Node::Symbol(var))
                } else {
                    let tmp = self.cx.tmp();
                    out.push(sink_assignment(Ir::Tmp(tmp), value));
                    Ok(Self::tmp_node(tmp))
                }
            }
        }
    }

    /// `(a, b, ...) = right`.
    pub(super) fn destructure(&mut self, left: &[Node], right: &Node, wrap: Wrap) -> Result {
        if left.iter().filter(|l| is_splat(l)).count() > 1 {
            return self.error("multiple \"...\" on lhs of assignment");
        }
        if let Some(tuple) = as_head(right, "tuple") {
            let plain = !tuple.args.iter().any(is_assignment) && !has_parameters(&tuple.args);
            if plain && sides_match(left, &tuple.args) {
                return self.destructure_tuple(left, &tuple.args, wrap);
            }
        }
        let mut out = Vec::new();
        let mut names = Vec::new();
        for l in left {
            match l {
                Node::Expr(e) if e.head == "..." => names.extend(e.args.iter().flat_map(lhs_vars)),
                other => names.extend(match decl_var(other) {
                    Node::Symbol(s) => Some(*s),
                    _ => None,
                }),
            }
        }
        let needs_variable = left.last().is_some_and(|l| {
            as_head(l, "...").is_some_and(|s| s.args.first().is_some_and(is_eventually_call))
        });
        let source = self.destructured_value(right, &names, needs_variable, &mut out)?;
        let state = self.internal();
        if left.len() > 1 || left.first().is_some_and(is_splat) {
            out.insert(0, Ir::local_def(state));
        }
        let mut after = Vec::new();
        self.destructure_iterated(left, source.clone(), state, wrap, &mut out, &mut after)?;
        out.extend(after);
        let value = self.expand(&source)?;
        out.push(Ir::unnecessary(value));
        Ok(Ir::Block(out))
    }

    /// Takes the values out of an iterable one by one. Everything that is not a variable is
    /// assigned in `after`, when all values are there.
    fn destructure_iterated(
        &mut self,
        left: &[Node],
        source: Node,
        state: Sym,
        wrap: Wrap,
        out: &mut Vec<Ir>,
        after: &mut Vec<Ir>,
    ) -> Result<()> {
        let mut source = source;
        let mut first = true;
        let mut index = 0;
        for (at, target) in left.iter().enumerate() {
            let remaining = left.len() - at - 1;
            index += 1;
            let state_args = |first: bool| {
                if first { vec![] } else { vec![Node::Symbol(state)] }
            };
            if let Some(splat) = as_head(target, "...").filter(|s| s.args.len() == 1) {
                let target = &splat.args[0];
                let place = self.place_for(target, wrap, after)?;
                if remaining == 0 {
                    if !matches!(&place, Node::Symbol(s) if crate::lowering::ir::is_underscore(*s))
                    {
                        let mut args = vec![source.clone()];
                        args.extend(state_args(first));
                        let value = call(base("rest"), args);
                        let assigned = self.assign(&place, &value)?;
                        out.push(self.wrapped(&place, target, assigned, wrap));
                    }
                } else {
                    let mut args = vec![source.clone(), int(remaining as i64)];
                    args.extend(state_args(first));
                    let pair = call(base("split_rest"), args);
                    let tail = self.cx.tmp();
                    let (place, tail_node) = (place, Self::tmp_node(tail));
                    self.assign_pair(
                        &[(&place, target), (&tail_node, &tail_node)],
                        &pair,
                        wrap,
                        out,
                    )?;
                    source = Self::tmp_node(tail);
                    index = 0;
                }
                first = true;
                continue;
            }
            let place = self.place_for(target, wrap, after)?;
            let mut args = vec![source.clone(), int(index)];
            args.extend(state_args(first));
            let pair = call(base("indexed_iterate"), args);
            let state_node = Node::Symbol(state);
            if remaining == 0 {
                self.assign_pair(&[(&place, target)], &pair, wrap, out)?;
            } else {
                let parts = [(&place, target), (&state_node, &state_node)];
                self.assign_pair(&parts, &pair, wrap, out)?;
            }
            first = false;
        }
        Ok(())
    }

    /// Where a value goes at once: the variable itself, or a temporary that is assigned later.
    fn place_for(&mut self, target: &Node, wrap: Wrap, after: &mut Vec<Ir>) -> Result<Node> {
        match target {
            Node::Symbol(_) => Ok(target.clone()),
            _ if is_tmp(target) => Ok(target.clone()),
            _ if is_eventually_call(target) => {
                let var = self.internal();
                after.push(Ir::local_def(var));
                let place = Node::Symbol(var);
                after.push(self.assign(target, &place)?);
                // The declaration has to come before the first assignment; scopes look at the
                // whole block, so its place does not matter.
                Ok(place)
            }
            _ => {
                let tmp = self.cx.tmp();
                let place = Self::tmp_node(tmp);
                let assigned = self.assign(target, &place)?;
                after.push(self.wrapped(target, target, assigned, wrap));
                Ok(place)
            }
        }
    }

    fn wrapped(&mut self, place: &Node, target: &Node, assigned: Ir, wrap: Wrap) -> Ir {
        if wrap == Wrap::Const
            && place == target
            && let Node::Symbol(s) = decl_var(target)
        {
            return Ir::Block(vec![Ir::ConstDecl(Box::new(Ir::Name(*s))), assigned]);
        }
        assigned
    }

    /// `(a, b) = pair` for a tuple of just these values.
    fn assign_pair(
        &mut self,
        parts: &[(&Node, &Node)],
        pair: &Node,
        wrap: Wrap,
        out: &mut Vec<Ir>,
    ) -> Result<()> {
        let tmp = self.cx.tmp();
        let value = self.expand(pair)?;
        out.push(Ir::assign_tmp(tmp, value));
        for (at, (place, target)) in parts.iter().enumerate() {
            let value = call(core("getfield"), [Self::tmp_node(tmp), int(at as i64 + 1)]);
            let assigned = self.assign(place, &value)?;
            let wrap = if at == 0 { wrap } else { Wrap::Plain };
            out.push(self.wrapped(place, target, assigned, wrap));
        }
        Ok(())
    }

    /// `(a, b) = (x, y)`: no tuple is made, but every value is computed before the first
    /// assignment that could change it.
    fn destructure_tuple(&mut self, left: &[Node], right: &[Node], wrap: Wrap) -> Result {
        let mut out = Vec::new();
        let mut after = Vec::new();
        let mut elements: Vec<Node> = Vec::new();
        let mut li = 0;
        let mut ri = 0;
        while li < left.len() {
            let target = &left[li];
            if let Some(splat) = as_head(target, "...").filter(|s| s.args.len() == 1) {
                let behind = left.len() - li - 1;
                let has_splat = right[ri..].iter().any(is_splat);
                if behind > 0 && has_splat {
                    // Which values belong to the rest is known at run time only.
                    let tmp = self.cx.tmp();
                    let tuple = expr("tuple", right[ri..].iter().cloned());
                    let value = self.expand(&tuple)?;
                    out.push(Ir::assign_tmp(tmp, value));
                    let rest = self.destructure(&left[li..], &Self::tmp_node(tmp), wrap)?;
                    after.push(rest);
                    elements.push(expr("...", [Self::tmp_node(tmp)]));
                    ri = right.len();
                    break;
                }
                let end = right.len() - behind;
                let tmp = self.cx.tmp();
                let tuple = expr("tuple", right[ri..end].iter().cloned());
                let value = self.expand(&tuple)?;
                out.push(Ir::assign_tmp(tmp, value));
                let assigned = self.assign_later(&splat.args[0], tmp, &mut out)?;
                after.push(self.wrapped(&splat.args[0], &splat.args[0], assigned, wrap));
                elements.push(expr("...", [Self::tmp_node(tmp)]));
                ri = end;
                li += 1;
                continue;
            }
            let Some(value) = right.get(ri) else { break };
            if let Some(splat) = as_head(value, "...").filter(|s| s.args.len() == 1) {
                let tmp = self.cx.tmp();
                let value = self.expand(&splat.args[0])?;
                out.push(Ir::assign_tmp(tmp, value));
                let rest = self.destructure(&left[li..], &Self::tmp_node(tmp), wrap)?;
                after.push(rest);
                elements.push(expr("...", [Self::tmp_node(tmp)]));
                ri = right.len();
                break;
            }
            let assigned_before = left[..li].iter().any(|l| match value {
                Node::Symbol(s) => lhs_vars(l).contains(s),
                _ => false,
            });
            let occurs_later = match target {
                Node::Symbol(s) => right[ri + 1..].iter().any(|r| contains_symbol(r, *s)),
                _ => true,
            };
            if matches!(target, Node::Symbol(_))
                && is_effect_free(value)
                && !occurs_later
                && !assigned_before
                && !left.iter().any(|l| match value {
                    Node::Symbol(s) => lhs_vars(l).contains(s),
                    _ => false,
                })
            {
                let assigned = self.assign(target, value)?;
                out.push(self.wrapped(target, target, assigned, wrap));
                elements.push(value.clone());
            } else {
                let tmp = self.cx.tmp();
                let value = self.expand(value)?;
                out.push(Ir::assign_tmp(tmp, value));
                let assigned = self.assign_later(target, tmp, &mut out)?;
                after.push(self.wrapped(target, target, assigned, wrap));
                elements.push(Self::tmp_node(tmp));
            }
            li += 1;
            ri += 1;
        }
        let _ = ri;
        out.extend(after);
        let tuple = self.expand(&expr("tuple", elements))?;
        out.push(Ir::unnecessary(tuple));
        Ok(Ir::Block(out))
    }

    /// Assigns a temporary. A function definition cannot refer to one, it needs a variable.
    fn assign_later(&mut self, target: &Node, tmp: Tmp, out: &mut Vec<Ir>) -> Result {
        if is_eventually_call(target) {
            let var = self.internal();
            out.push(Ir::local_def(var));
            out.push(Ir::assign(Ir::Name(var), Ir::Tmp(tmp)));
            return self.assign(target, &Node::Symbol(var));
        }
        self.assign(target, &Self::tmp_node(tmp))
    }
}

fn is_tmp(node: &Node) -> bool {
    has_head(node, "#tmp")
}

/// The left side of `f(x) = ...` in all its forms.
pub(super) fn is_function_lhs(node: &Node) -> bool {
    match node {
        Node::Expr(e) => match e.head.as_str() {
            "call" | "where" => true,
            "::" => e.args.len() == 2 && is_eventually_call(&e.args[0]),
            _ => false,
        },
        _ => false,
    }
}

/// Whether the values on both sides can be paired without looking at them.
fn sides_match(left: &[Node], right: &[Node]) -> bool {
    match (left, right) {
        ([], r) => r.is_empty(),
        ([l, ..], _) if is_splat(l) => {
            let behind = left.len() - 1;
            behind == 0 || right.iter().any(is_splat) || right.len() >= behind
        }
        (_, []) => false,
        (_, [r, rest @ ..]) if is_splat(r) => rest.is_empty(),
        ([_, l @ ..], [_, r @ ..]) => sides_match(l, r),
    }
}

/// Assigns the value of a block inside it, so that its statements stay where they are.
pub(super) fn sink_assignment(target: Ir, value: Ir) -> Ir {
    match value {
        Ir::Block(mut statements) => match statements.pop() {
            Some(last) => {
                statements.push(sink_assignment(target, last));
                Ir::Block(statements)
            }
            None => Ir::assign(target, Ir::Lit(Literal::Nothing)),
        },
        other => Ir::assign(target, other),
    }
}
