//! The ways from one shape to another: boxing, unboxing, members of unions.

use pkgimage_ir::{BlockId, External, IntCc, MemFlags, Ret, Signature, Type, Value as Ir};
use pkgimage_runtime::known::known;
use pkgimage_runtime::native;
use pkgimage_runtime::object::DataType;
use pkgimage_runtime::value::{Gc, Value};

use super::shape::{Held, Shape, leaves};
use super::{Emitter, Referent, Result, names, refuse};

impl Held {
    /// A constant.
    pub fn ghost(value: Value) -> Held {
        Held { shape: Shape::Ghost(value, None), values: vec![] }
    }

    /// A reference.
    pub fn boxed(value: Ir) -> Held {
        Held { shape: Shape::Boxed, values: vec![value] }
    }

    /// A scalar of a primitive type.
    pub fn scalar(ty: Gc<DataType>, value: Ir) -> Held {
        Held { shape: Shape::Flat(ty), values: vec![value] }
    }

    /// The object, if it is a constant.
    pub fn constant(&self) -> Option<Value> {
        match self.shape {
            Shape::Ghost(v, _) => Some(v),
            _ => None,
        }
    }
}

impl Emitter<'_, '_> {
    /// The external that names a constant.
    pub(super) fn name_of(&mut self, value: Value, hint: Option<&External>) -> External {
        let external = names::external_of(value)
            .or_else(|| hint.cloned())
            .or_else(|| self.named.get(&value).cloned());
        let external = external.unwrap_or_else(|| {
            // A constant that inference found behind others: it has a number in this unit only.
            let index = self.referents.len() as u32;
            External::Literal { method: format!("unit {}", self.b.unit.name()), index }
        });
        self.named.entry(value).or_insert_with(|| external.clone());
        self.referents.entry(external.clone()).or_insert(Referent::Object(value));
        external
    }

    /// A reference to a constant.
    pub(super) fn constant(&mut self, value: Value, hint: Option<&External>) -> Ir {
        let external = self.name_of(value, hint);
        self.b.reference(external)
    }

    /// A reference to a type.
    pub(super) fn type_ref(&mut self, ty: Gc<DataType>) -> Ir {
        self.constant(ty.value(), None)
    }

    /// The header of an object: its type.
    pub(super) fn header(&mut self, object: Ir) -> Ir {
        self.b.load(Type::I64, object, -8, MemFlags::READONLY)
    }

    /// Calls a function of the runtime that cannot throw.
    pub(super) fn runtime(&mut self, name: &str, args: &[Ir], result: Option<Type>) -> Option<Ir> {
        let params: Vec<Type> = args.iter().map(|&a| self.b.type_of(a)).collect();
        let ret = result.map_or(Ret::None, Ret::Value);
        let external = External::Runtime(name.to_owned());
        self.b.call_ext(external, Signature::c(&params, ret), args, None).first().copied()
    }

    /// Calls a function of the runtime that gives a reference or throws.
    pub(super) fn runtime_boxed(&mut self, name: &str, args: &[Ir]) -> Result<Held> {
        let params: Vec<Type> = args.iter().map(|&a| self.b.type_of(a)).collect();
        let unwind = self.unwind()?;
        let external = External::Runtime(name.to_owned());
        let signature = Signature::c(&params, Ret::Boxed).throwing();
        Ok(Held::boxed(self.b.call_ext(external, signature, args, Some(unwind))[0]))
    }

    /// Calls a function of the runtime that gives nothing or throws.
    pub(super) fn runtime_status(&mut self, name: &str, args: &[Ir]) -> Result<()> {
        let params: Vec<Type> = args.iter().map(|&a| self.b.type_of(a)).collect();
        let unwind = self.unwind()?;
        let external = External::Runtime(name.to_owned());
        let signature = Signature::c(&params, Ret::None).throwing();
        self.b.call_ext(external, signature, args, Some(unwind));
        Ok(())
    }

    /// A new object with an undefined payload (zero).
    pub(super) fn allocate(&mut self, ty: Gc<DataType>) -> Result<Ir> {
        let unwind = self.unwind()?;
        let slow = self.b.unit.ext(External::Runtime("jl_gc_alloc".to_owned()));
        let ty_ref = self.type_ref(ty);
        Ok(self.b.alloc(ty.size() as u32, ty_ref, slow, unwind))
    }

    /// To be emitted after a store of a reference into an object that may be outside the heap.
    pub(super) fn barrier(&mut self, owner: Ir) {
        let base_at = self.b.reference(External::RuntimeData("heap_base".to_owned()));
        let base = self.b.load(Type::I64, base_at, 0, MemFlags::READONLY);
        let offset = self.b.binary(pkgimage_ir::BinaryOp::Isub, owner, base);
        let size = self.b.iconst(Type::I64, pkgimage_runtime::gc::HEAP_BYTES as i128);
        let outside = self.b.icmp(IntCc::Uge, offset, size);
        let (slow, next) = (self.b.cold_block(), self.b.block());
        self.b.br_if(outside, slow, next);
        self.b.switch_to(slow);
        self.runtime("jl_gc_barrier", &[owner], None);
        self.b.jump(next);
        self.b.switch_to(next);
    }

