# Test sets: the stack of them, the default one with its summary table, the one for tests outside of
# any set, and the one that adds the values of variables to failures.

abstract type AbstractTestSet end

function record end
function finish end

struct TestSetException <: Exception
    pass::Int
    fail::Int
    error::Int
    broken::Int
    errors_and_fails::Vector{Union{Fail,Error}}
end
function Base.show(io::IO, ex::TestSetException)
    print(io, "Some tests did not pass: ")
    print(io, ex.pass, " passed, ")
    print(io, ex.fail, " failed, ")
    print(io, ex.error, " errored, ")
    print(io, ex.broken, " broken.")
end
Base.showerror(io::IO, ex::TestSetException, bt; backtrace = true) =
    printstyled(io, string(ex), color = Base.error_color())

# What the process ran so far: passed, failed, errored, broken. The runner reports it.
const TOTALS = [0, 0, 0, 0]

struct FallbackTestSetException <: Exception
    msg::String
end
Base.showerror(io::IO, ex::FallbackTestSetException, bt; backtrace = true) =
    printstyled(io, ex.msg, color = Base.error_color())
Base.showerror(io::IO, ex::FallbackTestSetException) = print(io, ex.msg)

struct FailFastError <: Exception end

# Outside of test sets: passes say nothing, anything else is shown and throws.
struct FallbackTestSet <: AbstractTestSet end
const fallback_testset = FallbackTestSet()
function record(ts::FallbackTestSet, t::Union{Pass,Broken})
    TOTALS[t isa Pass ? 1 : 4] += 1
    return t
end
function record(ts::FallbackTestSet, t::Union{Fail,Error})
    TOTALS[t isa Fail ? 2 : 3] += 1
    println(t)
    throw(FallbackTestSetException("There was an error during testing"))
end
finish(ts::FallbackTestSet) = ts

# Within `@testset let x = …`: failures say what x was.
struct ContextTestSet <: AbstractTestSet
    parent_ts::AbstractTestSet
    context_name::Union{Symbol,Expr}
    context::Any
end
function ContextTestSet(name::Union{Symbol,Expr}, @nospecialize(context))
    if name isa Expr && name.head !== :tuple
        error("Invalid syntax: $(name)")
    end
    return ContextTestSet(get_testset(), name, context)
end
record(c::ContextTestSet, t) = record(c.parent_ts, t)
function record(c::ContextTestSet, t::Fail)
    context = string(c.context_name, " = ", c.context)
    context = t.context === nothing ? context : string(t.context, "\n              ", context)
    return record(c.parent_ts, Fail(t.test_type, t.orig_expr, t.data, t.value, context, t.source, t.message_only, t.backtrace))
end
finish(c::ContextTestSet) = nothing

## the default test set

mutable struct DefaultTestSet <: AbstractTestSet
    description::String
    results::Vector{Any}
    n_passed::Int
    anynonpass::Bool
    verbose::Bool
    showtiming::Bool
    time_start::Float64
    time_end::Union{Float64,Nothing}
    failfast::Bool
    file::Union{String,Nothing}
end
function DefaultTestSet(desc::AbstractString; verbose::Bool = false, showtiming::Bool = true,
                        failfast::Union{Nothing,Bool} = nothing, source = nothing)
    if failfast === nothing
        # sets inside inherit it
        parent = get_testset_depth() == 0 ? nothing : get_testset()
        failfast = parent isa DefaultTestSet ? parent.failfast : FAIL_FAST[]
    end
    return DefaultTestSet(String(desc)::String, [], 0, false, verbose, showtiming, time(), nothing, failfast,
                          extract_file(source))
end
extract_file(source::LineNumberNode) = extract_file(source.file)
extract_file(file::Symbol) = string(file)
extract_file(::Nothing) = nothing

record(ts::DefaultTestSet, t::Broken) = (push!(ts.results, t); t)
record(ts::DefaultTestSet, t::Pass) = (ts.n_passed += 1; t)

# Failures and errors are shown at once, so that they stand beside the output of the tests.
function record(ts::DefaultTestSet, t::Union{Fail,Error}; print_result::Bool = TESTSET_PRINT_ENABLE[])
    if print_result
        print(ts.description, ": ")
        if !(t isa Error) || t.test_type !== :test_interrupted
            print(t)
            if !isa(t, Error)
                Base.show_backtrace(stdout, _test_backtrace())
            end
            println()
        end
    end
    push!(ts.results, t)
    (FAIL_FAST[] || ts.failfast) && throw(FailFastError())
    return t
