//! The table of operations, from which the JavaScript bindings, the lists of the package and the tests are made. What else an
//! operation needs is in `CONTRIBUTING.md`, "Adding an operation".

/// Passes the table of operations to a macro. For the crates of this repository; not part of the public API.
///
/// An entry has the name in JavaScript, the method of `Store` or `Session` with its arguments, and what it returns:
/// `answer` is a value, `done` is nothing. An argument named `bytes` is the content of a file.
///
/// What only reads the objects of a user has in brackets the topics whose changes may change its result; with
/// `of_campaign`, those of other campaigns than its first argument names do not. What time alone changes is left out.
///
/// Flags follow:
///
/// * `repeatable`: the operation may be called again when nobody knows whether it was done, as what only reads may, since
///   it changes nothing or makes the same change only once.
/// * `creates`: of a repeatable operation, that it makes the same change only once if its request has an `id`.
/// * `on_demand`: few apps call it, so the npm package loads its code with the first call.
/// * `long(…)`: the operation takes long on much data, and has a form that pauses; its name in JavaScript and its method
///   are in the parentheses.
///
/// Methods that take a callback, pass a file on in pieces or belong to one platform (`exportDatabase`, `importDatabase`,
/// `commitsAfter`, `close`, …) are not in the table; each platform writes them by hand.
///
/// This pattern matches the table:
///
/// ```
/// macro_rules! names {
///     ($($receiver:ident { $(
///         $name:ident = $method:ident $arguments:tt -> $encode:ident $([$($topic:ident)* $(; $of:ident)?])?
///         $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
///     )* })*) => {
///         [$($(stringify!($name)),*),*]
///     };
/// }
/// assert!(campaignkit::operations!(names).contains(&"createCampaign"));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! operations {
    ($callback:ident) => {
        $callback! {
            store {
                createUser = create_user(request) -> answer;
                getUser = user(id) -> answer [user];
                findUser = find_user(external_id) -> answer, repeatable;
                updateUser = update_user(id, request) -> answer;
                listUsers = list_users(query) -> answer, repeatable;
                unsubscribeByToken = unsubscribe(token) -> answer, repeatable;
                opened = opened(token) -> answer, repeatable;
                info = info() -> answer, repeatable;
                compact = compact() -> answer, repeatable, on_demand;
            }
            session {
                addAccount = add_account(request) -> answer;
                getAccount = account(id) -> answer [accounts];
                updateAccount = update_account(id, request) -> answer;
                listAccounts = list_accounts(query) -> answer [accounts];
                removeAccount = remove_account(id) -> done;
                createCampaign = create_campaign(request) -> answer, repeatable, creates;
                getCampaign = campaign(id) -> answer [campaigns; of_campaign];
                campaignByName = campaign_by_name(name) -> answer [campaigns];
                listCampaigns = list_campaigns(query) -> answer [campaigns];
                updateCampaign = update_campaign(id, request) -> answer;
                deleteCampaign = delete_campaign(id) -> done, long(deleteCampaignPaced = delete_campaign_paced);
                cloneCampaign = clone_campaign(id, request) -> answer, on_demand,
                    long(cloneCampaignPaced = clone_campaign_paced);
                insertNode = insert_node(campaign, request) -> answer;
                updateNode = update_node(campaign, node, request) -> answer;
                reviseNode = revise_node(campaign, node, request) -> answer, on_demand,
                    long(reviseNodePaced = revise_node_paced);
                moveNode = move_node(campaign, node, request) -> answer;
                deleteNode = delete_node(campaign, node, expected) -> answer;
                addProspects = add_prospects(campaign, request) -> answer;
                getProspect = prospect(id) -> answer [prospects];
                listProspects = list_prospects(campaign, query) -> answer [prospects; of_campaign];
                findProspects = find_prospects(request) -> answer [campaigns prospects tasks], on_demand,
                    long(findProspectsPaced = find_prospects_paced);
                exportProspects = export_prospects_part(campaign, request) -> answer [prospects; of_campaign], on_demand;
                updateProspect = update_prospect(id, request) -> answer;
                removeProspect = remove_prospect(id) -> done;
                createList = create_list(request) -> answer, on_demand;
                getList = list(id) -> answer [lists], on_demand;
                listLists = list_lists(query) -> answer [lists], on_demand;
                deleteList = delete_list(id) -> done, on_demand, long(deleteListPaced = delete_list_paced);
                addLeads = add_leads(list, request) -> answer, on_demand;
                listLeads = list_leads(list, query) -> answer [lists], on_demand;
                removeLead = remove_lead(id) -> done, on_demand;
                importList = import_list(campaign, list) -> answer, on_demand,
                    long(importListPaced = import_list_paced);
                previewCsv = preview_csv(bytes, reading) -> answer [], on_demand;
                importCsv = import_csv(campaign, bytes, request) -> answer, on_demand,
                    long(importCsvPaced = import_csv_paced);
                importCsvIntoList = import_csv_into_list(list, bytes, request) -> answer, on_demand,
                    long(importCsvIntoListPaced = import_csv_into_list_paced);
                addSuppressions = add_suppressions(request) -> answer,
                    long(addSuppressionsPaced = add_suppressions_paced);
                importSuppressions = import_suppressions(bytes, request) -> answer, on_demand,
                    long(importSuppressionsPaced = import_suppressions_paced);
                listSuppressions = list_suppressions(query) -> answer [suppressions];
                removeSuppression = remove_suppression(id) -> done;
                previewMessages = preview_messages(prospect, request) -> answer [accounts campaigns prospects messages], on_demand;
                validate = validate(id) -> answer [accounts campaigns prospects messages suppressions user];
                launch = launch(id, expected) -> answer, long(launchPaced = launch_paced);
                hold = hold(person, terms) -> answer, repeatable, on_demand;
                release = release(person) -> answer, repeatable, on_demand;
                pauseProspect = pause_prospect(id) -> answer, repeatable, on_demand;
                resumeProspect = resume_prospect(id) -> answer, repeatable, on_demand;
                retryProspects = retry_prospects(campaign, whom) -> answer, on_demand,
                    long(retryProspectsPaced = retry_prospects_paced);
                handOver = hand_over(campaign, senders) -> answer, on_demand, long(handOverPaced = hand_over_paced);
                pause = pause(id) -> answer;
                resume = resume(id) -> answer, long(resumePaced = resume_paced);
                claimDue = claim_due(request) -> answer;
                nextDue = next_due() -> answer [accounts campaigns prospects tasks messages suppressions user];
                complete = complete(task, outcome) -> answer, repeatable;
                completeTasks = complete_tasks(tasks) -> answer, repeatable;
                extendLease = extend_lease(task, lease_seconds) -> answer, repeatable;
                releaseTask = release_task(task) -> answer, repeatable;
                recordEvent = record_event(event) -> answer, repeatable;
                unsubscribe = unsubscribe(token) -> answer, repeatable;
                plan = plan(campaign, query) -> answer [accounts campaigns prospects tasks messages suppressions user], on_demand,
                    long(planPaced = plan_paced);
                forecast = forecast(campaign, query) -> answer
                    [accounts campaigns prospects tasks messages suppressions user], on_demand,
                    long(forecastPaced = forecast_paced);
                explain = explain(prospect) -> answer [accounts campaigns prospects tasks messages suppressions user], on_demand,
                    long(explainPaced = explain_paced);
                resolveMessages = resolve_messages(campaign, request) -> answer, on_demand,
                    long(resolveMessagesPaced = resolve_messages_paced);
                editMessage = edit_message(prospect, node, texts) -> done, on_demand;
                resetMessage = reset_message(prospect, node) -> done, on_demand;
                messageRequests = message_requests(campaign, page) -> answer
                    [accounts campaigns prospects messages; of_campaign], on_demand;
                submitMessages = submit_messages(campaign, request) -> answer, on_demand;
                listEvents = list_events(query) -> answer
                    [accounts campaigns prospects tasks messages suppressions user lists holds], on_demand;
                getTask = task(id) -> answer [accounts prospects tasks];
                listTasks = list_tasks(query) -> answer [tasks; of_campaign];
                report = report(query) -> answer [prospects tasks user], on_demand, long(reportPaced = report_paced);
                compareVariants = compare_variants(id) -> answer [campaigns prospects tasks; of_campaign], on_demand;
                forgetMessages = forget_messages(request) -> answer, repeatable, on_demand,
                    long(forgetMessagesPaced = forget_messages_paced);
                exportPerson = export_person(request) -> answer
                    [accounts campaigns prospects tasks messages suppressions user lists holds], on_demand,
                    long(exportPersonPaced = export_person_paced);
                erasePerson = erase_person(request) -> answer, repeatable, on_demand,
                    long(erasePersonPaced = erase_person_paced);
            }
        }
    };
}
