//! Closure conversion: an inner function becomes a type whose fields are what it captures, and
//! methods of that type at top level.
//!
//! After it, a function refers to its own arguments, locals and static parameters only. Type
//! definitions and methods are put before the top-level statement that holds the inner function,
//! types first. Captured variables that can change are `Core.Box`es, shared by everyone who
//! captures them; the others are fields whose types are parameters of the closure's type. A method
//! of a global function that captures top-level locals gets their values as constants.

use std::collections::{BTreeMap, BTreeSet};

use pkgimage_syntax::ast::{ModuleRef, Sym};

use super::ir::{Context, Ir, Lambda, LambdaId, MethodIr, Tmp, VarId, VarKind, is_internal_name};
use super::scope::insert_after_meta;
use super::variables::{function_of_type, method_captures};
use super::{Host, LowerError, desugar};

type Result<T = Ir> = std::result::Result<T, LowerError>;

/// Converts a function that stands in no other, and all functions within.
pub(super) fn convert(lambda: Lambda, cx: &mut Context, host: &mut dyn Host) -> Result<Lambda> {
    let mut pass = Converter {
        cx,
        host,
        toplevel: lambda.id,
        types: BTreeMap::new(),
        made: BTreeSet::new(),
        hoisted_types: Vec::new(),
        hoisted_methods: Vec::new(),
    };
    let is_toplevel = lambda.is_toplevel;
    let result = pass.lambda(lambda, None, &[])?;
    let hoisted = !pass.hoisted_types.is_empty() || !pass.hoisted_methods.is_empty();
    if hoisted && !is_toplevel {
        return pass.cx.error(
            "The function body AST defined by this @generated function is not pure. This likely \
             means it contains a closure, a comprehension or a generator.",
        );
    }
    Ok(result.0)
}

/// How a function reaches what it captures.
enum Captured {
    /// Through fields of the closure, held by this variable.
    Fields(VarId, BTreeMap<VarId, Sym>),
    /// As constants, put in when the method is defined; the values in order.
    Constants(Vec<VarId>),
}

/// The function being converted.
struct Frame {
    id: LambdaId,
    captured: Captured,
    sparams: Vec<VarId>,
    enclosing: Option<Sym>,
    is_toplevel: bool,
    /// For each local function what any of its methods captures.
    methods: BTreeMap<VarId, Vec<VarId>>,
    /// Replacements in a signature: static parameters that are variables of the closure's type.
    replaced: BTreeMap<VarId, Tmp>,
    /// Local functions whose types stand in a signature.
    in_signature: bool,
}

struct Converter<'a> {
    cx: &'a mut Context,
    host: &'a mut dyn Host,
    toplevel: LambdaId,
    /// Names of the types of local functions.
    types: BTreeMap<VarId, Sym>,
    /// Local functions whose type is defined.
    made: BTreeSet<VarId>,
    hoisted_types: Vec<Ir>,
    hoisted_methods: Vec<Ir>,
}

