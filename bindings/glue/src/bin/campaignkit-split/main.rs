//! Takes out of a module what few calls need: `campaignkit-split <module.wasm> <on demand.wasm> <source files>`. The first such
//! call loads it.
//!
//! What is taken out imports the memory, the table and functions of what stays. There, each of its functions that is called
//! from outside becomes one that loads it, if it is not there yet, and calls the function by its place in the table. Data
//! stays, but for long texts of the source files.
//!
//! This is what wasm-split of binaryen does, which is not in its npm package; it tells what to split by a profile, we by name.

mod texts;

use std::collections::{HashMap, HashSet};
use std::fs;
use std::process::ExitCode;

use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalId, GlobalKind,
    ImportedFunction, LocalFunction, Module, ModuleConfig, TableId, ValType, passes::gc,
};

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// What the names of the functions begin with that are called on demand. What only they call is taken out with them.
const ON_DEMAND: &[&str] = &[
    // Files that are old, damaged, or come from elsewhere.
    "campaignkit::backup::Imported",
    "campaignkit::backup::imported_file::",
    "campaignkit::backup::pages::",
    "campaignkit::backup::recovery::",
    "campaignkit::backup::repair::",
    "campaignkit::backup::tree::",
    "campaignkit::store::migration::parts::",
    "campaignkit::store::migration::unite_people::",
    "campaignkit_bindings::Engine::import_database",
    "campaignkit_bindings::rescue::Rescue::",
    "time::",
    // What will happen.
    "campaignkit_bindings::Engine::explain",
    "campaignkit_bindings::Engine::forecast",
    "campaignkit_bindings::Engine::plan",
    "campaignkit_bindings::Engine::preview_messages",
    // Messages that others write.
    "campaignkit_bindings::Engine::edit_message",
    "campaignkit_bindings::Engine::message_requests",
    "campaignkit_bindings::Engine::reset_message",
    "campaignkit_bindings::Engine::resolve_messages",
    "campaignkit_bindings::Engine::submit_messages",
    // Files of people.
    "campaignkit_bindings::Engine::export_prospects_part",
    "campaignkit_bindings::Engine::import_",
    "campaignkit_bindings::Engine::preview_csv",
    // Lists of people beside campaigns.
    "campaignkit_bindings::Engine::add_leads",
    "campaignkit_bindings::Engine::create_list",
    "campaignkit_bindings::Engine::delete_list",
    "campaignkit_bindings::Engine::list::",
    "campaignkit_bindings::Engine::list_leads",
    "campaignkit_bindings::Engine::list_lists",
    "campaignkit_bindings::Engine::remove_lead",
    // What is done once in a while in the life of a campaign.
    "campaignkit::privacy::",
    "campaignkit_bindings::Engine::clone_campaign",
    "campaignkit_bindings::Engine::compact",
    "campaignkit_bindings::Engine::compare_variants",
    "campaignkit_bindings::Engine::erase_person",
    "campaignkit_bindings::Engine::export_person",
    "campaignkit_bindings::Engine::find_prospects",
    "campaignkit_bindings::Engine::forget_messages",
    "campaignkit_bindings::Engine::hand_over",
    "campaignkit_bindings::Engine::hold",
    "campaignkit_bindings::Engine::list_events",
    "campaignkit_bindings::Engine::pause_prospect",
    "campaignkit_bindings::Engine::release::",
    "campaignkit_bindings::Engine::resume_prospect",
    "campaignkit_bindings::Engine::report",
    "campaignkit_bindings::Engine::retry_prospects",
    "campaignkit_bindings::Engine::revise_node",
];

/// The export of the bindings that loads it.
const LOAD: &str = "loadOnDemand";

/// The name under which it imports what stays.
const MAIN: &str = "m";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [module, on_demand, sources @ ..] = arguments.as_slice() else {
        eprintln!("usage: campaignkit-split <module.wasm> <on demand.wasm> <source files>");
        return ExitCode::FAILURE;
    };
    match split_file(module, on_demand, sources) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot split {module}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn split_file(module: &str, on_demand: &str, sources: &[String]) -> Result<()> {
    let wasm = fs::read(module)?;
    let (mut main, mut other) = (parse(&wasm)?, parse(&wasm)?);
    let plan = Plan::of(&main);
    if plan.taken.is_empty() {
        return Err("no function has one of the names".into());
    }
    let first_slot = stand_in_for_all(&mut main, &plan)?;
    keep_taken(&mut other, &mut main, &plan, first_slot)?;
    gc::run(&mut main);
    let taken = texts::take(&mut main, &other, texts::of_files(sources)?);
    texts::put(&mut other, taken)?;
    gc::run(&mut other);
    fs::write(module, main.emit_wasm())?;
    Ok(fs::write(on_demand, other.emit_wasm())?)
}

