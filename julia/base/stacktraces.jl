# stacktraces.jl: the module `StackTraces`: backtraces as lists of frames.

module StackTraces

import Base: hash, ==, show
import Core: CodeInfo, MethodInstance

export StackTrace, StackFrame, stacktrace

"""
    StackFrame

One frame: function, file and line.
"""
struct StackFrame
    "the name of the function"
    func::Symbol
    "the file of the code"
    file::Symbol
    "the line in it"
    line::Int
    "the specialization or the lowered code, where known"
    linfo::Union{MethodInstance,Method,CodeInfo,Module,Nothing}
    "whether the code is C"
    from_c::Bool
    "whether the call was inlined"
    inlined::Bool
    "an address, zero for none"
    pointer::UInt64
end
StackFrame(func, file, line) = StackFrame(Symbol(func), Symbol(file), line, nothing, false, false, 0)

const StackTrace = Vector{StackFrame}
const empty_sym = Symbol("")
const UNKNOWN = StackFrame(empty_sym, empty_sym, -1, nothing, true, false, 0)
const top_level_scope_sym = Symbol("top-level scope")

function ==(a::StackFrame, b::StackFrame)
    return a.line == b.line && a.from_c == b.from_c && a.func == b.func && a.file == b.file && a.inlined == b.inlined
end
function hash(frame::StackFrame, h::UInt)
    h += 0xf4fbda67fe20ce88 % UInt
    h = hash(frame.line, h)
    h = hash(frame.file, h)
    h = hash(frame.func, h)
    h = hash(frame.from_c, h)
    h = hash(frame.inlined, h)
    return h
end

# An entry of a backtrace is a simple vector of function name, file, line and code.
lookup(frame::StackFrame) = StackFrame[frame]
function lookup(entry::Core.SimpleVector)
    return StackFrame[StackFrame(entry[1]::Symbol, entry[2]::Symbol, Int(entry[3]), entry[4], false, false, 0)]
end
lookup(@nospecialize(entry)) = StackFrame[UNKNOWN]

"""
    stacktrace([trace::Vector], [c_funcs::Bool=false]) -> StackTrace

The frames of a backtrace, by default the current one.
"""
function stacktrace(trace::Vector, c_funcs::Bool=false)
    stack = StackTrace()
    for entry in trace
        for frame in lookup(entry)
            frame.from_c && !c_funcs && continue
            push!(stack, frame)
        end
    end
    return stack
end
stacktrace(c_funcs::Bool=false) = stacktrace(backtrace(), c_funcs)

is_top_level_frame(f::StackFrame) = f.linfo isa CodeInfo || (f.linfo === nothing && f.func === top_level_scope_sym)

function show_spec_linfo(io::IO, frame::StackFrame)
    if frame.func === empty_sym
        print(io, "ip:0x", string(frame.pointer, base=16))
    elseif frame.linfo isa MethodInstance
        Base.show_tuple_as_call(io, frame.func, (frame.linfo::MethodInstance).specTypes)
    else
        print(io, frame.func === top_level_scope_sym ? "top-level scope" : frame.func)
    end
end

function show(io::IO, frame::StackFrame)
    show_spec_linfo(io, frame)
    if frame.file !== empty_sym
        file_info = basename(string(frame.file))
        print(io, " at ")
        print(io, file_info, ":")
        print(io, frame.line >= 0 ? frame.line : "?")
    end
    frame.inlined && print(io, " [inlined]")
end

# Where a frame's code was defined.
Base.parentmodule(frame::StackFrame) = frame.linfo isa MethodInstance && frame.linfo.def isa Method ? frame.linfo.def.module : nothing

end # module StackTraces
