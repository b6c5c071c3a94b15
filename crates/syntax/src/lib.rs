//! Source text of Julia 1.10 to [`ast::Node`] trees of the shape of Julia's `Expr`.

pub mod ast;