fn parse(wasm: &[u8]) -> Result<Module> {
    Ok(ModuleConfig::new().generate_producers_section(false).parse(wasm)?)
}

/// Which functions are taken out, by their places in the module.
struct Plan {
    taken: HashSet<usize>,
    /// Those of them that are called from outside, in order.
    entries: Vec<usize>,
}

impl Plan {
    fn of(module: &Module) -> Self {
        let ids = functions(module);
        let callees: HashMap<FunctionId, Vec<FunctionId>> =
            module.funcs.iter_local().map(|(id, function)| (id, Callees::of(function))).collect();
        let is_on_demand = |id: FunctionId| module.funcs.get(id).name.as_deref().is_some_and(is_on_demand);
        // Functions in the table are called from anywhere.
        let mut reached = roots(module);
        let mut outside: HashSet<FunctionId> = reached.iter().copied().collect();
        let mut main = HashSet::new();
        while let Some(id) = reached.pop() {
            if !is_on_demand(id) && main.insert(id) {
                let callees = callees.get(&id).map(Vec::as_slice).unwrap_or_default();
                reached.extend(callees);
                outside.extend(callees);
            }
        }
        let is_taken = |id: &FunctionId| callees.contains_key(id) && !main.contains(id);
        let places = |of: &dyn Fn(&FunctionId) -> bool| -> Vec<usize> {
            ids.iter().enumerate().filter(|(_, id)| of(id)).map(|(place, _)| place).collect()
        };
        let taken = places(&is_taken).into_iter().collect();
        Self { taken, entries: places(&|id| is_taken(id) && outside.contains(id)) }
    }
}

fn functions(module: &Module) -> Vec<FunctionId> {
    module.funcs.iter().map(|function| function.id()).collect()
}

/// What is called from outside of the module, or by way of its table.
fn roots(module: &Module) -> Vec<FunctionId> {
    let exported = module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(id) => Some(id),
        _ => None,
    });
    let in_table = module.elements.iter().filter_map(|element| match &element.items {
        ElementItems::Functions(functions) => Some(functions.iter().copied()),
        ElementItems::Expressions(..) => None,
    });
    exported.chain(module.start).chain(in_table.flatten()).collect()
}

fn is_on_demand(name: &str) -> bool {
    // As in `<campaignkit::backup::Report as serde::Serialize>::serialize`.
    let name = name.trim_start_matches(['<', '_', '&']);
    ON_DEMAND.iter().any(|start| name.starts_with(start))
}

/// The functions that a function names.
#[derive(Default)]
struct Callees(Vec<FunctionId>);

impl Callees {
    fn of(function: &LocalFunction) -> Vec<FunctionId> {
        let mut callees = Self::default();
        dfs_in_order(&mut callees, function, function.entry_block());
        callees.0
    }
}

impl Visitor<'_> for Callees {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.0.push(*id);
    }
}

/// Makes room at the end of the table for the functions that are called from outside, and makes each of them call the one
/// there. Returns the first place.
fn stand_in_for_all(main: &mut Module, plan: &Plan) -> Result<u32> {
    let load = main.exports.get_func(LOAD)?;
    let export = main.exports.get_exported_func(load).map(|export| export.id());
    let table = main.tables.main_function_table()?.ok_or("the module has no table")?;
    let is_loaded = main.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
    let ids = functions(main);
    let entries: Vec<FunctionId> = plan.entries.iter().filter_map(|place| ids.get(*place)).copied().collect();
    let first = u32::try_from(main.tables.get(table).initial)?;
    for (slot, id) in (first..).zip(&entries) {
        stand_in(main, *id, load, is_loaded, table, slot);
    }
    let table = main.tables.get_mut(table);
    table.initial += entries.len() as u64;
    table.maximum = table.maximum.map(|most| most + entries.len() as u64);
    export.into_iter().for_each(|export| main.exports.delete(export));
    Ok(first)
}

/// Makes a function call the one at a place of the table, which is loaded first if it is not there.
fn stand_in(main: &mut Module, id: FunctionId, load: FunctionId, is_loaded: GlobalId, table: TableId, slot: u32) {
    let ty = main.funcs.get(id).ty();
    let (params, results) = main.types.params_results(ty);
    let (params, results) = (params.to_vec(), results.to_vec());
    let arguments: Vec<_> = params.iter().map(|ty| main.locals.add(*ty)).collect();
    let mut builder = FunctionBuilder::new(&mut main.types, &params, &results);
    let mut body = builder.func_body();
    body.global_get(is_loaded).if_else(
        None,
        |_| {},
        |missing| {
            missing.call(load).i32_const(1).global_set(is_loaded);
        },
    );
    for argument in &arguments {
        body.local_get(*argument);
    }
    body.i32_const(slot.cast_signed()).call_indirect(ty, table);
    main.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(arguments));
}