end
_test_backtrace() = Any[]

record(ts::DefaultTestSet, t::AbstractTestSet) = push!(ts.results, t)

function print_test_errors(ts::DefaultTestSet)
    for t in ts.results
        if isa(t, Error) || isa(t, Fail)
            println("Error in testset $(ts.description):")
            show(t)
            println()
        elseif isa(t, DefaultTestSet)
            print_test_errors(t)
        end
    end
end

## the summary table

struct TestCounts
    passes::Int
    fails::Int
    errors::Int
    broken::Int
    cumulative_passes::Int
    cumulative_fails::Int
    cumulative_errors::Int
    cumulative_broken::Int
    duration::String
end

# Counts of this set alone and of the sets inside it.
function get_test_counts(ts::DefaultTestSet)
    passes, fails, errors, broken = ts.n_passed, 0, 0, 0
    c_passes, c_fails, c_errors, c_broken = 0, 0, 0, 0
    for t in ts.results
        isa(t, Fail) && (fails += 1)
        isa(t, Error) && (errors += 1)
        isa(t, Broken) && (broken += 1)
        if isa(t, AbstractTestSet)
            tc = get_test_counts(t)
            c_passes += tc.passes + tc.cumulative_passes
            c_fails += tc.fails + tc.cumulative_fails
            c_errors += tc.errors + tc.cumulative_errors
            c_broken += tc.broken + tc.cumulative_broken
        end
    end
    ts.anynonpass = (fails + errors + c_fails + c_errors > 0)
    return TestCounts(passes, fails, errors, broken, c_passes, c_fails, c_errors, c_broken, format_duration(ts))
end
# Test sets of other types that do not count are nothing here.
get_test_counts(ts::AbstractTestSet) = TestCounts(0, 0, 0, 0, 0, 0, 0, 0, "")

function format_duration(ts::DefaultTestSet)
    ts.time_end === nothing && return ""
    dur_s = ts.time_end::Float64 - ts.time_start
    if dur_s < 60
        return string(round(dur_s, digits = 1), "s")
    end
    m, s = divrem(dur_s, 60)
    return string(round(Int, m), "m", lpad(string(round(s, digits = 1)), 4, "0"), "s")
end

get_alignment(ts, depth::Int) = 0
function get_alignment(ts::DefaultTestSet, depth::Int)
    # two columns for each level
    ts_width = 2 * depth + length(ts.description)
    isempty(ts.results) && return ts_width
    child_widths = map(t -> get_alignment(t, depth + 1), ts.results)
    return max(ts_width, maximum(child_widths))
end

function filter_errors(ts::DefaultTestSet)
    efs = Union{Fail,Error}[]
    for t in ts.results
        if isa(t, DefaultTestSet)
            append!(efs, filter_errors(t))
        elseif isa(t, Union{Fail,Error})
            push!(efs, t)
        end
    end
    return efs
end

_ndig(n) = n > 0 ? ndigits(n) : 0
_column(title, total) = total > 0 ? max(length(title), _ndig(total)) : 0

function print_test_results(ts::AbstractTestSet, depth_pad = 0)
    tc = get_test_counts(ts)
    total_pass = tc.passes + tc.cumulative_passes
    total_fail = tc.fails + tc.cumulative_fails
    total_error = tc.errors + tc.cumulative_errors
    total_broken = tc.broken + tc.cumulative_broken
    total = total_pass + total_fail + total_error + total_broken
    pass_width = _column("Pass", total_pass)
    fail_width = _column("Fail", total_fail)
    error_width = _column("Error", total_error)
    broken_width = _column("Broken", total_broken)
    total_width = max(_column("Total", total), total == 0 ? length("Total") : 0)
    duration_width = max(length("Time"), length(tc.duration))
    align = max(get_alignment(ts, 0), length("Test Summary:"))
    printstyled(rpad("Test Summary:", align, " "), " |"; bold = true)
    pass_width > 0 && printstyled(" ", lpad("Pass", pass_width, " "), " "; bold = true, color = :green)
    fail_width > 0 && printstyled(" ", lpad("Fail", fail_width, " "), " "; bold = true, color = Base.error_color())
    error_width > 0 && printstyled(" ", lpad("Error", error_width, " "), " "; bold = true, color = Base.error_color())
    broken_width > 0 && printstyled(" ", lpad("Broken", broken_width, " "), " "; bold = true, color = Base.warn_color())
    printstyled(" ", lpad("Total", total_width, " "), " "; bold = true, color = Base.info_color())
    timing = isdefined(ts, :showtiming) ? ts.showtiming : false
    timing && printstyled(" ", lpad("Time", duration_width, " "); bold = true)
    println()
    print_counts(ts, depth_pad, align, pass_width, fail_width, error_width, broken_width, total_width, duration_width, timing)
