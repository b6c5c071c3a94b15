# dict.jl: Dict, a hash table with open addressing and linear probing. A byte per slot says
# whether it is empty, deleted or full, with seven bits of the hash in the last case. The layout
# (sizes, probing, growth) decides the order of iteration and must stay as it is.

const maxallowedprobe = 16
const maxprobeshift = 6

_tablesz(x::T) where {T<:Integer} = x < 16 ? T(16) : one(T) << ((sizeof(T) << 3) - leading_zeros(x - one(T)))

mutable struct Dict{K,V} <: AbstractDict{K,V}
    # 0x00: empty, 0x7f: deleted, 0b1xxxxxxx: full, with the top bits of the hash
    slots::Vector{UInt8}
    keys::Array{K,1}
    vals::Array{V,1}
    ndel::Int
    count::Int
    age::UInt
    idxfloor::Int # no slot before this one is full
    maxprobe::Int

    function Dict{K,V}() where {V} where {K}
        n = 16
        new(zeros(UInt8, n), Vector{K}(undef, n), Vector{V}(undef, n), 0, 0, 0, n, 0)
    end
    function Dict{K,V}(d::Dict{K,V}) where {V} where {K}
        new(copy(d.slots), copy(d.keys), copy(d.vals), d.ndel, d.count, d.age, d.idxfloor, d.maxprobe)
    end
    function Dict{K,V}(slots::Vector{UInt8}, keys::Array{K,1}, vals::Array{V,1}, ndel::Int, count::Int, age::UInt, idxfloor::Int, maxprobe::Int) where {K,V}
        new(slots, keys, vals, ndel, count, age, idxfloor, maxprobe)
    end
end
function Dict{K,V}(kv) where {V} where {K}
    h = Dict{K,V}()
    haslength(kv) && sizehint!(h, Int(length(kv))::Int)
    for (k, v) in kv
        h[k] = v
    end
    return h
end
Dict{K,V}(p::Pair) where {K,V} = setindex!(Dict{K,V}(), p.second, p.first)
function Dict{K,V}(ps::Pair...) where {V} where {K}
    h = Dict{K,V}()
    sizehint!(h, length(ps))
    for p in ps
        h[p.first] = p.second
    end
    return h
end
# the empty one without types holds anything
Dict() = Dict{Any,Any}()
Dict(kv::Tuple{}) = Dict()
copy(d::Dict) = Dict(d)

const AnyDict = Dict{Any,Any}

Dict(ps::Pair{K,V}...) where {K,V} = Dict{K,V}(ps)
Dict(ps::Pair...) = Dict(ps)

function Dict(kv)
    try
        dict_with_eltype((K, V) -> Dict{K,V}, kv, eltype(kv))
    catch
        if !isiterable(typeof(kv)) || !all(x -> isa(x, Union{Tuple,Pair}), kv)
            throw(ArgumentError("Dict(kv): kv needs to be an iterator of tuples or pairs"))
        else
            rethrow()
        end
    end
end

# the key and value types are those of the eltype, or widen with what comes
function grow_to!(dest::AbstractDict{K,V}, itr) where {V} where {K}
    y = iterate(itr)
    y === nothing && return dest
    ((k, v), st) = y
    dest2 = empty(dest, typeof(k), typeof(v))
    dest2[k] = v
    grow_to!(dest2, itr, st)
end
function grow_to!(dest::AbstractDict{K,V}, itr, st) where {V} where {K}
    y = iterate(itr, st)
    while y !== nothing
        (k, v), st = y
        if isa(k, K) && isa(v, V)
            dest[k] = v
        else
            new = empty(dest, promote_typejoin(K, typeof(k)), promote_typejoin(V, typeof(v)))
            merge!(new, dest)
            new[k] = v
            return grow_to!(new, itr, st)
        end
        y = iterate(itr, st)
    end
    return dest
end

const TP{K,V} = Union{Type{Tuple{K,V}},Type{Pair{K,V}}}

