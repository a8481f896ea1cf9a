"""Moving more people of a pipeline than a page may wait for: a kind of background work."""

from accounts.permissions import Permission
from applications.actions.moves import move_to_stage, undo_move
from applications.actions.moving import last_move
from applications.models import Application, Stage
from candidates.models import Candidate, Work, WorkItem
from candidates.work import Outcome, PeopleKind, done, left

GONE = "They are not considered for this job any more."


class MoveInPipeline(PeopleKind):
    """Moves each open application of one job to one stage, if it is where it was seen."""

    key = "pipeline_move"
    doing = "Moving them"
    permission = Permission.MOVE_APPLICATION
    can_undo = True
    chunk = 50

    def apply_one(self, work: Work, person: Candidate) -> Outcome:
        stage = Stage.objects.select_related("job").get(pk=work.values["stage"])
        application = Application.objects.open().filter(job=stage.job, candidate=person).first()
        if application is None:
            return left(GONE)
        if application.stage_id == stage.pk:
            return left(f"They are in {stage.name} already.")
        seen = work.values["seen"].get(str(person.pk))
        moved = move_to_stage(application, stage, by=work.by, seen=seen)
        change = last_move(moved)
        return done(application=application.pk, change=change.pk if change else None)

    def undo_one(self, work: Work, item: WorkItem, person: Candidate) -> str:
        application = Application.objects.filter(
            pk=item.did["application"], candidate=person
        ).first()
        if application is None:
            return GONE
        undo_move(application, by=work.by, change=item.did["change"])
        return ""
