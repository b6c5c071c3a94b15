//! Function definitions: signatures, optional arguments, destructured arguments, return types,
//! generated functions, anonymous functions and macros.

use pkgimage_syntax::ast::{Node, Sym};

use super::generated::{generated_part, is_if_generated};
use super::types::TypeVar;
use super::{Desugar, Result};
use crate::lowering::ir::{Arg, Ir, Lambda, MetaInfo, MethodIr, is_underscore};
use crate::lowering::tree::*;
use crate::lowering::{deparse, ir};

/// The argument whose value nothing can refer to.
pub(super) const UNUSED: &str = "#unused#";

/// A positional argument.
#[derive(Clone, Debug)]
pub(super) struct ArgSpec {
    pub name: Sym,
    /// `Core.Any` if nothing is declared.
    pub ty: Node,
    pub default: Option<Node>,
    pub vararg: bool,
    pub nospecialize: bool,
}

impl ArgSpec {
    pub(super) fn plain(name: Sym, ty: Node) -> ArgSpec {
        ArgSpec { name, ty, default: None, vararg: false, nospecialize: false }
    }

    /// Whether it stands for many arguments, however that is written: `xs...`, `xs::Vararg{T,N}`.
    pub(super) fn collects(&self) -> bool {
        let is_vararg = |node: &Node| matches!(node, Node::Symbol(name) if *name == "Vararg");
        let curly = self.ty.as_expr_of("curly").and_then(|e| e.args.first());
        self.vararg || is_vararg(curly.unwrap_or(&self.ty))
    }

    pub(super) fn is_unused(&self) -> bool {
        self.name == UNUSED || is_underscore(self.name)
    }
}

/// A keyword argument.
#[derive(Clone, Debug)]
pub(super) struct KwSpec {
    pub name: Sym,
    pub ty: Option<Node>,
    /// Missing if the argument is required.
    pub default: Option<Node>,
    pub slurp: bool,
    pub nospecialize: bool,
}

/// A definition, taken apart.
pub(super) struct FunctionDef {
    /// The function, if it is known by a name: a symbol, a global reference or a qualified name.
    pub name: Option<Node>,
    pub type_vars: Vec<TypeVar>,
    /// The function's own argument first.
    pub args: Vec<ArgSpec>,
    pub keywords: Option<Vec<KwSpec>>,
    pub return_type: Option<Node>,
    /// Destructuring of arguments, to be done at the start of the body.
    pub destructured: Vec<(Node, Sym)>,
    pub body: Node,
}

