# timing.jl: how long code takes and how much it allocates.

"""
    time_ns() -> UInt64

Nanoseconds since some time in the past.
"""
time_ns() = ccall(:jl_hrtime, UInt64, ())

# The collector's counters, of which the difference between two times is reported.
struct GC_Num
    allocd::Int64
    total_allocd::Int64
    malloc::Int64
    poolalloc::Int64
    pause::Int64
    total_time::Int64
end
gc_num() = GC_Num(gc_bytes(), gc_bytes(), 0, gc_objects(), ccall(:jl_gc_collections, Int64, ()), Int64(gc_time_ns()))

struct GC_Diff
    allocd::Int64
    malloc::Int64
    realloc::Int64
    poolalloc::Int64
    bigalloc::Int64
    freecall::Int64
    total_time::Int64
    pause::Int64
    full_sweep::Int64
end
GC_Diff(new::GC_Num, old::GC_Num) =
    GC_Diff(new.allocd - old.allocd, 0, 0, new.poolalloc - old.poolalloc, 0, 0, new.total_time - old.total_time,
            new.pause - old.pause, 0)
gc_total_bytes(n::GC_Num) = n.allocd
gc_alloc_count(d::GC_Diff) = d.malloc + d.realloc + d.poolalloc + d.bigalloc

gc_bytes() = Int64(ccall(:jl_gc_total_bytes, Int64, ()))
gc_objects() = Int64(ccall(:jl_gc_total_objects, Int64, ()))
gc_time_ns() = ccall(:jl_gc_total_hrtime, UInt64, ())
gc_live_bytes() = Int64(ccall(:jl_gc_live_bytes, Int64, ()))
cumulative_compile_timing(on::Bool) = nothing
cumulative_compile_time_ns() = (UInt64(0), UInt64(0))

const _mem_units = ["byte", "KiB", "MiB", "GiB", "TiB", "PiB"]
const _cnt_units = ["", " k", " M", " G", " T", " P"]
function prettyprint_getunits(value, numunits, factor)
    if value == 0 || value == 1
        return (value, 1)
    end
    unit = ceil(Int, log(value) / log(factor))
    unit = min(numunits, unit)
    number = value / factor^(unit - 1)
    return number, unit
end
function padded_nonzero_print(value, str, always_print=true)
    if always_print || value != 0
        blanks = "                "[1:(18-length(str))]
        println(str, ":", blanks, value)
    end
end
function format_bytes(bytes; binary=true)
    units = binary ? _mem_units : ["byte", "KB", "MB", "GB", "TB", "PB"]
    factor = binary ? 1024 : 1000
    bytes, mb = prettyprint_getunits(bytes, length(units), Int64(factor))
    if mb == 1
        return string(Int(bytes), " ", units[mb], bytes == 1 ? "" : "s")
    end
    return string(_digits3(bytes), " ", units[mb])
end
_digits3(x) = _fixed(Float64(x), 3)

# A number with a fixed count of digits after the point.
function _fixed(x::Float64, digits::Int)
    scaled = round(Int128, x * 10.0^digits)
    s = string(abs(scaled), pad=digits + 1)
    neg = scaled < 0 ? "-" : ""
    digits == 0 && return string(neg, s)
    return string(neg, s[1:end-digits], ".", s[end-digits+1:end])
end

