# abstractdict.jl: what every dictionary has: keys and values, merging, comparison, defaults for
# the functions that need only `get`, `setindex!`, `iterate` and `length`.

struct KeyError <: Exception
    key
end

KeyTypeError(K, key) = TypeError(:var"dict key", K, key)

# a value that no dictionary holds
const secret_table_token = :__c782dbf1cf4d6a2e5e3865d7e95634f2e09b5902__

haskey(d::AbstractDict, k) = in(k, keys(d))

function in(p::Pair, a::AbstractDict, valcmp=(==))
    v = get(a, p.first, secret_table_token)
    if v !== secret_table_token
        return valcmp(v, p.second)
    end
    return false
end
function in(p, a::AbstractDict)
    error("""AbstractDict collections only contain Pairs;
             Either look for e.g. A=>B instead, or use the `keys` or `values`
             function if you are looking for a key or value respectively.""")
end

function summary(io::IO, t::AbstractDict)
    showarg(io, t, true)
    if Base.IteratorSize(t) isa HasLength
        n = length(t)
        print(io, " with ", n, (n == 1 ? " entry" : " entries"))
    else
        print(io, "(...)")
    end
end

## keys and values ##

struct KeySet{K,T<:AbstractDict{K}} <: AbstractSet{K}
    dict::T
end
struct ValueIterator{T<:AbstractDict}
    dict::T
end

function summary(io::IO, iter::T) where {T<:Union{KeySet,ValueIterator}}
    print(io, T.name, " for a ")
    summary(io, iter.dict)
end

show(io::IO, iter::Union{KeySet,ValueIterator}) = show_vector(io, iter)

length(v::Union{KeySet,ValueIterator}) = length(v.dict)
isempty(v::Union{KeySet,ValueIterator}) = isempty(v.dict)
_tt2(::Type{Pair{A,B}}) where {A,B} = B
eltype(::Type{ValueIterator{D}}) where {D} = _tt2(eltype(D))

function iterate(v::Union{KeySet,ValueIterator}, state...)
    y = iterate(v.dict, state...)
    y === nothing && return nothing
    return (y[1][isa(v, KeySet) ? 1 : 2], y[2])
end

copy(v::KeySet) = copymutable(v)
in(k, v::KeySet) = get(v.dict, k, secret_table_token) !== secret_table_token
filter!(f, d::KeySet) = (foreach(k -> f(k) || delete!(d.dict, k), collect(d)); d)

keys(a::AbstractDict) = KeySet(a)
values(a::AbstractDict) = ValueIterator(a)

pairs(collection) = Generator(=>, keys(collection), values(collection))
pairs(a::AbstractDict) = a

empty(a::AbstractDict) = empty(a, keytype(a), valtype(a))
empty(a::AbstractDict, ::Type{V}) where {V} = empty(a, keytype(a), V)

copy(a::AbstractDict) = merge!(empty(a), a)
function copy!(dst::AbstractDict, src::AbstractDict)
    dst === src && return dst
    merge!(empty!(dst), src)
end

keytype(::Type{<:AbstractDict{K,V}}) where {K,V} = K
keytype(a::AbstractDict) = keytype(typeof(a))
valtype(::Type{<:AbstractDict{K,V}}) where {K,V} = V
valtype(a::AbstractDict) = valtype(typeof(a))

eltype(::Type{<:AbstractDict{K,V}}) where {K,V} = Pair{K,V}

## merging ##

function merge!(d::AbstractDict, others::AbstractDict...)
    for other in others
        if d isa Dict && haslength(other)
            sizehint!(d, length(d) + length(other))
        end
        for (k, v) in other
            d[k] = v
        end
    end
    return d
end

function mergewith!(combine, d::AbstractDict, others::AbstractDict...)
    foldl(mergewith!(combine), others; init=d)
end
function mergewith!(combine, d1::AbstractDict, d2::AbstractDict)
    for (k, v) in d2
        d1[k] = haskey(d1, k) ? combine(d1[k], v) : v
    end
    return d1
end
mergewith!(combine) = (args...) -> mergewith!(combine, args...)
mergewith!(combine, d::AbstractDict) = d

merge!(combine::Callable, args...) = mergewith!(combine, args...)

merge(d::AbstractDict, others::AbstractDict...) =
    merge!(_typeddict(d, others...), others...)
mergewith(combine, d::AbstractDict, others::AbstractDict...) =
    mergewith!(combine, _typeddict(d, others...), others...)