impl Desugar<'_> {
    pub(super) fn expand_function(&mut self, node: &Node, args: &[Node]) -> Result {
        match args {
            [name] => match name {
                Node::Symbol(s) => {
                    if !is_valid_name(*s) {
                        return self.error(format!("invalid function name \"{s}\""));
                    }
                    Ok(Ir::DeclareFunction(Box::new(Ir::Name(*s))))
                }
                Node::GlobalRef(m, s) => Ok(Ir::DeclareFunction(Box::new(Ir::Global(*m, *s)))),
                other => self.error(format!("invalid function name \"{}\"", deparse(other))),
            },
            [signature, body] => {
                if is_just_arglist(signature) {
                    return self.expand_arrow(node, args);
                }
                self.named_function(signature, body)
            }
            _ => self.invalid(node),
        }
    }

    fn named_function(&mut self, signature: &Node, body: &Node) -> Result {
        let mut where_vars = Vec::new();
        let mut inner = signature;
        let mut return_type = None;
        // `(f(x)::T) where S` and `(f(x) where S)::T` are both possible.
        loop {
            match inner {
                Node::Expr(e) if e.head == "where" && !e.args.is_empty() => {
                    let mut outer: Vec<Node> = e.args[1..].to_vec();
                    // Outer variables come first.
                    let mut all = std::mem::take(&mut where_vars);
                    all.append(&mut outer);
                    where_vars = all;
                    inner = &e.args[0];
                }
                Node::Expr(e) if e.head == "::" && e.args.len() == 2 && return_type.is_none() => {
                    return_type = Some(e.args[1].clone());
                    inner = &e.args[0];
                }
                _ => break,
            }
        }
        let Some(called) = as_head(inner, "call") else {
            return self.error(format!(
                "invalid assignment location \"{}\"",
                deparse(if is_where(signature) { signature } else { inner })
            ));
        };
        let Some((function, args)) = called.args.split_first() else {
            return self.error("invalid function definition");
        };
        let type_vars = self.type_vars(&where_vars)?;
        let outermost = self.enclosing.is_none();
        if outermost {
            self.enclosing = function_name(function);
        }
        let (name, self_arg) = self.function_argument(function)?;
        let result = self.function_parts(name, self_arg, type_vars, args, return_type, body);
        if outermost {
            self.enclosing = None;
        }
        result
    }

    /// The function's name, if it has one, and its own argument.
    fn function_argument(&mut self, function: &Node) -> Result<(Option<Node>, ArgSpec)> {
        let this = Sym::new("#self#");
        match function {
            Node::Symbol(s) => {
                if let Some(plain) = undotted(*s) {
                    return self.error(format!("invalid function name \".{plain}\""));
                }
                if !is_valid_name(*s) {
                    return self.error(format!("invalid function name \"{s}\""));
                }
                let ty = call(core("Typeof"), [function.clone()]);
                Ok((Some(function.clone()), ArgSpec::plain(this, ty)))
            }
            Node::GlobalRef(..) => {
                let ty = call(core("Typeof"), [function.clone()]);
                Ok((Some(function.clone()), ArgSpec::plain(this, ty)))
            }
            Node::Expr(e) => match (e.head.as_str(), e.args.as_slice()) {
                ("::", [ty]) => Ok((None, ArgSpec::plain(this, ty.clone()))),
                ("::", [Node::Symbol(name), ty]) => Ok((None, ArgSpec::plain(*name, ty.clone()))),
                (".", [_, name]) if quoted_symbol(name).is_some() => {
                    let ty = call(core("Typeof"), [function.clone()]);
                    Ok((None, ArgSpec::plain(this, ty)))
                }
                ("curly" | "where", _) => {
                    let ty = call(core("Typeof"), [function.clone()]);
                    Ok((None, ArgSpec::plain(this, ty)))
                }
                _ => self.error(format!("invalid function name \"{}\"", deparse(function))),
            },
            // A function object itself: `@eval (f::$(typeof(g)))(x)` writes a type, this is a value.
            Node::Value(_) => {
                let ty = call(core("Typeof"), [function.clone()]);
                Ok((None, ArgSpec::plain(this, ty)))
            }
            other => self.error(format!("invalid function name \"{}\"", deparse(other))),
        }
    }

    fn function_parts(
        &mut self,
        name: Option<Node>,
        self_arg: ArgSpec,
        type_vars: Vec<TypeVar>,
        args: &[Node],
        return_type: Option<Node>,
        body: &Node,
    ) -> Result {
        let mut destructured = Vec::new();
        let (keywords, args) = match args.split_first() {
            Some((Node::Expr(p), rest)) if p.head == "parameters" => {
                let keywords =
                    if p.args.is_empty() { None } else { Some(self.keyword_specs(&p.args)?) };
                (keywords, rest)
            }
            _ => (None, args),
        };
        let mut specs = vec![self_arg];
        for (at, arg) in args.iter().enumerate() {
            let last = at + 1 == args.len();
            specs.push(self.arg_spec(arg, last, &mut destructured)?);
        }
        let definition = FunctionDef {
            name,
            type_vars,
            args: specs,
            keywords,
            return_type,
            destructured,
            body: body.clone(),
        };
        self.check_distinct(&definition)?;
        if definition.keywords.is_some() {
            return self.keyword_function(definition);
        }
        let body = self.function_body(&definition)?;
        // Methods that fill in defaults pass on all arguments.
        let args = if definition.args.iter().any(|a| a.default.is_some()) {
            self.named_args(&definition.args)
        } else {
            definition.args
        };
        self.methods(
            definition.name.as_ref(),
            &definition.type_vars,
            &args,
            definition.return_type.as_ref(),
            body,
        )
    }

    fn check_distinct(&mut self, definition: &FunctionDef) -> Result<()> {
        let mut seen: Vec<Sym> = Vec::new();
        let keywords = definition.keywords.iter().flatten().map(|k| k.name);
        let args = definition.args.iter().filter(|a| !a.is_unused()).map(|a| a.name);
        for name in args.chain(keywords) {
            if seen.contains(&name) {
                return self.error(format!("function argument name not unique: \"{name}\""));
            }
            seen.push(name);
        }
        let mut vars: Vec<Sym> = Vec::new();
        for var in &definition.type_vars {
            if vars.contains(&var.name) {
                return self
                    .error(format!("function static parameter name not unique: \"{}\"", var.name));
            }
            vars.push(var.name);
        }
        if let Some(name) = vars.iter().find(|v| seen.contains(v)) {
            return self.error(format!(
                "function argument and static parameter name not distinct: \"{name}\""
            ));
        }
        Ok(())
    }

    /// One formal positional argument.
    pub(super) fn arg_spec(
        &mut self,
        arg: &Node,
        last: bool,
        destructured: &mut Vec<(Node, Sym)>,
    ) -> Result<ArgSpec> {
        let invalid = |pass: &Self, node: &Node| {
            pass.error(format!("\"{}\" is not a valid function argument name", deparse(node)))
        };
        match arg {
            Node::Symbol(s) => {
                if !is_valid_name(*s) {
                    return invalid(self, arg);
                }
                Ok(ArgSpec::plain(*s, core("Any")))
            }
            Node::Expr(e) => match (e.head.as_str(), e.args.as_slice()) {
                ("::", [ty]) => Ok(ArgSpec::plain(Sym::new(UNUSED), ty.clone())),
                ("::", [inner, ty]) => {
                    let spec = self.arg_spec(inner, last, destructured)?;
                    if spec.vararg || spec.default.is_some() {
                        return invalid(self, inner);
                    }
                    Ok(ArgSpec { ty: ty.clone(), ..spec })
                }
                ("...", [inner]) => {
                    if !last {
                        return self.error("invalid \"...\" on non-final argument");
                    }
                    let spec = self.arg_spec(inner, last, destructured)?;
                    if spec.vararg {
                        return invalid(self, inner);
                    }
                    Ok(ArgSpec { vararg: true, ..spec })
                }
                ("kw" | "=", [inner, default]) => {
                    let spec = self.arg_spec(inner, last, destructured)?;
                    Ok(ArgSpec { default: Some(default.clone()), ..spec })
                }
                ("meta", [Node::Symbol(kind), inner]) if *kind == "nospecialize" => {
                    let spec = self.arg_spec(inner, last, destructured)?;
                    Ok(ArgSpec { nospecialize: true, ..spec })
                }
                ("meta", [Node::Symbol(kind), inner]) if *kind == "specialize" => {
                    self.arg_spec(inner, last, destructured)
                }
                ("tuple", parts) => {
                    let wrong = |n: &Node| is_decl(n) || is_assignment(n) || is_kw(n);
                    let nested_wrong = parts.iter().any(|p| contains(p, &mut |n| wrong(n)));
                    if nested_wrong {
                        return self.error(format!(
                            "invalid argument destructuring syntax \"{}\"",
                            deparse(arg)
                        ));
                    }
                    let name = self.internal();
                    destructured.push((arg.clone(), name));
                    Ok(ArgSpec::plain(name, core("Any")))
                }
                _ => invalid(self, arg),
            },
            other => invalid(self, other),
        }
    }

    /// The body with what has to come before it: line, metadata, destructured arguments.
    pub(super) fn function_body(&mut self, definition: &FunctionDef) -> Result<Body> {
        let (location, prologue, rest) = split_body(&definition.body);
        let location = location.unwrap_or(Node::Line {
            line: self.cx.location.line,
            file: Some(self.cx.location.file),
        });
        let mut metas = Vec::new();
        for statement in &prologue {
            metas.push(self.expand(statement)?);
        }
        let mut statements = Vec::new();
        let destructured: Vec<Node> = definition
            .destructured
            .iter()
            .map(|(pattern, name)| {
                expr("local", [expr("=", [pattern.clone(), Node::Symbol(*name)])])
            })
            .collect();
        for node in &destructured {
            statements.push(self.expand(node)?);
        }
        if !definition.destructured.is_empty() {
            // An empty function of destructured arguments returns nothing.
            statements.push(Ir::nothing());
        }
        let generated = contains_except(&definition.body, &mut |n| is_if_generated(n), &|n| {
            is_function_def(n) || is_quoted(n)
        });
        let mut generator = None;
        if generated {
            let only = contains_except(
                &definition.body,
                &mut |n| match as_head(n, "meta") {
                    Some(m) => {
                        matches!(m.args.first(), Some(Node::Symbol(s)) if *s == "generated_only")
                    }
                    None => false,
                },
                &|n| is_function_def(n),
            );
            // Also the generated code begins with destructuring the arguments.
            let whole = prologue.iter().chain(&destructured).chain(&rest).cloned();
            let line = std::iter::once(location.clone());
            generator = Some((expr("block", line.chain(whole)), only));
            let mut plain = Vec::new();
            for statement in &rest {
                plain.push(generated_part(statement, false));
            }
            for statement in &plain {
                statements.push(self.expand(statement)?);
            }
        } else {
            for statement in &rest {
                statements.push(self.expand(statement)?);
            }
        }
        Ok(Body { location, metas, statements, generator })
    }

    /// All methods of a definition without keywords: one for each number of optional arguments.
    pub(super) fn methods(
        &mut self,
        name: Option<&Node>,
        type_vars: &[TypeVar],
        args: &[ArgSpec],
        return_type: Option<&Node>,
        body: Body,
    ) -> Result {
        let mut seen_default = false;
        for arg in args {
            if arg.default.is_some() {
                seen_default = true;
            } else if seen_default && !arg.vararg {
                return self.error("optional positional arguments must occur at end");
            }
        }
        let mut out = Vec::new();
        self.default_methods(name, type_vars, args, &body, false, &mut out)?;
        let required: Vec<ArgSpec> =
            args.iter().map(|a| ArgSpec { default: None, ..a.clone() }).collect();
        out.push(self.method(name, type_vars, &required, return_type, body, false)?);
        if out.len() == 1 {
            return Ok(out.remove(0));
        }
        Ok(Ir::Block(out))
    }

    /// The methods that fill in default values and call the function again.
    pub(super) fn default_methods(
        &mut self,
        name: Option<&Node>,
        type_vars: &[TypeVar],
        args: &[ArgSpec],
        body: &Body,
        is_sorter: bool,
        out: &mut Vec<Ir>,
    ) -> Result<()> {
        let optional: Vec<&ArgSpec> = args.iter().filter(|a| a.default.is_some()).collect();
        let required: Vec<&ArgSpec> =
            args.iter().filter(|a| a.default.is_none() && !a.vararg).collect();
        for passed in 0..optional.len() {
            let given: Vec<ArgSpec> = required
                .iter()
                .copied()
                .chain(optional[..passed].iter().copied())
                .map(|a| ArgSpec { default: None, vararg: false, ..a.clone() })
                .collect();
            let absent = &optional[passed..];
            let defaults: Vec<&Node> = absent.iter().filter_map(|a| a.default.as_ref()).collect();
            if let Some((_, before)) = defaults.split_last()
                && before.iter().any(|d| is_splat(d))
            {
                return self
                    .error("invalid \"...\" in non-final positional argument default value");
            }
            // A default that refers to another missing argument, or to a type variable that one
            // fixes, needs that one's value first.
            let belongs = |s: Sym| absent.iter().any(|a| a.name == s || contains_symbol(&a.ty, s));
            let depends = defaults
                .iter()
                .any(|d| contains(d, &mut |n| matches!(n, Node::Symbol(s) if belongs(*s))));
            let filled = if depends { &defaults[..1] } else { &defaults[..] };
            let vars = used_type_vars(type_vars, &given);
            let mut call_args: Vec<Node> = Vec::new();
            let function = if is_sorter { core("kwcall") } else { Node::Symbol(given[0].name) };
            for arg in &given[1..] {
                call_args.push(Node::Symbol(arg.name));
            }
            call_args.extend(filled.iter().map(|d| (*d).clone()));
            let again = self.expand(&call(function, call_args))?;
            let default_body = Body {
                location: body.location.clone(),
                metas: body.metas.iter().filter(|m| is_shared_meta(m)).cloned().collect(),
                statements: vec![again],
                generator: None,
            };
            out.push(self.method(name, &vars, &given, None, default_body, is_sorter)?);
        }
        Ok(())
    }

    /// One method.
    pub(super) fn method(
        &mut self,
        name: Option<&Node>,
        type_vars: &[TypeVar],
        args: &[ArgSpec],
        return_type: Option<&Node>,
        mut body: Body,
        is_sorter: bool,
    ) -> Result {
        let mut out = Vec::new();
        let mut generator = None;
        if let Some((generated, only)) = body.generator.take() {
            let (definition, info) = self.generator_function(type_vars, args, &generated, only)?;
            out.push(definition);
            generator = Some(info);
        }
        // Type variables are temporaries, because a closure's methods move to top level.
        let mut prelude = Vec::new();
        let mut bound: Vec<(Sym, ir::Tmp)> = Vec::new();
        for var in type_vars {
            let made = self.make_type_var(var)?;
            let tmp = self.cx.tmp();
            let made =
                if bound.is_empty() { made } else { Ir::Bind(bound.clone(), Box::new(made)) };
            prelude.push(Ir::assign_tmp(tmp, made));
            bound.push((var.name, tmp));
        }
        let mut arg_types = Vec::new();
        let mut lambda_args = Vec::new();
        for arg in args {
            let mut ty = self.expand(&arg.ty)?;
            if arg.vararg {
                ty = Ir::core_call("apply_type", [Ir::core("Vararg"), ty]);
            }
            if !bound.is_empty() {
                ty = Ir::Bind(bound.clone(), Box::new(ty));
            }
            arg_types.push(ty);
            let name = if is_underscore(arg.name) { Sym::new(UNUSED) } else { arg.name };
            lambda_args.push(Arg { name, nospecialize: arg.nospecialize });
        }
        let mut statements = Vec::new();
        if let Some((line, file)) = line_of(&body.location) {
            statements.push(Ir::Line(line, file));
        }
        statements.append(&mut body.metas);
        if let Some(info) = generator {
            statements.push(Ir::Meta(MetaInfo::Generated(Box::new(info))));
        }
        if let Some(ty) = return_type {
            let tmp = self.cx.tmp();
            let ty = self.expand(ty)?;
            statements.push(Ir::assign_tmp(tmp, ty));
            statements.push(Ir::ReturnType(tmp));
        }
        statements.append(&mut body.statements);
        let shown = match name {
            Some(Node::Symbol(s) | Node::GlobalRef(_, s)) => *s,
            _ => match as_head(&args[if is_sorter { 2 } else { 0 }].ty, "call") {
                Some(t) => t.args.get(1).and_then(function_name).unwrap_or(Sym::new("anonymous")),
                None => self.enclosing.unwrap_or(Sym::new("anonymous")),
            },
        };
        let name = name.map(|n| self.expand(n)).transpose()?;
        let lambda = Lambda {
            id: self.cx.lambda_id(),
            name: shown,
            args: lambda_args,
            is_vararg: args.last().is_some_and(|a| a.vararg),
            sparams: type_vars.iter().map(|v| v.name).collect(),
            body: Ir::scope(statements),
            is_toplevel: false,
            enclosing: self.enclosing,
            arg_vars: Vec::new(),
            locals: Vec::new(),
            sparam_vars: Vec::new(),
            captures: Vec::new(),
            all_sparams: Vec::new(),
        };
        let method = Ir::Method(Box::new(MethodIr {
            name: name.clone(),
            prelude,
            arg_types,
            type_vars: bound.iter().map(|(_, t)| Ir::Tmp(*t)).collect(),
            location: body.location,
            is_kw_sorter: is_sorter,
            lambda,
        }));
        match name {
            Some(name) => {
                out.push(Ir::DeclareFunction(Box::new(name.clone())));
                out.push(method);
                out.push(Ir::unnecessary(name));
            }
            None => out.push(method),
        }
        Ok(if out.len() == 1 { out.remove(0) } else { Ir::Block(out) })
    }

    /// `args -> body` and `function (args) body end`.
    pub(super) fn expand_arrow(&mut self, node: &Node, args: &[Node]) -> Result {
        let [signature, body] = args else { return self.invalid(node) };
        let mut where_vars: Vec<Node> = Vec::new();
        let mut inner = signature;
        let mut return_type = None;
        loop {
            match inner {
                Node::Expr(e) if e.head == "where" && !e.args.is_empty() => {
                    where_vars.extend(e.args[1..].iter().cloned());
                    inner = &e.args[0];
                }
                Node::Expr(e)
                    if e.head == "::"
                        && e.args.len() == 2
                        && return_type.is_none()
                        && has_head(&e.args[0], "tuple")
                        && has_head(node, "function") =>
                {
                    return_type = Some(e.args[1].clone());
                    inner = &e.args[0];
                }
                _ => break,
            }
        }
        let args = arrow_arguments(inner);
        let type_vars = self.type_vars(&where_vars)?;
        let suffix = super::enclosing_suffix(self.enclosing);
        let n = self.host.next_ordinal(self.cx.module, &format!("##{suffix}"));
        let name = Sym::new(&format!("#{}", 2 * n - 1));
        let this = ArgSpec::plain(Sym::new("#self#"), call(core("Typeof"), [Node::Symbol(name)]));
        let definition = self.function_parts(
            Some(Node::Symbol(name)),
            this,
            type_vars,
            &args,
            return_type,
            body,
        )?;
        Ok(Ir::Block(vec![Ir::local_def(name), definition, Ir::Name(name)]))
    }

    pub(super) fn expand_macro_definition(&mut self, args: &[Node]) -> Result {
        let macro_name = |n: &Node| match n {
            Node::Symbol(s) => Some(Node::symbol(&format!("@{s}"))),
            Node::GlobalRef(m, s) => Some(Node::GlobalRef(*m, Sym::new(&format!("@{s}")))),
            Node::Expr(e) if e.head == "." && e.args.len() == 2 => {
                let name = quoted_symbol(&e.args[1])?;
                Some(expr(".", [e.args[0].clone(), quoted(Sym::new(&format!("@{name}")))]))
            }
            _ => None,
        };
        match args {
            [name] => match macro_name(name) {
                Some(name) => self.expand(&expr("function", [name])),
                None => self.error("invalid macro definition"),
            },
            [Node::Expr(c), body] if c.head == "call" && !c.args.is_empty() => {
                let Some(name) = macro_name(&c.args[0]) else {
                    return self.error("invalid macro definition");
                };
                let mut parameters = &c.args[1..];
                if let Some(p) = parameters.first().and_then(|p| as_head(p, "parameters")) {
                    if !p.args.is_empty() {
                        return self.error("macros cannot accept keyword arguments");
                    }
                    parameters = &parameters[1..];
                }
                let mut signature = vec![
                    name,
                    expr("::", [Node::symbol("__source__"), core("LineNumberNode")]),
                    expr("::", [Node::symbol("__module__"), core("Module")]),
                ];
                for p in parameters {
                    signature.push(match p {
                        Node::Symbol(_) => expr("meta", [Node::symbol("nospecialize"), p.clone()]),
                        other => other.clone(),
                    });
                }
                self.expand(&expr("function", [expr("call", signature), body.clone()]))
            }
            _ => self.error("invalid macro definition"),
        }
    }
}

