//! Definitions: functions and macros, types, modules, imports and exports.

use super::keywords::Statements;
use super::operators::is_eventually_call;
use super::{Args, At, Parsed, Parser, Res, Shape};
use crate::ast::{Literal, Node};
use crate::error::IncompleteTag;
use crate::token::{Kind, Level};
use crate::unicode;

/// What stands between the word `function` or `macro` and the body.
struct Signature {
    node: Parsed,
    /// `function f end` has none.
    has_body: bool,
}

/// Is this an infix declaration or `where` of a call, or a call?
fn is_signature(parsed: &Parsed) -> bool {
    match &parsed.node {
        Node::Expr(e) if e.head == "::" => e.args.len() == 2 && is_eventually_call(&parsed.node),
        node => is_eventually_call(node),
    }
}

impl Parser<'_> {
    pub(super) fn function(&mut self, at: At, word: Kind) -> Res<Parsed> {
        let head = if word == Kind::Function { "function" } else { "macro" };
        self.bump()?;
        self.bump_trivia();
        let signature = if word == Kind::Function {
            self.function_signature()?
        } else {
            self.macro_signature()?
        };
        if !signature.has_body {
            self.bump_past_newlines()?;
            return self.expr(head, Args::of([signature.node]), at, Shape::Form);
        }
        let mut name = signature.node;
        // `function (xs...)` is no tuple.
        if word == Kind::Function
            && let Node::Expr(tuple) = &mut name.node
            && tuple.head == "tuple"
            && let [Node::Expr(only)] = &tuple.args[..]
            && only.head == "..."
            && let Some(only) = tuple.args.pop()
        {
            name.node = only;
        }
        let body = self.block(Statements::Plain)?;
        self.close_end()?;
        let body = self.body_with_line(body, at)?;
        self.expr(head, Args::of([name, body]), at, Shape::Form)
    }

    fn macro_signature(&mut self) -> Res<Signature> {
        let name = self.unary_prefix()?;
        if let Shape::Name(kind) = name.shape
            && kind.is_initial_reserved_word()
        {
            return Err(self.error("invalid macro name", name.at.start, name.end));
        }
        self.signature_rest(name, true, false, "macro")
    }

    fn function_signature(&mut self) -> Res<Signature> {
        if self.peek_kind() != Kind::LeftParen {
            let name = self.unary_prefix()?;
            return self.function_rest(name, true, false);
        }
        // A name in parentheses, the arguments of an anonymous function, or a whole signature.
        let at = self.here();
        self.bump()?;
        let is_empty = self.peek_past_newlines().kind == Kind::RightParen;
        let inside = self.bracketed(Kind::RightParen, ")", Vec::new())?;
        let is_signature = inside.last().is_some_and(is_signature);
        let is_called = matches!(self.peek_kind(), Kind::LeftParen | Kind::Dot);
        if !is_called && !is_signature {
            let name = self.expr("tuple", inside.into_tuple(), at, Shape::Other)?;
            return self.signature_tail(name, true);
        }
        let name = if is_empty {
            self.expr("tuple", Args::new(), at, Shape::Other)?
        } else if inside.count == 1 && inside.groups.is_empty() {
            self.in_parens(inside, at)?
        } else {
            self.expr("block", inside.into_flat(), at, Shape::Other)?
        };
        self.function_rest(name, is_called, is_signature)
    }

    fn function_rest(&mut self, name: Parsed, needs_call: bool, has_call: bool) -> Res<Signature> {
        if let Shape::Name(kind) = name.shape
            && kind.is_reserved_word()
            && !name.parens
        {
            return Err(self.error("invalid function name", name.at.start, name.end));
        }
        self.signature_rest(name, needs_call, has_call, "function")
    }

    /// The argument list, unless there is none, and what may follow it.
    fn signature_rest(
        &mut self,
        mut name: Parsed,
        needs_call: bool,
        has_call: bool,
        what: &str,
    ) -> Res<Signature> {
        if !has_call && self.peek_past_newlines().kind == Kind::End {
            return Ok(Signature { node: name, has_body: false });
        }
        if needs_call {
            name = self.call_chain(name, false)?;
            if name.shape != Shape::Call {
                let message = format!("Invalid signature in {what} definition");
                return Err(self.error(message, name.at.start, name.end));
            }
        }
        self.signature_tail(name, what == "function")
    }

    /// `::T where S` behind a signature.
    fn signature_tail(&mut self, mut name: Parsed, is_function: bool) -> Res<Signature> {
        let at = name.at;
        if is_function && self.peek_kind() == Kind::Declare {
            self.bump()?;
            let result = self.call()?;
            name = self.expr("::", Args::of([name, result]), at, Shape::SyntacticUnary)?;
        }
        if self.peek_kind() == Kind::Where {
            name = self.where_chain(name)?;
        }
        Ok(Signature { node: name, has_body: true })
    }

    // Types.

    /// `A <: B` in the head of a type definition.
    fn type_head(&mut self) -> Res<Parsed> {
        let token = self.peek_past_newlines();
        if token.kind.is_reserved_word() {
            let message = format!("Invalid type name `{}`", self.slice(token));
            return Err(self.error(message, token.start, token.end));
        }
        self.level(Level::Comparison)
    }

    fn close_type(&mut self) -> Res<()> {
        while matches!(self.peek_kind(), Kind::Semicolon | Kind::Newline) {
            self.bump()?;
        }
        self.close_end()
    }

    pub(super) fn abstract_type(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        self.bump()?;
        let head = self.type_head()?;
        self.close_type()?;
        self.expr("abstract", Args::of([head]), at, Shape::Form)
    }

    pub(super) fn primitive_type(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        self.bump()?;
        let context = self.normal_space_context();
        let (head, bits) = self.within(context, |p| {
            let head = p.type_head()?;
            Ok((head, p.level(Level::Conditional)?))
        })?;
        self.close_type()?;
        self.expr("primitive", Args::of([head, bits]), at, Shape::Form)
    }

    pub(super) fn struct_type(&mut self, at: At, word: Kind) -> Res<Parsed> {
        let mutable = word == Kind::Mutable;
        if mutable {
            self.bump()?;
        }
        self.bump()?;
        let head = self.type_head()?;
        let fields = self.block(Statements::Fields)?;
        self.close_end()?;
        let mut args = Args::new();
        args.push_node(Node::Literal(Literal::Bool(mutable)));
        args.push(head);
        args.push(fields);
        self.expr("struct", args, at, Shape::Form)
    }

    // Modules.

    pub(super) fn module(&mut self, at: At, word: Kind) -> Res<Parsed> {
        self.bump()?;
        let next = self.peek();
        if next.kind.is_reserved_word() {
            return Err(self.error("Invalid module name", next.start, next.end));
        }
        let name = self.unary_prefix()?;
        let body = self.block(Statements::Documented)?;
        self.close_end()?;
        let body = self.body_with_line(body, at)?;
        let mut args = Args::new();
        args.push_node(Node::Literal(Literal::Bool(word == Kind::Module)));
        args.push(name);
        args.push(body);
        self.expr("module", args, at, Shape::Form)
    }

    pub(super) fn export(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        let args = self.comma_separated(|p| p.exported_name(false))?;
        self.expr("export", args, at, Shape::Form)
    }

    /// A name, a macro's name, or an interpolated one.
    fn exported_name(&mut self, allow_quotes: bool) -> Res<Parsed> {
        self.bump_trivia();
        if self.peek_kind() == Kind::At {
            let at = self.here();
            self.bump()?;
            let mut name = self.macro_name()?;
            self.name_macro(&mut name)?;
            name.at = at;
            return Ok(name);
        }
        let mut name = self.unary_prefix()?;
        if allow_quotes
            && name.shape == Shape::Quoted
            && let Node::Quote(inner) = name.node
        {
            name.node = *inner;
            name.shape = Shape::VarName;
        }
        if matches!(name.shape, Shape::Name(_) | Shape::VarName | Shape::Operator | Shape::Dollar) {
            return Ok(name);
        }
        Err(self.error("expected identifier", name.at.start, name.end))
    }

    pub(super) fn imports(&mut self, at: At, word: Kind) -> Res<Parsed> {
        let head = if word == Kind::Import { "import" } else { "using" };
        self.bump()?;
        let (first, renamed) = self.import(word, false)?;
        let first_at = first.at;
        let token = self.peek();
        let mut args = Args::of([first]);
        if token.kind == Kind::Colon && !token.spaced {
            self.bump()?;
            if renamed {
                let message = "`as` before `:` in import/using";
                return Err(self.error(message, first_at.start, token.start));
            }
            let names = self.comma_separated(|p| Ok(p.import(word, true)?.0))?;
            args.depth = args.depth.max(names.depth);
            args.nodes.extend(names.nodes);
            let list = self.expr(":", args, first_at, Shape::Other)?;
            args = Args::of([list]);
        } else if token.kind == Kind::Comma {
            self.bump()?;
            let paths = self.comma_separated(|p| Ok(p.import(word, false)?.0))?;
            args.depth = args.depth.max(paths.depth);
            args.nodes.extend(paths.nodes);
        }
        let after = self.peek();
        if after.kind == Kind::Colon
            && args.nodes.len() + usize::from(token.kind == Kind::Colon) > 1
        {
            let message = "`:` can only be used when importing a single module. \
                           Split imports into multiple lines";
            return Err(self.error(message, after.start, after.end));
        }
        self.expr(head, args, at, Shape::Form)
    }

    /// A path, renamed or not; and whether it is.
    fn import(&mut self, word: Kind, after_colon: bool) -> Res<(Parsed, bool)> {
        let path = self.import_path()?;
        if self.peek_kind() != Kind::As {
            return Ok((path, false));
        }
        let at = path.at;
        self.bump()?;
        let name = self.exported_name(true)?;
        let renamed = self.expr("as", Args::of([path, name]), at, Shape::Other)?;
        if word == Kind::Using && !after_colon {
            let message = "`using` with `as` renaming requires a `:` and context module";
            return Err(self.error(message, renamed.at.start, renamed.end));
        }
        Ok((renamed, true))
    }

    /// `..A.B.c`, as `Expr(:., …)` with one `:.` for each leading dot.
    fn import_path(&mut self) -> Res<Parsed> {
        self.bump_trivia();
        let at = self.here();
        let mut args = Args::new();
        loop {
            let dots = match self.peek_kind() {
                Kind::Dot => 1,
                Kind::DotDot => 2,
                Kind::Splat => 3,
                _ => break,
            };
            self.bump()?;
            for _ in 0..dots {
                args.push_node(Node::symbol("."));
            }
        }
        if self.peek().dotted {
            args.push_node(Node::symbol("."));
            args.push_node(self.undotted_operator()?);
        } else {
            args.push(self.exported_name(true)?);
        }
        loop {
            let token = self.peek();
            if token.kind == Kind::Dot {
                self.no_space_before()?;
                self.bump()?;
                args.push(self.exported_name(true)?);
            } else if token.dotted {
                args.push_node(self.undotted_operator()?);
            } else if token.kind == Kind::Splat {
                // A dot, and the operator `..`.
                self.bump()?;
                args.push_node(Node::symbol(".."));
            } else {
                break;
            }
        }
        if args.nodes.is_empty() {
            return Err(self.unexpected("expected identifier", IncompleteTag::Other));
        }
        self.expr(".", args, at, Shape::Other)
    }

    /// In a path the dot of an operator belongs to the path.
    fn undotted_operator(&mut self) -> Res<Node> {
        let token = self.bump()?;
        let text = self.slice(token);
        Ok(Node::symbol(&unicode::normalize(text.strip_prefix('.').unwrap_or(text))))
    }
}