/// Leaves only what is taken out in `other`, which is as `main` was. It imports all else that it needs, which `main` exports.
fn keep_taken(other: &mut Module, main: &mut Module, plan: &Plan, first_slot: u32) -> Result<()> {
    let ids = functions(other);
    let taken = |place: usize| plan.taken.contains(&place);
    let bodies = ids.iter().enumerate().filter(|(place, _)| taken(*place)).map(|(_, id)| other.funcs.get(*id));
    let needed: HashSet<FunctionId> =
        bodies.filter_map(|function| Some(Callees::of(as_local(&function.kind)?))).flatten().collect();
    let entries: Vec<FunctionId> = plan.entries.iter().filter_map(|place| ids.get(*place)).copied().collect();

    clear(other);
    let mut shared = Shared { main, count: 0 };
    let own = functions(shared.main);
    for (_, (id, own)) in ids.iter().zip(own).enumerate().filter(|(place, _)| !taken(*place)) {
        let kind = &other.funcs.get(*id).kind;
        if let FunctionKind::Import(import) = kind {
            other.imports.delete(import.import);
        }
        if needed.contains(id) {
            let ty = other.funcs.get(*id).ty();
            let import = other.imports.add(MAIN, &shared.name(own), *id);
            other.funcs.get_mut(*id).kind = FunctionKind::Import(ImportedFunction { import, ty });
        } else {
            other.funcs.delete(*id);
        }
    }
    shared.import_state(other);
    let table = other.tables.main_function_table()?.ok_or("the module has no table")?;
    let offset = ConstExpr::Value(Value::I32(first_slot.cast_signed()));
    let element = other.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(entries));
    other.tables.get_mut(table).elem_segments.insert(element);
    Ok(())
}

fn as_local(kind: &FunctionKind) -> Option<&LocalFunction> {
    match kind {
        FunctionKind::Local(function) => Some(function),
        _ => None,
    }
}

/// Takes away what a module exports and what it puts into memory and tables.
fn clear(module: &mut Module) {
    module.start = None;
    let exports: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let elements: Vec<_> = module.elements.iter().map(|element| element.id()).collect();
    elements.into_iter().for_each(|id| module.elements.delete(id));
    let data: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    data.into_iter().for_each(|id| module.data.delete(id));
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());
    module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
}

/// What both parts use; `main` exports it under names that are short.
struct Shared<'m> {
    main: &'m mut Module,
    count: u32,
}

impl Shared<'_> {
    /// Exports something and returns its name.
    fn name(&mut self, item: impl Into<ExportItem>) -> String {
        let mut name = "_".to_owned();
        let mut number = self.count;
        while number > 0 {
            name.extend(char::from_digit(number % 36, 36));
            number /= 36;
        }
        self.count += 1;
        self.main.exports.add(&name, item);
        name
    }

    /// Makes the other part use the globals, tables and memories of `main`; it has the same in the same order.
    fn import_state(&mut self, other: &mut Module) {
        let globals: Vec<_> = other.globals.iter().map(|global| global.id()).collect();
        let own: Vec<_> = self.main.globals.iter().map(|global| global.id()).collect();
        for (id, own) in globals.into_iter().zip(own) {
            let import = other.imports.add(MAIN, &self.name(own), id);
            other.globals.get_mut(id).kind = GlobalKind::Import(import);
        }
        let tables: Vec<_> = other.tables.iter().map(|table| table.id()).collect();
        let own: Vec<_> = self.main.tables.iter().map(|table| (table.id(), table.initial, table.maximum)).collect();
        for (id, (own, initial, maximum)) in tables.into_iter().zip(own) {
            let import = other.imports.add(MAIN, &self.name(own), id);
            let table = other.tables.get_mut(id);
            (table.import, table.initial, table.maximum) = (Some(import), initial, maximum);
        }
        let memories: Vec<_> = other.memories.iter().map(|memory| memory.id()).collect();
        let own: Vec<_> = self.main.memories.iter().map(|memory| memory.id()).collect();
        for (id, own) in memories.into_iter().zip(own) {
            other.memories.get_mut(id).import = Some(other.imports.add(MAIN, &self.name(own), id));
        }
    }
}
