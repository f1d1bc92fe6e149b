//! Random sequences of operations by several users on one file, against a model that is a few lists in memory: the same
//! results, the same content, and refused operations change nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod engine;
mod model;
mod operation;
#[path = "../world/mod.rs"]
mod world;

use engine::Engine;
use model::Model;
use operation::{Operation, beginning, operations};
use proptest::prelude::*;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<Self> {
        Just(beginning().iter().fold(Self::default(), |model, operation| model.after(operation))).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Operation> {
        operations(model)
    }

    fn apply(model: Self, operation: &Operation) -> Self {
        model.after(operation)
    }
}

impl StateMachineTest for Engine {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let mut engine = Self::new();
        beginning().iter().fold(Model::default(), |model, operation| {
            let model = model.after(operation);
            assert!(model.expected.as_ref().is_some_and(Result::is_ok), "{operation:?}");
            engine.apply(operation, &model);
            model
        });
        engine
    }

    fn apply(mut engine: Self, model: &Model, operation: Operation) -> Self {
        engine.apply(&operation, model);
        engine
    }

    fn teardown(mut engine: Self, _: Model) {
        engine.assert_copied();
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 64, ..Config::default() })]

    #[test]
    fn the_engine_answers_and_holds_what_the_model_does(sequential 1..80 => Engine);
}
