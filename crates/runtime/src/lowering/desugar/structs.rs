//! `struct`, `abstract type` and `primitive type`, and their constructors.

use pkgimage_syntax::ast::{Literal, Node, Sym};

use super::types::TypeVar;
use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::ir::Ir;
use crate::lowering::tree::*;

/// What a constructor within the type's body is the constructor of.
const SELF: &str = "#ctor-self#";

/// The parts of a type's signature `Name{params} <: super`.
struct TypeSignature {
    name: Sym,
    params: Vec<TypeVar>,
    super_type: Node,
}

/// A field.
struct Field {
    name: Sym,
    ty: Node,
}

/// What rewriting the constructors needs to know.
struct StructInfo<'a> {
    name: Sym,
    params: &'a [TypeVar],
    fields: &'a [Field],
}

/// The constructor that a call of `new` stands in.
struct Constructor {
    /// Type parameters written on the left side: `Foo{T}(x) = ...`.
    type_params: Vec<Node>,
    /// Static parameters of the method.
    sparams: Vec<Sym>,
    /// Whether the called object is the type itself.
    self_type: bool,
}

impl Desugar<'_> {
    fn type_signature(&mut self, node: &Node) -> Result<TypeSignature> {
        let (head, super_type) = match as_head(node, "<:") {
            Some(e) if e.args.len() == 2 => (&e.args[0], e.args[1].clone()),
            _ => (node, core("Any")),
        };
        match head {
            Node::Symbol(name) => Ok(TypeSignature { name: *name, params: Vec::new(), super_type }),
            Node::GlobalRef(_, name) => {
                Ok(TypeSignature { name: *name, params: Vec::new(), super_type })
            }
            Node::Expr(e) if e.head == "curly" => match e.args.split_first() {
                Some((Node::Symbol(name) | Node::GlobalRef(_, name), params)) => {
                    let params = self.type_vars(params)?;
                    for (at, p) in params.iter().enumerate() {
                        if params[..at].iter().any(|q| q.name == p.name) {
                            return self.error("function static parameter names not unique");
                        }
                    }
                    Ok(TypeSignature { name: *name, params, super_type })
                }
                _ => self.error("invalid type signature"),
            },
            _ => self.error("invalid type signature"),
        }
    }

    /// Declarations and values of the type parameters, within the type's scope.
    fn parameter_bindings(&mut self, params: &[TypeVar], out: &mut Vec<Ir>) -> Result<()> {
        for p in params {
            out.push(Ir::local(p.name));
        }
        for p in params {
            let made = self.make_type_var(p)?;
            out.push(Ir::assign(Ir::Name(p.name), made));
        }
        Ok(())
    }

    fn name_svec(names: impl Iterator<Item = Sym>) -> Ir {
        Ir::svec(names.map(Ir::quoted))
    }

    pub(super) fn expand_abstract(&mut self, node: &Node, args: &[Node]) -> Result {
        let [signature] = args else { return self.invalid(node) };
        let signature = self.type_signature(signature)?;
        let params: Vec<Ir> = signature.params.iter().map(|p| Ir::Name(p.name)).collect();
        let make = Ir::core_call(
            "_abstracttype",
            [Ir::Module(self.cx.module), Ir::quoted(signature.name), Ir::svec(params)],
        );
        self.bodyless_type(&signature, make, "\"abstract type\" expression")
    }

    pub(super) fn expand_primitive(&mut self, node: &Node, args: &[Node]) -> Result {
        let [signature, bits] = args else { return self.invalid(node) };
        let signature = self.type_signature(signature)?;
        let params: Vec<Ir> = signature.params.iter().map(|p| Ir::Name(p.name)).collect();
        let bits = self.expand(bits)?;
        let make = Ir::core_call(
            "_primitivetype",
            [Ir::Module(self.cx.module), Ir::quoted(signature.name), Ir::svec(params), bits],
        );
        self.bodyless_type(&signature, make, "\"primitive type\" expression")
    }

    fn bodyless_type(&mut self, signature: &TypeSignature, make: Ir, what: &'static str) -> Result {
        let name = signature.name;
        let local = || Ir::Name(name);
        let global = || Ir::Global(self.cx.module, name);
        let mut scope = vec![Ir::HardScope, Ir::local_def(name)];
        let (global_1, global_2, global_3) = (global(), global(), global());
        let constant = global();
        self.parameter_bindings(&signature.params, &mut scope)?;
        let super_type = self.expand(&signature.super_type)?;
        scope.push(Ir::TopLevelOnly(what.to_owned()));
        scope.push(Ir::assign(local(), make));
        scope.push(Ir::core_call("_setsuper!", [local(), super_type]));
        scope.push(Ir::core_call("_typebody!", [local()]));
        let assign = || Ir::assign(global_3.clone(), local());
        scope.push(Ir::if_else(
            Ir::IsDefined(Box::new(global_1)),
            Ir::if_else(
                Ir::core_call("_equiv_typedef", [global_2, local()]),
                Ir::nothing(),
                assign(),
            ),
            assign(),
        ));
        scope.push(Ir::nothing());
        Ok(Ir::Block(vec![
            Ir::GlobalDecl(Box::new(local())),
            Ir::ConstDecl(Box::new(constant)),
            Ir::scope(scope),
        ]))
    }

    pub(super) fn expand_struct(&mut self, node: &Node, args: &[Node]) -> Result {
        let [mutable, signature, body] = args else { return self.invalid(node) };
        let mutable = matches!(mutable, Node::Literal(Literal::Bool(true)));
        let signature = self.type_signature(signature)?;
        let mut fields = Vec::new();
        let mut attributes = Vec::new();
        let mut definitions: Vec<Node> = Vec::new();
        let mut location = None;
        let mut parts = Vec::new();
        flatten_blocks(body, &mut parts);
        for part in &parts {
            if is_line(part) {
                if location.is_none() && fields.is_empty() && definitions.is_empty() {
                    location = Some((*part).clone());
                }
                continue;
            }
            self.struct_part(part, &mut fields, &mut attributes, &mut definitions)?;
        }
        for (at, field) in fields.iter().enumerate() {
            if fields[..at].iter().any(|f: &Field| f.name == field.name) {
                return self
                    .error(format!("duplicate field name: \"{}\" is not unique", field.name));
            }
        }
        let outermost = self.enclosing.is_none();
        if outermost {
            self.enclosing = Some(signature.name);
        }
        let result = self.struct_definition(
            mutable,
            &signature,
            &fields,
            attributes,
            &definitions,
            location,
        );
        if outermost {
            self.enclosing = None;
        }
        result
    }

    fn struct_part(
        &mut self,
        part: &Node,
        fields: &mut Vec<Field>,
        attributes: &mut Vec<Ir>,
        definitions: &mut Vec<Node>,
    ) -> Result<()> {
        match part {
            Node::Symbol(name) => fields.push(Field { name: *name, ty: core("Any") }),
            // A docstring.
            Node::Literal(_) | Node::Quote(_) | Node::Value(_) => {}
            Node::GlobalRef(_, name) => fields.push(Field { name: *name, ty: core("Any") }),
            Node::Line { .. } => {}
            Node::Expr(e) => match (e.head.as_str(), e.args.as_slice()) {
                ("::", [name, ty]) => {
                    let (Node::Symbol(name) | Node::GlobalRef(_, name)) = name else {
                        return self
                            .error(format!("field name \"{}\" is not a symbol", deparse(name)));
                    };
                    fields.push(Field { name: *name, ty: ty.clone() });
                }
                (kind @ ("const" | "atomic"), [inner]) => {
                    if is_assignment(inner) {
                        definitions.push(part.clone());
                        return Ok(());
                    }
                    let at = fields.len();
                    self.struct_part(inner, fields, attributes, definitions)?;
                    if fields.len() != at + 1 {
                        return self.error(format!("invalid syntax {}", deparse(part)));
                    }
                    attributes.push(Ir::int(at as i64 + 1));
                    attributes.push(Ir::quoted(Sym::new(kind)));
                }
                ("=", [left, _]) if is_symdecl(left) => {
                    return self.error(format!(
                        "\"{}\" inside type definition is reserved",
                        deparse(part)
                    ));
                }
                ("string" | "meta", _) => {}
                _ => definitions.push(part.clone()),
            },
        }
        Ok(())
    }

    fn struct_definition(
        &mut self,
        mutable: bool,
        signature: &TypeSignature,
        fields: &[Field],
        attributes: Vec<Ir>,
        definitions: &[Node],
        location: Option<Node>,
    ) -> Result {
        let name = signature.name;
        let module = self.cx.module;
        let local = || Ir::Name(name);
        let global = || Ir::Global(module, name);
        let params: Vec<Ir> = signature.params.iter().map(|p| Ir::Name(p.name)).collect();
        let initialized =
            definitions.iter().filter_map(min_initialized).min().unwrap_or(fields.len());
        let initialized = initialized.min(fields.len());

        let mut scope = vec![Ir::HardScope, Ir::local_def(name)];
        self.parameter_bindings(&signature.params, &mut scope)?;
        scope.push(Ir::TopLevelOnly("\"struct\" expression".to_owned()));
        scope.push(Ir::assign(
            local(),
            Ir::core_call(
                "_structtype",
                [
                    Ir::Module(module),
                    Ir::quoted(name),
                    Ir::svec(params),
                    Self::name_svec(fields.iter().map(|f| f.name)),
                    Ir::svec(attributes),
                    Ir::bool(mutable),
                    Ir::int(initialized as i64),
                ],
            ),
        ));
        let super_type = self.expand(&signature.super_type)?;
        scope.push(Ir::core_call("_setsuper!", [local(), super_type]));
        // If the definition is the same as before, the old type stays, and its parameters are the
        // ones that the field types have to mention.
        let mut keep = vec![Ir::assign(local(), global())];
        if !signature.params.is_empty() {
            let mut body = global();
            for _ in &signature.params {
                body = Ir::core_call("getfield", [body, Ir::quoted(Sym::new("body"))]);
            }
            let parameters = Ir::core_call("getfield", [body, Ir::quoted(Sym::new("parameters"))]);
            let tmp = self.cx.tmp();
            keep.push(Ir::assign_tmp(tmp, parameters));
            for (at, p) in signature.params.iter().enumerate() {
                keep.push(Ir::assign(
                    Ir::Name(p.name),
                    Ir::core_call("_svec_ref", [Ir::Tmp(tmp), Ir::int(at as i64 + 1)]),
                ));
            }
        }
        scope.push(Ir::if_else(
            Ir::IsDefined(Box::new(global())),
            Ir::if_else(
                Ir::core_call("_equiv_typedef", [global(), local()]),
                Ir::Block(keep),
                Ir::assign(global(), local()),
            ),
            Ir::assign(global(), local()),
        ));
        let mut types = Vec::new();
        for field in fields {
            types.push(self.expand(&field.ty)?);
        }
        scope.push(Ir::core_call("_typebody!", [local(), Ir::svec(types)]));
        scope.push(Ir::nothing());
        let mut out = vec![
            Ir::GlobalDecl(Box::new(local())),
            Ir::ConstDecl(Box::new(global())),
            Ir::scope(scope),
        ];

        // Inner constructors.
        let info = StructInfo { name, params: &signature.params, fields };
        let mut inner = vec![Ir::HardScope, Ir::GlobalDecl(Box::new(Ir::Name(name)))];
        if definitions.is_empty() {
            self.default_constructors(&info, location.as_ref(), &mut inner)?;
        } else {
            for definition in definitions {
                let rewritten = self.rewrite_constructors(definition, &info)?;
                inner.push(self.expand(&rewritten)?);
            }
        }
        out.push(Ir::scope(inner));
        if definitions.is_empty()
            && !signature.params.is_empty()
            && is_determined(&signature.params, fields)
        {
            let outer = self.outer_constructor(&info, location.as_ref())?;
            out.push(Ir::scope(vec![
                Ir::HardScope,
                Ir::GlobalDecl(Box::new(Ir::Name(name))),
                outer,
            ]));
        }
        out.push(Ir::nothing());
        Ok(Ir::Block(out))
    }

    /// Names for the arguments of default constructors that no field type mentions.
    fn argument_names(&mut self, info: &StructInfo) -> Vec<Sym> {
        let clash =
            info.fields.iter().any(|f| info.fields.iter().any(|g| contains_symbol(&g.ty, f.name)));
        info.fields
            .iter()
            .map(|f| {
                if clash || crate::lowering::ir::is_underscore(f.name) {
                    self.internal()
                } else {
                    f.name
                }
            })
            .collect()
    }

    fn default_constructors(
        &mut self,
        info: &StructInfo,
        location: Option<&Node>,
        out: &mut Vec<Ir>,
    ) -> Result<()> {
        let names = self.argument_names(info);
        let name_node = Node::Symbol(info.name);
        let is_any = |ty: &Node| matches!(ty, Node::GlobalRef(pkgimage_syntax::ast::ModuleRef::Core, s) if *s == "Any");
        let body = |value: Node| {
            let mut statements: Vec<Node> = location.into_iter().cloned().collect();
            statements.push(value);
            expr("block", statements)
        };
        let symbols = || names.iter().map(|n| Node::Symbol(*n));
        let mut exact = None;
        if info.params.is_empty() {
            let mut signature = vec![type_itself(name_node.clone())];
            for (name, field) in names.iter().zip(info.fields) {
                signature.push(if is_any(&field.ty) {
                    Node::Symbol(*name)
                } else {
                    expr("::", [Node::Symbol(*name), field.ty.clone()])
                });
            }
            let mut new = vec![Node::GlobalRef(self.cx.module, info.name)];
            new.extend(symbols());
            exact = Some(expr("function", [expr("call", signature), body(expr("new", new))]));
        }
        let needs_any = exact.is_none() || info.fields.iter().any(|f| !is_any(&f.ty));
        let mut any = None;
        if needs_any {
            let params: Vec<Node> = info.params.iter().map(|p| Node::Symbol(p.name)).collect();
            let ty = if params.is_empty() {
                name_node.clone()
            } else {
                let mut curly = vec![name_node.clone()];
                curly.extend(params);
                expr("curly", curly)
            };
            let mut signature =
                vec![expr("::", [Node::symbol(SELF), expr("curly", [core("Type"), ty])])];
            signature.extend(symbols());
            let signature = with_where(expr("call", signature), info.params);
            let new = call(Node::symbol("new"), symbols());
            any = Some(expr("function", [signature, body(new)]));
        }
        let mut definitions = Vec::new();
        match (exact, any) {
            (Some(exact), Some(any)) => {
                definitions.push(exact);
                let rewritten = self.rewrite_constructors(&any, info)?;
                // Without types that could be missed, the second method would be the first again.
                let mut test = bool(true);
                for field in info.fields.iter().rev() {
                    let same = call(core("==="), [core("Any"), field.ty.clone()]);
                    test = if test == bool(true) { same } else { expr("&&", [same, test]) };
                }
                definitions.push(expr("if", [test, expr("block", []), rewritten]));
            }
            (exact, any) => {
                for definition in exact.into_iter().chain(any) {
                    definitions.push(self.rewrite_constructors(&definition, info)?);
                }
            }
        }
        for definition in definitions {
            out.push(self.expand(&definition)?);
        }
        Ok(())
    }

    /// `Foo(x::T, y::S) where {T, S} = new{T, S}(x, y)`.
    fn outer_constructor(&mut self, info: &StructInfo, location: Option<&Node>) -> Result {
        let names = self.argument_names(info);
        let name = Node::Symbol(info.name);
        let mut signature = vec![type_itself(name.clone())];
        for (arg, field) in names.iter().zip(info.fields) {
            signature.push(expr("::", [Node::Symbol(*arg), field.ty.clone()]));
        }
        let mut ty = vec![name];
        ty.extend(info.params.iter().map(|p| Node::Symbol(p.name)));
        let mut new = vec![expr("curly", ty)];
        new.extend(names.iter().map(|n| Node::Symbol(*n)));
        let mut statements: Vec<Node> = location.into_iter().cloned().collect();
        statements.push(expr("new", new));
        let signature = with_where(expr("call", signature), info.params);
        self.expand(&expr("function", [signature, expr("block", statements)]))
    }

    // ---- calls of `new` ----

    /// Replaces calls of `new` in a definition within the type's body.
    fn rewrite_constructors(&mut self, node: &Node, info: &StructInfo) -> Result<Node> {
        let Node::Expr(e) = node else { return Ok(node.clone()) };
        if is_quoted(node) {
            return Ok(node.clone());
        }
        let is_definition = e.args.len() == 2
            && (e.head == "function" || e.head == "=")
            && is_eventually_call(&e.args[0]);
        if is_definition {
            return self.rewrite_constructor(e.head, &e.args[0], &e.args[1], info);
        }
        if is_new_call(node) {
            let outside =
                Constructor { type_params: Vec::new(), sparams: Vec::new(), self_type: false };
            return self.rewrite_new(node, &outside, info);
        }
        let mut args = Vec::with_capacity(e.args.len());
        for arg in &e.args {
            args.push(self.rewrite_constructors(arg, info)?);
        }
        Ok(Node::expr_at(e.head.as_str(), args, e.span))
    }

    fn rewrite_constructor(
        &mut self,
        head: Sym,
        signature: &Node,
        body: &Node,
        info: &StructInfo,
    ) -> Result<Node> {
        let mut sparams = Vec::new();
        let mut inner = signature;
        while let Node::Expr(e) = inner {
            match e.head.as_str() {
                "where" => {
                    for v in self.type_vars(&e.args[1..])? {
                        sparams.push(v.name);
                    }
                    inner = &e.args[0];
                }
                "::" if e.args.len() == 2 => inner = &e.args[0],
                _ => break,
            }
        }
        let Some(called) = as_head(inner, "call").and_then(|c| c.args.first()) else {
            return self.error("invalid constructor");
        };
        let is_name = |n: &Node| match n {
            Node::Symbol(s) | Node::GlobalRef(_, s) => *s == info.name,
            _ => false,
        };
        let mut constructor = Constructor { type_params: Vec::new(), sparams, self_type: false };
        let mut signature = signature.clone();
        match called {
            n if is_name(n) => {
                constructor.self_type = true;
                signature = constructor_signature(&signature);
            }
            Node::Expr(e) if e.head == "curly" && is_name(&e.args[0]) => {
                constructor.self_type = true;
                constructor.type_params = e.args[1..].to_vec();
                signature = constructor_signature(&signature);
            }
            // `(self::Type{Foo{T}})(...)`.
            Node::Expr(e) if e.head == "::" && !e.args.is_empty() => {
                let is_self = matches!(&e.args[0], Node::Symbol(s) if *s == SELF);
                let mut ty = e.args.last();
                while let Some(w) = ty.and_then(|t| as_head(t, "where")) {
                    ty = w.args.first();
                }
                if let Some(curly) = ty.and_then(|t| as_head(t, "curly"))
                    && curly.args.len() == 2
                    && matches!(&curly.args[0], Node::Symbol(s) | Node::GlobalRef(_, s) if *s == "Type")
                {
                    match &curly.args[1] {
                        n if is_name(n) => constructor.self_type = is_self,
                        Node::Expr(c) if c.head == "curly" && is_name(&c.args[0]) => {
                            constructor.type_params = c.args[1..].to_vec();
                            constructor.self_type = is_self;
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        let body = self.rewrite_body(body, &constructor, info)?;
        let mut rewritten_signature = signature;
        if contains(&rewritten_signature, &mut |n| is_new_call(n)) {
            // `new` in default values of arguments.
            rewritten_signature = self.rewrite_body(&rewritten_signature, &constructor, info)?;
        }
        Ok(Node::expr(head.as_str(), vec![rewritten_signature, body]))
    }

    fn rewrite_body(
        &mut self,
        node: &Node,
        constructor: &Constructor,
        info: &StructInfo,
    ) -> Result<Node> {
        let Node::Expr(e) = node else { return Ok(node.clone()) };
        if is_new_call(node) {
            return self.rewrite_new(node, constructor, info);
        }
        if is_quoted(node) {
            return Ok(node.clone());
        }
        let mut args = Vec::with_capacity(e.args.len());
        for arg in &e.args {
            args.push(self.rewrite_body(arg, constructor, info)?);
        }
        Ok(Node::expr_at(e.head.as_str(), args, e.span))
    }

    fn rewrite_new(
        &mut self,
        node: &Node,
        constructor: &Constructor,
        info: &StructInfo,
    ) -> Result<Node> {
        let Node::Expr(e) = node else { return Ok(node.clone()) };
        let Some((function, args)) = e.args.split_first() else { return Ok(node.clone()) };
        let explicit = as_head(function, "curly").map(|c| &c.args[1..]);
        let type_params: &[Node] = explicit.unwrap_or(&constructor.type_params);
        let self_type = constructor.self_type && explicit.is_none();
        if args.iter().any(|a| is_kw(a) || has_head(a, "parameters")) {
            return self.error("\"new\" does not accept keyword arguments");
        }
        let fixed = type_params.iter().filter(|p| !is_splat(p)).count();
        if !type_params.iter().any(is_splat) && info.params.len() > fixed {
            return self.error("too few type parameters specified in \"new{...}\"");
        }
        if fixed > info.params.len() {
            return self.error("too many type parameters specified in \"new{...}\"");
        }
        let mut new_args = Vec::new();
        for arg in args {
            new_args.push(self.rewrite_body(arg, constructor, info)?);
        }
        let global = Node::GlobalRef(self.cx.module, info.name);
        let ty = if type_params.is_empty() {
            global
        } else if self_type {
            Node::symbol(SELF)
        } else {
            let mut curly = vec![global];
            curly.extend_from_slice(type_params);
            expr("curly", curly)
        };
        let count = info.fields.len();
        let plain_args = new_args.iter().filter(|a| !is_splat(a)).count();
        let too = |few: &str| {
            let text = format!("new: too {few} arguments (expected {count})");
            call(
                core("throw"),
                [call(
                    base("ArgumentError"),
                    [Node::Literal(Literal::String(text.as_bytes().into()))],
                )],
            )
        };
        if plain_args > count {
            return Ok(too("many"));
        }
        let is_any = |n: &Node| matches!(n, Node::GlobalRef(pkgimage_syntax::ast::ModuleRef::Core, s) if *s == "Any");
        let mut statements = Vec::new();
        if new_args.iter().any(is_splat) {
            let tuple = call(core("tuple"), new_args);
            if info.fields.iter().all(|f| is_any(&f.ty)) {
                return Ok(expr("splatnew", [ty, tuple]));
            }
            let ty = self.new_type(ty, &mut statements);
            let values = Self::tmp_node(self.cx.tmp());
            let length = Self::tmp_node(self.cx.tmp());
            statements.push(expr("=", [values.clone(), tuple]));
            statements.push(expr("=", [length.clone(), call(core("nfields"), [values.clone()])]));
            let less = |a: Node, b: Node| call(base("ult_int"), [a, b]);
            let n = || int(count as i64);
            statements.push(expr("if", [less(length.clone(), n()), too("few")]));
            statements.push(expr("if", [less(n(), length), too("many")]));
            let mut new = vec![ty.clone()];
            for (at, field) in info.fields.iter().enumerate() {
                let value =
                    call(core("getfield"), [values.clone(), int(at as i64 + 1), bool(false)]);
                new.push(self.converted_field(
                    value,
                    field,
                    at,
                    &ty,
                    type_params,
                    self_type,
                    constructor,
                    info,
                ));
            }
            statements.push(expr("new", new));
            return Ok(expr("block", statements));
        }
        let ty = self.new_type(ty, &mut statements);
        let mut new = vec![ty.clone()];
        for (at, (value, field)) in new_args.into_iter().zip(info.fields).enumerate() {
            new.push(self.converted_field(
                value,
                field,
                at,
                &ty,
                type_params,
                self_type,
                constructor,
                info,
            ));
        }
        statements.push(expr("new", new));
        Ok(expr("block", statements))
    }

    /// The type is computed once.
    fn new_type(&mut self, ty: Node, statements: &mut Vec<Node>) -> Node {
        if matches!(ty, Node::Symbol(_)) {
            return ty;
        }
        let tmp = Self::tmp_node(self.cx.tmp());
        statements.push(expr("=", [tmp.clone(), ty]));
        tmp
    }

    #[allow(clippy::too_many_arguments)]
    fn converted_field(
        &mut self,
        value: Node,
        field: &Field,
        at: usize,
        ty: &Node,
        type_params: &[Node],
        self_type: bool,
        constructor: &Constructor,
        info: &StructInfo,
    ) -> Node {
        let any = matches!(&field.ty, Node::GlobalRef(pkgimage_syntax::ast::ModuleRef::Core, s) if *s == "Any");
        if any {
            return value;
        }
        // A field of the type of a parameter that is the method's own static parameter.
        let same_params = !self_type
            && type_params.len() == info.params.len()
            && type_params
                .iter()
                .zip(info.params)
                .all(|(a, p)| matches!(a, Node::Symbol(s) if *s == p.name));
        let direct = match &field.ty {
            Node::Symbol(s) => {
                same_params
                    && info.params.iter().any(|p| p.name == *s)
                    && constructor.sparams.contains(s)
            }
            _ => false,
        };
        let field_type = if direct {
            field.ty.clone()
        } else {
            call(core("fieldtype"), [ty.clone(), int(at as i64 + 1)])
        };
        expr("#convert", [value, field_type])
    }
}

fn is_new_call(node: &Node) -> bool {
    let is_new = |n: &Node| matches!(n, Node::Symbol(s) if *s == "new");
    match as_head(node, "call").and_then(|c| c.args.first()) {
        Some(f) if is_new(f) => true,
        Some(Node::Expr(c)) if c.head == "curly" => c.args.first().is_some_and(is_new),
        _ => false,
    }
}

/// The least number of arguments of a call of `new`, if there is one.
fn min_initialized(node: &Node) -> Option<usize> {
    let Node::Expr(e) = node else { return None };
    let inner = e.args.iter().filter_map(min_initialized).min();
    if !is_new_call(node) {
        return inner;
    }
    let own = e.args.len() - 1;
    Some(inner.map_or(own, |n| n.min(own)))
}

fn flatten_blocks<'a>(node: &'a Node, out: &mut Vec<&'a Node>) {
    match node {
        Node::Expr(e) if e.head == "block" => e.args.iter().for_each(|a| flatten_blocks(a, out)),
        other => out.push(other),
    }
}

fn with_where(node: Node, params: &[TypeVar]) -> Node {
    if params.is_empty() {
        return node;
    }
    let mut all = vec![node];
    for p in params {
        let name = Node::Symbol(p.name);
        all.push(match (&p.lower, &p.upper) {
            (None, None) => name,
            (None, Some(upper)) => expr("<:", [name, upper.clone()]),
            (Some(lower), None) => expr(">:", [name, lower.clone()]),
            (Some(lower), Some(upper)) => expr(
                "comparison",
                [lower.clone(), Node::symbol("<:"), name, Node::symbol("<:"), upper.clone()],
            ),
        });
    }
    expr("where", all)
}

/// `Foo(args...)` as `(self::Type{Foo})(args...)`.
fn constructor_signature(node: &Node) -> Node {
    match node {
        Node::Expr(e) if matches!(e.head.as_str(), "where" | "::") => {
            let mut args = e.args.clone();
            args[0] = constructor_signature(&args[0]);
            Node::expr_at(e.head.as_str(), args, e.span)
        }
        Node::Expr(e) if e.head == "call" => {
            let mut args = e.args.clone();
            args[0] =
                expr("::", [Node::symbol(SELF), expr("curly", [core("Type"), args[0].clone()])]);
            Node::expr_at("call", args, e.span)
        }
        other => other.clone(),
    }
}

/// The type as the called object: its constructors are no methods of a function that would have to
/// be declared.
fn type_itself(name: Node) -> Node {
    expr("::", [Node::symbol("#self#"), expr("curly", [core("Type"), name])])
}

/// Whether the arguments of the constructor determine every type parameter.
fn is_determined(params: &[TypeVar], fields: &[Field]) -> bool {
    let mut roots: Vec<&Node> = fields.iter().map(|f| &f.ty).collect();
    for p in params.iter().rev() {
        if !roots.iter().any(|r| contains_symbol(r, p.name)) {
            return false;
        }
        roots.extend(p.lower.iter().chain(&p.upper));
    }
    true
}
