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

# The sources that come with Julia have names instead of paths.
function _shown_file(file::Symbol)
    name = String(file)
    startswith(name, "@julia/base/") && return Symbol("./", chopprefix(name, "@julia/base/"))
    startswith(name, "@julia/") && return Symbol(chopprefix(name, "@julia/"))
    return file
end

# An entry of a backtrace is the address of native code, or a frame of the interpreter: a simple vector of function
# name, file, line, code, and whether it was inlined. Of what was inlined no specialization is known.
lookup(frame::StackFrame) = StackFrame[frame]
lookup(entry::Core.SimpleVector) = StackFrame[_frame(entry, UInt64(0))]
function lookup(pointer::Ptr{Cvoid})
    entries = ccall(:jl_lookup_code_address, Any, (Ptr{Cvoid},), pointer)::Vector{Any}
    isempty(entries) && return StackFrame[StackFrame(empty_sym, empty_sym, -1, nothing, true, false, UInt64(pointer))]
    return StackFrame[_frame(entry::Core.SimpleVector, UInt64(pointer)) for entry in entries]
end
lookup(@nospecialize(entry)) = StackFrame[UNKNOWN]
function _frame(entry::Core.SimpleVector, pointer::UInt64)
    inlined = entry[5]::Bool
    code = inlined ? nothing : entry[4]
    return StackFrame(entry[1]::Symbol, _shown_file(entry[2]::Symbol), Int(entry[3]), code, false, inlined, pointer)
end

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
function stacktrace(c_funcs::Bool=false)
    stack = stacktrace(backtrace(), c_funcs)
    # Who asks is no part of the answer.
    first = findfirst(frame -> frame.func !== :backtrace && frame.func !== :stacktrace, stack)
    return first === nothing ? stack : stack[first:end]
end

is_top_level_frame(f::StackFrame) = f.linfo isa CodeInfo || (f.linfo === nothing && f.func === top_level_scope_sym)

function show_spec_linfo(io::IO, frame::StackFrame)
    if frame.func === empty_sym
        print(io, "ip:0x", string(frame.pointer, base=16))
    elseif frame.linfo isa MethodInstance && frame.linfo.def isa Method
        def = frame.linfo.def::Method
        Base.show_spec_call(io, def, frame.linfo.specTypes)
    elseif frame.func === top_level_scope_sym
        print(io, "top-level scope")
    else
        print(io, Base.demangled_name(frame.func))
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
function Base.parentmodule(frame::StackFrame)
    code = frame.linfo isa MethodInstance ? frame.linfo.def : frame.linfo
    return code isa Method ? code.module : nothing
end

end # module StackTraces