/// A method's body, expanded, and what stands before it.
#[derive(Clone)]
pub(super) struct Body {
    pub location: Node,
    pub metas: Vec<Ir>,
    pub statements: Vec<Ir>,
    /// The surface tree and whether there is no plain version, if it is a generated function's.
    pub generator: Option<(Node, bool)>,
}

/// Metadata that methods filling in defaults take over. Promises about effects are not among it:
/// they do not speak of the default values.
pub(super) fn is_shared_meta(meta: &Ir) -> bool {
    match meta {
        Ir::Meta(m) => {
            !matches!(m, MetaInfo::Generated(_) | MetaInfo::Nkw(_) | MetaInfo::Purity(_))
        }
        _ => false,
    }
}

/// The arguments of `(a, b; c) -> ...`; a block `(a; b=1)` has keywords behind the first.
fn arrow_arguments(signature: &Node) -> Vec<Node> {
    let as_kw = |n: &Node| match as_head(n, "=") {
        Some(e) if e.args.len() == 2 => expr("kw", e.args.iter().cloned()),
        _ => n.clone(),
    };
    match signature {
        Node::Expr(e) if e.head == "tuple" => e.args.iter().map(as_kw).collect(),
        Node::Expr(e) if e.head == "block" => {
            let parts: Vec<&Node> = e.args.iter().filter(|a| !is_line(a)).collect();
            match parts.split_first() {
                None => Vec::new(),
                Some((first, [])) => vec![as_kw(first)],
                Some((first, keywords)) => {
                    vec![expr("parameters", keywords.iter().map(|k| as_kw(k))), as_kw(first)]
                }
            }
        }
        other => vec![as_kw(other)],
    }
}

