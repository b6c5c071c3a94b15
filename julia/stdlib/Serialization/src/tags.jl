# What a value begins with.

const MAGIC = UInt8['P', 'K', 'S', 0x01]

const NOTHING_TAG = 0x00
const BITS_TAG = 0x01      # a type, and the bytes of a value of it
const SYMBOL_TAG = 0x02
const STRING_TAG = 0x03
const TUPLE_TAG = 0x04
const ARRAY_TAG = 0x05
const OBJECT_TAG = 0x06    # a type, and what its method of `serialize` wrote
const BACKREF_TAG = 0x07   # the number of an object that was there before
const UNDEFREF_TAG = 0x08
const DATATYPE_TAG = 0x09
const UNIONALL_TAG = 0x0a
const UNION_TAG = 0x0b
const TYPEVAR_TAG = 0x0c
const MODULE_TAG = 0x0d
const BOTTOM_TAG = 0x0e
const VARARG_TAG = 0x0f
const SVEC_TAG = 0x10
const BIGINT_TAG = 0x11
const INT_TAG = 0x12

const MAXIMAL_LENGTH = typemax(Int32)

writeheader(s::AbstractSerializer) = (write(s.io, MAGIC); nothing)
function readheader(s::AbstractSerializer)
    found = read(s.io, 4)
    found == MAGIC || error("not serialized data of this version")
    return nothing
end

writetag(io::IO, tag::UInt8) = write(io, tag)

"""
    reset_state(s)

Forgets the objects that were written or read: nothing after this refers to them.
"""
function reset_state(s::AbstractSerializer)
    empty!(s.table)
    empty!(s.objects)
    return s
end

"""
    serialize_cycle(s, x)

Whether `x` was written before; then a reference to it is written, else it has a number from now on.
"""
function serialize_cycle(s::AbstractSerializer, @nospecialize(x))
    number = get(s.table, x, 0)
    if number != 0
        writetag(s.io, BACKREF_TAG)
        write(s.io, Int64(number))
        return true
    end
    s.table[x] = length(s.table) + 1
    return false
end

"""
    deserialize_cycle(s, x)

Gives `x`, which is being read, its number.
"""
deserialize_cycle(s::AbstractSerializer, @nospecialize(x)) = (push!(s.objects, x); nothing)
