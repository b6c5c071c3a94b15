//! Statements, docstrings, and the constructs of reserved words: blocks and control flow.

use super::{Args, At, Context, NORMAL, Parsed, Parser, Res, Shape};
use crate::ast::{Literal, ModuleRef, Node, Sym};
use crate::error::IncompleteTag;
use crate::token::{Kind, Level};

/// What the statements of a block may be.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Statements {
    Plain,
    /// A string before a statement documents it.
    Documented,
    /// Fields of a type, which may be `const`.
    Fields,
}

impl Parser<'_> {
    /// Statements with `;` between, to the end of the line.
    pub(super) fn statements(&mut self) -> Res<Parsed> {
        let lead = self.consumed;
        self.bump_trivia();
        let at = At { lead, start: self.consumed };
        let mut statements = Vec::new();
        let mut semicolons = 0;
        if self.peek_kind() != Kind::Semicolon {
            statements.push(self.documented()?);
        }
        while self.peek_kind() == Kind::Semicolon {
            self.bump()?;
            semicolons += 1;
            match self.peek_kind() {
                Kind::EndOfInput | Kind::Newline => break,
                Kind::Semicolon => {}
                _ => statements.push(self.documented()?),
            }
        }
        let next = self.peek();
        if !matches!(next.kind, Kind::EndOfInput | Kind::Newline) {
            if let Kind::Bad(_) = next.kind {
                return Err(self.bad_token(next));
            }
            // All up to the end of the line is one too much.
            let line = self.text.get(next.start as usize..).unwrap_or("");
            let line = line.split(['\n', '#']).next().unwrap_or("").trim_end();
            let end = next.end.max(next.start + line.len() as u32);
            let message = "extra tokens after end of expression";
            return Err(self.error(message, self.consumed, end));
        }
        match statements.pop() {
            Some(only) if semicolons == 0 => Ok(only),
            last => {
                let args: Args = statements.into_iter().chain(last).collect();
                self.expr("toplevel", args, at, Shape::Other)
            }
        }
    }

    /// A statement, with a docstring before it or without.
    fn documented(&mut self) -> Res<Parsed> {
        let lead = self.consumed;
        let text = self.equation()?;
        if text.shape != Shape::Str {
            return Ok(text);
        }
        let next = self.peek_kind();
        if self.is_closing(next) {
            return Ok(text);
        }
        if next == Kind::Newline {
            let after = self.peek2().kind;
            if self.is_closing(after) || after == Kind::Newline {
                return Ok(text);
            }
            self.bump()?;
        }
        let at = At { lead, start: text.at.start };
        let mut args = Args::new();
        args.push_node(Node::GlobalRef(ModuleRef::Core, Sym::new("@doc")));
        args.push_node(self.line_at(lead));
        args.push(text);
        args.push(self.equation()?);
        self.expr("macrocall", args, at, Shape::Other)
    }

    /// `Expr(:block, line, statement, ...)` up to the word that ends it.
    pub(super) fn block(&mut self, statements: Statements) -> Res<Parsed> {
        let lead = self.consumed;
        self.block_from(statements, lead)
    }

    /// The same; an empty block has the line of `lead`.
    fn block_from(&mut self, statements: Statements, lead: u32) -> Res<Parsed> {
        self.bump_trivia();
        let mut at = At { lead, start: self.consumed };
        let mut args = Args::new();
        let mut end = self.consumed;
        let ends = |kind: Kind| kind.is_block_continuation();
        let mut next = self.peek_kind();
        if !ends(next) && next != Kind::EndOfInput {
            if !matches!(next, Kind::Newline | Kind::Semicolon) {
                self.block_statement(statements, &mut args)?;
                end = self.consumed;
            }
            while matches!(self.peek_kind(), Kind::Newline | Kind::Semicolon) {
                self.bump()?;
                next = self.peek_kind();
                if next == Kind::EndOfInput || ends(next) {
                    break;
                }
                if matches!(next, Kind::Newline | Kind::Semicolon) {
                    continue;
                }
                self.block_statement(statements, &mut args)?;
                end = self.consumed;
            }
        }
        if args.nodes.is_empty() {
            args.push_node(self.line_at(lead));
            at.start = end;
        }
        let mut block = self.expr("block", args, at, Shape::Form)?;
        // Line ends behind the last statement are no part of the block's text.
        if let Node::Expr(e) = &mut block.node {
            e.span.end = end.max(e.span.start);
        }
        Ok(block)
    }

    fn block_statement(&mut self, statements: Statements, args: &mut Args) -> Res<()> {
        let statement = match statements {
            Statements::Plain => self.equation()?,
            Statements::Documented => self.documented()?,
            Statements::Fields => self.struct_field()?,
        };
        args.push_node(self.line_at(statement.at.lead));
        args.push(statement);
        Ok(())
    }

    fn struct_field(&mut self) -> Res<Parsed> {
        if self.peek_kind() != Kind::Const {
            return self.equation();
        }
        let at = self.here();
        self.bump()?;
        let field = self.equation()?;
        self.expr("const", Args::of([field]), at, Shape::Form)
    }

    /// Things with commas between.
    pub(super) fn comma_separated(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Res<Parsed>,
    ) -> Res<Args> {
        let mut args = Args::of([item(self)?]);
        while self.peek_kind() == Kind::Comma {
            self.bump()?;
            args.push(item(self)?);
        }
        Ok(args)
    }

    /// A construct that begins with a reserved word.
    pub(super) fn keyword_form(&mut self) -> Res<Parsed> {
        self.within(NORMAL, |p| {
            p.bump_trivia();
            let at = p.here();
            let word = p.peek();
            match word.kind {
                Kind::Begin | Kind::Quote => p.begin(word.kind, at),
                Kind::While => p.while_loop(at),
                Kind::For => p.for_loop(at),
                Kind::Let => p.let_block(at),
                Kind::If => p.conditional_block(at, "if"),
                Kind::Global | Kind::Local => p.scope_declaration(at, word.kind),
                Kind::Const => p.const_declaration(at),
                Kind::Function | Kind::Macro => p.function(at, word.kind),
                Kind::Abstract => p.abstract_type(at),
                Kind::Struct | Kind::Mutable => p.struct_type(at, word.kind),
                Kind::Primitive => p.primitive_type(at),
                Kind::Try => p.try_block(at),
                Kind::Return => p.return_statement(at),
                Kind::Break | Kind::Continue => p.jump(at),
                Kind::Module | Kind::Baremodule => p.module(at, word.kind),
                Kind::Export => p.export(at),
                Kind::Import | Kind::Using => p.imports(at, word.kind),
                _ => {
                    let message = format!("invalid `{}` syntax", p.slice(word));
                    Err(p.unexpected_token(message, word))
                }
            }
        })
    }

    fn begin(&mut self, word: Kind, at: At) -> Res<Parsed> {
        self.bump()?;
        let mut block = self.block_from(Statements::Documented, at.lead)?;
        self.close_end()?;
        block.at = at;
        block.end = self.consumed;
        if let Node::Expr(e) = &mut block.node {
            e.span = crate::ast::Span { start: at.start, end: self.consumed };
        }
        if word == Kind::Quote {
            return self.expr("quote", Args::of([block]), at, Shape::Form);
        }
        Ok(block)
    }

    fn while_loop(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        let condition = self.level(Level::Conditional)?;
        let body = self.block(Statements::Plain)?;
        let body = self.close_loop(body)?;
        self.expr("while", Args::of([condition, body]), at, Shape::Form)
    }

    fn for_loop(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        let specs_at = self.here();
        let mut specs = self.iteration_specs()?;
        let iteration = if specs.len() == 1 {
            specs.remove(0)
        } else {
            self.expr("block", specs.into_iter().collect(), specs_at, Shape::Other)?
        };
        let body = self.block(Statements::Plain)?;
        let body = self.close_loop(body)?;
        self.expr("for", Args::of([iteration, body]), at, Shape::Form)
    }

    /// The `end` of a loop, whose line is the last thing in the body.
    fn close_loop(&mut self, mut body: Parsed) -> Res<Parsed> {
        self.close_end()?;
        let line = self.line_at(self.consumed.saturating_sub(1));
        if let Node::Expr(e) = &mut body.node {
            e.args.push(line);
        }
        Ok(body)
    }

    fn let_block(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        let bindings_at = self.here();
        let mut bindings = Args::new();
        match self.peek_kind() {
            Kind::Newline | Kind::Semicolon => {}
            Kind::EndOfInput => {
                return Err(self.incomplete("premature end of input", IncompleteTag::Block));
            }
            _ => bindings = self.comma_separated(|p| p.argument())?,
        }
        let alone = match &bindings.nodes[..] {
            [Node::Symbol(_)] => true,
            [Node::Expr(e)] => e.head == "=" || e.head == "::",
            _ => false,
        };
        let mut bindings = self.expr("block", bindings, bindings_at, Shape::Other)?;
        if alone
            && let Node::Expr(e) = &mut bindings.node
            && let Some(only) = e.args.pop()
        {
            bindings.node = only;
        }
        match self.peek_kind() {
            Kind::Newline | Kind::Semicolon => {
                self.bump()?;
            }
            Kind::End => {}
            _ => {
                let message = "let variables should end in `;` or newline";
                return Err(self.unexpected(message, IncompleteTag::Block));
            }
        }
        let body = self.block(Statements::Plain)?;
        self.close_end()?;
        self.expr("let", Args::of([bindings, body]), at, Shape::Form)
    }

    /// `if … elseif … else … end`, or the part from an `elseif` on, without the `end`.
    fn conditional_block(&mut self, at: At, head: &str) -> Res<Parsed> {
        self.bump()?;
        let next = self.peek();
        if matches!(next.kind, Kind::Newline | Kind::End) {
            let message = format!("missing condition in `{head}`");
            return Err(self.unexpected(message, IncompleteTag::Other));
        }
        let mut condition = self.level(Level::Conditional)?;
        if head == "elseif" {
            let condition_at = condition.at;
            let mut args = Args::new();
            args.push_node(self.line_at(at.lead));
            condition = self.expr("block", args.with(condition), condition_at, Shape::Other)?;
        }
        let body = self.block(Statements::Plain)?;
        let mut args = Args::of([condition, body]);
        self.bump_trivia();
        match self.peek_kind() {
            Kind::Elseif => {
                let at = self.here();
                args.push(self.nested(|p| p.conditional_block(at, "elseif"))?);
            }
            Kind::Else => {
                let word = self.bump()?;
                let next = self.peek();
                if next.kind == Kind::If {
                    let message = "use `elseif` instead of `else if`";
                    return Err(self.error(message, word.start, next.end));
                }
                args.push(self.block(Statements::Plain)?);
            }
            _ => {}
        }
        if head == "if" {
            self.close_end()?;
        }
        self.expr(head, args, at, Shape::Form)
    }

    /// The variables of `global`, `local` and `const`, and whether they are assigned to.
    fn declared(&mut self) -> Res<(Args, bool)> {
        let lead = self.consumed;
        let (mut parts, commas) = self.comma_list()?;
        let token = self.peek();
        if !token.kind.is_assignment() {
            return Ok((parts.into_iter().collect(), false));
        }
        let at = At { lead, start: parts.first().map_or(lead, |p| p.at.start) };
        let left = match parts.pop() {
            Some(only) if commas == 0 => only,
            last => {
                let args = parts.into_iter().chain(last).collect();
                self.expr("tuple", args, at, Shape::Other)?
            }
        };
        let assignment = self.assignment_rest(left, lead, true)?;
        Ok((Args::of([assignment]), token.kind == Kind::Equal && !token.dotted))
    }

    fn scope_declaration(&mut self, at: At, word: Kind) -> Res<Parsed> {
        let head = if word == Kind::Global { "global" } else { "local" };
        self.bump()?;
        if self.peek_kind() == Kind::Const {
            self.bump()?;
            return self.const_in_scope(at, Some(head));
        }
        let (mut args, _) = self.declared()?;
        // `global (x, y)` is `global x, y`.
        if let [Node::Expr(e)] = &mut args.nodes[..]
            && e.head == "tuple"
        {
            args.nodes = std::mem::take(&mut e.args);
        }
        self.expr(head, args, at, Shape::Form)
    }

    fn const_declaration(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        let head = match self.peek_kind() {
            Kind::Global => Some("global"),
            Kind::Local => Some("local"),
            _ => None,
        };
        if head.is_some() {
            self.bump()?;
        }
        self.const_in_scope(at, head)
    }

    fn const_in_scope(&mut self, at: At, scope: Option<&str>) -> Res<Parsed> {
        let (mut args, assigned) = self.declared()?;
        if !assigned {
            let message = "expected assignment after `const`";
            return Err(self.error(message, at.start, self.consumed));
        }
        if let Some(head) = scope {
            let inner = self.expr(head, args, at, Shape::Form)?;
            args = Args::of([inner]);
        }
        self.expr("const", args, at, Shape::Form)
    }

    fn return_statement(&mut self, at: At) -> Res<Parsed> {
        self.bump()?;
        let next = self.peek_kind();
        let mut args = Args::new();
        if next == Kind::Newline || self.is_closing(next) {
            args.push_node(Node::nothing());
        } else {
            args.push(self.equation()?);
        }
        self.expr("return", args, at, Shape::Form)
    }

    fn jump(&mut self, at: At) -> Res<Parsed> {
        let word = self.bump()?;
        let next = self.peek();
        if !matches!(
            next.kind,
            Kind::Newline
                | Kind::Semicolon
                | Kind::RightParen
                | Kind::Colon
                | Kind::EndOfInput
                | Kind::End
        ) {
            let message = format!("unexpected token after {}", self.slice(word));
            return Err(self.unexpected_token(message, next));
        }
        self.expr(self.slice(word), Args::new(), at, Shape::Form)
    }

    fn try_block(&mut self, at: At) -> Res<Parsed> {
        let no = || Node::Literal(Literal::Bool(false));
        let word = self.bump()?;
        let body = self.block(Statements::Plain)?;
        let mut catch = None;
        let (mut otherwise, mut finally) = (None, None);
        self.bump_trivia();
        if self.peek_kind() == Kind::Catch {
            catch = Some(self.catch()?);
        }
        self.bump_trivia();
        if self.peek_kind() == Kind::Else {
            let word = self.bump()?;
            otherwise = Some(self.block(Statements::Plain)?);
            if catch.is_none() {
                let message = "Expected `catch` before `else`";
                return Err(self.error(message, word.start, word.end));
            }
        }
        self.bump_trivia();
        if self.peek_kind() == Kind::Finally {
            self.bump()?;
            finally = Some(self.block(Statements::Plain)?);
        }
        self.bump_trivia();
        if catch.is_none() && self.peek_kind() == Kind::Catch {
            // Allowed, though the blocks run in the other order.
            catch = Some(self.catch()?);
        }
        if catch.is_none() && finally.is_none() {
            let message = "try without catch or finally";
            if self.peek_kind() == Kind::EndOfInput {
                return Err(self.incomplete(message, IncompleteTag::Block));
            }
            let end = self.peek().end;
            return Err(self.error(message, word.start, end));
        }
        self.close_end()?;
        let mut args = Args::of([body]);
        match catch {
            Some((variable, block)) => {
                match variable {
                    Some(variable) => args.push(variable),
                    None => args.push_node(no()),
                }
                args.push(block);
            }
            None => {
                args.push_node(no());
                args.push_node(no());
            }
        }
        match finally {
            Some(block) => args.push(block),
            None if otherwise.is_some() => args.push_node(no()),
            None => {}
        }
        if let Some(block) = otherwise {
            args.push(block);
        }
        self.expr("try", args, at, Shape::Form)
    }

    /// `catch e …`: the variable, if there is one, and the block.
    fn catch(&mut self) -> Res<(Option<Parsed>, Parsed)> {
        self.bump()?;
        let next = self.peek_kind();
        let mut variable = None;
        if !(matches!(next, Kind::Newline | Kind::Semicolon) || self.is_closing(next)) {
            let name = self.argument()?;
            if !matches!(name.shape, Shape::Name(_) | Shape::VarName | Shape::Dollar) {
                let message = "a variable name is expected after `catch`";
                return Err(self.error(message, name.at.start, name.end));
            }
            variable = Some(name);
        }
        let block = self.block(Statements::Plain)?;
        Ok((variable, block))
    }

    /// The context of the normal grammar in which space separates.
    pub(super) fn normal_space_context(&self) -> Context {
        Context { space_sensitive: true, ..NORMAL }
    }
}
