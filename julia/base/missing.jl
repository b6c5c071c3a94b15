# missing.jl: `missing` in arithmetic and logic, `skipmissing`, `coalesce`.

"""
    MissingException(msg)

`missing` where it is not allowed.
"""
struct MissingException <: Exception
    msg::AbstractString
end
showerror(io::IO, ex::MissingException) = print(io, "MissingException: ", ex.msg)

"""
    nonmissingtype(T::Type)

`T` without `Missing`.
"""
nonmissingtype(::Type{T}) where {T} = typesplit(T, Missing)
function nonmissingtype_checked(T::Type)
    R = nonmissingtype(T)
    R >: T && error("could not compute non-missing type")
    R <: Union{} && error("cannot convert a value to missing for assignment")
    return R
end

promote_rule(T::Type{Missing}, S::Type) = Union{S,Missing}
promote_rule(T::Type{Union{Nothing,Missing}}, S::Type) = Union{S,Nothing,Missing}
function promote_rule(T::Type{>:Union{Nothing,Missing}}, S::Type)
    R = nonnothingtype(T)
    R >: T && return Any
    T = R
    R = nonmissingtype(T)
    R >: T && return Any
    T = R
    R = promote_type(T, S)
    return Union{R,Nothing,Missing}
end
function promote_rule(T::Type{>:Missing}, S::Type)
    R = nonmissingtype(T)
    R >: T && return Any
    T = R
    R = promote_type(T, S)
    return Union{R,Missing}
end

convert(::Type{T}, x::T) where {T>:Missing} = x
convert(::Type{T}, x::T) where {T>:Union{Missing,Nothing}} = x
convert(::Type{T}, x) where {T>:Missing} = convert(nonmissingtype_checked(T), x)
convert(::Type{T}, x) where {T>:Union{Missing,Nothing}} = convert(nonmissingtype_checked(nonnothingtype_checked(T)), x)

# ---- comparison ------------------------------------------------------------------------------------------------

==(::Missing, ::Missing) = missing
==(::Missing, ::Any) = missing
==(::Any, ::Missing) = missing
==(::Missing, ::WeakRef) = missing
==(::WeakRef, ::Missing) = missing
isequal(::Missing, ::Missing) = true
isequal(::Missing, ::Any) = false
isequal(::Any, ::Missing) = false
<(::Missing, ::Missing) = missing
<(::Missing, ::Any) = missing
<(::Any, ::Missing) = missing
isless(::Missing, ::Missing) = false
isless(::Missing, ::Any) = false
isless(::Any, ::Missing) = true
isapprox(::Missing, ::Missing; kwargs...) = missing
isapprox(::Missing, ::Any; kwargs...) = missing
isapprox(::Any, ::Missing; kwargs...) = missing

# ---- functions of one and two arguments --------------------------------------------------------------------------

for f in (:(!), :(~), :(+), :(-), :(*), :(&), :(|), :(xor),
          :(zero), :(one), :(oneunit), :(isfinite), :(isinf), :(isodd), :(isinteger), :(isreal), :(isnan),
          :(iszero), :(transpose), :(adjoint), :(float), :(complex), :(conj), :(abs), :(abs2), :(iseven), :(ispow2),
          :(real), :(imag), :(sign), :(inv), :(signbit), :(numerator), :(denominator))
    @eval ($f)(::Missing) = missing
end
for f in (:(zero), :(one), :(oneunit))
    @eval ($f)(::Type{Missing}) = missing
    @eval function $(f)(::Type{Union{T,Missing}}) where {T}
        T === Any && throw(MethodError($f, (Any,)))
        return $f(T)
    end
end
for f in (:(float), :(complex))
    @eval $f(::Type{Missing}) = Missing
    @eval function $f(::Type{Union{T,Missing}}) where {T}
        T === Any && throw(MethodError($f, (Any,)))
        return Union{$f(T),Missing}
    end
end

for f in (:(+), :(-), :(*), :(/), :(^), :(mod), :(rem))
    @eval begin
        ($f)(::Missing, ::Missing) = missing
        ($f)(::Missing, ::Number) = missing
        ($f)(::Number, ::Missing) = missing
    end
end
div(::Missing, ::Missing, r::RoundingMode) = missing
div(::Missing, ::Number, r::RoundingMode) = missing
div(::Number, ::Missing, r::RoundingMode) = missing

min(::Missing, ::Missing) = missing
min(::Missing, ::Any) = missing
min(::Any, ::Missing) = missing
max(::Missing, ::Missing) = missing
max(::Missing, ::Any) = missing
max(::Any, ::Missing) = missing
minmax(::Missing, ::Missing) = (missing, missing)
minmax(::Missing, ::Any) = (missing, missing)
minmax(::Any, ::Missing) = (missing, missing)

missing_conversion_msg(@nospecialize T) =
    LazyString("cannot convert a missing value to type ", T, ": use Union{", T, ", Missing} instead")