end

function _print_count(n::Int, width::Int, color)
    if n > 0
        printstyled(lpad(string(n), width, " "), "  ", color = color)
    elseif width > 0
        # none here, but some elsewhere
        print(lpad(" ", width), "  ")
    end
end

function print_counts(ts::DefaultTestSet, depth, align, pass_width, fail_width, error_width, broken_width, total_width, duration_width, showtiming)
    tc = get_test_counts(ts)
    np = tc.passes + tc.cumulative_passes
    nf = tc.fails + tc.cumulative_fails
    ne = tc.errors + tc.cumulative_errors
    nb = tc.broken + tc.cumulative_broken
    subtotal = np + nf + ne + nb
    print(rpad(string("  "^depth, ts.description), align, " "), " | ")
    _print_count(np, pass_width, :green)
    _print_count(nf, fail_width, Base.error_color())
    _print_count(ne, error_width, Base.error_color())
    _print_count(nb, broken_width, Base.warn_color())
    if subtotal == 0
        printstyled(lpad("None", total_width, " "), "  ", color = Base.info_color())
    else
        printstyled(lpad(string(subtotal), total_width, " "), "  ", color = Base.info_color())
    end
    showtiming && print(lpad(tc.duration, duration_width, " "))
    println()
    # the sets inside, where something went wrong or it was asked for
    if (np + nb != subtotal) || ts.verbose
        for t in ts.results
            if isa(t, DefaultTestSet)
                print_counts(t, depth + 1, align, pass_width, fail_width, error_width, broken_width, total_width, duration_width, showtiming)
            end
        end
    end
end

function finish(ts::DefaultTestSet; print_results::Bool = TESTSET_PRINT_ENABLE[])
    ts.time_end = time()
    # a set within another belongs to that
    if get_testset_depth() != 0
        parent_ts = get_testset()
        record(parent_ts, ts)
        return ts
    end
    tc = get_test_counts(ts)
    total_pass = tc.passes + tc.cumulative_passes
    total_fail = tc.fails + tc.cumulative_fails
    total_error = tc.errors + tc.cumulative_errors
    total_broken = tc.broken + tc.cumulative_broken
    total = total_pass + total_fail + total_error + total_broken
    TOTALS[1] += total_pass
    TOTALS[2] += total_fail
    TOTALS[3] += total_error
    TOTALS[4] += total_broken
    print_results && print_test_results(ts)
    if total != total_pass + total_broken
        throw(TestSetException(total_pass, total_fail, total_error, total_broken, filter_errors(ts)))
    end
    return ts
end

## the stack of test sets of the current task

function get_testset()
    testsets = get(task_local_storage(), :__BASETESTNEXT__, AbstractTestSet[])
    return isempty(testsets) ? fallback_testset : testsets[end]
end
function push_testset(ts::AbstractTestSet)
    testsets = get(task_local_storage(), :__BASETESTNEXT__, AbstractTestSet[])
    push!(testsets, ts)
    setindex!(task_local_storage(), testsets, :__BASETESTNEXT__)
end
function pop_testset()
    testsets = get(task_local_storage(), :__BASETESTNEXT__, AbstractTestSet[])
    ret = isempty(testsets) ? fallback_testset : pop!(testsets)
    setindex!(task_local_storage(), testsets, :__BASETESTNEXT__)
    return ret
end
function get_testset_depth()
    testsets = get(task_local_storage(), :__BASETESTNEXT__, AbstractTestSet[])
    return length(testsets)
end