impl Converter<'_> {
    /// Converts a function. Without `fields` it captures constants; returns which.
    fn lambda(
        &mut self,
        mut lambda: Lambda,
        fields: Option<(VarId, BTreeMap<VarId, Sym>)>,
        more_sparams: &[VarId],
    ) -> Result<(Lambda, Vec<VarId>)> {
        for v in more_sparams {
            if !lambda.all_sparams.contains(v) {
                lambda.all_sparams.push(*v);
            }
        }
        let mut methods = BTreeMap::new();
        method_captures(&lambda.body, &mut methods);
        let mut frame = Frame {
            id: lambda.id,
            captured: match fields {
                Some((this, names)) => Captured::Fields(this, names),
                None => Captured::Constants(Vec::new()),
            },
            sparams: lambda.all_sparams.clone(),
            enclosing: lambda.enclosing,
            is_toplevel: lambda.is_toplevel,
            methods,
            replaced: BTreeMap::new(),
            in_signature: false,
        };
        let body = std::mem::replace(&mut lambda.body, Ir::nothing());
        let toplevel = lambda.is_toplevel;
        let mut body =
            if toplevel { self.top(body, &mut frame)? } else { self.convert(body, &mut frame)? };
        let boxed: Vec<Ir> = lambda
            .arg_vars
            .iter()
            .filter(|v| self.cx.var(**v).is_boxed())
            .map(|v| Ir::assign(Ir::Var(*v), Ir::core_call("Box", [Ir::Var(*v)])))
            .collect();
        body = insert_after_meta(body, boxed);
        lambda.body = body;
        let constants = match frame.captured {
            Captured::Fields(..) => Vec::new(),
            Captured::Constants(values) => values,
        };
        Ok((lambda, constants))
    }

    // ---- top level ----

    /// Converts a top-level statement, with what is hoisted out of it before it.
    fn top(&mut self, ir: Ir, frame: &mut Frame) -> Result {
        let outer_types = std::mem::take(&mut self.hoisted_types);
        let outer_methods = std::mem::take(&mut self.hoisted_methods);
        let converted = self.top_inner(ir, frame)?;
        let types = std::mem::replace(&mut self.hoisted_types, outer_types);
        let methods = std::mem::replace(&mut self.hoisted_methods, outer_methods);
        if types.is_empty() && methods.is_empty() {
            return Ok(converted);
        }
        let mut all = types;
        all.extend(methods);
        all.push(converted);
        Ok(Ir::Block(all))
    }

    /// What is hoisted stays within the branch of an `if` or `try` that it stands in.
    fn top_inner(&mut self, ir: Ir, frame: &mut Frame) -> Result {
        match ir {
            Ir::Block(_)
            | Ir::If(_)
            | Ir::TryCatch(_)
            | Ir::TryCatchElse(_)
            | Ir::TryFinally(_) => ir.try_map_children(&mut |child| self.top(child, frame)),
            other => self.convert(other, frame),
        }
    }

    // ---- variables ----

    /// The place that holds a variable: itself, its box, or what the closure holds of it.
    fn place(&mut self, v: VarId, frame: &mut Frame) -> Result {
        if self.cx.var(v).owner == frame.id || frame.sparams.contains(&v) {
            return Ok(Ir::Var(v));
        }
        match &mut frame.captured {
            Captured::Fields(this, names) => match names.get(&v) {
                Some(name) => Ok(Ir::core_call("getfield", [Ir::Var(*this), Ir::quoted(*name)])),
                None => {
                    let name = self.cx.var(v).name;
                    self.cx.error(format!(
                        "local variable {name} cannot be used in closure declaration"
                    ))
                }
            },
            Captured::Constants(values) => {
                let at = match values.iter().position(|x| *x == v) {
                    Some(at) => at,
                    None => {
                        values.push(v);
                        values.len() - 1
                    }
                };
                Ok(Ir::Captured(at as u32))
            }
        }
    }

    fn read(&mut self, v: VarId, frame: &mut Frame) -> Result {
        if let Some(tmp) = frame.replaced.get(&v) {
            return Ok(Ir::Tmp(*tmp));
        }
        let place = self.place(v, frame)?;
        if !self.cx.var(v).is_boxed() {
            return Ok(place);
        }
        // Reading an empty box is reading an undefined variable of this name.
        let mut out = Vec::new();
        let holder = match &place {
            Ir::Var(_) | Ir::Captured(_) => place,
            _ => {
                let tmp = self.cx.tmp();
                out.push(Ir::assign_tmp(tmp, place));
                Ir::Tmp(tmp)
            }
        };
        let contents = || Ir::quoted(Sym::new("contents"));
        let undefined = self.cx.new_var(self.cx.var(v).name, frame.id, VarKind::Local);
        out.push(Ir::if_else(
            Ir::core_call("isdefined", [holder.clone(), contents()]),
            Ir::nothing(),
            Ir::Block(vec![Ir::NewVar(undefined), Ir::Var(undefined)]),
        ));
        let mut value = Ir::core_call("getfield", [holder, contents()]);
        if let Some(ty) = self.cx.var(v).ty.clone() {
            let ty = self.repeated(ty, frame)?;
            value = Ir::core_call("typeassert", [value, ty]);
        }
        out.push(value);
        Ok(Ir::Block(out))
    }

    /// A declared type is evaluated anew at each place that needs it.
    fn repeated(&mut self, ty: Ir, frame: &mut Frame) -> Result {
        let mut ty = ty;
        let mut map = BTreeMap::new();
        renumber(&mut ty, self.cx, &mut map);
        self.convert(ty, frame)
    }

    fn assign(&mut self, v: VarId, value: Ir, frame: &mut Frame) -> Result {
        let ty = self.cx.var(v).ty.clone();
        let boxed = self.cx.var(v).is_boxed();
        if !boxed && ty.is_none() {
            return Ok(Ir::assign(Ir::Var(v), value));
        }
        let mut out = Vec::new();
        let given = self.once(value, &mut out);
        let value = match ty {
            Some(ty) => {
                let ty = self.repeated(ty, frame)?;
                self.convert_to(given.clone(), ty, frame)
            }
            None => given.clone(),
        };
        if boxed {
            let holder = self.place(v, frame)?;
            let contents = Ir::quoted(Sym::new("contents"));
            out.push(Ir::core_call("setfield!", [holder, contents, value]));
        } else {
            out.push(Ir::assign(Ir::Var(v), value));
        }
        out.push(given);
        Ok(Ir::Block(out))
    }

    fn once(&mut self, value: Ir, out: &mut Vec<Ir>) -> Ir {
        if value.is_simple() || matches!(value, Ir::TheException) {
            return value;
        }
        let tmp = self.cx.tmp();
        out.push(Ir::assign_tmp(tmp, value));
        Ir::Tmp(tmp)
    }

    /// `value`, converted and asserted to be of the type unless it is.
    fn convert_to(&mut self, value: Ir, ty: Ir, frame: &Frame) -> Ir {
        convert_value(self.cx, frame.id, value, ty)
    }

    fn assign_global(&mut self, m: ModuleRef, s: Sym, value: Ir, frame: &Frame) -> Ir {
        let mut out = Vec::new();
        let given = self.once(value, &mut out);
        let target = Ir::Global(m, s);
        if m == self.cx.module && self.cx.constants.contains(s.as_str()) {
            out.push(Ir::assign(target, given.clone()));
        } else {
            let ty = Ir::core_call("get_binding_type", [Ir::Module(m), Ir::quoted(s)]);
            let converted = self.convert_to(given.clone(), ty, frame);
            out.push(Ir::assign(target, converted));
        }
        out.push(given);
        Ir::Block(out)
    }

    // ---- expressions ----

    fn convert(&mut self, ir: Ir, frame: &mut Frame) -> Result {
        match ir {
            Ir::Var(v) => self.read(v, frame),
            Ir::Line(line, file) => {
                self.cx.set_line(line, file);
                Ok(Ir::Line(line, file))
            }
            Ir::Call(args) if frame.in_signature => {
                let ty = Ir::Call(args);
                if let Some(name) = function_of_type(&ty).and_then(|v| self.types.get(&v)) {
                    return Ok(Ir::Global(self.cx.module, *name));
                }
                ty.try_map_children(&mut |child| self.convert(child, frame))
            }
            Ir::Assign(target, value) => {
                let value = self.convert(*value, frame)?;
                match *target {
                    Ir::Var(v) => self.assign(v, value, frame),
                    Ir::Global(m, s) => Ok(self.assign_global(m, s, value, frame)),
                    other => Ok(Ir::assign(other, value)),
                }
            }
            Ir::Local(x) => match *x {
                Ir::Var(v) => Ok(self.declare(v, false)),
                other => Ok(other),
            },
            Ir::LocalDef(x) => match *x {
                Ir::Var(v) => Ok(self.declare(v, true)),
                other => Ok(other),
            },
            Ir::ConstDecl(x) => {
                if let Ir::Global(m, s) = *x
                    && m == self.cx.module
                {
                    self.cx.constants.insert(s.as_str());
                }
                Ok(Ir::ConstDecl(x))
            }
            Ir::IsDefined(x) => self.is_defined(*x, frame),
            Ir::DeclareFunction(x) => match *x {
                Ir::Var(v) => self.declare_local_function(v, frame),
                // The signatures of closures' methods can mention the function's type.
                Ir::Global(m, s) if frame.is_toplevel => {
                    let is_declared = |ir: &Ir| match ir {
                        Ir::DeclareFunction(x) => {
                            matches!(**x, Ir::Global(n, t) if (m, s) == (n, t))
                        }
                        _ => false,
                    };
                    let function = Ir::Global(m, s);
                    if !self.hoisted_types.iter().any(is_declared) {
                        self.hoisted_types.push(Ir::DeclareFunction(Box::new(function.clone())));
                    }
                    Ok(Ir::unnecessary(function))
                }
                other => Ok(Ir::DeclareFunction(Box::new(other))),
            },
            Ir::Method(m) => match m.name {
                Some(Ir::Var(v)) => self.local_method(v, *m, frame),
                _ => self.global_method(*m, frame),
            },
            Ir::Group(all) => {
                let mut out = Vec::new();
                for x in all {
                    out.push(self.convert(x, frame)?);
                }
                Ok(Ir::Block(out))
            }
            other => other.try_map_children(&mut |child| self.convert(child, frame)),
        }
    }

    fn declare(&mut self, v: VarId, definite: bool) -> Ir {
        let info = self.cx.var(v);
        if info.is_boxed() {
            Ir::NewBox(v)
        } else if definite || info.never_undef {
            Ir::nothing()
        } else {
            Ir::NewVar(v)
        }
    }

    fn is_defined(&mut self, x: Ir, frame: &mut Frame) -> Result {
        let Ir::Var(v) = x else { return Ok(Ir::IsDefined(Box::new(x))) };
        let place = self.place(v, frame)?;
        if self.cx.var(v).is_boxed() {
            return Ok(Ir::core_call("isdefined", [place, Ir::quoted(Sym::new("contents"))]));
        }
        match place {
            Ir::Var(_) => Ok(Ir::IsDefined(Box::new(place))),
            _ => Ok(Ir::bool(true)),
        }
    }

    // ---- functions ----

    /// A method of a global function, or of a type.
    fn global_method(&mut self, m: MethodIr, frame: &mut Frame) -> Result {
        let mut prelude = Vec::new();
        let arg_types = self.signature(m.prelude, m.arg_types, &mut prelude, frame)?;
        let location = self.cx.location;
        let (lambda, constants) = self.lambda(m.lambda, None, &[])?;
        self.cx.location = location;
        let mut captures = Vec::new();
        for v in constants {
            captures.push(self.place(v, frame)?);
        }
        let lambda = Lambda { captures: Vec::new(), ..lambda };
        let name = m.name;
        prelude.push(Ir::Method(Box::new(MethodIr {
            name,
            prelude: captures,
            arg_types,
            type_vars: m.type_vars,
            location: m.location,
            is_kw_sorter: m.is_kw_sorter,
            lambda,
        })));
        Ok(Ir::Block(prelude))
    }

    fn signature(
        &mut self,
        prelude: Vec<Ir>,
        arg_types: Vec<Ir>,
        out: &mut Vec<Ir>,
        frame: &mut Frame,
    ) -> Result<Vec<Ir>> {
        let before = std::mem::replace(&mut frame.in_signature, true);
        for x in prelude {
            out.push(self.convert(x, frame)?);
        }
        let mut types = Vec::new();
        for x in arg_types {
            types.push(self.convert(x, frame)?);
        }
        frame.in_signature = before;
        Ok(types)
    }

    /// The name of the type of a local function.
    fn type_name(&mut self, v: VarId, frame: &Frame) -> Sym {
        if let Some(name) = self.types.get(&v) {
            return *name;
        }
        let function = self.cx.var(v).name.as_str();
        let module = self.cx.module;
        let name = match function.strip_prefix('#').and_then(|n| n.parse::<u32>().ok()) {
            // An anonymous function `#1` is of type `#1#2`.
            Some(n) => {
                let suffix = desugar::enclosing_suffix(frame.enclosing);
                Sym::new(&format!("#{n}#{}{suffix}", n + 1))
            }
            None => {
                // The body of a keyword function has the suffix already.
                let suffix = desugar::enclosing_suffix(frame.enclosing);
                let function = function.strip_suffix(&suffix).unwrap_or(function);
                let base = if function.starts_with('#') {
                    function.to_owned()
                } else {
                    format!("#{function}")
                };
                desugar::numbered_name(self.host, module, &format!("{base}#"), "", frame.enclosing)
            }
        };
        self.types.insert(v, name);
        name
    }

    /// `function f end` for a local function.
    fn declare_local_function(&mut self, v: VarId, frame: &mut Frame) -> Result {
        self.check_function_variable(v, frame)?;
        if frame.methods.contains_key(&v) {
            // Made where its first method is. Signatures before that can mention the type.
            self.type_name(v, frame);
            return Ok(Ir::nothing());
        }
        if self.made.contains(&v) {
            return Ok(Ir::nothing());
        }
        self.make_closure(v, frame)
    }

    fn check_function_variable(&mut self, v: VarId, frame: &Frame) -> Result<()> {
        let info = self.cx.var(v);
        let name = info.name;
        if info.kind == VarKind::Arg && info.owner == frame.id {
            return self.cx.error(format!("cannot add method to function argument {name}"));
        }
        if info.kind == VarKind::StaticParam {
            return self.cx.error(format!("cannot add method to static parameter {name}"));
        }
        if name.as_str().starts_with('@') {
            return self.cx.error("macro definition not allowed inside a local scope");
        }
        Ok(())
    }

    /// What the closure captures: static parameters and variables.
    fn captured_by(&self, v: VarId, frame: &Frame) -> (Vec<VarId>, Vec<VarId>) {
        let all = frame.methods.get(&v).cloned().unwrap_or_default();
        all.into_iter().partition(|c| self.cx.var(*c).kind == VarKind::StaticParam)
    }

    /// Names of the fields for captured variables: different even if the variables' names are not.
    fn field_names(&self, vars: &[VarId]) -> BTreeMap<VarId, Sym> {
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut names = BTreeMap::new();
        let mut anonymous = 0;
        for v in vars {
            let name = self.cx.var(*v).name;
            let base = if is_internal_name(name) {
                anonymous += 1;
                format!("#{anonymous}")
            } else {
                name.as_str().to_owned()
            };
            let mut text = base.clone();
            let mut n = 1;
            while !used.insert(text.clone()) {
                n += 1;
                text = format!("{base}#{n}");
            }
            names.insert(*v, Sym::new(&text));
        }
        names
    }

    /// Defines the type of a local function, and assigns the closure to its variable.
    fn make_closure(&mut self, v: VarId, frame: &mut Frame) -> Result {
        self.made.insert(v);
        let type_name = self.type_name(v, frame);
        let (sparams, vars) = self.captured_by(v, frame);
        let names = self.field_names(&vars);
        self.define_type(type_name, &sparams, &vars, &names);

        let ty = Ir::Global(self.cx.module, type_name);
        let mut params = Vec::new();
        for sp in &sparams {
            params.push(self.place(*sp, frame)?);
        }
        let mut values = Vec::new();
        for captured in &vars {
            let value = self.place(*captured, frame)?;
            if !self.cx.var(*captured).is_boxed() {
                params.push(Ir::core_call("_typeof_captured_variable", [value.clone()]));
            }
            values.push(value);
        }
        let ty = if params.is_empty() {
            ty
        } else {
            let mut args = vec![ty];
            args.extend(params);
            Ir::core_call("apply_type", args)
        };
        let mut new = vec![ty];
        new.extend(values);
        if self.cx.var(v).owner != frame.id && !self.cx.var(v).is_boxed() {
            return self.cx.error("cannot define a method of an outer function here");
        }
        self.assign(v, Ir::New(new), frame)
    }

    fn define_type(
        &mut self,
        name: Sym,
        sparams: &[VarId],
        vars: &[VarId],
        names: &BTreeMap<VarId, Sym>,
    ) {
        let module = self.cx.module;
        let global = || Ir::Global(module, name);
        let mut out = vec![Ir::GlobalDecl(Box::new(global())), Ir::ConstDecl(Box::new(global()))];
        self.cx.constants.insert(name.as_str());
        let mut params = Vec::new();
        let type_var = |cx: &mut Context, name: Sym, out: &mut Vec<Ir>| {
            let tmp = cx.tmp();
            let made = Ir::core_call("TypeVar", [Ir::quoted(name), Ir::core("Any")]);
            out.push(Ir::assign_tmp(tmp, made));
            Ir::Tmp(tmp)
        };
        for sp in sparams {
            let name = self.cx.var(*sp).name;
            params.push(type_var(self.cx, name, &mut out));
        }
        let mut fields = Vec::new();
        let mut types = Vec::new();
        for v in vars {
            let field = names.get(v).copied().unwrap_or(self.cx.var(*v).name);
            fields.push(Ir::quoted(field));
            if self.cx.var(*v).is_boxed() {
                types.push(Ir::core("Box"));
            } else {
                let tmp = type_var(self.cx, field, &mut out);
                params.push(tmp.clone());
                types.push(tmp);
            }
        }
        let ty = self.cx.tmp();
        let count = fields.len() as i64;
        out.push(Ir::assign_tmp(
            ty,
            Ir::core_call(
                "_structtype",
                [
                    Ir::Module(module),
                    Ir::quoted(name),
                    Ir::svec(params),
                    Ir::svec(fields),
                    Ir::svec([]),
                    Ir::bool(false),
                    Ir::int(count),
                ],
            ),
        ));
        out.push(Ir::core_call("_setsuper!", [Ir::Tmp(ty), Ir::core("Function")]));
        out.push(Ir::assign(global(), Ir::Tmp(ty)));
        out.push(Ir::core_call("_typebody!", [Ir::Tmp(ty), Ir::svec(types)]));
        self.hoisted_types.extend(out);
    }

    /// A method of a local function.
    fn local_method(&mut self, v: VarId, m: MethodIr, frame: &mut Frame) -> Result {
        self.check_function_variable(v, frame)?;
        let creation =
            if self.made.contains(&v) { Ir::nothing() } else { self.make_closure(v, frame)? };
        let type_name = self.type_name(v, frame);
        let (sparams, vars) = self.captured_by(v, frame);
        let names = self.field_names(&vars);

        // Variables that the signature itself binds move with it to top level.
        let mut moved = Vec::new();
        for x in m.prelude.iter().chain(&m.arg_types) {
            declared_in(x, &mut moved);
        }
        let in_function = !frame.is_toplevel;
        for var in &moved {
            self.cx.var_mut(*var).owner = self.toplevel;
        }
        if in_function {
            for (at, x) in m.prelude.iter().chain(&m.arg_types).enumerate() {
                let own_type = function_of_type(x).is_some() && at >= m.prelude.len();
                if own_type {
                    continue;
                }
                if let Some(var) = self.foreign_var(x, &moved) {
                    let name = self.cx.var(var).name;
                    return self.cx.error(format!(
                        "local variable {name} cannot be used in closure declaration"
                    ));
                }
            }
        }

        let mut out = Vec::new();
        let mut replaced = BTreeMap::new();
        let mut closure_params = Vec::new();
        for sp in &sparams {
            let tmp = self.cx.tmp();
            let name = self.cx.var(*sp).name;
            out.push(Ir::assign_tmp(
                tmp,
                Ir::core_call("TypeVar", [Ir::quoted(name), Ir::core("Any")]),
            ));
            replaced.insert(*sp, tmp);
            closure_params.push(Ir::Tmp(tmp));
        }
        // The signature is evaluated by the top-level code.
        let mut inner_methods = BTreeMap::new();
        for x in m.prelude.iter().chain(&m.arg_types) {
            method_captures(x, &mut inner_methods);
        }
        let mut signature_frame = Frame {
            id: if in_function { self.toplevel } else { frame.id },
            captured: Captured::Constants(Vec::new()),
            sparams: Vec::new(),
            enclosing: frame.enclosing,
            is_toplevel: true,
            methods: inner_methods,
            replaced,
            in_signature: true,
        };
        let mut arg_types =
            self.signature(m.prelude, m.arg_types, &mut out, &mut signature_frame)?;
        let global = Ir::Global(self.cx.module, type_name);
        let self_at = if m.is_kw_sorter { 2 } else { 0 };
        if let Some(slot) = arg_types.get_mut(self_at) {
            *slot = if closure_params.is_empty() {
                global
            } else {
                let mut args = vec![global];
                args.extend(closure_params.iter().cloned());
                Ir::core_call("apply_type", args)
            };
        }
        let mut type_vars = m.type_vars;
        type_vars.extend(closure_params);
        let Some(this) = m.lambda.arg_vars.get(self_at).copied() else {
            return self.cx.error("invalid local function");
        };
        let location = self.cx.location;
        let (lambda, _) = self.lambda(m.lambda, Some((this, names)), &sparams)?;
        self.cx.location = location;
        let lambda = Lambda { captures: Vec::new(), ..lambda };
        out.push(Ir::Method(Box::new(MethodIr {
            name: None,
            prelude: Vec::new(),
            arg_types,
            type_vars,
            location: m.location,
            is_kw_sorter: m.is_kw_sorter,
            lambda,
        })));
        self.hoisted_methods.extend(out);
        Ok(creation)
    }

    /// A variable of a function that the signature refers to although it moves out of it.
    fn foreign_var(&self, x: &Ir, moved: &[VarId]) -> Option<VarId> {
        let mut found = None;
        x.any(&mut |ir| {
            if let Ir::Var(v) = ir
                && found.is_none()
                && !moved.contains(v)
                && self.cx.var(*v).kind != VarKind::StaticParam
                && self.cx.var(*v).owner != self.toplevel
                && !self.types.contains_key(v)
            {
                found = Some(*v);
            }
            found.is_some()
        });
        found
    }
}

