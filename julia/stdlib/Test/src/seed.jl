# Test sets start from one random seed each and leave the generator as they found it. The random
# numbers are those of Random where it is there.

const _random = Ref{Any}(nothing)

function _random_module()
    r = _random[]
    r === nothing || return r
    return nothing
end
# Random announces itself: (save, reseed, restore).
use_random(hooks) = (_random[] = hooks; nothing)

function save_seed()
    r = _random_module()
    return r === nothing ? nothing : r[1]()
end
function reseed()
    r = _random_module()
    r === nothing || r[2]()
    return nothing
end
function restore_seed(saved)
    r = _random_module()
    r === nothing || r[3](saved)
    return nothing
end

guardseed(f::Function) = (saved = save_seed(); try; f(); finally; restore_seed(saved); end)
guardseed(f::Function, seed) = guardseed(f)