    /// Zeros for the values of a shape that nothing will read.
    pub(super) fn dummies(&mut self, shape: &Shape) -> Vec<Ir> {
        shape.machine_types().into_iter().map(|ty| self.zero(ty)).collect()
    }

    pub(super) fn zero(&mut self, ty: Type) -> Ir {
        match ty {
            Type::F32 => self.b.f32const(0.0),
            Type::F64 => self.b.f64const(0.0),
            _ => self.b.iconst(ty, 0),
        }
    }

    /// A flag as a `Bool`.
    pub(super) fn boolean(&mut self, flag: Ir) -> Held {
        Held::scalar(known().bool, flag)
    }

    /// The same value in another shape.
    pub(super) fn convert(&mut self, held: &Held, target: &Shape) -> Result<Held> {
        if held.shape.same_as(target) {
            return Ok(held.clone());
        }
        let values = match (&held.shape, target) {
            (_, Shape::Ghost(..)) => vec![],
            (Shape::Ghost(v, hint), Shape::Boxed) => vec![self.constant(*v, hint.as_ref())],
            (Shape::Ghost(v, _), Shape::Flat(ty)) => self.constant_leaves(*v, *ty)?,
            (Shape::Flat(ty), Shape::Boxed) => vec![self.box_flat(*ty, &held.values)?],
            (Shape::Boxed, Shape::Flat(ty)) => self.load_leaves(*ty, held.values[0], 0, true)?,
            (Shape::Union(list), Shape::Flat(ty)) => {
                let Some(i) = Shape::member_of(list, *ty) else {
                    return refuse("a union without the member that is wanted");
                };
                let start = Shape::member_start(list, i);
                let count = list[i].machine_types().len();
                held.values[start..start + count].to_vec()
            }
            (Shape::Union(list), Shape::Boxed) => {
                let list = list.clone();
                vec![self.box_union(&list, &held.values)?]
            }
            (Shape::Ghost(..) | Shape::Flat(_), Shape::Union(list)) => {
                let list = list.clone();
                self.inject(held, &list)?
            }
            (Shape::Union(from), Shape::Union(to)) => {
                let (from, to) = (from.clone(), to.clone());
                self.remap(&held.values, &from, &to)
            }
            (Shape::Boxed, Shape::Union(list)) => {
                let list = list.clone();
                self.unbox_union(held.values[0], &list)?
            }
            (Shape::Flat(a), Shape::Flat(b)) => {
                return refuse(format!("a {a:?} where a {b:?} is wanted"));
            }
            (Shape::Boxed, Shape::Boxed) => held.values.clone(),
        };
        Ok(Held { shape: target.clone(), values })
    }

    /// A reference to the value.
    pub(super) fn boxed(&mut self, held: &Held) -> Result<Ir> {
        Ok(self.convert(held, &Shape::Boxed)?.values[0])
    }

    fn constant_leaves(&mut self, value: Value, ty: Gc<DataType>) -> Result<Vec<Ir>> {
        if value.datatype() != ty {
            return refuse(format!("the constant {value:?} where a {ty:?} is wanted"));
        }
        let mut out = Vec::new();
        for leaf in leaves(ty).unwrap_or_default() {
            if leaf.is_pointer {
                out.push(match native::payload_reference(value, leaf.offset as usize) {
                    Some(inner) => self.constant(inner, None),
                    None => self.zero(leaf.ty),
                });
                continue;
            }
            let mut bits = [0u8; 16];
            for i in 0..leaf.ty.bytes() {
                bits[i as usize] = native::payload_byte(value, (leaf.offset + i) as usize);
            }
            let bits = u128::from_le_bytes(bits);
            out.push(match leaf.ty {
                Type::F32 => self.b.f32const(f32::from_bits(bits as u32)),
                Type::F64 => self.b.f64const(f64::from_bits(bits as u64)),
                ty => self.b.iconst(ty, bits as i128),
            });
        }
        Ok(out)
    }

    fn box_flat(&mut self, ty: Gc<DataType>, values: &[Ir]) -> Result<Ir> {
        let k = known();
        if ty == k.bool {
            let (t, f) = (self.constant(k.true_, None), self.constant(k.false_, None));
            return Ok(self.b.select(values[0], t, f));
        }
        if ty == k.int64
            && let Some(object) = self.runtime("jl_box_int64", values, Some(Type::I64))
        {
            return Ok(object);
        }
        let object = self.allocate(ty)?;
        self.store_leaves(ty, values, object, 0);
        Ok(object)
    }

    /// Writes leaves at `base + offset`.
    pub(super) fn store_leaves(&mut self, ty: Gc<DataType>, values: &[Ir], base: Ir, offset: u32) {
        for (leaf, &value) in leaves(ty).unwrap_or_default().iter().zip(values) {
            let flags = MemFlags { aligned: false, notrap: true, readonly: false };
            self.b.store(value, base, (offset + leaf.offset) as i32, flags);
        }
    }

