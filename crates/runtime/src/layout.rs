//! Layout descriptors: how the payload of an object is laid out.
//!
//! There is one descriptor per concrete type, itself a heap object that the type refers to. The
//! same descriptor drives the collector, the interpreter's and the code generator's field access,
//! reflection, and the writing and relocation of images.

use crate::object::DataType;
use crate::value::{Gc, HeapType};

/// How the payload of objects of a type is made up.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Fields at fixed offsets; also primitive types (no fields, a size).
    Fields = 0,
    /// `String`: a length word, the bytes, a NUL.
    String = 1,
    /// `Symbol`: a hash word, a length word, the bytes, a NUL.
    Symbol = 2,
    /// `SimpleVector`: a length word, then that many references.
    SimpleVector = 3,
    /// `Array`: [`crate::object::Array`]; one reference (its buffer), and an address into it.
    Array = 4,
    /// `Core.Buffer{T}`, the storage of an array: [`crate::object::Buffer`].
    Buffer = 5,
    /// [`Layout`] itself: a blob whose length is in its own words.
    Layout = 6,
    /// `WeakRef`: one reference that the collector does not follow.
    WeakRef = 7,
}

/// One field of a struct.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldLayout {
    /// Byte offset in the payload.
    pub offset: u32,
    /// Bytes taken: 8 for a reference.
    pub size: u32,
    /// Whether the field holds a reference rather than the data itself.
    pub is_pointer: bool,
    /// Zero: descriptors are written to images, whose bytes are a function of their sources.
    padding: [u8; 3],
}

/// The fixed part of a descriptor; the field layouts and then the offsets (in words) of all
/// references follow it in the same object.
#[repr(C)]
pub struct Layout {
    /// How the payload is made up.
    pub kind: Kind,
    /// Whether some bytes of the payload belong to no field.
    pub has_padding: bool,
    /// Alignment of the payload in bytes.
    pub alignment: u16,
    /// Size of the payload in bytes (of the fixed part, for the kinds of varying length).
    pub size: u32,
    /// Number of [`FieldLayout`]s that follow.
    pub field_count: u32,
    /// Number of reference offsets (`u32`, in words) that follow those.
    pub pointer_count: u32,
    /// Buffers: bytes per element.
    pub element_size: u32,
    /// Buffers: whether an element is a reference.
    pub element_is_pointer: bool,
    /// Zero, as in [`FieldLayout`].
    padding: [u8; 3],
}

impl Layout {
    /// Bytes of a descriptor with this many fields and references.
    pub fn object_size(field_count: usize, pointer_count: usize) -> usize {
        size_of::<Layout>() + field_count * size_of::<FieldLayout>() + pointer_count * 4
    }

    /// The fields, in order.
    pub fn fields(&self) -> &[FieldLayout] {
        // SAFETY: a descriptor object is allocated with its fields right behind the fixed part.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const Layout).add(1).cast::<FieldLayout>(),
                self.field_count as usize,
            )
        }
    }

    /// Word offsets of all references in the payload.
    pub fn pointers(&self) -> &[u32] {
        // SAFETY: the reference offsets stand right behind the fields.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const Layout)
                    .add(1)
                    .cast::<FieldLayout>()
                    .add(self.field_count as usize)
                    .cast::<u32>(),
                self.pointer_count as usize,
            )
        }
    }

    /// Makes a descriptor object. `head` gives the fixed part; its counts are set here.
    pub fn allocate(head: Layout, fields: &[FieldLayout], pointers: &[u32]) -> Gc<Layout> {
        let size = Layout::object_size(fields.len(), pointers.len());
        let object = crate::gc::allocate(Layout::datatype(), size);
        let head = Layout {
            field_count: fields.len() as u32,
            pointer_count: pointers.len() as u32,
            ..head
        };
        let at = object.payload().cast::<Layout>();
        // SAFETY: the object was allocated with room for the fixed part, fields and offsets.
        unsafe {
            at.write(head);
            let f = at.add(1).cast::<FieldLayout>();
            std::ptr::copy_nonoverlapping(fields.as_ptr(), f, fields.len());
            let p = f.add(fields.len()).cast::<u32>();
            std::ptr::copy_nonoverlapping(pointers.as_ptr(), p, pointers.len());
        }
        object.cast_unchecked()
    }

    /// A fixed part with this kind and size and nothing else.
    pub fn head(kind: Kind, size: usize, alignment: usize) -> Layout {
        Layout {
            kind,
            has_padding: false,
            alignment: alignment as u16,
            size: size as u32,
            field_count: 0,
            pointer_count: 0,
            element_size: 0,
            element_is_pointer: false,
            padding: [0; 3],
        }
    }

    /// Computes the descriptor of a struct from its fields: `Some((size, alignment))` for a field
    /// whose data is stored inline, `None` for a reference.
    pub fn of_fields(fields: &[Option<(usize, usize)>]) -> Gc<Layout> {
        let mut offset = 0usize;
        let mut alignment = 1usize;
        let mut has_padding = false;
        let mut out = Vec::with_capacity(fields.len());
        let mut pointers = Vec::new();
        for field in fields {
            let (size, align) = field.unwrap_or((8, 8));
            let at = offset.next_multiple_of(align.max(1));
            has_padding |= at != offset;
            alignment = alignment.max(align);
            if field.is_none() {
                pointers.push((at / 8) as u32);
            }
            out.push(FieldLayout {
                offset: at as u32,
                size: size as u32,
                is_pointer: field.is_none(),
                padding: [0; 3],
            });
            offset = at + size;
        }
        let size = offset.next_multiple_of(alignment);
        has_padding |= size != offset;
        let mut head = Layout::head(Kind::Fields, size, alignment);
        head.has_padding = has_padding;
        Layout::allocate(head, &out, &pointers)
    }
}

impl HeapType for Layout {
    fn datatype() -> Gc<DataType> {
        crate::known::known().layout
    }
}