/// The left side of an anonymous `function (x) ... end`.
fn is_just_arglist(node: &Node) -> bool {
    match node {
        Node::Expr(e) => match e.head.as_str() {
            "tuple" | "block" | "..." => true,
            "where" => e.args.first().is_some_and(is_just_arglist),
            "::" => e.args.len() == 2 && e.args.first().is_some_and(|a| has_head(a, "tuple")),
            _ => false,
        },
        _ => false,
    }
}

/// What to call the function in names of closures.
pub(super) fn function_name(node: &Node) -> Option<Sym> {
    match node {
        Node::Symbol(s) | Node::GlobalRef(_, s) => Some(*s),
        Node::Quote(inner) => function_name(inner),
        Node::Expr(e) => match e.head.as_str() {
            "." => e.args.get(1).and_then(function_name),
            "curly" | "where" => e.args.first().and_then(function_name),
            "::" => e.args.last().and_then(function_name),
            _ => None,
        },
        _ => None,
    }
}

/// The type variables that the arguments, or other variables that are kept, refer to.
pub(super) fn used_type_vars(vars: &[TypeVar], args: &[ArgSpec]) -> Vec<TypeVar> {
    let mut kept = Vec::new();
    for (at, var) in vars.iter().enumerate() {
        let used = args.iter().any(|a| contains_symbol(&a.ty, var.name))
            || vars[at + 1..].iter().any(|v| v.mentions(var.name));
        if used {
            kept.push(var.clone());
        }
    }
    kept
}

/// The place of the definition, the metadata at the start of the body, and the rest.
pub(super) fn split_body(body: &Node) -> (Option<Node>, Vec<Node>, Vec<Node>) {
    let statements = statements(body);
    let is_meta = |n: &Node| has_head(n, "meta");
    let prologue_len = statements.iter().take_while(|s| is_line(s) || is_meta(s)).count();
    let (prologue, rest) = statements.split_at(prologue_len);
    let lines: Vec<&Node> = prologue.iter().filter(|s| is_line(s)).collect();
    let location = match lines.first() {
        Some(first) => Some((*first).clone()),
        None => statements.iter().find(|s| is_line(s)).cloned(),
    };
    let mut kept: Vec<Node> = Vec::new();
    let mut skipped = false;
    for statement in prologue {
        // With two lines, the first is where the definition starts, and the body has its own.
        if is_line(statement) && !skipped {
            skipped = true;
            if lines.len() > 1 {
                continue;
            }
        }
        kept.push(statement.clone());
    }
    (location, kept, rest.to_vec())
}