dict_with_eltype(DT_apply, kv, ::TP{K,V}) where {K,V} = DT_apply(K, V)(kv)
dict_with_eltype(DT_apply, kv::Generator, ::TP{K,V}) where {K,V} = DT_apply(K, V)(kv)
dict_with_eltype(DT_apply, ::Type{Pair{K,V}}) where {K,V} = DT_apply(K, V)()
dict_with_eltype(DT_apply, ::Type) = DT_apply(Any, Any)()
dict_with_eltype(DT_apply::F, kv, t) where {F} = grow_to!(dict_with_eltype(DT_apply, @default_eltype(kv)), kv)
function dict_with_eltype(DT_apply::F, kv::Generator, t) where {F}
    T = @default_eltype(kv)
    if T <: Union{Pair,Tuple{Any,Any}} && isconcretetype(T)
        return dict_with_eltype(DT_apply, kv, T)
    end
    return grow_to!(dict_with_eltype(DT_apply, T), kv)
end

empty(a::AbstractDict, ::Type{K}, ::Type{V}) where {K,V} = Dict{K,V}()

## the table ##

_shorthash7(hsh::UInt) = (hsh >> (8sizeof(UInt) - 7)) % UInt8 | 0x80

# the slot where the search for a key begins, and the byte of a full slot that may hold it
function hashindex(key, sz)
    hsh = hash(key)::UInt
    idx = (((hsh % Int) & (sz - 1)) + 1)::Int
    return idx, _shorthash7(hsh)
end

@propagate_inbounds isslotempty(h::Dict, i::Int) = h.slots[i] == 0x00
@propagate_inbounds isslotfilled(h::Dict, i::Int) = (h.slots[i] & 0x80) != 0
@propagate_inbounds isslotmissing(h::Dict, i::Int) = h.slots[i] == 0x7f

function rehash!(h::Dict{K,V}, newsz=length(h.keys)) where {V} where {K}
    olds = h.slots
    oldk = h.keys
    oldv = h.vals
    sz = length(olds)
    newsz = _tablesz(newsz)
    h.age += 1
    h.idxfloor = 1
    if h.count == 0
        resize!(h.slots, newsz)
        fill!(h.slots, 0x0)
        resize!(h.keys, newsz)
        resize!(h.vals, newsz)
        h.ndel = 0
        return h
    end

    slots = zeros(UInt8, newsz)
    keys = Vector{K}(undef, newsz)
    vals = Vector{V}(undef, newsz)
    age0 = h.age
    count = 0
    maxprobe = 0

    for i = 1:sz
        @inbounds if (olds[i] & 0x80) != 0
            k = oldk[i]
            v = oldv[i]
            index, sh = hashindex(k, newsz)
            index0 = index
            while slots[index] != 0
                index = (index & (newsz - 1)) + 1
            end
            probe = (index - index0) & (newsz - 1)
            probe > maxprobe && (maxprobe = probe)
            slots[index] = olds[i]
            keys[index] = k
            vals[index] = v
            count += 1
        end
    end

    h.age == age0 || throw(AssertionError("Multiple concurrent writes to Dict detected!"))
    h.age += 1
    h.slots = slots
    h.keys = keys
    h.vals = vals
    h.count = count
    h.ndel = 0
    h.maxprobe = maxprobe
    return h
end

function sizehint!(d::Dict{T}, newsz) where {T}
    oldsz = length(d.slots)
    # no more elements than there are values of the key type
    newsz = min(max(newsz, length(d)), max_values(T)::Int)
    # n elements take 1.5n slots
    newsz = _tablesz(cld(3 * newsz, 2))
    return newsz == oldsz ? d : rehash!(d, newsz)
end

function empty!(h::Dict{K,V}) where {V} where {K}
    fill!(h.slots, 0x0)
    sz = length(h.slots)
    for i in 1:sz
        _unsetindex!(h.keys, i)
        _unsetindex!(h.vals, i)
    end
    h.ndel = 0
    h.count = 0
    h.maxprobe = 0
    h.age += 1
    h.idxfloor = max(1, sz)
    return h
end

# the slot of a key, or -1
function ht_keyindex(h::Dict{K,V}, key) where {V} where {K}
    isempty(h) && return -1
    sz = length(h.keys)
    iter = 0
    maxprobe = h.maxprobe
    maxprobe < sz || throw(AssertionError("maxprobe < sz"))
    index, sh = hashindex(key, sz)
    keys = h.keys

    @inbounds while true
        isslotempty(h, index) && return -1
        if h.slots[index] == sh
            k = keys[index]
            if (key === k || isequal(key, k))
                return index
            end
        end

        index = (index & (sz - 1)) + 1
        (iter += 1) > maxprobe && return -1
    end
end

