# Test: @test and its relatives, test sets with their summary table, @inferred, checks for
# ambiguities. The results of tests are values (results.jl); test sets record them (testsets.jl);
# @test_logs and @test_deprecated stand in logging.jl, the deliberately poor containers in generic.jl.

module Test

using Random: Random

export @test, @test_throws, @test_broken, @test_skip, @test_warn, @test_nowarn, @test_logs, @test_deprecated
export @testset
export @inferred
export detect_ambiguities, detect_unbound_args
export GenericString, GenericSet, GenericDict, GenericArray, GenericOrder
export TestSetException
export TestLogger, LogRecord

const DISPLAYED_FUNCS = (:isequal, :isapprox, :≈, :occursin, :startswith, :endswith, :isempty, :contains)
const comparison_prec = Base.operator_precedence(:(==))

const FAIL_FAST = Ref{Bool}(false)
const TESTSET_PRINT_ENABLE = Ref(true)

include("results.jl")
include("macros.jl")
include("testsets.jl")
include("testset_macro.jl")
include("inferred.jl")
include("ambiguities.jl")
include("logging.jl")
include("generic.jl")
include("seed.jl")

end # module Test
