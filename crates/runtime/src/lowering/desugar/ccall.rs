//! `ccall`: conversion of the arguments, and what has to stay alive during the call.

use pkgimage_syntax::ast::{Literal, Node};

use super::{Desugar, Result};
use crate::lowering::ir::{ForeignCallIr, Ir};
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_ccall(&mut self, node: &Node, args: &[Node]) -> Result {
        if args.len() < 3 {
            return self.error("too few arguments to ccall");
        }
        let target = &args[0];
        let mut rest = &args[1..];
        let mut convention = Node::symbol("ccall");
        let mut nreq = None;
        match &rest[0] {
            Node::Symbol(s)
                if matches!(
                    s.as_str(),
                    "cdecl" | "stdcall" | "fastcall" | "thiscall" | "llvmcall"
                ) =>
            {
                convention = Node::Symbol(*s);
                rest = &rest[1..];
            }
            Node::Expr(e) if e.head == "cconv" && e.args.len() == 2 => {
                convention = e.args[0].clone();
                nreq = match &e.args[1] {
                    Node::Literal(Literal::Int64(n)) => u32::try_from(*n).ok(),
                    _ => None,
                };
                rest = &rest[1..];
            }
            _ => {}
        }
        let [return_type, arg_types, values @ ..] = rest else {
            return self.error("too few arguments to ccall");
        };
        let Some(types) = as_head(arg_types, "tuple") else {
            if has_head(return_type, "tuple") {
                return self.error(
                    "ccall argument types must be a tuple; try \"(T,)\" and check if you \
                     specified a correct return type",
                );
            }
            return self.error("ccall argument types must be a tuple; try \"(T,)\"");
        };
        let _ = node;
        let mut out = Vec::new();
        let mut ir = ForeignCallIr {
            target: Ir::nothing(),
            library: None,
            return_type: self.expand(return_type)?,
            arg_types: Vec::new(),
            nreq: 0,
            convention,
            args: Vec::new(),
            roots: Vec::new(),
        };
        self.foreign_target(target, &mut ir)?;
        let mut types_left = types.args.as_slice();
        let mut values_left = values;
        while let Some((value, values_rest)) = values_left.split_first() {
            let Some(ty) = types_left.first() else {
                return self.error("more arguments than types for ccall");
            };
            let ty = match as_head(ty, "...").filter(|s| s.args.len() == 1) {
                Some(splat) => {
                    if types_left.len() > 1 {
                        return self
                            .error("only the trailing ccall argument type should have \"...\"");
                    }
                    if types.args.len() == 1 {
                        return self.error("C ABI prohibits vararg without one required argument");
                    }
                    &splat.args[0]
                }
                None => {
                    types_left = &types_left[1..];
                    ty
                }
            };
            self.ccall_argument(ty, value, &mut ir, &mut out)?;
            values_left = values_rest;
        }
        let variadic = types.args.last().is_some_and(is_splat);
        if !(types_left.is_empty() || types_left.len() == 1 && variadic) {
            return self.error("more types than arguments for ccall");
        }
        ir.nreq = nreq.unwrap_or(if variadic { types.args.len() as u32 - 1 } else { 0 });
        out.push(Ir::ForeignCall(Box::new(ir)));
        Ok(Ir::Block(out))
    }

    fn ccall_argument(
        &mut self,
        ty: &Node,
        value: &Node,
        ir: &mut ForeignCallIr,
        out: &mut Vec<Ir>,
    ) -> Result<()> {
        if matches!(ty, Node::Symbol(s) | Node::GlobalRef(_, s) if *s == "Any") {
            let tmp = self.cx.tmp();
            let value = self.expand(value)?;
            out.push(Ir::assign_tmp(tmp, value));
            ir.arg_types.push(Ir::core("Any"));
            ir.args.push(Ir::Tmp(tmp));
            return Ok(());
        }
        let root = self.cx.tmp();
        let ty_value = self.expand(ty)?;
        let value = self.expand(value)?;
        out.push(Ir::assign_tmp(root, Ir::base_call("cconvert", [ty_value, value])));
        let ty_value = self.expand(ty)?;
        ir.args.push(Ir::base_call("unsafe_convert", [ty_value, Ir::Tmp(root)]));
        ir.arg_types.push(self.expand(ty)?);
        ir.roots.push(Ir::Tmp(root));
        Ok(())
    }

    fn foreign_target(&mut self, target: &Node, ir: &mut ForeignCallIr) -> Result<()> {
        match as_head(target, "tuple") {
            Some(t) if t.args.len() == 2 => {
                ir.target = self.expand(&t.args[0])?;
                ir.library = Some(self.expand(&t.args[1])?);
            }
            Some(t) if t.args.len() == 1 => ir.target = self.expand(&t.args[0])?,
            _ => ir.target = self.expand(target)?,
        }
        Ok(())
    }

    /// `Expr(:foreigncall, target, return type, svec of types, nreq, convention, args..., roots...)`
    /// as macros may build it.
    pub(super) fn expand_foreigncall(&mut self, node: &Node, args: &[Node]) -> Result {
        let [target, return_type, types, nreq, convention, values @ ..] = args else {
            return self.invalid(node);
        };
        let types = match types {
            Node::Expr(e) if e.head == "call" && !e.args.is_empty() => &e.args[1..],
            _ => return self.invalid(node),
        };
        let nreq = match nreq {
            Node::Literal(Literal::Int64(n)) => u32::try_from(*n).unwrap_or(0),
            _ => return self.invalid(node),
        };
        if values.len() < types.len() {
            return self.invalid(node);
        }
        let mut ir = ForeignCallIr {
            target: Ir::nothing(),
            library: None,
            return_type: self.expand(return_type)?,
            arg_types: self.expand_all(types)?,
            nreq,
            convention: match convention {
                Node::Quote(inner) => (**inner).clone(),
                other => other.clone(),
            },
            args: self.expand_all(&values[..types.len()])?,
            roots: self.expand_all(&values[types.len()..])?,
        };
        self.foreign_target(target, &mut ir)?;
        Ok(Ir::ForeignCall(Box::new(ir)))
    }
}
