//! Definitions with keyword arguments.
//!
//! Three kinds of methods come of one definition: the body, a function of its own that takes the
//! keywords as leading positional arguments; the method for calls without keywords, which passes
//! the defaults to it; and the sorter, a method of `Core.kwcall`, which takes the keywords out of
//! a named tuple.

use pkgimage_syntax::ast::{Node, Sym};

use super::functions::{ArgSpec, Body, FunctionDef, KwSpec, is_shared_meta, used_type_vars};
use super::types::TypeVar;
use super::{Desugar, Result, numbered_name};
use crate::lowering::deparse;
use crate::lowering::ir::{Ir, MetaInfo, is_internal_name};
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn keyword_specs(&mut self, nodes: &[Node]) -> Result<Vec<KwSpec>> {
        let mut out = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let spec = self.keyword_spec(node)?;
            if spec.slurp && at + 1 != nodes.len() {
                return self.error("invalid \"...\" on non-final keyword argument");
            }
            out.push(spec);
        }
        Ok(out)
    }

    fn keyword_spec(&mut self, node: &Node) -> Result<KwSpec> {
        let invalid = |pass: &Self| {
            pass.error(format!("invalid keyword argument syntax \"{}\"", deparse(node)))
        };
        match node {
            Node::Symbol(s) => {
                Ok(KwSpec { name: *s, ty: None, default: None, slurp: false, nospecialize: false })
            }
            Node::Expr(e) => match (e.head.as_str(), e.args.as_slice()) {
                ("::", [Node::Symbol(name), ty]) => Ok(KwSpec {
                    name: *name,
                    ty: Some(ty.clone()),
                    default: None,
                    slurp: false,
                    nospecialize: false,
                }),
                ("kw" | "=", [inner, default]) => {
                    let spec = self.keyword_spec(inner)?;
                    if spec.slurp || spec.default.is_some() {
                        return invalid(self);
                    }
                    Ok(KwSpec { default: Some(default.clone()), ..spec })
                }
                ("...", [inner]) => {
                    let spec = self.keyword_spec(inner)?;
                    if spec.slurp || spec.default.is_some() {
                        return invalid(self);
                    }
                    Ok(KwSpec { slurp: true, ..spec })
                }
                ("meta", [Node::Symbol(kind), inner]) if kind.as_str().ends_with("specialize") => {
                    let spec = self.keyword_spec(inner)?;
                    Ok(KwSpec { nospecialize: *kind == "nospecialize", ..spec })
                }
                ("parameters", _) => self.error("more than one semicolon in argument list"),
                _ => invalid(self),
            },
            _ => invalid(self),
        }
    }

    pub(super) fn keyword_function(&mut self, mut definition: FunctionDef) -> Result {
        let mut keywords = definition.keywords.take().unwrap_or_default();
        let slurp = match keywords.last() {
            Some(k) if k.slurp => keywords.pop(),
            _ => None,
        };
        let name = definition.name.clone();
        let inner_name = self.body_name(name.as_ref(), &definition);
        let positional = &definition.args;
        let outer_vars = used_type_vars(&definition.type_vars, positional);
        let inner_vars: Vec<Sym> = definition
            .type_vars
            .iter()
            .map(|v| v.name)
            .filter(|n| !outer_vars.iter().any(|v| v.name == *n))
            .collect();
        let body = self.function_body(&definition)?;

        let mut out = Vec::new();
        if !matches!(name, Some(Node::Symbol(_))) {
            // The function is no local one, so its body is none either.
            out.push(Ir::GlobalDecl(Box::new(Ir::Name(inner_name))));
        }
        if let Some(name @ (Node::Symbol(_) | Node::GlobalRef(..))) = &name {
            // The type of the function occurs in the signature of the body's method.
            let name = self.expand(name)?;
            out.push(Ir::DeclareFunction(Box::new(name)));
        }
        out.push(self.keyword_body_method(
            inner_name,
            &definition,
            &keywords,
            slurp.as_ref(),
            body.clone(),
        )?);
        out.push(self.without_keywords_method(
            inner_name,
            &definition,
            &outer_vars,
            &keywords,
            slurp.as_ref(),
            &body,
        )?);
        self.sorter_methods(
            inner_name,
            &definition,
            &outer_vars,
            &inner_vars,
            &keywords,
            slurp.as_ref(),
            &body,
            &mut out,
        )?;
        let result = match &name {
            Some(name @ Node::Symbol(_)) => self.expand(name)?,
            _ => Ir::nothing(),
        };
        Ok(Ir::Block(vec![Ir::Group(out), Ir::unnecessary(result)]))
    }

    /// The name of the body function: `#f#1`.
    fn body_name(&mut self, name: Option<&Node>, definition: &FunctionDef) -> Sym {
        let shown = match name.and_then(super::functions::function_name) {
            Some(name) => name.as_str().to_owned(),
            None => {
                let ty = &definition.args[0].ty;
                let called = as_head(ty, "call").and_then(|t| t.args.get(1));
                let constructed = as_head(ty, "curly").and_then(|t| t.args.get(1));
                called
                    .or(constructed)
                    .and_then(super::functions::function_name)
                    .map_or("_".to_owned(), |n| n.as_str().to_owned())
            }
        };
        // Methods of the same function get numbers of their own, wherever they are defined, so a
        // definition of the enclosing function itself needs no suffix.
        let enclosing = self.enclosing.filter(|e| e.as_str() != shown);
        numbered_name(self.host, self.cx.module, &format!("#{shown}#"), "", enclosing)
    }

    fn keyword_body_method(
        &mut self,
        inner_name: Sym,
        definition: &FunctionDef,
        keywords: &[KwSpec],
        slurp: Option<&KwSpec>,
        mut body: Body,
    ) -> Result {
        let inner = Node::Symbol(inner_name);
        // A type declared for the function's own argument may be what binds a static parameter.
        let mut args = vec![ArgSpec::plain(inner_name, call(core("Typeof"), [inner.clone()]))];
        for keyword in keywords {
            args.push(ArgSpec {
                nospecialize: keyword.nospecialize,
                ..ArgSpec::plain(keyword.name, keyword.ty.clone().unwrap_or_else(|| core("Any")))
            });
        }
        if let Some(slurp) = slurp {
            let ty = slurp.ty.clone().unwrap_or_else(|| core("Any"));
            args.push(ArgSpec::plain(slurp.name, ty));
        }
        // The function that was called among them: in its body, `#self#` is that.
        args.extend(definition.args.iter().map(|arg| ArgSpec { default: None, ..arg.clone() }));
        body.metas
            .push(Ir::Meta(MetaInfo::Nkw((keywords.len() + usize::from(slurp.is_some())) as u32)));
        self.method(
            Some(&inner),
            &definition.type_vars,
            &args,
            definition.return_type.as_ref(),
            body,
            false,
        )
    }

    /// The arguments that the body function gets behind the keywords.
    fn forwarded(&self, args: &[ArgSpec]) -> Vec<Node> {
        args.iter()
            .map(|a| {
                let name = Node::Symbol(a.name);
                if a.collects() { expr("...", [name]) } else { name }
            })
            .collect()
    }

    fn without_keywords_method(
        &mut self,
        inner_name: Sym,
        definition: &FunctionDef,
        outer_vars: &[TypeVar],
        keywords: &[KwSpec],
        slurp: Option<&KwSpec>,
        body: &Body,
    ) -> Result {
        let args = self.named_args(&definition.args);
        let mut call_args: Vec<Node> = Vec::new();
        let ordered = has_ordered_defaults(keywords);
        for keyword in keywords {
            call_args.push(if ordered {
                Node::Symbol(keyword.name)
            } else {
                default_value(keyword)
            });
        }
        if slurp.is_some() {
            call_args.push(call(base("pairs"), [call(core("NamedTuple"), [])]));
        }
        call_args.extend(self.forwarded(&args));
        let called = call(Node::Symbol(inner_name), call_args);
        let mut result = self.expand(&expr("return", [called]))?;
        if ordered {
            for keyword in keywords.iter().rev() {
                let value = self.expand(&default_value(keyword))?;
                result = let_binding(keyword.name, value, self.cx.tmp(), result);
            }
        }
        let metas = body.metas.iter().filter(|m| is_line_ir(m)).take(1).cloned().collect();
        let plain = Body {
            location: body.location.clone(),
            metas,
            statements: vec![result],
            generator: None,
        };
        self.methods(definition.name.as_ref(), outer_vars, &args, None, plain)
    }

    /// Arguments without a name get one, because they are passed on.
    pub(super) fn named_args(&mut self, args: &[ArgSpec]) -> Vec<ArgSpec> {
        args.iter()
            .map(|a| {
                let mut a = a.clone();
                if a.name == super::functions::UNUSED || crate::lowering::ir::is_underscore(a.name)
                {
                    a.name = self.internal();
                }
                a
            })
            .collect()
    }

    #[allow(clippy::too_many_arguments)]
    fn sorter_methods(
        &mut self,
        inner_name: Sym,
        definition: &FunctionDef,
        outer_vars: &[TypeVar],
        inner_vars: &[Sym],
        keywords: &[KwSpec],
        slurp: Option<&KwSpec>,
        body: &Body,
        out: &mut Vec<Ir>,
    ) -> Result<()> {
        let given = Sym::new("#kw#");
        let given_node = || Node::Symbol(given);
        let positional = self.named_args(&definition.args);
        let mut args = vec![
            ArgSpec::plain(
                Sym::new(super::functions::UNUSED),
                call(core("Typeof"), [core("kwcall")]),
            ),
            ArgSpec::plain(given, core("NamedTuple")),
        ];
        args.extend(positional.iter().cloned());

        // Default values that depend on other keywords, or assign, need variables.
        let assigns = keywords
            .iter()
            .filter_map(|k| k.default.as_ref())
            .any(|d| contains(d, &mut |n| is_assignment(n)));
        let variables = has_ordered_defaults(keywords) || assigns;
        let mut statements: Vec<Ir> = Vec::new();
        let mut values: Vec<(Sym, Node, Ir)> = Vec::new();
        for keyword in keywords {
            let value = self.keyword_value(keyword, given, inner_vars)?;
            let tmp = self.cx.tmp();
            let passed = if variables { Node::Symbol(keyword.name) } else { Self::tmp_node(tmp) };
            values.push((
                keyword.name,
                passed,
                if variables { value } else { Ir::assign_tmp(tmp, value) },
            ));
        }
        let names: Vec<Node> = keywords.iter().map(|k| quoted(k.name)).collect();
        let names_tuple = call(core("tuple"), names);
        let mut call_args: Vec<Node> = values.iter().map(|v| v.1.clone()).collect();
        let mut tail = Vec::new();
        match slurp {
            None => {
                let keys = call(base("keys"), [given_node()]);
                let unknown = call(base("diff_names"), [keys, names_tuple]);
                let test = self.expand(&call(base("isempty"), [unknown]))?;
                let mut error_args = vec![given_node()];
                error_args.extend(self.forwarded(&positional));
                let error = self.expand(&call(base("kwerr"), error_args))?;
                tail.push(Ir::if_else(test, Ir::nothing(), error));
            }
            Some(_) => {
                let rest = if keywords.is_empty() {
                    given_node()
                } else {
                    let ty = call(core("apply_type"), [core("NamedTuple"), names_tuple]);
                    call(base("structdiff"), [given_node(), ty])
                };
                let tmp = self.cx.tmp();
                let rest = self.expand(&call(base("pairs"), [rest]))?;
                tail.push(Ir::assign_tmp(tmp, rest));
                call_args.push(Self::tmp_node(tmp));
            }
        }
        call_args.extend(self.forwarded(&positional));
        let called = self.expand(&call(Node::Symbol(inner_name), call_args))?;
        tail.push(Ir::Return(Box::new(called)));
        // Reflection finds the names of the keywords among the slots.
        statements.extend(slurp.map(|rest| Ir::local(Sym::new(&format!("{}...", rest.name)))));
        if variables {
            let mut result = Ir::Block(tail);
            for (name, _, value) in values.into_iter().rev() {
                result = let_binding(name, value, self.cx.tmp(), result);
            }
            statements.push(result);
        } else {
            for keyword in keywords {
                statements.push(Ir::local(keyword.name));
            }
            statements.extend(values.into_iter().map(|v| v.2));
            statements.append(&mut tail);
        }
        let mut metas: Vec<Ir> =
            body.metas.iter().filter(|m| is_line_ir(m)).take(1).cloned().collect();
        for meta in body.metas.iter().filter(|m| is_shared_meta(m)) {
            match meta {
                Ir::Meta(MetaInfo::NoSpecialize(names)) if !names.is_empty() => {
                    let kept: Vec<Sym> = names
                        .iter()
                        .copied()
                        .filter(|n| !keywords.iter().any(|k| k.name == *n))
                        .collect();
                    if !kept.is_empty() {
                        metas.push(Ir::Meta(MetaInfo::NoSpecialize(kept)));
                    }
                }
                other => metas.push(other.clone()),
            }
        }
        let sorter = Body { location: body.location.clone(), metas, statements, generator: None };
        let name = definition.name.as_ref();
        self.default_methods(name, outer_vars, &args, &sorter, true, out)?;
        let required: Vec<ArgSpec> =
            args.into_iter().map(|a| ArgSpec { default: None, ..a }).collect();
        out.push(self.method(name, outer_vars, &required, None, sorter, true)?);
        Ok(())
    }

    /// The value of a keyword in the sorter: what was given, with its type checked, or the default.
    fn keyword_value(&mut self, keyword: &KwSpec, given: Sym, inner_vars: &[Sym]) -> Result {
        let name = Ir::quoted(keyword.name);
        let given = || Ir::Name(given);
        let value = Ir::core_call("getfield", [given(), name.clone()]);
        // A type that depends on a static parameter of the body alone is checked by that method.
        let checked = match &keyword.ty {
            Some(ty) if !inner_vars.iter().any(|v| contains_symbol(ty, *v)) => {
                let tmp = self.cx.tmp();
                let test_ty = self.expand(ty)?;
                let error_ty = self.expand(ty)?;
                let error = Ir::core_call(
                    "throw",
                    [Ir::New(vec![
                        Ir::core("TypeError"),
                        Ir::quoted(Sym::new("keyword argument")),
                        name.clone(),
                        error_ty,
                        Ir::Tmp(tmp),
                    ])],
                );
                Ir::Block(vec![
                    Ir::assign_tmp(tmp, value),
                    Ir::if_else(
                        Ir::core_call("isa", [Ir::Tmp(tmp), test_ty]),
                        Ir::nothing(),
                        error,
                    ),
                    Ir::Tmp(tmp),
                ])
            }
            _ => value,
        };
        let default = self.expand(&default_value(keyword))?;
        Ok(Ir::if_else(Ir::core_call("isdefined", [given(), name]), checked, default))
    }
}

/// The default, or what happens if a required keyword is missing.
fn default_value(keyword: &KwSpec) -> Node {
    match &keyword.default {
        Some(default) => default.clone(),
        None => call(core("throw"), [call(core("UndefKeywordError"), [quoted(keyword.name)])]),
    }
}

/// Whether some default refers to another keyword.
fn has_ordered_defaults(keywords: &[KwSpec]) -> bool {
    keywords.iter().any(|k| {
        keywords
            .iter()
            .filter_map(|other| other.default.as_ref())
            .any(|d| contains_symbol(d, k.name))
    })
}

/// `let name = value; body end` for finished core language.
fn let_binding(name: Sym, value: Ir, tmp: crate::lowering::ir::Tmp, body: Ir) -> Ir {
    debug_assert!(!is_internal_name(name));
    Ir::Block(vec![
        Ir::assign_tmp(tmp, value),
        Ir::scope(vec![
            Ir::HardScope,
            Ir::local_def(name),
            Ir::assign(Ir::Name(name), Ir::Tmp(tmp)),
            body,
        ]),
    ])
}

fn is_line_ir(ir: &Ir) -> bool {
    matches!(ir, Ir::Line(..))
}