# The slot of a key, or minus the slot where it can be inserted; and the byte for it.
function ht_keyindex2_shorthash!(h::Dict{K,V}, key) where {V} where {K}
    sz = length(h.keys)
    if sz == 0
        rehash!(h, 4)
        index, sh = hashindex(key, length(h.keys))
        return -index, sh
    end
    iter = 0
    maxprobe = h.maxprobe
    index, sh = hashindex(key, sz)
    avail = 0
    keys = h.keys

    @inbounds while true
        if isslotempty(h, index)
            return (avail < 0 ? avail : -index), sh
        end

        if isslotmissing(h, index)
            if avail == 0
                # free, but the key may still come later
                avail = -index
            end
        elseif h.slots[index] == sh
            k = keys[index]
            if key === k || isequal(key, k)
                return index, sh
            end
        end

        index = (index & (sz - 1)) + 1
        iter += 1
        iter > maxprobe && break
    end

    avail < 0 && return avail, sh

    maxallowed = max(maxallowedprobe, sz >> maxprobeshift)
    # the key is not there: a free slot a little further on will do
    @inbounds while iter < maxallowed
        if !isslotfilled(h, index)
            h.maxprobe = iter
            return -index, sh
        end
        index = (index & (sz - 1)) + 1
        iter += 1
    end

    rehash!(h, h.count > 64000 ? sz * 2 : sz * 4)

    return ht_keyindex2_shorthash!(h, key)
end

# without the byte, as packages call it
ht_keyindex2!(h::Dict, key) = ht_keyindex2_shorthash!(h, key)[1]

@propagate_inbounds function _setindex!(h::Dict, v, key, index, sh=_shorthash7(hash(key)))
    h.ndel -= isslotmissing(h, index)
    h.slots[index] = sh
    h.keys[index] = key
    h.vals[index] = v
    h.count += 1
    h.age += 1
    if index < h.idxfloor
        h.idxfloor = index
    end

    sz = length(h.keys)
    # at most two thirds full, with the deleted ones
    if (h.count + h.ndel) * 3 > sz * 2
        rehash!(h, h.count > 64000 ? h.count * 2 : h.count * 4)
    end
    nothing
end

function setindex!(h::Dict{K,V}, v0, key0) where {V} where {K}
    if key0 isa K
        key = key0
    else
        key = convert(K, key0)::K
        if !(isequal(key, key0)::Bool)
            throw(ArgumentError(string(limitrepr(key0), " is not a valid key for type ", K)))
        end
    end
    setindex!(h, v0, key)
end
function setindex!(h::Dict{K,V}, v0, key::K) where {V} where {K}
    v = v0 isa V ? v0 : convert(V, v0)::V
    index, sh = ht_keyindex2_shorthash!(h, key)

    if index > 0
        h.age += 1
        @inbounds h.keys[index] = key
        @inbounds h.vals[index] = v
    else
        @inbounds _setindex!(h, v, key, -index, sh)
    end

    return h
end
function setindex!(h::Dict{K,Any}, v, key::K) where {K}
    @nospecialize v
    index, sh = ht_keyindex2_shorthash!(h, key)

    if index > 0
        h.age += 1
        @inbounds h.keys[index] = key
        @inbounds h.vals[index] = v
    else
        @inbounds _setindex!(h, v, key, -index, sh)
    end

    return h
end

function get!(default::Callable, h::Dict{K,V}, key0) where {V} where {K}
    if key0 isa K
        key = key0
    else
        key = convert(K, key0)::K
        if !isequal(key, key0)
            throw(ArgumentError(string(limitrepr(key0), " is not a valid key for type ", K)))
        end
    end
    return get!(default, h, key)
end
function get!(default::Callable, h::Dict{K,V}, key::K) where {V} where {K}
    index, sh = ht_keyindex2_shorthash!(h, key)

    index > 0 && return @inbounds h.vals[index]

    age0 = h.age
    v = default()
    if !isa(v, V)
        v = convert(V, v)::V
    end
    if h.age != age0
        # default() changed the table
        index, sh = ht_keyindex2_shorthash!(h, key)
    end
    if index > 0
        h.age += 1
        @inbounds h.keys[index] = key
        @inbounds h.vals[index] = v
    else
        @inbounds _setindex!(h, v, key, -index, sh)
    end
    return v
end

