//! Makes the JavaScript module around the compiled bindings: `campaignkit-glue <in.wasm> <out folder>`.
//!
//! A crate of its own, so that `cargo xtask` itself compiles in a second.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        eprintln!("usage: campaignkit-glue <in.wasm> <out folder>");
        return ExitCode::FAILURE;
    };
    let mut bindgen = Bindgen::new();
    let made = bindgen.input_path(input).out_name("campaignkit").web(true).and_then(|bindgen| {
        bindgen
            .typescript(true)
            // The package says where its wasm is; a second address in the glue would make bundlers ship it twice.
            .omit_default_module_path(true)
            .remove_producers_section(true)
            .generate(folder)
    });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
