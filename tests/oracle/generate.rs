//! Random programs. All of a program follows from the numbers that a [`Random`] gives.

use pkgimage_checks::Check;

use crate::program::{
    Expr, Function, Inline, Item, Layout, PACKAGES, PHASES, Place, Program, Slot, Step, Taken,
    Type, VERSIONS,
};
use crate::support::random::Random;

/// What the programs of a round have in common: what is edited, deleted or redefined in one of them says
/// something of the images that all of them share.
#[derive(Clone, Debug)]
pub struct Mix {
    /// The packages that are edited before the second and the third point in time.
    pub edited: [[bool; PACKAGES.len()]; VERSIONS - 1],
    /// Whether the script deletes methods and redefines constants early, and for each argument: that ends the
    /// use of its session's image.
    is_wild: bool,
    /// A check that is to be shown to be needed: what it is about happens more often.
    toward: Option<Check>,
}

impl Mix {
    pub fn new(random: &mut Random, is_wild: bool) -> Self {
        let mut edits = |percent| [(); PACKAGES.len()].map(|()| random.chance(percent));
        let edited = [edits(40), edits(50)];
        Mix { edited, is_wild, toward: None }
    }

    pub fn toward(random: &mut Random, check: Check) -> Self {
        let is_wild = check < Check::SessionUnknownMethods || check == Check::SessionDeleted;
        let mut mix = Mix::new(random, is_wild);
        if matches!(check, Check::Sources | Check::SessionPackages) {
            mix.edited = [[true; PACKAGES.len()]; VERSIONS - 1];
        }
        mix.toward = Some(check);
        mix
    }

    /// Whether something is to happen that is about one of these checks.
    fn wants(&self, random: &mut Random, checks: &[Check]) -> bool {
        self.toward.is_some_and(|check| checks.contains(&check)) && random.chance(50)
    }
}

const FUNCTIONS: usize = 8;

fn function(number: usize) -> Function {
    let place = if number < 6 { Place::Package(number / 2) } else { Place::Main };
    Function { place, number }
}

/// How far a place sees: into the packages before it, and itself.
fn rank(place: Place) -> usize {
    match place {
        Place::Package(package) => package,
        Place::Main => PACKAGES.len(),
    }
}

struct Generator<'a> {
    random: &'a mut Random,
    mix: &'a Mix,
    /// Numbers in sources are all different, so that what is stale shows.
    next: i64,
}

/// A random program.
pub fn program(random: &mut Random, number: usize, mix: &Mix) -> Program {
    Generator { random, mix, next: 0 }.program(number)
}