function getindex(h::Dict{K,V}, key) where {V} where {K}
    index = ht_keyindex(h, key)
    @inbounds return (index < 0) ? throw(KeyError(key)) : h.vals[index]::V
end

function get(h::Dict{K,V}, key, default) where {V} where {K}
    index = ht_keyindex(h, key)
    @inbounds return (index < 0) ? default : h.vals[index]::V
end
function get(default::Callable, h::Dict{K,V}, key) where {V} where {K}
    index = ht_keyindex(h, key)
    @inbounds return (index < 0) ? default() : h.vals[index]::V
end

haskey(h::Dict, key) = (ht_keyindex(h, key) >= 0)
in(key, v::KeySet{<:Any,<:Dict}) = (ht_keyindex(v.dict, key) >= 0)

# the key that is stored, for one that is equal to it
function getkey(h::Dict{K,V}, key, default) where {V} where {K}
    index = ht_keyindex(h, key)
    @inbounds return (index < 0) ? default : h.keys[index]::K
end
getkey(h::AbstractDict, key, default) = haskey(h, key) ? first(k for k in keys(h) if isequal(k, key)) : default

function _pop!(h::Dict, index)
    @inbounds val = h.vals[index]
    _delete!(h, index)
    return val
end
function pop!(h::Dict, key)
    index = ht_keyindex(h, key)
    return index > 0 ? _pop!(h, index) : throw(KeyError(key))
end
function pop!(h::Dict, key, default)
    index = ht_keyindex(h, key)
    return index > 0 ? _pop!(h, index) : default
end
function pop!(h::Dict)
    isempty(h) && throw(ArgumentError("dict must be non-empty"))
    idx = skip_deleted_floor!(h)
    @inbounds key = h.keys[idx]
    @inbounds val = h.vals[idx]
    _delete!(h, idx)
    key => val
end

function _delete!(h::Dict{K,V}, index) where {K,V}
    @inbounds begin
        slots = h.slots
        sz = length(slots)
        _unsetindex!(h.keys, index)
        _unsetindex!(h.vals, index)
        # Before an empty slot no mark is needed, nor any that led to this one.
        ndel = 1
        nextind = (index & (sz - 1)) + 1
        if isslotempty(h, nextind)
            while true
                ndel -= 1
                slots[index] = 0x00
                index = ((index - 2) & (sz - 1)) + 1
                isslotmissing(h, index) || break
            end
        else
            slots[index] = 0x7f
        end
        h.ndel += ndel
        h.count -= 1
        h.age += 1
        return h
    end
end

function delete!(h::Dict, key)
    index = ht_keyindex(h, key)
    if index > 0
        _delete!(h, index)
    end
    return h
end

## iteration ##

function skip_deleted(h::Dict, i)
    L = length(h.slots)
    for i = i:L
        @inbounds if isslotfilled(h, i)
            return i
        end
    end
    return 0
end
function skip_deleted_floor!(h::Dict)
    idx = skip_deleted(h, h.idxfloor)
    if idx != 0
        h.idxfloor = idx
    end
    idx
end

@propagate_inbounds _iterate(t::Dict{K,V}, i) where {K,V} =
    i == 0 ? nothing : (Pair{K,V}(t.keys[i], t.vals[i]), i == typemax(Int) ? 0 : i + 1)
@propagate_inbounds function iterate(t::Dict)
    _iterate(t, skip_deleted(t, t.idxfloor))
end
@propagate_inbounds iterate(t::Dict, i) = _iterate(t, skip_deleted(t, i))

isempty(t::Dict) = (t.count == 0)
length(t::Dict) = t.count

@propagate_inbounds function iterate(v::T, i::Int=v.dict.idxfloor) where {T<:Union{KeySet{<:Any,<:Dict},ValueIterator{<:Dict}}}
    i == 0 && return nothing
    i = skip_deleted(v.dict, i)
    i == 0 && return nothing
    vals = T <: KeySet ? v.dict.keys : v.dict.vals
    (@inbounds vals[i], i == typemax(Int) ? 0 : i + 1)
end

function filter!(pred, h::Dict{K,V}) where {K,V}
    h.count == 0 && return h
    @inbounds for i = 1:length(h.slots)
        if isslotfilled(h, i) && !pred(Pair{K,V}(h.keys[i], h.vals[i]))
            _delete!(h, i)
        end
    end
    return h
end

