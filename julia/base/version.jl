# version.jl: version numbers by the rules of semantic versioning.

const VInt = UInt32
const VerTuple = Tuple{Vararg{Union{UInt64,String}}}

# Letters, digits and hyphens, and not digits alone; nothing at all only where it is the only one.
function _check_ident(ident, what, alone::Bool)
    ident isa Integer && return nothing
    (isempty(ident) ? alone : _is_ident(ident) && !_is_digits(ident)) ||
        throw(ArgumentError("invalid $what identifier: $(repr(ident))"))
    return nothing
end
_ident_byte(b::UInt8) = UInt8('0') <= b <= UInt8('9') || UInt8('a') <= b <= UInt8('z') ||
                        UInt8('A') <= b <= UInt8('Z') || b == UInt8('-')
_is_digit_byte(b::UInt8) = UInt8('0') <= b <= UInt8('9')
_is_ident(s::AbstractString) = ncodeunits(s) > 0 && all(_ident_byte, codeunits(s))
_is_digits(s::AbstractString) = ncodeunits(s) > 0 && all(_is_digit_byte, codeunits(s))

"""
    VersionNumber

A version, of major, minor, patch, prerelease and build parts.
"""
struct VersionNumber
    major::VInt
    minor::VInt
    patch::VInt
    prerelease::VerTuple
    build::VerTuple

    function VersionNumber(major::VInt, minor::VInt, patch::VInt, pre::VerTuple, bld::VerTuple)
        major >= 0 || throw(ArgumentError("invalid negative major version: $major"))
        minor >= 0 || throw(ArgumentError("invalid negative minor version: $minor"))
        patch >= 0 || throw(ArgumentError("invalid negative patch version: $patch"))
        for ident in pre
            _check_ident(ident, "pre-release", length(pre) == 1 && isempty(bld))
        end
        for ident in bld
            _check_ident(ident, "build", length(bld) == 1)
        end
        return new(major, minor, patch, pre, bld)
    end
end
VersionNumber(major::Integer, minor::Integer=0, patch::Integer=0,
              pre::Tuple{Vararg{Union{Integer,AbstractString}}}=(),
              bld::Tuple{Vararg{Union{Integer,AbstractString}}}=()) =
    VersionNumber(VInt(major), VInt(minor), VInt(patch),
                  map(x -> x isa Integer ? UInt64(x) : String(x), pre),
                  map(x -> x isa Integer ? UInt64(x) : String(x), bld))
VersionNumber(v::Tuple) = VersionNumber(v...)
VersionNumber(v::VersionNumber) = v

function print(io::IO, v::VersionNumber)
    v == typemax(VersionNumber) && return print(io, "∞")
    print(io, v.major)
    print(io, '.')
    print(io, v.minor)
    print(io, '.')
    print(io, v.patch)
    if !isempty(v.prerelease)
        print(io, '-')
        join(io, v.prerelease, '.')
    end
    if !isempty(v.build)
        print(io, '+')
        join(io, v.build, '.')
    end
end
show(io::IO, v::VersionNumber) = print(io, "v\"", v, "\"")

Broadcast.broadcastable(v::VersionNumber) = Ref(v)

# Identifiers between dots; numbers count as such.
function split_idents(s::AbstractString)
    out = Union{UInt64,String}[]
    for ident in eachsplit(s, '.')
        push!(out, _is_digits(ident) ? parse(UInt64, ident) : String(ident))
    end
    return tuple(out...)::VerTuple
end
_all_idents(s::AbstractString) = all(_is_ident, eachsplit(s, '.'))

# v?MAJOR[.MINOR[.PATCH]][-PRE | PRE][+BUILD]; a lone `-` or `+` is an empty identifier.
function tryparse(::Type{VersionNumber}, v::AbstractString)
    v == "∞" && return typemax(VersionNumber)
    s = String(v)
    i = 1
    n = ncodeunits(s)
    i <= n && codeunit(s, i) == UInt8('v') && (i += 1)
    numbers = UInt32[]
    while true
        j = i
        while j <= n && _is_digit_byte(codeunit(s, j))
            j += 1
        end
        j == i && return nothing
        number = tryparse(VInt, s[i:j-1])
        number === nothing && return nothing
        push!(numbers, number)
        i = j
        length(numbers) < 3 && i < n && codeunit(s, i) == UInt8('.') && _is_digit_byte(codeunit(s, i + 1)) || break
        i += 1
    end
    pre = bld = ()
    rest = s[i:end]
    plus = findfirst('+', rest)
    head = plus === nothing ? rest : rest[1:prevind(rest, plus)]
    if head == "-"
        pre = ("",)
    elseif !isempty(head)
        text = head
        if head[1] == '-'
            text = head[2:end]
        elseif !isletter(head[1])
            return nothing
        end
        _all_idents(text) || return nothing
        pre = split_idents(text)
    end
    if plus !== nothing
        text = rest[nextind(rest, plus):end]
        isempty(text) || _all_idents(text) || return nothing
        bld = isempty(text) ? ("",) : split_idents(text)
    end
    major = numbers[1]
    minor = length(numbers) > 1 ? numbers[2] : VInt(0)
    patch = length(numbers) > 2 ? numbers[3] : VInt(0)
    return VersionNumber(major, minor, patch, pre::VerTuple, bld::VerTuple)
