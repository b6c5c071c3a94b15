//! Loads, stores and copies.

use super::{Result, Translator};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, types};
use cranelift_module::Module;
use pkgimage_ir::{MemFlags, Value};

/// Copies and fills of up to this many bytes become moves.
const INLINE: u128 = 128;

/// Cranelift's flags.
pub(super) fn flags(flags: MemFlags) -> MemFlagsData {
    let mut result = MemFlagsData::new();
    if flags.aligned {
        result.set_aligned();
    }
    if flags.notrap {
        result.set_notrap();
    }
    if flags.readonly {
        result.set_readonly();
        // Once the bytes are known to be constant and mapped, the load may go anywhere.
        if flags.notrap {
            result.set_can_move();
        }
    }
    result
}

/// Types whose sizes add up to `size`, with offsets.
fn pieces(size: u128) -> Vec<(ir::Type, i32)> {
    let mut pieces = vec![];
    let mut offset = 0;
    for ty in [types::I8X16, types::I64, types::I32, types::I16, types::I8] {
        let bytes = u128::from(ty.bytes());
        while size - offset >= bytes {
            pieces.push((ty, offset as i32));
            offset += bytes;
        }
    }
    pieces
}

impl Translator<'_, '_> {
    fn small_constant(&self, len: Value) -> Option<u128> {
        self.ints.get(&len).copied().filter(|len| *len <= INLINE)
    }

    pub(super) fn mem_copy(
        &mut self,
        dst: Value,
        src: Value,
        len: Value,
        align: u32,
    ) -> Result<()> {
        let (to, from) = (self.value(dst), self.value(src));
        let Some(size) = self.small_constant(len) else {
            let len = self.value(len);
            let config = self.objects.module.isa().frontend_config();
            self.builder.call_memcpy(config, to, from, len);
            return Ok(());
        };
        for (ty, offset) in pieces(size) {
            let mut flags = MemFlagsData::new().with_notrap();
            if align >= ty.bytes() {
                flags.set_aligned();
            }
            let value = self.builder.ins().load(ty, flags, from, offset);
            self.builder.ins().store(flags, value, to, offset);
        }
        Ok(())
    }

    pub(super) fn mem_move(&mut self, dst: Value, src: Value, len: Value) -> Result<()> {
        let (to, from) = (self.value(dst), self.value(src));
        let Some(size) = self.small_constant(len) else {
            let len = self.value(len);
            let config = self.objects.module.isa().frontend_config();
            self.builder.call_memmove(config, to, from, len);
            return Ok(());
        };
        let flags = MemFlagsData::new().with_notrap();
        let load = |(ty, offset)| (self.builder.ins().load(ty, flags, from, offset), offset);
        let loaded: Vec<_> = pieces(size).into_iter().map(load).collect();
        for (value, offset) in loaded {
            self.builder.ins().store(flags, value, to, offset);
        }
        Ok(())
    }

    pub(super) fn mem_set(&mut self, dst: Value, byte: Value, len: Value) -> Result<()> {
        let to = self.value(dst);
        let fill = self.value(byte);
        let (Some(size), Some(bits)) = (self.small_constant(len), self.ints.get(&byte)) else {
            let len = self.value(len);
            let config = self.objects.module.isa().frontend_config();
            self.builder.call_memset(config, to, fill, len);
            return Ok(());
        };
        let word = (*bits as u64 & 0xff) * 0x0101_0101_0101_0101;
        let flags = MemFlagsData::new().with_notrap();
        for (ty, offset) in pieces(size) {
            let value = match ty {
                types::I8X16 => self.builder.ins().splat(types::I8X16, fill),
                ty => {
                    let bits = word & (u64::MAX >> (64 - ty.bits()));
                    self.builder.ins().iconst(ty, bits as i64)
                }
            };
            self.builder.ins().store(flags, value, to, offset);
        }
        Ok(())
    }
}
