//! An operation of the script, natively.

use campaignkit::{Result, Store};
use serde_json::{Value, json};

/// Performs an operation by its JavaScript name; the content of a file is given in the form that [`content`] makes.
pub(crate) fn perform(store: &mut Store, user: Option<&Value>, operation: &str, args: &[Value]) -> Result<Value> {
    let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
    let bytes = |at: usize| bytes_of(args.get(at).unwrap_or(&Value::Null));
    let Some(user) = user else {
        return Ok(match operation {
            "createUser" => json(store.create_user(arg(0))?),
            "updateUser" => json(store.update_user(arg(0), arg(1))?),
            "listUsers" => json(store.list_users(arg(0))?),
            _ => unknown(operation),
        });
    };
    let mut me = store.session(user.clone())?;
    Ok(match operation {
        "addAccount" => json(me.add_account(arg(0))?),
        "updateAccount" => json(me.update_account(arg(0), arg(1))?),
        "removeAccount" => json(me.remove_account(arg(0))?),
        "listAccounts" => json(me.list_accounts(arg(0))?),
        "createCampaign" => json(me.create_campaign(arg(0))?),
        "getCampaign" => json(me.campaign(arg(0))?),
        "updateCampaign" => json(me.update_campaign(arg(0), arg(1))?),
        "deleteCampaign" => json(me.delete_campaign(arg(0))?),
        "listCampaigns" => json(me.list_campaigns(arg(0))?),
        "insertNode" => json(me.insert_node(arg(0), arg(1))?),
        "addProspects" => json(me.add_prospects(arg(0), arg(1))?),
        "updateProspect" => json(me.update_prospect(arg(0), arg(1))?),
        "removeProspect" => json(me.remove_prospect(arg(0))?),
        "listProspects" => json(me.list_prospects(arg(0), arg(1))?),
        "createList" => json(me.create_list(arg(0))?),
        "deleteList" => json(me.delete_list(arg(0))?),
        "addLeads" => json(me.add_leads(arg(0), arg(1))?),
        "listLeads" => json(me.list_leads(arg(0), arg(1))?),
        "importList" => json(me.import_list(arg(0), arg(1))?),
        "previewCsv" => json(me.preview_csv(&bytes(0), arg(1))?),
        "importCsv" => json(me.import_csv(arg(0), &bytes(1), arg(2))?),
        "addSuppressions" => json(me.add_suppressions(arg(0))?),
        "importSuppressions" => json(me.import_suppressions(&bytes(0), arg(1))?),
        "removeSuppression" => json(me.remove_suppression(arg(0))?),
        "listSuppressions" => json(me.list_suppressions(arg(0))?),
        "previewMessages" => json(me.preview_messages(arg(0), arg(1))?),
        "resolveMessages" => json(me.resolve_messages(arg(0), arg(1))?),
        "editMessage" => json(me.edit_message(arg(0), arg(1), arg(2))?),
        "resetMessage" => json(me.reset_message(arg(0), arg(1))?),
        "messageRequests" => json(me.message_requests(arg(0), arg(1))?),
        "submitMessages" => json(me.submit_messages(arg(0), arg(1))?),
        "validate" => json(me.validate(arg(0))?),
        "launch" => json(me.launch(arg(0), arg(1))?),
        "pause" => json(me.pause(arg(0))?),
        "resume" => json(me.resume(arg(0))?),
        "hold" => json(me.hold(arg(0), arg(1))?),
        "release" => json(me.release(arg(0))?),
        "retryProspects" => json(me.retry_prospects(arg(0), arg(1))?),
        "handOver" => json(me.hand_over(arg(0), arg(1))?),
        "claimDue" => json(me.claim_due(arg(0))?),
        "nextDue" => json(me.next_due()?),
        "complete" => json(me.complete(arg(0), arg(1))?),
        "extendLease" => json(me.extend_lease(arg(0), arg(1))?),
        "releaseTask" => json(me.release_task(arg(0))?),
        "recordEvent" => json(me.record_event(arg(0))?),
        "unsubscribe" => json(me.unsubscribe(arg(0))?),
        "plan" => json(me.plan(arg(0), arg(1))?),
        "forecast" => json(me.forecast(arg(0), arg(1))?),
        "explain" => json(me.explain(arg(0))?),
        "listEvents" => json(me.list_events(arg(0))?),
        _ => unknown(operation),
    })
}

/// The content of a file that is not UTF-8: one character for each byte.
pub(crate) fn content(bytes: &[u8]) -> Value {
    json!({ "bytes": bytes.iter().copied().map(char::from).collect::<String>() })
}

/// The bytes of a file: of a text, or of the value that [`content`] made.
fn bytes_of(file: &Value) -> Vec<u8> {
    match file.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => file["bytes"].as_str().unwrap_or_default().chars().filter_map(|byte| u8::try_from(byte).ok()).collect(),
    }
}

pub(crate) fn json(answer: impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

fn unknown(operation: &str) -> Value {
    unreachable!("no step chooses {operation}")
}
