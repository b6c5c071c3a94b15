# Finalizers and weak references end with the last use of their objects: after `GC.gc()` they have run.
using Test

mutable struct Thing
    n::Int
end

const events = Any[]
note(x) = push!(events, x)
const interpreted = Base.JLOptions().compile_enabled == 0
watched(n) = finalizer(t -> note(t.n), Thing(n))

# Nothing of what `f` leaves behind is in the frame that calls it.
@noinline apart(f) = (f(); nothing)
@noinline drop(n) = (watched(n); nothing)
@noinline weak(n) = WeakRef(Thing(n))
# What calls before left on the processor's stack, below the frames that are in use, is written over: the collector takes
# whatever looks like an address there for one.
@noinline overwrite(n) = n == 0 ? 0 : 1 + overwrite(n - 1)

@testset "what nothing refers to" begin
    empty!(events)
    drop(1)
    GC.gc()
    @test events == [1]
    GC.gc()
    @test events == [1]                     # once
end

@testset "newest first" begin
    empty!(events)
    apart(() -> foreach(watched, 1:3))
    GC.gc()
    @test events == [3, 2, 1]
end

@testset "several of one object" begin
    empty!(events)
    apart() do
        t = watched(1)
        finalizer(t -> note((:second, t.n)), t)
    end
    GC.gc()
    @test events == [(:second, 1), 1]
end

# The frame of compiled code may keep a value until it returns, as Julia's does; the interpreter's drop them.
@testset "a variable that is not read again" begin
    empty!(events)
    function f()
        t = watched(5)
        n = t.n
        overwrite(30)
        GC.gc()
        return (n, copy(events))
    end
    n, seen = f()
    @test n == 5 && seen ⊆ [5]
    interpreted && @test seen == [5]
    GC.gc()
    empty!(events)
    function g()
        t = watched(6)
        GC.gc()
        before = copy(events)
        t.n == 6 || error()
        t = nothing
        overwrite(30)
        GC.gc()
        return (before, copy(events))
    end
    before, seen = g()
    @test before == [] && seen ⊆ [6]
    interpreted && @test seen == [6]
    GC.gc()
    empty!(events)
    function h()
        local last
        for i in 1:3
            last = watched(i)
            GC.gc()
        end
        return (copy(events), last.n)
    end
    seen, n = h()
    @test n == 3 && seen ⊆ [1, 2]
    interpreted && @test seen == [1, 2]
    GC.gc()
end

@testset "what is preserved, and what a handler reads" begin
    empty!(events)
    function f()
        t = watched(7)
        GC.@preserve t begin
            GC.gc()
            note(:inside)
        end
        nothing
    end
    f()
    GC.gc()
    @test events == [:inside, 7]
    empty!(events)
    function g()
        t = watched(8)
        try
            GC.gc()
            error()
        catch
            note((:caught, t.n))
        end
        nothing
    end
    g()
    GC.gc()
    @test events == [(:caught, 8), 8]
end

kept = watched(9)
@testset "a global keeps" begin
    empty!(events)
    GC.gc()
    @test events == []
    global kept = nothing
    GC.gc()
    @test events == [9]
end

@testset "a finalizer may keep its object" begin
    empty!(events)
    saved = Ref{Any}()
    apart(() -> finalizer(t -> saved[] = t, Thing(10)))
    GC.gc()
    @test saved[] isa Thing && saved[].n == 10
    saved[] = nothing
    GC.gc()                                 # its finalizer is used up
    @test saved[] === nothing
end

@testset "a finalizer that refers to its object does not keep it" begin
    empty!(events)
    apart() do
        t = Thing(11)
        finalizer(_ -> note(t.n), t)
    end
    GC.gc()
    @test events == [11]
end

@testset "what a dead object refers to lives until its finalizer has run" begin
    empty!(events)
    apart() do
        inner = Ref(Thing(12))
        finalizer(r -> note((:outer, r[].n)), inner)
        finalizer(t -> note(t.n), inner[])
    end
    GC.gc()
    @test Set(events) == Set([(:outer, 12), 12])
end

@testset "finalize" begin
    empty!(events)
    t = watched(13)
    finalize(t)
    @test events == [13]
    finalize(t)
    t = nothing
    GC.gc()
    @test events == [13]
end

@testset "pointers to C functions" begin
    counts = zeros(Int, 1)
    p = @cfunction(x -> (note(:c); nothing), Cvoid, (Any,))
    empty!(events)
    GC.@preserve p begin
        apart(() -> finalizer(p, Thing(14)))
        GC.gc()
    end
    @test events == [:c]
end

@testset "held back" begin
    empty!(events)
    GC.disable_finalizers()
    drop(15)
    GC.gc()
    @test events == []
    GC.enable_finalizers()
    @test events == [15]
    l = ReentrantLock()
    empty!(events)
    lock(l) do
        lock(l) do
            drop(16)
            GC.gc()
        end
        @test events == []
    end
    @test events == [16]
end

@testset "exceptions and tasks" begin
    empty!(events)
    told = mktemp() do path, io
        redirect_stderr(io) do
            apart(() -> finalizer(t -> error("of the finalizer"), Thing(17)))
            GC.gc()
            apart(() -> finalizer(t -> yield(), Thing(18)))
            schedule(Task(() -> nothing))
            GC.gc()
        end
        flush(io)
        read(path, String)
    end
    @test occursin("error in running finalizer: ErrorException(msg=\"of the finalizer\")", told)
    @test occursin("task switch not allowed from inside gc finalizer", told)
    yield()
    # what a handler sees is not what a finalizer threw meanwhile
    caught = try
        error("outer")
    catch e
        apart(() -> finalizer(t -> (try; error("inner"); catch; end; note(18)), Thing(18)))
        GC.gc()
        sprint(showerror, first(current_exceptions()).exception)
    end
    @test caught == "outer" && events == [18]
end

@testset "without being asked" begin
    empty!(events)
    drop(19)
    n = 0
    while isempty(events) && n < 100_000
        n += length([Vector{Int}(undef, 1000)])
    end
    @test events == [19]
end

@testset "WeakRef" begin
    w = weak(1)
    GC.gc()
    @test w.value === nothing
    t = Thing(2)
    w = WeakRef(t)
    GC.gc()
    @test w.value === t
    # it ends before finalizers run
    seen = Ref{Any}(1)
    kept = Ref{Any}()
    apart() do
        thing = Thing(3)
        kept[] = WeakRef(thing)
        finalizer(_ -> seen[] = kept[].value, thing)
    end
    GC.gc()
    @test seen[] === nothing
end

@testset "WeakKeyDict" begin
    d = WeakKeyDict{Thing,Int}()
    k = Thing(1)
    d[k] = 1
    apart(() -> foreach(i -> d[Thing(i)] = i, 2:5))
    @test length(d) >= 1
    GC.gc()
    @test length(d) == 1 && d[k] == 1
    k = nothing
    GC.gc()
    @test isempty(d)
end
