from django.urls import URLPattern, path, register_converter

from applications.postings import KeyConverter
from applications.views import (
    adding,
    applications,
    applying,
    archived,
    asking,
    careers,
    closing,
    feedback,
    feedback_ratings,
    imports,
    interviews,
    job_skills,
    jobs,
    letter_templates,
    letters,
    many,
    matches,
    moves,
    pipeline,
    pipeline_views,
    promises,
    questions,
    reports,
    review_mode,
    reviews,
    scorecards,
    shapes,
    stages,
    teams,
)

register_converter(KeyConverter, "job_key")

app_name = "applications"
urlpatterns: list[URLPattern] = [
    # jobs
    path("jobs", jobs.jobs, name="jobs"),
    path("jobs/new", jobs.job_new, name="job_new"),
    path("jobs/templates", shapes.job_templates, name="job_templates"),
    path("jobs/templates/<uuid:public_id>", shapes.job_from_template, name="job_from_template"),
    path(
        "jobs/templates/<uuid:public_id>/remove",
        shapes.job_template_remove,
        name="job_template_remove",
    ),
    path("jobs/<uuid:public_id>", jobs.job, name="job"),
    path("jobs/<uuid:public_id>/copy", shapes.job_copy, name="job_copy"),
    path("jobs/<uuid:public_id>/keep", shapes.job_keep, name="job_keep"),
    path("jobs/<uuid:public_id>/edit", jobs.job_edit, name="job_edit"),
    path("jobs/<uuid:public_id>/open", jobs.job_open, name="job_open"),
    path("jobs/<uuid:public_id>/public", jobs.job_public, name="job_public"),
    path("jobs/<uuid:public_id>/hold", jobs.job_hold, name="job_hold"),
    path("jobs/<uuid:public_id>/fill", jobs.job_fill, name="job_fill"),
    path("jobs/<uuid:public_id>/close", jobs.job_close, name="job_close"),
    path("jobs/<uuid:public_id>/end", closing.job_end, name="job_end"),
    path("jobs/<uuid:public_id>/answer", many.answer_many, name="answer_many"),
    path("letters/to-many/<uuid:public_id>", many.letters_to_many, name="letters_to_many"),
    path("jobs/<uuid:public_id>/skills", job_skills.job_skills, name="job_skills"),
    path("jobs/<uuid:public_id>/team", teams.job_team, name="job_team"),
    path("jobs/<uuid:public_id>/team/remove", teams.job_team_remove, name="job_team_remove"),
    path("jobs/<uuid:public_id>/stages", stages.job_stages, name="job_stages"),
    path("jobs/<uuid:public_id>/stages/<uuid:stage_id>", stages.stage_edit, name="stage_edit"),
    path("jobs/<uuid:public_id>/stages/<uuid:stage_id>/move", stages.stage_move, name="stage_move"),
    path(
        "jobs/<uuid:public_id>/stages/<uuid:stage_id>/remove",
        stages.stage_remove,
        name="stage_remove",
    ),
    path("jobs/<uuid:public_id>/questions", questions.job_questions, name="job_questions"),
    path(
        "jobs/<uuid:public_id>/questions/<uuid:question_id>",
        questions.question_edit,
        name="question_edit",
    ),
    path(
        "jobs/<uuid:public_id>/questions/<uuid:question_id>/move",
        questions.question_move,
        name="question_move",
    ),
    path(
        "jobs/<uuid:public_id>/questions/<uuid:question_id>/remove",
        questions.question_remove,
        name="question_remove",
    ),
    # pipeline
    path("jobs/<uuid:public_id>/pipeline", pipeline.pipeline, name="pipeline"),
    path("jobs/<uuid:public_id>/pipeline/add", adding.application_add, name="application_add"),
    path("jobs/<uuid:public_id>/pipeline/move", moves.pipeline_move, name="pipeline_move"),
    path("jobs/<uuid:public_id>/pipeline/undo", moves.pipeline_undo, name="pipeline_undo"),
    path("jobs/<uuid:public_id>/pipeline/views", pipeline_views.views, name="pipeline_views"),
    path(
        "jobs/<uuid:public_id>/pipeline/views/save",
        pipeline_views.view_save,
        name="pipeline_view_save",
    ),
    path(
        "jobs/<uuid:public_id>/pipeline/views/<uuid:view_id>",
        pipeline_views.view,
        name="pipeline_view",
    ),
    path(
        "jobs/<uuid:public_id>/pipeline/views/<uuid:view_id>/query",
        pipeline_views.view_query,
        name="pipeline_view_query",
    ),
    path(
        "jobs/<uuid:public_id>/pipeline/views/<uuid:view_id>/delete",
        pipeline_views.view_delete,
        name="pipeline_view_delete",
    ),
    path(
        "jobs/<uuid:public_id>/pipeline/setting", pipeline.pipeline_setting, name="pipeline_setting"
    ),
    path(
        "jobs/<uuid:public_id>/pipeline/changes", pipeline.pipeline_changes, name="pipeline_changes"
    ),
    path(
        "jobs/<uuid:public_id>/pipeline/stages/<uuid:stage_id>",
        pipeline.pipeline_more,
        name="pipeline_more",
    ),
    path("applications/<uuid:public_id>/move", moves.move, name="application_move"),
    path("applications/<uuid:public_id>/move/undo", moves.undo, name="application_undo"),
    # applications
    path("applications/<uuid:public_id>", applications.application, name="application"),
    path("applications/<uuid:public_id>/hear-by", applications.hear_by, name="application_hear_by"),
    path("applications/<uuid:public_id>/hire", applications.hire, name="application_hire"),
    path(
        "applications/<uuid:public_id>/withdraw", applications.withdraw, name="application_withdraw"
    ),
    path("applications/<uuid:public_id>/feedback", feedback.feedback, name="application_feedback"),
    path("applications/<uuid:public_id>/reject", applications.reject, name="application_reject"),
    path("applications/<uuid:public_id>/reopen", applications.reopen, name="application_reopen"),
    path("applications/<uuid:public_id>/told", closing.told, name="application_told"),
    path("applications/<uuid:public_id>/answer", closing.answer_anew, name="application_answer"),
    path("applications/<uuid:public_id>/later", closing.later, name="application_later"),
    path("applications/<uuid:public_id>/other-job", closing.other_job, name="application_other"),
    path("applications/<uuid:public_id>/promise", promises.promise_new, name="promise_new"),
    path("people/<uuid:public_id>/add-to-job", adding.candidate_add, name="candidate_add"),
    path(
        "people/<uuid:public_id>/applications-panel",
        applications.candidate_panel,
        name="candidate_panel",
    ),
    path(
        "privacy/archive/<uuid:public_id>/applications",
        archived.archived_panel,
        name="archived_panel",
    ),
    # interviews
    path("interviews", interviews.interviews, name="interviews"),
    path("interviews/<uuid:public_id>", interviews.interview, name="interview"),
    path(
        "interviews/<uuid:public_id>/interview.ics",
        interviews.interview_calendar,
        name="interview_calendar",
    ),
    path(
        "interviews/<uuid:public_id>/change", interviews.interview_change, name="interview_change"
    ),
    path(
        "interviews/<uuid:public_id>/cancel", interviews.interview_cancel, name="interview_cancel"
    ),
    path(
        "interviews/<uuid:public_id>/settle", interviews.interview_settle, name="interview_settle"
    ),
    path("interviews/<uuid:public_id>/undo", interviews.interview_undo, name="interview_undo"),
    path("interviews/<uuid:public_id>/scorecard", scorecards.scorecard_save, name="scorecard_save"),
    path(
        "interviews/<uuid:public_id>/scorecard/hints",
        scorecards.scorecard_hints,
        name="scorecard_hints",
    ),
    path(
        "applications/<uuid:public_id>/interviews/new",
        interviews.interview_new,
        name="interview_new",
    ),
    path("jobs/<uuid:public_id>/criteria", scorecards.job_criteria, name="job_criteria"),
    path(
        "people/<uuid:public_id>/interviews",
        interviews.candidate_interviews,
        name="candidate_interviews",
    ),
    # letters
    path("letters", letters.letters, name="letters"),
    path("letters/templates", letter_templates.letter_templates, name="letter_templates"),
    path("letters/templates/new", letter_templates.letter_template_new, name="letter_template_new"),
    path("letters/templates/<slug:key>", letter_templates.letter_template, name="letter_template"),
    path(
        "letters/templates/<slug:key>/reset",
        letter_templates.letter_template_reset,
        name="letter_template_reset",
    ),
    path("letters/<uuid:public_id>", letters.letter, name="letter"),
    path("letters/<uuid:public_id>/cancel", letters.letter_cancel, name="letter_cancel"),
    path("letters/<uuid:public_id>/send-now", letters.letter_send_now, name="letter_send_now"),
    path("letters/<uuid:public_id>/try-again", letters.letter_try_again, name="letter_try_again"),
    # views of the hiring team
    path("review-mode", review_mode.review_mode, name="review_mode"),
    path(
        "review-mode/<uuid:public_id>/advance",
        review_mode.review_mode_advance,
        name="review_mode_advance",
    ),
    path(
        "review-mode/<uuid:public_id>/undo",
        review_mode.review_mode_undo,
        name="review_mode_undo",
    ),
    path(
        "review-mode/<uuid:public_id>/later",
        review_mode.review_mode_later,
        name="review_mode_later",
    ),
    path("review", reviews.reviews, name="reviews"),
    path("review/<uuid:public_id>", reviews.review, name="review"),
    path("review/<uuid:public_id>/save", reviews.review_save, name="review_save"),
    path("review/<uuid:public_id>/hints", reviews.review_hints, name="review_hints"),
    path("review/<uuid:public_id>/take-back", reviews.review_take_back, name="review_take_back"),
    path("review/<uuid:public_id>/pass-on", reviews.review_pass_on, name="review_pass_on"),
    path("review/<uuid:public_id>/text", reviews.review_text, name="review_text"),
    path("review/<uuid:public_id>/call-off", asking.review_call_off, name="review_call_off"),
    path("applications/<uuid:public_id>/ask-for-a-view", asking.review_ask, name="review_ask"),
    # promises
    path("promises", promises.promises, name="promises"),
    path("promises/hand-over", promises.promises_hand_over, name="promises_hand_over"),
    path("promises/<uuid:public_id>", promises.promise, name="promise"),
    path("people/<uuid:public_id>/promise", promises.person_promise_new, name="person_promise_new"),
    path("promises/<uuid:public_id>/keep", promises.promise_keep, name="promise_keep"),
    path("promises/<uuid:public_id>/release", promises.promise_release, name="promise_release"),
    path("promises/<uuid:public_id>/extend", promises.promise_extend, name="promise_extend"),
    path(
        "promises/<uuid:public_id>/hand-over", promises.promise_hand_over, name="promise_hand_over"
    ),
    path("jobs/<uuid:public_id>/promises", promises.job_promises, name="job_promises"),
    # measures
    path("reports", reports.experience, name="report_experience"),
    path("reports/offers", reports.pipeline, name="report_pipeline"),
    path("reports/offers.csv", reports.pipeline_csv, name="report_pipeline_csv"),
    path("reports/requests", reports.rights, name="report_rights"),
    path("reports/requests.csv", reports.rights_csv, name="report_rights_csv"),
    path("reports/feedback", feedback_ratings.feedback_ratings, name="feedback_ratings"),
    path("reports/feedback/<uuid:public_id>", feedback_ratings.feedback_rate, name="feedback_rate"),
    path("reports/experience.csv", reports.experience_csv, name="report_experience_csv"),
    # careers
    path("careers", careers.careers, name="careers"),
    path("careers/feed.xml", careers.feed, name="careers_feed"),
    path("careers/jobs.xml", careers.jobs_xml, name="careers_xml"),
    path("careers/<uuid:public_id>", careers.career, name="career"),
    path("careers/our-record", careers.our_record, name="our_record"),
    path("careers/privacy", careers.privacy_notice, name="privacy_notice"),
    path("careers/<job_key:key>", careers.posting, name="posting"),
    path("careers/<job_key:key>/apply", applying.apply, name="apply"),
    path("careers/<job_key:key>/thanks", applying.applied, name="applied"),
    # files
    path("imports", imports.imports, name="imports"),
    path("imports/new", imports.import_new, name="import_new"),
    path("imports/example", imports.import_example, name="import_example"),
    path("imports/<uuid:public_id>", imports.import_detail, name="import"),
    path("imports/<uuid:public_id>/columns", imports.import_map, name="import_map"),
    path("imports/<uuid:public_id>/run", imports.import_commit, name="import_commit"),
    path("imports/<uuid:public_id>/undo", imports.import_undo, name="import_undo"),
    path("imports/<uuid:public_id>/discard", imports.import_discard, name="import_discard"),
    path("imports/<uuid:public_id>/refused", imports.import_errors, name="import_errors"),
    # people we know
    path("jobs/<uuid:public_id>/known-people", matches.known_people, name="known_people"),
    path("jobs/<uuid:public_id>/known-people/open", matches.look, name="match_look"),
    path(
        "jobs/<uuid:public_id>/known-people/not-a-fit",
        matches.not_a_fit,
        name="match_not_a_fit",
    ),
    path("matches/<uuid:public_id>", matches.match, name="match"),
    path("matches/<uuid:public_id>/take-back", matches.take_back, name="match_take_back"),
    path(
        "people/<uuid:public_id>/matches",
        matches.candidate_matches_panel,
        name="candidate_matches_panel",
    ),
]
