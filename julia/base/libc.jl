# libc.jl: the module `Libc`: the C library's time, errors, memory and processes.

function time end

module Libc

export FILE, TmStruct, strftime, strptime, getpid, gethostname, free, malloc, memcpy, memmove, memset, calloc, realloc,
    errno, strerror, flush_cstdio, systemsleep, time

import Base: time

include("errno.jl")

"""
    errno([code])

The error number of the last C call, or set it.
"""
errno() = ccall(:jl_errno, Cint, ())
errno(e::Integer) = ccall(:jl_set_errno, Cvoid, (Cint,), e)

"""
    strerror(n=errno())

The description of an error number.
"""
strerror(e::Integer) = unsafe_string(ccall(:strerror, Ptr{UInt8}, (Int32,), e))
strerror() = strerror(errno())

"""
    time() -> Float64

Seconds since the beginning of 1970.
"""
time() = ccall(:jl_clock_now, Float64, ())

# Seconds and microseconds since the beginning of 1970.
mutable struct TimeVal
    sec::Int64
    usec::Int64
end
function TimeVal()
    now = time()
    sec = floor(now)
    return TimeVal(Int64(sec), trunc(Int64, (now - sec) * 1e6))
end

"""
    getpid() -> Int32

The process's number.
"""
getpid() = ccall(:getpid, Int32, ())

"""
    gethostname() -> String

The machine's name.
"""
gethostname() = ccall(:jl_gethostname, Any, ())::String

flush_cstdio() = ccall(:fflush, Cint, (Ptr{Cvoid},), C_NULL)

"""
    systemsleep(s::Real)

Suspend the whole process.
"""
systemsleep(s::Real) = ccall(:usleep, Cint, (UInt32,), round(UInt32, s * 1e6))

malloc(size::Integer) = ccall(:malloc, Ptr{Cvoid}, (Csize_t,), size)
realloc(addr::Ptr, size::Integer) = ccall(:realloc, Ptr{Cvoid}, (Ptr{Cvoid}, Csize_t), addr, size)
calloc(num::Integer, size::Integer) = ccall(:calloc, Ptr{Cvoid}, (Csize_t, Csize_t), num, size)
free(addr::Ptr) = ccall(:free, Cvoid, (Ptr{Cvoid},), addr)
memcpy(dst::Ptr, src::Ptr, n::Integer) = ccall(:memcpy, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), dst, src, n)
memmove(dst::Ptr, src::Ptr, n::Integer) = ccall(:memmove, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), dst, src, n)
memset(dst::Ptr, val, n::Integer) = ccall(:memset, Ptr{Cvoid}, (Ptr{Cvoid}, Cint, Csize_t), dst, val, n)
memcmp(a::Ptr, b::Ptr, n::Integer) = ccall(:memcmp, Cint, (Ptr{Cvoid}, Ptr{Cvoid}, Csize_t), a, b, n)

"""
    TmStruct([seconds])

A time in its parts, as in C's `tm`.
"""
mutable struct TmStruct
    sec::Int32
    min::Int32
    hour::Int32
    mday::Int32
    month::Int32
    year::Int32
    wday::Int32
    yday::Int32
    isdst::Int32
    # What some systems keep beyond the standard.
    _10::Int32
    _11::Int32
    _12::Int32
    _13::Int32
    _14::Int32

    TmStruct(sec, min, hour, mday, month, year, wday, yday, isdst) =
        new(sec, min, hour, mday, month, year, wday, yday, isdst, 0, 0, 0, 0, 0)
    TmStruct() = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    function TmStruct(t::Real)
        seconds = Ref{Int}(floor(Int, t))
        tm = TmStruct()
        ccall(:localtime_r, Ptr{Cvoid}, (Ref{Int}, Ref{TmStruct}), seconds, tm)
        return tm
    end
end

"""
    strftime([format], time)

The text of a time.
"""
strftime(t) = strftime("%c", t)
strftime(fmt::AbstractString, t::Real) = strftime(fmt, TmStruct(t))
function strftime(fmt::AbstractString, tm::TmStruct)
    timestr = Vector{UInt8}(undef, 256)
    n = ccall(:strftime, Csize_t, (Ptr{UInt8}, Csize_t, Cstring, Ref{TmStruct}), timestr, length(timestr), fmt, tm)
    n == 0 && return ""
    return String(timestr[1:n])
end

"""
    strptime([format], timestr)

The parts of the time in a text.
"""
strptime(timestr::AbstractString) = strptime("%c", timestr)
function strptime(fmt::AbstractString, timestr::AbstractString)
    tm = TmStruct()
    r = ccall(:strptime, Ptr{UInt8}, (Cstring, Cstring, Ref{TmStruct}), timestr, fmt, tm)
    r == C_NULL && error("invalid argument")
    return tm
end
time(tm::TmStruct) = Float64(ccall(:mktime, Int, (Ref{TmStruct},), tm))

# Random numbers for what needs them before the package Random is there.
rand(::Type{UInt32}=UInt32) = ccall(:jl_rand, UInt64, ()) % UInt32
rand(::Type{UInt64}) = ccall(:jl_rand, UInt64, ())
rand(::Type{Float64}) = (ccall(:jl_rand, UInt64, ()) >>> 11) * 2.0^-53
srand(seed::Integer=0) = nothing

end # module Libc
