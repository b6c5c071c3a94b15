# The names of LaTeX (and of unicode-math) for symbols, as a line is completed with them.

"""
    REPL.latex_symbols

What `\\name` stands for.
"""
const latex_symbols = Dict{String,String}()

# Name, symbol, name, symbol, …
const NAMED = """
    alpha α beta β gamma γ delta δ epsilon ϵ zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ
    omicron ο pi π rho ρ sigma σ tau τ upsilon υ phi ϕ chi χ psi ψ omega ω varepsilon ε vartheta ϑ varkappa ϰ
    varpi ϖ varrho ϱ varsigma ς varphi φ digamma ϝ Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ
    Phi Φ Psi Ψ Omega Ω Alpha Α Beta Β Epsilon Ε Zeta Ζ Eta Η Iota Ι Kappa Κ Rho Ρ Tau Τ Chi Χ Digamma Ϝ pm ±
    mp ∓ times × div ÷ cdot ⋅ cdotp · ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ oslash ⊘ odot ⊙
    dagger † ddagger ‡ amalg ⨿ cap ∩ cup ∪ uplus ⊎ sqcap ⊓ sqcup ⊔ vee ∨ wedge ∧ setminus ∖ wr ≀ sqrt √ cbrt ∛
    fourthroot ∜ xor ⊻ nand ⊼ nor ⊽ bigcap ⋂ bigcup ⋃ bigvee ⋁ bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ partial ∂ nabla ∇ dotplus ∔ ltimes ⋉ rtimes ⋊ barwedge ⊼
    veebar ⊻ boxplus ⊞ boxminus ⊟ boxtimes ⊠ boxdot ⊡ circledast ⊛ circledcirc ⊚ circleddash ⊝ divideontimes ⋇
    intercal ⊺ bowtie ⋈ Join ⨝ diamond ⋄ bigstar ★ lozenge ◊ blacklozenge ⧫ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠
    equiv ≡ nequiv ≢ approx ≈ napprox ≉ sim ∼ simeq ≃ cong ≅ propto ∝ ll ≪ gg ≫ lll ⋘ ggg ⋙ prec ≺ succ ≻
    preceq ⪯ succeq ⪰ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ nsubseteq ⊈ nsupseteq ⊉ subsetneq ⊊ supsetneq ⊋
    sqsubseteq ⊑ sqsupseteq ⊒ sqsubset ⊏ sqsupset ⊐ in ∈ notin ∉ ni ∋ nni ∌ perp ⟂ parallel ∥ nparallel ∦ mid ∣
    nmid ∤ vdash ⊢ dashv ⊣ models ⊧ Vdash ⊩ vDash ⊨ doteq ≐ asymp ≍ coloneq ≔ eqcolon ≕ triangleq ≜ leqslant ⩽
    geqslant ⩾ lesssim ≲ gtrsim ≳ nless ≮ ngtr ≯ nleq ≰ ngeq ≱ lneqq ≨ gneqq ≩ leqq ≦ geqq ≧ trianglelefteq ⊴
    trianglerighteq ⊵ triangleleft ◁ triangleright ▷ smile ⌣ frown ⌢ between ≬ leftarrow ← rightarrow → to →
    gets ← uparrow ↑ downarrow ↓ leftrightarrow ↔ updownarrow ↕ Leftarrow ⇐ Rightarrow ⇒ Uparrow ⇑ Downarrow ⇓
    Leftrightarrow ⇔ Updownarrow ⇕ iff ⟺ implies ⟹ mapsto ↦ longmapsto ⟼ longleftarrow ⟵ longrightarrow ⟶
    longleftrightarrow ⟷ Longleftarrow ⟸ Longrightarrow ⟹ Longleftrightarrow ⟺ hookleftarrow ↩ hookrightarrow ↪
    leftharpoonup ↼ leftharpoondown ↽ rightharpoonup ⇀ rightharpoondown ⇁ rightleftharpoons ⇌
    leftrightharpoons ⇋ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖ leadsto ↝ rightsquigarrow ⇝
    leftrightsquigarrow ↭ curvearrowleft ↶ curvearrowright ↷ circlearrowleft ↺ circlearrowright ↻
    twoheadrightarrow ↠ twoheadleftarrow ↞ rightarrowtail ↣ leftarrowtail ↢ nrightarrow ↛ nleftarrow ↚
    nRightarrow ⇏ nLeftarrow ⇍ upuparrows ⇈ downdownarrows ⇊ rightrightarrows ⇉ leftleftarrows ⇇ Lsh ↰ Rsh ↱
    dashrightarrow ⇢ dashleftarrow ⇠ xrightarrow ⟶ infty ∞ forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅
    neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ measuredangle ∡ therefore ∴ because ∵ aleph ℵ beth ℶ gimel ℷ daleth ℸ
    hbar ħ hslash ℏ ell ℓ wp ℘ Re ℜ Im ℑ imath ı jmath ȷ planck ℎ euler ℯ degree ° prime ′ dprime ″ trprime ‴
    backprime ‵ dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ adots ⋰ langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊
    rfloor ⌋ llbracket ⟦ rrbracket ⟧ Vert ‖ square □ blacksquare ■ triangle △ bigtriangleup △ bigtriangledown ▽
    bigcirc ○ blacktriangle ▴ blacktriangledown ▾ blacktriangleright ▸ blacktriangleleft ◂ clubsuit ♣
    diamondsuit ♢ heartsuit ♡ spadesuit ♠ flat ♭ natural ♮ sharp ♯ checkmark ✓ maltese ✠ copyright © circledR ®
    trademark ™ euro € pounds £ yen ¥ cent ¢ sterling £ S § P ¶ AA Å aa å AE Æ ae æ OE Œ oe œ O Ø o ø L Ł l ł
    ss ß DH Ð dh ð TH Þ th þ mho ℧ Finv Ⅎ Game ⅁ eth ð complement ∁ surd √ male ♂ female ♀ sun ☼ neptune ♆
    saturn ♄ jupiter ♃ mercury ☿ uranus ♅ itimath 𝚤 ac ∾ increment ∆ endash – emdash — bbone 𝟙 dotsc …
    """