impl Generator<'_> {
    fn number(&mut self) -> i64 {
        self.next += 1 + self.random.below(5) as i64;
        self.next
    }

    /// A type that code in a place can name.
    fn ty(&mut self, at: Place) -> Type {
        let mut list = vec![
            Type::Any,
            Type::Any,
            Type::Real,
            Type::Integer,
            Type::Int,
            Type::Int,
            Type::Float,
            Type::Text,
            Type::IntOrText,
            Type::Shape,
        ];
        list.extend(structs(at).map(Type::Struct));
        self.random.pick(&list)
    }

    fn concrete(&mut self, at: Place) -> Type {
        let mut list = vec![Type::Int, Type::Int, Type::Int, Type::Float, Type::Text];
        list.extend(structs(at).map(Type::Struct));
        self.random.pick(&list)
    }

    fn value(&mut self, ty: Type) -> Expr {
        let n = self.number();
        match ty {
            Type::Float | Type::Real => Expr::Float(n),
            Type::Text => Expr::Text(n),
            Type::Shape => Expr::New(Place::Package(0), Box::new(Expr::Int(n))),
            Type::Struct(place) => Expr::New(place, Box::new(Expr::Int(n))),
            Type::Any | Type::Integer | Type::Int | Type::IntOrText => Expr::Int(n),
        }
    }

    fn layout(&mut self) -> Layout {
        self.random.pick(&[Layout::Narrow, Layout::Wide, Layout::Forward, Layout::Backward])
    }

    /// A function below this number that a place sees.
    fn callee(&mut self, at: Place, below: usize) -> Option<Function> {
        let seen: Vec<Function> =
            (0..below).map(function).filter(|f| rank(f.place) <= rank(at)).collect();
        // Rather the last ones: chains of calls are what goes wrong.
        let from = seen.len().saturating_sub(3);
        let list = if self.random.chance(70) { &seen[from..] } else { &seen[..] };
        (!list.is_empty()).then(|| self.random.pick(list))
    }

    fn constant(&mut self, at: Place) -> Expr {
        let places: Vec<Place> = constants(at).collect();
        let place = self.random.pick(&places);
        Expr::Constant(place, rank(place))
    }

    /// An expression for code in a place that may call functions below a number.
    fn expr(&mut self, at: Place, below: usize, depth: usize) -> Expr {
        let boxed = |expr| Box::new(expr);
        if depth == 0 {
            return match self.random.below(4) {
                0 => self.constant(at),
                1 => {
                    let ty = self.concrete(at);
                    self.value(ty)
                }
                _ => Expr::X,
            };
        }
        let Some(f) = self.callee(at, below) else {
            let n = self.number();
            return match self.random.below(4) {
                0 => Expr::Int(n),
                1 => Expr::Float(n),
                2 => Expr::Mix(boxed(Expr::X), boxed(Expr::Int(n))),
                _ => Expr::Pair(boxed(Expr::Int(n)), boxed(self.expr(at, below, 0))),
            };
        };
        if self.mix.wants(self.random, &[Check::DeletedAnswers]) {
            return Expr::Applicable(f, boxed(self.expr(at, below, 0)));
        }
        // What calls a function of the script is in the session's image alone.
        if f.place == Place::Main && self.mix.wants(self.random, &[Check::SessionUnknownMethods]) {
            return Expr::Call(f, boxed(Expr::X));
        }
        if self.mix.wants(self.random, &[Check::OutdatedConstants, Check::SessionChanges]) {
            let call = Expr::Call(f, boxed(self.constant(at)));
            return Expr::Mix(boxed(self.constant(at)), boxed(call));
        }
        let inner = self.expr(at, below, depth - 1);
        match self.random.below(32) {
            0..=9 => Expr::Call(f, boxed(inner)),
            10..=12 => Expr::Mix(boxed(Expr::Call(f, boxed(Expr::X))), boxed(inner)),
            13 | 14 => Expr::Applicable(f, boxed(self.expr(at, below, 0))),
            15 => Expr::HasMethod(f, self.concrete(at)),
            16 | 17 => {
                let ty = self.ty(at);
                Expr::IfIs(ty, boxed(Expr::Call(f, boxed(Expr::X))), boxed(inner))
            }
            18 | 19 => Expr::Each(f, boxed(self.expr(at, below, 0))),
            20 => Expr::Loop(f, 2 + self.random.below(3) as u32),
            21 => Expr::Map(f, boxed(self.expr(at, below, 0))),
            22 | 23 => Expr::Invoke(f, self.ty(at), boxed(Expr::X)),
            24 => Expr::Latest(f, boxed(Expr::X)),
            25 | 26 => {
                let n = self.number();
                Expr::Try(boxed(Expr::Call(f, boxed(inner))), n)
            }
            27 => Expr::Keyword(f, boxed(Expr::X), boxed(inner)),
            28 if self.random.chance(50) => Expr::Field(boxed(Expr::Call(f, boxed(inner)))),
            28 => {
                let places: Vec<Place> = structs(at).collect();
                Expr::FieldA(self.random.pick(&places), boxed(Expr::X))
            }
            29 => Expr::Macro(0, boxed(inner)),
            30 => Expr::Pair(boxed(inner), boxed(Expr::Call(f, boxed(Expr::X)))),
            _ => Expr::Mix(boxed(self.constant(at)), boxed(inner)),
        }
    }

    /// A body; what fails by type is caught often enough that there is something to see.
    fn body(&mut self, at: Place, below: usize) -> Expr {
        let depth = 1 + self.random.below(2);
        let body = self.expr(at, below, depth);
        let n = self.number();
        if self.random.chance(60) {
            Expr::Mix(Box::new(body), Box::new(Expr::Int(n)))
        } else {
            body
        }
    }

    fn method(&mut self, at: Place, f: Function, parameter: Type) -> Item {
        let mut body = self.body(at, f.number);
        if let Type::Struct(place) = parameter
            && self.random.chance(50)
        {
            let field = Expr::FieldA(place, Box::new(Expr::X));
            body = Expr::Mix(Box::new(field), Box::new(body));
        }
        let inline = match self.random.below(8) {
            0 => Inline::Always,
            1 | 2 => Inline::Never,
            _ => Inline::AsItIs,
        };
        match self.random.below(20) {
            0 => {
                let of_int = self.body(at, f.number);
                Item::Generated { function: f, parameter, of_int, other: body }
            }
            1 if parameter == Type::Any => Item::Nested { function: f, body },
            kind => Item::Method { function: f, parameter, body, inline, keyword: kind == 2 },
        }
    }

    /// What a package's module holds at first.
    fn items(&mut self, package: usize) -> Vec<Item> {
        let at = Place::Package(package);
        let mut items = Vec::new();
        if package < 2 {
            items.push(Item::Struct { place: at, layout: self.layout() });
        }
        if package == 0 {
            let (n, x) = (self.number(), Box::new(Expr::X));
            let body = Expr::Mix(x, Box::new(Expr::Int(n)));
            items.push(Item::Macro { package, number: 0, body });
        }
        // Without functions of its own: what it adds to those of others.
        let own = if package < 3 { 2 * package..2 * package + 2 } else { 0..0 };
        let constant = |generator: &mut Self| {
            let n = generator.number();
            // What is loaded after the script has changed something must not compute with that at top level: its
            // image is made without the script.
            let value = if package < 2 {
                generator.expr(at, own.start + 1, 1)
            } else {
                Expr::Int(generator.number())
            };
            let value = Expr::Mix(
                Box::new(Expr::Try(Box::new(value), n)),
                Box::new(Expr::Int(generator.next)),
            );
            Item::Constant { place: at, number: package, value }
        };
        for number in own.clone() {
            let count = 1 + self.random.below(3);
            for _ in 0..count {
                let parameter = self.ty(at);
                items.push(self.method(at, function(number), parameter));
            }
            if number == own.start {
                items.push(constant(self));
            }
        }
        if own.is_empty() {
            items.push(constant(self));
        }
        let further = if package == 3 { 2 } else { self.random.below(2) };
        for _ in 0..further {
            let seen = if package == 3 { 4 } else { 2 * package };
            if let Some(number) = (seen > 0).then(|| self.random.below(seen)) {
                let parameter = self.ty(at);
                items.push(self.method(at, function(number), parameter));
            }
        }
        items
    }

    /// The same item, edited.
    fn edited(&mut self, item: &Item, at: Place) -> Option<Item> {
        Some(match item {
            Item::Method { function: f, parameter, .. } => match self.random.below(6) {
                0 => return None,
                1 => {
                    let parameter = self.ty(at);
                    self.method(at, *f, parameter)
                }
                _ => self.method(at, *f, *parameter),
            },
            Item::Generated { function: f, parameter, .. } => self.method(at, *f, *parameter),
            Item::Nested { function: f, .. } => self.method(at, *f, Type::Any),
            Item::Constant { place, number, .. } => {
                let value = Expr::Int(self.number());
                Item::Constant { place: *place, number: *number, value }
            }
            Item::Struct { place, layout } => {
                Item::Struct { place: *place, layout: other(*layout) }
            }
            Item::Macro { package, number, .. } => {
                let (n, x) = (self.number(), Box::new(Expr::X));
                let body = Expr::Mix(Box::new(Expr::Int(n)), x);
                Item::Macro { package: *package, number: *number, body }
            }
        })
    }

    fn program(&mut self, number: usize) -> Program {
        let mix = self.mix;
        let mut slots = Vec::new();
        for package in 0..PACKAGES.len() {
            let at = Place::Package(package);
            for item in self.items(package) {
                let mut versions = [Some(item.clone()), Some(item.clone()), Some(item)];
                for version in 1..VERSIONS {
                    if mix.edited[version - 1][package] && self.random.chance(25) {
                        let before = versions[version - 1].clone();
                        let after = match &before {
                            Some(item) => self.edited(item, at),
                            None => None,
                        };
                        versions[version..].fill(after);
                    }
                }
                slots.push(Slot { package, versions });
            }
        }
        let mut recorded = Vec::new();
        for number in 0..6 {
            let f = function(number);
            for package in rank(f.place)..PACKAGES.len() {
                let at = Place::Package(package);
                let mut types = vec![Type::Int, Type::Float, Type::Text];
                types.extend(structs(at).map(Type::Struct));
                for ty in types {
                    if self.random.chance(35) {
                        recorded.push((package, f, ty));
                    }
                }
            }
        }
        let script = self.script();
        let mut program = Program { number, slots, script, recorded };
        if mix.toward == Some(Check::SessionResults) {
            self.change_a_result(&mut program);
        }
        program
    }

    /// Lets the last package change what a function of the first one calls, and with that the type of its result,
    /// which code of the script relies on: there is code for it from before and from after that.
    fn change_a_result(&mut self, program: &mut Program) {
        let method = |number: usize, body, inline| Item::Method {
            function: function(number),
            parameter: Type::Int,
            body,
            inline,
            keyword: false,
        };
        let call = |number| Expr::Call(function(number), Box::new(Expr::X));
        let before = self.value(Type::Int);
        let after = self.value(Type::Float);
        for (package, item) in [
            (0, method(0, before, Inline::Never)),
            (0, method(1, call(0), Inline::Never)),
            (3, method(0, after, Inline::Never)),
        ] {
            let versions = [Some(item.clone()), Some(item.clone()), Some(item)];
            program.slots.push(Slot { package, versions });
        }
        program.recorded.extend([(0, function(0), Type::Int), (0, function(1), Type::Int)]);
        let own = FUNCTIONS - 2;
        let body = Expr::Mix(Box::new(call(1)), Box::new(Expr::Int(1)));
        let define = Step::Define(method(own, body, Inline::Never));
        program.script.push(Taken { phase: 0, only: None, step: define });
        for phase in 0..PHASES {
            let print = Step::Print(Expr::Call(function(own), Box::new(Expr::Int(1))));
            program.script.push(Taken { phase, only: None, step: print });
        }
    }

    fn script(&mut self) -> Vec<Taken> {
        let mix = self.mix;
        let mut script = Vec::new();
        let mut add = |phase, only, step| script.push(Taken { phase, only, step });
        // What the script itself defines.
        let at = Place::Main;
        let layout = self.layout();
        // A constructor that is not the same for both arguments is a method that the session does not know.
        let differs = matches!(layout, Layout::Forward | Layout::Backward) || mix.is_wild;
        let structs = if differs
            && (self.random.chance(40) || mix.wants(self.random, &[Check::SessionTypes]))
        {
            vec![(Some('a'), layout), (Some('b'), other(layout))]
        } else {
            vec![(None, layout)]
        };
        for (only, layout) in structs {
            add(0, only, Step::Define(Item::Struct { place: at, layout }));
        }
        let values = if self.random.chance(25) { vec![Some('a'), Some('b')] } else { vec![None] };
        for only in values {
            let value = Expr::Int(self.number());
            add(0, only, Step::Define(Item::Constant { place: at, number: rank(at), value }));
        }
        for number in 6..FUNCTIONS {
            for parameter in [Type::Any, self.ty(at), Type::Struct(at)] {
                let below = function(number);
                add(0, None, Step::Define(self.method(at, below, parameter)));
            }
        }
        // The same calls after each change.
        let probes: Vec<Expr> = (0..4)
            .map(|i| {
                let number = match i {
                    0 => FUNCTIONS - 1,
                    1 => 4 + self.random.below(2),
                    _ => self.random.below(FUNCTIONS),
                };
                let ty = if i == 0 && self.random.chance(50) {
                    Type::Struct(at)
                } else {
                    self.concrete(at)
                };
                let value = Box::new(self.value(ty));
                let f = function(number);
                if self.random.chance(20) {
                    Expr::Applicable(f, value)
                } else {
                    Expr::Call(f, value)
                }
            })
            .collect();
        for phase in 0..PHASES {
            let is_there = |probe: &&Expr| match probe {
                Expr::Call(f, _) | Expr::Applicable(f, _) => {
                    phase > 0 || f.place != Place::Package(2)
                }
                _ => true,
            };
            for probe in probes.iter().filter(is_there) {
                add(phase, None, Step::Print(probe.clone()));
            }
            for _ in 0..1 + self.random.below(2) {
                let (only, step) = self.change(phase);
                add(phase, only, step);
                for probe in probes.iter().filter(is_there) {
                    add(phase, None, Step::Print(probe.clone()));
                }
            }
        }
        script
    }

    /// A change that the script makes, and for which argument.
    fn change(&mut self, phase: usize) -> (Option<char>, Step) {
        let mix = self.mix;
        let at = Place::Main;
        let mut f = function(self.random.below(FUNCTIONS));
        while phase == 0 && f.place == Place::Package(2) {
            f = function(self.random.below(FUNCTIONS));
        }
        let is_wild = mix.is_wild || phase == PHASES - 1;
        let only = self.random.chance(30).then_some('b').filter(|_| mix.is_wild || phase > 0);
        let deletes = [
            Check::DeletedAnswers,
            Check::DeletedMethods,
            Check::GoneMethods,
            Check::SessionDeleted,
        ];
        let kind = if mix.wants(self.random, &deletes) {
            0
        } else if mix.wants(self.random, &[Check::Constants, Check::OutdatedConstants]) {
            2
        } else if phase > 0 && mix.wants(self.random, &[Check::SessionChanges]) {
            self.random.pick(&[0, 2])
        } else {
            self.random.below(10)
        };
        let is_wild = is_wild || kind < 4 && mix.toward == Some(Check::SessionChanges);
        // What is to be gone before the code that relies on it is loaded.
        let before = [Some(Check::OutdatedConstants), Some(Check::GoneMethods)];
        let only = only.filter(|_| !before.contains(&mix.toward));
        if phase > 0 && mix.wants(self.random, &[Check::SessionUnknownMethods]) {
            let parameter = self.concrete(at);
            return (Some('b'), Step::Define(self.method(at, function(FUNCTIONS - 2), parameter)));
        }
        match kind {
            0 | 1 if is_wild => {
                let only = only.or((!mix.is_wild).then_some('b'));
                (only, Step::Delete(f, self.concrete(at)))
            }
            2 | 3 if is_wild => {
                let only = only.or((!mix.is_wild).then_some('b'));
                let place = Place::Package(self.random.below(2));
                let value = Expr::Int(self.number());
                (only, Step::Redefine(place, rank(place), value))
            }
            _ => {
                let parameter = self.ty(at);
                (only, Step::Define(self.method(at, f, parameter)))
            }
        }
    }
}

/// The layout that an edit makes of one.
fn other(layout: Layout) -> Layout {
    match layout {
        Layout::Narrow => Layout::Wide,
        Layout::Wide => Layout::Narrow,
        Layout::Forward => Layout::Backward,
        Layout::Backward => Layout::Forward,
    }
}

/// The places whose structs code in a place can name.
fn structs(at: Place) -> impl Iterator<Item = Place> {
    let places = [Place::Package(0), Place::Package(1), Place::Main];
    places.into_iter().filter(move |place| rank(*place) <= rank(at))
}

/// The places whose constants code in a place can name, in scripts those that are there from the start.
fn constants(at: Place) -> impl Iterator<Item = Place> {
    let packages = (0..PACKAGES.len()).map(Place::Package);
    let seen = packages.filter(move |place| match at {
        Place::Main => rank(*place) < 2,
        Place::Package(_) => rank(*place) <= rank(at),
    });
    seen.chain((at == Place::Main).then_some(Place::Main))
}