function reduce(::typeof(merge), items::Vector{<:Dict})
    K = mapreduce(keytype, promote_type, items)
    V = mapreduce(valtype, promote_type, items)
    return reduce(merge!, items; init=Dict{K,V}())
end

function map!(f, iter::ValueIterator{<:Dict})
    dict = iter.dict
    vals = dict.vals
    for i = dict.idxfloor:lastindex(vals)
        if isslotfilled(dict, i)
            vals[i] = f(vals[i])
        end
    end
    return iter
end

## ImmutableDict: a linked list of scopes ##

struct ImmutableDict{K,V} <: AbstractDict{K,V}
    parent::ImmutableDict{K,V}
    key::K
    value::V
    ImmutableDict{K,V}() where {K,V} = new()
    ImmutableDict{K,V}(key, value) where {K,V} = (empty = new(); new(empty, key, value))
    ImmutableDict{K,V}(parent::ImmutableDict, key, value) where {K,V} = new(parent, key, value)
end

ImmutableDict(KV::Pair{K,V}) where {K,V} = ImmutableDict{K,V}(KV[1], KV[2])
ImmutableDict(t::ImmutableDict{K,V}, KV::Pair) where {K,V} = ImmutableDict{K,V}(t, KV[1], KV[2])
ImmutableDict(t::ImmutableDict{K,V}, KV::Pair, rest::Pair...) where {K,V} =
    ImmutableDict(ImmutableDict(t, KV), rest...)
ImmutableDict(KV::Pair, rest::Pair...) = ImmutableDict(ImmutableDict(KV), rest...)

function in(key_value::Pair, dict::ImmutableDict, valcmp=(==))
    key, value = key_value
    while isdefined(dict, :parent)
        if isequal(dict.key, key)
            valcmp(value, dict.value) && return true
        end
        dict = dict.parent
    end
    return false
end
function haskey(dict::ImmutableDict, key)
    while isdefined(dict, :parent)
        isequal(dict.key, key) && return true
        dict = dict.parent
    end
    return false
end
function getindex(dict::ImmutableDict, key)
    while isdefined(dict, :parent)
        isequal(dict.key, key) && return dict.value
        dict = dict.parent
    end
    throw(KeyError(key))
end
function get(dict::ImmutableDict, key, default)
    while isdefined(dict, :parent)
        isequal(dict.key, key) && return dict.value
        dict = dict.parent
    end
    return default
end
function get(default::Callable, dict::ImmutableDict, key)
    while isdefined(dict, :parent)
        isequal(dict.key, key) && return dict.value
        dict = dict.parent
    end
    return default()
end

# every scope's definition of a key is given, innermost first
function iterate(d::ImmutableDict{K,V}, t=d) where {K,V}
    !isdefined(t, :parent) && return nothing
    (Pair{K,V}(t.key, t.value), t.parent)
end
length(t::ImmutableDict) = count(Returns(true), t)
isempty(t::ImmutableDict) = !isdefined(t, :parent)
empty(::ImmutableDict, ::Type{K}, ::Type{V}) where {K,V} = ImmutableDict{K,V}()

_similar_for(c::AbstractDict, ::Type{Pair{K,V}}, itr, ::SizeUnknown, ::Nothing) where {K,V} = empty(c, K, V)
_similar_for(c::AbstractDict, ::Type{Pair{K,V}}, itr, ::HasLength, ::Integer) where {K,V} = empty(c, K, V)
_similar_for(c::AbstractDict, ::Type{Pair{K,V}}, itr, ::HasShape, axs) where {K,V} = empty(c, K, V)
_similar_for(c::AbstractDict, ::Type{Pair{K,V}}, itr, isz, len) where {K,V} = empty(c, K, V)
_similar_for(c::AbstractDict, ::Type{T}, itr, ::SizeUnknown, ::Nothing) where {T} = _similar_dict_of(T)
_similar_for(c::AbstractDict, ::Type{T}, itr, ::HasLength, ::Integer) where {T} = _similar_dict_of(T)
_similar_for(c::AbstractDict, ::Type{T}, itr, ::HasShape, axs) where {T} = _similar_dict_of(T)
_similar_for(c::AbstractDict, ::Type{T}, itr, isz, len) where {T} = _similar_dict_of(T)
_similar_dict_of(::Type) =
    throw(ArgumentError("for AbstractDicts, similar requires an element type of Pair;\n  if calling map, consider a comprehension instead"))
