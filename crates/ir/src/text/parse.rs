//! Text -> unit.

use super::lex::{Number, Placed, Token, lex};
use crate::op::{
    BinaryOp, BlockCall, Callee, ConvertOp, FloatCc, Inst, IntCc, MemFlags, Op, OverflowOp,
    Terminator, UnaryOp,
};
use crate::signature::{Conv, Ret, Signature, Type};
use crate::unit::{
    Block, BlockId, Ext, External, FuncRef, Function, FunctionKind, Loc, LocData, Sig, StackCheck,
    StackSlot, StackSlotData, Unit, Value,
};
use std::collections::BTreeMap;

/// Why a text is not a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct ParseError {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

type Result<T> = std::result::Result<T, ParseError>;

/// Reads the text form. The result still has to be verified.
pub fn parse(text: &str) -> Result<Unit> {
    let tokens =
        lex(text).map_err(|(message, line, column)| ParseError { line, column, message })?;
    Parser { tokens, at: 0 }.unit()
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, ..)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    /// An error at the token just read.
    fn fail<T>(&self, message: impl Into<String>) -> Result<T> {
        let last = self.tokens.len().saturating_sub(1);
        let (_, line, column) = &self.tokens[self.at.saturating_sub(1).min(last)];
        Err(ParseError { line: *line, column: *column, message: message.into() })
    }

    fn expected<T>(&self, what: &str, found: &Token) -> Result<T> {
        self.fail(format!("expected {what}, found {found}"))
    }

    fn eat(&mut self, punct: &str) -> bool {
        let found = matches!(self.peek(), Token::Punct(p) if *p == punct);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(w) if w == word)
    }

    fn punct(&mut self, punct: &str) -> Result<()> {
        match self.next() {
            Token::Punct(p) if p == punct => Ok(()),
            other => self.expected(&format!("`{punct}`"), &other),
        }
    }

    fn word(&mut self, what: &str) -> Result<String> {
        match self.next() {
            Token::Word(word) => Ok(word),
            other => self.expected(what, &other),
        }
    }

    fn keyword(&mut self, keyword: &str) -> Result<()> {
        match self.next() {
            Token::Word(word) if word == keyword => Ok(()),
            other => self.expected(&format!("`{keyword}`"), &other),
        }
    }

    fn text(&mut self) -> Result<String> {
        match self.next() {
            Token::Text(text) => Ok(text),
            other => self.expected("a string", &other),
        }
    }

    fn bytes(&mut self) -> Result<Vec<u8>> {
        match self.next() {
            Token::Bytes(bytes) => Ok(bytes),
            other => self.expected("bytes", &other),
        }
    }

    fn number(&mut self) -> Result<Number> {
        match self.next() {
            Token::Int(number) => Ok(number),
            other => self.expected("a number", &other),
        }
    }

    fn u64(&mut self) -> Result<u64> {
        let number = self.number()?;
        match u64::try_from(number.magnitude) {
            Ok(value) if !number.negative => Ok(value),
            _ => self.fail("the number does not fit into 64 bits"),
        }
    }

    fn u32(&mut self) -> Result<u32> {
        let value = self.u64()?;
        u32::try_from(value).or_else(|_| self.fail("the number does not fit into 32 bits"))
    }

    /// The number in a word such as `v12`.
    fn index(&mut self, prefix: &str) -> Result<u32> {
        let token = self.next();
        match &token {
            Token::Word(word) => match index(word, prefix) {
                Some(index) => Ok(index),
                None => self.expected(&format!("`{prefix}` with a number"), &token),
            },
            other => self.expected(&format!("`{prefix}` with a number"), other),
        }
    }

    fn has_index(&self, prefix: &str) -> bool {
        matches!(self.peek(), Token::Word(word) if index(word, prefix).is_some())
    }

    fn ty(&mut self) -> Result<Type> {
        let word = self.word("a type")?;
        Type::from_name(&word).map_or_else(|| self.fail(format!("no type `{word}`")), Ok)
    }

    /// `open item, item close`, where `open` has been read.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![];
        if self.eat(")") {
            return Ok(items);
        }
        loop {
            items.push(item(self)?);
            if self.eat(")") {
                return Ok(items);
            }
            self.punct(",")?;
        }
    }

    fn unit(mut self) -> Result<Unit> {
        self.keyword("unit")?;
        let mut unit = Unit { name: self.text()?, ..Unit::default() };
        loop {
            if self.has_index("sig") {
                self.numbered("sig", unit.signatures.len())?;
                unit.signatures.push(self.signature()?);
            } else if self.has_index("ext") {
                self.numbered("ext", unit.externals.len())?;
                unit.externals.push(self.external()?);
            } else if self.has_index("loc") {
                self.numbered("loc", unit.locs.len())?;
                let (method, signature) = (self.text()?, self.u32()?);
                let (file, line) = (self.text()?, self.u32()?);
                let inlined_at =
                    if self.eat_word("at") { Some(Loc(self.index("loc")?)) } else { None };
                unit.locs.push(LocData { method, signature, file, line, inlined_at });
            } else if self.eat_word("function") {
                unit.functions.push(self.function()?);
            } else {
                match self.next() {
                    Token::End => return Ok(unit),
                    other => return self.expected("a table entry or a function", &other),
                }
            }
        }
    }

    /// `sig3 =`, where 3 must be the next number.
    fn numbered(&mut self, prefix: &str, next: usize) -> Result<()> {
        let index = self.index(prefix)?;
        if index as usize != next {
            return self.fail(format!("expected `{prefix}{next}` here"));
        }
        self.punct("=")
    }

    fn signature(&mut self) -> Result<Signature> {
        let word = self.word("a calling convention")?;
        let Some(conv) = Conv::from_name(&word) else {
            return self.fail(format!("no calling convention `{word}`"));
        };
        self.punct("(")?;
        let params = self.list(Self::ty)?;
        self.punct("->")?;
        let word = self.word("a result")?;
        let ret = match word.as_str() {
            "none" => Ret::None,
            "boxed" => Ret::Boxed,
            "aggregate" => Ret::Aggregate { size: self.u32()?, align: self.u32()? },
            "union" => Ret::Union { size: self.u32()?, align: self.u32()? },
            "pair" => Ret::Pair(self.ty()?, self.ty()?),
            name => match Type::from_name(name) {
                Some(ty) => Ret::Value(ty),
                None => return self.fail(format!("no result `{name}`")),
            },
        };
        Ok(Signature { conv, params, ret, throws: self.eat_word("throws") })
    }

    fn external(&mut self) -> Result<External> {
        let kind = self.word("a kind of external")?;
        Ok(match kind.as_str() {
            "type" => External::Type(self.text()?),
            "symbol" => External::Symbol(self.text()?),
            "module" => External::Module(self.text()?),
            "binding" => External::Binding { module: self.text()?, name: self.text()? },
            "global" => External::Global { module: self.text()?, name: self.text()? },
            "instance" => External::Instance(self.text()?),
            "box" => External::Box { ty: self.text()?, bytes: self.bytes()? },
            "literal" => External::Literal { method: self.text()?, index: self.u32()? },
            "bytes" => External::Bytes { align: self.u32()?, bytes: self.bytes()? },
            "cell" => External::Cell { ordinal: self.u32()?, size: self.u32()? },
            "specialization" => {
                External::Specialization { signature: self.text()?, abi: self.signature()? }
            }
            "generic" => External::Generic(self.text()?),
            "methodinstance" => External::MethodInstance(self.text()?),
            "runtime" => External::Runtime(self.text()?),
            "runtime_data" => External::RuntimeData(self.text()?),
            "foreign" => {
                let first = self.text()?;
                match self.peek() {
                    Token::Text(_) => {
                        External::Foreign { library: Some(first), symbol: self.text()? }
                    }
                    _ => External::Foreign { library: None, symbol: first },
                }
            }
            other => return self.fail(format!("no kind of external `{other}`")),
        })
    }

    fn function(&mut self) -> Result<Function> {
        let word = self.word("a kind of function")?;
        let Some(kind) = FunctionKind::from_name(&word) else {
            return self.fail(format!("no kind of function `{word}`"));
        };
        let name = self.text()?;
        let sig = Sig(self.index("sig")?);
        let mut stack_check = None;
        if self.eat_word("stack_check") {
            self.punct("(")?;
            let limit = Ext(self.index("ext")?);
            self.punct(",")?;
            let overflow = Ext(self.index("ext")?);
            self.punct(")")?;
            stack_check = Some(StackCheck { limit, overflow });
        }
        self.punct("{")?;
        let mut stack_slots = vec![];
        while self.has_index("ss") {
            self.numbered("ss", stack_slots.len())?;
            self.keyword("stack")?;
            stack_slots.push(StackSlotData { size: self.u32()?, align: self.u32()? });
        }
        let mut types = BTreeMap::new();
        let mut blocks = vec![];
        while !self.eat("}") {
            let index = self.index("b")?;
            if index as usize != blocks.len() {
                return self.fail(format!("expected `b{}` here", blocks.len()));
            }
            blocks.push(self.block(&mut types)?);
        }
        for (expected, value) in types.keys().enumerate() {
            if *value as usize != expected {
                return self.fail(format!("v{expected} is not defined, but v{value} is"));
            }
        }
        let values = types.into_values().collect();
        Ok(Function { name, kind, sig, stack_check, stack_slots, values, blocks })
    }

    fn block(&mut self, types: &mut BTreeMap<u32, Type>) -> Result<Block> {
        let params = if self.eat("(") { self.list(|p| p.definition(types))? } else { vec![] };
        let cold = self.eat_word("cold");
        self.punct(":")?;
        let mut insts = vec![];
        loop {
            if let Some(term) = self.terminator()? {
                return Ok(Block { params, insts, term, cold });
            }
            insts.push(self.inst(types)?);
        }
    }

    /// `v1: i64`
    fn definition(&mut self, types: &mut BTreeMap<u32, Type>) -> Result<Value> {
        let value = self.index("v")?;
        self.punct(":")?;
        let ty = self.ty()?;
        if types.insert(value, ty).is_some() {
            return self.fail(format!("v{value} is defined twice"));
        }
        Ok(Value(value))
    }

    fn value(&mut self) -> Result<Value> {
        Ok(Value(self.index("v")?))
    }

    fn values<const N: usize>(&mut self) -> Result<[Value; N]> {
        let mut values = [Value(0); N];
        for (index, value) in values.iter_mut().enumerate() {
            if index > 0 {
                self.punct(",")?;
            }
            *value = self.value()?;
        }
        Ok(values)
    }

    fn block_call(&mut self) -> Result<BlockCall> {
        let block = BlockId(self.index("b")?);
        let args = if self.eat("(") { self.list(Self::value)? } else { vec![] };
        Ok(BlockCall { block, args })
    }

    fn unwind(&mut self) -> Result<BlockCall> {
        self.keyword("unwind")?;
        self.block_call()
    }

    fn ext(&mut self) -> Result<Ext> {
        Ok(Ext(self.index("ext")?))
    }

    fn terminator(&mut self) -> Result<Option<Terminator>> {
        let Token::Word(word) = self.peek().clone() else {
            let found = self.next();
            return self.expected("an instruction", &found);
        };
        let name = word.as_str();
        if !matches!(name, "jump" | "br_if" | "switch" | "return" | "throw_return" | "unreachable")
        {
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(match name {
            "jump" => Terminator::Jump(self.block_call()?),
            "br_if" => {
                let cond = self.value()?;
                self.punct(",")?;
                let then = self.block_call()?;
                self.punct(",")?;
                Terminator::BrIf { cond, then, els: self.block_call()? }
            }
            "switch" => {
                let value = self.value()?;
                self.punct(",")?;
                let default = self.block_call()?;
                let mut cases = vec![];
                while self.eat(",") {
                    let bits = self.u64()?;
                    self.punct(":")?;
                    cases.push((bits, self.block_call()?));
                }
                Terminator::Switch { value, cases, default }
            }
            "return" => {
                let mut values = vec![];
                if self.has_index("v") {
                    values.push(self.value()?);
                    while self.eat(",") {
                        values.push(self.value()?);
                    }
                }
                Terminator::Return(values)
            }
            "throw_return" => Terminator::ThrowReturn,
            _ => Terminator::Unreachable,
        }))
    }

    fn inst(&mut self, types: &mut BTreeMap<u32, Type>) -> Result<Inst> {
        let mut results = vec![];
        let mut result_type = None;
        if self.has_index("v") {
            loop {
                let value = self.definition(types)?;
                result_type = result_type.or(types.get(&value.0).copied());
                results.push(value);
                if !self.eat(",") {
                    break;
                }
            }
            self.punct("=")?;
        }
        let op = self.op(result_type)?;
        let loc = if self.eat("@") { Some(Loc(self.index("loc")?)) } else { None };
        Ok(Inst { op, results, loc })
    }

    fn op(&mut self, result: Option<Type>) -> Result<Op> {
        let name = self.word("an instruction")?;
        if let Some(op) = UnaryOp::from_name(&name) {
            return Ok(Op::Unary { op, arg: self.value()? });
        }
        if let Some(op) = BinaryOp::from_name(&name) {
            return Ok(Op::Binary { op, args: self.values()? });
        }
        if let Some(op) = OverflowOp::from_name(&name) {
            return Ok(Op::Overflow { op, args: self.values()? });
        }
        if let Some(op) = ConvertOp::from_name(&name) {
            return Ok(Op::Convert { op, arg: self.value()? });
        }
        Ok(match name.as_str() {
            "iconst" => Op::Iconst(self.int_bits(result)?),
            "fconst" => Op::Fconst(self.u64()?),
            "fma" => Op::Fma { args: self.values()? },
            "icmp" => {
                let word = self.word("a comparison")?;
                let Some(cc) = IntCc::from_name(&word) else {
                    return self.fail(format!("no comparison `{word}`"));
                };
                Op::Icmp { cc, args: self.values()? }
            }
            "fcmp" => {
                let word = self.word("a comparison")?;
                let Some(cc) = FloatCc::from_name(&word) else {
                    return self.fail(format!("no comparison `{word}`"));
                };
                Op::Fcmp { cc, args: self.values()? }
            }
            "select" => {
                let [cond, a, b] = self.values()?;
                Op::Select { cond, args: [a, b] }
            }
            "load" => {
                let flags = self.flags();
                let (base, offset) = self.address()?;
                Op::Load { base, offset, flags }
            }
            "store" => {
                let flags = self.flags();
                let value = self.value()?;
                self.punct(",")?;
                let (base, offset) = self.address()?;
                Op::Store { value, base, offset, flags }
            }
            "stack_addr" => {
                let slot = StackSlot(self.index("ss")?);
                self.punct("+")?;
                Op::StackAddr { slot, offset: self.u32()? }
            }
            "ref" => Op::Ref { ext: self.ext()? },
            "func_addr" => Op::FuncAddr { func: FuncRef(self.index("fn")?) },
            "mem_copy" => {
                let [dst, src, len] = self.values()?;
                self.keyword("align")?;
                Op::MemCopy { dst, src, len, align: self.u32()? }
            }
            "mem_move" => {
                let [dst, src, len] = self.values()?;
                Op::MemMove { dst, src, len }
            }
            "mem_set" => {
                let [dst, byte, len] = self.values()?;
                Op::MemSet { dst, byte, len }
            }
            "call" => self.call()?,
            "safepoint" => {
                let flag = self.ext()?;
                self.punct(",")?;
                Op::Safepoint { flag, slow: self.ext()?, unwind: self.unwind()? }
            }
            "alloc" => {
                let size = self.u32()?;
                self.punct(",")?;
                let ty = self.value()?;
                self.punct(",")?;
                Op::Alloc { size, ty, slow: self.ext()?, unwind: self.unwind()? }
            }
            other => return self.fail(format!("no instruction `{other}`")),
        })
    }

    fn call(&mut self) -> Result<Op> {
        let callee = if self.has_index("ext") {
            Callee::Ext(self.ext()?)
        } else if self.has_index("fn") {
            Callee::Func(FuncRef(self.index("fn")?))
        } else {
            Callee::Value(self.value()?)
        };
        self.punct("(")?;
        let args = self.list(Self::value)?;
        let sig = Sig(self.index("sig")?);
        let unwind = if self.is_word("unwind") { Some(self.unwind()?) } else { None };
        Ok(Op::Call { callee, sig, args, unwind })
    }

    /// An integer constant must fit the type, signed or unsigned.
    fn int_bits(&mut self, result: Option<Type>) -> Result<u128> {
        let number = self.number()?;
        let Some(ty) = result.filter(|ty| ty.is_int()) else {
            return self.fail("the result of `iconst` is an integer");
        };
        let mask = u128::MAX >> (128 - ty.bits());
        let fits = if number.negative {
            number.magnitude <= mask / 2 + 1
        } else {
            number.magnitude <= mask
        };
        if !fits {
            return self.fail(format!("the number does not fit into {ty}"));
        }
        let bits = if number.negative { number.magnitude.wrapping_neg() } else { number.magnitude };
        Ok(bits & mask)
    }

    fn flags(&mut self) -> MemFlags {
        MemFlags {
            aligned: self.eat_word("aligned"),
            notrap: self.eat_word("notrap"),
            readonly: self.eat_word("readonly"),
        }
    }

    /// `v1 + 8`, `v1 + -8`
    fn address(&mut self) -> Result<(Value, i32)> {
        let base = self.value()?;
        self.punct("+")?;
        let number = self.number()?;
        let magnitude = i128::try_from(number.magnitude).unwrap_or(i128::MAX);
        let offset = if number.negative { -magnitude } else { magnitude };
        match i32::try_from(offset) {
            Ok(offset) => Ok((base, offset)),
            Err(_) => self.fail("the offset does not fit into 32 bits"),
        }
    }
}

/// The number in `word` after `prefix`, written without superfluous zeros.
fn index(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    let plain = digits == "0" || !digits.starts_with('0');
    let index = digits.chars().all(|c| c.is_ascii_digit()).then(|| digits.parse().ok())?;
    index.filter(|_| plain)
}
