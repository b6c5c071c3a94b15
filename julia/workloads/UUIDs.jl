# What programs use of UUIDs: see base.jl. The recording beside this file says what native code the image of
# UUIDs holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload UUIDs

using UUIDs

let a = uuid4(), b = UUID("123e4567-e89b-12d3-a456-426614174000")
    (uuid1() isa UUID, uuid5(b, "a name"), uuid_version(a), string(a), repr(a), hash(a), a == b, a < b, isless(a, b), UUID(string(a)), tryparse(UUID, string(b)), tryparse(UUID, "x"), parse(UUID, string(b)), UInt128(b), Dict(a => 1), print(devnull, a), sort([a, b]))
    try
        UUID("x")
    catch e
        sprint(showerror, e)
    end
end