    /// Reads leaves at `base + offset`.
    pub(super) fn load_leaves(
        &mut self,
        ty: Gc<DataType>,
        base: Ir,
        offset: u32,
        immutable: bool,
    ) -> Result<Vec<Ir>> {
        let flags = MemFlags { aligned: false, notrap: false, readonly: immutable };
        let list = leaves(ty).unwrap_or_default();
        Ok(list
            .iter()
            .map(|leaf| self.b.load(leaf.ty, base, (offset + leaf.offset) as i32, flags))
            .collect())
    }

    fn box_union(&mut self, list: &[Shape], values: &[Ir]) -> Result<Ir> {
        let join = self.b.block();
        let result = self.b.block_param(join, Type::I64);
        self.each_member(list, values, |this, member| {
            let object = this.boxed(&member)?;
            this.b.jump(pkgimage_ir::BlockCall::new(join, &[object]));
            Ok(())
        })?;
        self.b.switch_to(join);
        Ok(result)
    }

    /// Branches on the member of a union; `f` ends each branch.
    pub(super) fn each_member(
        &mut self,
        list: &[Shape],
        values: &[Ir],
        mut f: impl FnMut(&mut Self, Held) -> Result<()>,
    ) -> Result<()> {
        let blocks: Vec<BlockId> = list.iter().map(|_| self.b.block()).collect();
        for (i, &block) in blocks.iter().enumerate() {
            if i + 1 == blocks.len() {
                self.b.jump(block);
            } else {
                let number = self.b.iconst(Type::I8, i as i128);
                let is = self.b.icmp(IntCc::Eq, values[0], number);
                let next = self.b.block();
                self.b.br_if(is, block, next);
                self.b.switch_to(next);
            }
        }
        for (i, &block) in blocks.iter().enumerate() {
            self.b.switch_to(block);
            let start = Shape::member_start(list, i);
            let count = list[i].machine_types().len();
            let member =
                Held { shape: list[i].clone(), values: values[start..start + count].to_vec() };
            f(self, member)?;
        }
        Ok(())
    }

    fn inject(&mut self, held: &Held, list: &[Shape]) -> Result<Vec<Ir>> {
        let Some(ty) = held.shape.concrete() else { return refuse("a member without a type") };
        let Some(index) = Shape::member_of(list, ty) else {
            return refuse(format!("a {ty:?} in a union without it"));
        };
        let mut out = vec![self.b.iconst(Type::I8, index as i128)];
        for (i, member) in list.iter().enumerate() {
            if i == index {
                let converted = self.convert(held, member)?;
                out.extend(converted.values);
            } else {
                out.extend(self.dummies(member));
            }
        }
        Ok(out)
    }

    fn remap(&mut self, values: &[Ir], from: &[Shape], to: &[Shape]) -> Vec<Ir> {
        let index_in = |m: &Shape| m.concrete().and_then(|ty| Shape::member_of(to, ty));
        let mut tag = self.b.iconst(Type::I8, 0);
        for (i, member) in from.iter().enumerate() {
            if let Some(j) = index_in(member) {
                let (a, b) =
                    (self.b.iconst(Type::I8, i as i128), self.b.iconst(Type::I8, j as i128));
                let is = self.b.icmp(IntCc::Eq, values[0], a);
                tag = self.b.select(is, b, tag);
            }
        }
        let mut out = vec![tag];
        for member in to {
            let source = member.concrete().and_then(|ty| Shape::member_of(from, ty));
            match source {
                Some(i) => {
                    let start = Shape::member_start(from, i);
                    let count = from[i].machine_types().len();
                    out.extend_from_slice(&values[start..start + count]);
                }
                None => out.extend(self.dummies(member)),
            }
        }
        out
    }

    fn unbox_union(&mut self, object: Ir, list: &[Shape]) -> Result<Vec<Ir>> {
        let join = self.b.block();
        let union = Shape::Union(std::rc::Rc::new(list.to_vec()));
        let params: Vec<Ir> =
            union.machine_types().iter().map(|&t| self.b.block_param(join, t)).collect();
        let header = self.header(object);
        for (i, member) in list.iter().enumerate() {
            let Some(ty) = member.concrete() else { return refuse("a member without a type") };
            let last = i + 1 == list.len();
            let next = self.b.block();
            if !last {
                let ty_ref = self.type_ref(ty);
                let is = self.b.icmp(IntCc::Eq, header, ty_ref);
                let here = self.b.block();
                self.b.br_if(is, here, next);
                self.b.switch_to(here);
            }
            let held = self.convert(&Held::boxed(object), member)?;
            let values = self.inject(&held, list)?;
            self.b.jump(pkgimage_ir::BlockCall::new(join, &values));
            self.b.switch_to(next);
        }
        self.b.switch_to(join);
        Ok(params)
    }
}
