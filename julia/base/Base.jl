# Base: the top module of every program, in Julia over the intrinsics and builtins of `Core`.
#
# This file fixes the order in which the subjects are loaded. `boot.jl` has been evaluated in `Core`
# before it. Nothing may be *called* at top level (or by a macro at expansion time) before the phase that
# defines it; function bodies may name whatever comes later.
#
# A line that is commented out as `#- include(...)` names a file that is not there yet: whoever adds the
# file takes the `#- ` away in the same commit.

baremodule Base

using Core.Intrinsics, Core.IR
# The parser's own macros; their methods are here.
import Core: @doc, @__doc__, @int128_str, @uint128_str, @big_str, @cmd

# While Base itself is being loaded, `include` names files relative to this one; `loading.jl` adds
# the methods for everybody else.
const _included_files = Core.Array{Core.Any,1}(Core.undef, 0)
function include(mod::Module, path::String)
    ccall(:jl_array_grow_end, Cvoid, (Any, UInt), _included_files, UInt(1))
    Core.arrayset(true, _included_files, Core.svec(mod, path), Core.Intrinsics.arraylen(_included_files))
    return ccall(:jl_load_, Any, (Any, Any), mod, path)
end
include(path::String) = include(Base, path)

# From here on lowering takes `getproperty`, `iterate`, `getindex`, … from this module.
ccall(:jl_set_istopmod, Cvoid, (Any, Bool), Base, true)

eval(x) = Core.eval(Base, x)
eval(m::Module, x) = Core.eval(m, x)

# ---- phase 1: names, properties, conversion, the first macros -------------------------------------
include("exports.jl")
include("property.jl")
include("essentials.jl")
include("ctypes.jl")
include("gcutils.jl")
include("generator.jl")       # collections: Generator, IteratorSize, IteratorEltype, HasShape, …
include("reflection.jl")
include("options.jl")

# ---- phase 2: promotion, tuples, pairs, the scalar numbers ----------------------------------------
include("promotion.jl")
include("tuple.jl")
include("expr.jl")
include("pair.jl")
include("traits.jl")
include("range.jl")           # collections
include("error.jl")
include("bool.jl")
include("number.jl")
include("int.jl")
include("operators.jl")
include("pointer.jl")
include("refvalue.jl")
include("refpointer.jl")
include("checked.jl")
using .Checked
include("strings/lazy.jl")    # text

# ---- phase 3: arrays, iteration -------------------------------------------------------------------
include("indices.jl")         # collections
include("array.jl")           # collections
include("abstractarray.jl")   # collections
include("concatenation.jl")   # collections: vcat, hcat, hvcat, hvncat, cat, stack
include("subarray.jl")        # collections
include("views.jl")           # collections
include("ntuple.jl")
include("abstractdict.jl")    # collections
include("iddict.jl")          # collections
include("idset.jl")           # collections
include("iterators.jl")       # collections
using .Iterators: zip, enumerate, only
using .Iterators: Flatten, Filter, product
using .Iterators: Stateful
include("namedtuple.jl")

# ---- phase 4: hashing, rounding, floats, complex, rational ----------------------------------------
include("hashing.jl")
include("rounding.jl")
using .Rounding
include("div.jl")
include("float.jl")
include("twiceprecision.jl")
include("complex.jl")
include("rational.jl")
include("multinverses.jl")
using .MultiplicativeInverses
include("abstractarraymath.jl")  # collections
include("arraymath.jl")          # collections
include("simdloop.jl")
using .SimdLoop

# ---- phase 5: reductions and the other containers -------------------------------------------------
include("reduce.jl")          # collections
include("reshapedarray.jl")   # collections
include("reinterpretarray.jl") # collections
include("bitarray.jl")        # collections
include("bitset.jl")          # collections
include("multimedia.jl")      # text
using .Multimedia
include("some.jl")
include("dict.jl")            # collections
include("abstractset.jl")     # collections
include("set.jl")             # collections

# ---- phase 6: characters, strings, I/O, printing --------------------------------------------------
include("char.jl")            # text
include("strings/basic.jl")   # text
include("strings/string.jl")  # text
include("strings/substring.jl") # text
include("osutils.jl")
include("c.jl")
include("io.jl")              # text
include("iobuffer.jl")        # text
include("intfuncs.jl")
include("strings/strings.jl") # text: search, unicode, util, io
include("regex.jl")           # text
include("parse.jl")           # text
include("shell.jl")           # text
include("show.jl")            # text
include("arrayshow.jl")       # text
include("methodshow.jl")      # text
include("meta.jl")
using .Meta

# ---- phase 7: multidimensional code, broadcasting, missing ----------------------------------------
include("cartesian.jl")
using .Cartesian
include("multidimensional.jl") # collections
include("broadcast.jl")       # collections
using .Broadcast
using .Broadcast: broadcasted, broadcasted_kwsyntax, materialize, materialize!,
                  broadcast_preserving_zero_d, andand, oror
include("missing.jl")
include("version.jl")

# ---- phase 8: the system --------------------------------------------------------------------------
include("sysinfo.jl")
include("libc.jl")
using .Libc: getpid, gethostname, time
include("logging.jl")
using .CoreLogging
include("condition.jl")
include("threads.jl")
include("lock.jl")
include("channels.jl")
include("task.jl")
include("weakkeydict.jl")     # collections
include("env.jl")
include("iostream.jl")        # text
include("stream.jl")          # text
include("filesystem.jl")      # text
using .Filesystem
include("cmd.jl")             # text
include("process.jl")         # text
include("ttyhascolor.jl")     # text

# ---- phase 9: elementary functions, sorting, the rest of the numbers ------------------------------
include("floatfuncs.jl")
include("math.jl")
using .Math
const (√) = sqrt
const (∛) = cbrt
const (∜) = fourthroot
include("reducedim.jl")       # collections
include("accumulate.jl")      # collections
function permutedims end
function permutedims! end
include("permuteddimsarray.jl") # collections
include("slicearray.jl")      # collections
include("ordering.jl")
using .Order
include("sort.jl")            # collections
using .Sort
include("fastmath.jl")
using .FastMath
include("Enums.jl")
using .Enums
function factorial end
function deepcopy_internal end
include("gmp.jl")
using .GMP
include("ryu/Ryu.jl")         # text
using .Ryu
include("mpfr.jl")
using .MPFR
include("combinatorics.jl")   # collections: factorial, nextprod, isperm, invperm, permute!
include("irrationals.jl")
include("mathconstants.jl")
using .MathConstants: ℯ, π, pi
include("stacktraces.jl")
using .StackTraces

# Random's and LinearAlgebra's functions that Base exports.
function rand end
function randn end

# ---- phase 10: services ---------------------------------------------------------------------------
include("experimental.jl")
include("deepcopy.jl")
include("summarysize.jl")
include("errorshow.jl")       # text
include("initdefs.jl")
include("uuid.jl")
include("loading.jl")
include("client.jl")
include("timing.jl")
include("util.jl")
include("asyncmap.jl")
include("download.jl")
include("deprecated.jl")
include("docs/Docs.jl")
using .Docs

# What types are shown by, so that no process looks through all of Base for it.
foreach(_module_aliases, (Core, Base))

end # baremodule Base