function time_print(io::IO, elapsedtime, bytes=0, gctime=0, allocs=0, compile_time=0, recompile_time=0, newline=false;
                    msg::Union{String,Nothing}=nothing)
    timestr = _fixed(elapsedtime / 1e9, 6)
    str = sprint() do io
        if msg isa String
            print(io, msg, ": ")
        else
            print(io, length(timestr) < 10 ? (" "^(10 - length(timestr))) : "")
        end
        print(io, timestr, " seconds")
        parens = bytes != 0 || allocs != 0 || gctime > 0
        parens && print(io, " (")
        if bytes != 0 || allocs != 0
            allocs, ma = prettyprint_getunits(allocs, length(_cnt_units), Int64(1000))
            if ma == 1
                print(io, Int(allocs), _cnt_units[ma], allocs == 1 ? " allocation: " : " allocations: ")
            else
                print(io, _fixed(Float64(allocs), 2), _cnt_units[ma], " allocations: ")
            end
            print(io, format_bytes(bytes))
        end
        if gctime > 0
            if bytes != 0 || allocs != 0
                print(io, ", ")
            end
            print(io, _fixed(Float64(100 * gctime / elapsedtime), 2), "% gc time")
        end
        parens && print(io, ")")
        newline && print(io, "\n")
    end
    print(io, str)
    return nothing
end

"""
    @time [description] expr

Evaluate, print the time that it took and what it allocated, and return the value.
"""
macro time(ex)
    quote
        @time nothing $(esc(ex))
    end
end
macro time(msg, ex)
    quote
        local ret = @timed $(esc(ex))
        local _msg = $(esc(msg))
        local _msg_str = _msg === nothing ? _msg : string(_msg)
        time_print(stdout, ret.time * 1e9, ret.bytes, ret.gctime * 1e9, gc_alloc_count(ret.gcstats), 0, 0, true; msg=_msg_str)
        ret.value
    end
end

"""
    @showtime expr

`@time` with the expression as its description.
"""
macro showtime(ex)
    quote
        @time $(sprint(show_unquoted, ex)) $(esc(ex))
    end
end

"""
    @timev expr

`@time` with more numbers.
"""
macro timev(ex)
    quote
        @timev nothing $(esc(ex))
    end
end
macro timev(msg, ex)
    quote
        local ret = @timed $(esc(ex))
        local _msg = $(esc(msg))
        local _msg_str = _msg === nothing ? _msg : string(_msg)
        time_print(stdout, ret.time * 1e9, ret.bytes, ret.gctime * 1e9, gc_alloc_count(ret.gcstats), 0, 0, true; msg=_msg_str)
        padded_nonzero_print(round(Int, ret.time * 1e9), "elapsed time (ns)")
        padded_nonzero_print(ret.bytes, "bytes allocated")
        padded_nonzero_print(ret.gcstats.poolalloc, "pool allocs")
        ret.value
    end
end

"""
    @elapsed expr

The seconds that the evaluation took.
"""
macro elapsed(ex)
    quote
        local t0 = time_ns()
        $(esc(ex))
        (time_ns() - t0) / 1e9
    end
end

# What `f` calls has native code before its first call, so that what is measured is the program and not what runs it.
function _compiled(@nospecialize(f))
    before = ccall(:jl_compile_at_first_call, Cint, (Cint,), 1)
    try
        return f()::Int64
    finally
        ccall(:jl_compile_at_first_call, Cint, (Cint,), before)
    end
end

# Both run the expression as it is in a function of its own, so that its variables are local to it.
"""
    @allocated expr
    @allocations expr

The bytes, or the objects, that the evaluation allocated; what compiles it is not counted.
"""
macro allocated(ex)
    quote
        local f = () -> (local b0 = gc_bytes(); $(esc(ex)); local b1 = gc_bytes(); b1 - b0)
        _compiled(f)
    end
end
macro allocations(ex)
    quote
        local f = () -> (local n0 = gc_objects(); $(esc(ex)); local n1 = gc_objects(); n1 - n0)
        _compiled(f)
    end
end

"""
    @timed expr

The value with its time, bytes, time in the collector, and the collector's counters.
"""
macro timed(ex)
    quote
        local stats = gc_num()
        local elapsedtime = time_ns()
        local val = $(esc(ex))
        elapsedtime = time_ns() - elapsedtime
        local diff = GC_Diff(gc_num(), stats)
        (value=val, time=elapsedtime / 1e9, bytes=diff.allocd, gctime=diff.total_time / 1e9, gcstats=diff)
    end
end