# Marks that are put on the character before them.
const MARKS = [
    "tripledot" => 0x20db, "enclosecircle" => 0x20dd, "hat" => 0x0302, "tilde" => 0x0303, "bar" => 0x0304, "overbar"
    => 0x0305, "breve" => 0x0306, "dot" => 0x0307, "ddot" => 0x0308, "dddot" => 0x20db, "ring" => 0x030a, "check" =>
    0x030c, "acute" => 0x0301, "grave" => 0x0300, "vec" => 0x20d7, "underbar" => 0x0332, "not" => 0x0338, "strike"
    => 0x0336]

# Alphabets of mathematical letters: the prefix, and where "A", "a" and "0" are; nothing for those that are not there.
const ALPHABETS = [
    ("bf", 0x1d400, 0x1d41a, 0x1d7ce), ("it", 0x1d434, 0x1d44e, nothing), ("bi", 0x1d468, 0x1d482, nothing),
    ("scr", 0x1d49c, 0x1d4b6, nothing), ("bscr", 0x1d4d0, 0x1d4ea, nothing), ("frak", 0x1d504, 0x1d51e, nothing),
    ("bb", 0x1d538, 0x1d552, 0x1d7d8), ("bfrak", 0x1d56c, 0x1d586, nothing), ("sans", 0x1d5a0, 0x1d5ba, 0x1d7e2),
    ("bsans", 0x1d5d4, 0x1d5ee, 0x1d7ec), ("isans", 0x1d608, 0x1d622, nothing), ("bisans", 0x1d63c, 0x1d656, nothing),
    ("tt", 0x1d670, 0x1d68a, 0x1d7f6)]

# Letters of these alphabets that have been elsewhere in Unicode for longer.
const ELSEWHERE = Dict(
    "bbC" => "ℂ", "bbH" => "ℍ", "bbN" => "ℕ", "bbP" => "ℙ", "bbQ" => "ℚ", "bbR" => "ℝ", "bbZ" => "ℤ", "ith" => "ℎ",
    "scrB" => "ℬ", "scrE" => "ℰ", "scrF" => "ℱ", "scrH" => "ℋ", "scrI" => "ℐ", "scrL" => "ℒ", "scrM" => "ℳ",
    "scrR" => "ℛ", "scre" => "ℯ", "scrg" => "ℊ", "scro" => "ℴ", "frakC" => "ℭ", "frakH" => "ℌ", "frakI" => "ℑ",
    "frakR" => "ℜ", "frakZ" => "ℨ")

const RAISED = zip("0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχϵ",
                   "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᶲᵡᵋ")
const LOWERED = zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")

function name_symbols!(table)
    words = split(NAMED)
    for i in 1:2:length(words)
        table["\\" * words[i]] = words[i+1]
    end
    for (name, code) in MARKS
        table["\\" * name] = string(Char(code))
    end
    for (prefix, upper, lower, digit) in ALPHABETS
        add!(first, range) = for (i, c) in enumerate(range)
            name = prefix * c
            table["\\" * name] = get(ELSEWHERE, name, string(Char(first + i - 1)))
        end
        add!(upper, 'A':'Z')
        add!(lower, 'a':'z')
        digit === nothing || add!(digit, '0':'9')
    end
    for (mark, list) in (("\\^", RAISED), ("\\_", LOWERED)), (plain, moved) in list
        table[mark * plain] = string(moved)
    end
    # Greek letters by their names.
    names = Dict(symbol => chop(name; head = 1, tail = 0) for (name, symbol) in table)
    for (mark, list) in (("\\^", RAISED), ("\\_", LOWERED)), (plain, moved) in list
        isascii(plain) || (table[mark * names[string(plain)]] = string(moved))
    end
    return table
end
name_symbols!(latex_symbols)