end
function parse(::Type{VersionNumber}, v::AbstractString)
    ver = tryparse(VersionNumber, v)
    ver === nothing && throw(ArgumentError("invalid version string: $v"))
    return ver
end
VersionNumber(v::AbstractString) = parse(VersionNumber, v)

"""
    @v_str

A version as a literal.
"""
macro v_str(v)
    return VersionNumber(v)
end

function typemax(::Type{VersionNumber})
    ∞ = typemax(VInt)
    return VersionNumber(∞, ∞, ∞, (), ("",))
end
typemin(::Type{VersionNumber}) = VersionNumber(0, 0, 0, ("",), ())

ident_cmp(a::Integer, b::Integer) = cmp(a, b)
ident_cmp(a::Integer, b::String) = isempty(b) ? +1 : -1
ident_cmp(a::String, b::Integer) = isempty(a) ? -1 : +1
ident_cmp(a::String, b::String) = cmp(a, b)
function ident_cmp(A::VerTuple, B::VerTuple)
    for (a, b) in zip(A, B)
        c = ident_cmp(a, b)
        (c != 0) && return c
    end
    length(A) < length(B) ? -1 :
    length(B) < length(A) ? +1 : 0
end

function ==(a::VersionNumber, b::VersionNumber)
    (a.major != b.major) && return false
    (a.minor != b.minor) && return false
    (a.patch != b.patch) && return false
    (ident_cmp(a.prerelease, b.prerelease) != 0) && return false
    (ident_cmp(a.build, b.build) != 0) && return false
    return true
end
issupbuild(v::VersionNumber) = length(v.build) == 1 && isempty(v.build[1])
function isless(a::VersionNumber, b::VersionNumber)
    (a.major < b.major) && return true
    (a.major > b.major) && return false
    (a.minor < b.minor) && return true
    (a.minor > b.minor) && return false
    (a.patch < b.patch) && return true
    (a.patch > b.patch) && return false
    (!isempty(a.prerelease) && isempty(b.prerelease)) && return true
    (isempty(a.prerelease) && !isempty(b.prerelease)) && return false
    c = ident_cmp(a.prerelease, b.prerelease)
    (c < 0) && return true
    (c > 0) && return false
    c = ident_cmp(a.build, b.build)
    (c < 0) && return true
    return false
end
function hash(v::VersionNumber, h::UInt)
    h += 0x8ff4ffdb75f9fede % UInt
    h = hash(v.major, h)
    h = hash(v.minor, h)
    h = hash(v.patch, h)
    h = hash(v.prerelease, ~h)
    h = hash(v.build, ~h)
    return h
end

lowerbound(v::VersionNumber) = VersionNumber(v.major, v.minor, v.patch, ("",), ())
upperbound(v::VersionNumber) = VersionNumber(v.major, v.minor, v.patch, (), ("",))
thispatch(v::VersionNumber) = VersionNumber(v.major, v.minor, v.patch)
thisminor(v::VersionNumber) = VersionNumber(v.major, v.minor, 0)
thismajor(v::VersionNumber) = VersionNumber(v.major, 0, 0)
nextpatch(v::VersionNumber) = v < thispatch(v) ? thispatch(v) : VersionNumber(v.major, v.minor, v.patch + 1)
nextminor(v::VersionNumber) = v < thisminor(v) ? thisminor(v) : VersionNumber(v.major, v.minor + 1, 0)
nextmajor(v::VersionNumber) = v < thismajor(v) ? thismajor(v) : VersionNumber(v.major + 1, 0, 0)

"""
    VERSION

The version of the language.
"""
const VERSION = VersionNumber(1, 10, 8)

# There is no repository behind a build.
struct GitVersionInfo
    commit::String
    commit_short::String
    branch::String
    tagged_commit::Bool
end
const GIT_VERSION_INFO = GitVersionInfo("", "", "", true)
