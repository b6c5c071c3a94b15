//! Method definitions, calls of C, and what metadata says about a function.

use pkgimage_syntax::ast::{ModuleRef, Sym};

use super::{Linearizer, Result, linearize};
use crate::lowering::code_info::*;
use crate::lowering::ir::{CFunctionIr, ForeignCallIr, Ir, MetaInfo, MethodIr};

impl Linearizer<'_> {
    pub(super) fn method(&mut self, m: MethodIr) -> Result<()> {
        if !self.is_toplevel {
            return self.misplaced_method();
        }
        let name = match m.name {
            _ if m.is_kw_sorter => Some((ModuleRef::Core, Sym::new("kwcall"))),
            Some(Ir::Global(module, s)) => Some((module, s)),
            Some(Ir::Name(s)) => Some((self.cx.module, s)),
            _ => None,
        };
        let types = self.compile_args(with_head(Ir::core("svec"), m.arg_types))?;
        let types = self.eval(Rvalue::Call(types));
        let vars = self.compile_args(with_head(Ir::core("svec"), m.type_vars))?;
        let vars = self.eval(Rvalue::Call(vars));
        let signature = self.eval(Rvalue::Call(vec![
            Operand::Global(ModuleRef::Core, Sym::new("svec")),
            types,
            vars,
            Operand::Quote(Box::new(m.location)),
        ]));
        let mut captures = Vec::new();
        for value in m.prelude {
            captures.push(self.compile_operand(value)?);
        }
        let body = linearize(m.lambda, self.cx)?;
        self.emit(Stmt::Method(Box::new(MethodDef { name, signature, body, captures })));
        Ok(())
    }

    pub(super) fn foreign_call(&mut self, c: ForeignCallIr) -> Result<ForeignCall> {
        let target = match c.library {
            Some(library) => {
                ForeignTarget::Library(self.static_expr(c.target)?, self.static_expr(library)?)
            }
            None => ForeignTarget::Operand(self.compile_stable(c.target)?),
        };
        let return_type = self.static_expr(c.return_type)?;
        let mut arg_types = Vec::new();
        for ty in c.arg_types {
            arg_types.push(self.static_expr(ty)?);
        }
        let count = c.args.len();
        let mut all = c.args;
        all.extend(c.roots);
        let mut args = self.compile_args(all)?;
        let roots = args.split_off(count);
        Ok(ForeignCall {
            target,
            return_type,
            arg_types,
            nreq: c.nreq,
            convention: c.convention,
            args,
            roots,
        })
    }

    pub(super) fn cfunction(&mut self, c: CFunctionIr) -> Result<CFunction> {
        Ok(CFunction {
            kind: self.static_expr(c.kind)?,
            function: self.compile_stable(c.function)?,
            return_type: self.static_expr(c.return_type)?,
            arg_types: self.static_expr(c.arg_types)?,
            convention: c.convention,
        })
    }

    /// An expression that is evaluated with the static parameters alone. What is more than calls
    /// of globals is computed before.
    pub(super) fn static_expr(&mut self, ir: Ir) -> Result<StaticExpr> {
        match ir {
            Ir::Call(args) if args.iter().all(is_static) => {
                let mut out = Vec::new();
                for arg in args {
                    out.push(self.static_expr(arg)?);
                }
                Ok(StaticExpr::Call(out))
            }
            other if is_static(&other) => Ok(StaticExpr::Operand(self.compile_operand(other)?)),
            other => Ok(StaticExpr::Operand(self.compile_stable(other)?)),
        }
    }

    pub(super) fn meta(&mut self, meta: MetaInfo) {
        match meta {
            MetaInfo::Inlining(x) => self.inlining = x,
            MetaInfo::PropagateInbounds => self.propagate_inbounds = true,
            MetaInfo::ConstProp(x) => self.constprop = x,
            MetaInfo::Purity(x) => {
                if self.purity.len() < x.len() {
                    self.purity.resize(x.len(), false);
                }
                for (at, flag) in x.into_iter().enumerate() {
                    self.purity[at] |= flag;
                }
            }
            MetaInfo::NoSpecializeInfer => self.nospecializeinfer = true,
            MetaInfo::NoSpecialize(names) => {
                if names.is_empty() {
                    self.nospecialize_all = true;
                }
                self.nospecialize.extend(names.iter().map(|n| n.as_str()));
            }
            MetaInfo::Specialize => {}
            MetaInfo::Generated(g) => self.generator = Some(*g),
            MetaInfo::Nkw(n) => self.nkw = n,
        }
    }
}

fn with_head(head: Ir, args: Vec<Ir>) -> Vec<Ir> {
    let mut all = vec![head];
    all.extend(args);
    all
}

fn is_static(ir: &Ir) -> bool {
    match ir {
        Ir::Call(args) => args.iter().all(is_static),
        Ir::Global(..) | Ir::Lit(_) | Ir::Value(_) | Ir::Quoted(_) | Ir::Module(_) | Ir::Var(_) => {
            true
        }
        _ => false,
    }
}