mergewith(combine) = (args...) -> mergewith(combine, args...)
merge(combine::Callable, d::AbstractDict, others::AbstractDict...) =
    merge!(combine, _typeddict(d, others...), others...)

# a copy of d that can hold the keys and values of the others
function _typeddict(d::AbstractDict, others::AbstractDict...)
    K = promoteK(keytype(d), others...)
    V = promoteV(valtype(d), others...)
    return emptymergedict(d, K, V)
end
emptymergedict(d, K, V) = merge!(empty(d, K, V), d)

promoteK(K) = K
promoteV(V) = V
promoteK(K, d, ds...) = promoteK(promote_type(K, keytype(d)), ds...)
promoteV(V, d, ds...) = promoteV(promote_type(V, valtype(d)), ds...)

## filtering ##

function filter!(f, d::AbstractDict)
    badkeys = Vector{keytype(d)}()
    for pair in d
        # removed afterwards: not every dictionary allows it during iteration
        f(pair) || push!(badkeys, pair.first)
    end
    for key in badkeys
        delete!(d, key)
    end
    return d
end
function filter_in_one_pass!(f, d::AbstractDict)
    for pair in d
        if !f(pair)
            delete!(d, pair.first)
        end
    end
    return d
end

function filter(f, d::AbstractDict)
    df = empty(d)
    for pair in d
        if f(pair)
            df[pair.first] = pair.second
        end
    end
    return df
end

## comparison and hashing ##

function isequal(l::AbstractDict, r::AbstractDict)
    l === r && return true
    if isa(l, IdDict) != isa(r, IdDict)
        return false
    end
    length(l) != length(r) && return false
    for pair in l
        if !in(pair, r, isequal)
            return false
        end
    end
    true
end

function ==(l::AbstractDict, r::AbstractDict)
    if isa(l, IdDict) != isa(r, IdDict)
        return false
    end
    length(l) != length(r) && return false
    anymissing = false
    for pair in l
        isin = in(pair, r)
        if ismissing(isin)
            anymissing = true
        elseif !isin
            return false
        end
    end
    return anymissing ? missing : true
end

const hasha_seed = 0x6d35bb51952d5539
function hash(a::AbstractDict, h::UInt)
    hv = hasha_seed
    for (k, v) in a
        hv ⊻= hash(k, hash(v))
    end
    hash(hv, h)
end

## access ##

function getindex(t::AbstractDict{<:Any,V}, key) where {V}
    v = get(t, key, secret_table_token)
    if v === secret_table_token
        throw(KeyError(key))
    end
    return v::V
end
# t[k1, k2, ks...] has a tuple as its key
getindex(t::AbstractDict, k1, k2, ks...) = getindex(t, tuple(k1, k2, ks...))
setindex!(t::AbstractDict, v, k1, k2, ks...) = setindex!(t, v, tuple(k1, k2, ks...))

get!(t::AbstractDict, key, default) = get!(() -> default, t, key)
function get!(default::Callable, t::AbstractDict{K,V}, key) where {K,V}
    key = convert(K, key)
    if haskey(t, key)
        return t[key]
    else
        return t[key] = convert(V, default())
    end
end

push!(t::AbstractDict, p::Pair) = setindex!(t, p.second, p.first)
push!(t::AbstractDict, p::Pair, q::Pair) = push!(push!(t, p), q)
push!(t::AbstractDict, p::Pair, q::Pair, r::Pair...) = push!(push!(push!(t, p), q), r...)

convert(::Type{T}, x::T) where {T<:AbstractDict} = x
function convert(::Type{T}, x::AbstractDict) where {T<:AbstractDict}
    h = T(x)::T
    if length(h) != length(x)
        error("key collision during dictionary conversion")
    end
    return h
end

# In place for all values, with no key touched.
function map!(f, iter::ValueIterator{<:AbstractDict})
    dict = iter.dict
    for (key, val) in pairs(dict)
        dict[key] = f(val)
    end
    return iter
end
function sizehint!(d::AbstractDict, n)
    return d
end

function pop!(d::AbstractDict)
    isempty(d) && throw(ArgumentError("dict must be non-empty"))
    (k, v) = first(d)
    delete!(d, k)
    return Pair(k, v)
end

function empty!(d::AbstractDict)
    for k in collect(keys(d))
        delete!(d, k)
    end
    return d
end