/// Variables that scopes within the tree declare.
fn declared_in(x: &Ir, out: &mut Vec<VarId>) {
    if let Ir::Local(v) | Ir::LocalDef(v) = x
        && let Ir::Var(v) = **v
    {
        out.push(v);
    }
    x.for_each_child(&mut |child| declared_in(child, out));
}

/// `value`, converted and asserted to be of the type unless it is.
pub(super) fn convert_value(cx: &mut Context, id: LambdaId, value: Ir, ty: Ir) -> Ir {
    if matches!(&ty, Ir::Global(ModuleRef::Core, s) if *s == "Any") {
        return value;
    }
    let name = cx.internal_name();
    let var = cx.new_var(name, id, VarKind::Local);
    cx.var_mut(var).never_undef = true;
    let mut out = Vec::new();
    let ty = if ty.is_simple() || matches!(ty, Ir::Global(..)) {
        ty
    } else {
        let tmp = cx.tmp();
        out.push(Ir::assign_tmp(tmp, ty));
        Ir::Tmp(tmp)
    };
    let converted = Ir::base_call("convert", [ty.clone(), Ir::Var(var)]);
    out.push(Ir::assign(Ir::Var(var), value));
    out.push(Ir::if_else(
        Ir::core_call("isa", [Ir::Var(var), ty.clone()]),
        Ir::nothing(),
        Ir::assign(Ir::Var(var), Ir::core_call("typeassert", [converted, ty])),
    ));
    out.push(Ir::Var(var));
    Ir::Block(out)
}

/// Gives the temporaries that the tree assigns new numbers, so that it can be evaluated again.
pub(super) fn renumber(ir: &mut Ir, cx: &mut Context, map: &mut BTreeMap<Tmp, Tmp>) {
    fn collect(ir: &Ir, cx: &mut Context, map: &mut BTreeMap<Tmp, Tmp>) {
        if let Ir::Assign(target, _) = ir
            && let Ir::Tmp(t) = **target
        {
            map.entry(t).or_insert_with(|| cx.tmp());
        }
        ir.for_each_child(&mut |child| collect(child, cx, map));
    }
    fn replace(ir: Ir, map: &BTreeMap<Tmp, Tmp>) -> Ir {
        match ir {
            Ir::Tmp(t) => Ir::Tmp(map.get(&t).copied().unwrap_or(t)),
            other => {
                let mapped: std::result::Result<Ir, std::convert::Infallible> =
                    other.try_map_children(&mut |child| Ok(replace(child, map)));
                match mapped {
                    Ok(ir) => ir,
                    Err(never) => match never {},
                }
            }
        }
    }
    collect(ir, cx, map);
    if !map.is_empty() {
        let taken = std::mem::replace(ir, Ir::nothing());
        *ir = replace(taken, map);
    }
}