# Rounding.
round(::Missing, ::RoundingMode=RoundNearest; sigdigits::Integer=0, digits::Integer=0, base::Integer=0) = missing
round(::Type{>:Missing}, ::Missing, ::RoundingMode=RoundNearest) = missing
round(::Type{T}, ::Missing, ::RoundingMode=RoundNearest) where {T} = throw(MissingException(missing_conversion_msg(T)))
round(::Type{T}, x::Any, r::RoundingMode=RoundNearest) where {T>:Missing} = round(nonmissingtype_checked(T), x, r)
round(::Type{T}, x::Rational{Tr}, r::RoundingMode=RoundNearest) where {T>:Missing,Tr} = round(nonmissingtype_checked(T), x, r)
round(::Type{T}, x::Rational{Bool}, r::RoundingMode=RoundNearest) where {T>:Missing} = round(nonmissingtype_checked(T), x, r)
for f in (:(ceil), :(floor), :(trunc))
    @eval begin
        ($f)(::Missing; sigdigits::Integer=0, digits::Integer=0, base::Integer=0) = missing
        ($f)(::Type{>:Missing}, ::Missing) = missing
        ($f)(::Type{T}, ::Missing) where {T} = throw(MissingException(missing_conversion_msg(T)))
        ($f)(::Type{T}, x::Any) where {T>:Missing} = $f(nonmissingtype_checked(T), x)
        ($f)(::Type{T}, x::Rational) where {T>:Missing} = $f(nonmissingtype_checked(T), x)
    end
end

# Three-valued logic.
(&)(::Missing, ::Missing) = missing
(&)(a::Missing, b::Bool) = ifelse(b, missing, false)
(&)(b::Bool, a::Missing) = ifelse(b, missing, false)
(&)(::Missing, ::Integer) = missing
(&)(::Integer, ::Missing) = missing
(|)(::Missing, ::Missing) = missing
(|)(a::Missing, b::Bool) = ifelse(b, true, missing)
(|)(b::Bool, a::Missing) = ifelse(b, true, missing)
(|)(::Missing, ::Integer) = missing
(|)(::Integer, ::Missing) = missing
xor(::Missing, ::Missing) = missing
xor(a::Missing, b::Bool) = missing
xor(b::Bool, a::Missing) = missing
xor(::Missing, ::Integer) = missing
xor(::Integer, ::Missing) = missing

# Texts.
*(d::Missing, x::Union{AbstractString,AbstractChar}) = missing
*(d::Union{AbstractString,AbstractChar}, x::Missing) = missing

function float(A::AbstractArray{Union{T,Missing}}) where {T}
    U = typeof(float(zero(T)))
    return convert(AbstractArray{Union{U,Missing}}, A)
end
float(A::AbstractArray{Missing}) = A

# ---- skipmissing -------------------------------------------------------------------------------------------------

"""
    skipmissing(itr)

The elements that are not `missing`.
"""
skipmissing(itr) = SkipMissing(itr)

struct SkipMissing{T}
    x::T
end
IteratorSize(::Type{<:SkipMissing}) = SizeUnknown()
IteratorEltype(::Type{SkipMissing{T}}) where {T} = IteratorEltype(T)
eltype(::Type{SkipMissing{T}}) where {T} = nonmissingtype(eltype(T))

function iterate(itr::SkipMissing, state...)
    y = iterate(itr.x, state...)
    y === nothing && return nothing
    item, state = y
    while ismissing(item)
        y = iterate(itr.x, state)
        y === nothing && return nothing
        item, state = y
    end
    return item, state
end

IndexStyle(::Type{<:SkipMissing{T}}) where {T} = IndexStyle(T)
eachindex(itr::SkipMissing) = Iterators.filter(i -> !ismissing(@inbounds(itr.x[i])), eachindex(itr.x))
keys(itr::SkipMissing) = Iterators.filter(i -> !ismissing(@inbounds(itr.x[i])), keys(itr.x))
function getindex(itr::SkipMissing, I...)
    v = itr.x[I...]
    ismissing(v) && throw(MissingException(LazyString("the value at index ", I, " is missing")))
    return v
end

function show(io::IO, s::SkipMissing)
    print(io, "skipmissing(")
    show(io, s.x)
    print(io, ')')
end

# The reductions over an array skip by index.
mapreduce(f, op, itr::SkipMissing{<:AbstractArray}) =
    _mapreduce_skipmissing(f, op, itr)
function _mapreduce_skipmissing(f, op, itr::SkipMissing)
    y = iterate(itr)
    if y === nothing
        return mapreduce_empty(f, op, eltype(itr))
    end
    v = mapreduce_first(f, op, y[1])
    y = iterate(itr, y[2])
    while y !== nothing
        v = op(v, f(y[1]))
        y = iterate(itr, y[2])
    end
    return v
end

"""
    filter(f, itr::SkipMissing{<:AbstractArray})

The elements that are not `missing` and for which `f` is true, as a vector.
"""
function filter(f, itr::SkipMissing{<:AbstractArray})
    y = similar(itr.x, eltype(itr), 0)
    for xi in itr
        if f(xi)
            push!(y, xi)
        end
    end
    return y
end

# ---- coalesce -------------------------------------------------------------------------------------------------------

"""
    coalesce(x...)

The first argument that is not `missing`.
"""
function coalesce end
coalesce() = missing
coalesce(x::Missing, y...) = coalesce(y...)
coalesce(x::Any, y...) = x

"""
    @coalesce(x...)

Like `coalesce`, but arguments after the first that counts are not evaluated.
"""
macro coalesce(args...)
    expr = :(missing)
    for arg in reverse(args)
        expr = :(!ismissing((val = $(esc(arg));)) ? val : $expr)
    end
    return :(let val
                 $expr
             end)
end
